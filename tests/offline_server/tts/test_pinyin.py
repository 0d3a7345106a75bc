"""Mandarin reaches espeak-ng in pinyin, and comes out as it was put in."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.support.paths import LESSONS
from tutor_tui.offline_server.espeak_engine import engine
from tutor_tui.offline_server.tts.pinyin import in_pinyin
from tutor_tui.speech.mandarin import HAN

_ENGLISH = re.compile(r"\(en")
"""Where espeak-ng goes over to the letters of English."""


@pytest.mark.parametrize(
    ("hanzi", "pinyin"),
    [
        ("你好！", "ni3hao3 ！"),
        ("现在几点？", "xian4 zai4 ji3 dian3 ？"),
        ("你住在哪儿？", "ni3 zhu4 zai4 na3er5 ？"),
        ("绿茶", "lv4 cha2 "),
        ("熊猫", "xong2mao1 "),
        ("嗯。", "嗯 。"),
        ("OK", "OK"),
    ],
)
def test_it_is_spelled_as_espeak_reads_it(hanzi: str, pinyin: str) -> None:
    assert in_pinyin(hanzi) == pinyin


def test_no_line_of_the_lessons_is_read_as_english_letters_and_no_syllable_is_lost() -> None:
    found: set[str] = set()
    for path in LESSONS.glob("zh-*.toml"):
        text = path.read_text("utf-8")
        assert tomllib.loads(text)["language"] == "zh"
        found |= set(HAN.findall(text))
    assert len(found) > 500
    for hanzi in found:
        said = engine().ipa(in_pinyin(hanzi), "zh")
        assert not _ENGLISH.search(said), hanzi
        assert len(re.findall("[1-5ɜ]+", said)) == len(hanzi), hanzi


@pytest.mark.parametrize(("hanzi", "said"), [("熊", "ɕˈonɡɜ"), ("穷", "tɕhˈonɡɜ"), ("几点", "tɕˈi2 tˈiɛ2n")])
def test_what_espeak_reads_wrongly_by_itself_is_right(hanzi: str, said: str) -> None:
    assert engine().ipa(hanzi, "zh").strip() != said
    assert engine().ipa(in_pinyin(hanzi), "zh").strip() == said
