"""One line of the conversation laid out for a width: pure, so that it can be tested without a screen."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple, TypeAlias

from rich.cells import cell_len

from tutor_tui.core.captions import Mask, Rung, masked
from tutor_tui.core.conversation import MOST_TEXT_CHARACTERS, Divider, ToolLine, Turn, TurnState
from tutor_tui.core.heard_words import RIGHT_SIGN
from tutor_tui.core.lesson_plan import HistoryLine
from tutor_tui.core.phase_text import UNWRITTEN
from tutor_tui.core.safe_text import printable
from tutor_tui.core.tool_text import tool_words
from tutor_tui.ui.cell_width import fitted
from tutor_tui.ui.wrap import wrap, wrapped_spans

_Marked = Literal["unclear", "different", "perhaps-unclear", "perhaps-different", "right"]
_Said = Literal["tutor", "learner", "hidden", "unheard", "coming", "perhaps", _Marked]
Tone = Literal[_Said, "tutor-name", "learner-name", "note"]
"""What a piece of text is; the transcript knows a style for each."""


class Piece(NamedTuple):
    """Some text of a line, all in one tone."""

    text: str
    tone: Tone


Line: TypeAlias = tuple[Piece, ...]


class HelpText(NamedTuple):
    """What the learner has asked for about a turn."""

    after: str
    """The turn below which it stands."""
    lines: tuple[str, ...]


Behind: TypeAlias = HelpText | ToolLine | Divider
"""What stands behind a turn: help with it, what the tutor used its tools for, where another goes on."""

_RIGHT = re.compile(rf"[^\s{RIGHT_SIGN}]+{RIGHT_SIGN}")

NAME_CELLS = 7
"""Room for the speaker's name, as in a play; on narrow screens it stands in the blank line above."""
WIDEST_TEXT = 100
"""Longer lines are hard to find the start of again."""
_NARROW = 48
"""Below this, the name's room is needed for the words."""

_AGAIN = "· again"
"""Before what the tutor says once more: without it, the same words twice look like a stutter."""
_NAMES = {"tutor": "Tutor", "learner": "You"}
BAR = "┃ "
_BARS = {"tutor": BAR, "learner": "│ "}
"""What stands between a name and the words, of the same width for both."""
_MAYBE_BAR = "? "
"""In its place, of what the learner may have said: so that colour is not the only sign."""
_MAYBE = "(not sure that you said this)"


BEGINNING = Turn("\0", "tutor", state=TurnState.DONE)
"""No turn: has no lines of its own, and what stands at the very beginning stands behind it."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a turn's look depends on beside the turn itself."""

    width: int
    continues: bool = False
    """The same speaker spoke before: the name is not said again."""
    hearing: bool = False
    """The learner is saying this turn now."""
    explanation: str = ""
    """What the learner is told here of how their words came to be written."""
    spoken: int | None = None
    """How many characters were heard so far, while the voice is still at it."""
    mask: Mask | None = None
    """What is laid over the tutor's words; it changes no place at which they are broken."""
    behind: tuple[Behind, ...] = ()
    """What stands between this turn and the next."""


def laid_out(turn: Turn, setting: Setting) -> list[Line]:
    """The lines of `turn`, with a blank one before it where the speaker changes, and of what stands behind it."""
    lines = [] if turn is BEGINNING else _lines_of(turn, setting)
    margin = _margin(setting.width)
    width = _text_width(setting.width)
    indent = " " * (margin - 2)
    for each in setting.behind:
        match each:
            case ToolLine():
                words = fitted(f"· {tool_words(each)}", width + 2)
                lines.append((Piece(f"{indent}{words}", "note"),))
            case Divider():
                lines += [()] if lines else []
                lines.append((Piece(f"{indent}{_rule(each.title, width + 2)}", "note"),))
                lines += _recalled(each.lines, setting.width)
            case HelpText():
                shown = [words for line in each.lines for words in wrap(printable(line), width)]
                lines += [(Piece(f"{indent}  {words}", "note"),) for words in shown]
    return lines


def _lines_of(turn: Turn, setting: Setting) -> list[Line]:
    narrow = setting.width < _NARROW
    width = _text_width(setting.width)
    notes = [words for note in _notes(turn, setting) for words in wrap(note, width)]
    said = _said(turn, width, setting)
    bodies = [*said, *((Piece(words, "note"),) for words in notes)]
    if turn.again:
        bodies.insert(0, (Piece(_AGAIN, "note"),))
    name_tone: Tone = "tutor-name" if turn.role == "tutor" else "learner-name"
    above = (Piece(_NAMES[turn.role], name_tone),) if narrow else ()
    lines: list[Line] = [] if setting.continues else [above]
    doubtful = len(said) if turn.state is TurnState.UNSURE else 0
    for number, body in enumerate(bodies):
        name = "" if setting.continues or number else _NAMES[turn.role]
        room = "" if narrow else name.rjust(NAME_CELLS) + " "
        bar = _MAYBE_BAR if number < doubtful else _BARS[turn.role]
        lines.append((Piece(f"{room}{bar}", name_tone), *body))
    return lines


def _recalled(said: Sequence[HistoryLine], width: int) -> Iterator[Line]:
    """What was said in an earlier lesson, dimmed; names stand where they stand beside turns."""
    narrow = width < _NARROW
    for line in said:
        if line.role == "aside":
            continue
        if narrow:
            yield (Piece(_NAMES[line.role], "coming"),)
        for number, words in enumerate(wrap(printable(line.text), _text_width(width))):
            name = "" if number else _NAMES[line.role]
            room = "" if narrow else name.rjust(NAME_CELLS) + " "
            yield (Piece(f"{room}{_BARS[line.role]}{words}", "coming"),)


def _margin(width: int) -> int:
    """How many cells stand before the words, on a transcript of that width."""
    return 2 if width < _NARROW else NAME_CELLS + 4


def _text_width(width: int) -> int:
    return max(4, min(WIDEST_TEXT, width - _margin(width) - 1))


def _rule(title: str, width: int) -> str:
    """A line across, with a title in it."""
    head = f"── {fitted(title, width - 6)} "
    return head + "─" * (width - cell_len(head))


def _said(turn: Turn, width: int, setting: Setting) -> list[Line]:
    """The words; what was not heard of them, or not yet, is told apart."""
    heard, text = _words(turn)
    rest: Tone = "unheard" if setting.mask is None else "coming"  # nobody crosses out a line that stands for a word
    if setting.spoken is not None and turn.state is not TurnState.CUT:
        heard, rest = printable(turn.text[: setting.spoken]), "coming"
    if not text.strip():
        return []
    tone: Tone = "tutor" if turn.role == "tutor" else "perhaps" if turn.state is TurnState.UNSURE else "learner"
    tone = "hidden" if setting.mask is not None and setting.mask.rung is Rung.HIDDEN and not setting.mask.only else tone
    shown = masked(text, setting.mask)
    marks = _marks(turn) if shown == turn.text else []  # else signs were left out, and the places are others
    lines: list[Line] = []
    for start, end in wrapped_spans(text, width):
        cut = min(max(len(heard), start), end)
        pieces = [*_by_clearness(shown, start, cut, tone, marks), Piece(shown[cut:end], rest)]
        lines.append(tuple(piece for piece in pieces if piece.text))
    return lines


def _marks(turn: Turn) -> list[tuple[int, int, _Marked]]:
    """Which characters belong to words that were not clear, or in a drill were right, and how they are shown."""
    if turn.role == "tutor":
        return [(*found.span(), "right") for found in _RIGHT.finditer(turn.text)]
    is_unsure = turn.state is TurnState.UNSURE
    unclear: _Marked = "perhaps-unclear" if is_unsure else "unclear"
    different: _Marked = "perhaps-different" if is_unsure else "different"
    marks = [(first, last, unclear) for first, last in turn.unclear]
    return sorted([*marks, *((word.first, word.last, different) for word in turn.different)])


def _by_clearness(
    text: str, start: int, end: int, tone: Tone, marks: Sequence[tuple[int, int, _Marked]]
) -> Iterator[Piece]:
    """A stretch of the text, its words told apart that were not clear."""
    for first, last, marked in marks:
        first = min(max(first, start), end)
        last = min(max(last, first), end)
        yield Piece(text[start:first], tone)
        yield Piece(text[first:last], marked)
        start = last
    yield Piece(text[start:end], tone)


def _words(turn: Turn) -> tuple[str, str]:
    """What was heard of a turn, and all of it, as they are shown."""
    heard = printable(turn.heard_text)
    return heard, (heard + printable(turn.unheard_text)).rstrip("\n")


class TextPlace(NamedTuple):
    """A place in the lines of a turn."""

    line: int
    character: int
    """How many characters of the line stand before it, name and bar included."""


def words_between(turn: Turn, setting: Setting, start: TextPlace, end: TextPlace) -> str:
    """The words of a turn between two places, as they were said: without name, bar, notes and our line ends."""
    text = shown_words(turn, setting.mask)
    spans = said_spans(turn, setting)

    def offset(place: TextPlace) -> int:
        line = place.line - spans.above
        if line < 0:
            return 0
        if line >= len(spans.lines):
            return len(text)
        first, last = spans.lines[line]
        return min(first + max(0, place.character - spans.indent), last)

    return text[offset(start) : offset(end)]


class SaidSpans(NamedTuple):
    """Where the words of a turn stand in its lines."""

    above: int
    """How many lines stand before them."""
    indent: int
    """How many characters stand before them on each."""
    lines: tuple[tuple[int, int], ...]
    """From which character of the words to which each line goes."""


@lru_cache(maxsize=256)
def said_spans(turn: Turn, setting: Setting) -> SaidSpans:
    """Where the words of a turn stand in what `laid_out` makes of it."""
    text = _words(turn)[1]
    spans = wrapped_spans(text, _text_width(setting.width)) if text.strip() else []
    indent = len(BAR) if setting.width < _NARROW else NAME_CELLS + 1 + len(BAR)
    return SaidSpans((not setting.continues) + turn.again, indent, tuple(spans))


def shown_words(turn: Turn, mask: Mask | None = None) -> str:
    """The words of a turn as they are shown, heard or not."""
    return masked(_words(turn)[1], mask)


def _notes(turn: Turn, setting: Setting) -> list[str]:
    """What has to be said about the turn in our own words."""
    silent = not turn.text.strip()
    if len(turn.text) >= MOST_TEXT_CHARACTERS:
        return [f"(longer than {MOST_TEXT_CHARACTERS:,} characters; the rest is left out)"]
    match turn.role, turn.state:
        case "learner", TurnState.OPEN if setting.hearing:
            return ["hearing you …"] if silent else []
        case "learner", TurnState.OPEN:
            return ["writing down what you said …"] if silent else []
        case "learner", TurnState.UNSURE if not silent:
            return [_MAYBE, *([setting.explanation] if setting.explanation else [])]
        case "learner", TurnState.NOT_LISTENED_FOR if setting.explanation:
            return [setting.explanation]
        case "learner", state if state in UNWRITTEN:
            return [UNWRITTEN[state]]
        case "tutor", TurnState.OPEN:
            return ["…"] if silent else []
        case "tutor", TurnState.CUT:
            return ["(stopped before a word was heard)"] if silent else _cut_note(turn, setting)
        case _:
            return ["(no words)"] if silent else [setting.explanation] if setting.explanation else []


def _cut_note(turn: Turn, setting: Setting) -> list[str]:
    crossed_out = bool(turn.unheard_text.strip()) and setting.mask is None
    return ["✂ stopped here: you did not hear what is crossed out"] if crossed_out else ["✂ stopped here"]
