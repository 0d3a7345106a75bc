"""Whisper's process, held at arm's length: whatever becomes of it, whoever speaks to it is not held up.

What is sent waits in a queue until the process reads it, and an answer is waited for no longer than the caller says.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import threading
import time
import weakref
from queue import SimpleQueue
from typing import Any, TypeAlias

from tutor_tui.offline_server.ports.unavailable import Tell, Unavailable
from tutor_tui.offline_server.stt.worker_pipe import EXPECT, start_child, stop_child, write_message

LONGEST_LOADING_S = 60.0
"""A model that is on this machine and not loaded after so long will not be."""
MOST_UNREAD = 4_000
"""Messages: two minutes of sound."""
_TO_SAY_SO_S = 1.0
_STOPPED = ("Whisper stopped.", "It is started again.")
_LOADING_STOPPED = ("Whisper stopped while its model was being loaded.", "Is there memory enough?")
_NO_MEMORY = ("There was not memory enough for Whisper.", "Close other programs, or choose a smaller model.")
_SIGILL, _SIGKILL = -4, -9
_ENDS = {
    _SIGILL: ("This processor is too old for Whisper.", "Set offline.speech_to_text to pocketsphinx."),
    _SIGKILL: _NO_MEMORY,
}
"""While it loads, by the signal that ended the process: an unknown instruction, or the system."""
_HUNG = ("Whisper does not answer.", "It is started again.")

_Message: TypeAlias = "tuple[bytes, bytes]"


class WhisperChild:
    """One process, from its start to its end. For one thread; `close` for any."""

    def __init__(self, model: str, *, may_download: bool, tell: Tell) -> None:
        """`tell` hears how a download gets on and why the process is gone; from another thread."""
        process = start_child(
            "tutor_tui.offline_server.stt.whisper_worker",
            model,
            *(["--download"] if may_download else []),
            HF_HUB_DISABLE_TELEMETRY="1",
            **({} if may_download else {"HF_HUB_OFFLINE": "1"}),
        )
        self.process = process
        self._began_s = time.monotonic()
        self._outbox: SimpleQueue[_Message | None] = SimpleQueue()
        self._state = _State(tell)
        self._end = weakref.finalize(self, _end, process, self._outbox)
        # Neither knows this object, which else would never be forgotten, and its process never end.
        threading.Thread(target=_write, args=(process, self._outbox), name="to Whisper", daemon=True).start()
        threading.Thread(target=_read, args=(process, self._state), name="from Whisper", daemon=True).start()

    @property
    def is_ready(self) -> bool:
        """Its model is loaded."""
        return self._state.is_ready

    @property
    def languages(self) -> frozenset[str] | None:
        """What it understands, ISO 639-1; None for every language, or while that is not known."""
        return self._state.languages

    @property
    def trouble(self) -> Unavailable | None:
        """Why it cannot be asked any more."""
        with self._state.changed:
            if self.process.poll() is not None:  # who reads from it is about to say so
                self._state.changed.wait_for(lambda: self._state.trouble, _TO_SAY_SO_S)
        return self._state.trouble

    @property
    def ended_s(self) -> float:
        """When that became known, by `time.monotonic`."""
        return self._state.ended_s

    @property
    def may_come_back(self) -> bool:
        """Whether another process may fare better: this one did not say itself what is wrong."""
        return self._state.may_come_back

    def send(self, kind: bytes, payload: bytes = b"") -> None:
        """Have it read a message, sooner or later."""
        if not self._state.is_fetching or kind == EXPECT:  # a download takes minutes
            self._outbox.put((kind, payload))

    def end_if_behind(self) -> None:
        """End it where it has stopped reading."""
        if self._outbox.qsize() > MOST_UNREAD:
            self._hung()

    def answer(self, number: int, patience_s: float) -> Any:
        """What it answers to the utterance of this number; None when it has gone, or does not answer in time, which
        ends it. A download is not waited for.
        """
        state, was_ready = self._state, self.is_ready
        with state.changed:
            state.changed.wait_for(lambda: number in state.answers or state.trouble or state.is_fetching, patience_s)
            if number in state.answers:
                return state.answers.pop(number)
            is_late = not (state.trouble or state.is_fetching)
        if is_late and (was_ready or time.monotonic() - self._began_s > LONGEST_LOADING_S):
            self._hung()
        return None

    def _hung(self) -> None:
        self._state.fail(Unavailable(*_HUNG), may_come_back=True)
        self.close()

    def wait_until_ready(self, patience_s: float) -> bool:
        """Whether its model is loaded after so long at most."""
        with self._state.changed:
            self._state.changed.wait_for(lambda: self._state.is_ready or self._state.trouble, patience_s)
        return self.is_ready and self.trouble is None

    def close(self) -> None:
        """End it, in whatever it is doing."""
        self._state.is_closed = True
        self._end()


class _State:
    """What is known of a process; written by the thread that reads its answers."""

    def __init__(self, tell: Tell) -> None:
        self.changed = threading.Condition()
        self.tell = tell
        self.is_ready = self.is_fetching = self.is_closed = self.may_come_back = False
        self.languages: frozenset[str] | None = None
        self.answers: dict[int, Any] = {}
        """By utterance: what nobody has taken yet."""
        self.trouble: Unavailable | None = None
        self.ended_s = 0.0

    def take(self, said: Any) -> None:
        """A line of the process's."""
        match said:
            case {"ready": languages}:
                self._change(is_ready=True, is_fetching=False, languages=frozenset(languages) if languages else None)
            case {"progress": str(progress)}:
                self._change(is_fetching=True)
                self.tell(Unavailable(progress, "Type your answers meanwhile."))
            case {"trouble": [str(title), str(hint)]}:
                self.fail(Unavailable(title, hint), may_come_back=False)
            case {"utterance": int(number)}:
                with self.changed:
                    self.answers = {number: said}  # older ones nobody waits for
                    self.changed.notify_all()

    def _change(self, **fields: object) -> None:
        with self.changed:
            for name, value in fields.items():
                setattr(self, name, value)
            self.changed.notify_all()

    def fail(self, trouble: Unavailable, *, may_come_back: bool) -> None:
        """It is of no more use; told once, and not where it was closed on purpose."""
        if self.trouble is None:
            if not self.is_closed:
                self.tell(trouble)
            self._change(trouble=trouble, may_come_back=may_come_back, ended_s=time.monotonic())


def no_memory() -> Unavailable:
    """What to tell where the system starts no process for it."""
    return Unavailable(*_NO_MEMORY)


def _write(process: subprocess.Popen[bytes], outbox: SimpleQueue[_Message | None]) -> None:
    while (message := outbox.get()) is not None:
        assert process.stdin is not None
        try:
            write_message(process.stdin, *message)
        except (OSError, ValueError):  # it has gone; ValueError: and its pipe is closed
            return


def _read(process: subprocess.Popen[bytes], state: _State) -> None:
    assert process.stdout is not None
    with contextlib.suppress(ValueError):  # its pipe was closed meanwhile, by another thread
        while (line := process.stdout.readline()).endswith(b"\n"):
            state.take(json.loads(line))
    code = process.wait()
    can_run = code != _SIGILL
    said = _STOPPED if state.is_ready and can_run else _ENDS.get(code, _LOADING_STOPPED)
    state.fail(Unavailable(*said), may_come_back=can_run)


def _end(process: subprocess.Popen[bytes], outbox: SimpleQueue[_Message | None]) -> None:
    outbox.put(None)
    stop_child(process)
