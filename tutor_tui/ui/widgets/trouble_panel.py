"""Why the lesson cannot go on, and the ways out; the conversation above it can still be read."""

from __future__ import annotations

from collections.abc import Mapping

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget
from typing_extensions import override

from tutor_tui.core.actions import DEFAULT_KEYS, key, with_keys
from tutor_tui.core.lesson import Notice
from tutor_tui.core.safe_text import printable_line
from tutor_tui.ui.help_data import HelpData
from tutor_tui.ui.wrap import wrap


class TroublePanel(Widget):
    """What has stopped the lesson, its hint, and the keys that lead on; only there while there is trouble."""

    ABOUT = HelpData("The lesson has stopped", f"Fix what it says here, then press {key('retry')}. No word is lost.")
    trouble: reactive[Notice | None] = reactive(None, layout=True)
    offers_offline: reactive[bool] = reactive(False, layout=True)
    """Whether the offline tutor could go on."""
    key_names: reactive[Mapping[str, str]] = reactive(DEFAULT_KEYS, layout=True)
    """Action → its key, where the focus is now."""

    def __init__(self, key_names: Mapping[str, str], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.set_reactive(TroublePanel.key_names, key_names)

    def watch_trouble(self, old: Notice | None, new: Notice | None) -> None:
        """Only there while there is trouble."""
        self.display = new is not None

    def _lines(self, width: int) -> list[tuple[str, str]]:
        if self.trouble is None:
            return []
        offline = f"{key('offline')} goes on with the offline tutor · " if self.offers_offline else ""
        ways_out = with_keys(f"{key('retry')} tries again · {offline}{key('quit')} ends the lesson", self.key_names)
        hint_words = with_keys(printable_line(self.trouble.hint), self.key_names)
        title = [(line, "bold $error") for line in wrap(printable_line(self.trouble.title), max(8, width))]
        hint = [(line, "$foreground") for line in wrap(hint_words, max(8, width)) if line]
        return [*title, *hint, *((line, "$muted") for line in wrap(ways_out, max(8, width)))]

    @override
    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        return len(self._lines(width))

    @override
    def render(self) -> Content:
        return Content("\n").join(Content.assemble(line) for line in self._lines(self.size.width))
