"""The README's tables as the code would have them. `python -m tests.readme_tables` writes them, and the manual page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tests.man_page import MAN_PAGE, man_page
from tests.support.paths import ROOT
from tutor_tui.core.actions import ACTIONS
from tutor_tui.core.problems import EXIT_MEANINGS
from tutor_tui.core.setting_field import SettingField
from tutor_tui.core.settings import setting_fields

README = ROOT / "README.md"


def setting_rows() -> Iterator[str]:
    """One row a setting."""
    for each in setting_fields():
        yield _setting_row(each)


def _setting_row(each: SettingField) -> str:
    default = str(each.default).lower() if isinstance(each.default, bool) else str(each.default)
    choices = f" One of: {', '.join(filter(None, each.choices))}." if each.choices else ""
    shown = f"`{default}`" if default else ""
    return f"| `{each.full_name}` | {shown} | `{each.env}` | {each.help_text}{choices} |"


def key_rows() -> Iterator[str]:
    """One row a key."""
    for each in ACTIONS:
        keys = [re.sub("^page", "page ", key) for key in filter(None, each.key.split(","))]
        plain = [*filter(None, [each.plain_key]), *(f"/{command}" for command in filter(None, [each.command]))]
        yield f"| {_quoted(keys)} | {_quoted(plain)} | {each.help} | `{each.id}` |"


def _quoted(words: Iterable[str]) -> str:
    return " ".join(f"`{word}`" for word in words)


def with_tables(text: str) -> str:
    """`text` with all tables made anew; each is found by its head."""
    for head, rows in (
        ("| key | in plain lines | what it does | name |", key_rows()),
        ("| setting | default |", setting_rows()),
        ("| exit code | meaning |", (f"| {code} | {meaning} |" for code, meaning in EXIT_MEANINGS.items())),
    ):
        found = re.search(rf"^{re.escape(head)}[^\n]*\n\|[-|]+\n((?:\|[^\n]*\n)*)", text, re.MULTILINE)
        assert found is not None, f"README.md has no table headed {head}"
        text = text[: found.start(1)] + "".join(f"{row}\n" for row in rows) + text[found.end(1) :]
    return text


if __name__ == "__main__":
    README.write_text(with_tables(README.read_text(encoding="utf-8")), encoding="utf-8")
    MAN_PAGE.write_text(man_page(), encoding="utf-8")
