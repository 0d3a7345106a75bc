"""Values as they were given, and where: in the file, in a variable, on the command line."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

SourceKind = Literal["default", "file", ".env", "environment", "command line"]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value came from."""

    kind: SourceKind
    place: str = ""
    """The file and line, the variable, the option."""
    in_start_folder: bool = False
    """Whether it is in the `.env` of the folder that we were started in, which a stranger may have written."""

    def __str__(self) -> str:
        return f"{self.kind}: {self.place}" if self.place else self.kind


@dataclass(frozen=True, slots=True)
class RawValue:
    """A value as it was given, not yet parsed; it may be secret."""

    value: object = field(repr=False)
    origin: Origin

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing in it; an empty variable counts as unset."""
        return not str(self.value).strip()
