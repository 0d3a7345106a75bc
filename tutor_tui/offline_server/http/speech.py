"""`/v1/audio/transcriptions` from the recogniser, `/v1/audio/speech` from the voice."""

from __future__ import annotations

import asyncio
import io
import math
import re
import struct
import wave
from collections.abc import Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus

import numpy as np
import soxr
from aiohttp import web

from tutor_tui.core import pcm
from tutor_tui.core.extras import install_command
from tutor_tui.offline_server.hearing import HeardPiece, Hearing, Match, heard_languages
from tutor_tui.offline_server.http.requests import Part, Rejected, bad, fields_of, form_of, object_in, text_in, texts_of
from tutor_tui.offline_server.ports.backend import Backend
from tutor_tui.offline_server.ports.recogniser import TakesPrompt
from tutor_tui.offline_server.ports.unavailable import Unavailable
from tutor_tui.offline_server.ports.voice import TextToSpeech
from tutor_tui.offline_server.realtime.responses import SENTENCE_PAUSE_MS
from tutor_tui.offline_server.realtime.wire import Json
from tutor_tui.offline_server.stt.made_up_words import repetition
from tutor_tui.offline_server.stt.pocketsphinx import PocketSphinx
from tutor_tui.openai_api.private_extensions import LANGUAGE_FIELD, ToldWord, hearing_fields

LONGEST_INPUT = 4_096
SPEEDS = (0.25, 4.0)
_PIECE_BYTES = pcm.bytes_of(100)
_ADD_WHISPER = f"Run: {install_command('whisper')}"
_NOT_MEASURED = -1.0
"""The `avg_logprob` of words of which nothing says how likely they are: the least that a client need not mistrust."""
_WORST_ODDS = 100.0
_UNKNOWN_LENGTH = 0xFFFF_FFFF
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_FORMATS = {"pcm": "audio/pcm", "wav": "audio/wav"}


async def transcribe(
    request: web.Request, tutoring: Backend, pool: Executor, expected: Sequence[str]
) -> web.StreamResponse:
    """What is said in a WAV file. `expected` are sentences to listen for."""
    parts = await form_of(request)
    wanted = _wanted(parts)
    file = next((part.content for part in parts if part.name == "file"), None)
    if file is None:
        raise bad("The part 'file' is missing.", "file", "missing_required_parameter")
    loop = asyncio.get_running_loop()
    sound = await loop.run_in_executor(pool, samples_in, file)
    # Times are those of the words that were heard, which an expected sentence need not have.
    listened_for = () if wanted.word_times else expected
    heard = await loop.run_in_executor(pool, _listen, tutoring, wanted, sound, listened_for)
    if wanted.style == "text":
        return web.Response(text=heard.text + "\n")
    seconds = round(len(sound) / pcm.BYTES_PER_MS / 1000, 3)
    answer: Json = {"text": heard.text, "usage": {"type": "duration", "seconds": seconds}, **_surely(heard)}
    if wanted.style == "verbose_json":
        language = heard.language or wanted.languages[0]
        answer |= {"task": "transcribe", "language": language, "duration": seconds}
        answer["segments"] = _segments(heard, seconds)
        answer["words"] = _timed_words(heard) if wanted.word_times else []
    return web.json_response(answer)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """How a recording is to be heard, and what is to be told of it."""

    languages: Sequence[str]
    """The first is expected, a second may be spoken instead; ISO 639-1."""
    prompt: str
    style: str
    word_times: bool


def _wanted(parts: Sequence[Part]) -> _Wanted:
    """What a form asks for. Raises `Rejected`."""
    fields = fields_of(parts)
    style = fields.get("response_format", "json")
    if style not in ("json", "text", "verbose_json"):
        raise bad("'response_format' is json, text or verbose_json here.", "response_format")
    if fields.get("stream", "").lower() in ("true", "1"):
        raise bad("The offline tutor hears a recording as a whole: leave 'stream' out.", "stream")
    times = set(texts_of(parts, "timestamp_granularities[]"))
    if not times <= {"word", "segment"}:
        raise bad("'timestamp_granularities' are word and segment.", "timestamp_granularities")
    if times and style != "verbose_json":
        raise bad("Times are told with 'response_format' verbose_json only.", "timestamp_granularities")
    prompt = fields.get("prompt", "")
    if len(prompt) > LONGEST_INPUT:
        raise bad(f"'prompt' has at most {LONGEST_INPUT} characters.", "prompt")
    languages = [each for each in (fields.get("language", ""), *texts_of(parts, "languages[]")) if each]
    if not all(map(_LANGUAGE.fullmatch, languages)):
        raise bad("A language is named by its code, such as ko.", "language")
    codes = [each.partition("-")[0].lower() for each in languages]
    return _Wanted(codes or ["en"], prompt, style, "word" in times)


def _timed_words(heard: Hearing) -> list[Json]:
    """The words whose place in the sound is known, in seconds."""
    return [
        {"word": word.text, "start": word.begin_ms / 1_000, "end": word.end_ms / 1_000}
        for word in heard.words
        if word.begin_ms is not None and word.end_ms is not None
    ]


def _surely(heard: Hearing) -> Json:
    """How surely a sentence that was listened for was heard: what the API has no field for."""
    if heard.match is Match.OTHER:
        return {}
    return hearing_fields(heard.match.value, [ToldWord(word.text, word.is_clear) for word in heard.words])


def _segments(heard: Hearing, seconds: float) -> list[Json]:
    """Each piece that was understood by itself. Of a sentence that was listened for, which is one whole, `avg_logprob`
    is the logarithm of how probable it is that it was said.
    """
    whole = HeardPiece(heard.text, 0, round(seconds * 1_000), _log_probability(heard.log_odds), 0.0)
    return [
        {
            "id": number,
            "seek": 0,
            "start": piece.begin_ms / 1_000,
            "end": piece.end_ms / 1_000,
            "text": piece.text,
            "tokens": [*piece.tokens],
            "temperature": 0.0,
            "avg_logprob": piece.log_probability,
            "compression_ratio": repetition(piece.text),
            "no_speech_prob": piece.no_speech,
        }
        for number, piece in enumerate(heard.pieces or ([whole] if heard.text else []))
    ]


def _log_probability(log_odds: float | None) -> float:
    return _NOT_MEASURED if log_odds is None else -math.log1p(math.exp(min(-log_odds, _WORST_ODDS)))


def samples_in(file: bytes) -> bytes:
    """A WAV file's sound at the lesson's rate: 24 kHz mono s16. Raises `Rejected`."""
    try:
        with wave.open(io.BytesIO(file)) as wav:
            width, channels, rate_hz = wav.getsampwidth(), wav.getnchannels(), wav.getframerate()
            raw = wav.readframes(min(wav.getnframes(), len(file)))
    except (wave.Error, EOFError, struct.error, ValueError):
        raise bad("'file' is no WAV file with PCM in it, which is all that the offline tutor takes.", "file") from None
    if width not in (1, 2, 3, 4) or not 1 <= channels <= 32 or not 1_000 <= rate_hz <= 384_000:
        raise bad("'file' is a WAV file of a kind that the offline tutor does not take.", "file")
    frame_bytes = width * channels
    raw = raw[: len(raw) // frame_bytes * frame_bytes]
    samples = _as_s16(raw, width).reshape(-1, channels).mean(axis=1).astype(np.int16)
    if rate_hz != pcm.RATE_HZ and len(samples):
        samples = soxr.resample(samples, rate_hz, pcm.RATE_HZ)
    return bytes(samples.astype("<i2").tobytes())


def _as_s16(raw: bytes, width: int) -> np.typing.NDArray[np.int16]:
    """The two highest bytes of each sample; 8-bit WAV counts from 128."""
    if width == 1:
        return (np.frombuffer(raw, np.uint8).astype(np.int16) - 128) * 256
    top = np.frombuffer(raw, np.uint8).reshape(-1, width)[:, -2:]
    return np.ascontiguousarray(top).view(np.dtype("<i2"))[:, 0].astype(np.int16)


def _listen(tutoring: Backend, wanted: _Wanted, sound: bytes, expected: Sequence[str]) -> Hearing:
    """What was said. Raises `Unavailable` when that is nothing because the right recogniser is missing."""
    troubles: list[Unavailable] = []
    language, other = [*wanted.languages, ""][:2]
    stt = tutoring.recogniser(language, troubles.append, other)
    try:
        stt.expect(expected)
        if isinstance(stt, TakesPrompt):
            stt.prompt(wanted.prompt)
        stt.begin()
        for at in range(0, len(sound), _PIECE_BYTES):
            stt.feed(sound[at : at + _PIECE_BYTES])
        heard = stt.finish()
    except BaseException:
        tutoring.discard(stt)
        raise
    tutoring.give_back(stt, language)
    if troubles and not heard.text:
        raise troubles[-1]
    if isinstance(stt, PocketSphinx) and language not in heard_languages():
        raise Unavailable(f"Without Whisper nothing that is said in {language!r} is heard.", _ADD_WHISPER)
    return heard


async def speak(request: web.Request, tutoring: Backend, pool: Executor) -> web.StreamResponse:
    """A text said aloud, sent sentence by sentence as it is made."""
    body = object_in(await request.read(), "")
    text = text_in(body, "input")
    if not text.strip() or len(text) > LONGEST_INPUT:
        raise bad(f"'input' has 1 to {LONGEST_INPUT} characters.", "input")
    style = text_in(body, "response_format", "wav")
    if style not in _FORMATS:
        raise bad("'response_format' is wav or pcm here.", "response_format")
    if text_in(body, "stream_format", "audio") != "audio":
        raise bad("'stream_format' is audio here.", "stream_format")
    low, high = SPEEDS
    speed = body.get("speed", 1.0)
    if not isinstance(speed, int | float) or isinstance(speed, bool) or not low <= speed <= high:
        raise bad(f"'speed' is a number from {low} to {high}.", "speed")
    language = text_in(body, LANGUAGE_FIELD, "en")
    wanted = body.get("voice")
    loop = asyncio.get_running_loop()
    voice = await loop.run_in_executor(pool, tutoring.voice, wanted if isinstance(wanted, str) else "")
    return await _send(request, voice, tutoring.sentences(text), language, float(speed), style, pool)


async def _send(
    request: web.Request,
    voice: TextToSpeech,
    sentences: list[str],
    language: str,
    speed: float,
    style: str,
    pool: Executor,
) -> web.StreamResponse:
    loop = asyncio.get_running_loop()
    response = web.StreamResponse(headers={"Content-Type": _FORMATS[style]})
    begun = False
    for sentence in sentences:
        sounded = False
        pieces = voice.speak(sentence, language, speed)
        try:
            while (piece := await loop.run_in_executor(pool, next, pieces, None)) is not None:
                if not begun:  # not before the voice has worked once: until then an error can still be told
                    begun = True
                    await response.prepare(request)
                    if style == "wav":
                        await response.write(wav_head())
                sounded = True
                await response.write(piece)
        finally:
            with suppress(ValueError):  # a generator that is at work cannot be closed, and is soon forgotten
                pieces.close()
        if sounded:  # a breath, also behind the last: who asks for one sentence at a time plays them in a row
            await response.write(pcm.silence(SENTENCE_PAUSE_MS))
    if not begun:
        raise Rejected(HTTPStatus.BAD_REQUEST, "invalid_value", "There is nothing to say in 'input'.", "input")
    await response.write_eof()
    return response


def wav_head() -> bytes:
    """The head of a WAV file whose length is not known yet, as streaming services write it."""
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF",
        _UNKNOWN_LENGTH,
        b"WAVE",
        b"fmt ",
        16,
        1,
        1,
        pcm.RATE_HZ,
        pcm.RATE_HZ * pcm.SAMPLE_BYTES,
        pcm.SAMPLE_BYTES,
        8 * pcm.SAMPLE_BYTES,
        b"data",
        _UNKNOWN_LENGTH,
    )
