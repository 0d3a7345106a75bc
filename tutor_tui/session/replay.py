"""The last two minutes heard again, sentence by sentence, at once and for nothing: no tutor is asked.

It changes nothing of the lesson: what is queued for the speaker waits and goes on, and what is heard again counts
neither as said nor as heard. It ends by itself, by the stop key, and when the learner speaks or types.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from tutor_tui.core import events as ev
from tutor_tui.core.events import LessonEvent
from tutor_tui.core.line_help import is_in_target
from tutor_tui.core.replayed import SPEEDS, Replayed
from tutor_tui.session.kept_sentences import KeptSentences, Sentence
from tutor_tui.session.replay_player import ReplayPlayer

if TYPE_CHECKING:
    from tutor_tui.session.session import Session

GOES_ON_S = 30.0
"""Who asks for a sentence later than that means the last one, and no longer where they had gone to."""
NOTHING_YET = "The tutor has not said anything yet that could be replayed."
HAS_LEFT = "That sentence is no longer kept: only the last two minutes are."
NOT_TO_ITS_END = "The tutor has not finished a sentence yet."
IS_FIRST = "That is the oldest sentence that is still kept."
IS_LAST = "There is no later sentence yet."
NO_SPEAKER = "There is no speaker to play it on."


class Replay:
    """Of one session."""

    def __init__(
        self, session: Session, kept: KeptSentences, player: ReplayPlayer, *, into: Callable[[Sentence], bool]
    ) -> None:
        """`into` takes a sentence that is to be heard, if it is for more than that."""
        self._session = session
        self._into = into
        self._kept = kept
        self._player = player
        self._place: tuple[str, int] | None = None
        """The sentence that was heard again last: its turn, and which of the turn's it is; None for none."""
        self._newest: tuple[str, int] | None = None
        """The one that was the newest then: when there is a newer one, the keys begin there."""
        self._asked_s = 0.0
        """When the learner asked for a sentence last, on the loop's clock."""

    @property
    def speed(self) -> float:
        """How fast sentences are heard again, until the tutor says something new."""
        return self._session.lesson.replay_speed

    def take(self, event: LessonEvent) -> None:
        """What the tutor says next is heard as it was said."""
        waits = self._session.lesson.voice_waits  # then it is not heard yet
        if isinstance(event, ev.TutorAudio) and not waits and self._kept.ring.find(event.item_id) is None:
            self._begin_anew()

    def _begin_anew(self) -> None:
        self._place = None
        self._set_speed(SPEEDS[0])

    # ---- what the learner asks --------------------------------------------------------------------------------------

    def again(self) -> None:
        """The tutor's sentence that was heard last; or what was last heard again."""
        self._go(0)

    def back(self) -> None:
        """The one before it, the tutor's or the learner's; the last one, where nothing was heard again since then."""
        self._go(-1)

    def on(self) -> None:
        """The one after it."""
        self._go(1)

    def slower(self) -> None:
        """The same sentence at the next of the speeds; after the slowest, as it was said."""
        self._go(0, slower=True)

    def of_tutor(self, *, whole: bool = False) -> Sentence | None:
        """The tutor's sentence that was last heard again, or heard last (of what leads up to one in the language that
        is learnt, and what explains it, that one); without one, the learner is told why.

        `whole`: one that was heard to its end.
        """
        found = self._found()
        at = self._at(found)
        if at is None:
            return None
        was_chosen = self._place is not None and found[at].turn.role == "tutor"
        before = [each for each in (found[at:] if was_chosen else found) if each.turn.role == "tutor"]
        before = [each for each in before if each.whole >= whole]
        if not before:
            self._tell(NOT_TO_ITS_END)
            return None
        language = self._session.lesson.plan.target_language
        learnt = [each for each in before if each.turn is before[0].turn and is_in_target(each.text, language)]
        sentence = learnt[0] if learnt and not was_chosen else before[0]
        self._place = sentence.place
        return sentence if self._can_play(sentence) else None

    def _go(self, steps: int, *, slower: bool = False) -> None:
        found = self._found()
        if slower and found:
            self._set_speed(SPEEDS[(SPEEDS.index(self.speed) + 1) % len(SPEEDS)])
        at = self._at(found)
        if at is None:
            return
        at -= steps if self._place is not None else 0
        if at < 0:
            self._tell(IS_LAST)
        elif at >= len(found):
            self._tell(IS_FIRST)
        elif self._can_play(found[at]):
            self._play(found[at])

    def _found(self) -> list[Sentence]:
        """All that is kept, newest first."""
        self._kept.trim()
        found = [*self._kept.newest_first()]
        now_s = asyncio.get_running_loop().time()
        rests = not self._player.plays and self._session.lesson.training is None
        is_long_ago = rests and now_s - self._asked_s > GOES_ON_S
        self._asked_s = now_s
        waits = self._session.lesson.voice_waits  # what is newer is not heard yet
        if found and not waits and (found[0].place != self._newest or is_long_ago):
            self._newest = found[0].place
            self._begin_anew()
        return found

    def _at(self, found: Sequence[Sentence]) -> int | None:
        """Which of them the learner is at; None where there is none, which they are told."""
        last_of_tutor = _last_of_tutor(found)
        if last_of_tutor is None:
            self._tell(NOTHING_YET)
            return None
        if self._place is None:
            return last_of_tutor
        places = [each.place for each in found]
        if self._place not in places:
            self._place = None
            self._tell(HAS_LEFT)
            return None
        return places.index(self._place)

    def _can_play(self, sentence: Sentence) -> bool:
        """Whether it can be heard; where not, the learner is told why."""
        if missing := self._session.lesson.speaker.missing:
            self._tell(NO_SPEAKER, missing)
        elif not sentence.sound:
            self._tell(HAS_LEFT)
        else:
            return True
        return False

    def _play(self, sentence: Sentence) -> None:
        self._place = sentence.place
        if not self._into(sentence):
            self._player.play(sentence.sound, self.speed, lambda: self._show(None))
            self._show(Replayed(sentence.turn.role, sentence.text, self.speed))

    # ---- its end ----------------------------------------------------------------------------------------------------

    def stop(self) -> bool:
        """Fall silent; whether there was anything to stop."""
        if self._session.lesson.replayed is None:
            return False
        self._player.stop()
        self._show(None)
        return True

    def give_way(self) -> None:
        """Something else is played in its place."""
        self._show(None)

    def _show(self, what: Replayed | None) -> None:
        if what != self._session.lesson.replayed:
            self._session.take(ev.SentenceReplayed(what))

    def _set_speed(self, speed: float) -> None:
        if speed != self.speed:
            self._session.take(ev.ReplaySpeedChosen(speed))

    def _tell(self, title: str, hint: str = "") -> None:
        self._session.take(ev.Trouble(title, hint, quiet=True))


def _last_of_tutor(found: Sequence[Sentence]) -> int | None:
    return next((at for at, each in enumerate(found) if each.turn.role == "tutor"), None)
