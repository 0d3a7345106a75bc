"""The lesson: the conversation, the microphone, and every key that steers them."""

from __future__ import annotations

from collections.abc import Mapping
from time import monotonic
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.geometry import Size
from textual.screen import Screen
from textual.widgets import Static

from tutor_tui.core.lesson import Lesson, Notice, Phase
from tutor_tui.core.turn_detection import PushToTalk, TurnDetection, describe, with_patience
from tutor_tui.session.session import HOLD_S
from tutor_tui.ui.face import LessonSession
from tutor_tui.ui.keys import APP_KEYS, KEYS
from tutor_tui.ui.plain_text import plain_line
from tutor_tui.ui.widgets.composer import MAX_CHARS, Composer
from tutor_tui.ui.widgets.header import HeaderView, LessonHeader
from tutor_tui.ui.widgets.key_line import KeyHint, KeyLine
from tutor_tui.ui.widgets.lesson_card import LessonCard, lesson_facts
from tutor_tui.ui.widgets.mic_meter import MicMeter, meter_state
from tutor_tui.ui.widgets.notice_bar import SHOWN_S, NoticeBar, standing_news, with_notice
from tutor_tui.ui.widgets.transcript import Transcript
from tutor_tui.ui.widgets.trouble_panel import TroublePanel
from tutor_tui.ui.widgets.turn_panel import TurnPanel
from tutor_tui.ui.wishes import Wishes
from tutor_tui.ui.words import PHASE_CLASSES, advice, clock, cost, lesson_line, phase_words, tutor_words

_ALIVE_S = 1.0
"""A microphone that has sent no frame for so long is said to be silent."""
_SMALLEST = Size(60, 18)
"""Below this, panels and lists no longer fit, and the screen says so."""


class LessonScreen(Screen[None]):
    """Shows the newest lesson and passes the learner's wishes to the session."""

    BINDINGS: ClassVar = list(KEYS)
    AUTO_FOCUS = "Transcript"
    TITLE = "tutor-tui"

    def __init__(self, session: LessonSession, wishes: Wishes) -> None:
        super().__init__()
        self._session = session
        self._wishes = wishes
        self._lesson: Lesson = session.watch.value
        self._held_since: float | None = None
        self._notice: Notice | None = None
        self._notice_until = 0.0
        self._frames = (0, monotonic())
        self.header = LessonHeader()
        self.size_warning = Static(id="too-small", markup=False)
        self.transcript = Transcript()
        self.turns = TurnPanel()
        self.card = LessonCard()
        self.trouble = TroublePanel()
        self.notices = NoticeBar()
        self.meter = MicMeter()
        self.composer = Composer()
        self.debug_line = Static(id="debug", markup=False)
        self.keys_line = KeyLine()

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield self.header
        yield self.size_warning
        with Horizontal(id="middle"):
            yield self.transcript
            with Vertical(id="side"):
                yield self.turns
                yield self.card
        with Vertical(id="deck"):
            yield self.trouble
            yield self.notices
            yield self.meter
            yield self.composer
            yield self.debug_line
            yield self.keys_line

    def on_mount(self) -> None:
        """Start from the lesson as it is."""
        self.composer.placeholder = "t to type instead of speaking"
        self.app.theme_changed_signal.subscribe(self, lambda _: self.transcript.refresh())
        self.show(self._lesson)

    # ---- the lesson on the screen -----------------------------------------------------------------------------------

    def show(self, lesson: Lesson) -> None:
        """Draw what differs from the last lesson."""
        self._lesson = lesson
        if lesson.held and self._held_since is None:
            self._held_since = monotonic()
        elif not lesson.held:
            self._held_since = None
        if lesson.notice is not self._notice:
            self._notice = lesson.notice
            self._notice_until = monotonic() + SHOWN_S.get(lesson.notice.severity if lesson.notice else "", 12.0)
        self.transcript.show(lesson)
        self._show_deck(lesson)
        self.tick()

    def _show_deck(self, lesson: Lesson) -> None:
        for phase, name in PHASE_CLASSES.items():
            self.meter.set_class(phase is lesson.phase, name)
        self.meter.set_class(lesson.muted, "-muted")
        plan, applied, abilities = lesson.plan, lesson.applied, self._session.tutor.capabilities
        self.turns.show(
            plan.turn_detection, applied.turn_detection, lesson.plan_pending, abilities, self._key_of("talk")
        )
        self.card.facts = lesson_facts(
            lesson, tutor_words(self._session.tutor.name, applied.model, abilities), abilities
        )
        self.trouble.trouble = lesson.failed
        self.trouble.keys = f"{self._key_of('retry')} tries again · {self._key_of('quit')} ends the lesson"
        if isinstance(lesson.plan.turn_detection, PushToTalk) or lesson.failed:
            self.refresh_bindings()
        self._show_keys()

    def tick(self) -> None:
        """What moves without an event: the meter, the clock, what is left of a pause or a notice."""
        lesson, session, now = self._lesson, self._session, monotonic()
        level = session.levels.read()
        if level.frames != self._frames[0]:
            self._frames = (level.frames, now)
        alive = now - self._frames[1] < _ALIVE_S or not lesson.linked
        self.meter.show(level, meter_state(lesson, alive), lesson)
        abilities = session.tutor.capabilities
        self.header.view = HeaderView(
            title=plain_line(lesson.plan.profile),
            lesson=plain_line(lesson_line(lesson.plan)),
            tutor=plain_line(tutor_words(session.tutor.name, lesson.applied.model, abilities)),
            phase=lesson.phase,
            phase_words=phase_words(lesson),
            elapsed=clock(session.elapsed_s),
            cost=cost(lesson.usd, abilities),
        )
        hold_left = None if self._held_since is None else max(0, round(HOLD_S - (now - self._held_since)))
        self.meter.set_frame(
            advice(lesson, hold_left, self._key_of("talk"), self._key_of("interrupt")),
            describe(lesson.applied.turn_detection or lesson.plan.turn_detection),
            lesson.echo_mode,
        )
        notice = self._notice if now < self._notice_until and self._notice is not lesson.failed else None
        self.notices.news = with_notice(standing_news(lesson, abilities), notice)

    def _show_keys(self) -> None:
        lesson = self._lesson
        hidden = {"page-up", "page-down", "home", "retry", "end"}
        if not isinstance(lesson.plan.turn_detection, PushToTalk):
            hidden.add("talk")
        if lesson.phase is Phase.FAILED:
            hidden.discard("retry")
        if self.composer.has_focus:
            hints: tuple[KeyHint, ...] = (KeyHint("enter", "send", ""), KeyHint("esc", "back to the keys", ""))
        else:
            first = [each for each in KEYS if each.id == "retry"] if lesson.failed else []
            hints = tuple(self._hint(each) for each in (*first, *KEYS) if each.id not in hidden or each in first)
        self.keys_line.hints = hints
        self.keys_line.last = tuple(self._hint(each, "app.") for each in APP_KEYS if each.id in ("help", "quit"))

    def _hint(self, binding: Binding, owner: str = "screen.") -> KeyHint:
        return KeyHint(self._key_of(binding.id or ""), binding.description, f"{owner}{binding.action}")

    def _key_of(self, binding_id: str) -> str:
        """The key a binding is on now, as it is printed on the keyboard."""
        keys: Mapping[str, str] = getattr(self.app, "keys_in_use", {})
        return keys.get(binding_id, "?")

    def on_resize(self, event: events.Resize) -> None:
        """Say in one sentence what is too small; the lesson goes on all the same."""
        small = event.size.width < _SMALLEST.width or event.size.height < _SMALLEST.height
        self.set_class(small, "-small")
        words = f"Small window: all fits from {_SMALLEST.width}×{_SMALLEST.height} on."
        self.size_warning.update(words if small else "")

    def show_debug(self, lag_ms: float) -> None:
        """Figures for those who want to know."""
        wanted = self._wishes.settings.screen.debug
        self.debug_line.display = wanted
        if wanted:
            counters, lesson = self._session.sound.counters, self._lesson
            self.debug_line.update(
                f"over {counters.overflows} · under {counters.underflows} · dropped {counters.dropped_frames} · "
                f"reopened {counters.reopened} · lag {lag_ms:.0f} ms · unknown {lesson.unknown_events} · "
                f"turns {len(lesson.turns)}"
            )

    # ---- keys -------------------------------------------------------------------------------------------------------

    def action_mute(self) -> None:
        """Close the microphone, or open it again."""
        self._session.mute()

    def action_interrupt(self) -> None:
        """Stop the tutor."""
        self._session.interrupt()

    def action_talk(self) -> None:
        """Push-to-talk."""
        self._session.talk()

    def action_think(self) -> None:
        """Hold the turn open."""
        self._session.think()

    def action_repeat(self) -> None:
        """Hear it again."""
        self._session.repeat()

    def action_echo(self) -> None:
        """The other echo mode."""
        self._session.set_echo("speakers" if self._lesson.echo_mode == "headphones" else "headphones")

    def action_patience(self, steps: int) -> None:
        """More patience, or less."""
        wanted: TurnDetection = self._lesson.plan.turn_detection
        changed = with_patience(wanted, steps)
        if changed != wanted:
            self._session.set_turn_detection(changed)

    def action_turns(self) -> None:
        """To the panel, which narrow screens show only while it is used."""
        self.set_class(True, "-turns")
        self.turns.kind.focus()

    def action_profiles(self) -> None:
        """Choose another tutor."""
        from tutor_tui.ui.screens.profiles import ProfilesScreen  # seldom used: not worth its share of the start

        self.app.push_screen(ProfilesScreen(self._wishes))

    def action_devices(self) -> None:
        """Choose microphone and speaker."""
        from tutor_tui.ui.screens.devices import DevicesScreen  # seldom used

        self.app.push_screen(DevicesScreen(self._session, self._wishes))

    def action_settings(self) -> None:
        """All settings."""
        from tutor_tui.ui.screens.settings import SettingsScreen  # seldom used

        self.app.push_screen(SettingsScreen(self._wishes))

    def action_type(self) -> None:
        """To the composer."""
        self.composer.focus()

    def action_retry(self) -> None:
        """Dial again."""
        self._session.retry()

    def action_follow(self) -> None:
        """Back to the newest line."""
        self.transcript.follow()

    def action_page(self, pages: int) -> None:
        """Read back, or on."""
        self.transcript.action_scroll_lines(pages * max(1, self.transcript.size.height - 2))

    def action_oldest(self) -> None:
        """To the first line."""
        self.transcript.scroll_to(y=0, animate=False, force=True)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys that mean nothing now do nothing."""
        return self._lesson.failed is not None or self._lesson.dial_wait_s > 0 if action == "retry" else True

    # ---- typing -----------------------------------------------------------------------------------------------------

    @on(Composer.Said)
    def _say(self, message: Composer.Said) -> None:
        self._session.say(message.text)
        self.transcript.follow()

    @on(Composer.TooLong)
    def _cut_short(self, message: Composer.TooLong) -> None:
        self.notify(f"Only the first {MAX_CHARS} of {message.chars} characters were taken.", severity="warning")

    @on(Composer.Left)
    @on(TurnPanel.Left)
    def _back_to_the_talk(self) -> None:
        self.set_class(False, "-turns")
        self.transcript.focus()

    @on(TurnPanel.Changed)
    def _take_turns_so(self, message: TurnPanel.Changed) -> None:
        self._session.set_turn_detection(message.detection)

    def on_descendant_focus(self) -> None:
        """The keys change with the focus."""
        self._show_keys()

    def on_descendant_blur(self) -> None:
        """The keys change with the focus."""
        self._show_keys()
