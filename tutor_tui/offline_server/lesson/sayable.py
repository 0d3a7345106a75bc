"""What a learner could say at a step: the step's own answer, and other right ones that a teacher would say, too.

Patterns with slots take much that nobody would teach ("two cups of kimchi, please"), so the others are of patterns
without, each in its plainest form.
"""

from __future__ import annotations

from tutor_tui.offline_server.lesson.as_written import sentence
from tutor_tui.offline_server.lesson.guide_words import GuideWords
from tutor_tui.offline_server.lesson.judging import Verdict, judge
from tutor_tui.offline_server.lesson.pattern_sentences import plainest
from tutor_tui.offline_server.lesson.pattern_syntax import slot_names
from tutor_tui.offline_server.lesson.script import Step
from tutor_tui.offline_server.lesson.word_lists import WordLists
from tutor_tui.speech.normalise import key

MOST = 3
"""More would have to be chosen from, which is a task of its own."""


def hints(step: Step | None, words: GuideWords, lists: WordLists, *, presenting: bool) -> list[str]:
    """What could be said at `step`, and before it in brackets what the script says of it; nothing behind the last."""
    if step is None:
        return []
    if presenting:
        return [step.present]
    line = words.hint(step)
    return [f"({line.meaning or line.text})", *sayable(step, lists)] if step.hint else sayable(step, lists)


def sayable(step: Step, lists: WordLists) -> list[str]:
    """At most `MOST` answers to `step`. Judging them may take 100 ms."""
    found = {key(step.answer, lists.language): step.answer}
    listed = (plainest(expected.heard, lists) for expected in step.expect if not slot_names(expected.heard))
    for text in map(sentence, listed):
        if judge(text, step, lists).verdict is Verdict.RIGHT:
            found.setdefault(key(text, lists.language), text)
        if len(found) == MOST:
            break
    return list(found.values())
