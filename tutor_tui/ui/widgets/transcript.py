"""The conversation: every turn can be reached, and only what changed is drawn again.

Nothing is mounted per turn. `TranscriptLayout` keeps each turn's lines and where they begin; the few that are in sight
are drawn.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from time import perf_counter
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding
from textual.geometry import Offset, Size
from textual.message import Message
from textual.selection import Selection
from textual.strip import Strip
from typing_extensions import override

from tutor_tui.core.actions import key
from tutor_tui.core.lesson import Lesson
from tutor_tui.session.voice_progress import VoiceProgress
from tutor_tui.ui.cell_width import padded
from tutor_tui.ui.help_data import HelpData
from tutor_tui.ui.textual_patches.scroll_view import GrowingScrollView
from tutor_tui.ui.widgets.transcript_layout import Place, TranscriptLayout
from tutor_tui.ui.widgets.transcript_search import TranscriptSearch

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
"""A word that a double click selects; a line of a script without blanks up to the next mark."""
_SLICE_S = 0.008
"""How long lines are broken at a stretch, for another width or thousands of turns, so that nothing else has to wait."""


class Transcript(GrowingScrollView, can_focus=True, inherit_bindings=False):
    """Both speakers' words, following the newest line until the learner scrolls back."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "transcript--tutor",
        "transcript--tutor-name",
        "transcript--learner",
        "transcript--learner-name",
        "transcript--hidden",
        "transcript--unheard",
        "transcript--coming",
        "transcript--unclear",
        "transcript--different",
        "transcript--perhaps",
        "transcript--perhaps-unclear",
        "transcript--perhaps-different",
        "transcript--right",
        "transcript--note",
        "transcript--mark",
        "transcript--found",
        "transcript--current",
    }
    BINDINGS: ClassVar = [
        Binding("up,k", "scroll_lines(-1)", "Line up", show=False, id="transcript.up", tooltip="Read one line back"),
        Binding("down,j", "scroll_lines(1)", "Line down", show=False, id="transcript.down", tooltip="One line on"),
        Binding("n", "match(-1)", "Older", show=False, id="transcript.older", tooltip="In a search: the match before"),
        Binding("N", "match(1)", "Newer", show=False, id="transcript.newer", tooltip="In a search: the next match"),
        Binding("escape", "end_search", "End", show=False, id="transcript.end-search", tooltip="End the search"),
    ]
    ABOUT = HelpData(
        "The conversation",
        "What both of you said, in order. Your turn appears as soon as you speak. The words follow once they are "
        "written down, and may contain mistakes: underlined ones were less clear. In a sentence that you "
        "say after the tutor, a word is coloured where another was heard in its place, and named below. A question "
        "mark stands before what you may not have said. Dimmed words are still to be "
        "spoken; struck-out words never were: the tutor was stopped first. "
        f"Scroll back as you like: new lines wait below; press {key('end')} to see them.",
    )

    def __init__(self, key_names: Mapping[str, str], *, notes_in_place: bool = False, id: str | None = None) -> None:
        """`notes_in_place`: what was noted stands below the line it came from."""
        self._end_key = key_names["end"]
        self._styles_found: dict[str, Style] = {}
        super().__init__(id=id)
        self._lines = TranscriptLayout(key_names, notes_in_place=notes_in_place)
        self._seen_lines = 0
        self.following = True
        """Whether the newest line is kept in sight."""
        self.search: TranscriptSearch | None = None
        """The search under way; its matches are marked."""
        self._stale = -1
        """Turns up to this one still have the lines of another width."""
        self._moving = False
        """We are scrolling ourselves; the learner is not."""

    class MatchShown(Message):
        """Another match is the current one."""

    class SearchEnded(Message):
        """Nothing is searched for any more."""

    # ---- from the lesson --------------------------------------------------------------------------------------------

    def show(self, lesson: Lesson, explanation: str) -> None:
        """Draw what changed since the last lesson. `explanation`: how the learner's words came to be written."""
        self._lines.explanation = explanation
        changed = self._lines.take(lesson)
        if changed:
            self._lay_out(changed)
            if self.search is not None:
                self.search.look_again()

    def follow_voice(self, voice: VoiceProgress) -> None:
        """Dim what the tutor's voice has not come to yet."""
        changed = self._lines.follow_voice(voice)
        if changed:
            self._lay_out(changed)

    # ---- lines ------------------------------------------------------------------------------------------------------

    @property
    def _text_width(self) -> int:
        return self.scrollable_content_region.width

    def _lay_out(self, changed: set[int]) -> None:
        """Break the lines of these turns and of those right after them, and show the difference."""
        lines = self._lines
        lines.width = self._text_width
        if not lines.width:  # not on the screen yet; `on_resize` comes
            lines.recount()
            return
        place, until = self._place(), perf_counter() + _SLICE_S
        first, first_line = min(changed), 0
        waiting = self._stale >= 0
        for i in sorted(changed | {i + 1 for i in changed}, reverse=True):  # the newest are those in sight
            if i >= len(lines):
                continue
            if perf_counter() < until:
                first_line = lines.lay_out(i)
            else:
                lines.postpone(i)
                self._stale, first_line = max(self._stale, i), 0
        self._settle(first, max(changed) + 1, place, lines.top(first) + max(0, first_line))
        if self._stale >= 0 and not waiting:
            self.set_timer(0.01, self._refresh_stale)

    def _settle(self, first: int, last: int, place: Place | None, first_line: int) -> None:
        """After a change in turns `first` to `last`: count lines, keep the reader's place, draw from `first_line`."""
        before = self._lines.height
        self._lines.recount(first)
        height = self._lines.height
        self._moving = True
        if height != self.virtual_size.height or self.virtual_size.width != self._text_width:
            had_bar = self.show_vertical_scrollbar
            self.virtual_size = Size(self._text_width, height)
            if had_bar and height > self.size.height:
                self.vertical_scrollbar.window_virtual_size = height
            else:
                self.refresh(layout=True)
        if self.following:
            self._seen_lines = height
            self.scroll_to(y=self.max_scroll_y, animate=False, force=True)
        elif place is not None and (y := self._lines.find(place)) is not None:
            self.scroll_to(y=y, animate=False, force=True)
        self._moving = False
        bottom = self.scroll_offset.y + self.size.height
        end = self._lines.top(last + 1) if height == before else bottom
        self.refresh_lines(first_line, max(1, min(end, bottom) - first_line))

    def _place(self) -> Place | None:
        """The line at the top of the view; None where the newest line is what is kept in sight."""
        return None if self.following or not len(self._lines) else self._lines.place_at(self.scroll_offset.y)

    def on_resize(self, event: events.Resize) -> None:
        """Break all lines anew: what is in sight and near the end first, the rest in small slices."""
        self._lines.width = self._text_width
        last = len(self._lines) - 1
        if last >= 0 and self._lines.width:  # the last may have been laid out anew already, the others not
            self._stale = last
            self._refresh_stale()

    def _refresh_stale(self) -> None:
        place, until = self._place(), perf_counter() + _SLICE_S
        self._lay_out_view()
        while self._stale >= 0 and perf_counter() < until:
            if self._stale < len(self._lines) and self._lines.is_stale(self._stale):
                self._lines.lay_out(self._stale)
            self._stale -= 1
        self._settle(0, len(self._lines), place, 0)
        if self._stale >= 0:
            self.set_timer(0.01, self._refresh_stale)

    def _lay_out_view(self) -> None:
        lines, bottom = self._lines, self.scroll_offset.y + self.size.height
        first = lines.turn_at(self.scroll_offset.y)
        for i in range(first, min(len(lines), first + self.size.height)):
            if lines.top(i) < bottom and lines.is_stale(i):
                lines.lay_out(i)

    # ---- scrolling --------------------------------------------------------------------------------------------------

    @override
    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Whoever scrolls to the end follows again; whoever leaves it does not."""
        super().watch_scroll_y(old_value, new_value)
        if not self._moving:
            self.following = round(new_value) >= self.max_scroll_y
            self._seen_lines = max(self._seen_lines, round(new_value) + self.size.height - 1)

    def follow(self) -> None:
        """Back to the newest line, and stay there."""
        self.following = True
        self._seen_lines = self._lines.height
        self.scroll_to(y=self.max_scroll_y, animate=False, force=True)
        self.refresh()

    def action_scroll_lines(self, lines: int) -> None:
        """Up or down by so many lines."""
        self.scroll_to(y=self.scroll_offset.y + lines, animate=False, force=True)

    # ---- searching --------------------------------------------------------------------------------------------------

    def look_for(self, query: str) -> None:
        """Mark these words wherever they stand, and show the newest place."""
        self.search = self.search or TranscriptSearch(self._lines)
        self.search.look_for(query)
        self._show_match()

    def action_match(self, steps: int) -> None:
        """To another match."""
        if self.search is not None:
            self.search.move(steps)
            self._show_match()

    def action_end_search(self) -> None:
        """No more marks; what is in sight stays in sight."""
        self.search = None
        self.refresh()
        self.post_message(self.SearchEnded())

    @override
    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return self.search is not None if action in ("match", "end_search") else True

    def _show_match(self) -> None:
        line = self.search.line if self.search is not None else None
        if line is not None and not self.scroll_offset.y <= line < self.scroll_offset.y + self.size.height - 1:
            self.scroll_to(y=max(0, line - self.size.height // 2), animate=False, force=True)
        self.refresh()
        self.post_message(self.MatchShown())

    @property
    def picked(self) -> str:
        """Id of the turn in which something is selected, or stands what was found; empty where there is none."""
        selection = self.text_selection
        if selection is not None and selection.start is not None and len(self._lines):
            return self._lines.turns[self._lines.turn_at(selection.start.y)].id
        return self.search.turn_id if self.search is not None else ""

    @property
    def selected_words(self) -> str:
        """What is selected of the conversation; empty for nothing, whatever else is selected on the screen."""
        selection = self.text_selection
        found = self.get_selection(selection) if selection is not None else None
        return found[0] if found else ""

    # ---- drawing ----------------------------------------------------------------------------------------------------

    @override
    def render_line(self, y: int) -> Strip:
        width, height = self.size.width, self.size.height
        if y == height - 1 and not self.following and self._lines.height > height:
            return self._mark(width)
        at = self.scroll_offset.y + y
        if at >= self._lines.height:
            return Strip.blank(width, self._style(""))
        segments = [Segment(text, self._style(tone)) for text, tone in self._lines.line(at)]
        strip = self._selected(self._with_matches(Strip(segments), at), at)
        return strip.extend_cell_length(width, self._style("")).crop(0, width).apply_offsets(0, at)

    def _style(self, tone: str) -> Style:
        """The style of a tone, "" for the ground; remembered, because finding it costs more than drawing a line."""
        style = self._styles_found.get(tone)
        if style is None:
            style = self.get_component_rich_style(f"transcript--{tone}") if tone else self.rich_style
            self._styles_found[tone] = style
        return style

    @override
    def notify_style_update(self) -> None:
        self._styles_found.clear()
        super().notify_style_update()

    def _mark(self, width: int) -> Strip:
        return Strip([Segment(padded(f"  ↓ {self._below()}", width), self._style("mark"))], width)

    def _below(self) -> str:
        """What there is below the last line in sight."""
        unseen = self._lines.height - self._seen_lines
        lines = f"{unseen} new line{'s' if unseen != 1 else ''} below" if unseen > 0 else "reading back"
        return f"{lines} · {self._end_key} returns"

    def _selected(self, strip: Strip, y: int) -> Strip:
        selection = self.text_selection
        span = selection.get_span(y) if selection is not None else None
        if span is None:
            return strip
        end = len(strip.text) if span[1] == -1 else span[1]
        return _marked(strip, span[0], end, self.screen.get_component_rich_style("screen--selection"))

    def _with_matches(self, strip: Strip, y: int) -> Strip:
        for start, end, is_current in self.search.found_on(y) if self.search is not None else ():
            strip = _marked(strip, start, end, self._style("current" if is_current else "found"))
        return strip

    @override
    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        start, end = selection.start or Offset(0, 0), selection.end or Offset(0, self._lines.height)
        words = self._lines.words((start.y, start.x), (end.y, end.x))
        return (words, "\n") if words else None

    def on_click(self, event: events.Click) -> None:
        """A double click selects the word under it: all of the conversation, as Textual has it, is of no use."""
        if event.chain < 2:
            return
        event.prevent_default()
        _, place = self.screen.get_widget_and_offset_at(event.screen_x, event.screen_y)
        if place is None or place.y >= self._lines.height:
            return
        text = "".join(words for words, _ in self._lines.line(place.y))
        for found in _WORD.finditer(text):
            if found.start() <= place.x < found.end():
                self.screen.selections = {self: Selection(Offset(found.start(), place.y), Offset(found.end(), place.y))}

    @override
    def selection_updated(self, selection: Selection | None) -> None:
        self.refresh()


def _marked(strip: Strip, start: int, end: int, style: Style) -> Strip:
    """The strip with the characters from `start` to `end` in another style."""
    text = strip.text
    first, last = cell_len(text[:start]), cell_len(text[:end])
    before, chosen, after = strip.crop(0, first), strip.crop(first, last), strip.crop(last)
    segments = [Segment(words, (own or Style()) + style) for words, own, _ in chosen]
    return Strip.join([before, Strip(segments, chosen.cell_length), after])
