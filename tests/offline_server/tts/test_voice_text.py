"""What reaches the voice is read whole and right: measured on the voice itself."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest

from tutor_tui.core import pcm
from tutor_tui.offline_server.tts.espeak import Espeak
from tutor_tui.offline_server.tts.voice_text import LONGEST_CLAUSE, short_pieces, voice_text


@pytest.fixture(scope="module")
def voice() -> Espeak:
    return Espeak()


def spoken_ms(voice: Espeak, text: str, language: str) -> int:
    return pcm.ms_of(sum(map(len, voice.speak(text, language))))


@pytest.mark.parametrize(
    ("unit", "language"),
    [
        ("가나다라마바사아자차 ", "ko"),
        ("오늘은날씨가아주좋아서", "ko"),
        ("저는 매일 아침에 커피를 마시고, ", "ko"),
        ("あいうえおかきくけこ", "ja"),
        ("わたしは、", "ja"),
        ("今天天气很好我们去", "zh"),
        ("hello world ", "en"),
        ("привет мир ", "ru"),
    ],
)
def test_a_long_clause_is_read_to_its_end(unit: str, language: str, voice: Espeak) -> None:
    """Twice the text lasts twice as long, however long it is: 12 units of Hangul lost their end, and 25 lost half."""
    lengths = {count: spoken_ms(voice, (unit * count).strip(), language) / count for count in (3, 6, 12, 24)}
    for (_, shorter), (count, longer) in pairwise(lengths.items()):
        assert longer == pytest.approx(shorter, rel=0.06), f"{count} units"


@pytest.mark.parametrize(
    ("written", "as_", "language"),
    [
        (unicodedata.normalize("NFD", "안녕하세요, 한국어예요."), "안녕하세요, 한국어예요.", "ko"),
        ("３시예요.", "3시예요.", "ko"),
        ("３じです。", "3じです。", "ja"),
        ("ｺｰﾋｰ", "コーヒー", "ja"),
        ("とおー", "とおお", "ja"),
        ("オーケー", "オオケー", "ja"),
        ("Great! 🎉👏🏽", "Great!", "en"),
        ("Well **done**!", "Well done!", "en"),
        ("See https://example.org/a?b=c#d now.", "See now.", "en"),
        ("Hello! *smiles warmly*", "Hello!", "en"),
        ("네! (웃음)", "네!", "ko"),
        ("1️⃣ one", "1 one", "en"),
    ],
)
def test_what_is_written_another_way_sounds_the_same(written: str, as_: str, language: str, voice: Espeak) -> None:
    wanted = spoken_ms(voice, as_, language)  # its timing varies by a little from call to call
    assert spoken_ms(voice, written, language) == pytest.approx(wanted, rel=0.06)


@pytest.mark.parametrize("nothing", ["🎉", "👨‍👩‍👧", "https://example.org/", "***", "(laughs)", ""])
def test_what_is_only_to_be_seen_makes_no_sound(nothing: str, voice: Espeak) -> None:
    assert voice_text(nothing) == ""
    assert spoken_ms(voice, nothing, "en") == 0


@pytest.mark.parametrize(
    "text", ["가" * 500, "가나다 " * 90, "あ、" * 90, "word " * 90, "", "가나, 다라 " * 40 + "마" * 130]
)
@pytest.mark.parametrize("language", ["ko", "ja", "zh", "en"])
def test_pieces_are_the_text_and_short_enough(text: str, language: str) -> None:
    pieces = list(short_pieces(text, language))
    assert "".join(pieces) == text
    assert all(len(piece) <= LONGEST_CLAUSE.get(language, 1_000) for piece in pieces)
