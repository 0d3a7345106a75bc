"""What is kept of a lesson when it is over: the lines of a table each, as plain values.

A recorder makes them while the lesson goes on, a journal takes them as they come, and a library gives them back. Each
is whole: the newer one of the same key replaces the older.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from operator import itemgetter
from typing import Any, Protocol, TypeAlias

from tutor_tui.core.captions import Rung
from tutor_tui.core.conversation import Turn, TurnState
from tutor_tui.core.heard_words import different_in, unclear_in
from tutor_tui.core.lesson_clock import noted
from tutor_tui.core.lesson_plan import HistoryLine, LessonPlan, Recap, Role
from tutor_tui.core.local_time import local_time
from tutor_tui.core.pedagogy import RESUMED
from tutor_tui.core.safe_text import one_line
from tutor_tui.core.tools import Correction, Note, Word

_RECALLED = 4
"""Lines of a lesson that are shown when it goes on: two exchanges."""
_RECALLED_CHARACTERS = 240
"""Of each."""


@dataclass(frozen=True, slots=True)
class LessonRecord:
    """A lesson as a whole. Key: `id`."""

    id: str
    """Its date and a few letters, for people to type: "2026-11-27-k3f9"."""
    began_at: float
    """Unix time, s."""
    profile: str
    """Title of the profile, the newest if another went on."""
    profile_key: str = ""
    """What that profile is found again by; empty where no file is behind it."""
    tutor: str = ""
    """Who taught, for people: "gpt-realtime-2.1-mini", "offline"."""
    target_language: str = ""
    """ISO 639-1, as `native_language`."""
    native_language: str = ""
    level: str = ""
    """CEFR, or empty."""
    offline_lesson: str = ""
    """The lesson script that was walked; empty where none was."""
    ended_at: float | None = None
    """Unix time, s; None while it goes on, and when it was broken off."""
    recovered: bool = False
    """It was broken off (a crash, a power cut), and found at a later start."""
    cost_unknown: bool = False
    """Something was used of which no price is known."""
    continues: str = ""
    """Id of the lesson that this one went on with; empty for one from the beginning."""
    drill: str = ""
    """The kind of drill, where it was nothing else from its beginning to its end; empty for a lesson."""


@dataclass(frozen=True, slots=True, repr=False)  # holds what was said
class TurnRecord:
    """One line of the conversation. Key: `lesson_id`, `item_id`."""

    lesson_id: str
    item_id: str
    place: int
    """Its place in the conversation, from 0; no two of a lesson have the same."""
    role: Role
    text: str
    state: str = TurnState.DONE.value
    """One of `core.conversation.TurnState`."""
    heard_share: float = 1.0
    """The part of a cut turn's sound that was heard, 0 to 1."""
    spoken_ms: int = 0
    """How much of it sounded: the learner's own voice, or as much of the tutor's as was heard; 0 for what was typed."""
    began_ms: int = 0
    """When it began, since the lesson did; for what was typed, when it was sent."""
    ended_ms: int = 0
    typed: bool = False
    again: bool = False
    """The tutor said once more what stands before it."""
    clearness: Mapping[str, Any] = field(default_factory=dict)
    """Which of the learner's words were not clear: as in `heard_words.kept`."""
    voice: tuple[tuple[int, int], ...] = ()
    """Where in it the learner spoke, by the microphone: begin and end of each stretch, ms since the lesson began.

    Empty where that is not known: the tutor's, what was typed, and lessons from before it was measured.
    """

    rung: str = Rung.ALL.value
    """How much the learner could read, as `core.conversation.Turn.rung`."""
    revealed: bool = False

    @property
    def turn(self) -> Turn:
        """The turn of a lesson that it is: what of it was heard, for one."""
        return Turn(
            self.item_id,
            self.role,
            self.text,
            TurnState(self.state),
            self.heard_share,
            typed=self.typed,
            again=self.again,
            unclear=unclear_in(self.clearness),
            different=different_in(self.clearness),
        )


@dataclass(frozen=True, slots=True, repr=False)
class CorrectionRecord:
    """A mistake that was noted. Key: `lesson_id`, `number`."""

    lesson_id: str
    number: int
    """Its place among all notes of the lesson, from 0."""
    item_id: str
    """The learner's turn; empty when there was none yet."""
    said: str
    better: str
    why: str = ""
    kind: str = "other"
    """One of `core.tools.CORRECTION_KINDS`."""


@dataclass(frozen=True, slots=True, repr=False)
class WordRecord:
    """A word or phrase that was noted. Key: `lesson_id`, `number`."""

    lesson_id: str
    number: int
    """Its place among all notes of the lesson, from 0."""
    item_id: str
    term: str
    meaning: str
    example: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class ToolRecord:
    """One use of a tool. Key: `lesson_id`, `call_id`."""

    lesson_id: str
    call_id: str
    name: str
    state: str
    """One of `core.conversation.ToolState`."""
    after: str = ""
    """Item id of the turn behind which it belongs; empty for the very beginning."""
    summary: str = ""


@dataclass(frozen=True, slots=True)
class UsageRecord:
    """What one answer or transcription was billed. Key: `lesson_id`, `number`."""

    lesson_id: str
    number: int
    at: float
    """Unix time, s."""
    usd: float
    input_tokens: int = 0
    output_tokens: int = 0


@dataclass(frozen=True, slots=True, repr=False)
class EventRecord:
    """Something that happened, sound left out. Key: `lesson_id`, `number`."""

    lesson_id: str
    number: int
    at: float
    """Unix time, s, by the lesson's own clock: `began_at` and what has passed since, whoever sets the machine's."""
    kind: str
    """The event's class."""
    fields: Mapping[str, Any]
    """Its fields, as JSON can hold them."""


Record: TypeAlias = LessonRecord | TurnRecord | CorrectionRecord | WordRecord | ToolRecord | UsageRecord | EventRecord


def lesson_id_of(record: Record) -> str:
    """Id of the lesson that it belongs to."""
    return record.id if isinstance(record, LessonRecord) else record.lesson_id


class Journal(Protocol):
    """Keeps the records of a lesson while it goes on."""

    @property
    def place(self) -> str:
        """Where it is kept, for a sentence; empty for the library."""
        ...

    def put(self, record: Record) -> None:
        """Take a record. Never waits, never raises."""
        ...


_MOST_NOTED = 12
"""Notes of each kind, the newest, that a tutor is told who goes on with a lesson."""


@dataclass(frozen=True, slots=True, repr=False)
class KeptLesson:
    """All that is kept of one lesson but its events, each list in its order."""

    lesson: LessonRecord
    turns: tuple[TurnRecord, ...] = ()
    corrections: tuple[CorrectionRecord, ...] = ()
    words: tuple[WordRecord, ...] = ()
    tools: tuple[ToolRecord, ...] = ()
    usage: tuple[UsageRecord, ...] = ()
    before: tuple[HistoryLine, ...] = ()
    """What was said in the lessons that this one went on with."""
    recordings: tuple[str, ...] = ()
    """Paths of the files with its sound, one a side; empty where it was not recorded."""

    @property
    def history(self) -> tuple[HistoryLine, ...]:
        """What was said and heard, in it and before it, for a tutor that goes on with it."""
        return self.before + self._said

    @property
    def _said(self) -> tuple[HistoryLine, ...]:
        turns = (each.turn for each in self.turns)
        lines = ((turn.role, turn.heard_text.strip()) for turn in turns if turn.is_known)
        return tuple(HistoryLine(role, text) for role, text in lines if text)

    def going_on(self, plan: LessonPlan) -> LessonPlan:
        """`plan`, made of the same profile, for a tutor that takes this lesson up where it stopped."""
        lesson = self.lesson.offline_lesson or plan.offline_lesson
        history = self.history
        if self.notes:  # nobody has said these: a tutor can know of them in no other way
            aside = f"In the lesson that this one goes on from: {noted(self.notes, _MOST_NOTED)}"
            history = (HistoryLine("aside", aside), *history)
        return replace(
            plan,
            history=history,
            opening=RESUMED,
            offline_lesson=lesson,
            continues=self.lesson.id,
            recap=self._recap,
        )

    @property
    def _recap(self) -> Recap:
        said = (HistoryLine(line.role, one_line(line.text, _RECALLED_CHARACTERS)) for line in self._said[-_RECALLED:])
        return Recap(f"{self.lesson.profile} · {self._began}", tuple(said))

    @property
    def notes(self) -> tuple[Note, ...]:
        """The corrections and words of it, in order."""
        numbered = [
            (each.number, Note(Correction(each.said, each.better, each.why), each.item_id)) for each in self.corrections
        ]
        numbered += [
            (each.number, Note(Word(each.term, each.meaning, each.example, each.language), each.item_id))
            for each in self.words
        ]
        return tuple(note for _, note in sorted(numbered, key=itemgetter(0)))

    @property
    def goes_on_words(self) -> str:
        """What the learner is told when it goes on: "This goes on from your lesson of 25 November 2026, 18:30."."""
        return f"This goes on from your lesson of {self._began}."

    @property
    def _began(self) -> str:
        began = local_time(self.lesson.began_at)
        return f"{began.day} {began:%B %Y}, {began:%H:%M}"

    @property
    def usd(self) -> float:
        """What it was billed, as far as prices are known."""
        return sum(each.usd for each in self.usage)


@dataclass(frozen=True, slots=True)
class LessonLine:
    """A lesson as a list shows it."""

    lesson: LessonRecord
    minutes: float
    """How long it was; of one that was broken off, until the last that is known of it."""
    own_lines: int
    """How many lines the learner has said or typed."""
    corrections: int
    words: int
    usd: float
    recorded: bool = False
    """Whether there is a recording of its sound."""


@dataclass(frozen=True, slots=True, repr=False)
class Match:
    """A turn that holds what was searched for."""

    lesson: LessonRecord
    turn: TurnRecord


class Library(Protocol):
    """What is kept of all lessons. Each method may wait for the disk, and raises `Problem` where that fails."""

    @property
    def is_there(self) -> bool:
        """Whether anything was ever kept."""
        ...

    def lessons(self) -> list[LessonLine]:
        """Those in which something was said, the newest first."""
        ...

    def find(self, name: str) -> LessonRecord:
        """The lesson of that id, or of an id that begins so; "last" is the newest. Raises `Problem` (usage)."""
        ...

    def read(self, name: str) -> KeptLesson:
        """All of one lesson, named as for `find`."""
        ...

    def search(self, words: str, most: int = 200) -> list[Match]:
        """The turns that hold all of `words`, upper or lower case, the newest lessons first."""
        ...

    def delete(self, lesson_id: str) -> None:
        """Forget one lesson for good, the recording of its sound included."""
        ...
