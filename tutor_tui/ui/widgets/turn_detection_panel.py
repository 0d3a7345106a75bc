"""How the tutor knows that a turn has ended: chosen here while talking, and shown as wanted and as in force."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, get_args

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.getters import query_one
from textual.message import Message
from textual.reactive import reactive
from textual.timer import Timer
from textual.widgets import Static
from typing_extensions import override

from tutor_tui.core.actions import key, with_keys
from tutor_tui.core.availability import barred_options
from tutor_tui.core.turn_detection import (
    EAGERNESS,
    EAGERNESS_WAIT_MS,
    PREFIX_PADDING_MS,
    PRESETS,
    SILENCE_DURATION_MS,
    THRESHOLD,
    Eagerness,
    Preset,
    PushToTalk,
    Range,
    SemanticVad,
    ServerVad,
    TurnDetection,
)
from tutor_tui.ui.help_data import HelpData
from tutor_tui.ui.widgets.choice import Choice
from tutor_tui.ui.widgets.slider import Slider
from tutor_tui.ui.widgets.turn_detection_view import TurnView, kind_of, state_notes

MOST_ROWS = 15
"""So many the panel fills with its frame, unless the tutor lacks something."""
DEBOUNCE_S = 0.3
"""A slider on its way is not worth a message to the tutor at every step."""

_KINDS = (
    ("server", "after a silence"),
    ("semantic", "when you sound finished"),
    ("push-to-talk", "when you press a key"),
)
_KEYS = "tab next  ←→ set  k keep  esc"
_ABOUT = {
    "kind": HelpData(
        "When does the tutor answer?",
        "Choose who decides that your turn is over. It can be a silence of so many seconds; the tutor, when your "
        "sentence sounds finished; or you, with the talk key, which begins your turn and ends it, or is held while you "
        "talk.",
    ),
    "preset": HelpData(
        "Patience",
        "Patient suits beginners, who pause inside a sentence: it waits 2.5 s. Normal waits 1.5 s, quick 0.7 s. "
        f"{key('less-patience')} and {key('more-patience')} change the pause in steps, without this panel.",
    ),
    "silence": HelpData("Pause", "How long you may be silent before the tutor answers."),
    "threshold": HelpData(
        "Threshold",
        "Lower it if the tutor misses a soft voice, raise it if noise counts as speech. It says how sure the tutor "
        "must be that it hears a voice, and is drawn on the microphone's meter as ┼.",
    ),
    "padding": HelpData(
        "Lead-in",
        "How much sound from before your voice was noticed is sent too, so that your first sound is not lost.",
    ),
    "eagerness": HelpData(
        "Eagerness",
        "How soon an unfinished sentence is taken as finished. Low waits up to 8 s, medium 4 s, high 2 s; auto is "
        "medium.",
    ),
}
"""Help on each control, by its id; the first sentence also stands in the panel while the control has the focus."""


class TurnPanel(VerticalScroll, can_focus=False):
    """Shows a draft while the learner moves something, and what the lesson says otherwise.

    A draft is asked for when the learner has come to rest. It is dropped when what is wanted changes meanwhile, by a
    key, a tool or another profile.
    """

    BINDINGS: ClassVar = [
        Binding("escape", "leave", "Close", id="turns.leave", tooltip="Back to the conversation"),
        Binding("k", "keep", "Keep", id="turns.keep", tooltip="Begin every lesson so"),
    ]
    kind = query_one("#kind", Choice)
    preset = query_one("#preset", Choice)
    silence = query_one("#silence", Slider)
    threshold = query_one("#threshold", Slider)
    padding = query_one("#padding", Slider)
    eagerness = query_one("#eagerness", Choice)
    state = query_one("#turn-state", Static)
    about = query_one("#turn-about", Static)
    view: reactive[TurnView] = reactive(TurnView(), init=False)
    draft: reactive[TurnDetection | None] = reactive(None, init=False)

    @dataclass
    class Changed(Message):
        """The learner wants turns to end so."""

        detection: TurnDetection
        instead_of: TurnDetection
        """What was wanted when this was drawn up; where another change came first, that one holds."""

    @dataclass
    class Kept(Message):
        """The learner wants turns to end so in every lesson."""

        detection: TurnDetection

    class Left(Message):
        """The learner goes back to the conversation."""

    def __init__(self, key_names: Mapping[str, str], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.border_title = _ABOUT["kind"].title
        self._key_names = key_names
        self._timer: Timer | None = None
        self._last: dict[type, TurnDetection] = {}
        """The last values of each kind, so that trying another kind loses nothing."""

    @override
    def compose(self) -> ComposeResult:
        yield Choice(_KINDS, column=True, id="kind", about=_ABOUT["kind"])
        presets = [(name, name) for name in get_args(Preset)]
        yield Choice(presets, id="preset", about=_ABOUT["preset"])
        yield self._slider("silence", SILENCE_DURATION_MS, _seconds)
        yield self._slider("threshold", THRESHOLD, lambda value: f"{value:.2f}")
        yield self._slider("padding", PREFIX_PADDING_MS, lambda value: f"{value:.0f} ms")
        waits = [(each, f"{each}: waits up to {EAGERNESS_WAIT_MS[each] // 1000} s") for each in EAGERNESS]
        yield Choice(waits, column=True, id="eagerness", about=_ABOUT["eagerness"])
        yield Static(id="turn-state", markup=False)
        yield Static(id="turn-about", markup=False)

    @staticmethod
    def _slider(name: str, limits: Range, words: Callable[[float], str]) -> Slider:
        about = _ABOUT[name]
        return Slider(about.title, limits, words=words, id=name, about=about)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """While the panel is used, it says what the control is for, and which keys there are."""
        about = _ABOUT.get(event.widget.id or "")
        if about is not None:
            self.about.update(Content(about.text.partition(". ")[0].removesuffix(".") + "."))
        self._show_hints()

    def on_descendant_blur(self) -> None:
        """Nobody uses it any more."""
        self.about.update("")
        self.border_subtitle = ""

    def _show_hints(self) -> None:
        self.border_subtitle = Content(f"{_KEYS} {'stop' if self.view.esc_stops else 'back'}")

    # ---- from the lesson --------------------------------------------------------------------------------------------

    def watch_view(self, old: TurnView, new: TurnView) -> None:
        """What the lesson wants now is newer than a draft of something else."""
        if new.wanted != old.wanted:
            self.drop_draft()
        self.kind.barred = barred_options("turns", new.greyed)
        self.eagerness.barred = barred_options("eagerness", new.greyed)
        self.disabled = "turns" in new.greyed
        if self.border_subtitle:
            self._show_hints()
        self._show_values()

    def watch_draft(self) -> None:
        """Show it at once, though it is not yet asked for."""
        self._show_values()

    def drop_draft(self) -> None:
        """Show what the lesson says."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self.draft = None

    def _show_values(self) -> None:
        detection = self.draft or self.view.wanted
        self._last[type(detection)] = detection
        self.kind.value = kind_of(detection)
        is_server, is_semantic = isinstance(detection, ServerVad), isinstance(detection, SemanticVad)
        for widget in (self.preset, self.silence, self.threshold, self.padding):
            widget.display = is_server
        self.eagerness.display = is_semantic
        match detection:
            case ServerVad():
                self.preset.value = next((name for name, each in PRESETS.items() if each == detection), "")
                self.silence.value = detection.silence_duration_ms
                self.threshold.value = detection.threshold
                self.padding.value = detection.prefix_padding_ms
            case SemanticVad():
                self.eagerness.value = detection.eagerness
            case PushToTalk():
                pass
        in_force = self.view.applied
        applied = in_force if isinstance(in_force, ServerVad) else None
        self.silence.applied = applied.silence_duration_ms if applied else None
        self.threshold.applied = applied.threshold if applied else None
        self.padding.applied = applied.prefix_padding_ms if applied else None
        notes = state_notes(self.view, self.draft)
        self.state.update(Content.assemble(*((with_keys(words, self._key_names), style) for words, style in notes)))

    # ---- from the learner -------------------------------------------------------------------------------------------

    @on(Choice.Changed, "#kind")
    def _kind_chosen(self, message: Choice.Changed) -> None:
        message.stop()
        kind = {"server": ServerVad, "semantic": SemanticVad, "push-to-talk": PushToTalk}[message.value]
        self._draw_up(self._last.get(kind, kind()))

    @on(Choice.Changed, "#preset")
    def _preset_chosen(self, message: Choice.Changed) -> None:
        message.stop()
        self._draw_up(next(each for name, each in PRESETS.items() if name == message.value))

    @on(Choice.Changed, "#eagerness")
    def _eagerness_chosen(self, message: Choice.Changed) -> None:
        message.stop()
        chosen: Eagerness = next(each for each in EAGERNESS if each == message.value)
        self._draw_up(SemanticVad(chosen))

    @on(Slider.Changed)
    def _moved(self, message: Slider.Changed) -> None:
        message.stop()
        detection = self.draft or self.view.wanted
        if not isinstance(detection, ServerVad):
            return
        match message.slider.id:
            case "silence":
                self._draw_up(replace(detection, silence_duration_ms=int(message.value)))
            case "threshold":
                self._draw_up(replace(detection, threshold=message.value))
            case _:
                self._draw_up(replace(detection, prefix_padding_ms=int(message.value)))

    def _draw_up(self, detection: TurnDetection) -> None:
        self.draft = detection
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(DEBOUNCE_S, self._ask)

    def _ask(self) -> None:
        self._timer = None
        if self.draft is None or self.draft == self.view.wanted:
            self.drop_draft()
        else:
            self.post_message(self.Changed(self.draft, self.view.wanted))

    def action_keep(self) -> None:
        """In every lesson, what the panel shows."""
        self.post_message(self.Kept(self.draft or self.view.wanted))

    def action_leave(self) -> None:
        """Back to the conversation."""
        self.post_message(self.Left())


def _seconds(value_ms: float) -> str:
    return f"{value_ms / 1000:.1f} s"
