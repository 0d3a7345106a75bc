"""Items as a table and as JSON Lines, for spreadsheets, scripts and Anki's import of text.

The head of the table is Anki's (https://docs.ankiweb.net/importing/text-files.html): other programs take it for
comments.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import asdict
from io import StringIO

from tutor_tui.core.local_time import local_time
from tutor_tui.core.safe_text import printable_json, printable_line
from tutor_tui.exchange import anki_note
from tutor_tui.learning.item_forms import form_of
from tutor_tui.learning.items import KeptItem
from tutor_tui.learning.uptake import is_mended

COLUMNS = ("id", "term", "meaning", "example", "reading", "said", "category", "kind", "language", "tags")
"""Of the table: all but the last are fields of `Item`."""
_HEAD = f"#separator:tab\n#html:false\n#columns:{chr(9).join(COLUMNS)}\n#guid column:1\n#tags column:{len(COLUMNS)}\n"
_FACTS = ("id", "language", "kind", "term", "meaning", "example", "reading", "said", "category", "lesson_id", "known")
"""What JSON Lines hold of an item itself."""


def word_table(kept: Sequence[KeptItem]) -> str:
    """One line an item, with tabs between its columns."""
    text = StringIO()
    writer = csv.writer(text, delimiter="\t", lineterminator="\n")
    for each in kept:
        cells = (printable_line(getattr(each.item, column)) for column in COLUMNS[:-1])
        writer.writerow([*cells, " ".join(anki_note.tags_of(each.item))])
    return _HEAD + text.getvalue()


def json_lines(kept: Sequence[KeptItem]) -> str:
    """One object an item: what it is, and how well it is remembered."""
    return "".join(f"{printable_json(_object(each))}\n" for each in kept)


def _object(kept: KeptItem) -> dict[str, object]:
    facts = asdict(kept.item)
    schedule = kept.schedule
    return {
        **{name: facts[name] for name in _FACTS},
        "form": form_of(kept.item),
        "added_at": _moment(kept.item.added_at),
        "due_at": _moment(schedule.due_at) if schedule else None,
        "stability_days": schedule.stability_days if schedule else None,
        "uses": kept.uses,
        "lapses": kept.lapses,
        "mended": is_mended(kept),
    }


def _moment(unix_s: float) -> str | None:
    return local_time(unix_s).isoformat(timespec="seconds") if unix_s else None
