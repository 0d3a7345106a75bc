"""How a line in Hangul, kana, kanji or hanzi is read, in Latin letters.

Korean: Revised Romanization, by its sound. Japanese: kana, and Hepburn. Chinese: pinyin with tone marks. Each library
is loaded when it is first needed, in whatever thread: 10 ms for Korean, 0.1 s for Japanese, 0.3 s for Chinese.
"""

from __future__ import annotations

import re

from tutor_tui.core.extras import install_command
from tutor_tui.core.line_help import SCRIPTS
from tutor_tui.core.problems import Problem
from tutor_tui.speech.japanese import JapaneseWord, words_in
from tutor_tui.speech.mandarin import readings
from tutor_tui.speech.sentences import sentences

_BRACKETS = re.compile(r"\([^()]*\)")
_LEAD = re.compile(r"^[\x20-\x7e]+:\s+")
"""Words of another language before the form that they are about: "Listen, and say it after me: 안녕하세요."."""
_FULL_WIDTH = str.maketrans(
    {"，": ",", "、": ",", "。": ".", "！": "!", "？": "?", "；": ";", "：": ":", "（": "(", "）": ")"}
)


def reading_of(line: str, language: str) -> tuple[str, ...]:
    """How the sentences of `line` in the script of `language` are read, in one way or two; none where there are none.

    Raises `Problem` where an extra is missing.
    """
    script = SCRIPTS[language]
    bare = _BRACKETS.sub(lambda found: found[0] if script.search(found[0]) and "→" not in found[0] else "", line)
    text = " ".join(_LEAD.sub("", sentence) for sentence in sentences(bare) if script.search(sentence))
    if not text:
        return ()
    return {"ko": _korean, "ja": _japanese, "zh": _chinese}[language](text)


def latin_reading_of(words: str, language: str) -> str:
    """How a few words are read in Latin letters; "" where an extra is missing."""
    try:
        return reading_of(words, language)[-1] if SCRIPTS[language].search(words) else ""
    except Problem:
        return ""


# ---- Korean ---------------------------------------------------------------------------------------------------------

_NOT_DOUBLED = {"일요일": "이료일", "월요일": "워료일", "필요": "피료"}
"""koroman doubles every ㄹ before 요, as in compounds; these frequent words are none: wollyoil is nobody's Monday."""
_SIX = {"십육": "심뉵", "백육": "뱅뉵"}
"""A number of two words, whose second gets an n: sixteen is simnyuk, as Standard Korean § 29 has it."""
_BY_SOUND = {**_NOT_DOUBLED, **_SIX}
_IN_BY_SOUND = re.compile("|".join(_BY_SOUND))
_KEPT = "\u200b"
"""Stands between two letters that koroman is not to join."""


def _korean(text: str) -> tuple[str, ...]:
    from koroman import romanize

    by_sound = _IN_BY_SOUND.sub(lambda word: _BY_SOUND[word[0]], text)
    return (romanize(_H_KEPT.sub(_kept, _S_AND_H.sub(_as_t, by_sound))).replace(_KEPT, ""),)


_FIRST, _FINALS, _VOWELS = 0xAC00, 28, 21
_S_AND_H = re.compile("[가-힣][하-힣]")
_H_KEPT = re.compile("[가-힣](?=[하-힣])")
_K_FINAL, _P_FINAL, _S_FINAL = 1, 17, 19
_PASSIVE_VOWELS = frozenset({6, 20})
"""ㅕ and ㅣ: of 혀 and 히."""
_FROM_H_TO_T = 2 * _VOWELS * _FINALS


def _as_t(found: re.Match[str]) -> str:
    """ㅅ and ㅎ are said as ㅌ (못해요, 따뜻한), a rule that koroman does not have."""
    before, after = found[0][0], found[0][1]
    if _final(before) != _S_FINAL:
        return found[0]
    return chr(ord(before) - _S_FINAL) + chr(ord(after) - _FROM_H_TO_T)


def _kept(found: re.Match[str]) -> str:
    """Nouns keep their h behind k and p (Revised Romanization § 3.1.4, note: 묵호 is Mukho), and so does what is made
    of them with 하다 and 하고; verbs in 히 and 혀 do not (막히다, 잡혀).
    """
    vowel = (ord(found.string[found.end()]) - _FIRST) // _FINALS % _VOWELS
    keeps = _final(found[0]) in (_K_FINAL, _P_FINAL) and vowel not in _PASSIVE_VOWELS
    return found[0] + _KEPT if keeps else found[0]


def _final(syllable: str) -> int:
    return (ord(syllable) - _FIRST) % _FINALS


# ---- Japanese -------------------------------------------------------------------------------------------------------


def _japanese(text: str) -> tuple[str, ...]:
    words = words_in(text)
    if words is None:
        raise Problem("The reading of Japanese needs more packages.", f"Run: {install_command('ja')}")
    from kanaconv import KanaConv

    to_romaji = KanaConv().to_romaji

    def in_latin(word: JapaneseWord) -> str:
        said = "お" if word.written == "を" else word.said
        latin = to_romaji(said) if _KANA.search(said) else said
        return latin if word.joins else f" {latin}"

    latin = "".join(map(in_latin, words))
    return "".join(word.kana for word in words), " ".join(latin.split())


_KANA = re.compile(r"[\u3040-\u30ff]")


# ---- Chinese --------------------------------------------------------------------------------------------------------


def _chinese(text: str) -> tuple[str, ...]:
    def in_pinyin(written: re.Match[str]) -> str:
        return f" {' '.join(readings(written[0]))}"

    return (" ".join(_HAN.sub(in_pinyin, text).translate(_FULL_WIDTH).split()),)


_HAN = re.compile(f"{SCRIPTS['zh'].pattern}+")
