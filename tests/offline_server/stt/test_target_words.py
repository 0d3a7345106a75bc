"""How the words were said of a sentence that is said after the tutor: by two recognisers, on recordings."""

from __future__ import annotations

import numpy as np
import pytest

from tests.offline_server.recordings import SPOKEN, SYNTHETIC, recording_16k
from tutor_tui.offline_server.hearing import HeardWord, Hearing, Match
from tutor_tui.offline_server.stt.target_words import TargetWords


def said(name: str, target: str, heard: str = "", language: str = "en") -> Hearing:
    judge = TargetWords(language)
    judge.expect([target])
    return judge.judged(recording_16k(name), Hearing(heard, Match.EXPECTED if heard else Match.OTHER))


@pytest.mark.parametrize("name", ["cards-003", "austen-0880", "ko-08", "ko-09", "es-03", "ja-02", "zh-01"])
def test_no_word_that_was_said_is_called_different(name: str) -> None:
    language = name[:2] if name in SYNTHETIC else "en"
    target = {**SPOKEN, **SYNTHETIC}[name]
    hearing = said(name, target, target, language)
    assert hearing.text == target
    assert hearing.match is Match.EXPECTED
    assert not any(word.is_different for word in hearing.words)
    assert sum(word.is_clear for word in hearing.words) * 2 >= len(hearing.words) > 0


def test_where_another_word_was_said_the_sentence_is_unsure_and_that_word_different() -> None:
    hearing = said("cards-003", "seven of hearts")
    assert (hearing.text, hearing.match) == ("seven of hearts", Match.UNSURE)
    assert [word.text for word in hearing.words if word.is_different] == ["hearts"]


@pytest.mark.parametrize(
    ("name", "target", "other"),
    [("zh-02", "我换很高兴认识你", "换"), ("zh-03", "你请什么名字", "请"), ("zh-01", "人请再说一遍", "人")],
)
def test_a_word_of_one_syllable_that_was_not_said_is_found_and_no_other_is_blamed(
    name: str, target: str, other: str
) -> None:
    """Neither recogniser is sure of it by itself."""
    hearing = said(name, target, target, "zh")
    assert [word.text for word in hearing.words if word.is_different] == [other]


def test_where_little_was_said_of_a_sentence_it_was_none_of_them() -> None:
    judge = TargetWords("ko")
    judge.expect(["저는 톰이에요."])
    doubtful = Hearing("저는 톰이에요.", Match.UNSURE)
    assert judge.judged(recording_16k("ko-03"), doubtful) == Hearing(), "said was 저도 반가워요"


def test_what_is_another_sentence_stays_that() -> None:
    assert said("austen-0880", "can you repeat that please") == Hearing()
    asked = Hearing("once more", Match.EXPECTED, (HeardWord("once"), HeardWord("more")))
    judge = TargetWords("en")
    judge.expect(["seven of clubs"])
    assert judge.judged(recording_16k("cards-003"), asked) is asked


def test_without_a_sentence_and_without_a_voice_nothing_is_judged() -> None:
    judge = TargetWords("ko")
    assert not judge
    judge.expect(["안녕하세요.", "?!"])
    nothing = Hearing()
    assert judge.judged(np.zeros(16_000, dtype=np.int16), nothing) is nothing
