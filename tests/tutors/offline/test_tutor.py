"""The offline tutor's child: started, kept, watched, and always ended."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections import deque
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.fair_clock import FairClock
from tests.support.fakes import FakeSoundCard
from tests.support.speech_services import CHAT, speech_services
from tests.tutors.helpers import PLAN, call, hurried, speak
from tests.tutors.test_contract import hold_a_lesson
from tutor_tui.core import events as ev
from tutor_tui.core import pcm
from tutor_tui.core import tutor_commands as cmd
from tutor_tui.core.lesson_plan import HistoryLine, LessonPlan
from tutor_tui.core.pedagogy import HAND_OVER
from tutor_tui.core.problems import LinkLost
from tutor_tui.openai_api.services import Service
from tutor_tui.session.session import Session
from tutor_tui.tutors.offline.server_process import OfflineServer
from tutor_tui.tutors.offline.tutor import OfflineTutor
from tutor_tui.tutors.pipeline.tutor import PipelineTutor


def pid_of(tutor: OfflineTutor) -> int:
    """The child's process id."""
    child = tutor.server._child
    assert child is not None
    return child._process.pid


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def program(tmp_path: Path, source: str) -> OfflineTutor:
    """An offline tutor whose server is `source` instead."""
    path = tmp_path / "server.py"
    path.write_text(source)
    return OfflineTutor(OfflineServer(command=(sys.executable, str(path)), ready_wait_s=1.0))


HISTORY = (HistoryLine("tutor", "Bonjour !"), HistoryLine("learner", "Bonjour."), HistoryLine("tutor", "Ça va ?"))
"""What another tutor taught."""


@pytest.mark.slow
async def test_one_child_serves_all_conversations_with_the_lesson_of_each_and_ends_with_the_tutor() -> None:
    tutor = OfflineTutor(hurried())
    pids = set[int]()

    async def greeted(plan: LessonPlan, opening: str = "") -> str:
        async with call(tutor, plan) as ear:
            pids.add(pid_of(tutor))
            await ear.link.send(cmd.Greet(opening))
            return (await ear.wait(ev.TutorTextDone)).text

    first = await greeted(replace(PLAN, offline_lesson="en-a1-first-words"))
    assert first != await greeted(replace(PLAN, offline_lesson="en-a2-my-day"))
    taught = replace(PLAN, target_language="en", native_language="en", history=HISTORY)
    taken_over = await greeted(taught, HAND_OVER)
    assert taken_over.startswith("I am the offline tutor, and I take over from here.")
    gone_on = await greeted(taught, "Greet the learner.")
    assert gone_on.startswith("Hello, and welcome!"), "by another profile"
    assert all("My name is Sam. What is your name?" in text for text in (taken_over, gone_on))

    (pid,) = pids
    clock = FairClock()
    await tutor.close()
    assert clock.seconds < 2.0
    assert not lives(pid)
    await tutor.close()


@pytest.mark.slow
async def test_a_child_that_died_is_told_and_replaced() -> None:
    tutor = OfflineTutor()
    try:
        with pytest.raises(LinkLost) as lost:
            async with call(tutor) as ear:
                first = pid_of(tutor)
                os.kill(first, signal.SIGKILL)
                raise await ear.end() or AssertionError("the link did not notice")
        assert lost.value.title == "The offline tutor stopped."
        assert lost.value.retry
        async with call(tutor) as ear:
            assert pid_of(tutor) != first
            await ear.link.send(cmd.Greet(""))
            await ear.wait(ev.ReplyEnded)
    finally:
        await tutor.close()


async def test_the_token_is_no_argument_and_the_cloud_keys_stay_with_us(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    monkeypatch.setenv("AZURE_OPENAI_API_KEY", "sk-secret")
    note = tmp_path / "note"
    tutor = program(
        tmp_path,
        f"import os, sys\nopen({str(note)!r}, 'w').write("
        "f\"{len(os.environ['TUTOR_TUI_OFFLINE_TOKEN'])} {'sk-secret' in os.environ.values()} {sys.argv[1:]}\")",
    )
    with pytest.raises(LinkLost):
        async with tutor.connect(PLAN):
            pass
    assert note.read_text() == "43 False ['--port', '0', '--with-parent']"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("import sys; print('no voice library', file=sys.stderr); sys.exit(4)", "no voice library"),
        ("raise RuntimeError('broken')", "RuntimeError: broken"),
        ("print('hello', flush=True)", "doctor"),
        ("print('ready soon', flush=True)", "doctor"),
        ("import time; time.sleep(60)", "not ready within 1 s"),
        ("import sys; sys.stderr.write('x' * 200_000); sys.exit(1)", "…"),
        ("import sys; sys.stderr.buffer.write(b'\\x1b[31m\\xff red'); sys.exit(1)", "red"),
    ],
    ids=["says why", "crashes", "says nonsense", "no port", "hangs", "shouts", "paints"],
)
async def test_a_server_that_does_not_start_is_told_with_its_last_words(
    tmp_path: Path, source: str, words: str
) -> None:
    tutor = program(tmp_path, source)
    with pytest.raises(LinkLost) as lost:
        async with tutor.connect(PLAN):
            pass
    assert lost.value.title == "The offline tutor does not start."
    assert words in lost.value.hint
    assert lost.value.hint.isprintable()
    await tutor.close()


async def test_a_program_that_cannot_be_started_is_told() -> None:
    tutor = OfflineTutor(OfflineServer(command=("/no/such/python",)))
    with pytest.raises(LinkLost) as lost:
        async with tutor.connect(PLAN):
            pass
    assert not lost.value.retry
    await tutor.close()


async def test_a_server_that_will_not_end_is_made_to(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    tutor = program(
        tmp_path,
        "import os, signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        f"open({str(note)!r}, 'w').write(str(os.getpid()))\n"
        "print('ready 1', flush=True)\ntime.sleep(60)",
    )
    with pytest.raises(LinkLost):
        async with tutor.connect(PLAN):
            pass
    clock = FairClock()
    await tutor.close()
    assert clock.seconds < 2.0
    assert not lives(int(note.read_text()))


async def test_giving_up_while_it_starts_leaves_no_child(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    tutor = program(tmp_path, f"import os, time\nopen({str(note)!r}, 'w').write(str(os.getpid()))\ntime.sleep(60)")

    async def connect() -> None:
        async with tutor.connect(PLAN):
            pass

    task = asyncio.create_task(connect())
    async with asyncio.timeout(5):
        while not note.exists() or not note.read_text():  # noqa: ASYNC110 - another process writes it
            await asyncio.sleep(0.02)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not lives(int(note.read_text()))


# ---- its mind and its ears ------------------------------------------------------------------------------------------


async def test_with_a_mind_of_its_own_it_talks_by_the_instructions_and_calls_tools() -> None:
    async with speech_services() as services:
        services.answers += ["Hello there!", "Good."]
        tutor = OfflineTutor(OfflineServer(chat=Service(services.base_url, "m", "sk-chat")))
        try:
            async with call(tutor) as ear:
                await ear.link.send(cmd.Greet("Greet the learner."))
                assert (await ear.wait(ev.TutorTextDone)).text == "Hello there!"
                await ear.wait(ev.ReplyEnded)
                await ear.link.send(cmd.Say("I am fine.", "typed_1"))
                assert (await ear.wait(ev.TutorTextDone, 2)).text == "Good."
                assert ear.all(ev.Trouble) == []
        finally:
            await tutor.close()
        asked = services.to(CHAT)[-1]
        assert asked.headers["authorization"] == "Bearer sk-chat"
        assert asked.json["messages"][0]["content"].startswith("Teach.")
        assert [message["content"] for message in asked.json["messages"][1:]] == [
            "Greet the learner.",
            "Hello there!",
            "I am fine.",
        ]


async def test_a_mind_that_does_not_run_is_told_and_the_lesson_goes_on() -> None:
    async with speech_services() as services:
        gone = services.base_url
    tutor = OfflineTutor(OfflineServer(chat=Service(gone, "m")))
    try:
        async with call(tutor) as ear:
            for number in (1, 2):
                await ear.link.send(cmd.Greet(""))
                assert (await ear.wait(ev.ReplyEnded, number)).status == "failed"
            trouble = ear.all(ev.Trouble)[0]
            assert trouble.title == "The tutor could not answer."
            assert trouble.hint.startswith("Nothing answers at 127.0.0.1:")
            assert ear.lost is None
    finally:
        await tutor.close()


async def test_a_whisper_folder_that_is_missing_is_told_and_the_lesson_goes_on(tmp_path: Path) -> None:
    tutor = OfflineTutor(OfflineServer(whisper_model=str(tmp_path / "gone")))
    assert tutor.capabilities.hears is None
    try:
        async with call(tutor, replace(PLAN, target_language="ko", offline_lesson="ko-a1-first-words")) as ear:
            await speak(ear.link, bytes(pcm.bytes_of(100)))  # who only types need not know
            trouble = await ear.wait(ev.Trouble, timeout_s=20)
            assert trouble.title == "Whisper is not listening: without it the lesson's answers are heard."
            assert "is not there" in trouble.hint
            await ear.link.send(cmd.Say("네", "typed_1"))
            assert (await ear.wait(ev.ReplyEnded)).status == "completed"
            assert ear.all(ev.PlanRefused) == [] and len(ear.all(ev.Trouble)) == 1
    finally:
        await tutor.close()


async def test_the_keys_of_the_mind_are_no_arguments(tmp_path: Path) -> None:
    note = tmp_path / "note"
    path = tmp_path / "server.py"
    path.write_text(
        f"import os, sys\nopen({str(note)!r}, 'w').write("
        "f\"{os.environ['TUTOR_TUI_OFFLINE_MIND_KEY']} {' '.join(sys.argv[1:])}\")"
    )
    server = OfflineServer(
        chat=Service("http://127.0.0.1:11434/v1", "", "sk-chat"),
        whisper_model="small",
        whisper_download=True,
        command=(sys.executable, str(path)),
    )
    tutor = OfflineTutor(server)
    with pytest.raises(LinkLost):
        async with tutor.connect(PLAN):
            pass
    arguments = "--port 0 --with-parent --mind chat --chat-url http://127.0.0.1:11434/v1 --chat-model="
    assert note.read_text() == f"sk-chat {arguments} --whisper=small --whisper-download"


@pytest.mark.slow
async def test_with_a_mind_of_its_own_it_holds_a_lesson() -> None:
    answers = deque(["Hello there!", "Well said.", "I see. And then? " * 5, "I see. And then?", "Good."])
    async with speech_services(answers=answers) as services:
        tutor = OfflineTutor(OfflineServer(chat=Service(services.base_url, "m")))
        try:
            async with call(tutor) as ear:
                await hold_a_lesson(ear)
                assert ear.all(ev.Trouble) == [] and ear.all(ev.Unknown) == [] and ear.lost is None
        finally:
            await tutor.close()
        spoken = services.to(CHAT)[1].json["messages"][-1]
        assert spoken["role"] == "user" and len(spoken["content"].split()) > 3, "what was heard by ear"


@pytest.mark.slow
@pytest.mark.parametrize("by", ["our own clock", "a learner of a pipeline"])
async def test_a_learner_who_says_nothing_is_seen_after_once(by: str) -> None:
    plan = replace(PLAN, offline_lesson="en-a1-first-words", check_in_s=0.2, opening="Begin.")
    tutor = OfflineTutor(hurried()) if by == "our own clock" else PipelineTutor(ours=hurried())
    session = Session(tutor=tutor, sound=FakeSoundCard(pace=20.0), plan=plan)
    running = asyncio.create_task(session.run())
    try:
        async with asyncio.timeout(60):
            while session.lesson.replies < 2:  # noqa: ASYNC110 - the lesson is a value to look at
                await asyncio.sleep(0.01)
        greeting, check_in = session.lesson.turns
        question = "My name is Sam. What is your name?"
        assert question in greeting.text and question in check_in.text
        assert check_in.text.startswith("Take your time.")
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await tutor.close()
