"""What the learner hears again, and says, to train their ear. Of the conversation it changes nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias, assert_never

from tutor_tui.core import events as ev
from tutor_tui.core.lesson import Lesson

EarEvent: TypeAlias = ev.SentenceReplayed | ev.ReplaySpeedChosen | ev.EarTrained


def advance(lesson: Lesson, event: EarEvent) -> Lesson:
    """The lesson after something else is heard again, or otherwise."""
    match event:
        case ev.SentenceReplayed(what):
            return replace(lesson, replayed=what)
        case ev.ReplaySpeedChosen(speed):
            return replace(lesson, replay_speed=speed)
        case ev.EarTrained(what):
            return replace(lesson, training=what)
        case _:
            assert_never(event)
