"""What a guide says in the learner's own language: meanings, explanations, what is to be done."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tests.offline_server.lesson.small_lesson import lesson
from tests.support.paths import LESSONS
from tutor_tui.core.tools import Correction
from tutor_tui.offline_server.lesson.guide import Guide
from tutor_tui.offline_server.lesson.guide_words import GuideWords
from tutor_tui.offline_server.lesson.phrases.by_language import LANGUAGES, phrases_in
from tutor_tui.offline_server.lesson.script_checks import check
from tutor_tui.offline_server.lesson.script_file import load_script
from tutor_tui.speech.sentences import sentences, speakable


def test_what_is_said_in_the_language_taught_is_followed_by_what_it_means() -> None:
    guide = lesson("ko-a1-where-from", home="en")
    script = guide.script
    said, meaning = guide.greet().text.split(" (", 1)
    assert said.startswith(script.greeting) and meaning.startswith(script.greeting_translation)
    assert meaning.endswith(" Stuck? Ask: “help”, “again”, “slower” or “what does that mean?”)")
    assert "(" not in meaning


@pytest.mark.parametrize("home", ["ko", "de", "es", "fr", "ja", "zh"])
def test_an_english_lesson_helps_in_the_language_spoken_at_home(home: str) -> None:
    guide = lesson("en-a1-first-words", home)
    script = guide.script
    said, meaning = guide.greet().text.split(" (", 1)
    first = script.steps[0]
    assert said.endswith(first.present or first.say)
    assert meaning.startswith(script.greeting_translations[home]) and "help me please" in meaning
    assert f"。 {phrases_in(home).stuck_in_english}" not in meaning
    if first.present:
        guide.answer(first.present)
    assert guide.answer("what does that mean").text.startswith(first.translations[home])
    assert first.hints[home] in guide.answer("help").text
    told = guide.answer("the is of with").text
    assert phrases_in(home).unsure.split("{")[0] in told, "the guide's own words, too"


@pytest.mark.parametrize("home", ["ko", "de", "es", "fr", "ja", "zh"])
def test_the_guide_explains_a_slip_and_the_end_in_the_language_spoken_at_home(home: str) -> None:
    guide = lesson("en-a1-first-words", home)
    script = guide.script
    guide.greet()
    slip = script.steps[0].mistakes[1]
    said = guide.answer("my name are Anna").text
    assert said == f"{slip.prompt} ({slip.prompts[home]})"
    reply = guide.answer("my name is Anna")
    while step := guide.path.step:
        reply = guide.answer(step.present if guide._presenting else step.answer)
    for told in (phrases_in(home).first_try, phrases_in(home).corrected):
        assert max(re.split(r"\{\w+\}", told), key=len) in reply.text.rpartition(" (")[2]


@pytest.mark.parametrize("name", ["en-a1-first-words", "en-a1-numbers-and-time"])
def test_prompts_of_a_first_lesson_are_there_in_every_language_of_the_guide(name: str) -> None:
    slips = [slip for step in lesson(name).script.steps for slip in step.mistakes]
    assert [slip.prompt for slip in slips if set(slip.prompts) != LANGUAGES - {"en"}] == []
    for slip in slips:
        spoken = [speakable(piece) for piece in sentences(slip.prompt)]
        for text in slip.prompts.values():
            pieces = sentences(f"{slip.prompt} ({text})")
            assert [speakable(piece) for piece in pieces] == [*spoken, ""], "a meaning is to be read, and not said"


@pytest.mark.parametrize("home", ["", "en", "pt"])
def test_an_english_lesson_stays_english_for_a_home_without_words(home: str) -> None:
    guide = lesson("en-a1-first-words", home)
    first, *_ = guide.script.steps
    assert guide.greet().text.isascii() is False  # the quotation marks
    if first.present:
        guide.answer(first.present)
    assert "(" not in guide.answer(first.answer).text


@pytest.mark.parametrize(
    ("name", "home"), [("ko-a1-first-words", "en"), ("en-a1-first-words", "ko"), ("es-a1-cafe", "")]
)
def test_meanings_are_shown_and_never_spoken(name: str, home: str) -> None:
    guide = lesson(name, home)
    script = guide.script
    replies = [guide.greet(), *(guide.answer(words) for words in ("bananas", "", "help", "bananas", "bananas"))]
    replies += [guide.answer(step.answer) for step in script.steps[1:]]
    for reply in replies:
        spoken = [speakable(piece) for piece in sentences(reply.text)]
        assert reply.text.startswith(" ".join(filter(None, spoken)).split("(")[0])
        assert not any("(" in piece or ")" in piece for piece in spoken)
        assert " ".join(sentences(reply.text)) == reply.text


def test_a_lesson_with_meanings_is_taken_up_where_it_was_left() -> None:
    guide = lesson("ko-a1-first-words", home="en")
    history = [
        ("assistant", guide.greet().text),
        ("user", "안녕하세요"),
        ("assistant", guide.answer("안녕하세요").text),
    ]
    again = Guide(load_script("ko-a1-first-words", [LESSONS]), history, home="en")
    assert again.answer("저는 애나예요").text == guide.answer("저는 애나예요").text


def test_what_the_tutor_says_in_the_learners_language_is_known_to_be_in_that() -> None:
    """“Take your time.” has too few frequent words to be told from Spanish by them, and a Spanish voice said it."""
    guide = Guide(load_script("es-a1-first-words", [LESSONS]))
    guide.greet()
    left = [guide.answer("¿Dónde está la biblioteca?") for _ in range(2)][-1]
    thanks = phrases_in("en").move_on
    assert [pieces for text, pieces in left.pieces.items() if text in thanks] == [[("All right, let us go on.", "en")]]
    assert guide.script.greeting not in left.pieces
    assert guide.answer("slower please").pieces["All right, more slowly."] == [("All right, more slowly.", "en")]
    hint, _, model = guide.help(), guide.help(), guide.help()
    assert {pieces[0][1] for pieces in hint.pieces.values()} == {"en"}
    assert model.pieces == {
        "You can say: Me llamo Ana.": [("You can say: ", "en"), ("Me llamo Ana.", "es")],
        "Now you.": [("Now you.", "en")],
    }


def test_what_is_said_after_the_tutor_is_introduced_in_the_learners_language() -> None:
    guide = lesson("en-a1-first-words", home="ko")
    guide.greet()
    assert guide.answer("Anna").text.endswith("I am fine, thank you. (잘 듣고 따라 해 보세요)")
    spanish = lesson("es-a1-first-words")
    spanish.greet()
    spanish.answer("Hola")
    shown = spanish.answer("Me llamo Ana.").pieces
    assert shown["Listen, and say it after me: Encantado."] == [
        ("Listen, and say it after me:", "en"),
        (" Encantado.", "es"),
    ]


@pytest.mark.parametrize(
    ("name", "number", "task"),
    [
        ("es-a1-first-words", 1, "Greet me, too!"),
        ("fr-a1-first-words", 5, "Say thank you!"),
        ("de-a1-first-words", 13, "Say goodbye to her!"),
        ("ja-a1-cafe", 13, "Ask for the bill!"),
        ("ko-a1-first-words", 5, "Say thank you!"),
        ("zh-a1-first-words", 8, "Say that it does not matter!"),
    ],
)
def test_what_is_to_be_done_is_said_and_by_the_voice_that_the_learner_knows(name: str, number: int, task: str) -> None:
    guide = Guide(load_script(name, [LESSONS]))
    guide.start_at(number - 1)
    asked = guide.repeat()
    said, _, in_brackets = asked.text.partition(" (")
    assert said.endswith(task) and task not in in_brackets and in_brackets
    pieces = [piece for each in sentences(said) for piece in asked.pieces.get(each, [])]
    assert pieces[-1] == (task, "en")
    assert {language for _, language in pieces[:-1]} == {guide.script.language}
    assert task in guide.answer("What does that mean?").text.partition(" (")[0]


def test_a_level_test_says_what_to_say_where_a_question_is_too_hard() -> None:
    greeting = Guide(load_script("es-level-test", [LESSONS])).greet()
    assert "If one is too hard, say: I don't know." in greeting.text.partition(" (")[0]


def test_a_script_whose_translation_says_more_than_its_question_is_told_so() -> None:
    script = load_script("es-a1-first-words", [LESSONS])
    first = script.steps[0]
    assert not [each for each in check(replace(script, steps=(first,)), 0) if "the task" in each.what]
    for wrong in (
        replace(first, task="", translation="Hello! Good morning! Greet me, too!"),
        replace(first, task="Greet me, too, and then say your name and where you come from!"),
    ):
        assert [each for each in check(replace(script, steps=(wrong,)), 0) if "task" in each.what]


@pytest.mark.parametrize("name", ["ja-a1-cafe", "zh-a1-cafe"])
def test_no_blank_stands_behind_a_wide_stop(name: str) -> None:
    guide = Guide(load_script(name, [LESSONS]), home="ja")
    replies = [guide.greet(), guide.answer("…"), guide.answer("slower please"), guide.help()]
    while (step := guide.path.step) and len(replies) < 30:
        replies.append(guide.answer(step.present if guide.learner_repeats else step.answer))
    for reply in replies:
        said = reply.text.partition(" (")[0]
        assert not re.search(r"[。！？] ", said)
        assert not re.search(r"[。！？] [ぁ-んァ-ヶ一-龠]", guide.meaning)
        assert Guide(guide.script, [("assistant", replies[0].text)], home="ja").is_greeted, "it is known again"
    assert "".join(said.split()) == "".join("".join(sentences(said)).split()) and len(sentences(said)) > 1


@pytest.mark.parametrize(
    ("home", "prompt", "prompts", "why"),
    [
        ("", "In Spanish you are not hungry: you have it. The verb is in my question.", {}, True),
        ("de", "Which verb is that?", {"de": "Auf Spanisch hat man Hunger. Welches Verb ist das?"}, True),
        ("de", "In Spanish you are not hungry: you have it.", {}, False),
        ("", "Nearly. Look at the small word at the beginning of my question.", {}, False),
        ("", "Which two words mean I call myself?", {}, False),
    ],
)
def test_the_why_of_a_slip_is_the_rule_in_its_prompt_in_the_learner_s_language(
    home: str, prompt: str, prompts: dict[str, str], *, why: bool
) -> None:
    words = GuideWords(load_script("es-a1-cafe", [LESSONS]), home)
    assert words.why(prompt, prompts) in (
        ("In Spanish you are not hungry: you have it.", "Auf Spanisch hat man Hunger.") if why else ("",)
    )


def test_the_why_goes_with_the_note() -> None:
    asking = Guide(load_script("es-a1-cafe", [LESSONS]), home="en")
    asking.greet()
    asking.start_at(next(i for i, step in enumerate(asking.script.steps) if "¿Tienes hambre?" in step.say))
    notes = [note for answer in ("Soy hambre", "Sí, tengo hambre.") for note in asking.answer(answer).notes]
    assert [each.why for each in notes if isinstance(each, Correction)] == [
        "In Spanish you are not hungry: you have it."
    ]
