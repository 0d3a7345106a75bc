"""Tells the learner why the tutor's voice has gaps: its sound came too late, and what is done about it."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from tutor_tui.core import events as ev
from tutor_tui.core.events import LessonEvent

if TYPE_CHECKING:
    from tutor_tui.session.session import Session

TOLD_FROM_MS = 400
WITHIN_S = 60.0
"""So much silence in the middle of sentences within such a time is told: a single short gap is soon forgotten."""
QUIET_S = 600.0
"""For so long it is not told again."""
TITLE = "The tutor's voice has gaps: its sound comes too late."
HINT = (
    "The network or this machine is slow just now. From here on a little more is gathered before you hear it, so that "
    "answers begin later, with fewer gaps."
)


class LateVoice:
    """Looks at the end of each thing that the tutor said."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._seen_ms = 0
        self._recent: deque[tuple[float, int]] = deque()
        """When gaps were noticed, since the lesson began, in s, and how long they were, in ms."""
        self._told_s = -QUIET_S

    def take(self, event: LessonEvent) -> None:
        """Look whether what was said had gaps."""
        if not isinstance(event, ev.SpeechFinished | ev.SpeechCut):
            return
        now_s, hole_ms = self._session.elapsed_s, self._session.sound.counters.hole_ms
        self._recent.append((now_s, hole_ms - self._seen_ms))
        self._seen_ms = hole_ms
        while self._recent[0][0] < now_s - WITHIN_S:
            self._recent.popleft()
        if sum(ms for _, ms in self._recent) >= TOLD_FROM_MS and now_s - self._told_s >= QUIET_S:
            self._told_s = now_s
            self._session.take(ev.Trouble(TITLE, HINT))
