"""What is kept of a unit: what was really met in it."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from tests.offline_server.lesson.shipped import lesson
from tests.support.paths import LESSONS
from tutor_tui.core.lesson_plan import DueItem
from tutor_tui.core.tools import Correction, Word
from tutor_tui.learning.quotes import filled_in
from tutor_tui.offline_server.lesson.due_items import drill_steps
from tutor_tui.offline_server.lesson.guide import Guide
from tutor_tui.offline_server.lesson.new_words import NewWords
from tutor_tui.offline_server.lesson.script import LessonScript
from tutor_tui.offline_server.lesson.script_checks import check
from tutor_tui.offline_server.lesson.script_file import load_script
from tutor_tui.speech.normalise import key

UNITS = sorted(LESSONS.glob("??-[ab][12]-*.toml"))
COFFEE = Word("Ich nehme einen Kaffee.", "I am having a coffee.")


def cafe() -> LessonScript:
    return lesson("de-a1-cafe")


def test_a_new_form_is_kept_with_its_meaning_once_the_learner_has_said_it() -> None:
    guide = Guide(cafe())
    guide.greet()
    notes: list[Correction | Word] = []
    for _ in range(len(cafe().steps)):
        asked = guide.path.step
        assert asked is not None
        if asked.present == COFFEE.term:
            break
        notes += guide.answer(asked.answer).notes
    assert COFFEE not in notes, "what was not met is not kept"
    assert guide.answer("").notes == (), "nothing was said"
    guide = guide.copy()
    guide._presenting = True
    assert guide.answer("Hilfe").notes == (), "asked for help"
    assert guide.answer(COFFEE.term).notes == (COFFEE,)


def test_a_word_that_is_all_of_what_is_shown_is_kept_alone_and_what_is_not_new_is_not_kept() -> None:
    new = NewWords(cafe())
    kept = {word.term: word.meaning for step in cafe().steps for word in new.shown(step)}
    assert kept["zahlen, bitte"] == "The bill, please!" and kept[COFFEE.term] == COFFEE.meaning
    assert not {step.present for step in cafe().steps if not step.present_translation} & {*kept}


def test_who_reads_no_translation_of_what_is_shown_keeps_the_words_in_it() -> None:
    likes = load_script("en-a1-likes", [LESSONS])
    step = next(each for each in likes.steps if "I hate" in each.present)
    shown = "I love tea, but I hate shopping."
    in_korean = ("저는 …를 정말 좋아해요", "저는 …를 아주 싫어해요")
    in_other_words = ("it is very, very good for me", "it is very bad for me")
    for home, (love, hate) in {"ko": in_korean, "it": in_other_words}.items():
        new = NewWords(likes, home)
        assert new.shown(step) == (Word("I love", love, shown), Word("I hate", hate, shown)), home
        assert new.shown(step) == (), "each is told once"


def test_a_word_that_no_step_shows_is_kept_once_the_learner_has_said_it() -> None:
    guide = Guide(cafe())
    guide.greet()
    asked = next(number for number, step in enumerate(cafe().steps) if step.answer == "Zusammen, bitte.")
    guide.start_at(asked)
    together = Word("zusammen", "together, on one bill", "Zusammen, bitte.")
    assert guide.copy().answer("Getrennt, bitte.").notes != (together,)
    assert guide.copy().answer("Hilfe").notes == ()
    assert guide.answer("Zusammen, bitte.").notes == (together,)


def test_a_new_word_with_a_gap_is_kept_with_the_sentence_that_fills_it() -> None:
    """Only the sentence was kept, with a name that is not the learner's; and the pattern never."""
    for unit, term, meaning, filled in (
        ("ko-a1-first-words", "저는 … 예요", "I am …", "저는 안나예요"),
        ("es-a1-family", "tiene … años", "he or she is … years old", "tiene setenta y dos años"),
        ("zh-a1-first-words", "我叫…", "my name is …", "我叫安娜"),
    ):
        script = load_script(unit, [LESSONS])
        new = NewWords(script)
        kept = {word.term: word for step in script.steps for word in new.shown(step)}
        assert (kept[term].meaning, filled_in(term, kept[term].example)) == (meaning, filled)
        assert kept[term].example not in kept


@pytest.mark.parametrize("file", UNITS, ids=lambda file: file.stem)
def test_each_new_word_of_a_unit_can_be_asked_for_in_every_language_that_the_lesson_explains_itself_in(
    file: Path,
) -> None:
    unit = tomllib.loads(file.read_text(encoding="utf-8"))
    explained_in = {code for step in unit["step"] for code in (*step.get("translations", ()), *step.get("hints", ()))}
    assert {*unit["meanings"]} == {unit["native_language"], *explained_in}
    for code, meanings in unit["meanings"].items():
        assert list(meanings) == unit["new"], code
        assert len({*meanings.values()}) == len(meanings), "two are asked for in the same way"
        due = [DueItem(word, meaning) for word, meaning in meanings.items()]
        assert all(each.fits("recall") for each in due)
        for step in drill_steps(due):
            assert key(step.due_term, unit["language"]) not in key(step.say, unit["language"]), "the question tells it"


def test_an_author_is_told_which_new_words_have_no_meaning() -> None:
    likes = load_script("en-a1-likes", [LESSONS])
    korean = {word: meaning for word, meaning in likes.meanings["ko"].items() if word != "me too"}
    found = check(replace(likes, steps=likes.steps[-1:], meanings={"ko": korean}), samples=1)
    told = [each.what for each in found if "no meaning" in each.what]
    assert told == [f"in 'en', these new words have no meaning: {', '.join(likes.new)}",
                    "in 'ko', these new words have no meaning: me too"]  # fmt: skip
