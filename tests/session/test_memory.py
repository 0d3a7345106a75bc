"""What is remembered while a lesson is under way: uses, corrections, facts, notes."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Literal

import pytest

from tests.session.kept_items import FAR, KOREAN, SLIP, journal_of, kept, known, say
from tests.session.room import Room
from tests.session.tool_room import FakeToolbox
from tutor_tui.core import events as ev
from tutor_tui.core.captions import Rung
from tutor_tui.core.line_help import LineHelp
from tutor_tui.core.tools import Fact, Note, ToolCall, Used
from tutor_tui.learning.items import Evidence, Item, ItemKind, Use


def test_a_known_item_that_the_learner_says_is_a_use_of_it() -> None:
    async def body(room: Room) -> None:
        await say(room, "집이 아주 멀다!")
        await say(room, "네.", "M")

    assert kept(body, known=[known(FAR)]).uses == [(Use.INDEPENDENT, "멀다")]


def test_a_known_term_with_a_gap_is_used_whatever_stands_in_it() -> None:
    async def body(room: Room) -> None:
        await say(room, "안녕하세요. 저는 샘이라고 해요.")
        await say(room, "저는 마리아예요.", "M")

    name = Item("ko", ItemKind.WORD, "저는 … 예요", "I am …")
    assert kept(body, known=[name]).uses == [(Use.INDEPENDENT, "저는 마리아예요")]


def test_what_the_tutor_has_just_said_what_is_typed_and_what_is_shown_is_assisted() -> None:
    async def repeated(room: Room) -> None:
        await room.reply(ms=100, text="멀다 means far. 멀다!")
        await asyncio.sleep(20)
        await say(room, "멀다")

    async def typed(room: Room) -> None:
        room.session.say("멀다")
        await room.reply(ms=100)

    async def shown(room: Room) -> None:
        await room.reply(ms=100, text="How is the way?")
        room.session.take(ev.HelpShown(LineHelp("A", hints=("멀다",))))
        await say(room, "멀다")

    async def long_ago(room: Room) -> None:
        await room.reply(ms=100, text="멀다 means far.")
        await asyncio.sleep(100)
        await say(room, "멀다")

    for body in (repeated, typed, shown):
        assert kept(body, known=[known(FAR)]).uses == [(Use.ASSISTED, "멀다")], body
    assert kept(long_ago, known=[known(FAR)]).uses == [(Use.INDEPENDENT, "멀다")]
    (use,) = kept(shown, known=[known(FAR)]).changes
    assert isinstance(use, Evidence) and use.rung is Rung.MEANING


def test_a_word_counts_as_met_when_it_was_heard_or_could_be_read() -> None:
    """Hidden lines are heard alone; one that is revealed, or shown by a higher rung, is in sight from then on."""

    async def asks(room: Room, then: ev.LocalEvent | None, *, heard_ms: int | None = None) -> None:
        await room.reply(ms=100, text="Is it far? 멀다 means far.")
        if heard_ms is not None:
            room.session.advance(ev.SpeechCut("A", heard_ms, 100))
        await asyncio.sleep(100 if heard_ms is None else 5)
        if then is not None:
            room.session.take(then)
        await say(room, "멀다")

    def used(rung: Rung, then: ev.LocalEvent | None = None, heard_ms: int | None = None) -> tuple[Use, Rung]:
        async def body(room: Room) -> None:
            room.session.take(ev.CaptionsChosen(rung))
            await asks(room, then, heard_ms=heard_ms)

        (evidence,) = kept(body, known=[known(FAR)]).changes
        assert isinstance(evidence, Evidence)
        return evidence.use, evidence.rung

    assert used(Rung.HIDDEN) == (Use.INDEPENDENT, Rung.HIDDEN)
    assert used(Rung.HIDDEN, ev.LineRevealed("A")) == (Use.ASSISTED, Rung.ALL)
    assert used(Rung.HIDDEN, ev.CaptionsChosen(Rung.ALL)) == (Use.ASSISTED, Rung.ALL)
    assert used(Rung.HIDDEN, ev.CaptionsChosen(Rung.FIRST_LETTERS)) == (Use.INDEPENDENT, Rung.FIRST_LETTERS)
    assert used(Rung.HIDDEN, heard_ms=10) == (Use.INDEPENDENT, Rung.HIDDEN), "stopped before the word"
    assert used(Rung.HIDDEN, heard_ms=100) == (Use.ASSISTED, Rung.HIDDEN), "said a moment ago"
    assert used(Rung.ALL, heard_ms=10) == (Use.ASSISTED, Rung.ALL), "it could be read"


def test_what_the_tutor_answers_with_was_no_model() -> None:
    async def body(room: Room) -> None:
        await say(room, "멀다", answer="네, 멀다!")

    assert kept(body, known=[known(FAR)]).uses == [(Use.INDEPENDENT, "멀다")]


def test_a_correction_is_used_in_a_later_turn_and_its_repetition_is_a_lapse() -> None:
    async def body(room: Room) -> None:
        await say(room, "학교 가요.", "L0")
        room.session.take(ev.Noted(Note(SLIP, "L0")))
        await asyncio.sleep(100)
        await say(room, "오늘 학교에 가요.", "L1")
        await say(room, "저는 학교 가요, 학교에 가요.", "L2")
        await say(room, "내일 학교 가요.", "L3")
        room.session.take(ev.Noted(Note(SLIP, "L3")))

    async def at_once(room: Room) -> None:
        room.session.take(ev.Noted(Note(SLIP, "L0")))
        await room.tell(ev.LearnerStartedSpeaking("L3"), ev.LearnerTurnKept("L3", None))
        room.session.take(ev.Noted(Note(SLIP, "L3")))
        await room.tell(ev.LearnerTextDone("L3", "학교 가요"), ev.ReplyStarted("R"), ev.ReplyEnded("R"))

    journal = kept(body)
    assert [each.kind for each in journal.items] == [ItemKind.CORRECTION]
    assert journal.uses == [*[(Use.INDEPENDENT, "학교에 가요")] * 2, (Use.LAPSE, "학교 가요")]
    repaired = [each.repaired for each in journal.changes if isinstance(each, Evidence)]
    assert repaired == [False, True, False]
    assert kept(at_once).uses == [(Use.LAPSE, "학교 가요")]


def test_a_fact_about_the_learner_is_kept() -> None:
    async def body(room: Room) -> None:
        room.session.memory.told_fact(Fact("is called Mina"), "L")

    assert [(each.kind, each.term) for each in kept(body).items] == [(ItemKind.FACT, "is called Mina")]


def test_a_tool_s_effects_reach_it() -> None:
    async def body(room: Room) -> None:
        toolbox = FakeToolbox(effects={"note": Fact("likes tea")})
        room.session._tools._toolbox = toolbox
        await room.tell(ev.ReplyStarted("R"), ev.ToolCalled(ToolCall("c", "note", "{}")), ev.ReplyEnded("R"))
        await asyncio.sleep(0.5)

    assert [each.term for each in kept(body).items] == ["likes tea"]


def test_what_a_tool_says_behind_the_reply_counts_for_the_turn_that_was_answered() -> None:
    """Calls are answered once their reply has ended: all that the offline tutor said of what was due was lost."""

    async def body(room: Room) -> None:
        room.session._tools._toolbox = FakeToolbox(effects={"used": Used("멀다.", "lapse", "가까워요")})
        await room.tell(ev.LearnerStartedSpeaking("L"), ev.LearnerStoppedSpeaking("L"), ev.LearnerTurnKept("L", None))
        await room.tell(ev.LearnerTextDone("L", "가까워요"), ev.ReplyStarted("R"))
        await room.tell(ev.ToolCalled(ToolCall("c", "used", "{}")), ev.ReplyEnded("R"))
        await asyncio.sleep(0.5)

    assert kept(body, known=[known(FAR)]).uses == [(Use.LAPSE, "가까워요")]


@pytest.mark.parametrize("drill", ["", "recall"])
def test_what_is_shown_as_noted_is_kept_at_once(drill: Literal["", "recall"]) -> None:
    """It waited for the end of the next reply, half a minute in a drill: a process that was killed had lost it."""

    async def body(room: Room) -> None:
        room.session._tools._toolbox = FakeToolbox(effects={"used": Used("멀다", "independent", "멀다")})
        await room.tell(ev.LearnerStartedSpeaking("L"), ev.LearnerStoppedSpeaking("L"), ev.LearnerTurnKept("L", None))
        await room.tell(
            ev.LearnerTextDone("L", "멀다"), ev.ReplyStarted("R"), ev.ToolCalled(ToolCall("c", "used", "{}"))
        )
        await room.tell(ev.TutorTextDelta("A", "Good."))
        (line,) = room.session.lesson.tool_lines
        assert line.summary == "멀다 (on your own)" and journal_of(room).uses == [(Use.INDEPENDENT, "멀다")]
        await room.tell(ev.TutorTextDone("A", "Good."), ev.ReplyEnded("R"))

    plan = replace(KOREAN, drill=drill)
    assert kept(body, known=[known(FAR)], plan=plan).uses == [(Use.INDEPENDENT, "멀다")], "and once"


def test_what_a_tutor_notes_of_a_turn_when_the_learner_says_the_next_one_is_kept() -> None:
    async def body(room: Room) -> None:
        await say(room, "멀어요")
        await room.tell(ev.LearnerStartedSpeaking("M"))
        room.session.memory.told(Used("멀다", "independent", "멀어요"), "L")

    assert kept(body, known=[known(FAR)]).uses == [(Use.INDEPENDENT, "멀어요")]


def test_another_language_has_its_own_items() -> None:
    async def body(room: Room) -> None:
        room.session.configure(replace(KOREAN, target_language="es"))
        await asyncio.sleep(0.5)
        await say(room, "멀다, lejos")

    assert kept(body, known=[known(FAR), replace(known(FAR), language="es", term="lejos", id="")]).uses == [
        (Use.INDEPENDENT, "lejos")
    ]
