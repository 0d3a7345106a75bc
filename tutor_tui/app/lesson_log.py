"""The course of a lesson for `--log-file`: what happened and when, without a word of what was said.

What a server or a learner has written never gets here: only phases, figures, names of devices and our own words.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from tutor_tui import __version__
from tutor_tui.core.lesson import DeviceState, Lesson
from tutor_tui.core.turn_detection import describe
from tutor_tui.session.session import Session

_log = logging.getLogger(__name__)
_FACTS: Mapping[str, Callable[[Lesson], object]] = {
    "phase": lambda lesson: lesson.phase,
    "attempt to connect": lambda lesson: lesson.dialling,
    "microphone": lambda lesson: _device(lesson.microphone),
    "speaker": lambda lesson: _device(lesson.speaker),
    "echo mode": lambda lesson: lesson.echo_mode,
    "muted": lambda lesson: lesson.muted,
    "turn held open": lambda lesson: lesson.held,
    "tutor": lambda lesson: describe(lesson.plan.turn_detection),
    "pace": lambda lesson: lesson.plan.speed,
    "unknown events": lambda lesson: lesson.unknown_events,
}
"""What is noted whenever it changes."""


async def keep_lesson_log(session: Session) -> None:
    """Note the lesson's course until it ends."""
    _log.info("tutor-tui %s, tutor %s", __version__, session.tutor.name)
    noted: dict[str, object] = {}
    lesson = session.lesson
    async for lesson in session.watch:
        for name, fact in _FACTS.items():
            now = fact(lesson)
            if noted.get(name) != now:
                _log.info("%s: %s", name, now)
                noted[name] = now
    counts = (len(lesson.turns), lesson.replies, session.dropped_ms)
    _log.info("turns %d, replies %d, unsent %d ms, %s", *counts, session.sound.counters)


def _device(device: DeviceState) -> str:
    return device.missing or f"{device.name or 'not open yet'} {device.rate_hz} Hz"
