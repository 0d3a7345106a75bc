"""How much of the tutor's voice is gathered on a call before the speaker gets it."""

from __future__ import annotations

from dataclasses import dataclass

from tutor_tui.core import pcm

SMALLEST_BYTES = pcm.bytes_of(60)
"""What is gathered before the first sound of an item is passed on: packets come up to 30 ms late, or are lost and
concealed 20 ms later, and the speaker plays what it has at once."""
LARGEST_BYTES = pcm.bytes_of(240)
"""The most that is gathered where a busy machine, or a bad network, has let the speaker run dry."""
SPARE_BYTES = pcm.bytes_of(20)
"""The speaker should never have less."""


@dataclass(slots=True)
class Preroll:
    """Learnt from the items before: a good network and an idle machine keep the smallest."""

    size: int = SMALLEST_BYTES
    """Bytes."""
    _began_s: float = 0.0
    _passed: int = 0
    """Bytes of the item that the speaker has got."""
    _least: int = SMALLEST_BYTES
    """What the speaker had left when it was worst off."""

    def begin(self, byte_count: int, at_s: float) -> None:
        """The first sound of an item is passed on."""
        self._began_s, self._passed, self._least = at_s, byte_count, self.size

    def go_on(self, byte_count: int, at_s: float) -> None:
        """More of it is passed on."""
        self._least = min(self._least, self._passed - pcm.bytes_of((at_s - self._began_s) * 1000))
        self._passed += byte_count

    def end(self) -> None:
        """The item is over: gather what was missing on top for the next. What was late will be late again."""
        missing = max(0, SPARE_BYTES - self._least)
        self.size = min(self.size + missing, LARGEST_BYTES)
