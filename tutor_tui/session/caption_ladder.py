"""How much of the tutor's words the learner reads: as chosen for profile and level, by a key, and line by line.

Without a front end that wants it (`start`) a lesson shows everything until the learner asks for less.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tutor_tui.core import events as ev
from tutor_tui.core.actions import key
from tutor_tui.core.captions import NO_WORDS, SHOWS, KnownWords, Rung
from tutor_tui.core.captions_shown import hidden_line, mask_of, rung_in_force
from tutor_tui.core.events import LessonEvent
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.problems import Problem

if TYPE_CHECKING:
    from tutor_tui.session.session import Session

_FIRST_TIME = "The tutor's words are hidden, so that you train your ear."
_KEYS = f"Press {key('reveal')} for this line, or {key('captions')} for more of all lines."
NOTHING_HIDDEN = "No line of the tutor's is hidden now."


@dataclass(frozen=True, slots=True)
class CaptionChoice:
    """Where a lesson begins on the ladder."""

    rung: Rung
    by_level: bool = False
    """The learner has never chosen for this profile and level: they are told what the keys are."""


async def _no_words(_language: str) -> KnownWords:
    return NO_WORDS


class CaptionLadder:
    """Of one session."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._choice_for: Callable[[LessonPlan], CaptionChoice] | None = None
        self._keep: Callable[[LessonPlan, Rung], None] = lambda _plan, _rung: None
        self.fixed = ""
        """The rung for every profile and level, as the settings say; empty for none."""
        self.find_words: Callable[[str], Awaitable[KnownWords]] = _no_words
        """Which words of a language are not rare to the learner; looked up when the rung is first chosen."""
        self._followed = ("", "")
        """Profile and level that the rung was chosen for."""
        self._untold = False
        self._language = ""
        """Whose words are known."""
        self._looking_up: asyncio.Task[None] | None = None

    def start(
        self, choice_for: Callable[[LessonPlan], CaptionChoice], keep: Callable[[LessonPlan, Rung], None]
    ) -> None:
        """Begin where the learner's choice for the profile and level says, and keep what they choose (`Problem`: it
        could not be kept).
        """
        self._choice_for, self._keep = choice_for, keep
        self.follow_plan()

    def follow_plan(self) -> None:
        """Go to the rung that is chosen for the plan under way."""
        plan = self._session.lesson.plan
        self._followed = (plan.profile_key, plan.level)
        if self.fixed:
            self._take(Rung(self.fixed))
        elif self._choice_for is not None:
            choice = self._choice_for(plan)
            self._untold = choice.by_level and choice.rung.hides
            self._take(choice.rung)

    def stop(self) -> None:
        """The lesson is over."""
        if self._looking_up is not None:
            self._looking_up.cancel()

    # ---- what the learner asks --------------------------------------------------------------------------------------

    def climb(self) -> None:
        """One rung up; from the highest to the lowest."""
        self.choose(self._session.lesson.captions.rung.next)

    def choose(self, rung: Rung) -> None:
        """Show so much from now on, and in the next lesson with this profile and level, too."""
        self._untold = False
        self._take(rung)
        with suppress(Problem):  # it holds for this lesson at least
            self._keep(self._session.lesson.plan, rung)
        if rung is Rung.MEANING:
            self._session.study.show_meaning()

    def reveal(self, turn_id: str = "") -> str:
        """Show that line of the tutor's, or its last; a sentence where there is nothing to show."""
        lesson = self._session.lesson
        line = lesson.turn(turn_id) if turn_id else hidden_line(lesson)
        if line is None or mask_of(lesson, line) is None:
            return NOTHING_HIDDEN
        self._session.take(ev.LineRevealed(line.id))
        return ""

    @property
    def words(self) -> str:
        """The rung in force, for a sentence."""
        rung, chosen = rung_in_force(self._session.lesson), self._session.lesson.captions.rung
        why = "" if rung is chosen else " Until the tutor can be heard, you read all."
        return f"Captions: {chosen.value}. {SHOWS[chosen]}{why}"

    # ---- what happens -----------------------------------------------------------------------------------------------

    def take(self, event: LessonEvent) -> None:
        """One event, after the lesson was advanced by it."""
        plan = self._session.lesson.plan
        match event:
            case ev.PlanWanted() if (plan.profile_key, plan.level) != self._followed:
                self.follow_plan()
            case ev.TutorTextDelta() | ev.TutorTextDone() if self._untold and hidden_line(self._session.lesson):
                self._untold = False
                self._session.take(ev.Trouble(_FIRST_TIME, _KEYS, quiet=True))
                with suppress(Problem):
                    self._keep(plan, self._session.lesson.captions.rung)
            case ev.TutorTextDone() if rung_in_force(self._session.lesson) is Rung.MEANING:
                if self._session.tutor.capabilities.asides:
                    self._session.study.show_meaning()
            case _:
                pass
        if isinstance(event, ev.PlanWanted | ev.CaptionsChosen):
            self._look_up_words()

    def _take(self, rung: Rung) -> None:
        before = self._session.lesson.captions.rung
        if rung is before:
            return
        if before is Rung.MEANING:
            self._session.study.hide_meaning()
        if self._session.is_under_way:
            self._session.take(ev.CaptionsChosen(rung))
        else:
            self._session.advance(ev.CaptionsChosen(rung))
            self._look_up_words()

    def _look_up_words(self) -> None:
        """Find out which words are rare, where somebody wants to see them."""
        lesson = self._session.lesson
        if lesson.captions.rung is not Rung.RARE_WORDS or lesson.plan.target_language == self._language:
            return
        self._language = lesson.plan.target_language
        self.stop()
        looking_up = self._find(self._language)
        self._looking_up = asyncio.get_running_loop().create_task(looking_up, name="captions: words")

    async def _find(self, language: str) -> None:
        words = await self.find_words(language)
        if language == self._language:
            self._session.advance(ev.CaptionWordsFound(words))
