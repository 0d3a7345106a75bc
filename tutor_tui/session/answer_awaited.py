"""Nothing is waited for in silence: a learner who says nothing for a while is told what to do, and helped.

The clock is ours with every tutor: a server that has one of its own (`idle_timeout_ms`) does not know of typing, of a
muted microphone or of a turn that is held open, and would ask again and again.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tutor_tui.core import events as ev
from tutor_tui.core.availability import understands
from tutor_tui.core.conversation import Turn
from tutor_tui.core.events import LessonEvent
from tutor_tui.core.lesson import Phase
from tutor_tui.core.pedagogy import CHECK_IN
from tutor_tui.core.turn_detection import PushToTalk, longest_pause_s
from tutor_tui.core.tutor_commands import CheckIn

if TYPE_CHECKING:
    from tutor_tui.session.session import Session

TELL_AFTER_S = 15.0
"""Teachers are advised to wait 3 to 5 s after a question, and beginners need up to 10 s for a sentence: who has not
begun after this long may not know that it is their turn."""
UNASKED_AFTER_S = 40.0
"""By then what to do has been on the screen long enough to be read twice: our own tutor, which costs nothing, checks in
though no profile asks for it. Sooner than this nobody is checked on who has to type what they say."""
LEAST_PAUSES = 3
"""So many of the pauses that the learner has chosen fit into a silence before anybody checks in."""
_SIGNS = ev.Muted | ev.VoiceUnnoticed | ev.LevelSuggested | ev.SuggestionSettled | ev.KeepAsked | ev.KeepSettled
"""With these, what is counted begins anew: the learner does something, or has something to read."""


class AnswerAwaited:
    """Counts while the learner's turn passes without a sign of them."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._timers: list[asyncio.TimerHandle] = []
        self._checked_after = ""
        """The turn that was the last one when the tutor was asked to check in."""

    def stop(self) -> None:
        """The lesson is over, or somebody has done something."""
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()

    def take(self, event: LessonEvent) -> None:
        """Begin to count when it becomes the learner's turn, and stop when it no longer is."""
        if isinstance(event, ev.LearnerAwaited):
            return
        lesson = self._session.lesson
        waits = lesson.phase is Phase.LISTENING and not (lesson.held or lesson.voice_waits)
        waits = waits and self._session.tutor.capabilities.listens
        if not waits or isinstance(event, _SIGNS):
            self._give_up()
        if waits and not self._timers:
            self._begin(check_in=True)

    def stir(self) -> None:
        """The learner is doing something: typing, for one. Nobody checks on them until they have been answered."""
        if self._timers:
            self._give_up()
            self._begin(check_in=False)

    def _begin(self, *, check_in: bool) -> None:
        if not self._session.is_under_way:
            return
        loop = asyncio.get_running_loop()
        self._timers = [loop.call_later(TELL_AFTER_S, self._tell)]
        if check_in and (after_s := self._check_in_after_s):
            self._timers.append(loop.call_later(after_s, self._check_in))

    @property
    def _check_in_after_s(self) -> float:
        """How long the learner may be silent now; 0 for ever."""
        lesson, abilities = self._session.lesson, self._session.tutor.capabilities
        plan = lesson.plan
        wanted_s = plan.check_in_s
        if wanted_s is None:
            wanted_s = UNASKED_AFTER_S if abilities.ours else 0.0
        busy = lesson.muted or lesson.unnoticed or (lesson.suggestion and not lesson.suggestion_waits)
        if not wanted_s or busy or isinstance(plan.turn_detection, PushToTalk):
            return 0.0
        least_s = 0.0 if understands(plan, abilities) else UNASKED_AFTER_S
        return max(wanted_s, least_s, LEAST_PAUSES * longest_pause_s(plan.turn_detection))

    def _give_up(self) -> None:
        self.stop()
        if self._session.lesson.waited_for:
            self._session.take(ev.LearnerAwaited(False))

    def _tell(self) -> None:
        self._session.take(ev.LearnerAwaited(True))

    def _check_in(self) -> None:
        turns = self._session.lesson.turns
        if self._check_in_after_s and turns and _is_asked_anew(turns, self._checked_after):
            self._checked_after = turns[-1].id
            self._session.send(CheckIn(CHECK_IN))


def _is_asked_anew(turns: tuple[Turn, ...], checked_after: str) -> bool:
    """Whether the tutor has spoken to the learner since it last checked in, and not only done so: before that, whether
    it has spoken at all.
    """
    since = [i + 1 for i, turn in enumerate(turns) if turn.id == checked_after]
    roles = [turn.role for turn in turns[since[-1] if since else 0 :]]
    if since:
        roles = roles[roles.index("learner") :] if "learner" in roles else []
    return "tutor" in roles
