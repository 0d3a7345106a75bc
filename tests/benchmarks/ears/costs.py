"""What the recogniser costs: time after the end of speech, time to load, memory of its process."""

from __future__ import annotations

import statistics
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.benchmarks.ears.corpus import many_alike
from tests.benchmarks.ears.sounds import Sound, for_a_lesson
from tests.support.idle_child import wait_until_idle
from tutor_tui.core import pcm
from tutor_tui.offline_server.stt.pocketsphinx import PocketSphinx
from tutor_tui.offline_server.stt.speech_frames import FRAME, loud_frames

PIECE_MS = 32
"""As the server's voice activity detection hands sound on."""
SILENCE_MS = 500
"""What ends a turn."""


@dataclass(frozen=True, slots=True)
class Costs:
    """Of one language; times in ms, memory in MB."""

    language: str
    load_ms: float
    """From nothing to the first answer."""
    ready_ms: float
    """Until 500 sentences of eight words can be listened for, the first time."""
    from_speech_ms: tuple[float, ...]
    """From the last piece of speech to the answer, as if nothing had waited for a silence."""
    from_speech_processor_ms: tuple[float, ...]
    """The processor time of that, which a busy machine stretches less."""
    from_turn_ms: tuple[float, ...]
    """From the end of a turn to the answer: a silence was waited for, as long as it takes, and may have been used."""
    memory_mb: float
    most_memory_mb: float


def costs(language: str, sounds: Sequence[Sound], nice: int = 0) -> Costs:
    """Measure a recogniser of `language` on some sounds of it."""
    began = time.perf_counter()
    recogniser = PocketSphinx(language)
    try:
        recogniser.begin()
        recogniser.finish()
        loaded = time.perf_counter()
        recogniser.expect(many_alike(language))
        recogniser.begin()
        recogniser.finish()
        ready = time.perf_counter()
        child = recogniser._child
        assert child is not None
        spoken = [for_a_lesson(_to_its_last_word(sound)) for sound in sounds]
        at_once = [_answer_ms(recogniser, child, sound) for sound in spoken]
        at_turn = [_answer_ms(recogniser, child, sound, pcm.silence(SILENCE_MS))[0] for sound in spoken]
        now, most = _memory_mb(child.pid)
    finally:
        recogniser.close()
    return Costs(
        language=language,
        load_ms=(loaded - began) * 1000,
        ready_ms=(ready - loaded) * 1000,
        from_speech_ms=tuple(wall for wall, _ in at_once),
        from_speech_processor_ms=tuple(processor for _, processor in at_once),
        from_turn_ms=tuple(at_turn),
        memory_mb=now,
        most_memory_mb=most,
    )


def _to_its_last_word(sound: Sound) -> Sound:
    last = np.flatnonzero(loud_frames(sound))[-1]
    return sound[: (last + 1) * FRAME]


def _answer_ms(
    recogniser: PocketSphinx, child: subprocess.Popen[bytes], speech: bytes, silence: bytes = b""
) -> tuple[float, float]:
    """From the end of both to the answer, and the processor time from the end of the speech on.

    Speech is fed without waiting for the clock, but for the recogniser; silence takes its time, as it does in a lesson.
    """
    recogniser.begin()
    for piece in _pieces(speech):
        recogniser.feed(piece)
    wait_until_idle(child)
    before_s = _processor_s(recogniser)
    began = time.perf_counter()
    for number, piece in enumerate(_pieces(silence), start=1):
        recogniser.feed(piece)
        time.sleep(max(0.0, began + number * PIECE_MS / 1000 - time.perf_counter()))
    ended = time.perf_counter()
    recogniser.finish()
    return (time.perf_counter() - ended) * 1000, (_processor_s(recogniser) - before_s) * 1000


def _pieces(sound: bytes) -> Iterator[bytes]:
    size = pcm.bytes_of(PIECE_MS)
    for start in range(0, len(sound), size):
        yield sound[start : start + size]


def _processor_s(recogniser: PocketSphinx) -> float:
    usage = recogniser.usage()
    assert usage is not None
    return usage.processor_s


def _memory_mb(process: int) -> tuple[float, float]:
    """Now, and the most so far."""
    lines = dict(line.split(":", 1) for line in Path(f"/proc/{process}/status").read_text().splitlines())
    return int(lines["VmRSS"].split()[0]) / 1000, int(lines["VmHWM"].split()[0]) / 1000


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of all does not exceed."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def median(values: Sequence[float]) -> float:
    """In the middle."""
    return statistics.median(values)
