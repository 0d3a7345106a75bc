"""A drill, typed, with real programs: what is due is asked for, its date moves on, and what was missed comes again."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.plain.programs import KEEPING, hold, later_by, piped
from tests.support.paths import folders_below
from tutor_tui.learning.items import Item, Rating, Use
from tutor_tui.library.learner import SqliteLearner


def reviews(learner: SqliteLearner, item: Item) -> list[Rating]:
    return [each.rating for each in learner.reviews_of(item.id)]


@pytest.mark.slow
def test_what_is_due_is_asked_for_its_date_moves_and_what_was_missed_comes_again_at_the_end(tmp_path: Path) -> None:
    (tmp_path / "words.tsv").write_text("der Hund\tdog\nGuten Tag\tgood day\n", encoding="utf-8")
    assert hold(tmp_path, b"", "words", "import", "words.tsv", "--language", "de", "--yes").returncode == 0
    learner = SqliteLearner(folders_below(tmp_path).library_file)
    dog, day = sorted((each.item for each in learner.items("de")), key=lambda item: item.term, reverse=True)
    unanswered = hold(tmp_path, b"", "plain", "--drill")
    assert unanswered.returncode == 0, "one's own words may be tried at once"
    assert "“dog”?" in unanswered.stdout or "“good day”?" in unanswered.stdout
    answers = {"dog": ["der Hund"], "good day": ["ich weiß nicht", "Guten Tag", "Guten Tag"]}
    asked = []
    later = later_by(tmp_path, 3 * 86_400)
    with piped(tmp_path, "--drill", **KEEPING, **later) as drill:
        while any(answers.values()):
            text = drill.lines.wait_for("your turn to type")
            asked.append(max(answers, key=lambda meaning: text.rfind(f"“{meaning}”?")))
            drill.type(answers[asked[-1]].pop(0))
        drill.lines.wait_for("Gewusst: 1 von 2.")
        drill.lines.wait_for("your turn to type")
        drill.stdin.close()
        assert drill.process.wait(30) == 0
    assert asked[-1] == "good day", "what was missed comes at the end"
    assert reviews(learner, dog) == [Rating.HARD] and reviews(learner, day) == [Rating.AGAIN]
    assert [each.use for each in learner.evidence_of(dog.id)] == [Use.WRITTEN]
    assert [each.use for each in learner.evidence_of(day.id)] == [Use.LAPSE, Use.ASSISTED]
    kept = {each.item.term: each.schedule for each in learner.items("de")}
    moved, back = kept["der Hund"], kept["Guten Tag"]
    assert moved is not None and back is not None and moved.stability_days > back.stability_days
    assert back.due_at > back.reviewed_at and moved.due_at > moved.reviewed_at, "nothing is due any more today"
    over = hold(tmp_path, b"", "plain", "--drill", **later)
    assert over.returncode == 2 and "Nothing is due in German. The next comes back on " in over.stderr
