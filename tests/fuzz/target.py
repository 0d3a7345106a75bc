"""A target: what is fed, with what, and what it may raise. One input is tried by `Target.try_one`."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from tutor_tui.core.problems import Problem


@dataclass(frozen=True, slots=True)
class Target:
    """A border over which something comes that we have not written."""

    name: str
    inputs: st.SearchStrategy[Any]
    feed: Callable[[Any], object]
    """Raises what is not our own, or fails, if the input was not met as it should be."""
    ours: tuple[type[Exception], ...] = ()
    """What it may raise, as documented."""
    share: float = 1.0
    """How many of the inputs it gets, for a target of the usual costs 1."""
    raw: Callable[[bytes], Any] | None = None
    """Makes an input of bytes alone, for a fuzzer that follows the branches it takes; None where nothing can."""
    good: Callable[[], Sequence[bytes]] = tuple
    """Such bytes that are as they should be."""

    def try_one(self, given: Any) -> None:
        """Feed one input. A warning counts as an exception: it would be written across the learner's screen."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                for of_others in (DeprecationWarning, PendingDeprecationWarning, ResourceWarning):
                    warnings.simplefilter("ignore", of_others)
                self.feed(given)
        except self.ours as refusal:
            assert not isinstance(refusal, Problem) or refusal.title.strip(), "refused without a sentence"


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="tutor-tui-fuzz-")


def folder() -> Path:
    """Of this process, for as long as it runs."""
    return Path(_folder().name)


@cache
def folder_for(name: str) -> Path:
    """One of a target's own."""
    made = folder() / name
    made.mkdir(parents=True)
    return made
