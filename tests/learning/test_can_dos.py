"""What units teach to do: kept, due and told of, but never asked for as a word is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.learning.helpers import at, learner_in, use, word
from tests.tutors.helpers import PLAN
from tutor_tui.app.remembered import briefing_for
from tutor_tui.core.courses import can_do_text
from tutor_tui.core.learner_settings import LearnerSettings
from tutor_tui.core.tools import NOTE_CHARACTERS, Used
from tutor_tui.exchange.anki_note import EXPORTED
from tutor_tui.learning.briefing import Briefing, with_briefing
from tutor_tui.learning.can_dos import can_do_in_brief, can_do_item, how_shown
from tutor_tui.learning.items import Item, ItemKind, KeptItem, Origin, Use
from tutor_tui.learning.learner import mark_known
from tutor_tui.library.due import due_by_language, next_due
from tutor_tui.library.progress import SqliteProgress
from tutor_tui.tools.registry import standard_tools
from tutor_tui.ui.kept_item_text import item_entry, item_facts

CAFE = Item(
    "ko", ItemKind.CAN_DO, "order a drink; pay", "At the café", "커피 주세요.", origin=Origin.UNIT, added_at=at(0)
)
UNIT = replace(PLAN, profile="At the café", target_language="ko", can_do=("order a drink", "pay"))


def test_a_can_do_comes_back_as_words_do_and_is_never_one_of_them(tmp_path: Path) -> None:
    written = (use(word(day=1), Use.WRITTEN, day=0.5), use(CAFE, Use.WRITTEN, day=2))
    learner = learner_in(tmp_path, word(day=1), CAFE, uses=(use(CAFE, day=1), *written))
    file = tmp_path / "data" / "library.sqlite3"
    assert [each.item.kind for each in learner.due("ko", at(90), 100)] == [ItemKind.WORD]
    assert (learner.count_due("ko", at(90)), due_by_language(file, at(90))) == (1, {"ko": 1})
    assert [each.uses for each in learner.items("ko")] == [0, 2]
    schedule = learner.due("ko", at(90))[0].schedule
    assert schedule is not None and next_due(file, "ko") == schedule.due_at
    assert len(SqliteProgress(file).stabilities("ko")) == 1
    assert learner.due_can_do("ko", at(1.5)) is None
    assert ItemKind.CAN_DO not in EXPORTED
    found = learner.due_can_do("ko", at(90))
    assert found is not None
    assert (found.item, found.uses) == (CAFE, 2)
    assert learner.units_in("lesson-1") == [("At the café", Use.INDEPENDENT)]
    with learner.changing() as change:
        mark_known(change, CAFE.id)
    assert learner.due_can_do("ko", at(90)) is None


def test_with_help_it_is_due_the_next_day_and_the_unit_is_offered_once_more(tmp_path: Path) -> None:
    learner = learner_in(tmp_path, CAFE, uses=(use(CAFE, Use.ASSISTED, day=0),))
    assert learner.reviews_of(CAFE.id) == []
    told = briefing_for("ko", tmp_path / "data" / "library.sqlite3", LearnerSettings(keep="yes"), at(1))
    assert told.again == "“At the café” (order a drink; pay)"


def test_a_unit_counts_as_done_once_its_task_was_done_other_than_by_being_told_how(tmp_path: Path) -> None:
    told = replace(CAFE, term="tell the time", meaning="What time is it?", id="")
    later = replace(CAFE, term="make plans", meaning="Plans", id="")
    uses = (use(CAFE, Use.ASSISTED), use(told, Use.LAPSE), use(later, Use.LAPSE), use(later, Use.WRITTEN, day=3))
    learner = learner_in(tmp_path, CAFE, told, later, word(), uses=(*uses, use(word())))
    assert learner.can_dos_shown("ko") == {"order a drink; pay", "make plans"}
    assert learner.can_dos_shown("es") == frozenset()


def test_it_is_read_with_its_unit_and_how_it_went() -> None:
    kept = KeptItem(CAFE, uses=0)
    assert item_entry(kept).plain == "At the café  order a drink; pay"
    assert item_entry(replace(kept, item=replace(CAFE, meaning=""))).plain.rstrip() == "order a drink; pay"
    facts = {each.name: each.value for each in item_facts(kept)}
    assert facts == {
        "can-do": "order a drink; pay",
        "unit": "At the café",
        "as said": "커피 주세요.",
        "learnt": "not asked yet",
    }
    assert can_do_in_brief(replace(CAFE, term="do " * 50)).endswith("…)")
    assert {how_shown("At the café", each) for each in Use} >= {"“At the café”: on your own."}


def test_only_who_can_tell_of_it_is_told_of_it() -> None:
    tools = standard_tools().specs(["used"])
    told = with_briefing(replace(UNIT, tools=tools), Briefing()).instructions
    assert "order a drink; pay" in told
    assert "“At the café”" in told
    assert with_briefing(UNIT, Briefing()) == UNIT
    assert with_briefing(replace(PLAN, tools=tools), Briefing()).instructions == PLAN.instructions


def test_a_model_is_not_believed_what_its_unit_teaches() -> None:
    told = Used("anything", "independent", "커피 주세요.", "Any")
    item = can_do_item(told, UNIT, scripted=False)
    assert item == replace(CAFE, added_at=0.0)
    assert can_do_item(told, replace(UNIT, can_do=()), scripted=False) is None
    assert can_do_item(replace(told, unit=""), UNIT, scripted=True) is None
    own = can_do_item(told, UNIT, scripted=True)
    assert own is not None
    assert (own.term, own.meaning) == ("anything", "Any")
    assert len(can_do_text(["x" * 200, "y" * 200])) == NOTE_CHARACTERS
