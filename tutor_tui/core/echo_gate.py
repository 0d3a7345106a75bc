"""May this microphone frame go out while the tutor speaks?

With headphones always (full duplex). Through loudspeakers the tutor would hear itself, so the microphone rests while
it is heard and for a short tail, in which the room and the device's buffers fall silent.
"""

from __future__ import annotations

from tutor_tui.core.events import EchoMode

TAIL_S = 0.2
"""How long the microphone stays closed after the tutor was last heard."""


class EchoGate:
    """Open or closed, from the mode and from when the tutor was last heard."""

    def __init__(self, mode: EchoMode = "headphones") -> None:
        self.mode: EchoMode = mode
        self._closed_until_s = 0.0

    def is_open(self, now_s: float, sounding: bool) -> bool:
        """Whether a frame captured now may be sent; ask once per frame."""
        if sounding:
            self._closed_until_s = now_s + TAIL_S
        return self.mode == "headphones" or now_s >= self._closed_until_s
