"""What lies under the conversation: trouble, notices, the microphone, the composer and the keys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from time import monotonic

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Static
from typing_extensions import override

from tutor_tui.core.actions import DEFAULT_KEYS, key, keys_from_a_line, with_keys
from tutor_tui.core.availability import Control, understands, why_not_offline
from tutor_tui.core.captions_shown import dictated_sentence, hidden_line
from tutor_tui.core.countdown import Countdown, pauses, silence_left, turn_left
from tutor_tui.core.lesson import Lesson, Notice
from tutor_tui.core.lesson_summary import median
from tutor_tui.core.phase_text import Standing, answers_when, standing
from tutor_tui.core.replayed import replay_speed_words
from tutor_tui.core.shadowed import Shadowed
from tutor_tui.core.standing_news import replayed_news, standing_news
from tutor_tui.core.turn_detection import PushToTalk
from tutor_tui.session.session import Session
from tutor_tui.session.turn_control import HOLD_S
from tutor_tui.ui.key_bindings import APP_KEYS, KEYS
from tutor_tui.ui.labels import PHASE_CLASSES, SHORT_LABELS, advice, label_now
from tutor_tui.ui.settings_actions import SettingsActions
from tutor_tui.ui.widgets.composer import Composer
from tutor_tui.ui.widgets.key_bar import KeyBar, KeyHint
from tutor_tui.ui.widgets.level_lines import LevelLines
from tutor_tui.ui.widgets.mic_meter import MeterFrame, MicMeter, meter_state
from tutor_tui.ui.widgets.notice_bar import LOWER_THRESHOLD, READ_S, SHOWN_S, NoticeBar, with_notice
from tutor_tui.ui.widgets.search_bar import SearchBar
from tutor_tui.ui.widgets.trouble_panel import TroublePanel

_ALIVE_S = 1.0
"""A microphone that has sent no frame for so long is said to be silent."""
_SLOW_TICK_S = 0.25
"""How often what counts in seconds is looked at."""
_UNLISTED = frozenset(
    {"search", "page-up", "page-down", "home", "end", "copy", "keep", "progress", "retry", "offline", "again"}
    | {"replay-back", "replay-on", "replay-slower", "shadow", "dictation"}
)
"""Keys that everybody tries anyway, or that are shown only when they are needed."""
_SEARCHING = (KeyHint("↑↓", "older, newer", ""), KeyHint("enter", "back to the keys", ""))
_ANSWERS = {"level": ("take it", "leave it"), "said": ("yes", "no"), "keep": ("keep notes", "do not")}
"""What the two keys say to each question."""
_WRITING = "write what you hear, then enter"
_NOT_TYPING = (f"{key('type')} to type instead of speaking", f"{key('type')} to write what you hear")
_TYPING = "type your answer, then enter · exit alone ends the lesson"


def _asked_keys(lesson: Lesson) -> Sequence[KeyHint]:
    """What the two keys say to the question that comes first."""
    answers = _ANSWERS.get(lesson.question, ())
    return [KeyHint(DEFAULT_KEYS[each], answer, "") for each, answer in zip(("yes", "no"), answers, strict=False)]


def _while_typing(hints: Iterable[KeyHint]) -> list[KeyHint]:
    """Those whose key is no letter of the line; help has a second key."""
    shown = [replace(hint, key="f1") if hint.key == "?" else hint for hint in hints]
    return [hint for hint in shown if len(hint.key) > 1]


class BottomPanel(Vertical):
    """Shows the newest lesson, and looks at the microphone's level and the clock by itself."""

    def __init__(self, session: Session, settings_actions: SettingsActions, key_names: Mapping[str, str]) -> None:
        super().__init__(id="bottom")
        self._session = session
        self._settings_actions = settings_actions
        self._key_names = key_names
        self._lesson = session.lesson
        self._understood = understands(session.lesson.plan, session.tutor.capabilities)
        """Whether the tutor understands by ear what the learner says here."""
        self._held_since: float | None = None
        self._seen: Notice | None = None
        """The lesson's newest."""
        self._notice: Notice | None = None
        """The one that is shown."""
        self._notice_since = self._notice_until = 0.0
        self.greyed: dict[Control, str] = {}
        """What does nothing now, and why."""
        self._frames = (0, monotonic())
        self._standing = Standing.DISCONNECTED
        self.sound_arrives = True
        """Whether the microphone has sent anything lately, if only silence."""
        self._slow_tick_due = 0.0
        self.trouble = TroublePanel(key_names)
        self.levels = LevelLines()
        self.notices = NoticeBar(key_names)
        self.meter = MicMeter(key_names)
        self.search = SearchBar()
        self.composer = Composer()
        self.debug_line = Static(id="debug", markup=False)
        self.keys_line = KeyBar()

    @override
    def compose(self) -> ComposeResult:
        yield self.trouble
        yield self.levels
        yield self.notices
        yield self.meter
        yield self.search
        yield self.composer
        yield self.debug_line
        yield self.keys_line

    # ---- the lesson -------------------------------------------------------------------------------------------------

    def show(self, lesson: Lesson) -> None:
        """Take the newest lesson; each widget draws itself only where its view differs."""
        before, self._lesson = self._lesson, lesson
        self._understood = understands(lesson.plan, self._session.tutor.capabilities)
        self.greyed = self._settings_actions.greyed_in(lesson)
        now = monotonic()
        self._held_since = (self._held_since or now) if lesson.held else None
        if lesson.notice is not self._seen:
            self._seen = self._notice = lesson.notice
            self._notice_since = now
            self._notice_until = now + SHOWN_S.get(lesson.notice.severity if lesson.notice else "", 0.0)
        elif _is_heard_anew(before, lesson) and self._notice and self._notice.severity == "information":
            self._notice = None  # that there is no sentence before this one is over when the next is heard
        phase_now = lesson.phase
        for phase, name in PHASE_CLASSES.items():
            self.meter.set_class(phase is phase_now, name)
        self.meter.set_class(lesson.muted and self._understood, "-muted")
        self.trouble.trouble = lesson.failed
        self.levels.shadowed = lesson.training if isinstance(lesson.training, Shadowed) else None
        self.trouble.offers_offline = not why_not_offline(self._session.tutor.capabilities, lesson)
        self.search.esc_stops = lesson.can_stop_tutor
        self.composer.disabled = "type" in self.greyed
        self._slow_tick_due = 0.0
        self.show_keys()

    def tell(self, words: str, hint: str = "") -> None:
        """One quiet sentence and what helps, for as long as it takes to read."""
        self._notice = Notice(0, words, hint, severity="information")
        self._notice_until = monotonic() + SHOWN_S["information"]
        self._slow_tick(monotonic())

    def tick(self) -> None:
        """The meter; and, more seldom, what is left of a pause or a notice."""
        lesson, now = self._lesson, monotonic()
        level = self._session.levels.read()
        if level.frames != self._frames[0]:
            self._frames = (level.frames, now)
        self.sound_arrives = now - self._frames[1] < _ALIVE_S or not lesson.linked
        abilities = self._session.tutor.capabilities
        state = meter_state(lesson, self.sound_arrives, understood=self._understood) if abilities.listens else "closed"
        self.meter.show(level, state, lesson, self._countdown(level.silent_ms, now))
        if now >= self._slow_tick_due:
            self._slow_tick_due = now + _SLOW_TICK_S
            self._slow_tick(now)

    def _countdown(self, silent_ms: int, now: float) -> Countdown | None:
        """What runs out: a turn that is held open, or a pause."""
        if self._held_since is not None and self._standing in (Standing.HELD, Standing.HEARING):
            return Countdown(max(0.0, HOLD_S - (now - self._held_since)), HOLD_S)
        return turn_left(self._lesson) or silence_left(self._lesson, self._standing, silent_ms)

    def _slow_tick(self, now: float) -> None:
        lesson = self._lesson
        hold_left = None if self._held_since is None else max(0, round(HOLD_S - (now - self._held_since)))
        abilities = self._session.tutor.capabilities
        self._standing = standing(lesson, abilities, sound_arrives=self.sound_arrives)
        pausing = pauses(lesson, self._standing, self._session.levels.read().silent_ms)
        typing, covered = self.composer.has_focus, not self.screen.is_current
        said = advice(lesson, self._standing, hold_left, pausing=pausing, typing=typing, covered=covered)
        self.meter.frame = MeterFrame(
            with_keys(said, self.meter.key_names),
            answers_when(lesson, self._standing) if self._understood else "",
            lesson.echo_mode if self._understood else "",
            replay_speed_words(lesson.replay_speed),
        )
        notice = self._notice if self._is_news(now) else None
        standing_so = standing_news(lesson, abilities, LOWER_THRESHOLD, typing=typing)
        self.notices.news = (*replayed_news(lesson), *with_notice(standing_so, notice))

    def _is_news(self, now: float) -> bool:
        """Whether the notice is still worth its lines: what is over goes once it could be read."""
        notice = self._notice
        if notice is None or notice is self._lesson.failed:
            return False
        if not self._lesson.muted and key("mute") in notice.hint:  # its way out was taken
            return False
        is_over = 0 < notice.number == self._lesson.settled
        return now < (min(self._notice_until, self._notice_since + READ_S) if is_over else self._notice_until)

    def show_debug(self, lag_ms: float) -> None:
        """Figures for those who want to know."""
        wanted = self._settings_actions.settings.screen.debug
        self.debug_line.display = wanted
        if wanted:
            counters, lesson, times = self._session.sound.counters, self._lesson, self._session.times
            self.debug_line.update(
                f"over {counters.overflows} · under {counters.underflows} · gaps {counters.hole_ms} ms · "
                f"dropped {counters.dropped_frames} · "
                f"reopened {counters.reopened} · lag {lag_ms:.0f} ms · unknown {lesson.unknown_events} · "
                f"turns {len(lesson.turns)}"
                + (f" · unsent {self._session.dropped_ms} ms" if self._session.dropped_ms else "")
                + (f" · misread {lesson.transcript_mismatches}" if lesson.transcript_mismatches else "")
                + _last_and_median("answer", times.answers_ms)
                + _last_and_median("barge-in", times.barge_ins_ms)
            )

    # ---- keys -------------------------------------------------------------------------------------------------------

    def show_keys(self) -> None:
        """Those that do something now."""
        lesson, typing, searching = self._lesson, self.composer.has_focus, self.search.line.has_focus
        self._show_placeholder(typing)
        self._name_keys(keys_from_a_line(self._key_names) if typing or searching else self._key_names)
        if typing and dictated_sentence(lesson):
            ear = [self._hint(each, "screen.") for each in KEYS if each.id in ("replay", "replay-slower")]
            ear = [replace(each, key=f"esc {each.key}") for each in ear]
            self.keys_line.hints = (KeyHint("enter", "compare", ""), *ear, KeyHint("esc", "to the keys", ""))
        elif typing:
            spoken = [self._hint(each, "screen.") for each in KEYS if each.id == "spoken" and not self._understood]
            self.keys_line.hints = (KeyHint("enter", "send", ""), *spoken, self._esc("close, keep the words"))
        elif searching:
            self.keys_line.hints = (*_SEARCHING, self._esc("end"))
        else:
            hidden = {*_UNLISTED, "reveal"}
            if not isinstance(lesson.plan.turn_detection, PushToTalk):
                hidden.add("talk")
            if self._understood:
                hidden.add("spoken")
            urgent = {"retry"} if lesson.failed else set()
            urgent |= {"captions", "reveal"} if hidden_line(lesson) else set()
            urgent |= {"offline"} if self._session.fallback.stands_in else set()
            urgent |= {"record"} if lesson.recording else set()  # in a tiny window no header says so
            first = [each for each in KEYS if each.id in urgent]
            listed = [*first, *(each for each in KEYS if each.id not in hidden | urgent)]
            asked = _asked_keys(lesson)
            self.keys_line.hints = (*asked, *(self._hint(each, "screen.") for each in listed))
        last = (self._hint(each, "app.") for each in APP_KEYS if each.id in ("help", "quit"))
        self.keys_line.last = tuple(_while_typing(last) if typing or searching else last)

    def _name_keys(self, names: Mapping[str, str]) -> None:
        """In sentences, the keys are those that work where the focus is."""
        if names != self.meter.key_names:
            self.notices.key_names = self.meter.key_names = self.trouble.key_names = names

    def _show_placeholder(self, typing: bool) -> None:
        writes = dictated_sentence(self._lesson)
        words = (_WRITING if writes else _TYPING) if typing else _NOT_TYPING[bool(writes)]
        self.composer.placeholder = self.greyed.get("type", with_keys(words, self._key_names))

    def _esc(self, otherwise: str) -> KeyHint:
        """What escape does where a line has the focus: the tutor comes first."""
        return KeyHint("esc", "stop the tutor" if self._lesson.can_stop_tutor else otherwise, "")

    def _hint(self, binding: Binding, owner: str) -> KeyHint:
        name = binding.id or ""
        words, action = self._label(name) or binding.description, f"{owner}{binding.action}"
        with_last, short = name == "more-patience", SHORT_LABELS.get(words, "")
        return KeyHint(self._key_names[name], words, action, name in self.greyed, with_last, short)

    def _label(self, name: str) -> str:
        """What that key does now; empty where it does what it usually does."""
        goes_back = name == "offline" and self._session.fallback.stands_in
        return "own tutor" if goes_back else label_now(name, self._lesson)

    def on_descendant_focus(self) -> None:
        """The keys change with the focus."""
        self.show_keys()

    def on_descendant_blur(self) -> None:
        """The keys change with the focus."""
        self.show_keys()


def _is_heard_anew(before: Lesson, now: Lesson) -> bool:
    """Whether the learner has gone to a sentence, to hear it or to train their ear with it."""
    return any(
        what is not None and what != old
        for what, old in ((now.replayed, before.replayed), (now.training, before.training))
    )


def _last_and_median(name: str, times_ms: Sequence[int]) -> str:
    return f" · {name} {times_ms[-1]} ms (median {median(times_ms)})" if times_ms else ""
