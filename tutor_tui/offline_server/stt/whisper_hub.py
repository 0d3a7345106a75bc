"""Larger models of Whisper's from huggingface.co: their names, whether one was fetched before, fetching it.

Nothing is asked of huggingface.co unless a download is allowed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from tutor_tui.core.extras import pip_command
from tutor_tui.offline_server.ports.unavailable import Unavailable

FILES = ("config.json", "model.bin", "tokenizer.json", "vocabulary.*", "preprocessor_config.json")
"""What a converted model consists of."""
NEEDED = ("model.bin", "tokenizer.json")
PROGRESS_EVERY_S = 2.0
_MB = 1_000_000
ALLOW = "Allow it to be fetched: offline.whisper_download = true – or name a folder that holds it."
"""The way out where a model is not on this machine."""
_SYSTRAN = (
    *("tiny", "tiny.en", "base", "base.en", "small", "small.en", "medium", "medium.en"),
    *("large-v1", "large-v2", "large-v3"),
)
_DISTILLED = ("medium.en", "small.en", "large-v2", "large-v3")
REPOSITORIES = {
    **{name: f"Systran/faster-whisper-{name}" for name in _SYSTRAN},
    **{f"distil-{name}": f"Systran/faster-distil-whisper-{name}" for name in _DISTILLED},
    "distil-large-v3.5": "distil-whisper/distil-large-v3.5-ct2",
    "large": "Systran/faster-whisper-large-v3",
    "turbo": "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
    "large-v3-turbo": "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
}
"""Where a model of that name is kept, converted for CTranslate2."""
_SHOWN = ("tiny", "base", "small", "medium", "large-v3", "turbo")


def repository(name: str, shown: str) -> str:
    """The place of the model `name`, or `name` if it is a place itself. Raises `Unavailable` where it is neither."""
    if "/" in name:
        return name
    if name not in REPOSITORIES:
        raise Unavailable(f"There is no Whisper model {shown}.", f"There are: {', '.join(_SHOWN)}, or a folder.")
    return REPOSITORIES[name]


def cached(place: str) -> Path | None:
    """The folder of a model that was fetched before, and wholly."""
    try:
        folder = Path(_library().snapshot_download(place, allow_patterns=[*FILES], local_files_only=True))
    except (OSError, ValueError):  # not there, or only in part
        return None
    return folder if all((folder / name).is_file() for name in NEEDED) else None


def fetched(place: str, model: str, tell: Callable[[str], None]) -> Path:
    """The folder of the model that lies at `place`, after a download of which `tell` hears. Raises `Unavailable`."""
    library = _library()
    tell(f"Fetching the Whisper model {model}.")
    done = threading.Event()
    watcher = threading.Thread(target=_watch, args=(library, place, model, done, tell), daemon=True)
    watcher.start()
    try:
        return Path(library.snapshot_download(place, allow_patterns=[*FILES]))
    except Exception:  # noqa: BLE001 - besides its own errors the hub raises those of its HTTP library, whichever it is
        hint = "Check the network and the space on the disk, or name a folder in offline.whisper_model."
        raise Unavailable(f"The Whisper model {model} could not be fetched.", hint) from None
    finally:
        done.set()
        watcher.join()


def _library() -> ModuleType:
    try:
        import huggingface_hub
    except ImportError:
        title = "Larger models of Whisper's are fetched with huggingface-hub, which is not installed."
        raise Unavailable(title, f"Run: {pip_command('huggingface-hub')}") from None
    return huggingface_hub


def _watch(library: Any, place: str, model: str, done: threading.Event, tell: Callable[[str], None]) -> None:
    """Tell every few seconds how much has come, until `done`: the growing cache folder is the measure."""
    folder = Path(library.constants.HF_HUB_CACHE) / f"models--{place.replace('/', '--')}" / "blobs"
    total, before = _size_of(library.HfApi(), place), _bytes_in(folder)
    while not done.wait(PROGRESS_EVERY_S):
        came = _bytes_in(folder)
        of_total = f" of {total / _MB:.0f}" if total else ""
        if came != before:
            tell(f"Fetching the Whisper model {model}: {came / _MB:.0f}{of_total} MB.")
        before = came


def _size_of(api: Any, place: str) -> int:
    """Bytes of what is fetched; 0 where the hub does not say."""
    try:
        files = api.model_info(place, files_metadata=True).siblings or []
    except Exception:  # noqa: BLE001 - as in `fetched`; the download itself will tell what is wrong
        return 0
    return sum(each.size or 0 for each in files if any(Path(each.rfilename).match(pattern) for pattern in FILES))


def _bytes_in(folder: Path) -> int:
    try:
        return sum(file.stat().st_size for file in folder.iterdir())
    except OSError:
        return 0
