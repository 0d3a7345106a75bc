"""Text → speech: Kokoro-82M, by the extra `[voices]`, through onnxruntime.

The model's file is cut in two. The first half finds out how long each phone is and how the voice moves, for a phrase as
a whole, in a few milliseconds; the second makes the sound of it, block by block: the first is short, so that it is
heard soon, and blocks meet where the voice is quietest. Onnxruntime lets Python go on while it works.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from functools import cache
from importlib.resources import files
from itertools import chain, pairwise
from time import perf_counter
from typing import Any

import numpy as np

from tutor_tui.core import pcm
from tutor_tui.offline_server.tts import weights
from tutor_tui.offline_server.tts.kokoro_blocks import (
    AFTER,
    BEFORE,
    FRAME,
    USUAL,
    Frames,
    Join,
    block_ends,
    sounding,
    with_samples,
)
from tutor_tui.offline_server.tts.kokoro_convolutions import as_products
from tutor_tui.offline_server.tts.kokoro_phones import TOKENS, phones_of
from tutor_tui.offline_server.tts.slow_pace import at_pace
from tutor_tui.offline_server.tts.speaker import Stop, as_s16, trimmed
from tutor_tui.offline_server.tts.voices import VoiceEntry
from tutor_tui.speech import onnx_parts
from tutor_tui.speech.onnx_nodes import Model

TEXT, PITCH, ENERGY = "/encoder/MatMul_1_output_0", "/encoder/Reshape_output_0", "/encoder/Reshape_1_output_0"
"""Where the file is cut: what each frame says, how high, and how loud (two values a frame)."""
LONGEST_PHRASE = 120
"""Phones; the model was made for four times as many, but a long phrase keeps the first sound waiting."""
PACE = 0.85
"""What the model calls 1 is a news reader's pace; ours is a teacher's, as espeak-ng's is here."""
NEWS = 0.2
"""What the last block counts, in how long blocks take; the rest is what was known before."""
_PHRASE_END = re.compile(r"(?<=[,.;:!?—…])\s+")


class Kokoro:
    """One model for all its voices and languages; says one phrase at a time, on any thread."""

    def __init__(self, model: bytes, threads: int = 2) -> None:
        """Raises `Unavailable` where `model` cannot be run."""
        try:
            import onnxruntime
        except ImportError:
            raise weights.unavailable("The package onnxruntime is missing", reinstall=False) from None
        self._run_options: Callable[[], Any] = onnxruntime.RunOptions
        self._lock = threading.Lock()
        self._takes = USUAL
        """How long a frame takes to make on this machine, of its length; lately, and on the whole."""
        cuts = dict.fromkeys((TEXT, PITCH, ENERGY), onnx_parts.FLOAT)
        try:
            products = as_products(Model(model))
            self._plan = _session(onnx_parts.part(model, {}, cuts, products), threads)
            self._sound = _session(onnx_parts.part(model, cuts, ["audio"], products), threads)
        except Exception as failure:  # noqa: BLE001 - onnxruntime's own errors have no common kind
            raise weights.broke_down("The better voices do not start", failure) from None

    def say(self, text: str, voice: VoiceEntry, speed: float, stop: Stop) -> Iterator[bytes]:
        """See `Speaker.say`. Raises `Unavailable` where it breaks down."""
        phrases = _phrases(phones_of(text, voice.spoken_as))
        pace = max(1.0, speed) * PACE
        spoken = chain.from_iterable(self._phrase(each, voice, pace, stop) for each in phrases)
        yield from at_pace(spoken, speed)

    def _phrase(self, phones: str, voice: VoiceEntry, speed: float, stop: Stop) -> Iterator[bytes]:
        styles = _styles(voice.table)
        style = styles[min(len(phones), len(styles)) - 1][None]
        tokens = [0, *(TOKENS[phone] for phone in phones), 0]
        fed = {"tokens": np.array([tokens], np.int64), "style": style, "speed": np.array([speed], np.float32)}
        plan = self._run(self._plan, [TEXT, PITCH, ENERGY], fed, stop)
        if plan is None:
            return
        said, pitch, energy = plan
        first, last = sounding(energy.reshape(-1), said.shape[2])
        join = Join()
        for begin, end in pairwise(block_ends(energy.reshape(-1), first, last, self._takes)):
            start, over = max(0, begin - BEFORE), min(said.shape[2], end + AFTER)
            frames = with_samples(start, over, first, last)
            halves = np.stack([2 * frames, 2 * frames + 1], 1).reshape(-1)
            block = {TEXT: said[:, :, frames], PITCH: pitch[:, halves], ENERGY: energy[:, halves], "style": style}
            began_s = perf_counter()
            made = self._run(self._sound, ["audio"], block, stop)
            if made is None:
                return
            took = (perf_counter() - began_s) * pcm.RATE_HZ / (len(frames) * FRAME)
            self._takes += NEWS * (took - self._takes)
            own = made[0].reshape(-1)[: (over - start) * FRAME]
            sound = as_s16(join.joined(own, start * FRAME, begin * FRAME, end * FRAME), voice.gain_db)
            piece = trimmed(sound, start=begin == first, end=end == last) if begin == first or end == last else sound
            if piece.size:
                yield piece.tobytes()

    def _run(self, session: Any, wanted: list[str], fed: dict[str, Any], stop: Stop) -> list[Frames] | None:
        """What `session` makes; null when it was stopped. Raises `Unavailable`."""
        options = self._run_options()
        with self._lock, stop.interrupting(lambda: setattr(options, "terminate", True)):
            try:
                made: list[Frames] | None = None if stop.asked else session.run(wanted, fed, options)
            except Exception as failure:  # noqa: BLE001 - as in `__init__`
                if stop.asked:
                    return None
                raise weights.broke_down("The better voice broke down", failure) from None
        return made


def load(threads: int = 2) -> Kokoro:
    """The model from its packages: a second or two, and 290 MB of memory (410 while it is loaded). Raises
    `Unavailable`.
    """
    weights.check_machine(weights.cpu_flags(), weights.free_mb())
    return Kokoro(weights.read(), threads)


def _session(model: bytes, threads: int) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 4  # what goes wrong is told by us
    options.enable_mem_pattern = False  # each phrase has another length
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # threads that wait cost nothing
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


@cache
def _styles(name: str) -> Frames:
    table = files(__package__).joinpath("voice_tables", f"{name}.f16").read_bytes()
    return np.frombuffer(table, "<f2").reshape(-1, 256).astype(np.float32)


# ---- phrases ---------------------------------------------------------------------------------------------


def _phrases(phones: str) -> Iterator[str]:
    """Cut at pauses where it is too long, else between words."""
    phrase = ""
    for part in _PHRASE_END.split(phones) if len(phones) > LONGEST_PHRASE else [phones]:
        if phrase and len(phrase) + len(part) >= LONGEST_PHRASE:
            yield from _short(phrase)
            phrase = ""
        phrase = f"{phrase} {part}".strip()
    if phrase:
        yield from _short(phrase)


def _short(phrase: str) -> Iterator[str]:
    while len(phrase) > LONGEST_PHRASE:
        at = phrase.rfind(" ", 1, LONGEST_PHRASE)
        at = at if at > 0 else LONGEST_PHRASE
        yield phrase[:at]
        phrase = phrase[at:].strip()
    yield phrase
