"""What a tutor is told of earlier lessons."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.learning.helpers import correction, word
from tests.session.room import PLAN
from tutor_tui.core.token_count import tokens_in
from tutor_tui.learning.briefing import (
    MOST_TOKENS,
    Briefing,
    briefing_lines,
    briefing_text,
    due_item,
    each_once,
    with_briefing,
)
from tutor_tui.learning.items import Item, ItemKind

FULL = Briefing(
    [word(), replace(correction(), term="어제 갔어요", said="어제 가요", id="")],
    correction(),
    "Korean A1, 3 January 2026",
    "3 × 15 min",
    [Item("ko", ItemKind.FACT, "is called Mina"), Item("ko", ItemKind.FACT, "likes tea")],
    "Korean A1, 3 January 2026",
)


def test_what_is_due_is_to_be_brought_about_and_not_said() -> None:
    text = briefing_text(FULL)
    assert text.startswith("## From earlier lessons\n")
    assert "Bring back, each by a question" in text
    assert "- “멀다” (“far”)\n- “어제 갔어요” (they said “어제 가요”)\n" in text
    assert "Last corrected: “학교에 가요” (they said “학교 가요”)" in text
    assert "To be done again: “Korean A1, 3 January 2026”." in text
    assert text.endswith("Their goal: “3 × 15 min”\nAbout them: “is called Mina”; “likes tea”")


@pytest.mark.parametrize(("scripted", "counts"), [(True, "1 word, 1 mistake"), (False, "3 words, 1 mistake")])
def test_what_is_counted_is_what_will_be_asked(scripted: bool, counts: str) -> None:
    bare, long = word("가깝다", ""), word("빵", "x" * 100)
    told = dict(briefing_lines(Briefing([word(), bare, long, correction()]), scripted=scripted))
    assert told["to come back"] == counts
    nothing = dict(briefing_lines(Briefing([bare]), scripted=True))
    assert "to come back" not in nothing


def test_the_last_mistake_is_there_and_gives_no_answer_away_that_is_due() -> None:
    other = replace(correction(), said="어제 가요", term="어제 갔어요", added_at=correction().added_at + 1, id="")
    open_one = dict(briefing_lines(Briefing([word()], correction())))
    assert open_one["last mistake"] == "학교 가요 → 학교에 가요"
    due = dict(briefing_lines(Briefing([correction(), other])))
    assert due["last mistake"] == "어제 가요 → … (to come back: you will say it right)"
    assert "last mistake" not in dict(briefing_lines(Briefing([word()])))


def test_the_task_to_be_done_again_is_named_unless_it_is_that_of_the_last_lesson() -> None:
    same = dict(briefing_lines(Briefing(last_lesson="In the café, 3 May 2026: order", again="In the café, 3 May 2026")))
    assert same["once more"] == "the same task again shows what has grown"
    other = dict(briefing_lines(Briefing(last_lesson="Likes, 4 May 2026", again="In the café, 3 May 2026")))
    assert other["once more"] == "In the café, 3 May 2026: the same task again shows what has grown"
    unit = dict(briefing_lines(Briefing(again="“At the café”")))
    assert unit["once more"].startswith("“At the café”: ")


def test_without_anything_to_tell_the_instructions_stay_as_they_are() -> None:
    assert briefing_text(Briefing()) == ""
    assert with_briefing(PLAN, Briefing()) == PLAN
    assert with_briefing(PLAN, FULL).instructions == f"{PLAN.instructions}\n\n{briefing_text(FULL)}"


TEXT = st.text(st.sampled_from('aé\n\x1b“”"#>한漢 '), max_size=300)
ITEMS = st.builds(
    lambda kind, term, meaning, said: Item("ko", kind, term, meaning, said=said),
    st.sampled_from(ItemKind),
    TEXT,
    TEXT,
    TEXT,
)


@given(st.builds(Briefing, st.lists(ITEMS, max_size=5), ITEMS, TEXT, TEXT, st.lists(ITEMS, max_size=9), TEXT))
def test_it_stays_short_and_no_word_in_it_breaks_out_of_its_quotes(briefing: Briefing) -> None:
    text = briefing_text(briefing)
    assert tokens_in(text) <= MOST_TOKENS
    assert text.count("“") - text.count("”") == 0
    own = ("##", "Notes of", "Bring back", "does not", "- ", "Last ", "To be done again: ", "Their ", "About ")
    assert all(line.startswith(own) for line in text.splitlines()), text
    assert "\x1b" not in text


@pytest.mark.parametrize(
    ("item", "asked"),
    [
        (Item("es", ItemKind.WORD, "tortilla", "omelette", "Hay tortilla."), "omelette"),
        (Item("es", ItemKind.WORD, "tortilla", "", "Hay tortilla, tostadas y pan."), "Hay ____, tostadas y pan."),
        (Item("es", ItemKind.WORD, "tortilla", "", "Tortilla."), ""),
        (Item("es", ItemKind.WORD, "tortilla", "", "Hay pan."), ""),
        (Item("es", ItemKind.CORRECTION, "Hay pan", "", "Hay pan, sí.", said="Es pan"), ""),
    ],
    ids=["by its meaning", "by its sentence", "nothing else in it", "not in it", "a mistake by itself"],
)
def test_a_word_without_a_meaning_is_asked_for_by_its_sentence_with_a_gap(item: Item, asked: str) -> None:
    assert due_item(item).meaning == asked


def test_what_is_due_of_the_same_words_is_asked_once() -> None:
    word = Item("es", ItemKind.WORD, "tengo hambre", "I am hungry")
    slip = Item("es", ItemKind.CORRECTION, "Sí, tengo hambre.", said="Soy hambre")
    other = Item("es", ItemKind.WORD, "tengo sed", "I am thirsty")
    assert each_once([word, other, slip]) == [word, other] and each_once([slip, word]) == [slip]
