"""The machine's sound as it looks from outside: does a sound server answer, and has anything about it changed?

Cheap enough to be asked twice a second, unlike PortAudio, which needs half a second to look at all devices.
"""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

MachineState: TypeAlias = tuple[object, ...]
"""Compared with another, and otherwise of no meaning."""
_CARDS = Path("/dev/snd")


def socket_path(environ: Mapping[str, str] = os.environ) -> Path | None:
    """Where libpulse looks for the server (PipeWire's included); None where it is not on this machine.

    As PulseAudio's documentation says ("Server Strings"): PULSE_SERVER, else the runtime folder.
    """
    if words := environ.get("PULSE_SERVER", "").split():
        where = re.sub(r"^\{[^}]*\}", "", words[0])
        where = where.removeprefix("unix:")
        return Path(where) if where.startswith("/") else None
    if runtime := environ.get("PULSE_RUNTIME_PATH"):
        return Path(runtime) / "native"
    runtime = environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid() if hasattr(os, 'getuid') else 0}"
    return Path(runtime) / "pulse" / "native"


def answers(environ: Mapping[str, str] = os.environ) -> bool | None:
    """Whether somebody listens at the server's socket; None where that cannot be known without a network."""
    path = socket_path(environ)
    if path is None or not hasattr(socket, "AF_UNIX"):
        return None
    with socket.socket(socket.AF_UNIX) as client:
        client.setblocking(False)
        try:
            client.connect(str(path))
        except BlockingIOError:
            return True  # so many wait already that it must be a server, if a slow one
        except OSError:
            return False
    return True


def machine_state() -> MachineState:
    """What changes when a sound server starts or ends, a card is plugged in or out, or ALSA is configured anew."""
    path = socket_path()
    return (
        answers(),
        None if path is None else _changed(path),
        _listed(_CARDS),
        _changed(Path(os.environ.get("HOME", "/")) / ".asoundrc"),
    )


def _changed(path: Path) -> int:
    try:
        return path.stat().st_ctime_ns
    except OSError:
        return 0


def _listed(folder: Path) -> tuple[str, ...]:
    try:
        return tuple(sorted(os.listdir(folder)))
    except OSError:
        return ()
