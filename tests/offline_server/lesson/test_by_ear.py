"""A lesson by ear: where the ears are not sure the learner is asked, and nothing is called wrong that may be right."""

from __future__ import annotations

import copy
from dataclasses import replace

import pytest

from tests.offline_server.lesson.heard import HEARD_OTHER, WORDS, answer_to, at_a_question, likes, sure, unsure
from tests.support.paths import LESSONS
from tutor_tui.offline_server.hearing import HeardWord, Hearing, Match
from tutor_tui.offline_server.lesson.by_ear import ByEar
from tutor_tui.offline_server.lesson.doubt_phrases import (
    answer_in,
    answers_to_doubt,
    doubt_phrases_in,
    is_remark,
    language_of_answer,
    sentence_asked_about,
)
from tutor_tui.offline_server.lesson.guide import Guide
from tutor_tui.offline_server.lesson.level_test import LessonsOfLevels, LevelTest
from tutor_tui.offline_server.lesson.phrases.by_language import LANGUAGES
from tutor_tui.offline_server.lesson.script_file import load_script
from tutor_tui.speech.sentences import speakable


def test_a_sentence_that_may_have_been_said_is_asked_about_and_a_yes_counts_as_it() -> None:
    guide, told = at_a_question(), at_a_question()
    answer = answer_to(guide)
    asked = guide.hear(unsure(answer))
    said, to_read = asked.text.split("”? ")
    assert said == f"Did you say “{answer.removesuffix('.')}"
    assert to_read == "(네, 맞아요 = yes, I did / 아니요 = no, I didn't)"
    assert speakable(to_read) == ""
    assert asked.notes == ()
    assert guide.doubt == answer
    assert guide.hear(sure("네")) == told.answer(answer)
    assert (guide.doubt, guide.confirmed) == ("", True)


def test_a_question_says_what_it_means_to_a_learner_who_reads_another_language() -> None:
    guide = at_a_question(home="de")
    asked = guide.hear(unsure("좋아요."))
    assert asked.text.endswith("(Hast du „좋아요“ gesagt? 네, 맞아요 = ja, genau / 아니요 = nein, das nicht)")
    assert asked.pieces == {"Did you say “좋아요”?": [("Did you say “", "en"), ("좋아요”?", "ko")]}
    assert guide.meaning == "Hast du „좋아요“ gesagt?"


def test_a_no_is_asked_again_kindly_and_the_next_try_counts() -> None:
    guide, told = at_a_question(), at_a_question()
    answer = answer_to(guide)
    question = guide.repeat().text
    guide.hear(unsure(answer))
    assert guide.hear(sure("아니요")).text == f"All right. Please say it once more. {question}"
    assert (guide.doubt, guide.confirmed) == ("", False)
    assert guide.hear(sure(answer)) == told.answer(answer)


@pytest.mark.parametrize("typed", [False, True])
def test_another_try_is_heard_as_usual_and_typing_too(typed: bool) -> None:
    guide, told = at_a_question(), at_a_question()
    answer = answer_to(guide)
    guide.hear(unsure("저는 커피를 안 좋아해요."))
    assert (guide.answer(answer) if typed else guide.hear(sure(answer))) == told.answer(answer)
    assert (guide.doubt, guide.confirmed) == ("", False)


@pytest.mark.parametrize("yes", ["y", "Yes.", "네, 맞아요!", "응"])
def test_a_yes_may_be_typed_in_any_language(yes: str) -> None:
    guide = at_a_question()
    guide.hear(unsure(answer_to(guide)))
    guide.answer(yes)
    assert guide.confirmed


def test_nobody_is_asked_more_than_twice_in_a_row_and_the_lesson_never_gets_stuck() -> None:
    guide = at_a_question()
    place = guide.guide.path.place
    others = ("아무 말이나 했어요", "오늘 비가 와요", "기차를 타요", "집에 가요", "제 이름은 안나예요")
    said = [guide.hear(unsure(other)).text for other in others]
    assert [text.startswith("Did you say") for text in said] == [True, True, False, False, False]
    assert all(WORDS.still_unsure in text for text in said[2:])
    assert "type it" in said[2]
    assert guide.guide.path.place == place
    guide.hear(unsure("무엇이든"))
    assert guide.guide.path.place == place + 1, "the form was given, and whatever is said then leads on"
    guide.hear(None)  # past what is shown first
    assert guide.hear(unsure(answer_to(guide))).text.startswith("Did you say"), "another question, another count"


def test_a_no_does_not_begin_the_count_anew_and_a_clear_answer_does() -> None:
    guide = at_a_question()
    for _ in range(2):
        guide.hear(unsure(answer_to(guide)))
        guide.hear(sure("아니요"))
    assert WORDS.still_unsure in guide.hear(unsure(answer_to(guide))).text
    guide = at_a_question()
    for _ in range(2):
        guide.hear(unsure(answer_to(guide)))
        guide.hear(sure("천천히 말해 주세요"))
    assert guide.hear(unsure(answer_to(guide))).text.startswith("Did you say")


def test_what_was_not_listened_for_may_be_right_and_is_no_mistake() -> None:
    guide = at_a_question()
    step = guide.guide.path.step
    assert step is not None
    first = guide.hear(HEARD_OTHER)
    assert first.text.startswith(WORDS.not_listened_for)
    assert step.hint in first.text
    assert first.notes == ()
    assert first.text != guide.hear(None).text, "it is not the same as nothing heard"
    after, told = guide.hear(sure(step.answer)), at_a_question().hear(sure(step.answer))
    assert after == told, "nor does it count against the learner"


def test_what_is_never_listened_for_leads_on_in_the_end() -> None:
    guide = at_a_question()
    place = guide.guide.path.place
    said = [guide.hear(HEARD_OTHER).text for _ in range(4)]
    assert answer_to(guide) in said[-1]
    guide.hear(HEARD_OTHER)
    assert guide.guide.path.place == place + 1


def test_silence_is_asked_about_as_before() -> None:
    guide = at_a_question()
    assert guide.hear(None).text.startswith("I did not catch that.")


def test_an_unsure_yes_goes_on_from_a_right_sentence_but_confirms_nothing() -> None:
    guide, told = at_a_question(), at_a_question()
    answer = answer_to(guide)
    guide.hear(unsure(answer))
    assert guide.hear(unsure("네")) == replace(told.answer(answer), accepted="")
    assert not guide.confirmed
    guide = at_a_question()
    guide.hear(unsure("아무 말이나 했어요"))
    assert guide.hear(unsure("네")).text.startswith("Did you say “아무 말이나 했어요”?")


def test_a_right_sentence_that_is_heard_twice_leads_on_but_confirms_nothing() -> None:
    guide, told = at_a_question(), at_a_question()
    answer = answer_to(guide)
    guide.hear(unsure(answer))
    assert guide.hear(unsure(answer)) == replace(told.answer(answer), accepted="")
    assert not guide.confirmed


def test_a_word_that_was_not_clear_is_asked_about_where_it_may_be_another() -> None:
    guide = at_a_question()
    words = (HeardWord("다시", is_clear=False), HeardWord("말해"), HeardWord("주세요"))
    heard = Hearing("다시 말해 주세요", Match.EXPECTED, words)
    for rivals, match in (
        ((), Match.EXPECTED),
        (("네 다시 말해 주세요",), Match.EXPECTED),
        (("천천히 말해 주세요",), Match.UNSURE),
    ):
        assert guide.weighed(replace(heard, rivals=rivals)).match is match


def test_a_yes_is_never_taken_for_an_answer_that_sounds_like_it() -> None:
    guide = at_a_question()
    answer = answer_to(guide)
    guide.hear(unsure(answer))
    yes = Hearing(
        "네, 맞아요", Match.EXPECTED, (HeardWord("네,"), HeardWord("맞아요", is_clear=False)), rivals=(answer,)
    )
    assert guide.weighed(yes) == yes


def test_a_yes_that_is_too_short_to_be_heard_is_asked_for_once_more() -> None:
    guide = at_a_question()
    asked = guide.hear(unsure(answer_to(guide)))
    assert guide.hear(HEARD_OTHER) == asked
    assert guide.doubt
    assert WORDS.still_unsure in guide.hear(HEARD_OTHER).text
    assert not guide.doubt


def test_an_unsure_again_is_simply_done() -> None:
    guide = at_a_question()
    question = guide.repeat()
    assert guide.hear(unsure("다시 한 번 말해 주세요")) == question


def test_to_ask_for_it_again_is_the_answer_where_that_is_practised_however_unsure_the_ears_are() -> None:
    """In the first Korean lesson such a step never ended: the tutor did what it heard, and asked again."""
    script = load_script("ko-a1-first-words", [LESSONS])
    guide = ByEar(Guide(script))
    guide.greet()
    while (answer := answer_to(guide)) != "다시 말해 주세요.":
        guide.answer(guide.targets[0] if guide.targets else answer)
    left = guide.guide.path.place
    guide.hear(unsure(answer))
    assert guide.doubt == answer
    guide.hear(sure(answer))
    assert guide.guide.path.place > left


def test_yes_and_no_are_listened_for_while_they_are_asked_for_only() -> None:
    guide = at_a_question(home="de")
    before = list(guide.expected)
    guide.hear(unsure(answer_to(guide)))
    now = list(guide.expected)
    assert set(now) == {*before, *answers_to_doubt(["ko", "en", "de"])}
    assert {"네", "네, 맞아요", "아니요", "yes", "no", "nein"} <= set(now)
    assert [language_of_answer(sentence) for sentence in ("네", "yes", "nein", "저는")] == ["ko", "en", "de", None]
    assert list(guide.hints)[:2] == ["네, 맞아요", "아니요"]
    guide.hear(sure("아니요"))
    assert list(guide.expected) == before


def test_a_copy_has_a_question_of_its_own() -> None:
    guide = at_a_question()
    before = copy.deepcopy(guide)
    guide.hear(unsure(answer_to(guide)))
    assert before.doubt == ""
    again = copy.deepcopy(guide)
    guide.hear(sure("네"))
    assert again.doubt
    assert again.hear(sure("네")).text


def test_a_lesson_that_is_taken_up_stands_where_it_stood() -> None:
    guide = ByEar(Guide(likes()))
    history = [("assistant", guide.greet().text)]

    def exchange(heard: Hearing | None, *kept: str) -> None:
        reply = guide.hear(heard)
        history.extend(("user", text) for text in kept)
        history.append(("assistant", reply.text))

    exchange(None)
    first = answer_to(guide)
    asked = len(history)
    exchange(unsure(first))
    exchange(sure("네"), "네")
    history.insert(asked, ("user", first))  # where it was said, once it was confirmed
    exchange(unsure(answer_to(guide)))
    exchange(sure("아니요"), "아니요")
    exchange(HEARD_OTHER)
    exchange(unsure(answer_to(guide)))

    again = at_a_question(history=history)
    assert again.guide.path.place == guide.guide.path.place > 0
    assert again.doubt == answer_to(guide).removesuffix(".")
    assert again.hear(sure("네")).text == guide.hear(sure("네")).text


def test_a_level_test_gives_nothing_away_to_who_was_not_understood() -> None:
    script = load_script("ko-level-test", [LESSONS])
    guide = ByEar(LevelTest(script, lessons=LessonsOfLevels([LESSONS], "ko")))
    guide.greet()
    step = guide.guide.path.step
    assert step is not None
    for _ in range(6):
        reply = guide.hear(HEARD_OTHER)
        assert reply.text.startswith(WORDS.not_listened_for)
        assert step.answer not in reply.text
    assert guide.guide.path.place == 0, "nobody fails for what the ears do not know"
    guide.hear(sure(step.answer))
    assert guide.guide.path.place == 1


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_each_language_of_the_guide_has_words_for_it(language: str) -> None:
    words = doubt_phrases_in(language)
    assert language == "en" or words != doubt_phrases_in("en")
    assert {answer_in(text) for text in words.yes} == {"yes"}
    assert {answer_in(f"{text.capitalize()}.") for text in words.no} == {"no"}
    question = words.did_you_say.format(sentence="Ich heiße “Anna”, ja?")
    assert sentence_asked_about(f"{question} (네, 맞아요 / 아니요)", language) == "Ich heiße “Anna”, ja?"
    assert not sentence_asked_about("“Did you say that?”", language)
    assert is_remark(words.heard_other.format(sentence="Na, so was"), language)
    for remark in (words.say_again, words.not_listened_for, words.still_unsure):
        assert is_remark(f"{remark} And so on.", language)
        assert "{" not in remark
