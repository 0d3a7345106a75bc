"""A stage for the screen: the real session over a scripted tutor and a fake sound card, and lessons to show."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from time import monotonic

from textual._compositor import LayoutUpdate
from textual.app import App
from textual.pilot import Pilot

from tests.support.fakes import FakeSoundCard, SilentSpeaker
from tutor_tui.core import events as ev
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.courses import LessonHead
from tutor_tui.core.events import LessonEvent
from tutor_tui.core.heard_words import DifferentWord
from tutor_tui.core.lesson import Lesson
from tutor_tui.core.lesson_plan import Applied, LessonPlan
from tutor_tui.core.lesson_records import Library
from tutor_tui.core.ports import Device, Tutor
from tutor_tui.core.problems import Problem
from tutor_tui.core.profile import PromptProfile, plan_of
from tutor_tui.core.setting_field import Value
from tutor_tui.core.settings import Settings
from tutor_tui.core.tools import ToolAnswer, ToolCall, ToolSpec
from tutor_tui.core.turn_detection import PRESETS
from tutor_tui.core.turn_settings import detection_wanted
from tutor_tui.core.tutor_commands import Command
from tutor_tui.learning.learner import LearnerStore
from tutor_tui.learning.look_ups import BriefingLines, LookUpMeaning, LookUpProgress, LookUps, MakeDrill, ReportLines
from tutor_tui.library.lessons import SqliteLibrary
from tutor_tui.session.level_meter import Level, LevelMeter
from tutor_tui.session.session import Session
from tutor_tui.session.watchdog import Watchdog
from tutor_tui.testing.scripted_tutor import ScriptedTutor, Step
from tutor_tui.ui.app import TutorApp

DEVICES = (
    Device(0, "HD Webcam", "ALSA", 1, 0, 48_000),
    Device(1, "한국어 헤드셋 USB", "ALSA", 1, 2, 48_000, default_input=True),
    Device(2, "Speakers [bold]", "ALSA", 0, 2, 44_100, default_output=True),
)
WAIT_S = 20.0
"""For what is to be seen: no time of its own, only what a machine that others use may need."""

KOREAN = PromptProfile(
    key="korean-tutor",
    name="한국어 튜터",
    language="ko",
    instructions="You are a warm and patient **Korean** tutor.\n\nTalk about food, travel and daily life.",
    level="A2",
    description="Everyday Korean with a patient teacher",
    turn_taking="patient",
)
JAPANESE = PromptProfile(
    key="japanese-travel",
    name="東京の旅 · Japanese travel",
    language="ja",
    instructions="Play the station clerk, the waiter and the hotel receptionist.",
    level="A1",
    voice="cedar",
    description="Trains, meals and hotels in Tokyo",
)
ENGLISH = PromptProfile(
    key="english-first-words",
    name="English first words",
    language="en",
    instructions="Short and friendly.",
    level="A1",
    offline_lesson="first-words",
)


@dataclass(frozen=True)
class Broken:
    path: Path
    line: int
    reason: str


@dataclass
class FakeProfiles:
    profiles: Sequence[PromptProfile] = (KOREAN, JAPANESE, ENGLISH)
    broken: Sequence[Broken] = ()


def scripted_tutor(
    name: str = "gpt-realtime-2.1-mini", capabilities: Capabilities | None = None, steps: Sequence[Step] = ()
) -> ScriptedTutor:
    """A tutor that only confirms plans, unless there are `steps`; what else it says, a test lets happen."""
    return ScriptedTutor(steps, name=name, capabilities=capabilities or Capabilities())


class FakeLevels(LevelMeter):
    """A meter that reads what it is told."""

    level = Level(-30.0, -18.0, False, 1)
    moving = True

    def read(self) -> Level:
        if self.moving:
            self.level = replace(self.level, frames=self.level.frames + 1)
        return self.level


class AwaitedTools:
    """A tool is at work until a test answers for it."""

    def __init__(self) -> None:
        self._answers: asyncio.Queue[tuple[bool, str]] = asyncio.Queue()

    def specs(self, names: Iterable[str]) -> tuple[ToolSpec, ...]:
        return ()

    async def call(self, call: ToolCall, plan: LessonPlan) -> ToolAnswer:
        ok, summary = await self._answers.get()
        return ToolAnswer(call.call_id, summary, ok=ok, summary=summary)

    def answer(self, ok: bool, summary: str) -> None:
        self._answers.put_nowait((ok, summary))


class NoWatchdog(Watchdog):
    """Nothing is overdue: for a lesson that is drawn up before there is a loop, and with it a clock."""

    def take(self, event: LessonEvent) -> None:
        return


class StagedSession(Session):
    """The real session; its clock stands still, and its meter reads what it is told.

    Nobody runs it at first: a test lets things happen, and `lesson` shows what came of a key. `under_way` runs it, as a
    program does; then the tutor can be asked, and `asked` is what it was asked.
    """

    def __init__(self, plan: LessonPlan | None = None, scripted: ScriptedTutor | None = None) -> None:
        self.scripted = scripted or scripted_tutor()
        self.card = FakeSoundCard(SilentSpeaker(), DEVICES)
        self.tools = AwaitedTools()
        super().__init__(tutor=self.scripted, sound=self.card, plan=plan or plan_of(KOREAN), toolbox=self.tools)
        self.levels = self.meter = FakeLevels()
        if asyncio._get_running_loop() is None:
            self._watchdog = NoWatchdog(self)

    @property
    def elapsed_s(self) -> float:
        return 754.0

    def happen(self, *events: LessonEvent) -> Lesson:
        for event in events:
            self.take(event)
        return self.lesson

    @asynccontextmanager
    async def under_way(self) -> AsyncIterator[None]:
        """Run it, with both devices open and the tutor on the line."""
        running = asyncio.create_task(self.run())
        async for lesson in self.watch:
            if lesson.linked:
                break
        self.happen(*DEVICES_OPEN)
        try:
            yield
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    @property
    def asked(self) -> list[Command]:
        """What the tutor was asked on the newest connection."""
        return self.scripted.links[-1].commands


class Saved(dict[str, Value]):
    """Where settings go; refuses when told to."""

    refusal: Problem | None = None
    stronger = ""
    """What wins at the next start."""

    def __call__(self, name: str, value: Value) -> str:
        if self.refusal is not None:
            raise self.refusal
        self[name] = value
        return self.stronger


NO_LESSONS = SqliteLibrary(Path("no such folder") / "lessons.sqlite")
"""Lessons are kept, and none is there yet."""


def planned(profile: PromptProfile, settings: Settings) -> LessonPlan:
    """The profile's plan, and the settings that these tests are about."""
    lesson = settings.lesson
    plan = plan_of(profile, speed=lesson.pace or None, level=lesson.level, correction=lesson.correction)
    return replace(plan, turn_detection=detection_wanted(settings.lesson, settings.vad, plan.turn_detection))


def make_app(
    session: StagedSession | None = None,
    settings: Settings | None = None,
    profiles: FakeProfiles | None = None,
    saved: Saved | None = None,
    make_tutor: Callable[[Settings], Tutor] = lambda settings: scripted_tutor(settings.tutor.kind),
    lessons: Sequence[LessonHead] = (),
    library: Library | None = NO_LESSONS,
    learner: LearnerStore | None = None,
    report_lines: ReportLines | None = None,
    look_up_progress: LookUpProgress | None = None,
    briefing_lines: BriefingLines | None = None,
    make_drill: MakeDrill | None = None,
    meaning: LookUpMeaning | None = None,
) -> TutorApp:
    return TutorApp(
        session or StagedSession(),
        profiles=profiles or FakeProfiles(),
        find_profiles=lambda: profiles or FakeProfiles(),
        settings=settings or Settings(),
        save_setting=saved if saved is not None else Saved(),
        make_plan=planned,
        make_tutor=make_tutor,
        find_lessons=lambda: lessons,
        library=library,
        look_ups=LookUps(learner, report_lines, briefing_lines, look_up_progress, make_drill, meaning),
    )


DEVICES_OPEN: tuple[LessonEvent, ...] = (
    ev.DeviceOpened("microphone", "한국어 헤드셋 USB", 48_000),
    ev.DeviceOpened("speaker", "한국어 헤드셋 USB", 48_000),
)
READY: tuple[LessonEvent, ...] = (
    ev.Dialling(1),
    ev.LinkReady("gpt-realtime-2.1-mini"),
    ev.PlanApplied(Applied(PRESETS["patient"], "marin", 1.0, "gpt-realtime-2.1-mini")),
    *DEVICES_OPEN,
)


def _said(item_id: str) -> tuple[LessonEvent, ...]:
    return (
        ev.LearnerStartedSpeaking(item_id),
        ev.LearnerStoppedSpeaking(item_id),
        ev.LearnerTurnKept(item_id, None),
    )


def spoken(
    item_id: str,
    text: str,
    *,
    unsure: bool = False,
    unclear: tuple[tuple[int, int], ...] = (),
    different: tuple[DifferentWord, ...] = (),
) -> tuple[LessonEvent, ...]:
    return (*_said(item_id), ev.LearnerTextDone(item_id, text, unsure, unclear, different))


def not_listened_for(item_id: str) -> tuple[LessonEvent, ...]:
    return (*_said(item_id), ev.LearnerTextFailed(item_id, not_listened_for=True))


def answered(item_id: str, text: str) -> tuple[LessonEvent, ...]:
    return (
        ev.ReplyStarted(f"reply_{item_id}"),
        ev.TutorTextDelta(item_id, text),
        ev.TutorTextDone(item_id, text),
        ev.TutorAudio(item_id, bytes(960)),
        ev.TutorAudioDone(item_id),
        ev.ReplyEnded(f"reply_{item_id}"),
        ev.SpeechFinished(item_id),
    )


KOREAN_TALK: tuple[LessonEvent, ...] = (
    *READY,
    *answered(
        "a1", "안녕하세요! 만나서 반가워요. 오늘은 카페에서 주문하는 연습을 해 볼까요? What would you like to drink?"
    ),
    *spoken("u1", "네, 좋아요. 저는 커피를 마시고 싶어요."),
    *answered("a2", "아주 좋아요! ‘커피 한 잔 주세요’라고 말하면 더 자연스러워요. 한번 말해 보세요."),
    *spoken("u2", "커피 한 잔 주세요."),
    *answered("a3", "완벽해요! 따뜻한 커피로 드릴까요, 아니면 차가운 커피로 드릴까요?"),
    ev.Usage(0.0143),
)


def shown(app: App[None]) -> str:
    """The words on the screen, line by line, without what is blank."""
    update = app.screen._compositor.render_update(full=True, screen_stack=app._background_screens)
    assert isinstance(update, LayoutUpdate)
    lines = [[each.text for each in chain.from_iterable(line) if each.text.strip()] for line in update.strips]
    return "\n".join("".join(texts) for texts in lines if texts)


def is_muted(session: StagedSession, wanted: bool) -> bool:
    return session.lesson.muted is wanted


async def until(pilot: Pilot[None], is_so: Callable[[], bool]) -> None:
    """Wait for it, however slow the machine is; says what was to be seen instead when it never comes."""
    deadline_s = monotonic() + WAIT_S
    while not is_so():
        assert monotonic() < deadline_s, f"it never came:\n{shown(pilot.app)}"
        await pilot.pause(0.01)


async def drawn(pilot: Pilot[None]) -> None:
    """Wait until the newest lesson is on the screen."""
    app = pilot.app
    assert isinstance(app, TutorApp)

    def is_newest() -> bool:
        screen = app.lesson_screen
        return screen is not None and screen.lesson is app.session.lesson

    await until(pilot, is_newest)
    await pilot.pause()


_OF_THE_DISK = frozenset({"list", "search", "read", "fill"})
"""Groups of workers that wait for a library."""


async def read_from_disk(pilot: Pilot[None]) -> None:
    """Wait until what past lessons are asked for is on the screen."""
    await pilot.pause()
    await until(pilot, lambda: all(each.is_finished for each in pilot.app.workers if each.group in _OF_THE_DISK))
    await pilot.pause()
