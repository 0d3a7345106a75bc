"""A line to type on whose keys do what they do in the order in which they are pressed (written for Textual 8.2).

A letter is written by the line itself; enter, backspace or an arrow is looked for from the line up to the app, one
message after the other. Of a burst of keys, as a slow line over ssh brings them, the letters were all written first:
"yes", enter, "no" was sent as "yesno".
"""

from __future__ import annotations

from textual import events
from textual.widgets import Input
from typing_extensions import override


class TextLine(Input):
    """Textual's input, and what is said above."""

    @override
    async def _on_key(self, event: events.Key) -> None:
        await super()._on_key(event)
        if not event.is_printable and await self._does(event.key):
            event.stop()

    async def _does(self, key: str) -> bool:
        """Whether one of the line's own keys did something; the learner's choice of keys is in the chain."""
        chain = (bindings for node, bindings in self.screen._modal_binding_chain if node is self)
        for bindings in chain:
            for binding in bindings.key_to_bindings.get(key, ()):
                if not binding.priority and await self.app.run_action(binding.action, self):
                    return True
        return False
