"""Whisper's models: where one lies on this machine, fetching one that is allowed, loading it.

faster-whisper is an extra and takes seconds to import, so this belongs in the worker's process. Nothing is asked of
huggingface.co unless a download is allowed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tutor_tui.core.extras import install_command
from tutor_tui.offline_server.ports import Unavailable

FILES = ("config.json", "model.bin", "tokenizer.json", "vocabulary.*", "preprocessor_config.json")
"""What a converted model consists of."""
NEEDED = ("model.bin", "tokenizer.json")
"""Without its tokenizer faster-whisper would fetch one, unasked."""
PROGRESS_EVERY_S = 2.0
_MB = 1_000_000
_INSTALL = f"Run: {install_command('whisper')} – English is heard without it."
ALLOW = "Allow it to be fetched: offline.whisper_download = true – or name a folder that holds it."
"""The way out where a model is not on this machine."""
_CHOOSE = "Correct offline.whisper_model: a name such as small, or a folder with a converted model."


def load(model: str, may_download: bool, tell: Callable[[str], None]) -> Any:
    """The model (`faster_whisper.WhisperModel`) that `model` names; `tell` hears how a download gets on.

    Raises `Unavailable` with one sentence and the way out.
    """
    folder = folder_named(model)
    try:
        import faster_whisper
    except ImportError:
        raise Unavailable("Whisper is not installed.", _INSTALL) from None
    folder = folder or _folder_of(_repository(model, faster_whisper), model, may_download, tell)
    try:
        return faster_whisper.WhisperModel(str(folder), device="auto", compute_type="default", local_files_only=True)
    except Exception as failure:  # noqa: BLE001 - tokenizers raises Exception itself, CTranslate2 anything
        raise unreadable(folder, model, failure) from None


def find(model: str) -> bool:
    """Whether the model that `model` names is on this machine. Raises `Unavailable` where it cannot be one."""
    if folder_named(model) is not None and find_spec("faster_whisper") is not None:
        return True
    try:
        import faster_whisper
        import huggingface_hub
    except ImportError:
        raise Unavailable("Whisper is not installed.", _INSTALL) from None
    return _cached(_repository(model, faster_whisper), huggingface_hub) is not None


def unreadable(folder: Path, model: str, failure: Exception) -> Unavailable:
    """Why a model that is there cannot be loaded."""
    if isinstance(failure, MemoryError) or "alloc" in str(failure) or "out of memory" in str(failure):
        return Unavailable(f"There is not memory enough for the Whisper model {model}.", "Choose a smaller one.")
    return Unavailable(f"{_shown(folder)} holds no Whisper model that can be read.", _CHOOSE)


def folder_named(model: str) -> Path | None:
    """The folder that `model` is, checked; None where it is a name. Raises `Unavailable`."""
    folder = Path(model).expanduser()
    if not folder.is_dir():
        if folder.is_file():
            raise Unavailable(f"{_shown(folder)} is a file; a Whisper model is a folder.", _CHOOSE)
        if model.startswith(("~", ".", "/")) or "\\" in model or folder.is_absolute():
            raise Unavailable(f"The Whisper model's folder {_shown(folder)} is not there.", _CHOOSE)
        return None
    for name in NEEDED:
        if not (folder / name).is_file():
            raise Unavailable(f"{_shown(folder)} is no model for faster-whisper: it has no {name}.", _CHOOSE)
    return folder


def _shown(path: Path) -> str:
    """For a sentence: the end of a long path, printable."""
    text = "".join(letter if letter.isprintable() else "?" for letter in str(path))
    return text if len(text) <= 48 else f"…{text[-47:]}"


def _repository(name: str, faster_whisper: Any) -> str:
    """Where a model of that name is kept at huggingface.co. Raises `Unavailable` for a name that nobody knows."""
    known: dict[str, str] = getattr(faster_whisper.utils, "_MODELS", {})
    if "/" in name:
        return name
    if name not in known:
        names = ", ".join(each for each in ("tiny", "base", "small", "medium", "large-v3", "turbo") if each in known)
        raise Unavailable(f"There is no Whisper model {_shown(Path(name))}.", f"There are: {names}, or a folder.")
    return known[name]


def _folder_of(repository: str, model: str, may_download: bool, tell: Callable[[str], None]) -> Path:
    """The cached model, or the one just fetched. Raises `Unavailable`."""
    import huggingface_hub

    cached = _cached(repository, huggingface_hub)
    if cached is not None:
        return cached
    if not may_download:
        raise Unavailable(f"The Whisper model {model} is not on this machine.", ALLOW)
    tell(f"Fetching the Whisper model {model}.")
    done = threading.Event()
    watcher = threading.Thread(target=_watch, args=(repository, model, done, tell), daemon=True)
    watcher.start()
    try:
        fetched = huggingface_hub.snapshot_download(repository, allow_patterns=[*FILES])
    except Exception:  # noqa: BLE001 - besides its own errors the hub raises those of its HTTP library, whichever it is
        hint = "Check the network and the space on the disk, or name a folder in offline.whisper_model."
        raise Unavailable(f"The Whisper model {model} could not be fetched.", hint) from None
    finally:
        done.set()
        watcher.join()
    return Path(fetched)


def _cached(repository: str, huggingface_hub: Any) -> Path | None:
    """The folder of a model that was fetched before, and wholly."""
    try:
        folder = Path(huggingface_hub.snapshot_download(repository, allow_patterns=[*FILES], local_files_only=True))
    except (OSError, ValueError):  # not there, or only in part
        return None
    return folder if all((folder / name).is_file() for name in NEEDED) else None


def _watch(repository: str, model: str, done: threading.Event, tell: Callable[[str], None]) -> None:
    """Tell every few seconds how much has come, until `done`: the growing cache folder is the measure."""
    from huggingface_hub import HfApi, constants

    name = f"models--{repository.replace('/', '--')}"
    folder = Path(constants.HF_HUB_CACHE) / name / "blobs"
    total, before = _size_of(HfApi(), repository), _bytes_in(folder)
    while not done.wait(PROGRESS_EVERY_S):
        came = _bytes_in(folder)
        of_total = f" of {total / _MB:.0f}" if total else ""
        if came != before:
            tell(f"Fetching the Whisper model {model}: {came / _MB:.0f}{of_total} MB.")
        before = came


def _size_of(api: Any, repository: str) -> int:
    """Bytes of what is fetched; 0 where the hub does not say."""
    try:
        files = api.model_info(repository, files_metadata=True).siblings or []
    except Exception:  # noqa: BLE001 - as in `_folder_of`; the download itself will tell what is wrong
        return 0
    return sum(each.size or 0 for each in files if any(Path(each.rfilename).match(pattern) for pattern in FILES))


def _bytes_in(folder: Path) -> int:
    try:
        return sum(file.stat().st_size for file in folder.iterdir())
    except OSError:
        return 0
