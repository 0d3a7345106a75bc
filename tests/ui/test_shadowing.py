"""A sentence is said after the tutor: what the screen says of each part, in the size of an old terminal."""

from __future__ import annotations

from tests.session.test_replay import SENTENCES, TEXT, VOICE
from tests.ui.stage import READY, StagedSession, answered, drawn, make_app, shown, until
from tutor_tui.core import events as ev
from tutor_tui.session.shadowing import MUTED, NOT_HEARD


async def test_each_part_is_named_with_its_keys_and_both_voices_are_drawn() -> None:
    session = StagedSession()
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot, session.under_way():
        session.happen(*READY)
        session.happen(ev.TutorAudio("a9", VOICE), *answered("a9", TEXT), ev.SpeechFinished("a9"))
        await drawn(pilot)
        await pilot.press("m", "f")
        await until(pilot, lambda: MUTED in shown(app))
        await pilot.press("m")
        await until(pilot, lambda: MUTED not in shown(app))
        await pilot.press("f")
        await until(pilot, lambda: f"Shadowing: listen: “{SENTENCES[2]}”" in shown(app))
        await until(pilot, lambda: "▶ tutor  ████" in shown(app) and "♪ shadowing" in shown(app))
        await pilot.press("z")
        await until(pilot, lambda: f"Shadowing at 0.75×: listen: “{SENTENCES[2]}”" in shown(app))
        await pilot.press("f")
        await until(pilot, lambda: "now you: say it. f done · space again" in " ".join(shown(app).split()))
        await until(pilot, lambda: "▶ you" in shown(app))
        session.card.microphone.queue.put_nowait(bytes(960))
        await pilot.press("f")
        await until(pilot, lambda: NOT_HEARD in shown(app))
        await pilot.press("f", "f")
        await until(pilot, lambda: "▶ you" in shown(app))
        session.voice.ear.shadowing._voiced_ms = 1_000
        session.voice.ear.shadowing._heard += VOICE[:96_000]
        await pilot.press("f")
        await until(pilot, lambda: "hear both, first the tutor. f your own voice" in " ".join(shown(app).split()))
        await pilot.press("f")
        await until(pilot, lambda: "▶ you    ████" in shown(app))
        await pilot.press("f")
        await until(
            pilot,
            lambda: "the tutor hears you again. f say it once more · space both again" in " ".join(shown(app).split()),
        )
        await until(pilot, lambda: "listening" in shown(app))
        await pilot.press("escape")
        await until(pilot, lambda: "Shadowing" not in shown(app) and "████" not in shown(app))


async def test_the_panel_for_turns_is_not_used_for_the_moment_only() -> None:
    session = StagedSession()
    app = make_app(session)
    async with app.run_test(size=(120, 40)) as pilot, session.under_way():
        session.happen(*READY)
        session.happen(ev.TutorAudio("a9", VOICE), *answered("a9", TEXT), ev.SpeechFinished("a9"))
        await pilot.press("f")
        await until(pilot, lambda: "not used for the moment" in shown(app))
        await pilot.press("escape")
        await until(pilot, lambda: "not used" not in shown(app))
