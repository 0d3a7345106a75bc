"""What of a lesson's lines is masked now, and what of them the learner could read when they answered. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from tutor_tui.core.captions import NO_WORDS, Mask, Rung, masked
from tutor_tui.core.conversation import Turn, TurnState
from tutor_tui.core.dictated import Dictated
from tutor_tui.core.ear_training import EarTraining
from tutor_tui.core.lesson import Lesson
from tutor_tui.core.replayed import Replayed
from tutor_tui.core.safe_text import printable


def rung_in_force(lesson: Lesson) -> Rung:
    """What the learner reads: all of it in a drill, whose lines have to be read, and where nothing can be heard."""
    chosen = lesson.captions.rung
    return Rung.ALL if chosen.hides and (lesson.plan.drill or lesson.speaker.missing) else chosen


def mask_of(lesson: Lesson, turn: Turn) -> Mask | None:
    """What is laid over a turn; None where it is shown as it is. The learner's own words always are;
    what they are to write down never is.
    """
    rung, dictated = rung_in_force(lesson), dictated_sentence(lesson)
    if turn.role != "tutor" or not rung.hides or turn.id in lesson.captions.revealed:
        is_dictated = turn.role == "tutor" and dictated and dictated in turn.text
        return Mask(Rung.HIDDEN, only=printable(dictated)) if is_dictated else None
    if dictated and dictated in turn.text:
        return Mask(Rung.HIDDEN)
    known = lesson.captions.known if rung is Rung.RARE_WORDS else NO_WORDS
    # What a beginner reads in part they may know the meaning of. Who has hidden the words wants to hear what they mean,
    # and what is to be done ("Say it after me") is said aloud; the key shows the rest.
    but_asides = lesson.plan.level[:1] == "A" and rung is not Rung.HIDDEN
    return Mask(rung, known, turn.state is not TurnState.OPEN, but_asides=but_asides)


def dictated_sentence(lesson: Lesson) -> str:
    """What the learner is to write down; empty where nothing is dictated."""
    what = lesson.training
    return what.text if isinstance(what, Dictated) and what.keeps_microphone else ""


def hidden_line(lesson: Lesson) -> Turn | None:
    """The tutor's newest line with words, where it is masked."""
    line = lesson.last_line
    return line if line is not None and mask_of(lesson, line) is not None else None


def unanswered(turns: Iterable[Turn]) -> Iterator[Turn]:
    """The tutor's lines since the learner's last, newest first; `turns` are all of them, newest first."""
    for turn in turns:
        if turn.role == "learner":
            return
        yield turn


def replay_shown(lesson: Lesson) -> Replayed | None:
    """What is heard again, with as much of its words as the conversation shows."""
    what = lesson.replayed
    return what if what is None or what.role != "tutor" else replace(what, text=sentence_shown(lesson, what.text))


def training_shown(lesson: Lesson) -> EarTraining | None:
    """What is said after the tutor, or written down, with as much of its words as the conversation shows."""
    what = lesson.training
    return what if what is None else replace(what, text=sentence_shown(lesson, what.text))


def sentence_shown(lesson: Lesson, text: str) -> str:
    """A sentence of the tutor's that is heard again, as far as it is to be read."""
    rung = rung_in_force(lesson)
    revealed = (turn for turn in lesson.turns if turn.id in lesson.captions.revealed)
    if not rung.hides or any(text in turn.text for turn in revealed):
        return text
    return "" if rung is Rung.HIDDEN else masked(printable(text), Mask(rung, lesson.captions.known))


def rung_read(lesson: Lesson) -> Rung:
    """How much the learner could read of what they answer now: of its lines, that of which most was shown."""
    rungs = [Rung.ALL if turn.revealed else turn.rung for turn in unanswered(reversed(lesson.turns))]
    read = max((rung_in_force(lesson), *rungs), key=lambda rung: rung.place)
    return min(read, Rung.ALL, key=lambda rung: rung.place)
