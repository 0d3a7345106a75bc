"""How loud the microphone is, against the tutor's threshold; and, on its border, what to do now.

The bar spans -60 to 0 dBFS. The threshold of server VAD is not a loudness but how sure the detector must be, so its
mark is only indicative: 0 is drawn at -60 dBFS and 1 at -10 dBFS, which puts the usual 0.5 at -35, where a calm voice
into a headset begins to rise over a room.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import ClassVar, Literal, NamedTuple, get_args

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.content import Content
from textual.geometry import Region
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget
from typing_extensions import override

from tutor_tui.core.actions import DEFAULT_KEYS, key, with_keys
from tutor_tui.core.countdown import Countdown
from tutor_tui.core.lesson import Lesson, Phase
from tutor_tui.core.turn_detection import PushToTalk, ServerVad
from tutor_tui.session.level_meter import Level
from tutor_tui.ui.cell_width import fitted
from tutor_tui.ui.help_data import HelpData

LOW_DBFS = -60.0
_THRESHOLD_LOW_DBFS, _THRESHOLD_HIGH_DBFS = -60.0, -10.0
_LOUD_DBFS, _HOT_DBFS = -12.0, -3.0
"""From here on a voice is needlessly loud, and then about to clip."""

MeterState = Literal["open", "muted", "missing", "resting", "closed", "silent", "typed", "typed, muted"]
"""`resting`: half duplex while the tutor is heard; `closed`: push-to-talk with the key up; `silent`: no frames come;
`typed`: the tutor does not understand the lesson's language by ear, whether the microphone is muted or not."""
MeterTone = Literal["voice", "loud", "hot", "quiet", "faint", "threshold"]
_COUNTDOWN_CELLS = 6
_UNUSED = ("typed", "typed, muted")
_HINDRANCES = ("muted", "missing", "silent", *_UNUSED)
_STATE_WORDS: dict[MeterState, str] = {
    "open": "",
    "muted": f"muted · {key('mute')} opens the microphone",
    "missing": f"no microphone · {key('devices')} chooses one, {key('type')} types",
    "resting": "resting while the tutor is heard",
    "closed": "",
    "typed": "this lesson is typed: the microphone is not used",
    "typed, muted": "this lesson is typed: the microphone is muted, and not used",
    "silent": f"no sound arrives from the microphone · {key('devices')} chooses another",
}


class MeterPiece(NamedTuple):
    """Some cells of the meter's line, all in one tone."""

    text: str
    tone: MeterTone


@dataclass(frozen=True, slots=True)
class MeterView:
    """What the meter shows, rounded to what its cells can show; equal views are not drawn twice."""

    state: MeterState = "open"
    half_cells: int = 0
    peak_cell: int = -1
    threshold_cell: int = -1
    width: int = 0
    """Cells of the bar."""
    words: str = ""
    clipped: bool = False
    counting: bool = False
    """The words are a bar and seconds that run out."""


@dataclass(frozen=True, slots=True)
class MeterFrame:
    """The words on the frame."""

    advice: str = ""
    """What the learner can do now."""
    turns: str = ""
    """When the tutor answers, where it can; shortened where there is no room."""
    echo: str = ""
    replays: str = ""
    """How fast the learner hears sentences again, where that is not as they were said."""


def threshold_dbfs(threshold: float) -> float:
    """Where a VAD threshold (0 to 1) is drawn; see the module's note."""
    return _THRESHOLD_LOW_DBFS + threshold * (_THRESHOLD_HIGH_DBFS - _THRESHOLD_LOW_DBFS)


def meter_state(lesson: Lesson, alive: bool, *, understood: bool = True) -> MeterState:
    """What hinders the microphone, if anything does. `alive`: frames come; `understood`: what is said is understood."""
    if not understood:
        return "typed, muted" if lesson.muted else "typed"
    if lesson.microphone.missing:
        return "missing"
    if lesson.muted:
        return "muted"
    if not alive:
        return "silent"
    if lesson.voice_waits and lesson.training is not None:
        return ("resting" if lesson.rests_for_echo else "closed") if lesson.training.sounds else "open"
    if lesson.rests_for_echo and (lesson.replayed or lesson.phase is Phase.SPEAKING):
        return "resting"
    if isinstance(lesson.plan.turn_detection, PushToTalk) and not lesson.talking:
        return "closed"
    return "open"


def meter_view(
    level: Level,
    state: MeterState,
    threshold: float | None,
    width: int,
    key_names: Mapping[str, str] = DEFAULT_KEYS,
    countdown: Countdown | None = None,
) -> MeterView:
    """The reading as it is drawn on a bar of `width` cells; a countdown stands in place of the figure."""
    if state in _HINDRANCES:
        return MeterView(state, width=width, words=with_keys(_STATE_WORDS[state], key_names))
    peak = _share(level.peak_dbfs)
    figure = f"{level.peak_dbfs:.0f} dB".replace("-", "−") if peak > 0 else "quiet"
    return MeterView(
        state,
        half_cells=round(_share(level.dbfs) * width * 2),
        peak_cell=min(width - 1, int(peak * width)) if peak > 0 else -1,
        threshold_cell=-1 if threshold is None else min(width - 1, int(_share(threshold_dbfs(threshold)) * width)),
        width=width,
        words=_STATE_WORDS[state] or (figure if countdown is None else countdown_words(countdown)),
        clipped=level.clipped and countdown is None,
        counting=countdown is not None,
    )


def countdown_words(countdown: Countdown) -> str:
    """A short bar that runs out, and the seconds that are left, in twelve cells."""
    half_cells = round(countdown.share * _COUNTDOWN_CELLS * 2)
    whole, half = divmod(half_cells, 2)
    bar = ("━" * whole + "╸" * half).ljust(_COUNTDOWN_CELLS, "─")
    exact = countdown.of_s < 10 and not isinstance(countdown.left_s, int)
    seconds = f"{countdown.left_s:.1f}" if exact else f"{countdown.left_s:.0f}"
    return f"{bar} {seconds:>3} s"


def _share(dbfs: float) -> float:
    return min(1.0, max(0.0, (dbfs - LOW_DBFS) / -LOW_DBFS))


class MicMeter(Widget):
    """The meter, in a frame whose colour and title follow the conversation."""

    ABOUT = HelpData(
        "The microphone",
        "The heavy line is how loud you are now, from -60 to 0 dBFS; the upright bar holds the loudest of the last "
        "1.5 s. The ┼ is the threshold from which the tutor takes sound for speech; it is only a guide, because the "
        "detector judges what it hears and not just how loud it is. CLIP means too loud: move back a little. "
        "While you pause, a short bar at the right runs out: when it is empty, the tutor answers. So it does while a "
        "recording of fixed length runs. "
        "The frame says what you can do now, and at its foot when the tutor answers, and whether you use headphones.",
    )
    view: reactive[MeterView] = reactive(MeterView(), repaint=False)
    frame: reactive[MeterFrame] = reactive(MeterFrame(), repaint=False)
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"meter--{tone}" for tone in get_args(MeterTone)}
    _READING_CELLS = 14

    def __init__(self, key_names: Mapping[str, str], *, id: str | None = None) -> None:
        self.key_names = key_names
        """Action → its key, where the focus is now."""
        self._styles_found: dict[MeterTone, Style] = {}
        super().__init__(id=id)

    @property
    def bar_cells(self) -> int:
        """Room for the bar."""
        return max(4, self.size.width - self._READING_CELLS)

    def show(self, level: Level, state: MeterState, lesson: Lesson, countdown: Countdown | None = None) -> None:
        """Take a new reading, and what runs out meanwhile."""
        detection = lesson.applied.turn_detection or lesson.plan.turn_detection
        threshold = detection.threshold if isinstance(detection, ServerVad) else None
        self.view = meter_view(level, state, threshold, self.bar_cells, self.key_names, countdown)

    def watch_view(self) -> None:
        """Only the line inside the frame is drawn again."""
        self.refresh(Region(0, 0, self.size.width, 1))

    def watch_frame(self) -> None:
        """Above, what to do now; below, when the tutor answers, and the echo mode."""
        frame = self.frame
        last = " ── ".join(filter(None, (frame.replays, frame.echo)))
        turns = fitted(frame.turns, max(0, self.size.width - cell_len(last) - 10))
        self.border_title = Content(frame.advice)
        self.border_subtitle = Content(" ── ".join(filter(None, (turns, last))))

    def on_resize(self) -> None:
        """More words fit, or fewer."""
        self.watch_frame()

    @override
    def render_line(self, y: int) -> Strip:
        """The line inside the frame: bar and reading, or why there is none."""
        pieces = runs(meter_cells(self.view, self.size.width))
        strip = Strip([Segment(text, self._style(tone)) for text, tone in pieces])
        return strip.adjust_cell_length(self.size.width, self._style("quiet"))

    def _style(self, tone: MeterTone) -> Style:
        """The style of a tone; remembered, because finding it costs more than drawing the line."""
        if tone not in self._styles_found:
            self._styles_found[tone] = self.get_component_rich_style(f"meter--{tone}")
        return self._styles_found[tone]

    @override
    def notify_style_update(self) -> None:
        self._styles_found.clear()  # another theme
        super().notify_style_update()


def meter_cells(view: MeterView, width: int) -> list[MeterPiece]:
    """What stands on the meter's line, from left to right."""
    if view.state in _HINDRANCES:
        words = fitted(view.words, max(0, width - 8))
        tone: MeterTone = "hot" if view.state == "missing" else "quiet" if view.state in _UNUSED else "loud"
        dashes = "╌" * max(0, width - cell_len(words) - 6)
        return [MeterPiece("╌╌ ", "faint"), MeterPiece(words, tone), MeterPiece(f" {dashes}", "faint")]
    if view.state == "resting":
        return [MeterPiece(fitted(view.words, width), "quiet")]
    reading = "CLIP" if view.clipped else view.words
    bar = [_cell(view, i) for i in range(view.width)]
    if view.counting:
        return [*bar, MeterPiece(f"  {reading}", "threshold")]
    return [*bar, MeterPiece(f"  {reading:>9}", "hot" if view.clipped else "quiet")]


def _cell(view: MeterView, i: int) -> MeterPiece:
    dbfs = LOW_DBFS * (1 - (i + 0.5) / max(1, view.width))
    loud: MeterTone = "hot" if dbfs > _HOT_DBFS else "loud" if dbfs > _LOUD_DBFS else "voice"
    lit = loud if view.state == "open" else "quiet"
    if i == view.peak_cell:
        return MeterPiece("┃", lit)
    if i == view.threshold_cell:
        return MeterPiece("┼", "threshold")
    if i * 2 + 1 < view.half_cells:
        return MeterPiece("━", lit)
    return MeterPiece("╸", lit) if i * 2 < view.half_cells else MeterPiece("─", "faint")


def runs(pieces: Iterable[MeterPiece]) -> list[MeterPiece]:
    """Neighbours of one tone joined: a terminal is written to by the run, and drawing costs by the piece."""
    return [MeterPiece("".join(text for text, _ in run), tone) for tone, run in groupby(pieces, key=itemgetter(1))]
