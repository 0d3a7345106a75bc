"""The lesson as a value: its turns, its phase, what is wanted and what is in force.

`core.reducer.advance` makes the next lesson from this one and an event; nothing else does.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Literal

from tutor_tui.core.captions import Captions
from tutor_tui.core.conversation import Divider, ToolLine, Turn, TurnState
from tutor_tui.core.ear_training import EarTraining
from tutor_tui.core.echo_mode import EchoMode
from tutor_tui.core.lesson_plan import Applied, HistoryLine, LessonPlan
from tutor_tui.core.line_help import LineHelp
from tutor_tui.core.local_events import TimeMark, Unnoticed
from tutor_tui.core.replayed import Replayed
from tutor_tui.core.tools import Correction, LevelSuggestion, Note, Word


class Phase(StrEnum):
    """Where the conversation is."""

    DISCONNECTED = "not connected"
    CONNECTING = "connecting"
    LISTENING = "listening"
    HEARING = "hearing you"
    THINKING = "thinking"
    SPEAKING = "speaking"
    FAILED = "stopped"


@dataclass(frozen=True, slots=True)
class DeviceState:
    """What is known of the microphone or the speaker."""

    name: str = ""
    rate_hz: int = 0
    missing: str = ""
    """Why there is none; empty while it works."""
    hint: str = ""
    silent: bool = False
    """It sends nothing but zeros."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell the learner once; `number` grows, so that the same words can be told twice."""

    number: int
    title: str
    hint: str = ""
    severity: str = "warning"
    """"information", "warning" or "error"."""
    until_linked: bool = False
    """It is over when there is a connection again."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """All that is known of the lesson now. Widgets draw it; nobody changes it."""

    plan: LessonPlan
    """What the learner wants."""
    applied: Applied = field(default_factory=Applied)
    """What the tutor has confirmed."""
    turns: tuple[Turn, ...] = ()
    """The conversation in its own order, not in the order of arrival."""

    linked: bool = False
    dialling: int = 0
    """Which attempt to connect is under way; 0 for none."""
    dial_wait_s: float = 0.0
    """How long it is until that attempt; 0 from when it begins."""
    failed: Notice | None = None
    """Why the lesson cannot go on; None while it can."""

    learner_item: str = ""
    """The turn the learner is saying now."""
    kept_turns: tuple[str, ...] = ()
    """Turns whose words were still to come when the connection was lost, and whose sound is kept: on the next one it is
    sent, and another turn comes of it."""
    awaiting: bool = False
    """A turn has ended and its answer has not begun."""
    repeat_asked: bool = False
    """The tutor was asked to say the last thing again, and has not begun."""
    reply_id: str = ""
    """The answer the tutor is sending now, unless it was stopped."""
    stopped_reply: str = ""
    """The answer that was stopped, until its end has come: more of its text may still."""
    sounding: tuple[str, ...] = ()
    """Items handed to the speaker and not yet heard to the end."""
    silenced: tuple[str, ...] = ()
    """Items that were stopped: what comes late for them is not shown as speech."""
    tool_lines: tuple[ToolLine, ...] = ()
    """What the tutor used its tools for, in order of the calls."""
    dividers: tuple[Divider, ...] = ()
    """Where another profile or tutor went on."""
    replayed: Replayed | None = None
    """What the learner hears again. No part of the history, either."""
    replay_speed: float = 1.0
    """How fast, until the tutor says something new."""
    training: EarTraining | None = None
    """What the learner trains their ear with. No part of the history, either."""
    captions: Captions = field(default_factory=Captions)
    line_help: LineHelp | None = None
    """What the learner asked for about the tutor's last line. No part of the history."""
    notes: tuple[Note, ...] = ()
    """Corrections and words that the tutor wrote down, newest last."""
    suggestion: LevelSuggestion | None = None
    """The level that the learner is asked to take or leave; None while nothing is asked."""
    suggestion_waits: bool = False
    """They have not decided for a while: it stands behind what is more urgent."""
    keep_asked: bool = False
    """The learner is asked whether the notes are to be kept for later lessons."""
    level_taken: str = ""
    """The last one that they took."""

    over: bool = False
    """All of a recording was played."""
    muted: bool = False
    held: bool = False
    """The learner holds the turn open to think."""
    talking: bool = False
    """A turn of push-to-talk goes on."""
    talk_held: bool = False
    """Its key is down, and its release ends the turn."""
    releases_told: bool = False
    """The terminal tells when a key is let go."""
    turn_left_s: int = 0
    """So many seconds are left of a turn that ends by itself; 0 where none does."""
    turn_longest_s: float = 0.0
    """Of so many in all."""
    echo_mode: EchoMode = "headphones"
    echo_cancelled: bool = False
    """The tutor's voice is known to be taken out of what the microphone hears."""
    minutes: int = 0
    """How long it is to last; 0 for no clock."""
    time_told: TimeMark = ""
    """How far its time has run, as the tutor was told."""
    recording: bool = False
    """Its sound is being recorded."""
    microphone: DeviceState = field(default_factory=DeviceState)
    speaker: DeviceState = field(default_factory=DeviceState)

    usd: float = 0.0
    """What was billed so far, as far as prices are known; it stays spent when another tutor goes on."""
    leave_asked: bool = False
    """The learner has said that the lesson is to end: whoever shows it ends it."""
    waited_for: bool = False
    """It is the learner's turn, and has been for a while without a sign of them."""
    unnoticed: bool = False
    """The learner speaks, and the tutor does not notice."""
    unnoticed_how: Unnoticed = "soft"
    """Then, too."""
    cost_unknown: bool = False
    """Something was used of which no price is known."""
    replies: int = 0
    expires_at: float | None = None
    unknown_events: int = 0
    """What was not understood, or was beyond all measure."""
    transcript_mismatches: int = 0
    """Sentences that the voice read otherwise than they are written."""
    plan_pending: bool = False
    """A change was sent and is not yet confirmed."""
    notice: Notice | None = None
    """The newest thing to tell."""
    settled: int = 0
    """Number of the newest notice that is over, because there is a connection again."""
    earlier: tuple[Notice, ...] = ()
    """The few before it, oldest first: who looks now and then may have missed them."""

    @staticmethod
    def begun(plan: LessonPlan, *, echo_mode: EchoMode, minutes: int, notice: Notice | None) -> Lesson:
        """A lesson before its first event, behind a divider where it goes on from an earlier one."""
        return Lesson(plan, echo_mode=echo_mode, minutes=minutes, notice=notice, dividers=Divider.before(plan))

    @property
    def rests_for_echo(self) -> bool:
        """Whether the microphone rests while the tutor is heard."""
        return self.echo_mode == "half-duplex" or (self.echo_mode == "speakers" and not self.echo_cancelled)

    @property
    def voice_waits(self) -> bool:
        """Whether the tutor's voice waits, and the microphone is not for it: the learner trains their ear."""
        return self.training is not None and self.training.keeps_microphone

    @property
    def can_retry(self) -> bool:
        """Whether there is a connection to ask for now: an attempt under way is not to be broken off."""
        return self.failed is not None or self.dial_wait_s > 0

    @property
    def voice_is_kept(self) -> bool:
        """Whether what is said now is for a connection that is being opened again."""
        return not self.linked and self.failed is None and self.dialling > 0 and bool(self.turns)

    @property
    def phase(self) -> Phase:
        """Where the conversation is, from what is known."""
        if self.failed:
            return Phase.FAILED
        if not self.linked:
            if self.sounding:  # the rest of what had come is still heard
                return Phase.SPEAKING
            return Phase.CONNECTING if self.dialling else Phase.DISCONNECTED
        if self.learner_item or self.talking:
            return Phase.HEARING
        if self.sounding:
            return Phase.SPEAKING
        if self.awaiting or self.reply_id or any(line.is_awaited for line in self.tool_lines):
            return Phase.THINKING
        return Phase.LISTENING

    @property
    def can_stop_tutor(self) -> bool:
        """Whether the tutor has something to say, or is saying it, if only once more."""
        return bool(self.replayed or self.training) or self.phase in (Phase.THINKING, Phase.SPEAKING)

    def only_adds_words_to(self, earlier: Lesson) -> bool:
        """Whether nothing has come since `earlier` but more words of lines that had some: deltas, many a second."""
        if len(self.turns) != len(earlier.turns):
            return False
        changed = [(old, new) for old, new in zip(earlier.turns, self.turns, strict=True) if old is not new]
        if not changed or not all(old.text.strip() and replace(old, text=new.text) == new for old, new in changed):
            return False
        return replace(earlier, turns=self.turns) == self

    def turn(self, item_id: str) -> Turn | None:
        """The turn of that id; looked for from the end, where nearly all questions are."""
        return next((turn for turn in reversed(self.turns) if turn.id == item_id), None)

    @property
    def unspoken(self) -> tuple[str, ...]:
        """Items of which more is to be heard than has come."""
        return tuple(turn.id for turn in self.turns if turn.expected_ms and turn.state is not TurnState.CUT)

    @property
    def last_said(self) -> str:
        """Id of the newest turn that the learner has finished; empty when there is none."""
        turns = (each.id for each in reversed(self.turns) if each.role == "learner" and each.id != self.learner_item)
        return next(turns, "")

    @property
    def asked_about(self) -> Turn | None:
        """What the learner may have said, while the tutor's last line asks whether they did."""
        line = self.turns[-1] if self.turns else None
        if line is None or line.role != "tutor":
            return None
        said = next((turn for turn in reversed(self.turns) if turn.role == "learner"), None)
        if said is None or said.state is not TurnState.UNSURE or not said.text:
            return None
        return said if _quotes(line.text, said.text.strip(" .。")) else None

    @property
    def question(self) -> Literal["", "level", "said", "keep"]:
        """What the two keys for yes and no answer now: whether something was said, a level is taken, notes are kept."""
        if self.asked_about is not None:
            return "said"  # what the tutor has just asked aloud; a level waits, and is asked about again behind it
        if self.suggestion is not None:
            return "level"
        return "keep" if self.keep_asked else ""

    @property
    def takes_yes_or_no(self) -> bool:
        """Whether something is asked that a key answers."""
        return bool(self.question)

    @property
    def corrections(self) -> tuple[Note, ...]:
        """The notes that are corrections, newest last."""
        return tuple(note for note in self.notes if isinstance(note.what, Correction))

    @property
    def words(self) -> tuple[Note, ...]:
        """The notes that are words, newest last."""
        return tuple(note for note in self.notes if isinstance(note.what, Word))

    @property
    def last_line(self) -> Turn | None:
        """The tutor's newest line that has words."""
        return next((turn for turn in reversed(self.turns) if turn.role == "tutor" and turn.text.strip()), None)

    @property
    def history(self) -> tuple[HistoryLine, ...]:
        """What was said and heard so far, as text: what a new connection has to be told."""
        lines = ((turn.role, turn.heard_text.strip()) for turn in self.turns if turn.is_known)
        return self.plan.history + tuple(HistoryLine(role, text) for role, text in lines if text)


def _quotes(line: str, words: str) -> bool:
    """Whether a line says that in quotation marks: alone, a word may stand anywhere in it."""
    return any(f"{mark}{blank}{words}" in line for mark in "“«„「" for blank in ("", " ", "\u00a0", "\u202f"))
