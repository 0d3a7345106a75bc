"""The sheet of past lessons on a stage, for tests."""

from __future__ import annotations

import re

from textual.content import Content

from tests.ui.stage import (
    READY,
    StagedSession,
    make_app,
    shown,
)
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.lesson_records import Library
from tutor_tui.ui.app import TutorApp
from tutor_tui.ui.widgets.kept_lesson import KeptTranscript

SIZES = [(80, 24), (120, 40)]
GUIDE = Capabilities(scripted=True, live_lesson=False, way="offline", ours=True, costs_money=False)


def staged(library: Library | None, session: StagedSession | None = None) -> tuple[TutorApp, StagedSession]:
    session = session or StagedSession()
    session.happen(*READY)
    return make_app(session, library=library), session


def words(app: TutorApp) -> str:
    """What is shown, in one line, frames left out."""
    return re.sub(r"[▁▂▃▄▅▆▇█▏│┃\s]+", " ", shown(app))


def foot(app: TutorApp) -> str:
    """The keys that the sheet names."""
    return re.sub(r"\s+", " ", Content.from_markup(str(app.screen.query_one(".sheet").border_subtitle)).plain).strip()


def is_reading(app: TutorApp) -> bool:
    return isinstance(app.focused, KeptTranscript)
