"""A tutor whose voice comes no sooner than it is heard, as on a call: what counts as heard when it is stopped."""

from __future__ import annotations

import asyncio

from tests.session.room import Room, lesson_test
from tutor_tui.core import events as ev
from tutor_tui.core.conversation import TurnState
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


def test_what_had_come_before_a_drop_is_heard_to_its_end_and_shown_as_cut() -> None:
    async def body(room: Room) -> None:
        await room.reply(ms=1_000, done=False, text="one two three four five six seven eight nine ten")
        await asyncio.sleep(0.2)
        await room.tell(LinkLost("Gone.", "Dialling again.", retry=True))
        lesson = room.session.lesson
        turn = lesson.turn("A")
        assert turn is not None and turn.state is TurnState.CUT and turn.heard_share < 0.5
        assert room.phase() is Phase.SPEAKING, "it is"
        assert room.session.lesson.history[-1].text == turn.heard_text.strip()
        await asyncio.sleep(1.5)
        assert room.phase() is Phase.LISTENING

    lesson_test(body)


def test_a_sentence_cut_by_a_drop_is_shown_as_cut_even_when_all_its_words_so_far_were_heard() -> None:
    async def body(room: Room) -> None:
        await room.reply(ms=5_000, done=False, text="one two")
        await asyncio.sleep(4.5)
        await room.tell(LinkLost("Gone.", "Dialling again.", retry=True))
        turn = room.session.lesson.turn("A")
        assert turn is not None and turn.state is TurnState.CUT and turn.unheard_text == ""

    lesson_test(body)


def test_words_of_which_no_sound_had_come_before_a_drop_were_not_heard() -> None:
    async def body(room: Room) -> None:
        await room.reply("A", ms=200)
        await asyncio.sleep(1.0)
        await room.tell(ev.ReplyStarted("R2"), ev.TutorTextDelta("B", "one two"))
        await room.tell(LinkLost("Gone.", "Dialling again.", retry=True))
        turn = room.session.lesson.turn("B")
        assert turn is not None and turn.state is TurnState.CUT and turn.heard_text == ""

    lesson_test(body)


def test_the_rest_of_an_answer_that_plays_on_after_a_drop_can_be_stopped() -> None:
    async def body(room: Room) -> None:
        await room.reply(ms=5_000, done=False)
        await asyncio.sleep(1.0)
        await room.tell(LinkLost("Gone.", "Dialling again.", retry=True))
        await asyncio.sleep(1.0)
        assert room.phase() is Phase.SPEAKING
        room.session.interrupt()
        assert room.phase() is Phase.LISTENING
        turn = room.session.lesson.turn("A")
        assert turn is not None and 1_900 <= turn.heard_ms <= 2_200

    lesson_test(body)
