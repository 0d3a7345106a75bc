"""What the learner does with the sound of the last two minutes, to train their ear: hear it again, or say it, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tutor_tui.core import events as ev
from tutor_tui.core.events import LessonEvent
from tutor_tui.session.kept_sentences import KeptSentences, Sentence
from tutor_tui.session.level_meter import Level
from tutor_tui.session.replay import Replay
from tutor_tui.session.replay_player import ReplayPlayer
from tutor_tui.session.shadowing import Shadowing

if TYPE_CHECKING:
    from tutor_tui.session.session import Session


class Ear:
    """Of one session."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._kept = KeptSentences(session)
        self._player = ReplayPlayer(session)
        self.shadowing = Shadowing(session, self._player)
        self.replay = Replay(session, self._kept, self._player, into=self._into_training)

    def take(self, event: LessonEvent) -> None:
        """Keep what is said; whatever the learner begins to say ends what they hear again."""
        self.replay.take(event)
        self._kept.take(event)
        self.shadowing.take(event)
        match event:
            case ev.LearnerStartedSpeaking() | ev.Talking(True) | ev.LearnerTyped() | ev.RepeatAsked() | ev.Divided():
                self.stop()
            case ev.DeviceLost(which="speaker"):
                self.stop()
            case _:
                pass

    def hear(self, frame: bytes) -> None:
        """A frame of the microphone that goes out to the tutor."""
        self._kept.hear(frame)

    def keeps(self, frame: bytes, level: Level, now_s: float) -> bool:
        """A frame of the microphone, and how loud it is: whether the tutor is not to have it."""
        return self._session.lesson.voice_waits and self.shadowing.hear(frame, level, now_s)

    def ends_by(self, event: LessonEvent) -> bool:
        """Whether that is the end of something that was heard again, and nobody else's business."""
        return self._player.ends_by(event)

    def shadow(self) -> None:
        """Have the tutor's sentence heard, and said by the learner; or go on to what comes next of that."""
        if self._session.lesson.voice_waits:
            self.shadowing.go_on()
        elif (sentence := self.replay.of_tutor()) is not None:
            self.replay.give_way()
            self.shadowing.begin(sentence, self.replay.speed)

    def _into_training(self, sentence: Sentence) -> bool:
        """Whether a sentence that the learner has gone to is not only heard, but the next to be said."""
        if not self._session.lesson.voice_waits:
            self.shadowing.stop()
            return False
        self.shadowing.begin(sentence, self.replay.speed)
        return True

    def stop(self) -> bool:
        """Fall silent; whether there was anything to stop."""
        shows_only = self._session.lesson.training is not None and not self._session.lesson.voice_waits
        was_on = self.replay.stop()
        was_shadowed = self.shadowing.stop()
        return was_on or (was_shadowed and not (shows_only and self._session.lesson.sounding))
