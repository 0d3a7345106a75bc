"""A headset that is plugged in or out."""

from __future__ import annotations

import pytest

from tests.session.room import PLAN, Room, lesson_test
from tutor_tui.core import events as ev
from tutor_tui.core.echo_mode import EchoMode


def mode(room: Room) -> EchoMode:
    return room.session.lesson.echo_mode


def test_a_headset_changes_what_the_microphone_can_hear_and_says_so() -> None:
    async def body(room: Room) -> None:
        session, take = room.session, room.session.take
        take(ev.SpeakerKindChanged("headphones"))
        assert (session.lesson.echo_mode, session.lesson.notice) == ("headphones", None), "so it was"
        take(ev.SpeakerKindChanged("speakers"))
        notice = session.lesson.notice
        assert session.lesson.echo_mode == "speakers" and notice is not None and "through speakers" in notice.title
        room.session.set_echo("half-duplex")
        take(ev.SpeakerKindChanged("speakers"))
        assert mode(room) == "half-duplex", "who chose that keeps it"
        take(ev.SpeakerKindChanged("headphones"))
        assert mode(room) == "headphones"

    lesson_test(body)


@pytest.mark.parametrize("chosen", ["speakers", "half-duplex"])
@pytest.mark.parametrize("from_the_start", [True, False])
def test_after_a_headset_the_mode_is_the_one_that_was_chosen_for_loudspeakers(
    chosen: EchoMode, from_the_start: bool
) -> None:
    async def body(room: Room) -> None:
        session, take = room.session, room.session.take
        if not from_the_start:
            session.set_echo(chosen)
        for _ in range(2):
            take(ev.SpeakerKindChanged("headphones"))
            assert mode(room) == "headphones"
            take(ev.SpeakerKindChanged("speakers"))
            notice = session.lesson.notice
            assert mode(room) == chosen and notice is not None
            assert ("rests while it is heard" in notice.title) == (chosen == "half-duplex")
        session.set_echo("speakers")
        take(ev.SpeakerKindChanged("headphones"))
        take(ev.SpeakerKindChanged("speakers"))
        assert mode(room) == "speakers", "what was chosen last"

    lesson_test(body, lambda: Room(PLAN, echo_mode=chosen if from_the_start else "headphones"))


@pytest.mark.parametrize("chosen", ["speakers", "half-duplex"])
def test_the_key_goes_to_and_fro_between_headphones_and_what_was_chosen_for_loudspeakers(chosen: EchoMode) -> None:
    async def body(room: Room) -> None:
        for expected in ("headphones", chosen, "headphones"):
            room.session.speaker_kind.change_echo()
            assert mode(room) == expected

    lesson_test(body, lambda: Room(PLAN, echo_mode=chosen))
