"""How fluently a learner spoke, by the clock and the transcript: figures to compare with their own, never one score.

Where they spoke is told by the microphone (`TurnRecord.voice`). A pause is a silence of at least 250 ms in a turn (de
Jong & Bosker 2013, Proc. DiSS: that threshold tells proficiency best). Of the measures Handley & Wang (2023, Language
Assessment Quarterly) find that articulation rate and pauses within clauses, with repetitions, explain most of how
able a speaker is judged; automatic ones are for looking at one's own way, not for grades.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from statistics import median

from tutor_tui.core.conversation import TurnState
from tutor_tui.core.lesson_records import KeptLesson, TurnRecord
from tutor_tui.learning.clauses import parts, words
from tutor_tui.learning.pauses import pauses

PAUSE_MS = 250
"""The shortest silence that counts as a pause."""
MATTR_WINDOW = 50
LEAST_WORDS = 100
"""Below this many words a measure of their diversity says nothing (Kyle et al. 2024, SSLA 46(1); Koizumi 2012)."""
LEAST_PHONATION_MS = 30_000
"""Who spoke less in a lesson is not compared by it: a pause more or less would change the figures by a tenth."""
_LONGEST_LATENCY_MS = 30_000
"""Who answers later was not thinking of the answer, but away."""


@dataclass(frozen=True, slots=True, repr=False)  # holds what was said
class Fluency:
    """What was counted in one turn, one lesson, or several: two of them can be added."""

    phonation_ms: int = 0
    """Voice without its pauses."""
    turn_ms: int = 0
    """From the first to the last sound of each turn."""
    tutor_ms: int = 0
    """How long the tutor was heard."""
    syllables: int = 0
    counted_ms: int = 0
    """The phonation of turns whose syllables are known: what rates go by."""
    mid_clause: int = 0
    """Pauses within a clause."""
    end_clause: int = 0
    """Pauses at the end of a clause."""
    end_clause_ms: int = 0
    """Their length together."""
    runs: int = 0
    """Stretches of speech between pauses."""
    latencies_ms: tuple[int, ...] = ()
    """From the end of the tutor's voice to the beginning of the learner's."""
    words: tuple[str, ...] = ()
    """What was said, in order."""

    def __add__(self, other: Fluency) -> Fluency:
        return Fluency(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(Fluency)))

    @property
    def speaking_minutes(self) -> float:
        """How long the learner spoke, pauses left out."""
        return self.phonation_ms / 60_000

    @property
    def talk_share(self) -> float | None:
        """The learner's part of all that was spoken, 0 to 1."""
        return _ratio(self.phonation_ms, self.phonation_ms + self.tutor_ms)

    @property
    def articulation_rate(self) -> float | None:
        """Syllables a second of phonation: how fast, pauses left out."""
        return _ratio(self.syllables * 1_000, self.counted_ms)

    @property
    def mid_clause_pauses(self) -> float | None:
        """Pauses within clauses, a minute of phonation."""
        return _ratio(self.mid_clause * 60_000, self.counted_ms)

    @property
    def end_clause_pause_s(self) -> float | None:
        """Mean length of a pause between clauses, s."""
        return _ratio(self.end_clause_ms / 1_000, self.end_clause)

    @property
    def mean_run(self) -> float | None:
        """Mean length of run: syllables from one pause to the next."""
        return _ratio(self.syllables, self.runs)

    @property
    def phonation_ratio(self) -> float | None:
        """Phonation ÷ the time of the turns, 0 to 1: needs no words."""
        return _ratio(self.phonation_ms, self.turn_ms)

    @property
    def reply_latency_s(self) -> float | None:
        """Median time from the tutor's last sound to the learner's first, s."""
        return median(self.latencies_ms) / 1_000 if self.latencies_ms else None

    @property
    def mattr(self) -> float | None:
        """Moving-average type-token ratio, windows of 50 words (Covington & McFall 2010, J. Quant. Linguistics 17:94).

        None below `LEAST_WORDS`.
        """
        return moving_type_token_ratio(self.words) if len(self.words) >= LEAST_WORDS else None

    @property
    def is_enough(self) -> bool:
        """Whether enough was said to compare it."""
        return self.phonation_ms >= LEAST_PHONATION_MS


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def fluency_of(kept: KeptLesson) -> Fluency:
    """What can be counted in a lesson that was kept: its spoken turns, whose voice is known. A drill in its midst is
    left out; one by itself is counted.
    """
    language, total = kept.lesson.target_language, Fluency()
    tutor_ended_ms: int | None = None
    for turn in kept.turns:
        if turn.drill and not kept.lesson.drill:
            tutor_ended_ms = None
        elif turn.role == "tutor":
            total += Fluency(tutor_ms=max(0, turn.spoken_ms))
            tutor_ended_ms = turn.ended_ms if turn.spoken_ms > 0 else None
        elif turn.voice:
            waited_ms = -1 if tutor_ended_ms is None else turn.voice[0][0] - tutor_ended_ms
            latencies = (waited_ms,) if 0 <= waited_ms <= _LONGEST_LATENCY_MS else ()
            total += turn_fluency(turn, language) + Fluency(latencies_ms=latencies)
        if turn.role == "learner":
            tutor_ended_ms = None
    return total


def turn_fluency(turn: TurnRecord, language: str, word_ends_ms: Sequence[int] = ()) -> Fluency:
    """What can be counted in one turn of the learner's whose voice is known. `language` is ISO 639-1.

    `word_ends_ms`: when each of its `parts` ended, on the clock of the voice, where the ears told. Else where a pause
    lies is guessed, as `pauses` has it.
    """
    spoken = without_short_gaps(turn.voice)
    phonation_ms = sum(end - begin for begin, end in spoken)
    timed = Fluency(phonation_ms, spoken[-1][1] - spoken[0][0])
    said = turn.text if turn.state == TurnState.DONE else ""
    cut = parts(said, language)
    if not cut:
        return timed
    found = list(pauses(cut, spoken, word_ends_ms))
    at_ends = [each.ms for each in found if each.ends_clause]
    return timed + Fluency(
        syllables=sum(part.syllables for part in cut),
        counted_ms=phonation_ms,
        mid_clause=len(found) - len(at_ends),
        end_clause=len(at_ends),
        end_clause_ms=sum(at_ends),
        runs=len(spoken),
        words=words(said, language) or (),
    )


def without_short_gaps(voice: Iterable[tuple[int, int]], pause_ms: int = PAUSE_MS) -> list[tuple[int, int]]:
    """The same stretches of voice, those joined between which is no pause."""
    joined: list[tuple[int, int]] = []
    for begin, end in voice:
        if joined and begin - joined[-1][1] < pause_ms:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((begin, end))
    return joined


def moving_type_token_ratio(said: Sequence[str], window: int = MATTR_WINDOW) -> float:
    """The mean of different words ÷ words, over all windows of so many words; of one that is shorter, of it as a whole.

    Raises `ZeroDivisionError` without a word.
    """
    size = min(window, len(said))
    inside = Counter(said[:size])
    types = total = len(inside)
    for left, entered in zip(said, said[size:], strict=False):
        inside[left] -= 1
        types -= inside[left] == 0
        types += inside[entered] == 0
        inside[entered] += 1
        total += types
    return total / size / (len(said) - size + 1)
