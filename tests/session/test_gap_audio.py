"""The learner's voice over a lost line: what is sent on the next."""

from __future__ import annotations

import asyncio

import pytest

from tests.session.broken_line import DARK_S, DROPPED, QUIET, frames, half_a_sentence, levels, linked, said, speaking
from tests.session.kept_records import Kept
from tests.session.room import Room
from tests.support.fakes import FakeTutor
from tutor_tui.core import events as ev
from tutor_tui.core import pcm
from tutor_tui.core.conversation import TurnState
from tutor_tui.core.lesson_plan import HistoryLine
from tutor_tui.core.tutor_commands import EndTurn
from tutor_tui.session.gap_audio import KEPT_S, LEAD_S, MOST_SENT, NOTICED_S


def test_a_sentence_that_the_line_broke_in_two_is_heard_whole_and_stands_there_once() -> None:
    async def body(room: Room) -> None:
        await half_a_sentence(room)
        await room.sound.microphone.speak(1_000, 6_000)
        await linked(room)
        await room.sound.microphone.speak(300, 7_000)
        assert said(room) == frames(1_000, 5_000) + frames(1_000, 6_000) + frames(300, 7_000)
        lead = levels(room).index(5_000)
        assert 0 < lead * pcm.FRAME_MS <= LEAD_S * 1_000
        assert room.tutor.link.plan.history == (HistoryLine("tutor", "What did you do?"),)
        assert room.tutor.link.commands == [], "the server ends the turn itself"
        await room.tell(ev.LearnerStartedSpeaking("V"), ev.LearnerStoppedSpeaking("V"), ev.LearnerTurnKept("V", None))
        await room.tell(ev.LearnerTextDone("V", "I went to the market."))
        assert [(turn.id, turn.text) for turn in room.session.lesson.turns][1:] == [("V", "I went to the market.")]
        assert room.session.lesson.notice is not None
        assert "say it again" not in room.session.lesson.notice.hint

    speaking(body)


def test_words_that_were_written_down_of_half_a_sentence_are_marked_and_not_remembered() -> None:
    async def body(room: Room) -> None:
        await room.sound.microphone.speak(400, 5_000)
        await room.tell(ev.LearnerStartedSpeaking("U"), ev.LearnerTextDelta("U", "I went to"))
        await room.tell(DROPPED)
        await linked(room)
        assert room.tutor.link.plan.history == (HistoryLine("tutor", "What did you do?"),)
        await room.tell(ev.LearnerStartedSpeaking("V"), ev.LearnerTextDone("V", "I went to the market."))
        turns = [(turn.id, turn.text, turn.state) for turn in room.session.lesson.turns][1:]
        assert turns == [("U", "", TurnState.LOST), ("V", "I went to the market.", TurnState.DONE)]

    speaking(body)


def test_what_is_said_while_it_is_dialled_again_is_heard_before_what_follows() -> None:
    async def body(room: Room) -> None:
        await room.tell(DROPPED)
        await room.sound.microphone.speak(1_000, 5_000)
        await linked(room)
        await room.sound.microphone.speak(300, 7_000)
        assert said(room) == frames(1_000, 5_000) + frames(300, 7_000)
        assert room.tutor.link.commands == []

    speaking(body)


def test_a_server_with_the_same_ids_does_not_mix_up_two_turns() -> None:
    async def body(room: Room) -> None:
        await half_a_sentence(room)
        await linked(room)
        await room.tell(ev.LearnerStartedSpeaking("U"), ev.LearnerTextDelta("U", "I went"))
        assert [(turn.id, turn.text) for turn in room.session.lesson.turns][1:] == [("U", "I went")]

    speaking(body)


def test_a_line_that_was_dead_for_a_while_before_it_was_given_up_loses_nothing() -> None:
    """Nobody has noticed the learner: the other side was gone already."""

    async def body(room: Room) -> None:
        await room.sound.microphone.speak(2_000, 5_000)
        await room.tell(DROPPED)
        await linked(room)
        assert said(room) == frames(2_000, 5_000)

    speaking(body)


def test_a_turn_of_which_no_words_have_come_is_said_again() -> None:
    async def body(room: Room) -> None:
        await room.sound.microphone.speak(600, 5_000)
        await room.tell(ev.LearnerStartedSpeaking("U"), ev.LearnerStoppedSpeaking("U"), ev.LearnerTurnKept("U", None))
        await room.tell(DROPPED)
        await linked(room)
        assert said(room) == frames(600, 5_000)

    speaking(body)


def test_what_has_its_words_is_not_said_again() -> None:
    async def body(room: Room) -> None:
        await room.sound.microphone.speak(600, 5_000)
        await room.tell(ev.LearnerStartedSpeaking("U"), ev.LearnerStoppedSpeaking("U"), ev.LearnerTurnKept("U", None))
        await room.tell(ev.LearnerTextDone("U", "I went to the market."), DROPPED)
        await linked(room)
        assert said(room) == []
        assert room.tutor.link.commands == [EndTurn(commit=False)], "it is asked for by its words"

    speaking(body)


def test_of_two_turns_only_the_one_without_words_is_said_again() -> None:
    async def body(room: Room) -> None:
        await room.sound.microphone.speak(600, 5_000)
        await room.tell(ev.LearnerStartedSpeaking("U"), ev.LearnerStoppedSpeaking("U"), ev.LearnerTurnKept("U", None))
        await room.sound.microphone.speak(600, 6_000)
        await room.tell(ev.LearnerStartedSpeaking("V"), ev.LearnerTextDone("U", "First."), DROPPED)
        await linked(room)
        assert said(room) == frames(600, 6_000)
        assert room.tutor.link.plan.history[-1] == HistoryLine("learner", "First.")

    speaking(body)


def test_what_is_being_answered_is_not_said_again() -> None:
    async def body(room: Room) -> None:
        await room.sound.microphone.speak(600, 5_000)
        await room.tell(ev.LearnerStartedSpeaking("U"), ev.LearnerStoppedSpeaking("U"), ev.LearnerTurnKept("U", None))
        await room.tell(ev.ReplyStarted("R2"), ev.TutorTextDelta("B", "Good! "), DROPPED)
        await linked(room)
        assert said(room) == []

    speaking(body)


def test_an_answer_that_the_learner_spoke_over_does_not_lose_their_turn() -> None:
    async def body(room: Room) -> None:
        await room.reply("B", ms=2_000, done=False)
        await room.sound.microphone.speak(400, 5_000)
        await room.tell(ev.LearnerStartedSpeaking("U"), ev.TutorTextDelta("B", "and more"))
        await room.tell(DROPPED)
        await linked(room)
        assert said(room) == frames(400, 5_000)

    speaking(body)


def test_a_long_pause_takes_no_room_from_the_voice() -> None:
    async def body(room: Room) -> None:
        room.tutor.connect_s = 60.0
        await room.tell(DROPPED)
        await room.sound.microphone.speak(1_000, 5_000)
        await room.sound.microphone.speak(30_000, QUIET)
        await room.sound.microphone.speak(1_000, 6_000)
        await linked(room)
        assert said(room) == frames(1_000, 5_000) + frames(1_000, 6_000)
        assert len(levels(room)) * pcm.FRAME_MS <= KEPT_S * 1_000

    speaking(body)


def test_of_more_than_ten_seconds_the_last_are_heard_and_the_learner_is_told() -> None:
    async def body(room: Room) -> None:
        room.tutor.connect_s = 15.0
        await half_a_sentence(room)
        for _ in range(15):
            await room.sound.microphone.speak(600, 6_000)
            await room.sound.microphone.speak(200, QUIET)
        await linked(room)
        assert len(levels(room)) * pcm.FRAME_MS == KEPT_S * 1_000
        assert 5_000 not in said(room)
        notice = room.session.lesson.notice
        assert notice is not None and notice.severity == "information"
        assert notice.title == "The line dropped while you spoke: the tutor hears only the last 10 s of what you said."

    speaking(body)


def test_what_is_said_for_long_while_it_is_dialled_again_is_told_to_be_cut_as_well() -> None:
    async def body(room: Room) -> None:
        room.tutor.connect_s = 15.0
        await room.tell(DROPPED)
        for _ in range(15):
            await room.sound.microphone.speak(600, 6_000)
            await room.sound.microphone.speak(200, QUIET)
        await linked(room)
        assert room.session.lesson.notice is not None
        assert room.session.lesson.notice.title.endswith("the tutor hears only the last 10 s of what you said.")

    speaking(body)


def test_a_turn_that_nobody_made_words_of_long_ago_is_not_sent() -> None:
    async def body(room: Room) -> None:
        await room.sound.microphone.speak(600, 5_000)
        await room.tell(ev.LearnerStartedSpeaking("U"), ev.LearnerStoppedSpeaking("U"), ev.LearnerTurnKept("U", None))
        await room.sound.microphone.speak(12_000, QUIET)
        await room.tell(DROPPED)
        await linked(room)
        assert levels(room) == []
        assert room.session.lesson.notice is not None
        assert "last 10 s" not in room.session.lesson.notice.title

    speaking(body)


def test_a_second_drop_before_anybody_has_noticed_loses_nothing() -> None:
    async def body(room: Room) -> None:
        await half_a_sentence(room)
        await linked(room)
        await room.sound.microphone.speak(200, 6_000)
        await room.tell(DROPPED)
        await linked(room)
        assert len(room.tutor.links) == 3
        assert said(room) == frames(1_000, 5_000) + frames(200, 6_000)
        await room.tell(ev.LearnerStartedSpeaking("V"))
        assert [turn.id for turn in room.session.lesson.turns][1:] == ["V"]
        await room.tell(DROPPED)
        await linked(room)
        assert said(room) == frames(1_000, 5_000) + frames(200, 6_000), "not even when they have"

    speaking(body)


def test_nobody_is_given_up_as_unnoticed_while_there_is_no_line_to_be_noticed_on() -> None:
    async def body(room: Room) -> None:
        await half_a_sentence(room)
        await linked(room)
        room.tutor.connect_s = NOTICED_S + 2 * DARK_S
        await room.tell(DROPPED)
        await linked(room)
        assert said(room) == frames(1_000, 5_000)

    speaking(body)


def test_each_connection_has_its_own_time_to_notice_what_was_sent() -> None:
    async def body(room: Room) -> None:
        await half_a_sentence(room)
        await linked(room)
        room.tutor.connect_s = NOTICED_S - 1
        await room.tell(DROPPED)
        await linked(room)
        await room.sound.microphone.speak(3_000, QUIET)
        await room.tell(DROPPED)
        await linked(room)
        assert said(room) == frames(1_000, 5_000)

    speaking(body)


def test_a_sound_that_breaks_each_connection_is_not_sent_for_ever() -> None:
    async def body(room: Room) -> None:
        room.tutor.connect_s = 0.1
        await half_a_sentence(room)
        sent = []
        for _ in range(6):
            await linked(room)
            sent.append(bool(said(room)))
            await room.tell(ev.LearnerStartedSpeaking(f"V{len(sent)}"), DROPPED)
        assert sent == [True] * MOST_SENT + [False] * (6 - MOST_SENT)
        assert "What you said while the line was down was not understood." in [
            each.title for each in (*room.session.lesson.earlier, room.session.lesson.notice) if each
        ]

    speaking(body)


def test_the_next_tutor_hears_it_when_another_one_is_chosen() -> None:
    other = FakeTutor()

    async def body(room: Room) -> None:
        await half_a_sentence(room)
        room.session.switch(other)
        await asyncio.sleep(0.1)
        sound = pcm.samples_of(bytes(other.link.heard))
        assert 5_000 in sound

    speaking(body)


@pytest.mark.parametrize("noticed", [True, False])
def test_it_is_kept_as_one_line_of_the_lesson(noticed: bool) -> None:
    """Where nobody notices it, as one that was lost."""
    journal = Kept()

    async def body(room: Room) -> None:
        await half_a_sentence(room)
        await linked(room)
        if noticed:
            await room.tell(ev.LearnerStartedSpeaking("V"), ev.LearnerTextDone("V", "I went to the market."))

    def recorded() -> Room:
        room = Room()
        room.session.recorder.journal = journal
        return room

    speaking(body, recorded)
    line = ("V", "done") if noticed else ("U", "open")
    assert [(each.item_id, each.state) for each in journal.turns] == [("A", "done"), line]
