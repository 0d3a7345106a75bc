"""Speech → text in every language: Whisper, by the extra `[whisper]`, in a process of its own.

Used like `pocketsphinx`, but what is heard is free speech first, and is then compared with what the lesson expects.
"""

from __future__ import annotations

import json
import subprocess
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tutor_tui.offline_server.hearing import HeardWord, Hearing, Match
from tutor_tui.offline_server.ports import Unavailable
from tutor_tui.offline_server.stt.worker_pipe import (
    BEGIN,
    EXPECT,
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
    """A name (`base`, `small`), or the folder that holds a converted model."""
    may_download: bool = False
    """Whether a model that is not on this machine may be fetched."""


class WhisperSpeechToText:
    """Understands one learner. Used from one thread at a time; calls between `begin` and `finish` return at once."""

    def __init__(self, options: Whisper) -> None:
        self._options = options
        self._languages: tuple[str, ...] = ()
        self._expected: list[str] = []
        self._prompt = ""
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
                    raise self._ended()

    def _ended(self) -> Unavailable:
        """Why the child is gone, as far as its end tells."""
        code = self._child.wait() if self._child else None
        return Unavailable(*_ENDS.get(code or 0, _ENDED))

    def listen_for(self, language: str, other: str = "") -> None:
        """The language (ISO 639-1) of the next utterances, and one that is heard where it fits clearly better.

        Raises `Unavailable` when the model does not know the first.
        """
        if self._heard_languages is not None and language not in self._heard_languages:
            title = f"The Whisper model {self._options.model} understands English only."
            raise Unavailable(title, "Choose one without .en in offline.whisper_model.")
        self._languages = tuple(each for each in (language, other) if each)

    def expect(self, sentences: Sequence[str]) -> None:
        """Compare the next utterances with these; between utterances only."""
        self._expected = list(sentences)
        self._send(EXPECT, json.dumps(self._expected).encode())

    def prompt(self, text: str) -> None:
        """What was said before the next utterance, or how words in it are written; for that one only."""
        self._prompt = text

    def begin(self) -> None:
        """An utterance begins. A child that has died is replaced here."""
        if self._child and self._child.poll() is not None:
            self._end()
            self._start()
            self.load(lambda _: None)
            self._send(EXPECT, json.dumps(self._expected).encode())
        self._send(BEGIN, json.dumps({"languages": self._languages, "prompt": self._prompt}).encode())
        self._prompt = ""

    def feed(self, pcm: bytes) -> None:
        """More of it: 24 kHz mono s16."""
        self._send(FEED, pcm[: len(pcm) & ~1])

    def finish(self) -> Hearing:
        """The utterance is over: what was it?"""
        self._send(FINISH)
        answer = self._read()
        return NOTHING if answer is None else _hearing_in(answer)

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


def _hearing_in(answer: Any) -> Hearing:
    """An answer of the child's."""
    words = tuple(HeardWord(*word) for word in answer["words"])
    rivals, language = tuple(answer["rivals"]), answer["language"]
    return Hearing(answer["text"], Match(answer["match"]), words, rivals, language)


_ENDED = ("Whisper stopped while its model was being loaded.", "Is there memory enough?")
_ENDS = {
    -4: ("This processor is too old for Whisper: it lacks AVX.", "Set offline.speech_to_text to pocketsphinx."),
    -9: ("There was not memory enough for Whisper.", "Close other programs, or choose a smaller model."),
}
"""By the signal that ended the child: an unknown instruction (SIGILL), or the system (SIGKILL)."""


def _start_child(options: Whisper) -> subprocess.Popen[bytes]:
    may_download = options.may_download
    return start_child(
        "tutor_tui.offline_server.stt.whisper_worker",
        options.model,
        *(["--download"] if may_download else []),
        HF_HUB_DISABLE_TELEMETRY="1",
        **({} if may_download else {"HF_HUB_OFFLINE": "1"}),
    )
