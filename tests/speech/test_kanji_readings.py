"""The table of kanji is complete: whoever has no dictionary hears and is heard in all of our Japanese lessons."""

from __future__ import annotations

import re

import pytest

from tests.support.paths import PROMPTS
from tutor_tui.speech.japanese import KANJI
from tutor_tui.speech.kanji_readings import pieces

FILES = [*sorted((PROMPTS / "lessons").glob("ja-*.toml")), PROMPTS / "words" / "ja.toml"]
STRING = re.compile(r'"([^"\n]*)"')
BETWEEN_WORDS = re.compile(r"<[^>]*>|[()|\[\]\s]+")


def read(text: str) -> str:
    return "".join(kana for _, kana in pieces(text))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_kanji_of_our_lessons_is_read(path: object) -> None:
    text = PROMPTS.joinpath(str(path)).read_text(encoding="utf-8")
    words = {word for string in STRING.findall(text) for word in BETWEEN_WORDS.split(string) if KANJI.search(word)}
    assert len(words) > 50
    assert {word for word in words if KANJI.search(read(word))} == set()


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("これはいくらですか", "これわいくらですか"),
        ("はい、わたしは学生です", "はい、わたしわがくせいです"),
        ("ごはん", "ごはん"),
        ("東京へ行きます", "とうきょうえいきます"),
        ("八百円", "はっぴゃくえん"),
        ("アメリカ人", "アメリカじん"),
        ("あの人", "あのひと"),
    ],
)
def test_readings_by_what_stands_beside(written: str, said: str) -> None:
    assert read(written) == said
