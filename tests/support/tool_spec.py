"""A tool that only says what it is, for tests of what is said of tools."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Spec:
    """Without arguments, as `core.tools.ToolSpec` has it."""

    name: str = "look"
    description: str = "Look something up."
    parameters: Mapping[str, Any] = field(default_factory=lambda: {"type": "object", "properties": {}})
    answers: bool = True
