"""The learner's first syllable over the tutor's voice, on loudspeakers; in virtual time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.session.room import PLAN, Room, lesson_test
from tutor_tui.core import events as ev
from tutor_tui.core import pcm
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.turn_detection import PushToTalk
from tutor_tui.session.voice_onset import HELD_FRAMES

ECHO, VOICE = 2, 8_000
"""Levels: of what an echo canceller leaves, and of a learner."""
ANEW = b"\x11\x22" * (pcm.FRAME_BYTES // 2)


async def on_loudspeakers(room: Room, *, anew: int = HELD_FRAMES, mode: str = "speakers") -> None:
    """The tutor speaks, and its echo is taken out; `anew`: how many frames can be made anew."""
    room.session.recorder.voice.probability = lambda window: float(window[1] == VOICE >> 8)
    room.session.set_echo("speakers" if mode == "speakers" else "headphones")
    room.sound.microphone.echo_cancelled = True
    room.sound.microphone.recover = lambda: lambda: ANEW * anew
    room.session.barge_in.wanted = True
    await room.sound.microphone.speak(1_000, level=ECHO)
    await room.reply(ms=10_000)
    room.tutor.link.heard.clear()


def frames(room: Room) -> list[str]:
    """What the tutor got: `e` a frame of echo, `a` one that was made anew, `v` one of the voice."""
    heard = bytes(room.tutor.link.heard)
    kinds = {ECHO & 0xFF: "e", ANEW[0]: "a", VOICE & 0xFF: "v"}
    return [kinds[heard[at]] for at in range(0, len(heard), pcm.FRAME_BYTES)]


def test_what_was_heard_just_before_a_voice_is_known_goes_out_anew_and_all_that_follows_at_once() -> None:
    async def body(room: Room) -> None:
        await on_loudspeakers(room)
        await room.sound.microphone.speak(2_000, level=ECHO)
        assert frames(room) == ["e"] * (100 - HELD_FRAMES), "held back"
        await room.sound.microphone.speak(200, level=VOICE)
        voiced = 10 - (frames(room).count("v") or 10)
        assert 0 < voiced <= 4, "it takes some windows to know a voice"
        expected = ["e"] * (100 + voiced - HELD_FRAMES) + ["a"] * HELD_FRAMES + ["v"] * (10 - voiced)
        assert frames(room) == expected, "nothing is doubled, nothing is lost, and nothing is late any more"

    lesson_test(body)


def test_where_less_can_be_made_anew_the_rest_goes_out_as_it_was() -> None:
    async def body(room: Room) -> None:
        await on_loudspeakers(room, anew=6)
        await room.sound.microphone.speak(2_000, level=ECHO)
        await room.sound.microphone.speak(200, level=VOICE)
        assert frames(room).count("a") == 6 and len(frames(room)) == 110

    lesson_test(body)


def test_a_fault_loses_no_sound() -> None:
    def fails() -> Callable[[], bytes]:
        raise MemoryError

    async def body(room: Room) -> None:
        await on_loudspeakers(room)
        room.sound.microphone.recover = fails
        await room.sound.microphone.speak(2_000, level=ECHO)
        await room.sound.microphone.speak(200, level=VOICE)
        assert frames(room) == ["e"] * 100 + ["v"] * 10

    lesson_test(body)


def test_who_says_nothing_is_heard_a_little_late_and_without_delay_once_the_tutor_is_silent() -> None:
    async def body(room: Room) -> None:
        await on_loudspeakers(room)
        await room.sound.microphone.speak(1_000, level=ECHO)
        assert len(frames(room)) == 50 - HELD_FRAMES
        room.session.cut("key")
        await room.sound.microphone.speak(20, level=ECHO)
        assert frames(room) == ["e"] * 51

    lesson_test(body)


def test_what_was_said_before_the_microphone_was_closed_goes_out() -> None:
    async def body(room: Room) -> None:
        await on_loudspeakers(room)
        await room.sound.microphone.speak(1_000, level=ECHO)
        room.session.take(ev.Muted(True))
        await room.sound.microphone.speak(200, level=VOICE)
        assert frames(room) == ["e"] * 50

    lesson_test(body)


@pytest.mark.parametrize("why", ["headphones", "a call", "push-to-talk", "not wanted"])
def test_nothing_is_held_back(why: str) -> None:
    async def body(room: Room) -> None:
        await on_loudspeakers(room, mode=why if why == "headphones" else "speakers")
        room.session.barge_in.wanted = why != "not wanted"
        if why == "push-to-talk":
            room.session.talk()
        await room.sound.microphone.speak(1_000, level=ECHO)
        assert frames(room) == ["e"] * 50

    plan = replace(PLAN, turn_detection=PushToTalk()) if why == "push-to-talk" else PLAN
    lesson_test(body, lambda: Room(plan, Capabilities(way="webrtc") if why == "a call" else None))
