"""Where words stand in the conversation, and on which of its lines. Pure."""

from __future__ import annotations

import re
from typing import NamedTuple

from tutor_tui.ui.widgets.transcript_layout import TranscriptLayout


class Match(NamedTuple):
    """A place where the words stand: from which character of a turn's text to which."""

    turn_id: str
    start: int
    end: int


class Found(NamedTuple):
    """A match, or part of one, on one line, counted in its characters."""

    start: int
    end: int
    is_current: bool


class TranscriptSearch:
    """One search, begun at the newest match; lines and turns may come and go meanwhile."""

    def __init__(self, layout: TranscriptLayout) -> None:
        self._layout = layout
        self._matches: list[Match] = []
        self._by_turn: dict[str, list[Match]] = {}
        self._current: Match | None = None
        self.query = ""

    def look_for(self, query: str) -> None:
        """Search for other words; capitals and small letters are the same."""
        self.query = query
        self.look_again()

    def look_again(self) -> None:
        """Find the matches of the conversation as it is now; the current one stays, if it is still there."""
        pattern = re.compile(re.escape(self.query), re.IGNORECASE)
        turns = self._layout.turns if self.query else ()
        self._by_turn = {}
        for turn in turns:
            if spans := [found.span() for found in pattern.finditer(self._layout.shown(turn))]:
                self._by_turn[turn.id] = [Match(turn.id, *span) for span in spans]
        self._matches = [match for matches in self._by_turn.values() for match in matches]
        if self._current not in self._matches:
            self._current = self._matches[-1] if self._matches else None

    def move(self, steps: int) -> None:
        """So many matches on towards the end, or back; behind the last comes the first."""
        if self._current is not None:
            at = self._matches.index(self._current) + steps
            self._current = self._matches[at % len(self._matches)]

    @property
    def outcome(self) -> str:
        """How many there are, and which one is the current; empty while nothing is searched for."""
        if self._current is None:
            return "not found" if self.query else ""
        return f"{self._matches.index(self._current) + 1} of {len(self._matches)}"

    @property
    def words(self) -> str:
        """The current match as it stands in the conversation; empty where there is none."""
        match = self._current
        turn = next((each for each in self._layout.turns if match and each.id == match.turn_id), None)
        return self._layout.shown(turn)[match.start : match.end] if match and turn else ""

    @property
    def turn_id(self) -> str:
        """Of the turn with the current match; empty where there is none."""
        return self._current.turn_id if self._current else ""

    @property
    def line(self) -> int | None:
        """The line of the current match."""
        match = self._current
        return None if match is None else self._layout.line_of(match.turn_id, match.start)

    def found_on(self, y: int) -> list[Found]:
        """What of the matches stands on line `y`."""
        if not self._matches:
            return []
        said = self._layout.said_on(y)
        shift = said.indent - said.first
        return [
            Found(max(match.start, said.first) + shift, min(match.end, said.last) + shift, match == self._current)
            for match in self._by_turn.get(said.turn_id, ())
            if match.start < said.last and match.end > said.first
        ]
