"""How good is an answer? Right, a slip, nobody knows, or not heard. A right sentence is never called wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import lru_cache, partial

from tutor_tui.core.tools import CorrectionKind
from tutor_tui.offline_server.lesson import pattern_matching as matching
from tutor_tui.offline_server.lesson.as_written import AsWritten, filled, sentence
from tutor_tui.offline_server.lesson.beside_the_question import is_beside
from tutor_tui.offline_server.lesson.known_words import is_known
from tutor_tui.offline_server.lesson.mistake_index import mistakes_for
from tutor_tui.offline_server.lesson.pattern_matching import MAX_TOKENS
from tutor_tui.offline_server.lesson.pattern_sentences import closed
from tutor_tui.offline_server.lesson.pattern_starts import plain_text
from tutor_tui.offline_server.lesson.pattern_syntax import slot_names
from tutor_tui.offline_server.lesson.pattern_trails import Said, Trail
from tutor_tui.offline_server.lesson.requests import Request, beginners_request_in, request_in
from tutor_tui.offline_server.lesson.script import Expected, Mistake, Step
from tutor_tui.offline_server.lesson.word_lists import WordLists
from tutor_tui.speech.normalise import tokens
from tutor_tui.speech.sentences import leads_on


class Verdict(Enum):
    """What an answer was taken for."""

    RIGHT = "right"
    SLIP = "slip"
    """A listed mistake, or a misspelt word that is no other word."""
    UNSURE = "unsure"
    """Nobody listed it: it may be right."""
    REQUEST = "request"
    """No answer: the learner asks for something."""
    NOT_HEARD = "not-heard"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict, and what belongs to it."""

    verdict: Verdict
    expected: Expected | None = None
    """The way of answering that it was found to be; of a slip, where it is known."""
    slots: Mapping[str, str] = field(default_factory=dict)
    """The words of its slots, as the learner said them."""
    better: str = ""
    """Of a slip: the learner's own sentence, made right; empty where nobody knows it."""
    better_is_own: bool = False
    """Whether `better` holds the learner's words, and is not only a sentence like theirs."""
    prompt: str = ""
    """Of a slip: what lets the learner find it. Empty for one that is only said back as it should be."""
    prompts: Mapping[str, str] = field(default_factory=dict)
    """The prompt in other languages: code → text."""
    kind: CorrectionKind = "other"
    request: Request | None = None
    is_open: bool = False
    """Of a right answer: all that it says stands where anything may stand, so nobody knows what it is about."""
    partly: bool = False
    """Of a free answer that nobody knows: some of what it may hold was heard, but less than there has to be."""


_MOST_REPAIRS = 2
_LEAST_OF_SLIP = 3
"""Tokens of a sentence that may be a slip beside others: "No." is too short for an answer, and right before another."""
_SENTENCE_END = re.compile(r"(?<=[.!?…。！？])\s+|(?<=[。！？])")


@lru_cache(maxsize=256)  # an answer is looked at in a thread of its own before the guide answers it
def judge(text: str, step: Step, lists: WordLists) -> Judgement:
    """What `text` is as an answer to `step`.

    Sentences that are listed word by word come first, so that a request which is the answer counts as one; mistakes
    come before patterns with open slots, which would swallow them. What beginners ask for in words that are not right
    yet comes before those patterns ("More slow" is no name), but after them in a step that practises to ask for it. A
    goodbye ends the lesson, except where saying goodbye is practised. What is certainly about something else than was
    asked for is no answer, however much an open slot takes.
    """
    answer, written = matching.said(text, lists), AsWritten(text, lists.language)
    if not answer.tokens:
        return Judgement(Verdict.NOT_HEARD)
    if found := _right(step, answer, written, only_closed=True):
        return found
    practised = {request_in(part) for part in (step.answer, *_cut(step.answer))}
    request = request_in(text)
    if request and not (request is Request.GOODBYE and request in practised):
        return _ends_too_early(step, answer, written, request) or Judgement(Verdict.REQUEST, request=request)
    if found := _listed_slip(step.mistakes, answer, written, to_the_end=True):
        return found
    request = beginners_request_in(text)
    if request and request not in practised:
        return Judgement(Verdict.REQUEST, request=request)
    if request is Request.GOODBYE:  # one of many ways to say it, where that is practised
        request = None
    if is_beside(text, step, lists.language):
        return Judgement(Verdict.UNSURE)
    return (
        _common_slip(answer, written)
        or _right(step, answer, written, only_closed=False)
        or _listed_slip(step.mistakes, answer, written, to_the_end=False)
        or (Judgement(Verdict.REQUEST, request=request) if request else None)
        or _by_sentences(text, step, lists)
        or _misspelt(step, answer, written)
        or Judgement(Verdict.UNSURE)
    )


def _right(step: Step, answer: Said, written: AsWritten, *, only_closed: bool) -> Judgement | None:
    if step.least:
        return None if only_closed else _free(step, answer, written)
    for expected in step.expect:
        if closed(expected.heard, answer.lists) is not only_closed:  # each once
            continue
        if trail := matching.whole(expected.heard, answer):
            is_open = not only_closed and matching.is_unlisted(trail, answer)
            return Judgement(Verdict.RIGHT, expected, written.slots(trail), is_open=is_open)
    return None


def _free(step: Step, answer: Said, written: AsWritten) -> Judgement | None:
    """A free answer is right if enough of what it may hold is heard in it."""
    found = [(expected, place[2]) for expected in step.expect if (place := matching.anywhere(expected.heard, answer))]
    if len(found) < step.least:
        return Judgement(Verdict.UNSURE, partly=True) if found else None
    slots = {name: words for _, trail in reversed(found) for name, words in written.slots(trail).items()}
    return Judgement(Verdict.RIGHT, found[0][0], slots)


def _ends_too_early(step: Step, answer: Said, written: AsWritten, request: Request) -> Judgement | None:
    """A goodbye that this step lists as a mistake word by word: “안녕히 가세요” to who has just come in."""
    if request is not Request.GOODBYE:
        return None
    literal = [mistake for mistake in step.mistakes if not slot_names(mistake.heard)]
    return _listed_slip(literal, answer, written, to_the_end=True)


def _listed_slip(
    mistakes: Iterable[Mistake], answer: Said, written: AsWritten, *, to_the_end: bool
) -> Judgement | None:
    """One of a step's mistakes. One that needs polite words behind it to be the whole answer comes after what is right,
    in which those words may have their place.
    """
    for mistake in mistakes:
        if trail := matching.whole(mistake.heard, answer, to_the_end=to_the_end):
            slots = written.slots(trail)
            better = sentence(filled(mistake.better, slots))
            is_own = bool(better) and ("<" in mistake.better or plain_text(mistake.heard) != "")
            return Judgement(Verdict.SLIP, None, slots, better, is_own, mistake.prompt, mistake.prompts, mistake.kind)
    return None


def _common_slip(answer: Said, written: AsWritten) -> Judgement | None:
    """A mistake of the language, within one sentence: the end of one and the beginning of the next are no mistake."""
    for first, sentence_said in _sentences(answer, written):
        for mistake in mistakes_for(sentence_said.tokens, answer.lists):
            place = matching.anywhere(mistake.wrong, sentence_said)
            if place is None or any(matching.anywhere(other, sentence_said) for other in mistake.unless):
                continue
            begin, end, trail = place
            right = filled(mistake.right, written.slots(trail))
            better = written.with_words(first + begin, first + end, right) if right else ""
            return Judgement(
                Verdict.SLIP, None, {}, better, bool(better), mistake.prompt, mistake.prompts, mistake.kind
            )
    return None


def _sentences(answer: Said, written: AsWritten) -> Iterator[tuple[int, Said]]:
    """Each sentence, and the place of its first token; all as one where the places cannot be told."""
    language = answer.lists.language
    parts = [tokens(part, language) for part in _cut(written.text)]
    if sum(parts, ()) != tokens(written.text, language):
        parts = [answer.tokens]
    first = 0
    for part in parts:
        yield first, Said(part[:MAX_TOKENS], answer.lists)
        first += len(part)


def _by_sentences(text: str, step: Step, lists: WordLists) -> Judgement | None:
    """Of several sentences one answers, and the others are talk: that is right, unless one of them is a slip."""
    parts = [part for part in _cut(text.strip()) if part]
    if len(parts) < 2 or step.least:
        return None
    judged = [judge(part, step, lists) for part in parts]
    for place, (part, found) in enumerate(zip(parts, judged, strict=True)):
        if found.verdict is Verdict.SLIP and len(tokens(part, lists.language)) >= _LEAST_OF_SLIP:
            better = " ".join((*parts[:place], found.better, *parts[place + 1 :])) if found.better else ""
            return replace(found, better=better)
    for wanted in (Verdict.RIGHT, Verdict.REQUEST):
        if first := next((found for found in judged if found.verdict is wanted), None):
            return first
    return None


def _cut(text: str) -> list[str]:
    """The sentences of `text`, without the white space between them. Learners leave out capitals: none need follow."""
    parts: list[str] = []
    for part in _SENTENCE_END.split(text):
        if parts and leads_on(parts[-1]):
            parts[-1] += f" {part}"
        else:
            parts.append(part)
    return parts


def _misspelt(step: Step, answer: Said, written: AsWritten) -> Judgement | None:
    """A way of answering that fits but for a misspelt word, or a particle of the wrong form."""
    repairing = replace(answer, repairing=True, known=partial(is_known, lists=answer.lists), found={})
    fits = [(expected, trail) for expected, trail in _repaired(step, repairing) if len(trail.repairs) <= _MOST_REPAIRS]
    if not fits:
        return None
    expected, trail = min(fits, key=lambda fit: len(fit[1].repairs))
    better = written.repaired(trail.repairs)
    return Judgement(Verdict.SLIP, expected, written.slots(trail), better, better_is_own=True, kind="spelling")


def _repaired(step: Step, answer: Said) -> Iterator[tuple[Expected, Trail]]:
    for expected in () if step.least else step.expect:
        if trail := matching.whole(expected.heard, answer):
            yield expected, trail
