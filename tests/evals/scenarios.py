"""The scripted learners of `learners.toml`: what each says, to whom, and what is held against the tutor's replies."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("learners.toml")
NOTE = "note: "
"""A line that begins so is a note of the app's, no word of the learner's."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One learner."""

    name: str
    about: str
    """What happens, in a sentence."""
    good: str
    """What a good tutor does then: for the judge."""
    profile: str
    native: str
    """What the learner speaks at home: ISO 639-1."""
    lines: tuple[str, ...]
    every: tuple[str, ...]
    """Rules for each reply, also for the opening."""
    last: tuple[str, ...] = ()
    """Rules for the reply to the last line."""
    says: str = ""
    """What the last reply has to hold: a regular expression."""
    avoids: str = ""
    """What it must not hold."""
    calls: str = ""
    """The tool that has to be called for the last line."""
    more_sentences: int = 0
    """So many sentences more than usual may stand in a reply: a new phrase is shown."""

    def rules_at(self, reply: int) -> tuple[str, ...]:
        """The names of the rules for this reply; 0 is the opening."""
        if reply < len(self.lines):
            return self.every
        own = tuple(name for name in ("says", "avoids", "calls") if getattr(self, name))
        every = tuple(name for name in self.every if not (name == "speaks" and "waits" in self.last))
        return tuple(dict.fromkeys((*every, *self.last, *own)))


@cache
def all_scenarios() -> Mapping[str, Scenario]:
    """By name, in the file's order."""
    content = tomllib.loads(FILE.read_text(encoding="utf-8"))
    groups = content["groups"]
    found = [_scenario(each, groups) for each in content["learner"]]
    assert len({each.name for each in found}) == len(found), "two learners have one name"
    return {each.name: each for each in found}


def _scenario(fields: Mapping[str, Any], groups: Mapping[str, list[str]]) -> Scenario:
    every = tuple(_spelled_out(fields["every"], groups))
    last = tuple(fields.get("last", ()))
    for pattern in ("says", "avoids"):
        re.compile(fields.get(pattern, ""))
    return Scenario(**{**fields, "lines": tuple(fields["lines"]), "every": every, "last": last})


def _spelled_out(names: list[str], groups: Mapping[str, list[str]]) -> Iterator[str]:
    for name in names:
        yield from groups.get(name, [name])
