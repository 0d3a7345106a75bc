"""`tutor-tui doctor --echo`: over a real sound server whose microphone hears the speaker, and where that cannot be."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.support.pulse import PulseServer
from tests.support.pulse import pulse as pulse
from tutor_tui.app.configured import configure
from tutor_tui.audio import echo_calibration
from tutor_tui.cli.doctor import checks, echo
from tutor_tui.cli.doctor.report import Finding, Setup
from tutor_tui.cli.parser import parse
from tutor_tui.core.problems import Problem


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.chdir(tmp_path)


def setup(*options: str) -> Setup:
    given = parse(["doctor", "--echo", *options])
    return Setup(given, configure(given))


async def found(setup: Setup) -> list[Finding]:
    (check,) = checks.ECHO
    return [each async for each in checks.findings_of(check, setup)]


async def test_a_real_echo_is_heard_measured_and_what_fits_is_set(
    pulse: PulseServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four seconds instead of nine, of which nearly all is waiting: sound takes its time."""
    for module, name, seconds in (
        (echo_calibration, "SPEECH_S", 2.0),
        (echo_calibration, "_SETTLED_S", 1.5),
        (echo, "SPEECH_S", 2.0),
        (echo, "TAIL_S", 0.5),
    ):
        monkeypatch.setattr(module, name, seconds)
    with pulse.echo(latency_ms=100):
        said = await found(setup("--save"))
    assert [each.what for each in said] == ["speaker", "microphone", "echo", "room", "echo", "cancelled", "mode"], said
    late_ms = int(said[4].said.split("dBFS, ")[1].split(" ms late")[0])
    assert 80 <= late_ms <= 800
    mode = said[6].said.split(":")[0]
    assert mode in ("speakers", "half-duplex"), "on a machine that is too busy sound is lost, and no echo taken out"
    assert said[6].fix == "Saved."
    assert setup().configuration.settings.sound.echo_mode == mode


@pytest.mark.parametrize(("noise_dbfs", "what"), [(-58.0, ["room", "echo"]), (-78.0, ["room", "level"])])
def test_that_no_echo_is_heard_is_no_news_of_a_microphone_that_hears_nothing(
    noise_dbfs: float, what: list[str]
) -> None:
    heard = echo_calibration.Calibration(
        seconds=9.0,
        noise_dbfs=noise_dbfs,
        echo_dbfs=noise_dbfs + 1,
        delay_ms=None,
        left_dbfs=noise_dbfs,
        works=True,
        clipped=False,
        digital_silence=False,
    )
    assert [each.what for each in echo.findings(heard)] == what


async def test_without_the_library_the_way_to_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pywebrtc_audio", None)
    (said,) = await found(setup())
    assert (said.verdict, said.what) == ("note", "echo")
    assert "pip install pywebrtc-audio" in said.fix


async def test_a_file_in_the_microphones_place_hears_no_echo() -> None:
    (said,) = await found(setup("--input-device", "file:voice.wav"))
    assert said.verdict == "BAD" and "hears no echo" in said.said


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("--echo", "--echo goes with doctor."),
        ("doctor --save", "--save goes with --echo."),
        ("doctor --echo --probe u", "--echo and --probe cannot be combined."),
    ],
)
def test_options_that_mean_nothing_there_say_where_they_belong(line: str, title: str) -> None:
    with pytest.raises(Problem) as told:
        parse(line.split())
    assert told.value.title == title


@pytest.mark.parametrize(("answer", "said"), [(True, "is speakers from now on."), (False, "stays headphones.")])
def test_who_is_asked_whether_to_set_it_reads_first_what_it_means(
    answer: bool, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def agreed(question: str, *_: str) -> bool:
        asked.append(question)
        return answer

    monkeypatch.setattr(echo, "agreed", agreed)
    for stream in ("stdin", "stdout"):
        monkeypatch.setattr(sys, stream, SimpleNamespace(isatty=lambda: True))
    told = echo._choice(setup(), "speakers")
    assert told.said.endswith(said) and "so you can talk over it. Set sound.echo_mode" in asked[0]
