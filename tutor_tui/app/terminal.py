"""The terminal's own settings: kept, given back, and put right where a program that was killed left them behind."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import Any, TypeAlias

TerminalState: TypeAlias = list[Any]
"""What `termios.tcgetattr` returns."""

_NO_SCREEN = (
    "\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1015l\x1b[?1016l"  # the mouse is the terminal's again
    "\x1b[?1004l\x1b[?2004l\x1b[?2048l"  # no more focus, paste and resize reports
    "\x1b[<u"  # plain keys (kitty's protocol off); before the next, which it belongs to
    "\x1b[?1049l\x1b[?25h\x1b[?7h\x1b[0m"  # the first screen, with cursor, line wrap and its own colours
)
MENDED = (
    "This terminal was left without echo and lines, as by a program that was killed, and has been put right; "
    "where another program finds it so, type reset and press enter, or ctrl+j if enter does nothing."
)


def state() -> TerminalState | None:
    """How the terminal is set; None without one."""
    if sys.platform == "win32":
        return None
    import termios  # only POSIX has it

    try:
        return termios.tcgetattr(0)
    except termios.error:
        return None


def restore(before: TerminalState, *, screen: bool) -> None:
    """Give the terminal back as it was. With `screen`, take a full screen off it, too."""
    if sys.platform == "win32":
        return
    import termios  # only POSIX has it

    with contextlib.suppress(OSError, termios.error):
        if screen:
            os.write(2, _NO_SCREEN.encode())
        termios.tcsetattr(0, termios.TCSANOW, before)


def mend() -> bool:
    """Put a terminal right that a full screen was killed on; whether that was necessary.

    Most shells do it themselves when what they started is killed. Not all do, and none does when it was a program's
    program (`uv run`).
    """
    found = state()
    if sys.platform == "win32" or found is None or not _was_left(found) or not _is_ours():
        return False
    import termios  # only POSIX has it

    sane = [*found[:6], list(found[6])]
    sane[0] |= termios.BRKINT | termios.ICRNL | termios.IXON
    sane[1] |= termios.OPOST | termios.ONLCR
    sane[3] |= termios.ICANON | termios.ECHO | termios.ECHOE | termios.ECHOK | termios.ISIG | termios.IEXTEN
    restore(sane, screen=True)
    with contextlib.suppress(termios.error):
        termios.tcflush(0, termios.TCIFLUSH)  # reports of the mouse, which nobody typed
    return (state() or [])[:4] == sane[:4]


def _was_left(found: TerminalState) -> bool:
    """Whether a full screen left it so, ours or another's.

    Nobody sets a terminal like this and then starts a program. A line editor keeps the keys that interrupt; who wants
    a channel for bytes (`stty raw`, `socat`, `expect`) has no output processed either, and shall have it so.
    """
    if sys.platform == "win32":
        return False
    import termios  # only POSIX has it

    local: int = found[3]
    unseen = not local & (termios.ICANON | termios.ECHO | termios.ISIG | termios.IEXTEN)
    return unseen and bool(found[1] & termios.OPOST)


def _is_ours() -> bool:
    """Whether a shell gave us this terminal, and us alone.

    In the background, the settings are those of the shell's line editor; in a pipeline, perhaps those of the program
    behind us (`| vim -`); and where no shell is there, those of the program that opened the terminal for us.
    """
    try:
        in_foreground = os.tcgetpgrp(0) == os.getpgrp()
        return in_foreground and os.getsid(0) != os.getpid() and all(map(os.isatty, (0, 1, 2)))
    except OSError:
        return False
