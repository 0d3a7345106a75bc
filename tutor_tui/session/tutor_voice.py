"""The tutor's voice on its way to the speaker: what is played, what was heard of it, and what never will be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tutor_tui.core import events as ev
from tutor_tui.core import pcm
from tutor_tui.core.conversation import Turn, TurnState
from tutor_tui.core.events import LessonEvent
from tutor_tui.core.ports import Heard
from tutor_tui.session.ear import Ear
from tutor_tui.speech.words_heard import usual_ms

if TYPE_CHECKING:
    from tutor_tui.session.session import Session


class TutorVoice:
    """Of one session, over all its connections."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._arrived_bytes: dict[str, int] = {}
        """Sound of the present answer by item, for items of which more is to come."""
        self._complete: set[str] = set()
        """Items whose sound is all here."""
        self._has_sounded = False
        """This tutor speaks, and does not only write."""
        self._ended: tuple[str, ...] = ()
        """Items whose end was last said by us, for want of one that the tutor says."""
        self.ear = Ear(session)

    def stop(self) -> None:
        """The lesson is over."""
        self.ear.stop()

    def take(self, event: LessonEvent) -> None:
        """Play what comes, before the lesson learns of it."""
        speaker, lesson = self._session.sound.speaker, self._session.lesson
        self.ear.take(event)
        match event:
            case ev.TutorAudio(item_id, sound):
                speaker.play(item_id, sound)
                self._arrived_bytes[item_id] = self._arrived_bytes.get(item_id, 0) + len(sound)
                self._has_sounded = True
            case ev.TutorAudioDone(item_id):
                speaker.finish(item_id)
                self._arrived_bytes.pop(item_id, None)
                self._complete.add(item_id)
            case ev.LinkEnded() if lesson.unspoken:
                self.silence()
            case ev.ReplyEnded() | ev.AnswerGivenUp() | ev.LinkEnded():
                for item_id in lesson.sounding:
                    speaker.finish(item_id)
                if isinstance(event, ev.LinkEnded):
                    self._break_off()
                self._arrived_bytes.clear()
            case _:
                pass

    def is_incomplete(self, turn: Turn) -> bool:
        """Whether more of the tutor's turn was to come: of its sound, or of its words."""
        if turn.id in self._complete:
            return False
        return turn.id in self._arrived_bytes or turn.state is TurnState.OPEN

    def _break_off(self) -> None:
        """The connection was lost in mid-answer: text runs ahead of sound, and what had no sound will not be heard.

        What has come is heard to its end meanwhile.
        """
        for turn in self._session.lesson.turns:
            if turn.role != "tutor" or turn.state is TurnState.CUT:
                continue
            arrived_ms = pcm.ms_of(self._arrived_bytes.get(turn.id, 0))
            sounds = turn.id in self._arrived_bytes and turn.id in self._session.lesson.sounding
            if sounds:
                expected_ms = round(usual_ms(turn.text) / self._session.lesson.plan.speed)
                self._session.advance(ev.TutorSoundExpected(turn.id, max(expected_ms, arrived_ms)))
                self._session.advance(ev.SpeechCut(turn.id, arrived_ms, arrived_ms, plays_on=True))
        self._forget_words_alone()

    def _forget_words_alone(self) -> None:
        """Of an answer whose words have come and no sound of it: with a tutor that speaks, it will not be heard."""
        for turn in self._session.lesson.turns if self._has_sounded else ():
            is_unfinished = turn.role == "tutor" and turn.state is TurnState.OPEN and bool(turn.text)
            if is_unfinished and turn.id not in self._complete:
                self._session.advance(ev.SpeechCut(turn.id, 0, 0))

    def silence(self) -> tuple[Heard, ...]:
        """Stop the voice; what was still to come of it, and what had not begun, will not be heard."""
        self.ear.stop()
        heard = self._session.sound.speaker.stop()
        for each in heard:
            self._session.advance(ev.SpeechCut(each.item_id, each.heard_ms, each.received_ms))
        for item_id in self._session.lesson.sounding:  # heard to its end, which is on its way to be told
            self._session.advance(ev.SpeechFinished(item_id))
        for item_id in self._session.lesson.unspoken:
            self._session.advance(ev.SpeechCut(item_id, 0, 0))
        self._forget_words_alone()
        return heard

    def end(self) -> None:
        """No more sound comes of what the learner was to hear. What has no end after that counts as heard."""
        left, self._ended = self._ended, self._session.lesson.sounding
        for item_id in self._session.lesson.sounding:
            if item_id in left:
                self._session.take(ev.SpeechFinished(item_id))
            else:
                self._session.sound.speaker.finish(item_id)
