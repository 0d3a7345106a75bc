"""The command line as a learner meets it: each run is a process of its own, in an empty home."""

from __future__ import annotations

import io
import locale
import os
import pty
import re
import resource
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

import pytest

from tests.support.paths import ROOT
from tests.support.pulse import PulseServer, tone
from tutor_tui import __version__
from tutor_tui.cli.main import check_terminal, main
from tutor_tui.config.command_line import Options
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.token_count import tokens_in
from tutor_tui.testing.wav_sound_card import write_wav

Runner = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path) -> Runner:
    """Run `tutor-tui` with these arguments and variables (None for one that is not set), without a terminal.

    Of the doctor's checks it makes those that are not `without`.
    """

    def run_it(*arguments: str, without: Sequence[str] = (), **environ: str | None) -> subprocess.CompletedProcess[str]:
        variables = clean_environment(tmp_path) | environ
        program = ["-c", doctor_without(without)] if without else ["-m", "tutor_tui"]
        return subprocess.run(
            [sys.executable, *program, *arguments],
            env={name: value for name, value in variables.items() if value is not None},
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run_it


ENGINES = ("offline", "ears", "voices")
"""The doctor's checks that take long: each loads what a lesson does, and none asks about anything but itself."""


def doctor_without(names: Sequence[str]) -> str:
    """The program without some of its doctor's checks, as a line of Python."""
    return (
        "import sys; from tutor_tui.cli.doctor import checks; from tutor_tui.__main__ import main; "
        f"checks.CHECKS = {{each: name for each, name in checks.CHECKS.items() if name not in {tuple(names)!r}}}; "
        "sys.exit(main())"
    )


def clean_environment(home: Path) -> dict[str, str]:
    """Nothing of the developer's own: no key, no settings, no sound server; and no extra that takes long to load."""
    return {
        "HOME": str(home),
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "PULSE_SERVER": "unix:/nonexistent",
        "TUTOR_TUI_OFFLINE_SPEECH_TO_TEXT": "pocketsphinx",
        "TUTOR_TUI_SCREEN_CAPTIONS": "all",  # tests read what the tutor says, at any level
        "TERM": "xterm-256color",
        "TUTOR_TUI_OFFLINE_VOICES": "espeak-ng",  # the better ones take seconds to load
    }


def one_sentence(result: subprocess.CompletedProcess[str], code: ExitCode) -> str:
    """What was said on stderr: one line, no traceback, nothing else."""
    assert result.returncode == code, result.stderr
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith("tutor-tui: ")
    return result.stderr.removeprefix("tutor-tui: ").strip()


# ---- the version -----------------------------------------------------------------------------------------------------


def test_version_is_quick(run: Runner) -> None:
    """By what it works, not what it waits for on a busy machine; and beside Python alone, for machines differ."""
    assert run("--version").stdout == f"tutor-tui {__version__}\n"
    alone = median(worked_s(lambda: subprocess.run([sys.executable, "-c", ""], check=True)) for _ in range(7))
    assert median(worked_s(lambda: run("--version")) for _ in range(7)) <= 10 * alone


def worked_s(start: Callable[[], object]) -> float:
    """The processor time of a process that `start` waits for."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


# ---- bad input, as seen from outside --------------------------------------------------------------------------------


def test_an_unknown_option_ends_with_one_sentence(run: Runner) -> None:
    assert one_sentence(run("--modle", "x"), ExitCode.USAGE).endswith("Did you mean --model?")


@pytest.mark.parametrize("command", ["devices", "profiles", "doctor"])
def test_a_bad_file_stops_every_command(command: str, run: Runner, tmp_path: Path) -> None:
    path = tmp_path / ".config" / "tutor-tui" / "config.toml"
    path.parent.mkdir(parents=True)
    path.write_text("[tutor]\nmodle = 1\n")
    said = one_sentence(run(command), ExitCode.USAGE)
    assert said == (
        "~/.config/tutor-tui/config.toml, line 2: there is no setting tutor.modle. Did you mean tutor.model?"
    )


def test_a_bad_option_value_stops(run: Runner) -> None:
    assert "--tutor: tutor.kind cannot be 'x'" in one_sentence(run("devices", "--tutor", "x"), ExitCode.USAGE)


def test_escapes_in_what_was_typed_are_not_obeyed(run: Runner) -> None:
    said = one_sentence(run("devices", "--tutor", "\x1b[2J\x07"), ExitCode.USAGE)
    assert "\x1b" not in said
    assert "\x07" not in said
    assert "\x1b" not in one_sentence(run("--\x1b[2J"), ExitCode.USAGE)


def test_without_a_terminal_a_lesson_says_so(run: Runner) -> None:
    assert "A lesson needs a terminal, and the input is not one." in one_sentence(run(), ExitCode.USAGE)


@pytest.mark.parametrize(
    ("terminal", "why"),
    [
        ({"TERM": "dumb"}, "cannot place text. Set TERM"),
        ({"TERM": "vt100", "LC_ALL": "C"}, "shows ASCII only"),
        ({"TERM": "vt220", "LC_ALL": "POSIX"}, "shows ASCII only"),
    ],
)
def test_a_terminal_that_cannot_show_a_lesson_is_refused(tmp_path: Path, terminal: dict[str, str], why: str) -> None:
    controller, tty = pty.openpty()
    environ = clean_environment(tmp_path) | terminal
    with subprocess.Popen(
        [sys.executable, "-m", "tutor_tui"], env=environ, stdin=tty, stdout=tty, stderr=tty
    ) as program:
        os.close(tty)
        said = os.read(controller, 1000).decode()
        assert program.wait(30) == ExitCode.USAGE
    os.close(controller)
    assert why in said
    assert "tutor-tui plain" in " ".join(said.split())
    assert "\x1b" not in said


@pytest.mark.parametrize(
    ("term", "encoding"), [("vt100", "UTF-8"), ("xterm-256color", "ANSI_X3.4-1968"), ("screen", "ISO-8859-1")]
)
def test_a_terminal_that_may_show_all_letters_is_not_refused(
    term: str, encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, name, Terminal())
    monkeypatch.setenv("TERM", term)
    monkeypatch.setattr(locale, "getencoding", lambda: encoding)
    check_terminal()


def test_a_prompts_folder_that_is_none_is_said(run: Runner, tmp_path: Path) -> None:
    assert "missing" in one_sentence(run("profiles", "--prompts", str(tmp_path / "missing")), ExitCode.USAGE)


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    command = f"{sys.executable} -m tutor_tui profiles | true; echo ${{PIPESTATUS[0]}}"
    result = subprocess.run(
        ["bash", "-c", command], env=clean_environment(tmp_path), capture_output=True, text=True, timeout=60, check=True
    )
    assert (result.stdout, result.stderr) == ("0\n", "")


FULL = "tutor-tui: The output could not be written: No space left on device. What is missing there was not kept.\n"


@pytest.mark.parametrize(
    ("redirection", "code", "said", "command"),
    [
        *((">/dev/full", 1, FULL, each) for each in ("profiles", "doctor", "completion zsh", "--version")),
        *((">&-", None, "", each) for each in ("profiles", "doctor", "--version")),
        *(("2>&-", None, "", each) for each in ("doctor", "completion zsh")),
    ],
)
def test_an_output_that_cannot_be_written_is_no_fault_of_ours(
    command: str, redirection: str, code: int | None, said: str, tmp_path: Path
) -> None:
    """Short outputs fail at their end, long ones (`completion`) in their midst, the doctor's from line to line; the
    version is told before all else is loaded. All other commands print as `profiles` does.
    """
    codes = {"doctor": ExitCode.SOUND} if code is None else {}
    program = f'-c "{doctor_without(ENGINES)}"' if command == "doctor" else "-m tutor_tui"
    result = subprocess.run(
        ["bash", "-c", f"{sys.executable} {program} {command} {redirection}"],
        env=clean_environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (result.returncode, result.stderr) == (code or codes.get(command, 0), said)
    assert not list(tmp_path.rglob("tutor-tui.log"))


def test_a_terminal_without_hangul_gets_question_marks(run: Runner, tmp_path: Path) -> None:
    (tmp_path / "한국.md").write_text("---\nname: 한국\nlanguage: ko\n---\nBe kind.\n")
    result = run("profiles", "--prompts", str(tmp_path), PYTHONIOENCODING="ascii")
    assert result.returncode == 0
    assert "??" in result.stdout


# ---- a fault of ours ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("log", [False, True])
def test_a_fault_of_ours_is_owned_up_to_and_noted(
    log: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_options: Options) -> int:
        raise ValueError("sk-secret and the learner's words")

    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    monkeypatch.setattr("tutor_tui.cli.main.run", broken)
    path = tmp_path / "my.log" if log else tmp_path / ".local" / "state" / "tutor-tui" / "tutor-tui.log"
    assert main(["--log-file", str(path)] if log else []) == ExitCode.UNEXPECTED
    said = capsys.readouterr().err
    assert said.startswith("tutor-tui: Something in tutor-tui broke (ValueError). What happened is in ~/")
    assert said.count("\n") == 1
    note = path.read_text()
    assert "in broken" in note
    assert "secret" not in said + note


def test_a_problem_among_several_faults_is_still_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_options: Options) -> int:
        problem = Problem("The roof leaks.", "Mend it.", ExitCode.TUTOR)
        raise ExceptionGroup("tasks", [ExceptionGroup("inner", [problem]), ValueError()])

    monkeypatch.setattr("tutor_tui.cli.main.run", broken)
    assert main([]) == ExitCode.TUTOR
    assert capsys.readouterr().err == "tutor-tui: The roof leaks. Mend it.\n"


def test_ctrl_c_ends_quietly(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(_options: Options) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("tutor_tui.cli.main.run", interrupted)
    assert main([]) == ExitCode.INTERRUPTED
    assert capsys.readouterr() == ("", "")


# ---- lists ----------------------------------------------------------------------------------------------------------


def test_profiles_are_listed_and_broken_ones_named(run: Runner, tmp_path: Path) -> None:
    (tmp_path / "mine.md").write_text("---\nname: Mine\nlanguage: es\n---\nBe kind.\n")
    (tmp_path / "bad.md").write_text("---\nname: Bad\nlanguage: es\nlevel: Z9\n---\nBe kind.\n")
    result = run("profiles", "--prompts", str(tmp_path))
    assert result.returncode == 0
    keys = [line.split()[0] for line in result.stdout.splitlines()]
    assert keys[:2] == ["PROFILE", "korean-tutor"]
    assert "mine" in keys
    assert "english-a1 2" in result.stdout and "en-b1-work-and-plans (B1)" in result.stdout
    assert f"broken: {tmp_path / 'bad.md'}, line 4: level:" in result.stdout


def test_what_a_tutor_is_told_is_shown_with_its_length(run: Runner, tmp_path: Path) -> None:
    text = (
        "---\nname: Mine\nlanguage: es\nlevel: A2\nopening: Greet in {language}.\n---\nBe kind to {native_language}.\n"
    )
    (tmp_path / "mine.md").write_text(text)
    told = run("profiles", "--instructions", "mine", "--prompts", str(tmp_path), LANG="de_DE.UTF-8").stdout
    assert told.startswith("OPENING, about 4 tokens\n\nGreet in Spanish.\n\nINSTRUCTIONS, about ")
    assert "Be kind to German." in told
    assert "CEFR level A2" in told
    assert "\nset_pace: Change how fast" in told
    assert "no profile called" in one_sentence(run("profiles", "--instructions", "nobody"), ExitCode.USAGE)


@pytest.mark.parametrize(
    ("text", "tokens"), [("", 0), ("four letters a token, about", 6), ("안녕하세요. 저는 미나예요.", 9)]
)
def test_tokens_are_estimated_by_script(text: str, tokens: int) -> None:
    assert tokens_in(text) == tokens


def test_devices_are_listed(run: Runner) -> None:
    with PulseServer() as pulse:
        result = run("devices", **pulse.variables)
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    assert "microphone (default), speaker (default)" in result.stdout


def test_the_sound_server_s_devices_are_listed_and_taken_by_name(run: Runner) -> None:
    with PulseServer() as pulse:
        pulse.plug_in_speaker("headset", "USB Headset")
        pulse.plug_in_microphone("webcam", "HD Webcam")
        rows = [re.split(r"  +", line) for line in run("devices", **pulse.variables).stdout.splitlines()]
        devices = ("--input-device", "webcam", "--output-device", "headset")
        said = run("doctor", *devices, without=ENGINES, **pulse.variables).stdout
    assert ["HD Webcam", "PulseAudio", "microphone", "24000 Hz"] in [row[1:] for row in rows]
    assert ["USB Headset", "PulseAudio", "speaker", "24000 Hz"] in [row[1:] for row in rows]
    assert rows[-1][1].startswith("Monitor of"), "no microphone, so last of all"
    assert "HD Webcam, 24000 Hz." in said
    assert "USB Headset, 24000 Hz." in said


def test_doctor_calls_a_file_that_speaks_simulated_and_a_bad_one_by_its_fault(run: Runner, tmp_path: Path) -> None:
    write_wav(tmp_path / "voice.wav", tone(0.5))
    with PulseServer() as pulse:
        good = run("doctor", "--input-device", "file:voice.wav", without=ENGINES, **pulse.variables).stdout
        bad = run("doctor", "--input-device", "file:none.wav", without=ENGINES, **pulse.variables).stdout
    assert "simulated: voice.wav, 24000 Hz." in good
    assert "level" not in good
    assert "none.wav cannot be read as a WAV file: No such file or directory." in bad


def test_no_devices_is_said_without_alsa_chatter(run: Runner) -> None:
    assert one_sentence(run("devices"), ExitCode.SOUND).startswith("No sound device was found.")
