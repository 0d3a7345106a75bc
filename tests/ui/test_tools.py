"""What the tutor's tools leave on the screen: quiet lines in the conversation, and a card of notes beside it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rich.cells import cell_len

from tests.ui.stage import KOREAN, READY, StagedSession, answered, drawn, make_app, shown, spoken, until
from tests.ui.test_turn_text import WIDE, tones, words
from tutor_tui.core import events as ev
from tutor_tui.core.conversation import Divider, ToolLine, ToolState, Turn, TurnState
from tutor_tui.core.lesson import Lesson
from tutor_tui.core.lesson_summary import note_line
from tutor_tui.core.profile import plan_of
from tutor_tui.core.tools import Correction, Note, ToolCall, Word
from tutor_tui.ui.widgets.notes_card import MOST_NOTES, note_facts
from tutor_tui.ui.widgets.turn_text import Setting, laid_out

TURN = Turn("t", "tutor", "Let me see.", TurnState.DONE)
RUNNING = ToolLine("c", "get_weather", "t")
DONE = ToolLine("c", "get_weather", "t", ToolState.DONE, "Seoul: 7 °C")
FAILED = ToolLine("c", "fly\x1b[31m", "t", ToolState.FAILED, "no such tool")


def called(call_id: str, name: str = "get_weather") -> ev.ToolCalled:
    return ev.ToolCalled(ToolCall(call_id, name, "{}"))


def test_a_call_is_one_quiet_line_in_words() -> None:
    lines = laid_out(TURN, Setting(80, behind=(RUNNING, DONE, FAILED)))
    assert words(lines).split("\n")[1:] == [
        "  Tutor ┃ Let me see.",
        "         · weather …",
        "         · weather: Seoul: 7 °C",
        "         · fly␛[31m: did not work (no such tool)",
    ]
    assert "weather" in tones(lines, "note")
    assert laid_out(TURN, WIDE) == lines[:2]


def test_a_long_outcome_is_shortened_to_its_line() -> None:
    long = ToolLine("c", "note_word", "t", ToolState.DONE, "word " * 60)
    for width in (80, 30):
        *_, (last,) = laid_out(TURN, Setting(width, behind=(long,)))
        assert len(last[0]) <= width and last[0].endswith("…")


def test_a_divider_has_a_title_and_is_as_wide_as_the_words() -> None:
    for width in (80, 30, 12):
        lines = laid_out(TURN, Setting(width, behind=(Divider("t", "東京の旅 · " + "long " * 40),)))
        assert lines[-2] == ()
        ((text, tone),) = lines[-1]
        assert tone == "note" and text.lstrip().startswith("── ") and cell_len(text) <= width
    assert words(laid_out(TURN, Setting(60, behind=(Divider("t", "東京"),)))).endswith(f"── 東京 {'─' * 42}")


async def test_a_call_stands_behind_its_turn_and_says_what_became_of_it() -> None:
    session = StagedSession()
    session.happen(*READY, *answered("a1", "Hello!"), *spoken("u1", "Rain in Seoul?"))
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        session.happen(called("c1"))
        await drawn(pilot)
        assert "· weather …" in shown(app)
        session.tools.answer(True, "Seoul: 7 °C")
        session.happen(*answered("a2", "It rains."))
        await until(pilot, lambda: "· weather: Seoul: 7 °C" in shown(app))
        text = shown(app)
        assert text.index("Rain in Seoul?") < text.index("· weather: Seoul: 7 °C") < text.index("It rains.")
        assert "weather …" not in text


async def test_a_call_before_the_first_word_is_not_lost() -> None:
    session = StagedSession()
    session.happen(*READY, called("c1", "set_pace"))
    session.tools.answer(False, "interrupted")
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await drawn(pilot)
        session.happen(*answered("a1", "Hello!"))
        await until(pilot, lambda: "· pace: did not work (interrupted)" in shown(app))


async def test_notes_are_beside_the_conversation_newest_first_with_their_turns() -> None:
    session = StagedSession()
    session.happen(*READY, *spoken("u1", "I goed home."), *spoken("u2", "A [b]chair[/b]?"))
    app = make_app(session)
    async with app.run_test(size=(120, 40)) as pilot:
        await drawn(pilot)
        assert "Noted" not in shown(app)
        session.happen(
            ev.Noted(Note(Correction("I goed", "I went", "irregular"), "u1")),
            ev.Noted(Note(Word("[red]의자[/]", "chair", "의자에 앉아요."), "u2")),
        )
        await drawn(pilot)
        text = shown(app)
        assert "Noted" in text
        assert text.index("word     [red]의자[/]: chair") < text.index("mistake  I goed → I went (irregular)")
        assert text.index("in “A [b]chair[/b]?”") < text.index("in “I goed home.”")


async def test_older_notes_are_counted() -> None:
    session = StagedSession()
    session.happen(*READY, *(ev.Noted(Note(Word(f"w{i}", "m"), "")) for i in range(MOST_NOTES + 3)))
    app = make_app(session)
    async with app.run_test(size=(120, 60)) as pilot:
        await drawn(pilot)
        text = shown(app)
        assert f"w{MOST_NOTES + 2}: m" in text and "and 3 before" in text
        assert "w2: m" not in text


@pytest.mark.parametrize("rows", range(24, 60, 3))
async def test_no_note_is_shown_in_part_and_the_card_has_its_foot(rows: int) -> None:
    session = StagedSession()
    noted = [ev.Noted(Note(Correction(f"I goed {i} " + "long " * 12, f"went{i}"), "")) for i in range(4)]
    session.happen(*READY, *noted, ev.DeviceLost("speaker", "No speaker was found.", "Plug one in."))
    app = make_app(session)
    async with app.run_test(size=(120, rows)) as pilot:
        await drawn(pilot)
        await pilot.press("v")
        await until(pilot, lambda: "tab next" in shown(app))
        await until(pilot, lambda: shown(app).count("╭") == shown(app).count("╰"))
        text = shown(app)
        for i in range(4):
            assert (f"I goed {i} " in text) == (f"went{i}" in text), text
        assert "Noted" in text or rows < 30


def test_a_note_says_nothing_twice() -> None:
    turns = (Turn("u1", "learner", "I want coffee."), Turn("u2", "learner", "Then I goed home."))
    notes = (Note(Correction("I want coffee", "I would like coffee"), "u1"), Note(Correction("I goed", "I went"), "u2"))
    second, first = note_facts(replace(Lesson(plan_of(KOREAN)), turns=turns, notes=notes))
    assert [fact.value for fact in first.facts] == ["I want coffee → I would like coffee"]
    assert [fact.value for fact in second.facts] == ["I goed → I went", "in “Then I goed home.”"]


def test_a_word_that_was_shown_is_not_said_to_be_in_what_was_said_otherwise() -> None:
    turns = (
        Turn("u1", "learner", "저는 마리아예요."),
        Turn("u2", "learner", "네, 저도 반가워요!"),
        Turn("u3", "learner", "저도 반가워요"),
    )
    word = Word("저도 반가워요.", "I am glad, too.")
    lesson = replace(Lesson(plan_of(KOREAN)), turns=turns, notes=tuple(Note(word, each.id) for each in turns))
    whole, used, shown_only = note_facts(lesson)
    assert [len(each.facts) for each in (whole, used, shown_only)] == [1, 2, 1]
    assert used.facts[1].value == "in “네, 저도 반가워요!”"


@pytest.mark.parametrize(
    ("term", "kind", "explained"),
    [
        ("의자", "word", "의자: chair"),
        ("take care", "phrase", "take care: chair"),
        ("How are you?", "sentence", "How are you? (chair)"),
        ("お元気ですか。", "sentence", "お元気ですか。 (chair)"),
    ],
)
def test_what_is_noted_is_called_what_it_is(term: str, kind: str, explained: str) -> None:
    word = Word(term, "chair")
    assert (word.kind, word.explained) == (kind, explained)
    assert note_line(Note(word, "")) == f"{kind.capitalize()}: {explained}"
