"""The lesson: the conversation, the microphone, and every key that steers them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import monotonic
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.geometry import Size
from textual.widgets import Input, Static
from typing_extensions import override

from tutor_tui.core.actions import asks_to_leave
from tutor_tui.core.availability import (
    Control,
    answers_in_writing,
    lacks_lesson,
    shortcomings,
    understands,
    why_not_offline,
)
from tutor_tui.core.cost_text import cost_words
from tutor_tui.core.lesson import Lesson
from tutor_tui.core.phase_text import echo_words, phase_words, recording_words, standing
from tutor_tui.core.problems import Problem
from tutor_tui.core.safe_text import printable_line
from tutor_tui.session.session import Session
from tutor_tui.session.voice_progress import voice_progress
from tutor_tui.ui.key_bindings import KEYS
from tutor_tui.ui.labels import drill_time_words, how_written, lesson_line, time_words, tutor_words
from tutor_tui.ui.screens.turns import ScreenForTurns
from tutor_tui.ui.settings_actions import SettingsActions
from tutor_tui.ui.textual_patches.compositor import TellingCompositor
from tutor_tui.ui.widgets.bottom_panel import BottomPanel
from tutor_tui.ui.widgets.briefing_card import BriefingCard
from tutor_tui.ui.widgets.choice import Choice
from tutor_tui.ui.widgets.composer import MAX_CHARS, Composer
from tutor_tui.ui.widgets.header import HeaderView, LessonHeader
from tutor_tui.ui.widgets.lesson_card import LessonCard, lesson_facts
from tutor_tui.ui.widgets.notes_card import NotesCard
from tutor_tui.ui.widgets.side_column import SideColumn
from tutor_tui.ui.widgets.transcript import Transcript
from tutor_tui.ui.widgets.turn_detection_panel import TurnPanel
from tutor_tui.ui.widgets.turn_detection_view import TurnView

_SMALLEST = Size(60, 18)
"""Below this, panels and lists no longer fit, and the screen says so."""
_VOICE_STEP_S = 0.6
"""How often the words that were heard are told from those to come: each time costs as much as a line that is drawn."""
_TINY_ROWS = 8
"""Below this, only the conversation, the microphone and the keys are left."""


class LessonScreen(ScreenForTurns):
    """Shows the newest lesson and passes on what the learner asks of the session."""

    BINDINGS: ClassVar = list(KEYS)
    AUTO_FOCUS = "Transcript"
    TITLE = "tutor-tui"

    def __init__(self, session: Session, settings_actions: SettingsActions, key_names: Mapping[str, str]) -> None:
        super().__init__()
        self._compositor = TellingCompositor()
        self._session = session
        self._settings_actions = settings_actions
        self._key_names = key_names
        self.lesson: Lesson = session.lesson
        """The one that is drawn: up to a tick older than the session's."""
        self._voice_due_s = 0.0
        self._header_moved = (True, "")  # what it shows that changes without an event
        self.header = LessonHeader()
        self.size_warning = Static(id="too-small", markup=False)
        self.transcript = Transcript(key_names)
        drill_key = key_names["drill"] if session.tutor.capabilities.scripted else ""
        self.briefing = BriefingCard(settings_actions.look_ups.briefing, drill_key)
        self.turns = TurnPanel(key_names)
        self.card = LessonCard()
        self.notes = NotesCard()
        self.bottom = BottomPanel(session, settings_actions, key_names)
        self._spoken = True
        """Whether nothing has to be typed in the lesson that is drawn; the typing line opens where it has."""

    @override
    def compose(self) -> ComposeResult:
        yield self.header
        yield self.size_warning
        yield self.briefing
        with Horizontal(id="middle"):
            yield self.transcript
            with SideColumn(id="side"):
                yield self.turns
                yield self.card
                yield self.notes
        yield self.bottom

    def on_mount(self) -> None:
        """Start from the lesson as it is."""
        self.show(self.lesson)

    # ---- the lesson on the screen -----------------------------------------------------------------------------------

    def show(self, lesson: Lesson) -> None:
        """Draw what differs from the last lesson."""
        before, self.lesson = self.lesson, lesson
        abilities = self._session.tutor.capabilities
        self.transcript.show(lesson, how_written(abilities))
        if lesson.only_adds_words_to(before):
            return
        self.bottom.show(lesson)
        self.follow_dictation(lesson)
        spoken = understands(lesson.plan, abilities) or lacks_lesson(lesson.plan, abilities)
        self._open_typing_line(spoken and not answers_in_writing(lesson))
        plan, applied, tutor = lesson.plan, lesson.applied, self._session.tutor
        wanted = plan.turn_detection
        kept = self._settings_actions.keeps_turns(wanted)
        self.turns.view = TurnView(
            wanted, applied.turn_detection, lesson.plan_pending, self.greyed, kept, lesson.can_stop_tutor
        )
        name = tutor_words(tutor.name, applied.model, tutor.capabilities)
        self.card.facts = lesson_facts(lesson, name, tutor.capabilities)
        self.notes.show(lesson)
        self.briefing.show(lesson)
        self._show_header()
        self.tick()

    def _open_typing_line(self, spoken: bool) -> None:
        """Go to the typing line when the lesson becomes one that has to be typed, and back when it no longer is."""
        if spoken == self._spoken:
            return
        self._spoken = spoken
        if not spoken and "type" not in self.greyed:
            self.set_focus(self.bottom.composer)
        elif spoken and self.focused is self.bottom.composer and not self.bottom.composer.value:
            self.transcript.focus()

    def tick(self) -> None:
        """What moves without an event."""
        self.bottom.tick()
        now = monotonic()
        if now >= self._voice_due_s:
            self._voice_due_s = now + _VOICE_STEP_S
            self.transcript.follow_voice(voice_progress(self.lesson, self._session.sound.speaker))
        if (self.bottom.sound_arrives, self._time_words) != self._header_moved:
            self._show_header()

    @property
    def _time_words(self) -> str:
        drill_s = self._session.drill_clock.elapsed_s
        return time_words(self.lesson, self._session.clock.elapsed_s) if drill_s is None else drill_time_words(drill_s)

    def _show_header(self) -> None:
        lesson, tutor = self.lesson, self._session.tutor
        arrives, elapsed = self._header_moved = self.bottom.sound_arrives, self._time_words
        self.header.view = HeaderView(
            title=printable_line(lesson.plan.profile),
            lesson=printable_line(lesson_line(lesson.plan)),
            tutor=printable_line(tutor_words(tutor.name, lesson.applied.model, tutor.capabilities)),
            standing=standing(lesson, tutor.capabilities, sound_arrives=arrives),
            phase_words=phase_words(lesson, tutor.capabilities, sound_arrives=arrives),
            elapsed=elapsed,
            cost=cost_words(lesson, tutor.capabilities),
            recording=lesson.recording,
        )

    def on_resize(self, event: events.Resize) -> None:
        """Say in one sentence what is too small; the lesson goes on all the same."""
        small = event.size.width < _SMALLEST.width or event.size.height < _SMALLEST.height
        self.set_class(small, "-small")
        self.set_class(event.size.height < _TINY_ROWS, "-tiny")
        words = f"Small window: {_SMALLEST.width}×{_SMALLEST.height} shows everything."
        self.size_warning.update(words if small else "")

    def show_debug(self, lag_ms: float) -> None:
        """Figures for those who want to know."""
        self.bottom.show_debug(lag_ms)

    # ---- keys -------------------------------------------------------------------------------------------------------

    @property
    def greyed(self) -> Mapping[Control, str]:
        """What does nothing now, and why."""
        return self.bottom.greyed

    @property
    def shortcomings(self) -> list[str]:
        """What the tutor cannot do, a sentence each."""
        return shortcomings(self._session.tutor.capabilities, self.lesson)

    def can(self, control: Control) -> bool:
        """Whether that does something now; where not, the learner is told why, even if the reason stands there."""
        why = self.greyed.get(control)
        if why:
            pressed = self._key_names.get(control, "") if isinstance(control, str) else ""
            self.bottom.tell(f"{pressed} does nothing now. {why}" if pressed else why)
        return not why

    def action_repeat(self) -> None:
        """Ask the tutor to say it again."""
        if self.can("repeat"):
            self._session.repeat()

    def action_meaning(self) -> None:
        """Show what the tutor's last line means, or hide it."""
        if self.can("meaning"):
            self._session.study.meaning()

    def action_hint(self) -> None:
        """Show what could be said now; where that is shown, have the first of it spoken."""
        if self.can("hint"):
            self._session.study.hint()

    def action_record(self) -> None:
        """Record the sound of the lesson, or stop."""
        recording = self._session.lesson.recording
        if self.can("record"):
            self._session.recorder.sound.toggle()
        if self._session.lesson.recording is not recording:
            self.bottom.tell(recording_words(self._session.lesson))

    def action_echo(self) -> None:
        """Change between headphones and loudspeakers, and say so: a lesson that is typed shows neither."""
        if self.can("echo"):
            self._session.speaker_kind.change_echo()
            self.bottom.tell(echo_words(self._session.lesson))

    def action_spoken(self) -> None:
        """To a lesson that can be spoken."""
        if self.can("spoken"):
            self._tell_why_not(self._settings_actions.teach_by_voice)

    def action_drill(self) -> None:
        """Two minutes with what is due."""
        if self.can("drill"):
            self._tell_why_not(self._settings_actions.drill)

    def _tell_why_not(self, act: Callable[[], str | None]) -> None:
        try:
            if why := act():
                self.bottom.tell(why)
        except Problem as problem:
            self.bottom.tell(problem.title, problem.hint)

    def action_type(self) -> None:
        """To the composer, at once: what is typed right behind the key belongs to the line."""
        if self.can("type"):
            self.set_focus(self.bottom.composer)

    def action_offline(self) -> None:
        """Go on with the offline tutor, when the learner's own is away; or with that one again."""
        if self._session.fallback.come_back():
            return
        if why := why_not_offline(self._session.tutor.capabilities, self._session.lesson):
            self.bottom.tell(why)
            return
        try:
            self._settings_actions.go_offline()
        except Problem as problem:  # the line of notices gives way to the trouble
            self.notify(printable_line(str(problem)), severity="warning", markup=False)

    @override
    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys that mean nothing now do nothing."""
        match action:
            case "type":
                return not isinstance(self.focused, Input)  # there, it is a letter
            case _:
                return True

    # ---- typing -----------------------------------------------------------------------------------------------------

    @on(Composer.Said)
    async def _say(self, message: Composer.Said) -> None:
        if asks_to_leave(message.text):
            await self.app.action_quit()
            return
        self._session.say(message.text)
        self.transcript.follow()

    @on(Composer.Changed)
    def _stir(self) -> None:
        self._session.awaited.stir()

    @on(Composer.TooLong)
    def _cut_short(self, message: Composer.TooLong) -> None:
        self.notify(f"Only the first {MAX_CHARS} of {message.chars} characters were taken.", severity="warning")

    @on(Composer.Left)
    @on(TurnPanel.Left)
    def _back_to_the_talk(self) -> None:
        self.set_class(False, "-turns")
        self.transcript.focus()

    @on(Choice.Barred)
    def _say_why_not(self, message: Choice.Barred) -> None:
        self.bottom.tell(message.why)
