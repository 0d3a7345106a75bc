"""The line stands, and the server says nothing, or has no end: the lesson goes on. The real links, in virtual time."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Callable

import pytest

from tests.support.virtual_time import in_virtual_time
from tests.tutors.realtime.test_never_stuck import reply
from tests.tutors.realtime.wire_room import WAYS, Way, WireRoom
from tutor_tui.core import pcm
from tutor_tui.core.lesson import Phase
from tutor_tui.session import watchdog

SILENT = "The tutor's server takes everything and says nothing."
LONGEST_S = 20.0
"""Instead of the real length of what is called endless."""
VOICE = base64.b64encode(pcm.silence(200)).decode()


def lesson(way: Way, body: Callable[[WireRoom], Awaitable[None]]) -> None:
    async def main() -> None:
        room = WireRoom(way)
        async with room.lesson_under_way():
            await body(room)

    in_virtual_time(main())


def titles(room: WireRoom) -> list[str]:
    return [each.title for each in (*room.lesson.earlier, room.lesson.notice) if each]


# ---- a server that takes everything and says nothing ----------------------------------------------------------------


@pytest.mark.parametrize("way", WAYS)
def test_a_server_that_lets_two_questions_pass_is_dialled_again_and_answers_the_second(way: Way) -> None:
    async def body(room: WireRoom) -> None:
        await asyncio.sleep(25)
        assert titles(room) == ["The tutor was asked to begin, and says nothing."]
        room.session.say("Are you there?")
        await asyncio.sleep(25)
        assert titles(room)[-2:] == ["The tutor does not answer.", SILENT]
        assert len(room.tutor.wires) == 2
        assert any("Are you there?" in str(frame) for frame in room.wire.sent)
        assert "response.create" in room.wire.types(), "the answer is asked for there"

    lesson(way, body)


@pytest.mark.parametrize("way", WAYS)
def test_a_voice_that_it_lets_pass_is_heard_on_the_next_connection(way: Way) -> None:
    async def body(room: WireRoom) -> None:
        await asyncio.sleep(25)
        await room.card.microphone.speak(600, 10)
        await room.card.microphone.talk(3_000)
        assert SILENT in titles(room)
        assert len(room.tutor.wires) == 2
        await room.card.microphone.speak(3_000, 10)
        assert pcm.ms_of(room.wire.heard_bytes) > 2_000

    lesson(way, body)


@pytest.mark.parametrize("way", WAYS)
def test_a_server_that_is_only_slow_is_not_given_up(way: Way) -> None:
    """A word of its own now and then is enough."""

    async def body(room: WireRoom) -> None:
        for number in range(4):
            await asyncio.sleep(25)
            await room.say({"type": "rate_limits.updated", "rate_limits": []}, {"type": "something.new"})
            room.session.say(f"Question {number}")
        assert len(room.tutor.wires) == 1

    lesson(way, body)


@pytest.mark.parametrize("way", WAYS)
def test_a_server_that_stays_silent_is_not_dialled_without_end(way: Way) -> None:
    async def body(room: WireRoom) -> None:
        await asyncio.sleep(25)
        room.session.say("Are you there?")
        await asyncio.sleep(1_000)
        assert len(room.tutor.wires) == 2
        assert room.phase() is Phase.LISTENING

    lesson(way, body)


# ---- no end ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", WAYS)
def test_an_answer_that_goes_on_for_ever_is_stopped(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watchdog, "LONGEST_ANSWER_S", LONGEST_S)

    async def body(room: WireRoom) -> None:
        ids = {"response_id": "r1", "item_id": "a1"}
        await room.say({"type": "response.created", "response": {"id": "r1"}})
        began_s = asyncio.get_running_loop().time()
        while room.lesson.reply_id:
            await room.say({"type": "response.output_audio_transcript.delta", **ids, "delta": "and "})
            await room.say({"type": "response.output_audio.delta", **ids, "delta": VOICE})
            room.wire.sound(200)
            await asyncio.sleep(0.2)
            assert asyncio.get_running_loop().time() - began_s < LONGEST_S + 5
        assert "response.cancel" in room.wire.types()
        assert titles(room)[-1] == "The tutor's answer had no end, so it was stopped."
        assert not room.card.speaker.sounding
        room.session.say("Stop!")
        await asyncio.sleep(5)
        assert room.wire.types()[-1] == "response.create"

    lesson(way, body)


@pytest.mark.parametrize("way", WAYS)
def test_a_turn_that_goes_on_for_ever_is_answered(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    """A television in the room: neither our meter nor the server hears an end."""
    monkeypatch.setattr(watchdog, "LONGEST_TURN_S", LONGEST_S)

    async def body(room: WireRoom) -> None:
        await room.say(*reply(1)[:1], *reply(1)[-1:])
        await room.card.microphone.speak(600, 10)
        await room.say({"type": "input_audio_buffer.speech_started", "item_id": "u1"})
        for _ in range(round(LONGEST_S) + 2):
            assert "input_audio_buffer.commit" not in room.wire.types()
            await room.card.microphone.speak(700)
            await room.card.microphone.speak(300, 10)
            if room.phase() is not Phase.HEARING:
                break
        asked = [kind for kind in room.wire.types() if kind != "input_audio_buffer.append"]
        assert asked[-2:] == ["input_audio_buffer.commit", "response.create"]

    lesson(way, body)
