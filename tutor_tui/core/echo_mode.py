"""Whether the microphone can hear the tutor."""

from __future__ import annotations

from typing import Literal

EchoMode = Literal["headphones", "speakers"]
"""headphones: it cannot, and both may speak at once. speakers: it can, and rests while the tutor is heard."""
