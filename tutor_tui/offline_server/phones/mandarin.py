"""Mandarin by its pinyin, which pypinyin reads word by word: so 银行 is yínháng, and 不行 is bùxíng."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache

from tutor_tui.core.line_help import SCRIPTS
from tutor_tui.offline_server.phones import by_espeak, english
from tutor_tui.offline_server.phones.ipa import single
from tutor_tui.offline_server.phones.mandarin_words import WORDS
from tutor_tui.offline_server.phones.pronounced import Pronounced, Unreadable
from tutor_tui.offline_server.tts.normalise import spoken_form

_INITIALS = """
b B, p P, m M, f F, d D, t T, n N, l L, g G, k K, h HH, j JH, q CH, x SH, zh JH, ch CH, sh SH, r R, z D Z, c T S, s S
"""
_FINALS = """
a AA, o AO, e AH, i IY, u UW, v Y UW, ai AY, ei EY, ao AW, ou OW, an AA N, en AH N, ang AA NG, eng AH NG, ong OW NG,
er AA R, ia Y AA, ie Y EH, iao Y AW, iu Y OW, ian Y EH N, in IH N, iang Y AA NG, ing IH NG, iong Y OW NG, ua W AA,
uo W AO, uai W AY, ui W EY, uan W AA N, un W AH N, uang W AA NG, ueng W AH NG, ve Y EH, van Y EH N, vn Y UW N, ue Y EH
"""
_WITHOUT_INITIAL = """
yi i, ya ia, ye ie, yao iao, you iu, yan ian, yin in, yang iang, ying ing, yong iong, yo io, yai iai, wu u, wa ua,
wo uo, wai uai, wei ui, wan uan, wen un, wang uang, weng ueng, yu v, yue ve, yuan van, yun vn
"""
_LONGEST_WORD = 4
"""Longer ones in pypinyin's dictionary are proverbs."""
_BUZZING = "IH"
"""The vowel of zi, ci, si, zhi, chi, shi and ri, which is no i."""
_PART = re.compile(
    rf"(?P<han>{SCRIPTS['zh'].pattern}+)|(?P<digits>[0-9]+)|(?P<other>(?:(?!{SCRIPTS['zh'].pattern})[^\W\d_])+)"
)
_ER_APART = frozenset({"女儿", "婴儿", "幼儿", "孤儿", "少儿"})
"""Words in which 儿 is a syllable; elsewhere at the end it colours the one before."""


def read(sentence: str) -> Iterator[Pronounced]:
    """The words of `sentence`, as pypinyin cuts them."""
    if not SCRIPTS["zh"].search(sentence):
        yield from english.read(sentence)
        return
    for part in _PART.finditer(sentence):
        if part["other"]:
            yield Pronounced(part[0], english.phones_of_word(by_espeak.in_latin(part[0])))
        elif part["digits"]:
            behind = sentence[part.end() :][:2]  # 2 is 两 before 杯
            yield Pronounced(part[0], _phones_of_word(spoken_form(part[0] + behind, "zh").removesuffix(behind)))
        else:
            yield from (Pronounced(word, _phones_of_word(word)) for word in _cut(part[0]))


def _cut(text: str) -> Iterator[str]:
    """The longest word that begins at each place, as pypinyin itself does it, and of more words than it has."""
    phrases = _phrases()
    while text:
        ends = range(min(_LONGEST_WORD, len(text)), 1, -1)
        end = next((end for end in ends if text[:end] in WORDS or text[:end] in phrases), 1)
        yield text[:end]
        text = text[end:]


@cache
def _phrases() -> Mapping[str, object]:
    from pypinyin.constants import PHRASES_DICT  # 0.3 s

    return PHRASES_DICT


@lru_cache(maxsize=16_384)
def _phones_of_word(word: str) -> tuple[str, ...]:
    from pypinyin import lazy_pinyin

    syllables = lazy_pinyin(word, v_to_u=False)
    coloured = len(word) > 1 and word.endswith("儿") and word not in _ER_APART
    found = [phone for syllable in syllables[: len(syllables) - coloured] for phone in _phones_of(syllable)]
    if coloured:
        found = [*(found[:-1] if found[-1:] == ["N"] else found), "R"]
    return single(found)


@lru_cache(maxsize=2048)
def _phones_of(syllable: str) -> tuple[str, ...]:
    initials, finals, bare = _tables()
    initial = next((letters for letters in (syllable[:2], syllable[:1]) if letters in initials), "")
    final = syllable[len(initial) :]
    if not initial:
        final = bare.get(syllable, [syllable])[0]
    elif initial in ("j", "q", "x") and final.startswith("u"):
        final = "v" + final[1:]
    if initial in ("zh", "ch", "sh", "r", "z", "c", "s") and final == "i":
        return (*initials[initial], _BUZZING)
    if final not in finals:
        raise Unreadable("no syllable of Mandarin")
    vowels = finals[final]
    glides_in = vowels[0] == "Y" and initial in ("j", "q", "x")
    return (*initials.get(initial, ()), *(vowels[1:] if glides_in else vowels))


@cache
def _tables() -> tuple[dict[str, list[str]], dict[str, list[str]], dict[str, list[str]]]:
    tables = (_INITIALS, _FINALS, _WITHOUT_INITIAL)
    first, second, third = ({key: rest for key, *rest in map(str.split, table.split(","))} for table in tables)
    return first, second, third
