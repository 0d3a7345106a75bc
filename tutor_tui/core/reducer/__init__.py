"""How each event makes the next lesson.

`advance` is pure: it never waits, never looks at a clock and never forgets a turn. The phase is not stored but
worked out from what is known (who speaks, what is being answered, what is still heard), so that no order of events
can leave it stuck: see `Lesson.phase`.

Each module here handles one group of events, and the groups make up the whole of `LessonEvent`: mypy checks that.
"""

from __future__ import annotations

from typing import assert_never

from tutor_tui.core.events import LessonEvent
from tutor_tui.core.lesson import Lesson
from tutor_tui.core.reducer import captions, connection, ear, notices, replies, tools, turns


def advance(lesson: Lesson, event: LessonEvent) -> Lesson:
    """The lesson after `event`; the same object when nothing changed."""
    if isinstance(event, replies.ReplyEvent):
        return replies.advance(lesson, event)
    if isinstance(event, turns.TurnEvent):
        return turns.advance(lesson, event)
    if isinstance(event, tools.ToolEvent):
        return tools.advance(lesson, event)
    if isinstance(event, connection.ConnectionEvent):
        return connection.advance(lesson, event)
    if isinstance(event, notices.NoticeEvent):
        return notices.advance(lesson, event)
    if isinstance(event, ear.EarEvent):
        return ear.advance(lesson, event)
    if isinstance(event, captions.CaptionEvent):
        return captions.advance(lesson, event)
    assert_never(event)
