"""When each line of a lesson began and ended, as its record has it."""

from __future__ import annotations

from collections.abc import Iterator

from tutor_tui.core import events as ev
from tutor_tui.core import pcm
from tutor_tui.core.conversation import Turn, TurnState
from tutor_tui.core.events import LessonEvent
from tutor_tui.core.heard_words import kept
from tutor_tui.core.lesson import Lesson
from tutor_tui.core.lesson_records import TurnRecord


class TurnTimes:
    """When each turn began and ended, in ms since the lesson began, and how much of it sounded."""

    def __init__(self) -> None:
        self._began: dict[str, int] = {}
        self._ended: dict[str, int] = {}
        self._shown: dict[str, int] = {}
        """When the first of it was known: of a tutor that only writes, there is no more."""
        self._sound_bytes: dict[str, int] = {}
        self._talking_ms: int | None = None

    def take(self, event: LessonEvent, lesson: Lesson, now_ms: int) -> set[str]:
        """Take a time from an event; the turns whose times have changed."""
        changed = set(self._moved(event, now_ms))
        if lesson.sounding and lesson.sounding[0] not in self._began:  # the others wait until it was heard
            self._began[lesson.sounding[0]] = now_ms
            changed.add(lesson.sounding[0])
        return changed

    def _moved(self, event: LessonEvent, now_ms: int) -> Iterator[str]:
        match event:
            case ev.LearnerStartedSpeaking(item_id):
                self._began.setdefault(item_id, now_ms)
            case ev.LearnerStoppedSpeaking(item_id):
                self._ended[item_id] = now_ms
                yield item_id
            case ev.Talking(on):
                self._talking_ms = now_ms if on else self._talking_ms
            case ev.LearnerTurnKept(item_id):
                self._began.setdefault(item_id, now_ms if self._talking_ms is None else self._talking_ms)
                self._ended.setdefault(item_id, now_ms)
                self._talking_ms = None
                yield item_id
            case ev.LearnerTyped(item_id):
                self._began[item_id] = self._ended[item_id] = now_ms
                yield item_id
            case ev.TutorTextDelta(item_id) | ev.TutorTextDone(item_id):
                self._shown.setdefault(item_id, now_ms)
            case ev.TutorAudio(item_id, sound):
                self._sound_bytes[item_id] = self._sound_bytes.get(item_id, 0) + len(sound)
            case ev.SpeechFinished(item_id) | ev.SpeechCut(item_id):
                self._ended[item_id] = now_ms
                yield item_id

    def has_ended(self, turn_id: str) -> bool:
        """Whether it is known when a turn ended."""
        return turn_id in self._ended

    def ended_ms(self, turn_id: str) -> int:
        """When a turn ended; 0 where that is not known."""
        return self._ended.get(turn_id, 0)

    def record(self, lesson_id: str, place: int, turn: Turn, now_ms: int) -> TurnRecord:
        """What is kept of a turn now."""
        began_ms = self._began.get(turn.id, self._shown.get(turn.id, now_ms))
        sound_ms = round(pcm.ms_of(self._sound_bytes.get(turn.id, 0)))
        if turn.state is TurnState.CUT:
            sound_ms = turn.heard_ms
        ended_ms = max(began_ms, self._ended.get(turn.id, began_ms + sound_ms))
        if turn.role == "learner":
            sound_ms = 0 if turn.typed else ended_ms - began_ms
        return TurnRecord(
            lesson_id,
            turn.id,
            place,
            turn.role,
            "" if turn.state is TurnState.UNSURE else turn.text,  # nobody has said so, until they confirm it
            turn.state.value,
            turn.heard_share,
            sound_ms,
            began_ms,
            ended_ms,
            turn.typed,
            turn.again,
            {} if turn.state is TurnState.UNSURE else kept(turn.unclear, turn.different),
            rung=turn.rung.value,
            revealed=turn.revealed,
        )
