"""What the tutor said a moment ago, as far as the learner has heard or read it: to repeat it shows no memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from tutor_tui.core import events as ev
from tutor_tui.core.captions import Rung, masked
from tutor_tui.core.captions_shown import mask_of, rung_in_force
from tutor_tui.core.conversation import Turn, TurnState
from tutor_tui.core.events import LessonEvent
from tutor_tui.learning.evidence import ModelledLine

if TYPE_CHECKING:
    from tutor_tui.session.session import Session

_LINES = 12
"""The newest: more than are said in the 90 s that count."""


class ModelledLines:
    """Of one lesson; `now` is Unix time, s."""

    def __init__(self, session: Session, now: Callable[[], float]) -> None:
        self._session = session
        self._now = now
        self._lines: deque[tuple[str, ModelledLine]] = deque(maxlen=_LINES)
        """Each with the turn that it is."""
        self._rung = Rung.ALL

    def begin(self) -> None:
        """The lesson begins."""
        self._rung = rung_in_force(self._session.lesson)

    @property
    def met(self) -> tuple[ModelledLine, ...]:
        """All of them, as far as they were met until now."""
        return tuple(self._met(*each) for each in self._lines)

    def take(self, event: LessonEvent) -> None:
        """One event, after the lesson was advanced by it."""
        match event:
            case ev.TutorTextDone(item_id) | ev.SpeechFinished(item_id) | ev.SpeechCut(item_id):
                self._said(item_id)
            case ev.LineRevealed(item_id):
                self._shown([self._session.lesson.turn(item_id)])
            case ev.CaptionsChosen():
                self._climbed()
            case _:
                pass

    def _said(self, item_id: str) -> None:
        """The tutor has said a line, or written it: what it says is a model from now on."""
        turn = self._session.lesson.turn(item_id)
        if turn is not None and turn.role == "tutor" and turn.text:
            self._lines.append((turn.id, ModelledLine(turn.text, self._now())))

    def _climbed(self) -> None:
        """Another rung: where it shows more, the tutor's lines are a model again, as far as they can be read now."""
        before, self._rung = self._rung, rung_in_force(self._session.lesson)
        if before.hides and before.place < self._rung.place:
            self._shown([turn for turn in self._session.lesson.turns if turn.role == "tutor"][-_LINES:])

    def _shown(self, lines: Sequence[Turn | None]) -> None:
        lesson = self._session.lesson
        for turn in filter(None, lines):
            self._lines.append((turn.id, ModelledLine(masked(turn.text, mask_of(lesson, turn)), self._now())))

    def _met(self, turn_id: str, line: ModelledLine) -> ModelledLine:
        """What the learner has met of a line: what was not heard of one that was stopped, they read if it is shown."""
        turn = self._session.lesson.turn(turn_id)
        if turn is None or turn.state is not TurnState.CUT or line.text != turn.text:
            return line
        mask = mask_of(self._session.lesson, turn)
        return line if mask is None else replace(line, text=f"{turn.heard_text} {masked(turn.unheard_text, mask)}")
