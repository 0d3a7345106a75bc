"""Where the sound of a lesson goes that is recorded, as a Protocol."""

from __future__ import annotations

from typing import Protocol


class SoundJournal(Protocol):
    """Keeps the sound of a lesson while it goes on, each side for itself. No call waits or raises.

    All times are seconds of the clock that `time.monotonic` reads.
    """

    def begin(self, lesson_id: str, began_s: float) -> None:
        """Record that lesson, which began at `began_s`; what there is of it already stays."""
        ...

    def learner(self, sound: bytes, at_s: float) -> None:
        """What the learner said (24 kHz mono s16); its first sample was taken at `at_s`."""
        ...

    def tutor(self, sound: bytes, at_s: float) -> None:
        """What went to the speaker, silence included; its first sample is heard at `at_s`. On the device's thread."""
        ...

    def end(self) -> None:
        """Record no more."""
        ...

    def has(self, lesson_id: str) -> bool:
        """Whether something of that lesson was recorded since the start."""
        ...
