"""How the learner leaves the full screen: asked whether notes are kept, where that stands open, and with the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tutor_tui.core.lesson_summary import REPORT_FROM_S

if TYPE_CHECKING:
    from tutor_tui.ui.app import TutorApp


async def leave(app: TutorApp) -> None:
    """End the lesson: with its report, if there is something to tell."""
    from tutor_tui.ui.screens.report import ReportScreen  # not worth its share of the start

    session, report_lines = app.session, app.settings_actions.look_ups.report
    if session.memory.consent.asks_at_leaving():
        _ask_to_keep(app)
        return
    lesson_id = session.recorder.lesson_id
    told = isinstance(app.screen, ReportScreen) or not app.settings_actions.settings.learner.report
    if report_lines is None or told or not lesson_id or session.elapsed_s < REPORT_FROM_S:
        app.exit()
        return
    was_muted = session.lesson.muted
    if not was_muted:
        session.mute()
    if session.lesson.can_stop_tutor:
        session.interrupt()

    def hold_again() -> None:
        if session.lesson.muted and not was_muted:
            session.mute()
        if screen := app.lesson_screen:
            screen.begin_again()

    again = None if session.lesson.plan.drill else hold_again
    app.push_screen(ReportScreen(lesson_id, report_lines, app.key_names["quit"], again))


def _ask_to_keep(app: TutorApp) -> None:
    from tutor_tui.ui.screens.question import KeepQuestion  # seldom used

    question = KeepQuestion()

    async def answered(_: None) -> None:
        if question.answer is not None:
            app.session.memory.consent.decide(taken=question.answer)
            await leave(app)

    app.push_screen(question, answered)
