"""The conversation: every turn can be reached, and only what changed is drawn again.

Nothing is mounted per turn. The transcript keeps each turn's lines and where they begin, and draws the few that are
in sight; so a turn more costs the same after two thousand as after twenty.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import compress, count
from operator import is_not, ne
from time import perf_counter
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding
from textual.geometry import Size
from textual.selection import Selection
from textual.strip import Strip

from tutor_tui.core.actions import key
from tutor_tui.core.lesson import Lesson, ToolLine, Turn, TurnState
from tutor_tui.ui.cells import padded
from tutor_tui.ui.help_data import HelpData
from tutor_tui.ui.textual_patches.scroll_view import GrowingScrollView
from tutor_tui.ui.widgets.turn import Line, Setting, laid_out

_SLICE_S = 0.008
"""How long lines are broken anew at a stretch after a change of width, so that nothing else has to wait."""


_GUESS: tuple[Line, ...] = ((), ())
"""What a turn is taken for until its lines are broken: most are a blank and one line."""


@dataclass(slots=True)
class _Block:
    """A turn and its lines."""

    turn: Turn
    setting: Setting
    lines: list[Line]


class Transcript(GrowingScrollView, can_focus=True, inherit_bindings=False):
    """Both speakers' words, following the newest line until the learner scrolls back."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "transcript--tutor",
        "transcript--tutor-name",
        "transcript--learner",
        "transcript--learner-name",
        "transcript--unheard",
        "transcript--note",
        "transcript--mark",
    }
    BINDINGS: ClassVar = [
        Binding("up,k", "scroll_lines(-1)", "Line up", show=False, id="transcript.up", tooltip="Read one line back"),
        Binding("down,j", "scroll_lines(1)", "Line down", show=False, id="transcript.down", tooltip="One line on"),
    ]
    ABOUT = HelpData(
        "The conversation",
        "What both of you said, in order. Your own words appear as soon as you speak and are filled in when they have "
        "been written down, and may be written down wrongly. "
        "Struck words were never heard, as the tutor was stopped before them. Scroll back as you like: new lines "
        f"wait below, and {key('end')} returns to them.",
    )

    def __init__(self, end_key: str, *, id: str | None = None) -> None:
        self._end_key = end_key
        self._styles_found: dict[str, Style] = {}
        super().__init__(id=id)
        self._turns: tuple[Turn, ...] = ()
        self._blocks: list[_Block] = []
        self._tops: list[int] = [0]
        """Where each block begins; the last entry is the number of all lines."""
        self._tools: dict[str, tuple[ToolLine, ...]] = {}
        """By the turn they stand behind."""
        self._tools_taken: object = ()
        self._hearing = ""
        self.explanation = ""
        """What to say of how the learner's words came to be written, once, below the first of them."""
        self._explained, self._explains = "", ""
        self._seen_lines = 0
        self.following = True
        """Whether the newest line is kept in sight."""
        self._stale = -1
        """Blocks up to this one still have the lines of another width."""
        self._moving = False
        """We are scrolling ourselves; the learner is not."""

    # ---- from the lesson --------------------------------------------------------------------------------------------

    def show(self, lesson: Lesson) -> None:
        """Draw what changed since the last lesson."""
        changed = set(self._take_turns(lesson.turns)) | self._take_tools(lesson)
        if not self._explained:
            self._explained = next((self._turns[i].id for i in sorted(changed) if _is_transcribed(self._turns, i)), "")
            self._explains = self.explanation
        if lesson.learner_item != self._hearing:
            changed |= {i for i in map(self._index, (self._hearing, lesson.learner_item)) if i >= 0}
            self._hearing = lesson.learner_item
        if changed:
            self._lay_out(changed)

    def _take_turns(self, turns: tuple[Turn, ...]) -> list[int]:
        """Make the blocks those of `turns`; the indexes of the blocks to lay out."""
        old, self._turns = self._turns, turns
        changed = list(compress(count(), map(is_not, old, turns)))
        if len(old) == len(turns):
            for i in changed:
                self._blocks[i].turn = turns[i]
            return changed
        start = changed[0] if changed else min(len(old), len(turns))
        kept = {block.turn.id: block for block in self._blocks[start:]}
        del self._blocks[start:]
        for turn in turns[start:]:
            block = kept.get(turn.id) or _Block(turn, Setting(0), list(_GUESS))
            block.turn = turn
            self._blocks.append(block)
        return list(range(start, len(turns))) or ([start] if old else [])

    def _take_tools(self, lesson: Lesson) -> set[int]:
        """Take the tool lines; the indexes of the turns behind which something changed."""
        if self._tools_taken == (lesson.tool_lines, bool(lesson.turns)):
            return set()
        self._tools_taken = (lesson.tool_lines, bool(lesson.turns))
        old, self._tools = self._tools, {}
        for line in lesson.tool_lines:
            turn_id = line.after or (lesson.turns[0].id if lesson.turns else "")
            self._tools[turn_id] = (*self._tools.get(turn_id, ()), line)
        ids = (name for name in old.keys() | self._tools.keys() if old.get(name) != self._tools.get(name))
        return {i for i in map(self._index, ids) if i >= 0}

    def _index(self, turn_id: str) -> int:
        return next((i for i in range(len(self._turns) - 1, -1, -1) if self._turns[i].id == turn_id), -1)

    # ---- lines ------------------------------------------------------------------------------------------------------

    @property
    def _text_width(self) -> int:
        return self.scrollable_content_region.width

    def _setting(self, i: int) -> Setting:
        turn = self._turns[i]
        return Setting(
            self._text_width,
            continues=i > 0 and self._turns[i - 1].role == turn.role,
            hearing=turn.id == self._hearing,
            explanation=self._explains if turn.id == self._explained else "",
            tools=self._tools.get(turn.id, ()),
        )

    def _lay_out(self, changed: set[int]) -> None:
        """Break the lines of these blocks and of those right after them, and show the difference."""
        if not self._text_width:  # not on the screen yet; `on_resize` comes
            self._tops = list(range(0, len(_GUESS) * len(self._blocks) + 1, len(_GUESS)))
            return
        anchor = self._anchor()
        first, first_line = min(changed), -1
        for i in sorted(changed | {i + 1 for i in changed}):
            if i < len(self._blocks):
                line = self._lay_out_block(i)
                first_line = line if first_line < 0 and line >= 0 and i == first else first_line
        top = self._tops[min(first, len(self._tops) - 1)]
        self._settle(first, max(changed) + 1, anchor, top + max(0, first_line))

    def _lay_out_block(self, i: int) -> int:
        """Break block `i` into lines; the first line that changed."""
        block = self._blocks[i]
        block.setting = self._setting(i)
        lines = laid_out(block.turn, block.setting)
        same = next(compress(count(), map(ne, lines, block.lines)), min(len(lines), len(block.lines)))
        block.lines = lines
        return same

    def _settle(self, first: int, last: int, anchor: tuple[str, int], first_line: int) -> None:
        """After a change in blocks `first` to `last`: count lines, keep the reader's place, draw from `first_line`."""
        before = self._tops[-1]
        del self._tops[first + 1 :]
        for block in self._blocks[first:]:
            self._tops.append(self._tops[-1] + len(block.lines))
        height = self._tops[-1]
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
        else:
            self._return_to(anchor)
        self._moving = False
        bottom = self.scroll_offset.y + self.size.height
        end = self._tops[min(last + 1, len(self._blocks))] if height == before else bottom
        self.refresh_lines(first_line, max(1, min(end, bottom) - first_line))

    def _anchor(self) -> tuple[str, int]:
        """The turn at the top of the view, and how far into it the view begins."""
        if self.following or not self._blocks:
            return "", 0
        y = self.scroll_offset.y
        i = min(bisect_right(self._tops, y) - 1, len(self._blocks) - 1)
        return self._blocks[i].turn.id, y - self._tops[i]

    def _return_to(self, anchor: tuple[str, int]) -> None:
        i = self._index(anchor[0])
        if i >= 0:
            within = min(anchor[1], max(0, len(self._blocks[i].lines) - 1))
            self.scroll_to(y=self._tops[i] + within, animate=False, force=True)

    def on_resize(self, event: events.Resize) -> None:
        """Break all lines anew: what is in sight and near the end first, the rest in small slices."""
        if self._blocks and self._text_width and self._blocks[-1].setting.width != self._text_width:
            self._stale = len(self._blocks) - 1
            self._refresh_stale()

    def _refresh_stale(self) -> None:
        anchor, until = self._anchor(), perf_counter() + _SLICE_S
        self._lay_out_view()
        while self._stale >= 0 and perf_counter() < until:
            if self._stale < len(self._blocks) and self._blocks[self._stale].setting.width != self._text_width:
                self._lay_out_block(self._stale)
            self._stale -= 1
        self._settle(0, len(self._blocks), anchor, 0)
        if self._stale >= 0:
            self.set_timer(0.01, self._refresh_stale)

    def _lay_out_view(self) -> None:
        bottom = self.scroll_offset.y + self.size.height
        first = max(0, bisect_right(self._tops, self.scroll_offset.y) - 1)
        for i in range(first, min(len(self._blocks), first + self.size.height)):
            if self._tops[i] < bottom and self._blocks[i].setting.width != self._text_width:
                self._lay_out_block(i)

    # ---- scrolling --------------------------------------------------------------------------------------------------

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Whoever scrolls to the end follows again; whoever leaves it does not."""
        super().watch_scroll_y(old_value, new_value)
        if not self._moving:
            self.following = round(new_value) >= self.max_scroll_y
            self._seen_lines = max(self._seen_lines, round(new_value) + self.size.height - 1)

    def follow(self) -> None:
        """Back to the newest line, and stay there."""
        self.following = True
        self._seen_lines = self._tops[-1]
        self.scroll_to(y=self.max_scroll_y, animate=False, force=True)
        self.refresh()

    def action_scroll_lines(self, lines: int) -> None:
        """Up or down by so many lines."""
        self.scroll_to(y=self.scroll_offset.y + lines, animate=False, force=True)

    # ---- drawing ----------------------------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        """Line `y` of the view."""
        width, height = self.size.width, self.size.height
        if y == height - 1 and not self.following and self._tops[-1] > height:
            return self._mark(width)
        at = self.scroll_offset.y + y
        if at >= self._tops[-1]:
            return Strip.blank(width, self._style(""))
        i = bisect_right(self._tops, at) - 1
        line = self._blocks[i].lines[at - self._tops[i]]
        segments = [Segment(text, self._style(tone)) for text, tone in line]
        strip = self._selected(Strip(segments), at)
        return strip.extend_cell_length(width, self._style("")).crop(0, width).apply_offsets(0, at)

    def _style(self, tone: str) -> Style:
        """The style of a tone, "" for the ground; remembered, because finding it costs more than drawing a line."""
        style = self._styles_found.get(tone)
        if style is None:
            style = self.get_component_rich_style(f"transcript--{tone}") if tone else self.rich_style
            self._styles_found[tone] = style
        return style

    def notify_style_update(self) -> None:
        """Another theme: look the styles up again."""
        self._styles_found.clear()
        super().notify_style_update()

    def _mark(self, width: int) -> Strip:
        unseen = self._tops[-1] - self._seen_lines
        lines = f"{unseen} new line{'s' if unseen != 1 else ''} below" if unseen > 0 else "reading back"
        return Strip([Segment(padded(f"  ↓ {lines} · {self._end_key} returns", width), self._style("mark"))], width)

    def _selected(self, strip: Strip, y: int) -> Strip:
        selection = self.text_selection
        span = selection.get_span(y) if selection is not None else None
        if span is None:
            return strip
        text = strip.text
        start = cell_len(text[: span[0]])
        end = strip.cell_length if span[1] == -1 else cell_len(text[: span[1]])
        style = self.screen.get_component_rich_style("screen--selection")
        before, chosen, after = strip.crop(0, start), strip.crop(start, end), strip.crop(end)
        return Strip.join([before, chosen.apply_style(style), after])

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The words under the mouse's selection."""
        lines = (line for block in self._blocks for line in block.lines)
        return selection.extract("\n".join("".join(text for text, _ in line) for line in lines)), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        """Draw the selection."""
        self.refresh()


def _is_transcribed(turns: tuple[Turn, ...], i: int) -> bool:
    return i < len(turns) and turns[i].role == "learner" and not turns[i].typed and turns[i].state is TurnState.DONE
