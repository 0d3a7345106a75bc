"""What may be in a backup, and how large it may be."""

from __future__ import annotations

import re
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import IO

from tutor_tui.core.key_masking import DOTS
from tutor_tui.core.lesson_summary import counted
from tutor_tui.core.toml_depth import line_nested_too_deep

FORMAT = 1
"""Of the manifest and of what belongs to it; a change that older versions cannot read makes it 2."""
MANIFEST, LIBRARY, SETTINGS, PROMPTS = "manifest.json", "library.sqlite3", "config.toml", "prompts"
PROMPT_KINDS: Mapping[str, str] = {"": ".md", "lessons": ".toml", "words": ".toml"}
"""The folders of the prompts folder, and how the names of the files end there that a lesson can use."""
_PROMPT = re.compile(rf"{PROMPTS}/(?:[^/]+\.md|(?:lessons|words)/[^/]+\.toml)", re.IGNORECASE)
_UNSAFE = re.compile(r"(?:^|/)\.|[\x00-\x1f\x7f\\:\ud800-\udfff]")
"""In a name: what hides a file, climbs out of a folder, names a drive, or is no text."""
_MOST_BYTES: Mapping[str, int] = {MANIFEST: 1_000_000, LIBRARY: 1_000_000_000, SETTINGS: 64_000}
MOST_TEXT_BYTES = 16_000_000
"""Of all members together but the library: they are held in memory."""
TEMPORARY = "tutor-tui-copy-"
"""So begin the names of the folders, in the system's temporary one, that hold a copy of the library for a moment."""
_BLOCK_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class Places:
    """Where on this machine the parts of a backup belong; none of them needs to exist."""

    library: Path
    settings: Path
    prompts: Path


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was read and found whole."""

    made_at: datetime
    """By this machine's clock and in its time zone."""
    texts: Mapping[str, bytes]
    """All members but the library, by name."""
    library: Path | None
    """A copy, for as long as the backup is open; None where no lesson had been kept."""
    lessons: int
    """How many of them `history` lists."""

    @property
    def prompts(self) -> Mapping[str, bytes]:
        """The learner's own profiles and lessons, by their path in the prompts folder."""
        start = f"{PROMPTS}/"
        return {name.removeprefix(start): data for name, data in self.texts.items() if name.startswith(start)}

    @property
    def contents(self) -> str:
        """What is in it, in words: "12 lessons, your settings, 2 profiles of your own"."""
        settings = "your settings" if SETTINGS in self.texts else ""
        if DOTS.encode() in self.texts.get(SETTINGS, b""):
            settings += " (without what looks like a key in them)"
        profiles = sum("/" not in name for name in self.prompts)
        own = ((profiles, "profile"), (len(self.prompts) - profiles, "lesson file"))
        lessons = counted(self.lessons, "lesson") if self.lessons else ""
        parts = (lessons, settings, *(f"{counted(number, what)} of your own" for number, what in own if number))
        return ", ".join(filter(None, parts)) or "no lesson yet"


class Unfit(Exception):
    """Why a file is no backup that can be used, as the end of a sentence: "it is damaged"."""


def is_allowed(name: str) -> bool:
    """Whether a member may have this name."""
    return not _UNSAFE.search(name) and (name in _MOST_BYTES or _PROMPT.fullmatch(name) is not None)


def most_bytes(name: str) -> int:
    """How large the member of this name may be. Ten years of daily lessons are some 300 MB."""
    return _MOST_BYTES.get(name, 1_000_000)


def fault_of_settings(data: bytes) -> str:
    """Why this cannot be a settings file, as the end of a sentence; empty if it can. It quotes nothing."""
    try:
        text = data.decode("utf-8-sig")
        if line := line_nested_too_deep(text):
            return f"line {line} is nested too deep"
        tomllib.loads(text)
    except (ValueError, RecursionError, OverflowError):
        return "they are not TOML"
    return ""


def copy_all(source: IO[bytes], target: IO[bytes] | None, size: int) -> str:
    """Copy `size` bytes, which have to be all there are; their SHA-256. Raises `Unfit`.

    It reads one byte more than that at most, whatever there is.
    """
    digest, left = sha256(), size
    while block := source.read(min(_BLOCK_BYTES, left + 1)):
        left -= len(block)
        if left < 0:
            break
        digest.update(block)
        if target is not None:
            target.write(block)
    if left:
        raise Unfit("it is damaged")
    return digest.hexdigest()


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder that only its owner can look into, for a while."""
    with tempfile.TemporaryDirectory(prefix=TEMPORARY) as name:
        yield Path(name)
