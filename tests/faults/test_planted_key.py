"""A planted key: wherever it stands, whatever the server does with it and however the lesson ends, nothing has it.

All that a lesson and the commands write is searched: log, wire recording, library with its WAL, exports, backup (its
members unpacked), crash note, screenshots, and each byte that went to the terminal. A word that the same server says
in the same breath is found by the same search, so the search can find something.
"""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import quote
from zipfile import ZipFile, is_zipfile

import pytest

from tests.cli.test_main import clean_environment
from tests.support.door import refusal
from tests.support.paths import folders_below
from tests.support.strict_calls import Call
from tests.support.strict_server import Behaviour, Reply, StrictServer, tone
from tests.support.terminal import Terminal
from tutor_tui.app.shutdown import Shutdown
from tutor_tui.config.log_file import DiscreetFormatter
from tutor_tui.core.problems import ExitCode
from tutor_tui.library.export import FORMATS

KEY = "sk-proj-Planted0Key/9f+8Hq2LmN7pRsT=vWxYz"
WORD = "wassermelone"
HALF = len(KEY) // 2
URL_ENCODED = quote(KEY, safe="")
WHOLLY_ENCODED = "".join(f"%{ord(char):02X}" for char in KEY)
JSON_ENCODED = "".join(f"\\u{ord(char):04x}" for char in KEY)
SEARCHED = tuple(
    each.lower().encode()
    for each in (KEY, URL_ENCODED, quote(URL_ENCODED), WHOLLY_ENCODED, JSON_ENCODED, KEY[:HALF], KEY[HALF:])
)
ECHOES = (
    f"Incorrect API key provided: {KEY}. {WORD}",
    f"{KEY.upper()} {KEY.lower()} {KEY!r} {KEY.encode()!r}",
    f"{KEY[:12]}**************{KEY[-6:]} {KEY[:HALF]} {KEY[HALF:]}",
    f"GET https://user:{KEY}@api.example/v1?model=m&api_key={URL_ENCODED}#access_token={KEY}",
    f"Authorization: Bearer {KEY}\r\napi-key: {KEY}",
    f"{URL_ENCODED} {quote(URL_ENCODED)} {WHOLLY_ENCODED} {JSON_ENCODED} {json.dumps(json.dumps(KEY))}",
)
MISUSED = (
    *({"type": "error", "error": {"type": "x", "code": "odd", "message": echo}} for echo in ECHOES),
    {"type": "error", "error": {"type": KEY, "code": KEY, "message": KEY, "param": KEY, "event_id": KEY}},
    {"type": KEY, "item_id": KEY},
    {"type": "conversation.item.input_audio_transcription.delta", "item_id": KEY, "content_index": 0, "delta": KEY},
    {"type": "response.output_audio.delta", "response_id": KEY, "item_id": KEY, "delta": KEY},
)
FRAMES: tuple[str | bytes, ...] = (*map(json.dumps, MISUSED), f'{{"broken": "{KEY}', KEY.encode(), f'"{KEY}"')
NOTE = {"said": f"my {WORD} is {KEY}", "better": KEY, "reason": f"{WORD} {KEY}", "kind": "grammar"}
REPLY = Reply(f"The {WORD} and {KEY}, {KEY.upper()}.", tone(20), calls=[Call("note_correction", json.dumps(NOTE))])


def hits(place: str, data: bytes) -> list[str]:
    """In what spelling the key is in there."""
    return [f"{place}: {each.decode()}" for each in SEARCHED if each in data.lower()]


def written(home: Path, planted: Path | None) -> dict[str, bytes]:
    """All files below `home` but the one in which the key was planted; of an archive, what is in it."""
    found = dict[str, bytes]()
    for file in home.rglob("*"):
        if file.is_file() and file != planted:
            name = str(file.relative_to(home))
            found[name] = file.read_bytes()
            if is_zipfile(file):
                with ZipFile(file) as archive:
                    found |= {f"{name}: {member}": archive.read(member) for member in archive.namelist()}
    return found


# ---- where it stands ------------------------------------------------------------------------------------------------


def in_environment(_home: Path) -> tuple[Path | None, dict[str, str]]:
    return None, {"OPENAI_API_KEY": KEY}


def in_env_file(home: Path) -> tuple[Path | None, dict[str, str]]:
    return _file(folders_below(home).env_file, f"OPENAI_API_KEY={KEY}\n"), {}


def in_keys_file(home: Path) -> tuple[Path | None, dict[str, str]]:
    return _file(folders_below(home).keys_file, json.dumps({"in_keyring": [], "keys": {"OPENAI_API_KEY": KEY}})), {}


def _file(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True)
    file.write_text(text)
    return file


Planting = Callable[[Path], tuple[Path | None, dict[str, str]]]


# ---- how the lesson ends --------------------------------------------------------------------------------------------

BREAKS = f"""
from tutor_tui.plain.narrator import Narrator
def tell(self, lesson, tell=Narrator.tell):
    lines = tell(self, lesson)
    if any("Tutor: " in line for line in lines):
        try:
            raise KeyError({KEY!r})
        except KeyError as inner:
            raise AttributeError("no attribute " + {KEY!r}) from inner
    return lines
Narrator.tell = tell
"""
MAIN = "import sys; from tutor_tui.__main__ import main; sys.exit(main())"


@asynccontextmanager
async def refusing() -> AsyncIterator[str]:
    """A server that refuses everybody, and says whom."""
    body = json.dumps({"error": {"code": "invalid_api_key", "message": f"{WORD}: {ECHOES[0]} {ECHOES[3]}"}})
    answer = refusal(401, body, f"WWW-Authenticate: Bearer {KEY}")

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()

    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"


async def lesson(home: Path, url: str, environ: dict[str, str], code: str = "") -> asyncio.subprocess.Process:
    """A lesson in plain lines, with all that it can be asked to write."""
    arguments = ["plain", "--base-url", url, "--log-file", "lesson.log", "--record-wire", "wire"]
    with (home / "stdout").open("wb") as out, (home / "stderr").open("wb") as err:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", f"{code}\n{MAIN}", *arguments),
            env=clean_environment(home) | environ,
            cwd=home,
            stdin=asyncio.subprocess.PIPE,
            stdout=out,
            stderr=err,
        )
    typed(process, f"my {WORD} is {KEY}")
    return process


def typed(process: asyncio.subprocess.Process, line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(f"{line}\n".encode())


async def told(file: Path, words: str) -> None:
    """Wait until a lesson has written this."""

    def wait() -> None:
        deadline_s = time.monotonic() + 60
        while words not in file.read_text(errors="replace"):
            assert time.monotonic() < deadline_s, f"{words!r} never came"
            time.sleep(0.02)

    await asyncio.to_thread(wait)


async def is_left(process: asyncio.subprocess.Process, home: Path, server: StrictServer) -> None:
    await told(home / "stdout", "You: ")
    await server.wait_told("response.done", 2)
    wal = folders_below(home).library_file.with_name("library.sqlite3-wal")
    await told(wal, WORD)
    assert hits("while it goes on", wal.read_bytes()) == []
    typed(process, "/quit")
    assert await process.wait() == ExitCode.OK


async def is_terminated(process: asyncio.subprocess.Process, home: Path, server: StrictServer) -> None:
    await told(home / "stdout", "Tutor: ")
    process.send_signal(signal.SIGTERM)
    assert await process.wait() == ExitCode.INTERRUPTED


async def loses_its_server(process: asyncio.subprocess.Process, home: Path, server: StrictServer) -> None:
    await told(home / "stdout", "Tutor: ")
    server.behaviour.token = "another"
    await server.close(1011, f"{WORD} {KEY[:60]}")
    await told(home / "stdout", "refuses the API key")
    typed(process, "/quit")
    assert await process.wait() == ExitCode.OK


async def breaks(process: asyncio.subprocess.Process, home: Path, server: StrictServer) -> None:
    assert await process.wait() == ExitCode.UNEXPECTED
    assert "AttributeError" in (home / "lesson.log").read_text()


# ---- what commands make of it ---------------------------------------------------------------------------------------


def use_commands(home: Path, environ: dict[str, str]) -> None:
    """Everything that can be asked of a kept lesson and of the settings, in one process."""
    commands = [["export", "last", "--format", each, "-o", f"lesson.{each}"] for each in FORMATS]
    commands += [["backup", "backup.zip"], ["history"], ["history", "show", "last"], ["history", "search", WORD]]
    commands += [["history", "show", "last", "--json"], ["config"], ["key"], ["completion", "bash"], ["key", KEY]]
    commands += [["doctor", "--probe", f"https://api.example/v1?key={URL_ENCODED}"], [KEY], ["--model", KEY, "config"]]
    commands += [
        ["--base-url", f"https://u:{KEY}@h/v1", "plain"],
        ["doctor", "--probe", "http://h/v1", "--key-env", KEY],
    ]
    script = f"from tutor_tui.cli.main import main\nfor each in {commands!r}: main(each)"
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=clean_environment(home) | environ,
        cwd=home,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=True,
    )
    (home / "of commands").write_bytes(done.stdout + done.stderr)


End = Callable[[asyncio.subprocess.Process, Path, StrictServer], Awaitable[None]]


@pytest.mark.parametrize(
    ("plant", "end"),
    [
        (in_environment, is_left),
        (in_env_file, loses_its_server),
        (in_keys_file, is_terminated),
        (in_environment, breaks),
    ],
)
async def test_nothing_that_is_written_has_the_key(plant: Planting, end: End, tmp_path: Path) -> None:
    planted, environ = plant(tmp_path)
    async with StrictServer(Behaviour(replies=[REPLY], opening_frames=FRAMES)) as server:
        process = await lesson(tmp_path, server.base_url, environ, BREAKS if end is breaks else "")
        try:
            await end(process, tmp_path, server)
        finally:
            if process.returncode is None:
                process.kill()
        assert server.handshakes[0][1]["authorization"] == f"Bearer {KEY}"
    use_commands(tmp_path, environ)
    files = written(tmp_path, planted)
    assert [hit for name, data in files.items() for hit in hits(name, data)] == []
    with_word = {name for name, data in files.items() if WORD.encode() in data.lower()}
    assert {"wire", "backup.zip: library.sqlite3", "of commands", *(f"lesson.{each}" for each in FORMATS)} <= with_word
    assert "lesson.log" not in with_word and "lesson.log" in files
    assert planted is None or hits("planted", planted.read_bytes())


async def test_a_refusal_that_repeats_the_key_is_told_without_it(tmp_path: Path) -> None:
    planted, environ = in_env_file(tmp_path)
    async with refusing() as url:
        process = await lesson(tmp_path, url, environ)
        typed(process, "/quit")
        assert await process.wait() == ExitCode.TUTOR
    files = written(tmp_path, planted)
    assert [hit for name, data in files.items() for hit in hits(name, data)] == []
    assert all(b"refuses the API key" in files[name] for name in ("stdout", "stderr", "wire"))


def test_a_fault_in_a_thread_is_not_printed(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    def break_down() -> None:
        raise ValueError(KEY)

    before = threading.excepthook
    with Shutdown(screen=False):
        thread = threading.Thread(target=break_down, name="of a library")
        thread.start()
        thread.join()
    assert threading.excepthook is before
    assert capfd.readouterr() == ("", "")
    (record,) = caplog.records
    line = DiscreetFormatter().format(record)
    assert line.startswith("a fault in the thread of a library\n") and line.endswith("builtins.ValueError")
    assert hits("log", line.encode()) == []


SCREEN_BREAKS = f"""
from tutor_tui.ui.screens.lesson import LessonScreen
def action_hint(self):
    words = {KEY!r}
    raise ValueError("of the key " + words)
LessonScreen.action_hint = action_hint
"""


@pytest.mark.real_time
async def test_no_byte_on_the_terminal_has_the_key(tmp_path: Path) -> None:
    planted, environ = in_keys_file(tmp_path)
    async with StrictServer(Behaviour(replies=[REPLY], opening_frames=FRAMES)) as server:
        arguments = ["--base-url", server.base_url, "--log-file", "lesson.log"]
        command = [sys.executable, "-c", f"{SCREEN_BREAKS}\n{MAIN}", *arguments]
        environment = clean_environment(tmp_path) | environ
        with Terminal(command, width=120, height=40, env=environment, cwd=tmp_path, keep_output=True) as terminal:
            await asyncio.to_thread(terminal.wait_for, f"The {WORD} and ••••")
            terminal.screenshot(tmp_path / "screen.svg")
            terminal.send("i")
            assert await asyncio.to_thread(terminal.wait_for_exit) == ExitCode.UNEXPECTED
            assert terminal.is_restored
            (tmp_path / "terminal").write_text(terminal.output + terminal.text)
    files = written(tmp_path, planted)
    assert [hit for name, data in files.items() for hit in hits(name, data)] == []
    assert WORD.encode() in files["terminal"] and b">w<" in files["screen.svg"]
    assert b"in action_hint" in files["lesson.log"]
