"""What the learner says into the tutor's words: a turn, to which it yields, or an "mm-hm", at which it goes on.

A server that stops its answer at whatever it takes for speech loses the rest of a sentence to each "mm-hm". Where it
leaves that to us (`LessonPlan.interrupts`), a turn that begins while the tutor is heard is held back here until it is
known to be one: by its length at our own microphone, or by its words. Until then the tutor gives way as it does to any
voice (`barge_in`), which costs it a pause and no word. What was no turn is no line, and the server forgets it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, TypeAlias

from tutor_tui.core import events as ev
from tutor_tui.core import pcm
from tutor_tui.core.back_channels import is_back_channel, is_mere_sound
from tutor_tui.core.events import LessonEvent
from tutor_tui.core.tutor_commands import EndTurn, LeaveUnanswered

if TYPE_CHECKING:
    from tutor_tui.session.session import Session

A_TURN_MS = 700
"""So much voice is a turn, whatever its words: an "mm-hm" takes 300 to 500 ms. Chosen, and not counted."""
GOES_ON_MS = 600
"""When so much more was heard of the tutor, nobody has answered what it said then. Chosen, and not counted."""
WORDS_WITHIN_S = 2.0
"""So long the words of a shorter one are waited for: without them it is taken for a turn."""
_REMEMBERED = 32
"""What a server still tells of what was forgotten comes within seconds."""

_OfATurn: TypeAlias = (
    ev.LearnerStartedSpeaking
    | ev.LearnerStoppedSpeaking
    | ev.LearnerTurnKept
    | ev.LearnerTextDelta
    | ev.LearnerTextDone
    | ev.LearnerTextFailed
    | ev.ItemPlaced
)


class Interjection:
    """Sees each event before anybody else does."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._held: list[_OfATurn] = []
        """Of the turn that is held back, all that was told; empty while none is."""
        self._is_kept = False
        """The server has ended it."""
        self._voiced_ms = 0
        """How much of a voice was heard here when a frame came last."""
        self._was_over = False
        """Whether it began and ended while the tutor was heard."""
        self._after_ms = 0
        """How much of the tutor has been heard since."""
        self._forgotten: deque[str] = deque(maxlen=_REMEMBERED)
        """Ids of what was no turn."""
        self._waits: asyncio.TimerHandle | None = None

    @property
    def goes_on(self) -> bool:
        """Whether the server hears somebody whose turn is held back: what is heard here then is a voice, too."""
        return bool(self._held) and not any(isinstance(each, ev.LearnerStoppedSpeaking) for each in self._held)

    def holds(self, event: LessonEvent) -> bool:
        """Whether `event` is not for the lesson: not yet, or never."""
        if isinstance(event, _OfATurn) and event.item_id in self._forgotten:
            return True
        if isinstance(event, ev.LearnerStartedSpeaking) and not event.stops:
            self._let_pass()
            if not self._session.lesson.sounding or self._session.barge_in.voiced_ms >= A_TURN_MS:
                return False
            self._held, self._was_over, self._after_ms = [event], True, 0
            self._session.barge_in.pause()
            return True
        if not self._held:
            return False
        if isinstance(event, _OfATurn) and event.item_id == self._held[0].item_id:
            self._held.append(event)
            self._look_at(event)
            return True
        if isinstance(event, ev.LinkEnded):
            self.stop()
        elif isinstance(event, ev.ReplyEnded) and event.status == "cancelled" and not self._is_kept:
            self._let_pass()  # it stopped itself all the same; later, it is the answer that was not wanted
        return False

    def hear(self, voiced_ms: int) -> None:
        """A frame of the microphone has come: for so long somebody has been speaking there."""
        goes_on, sounds = voiced_ms > self._voiced_ms, bool(self._session.lesson.sounding)
        self._voiced_ms = voiced_ms
        if goes_on:
            self._was_over, self._after_ms = self._was_over and sounds, 0
        elif sounds and not self._session.barge_in.pauses:
            self._after_ms += pcm.FRAME_MS
        if self._held and not self._is_kept and (voiced_ms >= A_TURN_MS or not self._was_over):
            self._let_pass()

    def stop(self) -> None:
        """Nothing is held back any more, nor told."""
        self._held, self._is_kept = [], False
        if self._waits is not None:
            self._waits.cancel()
            self._waits = None

    def _look_at(self, event: _OfATurn) -> None:
        match event:
            case ev.LearnerTurnKept():
                self._is_kept = True
                self._session.send(LeaveUnanswered(event.item_id))
                wait_s = WORDS_WITHIN_S if self._session.tutor.capabilities.learner_text else 0.0
                self._waits = asyncio.get_running_loop().call_later(wait_s, self._let_pass)
            case ev.LearnerTextDone() | ev.LearnerTextFailed() if self._is_kept and self._is_no_turn(event):
                self._forget(event.item_id)
            case ev.LearnerTextDone() | ev.LearnerTextFailed():
                self._let_pass()
            case _:
                pass

    def _is_no_turn(self, event: ev.LearnerTextDone | ev.LearnerTextFailed) -> bool:
        """Whether that was only to show that the learner listens. What is a word may be one: said into the end of the
        tutor's words, a "yes" is an answer.
        """
        plan, abilities = self._session.lesson.plan, self._session.tutor.capabilities
        went_on = bool(self._session.lesson.sounding) or self._after_ms >= GOES_ON_MS
        if isinstance(event, ev.LearnerTextFailed):
            return went_on
        if is_mere_sound(event.text):
            return went_on or self._was_over
        is_sure = (
            event.expected and len(event.text.split()) > 1
        )  # of a single one they are not: "yeah" is like "Pierre"
        is_guessed = abilities.takes_sounds_for_words and not is_sure
        return went_on and (is_guessed or is_back_channel(event.text, (plan.target_language, plan.native_language)))

    def _forget(self, item_id: str) -> None:
        self.stop()
        self._forgotten.append(item_id)
        self._session.send(LeaveUnanswered(item_id, forget=True))

    def _let_pass(self) -> None:
        """It is a turn: the lesson learns of it, and the tutor stops."""
        held, is_kept = self._held, self._is_kept
        self.stop()
        for event in held:
            self._session.take_now(event)
        if is_kept and self._session.lesson.plan.answers:
            self._session.send(EndTurn(commit=False))
