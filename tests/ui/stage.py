"""A stage for the screen: a session that only notes what it is asked, and lessons to show."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from tutor_tui.core import events as ev
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.events import EchoMode, LessonEvent, LocalEvent, Which
from tutor_tui.core.lesson import Lesson
from tutor_tui.core.plan import Applied, LessonPlan
from tutor_tui.core.ports import Device, Heard, SoundCounters, Tutor, TutorLink
from tutor_tui.core.problems import Problem
from tutor_tui.core.profile import PromptProfile, plan_of
from tutor_tui.core.reducer import advance
from tutor_tui.core.settings import Settings, Value
from tutor_tui.core.turn_detection import PRESETS, TurnDetection
from tutor_tui.session.latest_value import LatestValue
from tutor_tui.session.level_meter import Level, LevelMeter
from tutor_tui.ui.app import TICK_S, TutorApp

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


@dataclass
class FakeTutor:
    name: str = "gpt-realtime-2.1-mini"
    capabilities: Capabilities = field(default_factory=Capabilities)

    def connect(self, plan: LessonPlan) -> AbstractAsyncContextManager[TutorLink]:
        raise AssertionError("the screen never connects")

    async def close(self) -> None:
        raise AssertionError("the screen never closes the tutor")


class SilentMicrophone:
    async def frames(self) -> AsyncIterator[bytes]:
        frames: tuple[bytes, ...] = ()
        for frame in frames:
            yield frame


class SilentSpeaker:
    sounding = False

    def play(self, item_id: str, pcm: bytes) -> None: ...

    def finish(self, item_id: str) -> None: ...

    def stop(self) -> tuple[Heard, ...]:
        return ()


class FakeSound:
    def __init__(self) -> None:
        self.microphone = SilentMicrophone()
        self.speaker = SilentSpeaker()
        self.counters = SoundCounters()
        self.found: Sequence[Device] = (
            Device(0, "HD Webcam", "ALSA", 1, 0, 48_000),
            Device(1, "한국어 헤드셋 USB", "ALSA", 1, 2, 48_000, default_input=True),
            Device(2, "Speakers [bold]", "ALSA", 0, 2, 44_100, default_output=True),
        )

    async def events(self) -> AsyncIterator[LocalEvent]:
        events: tuple[LocalEvent, ...] = ()
        for event in events:
            yield event

    async def devices(self) -> Sequence[Device]:
        return self.found

    async def choose(self, which: Which, device: str) -> None: ...


class FakeLevels(LevelMeter):
    """A meter that reads what it is told."""

    level = Level(-30.0, -18.0, False, 1)
    moving = True

    def read(self) -> Level:
        if self.moving:
            self.level = replace(self.level, frames=self.level.frames + 1)
        return self.level


class FakeSession:
    """Notes every call; `happen` folds events as the real one does."""

    def __init__(self, plan: LessonPlan | None = None, tutor: FakeTutor | None = None) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self.tutor = tutor or FakeTutor()
        self.sound = FakeSound()
        self.levels = FakeLevels()
        self.watch = LatestValue(Lesson(plan or plan_of(KOREAN)))
        self.elapsed_s = 754.0

    def happen(self, *events: LessonEvent) -> Lesson:
        lesson = self.watch.value
        for event in events:
            lesson = advance(lesson, event)
        self.watch.set(lesson)
        return lesson

    def mute(self, on: bool | None = None) -> None:
        self.calls.append(("mute", on))

    def interrupt(self) -> None:
        self.calls.append(("interrupt",))

    def say(self, text: str) -> None:
        self.calls.append(("say", text))

    def repeat(self) -> None:
        self.calls.append(("repeat",))

    def talk(self) -> None:
        self.calls.append(("talk",))

    def think(self) -> None:
        self.calls.append(("think",))

    def change(self, plan: LessonPlan) -> None:
        self.calls.append(("change", plan))

    def set_turn_detection(self, detection: TurnDetection) -> None:
        self.calls.append(("set_turn_detection", detection))
        self.happen(ev.PlanWanted(replace(self.watch.value.plan, turn_detection=detection)))

    def set_echo(self, mode: EchoMode) -> None:
        self.calls.append(("set_echo", mode))

    def choose_device(self, which: Which, device: str) -> None:
        self.calls.append(("choose_device", which, device))

    def switch(self, tutor: Tutor) -> None:
        self.calls.append(("switch", tutor.name))

    def retry(self) -> None:
        self.calls.append(("retry",))


class Saved(dict[str, Value]):
    """Where settings go; refuses when told to."""

    refusal: Problem | None = None

    def __call__(self, name: str, value: Value) -> None:
        if self.refusal is not None:
            raise self.refusal
        self[name] = value


def make_app(
    session: FakeSession | None = None,
    settings: Settings | None = None,
    profiles: FakeProfiles | None = None,
    saved: Saved | None = None,
    make_tutor: Callable[[Settings], Tutor] = lambda settings: FakeTutor(settings.tutor.kind),
) -> TutorApp:
    return TutorApp(
        session or FakeSession(),
        profiles=profiles or FakeProfiles(),
        settings=settings or Settings(),
        save_setting=saved if saved is not None else Saved(),
        make_plan=lambda profile, wishes: plan_of(profile, speed=wishes.lesson.pace or None),
        make_tutor=make_tutor,
    )


READY: tuple[LessonEvent, ...] = (
    ev.Dialling(1),
    ev.LinkReady("gpt-realtime-2.1-mini"),
    ev.PlanApplied(Applied(PRESETS["patient"], "marin", 1.0, "gpt-realtime-2.1-mini")),
    ev.DeviceOpened("microphone", "한국어 헤드셋 USB", 48_000),
    ev.DeviceOpened("speaker", "한국어 헤드셋 USB", 48_000),
)


def spoken(item_id: str, text: str) -> tuple[LessonEvent, ...]:
    return (
        ev.LearnerStartedSpeaking(item_id),
        ev.LearnerStoppedSpeaking(item_id),
        ev.LearnerTurnKept(item_id, None),
        ev.LearnerTextDone(item_id, text),
    )


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


def shown(app: TutorApp) -> str:
    """The words on the screen, line by line, as the exported picture has them."""
    rows: dict[float, list[tuple[float, str]]] = {}
    for x, y, text in re.findall(r'<text[^>]* x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]*)</text>', app.export_screenshot()):
        if text.strip():
            rows.setdefault(float(y), []).append((float(x), html.unescape(text).replace("\xa0", " ")))
    return "\n".join("".join(text for _, text in sorted(row)) for _, row in sorted(rows.items()))


async def settle(pilot: Pilot[None]) -> None:
    """Wait until the newest lesson has been drawn: two ticks of the screen."""
    await pilot.pause(2.5 * TICK_S)
