"""`python -m tutor_tui.testing.faulty_server`: the offline server, made to go wrong on purpose.

Takes the server's own options, and `--fault NAME=NUMBER` as often as wanted; `&fault=NAME:NUMBER` in the URL of a
connection adds to them. `Faults` is the table of what there is.
"""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import itertools
import json
import random
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from tutor_tui.core import pcm
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.offline_server.__main__ import leave
from tutor_tui.offline_server.__main__ import main as serve
from tutor_tui.offline_server.behaviour import Behaviour
from tutor_tui.offline_server.realtime.wire import event

ODD_SIZES = (4_801, 0, 3, 9_599, 1)
"""Bytes per delta when the fault `odd` is on."""


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
    """The connection breaks, without a close frame, after so many events of ours."""
    drop_after_s: float = 0
    """The connection breaks, without a close frame, after so many seconds."""
    expire_after_s: float = 0
    """`session_expired`, then close 1001, after so many seconds; 3600 where this is off."""
    stall_after_events: float = 0
    """Nothing is sent any more after so many events, but the connection stays open."""
    garbage: float = 0
    """After `session.created` come broken JSON, a binary frame, an unknown event and a delta that is not base64."""


_NAMES = frozenset(field.name for field in dataclasses.fields(Faults))


def with_faults(faults: Faults, asked: Iterable[str]) -> Faults:
    """`faults` with those like "odd=1" or "drop_after_s:2.5" added. Raises `Problem` for one it does not know."""
    changes: dict[str, float] = {}
    for each in asked:
        name, _, amount = each.replace(":", "=").partition("=")
        try:
            changes[name] = float(amount or 1)
        except ValueError:
            raise Problem(f"The fault {name!r} takes a number.", "Example: drop_after_s=2", ExitCode.USAGE) from None
        if name not in _NAMES:
            raise Problem(f"There is no fault {name!r}.", f"Faults: {', '.join(sorted(_NAMES))}.", ExitCode.USAGE)
    return dataclasses.replace(faults, **changes)


class Faulty(Behaviour):
    """Goes wrong as the table says."""

    def __init__(self, faults: Faults | None = None) -> None:
        self._faults = faults or Faults()

    def on_connection(self, asked: Iterable[str]) -> Behaviour:
        return Faulty(with_faults(self._faults, asked))

    def session_s(self, usual_s: float) -> float:
        return self._faults.expire_after_s or usual_s

    def drop_after_s(self) -> float | None:
        return self._faults.drop_after_s or None

    async def before_sending(self, sent: int, drop: Callable[[], None]) -> None:
        if 0 < self._faults.drop_after_events <= sent:
            drop()
        if 0 < self._faults.stall_after_events <= sent:
            await asyncio.Event().wait()

    def after_greeting(self) -> Sequence[str | bytes]:
        if not self._faults.garbage:
            return ()
        where = {"response_id": "resp_x", "item_id": "item_x", "output_index": 0, "content_index": 0}
        return (
            "{ this is not JSON",
            b"\x00\x01binary",
            json.dumps(event("something.never.heard.of", novelty=True)),
            json.dumps(event("response.output_audio.delta", **where, delta="!not base64!")),
        )

    def confirms_updates(self) -> bool:
        return not self._faults.no_session_updated

    async def before_transcript(self) -> None:
        await asyncio.sleep(self._faults.late_transcript_ms / 1000)

    def understands(self) -> bool:
        return not self._faults.transcript_fails

    def before_response(self) -> None:
        if self._faults.response_fails:
            raise Problem("The server had an error on demand.")

    def delta_sizes(self, usual_bytes: int) -> Iterator[int]:
        if self._faults.odd:
            return itertools.cycle(ODD_SIZES)
        size = pcm.bytes_of(self._faults.delta_ms) if self._faults.delta_ms else usual_bytes
        return itertools.repeat(size)

    def pace(self, usual: float) -> float:
        return self._faults.pace or usual

    def jitter_s(self) -> float:
        return random.uniform(0, self._faults.jitter_ms) / 1000


def main(arguments: list[str] | None = None) -> int:
    """Serve until told to stop; returns the exit code."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--fault", action="append", default=[], metavar="NAME=NUMBER")
    given, rest = parser.parse_known_args(arguments)
    try:
        faults = with_faults(Faults(), given.fault)
    except Problem as problem:
        print(problem, file=sys.stderr)
        return int(problem.exit_code)
    return serve(rest, Faulty(faults))


if __name__ == "__main__":
    leave(main())
