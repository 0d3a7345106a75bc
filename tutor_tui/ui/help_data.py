"""Help that belongs to the widget it explains: what it is for stands beside its code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class HelpData:
    """What the help screen says of one widget."""

    title: str
    text: str


@runtime_checkable
class Helpable(Protocol):
    """A widget that can explain itself."""

    ABOUT: ClassVar[HelpData]
