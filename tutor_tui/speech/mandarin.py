"""How Mandarin is read: pinyin by pypinyin's words, with what they lack, and as it is said in a sentence."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from tutor_tui.speech.neutral_tones import with_neutral_tones

HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff〇]+")
_READ = """
数一数 shǔ yi shǔ, 数数 shǔ shù, 跟我数 gēn wǒ shǔ, 弹吉他 tán jí tā, 弹琴 tán qín, 哎呀 āi ya, 呀 ya, 东西 dōng xi,
没关系 méi guān xi, 哪里 nǎ li, 价钱 jià qian
"""
"""Words whose reading pypinyin does not know, or not as it is said."""
_BY_WORD = {word: syllables for word, *syllables in map(str.split, _READ.split(","))}
_WORDS = re.compile("|".join(sorted(_BY_WORD, key=len, reverse=True)))
_DE_IN_WORDS = re.compile("得[到出分了知以意罪]|[取获赢难心所懂不免省显舍]得")
"""Where 得 is dé; behind a verb it is de."""
_MUST = re.compile("(?<=[我你您他她们])得(?=[走去来做想学吃喝睡回工上下买等先])")
"""Where it is děi."""
_LARGE = "百千万亿"
_NUMERALS = f"零〇一二三四五六七八九十{_LARGE}"
_NUMBERED = re.compile(f"(?:[{_NUMERALS}第]|星期|周)$")
"""Before 一 they make it a number like others: 十一点, 第一次."""
_ER_APART = re.compile("[女婴幼孤少胎]儿")
_ER_BEFORE = tuple("子童女媳科歌")
"""Words in which 儿 is a syllable of its own; elsewhere it colours the one before it."""
_SECOND, _THIRD, _FOURTH = "\u0301", "\u030c", "\u0300"


def readings(hanzi: str) -> list[str]:
    """The syllables of a row of hanzi in pinyin, as it is written: one each. Loads pypinyin at first: 0.3 s."""
    from pypinyin import Style, lazy_pinyin

    syllables = lazy_pinyin(hanzi, style=Style.TONE)
    if len(syllables) != len(hanzi):
        return list(syllables)
    in_words = {place for word in _DE_IN_WORDS.finditer(hanzi) for place in range(*word.span())}
    for place, sign in enumerate(hanzi):
        if sign == "得" and syllables[place] == "dé" and place not in in_words:
            syllables[place] = "de"
    for found in _MUST.finditer(hanzi):
        syllables[found.start()] = "děi"
    syllables = with_neutral_tones(hanzi, syllables)
    for word in _WORDS.finditer(hanzi):
        syllables[slice(*word.span())] = _BY_WORD[word[0]]
    return syllables


def said_syllables(hanzi: str, *, changes_thirds: bool = False) -> list[str]:
    """The same as they are said: 一 and 不 by the tone that follows, 儿 as the end of the syllable before it.

    `changes_thirds`: a third tone before another is a second one, as nǐ in 你好; some voices do so by themselves.
    """
    written = readings(hanzi)
    if len(written) != len(hanzi):
        return written
    said = [_said(hanzi, written, place) for place in range(len(written))]
    return _with_thirds_changed(hanzi, said) if changes_thirds else said


def _with_thirds_changed(hanzi: str, said: list[str]) -> list[str]:
    from pypinyin import Style, lazy_pinyin

    changed = lazy_pinyin(hanzi, style=Style.TONE, tone_sandhi=True)
    decomposed = [(unicodedata.normalize("NFD", one), unicodedata.normalize("NFD", other))
                  for one, other in zip(said, changed, strict=True)]  # fmt: skip
    return [
        unicodedata.normalize("NFC", other if one.replace(_THIRD, _SECOND) == other else one)
        for one, other in decomposed
    ]


def _said(hanzi: str, written: Sequence[str], place: int) -> str:
    sign, behind, follows = hanzi[place], hanzi[place + 1 : place + 2], written[place + 1 : place + 2]
    before = hanzi[:place]
    if sign == "儿" and before and not _ER_APART.match(hanzi, max(0, place - 1)) and behind not in _ER_BEFORE:
        return "er"
    if sign == "不" and written[place] == "bù" and follows and _is_fourth(follows[0]):
        return "bú"
    if sign != "一" or not follows or written[place] == "yi":
        return "yī" if sign == "一" and not follows else written[place]
    if before and before[-1] == behind and behind not in _NUMERALS:
        return "yi"  # 看一看
    if behind not in _LARGE and (_NUMBERED.search(before) or behind in _NUMERALS or behind in "月号日楼班"):
        return "yī"
    return "yí" if _is_fourth(follows[0]) or behind == "个" else "yì"


def _is_fourth(syllable: str) -> bool:
    return _FOURTH in unicodedata.normalize("NFD", syllable)
