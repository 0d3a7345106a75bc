"""How long the learner waits for an answer, and how fast the tutor falls silent when the learner speaks up.

Both are measured on this machine, by the microphone's frames, so to 20 ms:

- *answer*: from the last moment at which the level meter heard a voice in the turn, to the moment at which the first
  sound of the answer is in the hands of the device. What the device itself adds (some 10 to 50 ms) is not in it. The
  silence after which the tutor answers is.
- *barge-in*: from the moment at which the meter heard the learner begin, to the moment at which the last sound of the
  tutor's has been heard: where it paused before its server knew of a turn, to the pause.

A typed line, a turn that was held open and an answer that was cut before it began are not counted.
"""

from __future__ import annotations

from tutor_tui.core import events as ev
from tutor_tui.core.events import LessonEvent
from tutor_tui.session.level_meter import Level

_ONSET_AFTER_MS = 200
"""A voice after so much silence begins anew."""
_ONSET_LAG_S = 0.04
"""The meter takes two frames to be sure of a voice."""
_LATEST_ONSET_S = 3.0
"""An onset longer ago belongs to something else than this barge-in."""
_GAP_S = 1.0
"""Without a frame for so long, we were stopped (Ctrl-Z), or the device was away: that is nobody's waiting."""
_LONGEST_PAUSE_MS = 10_000
"""A meter that heard no voice for longer did not hear this turn."""


class ResponseTimes:
    """The times of one lesson, in ms, oldest first."""

    def __init__(self) -> None:
        self.answers_ms: list[int] = []
        self.barge_ins_ms: list[int] = []
        self._level = Level()
        self._now_s = 0.0
        """When the newest frame came."""
        self._sounding = False
        self._ended_s: float | None = None
        """When the turn ended whose answer has not begun."""
        self._onset_s: float | None = None
        self._barge_in_s: float | None = None
        self._paused_s: float | None = None
        """When the tutor fell silent with more to say."""

    def feed(self, level: Level, now_s: float, *, tutor_sounds: bool, tutor_speaks: bool) -> None:
        """One frame of the microphone was measured, `tutor_sounds` while the learner hears the tutor; it `tutor_speaks`
        also while it pauses for a sound.
        """
        if self._now_s and now_s - self._now_s > _GAP_S:
            self._ended_s = self._barge_in_s = None
        if level.voiced and self._level.silent_ms >= _ONSET_AFTER_MS:
            self._onset_s = now_s - _ONSET_LAG_S
        if tutor_sounds and not self._sounding and self._ended_s is not None:
            self.answers_ms.append(round((now_s - self._ended_s) * 1000))
            self._ended_s = None
        if not tutor_sounds and self._barge_in_s is not None:
            self.barge_ins_ms.append(round((now_s - self._barge_in_s) * 1000))
            self._barge_in_s = None
        if tutor_sounds or not tutor_speaks:
            self._paused_s = None
        elif self._sounding:
            self._paused_s = now_s
        self._level, self._now_s, self._sounding = level, now_s, tutor_sounds

    def take(self, event: LessonEvent) -> None:
        """A turn began, ended, or was none."""
        match event:
            case ev.LearnerStoppedSpeaking() | ev.Talking(False) | ev.LearnerTurnKept(by_itself=True):
                pause_ms = self._level.silent_ms
                self._ended_s = self._now_s - (pause_ms if pause_ms < _LONGEST_PAUSE_MS else 0) / 1000
            case ev.LearnerStartedSpeaking():
                self._ended_s = None
                self._begin_barge_in()
            case ev.Talking(True) | ev.Held() | ev.LearnerTyped() | ev.AnswerDropped() | ev.LinkEnded():
                self._ended_s = None
            case _:
                pass

    def _begin_barge_in(self) -> None:
        onset_s, paused_s = self._onset_s, self._paused_s
        fresh = onset_s is not None and self._now_s - onset_s < _LATEST_ONSET_S
        if onset_s is not None and fresh and paused_s is not None and paused_s > onset_s:
            self.barge_ins_ms.append(round((paused_s - onset_s) * 1000))
        elif self._sounding:
            self._barge_in_s = onset_s if fresh else self._now_s
