"""The talk key where the terminal tells a held key from a pressed one, and when it is let go.

Elsewhere the session has to guess from how fast presses follow each other (`session.turn_control`).
"""

from __future__ import annotations

from collections.abc import Collection

from textual.message import Message

from tutor_tui.session.turn_control import TurnControl
from tutor_tui.ui.textual_patches.terminal_parser import KeyReleased, KeyRepeats, TellsReleases


class TalkKey:
    """What the terminal tells of held keys, passed on where it is about the keys that begin and end a turn."""

    def __init__(self, turns: TurnControl, keys: Collection[str]) -> None:
        self._turns = turns
        self._keys = keys
        self._next_repeats = False

    def take(self, message: Message) -> None:
        """Take what the terminal tells beside the keys themselves."""
        match message:
            case TellsReleases():
                self._turns.tell_releases()
            case KeyRepeats():
                self._next_repeats = True
            case KeyReleased() if message.key in self._keys:
                self._turns.released()
            case _:
                pass

    def key_repeats(self) -> bool:
        """Whether the key that comes now was told before, and is held down; asked once for each key."""
        repeats, self._next_repeats = self._next_repeats, False
        return repeats

    def leave(self) -> None:
        """Another window has the keyboard now, and is told of the release instead."""
        self._turns.released()

    def __contains__(self, key: str) -> bool:
        return key in self._keys
