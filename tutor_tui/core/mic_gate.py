"""May this microphone frame go out? All of it, silence in its place, or nothing: every reason for it is here.

- Echo: through loudspeakers the tutor would hear itself. Where its voice is not taken out of the microphone's sound,
  the microphone rests while the tutor is heard, and for a short tail in which the room and the device's buffers fall
  silent. With headphones both may speak at once.
- Mute: nothing goes out; but a turn under way goes on as silence, or the tutor would wait for its end for ever.
- Push-to-talk: only between the two presses of the key, and for a short tail.
"""

from __future__ import annotations

from enum import Enum

from tutor_tui.core.lesson import Lesson
from tutor_tui.core.turn_detection import PushToTalk

ECHO_TAIL_S = 0.2
"""How long the microphone stays closed after the tutor was last heard through loudspeakers."""


class Passage(Enum):
    """What goes out in place of a frame."""

    ALL = "all"
    SILENCE = "silence"
    NOTHING = "nothing"


class MicGate:
    """Remembers when the tutor was last heard; everything else it is told."""

    def __init__(self) -> None:
        self._echo_until_s = 0.0

    def passage(self, lesson: Lesson, now_s: float, *, tutor_sounds: bool, key_open: bool) -> Passage:
        """What of a frame captured at `now_s` may go out; ask once per frame.

        `tutor_sounds`: the learner hears the tutor now. `key_open`: the talk key is down, or was a moment ago.
        """
        if tutor_sounds:
            self._echo_until_s = now_s + ECHO_TAIL_S
        if lesson.rests_for_echo and now_s < self._echo_until_s:
            return Passage.NOTHING
        if lesson.muted:
            return Passage.SILENCE if lesson.learner_item else Passage.NOTHING
        if not key_open and isinstance(lesson.plan.turn_detection, PushToTalk):
            return Passage.NOTHING
        return Passage.ALL
