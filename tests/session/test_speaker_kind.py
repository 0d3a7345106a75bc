"""A headset that is plugged in or out."""

from __future__ import annotations

from tests.session.room import Room, lesson_test
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
