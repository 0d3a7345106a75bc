"""A call that does not come about in mid-lesson: one clear sentence, nothing said is lost, and the lesson goes on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TypeAlias

import pytest

from tests.support.strict_server import Behaviour, Reply, tone
from tests.tutors.helpers import realtime
from tests.tutors.realtime.lesson_room import Room, room
from tests.tutors.realtime.webrtc.helpers import calling
from tests.tutors.realtime.webrtc.test_bad_input import answering, callee, error, saying
from tutor_tui.core.lesson import Phase

pytestmark = pytest.mark.real_time

GREETING, ANSWER = Reply("Hello!", tone(60)), Reply("Yes, I am.", tone(60))
SAID = [("tutor", "Hello!"), ("learner", "good morning"), ("tutor", "Yes, I am.")]
BY_SOCKET = "Use --tutor openai: it talks to the same server over a WebSocket."
Rude: TypeAlias = Callable[[], AbstractAsyncContextManager[str]]


def refusing() -> AbstractAsyncContextManager[str]:
    return answering(saying(400, error("invalid_offer", "The offer is bad.")))


def nonsense() -> AbstractAsyncContextManager[str]:
    return answering(saying(201, "v=0\r\n", "application/sdp"))


@asynccontextmanager
async def nobody_on_the_way() -> AsyncIterator[str]:
    async with callee(alone=True) as (_, base_url):
        yield base_url


@asynccontextmanager
async def deaf() -> AsyncIterator[str]:
    async with callee(deaf=True) as (_, base_url):
        yield base_url


@pytest.mark.parametrize(
    ("rude", "open_wait_s", "sentence", "hint"),
    [
        (refusing, 10, "{host} refuses the call (HTTP 400).", f"The offer is bad. {BY_SOCKET}"),
        (nonsense, 10, "{host} answers the call with SDP that makes no sense.", BY_SOCKET),
        (nobody_on_the_way, 1, "No way for the sound to {host} is found: UDP seems to be blocked.", BY_SOCKET),
        (deaf, 4, "{host} takes the call, but not what we say to it.", BY_SOCKET),
    ],
    ids=["SDP refused", "SDP makes no sense", "ICE fails", "channel never opens"],
)
async def test_one_sentence_nothing_lost_and_the_lesson_goes_on(
    rude: Rude, open_wait_s: float, sentence: str, hint: str
) -> None:
    async with rude() as base_url, room(Behaviour(replies=[GREETING, ANSWER, ANSWER])) as there:
        await there.until(lambda lesson: lesson.replies == 1 and lesson.phase is Phase.LISTENING)
        there.session.say("good morning")
        await there.until(lambda lesson: lesson.replies == 2 and lesson.phase is Phase.LISTENING)

        there.session.switch(calling(base_url, open_wait_s=open_wait_s))
        await there.until(lambda lesson: lesson.phase is Phase.FAILED)
        failed = there.lesson.failed
        assert failed is not None
        host = base_url.removeprefix("http://").removesuffix("/v1")
        assert (failed.title, failed.hint) == (sentence.format(host=host), hint)
        there.session.say("can you hear me?")
        said = [*SAID, ("learner", "can you hear me?")]
        assert turns(there) == said

        there.session.switch(realtime(there.server))
        await there.until(lambda lesson: lesson.replies == 3 and lesson.phase is Phase.LISTENING)
        assert turns(there) == [*said, ("tutor", "Yes, I am.")]
        assert there.lesson.failed is None


def turns(there: Room) -> list[tuple[str, str]]:
    return [(turn.role, turn.text) for turn in there.lesson.turns]
