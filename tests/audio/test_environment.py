"""Nothing of ours changes the environment once the sound's thread runs: C reads it there without a lock."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import tutor_tui
from tests.cli.test_main import clean_environment
from tests.support.paths import CARDS, SAMPLES
from tests.support.pulse import PulseServer
from tests.support.terminal import Terminal

HOOK = """
import sys, threading
def note(event, arguments, _changes=open("changes", "a", buffering=1)):
    if event in ("os.putenv", "os.unsetenv"):
        when = "late" if any(each.name == "sound card" for each in threading.enumerate()) else "early"
        print(when, event, arguments[0].decode(), file=_changes)
sys.addaudithook(note)
"""
MAIN = "from tutor_tui.__main__ import main\nsys.exit(main())"
EARLY = [f"early os.putenv {name}" for name in ("JACK_NO_START_SERVER", "OPENBLAS_MAIN_FREE", "GOTOBLAS_MAIN_FREE")]
_NEWER = {"compression"}
"""Python's own from 3.14 on."""
IMPORTS = """
import importlib, sys
from tutor_tui.audio.hotplug import PyAudioSoundCard
from tutor_tui.audio.native_stderr import silence_native_stderr
silence_native_stderr()
sys.addaudithook(lambda event, arguments: event in ("os.putenv", "os.unsetenv") and print(event, arguments[0]))
for name in sys.argv[1:]:
    importlib.import_module(name)
"""


@pytest.mark.device
@pytest.mark.slow
@pytest.mark.parametrize("tutor", ["pipeline", "webrtc"])
def test_a_lesson_leaves_the_environment_alone_while_there_is_sound(
    tutor: str, tmp_path: Path, pulse: PulseServer
) -> None:
    environment = clean_environment(tmp_path) | pulse.variables | {"NO_COLOR": "1"}
    command = [sys.executable, "-c", HOOK + MAIN, "--tutor", tutor, "--prompts", str(CARDS), "--profile", "cards"]
    with Terminal(command, width=110, height=34, env=environment, cwd=tmp_path) as terminal:
        terminal.wait_for("Which card do you hold?")
        terminal.wait_for("your turn: speak")
        pulse.feed(SAMPLES / "cards-001.wav")
        terminal.wait_for("And the next?")
        terminal.send("C-q")
        assert terminal.wait_for_exit() == 0
    assert (tmp_path / "changes").read_text().splitlines() == EARLY


def test_no_library_that_a_lesson_may_load_changes_it() -> None:
    libraries = sorted(set(libraries_of_a_lesson()))
    assert {"numpy", "soxr", "aiortc", "pywebrtc_audio", "textual.app"} <= set(libraries)
    done = subprocess.run([sys.executable, "-c", IMPORTS, *libraries], capture_output=True, text=True, check=True)
    assert done.stdout == ""


def libraries_of_a_lesson() -> Iterator[str]:
    """The modules of others that the lesson's process imports anywhere, in functions too; its server is another."""
    ours = Path(tutor_tui.__file__).parent
    for path in ours.rglob("*.py"):
        if path.relative_to(ours).parts[0] in ("offline_server", "testing"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module]
            elif isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            else:
                continue
            outside = {"tutor_tui", "__future__"} | _NEWER | set(sys.stdlib_module_names)
            yield from (name for name in names if name.partition(".")[0] not in outside)
