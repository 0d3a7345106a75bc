"""Records the sound of a lesson while it goes on, on a thread of its own: the library's may wait for another program.

Whatever fails, the lesson goes on and learns of it in one sentence.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing, suppress
from math import inf
from pathlib import Path
from typing import TypeAlias

from tutor_tui.core import pcm
from tutor_tui.core.actions import key
from tutor_tui.core.events import Trouble
from tutor_tui.library.recordings import FOLDER, SIDES, Side, file_of
from tutor_tui.library.sound_files import MOST_BYTES, SideFile, Track

_log = logging.getLogger(__name__)
EVERY_S = 0.25
"""So often is written what has come: with what waits for its place, a killed process loses less than a second."""
MOST_WAITING_BYTES = 60_000 * pcm.BYTES_PER_MS
"""Of one side, while the disk takes nothing: a minute. What comes then is left out."""
CLOSE_S = 0.5
"""How long a slow disk may hold up the end of a lesson."""
_TRY_AGAIN = f"The lesson goes on; {key('record')} tries again."


class GivenUp(Exception):
    """Why no more can be recorded, as the end of a sentence."""


class LessonSound:
    """Both sides of one lesson. All methods raise `OSError`."""

    def __init__(self, data: Path, lesson_id: str, began_s: float) -> None:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        (data / FOLDER).mkdir(mode=0o700, exist_ok=True)
        self._began_s = began_s
        self._tracks: Mapping[Side, Track] = {side: Track() for side in SIDES}
        with ExitStack() as opened:
            self._files = {
                side: opened.enter_context(closing(SideFile(file_of(data, lesson_id, side)))) for side in SIDES
            }
            opened.pop_all()

    def add(self, side: Side, sound: bytes, at_s: float) -> None:
        """A block of that side, and when its first sample was or will be there (`time.monotonic`)."""
        self._tracks[side].add(sound, at_s - self._began_s)

    def write(self, now_s: float, *, all_of_it: bool = False) -> None:
        """Write what has its place. Both files last until now, so that silence is seen, too. Raises `GivenUp`, too."""
        since_s = now_s - self._began_s
        lasts_bytes = pcm.bytes_of(since_s * 1_000)
        if lasts_bytes > MOST_BYTES:
            raise GivenUp("a WAV file holds no more than a day")
        for side, file in self._files.items():
            for place, sound in self._tracks[side].placed(inf if all_of_it else since_s):
                if sound.strip(b"\0"):
                    file.write(place, sound)
            file.flush(lasts_bytes)

    def close(self) -> None:
        """Close both files."""
        for file in self._files.values():
            file.close()


_Begin: TypeAlias = tuple[str, float]
_Block: TypeAlias = tuple[Side, bytes, float]


class SoundWriter:
    """A `SoundJournal` that records beside the library, in the folder `data`.

    `give_up` is called on the writer's thread when it has to stop, with why.
    """

    def __init__(
        self, data: Path, give_up: Callable[[Trouble], None], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._data = data
        self._give_up = give_up
        self._clock = clock
        self._waiting: deque[_Begin | _Block | None] = deque()
        """A lesson to begin with, sound, or None for the end of a recording."""
        self._due = threading.Event()
        self._closed = False
        self._put: dict[Side, int] = dict.fromkeys(SIDES, 0)
        """Bytes of each side that have come: written by the thread alone that brings them."""
        self._taken: dict[Side, int] = dict.fromkeys(SIDES, 0)
        """Those that wait no longer: written by the writer's thread."""
        self._left_out = False
        self._opened: set[str] = set()
        self._sound: LessonSound | None = None
        self._thread: threading.Thread | None = None

    # ---- for the lesson ---------------------------------------------------------------------------------------------

    def begin(self, lesson_id: str, began_s: float) -> None:
        """Record that lesson from now on."""
        self._waiting.append((lesson_id, began_s))
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="sound recording", daemon=True)
            self._thread.start()
        self._due.set()

    def learner(self, sound: bytes, at_s: float) -> None:
        """A block of the learner's voice."""
        self._take("learner", sound, at_s)

    def tutor(self, sound: bytes, at_s: float) -> None:
        """A block that goes to the speaker. On the device's thread."""
        self._take("tutor", sound, at_s)

    def _take(self, side: Side, sound: bytes, at_s: float) -> None:
        if self._put[side] - self._taken[side] > MOST_WAITING_BYTES:
            self._left_out = True
            return
        self._put[side] += len(sound)
        self._waiting.append((side, sound, at_s))

    def end(self) -> None:
        """Record no more; what has come is written."""
        self._waiting.append(None)
        self._due.set()

    def has(self, lesson_id: str) -> bool:
        """Whether its files were opened since the start."""
        return lesson_id in self._opened

    def close(self) -> None:
        """Write what is left, for at most `CLOSE_S`."""
        self._closed = True
        self.end()
        if self._thread is not None:
            self._thread.join(CLOSE_S)

    # ---- on the thread ----------------------------------------------------------------------------------------------

    def _run(self) -> None:
        while self._waiting or not self._closed:
            self._due.wait(EVERY_S if self._sound or self._waiting else None)
            self._due.clear()
            try:
                self._write_what_came()
            except Exception as fault:  # noqa: BLE001 - a thread has nobody else to tell
                self._stop()
                self._give_up(Trouble(f"The sound is no longer recorded: {_why(fault)}.", _TRY_AGAIN))

    def _write_what_came(self) -> None:
        """All that waits, in its order. Raises `OSError` and `GivenUp`."""
        while self._waiting:
            match self._waiting.popleft():
                case None:
                    self._finish()
                case (lesson_id, began_s):
                    self._finish()
                    self._sound = LessonSound(self._data, lesson_id, began_s)
                    self._opened.add(lesson_id)
                case (side, sound, at_s):
                    self._taken[side] += len(sound)
                    if self._sound is not None:
                        self._sound.add(side, sound, at_s)
        if self._sound is not None:
            self._sound.write(self._clock())
        if self._left_out:
            self._left_out = False
            raise GivenUp("the disk is too slow")

    def _finish(self) -> None:
        if self._sound is not None:
            self._sound.write(self._clock(), all_of_it=True)
        self._stop()

    def _stop(self) -> None:
        sound, self._sound = self._sound, None
        if sound is not None:
            with suppress(OSError):
                sound.close()


def _why(fault: Exception) -> str:
    """The end of a sentence; it names no file, and quotes no sound."""
    match fault:
        case GivenUp():
            return str(fault)
        case OSError(strerror=str(why)):
            return why
        case _:
            _log.error("a fault in recording the sound", exc_info=fault)
            return f"a fault of ours ({type(fault).__name__})"
