"""What is typed on a terminal: single keys, and now and then a line that the terminal collects."""

from __future__ import annotations

import asyncio
import codecs
import re
from collections.abc import Callable
from contextlib import suppress

from tutor_tui.plain.terminal_input import KeyMode, read_some

ESCAPE_WAIT_S = 0.05
"""How long the rest of an arrow key may be behind its first byte, an escape: a slow line breaks sequences in two."""
_SEQUENCE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|O.|[^\x1b])?", re.DOTALL)
"""What one press of an arrow or function key sends, or of a key with alt; a lone escape is a key of its own."""
_UNFINISHED = re.compile(r"\x1b(?:\[[0-?]*[ -/]*|O)?\Z")
"""The beginning of such a sequence, at the end of what has come."""
_END_OF_INPUT = "\x04"
"""Ctrl-D, where keys come one by one."""


class KeyInput:
    """Reads a terminal and passes on each key, and each line that was asked for, until `left` is set or it is gone.

    `on_key` is given the characters of one key, `on_line` a line with what `ask` said that it begins with, and
    `on_ready` is called when a line has ended and keys are keys again.
    """

    def __init__(
        self,
        fd: int,
        mode: KeyMode,
        left: asyncio.Event,
        on_key: Callable[[str], object],
        on_line: Callable[[str], object],
        on_ready: Callable[[], object],
    ) -> None:
        self._fd = fd
        self._mode = mode
        self._left = left
        self._on_key = on_key
        self._on_line = on_line
        self._on_ready = on_ready
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._typed = ""
        self._asked: str | None = None

    @property
    def takes_line(self) -> bool:
        """A line is being typed: nothing may be printed into it."""
        return self._asked is not None

    def ask(self, begin: str) -> None:
        """Have the terminal collect a line; it is taken as if `begin` stood before it."""
        self._asked = begin
        self._mode.lines()

    async def run(self) -> None:
        """Read until the terminal is gone. Ctrl-D ends the lesson, or a line that is being typed."""
        while True:
            while piece := await read_some(self._fd):
                self._typed += self._decoder.decode(piece)
                await self._wait_for_the_rest()
                self._take_what_came()
            if self._asked is None:
                return
            self._back_to_keys()

    async def _wait_for_the_rest(self) -> None:
        """Give the rest of a broken sequence a moment to come; without one, it was the escape key."""
        while self._asked is None and _UNFINISHED.search(self._typed):
            piece = b""
            with suppress(TimeoutError):
                async with asyncio.timeout(ESCAPE_WAIT_S):
                    piece = await read_some(self._fd)
            if not piece:
                return
            self._typed += self._decoder.decode(piece)

    def _take_what_came(self) -> None:
        while self._typed and not self._left.is_set():
            if self._asked is None:
                self._take_key()
            elif "\n" in self._typed:
                self._take_line()
            else:
                return

    def _take_key(self) -> None:
        sequence = _SEQUENCE.match(self._typed)
        key = sequence[0] if sequence else self._typed[0]
        self._typed = self._typed[len(key) :]
        if key == _END_OF_INPUT:
            self._left.set()
        else:
            self._on_key("\n" if key == "\r" else key)

    def _take_line(self) -> None:
        line, _, self._typed = self._typed.partition("\n")
        begin = self._asked or ""
        self._back_to_keys()
        if line.strip():
            self._on_line(begin + line.strip().removeprefix(begin))

    def _back_to_keys(self) -> None:
        self._asked = None
        self._mode.keys()
        self._on_ready()
