"""Nothing that a server does or leaves undone keeps a lesson waiting for ever: here a clock looks at what it waits for.

The reducer has no clock, and a link does not know what the learner sees. So the session asks here: is the phase one of
those in which somebody else has to act, and has nothing come of it for too long? Then it is ended on our side, said in
a sentence, and what the learner asks next is asked.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tutor_tui.core import events as ev
from tutor_tui.core.actions import key
from tutor_tui.core.conversation import TurnState
from tutor_tui.core.events import LessonEvent
from tutor_tui.core.lesson import Lesson
from tutor_tui.core.turn_detection import EAGERNESS_WAIT_MS, ServerVad, TurnDetection
from tutor_tui.core.tutor_commands import GiveUp

if TYPE_CHECKING:
    from tutor_tui.session.session import Session

LOOK_S = 0.5
"""How often to look while somebody else has to act. Nobody notices half a second in waits of seconds."""
NOTHING_SAID_S = 4.0
"""A turn in which no words were understood is answered within this time (the usual second, and a slow server's three),
or not at all: many servers answer such turns with silence."""
FAULT_S = 3.0
"""A fault in mid-answer is mostly followed by the end of that answer at once; if not, none will come."""
STOPPED_S = 3.0
"""An answer that was to stop ends within a round trip. Then it no longer holds up what was asked for behind it."""
SOUND_S = 3.0
"""Sound that came after the end of its answer has no end of its own."""
END_OF_TURN_S = 4.0
"""How much longer than agreed a silence may last until the tutor must have missed it: for the way there and back."""
LONGEST_TURN_S = 300.0
"""No turn is longer, even where somebody else speaks in the room: OpenAI takes 15 MiB in one, which is 5.4 minutes."""
LONGEST_ANSWER_S = 300.0
"""No answer is longer: 4,096 tokens, the most that can be asked for, are three and a half minutes of speech."""
SILENCES = 2
"""Who has let so many questions or sentences of the learner's pass without a single event is not there any more, though
the line stands: a new connection may reach somebody else."""

_NO_PROGRESS = (
    ev.Usage
    | ev.Unknown
    | ev.Trouble
    | ev.PlanApplied
    | ev.PlanRefused
    | ev.PlanWanted
    | ev.ItemPlaced
    | ev.Noted
    | ev.LevelSuggested
    | ev.SuggestionSettled
    | ev.KeepAsked
    | ev.KeepSettled
    | ev.AsideAnswered
    | ev.HelpShown
    | ev.CaptionsChosen
    | ev.CaptionWordsFound
    | ev.LineRevealed
    | ev.SentenceReplayed
    | ev.ReplaySpeedChosen
    | ev.EarTrained
    | ev.Muted
    | ev.ReleasesTold
    | ev.TalkKeyHeld
    | ev.EchoModeChosen
    | ev.EchoCancelled
    | ev.LengthChosen
    | ev.TimeTold
    | ev.SoundRecorded
    | ev.DeviceOpened
    | ev.SpeakerKindChanged
    | ev.DeviceLost
    | ev.LearnerAwaited
    | ev.VoiceUnnoticed
)
"""What says nothing of how far a turn or an answer has come."""
_NO_ANSWER = "The tutor does not answer."
_NO_GREETING = "The tutor was asked to begin, and says nothing."
_NO_END = "The tutor has stopped in mid-answer."
_NO_WORDS = "No words could be made out, so there is no answer."
_SILENT = "The tutor's server takes everything and says nothing."
_ENDLESS = "The tutor's answer had no end, so it was stopped."
_NOT_NOTICED = "The tutor has not noticed that you had finished. It is asked to answer now."


class Watchdog:
    """Watches one session. `take` hears of each event, `hear` of each frame that goes out."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._progress_s = 0.0
        """When something last came of what is being waited for, on the loop's clock."""
        self._voice_s = 0.0
        """When the learner was last heard by our own meter."""
        self._turn_s = 0.0
        """When the turn under way began."""
        self._answer_s = 0.0
        """When the answer under way began."""
        self._silences = 0
        """What the server was asked or told and has let pass, since anything last came of it."""
        self._fault = False
        """The last thing that came of the answer was a fault."""
        self._timer: asyncio.TimerHandle | None = None
        self._stopped: asyncio.TimerHandle | None = None

    def stop(self) -> None:
        """The lesson is over: no timer fires any more."""
        for timer in (self._timer, self._stopped):
            if timer is not None:
                timer.cancel()

    # ---- what happens -----------------------------------------------------------------------------------------------

    def asked(self) -> None:
        """An answer was asked for."""
        self._progressed()
        self._go_on_looking()

    def take(self, event: LessonEvent) -> None:
        """Note how far things have come, and look after them for as long as somebody else has to act."""
        match event:
            case ev.Trouble(in_answer=True):
                self._fault, self._progress_s = True, self._now_s
            case ev.VoiceUnnoticed(on=True):
                self._was_silent()
            case ev.ReplyStarted():
                self._answer_s = self._now_s
                self._progressed()
            case ev.LearnerStartedSpeaking():
                self._turn_s = self._voice_s = self._now_s
                self._progressed()
            case _ if not isinstance(event, _NO_PROGRESS):
                self._progressed()
            case _:
                pass
        if isinstance(event, ev.TutorEvent) and not isinstance(event, ev.Trouble):
            self._silences = 0
        if isinstance(event, ev.ReplyEnded | ev.LinkEnded) and self._stopped is not None:
            self._stopped.cancel()
            self._stopped = None
        self._go_on_looking()

    def _go_on_looking(self) -> None:
        if self._timer is None and self._session.tutor.capabilities.listens and self._is_pending():
            self._timer = asyncio.get_running_loop().call_later(LOOK_S, self._look)

    def _is_pending(self) -> bool:
        """Whether the lesson waits for somebody else than the learner."""
        lesson = self._session.lesson
        return bool(lesson.learner_item or lesson.sounding) or self._is_awaited(lesson)

    def _is_awaited(self, lesson: Lesson) -> bool:
        """Whether an answer is: seen to be, or asked for, as the greeting is."""
        seen = lesson.awaiting or lesson.reply_id or any(line.is_awaited for line in lesson.tool_lines)
        return bool(seen) or self._session.is_answer_asked

    def _progressed(self) -> None:
        self._fault, self._progress_s = False, self._now_s

    def hear(self) -> None:
        """A frame of the microphone goes out."""
        if self._session.levels.read().voiced:
            self._voice_s = self._now_s

    def told_to_stop(self) -> None:
        """The tutor was told to stop its answer: if that does not end in time, it holds up nothing else."""
        if self._stopped is not None:
            self._stopped.cancel()
        self._stopped = asyncio.get_running_loop().call_later(STOPPED_S, self._give_up_stopped)

    def _give_up_stopped(self) -> None:
        self._stopped = None
        self._session.send(GiveUp(stopped_only=True))
        if reply_id := self._session.lesson.stopped_reply:
            self._session.take(ev.ReplyEnded(reply_id, "cancelled"))

    @property
    def _now_s(self) -> float:
        return asyncio.get_running_loop().time()

    # ---- what is overdue --------------------------------------------------------------------------------------------

    def _look(self) -> None:
        """Half a second has passed in which somebody else had to act."""
        self._timer = None
        lesson = self._session.lesson
        try:
            if lesson.learner_item:
                self._look_at_turn(lesson)
            elif not lesson.talking:
                self._look_at_answer(lesson)
        finally:
            self._go_on_looking()

    def _look_at_turn(self, lesson: Lesson) -> None:
        now_s = self._now_s
        quiet_s = now_s - max(self._voice_s, self._progress_s, self._session.gap.sent_until_s)
        if quiet_s < _agreed_s(lesson.plan.turn_detection) + END_OF_TURN_S and now_s - self._turn_s < LONGEST_TURN_S:
            return
        self._session.end_turn(answer=not (lesson.reply_id or lesson.sounding or lesson.held))
        if self._session.lesson.awaiting:
            self._session.take(ev.Trouble(_NOT_NOTICED, quiet=True))

    def _was_silent(self) -> None:
        """Something has passed without a word of the server's."""
        self._silences += 1
        if self._silences == SILENCES:
            self._session.retry()
            self._session.take(ev.Trouble(_SILENT, "Dialling again.", quiet=True))

    def _look_at_answer(self, lesson: Lesson) -> None:
        if lesson.reply_id and self._now_s - self._answer_s >= LONGEST_ANSWER_S:
            self._session.cut("key")
            self._session.take(ev.Trouble(_ENDLESS, f"Say something, or {key('repeat')} has it say that again."))
            return
        if self._session.sound.speaker.sounding or lesson.voice_waits:
            self._progress_s = max(self._progress_s, self._now_s)
            return
        if self._now_s - self._progress_s < self._limit_s(lesson):
            return
        if self._is_awaited(lesson):
            fault = self._fault
            self._session.give_up_answer(_given_up(lesson, told=fault))
            if not fault:
                self._was_silent()
        else:
            self._session.voice.end()
            self._progressed()

    def _limit_s(self, lesson: Lesson) -> float:
        if not self._is_awaited(lesson):
            return SOUND_S
        if self._fault:
            return FAULT_S
        return NOTHING_SAID_S if _said_nothing(lesson) else self._session.tutor.capabilities.answer_wait_s


def _said_nothing(lesson: Lesson) -> bool:
    """Whether what is to be answered is a turn without words."""
    if lesson.reply_id or not lesson.turns:
        return False
    return lesson.turns[-1].role == "learner" and lesson.turns[-1].state is TurnState.UNCLEAR


def _given_up(lesson: Lesson, *, told: bool) -> ev.AnswerGivenUp:
    """What the learner reads of it: nothing, where the fault was `told` already."""
    if told:
        return ev.AnswerGivenUp()
    if _said_nothing(lesson):
        return ev.AnswerGivenUp(_NO_WORDS, "Say it again, or type it.", "information")
    if not lesson.history and not lesson.turns:
        return ev.AnswerGivenUp(_NO_GREETING, f"Begin yourself, or press {key('repeat')} to ask it again.")
    begun = lesson.reply_id and lesson.turns and lesson.turns[-1].role == "tutor" and lesson.turns[-1].text
    return ev.AnswerGivenUp(_NO_END if begun else _NO_ANSWER, f"Say it again, or ask again: {key('repeat')}.")


def _agreed_s(detection: TurnDetection) -> float:
    """How long a silence ends a turn, at the latest."""
    if isinstance(detection, ServerVad):
        return detection.silence_duration_ms / 1000
    return max(EAGERNESS_WAIT_MS.values()) / 1000
