"""What the terminal sends, made into Textual's events: keys of every layout, pasted text, and answers that are no keys.

Textual (written for 8.2) gives an arrow key that a slow line breaks in two out as escape and letters, and types what
it does not know, such as an answer on the terminal's colours, letter by letter; its reader ends at the fields in which
kitty's protocol names the key of another layout. Here whole sequences are cut out first (`core.terminal_sequences`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from time import monotonic

from textual import events
from textual._parser import ParseTimeout
from textual._xterm_parser import XTermParser
from textual.keys import _character_to_key
from textual.message import Message
from typing_extensions import override

from tutor_tui.core.terminal_sequences import ESCAPE, KeyPress, Pasted, SequenceReader, key_press

_TOO_LONG = 32
"""A longer sequence, Textual's parser types letter by letter."""
_PROTOCOL = re.compile(r"\x1b\[\?(\d{1,4})u")
_EVENT_TYPES = 0b10
"""In kitty's protocol: it tells of repeats and releases."""
_COLOUR = re.compile(r"\x1b\]11;rgba?:([0-9A-Fa-f]{1,4})/([0-9A-Fa-f]{1,4})/([0-9A-Fa-f]{1,4})")


class TerminalBackground(Message):
    """The terminal tells the colour behind its text."""

    def __init__(self, brightness: float) -> None:
        super().__init__()
        self.brightness = brightness
        """From 0, black, to 1, white."""


class TellsReleases(Message):
    """The terminal has answered that it tells when a key is let go."""


class KeyRepeats(Message):
    """The key that follows is held down, and was told before."""


class KeyReleased(Message):
    """A key was let go."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key
        """As Textual names it when it is pressed."""


class TerminalParser(XTermParser):
    """A parser that is fed with whole sequences only."""

    def __init__(self, wait_s: float, debug: bool = False) -> None:
        self._sequences = SequenceReader(wait_s)
        super().__init__(debug)

    @property
    def due_s(self) -> float | None:
        """When `tick` has something to do, by the monotonic clock."""
        return self._sequences.due_s

    @override
    def feed(self, data: str) -> Iterable[Message]:
        if not data:
            yield from super().feed(data)
        for sequence in self._sequences.feed(data, monotonic()) if data else ():
            yield from self._told(sequence)

    @override
    def tick(self) -> Iterable[Message]:
        for sequence in self._sequences.tick(monotonic()):
            yield from self._told(sequence)

    def _told(self, sequence: str) -> list[Message]:
        """What a sequence means; nothing, where there is a number in it that no terminal sends."""
        try:
            return list(self._meant(sequence))
        except (ValueError, OverflowError):  # Textual's; its parser has ended with that
            self._tokens.clear()
            self._timeout_time = None
            self._gen = self.parse(self._tokens.append)
            self._awaiting = next(self._gen)
            return []

    def _meant(self, sequence: str) -> Iterator[Message]:
        if isinstance(sequence, Pasted):
            yield events.Paste(sequence.replace("\x00", ""))
        elif colour := _COLOUR.match(sequence):
            yield TerminalBackground(_brightness(*colour.groups()))
        elif protocol := _PROTOCOL.fullmatch(sequence):
            if int(protocol[1]) & _EVENT_TYPES:
                yield TellsReleases()
        elif len(sequence) > 2 and sequence[1] in "]P_":
            pass  # another answer of the terminal, which nobody has asked for
        elif sequence.startswith("\x1b[") and (key := key_press(sequence)) is not None:
            pressed = self._keys(key)
            if key.released:
                yield from (KeyReleased(each.key) for each in pressed)
            else:
                yield from ([KeyRepeats()] if key.repeated and pressed else [])
                yield from pressed
        elif len(sequence) <= _TOO_LONG:
            yield from self._understood(sequence)

    def _understood(self, sequence: str) -> Iterator[Message]:
        """What Textual makes of it; nothing, if it would wait for more of what is whole."""
        yield from super().feed(sequence)
        if self._awaiting.timeout is not None:
            self._timeout_time = None
            self._awaiting = self._gen.throw(ParseTimeout())
            if len(sequence) > len(ESCAPE) + 1:  # else it is the escape key, or a key with alt
                self._tokens.clear()
            while self._tokens:
                yield self._tokens.popleft()

    def _keys(self, key: KeyPress) -> list[events.Key]:
        """What Textual calls a key of kitty's protocol."""
        if not key.text:
            known = key.code or key.end != "u"
            plain = f"\x1b[{key.code};{key.modifiers}{key.end}"
            return list(self._sequence_to_key_events(plain)) if known else []
        if len(key.text) == 1 and 0x20 < key.code < 0x7F:
            # What the key means where it is a command, and what it writes where it is typed.
            own = key.text if key.text.isascii() else chr(key.code)
            return [events.Key(_character_to_key(own), key.text)]
        return [events.Key(_character_to_key(char), char) for char in key.text]


def _brightness(*channels: str) -> float:
    """The lightness of a colour as the eye sees it (the weights of Rec. 709), from channels of any number of digits."""
    red, green, blue = (int(each, 16) / int("f" * len(each), 16) for each in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
