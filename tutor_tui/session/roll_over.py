"""Before a service ends a conversation, another one takes over in a quiet moment: the learner notices nothing.

It is opened beside the one that is held, and told all that was said. It takes over between two events, and only if
nothing has been said since; it hears what the other may be hearing the beginning of, so no sound is lost.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, NamedTuple

from tutor_tui.core.conversation import TurnState
from tutor_tui.core.events import LinkReady, TutorEvent
from tutor_tui.core.machine_sleep import slept_s
from tutor_tui.core.ports import Tutor, TutorLink
from tutor_tui.core.problems import LinkLost
from tutor_tui.core.turn_detection import PushToTalk
from tutor_tui.supervision import as_lost

if TYPE_CHECKING:
    from tutor_tui.session.session import Session

LEAD_S, LEAD_SHARE = 180.0, 0.3
"""So long before the end a quiet moment is looked for; in a conversation of less than 10 minutes, for so much of it."""
LAST_S, LAST_SHARE = 30.0, 0.1
"""So long before the end the least bad moment has to do; in one of less than 5 minutes, for so much of it."""
SHORTEST_S = 60.0
"""No service has conversations as short as that: who says so means something else, or has another idea of the time.
If it was true, the conversation ends as one does whose end nobody has told."""
LOOK_S = 0.5
"""How often to look for the moment."""
ASLEEP_LOOK_S = 30.0
"""How often before that: the timers of a machine that was asleep come late."""
OPEN_S = 15.0
"""The other conversation has to be ready within this time."""
WAIT_S = 30.0
"""How long it waits for its moment. The tutor may be heard until then."""
MOMENT_S = 0.1
"""How often it looks for that: a tutor that has finished is answered after twice as long at the earliest."""
AGAIN_S = 5.0
"""How long to rest when it came to nothing."""
PREROLL_S = 0.3
"""So much of what the microphone has heard last is told again: a voice that has begun in it was too short to notice."""

Carry = Callable[[Tutor, TutorLink, AsyncIterator[TutorEvent], Sequence[TutorEvent]], Awaitable[None]]
"""Holds the conversation of that link in place of the one that is held, until it ends; told what came of it already."""


class RollOver:
    """Of one session: plans the end of each of its conversations."""

    def __init__(self, session: Session, carry: Carry) -> None:
        self._session = session
        self._carry = carry
        self._ends_s = self._lead_s = self._last_s = 0.0
        """When the conversation ends, and how long before that a moment is looked for."""
        self._rests_until_s = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._opening: asyncio.Task[None] | None = None
        """Opens the other conversation. The same task holds that afterwards, and is no longer ours."""

    def plan(self, expires_at: float | None) -> None:
        """A conversation has begun that ends at `expires_at`, Unix time; None where nobody says so."""
        self._look_no_more()
        left_s = 0.0 if expires_at is None else expires_at - time.time()  # from here on no clock that is set counts
        if left_s >= SHORTEST_S:
            self._ends_s = self._now_s + left_s
            self._lead_s, self._last_s = min(LEAD_S, LEAD_SHARE * left_s), min(LAST_S, LAST_SHARE * left_s)
            self._look_in(min(left_s - self._lead_s, ASLEEP_LOOK_S))

    def stop(self) -> tuple[asyncio.Task[None], ...]:
        """The conversation is over; what was being opened beside it is not wanted any more: to be cancelled."""
        self._look_no_more()
        opening, self._opening = self._opening, None
        return (opening,) if opening else ()

    def done(self) -> None:
        """The other conversation has taken over."""
        self._opening = None

    # ---- when -------------------------------------------------------------------------------------------------------

    @property
    def _now_s(self) -> float:
        return asyncio.get_running_loop().time() + slept_s()

    def _look_no_more(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look_in(self, wait_s: float) -> None:
        self._timer = asyncio.get_running_loop().call_later(wait_s, self._look)

    def _look(self) -> None:
        early_s = self._ends_s - self._lead_s - self._now_s
        if early_s > 0:
            self._look_in(min(early_s, ASLEEP_LOOK_S))
            return
        self._look_in(LOOK_S)
        may_open = self._opening is None and self._now_s >= self._rests_until_s
        is_settled = self.is_settled or (self._is_late and self._is_answered)
        if may_open and is_settled and self._session.budget.refusal() is None:
            self._opening = asyncio.create_task(self._open(), name="connection: roll-over")

    @property
    def _is_late(self) -> bool:
        """Whether no better moment is waited for."""
        return self._ends_s - self._now_s <= self._last_s

    @property
    def is_settled(self) -> bool:
        """Whether nothing is under way: then all that was said can be told to another conversation."""
        lesson = self._session.lesson
        words_to_come = lesson.stopped_reply or any(turn.state is TurnState.OPEN for turn in lesson.turns)
        asked_beside = lesson.line_help is not None and lesson.line_help.asked is not None
        return self._is_answered and not (words_to_come or lesson.held or asked_beside)

    @property
    def _is_answered(self) -> bool:
        """Whether no turn is under way, and no answer due."""
        session, lesson = self._session, self._session.lesson
        under_way = lesson.learner_item or lesson.talking or lesson.awaiting or lesson.reply_id or lesson.unspoken
        return session.tools_at_rest and not (under_way or session.is_answer_asked or session.key_is_open)

    @property
    def _is_quiet(self) -> bool:
        """Whether nobody speaks, either. At last only a turn of the learner's is waited for, or an answer to it."""
        session, lesson = self._session, self._session.lesson
        if self._is_late:
            return self._is_answered
        unheard = lesson.muted or isinstance(lesson.plan.turn_detection, PushToTalk)
        level = session.levels.read()
        voice = not unheard and level.frames > 0 and level.silent_ms < PREROLL_S * 1000
        return self.is_settled and not (lesson.sounding or session.sound.speaker.sounding or voice)

    # ---- how --------------------------------------------------------------------------------------------------------

    async def _open(self) -> None:
        """Open the other conversation, and hold it from its moment on; or let go of it, where none comes."""
        await asyncio.sleep(0)  # with Textual on Python 3.12 tasks begin before whoever makes them knows them
        tutor = self._session.tutor
        try:
            async with AsyncExitStack() as stack:
                opened = await self._opened(tutor, stack)
                if opened is not None:
                    for frame in self._session.gap.last(PREROLL_S):
                        opened.link.hear(frame)
                    await self._carry(tutor, opened.link, opened.events, opened.came)
        finally:
            if self._opening is asyncio.current_task():  # it has come to nothing, and has hung up by now
                self._opening, self._rests_until_s = None, self._now_s + AGAIN_S

    async def _opened(self, tutor: Tutor, stack: AsyncExitStack) -> _Opened | None:
        """A conversation that is to take over now; None where that cannot be, which the one that is held outlives."""
        told = self._told
        try:
            async with asyncio.timeout(OPEN_S):
                link = await stack.enter_async_context(tutor.connect(self._session.plan_to_dial()))
                opened = _Opened(link, link.events(), [])
                async for event in opened.events:
                    opened.came.append(event)
                    if isinstance(event, LinkReady):
                        break
                else:
                    return None
            async with asyncio.timeout(WAIT_S):
                while self._told == told:
                    if self._is_quiet:
                        return opened
                    await asyncio.sleep(MOMENT_S)
        except (LinkLost, TimeoutError):
            pass
        except Exception as fault:  # noqa: BLE001 - a fault of ours does not end the conversation that is held
            as_lost(fault)
        return None

    @property
    def _told(self) -> tuple[object, ...]:
        """What the other conversation was told when it was dialled: it may have been overtaken."""
        return self._session.tutor, self._session.lesson.history, self._session.lesson.time_told


class _Opened(NamedTuple):
    """A conversation that is ready."""

    link: TutorLink
    events: AsyncIterator[TutorEvent]
    came: list[TutorEvent]
    """Of its events, those until it was."""
