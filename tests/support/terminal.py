"""A program in a terminal of its own: keys go in, the screen is read and looked at.

Each terminal is a private tmux server, detached, of a known size:

    with Terminal(["tutor-tui", "--tutor", "offline"], width=80, height=24, env=pulse.env) as terminal:
        terminal.wait_for("listening")
        terminal.send("m")
        terminal.screenshot(Path("muted.png"))

The program runs under a shell that notes its process id, its exit code and the terminal's settings before and after, so
that a test can see whether they were restored. Needs tmux; pictures need rsvg-convert.
"""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from xml.sax.saxutils import escape

from rich.cells import cell_len
from rich.console import Console
from rich.style import Style
from rich.text import Text

WAIT_S = 15.0
"""How long a state may take to show, on a busy machine."""
_POLL_S = 0.03
_LOOKS_WITHOUT = 3
"""Looks in a row without a text, until it counts as gone."""

_MODES = re.compile(r"\x1b\[(?:\?([\d;]+)([hl])|([<>])\d*u)")
_USUAL_MODES = frozenset({"7", "25"})
"""Line wrap and the cursor are on in a terminal that nobody has changed."""

_SHELL = """\
trap : INT
stty -g > {folder}/stty_before
sh {folder}/program
echo $? > {folder}/code.part
stty -g > {folder}/stty_after
mv {folder}/code.part {folder}/code
exec sleep 1000000
"""
_PROGRAM = """\
echo $$ > {folder}/pid
exec {command}
"""


class ScreenTimeout(AssertionError):
    """What was waited for never showed; carries the screen."""


class Terminal:
    """One program on one screen, from construction to `close()`; a context manager closes it."""

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        width: int = 80,
        height: int = 24,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        keep_output: bool = False,
    ) -> None:
        if shutil.which("tmux") is None:
            raise RuntimeError("tmux not found: apt-get install tmux")
        # A short path: Unix sockets allow 107 characters.
        self._folder = Path(tempfile.mkdtemp(prefix="tmux-", dir="/tmp"))
        self.width, self.height = width, height
        self._env = {name: value for name, value in (env or {}).items() if name not in ("TMUX", "TMUX_PANE", "TERM")}
        self._env.setdefault("PATH", "/usr/local/bin:/usr/bin:/bin")
        # tmux draws other letters than ASCII only for a client in a UTF-8 locale.
        self._env |= {"LC_ALL": "C.UTF-8", "COLORTERM": "truecolor"}
        (self._folder / "shell").write_text(_SHELL.format(folder=self._folder))
        line = shlex.join(str(word) for word in command)
        (self._folder / "program").write_text(_PROGRAM.format(folder=self._folder, command=line))
        (self._folder / "tmux.conf").write_text(
            'set -g default-terminal "tmux-256color"\nset -sa terminal-overrides ",*:Tc"\nset -s escape-time 0\n'
            "set -g status off\nset -g history-limit 5000\nset -g remain-on-exit on\n"
        )
        size = ["-x", str(width), "-y", str(height)]
        self.started_s = time.monotonic()
        # In one breath: the pipe is there before the program has said a word.
        keep = [";", "pipe-pane", f"cat > {self._folder}/output"] if keep_output else []
        self._tmux("new-session", "-d", *size, "-c", str(cwd or Path.cwd()), f"sh {self._folder}/shell", *keep)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _tmux(self, *words: str) -> str:
        command = ["tmux", "-u", "-S", str(self._folder / "socket"), "-f", str(self._folder / "tmux.conf"), *words]
        done = subprocess.run(command, env=self._env, capture_output=True, text=True, check=False, encoding="utf-8")
        if done.returncode:
            raise RuntimeError(f"tmux {words[0]}: {done.stderr.strip()}")
        return done.stdout

    # ---- the program ------------------------------------------------------------------------------------------------

    @property
    def pid(self) -> int:
        """The program's process id."""
        path = self._folder / "pid"
        deadline = time.monotonic() + WAIT_S
        while not (path.exists() and (text := path.read_text().strip())):
            if time.monotonic() > deadline:
                raise ScreenTimeout("the program was never started")
            time.sleep(0.005)
        return int(text)

    @property
    def exit_code(self) -> int | None:
        """How the program ended; None while it runs."""
        path = self._folder / "code"
        return int(path.read_text()) if path.exists() else None

    def wait_for_exit(self, timeout_s: float = WAIT_S) -> int:
        """Wait until the program has ended, and return its exit code."""
        self._wait(lambda screen: self.exit_code is not None, "the end of the program", timeout_s)
        code = self.exit_code
        assert code is not None
        return code

    @property
    def is_restored(self) -> bool:
        """After the program's end: settings as before, the normal screen, cursor shown, no mouse or paste reports."""
        before, after = ((self._folder / f"stty_{when}").read_text() for when in ("before", "after"))
        flags = self._tmux("display-message", "-p", "#{alternate_on} #{cursor_flag} #{mouse_any_flag}").split()
        return before == after and flags == ["0", "1", "0"]

    @property
    def modes_on(self) -> set[str]:
        """Which modes differ from those of a new terminal after all that was written to it: the mouse's, paste's, the
        other screen, a hidden cursor, kitty's keys ("u"). Needs `keep_output`.
        """
        changed: set[str] = set()
        for numbers, switch, keys in _MODES.findall(self.output):
            for mode in numbers.split(";") if numbers else "u":
                unusual = keys == ">" if keys else (switch == "h") is not (mode in _USUAL_MODES)
                changed = changed | {mode} if unusual else changed - {mode}
        return changed

    def close(self) -> None:
        """End the program, if it still runs, and the terminal."""
        with contextlib.suppress(RuntimeError):  # it has ended already
            self._tmux("kill-server")
        shutil.rmtree(self._folder, ignore_errors=True)

    # ---- keys -------------------------------------------------------------------------------------------------------

    def send(self, *keys: str) -> None:
        """Press keys by tmux's names: "m", "Escape", "C-c", "Enter", "F1"."""
        self._tmux("send-keys", *keys)

    def type(self, text: str) -> None:
        """Type text as it stands."""
        self._tmux("send-keys", "-l", "--", text)

    def send_bytes(self, sequence: str) -> None:
        """Send what a terminal of another kind would, such as the answers and keys of kitty's protocol."""
        self._tmux("send-keys", "-H", *(f"{each:02x}" for each in sequence.encode()))

    def resize(self, width: int, height: int) -> None:
        """Give the terminal another size."""
        self.width, self.height = width, height
        self._tmux("resize-window", "-x", str(width), "-y", str(height))

    # ---- the screen -------------------------------------------------------------------------------------------------

    @property
    def text(self) -> str:
        """What stands on the screen now."""
        return self._tmux("capture-pane", "-p")

    @property
    def ansi(self) -> str:
        """The same with its colours, as ANSI sequences."""
        return self._tmux("capture-pane", "-p", "-e", "-N")

    @property
    def output(self) -> str:
        """Every byte the program ever wrote to the terminal, painted over or not; needs `keep_output`."""
        return (self._folder / "output").read_text(encoding="utf-8", errors="replace")

    def wait_for(self, wanted: str | re.Pattern[str] | Callable[[str], bool], timeout_s: float = WAIT_S) -> str:
        """Wait until a text (wherever its lines break), a pattern or a condition holds, and return the screen."""
        return self._wait(_condition(wanted), repr(wanted), timeout_s)

    def wait_until_gone(self, unwanted: str | re.Pattern[str], timeout_s: float = WAIT_S) -> str:
        """Wait until a text or pattern is no longer there, in several looks in a row.

        A frame that is still being written holds only its upper half: what is missing there may be about to come.
        """
        present = _condition(unwanted)
        absent = 0

        def gone(screen: str) -> bool:
            nonlocal absent
            absent = 0 if present(screen) else absent + 1
            return absent == _LOOKS_WITHOUT

        return self._wait(gone, f"the end of {unwanted!r}", timeout_s)

    def _wait(self, done: Callable[[str], bool], what: str, timeout_s: float) -> str:
        deadline = time.monotonic() + timeout_s
        while True:
            screen = self.text
            if done(screen):
                return screen
            if time.monotonic() > deadline:
                raise ScreenTimeout(f"after {timeout_s:g} s the screen still lacks {what}:\n{screen}")
            time.sleep(_POLL_S)

    def screenshot(self, path: Path) -> None:
        """Write the screen as a picture: .svg, or .png by way of rsvg-convert."""
        svg = picture(self.ansi, self.width, self.height)
        if path.suffix == ".svg":
            path.write_text(svg, encoding="utf-8")
            return
        subprocess.run(["rsvg-convert", "-z", "1.5", "-o", str(path)], input=svg.encode(), check=True)


def picture(ansi: str, width: int, height: int) -> str:
    """A screen as SVG, each letter in its cell, so that what is misaligned there is misaligned here."""
    console = Console(width=width, color_system="truecolor", file=io.StringIO())
    shapes = [f'<rect width="100%" height="100%" fill="{_PAPER}"/>']
    for row, line in enumerate(Text.from_ansi(ansi.rstrip("\n"), no_wrap=True).split("\n", allow_blank=True)):
        column = 0
        for text, style, _ in line.render(console, end=""):
            ink, paper = _colours(style or Style.null())
            wide = cell_len(text)
            if paper != _PAPER:
                size = f'width="{wide * _CELL_X}" height="{_CELL_Y}"'
                shapes.append(f'<rect x="{column * _CELL_X}" y="{row * _CELL_Y}" {size} fill="{paper}"/>')
            for letter in text:
                if letter != " " and cell_len(letter):
                    place = f'x="{column * _CELL_X}" y="{row * _CELL_Y + 15}"'
                    shapes.append(f'<text {place} fill="{ink}"{_faces(style)}>{escape(letter)}</text>')
                column += cell_len(letter)
    size = f'width="{width * _CELL_X}" height="{height * _CELL_Y}"'
    looks = f'style="font: 14px {_FONTS}" shape-rendering="crispEdges"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {looks}>{"".join(shapes)}</svg>'


_CELL_X, _CELL_Y = 8.43, 19
"""A cell of DejaVu Sans Mono at 14 px."""
_INK, _PAPER = "#d0d0d0", "#101010"
_FONTS = "DejaVu Sans Mono, Noto Sans Mono CJK KR, monospace"


def _colours(style: Style) -> tuple[str, str]:
    ink = style.color.get_truecolor().hex if style.color and not style.color.is_default else _INK
    paper = style.bgcolor.get_truecolor().hex if style.bgcolor and not style.bgcolor.is_default else _PAPER
    return (paper, ink) if style.reverse else (ink, paper)


def _faces(style: Style | None) -> str:
    if style is None:
        return ""
    faces = {'font-weight="bold"': style.bold, 'font-style="italic"': style.italic, 'opacity="0.6"': style.dim}
    lines = [name for name, on in (("underline", style.underline), ("line-through", style.strike)) if on]
    drawn = f' text-decoration="{" ".join(lines)}"' if lines else ""
    return "".join(f" {face}" for face, on in faces.items() if on) + drawn


def flat(screen: str) -> str:
    """The words of a screen on one line, without frames, so that a sentence is found wherever it was wrapped."""
    return " ".join(re.sub(r"[\u2500-\u259f▁-█┃│]", " ", screen).split())


def _condition(wanted: str | re.Pattern[str] | Callable[[str], bool]) -> Callable[[str], bool]:
    if isinstance(wanted, str):
        words = " ".join(wanted.split())
        return lambda screen: words in flat(screen)
    if isinstance(wanted, re.Pattern):
        pattern = wanted
        return lambda screen: pattern.search(flat(screen)) is not None
    return wanted
