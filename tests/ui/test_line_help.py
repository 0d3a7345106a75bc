"""Help with the tutor's last line, on the screen: in the size of an old terminal, in Korean."""

from __future__ import annotations

from tests.ui.stage import KOREAN_TALK, StagedSession, answered, drawn, make_app, shown, until
from tutor_tui.core import events as ev
from tutor_tui.core.settings import Settings
from tutor_tui.core.tutor_commands import AskAside, ReadAside


def asked(session: StagedSession) -> list[AskAside]:
    return [command for command in session.asked if isinstance(command, AskAside)]


async def test_the_meaning_stands_below_the_line_and_goes_with_the_next_press() -> None:
    session = StagedSession()
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot, session.under_way():
        session.happen(*KOREAN_TALK)
        await drawn(pilot)
        await pilot.press("w")
        await until(pilot, lambda: "looking up what that means" in shown(app))
        await until(pilot, lambda: bool(asked(session)))
        meaning = "Perfect! Shall I bring you a warm coffee, or would you like a cold one today?"
        session.happen(ev.AsideAnswered(asked(session)[0].request_id, meaning))
        await drawn(pilot)
        *_, first, second = (line for line in shown(app).split("\n") if "Meaning" in line or "cold one" in line)
        assert first.strip().startswith("Meaning: Perfect!") and "cold one" in second and "┃" not in first + second
        assert "looking up" not in shown(app)
        await pilot.press("w")
        await until(pilot, lambda: "Reading: wanbyeokhaeyo! ttatteutan keopiro deurilkkayo" in shown(app))
        await pilot.press("w")
        await drawn(pilot)
        assert "Meaning" not in shown(app) and "Reading" not in shown(app)
        session.happen(*answered("a4", "좋아요!"))
        await pilot.press("w")
        await drawn(pilot)
        assert session.lesson.line_help is not None and session.lesson.line_help.after == "a4"


async def test_what_the_server_says_is_no_markup_and_no_escape() -> None:
    session = StagedSession()
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot, session.under_way():
        session.happen(*KOREAN_TALK)
        await pilot.press("w")
        await until(pilot, lambda: bool(asked(session)))
        session.happen(ev.AsideAnswered(asked(session)[0].request_id, "[red]warm[/] \x1b[31mcoffee"))
        await drawn(pilot)
        assert "Meaning: [red]warm[/]" in shown(app) and "\x1b" not in shown(app)


async def test_what_could_be_said_stands_there_with_the_keys_that_go_with_it() -> None:
    session = StagedSession()
    app = make_app(session, Settings(keys={"hint": "q"}))
    async with app.run_test(size=(80, 24)) as pilot, session.under_way():
        session.happen(*KOREAN_TALK)
        await drawn(pilot)
        await pilot.press("q")
        await until(pilot, lambda: bool(asked(session)))
        session.happen(ev.AsideAnswered(asked(session)[0].request_id, "따뜻한 걸로 주세요.\n차가운 걸로 주세요."))
        await drawn(pilot)
        for words in ("You could say:", "· 따뜻한 걸로 주세요.", "· 차가운 걸로 주세요."):
            assert words in shown(app)
        assert "q says the first one aloud. esc hides this." in shown(app)
        await pilot.press("q")
        await until(pilot, lambda: any(isinstance(command, ReadAside) for command in session.asked))
        await pilot.press("escape")
        await drawn(pilot)
        assert "You could say" not in shown(app)
