"""What is kept of the lesson: each event becomes records, and a journal takes them.

Nothing here waits: the journal writes on a thread of its own.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import compress, count
from operator import is_not
from typing import TYPE_CHECKING, Any

from tutor_tui.core import events as ev
from tutor_tui.core.conversation import ToolLine, Turn, TurnState
from tutor_tui.core.event_fields import fields_of
from tutor_tui.core.events import LessonEvent
from tutor_tui.core.heard_words import ACCEPTED
from tutor_tui.core.lesson import Lesson
from tutor_tui.core.lesson_records import (
    CorrectionRecord,
    EventRecord,
    Journal,
    LessonRecord,
    ToolRecord,
    TurnRecord,
    UsageRecord,
    WordRecord,
)
from tutor_tui.core.lesson_summary import kept_line
from tutor_tui.core.tools import Correction, Note
from tutor_tui.session.drilled_turns import DrilledTurns
from tutor_tui.session.level_meter import Level
from tutor_tui.session.sound_recording import SoundRecording
from tutor_tui.session.turn_times import TurnTimes
from tutor_tui.session.voice_activity import VoiceActivity
from tutor_tui.speech.phonation import Segment

if TYPE_CHECKING:
    from tutor_tui.session.session import Session

OPEN_TURN_S = 1.0
"""How often a line is kept that goes on changing."""
_NOTICED_LATE_MS = 1_000
"""A tutor may notice so late that the learner has begun: the network, and what its own detection waits for."""
_ASKED_FOR = 24
"""Turns, the newest, of which it is remembered where in them the learner spoke: twice as many as wait to be judged."""
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""None that is easily taken for another."""


class Recorder:
    """Follows one lesson. Without a journal it does nothing."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.journal: Journal | None = None
        """Takes what is kept; None while nothing is."""
        self.make_journal: Callable[[], Journal] | None = None
        """Where there is one, keeping can be turned on and off; to be set before the lesson begins."""
        self.sound = SoundRecording(session)
        self.voice = VoiceActivity()
        self._start_from((), (), ())

    def _start_from(self, turns: tuple[Turn, ...], notes: tuple[Note, ...], tools: tuple[ToolLine, ...]) -> None:
        """Begin a record behind what was said, noted and done so far: that is another lesson's."""
        self._began_ms = 0
        """Since the session began."""
        self._lesson: LessonRecord | None = None
        """As it was last put; None before the beginning."""
        self._about: tuple[object, ...] = ()
        """What that was made of."""
        self._events = self._usages = 0
        self._deltas: dict[str, list[tuple[int, ev.TutorTextDelta | ev.LearnerTextDelta]]] = {}
        """By line: words that are not put yet, each with when it came, in ms since the lesson began."""
        self._turns, self._notes, self._tools = turns, notes, tools
        self.before = len(turns)
        """Lines that belong to another lesson, or to none that is kept."""
        self._is_over = False
        self.first_run = ""
        """Id of the kept lesson that this one does again; empty for most."""
        self._unkept: set[str] = set()
        """Turns that changed since they were put."""
        self._times = TurnTimes()
        self._drilled = DrilledTurns()
        self._accepted: dict[str, str] = {}
        """Turns that the tutor took for right, each in the language's script."""
        self._spoken: dict[str, tuple[Segment, ...]] = {}
        """Of the newest turns."""
        self._put_as: dict[str, tuple[str, int]] = {}
        """The state in which each turn was last put, and when, in ms."""

    def keep(self, on: bool) -> None:
        """Keep the lesson from now on, or nothing more of it; what was kept stays, and the learner is told where."""
        if on and self.journal is None and self.make_journal is not None:
            self.journal = self.make_journal()
            if self._session.is_under_way:
                self._begin_behind(self._session.lesson)
        elif not on and self.journal is not None:
            self._stop()

    def _stop(self) -> None:
        lesson_id, recorded = self.lesson_id, self._session.lesson.recording
        self.end()
        self.journal, self._lesson = None, None
        self.sound.leave()
        if lesson_id:
            nothing_more = "Nothing more of this lesson is kept" + (", nor its sound recorded" if recorded else "")
            title = f"{nothing_more}; what was said until now stays."
            self._session.take(ev.Trouble(title, f"tutor-tui history delete {lesson_id} deletes it.", quiet=True))

    def begin(self) -> None:
        """The lesson begins."""
        self._begin_record()
        self.sound.begin(self._lesson.id if self._lesson else "", asyncio.get_running_loop().time())

    def _begin_record(self) -> None:
        if self.journal is None:
            return
        lesson_id = f"{datetime.now():%Y-%m-%d}-{''.join(secrets.choice(_LETTERS) for _ in range(4))}"  # noqa: DTZ005 - the learner's own date
        self._lesson = LessonRecord(lesson_id, time.time(), "")
        self._put_lesson(self._session.lesson)

    @property
    def place(self) -> str:
        """Where the lesson is kept, for a sentence; empty for the library."""
        return self.journal.place if self.journal else ""

    @property
    def kept_line(self) -> str:
        """Where all of it can be read again; empty where nothing is kept."""
        return kept_line(self.lesson_id, self.place, recorded=self.sound.has_any, first_run=self.first_run)

    @property
    def lesson_id(self) -> str:
        """Of the lesson that is kept; empty while none is, and until the learner says something or it is recorded."""
        own = self._session.lesson.turns[self.before :]
        said = any(turn.role == "learner" and turn.text and turn.state is not TurnState.UNSURE for turn in own)
        return self._lesson.id if self._lesson and (said or self.sound.has_any) else ""

    def spoken_in(self, turn_id: str) -> tuple[Segment, ...]:
        """Where in a turn that has ended the learner spoke, ms since the lesson began; empty where that is not known,
        or not any more.
        """
        return self._spoken.get(turn_id, ())

    def take(self, event: LessonEvent) -> None:
        """One event, after the lesson was advanced by it."""
        if self.journal is None or self._lesson is None or self._is_over:
            return
        lesson, now_ms = self._session.lesson, self._now_ms
        if lesson.plan.continues not in ("", self._lesson.continues):
            self.begin_anew()
            return
        self._unkept |= self._times.take(event, lesson, now_ms)
        self._drilled.take(event)
        if isinstance(event, ev.TutorAudio):
            return  # many come a second; a line that begins with one is put when its words come
        self._put_event(event, now_ms)
        if isinstance(event, ev.ReplyEnded) and event.accepted[0]:
            self._accepted[event.accepted[0]] = event.accepted[1]
            self._unkept.add(event.accepted[0])
        if isinstance(event, ev.Usage):
            used = (event.usd, event.input_tokens, event.output_tokens)
            # By the clock on the wall: a budget is for a day of the calendar.
            self.journal.put(UsageRecord(self._lesson.id, self._usages, time.time(), *used))
            self._usages += 1
        self._put_turns(lesson, now_ms)
        self._put_lesson(lesson)
        self._put_notes(lesson)
        self._put_tools(lesson)

    def hear(self, frame: bytes, level: Level) -> None:
        """A frame of the microphone that goes out, when it has come, and how loud it is."""
        self.sound.hear(frame)
        if self.journal is not None or self._session.barge_in.wanted:
            self.voice.hear(frame, level, self._session.sound.microphone.captured_s)

    def end(self) -> None:
        """The lesson is over: what is unfinished stays as it is, and nothing comes behind it."""
        self.sound.end()
        if self.journal is None or self._lesson is None or self._is_over:
            return
        self._is_over = True
        self._put_deltas()
        self._put_turns(self._session.lesson, self._now_ms, all_of_them=True)
        self.journal.put(replace(self._lesson, ended_at=self._lesson.began_at + self._now_ms / 1_000))

    def begin_anew(self) -> None:
        """The learner goes on with an earlier lesson, or begins this one again: what was said until now is a lesson of
        its own.
        """
        if self._lesson is None:
            self.before = len(self._session.lesson.turns)
            return
        self.end()
        self._begin_behind(self._session.lesson)

    def _begin_behind(self, lesson: Lesson) -> None:
        """Begin with what is said from now on."""
        began_ms = round(self._session.elapsed_s * 1_000)
        self._start_from(lesson.turns, lesson.notes, lesson.tool_lines)
        self._began_ms = began_ms
        self.begin()

    @property
    def _now_ms(self) -> int:
        """Since the lesson began; no clock that is set changes it."""
        return round(self._session.elapsed_s * 1_000) - self._began_ms

    # ---- records ----------------------------------------------------------------------------------------------------

    def _put_event(self, event: LessonEvent, now_ms: int) -> None:
        """Deltas of one line, of which twenty a second may come, are put as one event, with the time of each."""
        if isinstance(event, ev.TutorTextDelta | ev.LearnerTextDelta):
            if any(now_ms - deltas[0][0] >= OPEN_TURN_S * 1_000 for deltas in self._deltas.values()):
                self._put_deltas()
            self._deltas.setdefault(event.item_id, []).append((now_ms, event))
            return
        self._put_deltas()
        self._put_fields(now_ms, type(event).__name__, fields_of(event))

    def _put_deltas(self) -> None:
        for item_id, deltas in self._deltas.items():
            first_ms, first = deltas[0]
            parts = [{"after_ms": at_ms - first_ms, **fields_of(each)} for at_ms, each in deltas]
            self._put_fields(first_ms, type(first).__name__, {"item_id": item_id, "parts": parts})
        self._deltas.clear()

    def _put_fields(self, at_ms: int, kind: str, fields: Mapping[str, Any]) -> None:
        assert self.journal is not None and self._lesson is not None
        at_s = self._lesson.began_at + at_ms / 1_000
        self.journal.put(EventRecord(self._lesson.id, self._events, at_s, kind, fields))
        self._events += 1

    def _put_lesson(self, lesson: Lesson) -> None:
        assert self.journal is not None and self._lesson is not None
        plan, drill = lesson.plan, self._drilled.of_record(lesson.plan)
        about = (plan, self._session.tutor, lesson.cost_unknown, drill)
        if about == self._about:
            return
        self._about = about
        record = replace(
            self._lesson,
            profile=plan.profile,
            profile_key=plan.profile_key,
            tutor=self._session.tutor.name,
            target_language=plan.target_language,
            native_language=plan.native_language,
            level=plan.level,
            offline_lesson=plan.offline_lesson if self._session.tutor.capabilities.scripted else "",
            cost_unknown=lesson.cost_unknown,
            continues=plan.continues or self._lesson.continues,
            drill=drill,
        )
        if record != self._lesson:
            self._lesson = record
            self.journal.put(record)

    def _put_turns(self, lesson: Lesson, now_ms: int, *, all_of_them: bool = False) -> None:
        assert self.journal is not None and self._lesson is not None
        old, self._turns = self._turns, lesson.turns
        if old is not lesson.turns:
            changed = compress(count(), map(is_not, old, lesson.turns))
            places = {*changed, *range(len(old), len(lesson.turns))}
            self._unkept |= {lesson.turns[place].id for place in places}
        if not self._unkept:
            return
        unkept, self._unkept = self._unkept, set()
        for place, turn in enumerate(lesson.turns):
            if turn.id not in unkept:
                continue
            drill = self._drilled.kind_of(turn, lesson.plan)
            if all_of_them or self._is_due(turn, now_ms):
                record = replace(self._times.record(self._lesson.id, place, turn, now_ms), drill=drill)
                if accepted := self._accepted.get(turn.id):
                    record = replace(record, clearness={**record.clearness, ACCEPTED: accepted})
                self.journal.put(self._with_voice(record, lesson.turns[:place], now_ms))
            else:
                self._unkept.add(turn.id)

    def _with_voice(self, record: TurnRecord, before: tuple[Turn, ...], now_ms: int) -> TurnRecord:
        """A line with where in it the learner spoke, once it has ended; `before` it stand these."""
        if record.role != "learner" or record.typed or not self._times.has_ended(record.item_id):
            return record
        own = (turn.id for turn in reversed(before) if turn.role == "learner")
        from_ms = max(record.began_ms - _NOTICED_LATE_MS, self._times.ended_ms(next(own, "")))
        zero_s = asyncio.get_running_loop().time() - now_ms / 1_000
        segments = self._spoken[record.item_id] = self.voice.segments(zero_s, from_ms, record.ended_ms)
        if len(self._spoken) > _ASKED_FOR:
            del self._spoken[next(iter(self._spoken))]
        return replace(record, voice=segments)

    def _is_due(self, turn: Turn, now_ms: int) -> bool:
        """Whether to put a turn that has changed: at once where it is another state, else once a second."""
        if turn.state is TurnState.OPEN and not turn.text:
            return False  # there are no words yet that could be kept, and another turn may take its place
        state, put_ms = self._put_as.get(turn.id, ("", 0))
        if state == turn.state.value and now_ms - put_ms < OPEN_TURN_S * 1_000:
            return False
        self._put_as[turn.id] = (turn.state.value, now_ms)
        return True

    def _put_notes(self, lesson: Lesson) -> None:
        assert self.journal is not None and self._lesson is not None
        old, self._notes = self._notes, lesson.notes
        for number, note in enumerate(lesson.notes[len(old) :], len(old)):
            key, what = (self._lesson.id, number, note.item_id), note.what
            if isinstance(what, Correction):
                self.journal.put(CorrectionRecord(*key, what.said, what.better, what.why, what.kind))
            else:
                self.journal.put(WordRecord(*key, what.term, what.meaning, what.example, what.language))

    def _put_tools(self, lesson: Lesson) -> None:
        assert self.journal is not None and self._lesson is not None
        old, self._tools = self._tools, lesson.tool_lines
        for line in lesson.tool_lines if old is not lesson.tool_lines else ():
            if not any(line is each for each in old):
                state = (line.call_id, line.name, line.state.value, line.after, line.summary)
                self.journal.put(ToolRecord(self._lesson.id, *state))
