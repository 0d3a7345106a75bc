"""All that learner, tutor, line and sound card can do to a lesson, in any order: a state machine for Hypothesis.

A real session in virtual time, with a tutor that says whatever the machine wants. What has to hold after every event
is in `watched_session`. And from any state there is a way back: once the line is up and the learner leaves the keys
alone, the lesson listens within a minute of the last sound; what is typed then is asked for, and answered.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.fuzz.tutor_says import SAYINGS, Names
from tests.fuzz.watched_session import WatchedSession
from tests.session.room import PLAN
from tests.session.tool_room import FakeToolbox
from tests.support.fakes import FakeSoundCard, FakeTutor
from tests.support.virtual_time import VirtualTimeLoop
from tutor_tui.core import events as ev
from tutor_tui.core import pcm
from tutor_tui.core import tutor_commands as cmd
from tutor_tui.core.budget_settings import BudgetSettings
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.conversation import TurnState
from tutor_tui.core.lesson import Phase
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.pedagogy import at_pace
from tutor_tui.core.problems import LinkLost
from tutor_tui.core.tools import LevelSuggestion, PaceRequest, PatienceRequest, ToolAnswer, ToolCall, Word
from tutor_tui.core.turn_detection import PRESETS, PushToTalk, SemanticVad, with_patience
from tutor_tui.session import roll_over

_LOG = logging.getLogger("tutor_tui")
QUIET_S = 60.0
"""Behind the last sound."""
SETTLES_S = 0.01
LASTS_S = roll_over.LEAD_S + 90.0
"""So the first tutor's conversations are followed by another after a minute and a half."""
TOOLS = ("look", "note", "level", "slower", "wait", "never", "breaks")


class AnyToolbox(FakeToolbox):
    """Some of whose tools never come to an end, or break."""

    def __init__(self) -> None:
        note, wait = Word("went", "ging"), PatienceRequest(PRESETS["patient"])
        super().__init__(
            effects={"note": note, "level": LevelSuggestion("B1"), "slower": PaceRequest(0.8), "wait": wait}
        )

    async def call(self, call: ToolCall, plan: LessonPlan) -> ToolAnswer:
        if call.name == "never":
            await asyncio.Event().wait()
        if call.name == "breaks":
            raise ValueError
        return await super().call(call, plan)


OTHER_LESSON = replace(PLAN, profile="Travel", instructions="Travel.", opening="", tools=())
SMALL_BUDGET = BudgetSettings(lesson_usd=0.02, at_limit="offline")
RESUMED = replace(PLAN, opening="Go on.", continues="2026-01-01-abcd")


def _choose(change: Callable[[LessonPlan], LessonPlan]) -> Callable[[WatchedSession], None]:
    return lambda session: session.change(change(session.lesson.plan))


LEARNER: Mapping[str, Callable[[WatchedSession], object]] = {
    "mutes": WatchedSession.mute,
    "stops the tutor": WatchedSession.interrupt,
    "asks again": WatchedSession.repeat,
    "presses the talk key": WatchedSession.talk,
    "presses the think key": WatchedSession.think,
    "dials again": WatchedSession.retry,
    "chooses another profile": lambda session: session.change(OTHER_LESSON),
    "chooses the first profile": lambda session: session.change(PLAN),
    "goes on with an earlier lesson": lambda session: session.change(RESUMED, resumes=True),
    "chooses another voice": _choose(lambda plan: replace(plan, voice="cedar" if plan.voice == "marin" else "marin")),
    "chooses a slower pace": _choose(lambda plan: at_pace(plan, 0.8)),
    "chooses a quicker pace": _choose(lambda plan: at_pace(plan, 1.2)),
    "is patient": lambda session: session.set_turn_detection(with_patience(session.lesson.plan.turn_detection, 2)),
    "chooses push-to-talk": lambda session: session.set_turn_detection(PushToTalk()),
    "chooses semantic VAD": lambda session: session.set_turn_detection(SemanticVad()),
    "chooses server VAD": lambda session: session.set_turn_detection(PRESETS["normal"]),
    "takes the level": lambda session: session.level_question.decide(taken=True),
    "leaves the level": lambda session: session.level_question.decide(taken=False),
    "takes speakers": lambda session: session.set_echo("speakers"),
    "takes headphones": lambda session: session.set_echo("headphones"),
    "chooses a microphone": lambda session: session.choose_device("microphone", "1"),
    "wants a clock": lambda session: session.clock.set_length(1),
    "wants no clock": lambda session: session.clock.set_length(0),
    "asks what it means": lambda session: session.study.meaning(),
    "asks for a hint": lambda session: session.study.hint(),
    "hides the hints": lambda session: session.study.hide_hints(),
    "is typing": lambda session: session.awaited.stir(),
    "wants the offline tutor to go on": lambda session: setattr(session.fallback, "setting", "offline"),
    "wants nobody to go on": lambda session: setattr(session.fallback, "setting", "none"),
    "wants their own tutor back": lambda session: session.fallback.come_back(),
    "has a small budget": lambda session: setattr(session.budget, "settings", SMALL_BUDGET),
}
OTHER_LESSONS = ("chooses another profile", "chooses the first profile", "goes on with an earlier lesson")
DEVICES: Mapping[str, ev.LocalEvent] = {
    "no microphone": ev.DeviceLost("microphone", "It was unplugged."),
    "a microphone": ev.DeviceOpened("microphone", "USB", 48_000),
    "zeros": ev.DigitalSilence(True),
    "no zeros": ev.DigitalSilence(False),
    "a headset": ev.SpeakerKindChanged("headphones"),
    "loudspeakers": ev.SpeakerKindChanged("speakers"),
    "another speaker": ev.DeviceOpened("speaker", "HDMI", 48_000, instead_of="USB"),
}
ENDS: Mapping[str, LinkLost] = {
    "it drops": LinkLost("The connection was lost.", retry=True),
    "it asks for a pause": LinkLost("Too many.", retry=True, asked_wait_s=20.0),
    "a portal answers": LinkLost("This is no tutor.", retry=False),
    "the key is refused": LinkLost("The key was refused.", retry=False, final=True),
}
TUTORS = (
    Capabilities(tools=True),
    Capabilities(tools=True, interrupts_on_voice=False, live_lesson=False, needs_truncation=False),
    Capabilities(
        way="offline",
        ours=True,
        scripted=True,
        costs_money=False,
        live_lesson=False,
        asides=False,
        answer_wait_s=10.0,
    ),
    Capabilities(server_vad=False, way="pipeline", price_known=False),
)


class LessonMachine(RuleBasedStateMachine):
    """One lesson; each rule is something that may happen to it."""

    steps: ClassVar[Counter[str]] = Counter()
    """Rules that were followed, in all runs."""

    def __init__(self) -> None:
        super().__init__()
        self._runner = asyncio.Runner(loop_factory=VirtualTimeLoop)
        self._loop = self._runner.get_loop()
        self._logged = _LOG.level
        _LOG.setLevel(logging.CRITICAL)  # a tool breaks on purpose
        self._loop.set_exception_handler(lambda _, context: self._faults.append(str(context.get("exception", context))))
        self._faults: list[str] = []
        self._tutors = [FakeTutor(capabilities) for capabilities in TUTORS]
        self._tutors[0].lasts_s = LASTS_S
        self._sound = FakeSoundCard()
        self._names = Names()
        self._sent_ms = Counter[str]()
        self._typed: list[str] = []
        self._run(self._begin())

    def _run(self, *work: Any) -> None:
        for each in work:
            self._loop.run_until_complete(each)

    async def _begin(self) -> None:
        toolbox = AnyToolbox()
        plan = replace(PLAN, tools=toolbox.specs(TOOLS))
        self.session = WatchedSession(tutor=self._tutors[0], sound=self._sound, plan=plan, toolbox=toolbox)
        self.session.fallback.make_offline_tutor = lambda: self._tutors[2]
        self._task = asyncio.create_task(self.session.run())
        await asyncio.sleep(SETTLES_S)

    async def _do(self, action: Callable[[WatchedSession], object]) -> None:
        action(self.session)
        await asyncio.sleep(0.001)

    @property
    def _tutor(self) -> FakeTutor:
        assert isinstance(self.session.tutor, FakeTutor)
        return self.session.tutor

    def _phase(self) -> Phase:
        return self.session.lesson.phase

    def _count(self, what: str) -> None:
        type(self).steps[what] += 1

    # ---- what may happen --------------------------------------------------------------------------------------------

    @rule(what=st.sampled_from(sorted(LEARNER)))
    def learner(self, what: str) -> None:
        self._count("learner")
        if what in OTHER_LESSONS:
            self._typed.clear()  # that was for the lesson before: a guide would take it for an answer to its own
        self._run(self._do(LEARNER[what]))

    @rule()
    def learner_types(self) -> None:
        self._count("typed")
        self._typed.append(f"line {self._loop.time():.3f}")
        self._run(self._do(lambda session: session.say(self._typed[-1])))

    @rule(ms=st.sampled_from([100, 500, 2_000]), level=st.sampled_from([0, 8_000]))
    def learner_speaks(self, ms: int, level: int) -> None:
        self._count("speech")
        self._run(self._sound.microphone.speak(ms, level))

    @rule(
        what=st.sampled_from(sorted(SAYINGS)),
        which=st.integers(0, 3),
        text=st.sampled_from(["Good day.", "one two three four five six", "", "exit"]),
        ms=st.sampled_from([20, 500, 2_000]),
        pause_s=st.sampled_from([0.0, 0.3]),
    )
    def tutor(self, what: str, which: int, text: str, ms: int, pause_s: float) -> None:
        self._count("tutor")
        if self._tutor.links and self._tutor.link.open:
            self._run(self._tell(SAYINGS[what](self._names.chosen(which), text, ms), pause_s))

    async def _tell(self, events: Iterable[ev.TutorEvent], pause_s: float = 0.0) -> None:
        for event in events:
            if isinstance(event, ev.TutorAudio):
                self._sent_ms[event.item_id] += pcm.ms_of(len(event.pcm))
            self._tutor.link.tell(event)
            await asyncio.sleep(pause_s)
        await asyncio.sleep(0.001)

    @rule(to=st.integers(0, len(TUTORS) - 1))
    def switch(self, to: int) -> None:
        self._count("switch")
        self._run(self._do(lambda session: session.switch(self._tutors[to])))

    @rule(
        how=st.sampled_from([*sorted(ENDS), "it hangs up"]),
        refusals=st.integers(0, 2),
        connect_s=st.sampled_from([0.0, 0.5, 9.0]),
        types=st.booleans(),
    )
    def line_ends(self, how: str, refusals: int, connect_s: float, types: bool) -> None:
        """Whoever was about to type does so while it is dialled again."""
        self._count("line")
        lost = ENDS.get(how, LinkLost("The tutor hung up.", retry=True))
        self._tutor.connect_s = connect_s
        self._tutor.refusals = [replace_lost(lost) for _ in range(refusals)]
        if self._tutor.links and self._tutor.link.open:
            self._tutor.link.tell(replace_lost(lost))
        self._run(asyncio.sleep(0.3 if types else 0.001))
        if types:
            self.learner_types()

    @rule(seconds=st.sampled_from([0.05, 0.4, 3.0, 10.0, 60.0]))
    def time_passes(self, seconds: float) -> None:
        self._count("time")
        self._run(asyncio.sleep(seconds))

    @rule(what=st.sampled_from(sorted(DEVICES)))
    def device(self, what: str) -> None:
        self._count("device")
        self._sound.news.put_nowait(DEVICES[what])
        self._run(asyncio.sleep(0.001))

    # ---- what has to hold -------------------------------------------------------------------------------------------

    @invariant()
    def promises_are_kept(self) -> None:
        assert not self._faults and not self.session.complaints, [*self._faults, *self.session.complaints]
        assert not self._task.done(), "the lesson has ended"
        for link in self._links():
            for command in link.commands:
                for each in command.unheard if isinstance(command, cmd.Interrupt) else ():
                    assert 0 <= each.heard_ms <= self._sent_ms[each.item_id]

    def _links(self) -> list[Any]:
        return [link for tutor in self._tutors for link in tutor.links]

    def teardown(self) -> None:
        try:
            if not self._task.done():
                self._run(self._comes_to_rest(), self._is_answered())
            self._task.cancel()
            self._run(asyncio.gather(self._task, return_exceptions=True))
            assert not list(self.session.not_kept()), list(self.session.not_kept())
            self.promises_were_kept()
        finally:
            self._task.cancel()
            self._runner.close()
            _LOG.setLevel(self._logged)

    def promises_were_kept(self) -> None:
        """What was typed has reached a tutor: said, or among what was said before."""
        said = {command.text for link in self._links() for command in link.commands if isinstance(command, cmd.Say)}
        told = " ".join(line.text for link in self._links() for line in link.plan.history)  # older lines in a digest
        assert not [each for each in self._typed if each not in said and each not in told], "was not passed on"
        assert not self._faults and not self.session.complaints, [*self._faults, *self.session.complaints]

    async def _comes_to_rest(self) -> None:
        """The line comes back, the learner lets go of the keys, and all comes to rest by itself."""
        session, clock = self.session, self._loop.time
        self._tutor.refusals, self._tutor.connect_s = [], 0.0
        await asyncio.sleep(1.0)
        while not session.lesson.linked:
            if session.lesson.can_retry:
                session.retry()
            await asyncio.sleep(1.0)
        if session.lesson.talking:
            session.talk()
        if session.lesson.held:
            session.think()
        until_s = clock() + QUIET_S
        while session.lesson.phase is not Phase.LISTENING:
            if self._sound.speaker.sounding:
                until_s = clock() + QUIET_S
            assert clock() < until_s, f"still {session.lesson.phase}"
            await asyncio.sleep(0.5)

    async def _is_answered(self) -> None:
        session, link = self.session, self._tutor.link
        before = len(link.commands)
        session.say("Still there?")
        await asyncio.sleep(SETTLES_S)
        assert "Still there?" in [each.text for each in link.commands[before:] if isinstance(each, cmd.Say)]
        assert self._phase() is Phase.THINKING
        names = self._names.chosen(3)
        await self._tell(SAYINGS["a whole answer"](names, "Yes.", 500))
        assert self._phase() is Phase.SPEAKING
        await asyncio.sleep(1.0)
        assert self._phase() is Phase.LISTENING
        turn = session.lesson.turn(names.tutor)
        assert turn is not None and (turn.text, turn.state) == ("Yes.", TurnState.DONE)


def replace_lost(lost: LinkLost) -> LinkLost:
    """The same again: an exception that was raised keeps its traceback."""
    return LinkLost(lost.title, lost.hint, retry=lost.retry, final=lost.final, asked_wait_s=lost.asked_wait_s)
