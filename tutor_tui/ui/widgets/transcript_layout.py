"""The lines of a conversation: which turn has which, and what a newer lesson changes in them. Pure.

A turn more costs the same after two thousand as after twenty: only turns that changed are laid out anew.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import compress, count
from operator import is_not, ne
from typing import NamedTuple

from tutor_tui.core.actions import DEFAULT_KEYS, key, with_keys
from tutor_tui.core.captions import NO_WORDS, Mask, Rung
from tutor_tui.core.captions_shown import dictated_sentence, mask_of, rung_in_force
from tutor_tui.core.conversation import Divider, Turn, TurnState
from tutor_tui.core.heard_words import different_words
from tutor_tui.core.lesson import Lesson
from tutor_tui.core.lesson_summary import note_line
from tutor_tui.core.line_help import HEAR_HINT, HIDE_HINT, LineHelp, help_lines
from tutor_tui.core.phase_text import HEARD_OTHERWISE, UNWRITTEN
from tutor_tui.session.voice_progress import VoiceProgress
from tutor_tui.ui.widgets.turn_text import (
    BEGINNING,
    Behind,
    HelpText,
    Line,
    Setting,
    TextPlace,
    laid_out,
    said_spans,
    shown_words,
    words_between,
)

_UNDERLINED = "underlined: less clear"
_GUESS: tuple[Line, ...] = ((), ())
"""What a turn is taken for until its lines are broken: most are a blank and one line."""


@dataclass(slots=True)
class _Block:
    """A turn and its lines."""

    turn: Turn
    setting: Setting
    lines: list[Line]


class Place(NamedTuple):
    """A line that stays where it is while lines come and go above it."""

    turn_id: str
    within: int
    """How many lines into the turn."""


class SaidLine(NamedTuple):
    """Some of a turn's words on a line."""

    turn_id: str
    first: int
    """The character of the turn's words that the line begins with."""
    last: int
    """The one behind its last."""
    indent: int
    """How many characters of the line stand before them."""


class TranscriptLayout:
    """Keeps the lines of each turn for one width, and where they begin.

    `take` says which turns changed, `lay_out` breaks one of them into lines, and `recount` has to follow: until then,
    `height`, `top` and `line` go by the lines before.
    """

    def __init__(self, key_names: Mapping[str, str] = DEFAULT_KEYS, *, notes_in_place: bool = False) -> None:
        """`key_names`: action → its key, for what is said of keys between the lines. `notes_in_place`: what was noted
        stands below the line it came from.
        """
        self._key_names = key_names
        self._notes_in_place = notes_in_place
        self.width = 0
        """In cells; 0 while there is no room at all."""
        self.explanation = ""
        """What to say of how the learner's words came to be written, once, below the first of them."""
        self._turns: tuple[Turn, ...] = ()
        self._blocks: list[_Block] = []
        self._tops: list[int] = [0]
        """Where each block begins; the last entry is the number of all lines."""
        self._behind: dict[str, tuple[Behind, ...]] = {}
        """By the turn they stand behind."""
        self._behind_taken: object = ()
        self._hearing = ""
        self._explained, self._explains = "", ""
        self._underlined = ""
        """The first turn with unclear words, which says what the line below them means."""
        self._voice = VoiceProgress()
        self._lesson: Lesson | None = None
        self._rung, self._revealed, self._known, self._dictated = Rung.ALL, frozenset[str](), NO_WORDS, ""
        """What the lines were masked by."""

    # ---- from the lesson --------------------------------------------------------------------------------------------

    def take(self, lesson: Lesson) -> set[int]:
        """Take a newer lesson; the indexes of the turns to lay out."""
        goes_on = any(each.lines and not each.after for each in lesson.dividers)
        turns = (BEGINNING, *lesson.turns) if goes_on else lesson.turns
        self._lesson = lesson
        changed = set(self._take_turns(turns)) | self._take_behind(lesson) | self._take_captions(lesson)
        if not self._explained:
            self._explained = next((self._turns[i].id for i in sorted(changed) if _is_transcribed(self._turns, i)), "")
            self._explains = self.explanation
        if not self._underlined:
            taken = (self._turns[i] for i in sorted(changed) if i < len(self._turns))  # what was behind may be gone
            self._underlined = next((turn.id for turn in taken if turn.unclear), "")
        if lesson.learner_item != self._hearing:
            changed |= {i for i in map(self.index, (self._hearing, lesson.learner_item)) if i >= 0}
            self._hearing = lesson.learner_item
        return changed

    def _take_turns(self, turns: tuple[Turn, ...]) -> list[int]:
        """Make the blocks those of `turns`; the indexes of the blocks to lay out."""
        old, self._turns = self._turns, turns
        changed = list(compress(count(), map(is_not, old, turns)))
        if len(old) == len(turns):
            for i in changed:
                self._blocks[i].turn = turns[i]
            return changed
        start = changed[0] if changed else min(len(old), len(turns))
        kept = {block.turn.id: block for block in self._blocks[start:]}
        del self._blocks[start:]
        for turn in turns[start:]:
            block = kept.get(turn.id) or _Block(turn, Setting(0), list(_GUESS))
            block.turn = turn
            self._blocks.append(block)
        return list(range(start, len(turns))) or ([start] if old else [])

    def _take_behind(self, lesson: Lesson) -> set[int]:
        """Take what stands between turns; the indexes of those that look otherwise now."""
        notes = lesson.notes if self._notes_in_place else ()
        first = self._turns[0].id if self._turns else ""
        shown = None if dictated_sentence(lesson) else lesson.line_help  # its reading would be the words
        taken = (shown, lesson.tool_lines, lesson.dividers, first, notes)
        if self._behind_taken == taken:
            return set()
        self._behind_taken = taken
        old, self._behind = self._behind, {}
        noted = [HelpText(note.item_id, (note_line(note),)) for note in notes]
        lines: list[Behind] = [*self._help(shown), *noted, *lesson.tool_lines, *lesson.dividers]
        for line in lines:
            turn_id = line.after or first
            self._behind[turn_id] = (*self._behind.get(turn_id, ()), line)
        ids = (name for name in old.keys() | self._behind.keys() if old.get(name) != self._behind.get(name))
        places = {i for i in map(self.index, ids) if i >= 0}
        return places | {i + 1 for i in places if i + 1 < len(self._turns)}

    def _take_captions(self, lesson: Lesson) -> set[int]:
        """Take how much of the tutor's words is shown; the indexes of the turns of which that is more now, or less."""
        chosen, old = lesson.captions, (self._rung, self._known, self._dictated)
        revealed, self._revealed = self._revealed ^ chosen.revealed, chosen.revealed
        self._rung, self._known, self._dictated = rung_in_force(lesson), chosen.known, dictated_sentence(lesson)
        if old != (self._rung, self._known, self._dictated):
            return {i for i, turn in enumerate(self._turns) if turn.role == "tutor"}
        return {i for i in map(self.index, revealed) if i >= 0}

    def _mask(self, turn: Turn) -> Mask | None:
        return None if self._lesson is None else mask_of(self._lesson, turn)

    def shown(self, turn: Turn) -> str:
        """The words of a turn as far as the learner reads them."""
        return shown_words(turn, self._mask(turn))

    def _help(self, shown: LineHelp | None) -> list[HelpText]:
        words = help_lines(shown) if shown else []
        ways_out = [f"{HEAR_HINT} {HIDE_HINT}"] if shown and shown.hints else []
        lines = tuple(with_keys(line, self._key_names) for line in (*words, *ways_out))
        return [HelpText(shown.after, lines)] if shown and lines else []

    def follow_voice(self, voice: VoiceProgress) -> set[int]:
        """Take how far the tutor's voice is; the indexes of the turns to lay out."""
        if voice == self._voice:
            return set()
        ids, self._voice = {self._voice.turn_id, voice.turn_id}, voice
        return {i for i in map(self.index, ids) if i >= 0}

    # ---- laying out -------------------------------------------------------------------------------------------------

    def lay_out(self, i: int) -> int:
        """Break turn `i` into lines; the first of them that changed."""
        block = self._blocks[i]
        block.setting = self._setting(i)
        lines = laid_out(block.turn, block.setting)
        same = next(compress(count(), map(ne, lines, block.lines)), min(len(lines), len(block.lines)))
        block.lines = lines
        return same

    def _explanation(self, turn: Turn) -> str:
        if turn.state is TurnState.NOT_LISTENED_FOR:
            return with_keys(f"{UNWRITTEN[turn.state][:-1]}: {key('hint')} shows some)", self._key_names)
        how = self._explains if turn.id == self._explained else ""
        underlined = _UNDERLINED if turn.id == self._underlined else ""
        return "\n".join(filter(None, (how, underlined, self._different(turn))))

    def _different(self, turn: Turn) -> str:
        """In place of which words another was heard, and where more is said of it: colour is not the only sign."""
        words = different_words(turn.text, turn.different)
        ask = not self._notes_in_place and any(word.phone for word in turn.different)
        more = with_keys(f"; {key('hint')} says more", self._key_names) if ask else ""
        return f"{HEARD_OTHERWISE}: {words}{more}" if words else ""

    def _setting(self, i: int) -> Setting:
        turn = self._turns[i]
        return Setting(
            self.width,
            continues=i > 0 and self._turns[i - 1].role == turn.role and not self._divided_before(i),
            hearing=turn.id == self._hearing,
            explanation=self._explanation(turn),
            spoken=self._voice.characters if turn.id == self._voice.turn_id else None,
            mask=self._mask(turn),
            behind=self._behind.get(turn.id, ()),
        )

    def _divided_before(self, i: int) -> bool:
        return any(isinstance(line, Divider) for line in self._behind.get(self._turns[i - 1].id, ()))

    def is_stale(self, i: int) -> bool:
        """Whether turn `i` still has the lines of another width."""
        return self._blocks[i].setting.width != self.width

    def postpone(self, i: int) -> None:
        """Let turn `i` keep the lines it has for now, to be broken anew later."""
        self._blocks[i].setting = Setting(0)

    def recount(self, first: int = 0) -> None:
        """Count the lines of turn `first` and of all behind it."""
        del self._tops[first + 1 :]
        for block in self._blocks[first:]:
            self._tops.append(self._tops[-1] + len(block.lines))

    # ---- lines ------------------------------------------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self._blocks)

    @property
    def height(self) -> int:
        """The number of all lines."""
        return self._tops[-1]

    def top(self, i: int) -> int:
        """Where turn `i` begins; behind the last one, where all ends."""
        return self._tops[min(i, len(self._tops) - 1)]

    def turn_at(self, y: int) -> int:
        """The turn that line `y` belongs to."""
        return max(0, min(bisect_right(self._tops, y) - 1, len(self._blocks) - 1))

    def line(self, y: int) -> Line:
        """Line `y` of all."""
        i = bisect_right(self._tops, y) - 1
        return self._blocks[i].lines[y - self._tops[i]]

    def words(self, start: tuple[int, int], end: tuple[int, int]) -> str:
        """What was said between two places (line, characters before it), each turn on a line of its own."""
        if not self._blocks:
            return ""
        said = []
        for i in range(self.turn_at(start[0]), self.turn_at(end[0]) + 1):
            block, top = self._blocks[i], self._tops[i]
            places = (TextPlace(line - top, character) for line, character in (start, end))
            said.append(words_between(block.turn, block.setting, *places).strip())
        return "\n".join(filter(None, said))

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The turns of the newest lesson."""
        return self._turns

    def said_on(self, y: int) -> SaidLine:
        """What line `y` says; of a line without words of a turn, none."""
        i = self.turn_at(y)
        block = self._blocks[i]
        spans = said_spans(block.turn, block.setting)
        line = y - self._tops[i] - spans.above
        first, last = spans.lines[line] if 0 <= line < len(spans.lines) else (0, 0)
        return SaidLine(block.turn.id, first, last, spans.indent)

    def line_of(self, turn_id: str, character: int) -> int | None:
        """On which line that character of a turn's words stands."""
        i = self.index(turn_id)
        if i < 0:
            return None
        block = self._blocks[i]
        spans = said_spans(block.turn, block.setting)
        within = bisect_right([first for first, _ in spans.lines], character) - 1
        return self._tops[i] + spans.above + max(0, within)

    def index(self, turn_id: str) -> int:
        """Which turn that is, the newest of that id; -1 for none."""
        return next((i for i in range(len(self._turns) - 1, -1, -1) if self._turns[i].id == turn_id), -1)

    def place_at(self, y: int) -> Place:
        """Line `y`, to be found again when lines have come or gone."""
        i = self.turn_at(y)
        return Place(self._blocks[i].turn.id, y - self._tops[i])

    def find(self, place: Place) -> int | None:
        """Where that line is now."""
        i = self.index(place.turn_id)
        if i < 0:
            return None
        return self._tops[i] + min(place.within, max(0, len(self._blocks[i].lines) - 1))


def _is_transcribed(turns: tuple[Turn, ...], i: int) -> bool:
    return i < len(turns) and turns[i].role == "learner" and not turns[i].typed and turns[i].state is TurnState.DONE
