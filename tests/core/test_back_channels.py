"""What shows that somebody listens, and takes no turn."""

from __future__ import annotations

import pytest

from tutor_tui.core.back_channels import is_back_channel, is_mere_sound


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Mm-hm."),
        ("en", "Uh-huh, yeah."),
        ("en", "Oh, I see!"),
        ("de", "Ja, genau."),
        ("fr", "D'accord."),
        ("ja", "へえー、そうですか。"),
        ("ko", "아, 네."),
        ("zh", "嗯，好的。"),
        ("xx", "Hmm"),
        ("en", "…"),
    ],
)
def test_it_is_one(language: str, text: str) -> None:
    assert is_back_channel(text, (language, "it"))


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "No."), ("en", "Stop, okay?"), ("en", "Yeah yeah yeah yeah"), ("ko", "genau"), ("ja", "違います")],
)
def test_it_is_none(language: str, text: str) -> None:
    assert not is_back_channel(text, (language, "en"))


@pytest.mark.parametrize(
    ("text", "is_one"), [("Mm-hm.", True), ("아…", True), ("Oh, ah!", True), ("Yes", False), ("네", False)]
)
def test_what_is_no_word_answers_nothing(text: str, is_one: bool) -> None:
    assert is_mere_sound(text) is is_one
