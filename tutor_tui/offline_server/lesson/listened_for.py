"""Which sentences the ears listen for at a step: as few as they need, because each costs time at the end of a turn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from tutor_tui.offline_server.lesson.judging import Verdict, judge
from tutor_tui.offline_server.lesson.pattern_sentences import briefer, count, sentences
from tutor_tui.offline_server.lesson.pattern_syntax import Node
from tutor_tui.offline_server.lesson.requests import requests_aloud
from tutor_tui.offline_server.lesson.script import LessonScript, Step
from tutor_tui.offline_server.lesson.sounds_alike import are_alike
from tutor_tui.offline_server.lesson.word_lists import WordLists
from tutor_tui.speech.sentences import sentences as sentences_in

MOST_SENTENCES = 480
"""With the requests about 500: such a grammar is ready in 30 ms, and heard within 60 ms of the end of speech."""
MISTAKES_SHARE = 0.2
BRIEF_SHARE = 0.8
"""Of what is listened for of a large pattern."""
MOST_RIGHT_FORMS = 16
"""Of what is right in place of mistakes, beside these: most steps have two or three."""


def prepare(script: LessonScript) -> None:
    """Look at all steps before they come, because a first look takes 100 ms each. Safe in any thread."""
    are_alike(script.greeting, script.greeting, script.language)  # loads what says how words are pronounced
    for step in script.steps:
        sentences_to_hear(step, script.lists)
        judge(f"{step.answer} {step.answer}", step, script.lists)


def sentences_to_hear(step: Step | None, lists: WordLists, *, presenting: bool = False, home: str = "") -> list[str]:
    """Answers to `step`, known mistakes, requests; at the end of a lesson (None) requests alone.

    Requests are made in the lesson's language, in English, and in the one that the learner speaks at `home`.
    """
    requests = requests_aloud([lists.language, "en", home])
    if step is None:
        return requests
    if presenting:
        return [*dict.fromkeys([*said_after(step), *requests])]
    return [*dict.fromkeys([*_of_step(step, lists), *requests])]


def said_after(step: Step) -> list[str]:
    """What counts as saying after the tutor what is shown: all of it, or one of its sentences."""
    return [*dict.fromkeys([step.present, *sentences_in(step.present)])]


@lru_cache(maxsize=512)
def _of_step(step: Step, lists: WordLists) -> tuple[str, ...]:
    for_mistakes = round(MOST_SENTENCES * MISTAKES_SHARE)
    # What is misspelt is typed: it sounds as what is right.
    said = [mistake.heard for mistake in step.mistakes if mistake.kind != "spelling"]
    wrong = _shared(said, lists, for_mistakes, _brief_first)
    most = MOST_SENTENCES - len(wrong)
    right = _shared([expected.heard for expected in step.expect], lists, most, _brief_first)
    return tuple(dict.fromkeys([step.answer, *_right_forms(step, lists)[:MOST_RIGHT_FORMS], *right, *wrong]))


def _right_forms(step: Step, lists: WordLists) -> list[str]:
    """What is right in place of each mistake that is listened for: else the mistake would be the likeliest sentence for
    whoever says it right.
    """
    better = dict.fromkeys(mistake.better for mistake in step.mistakes if mistake.better and "<" not in mistake.better)
    return [each for each in better if judge(each, step, lists).verdict is Verdict.RIGHT]


def _shared(
    patterns: Sequence[Node], lists: WordLists, most: int, some_of: Callable[[Node, WordLists, int], Iterable[str]]
) -> list[str]:
    """At most `most` sentences of all patterns: of small ones all, of large ones a share."""
    found: list[str] = []
    left = sorted(patterns, key=lambda pattern: count(pattern, lists))
    for place, pattern in enumerate(left):
        share = (most - len(found)) // (len(left) - place)
        found += some_of(pattern, lists, share)
    return found


def _brief_first(pattern: Node, lists: WordLists, most: int) -> Iterable[str]:
    """Of a large pattern brief sentences and then others from all over: most that it stands for are long, and seldom
    said.
    """
    if count(pattern, lists) <= most:
        return sentences(pattern, lists, most)
    most_brief = round(most * BRIEF_SHARE)
    brief = _shared(briefer(pattern), lists, most_brief, sentences)
    brief += _shared(briefer(pattern, kept=1), lists, most_brief - len(brief), sentences)
    return dict.fromkeys((*brief, *sentences(pattern, lists, most - len(brief))))
