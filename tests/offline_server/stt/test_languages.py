"""Expected answers in five languages, by what is always installed: speech of another engine than the one that says how
they should sound, see tests/audio_samples/languages.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from tests.offline_server.client import served
from tests.offline_server.recordings import SYNTHETIC, recording, recording_16k
from tests.offline_server.spoken_lesson import hold
from tutor_tui.core import pcm
from tutor_tui.offline_server.backend import LocalBackend
from tutor_tui.offline_server.hearing import Hearing, Match
from tutor_tui.offline_server.lesson.requests import requests_aloud
from tutor_tui.offline_server.stt.expected_in_english import ExpectedInEnglish
from tutor_tui.offline_server.stt.recogniser import Recogniser

OTHERS = {
    "ko": ["우리 언니는 의사예요.", "커피 두 잔 주세요.", "내일 학교에 가요.", "열두 시 반이에요."],
    "es": ["Mi hermana es médica.", "Quiero dos cafés.", "Mañana voy a la escuela.", "Son las once y media."],
    "fr": ["Ma sœur est médecin.", "Je voudrais deux croissants.", "Demain on va à l'école.", "Il est onze heures."],
    "ja": ["あねはいしゃです。", "コーヒーをふたつください。", "あした学校に行きます。", "今、十一時です。"],
    "zh": ["我姐姐是医生。", "我要两杯咖啡。", "明天我去学校。", "现在十一点半。"],
}
"""What none of the recordings says."""


@cache
def ears_for(language: str) -> Recogniser:
    return Recogniser(language)


def heard(name: str, *, among: list[str]) -> Hearing:
    ears = ears_for(name[:2])
    ears.expect(among)
    ears.begin()
    ears.feed(recording(name) + pcm.silence(300))
    return ears.finish()


def of_language(language: str) -> list[str]:
    """Three recordings: Korean has more, for the lesson below."""
    return [name for name in SYNTHETIC if name.startswith(language)][-3:]


@pytest.mark.parametrize("language", OTHERS)
def test_what_was_said_is_found_among_the_expected(language: str) -> None:
    """All of it, but for one that may be asked about: the voices have accents."""
    names = of_language(language)
    among = [*(SYNTHETIC[name] for name in names), *OTHERS[language]]
    hearings = {name: heard(name, among=among) for name in names}
    assert {name: hearing.text for name, hearing in hearings.items()} == {name: SYNTHETIC[name] for name in names}
    assert [hearing.match for hearing in hearings.values()].count(Match.EXPECTED) >= len(names) - 1


@pytest.mark.parametrize("language", OTHERS)
def test_what_was_said_is_not_taken_for_something_else(language: str) -> None:
    """The learner is asked at most, where one of them sounds a little like something else."""
    names = of_language(language)[:2]
    assert [name for name in names if heard(name, among=OTHERS[language]).match is Match.EXPECTED] == []


def test_of_a_sentence_with_another_name_in_it_the_learner_is_asked() -> None:
    assert (SYNTHETIC["ko-02"], SYNTHETIC["ko-12"]) == ("저는 안나예요.", "저는 톰이에요.")
    hearing = heard("ko-02", among=[SYNTHETIC["ko-12"], *OTHERS["ko"]])
    assert (hearing.text, hearing.match) == (SYNTHETIC["ko-12"], Match.UNSURE)


def test_in_an_english_lesson_a_request_in_the_learners_own_language_is_heard_and_other_words_are_none() -> None:
    ears = ExpectedInEnglish()
    ears.expect(["My name is Anna.", *requests_aloud(["en", "ko"])])
    assert [ears.hear(recording_16k(name)).text for name in ("ko-08", "ko-06")] == ["다시 말해 주세요", ""]


def test_another_language_is_no_answer() -> None:
    """People speak English into a Korean and a Spanish lesson."""
    for language, name in (("ko", "cards-001"), ("es", "cards-003")):
        ears = ears_for(language)
        ears.expect([*(SYNTHETIC[each] for each in of_language(language)), *OTHERS[language]])
        ears.begin()
        ears.feed(recording(name) + pcm.silence(300))
        assert ears.finish().match is not Match.EXPECTED, (language, name)


LESSON = """
title = "Hello"
language = "ko"
native_language = "en"
level = "A1"
greeting = "우리 같이 한국어를 해요!"
closing = "오늘 정말 잘했어요. 안녕히 가세요!"
[[step]]
present = "안녕하세요."
present_translation = "Hello."
say = "미나예요. 반가워요!"
expect = ["안녕하세요", "안녕하세요 반가워요"]
answer = "안녕하세요."
hint = "Greet me."
[[step]]
say = "저는 미나예요. 이름이 뭐예요?"
expect = ["저는 (안나예요 | 톰이에요 | 민수예요 | 수진이에요)"]
answer = "저는 안나예요."
hint = "Say who you are."
[[step]]
say = "저는 너무 빨리 말해요?"
expect = ["[죄송해요] [조금 | 좀] 천천히 말해 주세요", "다시 말해 주세요"]
answer = "죄송해요. 천천히 말해 주세요."
hint = "Ask me for slower words."
"""


@pytest.mark.slow
async def test_a_korean_lesson_is_spoken_from_greeting_to_closing(tmp_path: Path) -> None:
    """An English sentence in between is not taken for an answer.

    `python -m tests.benchmarks.ears.lesson` does the same with a whole unit.
    """
    lesson = tmp_path / "hello.toml"
    lesson.write_text(LESSON)
    names = {text: name for name, text in SYNTHETIC.items()}

    def say(text: str) -> bytes:
        return pcm.silence(150).join(recording(names[each.strip()]) for each in re.findall(r"[^.]+[.]", text))

    async with served(LocalBackend([tmp_path])) as port:
        turns = await hold(port, lesson, say, not_expected=recording("austen-0880"))
    told = [(turn.meant, turn.understood) for turn in turns]
    assert turns[1].understood == "" and "Greet me." in turns[1].reply, turns[1]
    assert "안녕히 가세요!" in turns[-1].reply, told
    assert sum(turn.understood == turn.meant != "" for turn in turns) >= 3, told
