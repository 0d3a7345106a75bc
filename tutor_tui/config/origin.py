"""Values as they were given, and where: in the file, in a variable, on the command line, in the keyring."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

SourceKind = Literal["default", "file", ".env", "environment", "command line", "keyring", "key file"]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value came from."""

    kind: SourceKind
    place: str = ""
    """The file and line, the variable, the option."""
    in_start_folder: bool = False
    """Whether it is in the `.env` of the folder that we were started in, which a stranger may have written."""
    path: Path | None = field(default=None, compare=False)
    """The `.env` or the file of keys that it is in."""

    def __str__(self) -> str:
        return f"{self.kind}: {self.place}" if self.place else self.kind


@dataclass(frozen=True, slots=True)
class RawValue:
    """A value as it was given, not yet parsed; it may be secret."""

    value: object = field(repr=False)
    """Of a key in the keyring, a function that reads it."""
    origin: Origin

    @property
    def is_here(self) -> bool:
        """Whether it is known already, and need not be read from the keyring first."""
        return not callable(self.value)

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing in it; an empty variable counts as unset."""
        return self.is_here and not self.text().strip()

    def text(self) -> str:
        """The value as text. Raises `Problem` where the keyring does not give it."""
        return str(self.value() if callable(self.value) else self.value)
