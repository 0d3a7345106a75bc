"""What the learner does with the sound of the last two minutes, to train their ear: hear it again, for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tutor_tui.core import events as ev
from tutor_tui.core.events import LessonEvent
from tutor_tui.session.kept_sentences import KeptSentences
from tutor_tui.session.replay import Replay
from tutor_tui.session.replay_player import ReplayPlayer

if TYPE_CHECKING:
    from tutor_tui.session.session import Session


class Ear:
    """Of one session."""

    def __init__(self, session: Session) -> None:
        self._kept = KeptSentences(session)
        self._player = ReplayPlayer(session)
        self.replay = Replay(session, self._kept, self._player)

    def take(self, event: LessonEvent) -> None:
        """Keep what is said; whatever the learner begins to say ends what they hear again."""
        self.replay.take(event)
        self._kept.take(event)
        match event:
            case ev.LearnerStartedSpeaking() | ev.Talking(True) | ev.LearnerTyped() | ev.RepeatAsked():
                self.stop()
            case ev.DeviceLost(which="speaker"):
                self.stop()
            case _:
                pass

    def hear(self, frame: bytes) -> None:
        """A frame of the microphone that goes out to the tutor."""
        self._kept.hear(frame)

    def ends_by(self, event: LessonEvent) -> bool:
        """Whether that is the end of something that was heard again, and nobody else's business."""
        return self._player.ends_by(event)

    def stop(self) -> bool:
        """Fall silent; whether there was anything to stop."""
        return self.replay.stop()
