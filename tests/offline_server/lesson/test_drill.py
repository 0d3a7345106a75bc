"""Drills: two minutes with what is due."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.paths import LESSONS
from tutor_tui.core.lesson_plan import DRILLS, DrillKind, DueItem
from tutor_tui.offline_server.backend import LocalBackend
from tutor_tui.offline_server.hearing import HeardPiece, Hearing, Match
from tutor_tui.offline_server.lesson.drill_phrases import drill_phrases_in
from tutor_tui.offline_server.lesson.phrases.by_language import LANGUAGES
from tutor_tui.offline_server.ports.guide import Guide
from tutor_tui.openai_api.private_extensions import WantedLesson

DOG, DAY, APPLE = DueItem("der Hund", "dog"), DueItem("Guten Tag", "good day"), DueItem("Apfel", "apple")


def drill(*due: DueItem, language: str = "de", script: str = "", history: Sequence[tuple[str, str]] = ()) -> Guide:
    wanted = WantedLesson(script, "en", due=due, drill="recall")
    return LocalBackend([LESSONS] if script else []).guide(wanted, language, history)


def begun(*due: DueItem, language: str = "de") -> Guide:
    made = drill(*due, language=language)
    made.greet()
    return made


def used(guide: Guide, *answers: str) -> list[tuple[str, str]]:
    return [(use.item, use.how) for answer in answers for use in guide.answer(answer).uses]


def test_the_meaning_is_asked_for_and_nothing_gives_the_word_away() -> None:
    asking = drill(DOG, DAY)
    greeting = asking.greet().text
    assert "“dog”?" in greeting and "Hund" not in greeting
    assert "(Two minutes with your words. I give the meaning, you give the word. Stuck?" in greeting
    reply = asking.answer("der Hund")
    assert "“good day”?" in reply.text and "Guten Tag" not in reply.text


@pytest.mark.parametrize(
    ("answers", "how"),
    [
        (["der Hund"], "independent"),
        (["Der Hund!"], "independent"),
        (["Hilfe", "der Hund"], "assisted"),
        (["die Katze", "der Hund"], "assisted"),
        (["die Katze", "die Maus", "der Hund"], "lapse"),
        (["der Hundd", "der Hund"], "lapse"),
        (["ich weiß nicht", "der Hund"], "lapse"),
        (["Hilfe", "Hilfe", "der Hund"], "lapse"),
    ],
    ids=lambda value: value if isinstance(value, str) else " then ".join(value),
)
def test_each_answer_says_how_the_word_was_remembered(answers: Sequence[str], how: str) -> None:
    assert used(begun(DOG, DAY), *answers) == [("der Hund", how)]


def test_a_word_of_the_drill_is_an_answer_also_where_it_could_ask_to_stop() -> None:
    guide = begun(DueItem("la casa", "the house"), DueItem("hasta mañana", "see you tomorrow"), language="es")
    assert "Busco otra palabra" in guide.answer("hasta manana").text, "a word, and another one"
    assert "lo dejamos aquí" in guide.answer("quiero terminar").text
    assert "“see you tomorrow”" in guide.answer("la casa").text
    assert used(guide, "hasta mañana") == [("hasta mañana", "independent")]


def test_what_was_missed_goes_to_the_end_and_is_given_up_after_three_times() -> None:
    asking = begun(DOG, DAY, APPLE)
    asking.answer("ich weiß nicht")
    assert "“good day”?" in asking.answer("der Hund").text
    assert "“apple”?" in asking.answer("Guten Tag").text
    again = asking.answer("Apfel").text
    assert "“dog”?" in again
    asking.answer("ich weiß nicht")
    assert "“dog”?" in asking.answer("der Hund").text
    asking.answer("ich weiß nicht")
    over = asking.answer("der Hund").text
    assert "Gewusst: 2 von 3." in over and "Für das nächste Mal: der Hund" in over


def test_what_had_to_be_told_once_was_not_known_and_what_came_with_help_was() -> None:
    """“You got 6 of 6” stood over two lapses: what is told at the end is what is kept."""
    asking = begun(DOG, DAY)
    assert used(asking, "ich weiß nicht", "der Hund") == [("der Hund", "lapse")]
    assert used(asking, "Hilfe", "Guten Tag") == [("Guten Tag", "assisted")]
    assert "Gewusst: 1 von 2." in asking.answer("der Hund").text


def test_when_the_time_is_over_nothing_new_is_asked_and_it_says_what_was_got() -> None:
    asking = begun(DOG, DAY, APPLE)
    asking.answer("der Hund")
    asking.close()
    asking.answer("ich weiß nicht")
    over = asking.answer("Guten Tag").text
    assert "Gewusst: 1 von 2." in over and "Für das nächste Mal: Guten Tag" in over
    assert "apple" not in over


def test_what_the_ears_do_not_understand_is_no_lapse_and_comes_once_more() -> None:
    asking = begun(DOG, DAY)
    told = [asking.hear(None) for _ in range(3)]
    assert "Du kannst sagen: der Hund." in told[-1].text
    told.append(asking.hear(None))
    assert "“good day”?" in told[-1].text
    assert [use for reply in told for use in reply.uses] == []
    assert "“dog”?" in asking.answer("Guten Tag").text


def test_a_word_that_was_heard_as_a_misspelt_one_is_asked_about_and_not_called_wrong() -> None:
    asking = begun(DOG)
    reply = asking.hear(Hearing("der Hundd", Match.OTHER))
    assert asking.doubt.casefold() == "der hund" and not reply.uses


def test_a_word_heard_by_both_ears_that_is_another_twice_is_missed() -> None:
    asking = begun(DOG, DAY)
    asking.hear(by_two_ears("die Katze"))
    asking.hear(by_two_ears("die Maus"))
    assert [use.how for use in asking.answer("der Hund").uses] == ["lapse"]


def by_two_ears(text: str, worst_word: float = 0.9) -> Hearing:
    """What one recogniser took for none of the expected sentences, and Whisper wrote down, as certain as that."""
    return Hearing(text, Match.OTHER, pieces=(HeardPiece(text, 0, 900, -0.2, 0.01, worst_word=worst_word),))


def test_words_that_whisper_has_guessed_show_nothing_of_what_was_forgotten() -> None:
    asking = begun(DOG, DAY)
    asking.hear(by_two_ears("die Katze", 0.4))
    asking.hear(by_two_ears("die Maus", 0.4))
    assert asking.answer("der Hund").uses == ()


@pytest.mark.parametrize("first", [True, False])
def test_what_one_ear_alone_took_for_another_is_not_called_wrong(first: bool) -> None:
    asking = begun(DOG, DAY)
    heard = [Hearing("die Katze", Match.OTHER), by_two_ears("die Maus")]
    for each in heard if first else reversed(heard):
        asking.hear(each)
    assert asking.answer("der Hund").uses == ()
    assert "“dog”?" in asking.answer("Guten Tag").text, "it comes once more"


def test_the_beginning_of_one_word_is_a_letter() -> None:
    assert "Es fängt so an: A …" in begun(APPLE).answer("Hilfe").text


def test_a_correction_is_asked_for_by_what_was_said_and_it_says_what_to_do_with_it() -> None:
    asking = begun(DueItem("학교에 가요", "the place takes 에", "학교 가요"), language="ko")
    assert "“학교 가요” → 맞게 말해 보세요. (say it right.)" in asking.repeat().text


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_what_to_do_with_a_mistake_is_said_in_every_language_of_the_guide(language: str) -> None:
    assert len({drill_phrases_in(each).say_right for each in LANGUAGES}) == len(LANGUAGES)
    asked = begun(DueItem("Apfel", "", "Appel"), language=language).repeat().text
    assert f"“Appel” → {drill_phrases_in(language).say_right}" in asked
    assert ("(say it right.)" in asked) == (language != "en")


@pytest.mark.parametrize(
    ("meaning", "asked"),
    [
        ("far", "“far”?"),
        ("What is this?", "“What is this?”"),
        ("A coffee with milk, please.", "“A coffee with milk, please.”"),
        ("これは何ですか。", "“これは何ですか。”"),
    ],
)
def test_what_is_asked_for_has_one_mark_at_its_end(meaning: str, asked: str) -> None:
    text = begun(DueItem("Apfel", meaning)).repeat().text
    assert text.startswith(asked) and text.count("?") == asked.count("?")


def test_a_drill_can_be_held_in_a_language_without_lessons() -> None:
    asking = begun(DueItem("nyumba", "house"), language="sw")
    assert "You got 1 of 1." in asking.answer("nyumba").text


def test_the_lesson_behind_it_is_offered_and_begins() -> None:
    asking = drill(DOG, script="de-a1-cafe")
    asking.greet()
    assert "nächste Lektion" in asking.answer("der Hund").text
    lesson = asking.answer("nächste Lektion")
    assert "Hund" not in lesson.text and lesson.begins == "lesson"


@pytest.mark.parametrize("kind", DRILLS)
def test_in_mid_lesson_it_ends_without_an_offer_and_says_that_the_lesson_goes_on(kind: DrillKind) -> None:
    sent = WantedLesson("de-a1-cafe", "en", due=(DOG,), drill=kind, within_lesson=True).fields
    asking = LocalBackend([LESSONS]).guide(WantedLesson.read(sent), "de", [])
    asking.greet()
    over = asking.answer("der Hund")
    assert over.begins == "lesson" and "nächste Lektion" not in over.text and "You got 1 of 1." in over.text


def test_it_says_that_it_begins_once_more() -> None:
    asking = begun(DOG)
    asking.answer("der Hund")
    again = asking.answer("von vorne")
    assert "“dog”?" in again.text and again.begins == "drill"


def test_it_is_taken_up_where_the_line_dropped() -> None:
    first = drill(DOG, DAY)
    history = [("assistant", first.greet().text), ("user", "ich weiß nicht")]
    history.append(("assistant", first.answer("ich weiß nicht").text))
    second = drill(DOG, DAY, history=[*history, ("system", "close")])
    assert [use.how for use in second.answer("der Hund").uses] == ["lapse"]


@settings(max_examples=12)
@given(
    st.sampled_from(DRILLS),
    st.lists(st.builds(DueItem, st.text(max_size=70), st.text(max_size=70), st.text(max_size=70)), max_size=8),
)
def test_whatever_is_due_a_drill_comes_to_its_end(kind: DrillKind, due: list[DueItem]) -> None:
    sent = WantedLesson("", "en", due=tuple(due), drill=kind).fields
    wanted = WantedLesson.read(sent)
    asking = LocalBackend([]).guide(wanted, "de", [])
    text = asking.greet().text
    for _ in range(12 * 3 * 4):
        if "Das war die Übung." in text:
            return
        text = asking.answer("ja").text
    pytest.fail("it never came to its end")


# ---- terms with a gap -----------------------------------------------------------------------------------------------

ME_LLAMO = DueItem("me llamo …", "my name is …", "", "me llamo Ana")


@pytest.mark.parametrize("answer", ["me llamo Carlos", "Me llamo.", "yo me llamo Ana María"])
def test_what_stands_in_a_gap_is_the_learner_s_own(answer: str) -> None:
    """“me llamo Carlos” was “another word”, and a lapse."""
    asking = drill(ME_LLAMO, DueItem("el perro", "dog"), language="es")
    assert "“my name is …”?" in asking.greet().text
    assert "me llamo Ana" in asking.expected
    assert [(use.item, use.how) for use in asking.answer(answer).uses] == [("me llamo …", "independent")]


def test_how_it_was_said_goes_to_the_guide_and_may_be_left_out() -> None:
    due = (ME_LLAMO, DueItem("el perro", "dog"))
    fields = WantedLesson("x", due=due).fields
    assert WantedLesson.read(fields).due == due
    assert fields["due"].endswith('["el perro","dog",""]]')


def test_who_does_not_know_it_is_told_it_filled_in() -> None:
    for due, told in ((ME_LLAMO, "me llamo Ana"), (DueItem("me llamo [nombre]", "my name is …"), "me llamo …")):
        asking = drill(due, DueItem("el perro", "dog"), language="es")
        asking.greet()
        assert told in asking.answer("no sé").text
        assert "“dog”?" in asking.answer("me llamo Ana").text


def test_nothing_but_a_term_that_was_filled_in_is_said_after_the_tutor_or_written_down() -> None:
    age = DueItem("tiene … años", "he is … years old")
    for kind in DRILLS:
        assert ME_LLAMO.fits(kind) and age.fits(kind) == (kind == "recall")
    wanted = WantedLesson("", "en", due=(ME_LLAMO,), drill="dictation")
    asking = LocalBackend([]).guide(wanted, "es", ())
    asking.greet()
    assert "me llamo ____" in asking.answer("me llamo Carlos").text, "that is not what was to be heard"
    assert [use.how for use in asking.answer("me llamo Ana").uses] == ["understood"]
