"""Esc, typing, repeat and the talk key reach the tutor at every moment of a turn, whatever carries the lesson."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from tests.tutors.helpers import PLAN
from tests.tutors.realtime.test_never_stuck import lesson, reply, turn, until
from tests.tutors.realtime.wire_room import WAYS, Way, WireRoom
from tutor_tui.core import events as ev
from tutor_tui.core.lesson import Phase
from tutor_tui.core.turn_detection import PushToTalk

_STARTED, _STOPPED, _KEPT, *_REST = turn(1)
MOMENTS: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]]]] = {
    "the end of speech": ([_STARTED, _STOPPED], [_KEPT]),
    "the turn is kept": ([_STARTED, _STOPPED, _KEPT], []),
    "the turn is written down": (turn(1), []),
    "the answer is announced": ([*turn(1), reply(2)[0]], []),
    "its place is announced": ([*turn(1), *reply(2)[:2]], []),
    "its sound is announced": ([*turn(1), *reply(2)[:3]], []),
    "its first words are there": ([*turn(1), *reply(2)[:5]], []),
}
"""What has come, and what comes afterwards, before (or at) the answer that nobody wants."""


async def ready(room: WireRoom) -> None:
    """The greeting is over."""
    begin, *_, end = reply(1)
    await room.say(begin, end)
    room.session.voice.take(ev.TutorAudio("a0", b""))  # this tutor speaks
    room.wire.sent.clear()


def kinds(room: WireRoom) -> list[str]:
    """What was sent, but for the sound."""
    return [kind for kind in room.wire.types() if kind != "input_audio_buffer.append"]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("what", ["Esc", "typed", "repeat"])
def test_an_answer_that_has_not_sounded_is_not_heard_any_more(way: Way, moment: str, what: str) -> None:
    async def body(room: WireRoom) -> None:
        await ready(room)
        before, after = MOMENTS[moment]
        await room.say(*before)
        assert room.phase() is Phase.THINKING
        {"Esc": room.session.interrupt, "typed": lambda: room.session.say("No."), "repeat": room.session.repeat}[what]()
        assert room.phase() is (Phase.THINKING if what == "typed" else Phase.LISTENING)
        await room.say(*after)
        *rest, end = [frame for frame in reply(2) if frame not in before]
        begin, middle = rest[: rest[0] == reply(2)[0]], rest[rest[0] == reply(2)[0] :]
        await room.say(*begin)
        assert "response.cancel" in kinds(room)
        await room.say(*middle)
        room.wire.sound(400)
        await room.say({"type": "output_audio_buffer.cleared", "response_id": "r2"}, end)
        await asyncio.sleep(1.0)
        assert not [item_id for item_id, _ in room.card.speaker.played if item_id == "a2"]
        assert not [line.text for line in room.lesson.history if line.text == "Good day."], "nobody has heard it"
        if what != "Esc":
            assert kinds(room)[-1] == "response.create", "what was asked for instead is asked for now"
            await room.say(*reply(3)[:-2])
            room.wire.sound(400)
            await until(room, lambda lesson: "a3" in lesson.sounding, 2.0)
        else:
            assert room.phase() is Phase.LISTENING
            assert "response.create" not in kinds(room)

    lesson(way, body)


@pytest.mark.parametrize("way", WAYS)
def test_the_greeting_can_be_stopped_before_it_begins(way: Way) -> None:
    async def body(room: WireRoom) -> None:
        room.session.interrupt()
        await room.say(*reply(1)[:-1])
        room.wire.sound(400)
        await asyncio.sleep(0.5)
        assert "response.cancel" in kinds(room)
        assert room.card.speaker.played == []
        assert room.phase() is Phase.LISTENING

    lesson(way, body)


# ---- the talk key ---------------------------------------------------------------------------------------------------


async def pressed(room: WireRoom, *pauses_s: float) -> None:
    """The talk key, and again after each pause, while the learner speaks all the time."""
    room.session.talk()
    for pause_s in pauses_s:
        await room.card.microphone.speak(round(pause_s * 1000))
        room.session.talk()


def by_key(way: Way) -> WireRoom:
    return WireRoom(way, replace(PLAN, turn_detection=PushToTalk()))


PRESSES = {
    "pressed twice": (2.0,),
    "held, as a terminal repeats it": (0.5, *[0.034] * 60),
    "held, on a slow line": (0.66, *[0.1] * 20),
    "pressed again in the tail": (1.0, 0.16, 1.0),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("presses", PRESSES)
def test_a_turn_by_key_is_sent_once_and_whole(way: Way, presses: str) -> None:
    async def body(room: WireRoom) -> None:
        await ready(room)
        heard = room.wire.heard_bytes
        await pressed(room, *PRESSES[presses])
        await room.card.microphone.speak(1_000)
        assert kinds(room) == ["input_audio_buffer.clear", "input_audio_buffer.commit", "response.create"]
        encoded = 4 / 3 if way == "openai" else 1.0
        assert (
            room.wire.heard_bytes - heard
            >= 0.95 * sum(pause_s // 0.02 * 0.02 for pause_s in PRESSES[presses]) * 48_000 * encoded
        )
        assert room.phase() is Phase.THINKING

    lesson(way, body, by_key)


@pytest.mark.parametrize("way", WAYS)
def test_a_bounce_of_the_key_is_told_and_loses_no_turn(way: Way) -> None:
    async def body(room: WireRoom) -> None:
        await ready(room)
        room.session.talk()
        await asyncio.sleep(0.04)
        room.session.talk()
        await room.card.microphone.speak(1_000)
        sent = kinds(room)
        assert sent[0] == "input_audio_buffer.clear"
        if sent[1:] == ["input_audio_buffer.commit", "response.create"]:
            return
        await room.say({"type": "input_audio_buffer.cleared"})
        assert room.lesson.notice is not None and room.lesson.notice.title == "That was too short to hear."
        assert room.phase() is Phase.LISTENING

    lesson(way, body, by_key)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("what", ["Esc", "typed"])
def test_in_the_tail_of_a_pressed_turn_nothing_said_is_lost_and_its_answer_is_not_wanted(way: Way, what: str) -> None:
    async def body(room: WireRoom) -> None:
        await ready(room)
        await pressed(room, 1.0)
        room.session.interrupt() if what == "Esc" else room.session.say("No.")
        await room.card.microphone.speak(1_000)
        sent = kinds(room)
        assert sent.count("input_audio_buffer.commit") == 1, "it is kept, and written down"
        assert sent.count("response.create") == (0 if what == "Esc" else 1)
        assert room.phase() is (Phase.LISTENING if what == "Esc" else Phase.THINKING)

    lesson(way, body, by_key)


@pytest.mark.parametrize("way", WAYS)
def test_esc_while_the_talk_key_is_down_ends_the_turn(way: Way) -> None:
    async def body(room: WireRoom) -> None:
        await ready(room)
        room.session.talk()
        await room.card.microphone.speak(1_000)
        room.session.interrupt()
        assert room.phase() is Phase.THINKING
        await room.card.microphone.speak(500)
        assert kinds(room)[-2:] == ["input_audio_buffer.commit", "response.create"]

    lesson(way, body, by_key)


def test_sound_that_waited_to_be_read_when_the_tutor_was_stopped_is_not_heard() -> None:
    async def body(room: WireRoom) -> None:
        await ready(room)
        *begin, delta = [*turn(1), *reply(2)[:6]]
        await room.say(*begin)
        room.wire.say(delta)
        room.session.interrupt()
        await asyncio.sleep(0.1)
        assert not [item_id for item_id, _ in room.card.speaker.played if item_id == "a2"]
        room.session.say("Another one.")
        await room.say(reply(2)[-1], *reply(3))
        assert [item_id for item_id, _ in room.card.speaker.played if item_id == "a3"]

    lesson("openai", body)
