"""Bad answers in mid-lesson: one clear sentence each, and nothing that was said is lost.

A session over the real link: the tutor has greeted, the learner has said something and was answered. Then the server
misbehaves.
"""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.support.strict_server import Behaviour, Reply, StrictServer, tone
from tests.tutors.realtime.lesson_room import Room, room
from tutor_tui.core.lesson import Phase
from tutor_tui.core.turn_detection import SemanticVad
from tutor_tui.openai_api.realtime import errors
from tutor_tui.tutors.realtime.websocket.link import MAX_FRAME_BYTES

GREETING, ANSWER, AFTERWARDS = (Reply(text, tone(60)) for text in ("Hello!", "Good morning.", "Yes, I am."))
SAID = [("tutor", "Hello!"), ("learner", "good morning"), ("tutor", "Good morning.")]
_IN_HISTORY = {"user": "learner", "assistant": "tutor"}
GOES_ON = "The lesson goes on; if it does not, check the tutor's address (--base-url or OPENAI_BASE_URL)."


@asynccontextmanager
async def under_way() -> AsyncIterator[Room]:
    """A lesson in which `SAID` has been said; the next answer is `AFTERWARDS`."""
    async with room(Behaviour(replies=[GREETING, ANSWER, AFTERWARDS])) as there:
        await there.until(lambda lesson: lesson.replies == 1 and lesson.phase is Phase.LISTENING)
        there.session.say("good morning")
        await there.until(lambda lesson: lesson.replies == 2 and lesson.phase is Phase.LISTENING)
        assert turns(there) == SAID
        assert there.lesson.notice is None
        yield there


def turns(there: Room) -> list[tuple[str, str]]:
    return [(turn.role, turn.text) for turn in there.lesson.turns]


def told(there: Room) -> tuple[str, str]:
    """The sentence that the learner sees, and the way out."""
    notice = there.lesson.notice
    assert notice is not None
    return notice.title, notice.hint


async def goes_on(there: Room) -> None:
    """The learner says more and is answered, and all is still there."""
    there.session.say("still there?")
    await there.until(lambda lesson: bool(lesson.turns) and lesson.turns[-1].text == "Yes, I am.")
    await there.until(lambda lesson: lesson.phase is Phase.LISTENING)
    assert turns(there) == [*SAID, ("learner", "still there?"), ("tutor", "Yes, I am.")]


def history(server: StrictServer, connection: int) -> list[tuple[str, str]]:
    """What a connection was told of the lesson so far."""
    frames = [each.frame for each in server.received if each.connection == connection]
    items = [frame["item"] for frame in frames if frame["type"] == "conversation.item.create"]
    return [(_IN_HISTORY[item["role"]], item["content"][0]["text"]) for item in items if item["role"] in _IN_HISTORY]


def _delta(audio: str) -> str:
    return json.dumps({"type": "response.output_audio.delta", "response_id": "r", "item_id": "i", "delta": audio})


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ('{"type":', "The tutor's server sent a message that is not JSON."),
        (b"\x00\xff\x00", "The tutor's server sent a binary message, which Realtime does not have."),
        ("[1, 2]", "The tutor's server sent JSON that is not a Realtime event."),
        (_delta("no base64!"), "The tutor's server sent sound that cannot be read."),
        (" " * 10_000_000, "The tutor's server sent a message that is not JSON."),
    ],
    ids=["malformed", "binary", "no event", "not base64", "10 MB of nothing"],
)
async def test_garbage_is_told_in_one_sentence_and_the_lesson_goes_on(raw: str | bytes, sentence: str) -> None:
    async with under_way() as there:
        await there.server.send_raw(raw)
        await there.until(lambda lesson: lesson.notice is not None)
        assert told(there) == (sentence, GOES_ON)
        assert turns(there) == SAID
        await goes_on(there)
        assert len(there.server.sessions) == 1, "on the same line"
        assert there.server.complaints == []


async def test_a_frame_of_10_mb_is_heard_and_an_unknown_event_passed_over() -> None:
    async with under_way() as there:
        await there.server.send_raw(_delta(base64.b64encode(bytes(7_500_000)).decode()))
        await there.server.say("response.brand_new.event", anything=1)
        await there.until(lambda lesson: lesson.unknown_events == 1)
        assert sum(len(sound) for item, sound in there.card.speaker.played if item == "i") == 7_500_000
        there.session.interrupt()
        assert turns(there)[:3] == SAID
        assert there.lesson.notice is None


async def test_a_refused_change_is_told_and_nothing_else_changes() -> None:
    async with under_way() as there:
        before = there.lesson.plan.turn_detection
        there.server.behaviour.refuses = {"session.audio.input.turn_detection": "not this one"}
        there.session.set_turn_detection(SemanticVad("high"))
        await there.until(lambda lesson: lesson.notice is not None)
        assert told(there) == (
            "The tutor refused the change.",
            "The tutor did not take the turn taking: not this one",
        )
        assert there.lesson.plan.turn_detection == before
        await goes_on(there)


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        ("more than 16 MiB", "The tutor's server sent a message of more than 16 MiB."),
        ("no WebSocket frame", "The tutor's server broke the WebSocket protocol."),
        ("not UTF-8", "The tutor's server sent text that is not UTF-8."),
        ("a drop", "The connection to the tutor broke."),
        ("a fault", "The tutor's server had a fault, or stopped answering."),
    ],
)
async def test_a_line_that_ends_is_told_and_dialled_again_with_all_that_was_said(what: str, sentence: str) -> None:
    async with under_way() as there:
        server = there.server
        match what:
            case "more than 16 MiB":
                await server.send_raw("x" * (MAX_FRAME_BYTES + 1))
            case "no WebSocket frame":
                server.sessions[-1].connection.transport.write(b"\x83\x00")
            case "not UTF-8":
                server.sessions[-1].connection.transport.write(b"\x81\x02\xff\xfe")
            case "a drop":
                server.drop()
            case "a fault":
                await server.close(1011, "keepalive ping timeout")
        await there.until(lambda lesson: len(server.sessions) == 2 and lesson.linked)
        assert told(there)[0] == sentence
        assert turns(there) == SAID
        assert history(server, 1) == SAID
        await goes_on(there)
        assert server.complaints == []


async def test_a_bare_401_in_mid_lesson_is_told_and_dialled_again() -> None:
    """Without a word of the service's own it may be a proxy's or a captive portal's, and pass."""
    async with under_way() as there:
        server = there.server
        server.behaviour.token = "sk-another"
        server.drop()
        title = "The tutor's server refuses the API key (HTTP 401)."
        await there.until(lambda lesson: lesson.notice is not None and lesson.notice.title == title)
        assert there.session.lesson.phase is not Phase.FAILED
        assert turns(there) == SAID
        server.behaviour.token = ""
        await there.until(lambda lesson: lesson.linked)
        assert history(server, len(server.sessions) - 1) == SAID
        await goes_on(there)


async def test_a_key_that_is_withdrawn_stops_the_lesson_until_it_is_mended() -> None:
    async with under_way() as there:
        server = there.server
        await server.error("invalid_api_key", "Incorrect API key provided.")
        await server.close(3000, "invalid_request_error.invalid_api_key")
        await there.until(lambda lesson: lesson.phase is Phase.FAILED)
        assert told(there) == ("The tutor's server refuses the API key.", errors.FATAL["invalid_api_key"].hint)
        assert turns(there) == SAID
        server.behaviour.token = ""
        there.session.retry()
        await there.until(lambda lesson: lesson.linked)
        assert history(server, len(server.sessions) - 1) == SAID
        await goes_on(there)


async def test_a_host_that_goes_away_is_told_and_found_again_when_it_is_back() -> None:
    async with under_way() as there:
        server, port = there.server, there.server.port
        await server.__aexit__()
        await there.until(lambda lesson: lesson.notice is not None and "Nothing answers" in lesson.notice.title)
        assert told(there) == (
            f"Nothing answers at 127.0.0.1:{port}.",
            "‹offline› goes on with the offline tutor. Is the server running? "
            "Check the tutor's address (--base-url or OPENAI_BASE_URL); `tutor-tui doctor` tries it step by step.",
        )
        assert turns(there) == SAID
        there.session.say("still there?")
        async with StrictServer(Behaviour(replies=[AFTERWARDS]), port=port) as again:
            await there.until(lambda lesson: bool(lesson.turns) and lesson.turns[-1].text == "Yes, I am.")
            assert turns(there) == [*SAID, ("learner", "still there?"), ("tutor", "Yes, I am.")]
            assert history(again, 0) == [*SAID, ("learner", "still there?")]
            assert again.complaints == []
