"""`/v1/audio/transcriptions` from the recogniser, `/v1/audio/speech` from the voice."""

from __future__ import annotations

import asyncio
import io
import struct
import wave
from collections.abc import Sequence
from concurrent.futures import Executor
from contextlib import suppress
from http import HTTPStatus

import numpy as np
import soxr
from aiohttp import web

from tutor_tui.core import pcm
from tutor_tui.offline_server.http.requests import Rejected, bad, fields_of, form_of, object_in, text_in
from tutor_tui.offline_server.ports import Backend, TextToSpeech, Unavailable
from tutor_tui.offline_server.realtime.responses import SENTENCE_PAUSE_MS
from tutor_tui.offline_server.realtime.wire import Json
from tutor_tui.openai_api.private_extensions import LANGUAGE_FIELD

LONGEST_INPUT = 4_096
SPEEDS = (0.25, 4.0)
_PIECE_BYTES = pcm.bytes_of(100)
_UNKNOWN_LENGTH = 0xFFFF_FFFF
_FORMATS = {"pcm": "audio/pcm", "wav": "audio/wav"}


async def transcribe(
    request: web.Request, tutoring: Backend, pool: Executor, expected: Sequence[str]
) -> web.StreamResponse:
    """What is said in a WAV file. `expected` are sentences to listen for."""
    parts = await form_of(request)
    fields = fields_of(parts)
    sound = next((part.content for part in parts if part.name == "file"), None)
    if sound is None:
        raise bad("The part 'file' is missing.", "file", "missing_required_parameter")
    style = fields.get("response_format", "json")
    if style not in ("json", "text", "verbose_json"):
        raise bad("'response_format' is json, text or verbose_json here.", "response_format")
    if fields.get("stream", "").lower() in ("true", "1"):
        raise bad("The offline tutor hears a recording as a whole: leave 'stream' out.", "stream")
    language = fields.get("language") or fields.get("languages[]") or "en"
    loop = asyncio.get_running_loop()
    heard = await loop.run_in_executor(pool, samples_in, sound)
    text = await loop.run_in_executor(pool, _listen, tutoring, language, heard, expected)
    if style == "text":
        return web.Response(text=text + "\n")
    seconds = round(len(heard) / pcm.BYTES_PER_MS / 1000, 3)
    answer: Json = {"text": text, "usage": {"type": "duration", "seconds": seconds}}
    if style == "verbose_json":
        answer |= {"task": "transcribe", "language": language, "duration": seconds, "segments": [], "words": []}
    return web.json_response(answer)


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


def _listen(tutoring: Backend, language: str, sound: bytes, expected: Sequence[str]) -> str:
    """What was said. Raises `Unavailable` when that is nothing because the right recogniser is missing."""
    troubles: list[Unavailable] = []
    stt = tutoring.recogniser(language, troubles.append)
    try:
        stt.expect(expected)
        stt.begin()
        for at in range(0, len(sound), _PIECE_BYTES):
            stt.feed(sound[at : at + _PIECE_BYTES])
        text = stt.finish().text
    except BaseException:
        tutoring.discard(stt)
        raise
    tutoring.give_back(stt, language)
    if troubles and not text:
        raise troubles[-1]
    return text


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
