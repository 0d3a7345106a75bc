"""Which of Whisper's models is meant, whether it is on this machine, and loading it.

CTranslate2 is an extra and takes a while to import, so this belongs in the worker's process.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from tutor_tui.core.extras import WHISPER_BASE, install_command
from tutor_tui.offline_server.ports.unavailable import Unavailable
from tutor_tui.offline_server.stt import whisper_hub, whisper_weights
from tutor_tui.offline_server.stt.whisper_decoder import MARKS, WhisperModel, threads
from tutor_tui.offline_server.tts import weights

LIBRARIES = ("ctranslate2", "tokenizers")
_CHOOSE = "Correct offline.whisper_model: a name such as small, or a folder with a converted model."
_SMALLER = "Close other programs, or choose a smaller one: base needs 0.4 GB while it is loaded."
BASE_MB = 145
"""The weights of base."""
BESIDE_WEIGHTS_MB = 225
"""Memory that it takes besides so much as the weights have on disk: they shrink to half of that when they are loaded,
and while they are, both are there.
"""


def load(model: str, may_download: bool, tell: Callable[[str], None]) -> WhisperModel:
    """The model that `model` names; `tell` hears how a download gets on.

    Raises `Unavailable` with one sentence and the way out.
    """
    folder = folder_named(model)
    _check_libraries()
    if folder is None and _is_in_wheels(model):
        _check_memory(model, BASE_MB)
        try:
            with whisper_weights.laid_out() as laid_out:
                return _loaded(model, laid_out)
        except OSError:
            raise _no_memory(model) from None
    folder = folder or _in_the_cache(model)
    if folder is None and not may_download:
        raise missing(model)
    folder = folder or whisper_hub.fetched(_repository(model), model, tell)
    _check_memory(model, (folder / "model.bin").stat().st_size / 1_000_000)
    return _loaded(model, folder)


def find(model: str) -> bool:
    """Whether the model that `model` names is on this machine. Raises `Unavailable` where it cannot be one, is damaged,
    or needs more memory than is free.
    """
    folder = folder_named(model)
    _check_libraries()
    if folder is None and _is_in_wheels(model):
        _check_memory(model, BASE_MB)
        whisper_weights.check()
        return True
    return folder is not None or _in_the_cache(model) is not None


def missing(model: str) -> Unavailable:
    """What to tell where a model is not on this machine, and may not be fetched."""
    if model == WHISPER_BASE:
        title = "The weights of Whisper base are not installed."
        return Unavailable(title, f"Run: {install_command('whisper')}")
    return Unavailable(f"The Whisper model {model} is not on this machine.", whisper_hub.ALLOW)


def folder_named(model: str) -> Path | None:
    """The folder that `model` is, checked; None where it is a name. Raises `Unavailable`."""
    folder = Path(model).expanduser()
    if not folder.is_dir():
        if folder.is_file():
            raise Unavailable(f"{_shown(folder)} is a file; a Whisper model is a folder.", _CHOOSE)
        if model.startswith(("~", ".", "/")) or "\\" in model or folder.is_absolute():
            raise Unavailable(f"The Whisper model's folder {_shown(folder)} is not there.", _CHOOSE)
        return None
    for name in whisper_hub.NEEDED:
        if not (folder / name).is_file():
            raise Unavailable(f"{_shown(folder)} is no converted Whisper model: it has no {name}.", _CHOOSE)
    return folder


def _check_libraries() -> None:
    if not all(map(find_spec, LIBRARIES)):
        raise Unavailable("Whisper is not installed.", f"Run: {install_command('whisper')}")


def _is_in_wheels(model: str) -> bool:
    return model == WHISPER_BASE and whisper_weights.folders() is not None


def _repository(model: str) -> str:
    return whisper_hub.repository(model, _shown(Path(model)))


def _in_the_cache(model: str) -> Path | None:
    return whisper_hub.cached(_repository(model))


def _check_memory(model: str, weights_mb: float) -> None:
    """Rather than begin what ends with the whole lesson. Raises `Unavailable`."""
    free_mb, needed_mb = weights.free_mb(), BESIDE_WEIGHTS_MB + weights_mb
    if free_mb is not None and free_mb < needed_mb:
        shown = _shown(Path(model))
        said = f"The Whisper model {shown} needs {needed_mb:.0f} MB of memory, and {free_mb:.0f} MB are free."
        raise Unavailable(said, "Close other programs, or choose a smaller one.")


def _loaded(model: str, folder: Path) -> WhisperModel:
    try:
        import ctranslate2
        from tokenizers import Tokenizer

        # Whole numbers take a quarter of the memory and a third of the time, and hear as well; the weights come as
        # halves, which a processor can only calculate with as if they were whole floats.
        kind = "default" if ctranslate2.get_cuda_device_count() else "int8"
        network = ctranslate2.models.Whisper(str(folder), device="auto", compute_type=kind, intra_threads=threads())
        tokenizer = Tokenizer.from_buffer((folder / "tokenizer.json").read_bytes())
    except Exception as failure:  # noqa: BLE001 - tokenizers raises Exception itself, CTranslate2 anything
        raise _unreadable(model, failure) from None
    if any(tokenizer.token_to_id(f"<|{mark}|>") is None for mark in MARKS):
        raise _unreadable(model, ValueError("not Whisper's tokens"))
    return WhisperModel(network, tokenizer)


def _unreadable(model: str, failure: Exception) -> Unavailable:
    """Why a model that is there cannot be loaded."""
    if isinstance(failure, ImportError):
        hint = f"Run: {install_command('whisper')} --force-reinstall"
        return Unavailable("Whisper is installed, but cannot be started.", hint)
    if isinstance(failure, MemoryError) or "alloc" in str(failure) or "out of memory" in str(failure):
        return _no_memory(model)
    return Unavailable(f"{_shown(Path(model))} holds no Whisper model that can be read.", _CHOOSE)


def _no_memory(model: str) -> Unavailable:
    return Unavailable(f"There is not memory enough for the Whisper model {_shown(Path(model))}.", _SMALLER)


def _shown(path: Path) -> str:
    """For a sentence: the end of a long path, printable."""
    text = "".join(letter if letter.isprintable() else "?" for letter in str(path))
    return text if len(text) <= 48 else f"…{text[-47:]}"
