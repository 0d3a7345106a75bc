"""What this lesson is made of, for wide screens: tutor, voice, microphone, speaker."""

from __future__ import annotations

from tutor_tui.core.availability import deaf_to, hears_expected_only
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.cost_text import cost_words
from tutor_tui.core.lesson import DeviceState, Lesson
from tutor_tui.core.phase_text import echo_words
from tutor_tui.ui.help_data import HelpData
from tutor_tui.ui.widgets.definition_list import DefinitionList, Fact


def lesson_facts(lesson: Lesson, tutor: str, abilities: Capabilities) -> tuple[Fact, ...]:
    """Each fact that is known."""
    plan, applied = lesson.plan, lesson.applied
    voice = applied.voice or plan.voice if abilities.voices else "the tutor's own"
    facts = [
        ("tutor", tutor),
        ("voice", f"{voice}, pace {applied.speed or plan.speed:g}"),
        ("lesson", plan.offline_lesson if not abilities.costs_money else ""),
        ("mic", _device(lesson.microphone)),
        ("speaker", _device(lesson.speaker)),
        ("ears", _ears(lesson, abilities)),
        ("sound", "" if deaf_to(plan, abilities) else echo_words(lesson)),
        ("answers", f"{lesson.replies}, {cost_words(lesson, abilities)}"),
    ]
    return tuple(Fact(name, value) for name, value in facts if value)


def _ears(lesson: Lesson, abilities: Capabilities) -> str:
    """What our tutor hears with, and what it hears so."""
    if not abilities.ears or deaf_to(lesson.plan, abilities):
        return ""
    what = "what this lesson listens for" if hears_expected_only(lesson.plan, abilities) else "whatever you say"
    return f"{abilities.ears}: {what}"


def _device(state: DeviceState) -> str:
    return state.missing or state.name or "not open yet"


class LessonCard(DefinitionList):
    """What this lesson is made of; for wide screens."""

    ABOUT = HelpData("This lesson", "Who teaches, with which voice, and through which microphone and speaker.")

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.border_title = "This lesson"
