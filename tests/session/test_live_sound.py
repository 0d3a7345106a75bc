"""A tutor whose voice comes no sooner than it is heard, as on a call: what counts as heard when it is stopped."""

from __future__ import annotations

import asyncio

from tests.session.room import Room, lesson_test
from tutor_tui.core import events as ev
from tutor_tui.core.lesson import Phase
from tutor_tui.core.lesson_plan import HistoryLine
from tutor_tui.core.pcm import silence
from tutor_tui.core.problems import LinkLost


async def a_call_in_mid_reply(room: Room) -> None:
    """Half a second was heard of a reply whose text is all here, and whose sound comes as it is heard."""
    text = ev.TutorTextDone("A", "one two three four")
    await room.tell(ev.ReplyStarted("R"), text, ev.TutorSoundExpected("A", 1_000))
    await room.tell(
        ev.TutorTextDone("B", "five six"), ev.TutorSoundExpected("B", 500), ev.TutorAudio("A", silence(510))
    )
    await asyncio.sleep(0.499)


def test_on_a_call_the_words_ahead_of_the_voice_were_not_heard_when_it_is_stopped() -> None:
    async def body(room: Room) -> None:
        await a_call_in_mid_reply(room)
        room.session.interrupt()
        assert [turn.heard_text for turn in room.session.lesson.turns] == ["one two ", ""]
        assert room.session.lesson.history == (HistoryLine("tutor", "one two"),)
        assert room.phase() is Phase.LISTENING, "whatever the tutor's side makes of being told to stop"
        await room.tell(ev.TutorCut("A", 510), ev.TutorCut("B", 0), ev.ReplyEnded("R", "cancelled"))
        assert room.session.lesson.history == (HistoryLine("tutor", "one two"),)
        assert room.phase() is Phase.LISTENING

    lesson_test(body)


def test_a_call_that_breaks_leaves_only_what_was_heard_in_the_history() -> None:
    async def body(room: Room) -> None:
        await a_call_in_mid_reply(room)
        await room.tell(LinkLost("Gone.", "Dialling again.", retry=True))
        assert room.session.lesson.history == (HistoryLine("tutor", "one two"),)
        assert not room.sound.speaker.sounding

    lesson_test(body)
