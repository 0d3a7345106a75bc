"""Lines that are begun before they are wanted: which, when not, and that they sound as ever; over a real socket."""

from __future__ import annotations

import asyncio
import itertools
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.offline_server.client import (
    PATIENCE_S,
    Client,
    TinyGuide,
    TinyReply,
    TinyTutoring,
    TinyVoice,
    audio_of,
    speech,
    spoken_word,
    talking,
)
from tests.offline_server.realtime.answers import GREET, say
from tutor_tui.offline_server.ports.unavailable import Tell
from tutor_tui.offline_server.realtime.spoken_lines import MOST_BEGUN, SpokenLines
from tutor_tui.offline_server.realtime.wire import Json
from tutor_tui.offline_server.tts.speaker import Speech, Stop
from tutor_tui.openai_api.private_extensions import WantedLesson


class LateVoice(TinyVoice):
    """Notes what it begins, and in advance; the same sound either way."""

    def __init__(self, tutoring: LateTutoring) -> None:
        super().__init__(tutoring)
        self._tutoring = tutoring

    def speak(self, text: str, language: str, speed: float = 1.0) -> Generator[bytes, None, None]:
        self._tutoring.begun.append(text)
        return super().speak(text, language, speed)

    def speak_ahead(self, text: str, language: str, speed: float = 1.0) -> Ahead | None:
        return None if text == "Quick." else Ahead(self._ahead(text, language, speed), text, self._tutoring.ended)

    def _ahead(self, text: str, language: str, speed: float) -> Generator[bytes, None, None]:
        self._tutoring.ahead.append(text)
        self._tutoring.may_begin.wait(PATIENCE_S)
        yield from super().speak(text, language, speed)


class Ahead(Speech):
    """Notes when it is given up, or was heard to its end."""

    def __init__(self, pieces: Iterator[bytes], text: str, ended: list[str]) -> None:
        super().__init__(pieces, Stop())
        self._text = text
        self._ended = ended

    def close(self) -> None:
        super().close()
        self._ended.append(self._text)


class FarsightedGuide(TinyGuide):
    """Knows what it says to "hello" next."""

    lines: Sequence[str] = ()

    def __deepcopy__(self, memo: dict[int, Any]) -> FarsightedGuide:
        copied = FarsightedGuide(list(self.history), self.log, self.step)
        copied.lines = self.lines
        return copied

    def likely_replies(self) -> Iterator[TinyReply]:
        for text in (f"Answer {self.step + 1} to hello. Go on.", *self.lines, f"Answer {self.step + 1} to hello."):
            if text == "broken":
                raise ValueError(text)
            yield TinyReply(text)


class LateTutoring(TinyTutoring):
    lines: Sequence[str] = ("Quick.", "Take your time.")

    def __post_init__(self) -> None:
        super().__post_init__()
        self.begun, self.ahead, self.ended = list[str](), list[str](), list[str]()
        self.may_begin = threading.Event()
        self.may_begin.set()

    def guide(self, lesson: WantedLesson, language: str, history: Sequence[tuple[str, str]]) -> FarsightedGuide:
        guide = FarsightedGuide(list(history), self.log)
        guide.lines = self.lines
        return guide

    def voice(self, name: str = "", tell: Tell | None = None) -> LateVoice:
        return LateVoice(self)


async def comes(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        for _ in itertools.count():
            if true():
                return
            await asyncio.sleep(0.01)


async def greeted(client: Client) -> None:
    await client.ask("response.create", "response.done", response=GREET)


async def test_likely_lines_are_begun_once_a_reply_was_sent_and_sound_as_ever() -> None:
    tutoring = LateTutoring()
    async with talking(tutoring) as client:
        await greeted(client)
        await comes(lambda: len(tutoring.ahead) == 2)
        assert tutoring.ahead == ["Answer 1 to hello.", "Take your time."], "each once, and no quick one"
        tutoring.begun.clear()
        client.seen.clear()
        await say(client, "hello")
        assert tutoring.begun == ["Go on."], "the other one was there"
        words = [spoken_word(index) for index in range(4)]
        assert audio_of(client.seen).startswith(b"".join(words))
        await comes(lambda: "Answer 2 to hello." in tutoring.ahead)
        assert tutoring.ahead.count("Take your time.") == 1, "that one is still there"


async def test_a_line_that_is_just_being_begun_is_waited_for() -> None:
    tutoring = LateTutoring()
    tutoring.may_begin.clear()
    async with talking(tutoring) as client:
        await greeted(client)
        await comes(lambda: tutoring.ahead == ["Answer 1 to hello."])
        saying = asyncio.create_task(say(client, "hello"))
        await comes(lambda: ("answered", "hello") in tutoring.log)
        tutoring.may_begin.set()
        assert (await saying)["status"] == "completed"
        assert "Answer 1 to hello." not in tutoring.begun
        await comes(lambda: "Answer 2 to hello." in tutoring.ahead)
        assert tutoring.ahead.count("Answer 1 to hello.") == 1


async def test_an_unlikely_line_does_not_wait_for_one_that_is_being_begun() -> None:
    tutoring = LateTutoring()
    tutoring.may_begin.clear()
    async with talking(tutoring) as client:
        await greeted(client)
        await comes(lambda: tutoring.ahead == ["Answer 1 to hello."])
        assert (await say(client, "something else"))["status"] == "completed"
        assert "Answer 1 to something else." in tutoring.begun
        tutoring.may_begin.set()


async def test_no_line_is_begun_while_the_learner_speaks() -> None:
    tutoring = LateTutoring()
    tutoring.may_begin.clear()
    async with talking(tutoring) as client:
        await client.update(
            audio={"input": {"turn_detection": {"type": "server_vad", "create_response": False, "threshold": 0.5}}}
        )
        await greeted(client)
        await comes(lambda: tutoring.ahead == ["Answer 1 to hello."])
        await client.hear(speech("cards-001.wav"))
        await client.until("input_audio_buffer.speech_started")
        tutoring.may_begin.set()
        await comes(lambda: tutoring.ended == ["Answer 1 to hello."])
        assert tutoring.ahead == ["Answer 1 to hello."], "no other followed"


async def test_a_fault_in_looking_ahead_costs_nothing_but_time() -> None:
    tutoring = LateTutoring()
    tutoring.lines = ("broken",)
    async with talking(tutoring) as client:
        await greeted(client)
        await comes(lambda: tutoring.ahead == ["Answer 1 to hello."])
        assert (await say(client, "hello"))["status"] == "completed"


async def test_what_is_not_wanted_for_long_is_given_up_and_all_of_it_at_the_end() -> None:
    tutoring = LateTutoring()
    tutoring.lines = [f"Line {number}." for number in range(MOST_BEGUN + 1)]
    async with talking(tutoring) as client:
        await greeted(client)
        await comes(lambda: len(tutoring.ended) == 2)
        assert tutoring.ended == ["Answer 1 to hello.", "Line 0."]
    await comes(lambda: len(tutoring.ended) == len(tutoring.ahead))


async def test_a_session_in_writing_begins_nothing() -> None:
    tutoring = LateTutoring()
    async with talking(tutoring) as client:
        await client.update(output_modalities=["text"])
        await greeted(client)
        await say(client, "hello")
    assert tutoring.ahead == []


async def test_a_response_that_ends_behind_the_session_begins_nothing() -> None:
    tutoring, emitted = LateTutoring(), list[Json]()
    with ThreadPoolExecutor(1) as pool:
        lines = SpokenLines(tutoring, pool, emitted.append)
        lines.close()
        lines.look_ahead(FarsightedGuide([], tutoring.log), "", 1.0)
        await asyncio.sleep(0.05)
    assert tutoring.ahead == [] and not any(task.get_name() == "speech ahead" for task in asyncio.all_tasks())
