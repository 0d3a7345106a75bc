"""How the tutor knows that a turn has ended: chosen here while talking, and shown as wanted and as in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, get_args

from textual import on
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
    SemanticVad,
    ServerVad,
    TurnDetection,
)
from tutor_tui.ui.help_data import HelpData
from tutor_tui.ui.widgets.choice import Choice
from tutor_tui.ui.widgets.slider import Slider
from tutor_tui.ui.widgets.turn_detection_view import TurnView, kind_of, state_notes

DEBOUNCE_S = 0.3
"""A slider on its way is not worth a message to the tutor at every step."""

_KINDS = (
    ("server", "after a silence"),
    ("semantic", "when you sound finished"),
    ("push-to-talk", "when you press a key"),
)
_ABOUT_KIND = HelpData(
    "When does the tutor answer?",
    "After a silence of so many seconds; when your sentence sounds finished; or only when you press the talk key, "
    "which begins your turn and ends it.",
)
_ABOUT_PRESET = HelpData(
    "Patience",
    "Patient waits 2.5 s before it answers: for beginners, who pause inside a sentence. Normal waits 1.5 s, "
    f"quick 0.7 s. {key('less-patience')} and {key('more-patience')} change the pause in steps, without this panel.",
)
_ABOUT_SILENCE = HelpData("Pause", "How long you may be silent before the tutor answers.")
_ABOUT_THRESHOLD = HelpData(
    "Threshold",
    "How sure the detector must be that it hears speech. Raise it in a noisy room, lower it if you speak softly. "
    "It is drawn on the microphone's meter as ┼.",
)
_ABOUT_PADDING = HelpData(
    "Lead-in", "How much sound from before you were noticed is kept, so that no first sound is lost."
)
_ABOUT_EAGERNESS = HelpData(
    "Eagerness",
    "How soon an unfinished sentence is taken as finished. Low waits up to 8 s, medium 4 s, high 2 s; auto is medium.",
)


class TurnPanel(VerticalScroll, can_focus=False):
    """Shows a draft while the learner moves something, and what the lesson says otherwise.

    A draft is asked for when the learner has come to rest. It is dropped when what is wanted changes meanwhile, by a
    key, a tool or another profile.
    """

    BINDINGS: ClassVar = [
        Binding("escape", "leave", "Close", id="turns.leave", tooltip="Back to the conversation"),
    ]
    kind = query_one("#kind", Choice)
    preset = query_one("#preset", Choice)
    silence = query_one("#silence", Slider)
    threshold = query_one("#threshold", Slider)
    padding = query_one("#padding", Slider)
    eagerness = query_one("#eagerness", Choice)
    state = query_one("#turn-state", Static)
    view: reactive[TurnView] = reactive(TurnView(), init=False)
    draft: reactive[TurnDetection | None] = reactive(None, init=False)

    @dataclass
    class Changed(Message):
        """The learner wants turns to end so."""

        detection: TurnDetection
        instead_of: TurnDetection
        """What was wanted when this was drawn up; where another change came first, that one holds."""

    class Left(Message):
        """The learner goes back to the conversation."""

    def __init__(self, key_names: Mapping[str, str], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.border_title = "When does the tutor answer?"
        self._key_names = key_names
        self._timer: Timer | None = None
        self._last: dict[type, TurnDetection] = {}
        """The last values of each kind, so that trying another kind loses nothing."""

    @override
    def compose(self) -> ComposeResult:
        yield Choice(_KINDS, column=True, id="kind", about=_ABOUT_KIND)
        presets = [(name, name) for name in get_args(Preset)]
        yield Choice(presets, id="preset", about=_ABOUT_PRESET)
        yield Slider("Pause", SILENCE_DURATION_MS, words=_seconds, id="silence", about=_ABOUT_SILENCE)
        yield Slider("Threshold", THRESHOLD, words=lambda value: f"{value:.2f}", id="threshold", about=_ABOUT_THRESHOLD)
        yield Slider("Lead-in", PREFIX_PADDING_MS, words=lambda v: f"{v:.0f} ms", id="padding", about=_ABOUT_PADDING)
        waits = [(each, f"{each}: waits up to {EAGERNESS_WAIT_MS[each] // 1000} s") for each in EAGERNESS]
        yield Choice(waits, column=True, id="eagerness", about=_ABOUT_EAGERNESS)
        yield Static(id="turn-state", markup=False)

    # ---- from the lesson --------------------------------------------------------------------------------------------

    def watch_view(self, old: TurnView, new: TurnView) -> None:
        """What the lesson wants now is newer than a draft of something else."""
        if new.wanted != old.wanted:
            self.drop_draft()
        self.kind.barred = barred_options("turns", new.greyed)
        self.eagerness.barred = barred_options("eagerness", new.greyed)
        self.disabled = "turns" in new.greyed
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

    def action_leave(self) -> None:
        """Back to the conversation."""
        self.post_message(self.Left())


def _seconds(value_ms: float) -> str:
    return f"{value_ms / 1000:.1f} s"
