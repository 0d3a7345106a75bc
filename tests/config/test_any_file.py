"""Whatever stands in the files of settings, variables and profiles: it is taken, or refused in a sentence."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.paths import folders_below
from tutor_tui.config.load import load, settings_table
from tutor_tui.config.profiles import load_profiles
from tutor_tui.core.problems import Problem

_HARD = [
    '"\\U99999999"', '"\\ud800"', "\\x00", "'", '"', '"""', "'''", "[", "]", "{", "}", "[[", ".", ",", ":", "- ", "#",
    "\n", "\r", "\t", " ", "=", " = ", "${", "}", "${A}", "${A:-${B}}", "export ", "A", "B", "&a", "*a", "!!int",
    "%YAML 1.", "---", "|", ">", "?", "@", "`", "\x00", "\x07", "\ufeff", "\u2028", "é", "한",
    "9" * 400, "9" * 5_000, "1e999", "-1", "nan", "inf", "0x" + "f" * 5_000, "1979-05-27T07:32:00Z", "true", "null",
    "[tutor]\n", "[lesson]\n", "[keys]\n", "model", "kind", "pace", "base_url", "mute", "trusted_folders", "tutor",
    "OPENAI_API_KEY", "OPENAI_BASE_URL", "TUTOR_TUI_LESSON_PACE", "TUTOR_TUI_PIPELINE_CHAT_KEY", "http://[::1", "http://",
    "TUTOR_TUI_PIPELINE_CHAT_URL", "https://u:p@h/v1", "name", "language", "ko", "tools", "opening", "{language}",
]  # fmt: skip
hard_text = st.lists(st.one_of(st.sampled_from(_HARD), st.text(max_size=8)), max_size=30).map("".join)


def as_bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


@settings(max_examples=300, deadline=None)
@given(hard_text, hard_text, hard_text, st.binary(max_size=20))
def test_settings_and_variables(toml: str, own: str, strange: str, end: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        ours = folders_below(home)
        ours.config.mkdir(parents=True)
        ours.config_file.write_bytes(as_bytes(toml))
        ours.env_file.write_bytes(as_bytes(own))
        (home / ".env").write_bytes(as_bytes(strange) + end)
        for environ in ({}, {"OPENAI_API_KEY": "sk-0123456789", "A": "secret"}):
            try:
                rows = list(settings_table(load({}, environ, home, ours)))
            except Problem as problem:
                assert problem.title
                assert "sk-0123456789" not in str(problem)
            else:
                assert all(row.name for row in rows)


@settings(max_examples=300, deadline=None)
@given(hard_text, hard_text, st.binary(max_size=20))
def test_profiles(front: str, body: str, end: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        (path / "any.md").write_bytes(as_bytes(f"---\n{front}\n---\n{body}") + end)
        (path / "fine.md").write_text("---\nname: Fine\nlanguage: ko\n---\nTeach.\n")
        found = load_profiles([path])
        assert "fine" in [profile.key for profile in found.profiles]
        assert len(found.profiles) + len(found.broken) == 2
