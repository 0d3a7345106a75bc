"""The loop without a key: our own offline server transcribes, chats and speaks, in whole or in part."""

from __future__ import annotations

import json
import os
import signal
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.offline_server.client import speech
from tests.support.paths import CARDS
from tests.support.speech_services import CHAT, SPEAK, speech_services
from tests.tutors.helpers import PLAN, Listener, call, speak
from tests.tutors.pipeline.helpers import BY_KEY, sound_ms
from tests.tutors.test_contract import HISTORY, a_whole_reply, hold_a_lesson
from tutor_tui.core import events as ev
from tutor_tui.core import tutor_commands as cmd
from tutor_tui.core.lesson_plan import HistoryLine
from tutor_tui.core.problems import LinkLost
from tutor_tui.core.tools import ToolAnswer
from tutor_tui.openai_api.services import Service
from tutor_tui.tools.registry import standard_tools
from tutor_tui.tutors.offline.server_process import OfflineServer
from tutor_tui.tutors.pipeline.tutor import PipelineTutor

"""A lesson whose answers are the recordings in tests/audio_samples."""
AT_CARDS = replace(BY_KEY, offline_lesson="cards", native_language="en")


@asynccontextmanager
async def tutoring(**services: Any) -> AsyncIterator[PipelineTutor]:
    """Our own server for all that is not given."""
    tutor = PipelineTutor(**services, ours=OfflineServer([CARDS]))
    try:
        yield tutor
    finally:
        await tutor.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ours() -> AsyncIterator[PipelineTutor]:
    """One server of ours, for all that leave it as it was."""
    async with tutoring() as tutor:
        yield tutor


def with_one_server(test: Any) -> Any:
    """On the loop of `ours`, and by the worker that has started it."""
    return pytest.mark.xdist_group("our own server")(pytest.mark.asyncio(loop_scope="module")(test))


async def type_in(ear: Listener, words: str) -> str:
    """What the tutor answers to it."""
    count = len(ear.all(ev.ReplyEnded)) + 1
    await ear.link.send(cmd.Say(words, f"typed_{count}"))
    assert (await ear.wait(ev.ReplyEnded, count)).status == "completed"
    return ear.all(ev.TutorTextDone)[-1].text


@pytest.mark.slow
async def test_its_realtime_conversation_reads_aloud_too() -> None:
    own = OfflineServer([CARDS])
    try:
        child = await own.running()
        voice = Service(f"ws://127.0.0.1:{child.port}/v1", "guide", child.token, is_realtime=True)
        async with speech_services(answers=deque(["One two three. Good!"])) as server:
            tutor = PipelineTutor(server.service("ear"), server.service("mind"), voice, ours=own)
            async with call(tutor, BY_KEY) as ear:
                assert await type_in(ear, "Hi!") == "One two three. Good!"
                assert [trouble.title for trouble in ear.all(ev.Trouble)] == []
                assert ear.all(ev.Unknown) == []
                assert ear.all(ev.TranscriptMismatch) == [], "it says what is written"
                assert sound_ms(ear.events) > 500
    finally:
        await own.close()


@pytest.mark.slow
@with_one_server
async def test_it_holds_a_lesson(ours: PipelineTutor) -> None:
    assert ours.capabilities.hears == frozenset({"en"}) and not ours.capabilities.costs_money
    async with call(ours) as ear:
        await hold_a_lesson(ear, briefly=True)
        assert [*ear.all(ev.Trouble), *ear.all(ev.Unknown), *ear.all(ev.PlanRefused)] == []
        assert ear.lost is None
    async with call(ours, replace(PLAN, history=HISTORY)) as ear:
        await ear.link.send(cmd.Greet(""))
        await a_whole_reply(ear, 1)
        assert [placed.role for placed in ear.all(ev.ItemPlaced)] == ["tutor"]


@pytest.mark.slow
@with_one_server
async def test_the_guide_walks_the_plans_lesson_listens_for_its_answers_and_notes_slips(ours: PipelineTutor) -> None:
    plan = replace(AT_CARDS, tools=standard_tools().specs(("note_correction", "note_word")))
    async with call(ours, plan) as ear:
        await ear.link.send(cmd.Greet("Say hello."))
        await ear.wait(ev.ReplyEnded)
        assert ear.all(ev.TutorTextDone)[0].text.startswith("Welcome to the card table. Which card do you hold?")
        assert (await type_in(ear, "ten of spades")).endswith("It begins with the word ten.")
        await ear.link.send(cmd.BeginTurn())
        await speak(ear.link, speech("cards-001.wav"))
        await ear.link.send(cmd.EndTurn())
        assert (await ear.wait(ev.LearnerTextDone)).text == "ten of clubs", "a free ear takes it for something else"
        await ear.wait(ev.ReplyEnded, 3)
        assert ear.all(ev.TutorTextDone)[-1].text.endswith("A good card! And the next?")
        noted = [json.loads(event.call.arguments) for event in ear.all(ev.ToolCalled)]
        assert [(note["said"], note["better"]) for note in noted] == [("ten of spades", "ten of clubs")]
        call_id = ear.all(ev.ToolCalled)[0].call.call_id
        await ear.link.send(cmd.AnswerTools((ToolAnswer(call_id, "Noted."),), speak=False))
        assert (await type_in(ear, "seven of clubs")).endswith("What was he like?")
        assert ear.all(ev.Trouble) == []


@with_one_server
async def test_tries_count_over_requests_so_that_nobody_is_stuck(ours: PipelineTutor) -> None:
    async with call(ours, AT_CARDS) as ear:
        await ear.link.send(cmd.Greet("Say hello."))
        await ear.wait(ev.ReplyEnded)
        assert "may be right" in await type_in(ear, "bananas")
        assert (await type_in(ear, "bananas")).endswith("And the next?"), "the second time it leads on"


@with_one_server
async def test_it_speaks_the_language_of_the_lesson_and_slower_when_asked(ours: PipelineTutor) -> None:
    korean = replace(BY_KEY, target_language="ko", offline_lesson="ko-a1-first-words")
    lengths = []
    for plan in (korean, replace(korean, speed=0.6)):
        async with call(ours, plan) as ear:
            await ear.link.send(cmd.Greet(""))
            await ear.wait(ev.ReplyEnded)
            assert any("\uac00" <= letter <= "\ud7a3" for letter in ear.all(ev.TutorTextDone)[0].text)
            lengths.append(sound_ms(ear.events))
    assert lengths[1] > 1.3 * lengths[0] > 1_000


@pytest.mark.slow
async def test_a_server_that_dies_is_told_and_the_lesson_goes_on_where_it_was() -> None:
    async with tutoring() as tutor:
        async with call(tutor, AT_CARDS) as ear:
            await ear.link.send(cmd.Greet("Say hello."))
            await ear.wait(ev.ReplyEnded)
            said = await type_in(ear, "ten of clubs")
            os.kill(pid_of(tutor), signal.SIGKILL)
            lost = await ear.end()
            assert isinstance(lost, LinkLost)
            assert (lost.title, lost.retry) == ("The offline tutor stopped.", True)
        history = (
            HistoryLine("tutor", "Welcome to the card table. Which card do you hold?"),
            HistoryLine("learner", "ten of clubs"),
            HistoryLine("tutor", said),
        )
        async with call(tutor, replace(AT_CARDS, history=history)) as ear:
            assert (await type_in(ear, "seven of clubs")).endswith("What was he like?")
        pid = pid_of(tutor)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.slow
async def test_a_part_may_be_elsewhere_and_no_key_reaches_the_wrong_server() -> None:
    async with speech_services(answers=deque(["Good evening."])) as elsewhere:
        async with (
            tutoring(chat=elsewhere.service("mind", api_key="sk-mind")) as tutor,
            call(tutor, AT_CARDS) as ear,
        ):
            assert (tutor.name, tutor.capabilities.hears) == ("mind", frozenset({"en"}))
            await ear.link.send(cmd.BeginTurn())
            await speak(ear.link, speech("austen-0880.wav"))
            await ear.link.send(cmd.EndTurn())
            await ear.wait(ev.ReplyEnded)
            assert {"not", "young", "man"} <= set(ear.all(ev.LearnerTextDone)[0].text.split())
            assert sound_ms(ear.events) > 500
            assert ear.all(ev.Trouble) == []
        assert [request.path for request in elsewhere.requests] == [CHAT]
        assert elsewhere.requests[0].headers["authorization"] == "Bearer sk-mind"
        assert "lesson" not in elsewhere.requests[0].json, "that field is for our own"


@pytest.mark.slow
async def test_ours_may_do_a_single_part() -> None:
    async with speech_services(texts=deque(["Hello."]), answers=deque(["Good evening."])) as elsewhere:
        services = {"transcribe": elsewhere.service("ear"), "chat": elsewhere.service("mind")}
        async with tutoring(**services) as tutor, call(tutor) as ear:
            assert tutor.capabilities.hears is None
            await type_in(ear, "Hi.")
            assert sound_ms(ear.events) > 500
        assert {request.path for request in elsewhere.requests} == {CHAT}
        everything = {**services, "speak": elsewhere.service("voice")}
        async with tutoring(**everything) as tutor, call(tutor) as ear:
            await type_in(ear, "Hi.")
            assert tutor.server is None, "nothing is started that nobody needs"
        assert {request.path for request in elsewhere.requests} == {CHAT, SPEAK}


async def test_whisper_whose_folder_is_missing_is_told_and_typing_goes_on(tmp_path: Path) -> None:
    tutor = PipelineTutor(ours=OfflineServer([CARDS], whisper_model=str(tmp_path / "gone")))
    try:
        async with call(tutor, replace(BY_KEY, target_language="ko", offline_lesson="ko-a1-first-words")) as ear:
            await ear.link.send(cmd.BeginTurn())
            await speak(ear.link, speech("cards-001.wav"))
            await ear.link.send(cmd.EndTurn())
            assert (await ear.wait(ev.ReplyEnded)).reason == "nothing understood"
            (trouble,) = ear.all(ev.Trouble)
            assert "is not there" in trouble.title and trouble.hint == "You can go on by typing."
            await ear.link.send(cmd.Greet(""))
            await ear.wait(ev.ReplyEnded, 2)
            assert await type_in(ear, "네")
            assert len(ear.all(ev.Trouble)) == 1
    finally:
        await tutor.close()


@pytest.mark.slow
async def test_a_mind_that_does_not_run_behind_our_server_is_told_and_asked_again() -> None:
    async with speech_services() as services:
        gone = services.base_url
    tutor = PipelineTutor(ours=OfflineServer(chat=Service(gone, "m")))
    try:
        async with call(tutor, BY_KEY) as ear:
            await ear.link.send(cmd.Say("Hi!", "typed_1"))
            assert (await ear.wait(ev.ReplyEnded)).status == "failed"
            await ear.link.send(cmd.Repeat())
            assert (await ear.wait(ev.ReplyEnded, 2)).status == "failed"
            troubles = ear.all(ev.Trouble)
            assert len(troubles) == 2 and troubles[0] == troubles[1]
            assert troubles[0].title.startswith("Nothing answers at 127.0.0.1:")
            assert ear.lost is None
    finally:
        await tutor.close()


@with_one_server
async def test_a_lesson_that_is_missing_is_named_and_typing_goes_on(ours: PipelineTutor) -> None:
    async with call(ours, replace(BY_KEY, offline_lesson="no-such")) as ear:
        await ear.link.send(cmd.Greet("Say hello."))
        assert (await ear.wait(ev.ReplyEnded)).status == "failed"
        (trouble,) = ear.all(ev.Trouble)
        assert "no-such" in trouble.title
        assert ear.lost is None


def pid_of(tutor: PipelineTutor) -> int:
    """Our server's process."""
    assert tutor.server is not None and tutor.server._child is not None
    return tutor.server._child._process.pid


@pytest.mark.slow
@with_one_server
async def test_the_guide_closes_when_the_lessons_clock_says_so(ours: PipelineTutor) -> None:
    async with call(ours, AT_CARDS) as ear:
        await ear.link.send(cmd.Greet("Say hello."))
        await ear.wait(ev.ReplyEnded)
        await ear.link.send(cmd.Note("Lesson clock: half time, 7:30 of 15:00."))
        assert "And the next?" in await type_in(ear, "ten of clubs")
        await ear.link.send(cmd.Note("Lesson clock: begin to close, 12:00 of 15:00."))
        assert "Our time is nearly over." in await type_in(ear, "seven of clubs")
        assert "And the next?" not in await type_in(ear, "yes, once more, please, start again"), "as it was, to its end"
        assert ear.all(ev.Trouble) == []
