"""The recordings that the ears are tested on, and what is said in them: by people, and by a synthesiser."""

from __future__ import annotations

import wave

import numpy as np
import soxr
from numpy.typing import NDArray

from tests.support.paths import SAMPLES
from tutor_tui.core import pcm
from tutor_tui.offline_server.stt.speech_frames import EAR_RATE_HZ

SPOKEN = {
    "austen-0870": "and mister john dashwood had then leisure to consider how much there might be prudently in his "
    "power to do for them",
    "austen-0880": "he was not an ill disposed young man",
    "austen-0890": "unless to be rather cold hearted and rather selfish is to be ill disposed",
    "cards-001": "ten of clubs",
    "cards-002": "four queen of clubs",
    "cards-003": "seven of clubs",
}
OTHERS = ["ten of hearts", "four kings of clubs", "seven queens of spades", "he was an ill disposed old man"]
"""Four more for the grammar of ten, each easily taken for one of the six."""

SYNTHETIC = {
    "ko-01": "안녕하세요.",
    "ko-02": "저는 안나예요.",
    "ko-03": "저도 반가워요.",
    "ko-04": "이름이 뭐예요?",
    "ko-05": "감사합니다.",
    "ko-06": "고마워요.",
    "ko-07": "죄송해요.",
    "ko-08": "다시 말해 주세요.",
    "ko-09": "천천히 말해 주세요.",
    "ko-10": "만나서 반가워요.",
    "ko-11": "안녕히 계세요.",
    "ko-12": "저는 톰이에요.",
    "es-01": "Muy bien, gracias. ¿Y tú?",
    "es-02": "Más despacio, por favor.",
    "es-03": "Los domingos paseo por el parque.",
    "fr-01": "Plus lentement, s'il vous plaît.",
    "fr-02": "Je viens de Londres.",
    "fr-03": "Un café, s'il te plaît.",
    "ja-01": "もう一度、お願いします。",
    "ja-02": "はじめまして。どうぞよろしく。",
    "ja-03": "土曜日の三時がいいです。",
    "zh-01": "对不起，请再说一遍。",
    "zh-02": "我也很高兴认识你。",
    "zh-03": "你叫什么名字？",
}
"""By Kokoro, in `languages`: the first two letters are the language."""


def recording_16k(name: str) -> NDArray[np.int16]:
    """A recording as it is: 16 kHz mono."""
    folder = SAMPLES / "languages" if name in SYNTHETIC else SAMPLES
    with wave.open(str(folder / f"{name}.wav")) as file:
        assert file.getframerate() == EAR_RATE_HZ
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")


def recording(name: str) -> bytes:
    """A recording as the lesson hears it: 24 kHz."""
    return bytes(soxr.resample(recording_16k(name), EAR_RATE_HZ, pcm.RATE_HZ).astype("<i2").tobytes())
