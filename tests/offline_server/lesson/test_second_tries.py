"""A sentence in doubt that is tried again: what settles it, and what is not offered again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.offline_server.lesson.heard import (
    HEARD_OTHER,
    answer_to,
    at_a_question,
    free,
    likes,
    likes_coffee,
    sure,
    unsure,
)
from tests.support.paths import LESSONS
from tutor_tui.offline_server.hearing import HeardWord, Hearing, Match
from tutor_tui.offline_server.lesson.by_ear import ByEar
from tutor_tui.offline_server.lesson.guide import Guide
from tutor_tui.offline_server.lesson.script_file import load_script

IN_EACH_LANGUAGE = (
    "en-a1-likes",
    "ko-a1-likes",
    "es-a1-likes",
    "fr-a1-cafe",
    "de-a1-cafe",
    "ja-a1-cafe",
    "zh-a1-cafe",
)


def in_doubt(name: str) -> tuple[ByEar, str]:
    """A guide that has asked whether a right sentence was said, and that sentence."""
    script = load_script(name, [LESSONS])
    guide = ByEar(Guide(script))
    guide.guide.start_at(next(at for at, step in enumerate(script.steps) if step.expect and not step.least and at))
    answer = answer_to(guide)
    guide.hear(unsure(answer))
    assert guide.doubt == answer
    return guide, answer


@pytest.mark.parametrize("name", IN_EACH_LANGUAGE)
def test_a_second_try_that_is_nearest_to_the_same_sentence_settles_it_without_praise(name: str) -> None:
    for of_answer in (unsure, lambda answer: replace(unsure("?"), rivals=(answer,)), lambda answer: free(answer)):
        guide, answer = in_doubt(name)
        left = guide.guide.path.place
        reply = guide.hear(of_answer(answer))
        assert guide.guide.path.place == left + 1
        assert (guide.doubt, guide.confirmed, reply.accepted) == ("", False, "")
        praised = guide.guide.words.theirs(lambda own: " ".join(own.praise)).text
        assert not any(line.text and line.text in praised for line in reply.lines)


def test_the_same_answer_in_more_words_or_fewer_settles_it_and_another_one_does_not() -> None:
    for said, again, is_same in (
        ("네, 커피를 좋아해요.", "커피를 좋아해요", True),
        ("커피를 좋아해요.", "저는 커피를 좋아해요", True),
        ("네, 커피를 좋아해요.", "아니요, 커피를 안 좋아해요", False),
        ("저는 커피를 안 좋아해요.", "안 좋아해요", True),
        ("저는 커피를 안 좋아해요.", "좋아해요", False),
    ):
        guide = ByEar(Guide(likes()))
        guide.guide.start_at(likes_coffee())
        guide.hear(unsure(said))
        assert guide.hear(unsure(again)).text.startswith("Did you say") is not is_same, (said, again)


@pytest.mark.parametrize("name", IN_EACH_LANGUAGE)
def test_other_sentences_each_time_lead_on_in_the_end(name: str) -> None:
    guide, _ = in_doubt(name)
    left, tries = guide.guide.path.place, 0
    while guide.guide.path.place == left:
        tries += 1
        guide.hear(unsure("x" * tries))
        assert tries <= 5
    assert tries > 2


def test_being_asked_again_says_the_question_again_and_so_does_a_learner_who_says_nothing() -> None:
    guide = at_a_question()
    asked = guide.hear(unsure(answer_to(guide)))
    assert guide.hear(sure("다시 말해 주세요")) == asked
    assert guide.repeat() == asked
    assert guide.check_in() == asked
    assert guide.doubt


def test_a_slip_that_is_a_sound_away_from_what_is_right_is_asked_about_before_it_is_called_one() -> None:
    guide = ByEar(Guide(likes()))
    guide.guide.start_at(likes_coffee())
    for text, match in (("저는 커피을 좋아해요", Match.UNSURE), ("저는 커피를 좋아해요", Match.EXPECTED)):
        by_sounds = Hearing(text, Match.EXPECTED, tuple(map(HeardWord, text.split())))
        assert guide.weighed(by_sounds).match is match
    assert guide.weighed(HEARD_OTHER) == HEARD_OTHER
    believed = Hearing("저는 커피을 좋아해요", Match.EXPECTED, (HeardWord("저는 커피을 좋아해요"),))
    offered = Hearing("네, 커피를 좋아해요.", Match.UNSURE)
    assert guide.weighed(believed) == offered, "the right form: a wrong one is nothing to say yes to"
    agreed = replace(believed, is_agreed=True)
    assert guide.weighed(agreed) == agreed, "two recognisers have written it down"
    asked = guide.hear(guide.weighed(believed))
    assert asked.text.startswith("Did you say “네, 커피를 좋아해요”?") and asked.notes == ()
    guide.hear(sure("아니요"))
    assert guide.was_denied
    assert guide.weighed(believed) == believed, "nor was it the right form, then"


def test_a_right_sentence_that_sounds_like_a_slip_is_taken_for_what_was_said() -> None:
    guide = ByEar(Guide(likes()))
    guide.guide.start_at(likes_coffee())
    words = (HeardWord("저는"), HeardWord("커피을"), HeardWord("좋아해요"))
    for match in (Match.EXPECTED, Match.UNSURE):
        heard = Hearing("저는 커피을 좋아해요", match, words, rivals=("저는 커피이 좋아해요", "저는 커피를 좋아해요"))
        assert guide.weighed(heard) == Hearing("저는 커피를 좋아해요", match)


def test_what_the_learner_has_denied_is_not_offered_again_at_that_question() -> None:
    guide = at_a_question()
    heard = Hearing(
        "아무 말이나 했어요", Match.UNSURE, (HeardWord("아무"),), rivals=("아무 말이나 했어요!", answer_to(guide))
    )
    assert guide.weighed(replace(heard, rivals=())) == replace(heard, rivals=())
    guide.hear(heard)
    guide.hear(sure("아니요"))
    assert guide.weighed(replace(heard, rivals=())) == Hearing()
    assert guide.weighed(replace(heard, match=Match.EXPECTED, rivals=heard.rivals[:1])) == Hearing()
    assert guide.weighed(heard) == Hearing(answer_to(guide), Match.UNSURE)
    guide.hear(sure(answer_to(guide)))  # another question
    assert guide.weighed(replace(heard, rivals=())) == replace(heard, rivals=())
