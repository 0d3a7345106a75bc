"""Completion, asked of the three shells themselves."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tutor_tui.cli.main import main

WAIT_S = 30.0
COMMAND = Path(sys.executable).with_name("tutor-tui")

CASES = [
    ("tutor-tui pl", "plain"),
    ("tutor-tui --profile ger", "german-office"),
    ("tutor-tui profiles --instructions ger", "german-office"),
    ("tutor-tui plain --tutor pip", "pipeline"),
    ("tutor-tui --dialect az", "azure"),
    ("tutor-tui doctor --prob", "--probe"),
    ("tutor-tui config sch", "schema"),
    ("tutor-tui completion fi", "fish"),
    ("tutor-tui replay les", "lesson.wire"),
    ("tutor-tui --prompts fold", "folder"),
    ("tutor-tui history sea", "search"),
    ("tutor-tui history delete last --ye", "--yes"),
    ("tutor-tui export last --format vt", "vtt"),
    ("tutor-tui export last --output les", "lesson.wire"),
    ("tutor-tui backup les", "lesson.wire"),
    ("tutor-tui restore les", "lesson.wire"),
    ("tutor-tui restore lesson.wire --ye", "--yes"),
    ("tutor-tui forg", "forget"),
    ("tutor-tui key forg", "forget"),
    ("tutor-tui voices --try es-d", "es-dora"),
]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A shell of a newcomer's, in a folder with a recording and a subfolder."""
    (tmp_path / "lesson.wire").touch()
    (tmp_path / "folder").mkdir()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TUTOR_TUI_", "OPENAI_"))}
    return {
        **kept,
        "HOME": str(tmp_path),
        "PATH": f"{COMMAND.parent}{os.pathsep}{os.environ['PATH']}",
        "TERM": "xterm",
    }


def answer_of(command: list[str], environment: dict[str, str], tmp_path: Path) -> str:
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """What the command writes for bash and fish, as files: each shell reads its own many times."""
    folder = tmp_path_factory.mktemp("scripts")
    paths = {shell: folder / shell for shell in ("bash", "fish")}
    for shell, path in paths.items():
        path.write_bytes(subprocess.check_output([COMMAND, "completion", shell], timeout=60))
    return paths


@pytest.mark.parametrize(("typed", "completed"), CASES)
def test_bash_completes(
    typed: str, completed: str, scripts: dict[str, Path], environment: dict[str, str], tmp_path: Path
) -> None:
    words = typed.split()
    script = (
        f"source {scripts['bash']}\n"
        f"COMP_WORDS=({typed}) COMP_CWORD={len(words) - 1}\n"
        '_shtab_tutor_tui\nprintf "%s\\n" "${COMPREPLY[@]}"'
    )
    assert completed in answer_of(["bash", "--norc", "-c", script], environment, tmp_path).split()


@pytest.mark.parametrize(("typed", "completed"), CASES)
def test_fish_completes(
    typed: str, completed: str, scripts: dict[str, Path], environment: dict[str, str], tmp_path: Path
) -> None:
    script = f"source {scripts['fish']}; complete -C '{typed}'"
    offered = answer_of(["fish", "--no-config", "-c", script], environment, tmp_path).splitlines()
    assert completed in [line.split("\t")[0].rstrip("/") for line in offered]


def test_zsh_completes(environment: dict[str, str], tmp_path: Path) -> None:
    """Zsh completes nowhere but on a terminal: the tab key is pressed on one."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(tmp_path)
        os.execvpe("zsh", ["zsh", "-f", "-i"], {**environment, "TERM": "dumb"})
    try:
        setup = 'autoload -U compinit; compinit -u -D; eval "$(tutor-tui completion zsh)"; print rea""dy\r'
        os.write(terminal, setup.encode())
        shown_until(terminal, "ready")
        for typed, completed in CASES:
            os.write(terminal, f"{typed}\t".encode())
            shown_until(terminal, f"{typed.rsplit(' ', 1)[0]} {completed}")
            os.write(terminal, b"\x15")  # Ctrl-U: another line
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)
        os.close(terminal)


def shown_until(terminal: int, expected: str) -> None:
    """Read on until the terminal has shown these words; bells and the shell's redrawing aside."""
    shown = ""
    deadline_s = time.monotonic() + WAIT_S
    while expected not in shown:
        assert time.monotonic() < deadline_s, f"{expected!r} was not shown: {shown!r}"
        if select.select([terminal], [], [], 0.2)[0]:
            shown = replay_backspaces(shown + os.read(terminal, 65536).decode(errors="replace"))


def replay_backspaces(text: str) -> str:
    """What stands there when a backspace has gone back over a sign."""
    kept: list[str] = []
    for sign in text:
        if sign == "\b":
            kept = kept[:-1]
        elif sign != "\a":
            kept.append(sign)
    return "".join(kept)


@pytest.mark.parametrize(
    ("arguments", "answer"),
    [
        (["completion"], "completion needs the name of your shell: bash, zsh or fish."),
        (["completion", "tcsh"], "completion takes bash, zsh or fish, not 'tcsh'."),
    ],
)
def test_a_shell_has_to_be_named(arguments: list[str], answer: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert answer in capsys.readouterr().err
