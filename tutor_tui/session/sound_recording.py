"""Whether the sound of the lesson is recorded: only where the learner asks for it, by a setting or a key.

Of the microphone that is recorded which goes out, so nothing while it is muted; of the tutor what went to the speaker.
Nothing here waits: a journal writes on a thread of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tutor_tui.core.events import SoundRecorded, Trouble
from tutor_tui.core.sound_journal import SoundJournal

if TYPE_CHECKING:
    from tutor_tui.session.session import Session

NOT_KEPT = "Nothing of this lesson is kept, so its sound is not recorded."
NOT_KEPT_HINT = "Turn on library.keep first."


class SoundRecording:
    """Of one session."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.journal: SoundJournal | None = None
        """To be set before the lesson begins; without one, nothing can be recorded."""
        self.wanted = False
        """Whether to record from the beginning of a lesson that is kept."""
        self._place: tuple[str, float] | None = None
        """Id of the lesson that is kept, and when it began, on the loop's clock."""

    def begin(self, lesson_id: str, began_s: float) -> None:
        """That is the lesson from here on, and what is recorded is of it; the id is empty where nothing is kept."""
        self._place = (lesson_id, began_s) if lesson_id else None
        if self._session.lesson.recording:
            self._start()
        else:
            self.set(self.wanted and self._session.tutor.capabilities.listens)

    def leave(self) -> None:
        """Nothing is kept any more, so nothing is recorded; but again when the lesson is."""
        self._place = None
        if self._session.lesson.recording:
            self._session.take(SoundRecorded(False))

    def end(self) -> None:
        """The lesson is over."""
        self._session.sound.speaker.tap = None
        if self.journal is not None:
            self.journal.end()

    @property
    def has_any(self) -> bool:
        """Whether something of the lesson was recorded."""
        return self.journal is not None and self._place is not None and self.journal.has(self._place[0])

    def toggle(self) -> None:
        """Begin to record, or stop."""
        self.set(not self._session.lesson.recording)

    def want(self, on: bool) -> None:
        """Record this lesson and, if it is not kept yet, from when it is; or no longer."""
        self.wanted = on
        self.set(on)

    def set(self, on: bool) -> None:
        """Record from now on, or no longer. Where that cannot be, the learner is told why."""
        if on == self._session.lesson.recording:
            return
        if on and (self.journal is None or self._place is None):
            self._session.take(Trouble(NOT_KEPT, NOT_KEPT_HINT, quiet=True))
            return
        if on:
            self._start()
        else:
            self.end()
        self.wanted = on
        self._session.take(SoundRecorded(on))

    def hear(self, frame: bytes) -> None:
        """A frame of the microphone that goes out, when it has come."""
        if self.journal is not None and self._session.lesson.recording:
            self.journal.learner(frame, self._session.sound.microphone.captured_s)

    def failed(self, trouble: Trouble) -> None:
        """The journal has given up; the lesson goes on."""
        self.end()
        self._session.take(SoundRecorded(False))
        self._session.take(trouble)

    def _start(self) -> None:
        if self.journal is not None and self._place is not None:
            self.journal.begin(*self._place)
            self._session.sound.speaker.tap = self.journal.tutor
