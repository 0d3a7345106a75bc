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
from textual.timer import Timer
from textual.widgets import Static

from tutor_tui.core.actions import key
from tutor_tui.core.availability import Control, Option, barred_options
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
    describe,
)
from tutor_tui.ui.help_data import HelpData
from tutor_tui.ui.widgets.choice import Choice
from tutor_tui.ui.widgets.slider import Slider

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
    "Patient waits 2.5 s before it answers, which suits beginners, who pause inside a sentence; normal 1.5 s; "
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
    """The panel. It shows a draft while the learner moves something, and what the lesson says otherwise."""

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

    @dataclass
    class Changed(Message):
        """The learner wants turns to be taken so."""

        detection: TurnDetection

    class Left(Message):
        """The learner goes back to the conversation."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.border_title = "When does the tutor answer?"
        self._wanted: TurnDetection = PRESETS["normal"]
        self._applied: TurnDetection | None = None
        self._draft: TurnDetection | None = None
        self._timer: Timer | None = None
        self._last: dict[type, TurnDetection] = {}
        """The last values of each kind, so that trying another kind loses nothing."""
        self._shown: object = None

    def compose(self) -> ComposeResult:
        """Kind, preset, and what belongs to the kind."""
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

    def show(
        self,
        wanted: TurnDetection,
        applied: TurnDetection | None,
        pending: bool,
        greyed: Mapping[Control, str],
        talk_key: str,
    ) -> None:
        """What is wanted, what is in force and what cannot be had. A draft under way is not disturbed."""
        if self._timer is None:
            self._draft = None
        news = (wanted, applied, pending, greyed, talk_key, self._draft)
        if news == self._shown:
            return
        self._shown = news
        self._wanted, self._applied = wanted, applied
        self._show_values()
        self.kind.barred = barred_options("turns", greyed)
        self.eagerness.barred = barred_options("eagerness", greyed)
        self.disabled = "turns" in greyed
        self.state.update(self._state_words(pending, greyed, talk_key))

    def _show_values(self) -> None:
        detection = self._draft or self._wanted
        self._last[type(detection)] = detection
        self.kind.value = _kind_of(detection)
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
        applied = self._applied if isinstance(self._applied, ServerVad) else None
        self.silence.applied = applied.silence_duration_ms if applied else None
        self.threshold.applied = applied.threshold if applied else None
        self.padding.applied = applied.prefix_padding_ms if applied else None

    def _state_words(self, pending: bool, greyed: Mapping[Control, str], talk_key: str) -> Content:
        notes: list[tuple[str, str]] = []
        detection = self._draft or self._wanted
        if "turns" in greyed:
            return Content.styled(greyed["turns"], "$warning")
        if isinstance(detection, PushToTalk):
            notes.append((f"{talk_key} begins your turn, and ends it.\n", "$foreground"))
        if why := greyed.get(Option("turns", _kind_of(detection))):
            notes.append((f"{why}\n", "$warning"))
        if isinstance(detection, SemanticVad) and (why := greyed.get(Option("eagerness", "auto"))):
            notes.append((f"{why}\n", "$warning"))
        if self._applied is None:
            notes.append(("not yet confirmed by the tutor", "$muted"))
        elif self._applied == detection:
            notes.append(("✓ in force", "$success"))
        else:
            asking = "… asking the tutor; " if pending or self._draft else ""
            notes.append((f"{asking}in force: {describe(self._applied)}", "$warning"))
        return Content.assemble(*notes)

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
        detection = self._draft or self._wanted
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
        """Show it at once; ask for it when the learner has come to rest."""
        self._draft = detection
        self._show_values()
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(DEBOUNCE_S, self._ask)

    def _ask(self) -> None:
        self._timer = None
        self._shown = None
        if self._draft is not None and self._draft != self._wanted:
            self.post_message(self.Changed(self._draft))

    def action_leave(self) -> None:
        """Back to the conversation."""
        self.post_message(self.Left())


def _kind_of(detection: TurnDetection) -> str:
    match detection:
        case ServerVad():
            return "server"
        case SemanticVad():
            return "semantic"
        case PushToTalk():
            return "push-to-talk"


def _seconds(value_ms: float) -> str:
    return f"{value_ms / 1000:.1f} s"
