"""What is kept of a learner, in a real file: kept, edited, deleted, used, and due again."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.learning.helpers import at, correction, learner_in, use, word
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.tools import NOTE_CHARACTERS
from tutor_tui.learning.items import Item, ItemKind, Origin, Rating, Review, Use
from tutor_tui.learning.learner import add_evidence, delete, edit, keep, mark_known, review
from tutor_tui.learning.reviews import next_day
from tutor_tui.library import database
from tutor_tui.library.database import connect
from tutor_tui.library.learner import SqliteLearner
from tutor_tui.library.schema import STEPS, take_steps

FAR, NEAR, SLIP = word(), word("가깝다", "near", day=1), correction(day=2)


def terms(learner: SqliteLearner, language: str = "ko") -> list[str]:
    return [each.item.term for each in learner.items(language)]


def due(learner: SqliteLearner, day: float) -> list[str]:
    return [each.item.term for each in learner.due("ko", at(day))]


# ---- kept -----------------------------------------------------------------------------------------------------------


def test_what_is_kept_is_there_by_language_the_newest_first(tmp_path: Path) -> None:
    learner = learner_in(tmp_path, FAR, SLIP, NEAR, word("lejos", language="es"))
    assert learner.languages() == ["es", "ko"]
    assert [each.item for each in learner.items("ko")] == [SLIP, NEAR, FAR]
    assert [each.item for each in learner.items("ko", [ItemKind.WORD])] == [NEAR, FAR]
    assert [each.item for each in learner.items("ko", most=1, behind=SLIP)] == [NEAR]
    assert (tmp_path / "data" / "library.sqlite3").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("words", ["MEOLDA", "far", "멀어", "とおい", "ecole 가요", ""])
def test_what_is_kept_is_found_by_any_of_its_texts(tmp_path: Path, words: str) -> None:
    far = replace(FAR, reading="meolda とおい", example="École, 멀어요. 가요.")
    learner = learner_in(tmp_path, far, NEAR)
    found = [each.item.id for each in learner.items("ko", words=words)]
    assert found == ([FAR.id] if words else [NEAR.id, FAR.id])
    assert [each.item.id for each in learner.due("ko", at(9), words=words)][:1] == [FAR.id]
    assert learner.items("ko", words="far near") == learner.due("ko", at(9), words="%") == []


def test_where_nothing_was_kept_there_is_nothing_and_no_file_is_made(tmp_path: Path) -> None:
    learner = SqliteLearner(tmp_path / "library.sqlite3")
    assert (learner.languages(), learner.items("ko"), learner.due("ko", at(0))) == ([], [], [])
    assert (learner.count_due("ko", at(0)), learner.item("x"), learner.evidence_in("x")) == (0, None, [])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("written", [b"ko", b"\xff", 7, 0.5])
def test_a_language_that_is_no_text_is_passed_over(tmp_path: Path, written: object) -> None:
    """Somebody else has written it. Bytes stand behind all text: to go on from their name led back to them for ever."""
    learner = learner_in(tmp_path, FAR, word("lejos", language="es"))
    with closing(sqlite3.connect(tmp_path / "data" / "library.sqlite3", isolation_level=None)) as cells:
        cells.execute("UPDATE item SET language = ? WHERE language = 'ko'", (written,))
    assert learner.languages() in (["es"], ["7", "es"], ["0.5", "es"])


def test_the_same_again_adds_what_is_new_and_nothing_twice(tmp_path: Path) -> None:
    learner = learner_in(
        tmp_path, replace(FAR, meaning=""), replace(FAR, term=" 멀다 ", meaning="far", example="멀어요.")
    )
    (kept,) = learner.items("ko")
    assert kept.item == replace(FAR, example="멀어요.")
    with learner.changing() as change:
        assert keep(change, replace(FAR, meaning="other")) == kept.item


def test_an_item_of_any_size_is_kept_as_a_line(tmp_path: Path) -> None:
    learner = learner_in(tmp_path, word("x" * 10_000, "[red]\x1b[31m\n" * 500), word("  \n "))
    (kept,) = learner.items("ko")
    assert len(kept.item.term) == len(kept.item.meaning) == NOTE_CHARACTERS
    assert kept.item.meaning.startswith("[red] [31m [red]"), "markup is text"
    assert kept.item.meaning.isprintable()
    assert learner.item(kept.item.id) == kept


def test_what_was_deleted_leaves_no_word_and_only_the_learner_brings_it_back(tmp_path: Path) -> None:
    learner = learner_in(tmp_path, word("secret", "hidden"), uses=(use(word("secret")),))
    with learner.changing() as change:
        assert delete(change, word("secret").id)
        assert not delete(change, word("secret").id)
        assert keep(change, word("secret")) is None
        assert add_evidence(change, use(word("secret"), day=3)) is None
    assert terms(learner) == due(learner, 99) == []
    for file in (tmp_path / "data").iterdir():
        assert b"secret" not in file.read_bytes()
    with learner.changing() as change:
        assert keep(change, replace(word("secret"), origin=Origin.LEARNER))
    assert terms(learner) == ["secret"]
    assert learner.reviews_of(word("secret").id) == []


def test_an_edited_item_keeps_its_uses_and_its_old_words_do_not_come_back(tmp_path: Path) -> None:
    typo = word("멀더")
    learner = learner_in(tmp_path, typo, uses=(use(typo, day=1), use(typo, Use.LAPSE, day=3)))
    before = learner.item(typo.id)
    with learner.changing() as change:
        edited = edit(change, typo.id, replace(typo, term="멀다", meaning="far away"))
        assert edited is not None
        assert keep(change, typo) is None
    (kept,) = learner.items("ko")
    assert (kept.item.term, kept.item.meaning, kept.uses, kept.lapses) == ("멀다", "far away", 1, 1)
    assert before is not None
    assert kept.schedule == before.schedule
    assert [each.rating for each in learner.reviews_of(kept.item.id)] == [Rating.GOOD, Rating.AGAIN]
    with learner.changing() as change:
        assert edit(change, typo.id, typo) is None, "it is gone"
        assert edit(change, kept.item.id, replace(kept.item, term="")) is None


# ---- due ------------------------------------------------------------------------------------------------------------


def test_what_is_new_is_due_the_day_after(tmp_path: Path) -> None:
    learner = learner_in(tmp_path, FAR, Item("ko", ItemKind.FACT, "has a sister", added_at=at(0)))
    assert due(learner, 0) == []
    assert due(learner, 1) == ["멀다"]
    assert learner.count_due("ko", next_day(at(0))) == 1


def test_said_right_it_comes_back_later_than_missed(tmp_path: Path) -> None:
    learner = learner_in(tmp_path, FAR, NEAR, uses=(use(FAR, day=2), use(NEAR, Use.LAPSE, day=2)))
    assert due(learner, 3) == ["가깝다"]
    assert due(learner, 4) == ["가깝다", "멀다"], "the longest due first"


def test_talk_reviews_an_item_once_a_day_and_by_the_first_use(tmp_path: Path) -> None:
    uses = (use(FAR, Use.ASSISTED, 1, 18), use(FAR, Use.LAPSE, 1, 18.1), use(FAR, day=1, hour=18.2), use(FAR, day=2))
    learner = learner_in(tmp_path, FAR, uses=uses)
    assert [each.rating for each in learner.reviews_of(FAR.id)] == [Rating.AGAIN, Rating.GOOD]
    assert learner.evidence_of(FAR.id) == list(uses)
    assert learner.evidence_in("lesson-1") == list(uses[:3])


def test_what_is_known_is_never_due_until_it_is_not(tmp_path: Path) -> None:
    learner = learner_in(tmp_path, FAR, uses=(use(FAR, day=1),))
    before = learner.item(FAR.id)
    with learner.changing() as change:
        assert mark_known(change, FAR.id)
        assert add_evidence(change, use(FAR, Use.LAPSE, day=2)) is None
        assert not mark_known(change, "nothing")
    assert due(learner, 99) == []
    with learner.changing() as change:
        assert mark_known(change, FAR.id, known=False)
    after = learner.item(FAR.id)
    assert before is not None
    assert after is not None
    assert (after.item, after.schedule) == (before.item, before.schedule)
    assert due(learner, 99) == ["멀다"]


def test_a_clock_that_ran_ahead_hides_nothing_for_good(tmp_path: Path) -> None:
    learner = learner_in(tmp_path, FAR, uses=(use(FAR, day=30_000),))
    assert due(learner, 2) == ["멀다"], "it was reviewed after today, so its date means nothing"
    with learner.changing() as change:
        assert add_evidence(change, use(FAR, day=2)) is not None
    assert due(learner, 3) == []


def test_all_of_a_change_is_kept_or_nothing(tmp_path: Path) -> None:
    learner = learner_in(tmp_path, FAR)
    with pytest.raises(ZeroDivisionError), learner.changing() as change:
        keep(change, NEAR)
        add_evidence(change, use(FAR))
        _ = 1 / 0
    assert terms(learner) == ["멀다"]
    assert learner.evidence_of(FAR.id) == []


# ---- its file -------------------------------------------------------------------------------------------------------


def test_a_library_of_lessons_alone_is_brought_up_to_date(tmp_path: Path) -> None:
    file = tmp_path / "data" / "library.sqlite3"
    file.parent.mkdir()
    with closing(sqlite3.connect(file)) as connection:
        take_steps(connection, STEPS[:1])
        connection.execute("INSERT INTO lesson VALUES ('a', 1, 'P', '', '', '', '', '', '', NULL, 0, 0, '')")
        connection.execute("PRAGMA user_version = 1")
        connection.commit()
    assert terms(learner_in(tmp_path, FAR)) == ["멀다"]
    with closing(connect(file)) as connection:
        assert connection.execute("SELECT id FROM lesson").fetchall() == [("a",)]


def test_damage_and_a_newer_form_are_said_in_a_sentence(tmp_path: Path) -> None:
    learner = learner_in(tmp_path, FAR)
    file = tmp_path / "data" / "library.sqlite3"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(Problem, match="newer tutor-tui") as problem:
        learner.items("ko")
    assert problem.value.exit_code is ExitCode.LIBRARY
    file.write_bytes(b"no library at all" * 1_000)
    with pytest.raises(Problem, match="damaged"), learner.changing():
        pass


def test_a_row_that_is_none_of_ours_is_passed_over(tmp_path: Path) -> None:
    learner = learner_in(tmp_path, FAR, NEAR, SLIP, uses=(use(FAR), use(NEAR)))
    with closing(sqlite3.connect(tmp_path / "data" / "library.sqlite3")) as connection:
        connection.execute("UPDATE item SET kind = 'odd' WHERE id = ?", (SLIP.id,))
        connection.execute("UPDATE schedule SET stability_days = 0 WHERE item_id = ?", (FAR.id,))
        connection.execute("UPDATE review SET rating = x'ff' WHERE item_id = ?", (NEAR.id,))
        connection.commit()
    assert terms(learner) == ["가깝다", "멀다"]
    assert learner.reviews_of(NEAR.id) == []
    with learner.changing() as change:
        assert add_evidence(change, use(FAR, day=5)) is not None, "as if never reviewed"


ANOTHER_PROGRAM = """
import sys
from pathlib import Path
from tests.learning.helpers import at, use, word
from tutor_tui.learning.learner import add_evidence, keep
from tutor_tui.library.learner import SqliteLearner
learner = SqliteLearner(Path(sys.argv[1]))
for number in range(8):
    with learner.changing() as change:
        keep(change, word(f"{sys.argv[2]}{number}"))
        keep(change, word("both"))
        add_evidence(change, use(word("both"), day=number))
    print(number, flush=True)
if sys.argv[3:]:
    with learner.changing() as change:
        keep(change, word("unfinished"))
        print("in it", flush=True)
        sys.stdin.read()
"""


def test_two_programs_at_once_lose_and_double_nothing_and_one_that_is_killed_leaves_nothing_half_done(
    tmp_path: Path,
) -> None:
    file = tmp_path / "library.sqlite3"
    connect(file).close()
    first, second = (
        subprocess.Popen(
            [sys.executable, "-c", ANOTHER_PROGRAM, str(file), *more],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for more in (["a", "hangs"], ["b"])
    )
    assert first.stdout is not None
    lines = iter(first.stdout.readline, "in it\n")
    assert len(list(lines)) == 8
    first.kill()
    first.wait()
    second.communicate()
    learner = SqliteLearner(file)
    assert sorted(terms(learner)) == sorted(["both", *(f"{who}{number}" for who in "ab" for number in range(8))])
    both = word("both").id
    assert len(learner.reviews_of(both)) == len(learner.evidence_of(both)) == 8


def test_what_is_asked_for_costs_as_much_among_thousands_as_among_a_hundred(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted in steps of SQLite's own machine, tens of them: no clock is asked."""
    steps = [
        _steps(learner_in(tmp_path / str(many), *(word(f"{n}") for n in range(100))), many, monkeypatch)
        for many in (100, 3_000)
    ]
    assert all(few > 0 for few in steps[0].values())
    assert {name: steps[1][name] / few for name, few in steps[0].items() if steps[1][name] > 1.3 * few} == {}


def _steps(learner: SqliteLearner, many: int, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """What each question costs with so many items, all of them due."""
    with learner.changing() as change:
        for number in range(100, many):
            item = word(f"{number}")
            change.put_item(item)
            change.put_schedule(item, None, item.added_at)
    questions: dict[str, Callable[[], object]] = {
        "due": lambda: learner.due("ko", at(9)),
        "items": lambda: learner.items("ko", most=50),
        "facts": lambda: learner.items("ko", [ItemKind.FACT]),
        "item": lambda: learner.item(word("7").id),
        "languages": learner.languages,
    }
    return {name: _counted(question, monkeypatch) for name, question in questions.items()}


def _counted(question: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> int:
    done = 0

    @contextmanager
    def counting(file: Path) -> Iterator[sqlite3.Connection]:
        def step() -> int:
            nonlocal done
            done += 1
            return 0

        with database.opened(file) as connection:
            connection.set_progress_handler(step, 10)
            yield connection

    monkeypatch.setattr("tutor_tui.library.learner.opened", counting)
    question()
    return done


# ---- what can be asked ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("item", "is_due"),
    [
        (Item("es", ItemKind.WORD, "prisa"), False),
        (Item("es", ItemKind.WORD, "prisa", example="Prisa."), False),
        (Item("es", ItemKind.WORD, "prisa", "haste"), True),
        (Item("es", ItemKind.WORD, "prisa", example="Tengo prisa."), True),
        (Item("es", ItemKind.CORRECTION, "Tengo prisa", said="Soy prisa"), True),
    ],
    ids=["nothing to ask by", "only itself", "a meaning", "a sentence", "a mistake"],
)
def test_what_cannot_be_asked_is_not_due_until_it_can(item: Item, *, is_due: bool, tmp_path: Path) -> None:
    """“prisa” stayed due for ever, and was never asked."""
    learner = SqliteLearner(tmp_path / "library.sqlite3")
    with learner.changing() as change:
        assert keep(change, replace(item, added_at=at(1)))
    assert learner.count_due("es", at(9)) == len(learner.due("es", at(9))) == is_due
    with learner.changing() as change:
        assert (review(change, Review(item.id, at(3), Rating.GOOD)) is not None) is is_due
        keep(change, replace(item, meaning="haste"))
    assert learner.count_due("es", at(90)) == 1, "its meaning is known now"
