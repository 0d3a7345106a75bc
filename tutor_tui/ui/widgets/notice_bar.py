"""What the learner has to know, in plain sentences: what stands, as a missing microphone, and what has happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from rich.cells import cell_len
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget
from typing_extensions import override

from tutor_tui.core.actions import key, with_keys
from tutor_tui.core.availability import (
    NOTHING_BUT_ZEROS,
    NOTHING_BUT_ZEROS_HINT,
    SPOKEN_HINT,
    Option,
    deaf_to,
    greyed,
)
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.lesson import Lesson, Notice
from tutor_tui.core.phase_text import LOUDER, UNNOTICED
from tutor_tui.core.safe_text import printable_line
from tutor_tui.core.turn_detection import ServerVad
from tutor_tui.core.waiting_text import waiting_words
from tutor_tui.ui.cell_width import fitted
from tutor_tui.ui.help_data import HelpData
from tutor_tui.ui.wrap import wrap

SHOWN_S = {"information": 8.0, "warning": 12.0, "error": 30.0}
"""How long a notice stays: what is wrong may have to be typed in elsewhere."""
READ_S = 5.0
"""How long it takes to read two lines: so long a notice stays, even one that is over."""
_MARKS = {"information": ("›", "$secondary"), "warning": ("!", "bold $warning"), "error": ("✕", "bold $error")}
_MOST_LINES_OF_ONE = {1: 4, 2: 3}
"""How long one piece of news may be beside how many others; two lines beside more."""
_LEAST_TITLE = 0.2
"""How much of the room a title keeps, beside a way out that does not fit."""
_MOST_NEWS = 3
_LOW_ROWS = 18
"""A terminal lower than this has one line for news."""


@dataclass(frozen=True, slots=True)
class News:
    """One sentence with its way out."""

    severity: str
    title: str
    hint: str = ""


def standing_news(lesson: Lesson, abilities: Capabilities) -> tuple[News, ...]:
    """What is so for as long as it is so."""
    devices = (lesson.microphone, lesson.speaker)
    news = [News("warning", device.missing, device.hint) for device in devices if device.missing]
    if lesson.unnoticed:
        lower = f" Or lower the threshold: {key('turns')}."
        by_threshold = isinstance(lesson.plan.turn_detection, ServerVad)
        news.append(News("warning", UNNOTICED, LOUDER + (lower if by_threshold else "")))
    deaf = deaf_to(lesson.plan, abilities)
    if lesson.microphone.silent and not deaf:  # nobody needs the microphone of a lesson that is typed
        news.append(News("warning", NOTHING_BUT_ZEROS, NOTHING_BUT_ZEROS_HINT))
    if deaf:
        news.append(News("information", greyed(abilities, lesson)["talk"], SPOKEN_HINT))
    elif not abilities.server_vad:
        news.append(News("information", greyed(abilities, lesson).get(Option("turns", "server"), "")))
    if waiting := waiting_words(lesson, abilities):
        news.append(News("information", waiting.title, waiting.hint))
    return tuple(news)


def with_notice(standing: tuple[News, ...], notice: Notice | None) -> tuple[News, ...]:
    """The newest notice first, unless it says what stands there anyway."""
    if notice is None or any(each.title == notice.title for each in standing):
        return standing
    return (News(notice.severity, notice.title, notice.hint), *standing)


class NewsLine(NamedTuple):
    """One line of the bar."""

    mark: str
    mark_style: str
    words: str


def _in_lines(title: str, hint: str, room: int, most: int) -> list[str]:
    """At most so many lines of `room` cells. What does not fit is left out of the title, the way out last of all."""
    words = wrap(f"{title} {hint}".strip(), room)
    cells = cell_len(title) if hint else 0
    while len(words) > most and cells > room * most * _LEAST_TITLE:
        cells -= 4
        words = wrap(f"{fitted(title, cells)} {hint}", room)
    return words if len(words) <= most else [*words[: most - 1], fitted(" ".join(words[most - 1 :]), room)]


class NoticeBar(Widget):
    """No lines while there is nothing to say, and few at most."""

    ABOUT = HelpData("Notices", "What has happened, and what you can do about it. Notices go away by themselves.")
    news: reactive[tuple[News, ...]] = reactive((), layout=True)

    def __init__(self, key_names: Mapping[str, str], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._key_names = key_names

    def lines(self, width: int) -> list[NewsLine]:
        """What stands on a bar of `width` cells, shortened to the room that news has."""
        low = self.app.size.height < _LOW_ROWS
        most_each = 1 if low else _MOST_LINES_OF_ONE.get(len(self.news), 2)
        lines = []
        for each in self.news[: 1 if low else _MOST_NEWS]:
            mark, style = _MARKS.get(each.severity, _MARKS["warning"])
            room = max(8, width - 2)
            title, hint = (with_keys(printable_line(part), self._key_names) for part in (each.title, each.hint))
            words = _in_lines(title, hint, room, most_each)
            lines += [NewsLine(mark if i == 0 else " ", style, line) for i, line in enumerate(words)]
        return lines

    @override
    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        return len(self.lines(width))

    @override
    def render(self) -> Content:
        return Content("\n").join(
            Content.assemble((f"{mark} ", style), (words, "$foreground"))
            for mark, style, words in self.lines(self.size.width)
        )
