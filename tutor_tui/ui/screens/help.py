"""Help: first on what has the focus, then every key, then what everybody asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.dom import DOMNode
from textual.widgets import Label, Static
from typing_extensions import override

from tutor_tui.core.actions import ACTIONS, key, with_keys
from tutor_tui.core.availability import Control, not_now
from tutor_tui.ui.help_data import Helpable, HelpData
from tutor_tui.ui.screens.modal import Modal, foot
from tutor_tui.ui.widgets.definition_list import DefinitionList, Fact

_QUESTIONS: tuple[HelpData, ...] = (
    HelpData(
        "How a lesson goes",
        "Just speak: the tutor answers when you have finished. Talk over it, or press "
        f"{key('interrupt')}, and it falls silent. Need time? {key('think')} holds your turn open. "
        f"No quiet place? {key('type')} lets you type.",
    ),
    HelpData(
        "Your words on the screen are approximate",
        "A second listener writes your words down. A cloud tutor hears your voice itself, so a wrong word on the "
        "screen may not be your mistake. Other tutors go by the written words.",
    ),
    HelpData(
        "Changing keys",
        "Every key has a name, shown at the right of its line. Put it into the settings file, under [keys]:\n"
        '  mute = "f2"',
    ),
)


class HelpScreen(Modal):
    """First what has the focus, then what this tutor cannot do, the keys, and what everybody asks."""

    def __init__(
        self,
        focused: DOMNode | None,
        bindings: Sequence[Binding],
        key_names: Mapping[str, str],
        *,
        greyed: Mapping[Control, str],
        shortcomings: Sequence[str],
    ) -> None:
        """`greyed`: id of a key → why it does nothing now; `shortcomings`: what the tutor cannot do, in sentences."""
        super().__init__()
        self._about = about_of(focused)
        self._lines = bindings
        self._key_names = key_names
        self._greyed = greyed
        self._shortcomings = shortcomings

    @override
    def compose(self) -> ComposeResult:
        with Container(classes="sheet") as sheet:
            sheet.border_title = "Help"
            sheet.border_subtitle = foot(("↑↓", "scroll"), ("esc", "close"))
            with VerticalScroll():
                if self._about is not None:
                    yield Static(self._section(self._about), classes="-focused", markup=False)
                if self._shortcomings:
                    yield Label("What this tutor cannot do", classes="heading")
                    yield DefinitionList(
                        [Fact("·", words) for words in self._shortcomings], name_cells=3, id="shortcomings"
                    )
                yield Label("Keys", classes="heading")
                yield DefinitionList(self._key_facts(), name_cells=10, name_style="bold $secondary", id="keys")
                for question in _QUESTIONS:
                    yield Static(self._section(question), markup=False)

    def _section(self, about: HelpData) -> Content:
        return Content.assemble((about.title, "bold $primary"), f"\n{with_keys(about.text, self._key_names)}")

    def _key_facts(self) -> list[Fact]:
        only_at_times = (each for each in ACTIONS if not each.key and each.id in self._key_names)
        answers = [Fact(self._key_names[each.id], each.help) for each in only_at_times]
        return [*(self._key_fact(binding) for binding in self._lines), *answers]

    def _key_fact(self, binding: Binding) -> Fact:
        name = binding.id or ""
        why = f" · {not_now(self._greyed[name])}" if name in self._greyed else ""
        return Fact(self._key_names.get(name, binding.key), f"{binding.tooltip} · {name}{why}")


def about_of(focused: DOMNode | None) -> HelpData | None:
    """The help of this widget, or of the nearest one around it that has some."""
    node: DOMNode | None = focused
    while node is not None:
        if isinstance(node, Helpable):
            return node.ABOUT
        node = node.parent
    return None
