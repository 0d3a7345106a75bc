"""Where in a sound its sentences stand, found by length and by the pauses."""

from __future__ import annotations

import random
from array import array
from itertools import pairwise

import pytest

from tests.support.paths import SAMPLES
from tests.support.pulse import tone
from tutor_tui.audio.resample import Inward
from tutor_tui.audio.wav_file import read_wav
from tutor_tui.core import pcm
from tutor_tui.speech.sentence_sounds import STEP_MS, Loudness, Span, sentence_spans, voiced_steps
from tutor_tui.speech.words_heard import usual_ms

SENTENCES = ["Hello!", "My name is Mina, and I come from Seoul.", "Where do you come from?", "Tell me about it."]


def loudness(sound: bytes, piece: int = 1_001) -> list[float]:
    measured = Loudness()
    for at in range(0, len(sound), piece * 2):
        measured.take(sound[at : at + piece * 2])
    return [*measured.steps]


def spoken(sentence: str, pace: float) -> bytes:
    """A tone as long as the sentence, with a short pause at a comma, as a voice makes."""
    parts = [tone(usual_ms(part) * pace / 1_000) for part in sentence.split(",")]
    return pcm.silence(110).join(parts)


@pytest.mark.parametrize("pace", [0.7, 1.0, 1.5])
@pytest.mark.parametrize("pause_ms", [150, 500])
def test_each_sentence_is_found_whole_between_its_pauses(pace: float, pause_ms: int) -> None:
    paces = [pace * 1.2, pace, pace * 0.85, pace * 1.1]  # nobody speaks by the clock
    sounds = [spoken(each, own) for each, own in zip(SENTENCES, paces, strict=True)]
    spans = sentence_spans(" ".join(SENTENCES), loudness(pcm.silence(pause_ms).join(sounds)))
    assert [span.text for span in spans] == SENTENCES
    begin = 0
    for span, sound in zip(spans, sounds, strict=True):
        end = begin + len(sound)
        assert begin - pcm.bytes_of(pause_ms) <= span.first <= begin + pcm.bytes_of(10)
        assert end - pcm.bytes_of(10) <= span.last <= end + pcm.bytes_of(pause_ms)
        begin = end + pcm.bytes_of(pause_ms)


def test_a_voice_that_never_pauses_is_cut_by_the_length_of_its_words() -> None:
    sound = tone(usual_ms(" ".join(SENTENCES)) / 1_000)
    spans = sentence_spans(" ".join(SENTENCES), loudness(sound))
    assert [span.text for span in spans] == SENTENCES
    assert all(a.last <= b.first + pcm.bytes_of(250) for a, b in pairwise(spans))
    assert spans[-1].last == pytest.approx(len(sound), abs=pcm.bytes_of(10))


def test_of_a_turn_under_way_only_what_has_begun_is_there() -> None:
    sounds = [spoken(each, 1.0) for each in SENTENCES]
    whole = pcm.silence(300).join(sounds)
    here = whole[: len(sounds[0]) + len(sounds[1]) // 2]
    spans = sentence_spans(" ".join(SENTENCES), loudness(here), whole_ms=pcm.ms_of(len(whole)))
    assert [span.text for span in spans] == SENTENCES[:2]
    assert spans[0].last == pytest.approx(len(sounds[0]), abs=pcm.bytes_of(130))


def test_what_is_only_read_has_no_sound_and_what_has_no_words_is_one_piece() -> None:
    sound = tone(0.5) + pcm.silence(300) + tone(1.0)
    two = sentence_spans("멀어요! (It is far!) 여기서 얼마나 멀어요?", loudness(sound))
    assert [span.text for span in two] == ["멀어요!", "여기서 얼마나 멀어요?"]
    assert sentence_spans("", loudness(sound)) == [Span("", 0, len(sound))]
    assert sentence_spans("Words before any sound. And more.", []) == []
    assert len(sentence_spans("One. Two. Three.", loudness(pcm.silence(900)))) <= 3, "silence is no fault"


@pytest.mark.parametrize("room_level", [0, 5, 60, 250, 700])
def test_a_voice_is_told_from_the_room_it_is_in(room_level: int) -> None:
    rng = random.Random(1)
    voice = tone(0.3, level=2_000) + tone(0.3, level=8_000) + pcm.silence(200) + tone(0.3, level=2_500)
    silent = pcm.samples_of(pcm.silence(1_000) + voice + pcm.silence(1_500))
    noisy = array("h", (level + round(rng.gauss(0, room_level)) for level in silent)).tobytes()
    first, last = voiced_steps(loudness(noisy))
    assert (first * STEP_MS, last * STEP_MS) == pytest.approx((1_000, 2_100), abs=STEP_MS)
    assert voiced_steps(loudness(noisy), 60, 120) == (first - 6, last + 12)


@pytest.mark.parametrize("name", ["es-02", "fr-01", "ja-02", "ja-03", "ko-07", "ko-09", "zh-02"])
def test_of_a_soft_voice_in_a_loud_room_the_same_is_kept_as_in_a_silent_one(name: str) -> None:
    sound, rate_hz, channels = read_wav(SAMPLES / f"languages/{name}.wav")
    alone = pcm.samples_of(pcm.silence(1_000) + Inward(rate_hz, channels).convert(sound) + pcm.silence(1_500))
    first, last = voiced_steps(loudness(alone.tobytes()))
    rng = random.Random(1)
    noisy = array("h", (level + round(rng.gauss(0, 100)) for level in alone)).tobytes()
    in_noise = voiced_steps(loudness(noisy))
    assert first <= in_noise[0] <= first + 5 and in_noise[1] <= last
