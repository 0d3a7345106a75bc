"""What every test may ask for."""

from __future__ import annotations

from tests.support.pulse import pulse

__all__ = ["pulse"]
