"""What the learner has to know, in plain sentences: what stands, as a missing microphone, and what has happened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from rich.cells import cell_len
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget
from typing_extensions import override

from tutor_tui.core.actions import DEFAULT_KEYS, key, with_keys
from tutor_tui.core.lesson import Notice
from tutor_tui.core.safe_text import printable_line
from tutor_tui.core.standing_news import News
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
_SHORT_TITLE = 12
"""Cells of a title that are never left out: "Gone." says what has happened even where the way out has no room."""
_LEAST_TITLE = 0.2
"""How much of the room a title keeps, beside a way out that does not fit."""
_NO_BREAK = "\u00a0"
_MOST_NEWS = 3
_ROOMY_ROWS = 30
"""A terminal lower than this shows one piece of news beside the first: three would push the conversation away."""
_LOW_ROWS = 18
"""A terminal lower than this has one line for news."""
LOWER_THRESHOLD = f"Or lower the threshold: {key('turns')}."


def with_notice(standing: tuple[News, ...], notice: Notice | None) -> tuple[News, ...]:
    """The newest notice first, unless it says what stands there anyway; what it repeats gives it its way out."""
    if notice is None or any(each.title == notice.title for each in standing):
        return standing
    repeated = [each for each in standing if each.title in notice.title]
    hint = notice.hint or " ".join(each.hint for each in repeated)
    others = (each for each in standing if each not in repeated)
    return (News(notice.severity, notice.title, hint), *others)


class NewsLine(NamedTuple):
    """One line of the bar."""

    mark: str
    mark_style: str
    words: str


def in_lines(title: str, hint: str, room: int, most: int) -> list[str]:
    """At most so many lines of `room` cells. What does not fit is left out of the title, the way out last of all."""
    title, hint = (fitted(words, room * most) for words in (title, hint))  # a machine's words may have no end
    hint = _keys_kept_whole(hint, room)
    words = wrap(f"{title} {hint}".strip(), room)
    cells = cell_len(title) if hint else 0
    least = max(_SHORT_TITLE, round(room * most * _LEAST_TITLE))
    while len(words) > most and cells > least:
        cells = max(least, cells - 4)
        words = wrap(f"{fitted(title, cells)} {hint}", room)
    shown = words if len(words) <= most else [*words[: most - 1], fitted(" ".join(words[most - 1 :]), room)]
    return [line.replace(_NO_BREAK, " ") for line in shown]


def _keys_kept_whole(hint: str, room: int) -> str:
    """A row of keys (“r again · , previous”) so that no line ends between a key and what it does."""
    keys = hint.split(" · ")
    is_row = len(keys) > 1 and all(cell_len(each) * 2 <= room for each in keys)
    return f"{_NO_BREAK}· ".join(each.replace(" ", _NO_BREAK) for each in keys) if is_row else hint


class NoticeBar(Widget):
    """No lines while there is nothing to say, and few at most."""

    ABOUT = HelpData("Notices", "What has happened, and what you can do about it. Notices go away by themselves.")
    news: reactive[tuple[News, ...]] = reactive((), layout=True)
    key_names: reactive[Mapping[str, str]] = reactive(DEFAULT_KEYS, layout=True)
    """Action → its key, where the focus is now."""

    def __init__(self, key_names: Mapping[str, str], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.set_reactive(NoticeBar.key_names, key_names)

    def lines(self, width: int) -> list[NewsLine]:
        """What stands on a bar of `width` cells, shortened to the room that news has."""
        rows = self.app.size.height
        low, most = rows < _LOW_ROWS, 1 if rows < _LOW_ROWS else 2 if rows < _ROOMY_ROWS else _MOST_NEWS
        most_each = 1 if low else _MOST_LINES_OF_ONE.get(min(most, len(self.news)), 2)
        lines = []
        for each in self.news[:most]:
            mark, style = _MARKS.get(each.severity, _MARKS["warning"])
            room = max(8, width - 2)
            title, hint = (with_keys(printable_line(part), self.key_names) for part in (each.title, each.hint))
            words = in_lines(title, hint, room, most_each)
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
