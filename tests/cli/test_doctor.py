"""`tutor-tui doctor`: every line of it, on a machine with sound and without, before endpoints of every kind."""

from __future__ import annotations

import asyncio
import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.cli.test_main import ENGINES, Runner, clean_environment, one_sentence
from tests.cli.test_main import run as run
from tests.support.fake_keyring import FakeKeyring, Install, KeyringLocked
from tests.support.fake_keyring import install as install
from tests.support.fakes import FakeLink, FakeTutor
from tests.support.kept_lessons import fill
from tests.support.paths import folders_below
from tests.support.pulse import PulseServer, tone
from tutor_tui.app.configured import configure
from tutor_tui.audio.microphone import MicrophoneLevel
from tutor_tui.cli.doctor import checks
from tutor_tui.cli.doctor.library import library
from tutor_tui.cli.doctor.report import Check, Finding, Setup
from tutor_tui.cli.doctor.sound import level_finding, losses_finding
from tutor_tui.cli.output import RED, coloured
from tutor_tui.config.command_line import Options
from tutor_tui.config.paths import shown
from tutor_tui.config.stored_keys import save_key
from tutor_tui.core.events import TutorAudio
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.lesson_records import LessonRecord
from tutor_tui.core.model_catalog import DEFAULT_MODEL
from tutor_tui.core.ports import SoundCounters
from tutor_tui.core.problems import ExitCode
from tutor_tui.library.overflow_journal import SUFFIX, OverflowJournal, temporary_folder
from tutor_tui.tutors.offline.server_process import OfflineServer
from tutor_tui.tutors.offline.tutor import OfflineTutor
from tutor_tui.tutors.registry import TutorOptions

KEY = "sk-doctor-secret"
MODELS = {"data": [{"id": DEFAULT_MODEL}, {"id": "gpt-realtime"}]}
MakeSetup = Callable[..., Setup]


class Endpoint:
    """A server that answers as it is told and remembers what it was asked."""

    def __init__(self, status: int = 200, body: bytes = json.dumps(MODELS).encode(), location: str = "") -> None:
        self.asked: list[tuple[str, str]] = []
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                keys = (self.headers.get(name) for name in ("Authorization", "api-key"))
                endpoint.asked.append((self.path, " and ".join(key for key in keys if key)))
                self.send_response(status)
                if location:
                    self.send_header("Location", location)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                try:
                    self.wfile.write(body)
                except OSError:
                    return  # the reader has had enough

            def log_message(self, *_words: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"

    @contextmanager
    def serving(self) -> Iterator[Endpoint]:
        thread = threading.Thread(target=self._server.serve_forever)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            thread.join()
            self._server.server_close()


@pytest.fixture
def make_setup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MakeSetup:
    """A setup to examine, with these settings and an empty home."""

    def make(prompts: Path | None = None, key: str | None = KEY, **settings: str) -> Setup:
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
        monkeypatch.chdir(tmp_path)
        monkeypatch.delenv("OPENAI_API_KEY", raising=False)
        if key is not None:
            monkeypatch.setenv("OPENAI_API_KEY", key)
        given = {f"tutor.{name}": (f"--{name}", value) for name, value in settings.items()}
        options = Options(command="doctor", settings=given, prompts=prompts)
        return Setup(options, configure(options))

    return make


async def findings(check: Check, setup: Setup) -> Sequence[Finding]:
    return [each async for each in checks.findings_of(check, setup)]


# ---- the whole ------------------------------------------------------------------------------------------------------


def lines_of(output: str) -> dict[str, str]:
    """What was said about each subject; the verdict first."""
    return {line.split()[1]: line for line in output.splitlines()}


@pytest.mark.slow
def test_a_machine_with_sound_is_well(run: Runner) -> None:
    with PulseServer() as pulse:
        result = run("doctor", **pulse.variables)
    assert result.returncode == ExitCode.OK, result.stdout
    assert result.stderr == ""
    assert "\x1b" not in result.stdout
    lines = lines_of(result.stdout)
    of_sound = ["PortAudio", "speaker", "microphone", "level", "losses"]
    assert list(lines) == [*of_sound, "key", "offline", "ears", "voices", "prompts", "library"]
    assert " lost in 2 s" in lines.pop("losses"), "how much of it depends on how busy this machine is"
    verdicts = {what: line.split()[0] for what, line in lines.items()}
    assert verdicts == dict.fromkeys(lines, "ok") | {"level": "note", "key": "note"}
    assert "is completely silent" in lines["level"]
    assert "OPENAI_API_KEY=your-key into .env" in lines["key"]
    assert "The offline tutor greets after" in lines["offline"]
    assert "what its lessons listen for in" in lines["ears"] and "speech_to_text to auto" in lines["ears"]
    spent = re.search(r"Korean takes (\d+) MB of memory and (\d\.\d\d) s of processor time a second", lines["ears"])
    assert spent and int(spent[1]) > 20 and float(spent[2]) > 0
    assert "the lesson begins with korean-tutor" in lines["prompts"]


@pytest.mark.slow
def test_a_voice_in_the_microphone_is_measured(run: Runner) -> None:
    with PulseServer() as pulse:
        pulse.feed(tone(90, level=8000), wait=False)  # for longer than the slowest machine takes to listen
        result = run("doctor", without=ENGINES, **pulse.variables)
    # A sine of 8000 in 32768 has an RMS of -15.3 dBFS.
    level = lines_of(result.stdout)["level"]
    assert re.fullmatch(r"ok    level       -15 dBFS on average, -15 at most, in (1\.[89]|2\.[01]) s\.", level)


@pytest.mark.slow
def test_the_worst_finding_is_the_exit_code_and_hides_no_other(run: Runner, tmp_path: Path) -> None:
    (tmp_path / "bad.md").write_text("---\nname: Bad\n---\n")
    result = run("doctor", "--prompts", str(tmp_path), "--tutor", "openai", without=("ears", "voices"))
    assert result.returncode == ExitCode.SOUND
    lines = lines_of(result.stdout)
    assert lines["microphone"].startswith("BAD   microphone")
    assert "PULSE_SERVER" in lines["microphone"]
    assert "OPENAI_API_KEY is not set" in lines["key"]
    assert lines["offline"].startswith("ok")
    assert result.stdout.count("\n") == len(result.stdout.splitlines()) == 8
    assert f"{tmp_path / 'bad.md'}, line 1: language: is missing" in result.stdout


def test_an_unwritable_log_stops(run: Runner) -> None:
    assert "cannot be written" in one_sentence(run("doctor", "--log-file", "/nowhere/log"), ExitCode.USAGE)


def test_colours_only_where_they_are_seen_and_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    class Screen(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert coloured("BAD", RED, Screen()) == "\x1b[31mBAD\x1b[0m"
    assert coloured("BAD", RED, io.StringIO()) == "BAD"
    monkeypatch.setenv("TERM", "dumb")
    assert coloured("BAD", RED, Screen()) == "BAD"
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    assert coloured("BAD", RED, Screen()) == "BAD"


# ---- the endpoint ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("endpoint", "verdict", "said", "code"),
    [
        (Endpoint(), "ok", f"takes the key and has {DEFAULT_MODEL}", ExitCode.OK),
        (Endpoint(body=b"{}"), "note", f"takes the key but does not list {DEFAULT_MODEL}", ExitCode.OK),
        (Endpoint(body=b"\x00" * 3_000_000), "note", "does not list", ExitCode.OK),
        (Endpoint(401, b"sk-doctor-secret is wrong"), "BAD", "refuses the key (HTTP 401)", ExitCode.TUTOR),
        (Endpoint(403), "BAD", "refuses the key (HTTP 403)", ExitCode.TUTOR),
        (Endpoint(404), "note", "lists no models (HTTP 404)", ExitCode.OK),
        (Endpoint(500), "BAD", "answers with HTTP 500", ExitCode.TUTOR),
    ],
)
async def test_what_an_endpoint_answers(
    endpoint: Endpoint, verdict: str, said: str, code: ExitCode, make_setup: MakeSetup
) -> None:
    with endpoint.serving():
        (found,) = await findings(checks.endpoint, make_setup(base_url=endpoint.url))
    assert (found.verdict, found.exit_code) == (verdict, code)
    assert said in found.said
    assert KEY not in str(found)
    assert endpoint.asked == [("/v1/models", f"Bearer {KEY}")]


async def test_azure_is_asked_with_its_own_header(make_setup: MakeSetup) -> None:
    with Endpoint().serving() as endpoint:
        url = endpoint.url.replace("/v1", "/openai/v1")
        (found,) = await findings(checks.endpoint, make_setup(base_url=url, dialect="azure"))
    assert found.verdict == "ok"
    assert endpoint.asked == [("/openai/v1/models", KEY)]


async def test_a_key_that_azure_lacks_is_called_by_its_name(make_setup: MakeSetup) -> None:
    where = {"base_url": "https://mine.openai.azure.com/openai/v1", "dialect": "azure"}
    (found,) = await findings(checks.key, make_setup(key=None, **where))
    assert "AZURE_OPENAI_API_KEY is not set" in found.said
    assert "AZURE_OPENAI_API_KEY=your-key" in found.fix


async def test_a_server_on_this_machine_needs_no_key(make_setup: MakeSetup) -> None:
    (found,) = await findings(checks.key, make_setup(key=None, dialect="huggingface"))
    assert (found.verdict, found.said) == ("ok", "None needed: the tutor's server is on this machine.")


async def test_another_vendor_is_asked_for_its_own_model(
    make_setup: MakeSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XAI_API_KEY", "xai-key")
    with Endpoint().serving() as endpoint:
        (found,) = await findings(checks.endpoint, make_setup(base_url=endpoint.url, dialect="xai"))
    assert "grok-voice-latest" in found.said
    assert [key for _, key in endpoint.asked] == ["Bearer xai-key"]


async def test_a_websocket_address_is_asked_over_http(make_setup: MakeSetup) -> None:
    with Endpoint().serving() as endpoint:
        (found,) = await findings(checks.endpoint, make_setup(base_url=endpoint.url.replace("http", "ws", 1) + "/"))
    assert found.verdict == "ok"


async def test_the_key_does_not_follow_a_redirection(make_setup: MakeSetup) -> None:
    with Endpoint().serving() as thief, Endpoint(302, location=f"{thief.url}/models").serving() as endpoint:
        (found,) = await findings(checks.endpoint, make_setup(base_url=endpoint.url))
    assert (found.verdict, thief.asked) == ("BAD", [])
    assert "HTTP 302" in found.said


async def test_a_proxy_is_not_asked_for_this_machine(make_setup: MakeSetup, monkeypatch: pytest.MonkeyPatch) -> None:
    with Endpoint().serving() as proxy, Endpoint().serving() as endpoint:
        monkeypatch.setenv("http_proxy", proxy.url)
        (found,) = await findings(checks.endpoint, make_setup(base_url=endpoint.url))
    assert (found.verdict, proxy.asked) == ("ok", [])


async def test_an_endpoint_that_is_not_there_is_said(make_setup: MakeSetup) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    (found,) = await findings(checks.endpoint, make_setup(base_url=f"http://127.0.0.1:{port}/v1"))
    assert found.said == f"127.0.0.1:{port} cannot be reached (ConnectError)."
    assert found.exit_code == ExitCode.TUTOR


async def test_an_endpoint_that_never_answers_is_left(make_setup: MakeSetup, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "ANSWER_WAIT_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as server:
        (found,) = await findings(
            checks.endpoint, make_setup(base_url=f"http://127.0.0.1:{server.getsockname()[1]}/v1")
        )
    assert "cannot be reached (TimeoutError)" in found.said


async def test_a_bad_address_is_said(make_setup: MakeSetup) -> None:
    (found,) = await findings(checks.endpoint, make_setup(base_url="http://tutor.example/v1"))
    assert (found.verdict, found.what, found.exit_code) == ("BAD", "endpoint", ExitCode.USAGE)
    assert "--insecure" in found.fix


async def test_a_model_on_its_way_out_is_warned_of(make_setup: MakeSetup) -> None:
    with Endpoint().serving() as endpoint:
        warning, answer = await findings(checks.endpoint, make_setup(base_url=endpoint.url, model="gpt-realtime"))
    assert warning.verdict == "note"
    assert "gpt-realtime will be switched off on 2027-01-20; use gpt-realtime-2.1 instead." in warning.said
    assert answer.verdict == "ok"


async def test_without_a_key_nobody_is_asked(make_setup: MakeSetup) -> None:
    with Endpoint().serving() as endpoint:
        assert await findings(checks.endpoint, make_setup(base_url=endpoint.url, key=None)) == []
        assert await findings(checks.endpoint, make_setup(base_url=endpoint.url, kind="offline")) == []
    assert endpoint.asked == []


@pytest.mark.parametrize(
    ("key", "kind", "verdict", "said"),
    [
        (KEY, "auto", "ok", "OPENAI_API_KEY is set."),
        (KEY, "offline", "ok", "None needed"),
        (None, "offline", "ok", "None needed"),
        (None, "auto", "note", "OPENAI_API_KEY is not set: the offline tutor teaches."),
        (None, "openai", "BAD", "OPENAI_API_KEY is not set."),
        ("sk-a sk-b", "auto", "BAD", "OPENAI_API_KEY cannot be a key: it contains a space."),
    ],
)
async def test_the_key_is_looked_at_and_not_shown(
    key: str | None, kind: str, verdict: str, said: str, make_setup: MakeSetup
) -> None:
    (found,) = await findings(checks.key, make_setup(key=key, kind=kind))
    assert found.verdict == verdict
    assert said in found.said
    assert "sk-" not in str(found)
    assert (found.exit_code == ExitCode.OK) == (verdict != "BAD")


async def test_where_the_key_is_and_who_can_read_it_is_said(
    make_setup: MakeSetup, tmp_path: Path, install: Install
) -> None:
    file = folders_below(tmp_path).keys_file
    desktop = install(FakeKeyring())
    save_key(file, "OPENAI_API_KEY", KEY)
    (found,) = await findings(checks.key, make_setup(key=None))
    assert (found.verdict, found.said) == ("ok", "OPENAI_API_KEY in the system's keyring is set.")
    desktop.fault = KeyringLocked()
    (locked,) = await findings(checks.key, make_setup(key=None))
    assert (locked.verdict, locked.said) == (
        "BAD",
        "OPENAI_API_KEY cannot be read from the system's keyring: it is locked.",
    )
    save_key(file, "OPENAI_API_KEY", KEY)
    file.chmod(0o644)
    warning, found = await findings(checks.key, make_setup(key=None))
    assert (warning.verdict, "chmod 600" in warning.said) == ("note", True)
    assert found.said.startswith("OPENAI_API_KEY in ") and found.said.endswith("keys.json is set.")
    assert KEY not in str((found, locked, warning))


def test_damaged_keys_are_a_line_of_the_list_and_do_not_end_it(
    make_setup: MakeSetup, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    make_setup(key=None)
    file = folders_below(tmp_path).keys_file
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("{")
    monkeypatch.setattr(checks, "CHECKS", {checks.key: "key", library: "library"})
    assert checks.doctor(Options(settings={"tutor.kind": ("--tutor", "offline")})) == ExitCode.USAGE
    first, *_, last = capsys.readouterr().out.splitlines()
    assert first.startswith("BAD   key         ~/.config/tutor-tui/keys.json is damaged.")
    assert last == "ok    library     No lesson is kept yet."


# ---- what is kept ---------------------------------------------------------------------------------------------------


async def test_what_is_kept_is_counted_and_looked_over(make_setup: MakeSetup, tmp_path: Path) -> None:
    (none_yet,) = await findings(library, make_setup())
    assert (none_yet.verdict, none_yet.said) == ("ok", "No lesson is kept yet.")
    file = folders_below(tmp_path).library_file
    fill(file)
    (sound,) = await findings(library, make_setup())
    assert sound.verdict == "ok"
    size = round(file.stat().st_size / 1_000)
    assert sound.said == f"3 lessons in ~/.local/share/tutor-tui/library.sqlite3 ({size} kB); the file is sound."
    file.write_bytes(file.read_bytes()[:8192] + b"\xa5" * 200_000)
    (damaged,) = await findings(library, make_setup())
    assert (damaged.verdict, damaged.exit_code) == ("BAD", ExitCode.LIBRARY)
    assert "is damaged" in damaged.said and "keeps the damaged one beside it" in damaged.fix


async def test_what_cannot_be_kept_in_the_library_is_said(
    make_setup: MakeSetup, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = folders_below(tmp_path).library_file
    fill(file)
    _left_over(file.parent)
    monkeypatch.setattr(os, "access", lambda path, mode: path != file.parent)  # root may write anywhere
    sound, closed, waiting = await findings(library, make_setup())
    assert (sound.verdict, closed.verdict, waiting.verdict) == ("ok", "BAD", "note")
    assert closed.said == "No lesson can be added: ~/.local/share/tutor-tui cannot be written."
    assert waiting.said == "1 lesson could not be added yet and waits in ~/.local/share/tutor-tui."


async def test_a_lesson_that_waits_is_counted_wherever_it_is_and_an_empty_leftover_is_not(
    make_setup: MakeSetup, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    folder = folders_below(tmp_path).library_file.parent
    folder.mkdir(parents=True)
    (folder / f"2026-11-28-aaaa{SUFFIX}").write_text("\n")
    (none_yet,) = await findings(library, make_setup())
    assert none_yet.said == "No lesson is kept yet."
    elsewhere = temporary_folder(folder)
    _left_over(elsewhere)
    _, waiting = await findings(library, make_setup())
    assert waiting.said == f"1 lesson could not be added yet and waits in {shown(elsewhere)}."
    _left_over(folder)
    _, waiting = await findings(library, make_setup())
    assert waiting.said == f"2 lessons could not be added yet and wait in {shown(folder)} and {shown(elsewhere)}."


def _left_over(folder: Path) -> None:
    """A lesson that lies in a journal there."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    journal = OverflowJournal(folder, "2026-11-28-bbbb")
    journal.write([LessonRecord("2026-11-28-bbbb", 0.0, "P")])
    journal.close()
    assert journal.file.parent == folder


# ---- sound and the offline engine -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "dbfs", "peak_dbfs", "clipped", "verdict", "said"),
    [
        (0.0, -96.0, -96.0, False, "BAD", "sends no sound"),
        (2.0, -96.0, -96.0, False, "note", "completely silent: it is switched off"),
        (2.0, -96.0, -90.3, False, "note", "Nearly silent"),
        (2.0, -55.0, -50.0, False, "ok", "-55 dBFS on average, -50 at most"),
        (2.0, -3.0, 0.0, True, "note", "Too loud"),
    ],
)
def test_a_level_is_judged(
    seconds: float, dbfs: float, peak_dbfs: float, clipped: bool, verdict: str, said: str
) -> None:
    found = level_finding(MicrophoneLevel(seconds, dbfs, peak_dbfs, clipped))
    assert found.verdict == verdict
    assert said in found.said
    assert bool(found.fix) == (verdict != "ok")


def test_what_is_said_in_the_shell_names_no_key_of_a_lesson() -> None:
    found = level_finding(MicrophoneLevel(2.0, -200.0, -200.0, clipped=False))
    assert found.fix.startswith("Unmute it in the system's mixer, or choose another: --input-device.")


def test_lost_sound_is_counted() -> None:
    found = losses_finding(SoundCounters(overflows=3, underflows=0, dropped_frames=12))
    assert (found.verdict, found.exit_code) == ("note", ExitCode.OK)
    assert found.said == "Sound was lost in 2 s: 3 overflows, 0 underflows, 12 frames dropped."
    assert found.fix
    assert losses_finding(SoundCounters()).verdict == "ok"


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("import sys; print('the voice is missing', file=sys.stderr)", "The offline tutor does not start."),
        ("import time; print('ready 1', flush=True); time.sleep(60)", "Nothing answers at 127.0.0.1:1."),
        ("import time; time.sleep(60)", "says nothing within 1 s"),
    ],
)
async def test_an_offline_engine_that_does_not_work_is_said(
    program: str, said: str, make_setup: MakeSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_name: str, _options: TutorOptions) -> OfflineTutor:
        return OfflineTutor(OfflineServer(command=[sys.executable, "-c", program]))

    monkeypatch.setattr(checks, "make_tutor", broken)
    monkeypatch.setattr(checks, "ENGINE_WAIT_S", 1.0)
    (found,) = await findings(checks.offline, make_setup())
    assert (found.verdict, found.exit_code) == ("BAD", ExitCode.TUTOR)
    assert said in f"{found.said} {found.fix}"


class PromptTutor(FakeTutor):
    """Speaks as soon as it is connected."""

    @asynccontextmanager
    async def connect(self, plan: LessonPlan) -> AsyncIterator[FakeLink]:
        async with super().connect(plan) as link:
            link.tell(TutorAudio("A", b"\0\0"))
            yield link


async def test_a_slow_reader_of_the_report_does_not_use_up_the_engine_s_time(
    make_setup: MakeSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "make_tutor", lambda _name, _options: PromptTutor())
    monkeypatch.setattr(checks, "ENGINE_WAIT_S", 0.2)
    verdicts = []
    async for found in checks.offline(make_setup()):
        await asyncio.sleep(0.4)
        verdicts.append(found.verdict)
    assert verdicts == ["ok"]


@pytest.mark.parametrize("after", ["PortAudio", "microphone", "key"])
def test_ctrl_c_ends_the_doctor_quietly(after: str, tmp_path: Path) -> None:
    with PulseServer() as pulse:
        environ = clean_environment(tmp_path) | pulse.variables
        command = [sys.executable, "-m", "tutor_tui", "doctor"]
        with subprocess.Popen(
            command,
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # A shell lets what it runs in the background ignore it, and so might these tests be run.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        ) as program:
            assert program.stdout is not None
            while after not in program.stdout.readline():
                assert program.poll() is None
            time.sleep(0.3)  # into the next check: opening the devices, listening, starting the offline tutor
            program.send_signal(signal.SIGINT)
            assert program.communicate(timeout=30)[1] == ""
            assert program.returncode == ExitCode.INTERRUPTED
