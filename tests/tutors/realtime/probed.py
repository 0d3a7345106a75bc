"""Asking a server what it can do, for tests."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from tests.support.strict_calls import Call
from tests.support.strict_server import Behaviour, Reply, StrictServer, tone
from tests.support.strict_session import StrictSession
from tutor_tui.openai_api.realtime.realtime_endpoint import RealtimeEndpoint
from tutor_tui.openai_api.realtime.vendor_dialects import DIALECTS
from tutor_tui.tutors.realtime.probe import questions
from tutor_tui.tutors.realtime.probe.prober import Prober, ProbeResult
from tutor_tui.tutors.realtime.probe.questions import QUESTIONS

KEY = "sk-probe-secret"
SPEECH = tone(400)
INTRODUCTION = ["reachable", "dialect", "created", "updated"]
ALL = [*INTRODUCTION, *(question.what for question in QUESTIONS)]
CALL = Call("note_word", '{"term":"cat"}')
GOOD = (Reply("Hello there."), Reply("One, two, three. " * 20), Reply("Done.", calls=(CALL,)))
"""What it is asked for, in order: a sentence, counting for as long as it likes, a call."""


def good(**changes: Any) -> Behaviour:
    return replace(Behaviour(replies=GOOD, delta_gap_s=0.02, token=KEY), **changes)


def only(*names: str, within_s: float | None = None) -> list[questions.Question]:
    chosen = [question for question in QUESTIONS if question.what in names]
    return chosen if within_s is None else [replace(question, within_s=within_s) for question in chosen]


async def examined(
    server: StrictServer, *, speech: bytes = SPEECH, dialect: str = "ga", **options: Any
) -> tuple[Prober, dict[str, ProbeResult]]:
    """Everything that was seen, by its name; no name twice, no key anywhere."""
    known = next(each for name, each in DIALECTS.items() if name == dialect)
    asking = Prober(
        RealtimeEndpoint(server.base_url, KEY, dialect=known), "gpt-realtime-2.1-mini", speech=speech, **options
    )
    seen = [each async for each in asking.run()]
    assert len({each.what for each in seen}) == len(seen)
    assert KEY not in repr(seen)
    return asking, {each.what: each for each in seen}


Act = Callable[..., Awaitable[None]]


def dropping(*kinds: str) -> dict[str, Act]:
    """A server that never tells these events."""
    tell = StrictSession.tell

    async def told(self: StrictSession, kind: str, **fields: Any) -> None:
        if kind not in kinds:
            await tell(self, kind, **fields)

    return {"tell": told}
