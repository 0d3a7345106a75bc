"""Keeps what was said out of the report of a fault.

Textual (written for 8.2) answers an exception with a traceback that prints local variables, and those hold the words of
the lesson. There is no setting for that. Here the app closes without a report, and whoever ran it gets the exception.
"""

from __future__ import annotations

from textual.app import App
from typing_extensions import override


class QuietApp(App[None]):
    """An app whose faults are kept in `fault` instead of being printed."""

    fault: Exception | None = None
    """What ended the app, if it was a fault of ours: whoever ran it has to report it."""

    @property
    def was_asked_to_leave(self) -> bool:
        """Whether `exit` was called; Textual says so nowhere in public."""
        return self._exit

    @override
    def _handle_exception(self, error: Exception) -> None:
        self.fault = self.fault or error
        was_asked, code = self.was_asked_to_leave, self._return_code
        super()._handle_exception(error)
        if was_asked:  # what breaks on the way out is not how the lesson ended
            self._return_code = code

    @override
    def _fatal_error(self) -> None:
        self.panic()
