"""Where copied words go: to a program of the desktop, where there is one, since not every terminal takes them."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import Mapping
from contextlib import suppress

_PROGRAMS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("WAYLAND_DISPLAY", ("wl-copy",)),
    ("DISPLAY", ("xclip", "-selection", "clipboard")),
    ("DISPLAY", ("xsel", "--clipboard", "--input")),
)
"""What has to be set for a program to find its clipboard, and the program; the first that is there is taken."""
_NEEDED = ("PATH", "HOME", "DISPLAY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR", "XAUTHORITY", "LANG", "LC_ALL", "TMPDIR")
"""All that such a program gets to know of the environment."""
_WAIT_S = 2.0


def copy_program(environ: Mapping[str, str], *, mac: bool = sys.platform == "darwin") -> tuple[str, ...]:
    """The command that takes words on its input; empty where there is none."""
    usable = [words for variable, words in _PROGRAMS if environ.get(variable)]
    found = [words for words in ([("pbcopy",)] if mac else usable) if shutil.which(words[0], path=environ.get("PATH"))]
    return found[0] if found else ()


async def copied(text: str) -> bool:
    """Hand `text` to such a program; whether one took it."""
    command = copy_program(os.environ)
    if not command:
        return False
    nowhere = asyncio.subprocess.DEVNULL  # it stays in the background, and must not hold on to our terminal
    environ = {name: os.environ[name] for name in _NEEDED if name in os.environ}
    with suppress(OSError, TimeoutError):
        program = await asyncio.create_subprocess_exec(
            *command, stdin=asyncio.subprocess.PIPE, stdout=nowhere, stderr=nowhere, env=environ
        )
        try:
            async with asyncio.timeout(_WAIT_S):
                await program.communicate(text.encode())
        except TimeoutError:
            program.kill()
            raise
        return program.returncode == 0
    return False
