"""The terminal as the full screen needs it, where Textual's own driver does something else (written for 8.2).

- A lone escape, our interrupt key, arrives at once: Textual's reader looks only every 100 ms whether the wait for the
  rest of a sequence is over. A tutor that is told to stop went on for a syllable.
- The size is the terminal's, even if a shell exported COLUMNS and LINES (Textualize/textual#6153).
- "Continue" comes without a stop too: from debuggers, and from a terminal that closes, right behind its "hang up".
  Textual starts its threads for a second time then, and one never ends (Textualize/textual#1582, #6690).
- The key that stops programs stops the whole job, and nothing where no shell could bring it back.
- A stop waits for what the main thread is at: inside a signal it would wait for ever for a queue that the thread holds.
- A key that is held down is told from one that is pressed again, where the terminal can do that.
- Whoever leaves at once finds no late answers of the terminal at the shell's prompt.
"""

from __future__ import annotations

import os
import select
import signal
from codecs import getincrementaldecoder
from time import monotonic
from typing import Any

from textual import constants
from textual.app import App
from textual.drivers import linux_driver
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message
from textual.messages import InBandWindowResize, TerminalSupportsSynchronizedOutput
from typing_extensions import override

from tutor_tui.core.terminal_sequences import escape_wait_s
from tutor_tui.ui.textual_patches.terminal_parser import TerminalBackground, TerminalParser

_ERROR_OUTPUT = 2
"""Where Textual paints, so that a program's output can be redirected."""
_LOOK_S = 0.1
"""How often the reading thread looks whether it is to end."""
_ANSWERS_S = 0.3
"""How long leaving waits for the last answer of a terminal that may never give one."""
_SURELY_S = 1.0
"""The same for one that has answered before."""
_FRESH_S = 2.0
"""For how long after the start answers may be on their way."""
_ANSWERS = (TerminalBackground, TerminalSupportsSynchronizedOutput, InBandWindowResize)
_COLOURLESS = frozenset({"", "dumb", "linux", "vt100", "vt220"})
"""Terminals that print a question on their colours instead of answering it, or cannot show any."""

# What Textual does not ask for: "alternate keys", the key's name on a layout of another script; and "event types", by
# which a held key is told from one that is pressed again, and when it is let go.
linux_driver.KITTY_DISAMBIGUATE_ESCAPE_CODES = (  # type: ignore[misc]
    0b001 | linux_driver.KITTY_REPORT_ALTERNATE_KEYS | linux_driver.KITTY_REPORT_EVENT_TYPES
)


class TerminalDriver(LinuxDriver):
    """Textual's driver, and what is said above."""

    _stopped = False
    _is_stopping = False
    """A stop was asked for, and is still to come."""
    _answered = False
    """The terminal has answered a question."""
    _started_s = 0.0
    _is_running = False
    """The terminal is ours."""

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._size = size or self._get_terminal_size()

    # ---- keys -------------------------------------------------------------------------------------------------------

    @override
    def run_input_thread(self) -> None:
        """Read until told to end; the wait for the rest of a sequence is not a moment longer than it has to be."""
        parser = TerminalParser(escape_wait_s(os.environ), self._debug)
        decode = getincrementaldecoder("utf-8")("replace").decode
        while not self.exit_event.is_set():
            due_s = parser.due_s
            wait_s = _LOOK_S if due_s is None else max(0.0, min(_LOOK_S, due_s - monotonic()))
            if select.select([self.fileno], [], [], wait_s)[0]:
                try:
                    piece = os.read(self.fileno, 4096)
                except OSError:
                    piece = b""
                if not piece:  # the terminal is gone
                    break
                for event in parser.feed(decode(piece)):
                    self.process_message(event)
            for event in parser.tick():
                self.process_message(event)

    @override
    def process_message(self, message: Message) -> None:
        self._answered = self._answered or isinstance(message, _ANSWERS)
        super().process_message(message)

    # ---- start and end ----------------------------------------------------------------------------------------------

    @override
    def start_application_mode(self) -> None:
        self._key_thread = None
        super().start_application_mode()  # type: ignore[no-untyped-call]
        self._is_running = self._key_thread is not None
        if not self._is_running:  # the shell let us go on, but kept the terminal to itself
            return
        self._started_s = monotonic()
        if self.input_tty and os.environ.get("TERM", "") not in _COLOURLESS:
            self.write("\x1b]11;?\x1b\\" + ("" if constants.DISABLE_KITTY_KEY else "\x1b[?u"))
            self.flush()

    @override
    def disable_input(self) -> None:
        super().disable_input()
        if self._is_running:
            self._is_running = False
            if self.input_tty and (self._answered or monotonic() - self._started_s < _FRESH_S):
                self._take_last_answers()

    def _take_last_answers(self) -> None:
        """Read what is on its way, up to the answer to one more question: terminals answer in order."""
        self.write("\x1b[?1004l\x1b[5n")  # no news of the focus behind it
        self.flush()
        until_s, came = monotonic() + (_SURELY_S if self._answered else _ANSWERS_S), b""
        while b"\x1b[0n" not in came and (left_s := until_s - monotonic()) > 0:
            try:
                if select.select([self.fileno], [], [], left_s)[0]:
                    came = came[-16:] + (os.read(self.fileno, 4096) or b"\x1b[0n")
            except OSError:  # the terminal is gone
                return

    @override
    def _get_terminal_size(self) -> tuple[int, int]:
        for fd in (_ERROR_OUTPUT, self.fileno):
            try:
                width, height = os.get_terminal_size(fd)
            except OSError:
                continue
            if width and height:
                return width, height
        return super()._get_terminal_size()

    # ---- stop and continue ------------------------------------------------------------------------------------------

    @override
    def _sigtstp_application(self, *_: object) -> None:
        if not self._is_stopping:
            self._is_stopping = True
            self._loop.call_soon_threadsafe(self._stop)

    @override
    def _sigcont_application(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._go_on)

    def _stop(self) -> None:
        self._is_stopping, self._stopped = False, True
        if self._auto_restart:
            self.suspend_application_mode()
            self._must_signal_resume = True
        signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        # To this very thread: the next line is reached when we go on.
        signal.raise_signal(signal.SIGTSTP if can_stop() else signal.SIGSTOP)
        signal.signal(signal.SIGTSTP, self._sigtstp_application)

    def _go_on(self) -> None:
        if self._stopped:
            super()._sigcont_application()
            self._stopped = self._auto_restart and not self._is_running


def can_stop() -> bool:
    """Whether somebody is there who could let us go on: a parent in our session, and in another job."""
    try:
        parent = os.getppid()
        return os.getsid(parent) == os.getsid(0) and os.getpgid(parent) != os.getpgrp()
    except OSError:
        return False
