"""What was heard is written down: what the screen says and hides of it, in the size of an old terminal."""

from __future__ import annotations

from tests.session.test_replay import TEXT, VOICE
from tests.ui.stage import READY, StagedSession, answered, drawn, make_app, shown, until
from tutor_tui.core import events as ev
from tutor_tui.ui.widgets.composer import Composer


async def test_the_line_is_for_what_was_heard_and_the_words_are_hidden_until_it_is_compared() -> None:
    session = StagedSession()
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot, session.under_way():
        session.happen(*READY)
        session.happen(ev.TutorAudio("a9", VOICE), *answered("a9", TEXT), ev.SpeechFinished("a9"))
        await until(pilot, lambda: "반가워요" in shown(app))
        app.screen.query_one(Composer).value = "half an answer"
        asked = list(session.asked)
        await pilot.press("semicolon")
        await until(pilot, lambda: "Dictation: listen, and write what you hear." in shown(app))
        keys = "esc x again · esc z slower · esc ; shows it · esc ends"
        await until(pilot, lambda: keys in " ".join(shown(app).split()) and "뭐예요" not in shown(app))
        assert "반가워요" in shown(app), "that is another sentence of the line"
        await until(pilot, lambda: "enter compare" in shown(app) and "write what you hear, then enter" in shown(app))
        await pilot.press(*"이름이", "escape", "z")
        await until(pilot, lambda: "Dictation at 0.75×" in shown(app) and "이름이" in shown(app))
        await pilot.press("space", *"머예요", "enter")
        await until(pilot, lambda: "once more: “이름이 ____ ____ ____”" in shown(app))
        await pilot.press(*"이름이", "enter")
        await until(pilot, lambda: "1 of 4 words right." in shown(app) and shown(app).count("뭐예요") == 2)
        await until(pilot, lambda: "half an answer" in shown(app))
        assert session.asked == asked
        await drawn(pilot)
        await pilot.press("semicolon")
        await until(pilot, lambda: "write what you hear, then enter" in shown(app))
        await pilot.press("escape", "escape")
        await until(pilot, lambda: "Dictation" not in shown(app) and "뭐예요" in shown(app))
