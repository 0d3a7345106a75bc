"""Two lessons by voice, three days apart, with kill -9 between: what was missed is asked for, graded and reported."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.end_to_end.conftest import wait_until
from tests.plain.programs import KEEPING, Piped, hold, later_by, piped
from tests.support.paths import SAMPLES, folders_below
from tests.support.pulse import PulseServer
from tutor_tui.learning.items import ItemKind, Rating, Use
from tutor_tui.library.learner import SqliteLearner

DAYS_S = 3 * 86_400
LESSON = ("--prompts", str(Path(__file__).parent / "prompts"), "--profile", "clubs")


def say(pulse: PulseServer, lesson: Piped, sample: str) -> None:
    """When it is the learner's turn."""
    lesson.lines.wait_for("listening\n")
    pulse.feed(SAMPLES / f"{sample}.wav")


@pytest.mark.slow
@pytest.mark.device
def test_what_was_missed_is_asked_for_three_days_later_and_said_right(tmp_path: Path, pulse: PulseServer) -> None:
    learner = SqliteLearner(folders_below(tmp_path).library_file)
    surroundings = KEEPING | pulse.variables
    with piped(tmp_path, *LESSON, **surroundings) as first:
        first.lines.wait_for("Which card do you hold?")
        say(pulse, first, "cards-003")
        first.lines.wait_for("Did you say “Ten of clubs”?")  # which sounds much like it, and would be right
        first.type("/no")
        say(pulse, first, "cards-003")
        first.lines.wait_for("It begins with the word ten.")
        say(pulse, first, "cards-003")
        first.lines.wait_for("Mistake: ")
        wait_until(lambda: learner.items("en", [ItemKind.CORRECTION]), "the note on the disk")
        first.process.kill()
    (missed,) = learner.items("en", [ItemKind.CORRECTION])
    assert missed.item.term == "Ten of clubs." and missed.item.said.startswith("seven")

    later = later_by(tmp_path, DAYS_S)
    with piped(tmp_path, *LESSON, **surroundings, **later) as second:
        second.lines.wait_for(f"Last time you said “{missed.item.said}”. Say it better.")
        say(pulse, second, "cards-001")
        second.lines.wait_for("Tool: noted: Ten of clubs. (on your own)")
        second.lines.wait_for("Which card do you hold?")
        second.type("/quit")
        assert second.process.wait(30) == 0
    (same,) = learner.items("en", [ItemKind.CORRECTION])
    assert same.item.id == missed.item.id and (same.uses, same.lapses) == (1, 0)
    (review,) = learner.reviews_of(same.item.id)
    assert review.rating is Rating.GOOD and review.at - missed.item.added_at >= DAYS_S
    assert [each.use for each in learner.evidence_of(same.item.id)] == [Use.INDEPENDENT]
    assert same.schedule is not None and same.schedule.due_at > review.at + 86_400
    report = hold(tmp_path, b"", "report", **later).stdout
    assert "said well   “ten of clubs" in report.casefold()
