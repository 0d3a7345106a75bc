"""What is wrong with a lesson script that can be read: found for its author, before a learner does."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tutor_tui.core.term_gaps import parts_of
from tutor_tui.offline_server.lesson import pattern_syntax as syntax
from tutor_tui.offline_server.lesson.as_written import slots_of
from tutor_tui.offline_server.lesson.judging import Verdict, judge
from tutor_tui.offline_server.lesson.pattern_sentences import sentences
from tutor_tui.offline_server.lesson.pattern_starts import plain_text
from tutor_tui.offline_server.lesson.phrases.by_language import LANGUAGES
from tutor_tui.offline_server.lesson.script import LessonScript, Step
from tutor_tui.offline_server.lesson.word_lists import SlotWords, WordLists
from tutor_tui.speech.normalise import key
from tutor_tui.speech.sentences import sentences as sentences_in

STEPS = range(10, 15)
"""How many steps a unit has: ten to fourteen."""
QUESTIONS_OF_A_LEVEL = 2
"""In a level test, so that two failures in a row can be of one level."""
WAYS_TO_ASK = 2
LONGEST_SPOKEN = 200
"""Characters of a line that is said: more is no turn of a conversation."""
LONGEST_READ = 240
LONGEST_TASK = 60
SAMPLES = 4
"""Sentences of a pattern that are tried."""
LISTED_BY_HAND = 5
"""Words in a choice from which on a slot that has them is the better way."""
_MARKS = re.compile(r"[*_#\[\]{}|`~]")
_QUOTED = re.compile(r"[“\"‘«„]([^”\"’»“]+)[”\"’»“]")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to mend."""

    step: int
    """From 1; 0 for the lesson as a whole."""
    what: str

    def __str__(self) -> str:
        return f"step {self.step}: {self.what}" if self.step else self.what


def check(script: LessonScript, samples: int = SAMPLES) -> list[Finding]:
    """All that is wrong with it, from the top to the bottom; `samples` sentences of each pattern are tried."""
    found = [Finding(0, what) for what in _whole(script)]
    for number, step in enumerate(script.steps, start=1):
        found += [Finding(number, what) for rule in _RULES for what in rule(script, step, samples)]
    return found


def _whole(script: LessonScript) -> Iterator[str]:
    yield from _level_test(script) if script.is_level_test else _lesson(script)
    if script.language != script.native_language:
        for name in ("greeting_translation", "closing_translation"):
            if not getattr(script, name):
                yield f"{name} is missing"
    yield from _new_words(script)
    questions = [say for step in script.steps for say in step.says]
    for say in questions:
        if sum(say in other for other in questions) > 1:
            yield f"the question {say!r} stands in another one, so that a lesson could not be taken up there"


def _lesson(script: LessonScript) -> Iterator[str]:
    if len(script.steps) not in STEPS:
        yield f"a lesson has {STEPS[0]} to {STEPS[-1]} steps, this one {len(script.steps)}"
    if not script.level:
        yield "its level is missing"
    if script.course and not (script.unit and script.can_do and script.new):
        yield "a unit of a course says its unit, can_do and new"
    if not script.steps[-1].least:
        yield "the last step is a free one: it has least, the number of patterns that must be heard"


def _level_test(script: LessonScript) -> Iterator[str]:
    levels = [step.level for step in script.steps]
    if levels != sorted(levels):
        yield "the questions of a level test go from easy to hard"
    if few := sorted(level for level in {*levels} if levels.count(level) < QUESTIONS_OF_A_LEVEL):
        yield f"each level has at least {QUESTIONS_OF_A_LEVEL} questions, one after the other; not so {', '.join(few)}"


def _new_words(script: LessonScript) -> Iterator[str]:
    met = key(
        " ".join(text for step in script.steps for text in (*step.says, step.present, step.answer, step.praise)),
        script.language,
    )
    for word in script.new:
        if not any(key(part, script.language) in met for part in parts_of(word)):
            yield f"the new word {word!r} is in no question and in no answer"
    for language in sorted({script.native_language, *script.meanings}) if script.course else ():
        if missing := [word for word in script.new if not script.meanings.get(language, {}).get(word)]:
            yield f"in {language!r}, these new words have no meaning: {', '.join(missing)}"


def _is_answerable(script: LessonScript, step: Step, _samples: int) -> Iterator[str]:
    if step.least:
        if judge(step.answer, step, script.lists).verdict is not Verdict.RIGHT:
            yield f"the model answer {step.answer!r} holds fewer than {step.least} of the patterns"
        return
    judged = judge(step.answer, step, script.lists)
    if judged.verdict is not Verdict.RIGHT:
        yield f"the model answer {step.answer!r} is taken for {judged.verdict.value}: {judged.prompt or judged.better}"


def _right_is_right(script: LessonScript, step: Step, samples: int) -> Iterator[str]:
    for expected in () if step.least else step.expect:
        for sentence in sentences(expected.heard, script.lists, samples):
            judged = judge(sentence, step, script.lists)
            if judged.verdict is not Verdict.RIGHT:
                yield f"{sentence!r}, of {expected.source!r}, is taken for {judged.verdict.value}: {judged.prompt}"
                break


def _mistakes_are_reached(script: LessonScript, step: Step, samples: int) -> Iterator[str]:
    for mistake in step.mistakes:
        if not mistake.better:
            yield f"the mistake {mistake.source!r} has no better: what should the learner have said?"
        for sentence in sentences(mistake.heard, script.lists, samples):
            judged = judge(sentence, step, script.lists)
            if judged.prompt != mistake.prompt:
                taken = judged.prompt or judged.verdict.value
                yield f"the mistake {mistake.source!r} is not reached by {sentence!r}: it is taken for {taken!r}"
                break
        if mistake.better and not slots_of(mistake.better) and not step.least:
            judged = judge(mistake.better, step, script.lists)
            if judged.verdict is not Verdict.RIGHT:
                yield f"better, {mistake.better!r}, is itself taken for {judged.verdict.value}"


def _slots_are_used(script: LessonScript, step: Step, _samples: int) -> Iterator[str]:
    for node, source in [(expected.heard, expected.source) for expected in step.expect]:
        for words in _choices(node):
            for name, listed in _slot_words(script.lists):
                if len(words) >= LISTED_BY_HAND and len(words - listed) <= len(words) // 5:
                    yield f"{source!r} lists {len(words)} words by hand that <{name}> has"
                    break


def _choices(node: syntax.Node) -> Iterator[frozenset[str]]:
    match node:
        case syntax.Choice(options):
            words = [plain_text(option) for option in options]
            if all(words):
                yield frozenset(words)
            for option in options:
                yield from _choices(option)
        case syntax.Sequence(parts):
            for part in parts:
                yield from _choices(part.node)
        case syntax.AnyOrder(parts):
            for sequence in parts:
                yield from _choices(sequence)


def _slot_words(lists: WordLists) -> Iterator[tuple[str, frozenset[str]]]:
    return ((name, _plain_words(slot)) for name, slot in lists.slots.items())


@lru_cache(maxsize=2048)
def _plain_words(slot: SlotWords) -> frozenset[str]:
    return frozenset(filter(None, map(plain_text, slot.entries)))


def _helps_without_telling(script: LessonScript, step: Step, samples: int) -> Iterator[str]:
    answer = key(step.answer, script.language)
    taught = key(" ".join((*step.says, step.present, step.answer)), script.language)
    accepted = " ".join(
        key(sentence, script.language)
        for expected in step.expect
        for sentence in sentences(expected.heard, script.lists, samples)
    )
    if not step.hint and not step.level:  # a level test helps nobody
        yield "a hint is missing"
    for name, text in (("hint", step.hint), *(("prompt", mistake.prompt) for mistake in step.mistakes)):
        if not step.least and len(answer) > 3 and answer in key(text, script.language):
            yield f"the {name} {text!r} gives the answer away"
        for quoted in _QUOTED.findall(text):
            words = key(quoted.strip("… ."), script.language)
            if words and words not in accepted and words not in taught and name == "hint":
                yield f"the hint speaks of {quoted!r}, which is in no answer that is accepted"


def _is_translated(script: LessonScript, step: Step, _samples: int) -> Iterator[str]:
    if not step.translation:
        yield "translation is missing"
    if script.language != script.native_language:
        pairs = (("praise", step.praise, step.praise_translation), ("present", step.present, step.present_translation))
        for name, text, translation in pairs:
            if text and not translation:
                yield f"{name}_translation is missing"
        for expected in step.expect:
            if expected.reply and not expected.reply_translation:
                yield f"the reply {expected.reply!r} has no reply_translation"
    elif script.level == "A1":
        for code in sorted(LANGUAGES - {script.language}):
            if code not in step.translations:
                yield f"translations.{code} is missing"


def _tells_what_to_do(script: LessonScript, step: Step, _samples: int) -> Iterator[str]:
    """What a listener has to do stands in no brackets."""
    if len(step.task) > LONGEST_TASK:
        yield f"the task {step.task!r} is too long to be heard at once: at most {LONGEST_TASK} characters"
    if script.language == script.native_language:
        if step.task:
            yield "the task belongs into the question itself, which is in the same language"
    elif len(sentences_in(step.translation)) > len(sentences_in(step.say)):
        yield f"nobody says the end of the translation {step.translation!r}: what is to be done is the task"


def _can_be_spoken(script: LessonScript, step: Step, _samples: int) -> Iterator[str]:
    if len(step.says) < WAYS_TO_ASK and not step.least:
        yield "each question has at least two ways to be asked"
    if all(slots_of(say) for say in step.says):
        yield "one way to ask has no slot, for whoever did not fill it"
    own = (*step.says, step.present, step.answer, step.praise, step.task)
    for line in (*own, *(expected.reply for expected in step.expect)):
        if len(line) > LONGEST_SPOKEN:
            yield f"{line[:40]!r} … is too long to be said: at most {LONGEST_SPOKEN} characters"
        if found := _MARKS.search(line):
            yield f"{line[:40]!r} … holds {found[0]!r}, which cannot be heard"
    read = (step.hint, step.translation, *step.translations.values(), *(mistake.prompt for mistake in step.mistakes))
    for line in read:
        if len(line) > LONGEST_READ:
            yield f"{line[:40]!r} … is too long: at most {LONGEST_READ} characters"
        if set("()") & set(line):
            yield f"{line[:40]!r} … holds brackets, in which it will stand itself"


_RULES: Sequence[Callable[[LessonScript, Step, int], Iterator[str]]] = (
    _is_answerable,
    _right_is_right,
    _mistakes_are_reached,
    _slots_are_used,
    _helps_without_telling,
    _is_translated,
    _tells_what_to_do,
    _can_be_spoken,
)
