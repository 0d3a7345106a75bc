"""The child process of `whisper`: messages in on standard input, JSON lines out."""

from __future__ import annotations

import json
import os
import signal
import sys
from typing import IO, Any

import numpy as np
import soxr

from tutor_tui.core import pcm
from tutor_tui.offline_server.ports import Unavailable
from tutor_tui.offline_server.stt import whisper_model
from tutor_tui.offline_server.stt.worker_pipe import BEGIN, FEED, FINISH, read_message

EAR_RATE_HZ = 16_000
LOOK_AHEAD_MS = 200
"""After so much quiet the words are looked for in advance: server VAD waits longer than that before a turn ends."""
QUIET_SHARE = 0.1
"""Quieter than this share (−20 dB) of the utterance's loudest piece is quiet."""
SHORTEST_MS = 200
"""Less is no word."""
TOKENS_PER_S = 16
"""Twice as many as a quick speaker needs: a model that goes round in circles is stopped there."""
TOKENS_TO_BEGIN = 24
MOST_TOKENS = 224
"""Whisper's own limit, half of its context."""


class Listener:
    """One utterance after the other."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self._languages = frozenset(model.supported_languages)
        self._language: str | None = None
        self._sound = bytearray()
        self._loudest = self._quiet_ms = 0.0
        self._speech_bytes = 0
        """How much of the sound there was when it was last not quiet."""
        self._looked: tuple[int, str] = (-1, "")
        """The last look: at so many bytes of speech, and what they were."""

    def begin(self, language: str) -> None:
        """A new utterance. A language that Whisper does not know by its code is left to itself to find out."""
        self._language = language if language in self._languages else None
        self._sound.clear()
        self._loudest = self._quiet_ms = 0.0
        self._speech_bytes, self._looked = 0, (-1, "")

    def feed(self, sound: bytes) -> None:
        """More of it: 24 kHz mono s16. A pause is used for a look at what was said so far."""
        samples = np.frombuffer(sound, dtype="<i2")
        if not samples.size:
            return
        self._sound += sound
        loudness = float(np.sqrt(np.mean(np.square(samples, dtype=np.float64))))
        self._loudest = max(self._loudest, loudness)
        was_quiet_ms = self._quiet_ms
        if loudness < QUIET_SHARE * self._loudest:
            self._quiet_ms += pcm.ms_of(len(sound))
        else:
            self._quiet_ms, self._speech_bytes = 0.0, len(self._sound)
        if was_quiet_ms < LOOK_AHEAD_MS <= self._quiet_ms:
            self._look()

    def finish(self) -> str:
        """What was said."""
        if self._looked[0] != self._speech_bytes:
            self._look()
        return self._looked[1]

    def _look(self) -> None:
        sound = bytes(self._sound[: self._speech_bytes + pcm.bytes_of(LOOK_AHEAD_MS)])
        self._looked = self._speech_bytes, self._words_in(sound)

    def _words_in(self, sound: bytes) -> str:
        if len(sound) < pcm.bytes_of(SHORTEST_MS):
            return ""
        samples = np.frombuffer(sound, dtype="<i2").astype(np.float32) / 32_768
        segments, _ = self._model.transcribe(
            soxr.resample(samples, pcm.RATE_HZ, EAR_RATE_HZ),
            language=self._language,
            beam_size=1,  # a learner's turn is short, and waits for its answer
            temperature=0.0,  # never by chance: the same sound is heard the same
            max_new_tokens=min(MOST_TOKENS, TOKENS_TO_BEGIN + TOKENS_PER_S * len(sound) // pcm.bytes_of(1_000)),
            condition_on_previous_text=False,
            without_timestamps=True,
        )
        return " ".join(" ".join(segment.text.split()) for segment in segments).strip()


def main() -> None:
    """Load, then serve until the pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the app, which closes the pipe
    answers = _own_output()

    def answer(**fields: object) -> None:
        answers.write(json.dumps(fields) + "\n")
        answers.flush()

    try:
        model = whisper_model.load(
            sys.argv[1], "--download" in sys.argv[2:], lambda progress: answer(progress=progress)
        )
    except Unavailable as trouble:
        answer(trouble=[trouble.title, trouble.hint])
        return
    answer(ready=[] if model.model.is_multilingual else ["en"])
    listener = Listener(model)
    while message := read_message(sys.stdin.buffer):
        kind, payload = message
        if kind == BEGIN:
            listener.begin(payload.decode())
        elif kind == FEED:
            listener.feed(payload)
        elif kind == FINISH:
            answer(text=listener.finish())


def _own_output() -> IO[str]:
    """Standard output for us alone: what libraries print goes where their warnings go."""
    ours = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return ours


if __name__ == "__main__":
    main()
