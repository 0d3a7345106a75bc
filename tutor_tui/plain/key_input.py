"""What is typed on a terminal: single keys, and now and then a line that the terminal collects."""

from __future__ import annotations

import asyncio
import codecs
import os
import re
import signal
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from tutor_tui.core.keyboard_layouts import latin_keys
from tutor_tui.core.terminal_sequences import ESCAPE, Pasted, SequenceReader, escape_wait_s, key_press
from tutor_tui.plain.terminal_input import KeyMode, read_some

_PASTE_GAP_S = 0.05
"""Lines of one paste come right behind each other; nobody types a second line within so long."""
_END_OF_INPUT = "\x04"
"""Ctrl-D, where keys come one by one."""
_BREAK = "\x03"
_LEAVES = re.compile(r"\x1b(?![\[O\]])")
"""Escape in a line, not the beginning of an arrow's or a paste's sequence: the line is given up."""


class KeyInput:
    """Reads a terminal and passes on each key, and each line that was asked for, until `left` is set or it is gone.

    `on_key` is given the character of one key of the Latin layout, or a whole escape sequence; `on_line` a line with
    what `ask` said that it begins with (several, with their line ends, where they were pasted); `on_paste` is called
    for what is pasted where keys are expected, and `on_ready` when a line has ended and keys are keys again.
    """

    def __init__(
        self,
        fd: int,
        mode: KeyMode,
        left: asyncio.Event,
        *,
        on_key: Callable[[str], object],
        on_line: Callable[[str], object],
        on_paste: Callable[[], object],
        on_ready: Callable[[], object],
    ) -> None:
        self._fd = fd
        self._mode = mode
        self._left = left
        self._on_key = on_key
        self._on_line = on_line
        self._on_paste = on_paste
        self._on_ready = on_ready
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._sequences = SequenceReader(escape_wait_s(os.environ))
        self._keys: deque[str] = deque()
        """Keys and sequences that came and have not been passed on."""
        self._typed = ""
        """Of the line that was asked for."""
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
        loop = asyncio.get_running_loop()
        while True:
            due_s = self._sequences.due_s if self._asked is None else None
            piece = await self._piece(None if due_s is None else due_s - loop.time())
            if piece is None:
                self._keys += self._sequences.tick(loop.time())
            elif not piece:
                if self._asked is None:
                    return
                self._back_to_keys()
            elif self._asked is None:
                self._keys += self._sequences.feed(piece, loop.time())
            else:
                self._typed += piece
            await self._take_what_came()

    async def _piece(self, within_s: float | None) -> str | None:
        """What comes next, empty at the end; None if nothing comes in time."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                while piece := await read_some(self._fd):
                    if text := self._decoder.decode(piece):
                        return text
                return ""
        return None

    async def _take_what_came(self) -> None:
        while not self._left.is_set():
            if self._asked is not None:
                self._typed += "".join(self._keys)
                self._keys.clear()
                if "\n" not in self._typed:
                    return
                await self._take_lines()
            elif self._keys:
                self._take_key(self._keys.popleft())
            else:
                return

    def _take_key(self, key: str) -> None:
        if isinstance(key, Pasted):
            self._on_paste()
        elif (meant := _plain_key(key)) == _END_OF_INPUT:
            self._left.set()
        elif meant == _BREAK:  # kitty's protocol, left on by somebody, tells it as a key
            signal.raise_signal(signal.SIGINT)
        elif meant.startswith(ESCAPE):
            self._on_key(meant)
        else:
            for each in latin_keys(meant):
                self._on_key("\n" if each == "\r" else each)

    async def _take_lines(self) -> None:
        """Pass on the line, with those that were pasted with it."""
        lines = self._typed
        while "\n" in lines and (more := await self._piece(_PASTE_GAP_S)):
            lines += more
        begin = self._asked or ""
        self._back_to_keys()
        *whole, rest = lines.split("\n")
        if not rest:
            # The last line of a paste has no end, and the terminal hands it out only now.
            rest = await self._piece(_PASTE_GAP_S) or ""
        if len(rest.strip()) > 1 and not rest.startswith(ESCAPE):
            whole.append(rest)
        else:
            self._keys += self._sequences.feed(rest, asyncio.get_running_loop().time())
        if _LEAVES.search(lines):  # in a line, the terminal does not hand escape out as a key
            return
        words = _without_sequences("\n".join(each.strip() for each in whole)).strip()
        if words:
            self._on_line(begin + words.removeprefix(begin))

    def _back_to_keys(self) -> None:
        self._asked, self._typed = None, ""
        self._mode.keys()
        self._on_ready()


def _plain_key(key: str) -> str:
    """The character that a terminal without kitty's protocol would send for this key; anything else as it is."""
    pressed = key_press(key)
    if pressed is None or pressed.end != "u":
        return key
    if pressed.released:
        return ""
    char = pressed.text or chr(pressed.code if pressed.code < 0x110000 else 0)
    letter = latin_keys(char).upper()  # of ß that is two
    if pressed.ctrl and len(letter) == 1 and "@" <= letter <= "_":
        return chr(ord(letter) - ord("@"))
    return char if pressed.modifiers <= 2 else key


def _without_sequences(line: str) -> str:
    """A line without what arrows and function keys leave in it where the terminal collects it."""
    reader = SequenceReader(0.0)
    kept = reader.feed(line, 0.0)
    return "".join(each for each in kept if isinstance(each, Pasted) or not each.startswith(ESCAPE))
