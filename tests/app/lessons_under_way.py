"""Whole lessons in one process: front end, session, sound card, tutor and the server that it talks to."""

from __future__ import annotations

import asyncio
import os
import threading
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Protocol

from textual.pilot import Pilot

from tests.audio.test_hotplug import DeadStream, Machine
from tests.offline_server.client import TOKEN, TinyTutoring, served
from tests.support.fakes import FakeSoundCard
from tests.support.speech_services import speech_services
from tests.support.strict_calls import Call
from tests.support.strict_server import Behaviour, Reply, StrictServer, tone
from tests.tutors.helpers import hurried, realtime
from tests.tutors.pipeline.helpers import BY_KEY, pipeline
from tests.tutors.pipeline.test_realtime_voice import voice_at
from tests.ui.stage import AwaitedTools, FakeProfiles, Saved, planned, shown
from tutor_tui.app.frontends import FrontEnd, Screen
from tutor_tui.app.run import under_way
from tutor_tui.audio.hotplug import PyAudioSoundCard
from tutor_tui.audio.portaudio import Stream
from tutor_tui.core.lesson import Lesson, Phase
from tutor_tui.core.ports import SoundCard, Tutor
from tutor_tui.core.settings import Settings
from tutor_tui.openai_api.realtime.realtime_endpoint import RealtimeEndpoint
from tutor_tui.plain.frontend import PlainFrontend, Streams
from tutor_tui.session.session import Session
from tutor_tui.tutors.offline.tutor import OfflineTutor
from tutor_tui.tutors.realtime.webrtc.link import WebRtcTutor
from tutor_tui.tutors.realtime.websocket.link import WebSocketTutor
from tutor_tui.ui.app import TutorApp

ANSWERS = tuple(f"That was the {which}. Go on." for which in ("first", "second", "third", "fourth", "fifth", "sixth"))

PACE = 10.0
"""How many times faster than life the tutor is heard: nobody who takes part goes by that."""

# ---- tutors ---------------------------------------------------------------------------------------------------------


@dataclass
class Teaching:
    """A tutor, and what lets an answer that it holds back go on."""

    tutor: Tutor
    tools: AwaitedTools = field(default_factory=AwaitedTools)
    go_on: Callable[[], object] = lambda: None
    is_busy: Callable[[Lesson], bool] = lambda lesson: bool(lesson.replies)
    """An answer has come as far as it does before `go_on`."""


@asynccontextmanager
async def by_socket() -> AsyncIterator[Teaching]:
    """A Realtime server like OpenAI's; a tool is at work after its first answer."""
    first, *others = (Reply(text, tone(100)) for text in ANSWERS)
    replies = [replace(first, calls=[Call("note_word")]), *others]
    async with StrictServer(Behaviour(replies=replies)) as server:
        tools = AwaitedTools()
        yield Teaching(realtime(server), tools, partial(tools.answer, True, "noted"))


@asynccontextmanager
async def by_our_server(kind: type[WebSocketTutor | WebRtcTutor]) -> AsyncIterator[Teaching]:
    """Our own server, which holds back the sound of its first answer."""
    tutoring = TinyTutoring()
    async with served(tutoring) as port:
        tutoring.gate.clear()
        tutor = kind(RealtimeEndpoint(f"http://127.0.0.1:{port}/v1", TOKEN), "guide")
        try:
            yield Teaching(tutor, go_on=tutoring.gate.set, is_busy=lambda lesson: bool(lesson.reply_id))
        finally:
            tutoring.gate.set()


@asynccontextmanager
async def by_pipeline() -> AsyncIterator[Teaching]:
    """Three services, the voice being a Realtime model; the chat holds back most of its first answer."""
    voice = Behaviour(reading=lambda text: Reply(text, tone(200)))
    async with speech_services(answers=deque(ANSWERS), words_at_first=5) as server, StrictServer(voice) as strict:
        tutor = pipeline(server, speak=voice_at(strict))

        def go_on() -> None:
            server.words_at_first = None
            server.go_on.set()

        yield Teaching(tutor, go_on=go_on, is_busy=lambda lesson: bool(lesson.sounding))


@asynccontextmanager
async def by_child() -> AsyncIterator[Teaching]:
    """The offline tutor, with its server in a process of its own."""
    tutor = OfflineTutor(hurried())
    try:
        yield Teaching(tutor)
    finally:
        await tutor.close()


# ---- sound ----------------------------------------------------------------------------------------------------------


class _RunningStream(DeadStream):
    """Asks for a block, or brings one, every 20 ms, from a thread of its own."""

    def __init__(self, **options: Any) -> None:
        super().__init__([], [])
        self._callback, self._frames = options["stream_callback"], options["frames_per_buffer"]
        self._sound = b"\x40\x1f" * (self._frames * options["channels"]) if options.get("input") else None
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="stand-in for PortAudio", daemon=True)

    def start_stream(self) -> None:
        self._thread.start()

    def _run(self) -> None:
        while not self._closed.wait(0.02):
            self._callback(self._sound, self._frames, {"output_buffer_dac_time": 0.0, "current_time": 0.0}, 0)

    def close(self) -> None:
        self._closed.set()


class RunningMachine(Machine):
    """A PortAudio whose streams run; the microphone always hears something."""

    def open(self, **options: Any) -> Stream:
        return _RunningStream(**options)


# ---- front ends -----------------------------------------------------------------------------------------------------


class Learner(Protocol):
    """Who sits before a front end."""

    @property
    def front_end(self) -> FrontEnd:
        """The one they sit before."""
        ...

    async def type(self, words: str) -> None:
        """Say words by the keyboard."""
        ...

    def sees(self, words: str) -> bool:
        """Whether they are to be seen."""
        ...

    def widgets(self) -> set[str]:
        """The tasks that there are for what is on the screen, by name."""
        ...


class AtPlainLines:
    """Types into one pipe and reads from another."""

    def __init__(self, session: Session) -> None:
        read, self._keys = os.pipe()
        self._seen, write = os.pipe()
        os.set_blocking(self._seen, False)
        self._text = ""
        self.front_end = PlainFrontend(
            session,
            plan_named=lambda name: session.lesson.plan,
            make_offline_tutor=lambda: session.tutor,
            streams=Streams(read, write),
        )

    async def type(self, words: str) -> None:
        os.write(self._keys, f"{words}\n".encode())

    def sees(self, words: str) -> bool:
        try:
            while piece := os.read(self._seen, 65_536):
                self._text += piece.decode()
        except BlockingIOError:
            pass
        return words in self._text

    def widgets(self) -> set[str]:
        return set()


class AtFullScreen:
    """Presses keys on a screen without a terminal."""

    def __init__(self, session: Session) -> None:
        self._app = TutorApp(
            session,
            profiles=FakeProfiles(),
            find_profiles=FakeProfiles,
            settings=Settings(),
            save_setting=Saved(),
            make_plan=planned,
            make_tutor=lambda settings: session.tutor,
            find_lessons=tuple,
        )
        setattr(self._app, "run_async", partial(self._app.run_async, headless=True, size=(100, 40)))  # noqa: B010 - a method
        self.front_end = Screen(self._app, on_left=lambda: None)

    async def type(self, words: str) -> None:
        while (screen := self._app.lesson_screen) is None:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.01)
        to_the_line = () if screen.bottom.composer.has_focus else ("t",)
        await Pilot(self._app).press(*to_the_line, *(words.replace(" ", "_")), "enter")

    def sees(self, words: str) -> bool:
        return words in shown(self._app)

    def widgets(self) -> set[str]:
        return {f"message pump {type(each).__name__}" for each in (self._app.screen, *self._app.screen.walk_children())}


# ---- the whole ------------------------------------------------------------------------------------------------------


class Room:
    """A lesson under way, and who takes part in it."""

    def __init__(self, session: Session, learner: Learner, teaching: Teaching, sound: SoundCard) -> None:
        self.session = session
        self.learner = learner
        self.teaching = teaching
        self.told: set[str] = set()
        """What the learner was told that is not as it should be."""
        self._sound = sound
        self._program = asyncio.create_task(self._run())
        self._follower = asyncio.create_task(self._follow())

    async def _run(self) -> None:
        """As `run._run_lesson` does: the lesson beside its front end; raises what ended them."""
        front_end = self.learner.front_end
        async with under_way(self.session, front_end.exit) as lesson:
            await front_end.run()
        if not lesson.cancelled():
            lesson.result()

    async def _follow(self) -> None:
        async for lesson in self.session.watch:
            broken_tools = (line.summary for line in lesson.tool_lines if "Boom" in line.summary)
            notice = lesson.notice.title if lesson.notice else ""
            self.told |= {notice, lesson.microphone.missing, lesson.speaker.missing, *broken_tools} - {""}

    @property
    def has_ended(self) -> bool:
        """The program is over."""
        return self._program.done()

    @property
    def fault(self) -> BaseException | None:
        """What it was ended by."""
        return self._program.exception()

    async def until(self, condition: Callable[[Lesson], bool]) -> None:
        """Wait until the lesson is so, or the program has ended."""
        while not self.has_ended and not condition(self.session.lesson):  # noqa: ASYNC110 - the watch may have broken
            await asyncio.sleep(0.01)

    async def is_whole(self) -> None:
        """What is typed is answered, and what is spoken; both answers are heard and seen. Or the program has ended."""
        await self.until(lambda lesson: lesson.linked)
        await self._is_answered(self.learner.type("Still_there?"), "Still_there?")
        await self._is_answered(self._speak(), "")

    async def _is_answered(self, asking: Any, words: str) -> None:
        before = {turn.id for turn in self.session.lesson.turns}
        await asyncio.wait([asyncio.ensure_future(asking), self._program], return_when=asyncio.FIRST_COMPLETED)

        def answer(lesson: Lesson) -> str:
            new = [turn for turn in lesson.turns if turn.id not in before]
            asked = next((at for at, turn in enumerate(new) if turn.role == "learner" and words in turn.text), len(new))
            return next(
                (
                    turn.text
                    for turn in new[asked:]
                    if turn.role == "tutor" and turn.text.endswith((".", "?", "!", ")"))
                ),
                "",
            )

        await self.until(lambda lesson: answer(lesson) != "" and lesson.phase is Phase.LISTENING)
        await self.until(lambda lesson: self.learner.sees(answer(lesson)))

    async def _speak(self) -> None:
        self.session.talk()
        if isinstance(self._sound, FakeSoundCard):
            await self._sound.microphone.speak(400)
        else:
            await asyncio.sleep(0.4)
        self.session.talk()

    async def close(self) -> None:
        """Leave the lesson."""
        self.learner.front_end.exit()
        self._follower.cancel()
        await asyncio.gather(self._program, self._follower, return_exceptions=True)


@asynccontextmanager
async def lesson_under_way(
    teacher: AbstractAsyncContextManager[Teaching],
    make_learner: Callable[[Session], Learner] = AtPlainLines,
    card: AbstractAsyncContextManager[SoundCard] | None = None,
) -> AsyncIterator[Room]:
    """A lesson in the middle of its first answer."""
    async with teacher as teaching, card or nullcontext(FakeSoundCard(pace=PACE)) as sound:
        session = Session(tutor=teaching.tutor, sound=sound, plan=BY_KEY, toolbox=teaching.tools)
        room = Room(session, make_learner(session), teaching, sound)
        try:
            await room.until(lambda lesson: lesson.linked)
            await room.learner.type("Hello")
            await room.until(teaching.is_busy)
            yield room
        finally:
            await room.close()


def running_card() -> PyAudioSoundCard:
    """The sound card of a machine whose devices run."""
    return PyAudioSoundCard(start=RunningMachine)
