"""A lesson that is taken up again: what was said is said once more to a new guide, so that tries and slips count."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tutor_tui.offline_server.lesson.doubt_phrases import answer_in, is_remark, sentence_asked_about
from tutor_tui.offline_server.lesson.guide_words import begins

if TYPE_CHECKING:
    from tutor_tui.offline_server.lesson.guide import Guide


def walk(guide: Guide, history: Sequence[tuple[str, str]]) -> bool:
    """Walk the same way again: what the learner said is answered as it was then.

    False when something else was answered, by another tutor for one. An answer that was stopped is a beginning.
    """
    said: list[str] = []
    for role, text in history:
        if role == "system":
            guide.close()
            continue
        if role != "assistant":
            said.append(text)
            continue
        if not guide.is_greeted:
            replies = [guide.greet()]
        elif said:
            replies = [guide.answer(" ".join(said))]
        else:
            replies = [guide.repeat(), guide.greet()]
        known = any(begins(reply.text, text) for reply in replies)
        unasked = (guide.check_in, guide.help)  # what it says of its own accord
        if not known and (said or not any(begins(each().text, text) for each in unasked)):
            return False
        said = []
        guide.is_resumed = True
    return True


def without_doubts(history: Sequence[tuple[str, str]], language: str) -> tuple[list[tuple[str, str]], str]:
    """`history` as if all had been heard clearly, and the sentence that the guide is still asking about, or "".

    Of "Did you say …?" and its answer nothing is left: what was confirmed stands before them as the learner's words.
    `language` is that of the guide's own words.
    """
    kept: list[tuple[str, str]] = []
    doubt = ""
    for role, text in history:
        if role == "assistant":
            doubt = sentence_asked_about(text, language)
            if doubt or is_remark(text, language):
                continue
        elif role == "user" and doubt:
            answered, doubt = answer_in(text), ""
            if answered:
                continue
        kept.append((role, text))
    return kept, doubt
