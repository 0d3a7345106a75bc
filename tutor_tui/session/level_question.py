"""A level that the tutor suggests stands on the screen until the learner takes it or leaves it, and stops nothing.

The tool call that suggested it is answered as soon as something is known: the decision, or that the learner has said
something else instead. The question may outlive that by a little; who takes it then changes the lesson all the same.
"""

from __future__ import annotations

import asyncio
from enum import Enum
from typing import TYPE_CHECKING

from tutor_tui.core import events as ev
from tutor_tui.core.actions import yes_or_no
from tutor_tui.core.events import LessonEvent
from tutor_tui.core.pedagogy import at_level
from tutor_tui.core.tools import LevelSuggestion

if TYPE_CHECKING:
    from tutor_tui.session.session import Session

DECIDE_S = 30.0
"""How long the tutor is told nothing: enough to finish a sentence, read two lines and press a key. The question goes on
waiting, behind what is more urgent.
"""


class Decision(Enum):
    """What became of a suggestion, as the tutor is told of it."""

    TAKEN = "The learner has taken it. Teach at {level} from now on."
    LEFT = "The learner leaves the level as it is. Go on, and do not suggest it again."
    OPEN = "The learner has not decided. Go on as before, and do not ask about it."
    SPOKE = "The learner has not decided, and has said something. Answer that."
    PENDING = "Not done: the learner has not decided on the level that was suggested before."


class LevelQuestion:
    """At most one suggestion at a time, for one session."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._decided: asyncio.Future[Decision] | None = None
        """Who has suggested it waits for this."""
        self._timer: asyncio.TimerHandle | None = None

    async def ask(self, suggestion: LevelSuggestion) -> Decision:
        """Show it, and wait for what is known first."""
        if self._session.lesson.suggestion is not None:
            return Decision.PENDING
        loop = asyncio.get_running_loop()
        self._decided = loop.create_future()
        self._timer = loop.call_later(DECIDE_S, self._wait, suggestion)
        self._session.take(ev.LevelSuggested(suggestion))
        return await self._decided

    def decide(self, *, taken: bool) -> None:
        """The learner takes the suggestion, or leaves it. Does nothing where none stands."""
        suggestion = self._session.lesson.suggestion
        if suggestion is None:
            return
        if taken:
            self._session.configure(at_level(self._session.lesson.plan, suggestion.level))
        self._settle(taken)

    def answer(self, *, yes: bool) -> None:
        """What a key says to the question that comes first; nothing where none stands."""
        match self._session.lesson.question:
            case "level":
                self.decide(taken=yes)
            case "said":
                self._session.say("yes" if yes else "no")
            case _:
                self._session.memory.consent.decide(taken=yes)

    def takes_line(self, line: str) -> bool:
        """Whether this typed line is the answer; then it is for nobody else."""
        taken = yes_or_no(line) if self._session.lesson.question == "level" else None
        if taken is not None:
            self.decide(taken=taken)
        return taken is not None

    def take(self, event: LessonEvent) -> None:
        """Who speaks or types wants that answered first; with another profile or tutor, the question is void."""
        match event:
            case ev.LearnerTurnKept() | ev.LearnerTyped():
                self._answer(Decision.SPOKE)
            case ev.Divided():
                self._settle(None)
            case _:
                pass

    def stop(self) -> None:
        """The lesson is over."""
        if self._timer is not None:
            self._timer.cancel()

    def _wait(self, suggestion: LevelSuggestion) -> None:
        """Nobody has decided yet: the tutor goes on, and so does the lesson."""
        self._answer(Decision.OPEN)
        if self._session.lesson.suggestion is not None:
            self._session.take(ev.LevelSuggested(suggestion, waits=True))

    def _settle(self, taken: bool | None) -> None:
        self.stop()
        self._answer({True: Decision.TAKEN, False: Decision.LEFT, None: Decision.OPEN}[taken])
        if self._session.lesson.suggestion is not None:
            self._session.take(ev.SuggestionSettled(taken))

    def _answer(self, decision: Decision) -> None:
        if self._decided is not None and not self._decided.done():
            self._decided.set_result(decision)
