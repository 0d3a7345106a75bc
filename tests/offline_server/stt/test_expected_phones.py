"""Expected sentences of other languages than English: what is said is recognised, and what is no answer is none."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
import soxr
from numpy.typing import NDArray

from tests.offline_server.recordings import recording_16k
from tutor_tui.core import pcm
from tutor_tui.offline_server.hearing import Hearing, Match
from tutor_tui.offline_server.stt import phone_posteriors
from tutor_tui.offline_server.stt.expected_phones import LONGEST_S, ExpectedPhones
from tutor_tui.offline_server.stt.speech_frames import EAR_RATE_HZ
from tutor_tui.offline_server.tts.espeak import Espeak

ANSWERS = {
    "ko": ["커피 한 잔 주세요", "저는 서울에 살아요", "주말에 친구를 만났어요", "잘 모르겠어요"],
    "es": ["me gustaría un café", "vivo en una ciudad pequeña", "ayer comí con mi hermana", "no lo sé"],
    "ja": ["コーヒーをください", "わたしは学生です", "明日の朝六時に起きます", "わかりません"],
    "de": ["ich hätte gern einen kaffee", "ich wohne in einer kleinen stadt", "gestern war ich krank", "ja gern"],
    "fr": ["je voudrais un café", "j'habite dans une petite ville", "hier j'ai mangé avec ma sœur", "je ne sais pas"],
    "zh": ["我想喝咖啡", "我住在北京", "昨天我跟朋友吃饭了", "我不知道"],
    "it": ["vorrei un caffè per favore", "abito in una piccola città", "ieri ho mangiato la pizza", "non lo so"],
    "pt": ["eu queria um café", "moro em uma cidade pequena", "ontem comi uma pizza", "não sei"],
}
Sound = NDArray[np.int16]


@cache
def spoken(text: str, language: str, speed: float = 1.0) -> Sound:
    """As the offline tutor would say it, at the rate of the ears, a pause before it and behind."""
    samples = np.frombuffer(b"".join(Espeak().speak(text, language, speed)), dtype="<i2")
    sound = soxr.resample(samples, pcm.RATE_HZ, EAR_RATE_HZ)
    return np.pad(sound, EAR_RATE_HZ // 5).astype(np.int16)


@cache
def ears(language: str) -> ExpectedPhones:
    found = ExpectedPhones(language)
    found.expect(ANSWERS[language])
    return found


@pytest.mark.parametrize("language", ANSWERS)
def test_an_expected_sentence_is_heard_word_by_word(language: str) -> None:
    sentence = ANSWERS[language][2]
    hearing = ears(language).hear(spoken(sentence, language))
    assert hearing.text == sentence and hearing.match is not Match.OTHER  # the voice is a machine's, and never the same
    assert "".join(word.text for word in hearing.words) == sentence.replace(" ", "")


@pytest.mark.parametrize("language", ["ko", "es"])
def test_a_sentence_that_is_left_out_is_not_taken_for_another(language: str) -> None:
    found = ExpectedPhones(language)
    found.expect([ANSWERS[language][place] for place in (0, 1, 3)])
    assert found.hear(spoken(ANSWERS[language][2], language)) == Hearing()


def test_a_request_is_heard_in_english_too() -> None:
    found = ExpectedPhones("ko")
    found.expect([*ANSWERS["ko"], "can you repeat that please", "천천히 말해 주세요"])
    hearing = found.hear(spoken("can you repeat that please", "en"))
    assert hearing.text == "can you repeat that please" and hearing.match is not Match.OTHER


def test_of_two_sentences_that_sound_the_same_the_first_is_heard() -> None:
    found = ExpectedPhones("es")
    found.expect(["¡Me gustaría un café!", "me gustaría un café"])
    assert found.hear(spoken("me gustaría un café", "es")).text == "¡Me gustaría un café!"


def test_what_sounds_nearly_the_same_is_told_as_a_rival_and_what_does_not_is_not() -> None:
    found = ExpectedPhones("es")
    found.expect(["me gustaría un café", "me gustaría un cafés", "ayer comí con mi hermana"])
    hearing = found.hear(spoken("me gustaría un café", "es"))
    assert {hearing.text, *hearing.rivals} == {"me gustaría un café", "me gustaría un cafés"}


def test_words_that_nobody_can_read_are_left_out_and_the_others_heard() -> None:
    found = ExpectedPhones("ko")
    found.expect(["", "!", "\ue000 \ue001", "ⴰⴱⴳⴷ", ANSWERS["ko"][0]])
    assert found.hear(spoken(ANSWERS["ko"][0], "ko")).text == ANSWERS["ko"][0]
    found.expect(["", "!", "\ue000"])
    assert found.hear(spoken(ANSWERS["ko"][0], "ko")) == Hearing()


# ---- what is no answer ----------------------------------------------------------------------------------------------


def _with_music() -> Sound:
    """Four chords that die away."""
    bar = np.arange(EAR_RATE_HZ // 2) / EAR_RATE_HZ
    chords = [[220, 277, 330], [196, 247, 294]] * 2
    tones = [sum(np.sin(2 * np.pi * tone * bar) for tone in chord) * np.exp(-3 * bar) for chord in chords]
    return np.asarray(np.concatenate(tones) * 4000, dtype=np.int16)


def _whispered(sound: Sound) -> Sound:
    """The same without a voice: noise in the place of its fine structure, its loudness kept."""
    frames = np.abs(sound[: len(sound) // 160 * 160].reshape(-1, 160).astype(float)).mean(1).repeat(160)
    return np.asarray(np.random.default_rng(3).normal(size=len(frames)) * frames, dtype=np.int16)


def no_answers() -> dict[str, Sound]:
    random = np.random.default_rng(1)
    one, other = spoken(ANSWERS["es"][0], "es"), spoken(ANSWERS["de"][1], "de")
    length = min(len(one), len(other))
    clicks = np.zeros(EAR_RATE_HZ, dtype=np.int16)
    clicks[:: EAR_RATE_HZ // 4] = 20_000
    return {
        "nothing": np.zeros(0, dtype=np.int16),
        "a single sample": np.ones(1, dtype=np.int16),
        "digital zeros": np.zeros(2 * EAR_RATE_HZ, dtype=np.int16),
        "hiss": random.normal(0, 1500, 2 * EAR_RATE_HZ).astype(np.int16),
        "clicks": clicks,
        "a full-scale square": np.where(np.arange(EAR_RATE_HZ) // 40 % 2, 32_767, -32_768).astype(np.int16),
        "music": _with_music(),
        "Spanish": one,
        "German": other,
        "two people at once": (one[:length] // 2 + other[:length] // 2).astype(np.int16),
        "English": recording_16k("austen-0880"),
        "a whisper without sounds": _whispered(one),
        "shouting": np.clip(recording_16k("cards-003").astype(np.int32) * 30, -32_768, 32_767).astype(np.int16),
        "a long speech": np.tile(one, LONGEST_S),
    }


@pytest.mark.parametrize("kind", no_answers())
def test_what_is_no_answer_is_not_accepted(kind: str) -> None:
    assert ears("ko").hear(no_answers()[kind]).match is not Match.EXPECTED


def test_people_speaking_english_are_no_answer() -> None:
    """The shortest sentences are the most gullible: "no lo sé" has six sounds."""
    accepted = [
        (name, language)
        for name in ("cards-001", "cards-002", "cards-003")
        for language in ("es", "fr", "ja")
        if ears(language).hear(recording_16k(name)).match is Match.EXPECTED
    ]
    assert accepted == []


@pytest.mark.parametrize("said", ["水をください", "もう一度言ってください"])
def test_a_polite_ending_that_sentences_share_makes_no_answer(said: str) -> None:
    found = ExpectedPhones("ja")
    found.expect([each for each in ("水をください", "もう一度言ってください", "地図を見せてください") if each != said])
    assert found.hear(spoken(said, "ja")).match is not Match.EXPECTED


# ---- without hama, as on Windows ------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["de", "fr"])
def test_the_acoustic_model_hears_alone_where_hama_is_missing(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phone_posteriors, "load", lambda: None)
    found = ExpectedPhones(language)
    found.expect(ANSWERS[language])
    hearing = found.hear(spoken(ANSWERS[language][2], language))
    assert hearing.text == ANSWERS[language][2] and hearing.match is not Match.OTHER
    assert found.hear(no_answers()["hiss"]).match is Match.OTHER
