"""What is due of earlier lessons, asked for in steps of their own before a lesson begins."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from tutor_tui.core.assent import YES, without_yes
from tutor_tui.core.lesson_plan import DrillKind, DueItem
from tutor_tui.core.safe_text import one_line
from tutor_tui.core.term_form import SENTENCE_ENDS
from tutor_tui.core.term_gaps import BLANK, ends_with_gap, has_gap, parts_of, plain_gaps
from tutor_tui.core.tools import HowUsed, Used
from tutor_tui.offline_server.lesson.drill_phrases import drill_phrases_in
from tutor_tui.offline_server.lesson.lesson_path import GOT, Outcome
from tutor_tui.offline_server.lesson.pattern_syntax import ANY, PatternError, read_syntax
from tutor_tui.offline_server.lesson.phrases.by_language import LANGUAGES, phrases_in
from tutor_tui.offline_server.lesson.script import Expected, LessonScript, Step

_SIGNS = re.compile(r"[()\[\]{}|&<>/+=;\\$%@#^~`\"“”«»„「」]")
"""What means something in a pattern or a question of a lesson, and nothing in a word."""
_ENDS = tuple(mark for mark in SENTENCE_ENDS if mark != "…")
"""The dots of a gap end no sentence: “my name is …”?"""
_CHARACTERS = 60
_WITHOUT_BLANKS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff가-힣]")
"""Scripts in which a longer word may begin as a shorter one does, and no blank tells."""
_I = {"es": ("yo",), "it": ("io",), "pt": ("eu",)}
"""Said or left out, where verbs tell who it is."""
_SHOW_AT_MOST: dict[DrillKind, HowUsed] = {"recall": "independent", "repeat": "assisted", "dictation": "understood"}
_USES: dict[Outcome, HowUsed] = {
    Outcome.FIRST_TRY: "independent",
    Outcome.HELPED: "assisted",
    Outcome.CORRECTED: "lapse",
    Outcome.ANSWER_GIVEN: "lapse",
}


def with_due(script: LessonScript, due: Iterable[DueItem]) -> LessonScript:
    """`script` with a step before it for each item that can be asked for: by its meaning, or what was said instead."""
    return replace(script, steps=(*_steps(script, due), *script.steps))


def drill_steps(
    due: Iterable[DueItem], kind: DrillKind = "recall", *, taught: str = "en", reader: str = "en"
) -> Iterator[Step]:
    """The same as steps of a drill, which asks in as few words as it can: by the meaning alone, or by the item itself,
    written where it is to be said again, and only said where it is to be written. `taught` is the language; what a
    mistake is asked for with is said in it where that can be, and meant for a `reader` of another (ISO 639-1).

    What stands on the screen and is said after the tutor shows no memory: it is assisted at most. In a dictation it has
    come from the tutor, too, but had to be understood: that, and no more. Who fails at either may know it all the same,
    so it is no lapse.
    """
    spoken = taught if taught in LANGUAGES else reader
    for each in due:
        meaning, said = _plain(each.meaning), _plain(each.said)
        if kind == "recall":
            do = drill_phrases_in(spoken).say_right
            asked = f"“{said}” → {do}" if said else _as_question(meaning) if meaning else ""
        else:
            asked = _plain(each.filled or each.term)
        step = _step(each, asked, taught, is_open=kind == "recall") if asked else None
        if step is not None:
            step = replace(step, shows_at_most=_SHOW_AT_MOST[kind], translation=meaning if kind != "recall" else "")
            in_reader = {reader: drill_phrases_in(reader).say_right} if said and reader != spoken else {}
            yield replace(step, translations=in_reader) if kind == "recall" else step


def _as_question(meaning: str) -> str:
    """A meaning that is asked for; a whole sentence has its own mark at the end."""
    return f"“{meaning}”" if meaning.endswith(_ENDS) else f"“{meaning}”?"


def _steps(script: LessonScript, due: Iterable[DueItem]) -> Iterator[Step]:
    own = phrases_in(script.language)
    for each in due:
        meaning, said = _plain(each.meaning), _plain(each.said)
        asked = own.say_better.format(said=said) if said else own.recall.format(meaning=meaning) if meaning else ""
        asked = meaning if meaning and BLANK in meaning else asked  # its sentence is the question
        if asked and (step := _step(each, asked, script.language)):
            # A lesson that is held in its own language has no translations at all.
            readers = LANGUAGES if said and script.native_language != script.language else ()
            better = {code: phrases_in(code).say_better.format(said=said) for code in readers}
            yield replace(step, translations=better)


def _step(item: DueItem, asked: str, taught: str, *, is_open: bool = True) -> Step | None:
    """A step that asks so for an item; None for one that is no word. `is_open`: anything may stand in its gaps."""
    answer = _plain(item.filled or plain_gaps(item.term))
    patterns = [_open_pattern(item.term) if is_open and has_gap(item.term) else answer]
    if is_open and not has_gap(item.term) and not _WITHOUT_BLANKS.search(answer):
        patterns.append(_within_a_sentence(answer, taught))
    if is_open and BLANK in item.meaning:
        patterns.append(_plain(item.meaning.replace(BLANK, item.term)))
    try:
        expected = tuple(Expected(read_syntax(each), each) for each in patterns)
    except PatternError:
        return None
    return Step((asked,), expected, answer=answer, due_term=item.term, retries=1)


def _within_a_sentence(answer: str, taught: str) -> str:
    """The pattern of a term that the learner says in a sentence of their own: “Sí, tengo hambre”, or “yo tengo hambre y
    sed”. Before it stands nothing that could turn it into its contrary.
    """
    before = " ".join(f"[{' | '.join(words)}]" for words in (YES.get(taught, ()), _I.get(taught, ())) if words)
    return f"{before} {without_yes(answer)} [<{ANY}>]"


def _open_pattern(term: str) -> str:
    """The pattern of a term with gaps. Who says only what stands before or behind one has recalled it, too; and what
    is filled in at will often has words before it: "yo me llamo Ana".
    """
    inner = f" <{ANY}> ".join(filter(None, map(_plain, parts_of(term))))
    return f"[<{ANY}>] {inner}" + (f" [<{ANY}>]" if ends_with_gap(term) else "")


def _plain(text: str) -> str:
    """One line without anything that means something in a pattern."""
    return " ".join(_SIGNS.sub(" ", one_line(text, _CHARACTERS)).split())


def use_of(step: Step, outcome: Outcome, said: str) -> tuple[Used, ...]:
    """What an answer shows of the item that a step asked for; nothing where it asked for none, or nothing was said."""
    how = _USES.get(outcome)
    if step.shows_at_most != "independent":
        how = step.shows_at_most if outcome in GOT else None
    return (Used(step.due_term, how, said),) if step.due_term and how and said.strip() else ()
