"""Makes a lone escape, our interrupt key, arrive at once.

A terminal sends the escape key as the byte with which it also begins arrows and function keys, so Textual waits a while
for more. The wait can be set (`ESCDELAY`, in ms), but the thread that reads the terminal looks at it only every 100 ms:
a tutor that is told to stop went on for a syllable. Here that thread looks again when the wait is over. Written for
Textual 8.2, whose `LinuxDriver.run_input_thread` takes its selector from the module `selectors`; no issue of theirs is
known to us.
"""

from __future__ import annotations

import os
import selectors
import sys
from typing import Any

from typing_extensions import override

DELAY_MS = "5"
"""A terminal writes a key's bytes at once, and ssh sends them in one packet, so little is needed. The learner's own
`ESCDELAY` is stronger."""


class PromptSelector(selectors.SelectSelector):
    """After input, waits no longer than for the rest of an escape sequence; otherwise as long as it is told."""

    _came = False

    @override
    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        from textual import constants  # late: it reads ESCDELAY when it is imported

        if self._came and timeout is not None:
            timeout = min(timeout, constants.ESCAPE_DELAY + 0.001)
        events = super().select(timeout)
        self._came = bool(events)
        return events


class _Selectors:
    """What Textual's driver takes from the standard library's module."""

    EVENT_READ = selectors.EVENT_READ
    SelectSelector = PromptSelector


def shorten_escape_delay() -> None:
    """Shorten the wait for all apps of this process; before Textual is imported."""
    os.environ.setdefault("ESCDELAY", DELAY_MS)
    if sys.platform == "win32":
        return  # another driver, which gets keys and not bytes
    from textual.drivers import linux_driver

    driver: Any = linux_driver
    driver.selectors = _Selectors
