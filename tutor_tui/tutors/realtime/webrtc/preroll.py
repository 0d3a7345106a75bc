"""How much of the tutor's voice is gathered on a call before the speaker gets it."""

from __future__ import annotations

from dataclasses import dataclass

from tutor_tui.core import pcm

CUSHION_BYTES = pcm.bytes_of(60)
"""So much is gathered before the first sound of an item is passed on: packets come up to 30 ms late, or are lost and
made up for 20 ms later, and the speaker plays what it has at once."""
DEEPEST_BYTES = pcm.bytes_of(240)
"""The most that is gathered where a busy machine, or a bad line, has let the speaker run dry."""
SPARE_BYTES = pcm.bytes_of(20)
"""The speaker should never have less."""


@dataclass(slots=True)
class Preroll:
    """Learnt from the items before: a calm line on a calm machine keeps the smallest."""

    size: int = CUSHION_BYTES
    """Bytes."""
    _began_s: float = 0.0
    _passed: int = 0
    """Bytes of the item that the speaker has got."""
    _least: int = CUSHION_BYTES
    """What the speaker had left when it was worst off."""

    def begin(self, byte_count: int, at_s: float) -> None:
        """The first sound of an item is passed on."""
        self._began_s, self._passed, self._least = at_s, byte_count, self.size

    def go_on(self, byte_count: int, at_s: float) -> None:
        """More of it is passed on."""
        self._least = min(self._least, self._passed - pcm.bytes_of((at_s - self._began_s) * 1000))
        self._passed += byte_count

    def end(self) -> None:
        """The item is over: gather as much more for the next ones as was wanting. What was late will be late again."""
        wanting = max(0, SPARE_BYTES - self._least)
        self.size = min(self.size + wanting, DEEPEST_BYTES)
