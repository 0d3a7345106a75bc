"""A kept lesson as Markdown (CommonMark with GitHub's tables and footnotes). What was said stays literal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count

from tutor_tui.core.lesson_records import CorrectionRecord, KeptLesson
from tutor_tui.core.safe_text import printable_line
from tutor_tui.library.export.facts import date_of, facts, remark, shown_turns, speaker, spoken

_MARKUP = re.compile(r"[\\`*_~^$\[\]<>{}|&#@]|:(?=\S)|\.(?=[^\W\d_])|==")
"""What means something within a line, also where addresses become links by themselves, and :words: pictures."""


def markdown(kept: KeptLesson) -> str:
    """The whole file."""
    return "\n".join(_lines(kept)) + "\n"


def literal(text: str) -> str:
    """`text` on one line, none of it markup. Not for the beginning of a line, where more signs have a meaning."""
    return _MARKUP.sub(lambda sign: "".join(f"\\{each}" for each in sign[0]), printable_line(text))


def _lines(kept: KeptLesson) -> Iterator[str]:
    yield f"# Lesson of {date_of(kept.lesson)}"
    yield ""
    yield from (f"- {name}: {literal(value)}" for name, value in facts(kept))
    yield from ("", "## Conversation")
    shown = shown_turns(kept)
    known = {each.item_id for each in shown}
    numbers, footnotes = count(1), list[str]()
    for turn in shown:
        words = [f"**{speaker(turn)}:**", literal(spoken(turn)), literal(remark(turn))]
        marks = ""
        for correction in kept.corrections:
            if correction.item_id == turn.item_id:
                marks += f"[^{(number := next(numbers))}]"
                footnotes.append(f"[^{number}]: {_correction(correction)}")
        yield from ("", " ".join(filter(None, words)) + marks)
    others = [each for each in kept.corrections if each.item_id not in known]
    if others:
        yield from ("", "## Other mistakes", "", *(f"- {_correction(each)}" for each in others))
    if kept.words:
        yield from ("", "## Words", "", "| Word | Meaning | Example |", "|---|---|---|")
        yield from (
            f"| {literal(each.term)} | {literal(each.meaning)} | {literal(each.example)} |" for each in kept.words
        )
    if footnotes:
        yield from ("", *footnotes)


def _correction(correction: CorrectionRecord) -> str:
    why = f" ({literal(correction.why)})" if correction.why else ""
    return f"“{literal(correction.said)}” is better as “{literal(correction.better)}”{why}"
