from __future__ import annotations

from dataclasses import replace

import pytest
from textual import events

from tests.ui.stage import READY, StagedSession, answered, drawn, make_app, shown, until
from tutor_tui.core import events as ev
from tutor_tui.core.actions import key
from tutor_tui.core.lesson import Phase
from tutor_tui.core.settings import Settings
from tutor_tui.ui.app import TutorApp
from tutor_tui.ui.screens.help import HelpScreen
from tutor_tui.ui.screens.lesson import LessonScreen
from tutor_tui.ui.widgets.composer import MAX_CHARS, Composer


def said(session: StagedSession) -> list[str]:
    return [turn.text for turn in session.lesson.turns]


def ready() -> tuple[StagedSession, TutorApp]:
    session = StagedSession()
    session.happen(*READY)
    return session, make_app(session)


async def test_while_typing_letters_are_letters_and_enter_sends_them() -> None:
    session, app = ready()
    async with app.run_test() as pilot:
        await pilot.press("t", *"mehsp", "space", "left_square_bracket", "v", "question_mark", "enter")
        assert said(session) == ["mehsp [v?"]
        await pilot.press(*"q", "enter")
        assert said(session)[1:] == ["q"], "the composer keeps the focus for the next line"


async def test_what_is_typed_right_behind_the_key_belongs_to_the_line() -> None:
    session, app = ready()
    async with app.run_test() as pilot:
        for key in "tmother":  # all at once, as a quick typist over ssh sends them
            app.post_message(events.Key(key, key))
        await pilot.pause()
        assert said(session) == []
        await pilot.press("enter")
        assert said(session) == ["mother"]


async def test_keys_that_come_at_once_do_what_they_do_in_their_order() -> None:
    session, app = ready()
    async with app.run_test() as pilot:
        await pilot.press("t")
        for key in (*"yess", "backspace", "enter", *"of", "home", "delete", *"i", "enter", *"x", "ctrl+u", *"so"):
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        line = app.focused
        assert isinstance(line, Composer)
        await until(pilot, lambda: line.value == "so")
        assert said(session) == ["yes", "if"]


async def test_committed_hangul_kana_and_han_arrive_whole() -> None:
    session, app = ready()
    async with app.run_test() as pilot:
        await pilot.press("t")
        for sign in "커피 한 잔 주세요。東京駅まで":
            app.post_message(events.Key(f"some_name_of_{ord(sign)}", sign))  # as the terminal's parser does
        await pilot.pause()
        assert "커피 한 잔 주세요。東京駅まで" in shown(app)
        await pilot.press("enter")
        assert said(session) == ["커피 한 잔 주세요。東京駅まで"]


async def test_nothing_and_blanks_are_not_sent() -> None:
    session, app = ready()
    async with app.run_test() as pilot:
        await pilot.press("t", "enter", "space", "space", "enter")
        assert said(session) == []


async def test_escape_leaves_the_composer_keeps_the_words_and_does_not_interrupt() -> None:
    session, app = ready()
    async with app.run_test() as pilot:
        await pilot.press("t", *"abc", "escape", "m")
        assert session.lesson.muted
        await pilot.press("t", "d", "enter")
        assert said(session) == ["abcd"]


def speaking(session: StagedSession) -> None:
    session.happen(ev.ReplyStarted("r1"), ev.TutorTextDelta("a1", "A long story."), ev.TutorAudio("a1", bytes(960)))


@pytest.mark.parametrize(
    ("keys", "then", "meanwhile"),
    [
        (("t", "a"), "esc close, keep the words", "esc stop the tutor"),
        (("slash", "u"), "esc end", "esc stop the tutor"),
        (("slash", "u", "enter", "n"), "esc ends", "esc stops the tutor"),
        (("v",), "esc back", "esc stop ─"),
    ],
    ids=["typing", "searching", "at what was found", "the panel"],
)
async def test_escape_silences_the_tutor_first_wherever_it_is_pressed_and_the_screen_says_so(
    keys: tuple[str, ...], then: str, meanwhile: str
) -> None:
    session, app = ready()
    session.happen(*answered("a0", "Good morning. Are you hungry?"))
    async with app.run_test(size=(120, 30)) as pilot:
        await drawn(pilot)
        await pilot.press(*keys)
        await until(pilot, lambda: then in shown(app))
        speaking(session)
        await until(pilot, lambda: then not in shown(app) and meanwhile in shown(app))
        assert "the tutor is speaking: esc stops it" in shown(app)
        focused = app.focused
        await pilot.press("escape")
        assert session.lesson.stopped_reply == "r1"
        assert app.focused is focused, "the first press is the tutor's"
        session.happen(ev.SpeechCut("a1", 100, 400))
        await until(pilot, lambda: then in shown(app))
        await pilot.press("escape")
        await until(pilot, lambda: then not in shown(app))


async def test_on_the_typing_line_escape_stops_the_tutor_even_where_the_key_is_a_letter_now() -> None:
    session = StagedSession()
    session.happen(*READY)
    app = make_app(session, replace(Settings(), keys={"interrupt": "q"}))
    async with app.run_test() as pilot:
        speaking(session)
        await until(pilot, lambda: "the tutor is speaking: q stops it" in shown(app))
        await pilot.press("t")
        await until(pilot, lambda: "the tutor is speaking: esc stops it" in shown(app))
        await pilot.press("q", "escape")
        assert session.lesson.stopped_reply == "r1"
        await until(pilot, lambda: "q" in app.screen.query_one(Composer).value)


async def test_on_the_typing_line_sentences_name_keys_that_work_there() -> None:
    session, app = ready()
    session.happen(ev.Muted(True), ev.Trouble("That did not work.", f"{key('repeat')} asks again."))
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: "r asks again." in shown(app) and "m opens the microphone" in shown(app))
        assert "esc r" not in shown(app)
        await pilot.press("t")
        await until(pilot, lambda: "esc r asks again." in shown(app) and "esc m opens the microphone" in shown(app))
        await pilot.press("escape", "r")
        await until(pilot, lambda: "esc r" not in shown(app))


async def test_under_a_sheet_escape_closes_it_and_nothing_is_said_of_stopping() -> None:
    session, app = ready()
    async with app.run_test(size=(120, 40)) as pilot:
        speaking(session)
        await pilot.press("p")
        await until(pilot, lambda: "esc close" in shown(app) and "stops it" not in shown(app))
        await pilot.press("escape")
        assert session.lesson.phase is Phase.SPEAKING
        await until(pilot, lambda: "esc stops it" in shown(app))


async def test_pasted_lines_stay_lines_and_a_book_is_cut_and_said_so() -> None:
    session, app = ready()
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await pilot.press("t")
        assert isinstance(app.screen, LessonScreen)
        app.screen.bottom.composer.post_message(events.Paste("one\r\ntwo\x1b[31m\tthree\rfour\n\n"))
        await until(pilot, lambda: "one⏎two␛[31m three⏎four" in shown(app))
        await pilot.press("enter")
        assert said(session) == ["one\ntwo␛[31m three\nfour"]
        await until(pilot, lambda: "⏎" not in shown(app))
        app.screen.bottom.composer.post_message(events.Paste("x" * (MAX_CHARS + 500)))
        await until(pilot, lambda: f"first {MAX_CHARS}" in shown(app))
        await pilot.press("enter")
        assert said(session)[1:] == ["x" * MAX_CHARS]


async def test_the_keys_at_the_foot_are_those_of_the_composer_while_it_is_used() -> None:
    _, app = ready()
    async with app.run_test() as pilot:
        await pilot.press("t")
        await drawn(pilot)
        assert "enter send" in shown(app)
        assert "m mute" not in shown(app)
        assert app.screen.query_one(Composer).has_focus
        assert "esc close, keep the words" in shown(app)
        assert "exit alone ends the lesson" in shown(app)
        assert "? help" not in shown(app), "it would be typed"
        assert "f1 help" in shown(app)
        await pilot.press("?", "f1")
        assert isinstance(app.screen, HelpScreen)
        await pilot.press("escape", "escape")
        await until(pilot, lambda: "m mute" in shown(app))
        assert "? help" in shown(app)


@pytest.mark.parametrize("word", ["exit", "quit", " EXIT "])
async def test_a_word_that_leaves_a_shell_leaves_the_lesson(word: str) -> None:
    session, app = ready()
    async with app.run_test() as pilot:
        await pilot.press("t", *word.replace(" ", ""), "enter")
        await pilot.pause()
    assert app.return_code == 0
    assert said(session) == []


async def test_a_lesson_that_the_learner_ends_aloud_ends() -> None:
    session, app = ready()
    async with app.run_test() as pilot:
        session.happen(ev.LeaveAsked())
        await until(pilot, lambda: app.return_code is not None)
    assert app.return_code == 0


async def test_the_same_word_in_a_sentence_is_an_answer() -> None:
    session, app = ready()
    async with app.run_test() as pilot:
        await pilot.press("t", *"exit", "full_stop", "enter", *"quittoday", "enter")
        assert said(session) == ["exit.", "quittoday"]
