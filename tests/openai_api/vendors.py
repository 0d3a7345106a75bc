"""All vendors but OpenAI, and a lesson that uses all there is, for tests."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tests.openai_api.session_parts import LOOK
from tests.tutors.helpers import PLAN
from tutor_tui.core.lesson_plan import HistoryLine
from tutor_tui.core.settings import DialectName

OTHERS: tuple[DialectName, ...] = ("xai", "huggingface", "inworld", "qwen", "elevenlabs", "voicelive", "vllm")
HISTORY = (HistoryLine("tutor", "Hello! What is your name?"), HistoryLine("learner", "My name is Anna."))
WHOLE = replace(PLAN, voice="marin", target_language="zh", speed=0.9, tools=(LOOK,), history=HISTORY)
HZ = 440.0


def loudest_hz(sound: bytes, rate_hz: int) -> float:
    """The frequency with most of the sound's energy."""
    samples = np.frombuffer(sound[: len(sound) & ~1], "<i2").astype(np.float64)
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(spectrum.argmax() * rate_hz / len(samples))
