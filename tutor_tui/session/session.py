"""The lesson under way: one tutor, one microphone, one speaker, and what the learner asks of them."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import replace
from typing import Literal

from tutor_tui.core import events as ev
from tutor_tui.core.advance import advance
from tutor_tui.core.commands import (
    BeginTurn,
    Command,
    Configure,
    DropTurn,
    EndTurn,
    Greet,
    Interrupt,
    Repeat,
    Say,
    Unheard,
)
from tutor_tui.core.echo import EchoGate
from tutor_tui.core.events import EchoMode, LessonEvent, LocalEvent, Which
from tutor_tui.core.lesson import Lesson, Notice, Phase
from tutor_tui.core.pcm import bytes_of
from tutor_tui.core.plan import LessonPlan, NoiseReduction
from tutor_tui.core.ports import SoundCard, Toolbox, Tutor
from tutor_tui.core.teaching import at_pace
from tutor_tui.core.tools import PaceWish, PatienceWish
from tutor_tui.core.turn_detection import PushToTalk, TurnDetection
from tutor_tui.session.levels import LevelMeter
from tutor_tui.session.line import Line
from tutor_tui.session.tool_desk import ToolDesk
from tutor_tui.session.watch import Watch

NOISE_REDUCTION: dict[EchoMode, NoiseReduction] = {"headphones": "near_field", "speakers": "far_field"}
"""Headphones come with a microphone at the mouth; loudspeakers with one somewhere in the room."""
HOLD_S = 60.0
"""How long the think key holds a turn open before it lets go by itself."""
TALK_TAIL_S = 0.2
"""How long the microphone stays open after the talk key, so that the last syllable is not lost."""
SHORTEST_TURN_BYTES = bytes_of(100)
"""Less than 100 ms cannot be committed (reference/protocol.md §2.8)."""


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
        notice: Notice | None = None,
        toolbox: Toolbox | None = None,
    ) -> None:
        self.tutor = tutor
        self.sound = sound
        self.levels = LevelMeter()
        self.watch = Watch(Lesson(plan, echo_mode=echo_mode, notice=notice))
        self._gate = EchoGate(echo_mode)
        self._line = Line(self)
        self._desk = ToolDesk(self, toolbox)
        self._started_s: float | None = None
        self._opened = False
        """The opening of the present profile has been asked for."""
        self._owed = False
        """A turn ended while it was held open: it is answered when the learner lets go."""
        self._release: asyncio.TimerHandle | None = None
        self._tail: asyncio.TimerHandle | None = None
        self._talked_bytes = 0
        self._choosing: asyncio.Task[None] | None = None

    # ---- life -------------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Hold the lesson until cancelled; on leaving, the line is closed and the speaker silent."""
        self._started_s = asyncio.get_running_loop().time()
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._line.run(), name="session: line")
                tasks.create_task(self._listen(), name="session: microphone")
                tasks.create_task(self._follow_sound(), name="session: sound card")
        finally:
            for timer in (self._release, self._tail):
                if timer is not None:
                    timer.cancel()
            self._desk.stop()
            self.sound.speaker.stop()
            self.watch.close()

    @property
    def elapsed_s(self) -> float:
        """Seconds since the lesson began."""
        return 0.0 if self._started_s is None else asyncio.get_running_loop().time() - self._started_s

    @property
    def lesson(self) -> Lesson:
        """The lesson now."""
        return self.watch.value

    def plan_now(self) -> LessonPlan:
        """The plan with all that was said so far: what a new connection starts from."""
        return replace(self.lesson.plan, history=self.lesson.history)

    # ---- what happens -----------------------------------------------------------------------------------------------

    def take(self, event: LessonEvent) -> None:
        """One event: the ears first, then the lesson, then what follows from it."""
        self._serve_ears(event)
        self.watch.set(advance(self.lesson, event))
        self._follow_up(event)
        self._desk.take(event)

    def _serve_ears(self, event: LessonEvent) -> None:
        speaker = self.sound.speaker
        match event:
            case ev.TutorAudio(item_id, pcm):
                speaker.play(item_id, pcm)
            case ev.TutorAudioDone(item_id):
                speaker.finish(item_id)
            case ev.ReplyEnded() | ev.LinkEnded():
                for item_id in self.lesson.sounding:
                    speaker.finish(item_id)
            case ev.LearnerStartedSpeaking():
                self._cut("voice")
            case _:
                pass

    def _follow_up(self, event: LessonEvent) -> None:
        match event:
            case ev.LinkReady():
                self._begin()
            case ev.LearnerTurnKept() if self.lesson.held:
                self._owed = True
            case ev.ReplyStarted() if self.lesson.held:
                # The tutor began before it learnt that the turn is held open.
                self._owed = True
                self._cut("key")
            case _:
                pass

    def _begin(self) -> None:
        """The first words on a new connection: the opening, or the answer that the last one still owed."""
        if not self._opened:
            self._opened = True
            if self.lesson.plan.opening:
                self._line.send(Greet(self.lesson.plan.opening))
        elif self._owes_answer and not self.lesson.held:
            self._desk.owes = False
            self._line.send(EndTurn(commit=False))

    @property
    def _owes_answer(self) -> bool:
        """Whether the lost line took an answer with it."""
        history = self.lesson.history
        return self._desk.owes or bool(history and history[-1].role == "learner")

    def _cut(self, by: Literal["voice", "key"]) -> None:
        """Silence first; then the lesson, the tutor and its tools learn of it, and how much was heard."""
        heard = self.sound.speaker.stop()
        for each in heard:
            self.watch.set(advance(self.lesson, ev.SpeechCut(each.item_id, each.heard_ms, each.received_ms)))
        abilities = self.tutor.capabilities
        unheard = tuple(Unheard(h.item_id, h.heard_ms) for h in heard) if abilities.needs_truncation else ()
        must_cancel = bool(self.lesson.reply_id) and not (by == "voice" and abilities.interrupts_on_voice)
        if unheard or must_cancel:
            self._line.send(Interrupt(by, unheard))
        self._desk.interrupt()

    # ---- sound ------------------------------------------------------------------------------------------------------

    async def _listen(self) -> None:
        async for frame in self.sound.microphone.frames():
            self.levels.feed(frame)
            to_send = self._sendable(frame)
            if to_send:
                self._talked_bytes += len(to_send)
                self._line.hear(to_send)

    def _sendable(self, frame: bytes) -> bytes:
        """What of this frame may go out: all, nothing, or silence."""
        lesson = self.lesson
        now_s = asyncio.get_running_loop().time()
        if not self._gate.is_open(now_s, self.sound.speaker.sounding):
            return b""
        if lesson.muted:
            # A turn that was under way has to end by silence, or the tutor would wait for ever.
            return bytes(len(frame)) if lesson.learner_item else b""
        if isinstance(lesson.plan.turn_detection, PushToTalk):
            return frame if lesson.talking or self._tail is not None else b""
        return frame

    async def _follow_sound(self) -> None:
        async for event in self.sound.events():
            self.take(event)

    # ---- what the learner asks --------------------------------------------------------------------------------------

    def mute(self, on: bool | None = None) -> None:
        """Close the microphone or open it again; None toggles."""
        self.take(ev.Muted(not self.lesson.muted if on is None else on))

    def interrupt(self) -> None:
        """Stop the tutor."""
        self._cut("key")

    def say(self, text: str) -> None:
        """Typed words. Without a line they are kept, and answered when there is one."""
        text = text.strip()
        if not text:
            return
        self._cut_if_busy()
        item_id = f"item_{secrets.token_hex(8)}"
        self._send_with(ev.LearnerTyped(item_id, text), Say(text, item_id))

    def repeat(self) -> None:
        """Hear the last thing again."""
        self._cut_if_busy()
        if not self._line.send(Repeat()):
            self._tell("There is no tutor on the line to repeat it.")

    def talk(self) -> None:
        """Push-to-talk: begin the turn, or end it."""
        if not isinstance(self.lesson.plan.turn_detection, PushToTalk):
            self._tell("Push-to-talk is off: the tutor hears when you speak.", "v opens the panel to choose it.")
        elif self.lesson.talking:
            self.take(ev.Talking(False))
            self._tail = asyncio.get_running_loop().call_later(TALK_TAIL_S, self._end_talk)
        elif self.lesson.muted:
            self._tell("The microphone is muted.", "m opens it.")
        elif self.lesson.linked:
            self._drop_tail()
            self._cut_if_busy()
            self._talked_bytes = 0
            self._send_with(ev.Talking(True), BeginTurn())

    def _end_talk(self) -> None:
        self._tail = None
        if self._talked_bytes >= SHORTEST_TURN_BYTES:
            self._line.send(EndTurn())
            return
        self._line.send(DropTurn())
        self.take(ev.ReplyEnded(""))
        self._tell("Nothing was heard.", "Speak between the two presses of the key; d chooses the microphone.")

    def _drop_tail(self) -> None:
        if self._tail is not None:
            self._tail.cancel()
            self._tail = None

    def think(self) -> None:
        """Hold the turn open, or let go of it."""
        if isinstance(self.lesson.plan.turn_detection, PushToTalk):
            self._tell("Push-to-talk waits as long as you like.")
        elif self.lesson.held:
            self._let_go()
        else:
            if self.lesson.phase is Phase.THINKING:
                self._owed = True
                self._cut("key")
            self.take(ev.Held(True))
            self._configure(replace(self.lesson.plan, answers=False))
            self._release = asyncio.get_running_loop().call_later(HOLD_S, self._let_go)

    def _let_go(self) -> None:
        if self._release is not None:
            self._release.cancel()
            self._release = None
        self.take(ev.Held(False))
        self._configure(replace(self.lesson.plan, answers=True))
        if self._owed and not self.lesson.learner_item:
            self._line.send(EndTurn(commit=False))
        self._owed = False

    def change(self, plan: LessonPlan) -> None:
        """Another plan: in force at once where the tutor can, by a new connection with the history where it cannot."""
        old = self.lesson.plan
        new_profile = plan.profile != old.profile
        if new_profile:
            self._cut_if_busy()
            self._opened = False
        if self._needs_new_link(old, plan):
            self.take(ev.PlanWanted(plan))
            self._line.redial()
            return
        self._configure(plan)
        if new_profile and self.lesson.linked:
            self._begin()

    def _needs_new_link(self, old: LessonPlan, new: LessonPlan) -> bool:
        if not self.lesson.linked:
            return False
        spoken = any(turn.role == "tutor" for turn in self.lesson.turns)
        other_voice = new.voice != old.voice and spoken
        other_lesson = (new.offline_lesson, new.instructions) != (old.offline_lesson, old.instructions)
        return other_voice or (other_lesson and not self.tutor.capabilities.live_lesson)

    def set_turn_detection(self, detection: TurnDetection) -> None:
        """Another way of ending turns; a turn being pressed or held is let go first."""
        if self.lesson.held:
            self._let_go()
        if self.lesson.talking:
            self.talk()
        self._configure(replace(self.lesson.plan, turn_detection=detection))

    def set_echo(self, mode: EchoMode) -> None:
        """Headphones or speakers."""
        self._gate.mode = mode
        self.take(ev.EchoModeChosen(mode))
        self._configure(replace(self.lesson.plan, noise_reduction=NOISE_REDUCTION[mode]))

    def choose_device(self, which: Which, device: str) -> None:
        """Another microphone or speaker, by number or name."""
        self._choosing = asyncio.create_task(self.sound.choose(which, device), name=f"session: choose {which}")

    def retry(self) -> None:
        """Dial again now."""
        self._line.redial()

    # ---- what the tutor's tools ask ---------------------------------------------------------------------------------

    def send(self, command: Command) -> bool:
        """Tell the tutor; False without a line."""
        return self._line.send(command)

    def grant(self, wish: PaceWish | PatienceWish) -> None:
        """Change how the tutor speaks or waits, for the rest of the lesson and on every line."""
        match wish:
            case PaceWish(speed):
                self._configure(at_pace(self.lesson.plan, speed))
            case PatienceWish(detection):
                self.set_turn_detection(detection)

    # ---- small things -----------------------------------------------------------------------------------------------

    def _configure(self, plan: LessonPlan) -> None:
        self._send_with(ev.PlanWanted(plan), Configure(plan))

    def _send_with(self, event: LocalEvent, command: Command) -> None:
        self.take(event)
        self._line.send(command)

    def _cut_if_busy(self) -> None:
        if self.lesson.sounding or self.lesson.reply_id or self._desk.busy:
            self._cut("key")

    def _tell(self, title: str, hint: str = "") -> None:
        self.take(ev.Trouble(title, hint))
