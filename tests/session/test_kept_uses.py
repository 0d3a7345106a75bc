"""What counts as a use of what is asked for, and what is said of it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Literal

import pytest

from tests.session.kept_items import FAR, KOREAN, Kept, kept, known, say
from tests.session.room import PLAN, Room
from tests.session.tool_room import TOOLS, FakeToolbox
from tutor_tui.core import events as ev
from tutor_tui.core.lesson_plan import DrillKind
from tutor_tui.core.tool_text import tool_words
from tutor_tui.core.tools import Correction, Note, ToolCall, Used, Word
from tutor_tui.core.tutor_commands import AnswerTools
from tutor_tui.learning.items import Evidence, Item, ItemKind, Use
from tutor_tui.session.memory import Unkept


@pytest.mark.parametrize(
    ("told", "uses"),
    [
        (Used("멀다", "independent", "멀어요"), [(Use.INDEPENDENT, "멀어요")]),
        (Used("멀다", "lapse", "집이"), [(Use.LAPSE, "집이")]),
        (Used("멀다", "independent", "가까워요"), []),
        (Used("가깝다", "independent", "멀어요"), []),
    ],
    ids=["in another form", "a lapse", "a quote that nobody said", "a word that nobody gave"],
)
def test_what_the_tutor_says_of_a_use_is_looked_up_in_what_was_said(told: Used, uses: list[tuple[Use, str]]) -> None:
    async def body(room: Room) -> None:
        await room.tell(ev.LearnerStartedSpeaking("L"), ev.LearnerStoppedSpeaking("L"), ev.LearnerTurnKept("L", None))
        room.session.memory.told(told, "L")  # the call comes before the transcript, as it may
        await room.tell(ev.LearnerTextDone("L", "집이 멀어요."), ev.ReplyStarted("R"), ev.ReplyEnded("R"))

    assert kept(body, known=[known(FAR)]).uses == uses


HUNGRY = Item("es", ItemKind.WORD, "tengo hambre", "I am hungry", turn_id="earlier")
HUNGRY_SLIP = Item("es", ItemKind.CORRECTION, "Tengo hambre.", said="Soy hambre", turn_id="earlier")
SPANISH = replace(PLAN, target_language="es")


def uses_of(item: Item, journal: Kept) -> list[Use]:
    return [each.use for each in journal.changes if isinstance(each, Evidence) and each.item_id == item.id]


@pytest.mark.parametrize("known", [[HUNGRY_SLIP, HUNGRY], [HUNGRY, HUNGRY_SLIP]], ids=["the mistake first", "last"])
@pytest.mark.parametrize("drill", ["", "recall"], ids=["in a lesson", "in a drill"])
def test_what_was_asked_for_gets_the_credit_and_so_does_all_that_is_the_same_words(
    known: list[Item], drill: DrillKind | Literal[""]
) -> None:
    """“tengo hambre” was asked for, and its evidence went to the correction “Tengo hambre.”: it stayed due."""

    async def body(room: Room) -> None:
        room.session.memory.told(Used("tengo hambre", "independent", "tengo hambre"), "L")
        await say(room, "tengo hambre")

    journal = kept(body, known=known, plan=replace(SPANISH, drill=drill), scripted=bool(drill))
    assert uses_of(HUNGRY, journal) == uses_of(HUNGRY_SLIP, journal) == [Use.INDEPENDENT]


def test_what_they_failed_at_is_only_what_was_asked_for() -> None:
    async def body(room: Room) -> None:
        room.session.memory.told(Used("tengo hambre", "lapse", "no sé"), "L")
        await say(room, "no sé")

    journal = kept(body, known=[HUNGRY_SLIP, HUNGRY], plan=SPANISH)
    assert uses_of(HUNGRY, journal) == [Use.LAPSE] and uses_of(HUNGRY_SLIP, journal) == []


def test_one_mistake_makes_one_item() -> None:
    async def body(room: Room) -> None:
        await say(room, "Soy hambre.", "L0")
        await say(room, "Sí, tengo hambre.", "L1")
        room.session.take(ev.Noted(Note(Correction("Soy hambre", "Sí, tengo hambre."), "L1")))
        room.session.take(ev.Noted(Note(Word("tengo hambre", "I am hungry"), "L1")))
        await asyncio.sleep(100)
        await say(room, "Soy hambre.", "L2")
        room.session.take(ev.Noted(Note(Correction("Soy hambre.", "Tengo hambre."), "L2")))
        await say(room, "Vale.", "L3")

    journal = kept(body, plan=SPANISH)
    assert [(each.kind, each.said, each.term) for each in journal.items] == [
        (ItemKind.CORRECTION, "Soy hambre", "Tengo hambre.")
    ]
    assert journal.uses == [(Use.LAPSE, "Soy hambre")]


@pytest.mark.parametrize(
    ("told", "kept_as"),
    [
        (Used("tengo hambre", "independent", "tengo hambre"), Use.INDEPENDENT),
        (Used("tengo hambre", "independent", "yo tengo mucha hambre"), Unkept.NOT_SAID),
        (Used("tengo hambre", "independent", "Quiero agua"), Unkept.NOT_SAID),
        (Used("tengo hambre", "assisted", "Quiero agua"), Unkept.NOT_SAID),
        (Used("tengo hambre", "lapse", "Quiero agua"), Use.LAPSE),
        (Used("tengo sed", "independent", "Quiero agua"), Unkept.NO_ITEM),
    ],
    ids=["said", "a quote that nobody said", "nothing of it", "nor with help", "missed", "no such item"],
)
def test_what_is_told_of_a_use_is_what_was_kept(told: Used, kept_as: Use | Unkept) -> None:
    """“noted: tengo sed (on your own)” was shown of a quote that was made up."""
    found: list[Use | Unkept] = []

    async def body(room: Room) -> None:
        await room.tell(ev.LearnerStartedSpeaking("L"), ev.LearnerStoppedSpeaking("L"), ev.LearnerTurnKept("L", None))
        await room.tell(ev.LearnerTextDone("L", "Quiero agua, tengo hambre."))
        found.append(room.session.memory.told(told, "L"))

    journal = kept(body, known=[HUNGRY], plan=SPANISH)
    assert found == [kept_as]
    assert (told.quote in {quote for _, quote in journal.uses}) == isinstance(kept_as, Use)


@pytest.mark.parametrize(
    ("typed", "told", "line"),
    [
        (False, "tengo hambre", "noted: tengo hambre (on your own)"),
        (True, "tengo hambre", "noted: tengo hambre (on your own, in writing)"),
        (False, "tengo sed", "noted: did not work (“tengo sed” is none of your words)"),
    ],
)
def test_the_line_on_the_screen_and_what_the_model_is_told_are_what_was_kept(typed: bool, told: str, line: str) -> None:
    async def body(room: Room) -> None:
        effect = Used(told, "independent", "tengo hambre")
        room.session._tools._toolbox = FakeToolbox(effects={"used": effect})
        if typed:
            room.session.say("tengo hambre")
        else:
            started, kept_turn = ev.LearnerStartedSpeaking("L"), ev.LearnerTurnKept("L", None)
            await room.tell(started, ev.LearnerStoppedSpeaking("L"), kept_turn, ev.LearnerTextDone("L", "tengo hambre"))
        await room.tell(ev.ReplyStarted("R"), ev.ToolCalled(ToolCall("c", "used", "{}")), ev.ReplyEnded("R"))
        await asyncio.sleep(0.5)
        assert [tool_words(each) for each in room.session.lesson.tool_lines] == [line]
        (sent,) = [each for each in room.tutor.link.commands if isinstance(each, AnswerTools)]
        assert sent.answers[0].ok == ("did not work" not in line)
        assert sent.answers[0].output.startswith("Not noted") != sent.answers[0].ok

    kept(body, known=[HUNGRY], plan=replace(SPANISH, drill="recall", tools=TOOLS), scripted=True)


UNIT = replace(KOREAN, profile="At the café", can_do=("order a drink", "pay"))
TOLD = Used("At the café", "independent", "커피 주세요.", "At the café")


@pytest.mark.parametrize(("typed", "how"), [(False, Use.INDEPENDENT), (True, Use.WRITTEN)])
def test_the_task_of_a_unit_keeps_what_it_teaches_and_how_it_went(typed: bool, how: Use) -> None:
    async def body(room: Room) -> None:
        if typed:
            room.session.say("커피 주세요. 감사합니다.")
            room.session.memory.told(TOLD, "")
            await room.reply(ms=100)
        else:
            room.session.memory.told(TOLD, "L")
            await say(room, "커피 주세요. 감사합니다.")

    journal = kept(body, plan=UNIT)
    (item,) = journal.items
    assert (item.kind, item.term, item.meaning) == (ItemKind.CAN_DO, "order a drink; pay", "At the café")
    assert journal.uses == [(how, "커피 주세요")]
    assert journal.changes[0] is item


def test_what_was_not_said_shows_nothing_of_a_unit() -> None:
    async def body(room: Room) -> None:
        room.session.memory.told(replace(TOLD, quote="계산해 주세요."), "L")
        await say(room, "커피 주세요.")

    assert kept(body, plan=UNIT).changes == []
