"""The shipped lesson scripts: can they be answered, heard, and learnt from?"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from pocketsphinx import get_model_path

from tests.support.paths import LESSONS
from tutor_tui.offline_server.lesson.answer_patterns import Pattern
from tutor_tui.offline_server.lesson.grading import Verdict, judge, matches
from tutor_tui.offline_server.lesson.guide import Guide
from tutor_tui.offline_server.lesson.phrases import LANGUAGES
from tutor_tui.offline_server.lesson.script import LessonScript, Step, load_script

NAMES = sorted(path.stem for path in LESSONS.glob("*.toml"))
ENGLISH = [name for name in NAMES if name.startswith("en-")]
MAX_SENTENCES = 500
"""Sentences a step may expect: such a grammar is ready in 30 ms on the machine this was measured on."""


@cache
def lesson(name: str) -> LessonScript:
    return load_script(name, [LESSONS])


def steps(names: Iterable[str]) -> list[object]:
    return [
        pytest.param(step, id=f"{name}-{number}")
        for name in names
        for number, step in enumerate(lesson(name).steps, start=1)
    ]


each_lesson = pytest.mark.parametrize("name", NAMES)
each_step = pytest.mark.parametrize("step", steps(NAMES))
each_english_step = pytest.mark.parametrize("step", steps(ENGLISH))


def plain(text: str) -> str:
    """The words alone, as a recogniser gives them."""
    return " ".join(re.findall(r"[\w']+", text.casefold()))


def accepts(pattern: Pattern, words: str) -> bool:
    if not pattern.open:
        return words in pattern.sentences
    return any(words.startswith(f"{start} ") or not start for start in pattern.sentences)


def closed(patterns: Iterable[Pattern]) -> list[str]:
    return [sentence for pattern in patterns if not pattern.open for sentence in pattern.sentences]


def dictionary() -> set[str]:
    with Path(get_model_path("en-us/cmudict-en-us.dict")).open(encoding="utf-8") as file:
        return {line.split(maxsplit=1)[0] for line in file if line.strip()}


def test_the_promised_lessons_are_there() -> None:
    assert [lesson(name).level for name in ENGLISH] == ["A1", "A1", "A2", "A2", "B1", "B1"]
    assert {lesson(name).language for name in NAMES} == {"en", "ko", "es"}


@each_lesson
def test_a_lesson_is_long_enough_and_named_for_what_it_holds(name: str) -> None:
    script = lesson(name)
    assert len(script.steps) >= 10
    assert name.startswith(f"{script.language}-{script.level.lower()}-")
    assert script.native_language == "en"
    for text in (script.greeting, script.closing):
        assert 20 <= len(text) <= 200


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ENGLISH])
def test_all_that_is_said_in_another_language_is_translated(name: str) -> None:
    script = lesson(name)
    assert script.greeting_translation and script.closing_translation
    assert all(step.translation and step.praise_translation for step in script.steps)


def test_the_first_english_lesson_is_translated_into_every_language_that_the_guide_has_words_in() -> None:
    for step in lesson("en-a1-first-words").steps:
        assert set(step.translations) == LANGUAGES - {"en"}


@each_lesson
def test_no_question_stands_in_another_so_that_a_lesson_can_be_taken_up_again(name: str) -> None:
    questions = [step.say for step in lesson(name).steps]
    for question in questions:
        assert sum(question in other for other in questions) == 1


@each_lesson
def test_model_answers_lead_from_greeting_to_closing(name: str) -> None:
    script = lesson(name)
    guide = Guide(script)
    said = [guide.greet().text]
    for step in script.steps:
        assert step.say in said[-1]
        said.append(guide.answer(step.answer).text)
    assert script.closing in said[-1]
    assert all(earlier != later for earlier, later in pairwise(said))


@each_step
def test_the_model_answer_is_right_and_no_mistake(step: Step) -> None:
    answer = plain(step.answer)
    assert any(accepts(pattern, answer) for pattern in step.expect)
    assert not any(accepts(mistake.heard, answer) for mistake in step.mistakes)
    assert re.match(r"[^a-z]", step.answer), "a sentence begins with a capital"
    assert re.search(r"[.?!]$", step.answer)


@each_step
def test_right_answers_and_mistakes_never_overlap(step: Step) -> None:
    for right in closed(step.expect):
        assert not any(accepts(mistake.heard, right) for mistake in step.mistakes), right
    for wrong in closed(mistake.heard for mistake in step.mistakes):
        assert not any(accepts(pattern, wrong) for pattern in step.expect), wrong


@each_step
def test_help_prompts_and_does_not_tell(step: Step) -> None:
    answer = plain(step.answer)
    assert step.mistakes, "every step knows a typical slip"
    for help_text in (step.hint, *(mistake.prompt for mistake in step.mistakes)):
        assert 10 <= len(help_text) <= 200
        assert answer not in plain(help_text)


@each_step
def test_every_line_can_be_spoken_and_understood(step: Step) -> None:
    assert len(step.say) <= 200
    assert len(plain(step.answer).split()) <= 16
    assert 5 <= len(step.translation) <= 160
    assert 2 <= len(step.praise) <= 90
    translations = (step.translation, step.praise_translation, *step.translations.values())
    assert all(len(line) <= 160 for line in translations)
    for line in (step.say, step.answer, step.hint, step.praise, *translations):
        assert not re.search(r"[*_#\[\]<>{}|`~]", line), "marks cannot be heard"
    assert not any(set("()") & set(line) for line in translations), "they stand in brackets themselves"


@each_step
def test_there_are_ways_to_be_right_and_not_too_many_to_listen_for(step: Step) -> None:
    assert 2 <= len(closed(step.expect)) <= MAX_SENTENCES
    assert max(len(sentence.split()) for sentence in closed(step.expect)) <= 20
    assert sum(pattern.open for pattern in step.expect) <= 2


@each_step
def test_the_model_answer_is_among_the_sentences_that_are_listened_for(step: Step) -> None:
    assert plain(step.answer) in closed(step.expect)


@each_english_step
def test_english_answers_are_made_of_words_the_ears_know(step: Step) -> None:
    patterns = [*step.expect, *(mistake.heard for mistake in step.mistakes)]
    words = {word for pattern in patterns for sentence in pattern.sentences for word in sentence.split()}
    assert words | set(plain(step.answer).split()) <= KNOWN


KNOWN = dictionary()


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ENGLISH])
def test_other_languages_keep_to_their_letters(name: str) -> None:
    """Typed answers: a stray Latin letter in a Korean pattern could never be matched by a learner."""
    letters = "[가-힣 ]+" if lesson(name).language == "ko" else "[a-záéíóúñü ]+"
    for step in lesson(name).steps:
        for sentence in (sentence for pattern in step.expect for sentence in pattern.sentences):
            assert re.fullmatch(letters, sentence), sentence


@pytest.mark.parametrize("name", NAMES)
def test_a_lesson_comes_back_to_its_words(name: str) -> None:
    """Content words of the model answers: at least three are met in more than one step's question or answer."""
    met: dict[str, set[int]] = {}
    for number, step in enumerate(lesson(name).steps):
        for word in plain(f"{step.say} {step.answer}").split():
            if len(word) > (1 if lesson(name).language == "ko" else 3):
                met.setdefault(word, set()).add(number)
    answered = {word for step in lesson(name).steps for word in plain(step.answer).split()}
    assert sum(len(places) > 1 for word, places in met.items() if word in answered) >= 3


@pytest.mark.parametrize(
    ("name", "number", "said"),
    [
        ("en-a1-first-words", 2, "I'm fine, thanks, and you?"),
        ("en-a1-first-words", 6, "Yes, of course!"),
        ("en-a1-first-words", 7, "I have a brother and two sisters."),
        ("en-a1-first-words", 7, "No, I'm an only child."),
        ("en-a1-first-words", 9, "What country are you from?"),
        ("en-a1-first-words", 12, "Bye, Sam, take care!"),
        ("en-a1-numbers-and-time", 5, "I'm 14 years old."),
        ("en-a1-numbers-and-time", 12, "It's the fifth of May."),
        ("en-a2-at-the-cafe", 1, "May I have a cappuccino, please?"),
        ("en-a2-at-the-cafe", 2, "Yes, a little milk, please."),
        ("en-a2-at-the-cafe", 5, "Excuse me, does the cake contain nuts?"),
        ("en-a2-at-the-cafe", 7, "Sorry, I didn't order tea. I ordered a coffee."),
        ("en-a2-at-the-cafe", 8, "Could you warm it up, please?"),
        ("en-a2-at-the-cafe", 11, "Can I pay by card?"),
        ("en-a2-my-day", 3, "I usually ride my bike to work."),
        ("en-b1-work-and-plans", 1, "I'm a police officer."),
        ("es-a1-cafe", 1, "Hola, Lucía, ¿qué tal?"),
        ("es-a1-cafe", 3, "Me gustaría un té, por favor."),
        ("es-a1-cafe", 5, "Sí, estoy hambrienta."),
        ("es-a1-cafe", 9, "¿Puede hablar más despacio, por favor?"),
        ("ko-a1-first-words", 3, "저는 대만에서 왔습니다."),
        ("ko-a1-first-words", 4, "커피를 안 좋아해요."),
        ("ko-a1-first-words", 6, "아메리카노 한 잔 주세요."),
        ("ko-a1-first-words", 6, "커피 한 잔 부탁합니다."),
        ("ko-a1-first-words", 10, "미나 씨는 어디에서 오셨어요?"),
    ],
)
def test_what_people_naturally_say_is_right(name: str, number: int, said: str) -> None:
    step = lesson(name).steps[number - 1]
    assert judge(said, step.expect, lesson(name).language).verdict is Verdict.RIGHT
    assert not any(matches(said, [mistake.heard], lesson(name).language) for mistake in step.mistakes)
