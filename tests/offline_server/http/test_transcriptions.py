"""Recordings that are written down over HTTP."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from openai import InternalServerError
from openai.types.audio import TranscriptionVerbose

from tests.offline_server.client import (
    TinyRecogniser,
    TinyTutoring,
    speech,
)
from tests.offline_server.http.visitors import FORM, browser, refused, sdk, wav_of
from tutor_tui.core import pcm
from tutor_tui.offline_server.backend import LocalBackend
from tutor_tui.offline_server.hearing import HeardPiece, HeardWord, Hearing, Match
from tutor_tui.offline_server.ports.unavailable import Tell


@pytest.mark.parametrize(
    ("rate_hz", "channels", "width"), [(24_000, 1, 2), (16_000, 1, 2), (48_000, 2, 2), (8_000, 1, 1), (44_100, 2, 3)]
)
async def test_any_wav_is_heard_for_as_long_as_it_lasts(rate_hz: int, channels: int, width: int) -> None:
    tutoring = TinyTutoring()
    async with sdk(tutoring) as client:
        file = wav_of(bytes([128 if width == 1 else 0]) * (rate_hz * channels * width), rate_hz, channels, width)
        heard = await client.audio.transcriptions.create(file=("a.wav", file), model="x")
    assert heard.text == "spoke 1000"
    assert heard.usage is not None
    assert heard.usage.type == "duration"
    assert heard.usage.seconds == 1.0
    assert ("given back", "en") in tutoring.log


@pytest.mark.parametrize("width", [1, 2, 3, 4])
async def test_a_sample_keeps_its_place_whatever_its_width(width: int) -> None:
    from tutor_tui.offline_server.http.speech import samples_in

    wanted = np.array([0, 16_384, -16_384, 32_512, -32_768], np.int32)
    if width == 1:
        raw = (wanted // 256 + 128).astype(np.uint8).tobytes()
    else:
        raw = b"".join(int(each * 256 ** (width - 2)).to_bytes(width, "little", signed=True) for each in wanted)
    got = np.frombuffer(samples_in(wav_of(raw, width=width)), "<i2")
    assert got.tolist() == wanted.tolist()


async def test_the_answer_may_be_text_or_verbose() -> None:
    async with browser() as client:
        files = {"file": ("a.wav", wav_of(pcm.silence(500)))}
        url = "/v1/audio/transcriptions"
        text = await client.post(url, files=files, data=FORM | {"response_format": "text"})
        assert text.text == "spoke 500\n"
        verbose = await client.post(url, files=files, data=FORM | {"response_format": "verbose_json"})
        assert (verbose.json()["duration"], verbose.json()["language"]) == (0.5, "en")


class PromptedTutoring(TinyTutoring):
    """Hears two words, the second nobody knows where, and takes prompts."""

    def recogniser(self, language: str, tell: Tell | None = None, other: str = "") -> TinyRecogniser:
        self.log.append(("listens", language, other))
        return Prompted(self.log)


class Prompted(TinyRecogniser):
    def prompt(self, text: str) -> None:
        self.log.append(("prompt", text))

    def finish(self) -> Hearing:
        words = (HeardWord("ten", begin_ms=120, end_ms=480), HeardWord("clubs"))
        return Hearing("ten clubs", words=words, language="ko")


async def test_languages_and_a_prompt_reach_the_recogniser_and_words_come_with_their_times() -> None:
    tutoring = PromptedTutoring()
    async with sdk(tutoring) as client:
        heard = await client.audio.transcriptions.create(
            file=("a.wav", wav_of(pcm.silence(500))),
            model="x",
            languages=["en-US", "KO"],
            prompt="Cards.",
            response_format="verbose_json",
            timestamp_granularities=["word", "segment"],
        )
    judged = TranscriptionVerbose.model_validate_json(heard.model_dump_json(), strict=True)
    assert (judged.text, judged.language, judged.duration) == ("ten clubs", "ko", 0.5)
    assert judged.words is not None
    assert [(word.word, word.start, word.end) for word in judged.words] == [("ten", 0.12, 0.48)]
    assert tutoring.log[1:4] == [("listens", "en", "ko"), ("expect", []), ("prompt", "Cards.")]


async def test_times_that_nobody_asked_for_are_not_told() -> None:
    async with sdk(PromptedTutoring()) as client:
        file = ("a.wav", wav_of(pcm.silence(500)))
        heard = await client.audio.transcriptions.create(file=file, model="x", response_format="verbose_json")
    assert heard.words == []


class SureTutoring(TinyTutoring):
    """Hears a sentence that was listened for, as surely as it is told to."""

    def __init__(self, heard: Hearing) -> None:
        super().__init__()
        self._heard = heard

    def recogniser(self, language: str, tell: Tell | None = None, other: str = "") -> TinyRecogniser:
        return Sure(self.log, heard_as=self._heard)


@dataclass
class Sure(TinyRecogniser):
    heard_as: Hearing = field(default_factory=Hearing)

    def finish(self) -> Hearing:
        return self.heard_as


CLUBS = (HeardWord("ten"), HeardWord("of"), HeardWord("clubs", is_clear=False))


@pytest.mark.parametrize(
    ("heard", "match", "log_probability"),
    [
        (Hearing("ten of clubs", Match.UNSURE, CLUBS, log_odds=-1.0), "unsure", -1.31),
        (Hearing("ten of clubs", Match.EXPECTED, CLUBS, log_odds=3.0), "expected", -0.05),
        (Hearing("ten of clubs", Match.EXPECTED, CLUBS, log_odds=-math.inf), "expected", -100.0),
    ],
)
async def test_how_surely_a_sentence_was_heard_can_be_seen_in_every_json(
    heard: Hearing, match: str, log_probability: float
) -> None:
    async with sdk(SureTutoring(heard)) as client:

        async def transcribed(style: Any) -> Any:
            file = ("a.wav", wav_of(pcm.silence(500)))
            return await client.audio.transcriptions.create(file=file, model="x", response_format=style)

        short, verbose = await transcribed("json"), await transcribed("verbose_json")
    for answer in (short, verbose):
        assert answer.model_extra["hearing"]["match"] == match
        assert [word["clear"] for word in answer.model_extra["hearing"]["words"]] == [True, True, False]
    judged = TranscriptionVerbose.model_validate_json(verbose.model_dump_json(), strict=True)
    assert judged.segments is not None
    (segment,) = judged.segments
    assert (segment.text, segment.start, segment.end, segment.tokens) == ("ten of clubs", 0.0, 0.5, [])
    assert segment.avg_logprob == pytest.approx(log_probability, abs=0.01)


async def test_free_speech_comes_in_its_pieces() -> None:
    pieces = (HeardPiece("One.", 100, 900, -0.2, 0.01, (5, 6)), HeardPiece("Two two.", 900, 2_000, -0.4, 0.02, (7,)))
    async with sdk(SureTutoring(Hearing("One. Two two.", pieces=pieces))) as client:
        file = ("a.wav", wav_of(pcm.silence(2_000)))
        heard = await client.audio.transcriptions.create(file=file, model="x", response_format="verbose_json")
    judged = TranscriptionVerbose.model_validate_json(heard.model_dump_json(), strict=True)
    assert judged.segments is not None and "hearing" not in (heard.model_extra or {})
    assert [(each.id, each.text, each.start, each.end) for each in judged.segments] == [
        (0, "One.", 0.1, 0.9),
        (1, "Two two.", 0.9, 2.0),
    ]
    assert [each.avg_logprob for each in judged.segments] == [-0.2, -0.4]
    assert [each.tokens for each in judged.segments] == [[5, 6], [7]]
    assert all(0 < each.compression_ratio < 2.4 for each in judged.segments)


async def test_where_nothing_was_said_there_is_no_segment() -> None:
    async with sdk(SureTutoring(Hearing())) as client:
        file = ("a.wav", wav_of(pcm.silence(500)))
        heard = await client.audio.transcriptions.create(file=file, model="x", response_format="verbose_json")
    assert (heard.text, heard.segments) == ("", [])


async def test_a_language_and_a_prompt_reach_what_is_always_installed() -> None:
    """It listens for the sentences of the prompt, in the language; and says of which languages it hears nothing."""
    recording = wav_of(speech("cards-001.wav", 400))
    async with sdk(LocalBackend([])) as client:

        async def heard(language: str, prompt: str) -> str:
            file = ("a.wav", recording)
            create = client.audio.transcriptions.create
            return (await create(file=file, model="x", language=language, prompt=prompt)).text

        assert await heard("de", "Two of hearts. Ten off Klabs.") == "Ten off Klabs."
        assert await heard("de", "Guten Tag.") == ""
        with pytest.raises(InternalServerError, match=r"nothing that is said in 'ru' is heard.*pip install"):
            await heard("ru", "")


@pytest.mark.parametrize(
    ("file", "fields", "param"),
    [
        (wav_of(b""), {"language": "Korean, please"}, "language"),
        (wav_of(b""), {"languages[]": "../ko"}, "language"),
        (wav_of(b""), {"prompt": "x" * 4_097}, "prompt"),
        (wav_of(b""), {"timestamp_granularities[]": "word"}, "timestamp_granularities"),
        (
            wav_of(b""),
            {"timestamp_granularities[]": "letter", "response_format": "verbose_json"},
            "timestamp_granularities",
        ),
        (b"no wav", {}, "file"),
        (b"", {}, "file"),
        (wav_of(b"")[:20], {}, "file"),
        (None, {}, "file"),
        (wav_of(b""), {"response_format": "srt"}, "response_format"),
        (wav_of(b""), {"stream": "true"}, "stream"),
    ],
)
async def test_what_cannot_be_transcribed(file: bytes | None, fields: dict[str, str], param: str) -> None:
    async with browser() as client:
        files = {"file": ("a.wav", file)} if file is not None else {"other": ("a", b"")}
        response = await client.post("/v1/audio/transcriptions", files=files, data=FORM | fields)
        assert refused(response, 400)["param"] == param


async def test_an_empty_recording_is_an_empty_text() -> None:
    async with sdk() as client:
        heard = await client.audio.transcriptions.create(file=("a.wav", wav_of(b"")), model="x")
        assert heard.text == "spoke 0"


async def test_a_file_too_large_is_refused_before_it_is_read() -> None:
    async with browser() as client:
        files = {"file": ("a.wav", bytes(26 * 2**20))}
        assert (
            refused(await client.post("/v1/audio/transcriptions", files=files, data=FORM), 413)["code"] == "too_large"
        )


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("application/json", b"{}", 415),
        ("multipart/form-data", b"--x--", 400),
        ("multipart/form-data; boundary=x", b"garbage", 400),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\nabc', 400),
    ],
)
async def test_a_form_that_is_none(content_type: str, body: bytes, status: int) -> None:
    async with browser() as client:
        headers = {"Content-Type": content_type}
        refused(await client.post("/v1/audio/transcriptions", headers=headers, content=body), status)
