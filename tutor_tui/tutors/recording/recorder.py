"""Records a lesson: `RecordedTutor` wraps a tutor, and every event and command that passes is kept in a file.

The file holds what was said, as text: it is made only on request, and only its owner can read it. It holds no sound and
no key. `recording.format` describes it, `recording.player` plays it back.
"""

from __future__ import annotations

import os
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from tutor_tui.core import events as ev
from tutor_tui.core import pcm
from tutor_tui.core import tutor_commands as cmd
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.ports import Tutor, TutorLink
from tutor_tui.core.problems import ExitCode, LinkLost, Problem
from tutor_tui.tutors.recording.format import LESSON_FACTS, header, line

_HEARD_BYTES = pcm.bytes_of(1000)
"""The learner's sound is noted once a second at most."""


class RecordingFile:
    """The file being written. Each line is one write, so that a crash leaves whole lines and at most a part of one."""

    def __init__(self, file: Path) -> None:
        """Raises `Problem` (usage): a file is made, never written over."""
        try:
            self._fd: int | None = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        except FileExistsError:
            raise Problem(
                f"{str(file)!r} exists already.", "Give --record-wire another name.", ExitCode.USAGE
            ) from None
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "no such name is possible"
            raise Problem(f"{str(file)!r} cannot be written: {reason}.", exit_code=ExitCode.USAGE) from None
        self._began_s = time.monotonic()
        self._heard = 0
        self._calls = 0
        self.open_links = 0
        """Conversations that go on: two while one takes over from the other."""
        self._first: Tutor | None = None
        """The tutor that the header names."""
        self._open_for: list[Tutor] = []
        self.complaint: str = ""
        """Why nothing more is written; empty while all is well."""

    def begin(self, tutor: Tutor) -> None:
        """One of the lesson's tutors is recorded here, the first to begin with."""
        self._open_for.append(tutor)
        if self._first is None:
            self._first = tutor
            self._write(header(tutor.name, tutor.capabilities))

    def call(self, tutor: Tutor, plan: LessonPlan) -> None:
        """A conversation is opened."""
        self._calls += 1
        changed = {} if tutor is self._first else {"tutor": tutor.name, "capabilities": tutor.capabilities}
        facts = {name: getattr(plan, name) for name in LESSON_FACTS}
        self.note("call", {"number": self._calls, **facts, **changed})

    @contextmanager
    def one_more_open(self) -> Iterator[None]:
        """A conversation is open meanwhile."""
        self.open_links += 1
        try:
            yield
        finally:
            self.open_links -= 1

    def note(self, kind: str, what: object) -> None:
        """One thing that happened now."""
        self._note_heard()
        self._write(line({"t": self._now_s, kind: what}))

    def heard(self, byte_count: int) -> None:
        """Sound went out."""
        self._heard += byte_count
        if self._heard >= _HEARD_BYTES:
            self._note_heard()

    def end(self, tutor: Tutor) -> None:
        """No more of this tutor; the file is closed behind the last of them."""
        if tutor in self._open_for:
            self._open_for.remove(tutor)
        if self._open_for:
            return
        self._note_heard()
        fd, self._fd = self._fd, None
        if fd is not None:
            os.close(fd)

    @property
    def is_closed(self) -> bool:
        """Whether nothing more is written."""
        return self._fd is None

    @property
    def _now_s(self) -> float:
        return round(time.monotonic() - self._began_s, 4)

    def _note_heard(self) -> None:
        heard, self._heard = self._heard, 0
        if heard:
            self._write(line({"t": self._now_s, "heard": heard}))

    def _write(self, data: bytes) -> None:
        if self._fd is None:
            return
        try:
            if os.write(self._fd, data) == len(data):
                return
            self.complaint = "The disk is full."
        except OSError as error:
            self.complaint = f"{error.strerror}."
        os.close(self._fd)
        self._fd = None


class RecordedTutor:
    """A tutor whose conversations are written to `log`; otherwise it is the tutor that it wraps.

    All tutors of a lesson write to the same file: it is one lesson, whoever teaches.
    """

    def __init__(self, tutor: Tutor, log: RecordingFile) -> None:
        self._tutor = tutor
        self._log = log
        self._log.begin(tutor)

    @property
    def name(self) -> str:
        """Of the tutor."""
        return self._tutor.name

    @property
    def capabilities(self) -> Capabilities:
        """Of the tutor."""
        return self._tutor.capabilities

    @asynccontextmanager
    async def connect(self, plan: LessonPlan) -> AsyncIterator[TutorLink]:
        self._log.call(self._tutor, plan)
        is_open = False
        try:
            async with self._tutor.connect(plan) as link:
                is_open = True
                with self._log.one_more_open():
                    yield _RecordedLink(link, self._log)
        except LinkLost as lost:
            if is_open or not self._log.open_links:  # else it was to take over from one that goes on
                end = {"title": lost.title, "hint": lost.hint, "retry": lost.retry, "final": lost.final}
                self._log.note("ended", end)
            raise

    async def close(self) -> None:
        try:
            await self._tutor.close()
        finally:
            self._log.end(self._tutor)


class _RecordedLink:
    """One conversation, written down as it passes."""

    def __init__(self, link: TutorLink, log: RecordingFile) -> None:
        self._link = link
        self._log = log
        self._complained = bool(log.complaint)

    @property
    def dropped_ms(self) -> int:
        return self._link.dropped_ms

    def hear(self, pcm: bytes, *, kept: bool = False) -> None:
        self._log.heard(len(pcm))
        self._link.hear(pcm, kept=kept)

    async def send(self, command: cmd.Command) -> None:
        self._log.note("command", command)
        await self._link.send(command)

    async def events(self) -> AsyncIterator[ev.TutorEvent]:
        async for event in self._link.events():
            self._log.note("event", event)
            yield event
            if self._log.complaint and not self._complained:
                self._complained = True
                yield ev.Trouble("The lesson is no longer recorded.", self._log.complaint)
        self._log.note("ended", None)
