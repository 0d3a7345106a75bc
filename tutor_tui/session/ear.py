"""What the learner does with the sound of the last two minutes, to train their ear: hear it again, say it, write it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tutor_tui.core import events as ev
from tutor_tui.core.events import LessonEvent
from tutor_tui.session.dictation import Dictation
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
        self.dictation = Dictation(session, self._player)
        self.replay = Replay(session, self._kept, self._player, into=self._into_training)

    def take(self, event: LessonEvent) -> None:
        """Keep what is said; whatever the learner begins to say ends what they hear again."""
        self.replay.take(event)
        self._kept.take(event)
        self.shadowing.take(event)
        self.dictation.take(event)
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
        return self.dictation.is_on or (self._session.lesson.voice_waits and self.shadowing.hear(frame, level, now_s))

    def ends_by(self, event: LessonEvent) -> bool:
        """Whether that is the end of something that was heard again, and nobody else's business."""
        return self._player.ends_by(event)

    def shadow(self) -> None:
        """Have the tutor's sentence heard, and said by the learner; or go on to what comes next of that."""
        if self.shadowing.is_on:
            self.shadowing.go_on()
        elif (sentence := self.replay.of_tutor()) is not None:
            self.replay.give_way()
            self.dictation.stop()
            self.shadowing.begin(self._kept.in_target(sentence), self.replay.speed)

    def dictate(self) -> None:
        """Have the tutor's sentence heard, to be written down; or see it, where that was asked already."""
        if self.dictation.is_on:
            self.dictation.give_up()
        elif (sentence := self.replay.of_tutor(whole=True)) is not None:
            self.replay.give_way()
            self.shadowing.stop()
            self.dictation.begin(self._kept.in_target(sentence), self.replay.speed)

    def _into_training(self, sentence: Sentence) -> bool:
        """Whether a sentence that the learner has gone to is not only heard, but the next to be said, or written."""
        if self.dictation.is_on:
            self.dictation.begin(self._kept.in_target(sentence), self.replay.speed)
        elif self.shadowing.is_on:
            self.shadowing.begin(self._kept.in_target(sentence), self.replay.speed)
        else:
            self.shadowing.stop()  # what was compared in writing stays: it is heard again to be compared
            return False
        return True

    def stop(self) -> bool:
        """Fall silent; whether there was anything to stop."""
        shows_only = self._session.lesson.training is not None and not self._session.lesson.voice_waits
        was_on = self.replay.stop()
        was_trained = self.shadowing.stop() or self.dictation.stop()
        return was_on or (was_trained and not (shows_only and self._session.lesson.sounding))
