"""People are understood, and what is no speech is not: with Whisper's real weights where they are installed (`base` in
a test's name), else with a tiny model that hears where there is a voice, and babbles (`tiny`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pytest
from openai.types.audio import TranscriptionVerbose

from tests.offline_server.client import served, speech
from tests.offline_server.http.visitors import client_at, wav_of
from tests.offline_server.stt.test_whisper import listen, loaded
from tests.support.paths import SAMPLES
from tests.support.tiny_whisper import build
from tutor_tui.core import pcm
from tutor_tui.offline_server.backend import LocalBackend
from tutor_tui.offline_server.hearing import Hearing
from tutor_tui.offline_server.stt import whisper_weights
from tutor_tui.offline_server.stt.whisper import Whisper, WhisperSpeechToText
from tutor_tui.speech.normalise import words

WEIGHTS = "base" if whisper_weights.folders() else "tiny"
SPOKEN = dict(re.findall(r"^\| (\S+\.wav) \| (.+) \|$", (SAMPLES / "README.md").read_text(), re.MULTILINE))
MOST_WRONG = 0.1
"""Of six recordings of people, words that are not understood."""


@pytest.fixture(scope="module", params=[WEIGHTS])
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """What `offline.whisper_model` would name."""
    return "base" if request.param == "base" else str(build(tmp_path_factory.mktemp("whisper") / "tiny"))


@pytest.fixture(scope="module")
def ears(model: str) -> Iterator[WhisperSpeechToText]:
    ears = loaded(Whisper(model), "en")
    yield ears
    ears.close()


@pytest.mark.slow
def test_people_are_understood(ears: WhisperSpeechToText) -> None:
    heard = {name: listen(ears, speech(name, 400)).text for name in SPOKEN}
    assert len(heard) == 6 and all(heard.values())
    if WEIGHTS == "base":
        wrong = sum(differences(words(SPOKEN[name], "en"), words(text, "en")) for name, text in heard.items())
        assert wrong <= MOST_WRONG * sum(len(text.split()) for text in SPOKEN.values()), heard


def differences(wanted: tuple[str, ...], heard: tuple[str, ...]) -> int:
    """Words wrong, left out or put in (Levenshtein's distance)."""
    row = list(range(len(heard) + 1))
    for at, word in enumerate(wanted, start=1):
        above, row = row, [at]
        for column, other in enumerate(heard):
            row.append(min(above[column] + (word != other), above[column + 1] + 1, row[-1] + 1))
    return row[-1]


def sine(*hertz: float, seconds: float = 2.0) -> bytes:
    at = np.arange(int(seconds * pcm.RATE_HZ)) / pcm.RATE_HZ
    wave = np.mean([np.sin(2 * np.pi * each * at) for each in hertz], axis=0)
    return bytes((6_000 * wave).astype("<i2").tobytes())


NO_SPEECH = {
    "digital silence": pcm.silence(2_000),
    "noise": (np.random.default_rng(1).standard_normal(2 * pcm.RATE_HZ) * 3_000).astype("<i2").tobytes(),
    "a beep": sine(1_000),
    "music": b"".join(sine(*chord, seconds=0.5) for chord in ((262, 330, 392), (294, 370, 440), (262, 330, 392)) * 2),
}


@pytest.mark.parametrize("sound", NO_SPEECH.values(), ids=NO_SPEECH)
def test_what_is_no_speech_has_no_words(ears: WhisperSpeechToText, sound: bytes) -> None:
    assert listen(ears, sound + pcm.silence(400)) == Hearing()


@pytest.mark.slow
def test_a_learner_may_fall_back_into_their_own_language(ears: WhisperSpeechToText) -> None:
    ears.listen_for(["ko", "en"])
    heard = listen(ears, speech("austen-0880.wav", 400))
    ears.listen_for(["en"])
    assert heard.text
    if WEIGHTS == "base":
        assert heard.language == "en"
        assert {"not", "young", "man"} <= set(words(heard.text, "en"))


@pytest.mark.slow
async def test_a_recording_is_transcribed_with_the_time_of_each_word(model: str) -> None:
    recording = speech("austen-0880.wav", 400)
    async with served(LocalBackend([], whisper=Whisper(model))) as port, client_at(port) as client:
        heard = await client.audio.transcriptions.create(
            file=("a.wav", wav_of(recording)),
            model="whisper",
            languages=["en", "ko"],
            prompt="Sense and Sensibility",
            response_format="verbose_json",
            timestamp_granularities=["word"],
        )
    judged = TranscriptionVerbose.model_validate_json(heard.model_dump_json(), strict=True)
    assert judged.words
    assert judged.text.split()[0] == judged.words[0].word
    times = [time for word in judged.words for time in (word.start, word.end)]
    assert times == sorted(times) and times[0] >= 0 and times[-1] <= judged.duration
    if WEIGHTS == "base":
        assert judged.language == "en"
        assert {"not", "young", "man"} <= set(words(judged.text, "en"))
        (young,) = (word for word in judged.words if word.word == "young")
        assert 1.6 < young.start < young.end < 2.8, "where it is said"
