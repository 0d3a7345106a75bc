"""What this lesson is made of, for wide screens: tutor, voice, microphone, speaker."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.lesson import DeviceState, Lesson
from tutor_tui.ui.help import HelpData
from tutor_tui.ui.plain_text import padded, plain_line
from tutor_tui.ui.words import ECHO_WORDS, cost, deaf_to
from tutor_tui.ui.wrap import wrap

Facts = tuple[tuple[str, str], ...]
_NAME_CELLS = 9


def lesson_facts(lesson: Lesson, tutor: str, abilities: Capabilities) -> Facts:
    """(name, value) of each fact."""
    plan, applied = lesson.plan, lesson.applied
    facts = [
        ("tutor", tutor),
        ("voice", f"{applied.voice or plan.voice}, pace {applied.speed or plan.speed:g}"),
        ("hears", deaf_to(plan, abilities) or ""),
        ("lesson", plan.offline_lesson if not abilities.costs_money else ""),
        ("mic", _device(lesson.microphone)),
        ("speaker", _device(lesson.speaker)),
        ("echo", ECHO_WORDS[lesson.echo_mode]),
        ("answers", f"{lesson.replies}, {cost(lesson.usd, abilities)}"),
    ]
    return tuple((name, plain_line(value)) for name, value in facts if value)


def _device(state: DeviceState) -> str:
    return state.missing or state.name or "not open yet"


class LessonCard(Widget):
    """The card."""

    ABOUT = HelpData("This lesson", "Who teaches with which voice, through which microphone and speaker.")
    facts: reactive[Facts] = reactive((), layout=True)

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.border_title = "This lesson"

    def _lines(self, width: int) -> list[tuple[str, str]]:
        lines = []
        for name, value in self.facts:
            words = wrap(value, max(4, width - _NAME_CELLS))
            lines += [(name if i == 0 else "", line) for i, line in enumerate(words)]
        return lines

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        """As many lines as there are."""
        return len(self._lines(width))

    def render(self) -> Content:
        """Names at the left, values beside them."""
        return Content("\n").join(
            Content.assemble((padded(name, _NAME_CELLS), "$muted"), value)
            for name, value in self._lines(self.size.width)
        )
