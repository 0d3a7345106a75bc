"""A deck of a thousand words, which nobody can say tomorrow."""

from __future__ import annotations

from pathlib import Path

from tutor_tui.learning.importing import NEW_A_DAY, keep_all
from tutor_tui.learning.items import Item, ItemKind, Origin
from tutor_tui.learning.learner import delete
from tutor_tui.library.learner import SqliteLearner

NOW = 1_795_000_000.0
DAY_S = 24 * 3_600


def test_what_is_new_is_due_little_by_little_and_what_is_known_stays(tmp_path: Path) -> None:
    store = SqliteLearner(tmp_path / "library.sqlite3")
    items = [
        Item("ko", ItemKind.WORD, f"말 {number}", "a word", origin=Origin.IMPORT, added_at=NOW) for number in range(50)
    ]
    with store.changing() as change:
        assert keep_all(change, items, NOW) == (50, 0)
    assert store.count_due("ko", NOW) == NEW_A_DAY, "who brings words along may begin with them now"
    assert [store.count_due("ko", NOW + days * DAY_S) for days in (1, 2, 9)] == [2 * NEW_A_DAY, 50, 50]
    with store.changing() as change:
        delete(change, items[0].id)
        assert keep_all(change, items, NOW) == (1, 49)
    assert store.count_due("ko", NOW + DAY_S) == 2 * NEW_A_DAY
