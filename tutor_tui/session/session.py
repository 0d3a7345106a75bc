"""The lesson under way: one tutor, one microphone, one speaker, and what the learner asks of them."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import replace
from functools import partial
from typing import Literal

from tutor_tui.core import events as ev
from tutor_tui.core.availability import suited
from tutor_tui.core.echo_mode import NOISE_REDUCTION, EchoMode
from tutor_tui.core.events import LessonEvent, Which
from tutor_tui.core.lesson import Lesson, Notice
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.pedagogy import at_pace
from tutor_tui.core.ports import SoundCard, Toolbox, Tutor
from tutor_tui.core.reducer import advance
from tutor_tui.core.tools import PaceRequest, PatienceRequest
from tutor_tui.core.turn_detection import TurnDetection
from tutor_tui.core.tutor_commands import Command, Configure, EndTurn, GiveUp, Interrupt, Repeat, Say, Unheard
from tutor_tui.session import spoken_exit, unknown_price
from tutor_tui.session.answer_awaited import AnswerAwaited
from tutor_tui.session.barge_in import BargeIn
from tutor_tui.session.budget_guard import BudgetGuard
from tutor_tui.session.connection import Connection
from tutor_tui.session.drill_clock import DrillClock
from tutor_tui.session.fallback import OfflineFallback
from tutor_tui.session.first_words import FirstWords
from tutor_tui.session.gap_audio import GapAudio
from tutor_tui.session.late_voice import LateVoice
from tutor_tui.session.latest_value import LatestValue
from tutor_tui.session.lesson_clock import LessonClock
from tutor_tui.session.level_meter import LevelMeter
from tutor_tui.session.listener import Listener
from tutor_tui.session.memory import Memory
from tutor_tui.session.plan_changes import PlanChanges
from tutor_tui.session.recorder import Recorder
from tutor_tui.session.response_times import ResponseTimes
from tutor_tui.session.speaker_kind import SpeakerKindFollowed
from tutor_tui.session.study_help import StudyHelp
from tutor_tui.session.tool_runner import ToolRunner
from tutor_tui.session.turn_control import TurnControl
from tutor_tui.session.tutor_voice import TutorVoice
from tutor_tui.session.watchdog import Watchdog
from tutor_tui.supervision import kept_running, kind_of


class Session:
    """Joins a tutor and a sound card, and owns the only mutable "now".

    Every method but `run` is for the front end: synchronous, never blocking, called on the loop. What it leads to shows
    as the next lesson in `watch`.
    """

    def __init__(
        self,
        *,
        tutor: Tutor,
        sound: SoundCard,
        plan: LessonPlan,
        echo_mode: EchoMode = "headphones",
        minutes: int = 0,
        notice: Notice | None = None,
        toolbox: Toolbox | None = None,
    ) -> None:
        self.tutor = tutor
        self.sound = sound
        self.levels = LevelMeter()
        self.times = ResponseTimes()
        plan_now = suited(plan, tutor.capabilities)
        self.watch = LatestValue(Lesson.begun(plan_now, echo_mode=echo_mode, minutes=minutes, notice=notice))
        self._connection = Connection(self)
        self._tools = ToolRunner(self, toolbox)
        self.level_question = self._tools.level_question
        self.voice = TutorVoice(self)
        self.turns, self.barge_in, self._late_voice = TurnControl(self), BargeIn(self), LateVoice(self)
        self.gap = GapAudio(self, self.turns, self._connection.hear_kept)
        self._first_words = FirstWords(self, self.gap, self._tools)
        self.clock, self.drill_clock = LessonClock(self, self.turns), DrillClock(self)
        self.awaited = AnswerAwaited(self)
        self.study = StudyHelp(self)
        self._watchdog, self.speaker_kind = Watchdog(self), SpeakerKindFollowed(self)
        self.recorder, self.memory = Recorder(self), Memory(self)
        self.fallback, self.budget = OfflineFallback(self), BudgetGuard(self)
        self._listener = Listener(self, self.turns, speech=self._hear, silence=self._connection.hear)
        self._started_s: float | None = None
        self._plans = PlanChanges(self, self._connection, self._first_words, plan)
        self._choosing: asyncio.Task[None] | None = None

    # ---- life -------------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Hold the lesson until cancelled; on leaving, the connection is closed and the speaker silent."""
        self._started_s = asyncio.get_running_loop().time()
        self.recorder.begin()
        self.memory.begin()
        self.fallback.begin()
        self.budget.begin()
        self.clock.start()
        self.barge_in.begin()
        try:
            async with asyncio.TaskGroup() as tasks:
                for name, work in (
                    ("connection", self._connection.run),
                    ("microphone", self._listener.run),
                    ("sound card", self._follow_sound),
                ):
                    tasks.create_task(kept_running(work, partial(self._tell_fault, name)), name=f"session: {name}")
        finally:
            watchers = (self._watchdog, self.clock, self.drill_clock, self.awaited, self.turns, self.gap)
            for follower in (*watchers, self.barge_in, self.fallback, self.study, self._tools, self.memory, self.voice):
                follower.stop()
            self._listener.stop()
            self.sound.speaker.stop()
            self.recorder.end()
            self.watch.close()

    @property
    def is_under_way(self) -> bool:
        """Whether the lesson runs."""
        return self._started_s is not None

    @property
    def elapsed_s(self) -> float:
        """Seconds since the lesson began."""
        return 0.0 if self._started_s is None else asyncio.get_running_loop().time() - self._started_s

    @property
    def dropped_ms(self) -> int:
        """How much of the learner's voice was thrown away on the way out, because the network was too slow."""
        return self._connection.dropped_ms

    @property
    def lesson(self) -> Lesson:
        """The lesson now."""
        return self.watch.value

    def plan_to_dial(self) -> LessonPlan:
        """What a new connection starts from."""
        return self._plans.plan_to_dial()

    # ---- what happens -----------------------------------------------------------------------------------------------

    def take(self, event: LessonEvent) -> None:
        """One event, unless it has to wait until it is known whether it begins a turn."""
        if not self.barge_in.interjection.holds(event):
            self.take_now(event)

    def take_now(self, event: LessonEvent) -> None:
        """The speaker first, then the lesson, then what follows from it."""
        self._first_words.take(event)
        if isinstance(event, ev.LinkEnded):
            event = replace(self.fallback.not_stopped_by(event), kept=self.gap.kept)
        self.voice.take(event)
        if isinstance(event, ev.LearnerStartedSpeaking):
            self.cut("voice" if event.stops else "key")
        self.advance(event)
        if isinstance(event, ev.LinkReady):
            self._plans.catch_up(event)
        followers = (self.turns, self.gap, self.awaited, self._tools, self._watchdog, self.study, self.times)
        for follower in (*followers, self.fallback, self.budget, self.memory, self.barge_in, self._late_voice):
            follower.take(event)
        for look in (spoken_exit.take, unknown_price.take):
            look(self, event)
        self.speaker_kind.take(event)
        self.recorder.sound.take(event)
        self.drill_clock.take(event)
        self._plans.lessons.take(event)
        self.clock.look()

    def advance(self, event: LessonEvent) -> None:
        """Only the lesson goes on by an event, and what is kept of it: nothing follows."""
        self.watch.set(advance(self.lesson, event))
        self.recorder.take(event)

    def cut(self, by: Literal["voice", "key"]) -> None:
        """Silence first; then the lesson, the tutor and its tools learn of it, and how much was heard."""
        heard = self.voice.silence()
        abilities = self.tutor.capabilities
        unheard = tuple(Unheard(h.item_id, h.heard_ms) for h in heard) if abilities.needs_truncation else ()
        if by == "key":
            self.turns.end_tail()
        if unheard or (self._is_answer_due and not (by == "voice" and abilities.interrupts_on_voice)):
            self._connection.send(Interrupt(by, unheard))
            if by == "key":
                self._watchdog.told_to_stop()
        self.advance(ev.AnswerDropped())
        self.times.take(ev.AnswerDropped())
        self._tools.interrupt()

    @property
    def _is_answer_due(self) -> bool:
        """Whether an answer is under way, or about to begin."""
        return self.lesson.awaiting or bool(self.lesson.reply_id) or self.is_answer_asked

    @property
    def is_answer_asked(self) -> bool:
        """Whether an answer was asked for that has not begun: the greeting, for one."""
        return self._connection.is_answer_asked

    @property
    def tools_at_rest(self) -> bool:
        """Whether no tool is at work, and nothing is to be said about one."""
        return self._tools.at_rest

    @property
    def key_is_open(self) -> bool:
        """Whether the microphone is open by the talk key."""
        return self.turns.key_is_open

    def answer_asked(self) -> None:
        """The tutor is being asked for an answer: from now on it is waited for."""
        self._watchdog.asked()

    def end_turn(self, *, answer: bool) -> None:
        """The learner's turn ends here, although the tutor still listens: it is kept, and answered if wanted."""
        self._connection.send(EndTurn(answer=answer))
        self.take(ev.TurnGivenUp(self.lesson.learner_item, asked=answer))

    def give_up_answer(self, event: ev.AnswerGivenUp) -> None:
        """Wait no longer for the answer that is under way, or was to come."""
        self._connection.send(GiveUp())
        self.take(event)
        self._tools.interrupt()

    def _hear(self, frame: bytes) -> None:
        self._watchdog.hear()
        self.gap.hear(frame)
        self._connection.hear(frame)

    async def _follow_sound(self) -> None:
        async for event in self.sound.events():
            if not self.voice.ear.ends_by(event):
                self.take(event)

    # ---- what the learner asks --------------------------------------------------------------------------------------

    def mute(self) -> None:
        """Close the microphone, or open it again."""
        self.take(ev.Muted(not self.lesson.muted))

    def interrupt(self) -> None:
        """Stop what is heard again, else the tutor; or, while it listens, end the turn: the talk key's is answered."""
        if self.voice.ear.stop():
            return
        if self.lesson.talking:
            self.turns.end_talk()
            return
        if self.lesson.learner_item:
            self.end_turn(answer=False)
        self.cut("key")
        self.clock.look()

    def say(self, text: str) -> None:
        """Typed words. Without a connection they are kept, and answered when there is one."""
        takers = (self.voice.ear.dictation.takes_line, self.level_question.takes_line, self.memory.consent.takes_line)
        if not (text := text.strip()) or any(takes(text) for takes in takers):
            return
        self.cut_if_busy()
        words = Say(text, f"item_{secrets.token_hex(8)}")
        self.take(ev.LearnerTyped(words.item_id, text))
        if not self._connection.send(words):
            self._first_words.unsaid.append(words)

    def repeat(self) -> None:
        """Hear the last thing again, marked as such."""
        self.cut_if_busy()
        asked = self._first_words.once_more()
        if not self._connection.send(asked):
            self._tell("The tutor is not connected: it cannot repeat anything.")
        elif isinstance(asked, Repeat):
            self.take(ev.RepeatAsked())

    def talk(self) -> None:
        """Push-to-talk: begin the turn, or end it."""
        self.turns.talk()

    def think(self) -> None:
        """Hold the turn open, or let go of it."""
        self.turns.think()

    def change(self, plan: LessonPlan, *, resumes: bool = False) -> None:
        """Another plan: live where the tutor can, else by a new connection. `resumes`: it has a history of its own."""
        self._plans.change(plan, resumes=resumes)

    def set_turn_detection(self, detection: TurnDetection, *, own: bool = True) -> None:
        """Another way of ending turns; a turn being pressed or held is let go first.

        `own`: it stays when another profile is chosen, as what the settings say does by itself.
        """
        self.turns.let_go()
        self.turns.end_talk()
        plan = replace(self.lesson.plan, turn_detection=detection, own_turns=own)
        self.configure(self.barge_in.suited(plan))

    def set_echo(self, mode: EchoMode) -> None:
        """Headphones or speakers."""
        self.take(ev.EchoModeChosen(mode))
        self.configure(replace(self.lesson.plan, noise_reduction=NOISE_REDUCTION[mode]))

    def choose_device(self, which: Which, device: str) -> None:
        """Another microphone or speaker, by number or name."""
        self._choosing = asyncio.create_task(self.sound.choose(which, device), name=f"session: choose {which}")
        self._choosing.add_done_callback(self._chosen)

    def _chosen(self, choosing: asyncio.Task[None]) -> None:
        if not choosing.cancelled() and (fault := choosing.exception()) is not None:
            self._tell(f"The device could not be chosen ({kind_of(fault)}).", "Choose it again.")

    def switch(self, tutor: Tutor) -> None:
        """Another tutor goes on where this one stops, with all that was said. The old one is its owner's to close."""
        self._plans.switch(tutor)

    def retry(self) -> None:
        """Dial again now."""
        self._first_words.wanted_anew()
        self._connection.redial()

    def send(self, command: Command) -> bool:
        """Send the tutor a command; False while there is no connection."""
        return self._connection.send(command)

    def grant(self, request: PaceRequest | PatienceRequest) -> None:
        """Change how the tutor speaks or waits, for the rest of the lesson and on every connection."""
        match request:
            case PaceRequest(speed):
                self.configure(at_pace(self.lesson.plan, speed))
            case PatienceRequest(detection):
                self.set_turn_detection(detection)

    def configure(self, plan: LessonPlan) -> None:
        """Want another plan, live: for what no new connection is needed."""
        self.take(ev.PlanWanted(plan))
        self._connection.send(Configure(plan))

    def cut_if_busy(self) -> None:
        """Stop the tutor if there is anything to stop."""
        if self.lesson.sounding or self._is_answer_due or self._tools.busy:
            self.cut("key")

    def _tell_fault(self, what: str, fault: Exception) -> None:
        title = f"A fault of ours interrupted the {what} ({kind_of(fault)})."
        if self.lesson.notice is None or self.lesson.notice.title != title:
            self._tell(title, "It was started again.")

    def _tell(self, title: str, hint: str = "") -> None:
        self.take(ev.Trouble(title, hint))
