"""The learner's voice over a lost connection: what no tutor has made words of yet is kept, and sent on the next one.

In memory only, never more than the last 10 s, and nothing but what the microphone's gate has let out. A sentence begun
before the line dropped is sent from its beginning: the server that had heard its first half is gone with that half.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

from tutor_tui.core import events as ev
from tutor_tui.core import pcm
from tutor_tui.core.availability import understands
from tutor_tui.core.events import LessonEvent
from tutor_tui.core.turn_detection import PushToTalk
from tutor_tui.core.tutor_commands import BeginTurn, EndTurn
from tutor_tui.session.turn_control import TurnControl

if TYPE_CHECKING:
    from tutor_tui.session.session import Session

KEPT_S = 10.0
LEAD_S = 0.5
"""A voice has begun before it stands out from the room."""
PAUSE_S = 1.0
"""Longer pauses give way before the voice does."""
LEAST_VOICE_S = 0.2
"""Less is a cough, or a key."""
NOTICED_S = 8.0
"""Who has not noticed a voice so long after its end takes it for none."""

MOST_SENT = 3
"""A sound that breaks each connection on which it is sent is not sent for ever."""

_NOT_UNDERSTOOD = "What you said while the line was down was not understood."
_FRAMES_S = 1000 / pcm.FRAME_MS


class _Frame(NamedTuple):
    number: int
    at_s: float
    """When it was heard, on the loop's clock."""
    voiced: bool
    sound: bytes


class GapAudio:
    """Keeps the voice of one session's learner. `hear` takes each frame that goes out, or would."""

    def __init__(self, session: Session, turns: TurnControl, send: Callable[[Iterable[bytes]], None]) -> None:
        """`send` takes frames for the new connection."""
        self._session = session
        self._turns = turns
        self._send = send
        self.sent_until_s = 0.0
        """When a tutor that hears no faster than people speak has heard what was sent, on the loop's clock."""
        self._frames: deque[_Frame] = deque()
        self._number = 0
        """Of the next frame."""
        self._settled = 0
        """What came before this frame has been made a turn of, or will not be."""
        self._settled_s = self._heard_s = 0.0
        """When that was so, and when the last frame was heard, on the loop's clock."""
        self._begun: dict[str, int] = {}
        """Turn whose words have not come → its first frame."""
        self._pressed: int | None = None
        """First frame of a turn of the talk key that has no id yet."""
        self._sent_from: int | None = None
        """From here on it was sent on this connection, and no turn has come of that yet."""
        self._times_sent = 0
        """Of the turn under way."""
        self._is_short = False
        """The beginning of the turn under way fell out of the ten seconds."""
        self._noticed_by: asyncio.TimerHandle | None = None

    def stop(self) -> None:
        """The lesson is over."""
        self._forget_sound()

    # ---- what is kept -----------------------------------------------------------------------------------------------

    def hear(self, frame: bytes) -> None:
        """A frame that the gate lets out, whether or not there is a connection to take it."""
        self._heard_s = now_s = asyncio.get_running_loop().time()
        self._frames.append(_Frame(self._number, now_s, self._session.levels.read().voiced, frame))
        self._number += 1
        self._drop_what_is_old(now_s)

    def last(self, seconds: float) -> list[bytes]:
        """What was heard in the last `seconds`, of which no turn has been made."""
        since_s = asyncio.get_running_loop().time() - seconds
        return [frame.sound for frame in self._frames if frame.at_s > since_s]

    def _drop_what_is_old(self, now_s: float) -> None:
        linked, frames = self._session.lesson.linked, self._frames
        if linked and self._begun and self._settled > max(self._begun.values()) and now_s - self._settled_s > KEPT_S:
            self._all_done()  # nobody makes words of it any more
        if linked and not self._is_turn_under_way:
            while frames and (frames[0].number < self._settled or frames[0].at_s < now_s - KEPT_S):
                frames.popleft()
            while len(frames) > KEPT_S * _FRAMES_S:
                frames.popleft()
            return
        kept_from = self._kept_from
        while frames and frames[0].number < kept_from:
            frames.popleft()
        while len(frames) > KEPT_S * _FRAMES_S:
            place = self._long_pause
            self._is_short |= place == 0 and frames[0].voiced
            del frames[place]

    @property
    def _long_pause(self) -> int:
        """The place of a frame in the middle of a pause that may be shorter; the oldest one where there is none."""
        quiet = 0
        for place, frame in enumerate(self._frames):
            quiet = 0 if frame.voiced else quiet + 1
            if quiet > PAUSE_S * _FRAMES_S:
                return place - quiet // 2
        return 0

    @property
    def _kept_from(self) -> int:
        """The first frame that may have to be sent."""
        starts = (*self._begun.values(), self._pressed, self._sent_from)
        return min((each for each in starts if each is not None), default=self._settled)

    @property
    def _is_turn_under_way(self) -> bool:
        return bool(self._begun) or self._pressed is not None or self._sent_from is not None

    @property
    def kept(self) -> tuple[str, ...] | None:
        """The turns whose sound would be sent again, empty where they have no id yet; None where nothing would be."""
        if self._frames:
            self._drop_what_is_old(asyncio.get_running_loop().time())
        is_heard = bool(self._frames) and (self._is_turn_under_way or self._holds_voice)
        return tuple(self._begun) if is_heard or self._turns.key_is_open else None

    @property
    def _holds_voice(self) -> bool:
        return sum(frame.voiced for frame in self._frames) >= LEAST_VOICE_S * _FRAMES_S

    def forget(self) -> None:
        """What is kept will not be sent any more."""
        self._forget_sound()
        if self._session.lesson.kept_turns:
            self._session.take(ev.VoiceForgotten())

    def _forget_sound(self) -> None:
        self._frames.clear()
        self._pressed = self._sent_from = None
        self._all_done()
        self._settled = self._number
        self._wait_no_longer()

    def _wait_no_longer(self) -> None:
        """Nobody is waited for who might notice what was sent."""
        if self._noticed_by is not None:
            self._noticed_by.cancel()
            self._noticed_by = None

    # ---- what becomes of a turn -------------------------------------------------------------------------------------

    def take(self, event: LessonEvent) -> None:
        """Follow turns until their words have come."""
        match event:
            case ev.LearnerStartedSpeaking(item_id):
                self._begins(item_id, self._onset)
            case ev.LearnerStoppedSpeaking():
                self._settle()
            case ev.Talking(True) if self._pressed is None:
                self._pressed = self._number
            case ev.LearnerTurnKept(item_id):
                self._begins(item_id, self._number if self._pressed is None else self._pressed)
                self._turn_ended()
            case ev.LearnerTextDone(item_id) | ev.LearnerTextFailed(item_id):
                self._is_done(item_id)
            case ev.TurnGivenUp(item_id, asked=False) if not self._session.lesson.held:  # it was not to be answered
                self._is_done(item_id)
            case ev.TurnTooShort():
                self._turn_ended()
            case ev.TutorTextDelta() | ev.TutorAudio() if self._begun and self._is_answered:
                self._all_done()  # whether its words come or not, nobody answers it a second time
            case ev.LearnerTyped() if not self._session.lesson.linked:
                self.forget()  # typed, it was said again
            case ev.LinkEnded():
                self._wait_no_longer()  # the next connection has a time of its own
            case _:
                pass

    @property
    def _is_answered(self) -> bool:
        """Whether the answer to what was said is under way: one that was stopped may still tell of its words."""
        return bool(self._session.lesson.reply_id) and not self._session.lesson.learner_item

    @property
    def _onset(self) -> int:
        """The first frame of the voice that is heard now, and a moment before it: a server says so late."""
        first, quiet = self._number, 0
        for frame in reversed(self._frames):
            quiet = 0 if frame.voiced else quiet + 1
            if quiet >= PAUSE_S * _FRAMES_S:
                break
            first = frame.number if frame.voiced else first
        return first - round(LEAD_S * _FRAMES_S)

    def _begins(self, item_id: str, number: int) -> None:
        """A turn has an id; one that comes of what was sent again began when that did."""
        if self._sent_from is not None:
            number, self._sent_from = self._sent_from, None
            self._begun.clear()
        self._wait_no_longer()
        self._begun.setdefault(item_id, max(self._settled, number))

    def _turn_ended(self) -> None:
        """What follows is another turn; with the talk key down, that has begun already."""
        self._settle()
        self._pressed = self._number if self._session.lesson.talking else None

    def _settle(self) -> None:
        self._settled, self._settled_s = self._number, self._heard_s

    def _is_done(self, item_id: str) -> None:
        if self._begun.pop(item_id, None) is not None and not self._begun:
            self._all_done()

    def _all_done(self) -> None:
        self._begun.clear()
        self._is_short, self._times_sent = False, 0

    # ---- on the next connection -------------------------------------------------------------------------------------

    def send(self) -> bool:
        """Send what is kept on a new connection, before what the microphone hears from now on; whether any was."""
        session, lesson = self._session, self._session.lesson
        by_key, key_open = isinstance(lesson.plan.turn_detection, PushToTalk), self._turns.key_is_open
        frames = self._to_send() if understands(lesson.plan, session.tutor.capabilities) else []
        is_pressed = by_key and key_open
        if not (frames or is_pressed):
            self.forget()
            return False
        if self._times_sent >= MOST_SENT:
            self._not_understood()
            return False
        self._times_sent += 1
        if self._is_short:
            title = f"The line dropped while you spoke: the tutor hears only the last {KEPT_S:.0f} s of what you said."
            session.take(ev.Trouble(title, quiet=True))
            self._is_short = False
        if by_key:
            session.send(BeginTurn())
        self._send(frame.sound for frame in frames)
        if by_key and not key_open:
            session.send(EndTurn())
        if by_key and not lesson.talking:
            session.take(ev.AnswerAsked())
        if frames:
            self._sent_from = frames[0].number
            self._wait_no_longer()
            loop = asyncio.get_running_loop()
            self.sent_until_s = loop.time() + len(frames) / _FRAMES_S
            self._noticed_by = loop.call_at(self.sent_until_s + NOTICED_S, self._not_noticed)
        return True

    def _to_send(self) -> list[_Frame]:
        """What there is of the learner's voice, with a moment before it; nothing where nobody has spoken."""
        frames = [frame for frame in self._frames if frame.number >= self._kept_from]
        if self._begun or (self._pressed is not None and self._turns.key_is_open):
            return frames  # a server has heard a voice in it, or the learner says with the key that there is one
        if not self._holds_voice:
            return []
        first = next(place for place, frame in enumerate(frames) if frame.voiced)
        return frames[max(0, first - round(LEAD_S * _FRAMES_S)) :]

    def _not_noticed(self) -> None:
        """No turn has come of what was sent."""
        if not self._turns.key_is_open:
            self._not_understood()

    def _not_understood(self) -> None:
        was_shown = bool(self._session.lesson.kept_turns)
        self.forget()
        if was_shown:
            self._session.take(ev.Trouble(_NOT_UNDERSTOOD, "Say it again.", quiet=True))
