"""A voice that the tutor does not notice is told once, and only for as long as it is so."""

from __future__ import annotations

import pytest

from tests.session.room import Room, lesson_test
from tests.session.test_response_times import quiet
from tests.ui.stage import READY, StagedSession, make_app, shown, until
from tutor_tui.core import events as ev
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.phase_text import LOUDER, NO_VOICE, QUIETER, UNNOTICED
from tutor_tui.plain.narrator import Narrator

SOFT = 104
"""-50 dBFS, where it is softest."""


def told(room: Room) -> bool:
    return room.session.lesson.unnoticed


async def speak_softly(room: Room, ms: int = 2_500) -> None:
    await quiet(room, 400)
    await room.sound.microphone.talk(ms, SOFT)


def test_a_soft_voice_that_starts_no_turn_is_told_until_it_starts_one() -> None:
    async def body(room: Room) -> None:
        await speak_softly(room, 1_000)
        assert not told(room), "it may still be noticed"
        await speak_softly(room)
        assert told(room)
        assert UNNOTICED in " ".join(Narrator(Capabilities()).tell(room.session.lesson))
        await room.tell(ev.LearnerStartedSpeaking("u"))
        assert not told(room)
        await room.tell(ev.LearnerStoppedSpeaking("u"), ev.LearnerTurnKept("u", None))
        await room.reply()
        await quiet(room, 1_500)
        await speak_softly(room)
        assert not told(room), "once is enough"

    lesson_test(body)


def test_in_a_loud_room_nobody_is_told_to_make_it_louder() -> None:
    async def body(room: Room) -> None:
        await room.sound.microphone.speak(400, level=300)  # -41 dBFS
        await room.sound.microphone.talk(2_500, 1_500)
        assert told(room) and room.session.lesson.unnoticed_how == "in noise"
        lines = " ".join(Narrator(Capabilities()).tell(room.session.lesson))
        assert QUIETER.partition(" (")[0] in lines and LOUDER not in lines

    lesson_test(body)


def test_who_is_loud_enough_in_a_quiet_room_is_not_told_to_be_louder() -> None:
    async def body(room: Room) -> None:
        await quiet(room, 400)
        await room.sound.microphone.talk(2_500, 1_000)  # -30 dBFS and more
        assert told(room)
        lines = " ".join(Narrator(Capabilities()).tell(room.session.lesson))
        assert NO_VOICE in lines and UNNOTICED not in lines and LOUDER not in lines

    lesson_test(body)


@pytest.mark.parametrize("level", [SOFT, 5_000])
def test_a_tone_is_no_voice_that_goes_unnoticed(level: int) -> None:
    async def body(room: Room) -> None:
        await quiet(room, 400)
        await room.sound.microphone.speak(6_000, level=level)
        assert not told(room)

    lesson_test(body)


def test_it_goes_when_nobody_speaks_any_more() -> None:
    async def body(room: Room) -> None:
        await speak_softly(room)
        assert told(room)
        await quiet(room, 11_000)
        assert not told(room)

    lesson_test(body)


@pytest.mark.parametrize("why", ["noticed", "muted", "held", "tutor speaks", "short"])
def test_nothing_is_told_where_the_tutor_is_not_waiting_or_hears(why: str) -> None:
    async def body(room: Room) -> None:
        match why:
            case "noticed":
                await room.tell(ev.LearnerStartedSpeaking("u"))
            case "muted":
                room.session.mute()
            case "held":
                room.session.think()
            case "tutor speaks":
                await room.reply(ms=9_000)
            case _:
                pass
        await speak_softly(room, 1_200 if why == "short" else 3_000)
        assert not told(room)

    lesson_test(body)


async def test_the_screen_says_it_with_the_way_out_and_takes_it_away() -> None:
    session = StagedSession()
    session.happen(*READY, ev.VoiceUnnoticed(True))
    app = make_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: f"! {UNNOTICED}" in shown(app) and "lower the threshold: v." in shown(app))
        session.happen(ev.LearnerStartedSpeaking("u"))
        await until(pilot, lambda: UNNOTICED not in shown(app))
