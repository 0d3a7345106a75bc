"""`tutor-tui doctor`: the whole report, what is kept, sound and the offline engine."""

from __future__ import annotations

import asyncio
import io
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.cli.doctors_setup import MakeSetup, findings
from tests.cli.doctors_setup import make_setup as make_setup
from tests.cli.test_main import ENGINES, Runner, clean_environment, one_sentence
from tests.cli.test_main import run as run
from tests.support.fakes import FakeLink, FakeTutor
from tests.support.kept_lessons import fill
from tests.support.paths import folders_below
from tests.support.pulse import PulseServer, tone
from tutor_tui.audio.microphone import MicrophoneLevel
from tutor_tui.cli.doctor import checks
from tutor_tui.cli.doctor.library import library
from tutor_tui.cli.doctor.sound import level_finding, losses_finding
from tutor_tui.cli.output import RED, coloured
from tutor_tui.config.paths import shown
from tutor_tui.core.events import TutorAudio
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.lesson_records import LessonRecord
from tutor_tui.core.ports import SoundCounters
from tutor_tui.core.problems import ExitCode
from tutor_tui.library.overflow_journal import SUFFIX, OverflowJournal, temporary_folder
from tutor_tui.tutors.offline.server_process import OfflineServer
from tutor_tui.tutors.offline.tutor import OfflineTutor
from tutor_tui.tutors.registry import TutorOptions


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
