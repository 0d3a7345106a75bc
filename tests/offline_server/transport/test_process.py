"""`python -m tutor_tui.offline_server` as its starter sees it: the ready line, its end, and its complaints."""

from __future__ import annotations

import asyncio
import os
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from tests.offline_server.client import PATIENCE_S, TOKEN, b64, dialled, speech
from tests.support.fair_clock import FairClock
from tutor_tui.openai_api.private_extensions import WITH_PARENT

COMMAND = (sys.executable, "-m", "tutor_tui.offline_server")
SOON_S = 5.0
"""It takes a few tenths; a busy machine may need more, and what would be waited for takes ten."""


@asynccontextmanager
async def running(*arguments: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, int]]:
    """The program and its port."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *COMMAND, "--token", TOKEN, *arguments, stdin=pipe, stdout=pipe, stderr=pipe
    )
    try:
        assert process.stdout is not None
        word, number = (await asyncio.wait_for(process.stdout.readline(), PATIENCE_S)).split()
        assert word == b"ready"
        yield process, int(number)
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def _ends(process: asyncio.subprocess.Process) -> float:
    """Seconds until it has ended well, without those in which it stood in line for a processor."""
    clock, ending = FairClock(process.pid), asyncio.ensure_future(process.wait())
    async with asyncio.timeout(PATIENCE_S):
        while not ending.done():
            await asyncio.wait([ending], timeout=0.1)
            _ = clock.seconds  # what a process has waited is forgotten with it
    assert ending.result() == 0
    return clock.seconds


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_ends_at_once_when_told_even_in_mid_sentence(number: signal.Signals) -> None:
    async with running() as (process, port), dialled(port) as client:
        await client.ask("response.create", "response.output_audio.delta")
        for _ in range(6):
            await client.hear(speech("austen-0870.wav"))  # ears full of work: ten seconds of it
        process.send_signal(number)
        assert await _ends(process) < SOON_S
        assert process.stderr is not None and await process.stderr.read() == b""


@pytest.mark.slow
async def test_a_learner_who_leaves_in_mid_sentence_leaves_nothing_to_complain_about() -> None:
    async with running() as (process, port):
        async with dialled(port) as client:
            await client.ask("response.create", "response.output_audio.delta")
        await asyncio.sleep(0.2)
        process.terminate()
        assert await _ends(process) < SOON_S
        assert process.stderr is not None and await process.stderr.read() == b""


@pytest.mark.slow
async def test_it_ends_with_who_started_it() -> None:
    async with running(WITH_PARENT) as (process, port), dialled(port):
        assert process.stdin is not None
        process.stdin.close()
        assert await _ends(process) < SOON_S


async def test_it_ends_with_its_parent_even_if_somebody_holds_its_input_open(tmp_path: Path) -> None:
    reader, writer = os.pipe()  # we hold the writing end: no end of file will come
    out = tmp_path / "out"
    command = f"exec 3>{out}; {' '.join(COMMAND)} --token {TOKEN} {WITH_PARENT} >&3 2>&1 & echo $!; sleep 0.1"
    script = f"{command}; while ! grep -q ready {out}; do sleep 0.1; done"
    parent = await asyncio.create_subprocess_exec("sh", "-c", script, stdin=reader, stdout=asyncio.subprocess.PIPE)
    assert parent.stdout is not None
    child = int(await parent.stdout.readline())
    await parent.wait()
    try:
        async with asyncio.timeout(PATIENCE_S):
            while _lives(child):  # noqa: ASYNC110 - it is not our child: nobody tells us
                await asyncio.sleep(0.05)
    finally:
        os.close(reader)
        os.close(writer)


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ([], 2, "needs a token"),
        (["--token", TOKEN, "--fault", "odd=1"], 2, "unrecognized arguments: --fault"),
        (["--token", TOKEN, "--port", "many"], 2, "--port"),
        (["--token", TOKEN, "--port", "70000"], 2, "from 0 to 65535"),
    ],
)
def test_a_mistake_is_one_sentence_and_an_exit_code(arguments: list[str], code: int, says: str) -> None:
    ended = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, timeout=20, check=False)
    assert ended.returncode == code
    assert says in ended.stderr and "Traceback" not in ended.stderr
    assert TOKEN not in ended.stderr and ended.stdout == ""


def test_a_fault_that_does_not_exist_is_one_sentence() -> None:
    command = [sys.executable, "-m", "tutor_tui.testing.faulty_server", "--token", TOKEN, "--fault", "boredom=1"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "no fault 'boredom'" in ended.stderr and "Traceback" not in ended.stderr


def test_a_port_in_use_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        command = [*COMMAND, "--token", TOKEN, "--port", port]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert ended.returncode == 4
    assert "in use" in ended.stderr and "--port" in ended.stderr


@pytest.mark.slow
async def test_the_token_may_come_by_environment() -> None:
    environment = os.environ | {"TUTOR_TUI_OFFLINE_TOKEN": TOKEN}
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*COMMAND, env=environment, stdin=pipe, stdout=pipe)
    try:
        assert process.stdout is not None
        port = int((await process.stdout.readline()).split()[1])
        async with dialled(port) as client:
            await client.update(instructions="hello")
    finally:
        process.kill()
        await process.wait()


@pytest.mark.slow
async def test_nothing_that_is_said_reaches_its_output() -> None:
    async with running() as (process, port):
        async with dialled(port) as client:
            item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "my little secret"}]}
            await client.send("conversation.item.create", item=item)
            await client.ask("response.create", "response.done")
            await client.socket.send('{"type": "my little secret')
            await client.send("input_audio_buffer.append", audio=b64(speech("cards-001.wav")))
            await client.until("error")
        process.terminate()
        assert process.stdout is not None and process.stderr is not None
        assert await process.stdout.read() + await process.stderr.read() == b""


@pytest.mark.slow
async def test_without_an_input_and_after_its_starter_it_serves_until_a_signal_ends_it() -> None:
    """As a script, cron or a service manager starts it: in the background, with nothing to read."""
    script = f"{shlex.join([*COMMAND, '--port', '0'])} </dev/null & echo $!"
    environment = os.environ | {"TUTOR_TUI_OFFLINE_TOKEN": TOKEN}
    shell = await asyncio.create_subprocess_exec(
        "sh", "-c", script, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, env=environment
    )
    assert shell.stdout is not None
    pid = int(await asyncio.wait_for(shell.stdout.readline(), PATIENCE_S))
    try:
        word, number = (await asyncio.wait_for(shell.stdout.readline(), PATIENCE_S)).split()
        assert word == b"ready"
        assert await shell.wait() == 0
        await asyncio.sleep(1.5)  # three looks at the parent
        async with dialled(int(number)) as client:
            await client.ask("response.create", "response.done")
    finally:
        os.kill(pid, signal.SIGTERM)
    async with asyncio.timeout(SOON_S):
        assert await shell.stdout.read() == b"", "its end closes the pipe"
