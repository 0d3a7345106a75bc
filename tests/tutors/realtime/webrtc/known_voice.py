"""The offline server with a voice whose sound is known beforehand, for tests that look for it at the other end.

espeak-ng never says a sentence twice with the same waveform: between two of its readings the likeness is 0.991, as
`helpers.likeness` measures it. This voice reads pieces of a person's recording instead, always the same for the
same sentence, and about as long as the sentence would take.

Run as a program it is the server; with the seed of a `BAD_NETWORK` in its environment, behind that.
"""

from __future__ import annotations

import os
import sys
import zlib
from collections.abc import Iterator
from contextlib import nullcontext
from functools import cache

import numpy as np

from tests.end_to_end.likeness import voice_of
from tests.support.paths import SAMPLES
from tests.tutors.realtime.webrtc.bad_network import bad_network
from tutor_tui.core import pcm
from tutor_tui.offline_server import __main__ as offline
from tutor_tui.offline_server.backend import LocalBackend
from tutor_tui.offline_server.realtime.responses import SENTENCE_PAUSE_MS
from tutor_tui.speech.sentences import sentences

MS_PER_LETTER = 30
"""A quick speaker: tests have no time."""
BAD_NETWORK = "TUTOR_TUI_TEST_BAD_NETWORK"
_FADE_MS = 10
_PIECE_BYTES = pcm.bytes_of(100)


class KnownVoice:
    """Says everything, in its own words."""

    def speak(self, text: str, language: str, speed: float = 1.0) -> Iterator[bytes]:
        """As `offline.voice.Voice` does."""
        sound = spoken(text, speed)
        for at in range(0, len(sound), _PIECE_BYTES):
            yield sound[at : at + _PIECE_BYTES]


def spoken(sentence: str, speed: float = 1.0) -> bytes:
    """What becomes of a sentence."""
    recording = np.frombuffer(_recording(), "<i2")
    length = round(len(sentence) * MS_PER_LETTER / speed) * pcm.RATE_HZ // 1000
    begin = zlib.crc32(sentence.encode()) % (len(recording) - length)
    sound = recording[begin : begin + length].astype(np.float64)
    fade = np.linspace(0, 1, pcm.RATE_HZ * _FADE_MS // 1000)
    sound[: len(fade)] *= fade
    sound[-len(fade) :] *= fade[::-1]
    return sound.astype("<i2").tobytes()


@cache
def _recording() -> bytes:
    return b"".join(voice_of(SAMPLES / f"austen-{number}.wav") for number in ("0870", "0890"))


def said(text: str) -> bytes:
    """What becomes of a whole answer."""
    return pcm.silence(SENTENCE_PAUSE_MS).join(spoken(sentence) for sentence in sentences(text))


if __name__ == "__main__":
    LocalBackend.voice = lambda *_: KnownVoice()  # type: ignore[assignment] # a voice is a voice
    seed = os.environ.get(BAD_NETWORK)
    with bad_network(seed=int(seed)) if seed else nullcontext():
        sys.exit(offline.main())
