"""A lesson put into lines: what was said, once it is complete, and what has changed, in words. Pure.

Each line stands alone. `You:` and `Tutor:` begin what was said, `Notice:` what the learner should know; all others tell
how things stand. A line is never taken back: there is no cursor to take it back with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from tutor_tui.core.actions import DEFAULT_KEYS, key, with_keys
from tutor_tui.core.availability import GO_OFFLINE, why_not_offline
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.captions import Mask, Rung, length_of, masked
from tutor_tui.core.captions_shown import mask_of, replay_shown, training_shown
from tutor_tui.core.conversation import Divider, ToolLine, ToolState, Turn, TurnState
from tutor_tui.core.countdown import turn_left
from tutor_tui.core.ear_training import training_told
from tutor_tui.core.lesson import DeviceState, Lesson, Phase
from tutor_tui.core.lesson_summary import counted, note_line
from tutor_tui.core.line_help import HEAR_HINT, help_lines
from tutor_tui.core.local_events import TimeMark
from tutor_tui.core.phase_text import (
    UNWRITTEN,
    Standing,
    cut_words,
    echo_words,
    how_clear,
    perhaps,
    phase_sentence,
    recording_words,
    standing,
)
from tutor_tui.core.replayed import replayed_words
from tutor_tui.core.safe_text import printable_line
from tutor_tui.core.standing_news import standing_news
from tutor_tui.core.tool_text import AS_BEFORE, tool_words
from tutor_tui.core.turn_detection import describe

_LOWER_THRESHOLD = "Or lower lesson.vad.threshold."
_NAMES = {"tutor": "Tutor", "learner": "You"}
UNENCRYPTED = "The lesson goes over the network unencrypted (--insecure): anyone on the way can read it, and your key."


def _device(which: str, device: DeviceState) -> str:
    return f"{which}: {printable_line(device.name)}" if device.name and not device.missing else ""


_STANDING: Mapping[str, Callable[[Lesson], str]] = {
    "profile": lambda lesson: f"profile: {printable_line(lesson.plan.profile)}",
    "length": lambda lesson: f"the lesson is to last {lesson.minutes} minutes" if lesson.minutes else "",
    "turns": lambda lesson: f"the tutor {describe(lesson.plan.turn_detection)}",
    "microphone": lambda lesson: _device("microphone", lesson.microphone),
    "speaker": lambda lesson: _device("speaker", lesson.speaker),
    "recording": lambda lesson: recording_words(lesson) if lesson.recording else "",
}
"""Told at the start and whenever the words change; nothing is told while they are empty."""
_TIME: Mapping[TimeMark, str] = {
    "": "",
    "half": "half of the lesson is over",
    "close": "the lesson is nearly over: the tutor begins to close",
}
_CHANGING: Mapping[str, Callable[[Lesson], str]] = {
    "muted": lambda lesson: "muted" if lesson.muted else "the microphone is open",
    "held": lambda lesson: "your turn is held open" if lesson.held else "your turn is no longer held open",
    "echo": echo_words,
    "trained": lambda lesson: training_told(what) if (what := training_shown(lesson)) else "",
    "again": lambda lesson: replayed_words(what) if (what := replay_shown(lesson)) else "",
    "captions": lambda lesson: f"captions: {lesson.captions.rung}",
    "pace": lambda lesson: f"pace {lesson.plan.speed:.2f}×",
    "turn left": lambda lesson: _turn_left(lesson),
    "time": lambda lesson: _TIME[lesson.time_told],
    "not recording": lambda lesson: "" if lesson.recording else recording_words(lesson),
}
"""Told when the words change, not at the start."""


_SECONDS_TOLD = frozenset({120, 90, 60, 30, 20, 10, 5, 4, 3, 2, 1})


def _turn_left(lesson: Lesson) -> str:
    """Of a long recording not every second is told: each is a line."""
    left = turn_left(lesson)
    return f"{left.left_s:.0f} s left" if left and left.left_s in _SECONDS_TOLD else ""


def _notice(title: str, hint: str) -> str:
    return f"Notice: {printable_line(f'{title} {hint}')}"


class Narrator:
    """Remembers what was told; `tell` gives the lines that a newer lesson adds."""

    def __init__(
        self, abilities: Capabilities, key_names: Mapping[str, str] = DEFAULT_KEYS, *, at_terminal: bool = False
    ) -> None:
        self._key_names = key_names
        self._at_terminal = at_terminal
        """A line has to be asked for by a key: what is typed without it would be taken for keys."""
        self.abilities = abilities
        """Of the tutor, who may be another one later."""
        self._facts: dict[str, str] = {}
        self._stands: set[str] = set()
        """What stood when it was last looked at: told again when it has gone and comes back."""
        self._phase = ""
        self._waits_for = 0
        """The attempt that the last lesson was waiting for: its seconds are told once, not counted down."""
        self._notice = 0
        self._told: dict[str, TurnState] = {}
        self._cut_in: dict[str, str] = {}
        """Turn that was stopped → the reply that was under way when it was first seen stopped."""
        self._tools: set[str] = set()
        self._notes = 0
        self._helped: list[str] = []
        self._dividers: tuple[Divider, ...] = ()
        self._shown: frozenset[str] = frozenset()
        """Lines that were revealed."""

    def tell(self, lesson: Lesson) -> list[str]:
        """What is new since the last time, in an order that can be followed by ear."""
        phase, waits_for = self._phase_now(lesson), lesson.dialling if lesson.dial_wait_s else 0
        counting_down = waits_for and waits_for == self._waits_for
        news = [with_keys(line, self._key_names) for line in (*self._changes(lesson), *self._news(lesson))]
        moved = [phase] if phase != self._phase and not counting_down and phase not in news else []
        self._phase, self._waits_for = phase, waits_for
        said = [
            *self._recalled(lesson),
            *self._turns(lesson),
            *self._revealed(lesson),
            *self._help(lesson),
            *self._tool_lines(lesson),
            *self._written_down(lesson),
        ]
        ready = lesson.phase is Phase.LISTENING  # what was said comes before "listening", and after all other phases
        return [*news, *(said + moved if ready else moved + said)]

    def _phase_now(self, lesson: Lesson) -> str:
        sentence = phase_sentence(lesson, self.abilities)
        typed = self._at_terminal and standing(lesson, self.abilities) is Standing.TYPING
        return with_keys(f"{sentence}: press {key('type')}", self._key_names) if typed else sentence

    # ---- how things stand -------------------------------------------------------------------------------------------

    def _changes(self, lesson: Lesson) -> Iterator[str]:
        for table, at_start in ((_STANDING, True), (_CHANGING, False)):
            for name, words_of in table.items():
                words = words_of(lesson)
                first, changed = name not in self._facts, self._facts.get(name) != words
                self._facts[name] = words
                if words and changed and (at_start or not first):
                    yield words
        unencrypted = UNENCRYPTED if self.abilities.unencrypted else ""
        if unencrypted and self._facts.get("unencrypted") != unencrypted:
            yield _notice(unencrypted, "")
        self._facts["unencrypted"] = unencrypted
        stands = standing_news(lesson, self.abilities, _LOWER_THRESHOLD)
        for news in stands:
            if news.title not in self._stands:
                yield _notice(news.title, news.hint)
        self._stands = {news.title for news in stands}

    def _news(self, lesson: Lesson) -> Iterator[str]:
        for notice in (*lesson.earlier, lesson.notice):
            if notice is not None and notice.number > self._notice:
                self._notice = notice.number
                yield _notice(notice.title, notice.hint)
        offer = "" if lesson.failed is None or why_not_offline(self.abilities, lesson) else GO_OFFLINE
        if offer and self._facts.get("offer") != offer:
            yield _notice(offer, "")
        self._facts["offer"] = offer

    # ---- what was said ----------------------------------------------------------------------------------------------

    def _recalled(self, lesson: Lesson) -> Iterator[str]:
        """The end of an earlier lesson that goes on here; the notice before it says which."""
        for divider in lesson.dividers:
            if divider not in self._dividers:
                lines = (line for line in divider.lines if line.role != "aside")
                yield from (f"Earlier, {_NAMES[line.role]}: {printable_line(line.text)}" for line in lines)
        self._dividers = lesson.dividers

    def _turns(self, lesson: Lesson) -> Iterator[str]:
        """Complete turns in their order. A late one holds up those behind it only while the tutor answers."""
        may_wait = lesson.phase in (Phase.THINKING, Phase.SPEAKING)
        for turn in lesson.turns:
            if turn.id in self._told:
                match self._told[turn.id], turn.state:
                    case TurnState.DONE, TurnState.CUT:
                        yield f"Tutor: ({_cut_words(turn, mask_of(lesson, turn))})"
                    case (TurnState.LOST, TurnState.DONE) | (TurnState.UNSURE, TurnState.DONE | TurnState.NOT_SAID):
                        yield f"{_NAMES[turn.role]}: {self._read(lesson, turn)}"
                    case _:
                        continue
                self._told[turn.id] = turn.state
            elif self._is_complete(turn, lesson):
                self._told[turn.id] = turn.state
                yield f"{_NAMES[turn.role]}: {self._read(lesson, turn)}"
            elif turn.state is TurnState.CUT or (may_wait and turn.role == "learner"):
                return

    def _revealed(self, lesson: Lesson) -> Iterator[str]:
        """Lines that were told masked, and that the learner has asked for since."""
        new = lesson.captions.revealed - self._shown
        self._shown = lesson.captions.revealed
        yield from (f"Tutor: {_said(turn)}" for turn in lesson.turns if turn.id in new and turn.id in self._told)

    def _read(self, lesson: Lesson, turn: Turn) -> str:
        """As much of a line as the learner wants to read; of what is hidden, how long it was."""
        mask = mask_of(lesson, turn)
        if mask is None or not turn.text.strip():
            return _said(turn)
        if mask.rung is not Rung.HIDDEN:
            return _said(_masked(turn, mask))
        cut = f"; {_cut_words(turn, mask)}" if turn.state is TurnState.CUT else ""
        return with_keys(f"({counted(*length_of(turn.text))}{cut}: {key('reveal')} shows them)", self._key_names)

    def _is_complete(self, turn: Turn, lesson: Lesson) -> bool:
        match turn.state:
            case TurnState.OPEN:
                return False
            case TurnState.CUT:  # its text may still be coming, until the reply that was stopped is over
                reply_id = lesson.reply_id or lesson.stopped_reply
                during = self._cut_in.setdefault(turn.id, reply_id)
                return not during or reply_id != during
            case _:
                return True

    def _help(self, lesson: Lesson) -> Iterator[str]:
        """What is new of the help with the tutor's last line; nothing where it is hidden again."""
        shown = lesson.line_help
        lines = help_lines(shown) if shown else []
        lines += [with_keys(HEAR_HINT, self._key_names)] if shown and shown.hints else []
        yield from (printable_line(line) for line in lines if line not in self._helped)
        self._helped = lines

    def _tool_lines(self, lesson: Lesson) -> Iterator[str]:
        for line in lesson.tool_lines:
            if line.state is not ToolState.RUNNING and line.call_id not in self._tools:
                self._tools.add(line.call_id)
                if not _told_otherwise(line):
                    yield f"Tool: {printable_line(tool_words(line))}"

    def _written_down(self, lesson: Lesson) -> Iterator[str]:
        for note in lesson.notes[self._notes :]:
            yield note_line(note)
        self._notes = len(lesson.notes)


def _told_otherwise(line: ToolLine) -> bool:
    """Whether what a tool has done has a line of its own: another pace, a note."""
    worked = line.state is ToolState.DONE and not line.summary.endswith(AS_BEFORE)
    return worked and line.name in ("set_pace", "set_patience", "set_level", "note_correction", "note_word")


def _cut_words(turn: Turn, mask: Mask | None) -> str:
    """Where a line was stopped; before which words, only as far as they are to be read."""
    if mask is None:
        return cut_words(turn)
    if mask.rung is Rung.HIDDEN:
        return cut_words(turn).partition(":")[0]
    return cut_words(_masked(turn, mask))


def _masked(turn: Turn, mask: Mask) -> Turn:
    return replace(turn, text=masked(printable_line(turn.text), mask))


def _said(turn: Turn) -> str:
    return f"(again) {_words(turn)}" if turn.again else _words(turn)


def _words(turn: Turn) -> str:
    if turn.state is TurnState.UNSURE:
        return _with_clearness(perhaps(turn), turn) if turn.different else perhaps(turn)
    if turn.state in UNWRITTEN:
        return UNWRITTEN[turn.state]
    if turn.state is TurnState.CUT:
        return f"{printable_line(turn.heard_text)} ({cut_words(turn)})".lstrip()
    return _with_clearness(printable_line(turn.text) or "(no words)", turn)


def _with_clearness(words: str, turn: Turn) -> str:
    clearness = how_clear(turn)
    return f"{words} ({clearness})" if clearness else words
