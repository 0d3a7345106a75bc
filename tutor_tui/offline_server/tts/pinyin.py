"""Mandarin for a voice that reads many hanzi wrongly, but pinyin rightly.

Over the shipped lessons espeak-ng by itself is wrong in one line of six: 几点 is jī to it, 中文 zhòng, 教 jiào,
弹琴 dàn, and 儿 in 哪儿 the names of English letters.
"""

from __future__ import annotations

import unicodedata

from tutor_tui.speech.mandarin import HAN, said_syllables

_TONES = {"\u0304": "1", "\u0301": "2", "\u030c": "3", "\u0300": "4"}
_NO_TONE = "5"
_RESPELLED = {"jiong": "jong", "qiong": "qong", "xiong": "xong", "ê": "ei"}
"""Syllables that espeak-ng takes for English, in pinyin and in hanzi (熊, 穷), spelled as what it says right."""
_HUMMED = frozenset({"hm", "hng", "m", "n"})
"""Of these it knows the hanzi."""


def in_pinyin(text: str) -> str:
    """`text` with its hanzi in pinyin with numbers for tones, words apart: 你好 is ni3hao3."""
    return HAN.sub(lambda found: f"{_words(found[0])} ", text) if HAN.search(text) else text


def _words(hanzi: str) -> str:
    from pypinyin.seg.mmseg import seg

    syllables = said_syllables(hanzi)
    if len(syllables) != len(hanzi):
        return hanzi
    ahead = iter(map(_numbered, syllables, hanzi))
    spelled = " ".join("".join(next(ahead) for _ in word) for word in seg.cut(hanzi))
    return spelled.replace(" er5", "er5")  # 儿 colours the word before it


def _numbered(syllable: str, sign: str) -> str:
    """nǐ as ni3, lǜ as lv4."""
    letters = unicodedata.normalize("NFD", syllable)
    tone = next((_TONES[letter] for letter in letters if letter in _TONES), _NO_TONE)
    plain = unicodedata.normalize("NFC", "".join(letter for letter in letters if letter not in _TONES))
    return sign if plain in _HUMMED else _RESPELLED.get(plain, plain).replace("ü", "v") + tone
