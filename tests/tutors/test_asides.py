"""Questions beside the conversation on real sockets: our own server by Realtime, by the loop, and a chat service."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio

from tests.support.speech_services import CHAT, SPEAK, error, speech_services
from tests.tutors.helpers import Listener, call
from tests.tutors.pipeline.helpers import BY_KEY, pipeline, sound_ms
from tutor_tui.core import events as ev
from tutor_tui.core import tutor_commands as cmd
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.line_help import first_said, hints_in
from tutor_tui.core.ports import Tutor
from tutor_tui.core.tutor_commands import AskAside
from tutor_tui.tutors.offline.server_process import OfflineServer
from tutor_tui.tutors.offline.tutor import OfflineTutor
from tutor_tui.tutors.pipeline.tutor import PipelineTutor

KOREAN = LessonPlan(
    "Korean",
    "Teach.",
    "marin",
    target_language="ko",
    native_language="en",
    opening="Begin.",
    offline_lesson="ko-a1-first-words",
    turn_detection=BY_KEY.turn_detection,
)
ENGLISH = replace(KOREAN, target_language="en", offline_lesson="en-a1-first-words")


@pytest_asyncio.fixture(params=["realtime", "loop"], scope="module", loop_scope="module")
async def ours(request: pytest.FixtureRequest) -> AsyncIterator[Tutor]:
    """One server of ours for each way to it: conversations do not know of each other."""
    tutor = OfflineTutor() if request.param == "realtime" else PipelineTutor(ours=OfflineServer())
    try:
        yield tutor
    finally:
        await tutor.close()


def with_one_server(test: Any) -> Any:
    """On the loop of `ours`, and by the worker that has started it."""
    return pytest.mark.xdist_group("asides of our guide")(pytest.mark.asyncio(loop_scope="module")(test))


async def aside(ear: Listener, asked: AskAside) -> ev.AsideAnswered:
    await ear.link.send(asked)
    return await ear.wait(ev.AsideAnswered, len(ear.all(ev.AsideAnswered)) + 1)


async def greeted(ear: Listener) -> str:
    """The first line, all of it."""
    await ear.link.send(cmd.Greet("Begin."))
    await ear.wait(ev.ReplyEnded)
    return ear.all(ev.TutorTextDone)[-1].text


@pytest.mark.slow
@with_one_server
async def test_our_guide_tells_what_its_last_line_means_and_says_nothing(ours: Tutor) -> None:
    async with call(ours, KOREAN) as ear:
        line = await greeted(ear)
        sounded = len(ear.all(ev.TutorAudio))
        meaning = await aside(ear, AskAside("aside_1", "meaning", "Translate.", line))
        assert meaning.request_id == "aside_1" and meaning.text.startswith("This is Seoul.")
        assert f"({meaning.text} " in line, "what can be asked for stands in the same brackets"
        assert (len(ear.all(ev.ReplyEnded)), len(ear.all(ev.TutorTextDone)), len(ear.all(ev.TutorAudio))) == (
            1,
            1,
            sounded,
        )
        await ear.link.send(cmd.Say("안녕하세요", "item_1"))  # the lesson goes on where it stood
        await ear.wait(ev.ReplyEnded, 2)
        assert "(" in ear.all(ev.TutorTextDone)[-1].text


@pytest.mark.slow
@with_one_server
async def test_where_a_line_needs_no_translation_our_guide_has_none(ours: Tutor) -> None:
    async with call(ours, ENGLISH) as ear:
        line = await greeted(ear)
        assert (await aside(ear, AskAside("aside_1", "meaning", "Translate.", line))).text == ""


async def test_a_chat_service_is_asked_once_and_remembers_nothing() -> None:
    async with speech_services() as server, call(pipeline(server), BY_KEY) as ear:
        server.answers.append("What can I get you?")
        answer = await aside(ear, AskAside("aside_1", "meaning", "Translate.", "¿Qué te pongo?"))
        assert answer == ev.AsideAnswered("aside_1", "What can I get you?")
        (request,) = server.to(CHAT)
        assert [message["content"] for message in request.json["messages"]] == ["Translate.", "¿Qué te pongo?"]
        assert "kind" not in request.json
        await ear.link.send(cmd.Say("Hello", "item_1"))
        await ear.wait(ev.ReplyEnded)
        said: list[dict[str, Any]] = server.to(CHAT)[1].json["messages"]
        assert [message["content"] for message in said] == ["Teach.", "Hello"]


async def test_a_chat_service_that_fails_says_so_and_the_lesson_goes_on() -> None:
    async with speech_services() as server, call(pipeline(server), BY_KEY) as ear:
        server.faults[CHAT].append(error(403))
        answer = await aside(ear, AskAside("aside_1", "meaning", "Translate.", "¿Qué te pongo?"))
        assert answer.text == "" and answer.reason
        await ear.link.send(cmd.Say("Hello", "item_1"))
        assert (await ear.wait(ev.ReplyEnded)).status == "completed"


# ---- hints ----------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@with_one_server
async def test_our_guide_says_what_could_be_said_and_reads_it_aloud(ours: Tutor) -> None:
    async with call(ours, KOREAN) as ear:
        line = await greeted(ear)
        await ear.link.send(cmd.Say("안녕하세요", "item_1"))
        await ear.wait(ev.ReplyEnded, 2)
        answer = await aside(ear, AskAside("aside_1", "hint", "Help.", line))
        hints = hints_in(answer.text)
        first = first_said(hints)
        assert 1 <= len(hints) <= 4 and len(set(hints)) == len(hints) and len(first) > 1
        texts, replies = len(ear.all(ev.TutorTextDone)), len(ear.all(ev.ReplyEnded))
        await ear.link.send(cmd.ReadAside("aside_2", first))
        await ear.until(lambda: any(done.item_id == "aside_2" for done in ear.all(ev.TutorAudioDone)))
        assert sound_ms(ear.events, "aside_2") > 300
        assert (len(ear.all(ev.TutorTextDone)), len(ear.all(ev.ReplyEnded))) == (texts, replies)
        await ear.link.send(cmd.Say(first, "item_2"))  # it is no empty promise
        await ear.wait(ev.ReplyEnded, replies + 1)
        assert not any(isinstance(event, ev.ToolCalled) for event in ear.events)


async def test_what_is_read_aloud_stops_when_the_learner_goes_on() -> None:
    async with speech_services(pieces_at_first=1) as server, call(pipeline(server), BY_KEY) as ear:
        await ear.link.send(cmd.ReadAside("aside_1", "Un café, por favor."))
        await ear.wait(ev.TutorAudio)
        await ear.link.send(cmd.Interrupt("key"))
        assert (await ear.wait(ev.TutorAudioDone)).item_id == "aside_1"
        assert not ear.all(ev.TutorTextDelta) and not ear.all(ev.ReplyEnded)
        await ear.link.send(cmd.Say("Hello", "item_1"))
        await ear.wait(ev.ReplyStarted)
        server.go_on.set()


async def test_a_voice_that_fails_is_said_once() -> None:
    async with speech_services() as server, call(pipeline(server), BY_KEY) as ear:
        server.faults[SPEAK].append(error(403))
        await ear.link.send(cmd.ReadAside("aside_1", "Un café, por favor."))
        assert (await ear.wait(ev.AsideAnswered)).reason
        assert not ear.all(ev.Trouble)
