"""The README's tables as the code would have them. `python -m tests.readme_tables` writes them into the README."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.support.paths import ROOT
from tutor_tui.core.settings import SettingField, setting_fields
from tutor_tui.ui.keys import APP_KEYS, KEYS

README = ROOT / "README.md"
_KEY_NAMES = {"left_square_bracket": "[", "right_square_bracket": "]", "question_mark": "?"}


def setting_rows() -> Iterator[str]:
    """One row a setting."""
    for each in setting_fields():
        yield _setting_row(each)


def _setting_row(each: SettingField) -> str:
    default = str(each.default).lower() if isinstance(each.default, bool) else str(each.default)
    choices = f" One of: {', '.join(each.choices)}." if each.choices else ""
    shown = f"`{default}`" if default else ""
    return f"| `{each.full_name}` | {shown} | `{each.env}` | {each.help_text}{choices} |"


def key_rows() -> Iterator[str]:
    """One row a key."""
    for binding in (*KEYS, *APP_KEYS):
        keys = [_KEY_NAMES.get(key, re.sub("^page", "page ", key)) for key in binding.key.split(",")]
        yield f"| {' '.join(f'`{key}`' for key in keys)} | {binding.tooltip} | `{binding.id}` |"


def with_tables(text: str) -> str:
    """`text` with both tables made anew; each is found by its head."""
    for head, rows in (("| key | what it does | name |", key_rows()), ("| setting | default |", setting_rows())):
        found = re.search(rf"^{re.escape(head)}[^\n]*\n\|[-|]+\n((?:\|[^\n]*\n)*)", text, re.MULTILINE)
        assert found is not None, f"README.md has no table headed {head}"
        text = text[: found.start(1)] + "".join(f"{row}\n" for row in rows) + text[found.end(1) :]
    return text


if __name__ == "__main__":
    README.write_text(with_tables(README.read_text(encoding="utf-8")), encoding="utf-8")
