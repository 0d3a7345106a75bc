"""Whether the sound of the lesson is recorded: only where the learner asks for it, by a setting or a key.

Of the microphone that is recorded which goes out, so nothing while it is muted; of the tutor what went to the speaker.
Nothing here waits: a journal writes on a thread of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tutor_tui.core.actions import key
from tutor_tui.core.events import DeviceLost, DeviceOpened, LessonEvent, SoundRecorded, Trouble
from tutor_tui.core.sound_journal import SoundJournal

if TYPE_CHECKING:
    from tutor_tui.session.session import Session

NOT_KEPT = "Nothing of this lesson is kept, so its sound is not recorded."
NO_LONGER_KEPT = "Nothing more of this lesson is kept, so its sound is not recorded."
NOT_KEPT_HINT = "Turn on library.keep first."
NO_DEVICES = "There is no microphone and no speaker, so there is no sound to record."
NO_DEVICES_HINT = f"{key('devices')} chooses them."


class SoundRecording:
    """Of one session."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.journal: SoundJournal | None = None
        """To be set before the lesson begins; without one, nothing can be recorded."""
        self.wanted = False
        """Whether to record from the beginning of a lesson that is kept: the setting."""
        self._stopped = False
        """The learner has stopped it by a key, which counts until they begin again."""
        self._no_longer_kept = False
        self._waits_for_device = False
        """To be begun as soon as there is a device: at the beginning of a lesson none is open yet."""
        self._told_of_devices = False
        self._place: tuple[str, float] | None = None
        """Id of the lesson that is kept, and when it began, on the loop's clock."""

    def begin(self, lesson_id: str, began_s: float) -> None:
        """That is the lesson from here on, and what is recorded is of it; the id is empty where nothing is kept."""
        self._place = (lesson_id, began_s) if lesson_id else None
        if self._session.lesson.recording:
            self._start()
        elif self.wanted and not self._stopped and self._session.tutor.capabilities.listens:
            devices = (self._session.lesson.microphone, self._session.lesson.speaker)
            self._waits_for_device = self._place is not None and not any(each.name for each in devices)
            if not self._waits_for_device:
                self.set(True)

    def take(self, event: LessonEvent) -> None:
        """An event, after the lesson was advanced by it: a recording that waits for a device begins with the first."""
        if self._waits_for_device and isinstance(event, DeviceOpened | DeviceLost):
            if isinstance(event, DeviceOpened):
                self.set(True)
            elif self._lacks_devices and not self._told_of_devices:
                self._told_of_devices = True
                self._tell(NO_DEVICES, NO_DEVICES_HINT)

    @property
    def _lacks_devices(self) -> bool:
        return bool(self._session.lesson.microphone.missing and self._session.lesson.speaker.missing)

    def leave(self) -> None:
        """Nothing is kept any more, so nothing is recorded; when something is again, only the setting begins anew."""
        self._no_longer_kept = self._place is not None
        self._place, self._waits_for_device = None, False
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
        self._stopped = self._session.lesson.recording
        self.set(not self._stopped)

    def want(self, on: bool) -> None:
        """Record this lesson and, if it is not kept yet, from when it is; or no longer."""
        self.wanted, self._stopped, self._waits_for_device = on, False, False
        self.set(on)

    def set(self, on: bool) -> None:
        """Record from now on, or no longer. Where that cannot be, the learner is told why."""
        if on == self._session.lesson.recording:
            return
        if on and (self.journal is None or self._place is None):
            self._tell(NO_LONGER_KEPT if self._no_longer_kept else NOT_KEPT, NOT_KEPT_HINT)
            return
        if on and self._lacks_devices:
            self._tell(NO_DEVICES, NO_DEVICES_HINT)
            return
        if on:
            self._waits_for_device = False
            self._start()
        else:
            self.end()
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

    def _tell(self, title: str, hint: str) -> None:
        self._session.take(Trouble(title, hint, quiet=True))

    def _start(self) -> None:
        if self.journal is not None and self._place is not None:
            self.journal.begin(*self._place)
            self._session.sound.speaker.tap = self.journal.tutor
