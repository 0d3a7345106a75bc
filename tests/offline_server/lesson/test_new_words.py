"""What is kept of a unit: what was really met in it."""

from __future__ import annotations

from tests.support.paths import LESSONS
from tutor_tui.core.tools import Correction, Word
from tutor_tui.offline_server.lesson.guide import Guide
from tutor_tui.offline_server.lesson.new_words import met_in
from tutor_tui.offline_server.lesson.script_file import load_script

CAFE = load_script("de-a1-cafe", [LESSONS])
COFFEE = Word("Ich nehme einen Kaffee.", "I am having a coffee.")


def test_a_new_form_is_kept_with_its_meaning_once_the_learner_has_said_it() -> None:
    guide = Guide(CAFE)
    guide.greet()
    notes: list[Correction | Word] = []
    for _ in range(len(CAFE.steps)):
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
    kept = {word.term: word.meaning for step in CAFE.steps for word in met_in(step, CAFE)}
    assert kept["zahlen, bitte"] == "The bill, please!" and kept[COFFEE.term] == COFFEE.meaning
    assert not {step.present for step in CAFE.steps if not step.present_translation} & {*kept}
