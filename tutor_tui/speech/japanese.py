"""Japanese cut into words, each with its reading: by SudachiPy, which the `ja` extra brings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

_COUNTED = """
月曜日 げつようび, 火曜日 かようび, 水曜日 すいようび, 木曜日 もくようび, 金曜日 きんようび, 土曜日 どようび,
日曜日 にちようび,
四月 しがつ, 七月 しちがつ, 九月 くがつ, 一日 ついたち, 二日 ふつか, 三日 みっか, 四日 よっか, 五日 いつか, 六日 むいか,
七日 なのか, 八日 ようか, 九日 ここのか, 十日 とおか, 二十日 はつか, 四時 よじ, 七時 しちじ, 九時 くじ,
一分 いっぷん, 三分 さんぷん, 四分 よんぷん, 六分 ろっぷん, 八分 はっぷん, 十分 じゅっぷん, 何分 なんぷん,
一人 ひとり, 二人 ふたり, 四人 よにん, 何人 なんにん, 一本 いっぽん, 二本 にほん, 三本 さんぼん, 六本 ろっぽん,
八本 はっぽん, 十本 じゅっぽん, 何を なにを, 何が なにが, 何も なにも, 日本語 にほんご, 日本 にほん, 明日 あした,
辛い からい, 辛く からく
"""
"""What a dictionary reads word by word and a speaker does not: counters, days, and what lessons mean by a word."""
KANJI = re.compile(r"[\u3400-\u9fff\uf900-\ufaff々]+")
_NUMERALS = "一二三四五六七八九十百千"
_SAID = {"は": "わ", "へ": "え"}
"""Particles that are written in one way and said in another."""
_GREETINGS = {"こんにちは": "こんにちわ", "こんばんは": "こんばんわ"}
"""The same of words that end in a particle."""
_APART = frozenset({"です", "だ", "だろう", "でしょう"})
"""Auxiliaries that are written as words of their own."""
_MARKS = str.maketrans("。、！？「」（）・〜　", '.,!?""()-~ ')


@dataclass(frozen=True, slots=True)
class JapaneseWord:
    """One word of a sentence, as the dictionary cuts it."""

    written: str
    kana: str
    """As it is written without kanji."""
    said: str
    """The same as it is said."""
    is_particle: bool = False
    joins: bool = False
    """In Latin letters it is written together with the word before it."""


def readings(table: str) -> dict[str, str]:
    """A table of words, each with its reading behind it."""
    return dict(entry.split() for entry in table.split(","))


_BY_CUSTOM = readings(_COUNTED)
_IN_CUSTOM = re.compile(f"(?<![{_NUMERALS}])(?:{'|'.join(sorted(map(re.escape, _BY_CUSTOM), key=len, reverse=True))})")


def words_in(text: str) -> list[JapaneseWord] | None:
    """The words of `text`, blanks and marks among them; None without the `ja` extra. The first call takes 0.1 s."""
    tokenize = _tokenizer()
    if tokenize is None:
        return None
    return list(_words(tokenize(_IN_CUSTOM.sub(lambda found: _BY_CUSTOM[found[0]], text))))


@cache
def _tokenizer() -> Callable[[str], Any] | None:
    try:
        from sudachipy import Dictionary
    except ImportError:
        return None
    tokenize: Callable[[str], Any] = Dictionary(dict="small").tokenizer().tokenize
    return tokenize


def _words(morphemes: Any) -> Iterator[JapaneseWord]:
    before = ""
    for each in morphemes:
        written, (kind, finer, *_) = each.surface(), each.part_of_speech()
        if kind in ("空白", "補助記号", "記号"):
            yield JapaneseWord(written, written, written.translate(_MARKS), joins=True)
            before = ""
            continue
        kana = hiragana(each.reading_form()) if KANJI.search(written) else written
        is_particle = kind == "助詞"
        said = _SAID.get(written, written) if is_particle else _GREETINGS.get(kana, kana)
        yield JapaneseWord(written, kana, said, is_particle, _joins(kind, finer, before, each.dictionary_form()))
        before = kind


def _joins(kind: str, finer: str, before: str, dictionary_form: str) -> bool:
    """Endings of verbs and adjectives, the て of their forms, and suffixes; and what follows a prefix."""
    if kind == "助動詞":
        return dictionary_form not in _APART and before in ("動詞", "形容詞", "助動詞")
    return before == "接頭辞" or kind == "接尾辞" or (finer == "接続助詞" and dictionary_form in ("て", "で", "ば"))


def hiragana(katakana: str) -> str:
    """Katakana stand 0x60 above their hiragana; the long-vowel mark has none and stays."""
    return "".join(chr(ord(letter) - 0x60) if "ァ" <= letter <= "ヶ" else letter for letter in katakana)
