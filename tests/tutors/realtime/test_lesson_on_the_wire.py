"""A session over the real link and a strict server: what the learner does, and what of it is on the wire."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from tests.support.strict_server import Behaviour, Reply, tone
from tests.tutors.helpers import PLAN
from tests.tutors.realtime.lesson_room import room
from tutor_tui.core.conversation import TurnState
from tutor_tui.core.lesson import Phase
from tutor_tui.core.turn_detection import PushToTalk, SemanticVad, ServerVad

LONG = Reply("one two three four five six seven eight nine ten", tone(6_000))


async def test_the_tutor_greets_and_answers_what_it_hears() -> None:
    async with room(Behaviour(replies=[Reply("Hello!", tone(100)), Reply("Well said.", tone(100))])) as there:
        await there.until(lambda lesson: lesson.replies == 1 and lesson.phase is Phase.LISTENING)
        await there.speak()
        await there.quiet(400)
        await there.until(lambda lesson: lesson.replies == 2 and lesson.phase is Phase.LISTENING)
        turns = [(turn.role, turn.text, turn.state) for turn in there.lesson.turns]
        assert turns == [
            ("tutor", "Hello!", TurnState.DONE),
            ("learner", "hello there", TurnState.DONE),
            ("tutor", "Well said.", TurnState.DONE),
        ]
        assert there.lesson.usd > 0
        assert there.server.complaints == []


async def test_barge_in_by_voice_cuts_at_what_was_heard_and_sends_no_cancel() -> None:
    async with room(Behaviour(replies=[LONG], delta_gap_s=0.02)) as there:
        await there.until(lambda lesson: lesson.phase is Phase.SPEAKING)
        await asyncio.sleep(0.3)
        await there.speak(200)
        cut = await there.server.wait_for("conversation.item.truncate")
        assert there.server.of_type("response.cancel") == []
        (turn,) = [turn for turn in there.lesson.turns if turn.state is TurnState.CUT]
        assert (turn.id, turn.heard_ms) == (cut["item_id"], cut["audio_end_ms"])
        assert turn.heard_ms >= 300, "what was heard before the learner began"
        await there.quiet(400)
        await there.server.wait_told("conversation.item.truncated")
        assert there.server.complaints == []


@pytest.mark.parametrize("gap_s", [0.0, 0.02], ids=["all of it was sent", "it is being sent"])
async def test_at_an_mm_hm_it_goes_on_and_at_a_word_it_stops(gap_s: float) -> None:
    behaviour = Behaviour(replies=[LONG], transcripts=["Mm-hm.", "Wait!"], delta_gap_s=gap_s)
    async with room(behaviour) as there:
        there.session.recorder.voice.probability = lambda window: float(any(window))
        there.session.barge_in.wanted = True  # as from the settings
        await there.server.wait_told("session.updated")
        await there.until(lambda lesson: lesson.phase is Phase.SPEAKING)
        await asyncio.sleep(0.2)
        await there.speak(200)
        await there.quiet(400)
        await there.server.wait_for("conversation.item.delete")
        assert there.lesson.phase is Phase.SPEAKING
        assert [turn.role for turn in there.lesson.turns] == ["tutor"]
        await there.speak(200)
        await there.quiet(400)
        cut = await there.server.wait_for("conversation.item.truncate")
        await there.until(lambda lesson: len(lesson.turns) == 3 and lesson.phase is Phase.SPEAKING)
        assert [(turn.text, turn.state) for turn in there.lesson.turns[1:2]] == [("Wait!", TurnState.DONE)]
        assert there.lesson.turns[0].heard_ms == cut["audio_end_ms"]
        assert there.server.complaints == []


async def test_the_key_cancels_what_is_being_sent_and_only_truncates_what_is_not() -> None:
    async with room(Behaviour(replies=[LONG], delta_gap_s=0.02)) as there:
        await there.until(lambda lesson: lesson.phase is Phase.SPEAKING)
        await asyncio.sleep(0.2)
        there.session.interrupt()
        await there.server.wait_for("response.cancel")
        await there.server.wait_told("conversation.item.truncated")
        await there.until(lambda lesson: lesson.phase is Phase.LISTENING)
        assert there.server.complaints == []
    async with room(Behaviour(replies=[LONG])) as there:
        await there.server.wait_told("response.done")
        await there.until(lambda lesson: lesson.phase is Phase.SPEAKING)
        await asyncio.sleep(0.2)
        there.session.interrupt()
        await there.server.wait_told("conversation.item.truncated")
        assert there.server.of_type("response.cancel") == []
        assert there.server.complaints == []


async def test_typing_over_the_tutor_stops_it_and_is_answered() -> None:
    replies = [LONG, Reply("I see.", tone(100))]
    async with room(Behaviour(replies=replies, delta_gap_s=0.02)) as there:
        await there.until(lambda lesson: lesson.phase is Phase.SPEAKING)
        await asyncio.sleep(0.2)
        there.session.say("wait, please")
        await there.until(lambda lesson: any(turn.text == "I see." for turn in lesson.turns))
        roles = [turn.role for turn in there.lesson.turns]
        assert roles == ["tutor", "learner", "tutor"]
        assert there.server.complaints == []


async def test_turn_taking_changes_while_talking_without_a_new_connection() -> None:
    async with room(Behaviour(replies=[LONG], delta_gap_s=0.02)) as there:
        await there.until(lambda lesson: lesson.phase is Phase.SPEAKING)
        for detection in (ServerVad(silence_duration_ms=2_000), SemanticVad("low"), PushToTalk()):
            there.session.set_turn_detection(detection)
            await there.until(lambda lesson, wanted=detection: lesson.applied.turn_detection == wanted)  # type: ignore[misc]  # a default binds the loop's value
        assert len(there.server.sessions) == 1
        there.session.change(replace(there.lesson.plan, speed=0.7))
        there.session.interrupt()
        await there.until(lambda lesson: lesson.applied.speed == 0.7)
        assert there.server.complaints == []


async def test_a_refused_change_springs_back_and_says_why() -> None:
    behaviour = Behaviour(replies=[Reply("Hi", tone(60))])
    async with room(behaviour) as there:
        await there.until(lambda lesson: lesson.replies == 1 and lesson.phase is Phase.LISTENING)
        behaviour.refuses = {"session.audio.input.turn_detection": "not this one"}
        there.session.set_turn_detection(SemanticVad("high"))
        await there.until(lambda lesson: lesson.notice is not None)
        assert there.lesson.notice is not None
        assert "not this one" in there.lesson.notice.title + there.lesson.notice.hint
        assert there.lesson.plan.turn_detection == PLAN.turn_detection


async def test_thinking_aloud_is_kept_and_answered_when_the_key_is_released() -> None:
    async with room(Behaviour(replies=[Reply("Hi", tone(60)), Reply("Good.", tone(60))])) as there:
        await there.until(lambda lesson: lesson.replies == 1 and lesson.phase is Phase.LISTENING)
        there.session.think()
        await there.until(lambda lesson: not lesson.plan_pending)
        await there.speak()
        await there.quiet(400)
        await there.server.wait_told("input_audio_buffer.committed")
        await there.quiet(200)
        assert len(there.server.of_type("response.create")) == 1, "the greeting"
        there.session.think()
        await there.until(lambda lesson: lesson.replies == 2)
        assert there.server.complaints == []


async def test_push_to_talk_by_key() -> None:
    async with room(Behaviour(replies=[Reply("Hi", tone(60)), Reply("Good.", tone(60))])) as there:
        await there.until(lambda lesson: lesson.replies == 1 and lesson.phase is Phase.LISTENING)
        there.session.set_turn_detection(PushToTalk())
        await there.until(lambda lesson: lesson.applied.turn_detection == PushToTalk())
        there.session.talk()
        await there.speak(300)
        there.session.talk()
        await there.until(lambda lesson: lesson.replies == 2)
        assert [turn.role for turn in there.lesson.turns] == ["tutor", "learner", "tutor"]
        assert there.server.complaints == []


async def test_a_dropped_line_is_dialled_again_with_the_history() -> None:
    async with room(Behaviour(replies=[Reply("Hello!", tone(60))])) as there:
        await there.until(lambda lesson: lesson.replies == 1 and lesson.phase is Phase.LISTENING)
        there.server.drop()
        await there.until(lambda lesson: not lesson.linked)
        await there.until(lambda lesson: lesson.linked)
        replayed = there.server.of_type("conversation.item.create")[-1]["item"]
        assert (replayed["role"], replayed["content"][0]["text"]) == ("assistant", "Hello!")
        assert [turn.text for turn in there.lesson.turns] == ["Hello!"]
        assert there.server.complaints == []


async def test_a_muted_learner_is_silent_on_the_wire() -> None:
    async with room(Behaviour(replies=[Reply("Hi", tone(60))])) as there:
        await there.until(lambda lesson: lesson.replies == 1 and lesson.phase is Phase.LISTENING)
        there.session.mute()
        before = len(there.server.heard)
        await there.speak(200)
        await asyncio.sleep(0.1)
        assert not any(there.server.heard[before:])
