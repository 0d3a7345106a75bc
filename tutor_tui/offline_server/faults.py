"""Faults on demand: what a test can make this server do wrong, in one table.

Given as `--fault NAME=NUMBER` on the command line or `&fault=NAME:NUMBER` in the URL of a connection.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass

from tutor_tui.core.problems import ExitCode, Problem


@dataclass(frozen=True, slots=True)
class Faults:
    """Each field is a switch; zero is off."""

    delta_ms: float = 0
    """Sound per delta; 100 where this is off."""
    odd: float = 0
    """Deltas of odd and of no bytes at all."""
    pace: float = 0
    """How many times faster than real time sound is sent after its first second; 4 where this is off."""
    jitter_ms: float = 0
    """Each delta waits for a random time up to this."""
    late_transcript_ms: float = 0
    """Transcripts of the learner come so much later."""
    transcript_fails: float = 0
    """Transcripts of the learner fail with `audio_unintelligible`."""
    response_fails: float = 0
    """Each response ends as failed with `server_error`."""
    no_session_updated: float = 0
    """Updates are applied but never confirmed."""
    drop_after_events: float = 0
    """The line breaks, without a close frame, after so many events of ours."""
    drop_after_s: float = 0
    """The line breaks, without a close frame, after so many seconds."""
    expire_after_s: float = 0
    """`session_expired`, then close 1001, after so many seconds; 3600 where this is off."""
    stall_after_events: float = 0
    """Nothing is sent any more after so many events, but the line stays open."""
    garbage: float = 0
    """After `session.created` come broken JSON, a binary frame, an unknown event and a delta that is not base64."""


_NAMES = frozenset(field.name for field in dataclasses.fields(Faults))


def with_faults(faults: Faults, wishes: Iterable[str]) -> Faults:
    """`faults` with wishes like "odd=1" or "drop_after_s:2.5" added. Raises `Problem` for one it does not know."""
    changes: dict[str, float] = {}
    for wish in wishes:
        name, _, amount = wish.replace(":", "=").partition("=")
        try:
            changes[name] = float(amount or 1)
        except ValueError:
            raise Problem(f"The fault {name!r} takes a number.", "Example: drop_after_s=2", ExitCode.USAGE) from None
        if name not in _NAMES:
            raise Problem(f"There is no fault {name!r}.", f"Faults: {', '.join(sorted(_NAMES))}.", ExitCode.USAGE)
    return dataclasses.replace(faults, **changes)
