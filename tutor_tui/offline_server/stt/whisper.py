"""Speech → text in every language: Whisper, by the extra `[whisper]` (faster-whisper), in a process of its own.

Used like `pocketsphinx`; what is heard is free speech, and what the lesson expects is kept from it: given the right
answer, Whisper would hear the right answer.
"""

from __future__ import annotations

import json
import subprocess
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tutor_tui.offline_server.hearing import Hearing
from tutor_tui.offline_server.ports import Unavailable
from tutor_tui.offline_server.stt.worker_pipe import (
    BEGIN,
    FEED,
    FINISH,
    NOTHING,
    start_child,
    stop_child,
    write_message,
)


@dataclass(frozen=True, slots=True)
class Whisper:
    """What the settings say about it."""

    model: str
    """A name (`small`), or the folder that holds a converted model."""
    may_download: bool = False
    """Whether a model that is not on this machine may be fetched."""


class WhisperSpeechToText:
    """Understands one learner. Used from one thread at a time; calls between `begin` and `finish` return at once."""

    def __init__(self, options: Whisper) -> None:
        self._options = options
        self._language = ""
        self._heard_languages: frozenset[str] | None = None
        self._start()

    def _start(self) -> None:
        self._child: subprocess.Popen[bytes] | None = _start_child(self._options)
        self._end = weakref.finalize(self, stop_child, self._child)

    def load(self, tell: Callable[[Unavailable], None]) -> None:
        """Wait until the model is loaded; `tell` hears how a download gets on. Raises `Unavailable`."""
        while True:
            match self._read():
                case {"ready": languages}:
                    self._heard_languages = frozenset(languages) if languages else None
                    return
                case {"progress": str(progress)}:
                    tell(Unavailable(progress, "Type your answers meanwhile."))
                case {"trouble": [str(title), str(hint)]}:
                    raise Unavailable(title, hint)
                case _:
                    raise Unavailable("Whisper stopped while its model was being loaded.", "Is there memory enough?")

    def listen_for(self, language: str) -> None:
        """The language (ISO 639-1) of the next utterances. Raises `Unavailable` when the model does not know it."""
        if self._heard_languages is not None and language not in self._heard_languages:
            title = f"The Whisper model {self._options.model} understands English only."
            raise Unavailable(title, "Choose one without .en in offline.whisper_model.")
        self._language = language

    def expect(self, sentences: Sequence[str]) -> None:
        """Whisper listens for nothing in particular."""

    def begin(self) -> None:
        """An utterance begins. A child that has died is replaced here."""
        if self._child and self._child.poll() is not None:
            self._end()
            self._start()
            self.load(lambda _: None)
        self._send(BEGIN, self._language.encode())

    def feed(self, pcm: bytes) -> None:
        """More of it: 24 kHz mono s16."""
        self._send(FEED, pcm[: len(pcm) & ~1])

    def finish(self) -> Hearing:
        """The utterance is over: what was it?"""
        self._send(FINISH)
        match self._read():
            case {"text": str(text)}:
                return Hearing(text)
            case _:
                return NOTHING

    def close(self) -> None:
        """End the child, in whatever it is doing; also done when nobody refers to this recogniser any more."""
        if self._child:
            self._end()
            self._child = None

    def _send(self, kind: bytes, payload: bytes = b"") -> None:
        if self._child and self._child.stdin:
            try:
                write_message(self._child.stdin, kind, payload)
            except (OSError, ValueError):  # ValueError: closed meanwhile, by another thread
                return

    def _read(self) -> Any:
        """The child's next line; None when it has gone."""
        child = self._child
        try:
            line = child.stdout.readline() if child and child.stdout else b""
        except ValueError:  # closed meanwhile, by another thread
            line = b""
        return json.loads(line) if line.endswith(b"\n") else None


def _start_child(options: Whisper) -> subprocess.Popen[bytes]:
    may_download = options.may_download
    return start_child(
        "tutor_tui.offline_server.stt.whisper_worker",
        options.model,
        *(["--download"] if may_download else []),
        HF_HUB_DISABLE_TELEMETRY="1",
        **({} if may_download else {"HF_HUB_OFFLINE": "1"}),
    )
