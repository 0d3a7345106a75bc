"""Korean by the rules of its standard pronunciation, over the bounds of words too: 못 해요 is 모태요.

As in Standard Korean (표준 발음법), and as far as phones of English can tell: of lax, tense and aspirated stops the lax
ones alone change, to voiced ones between sounds with voice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from tutor_tui.core.line_help import SCRIPTS
from tutor_tui.offline_server.phones import by_espeak, english
from tutor_tui.offline_server.phones.ipa import single
from tutor_tui.offline_server.phones.pronounced import Pronounced
from tutor_tui.offline_server.tts.normalise.spoken_words import spoken_words

_OF_ONE_SCRIPT = re.compile("[가-힣]+|[^가-힣]+")
_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS = ("", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")
_PAIRS = {
    "ㄳ": "ㄱㅅ", "ㄵ": "ㄴㅈ", "ㄶ": "ㄴㅎ", "ㄺ": "ㄹㄱ", "ㄻ": "ㄹㅁ",
    "ㄼ": "ㄹㅂ", "ㄽ": "ㄹㅅ", "ㄾ": "ㄹㅌ", "ㄿ": "ㄹㅍ", "ㅀ": "ㄹㅎ", "ㅄ": "ㅂㅅ",
}  # fmt: skip
"""Finals of two consonants."""
_PLAIN_FINAL = {
    **dict.fromkeys("ㄱㄲㅋㄳㄺ", "ㄱ"), **dict.fromkeys("ㄴㄵㄶ", "ㄴ"), **dict.fromkeys("ㄷㅅㅆㅈㅊㅌㅎ", "ㄷ"),
    **dict.fromkeys("ㄹㄼㄽㄾㅀ", "ㄹ"), **dict.fromkeys("ㅁㄻ", "ㅁ"), **dict.fromkeys("ㅂㅍㅄㄿ", "ㅂ"),
    "ㅇ": "ㅇ", "": "",
}  # fmt: skip
"""The seven consonants that end a syllable."""
_ASPIRATED = {
    "ㄱ": "ㅋ",
    "ㄷ": "ㅌ",
    "ㅂ": "ㅍ",
    "ㅈ": "ㅊ",
    "ㄲ": "ㅋ",
    "ㅅ": "ㅌ",
    "ㅆ": "ㅌ",
    "ㅍ": "ㅍ",
    "ㅌ": "ㅌ",
    "ㅊ": "ㅊ",
    "ㅋ": "ㅋ",
}
"""What a consonant and ㅎ are together."""
_TENSE = {"ㄱ": "ㄲ", "ㄷ": "ㄸ", "ㅂ": "ㅃ", "ㅅ": "ㅆ", "ㅈ": "ㅉ"}
_NASAL = {"ㄱ": "ㅇ", "ㄷ": "ㄴ", "ㅂ": "ㅁ"}
_BEFORE_THINGS = frozenset("거게것걸건겁")
"""What follows a verb in ㄹ (할 거예요) with a tense sound."""

_VOWEL_PHONES = """
ㅏ AA, ㅐ EH, ㅑ Y AA, ㅒ Y EH, ㅓ AH, ㅔ EH, ㅕ Y AH, ㅖ Y EH, ㅗ OW, ㅘ W AA, ㅙ W EH, ㅚ W EH, ㅛ Y OW, ㅜ UW,
ㅝ W AH, ㅞ W EH, ㅟ W IY, ㅠ Y UW, ㅡ AH, ㅢ AH IY, ㅣ IY
"""
_INITIAL_PHONES = """
ㄱ K, ㄲ K, ㄴ N, ㄷ T, ㄸ T, ㄹ R, ㅁ M, ㅂ P, ㅃ P, ㅅ S, ㅆ S, ㅇ, ㅈ CH, ㅉ CH, ㅊ CH, ㅋ K, ㅌ T, ㅍ P, ㅎ HH
"""
_FINAL_PHONES = {"ㄱ": "K", "ㄴ": "N", "ㄷ": "T", "ㄹ": "L", "ㅁ": "M", "ㅂ": "P", "ㅇ": "NG"}
_VOICED = {"ㄱ": "G", "ㄷ": "D", "ㅂ": "B", "ㅈ": "JH"}
_HISSING_BEFORE = frozenset("ㅣㅑㅒㅕㅖㅛㅠㅟ")
"""Before these ㅅ is the sound of "she"."""


@dataclass(slots=True)
class _Syllable:
    initial: str
    vowel: str
    final: str
    text: str
    word: int
    begins_word: bool


def read(sentence: str) -> Iterator[Pronounced]:
    """The words of `sentence`, as they are written apart."""
    if not SCRIPTS["ko"].search(sentence):
        yield from english.read(sentence)
        return
    pairs = list(spoken_words(sentence, "ko"))
    written, said = [word for word, _ in pairs], [said.replace(" ", "") for _, said in pairs]
    syllables = [_syllables(word, place) for place, word in enumerate(said)]
    line = [syllable for of_word in syllables if of_word for syllable in of_word]
    for before, after in pairwise(line):
        if after.word - before.word <= 1:
            _meet(before, after)
    for word, as_said, of_word in zip(written, said, syllables, strict=True):
        yield Pronounced(word, _phones(of_word) if of_word else _of_others(as_said))


def as_said(phrase: str) -> str:
    """Words of Hangul between single blanks, written as they sound: 몇 명 is 면 명, and 같이 가치.

    A voice that begins each word anew has no way to join ㄹ over a blank (힘을 내세요): there it stays.
    """
    words = [_syllables(word, place) or [] for place, word in enumerate(phrase.split(" "))]
    for before, after in pairwise(syllable for word in words for syllable in word):
        joins_l = after.initial == "ㄹ" or (after.initial == "ㄴ" and _PLAIN_FINAL[before.final] == "ㄹ")
        if not (after.begins_word and joins_l):
            _meet(before, after)
    return " ".join("".join(map(_composed, word)) for word in words)


def _composed(syllable: _Syllable) -> str:
    vowel = "ㅣ" if syllable.vowel == "ㅢ" and syllable.initial != "ㅇ" else syllable.vowel
    places = (_INITIALS.index(syllable.initial), _VOWELS.index(vowel), _FINALS.index(_PLAIN_FINAL[syllable.final]))
    return chr(0xAC00 + places[0] * 588 + places[1] * 28 + places[2])


def _syllables(word: str, place: int) -> list[_Syllable] | None:
    """None for a word that is not in Hangul alone."""
    if not all("가" <= letter <= "힣" for letter in word):
        return None
    codes = [ord(letter) - 0xAC00 for letter in word]
    return [
        _Syllable(_INITIALS[code // 588], _VOWELS[code // 28 % 21], _FINALS[code % 28], word[at], place, not at)
        for at, code in enumerate(codes)
    ]


def _of_others(word: str) -> tuple[str, ...]:
    """Names in Latin letters are read as English."""
    parts = _OF_ONE_SCRIPT.findall(word)
    return tuple(phone for part in parts for phone in _phones_alone(part))


def _phones_alone(part: str) -> tuple[str, ...]:
    syllables = _syllables(part, 0)
    if not syllables:
        return english.phones_of_word(by_espeak.in_latin(part))
    for before, after in pairwise(syllables):
        _meet(before, after)
    return _phones(syllables)


# ---- how a final and the next initial change each other -------------------------------------------------------------


def _meet(before: _Syllable, after: _Syllable) -> None:
    if after.initial == "ㅇ":
        if not after.begins_word:
            _link(before, after)
        return
    _join_h(before, after)
    if after.begins_word and before.final == "ㄹ" and after.text in _BEFORE_THINGS:
        after.initial = _TENSE[after.initial]
    if before.final == "ㄺ" and after.initial == "ㄱ" and not after.begins_word:
        before.final, after.initial = "ㄹ", "ㄲ"
    final = _PLAIN_FINAL[before.final]
    if final in _NASAL and after.initial in ("ㄴ", "ㅁ", "ㄹ"):
        final = _NASAL[final]
        after.initial = "ㄴ" if after.initial == "ㄹ" else after.initial
    elif final in _NASAL:
        after.initial = _TENSE.get(after.initial, after.initial)
    elif final in ("ㅁ", "ㅇ") and after.initial == "ㄹ":
        after.initial = "ㄴ"
    elif (final, after.initial) in (("ㄴ", "ㄹ"), ("ㄹ", "ㄴ")):
        final, after.initial = "ㄹ", "ㄹ"
    before.final = final


def _link(before: _Syllable, after: _Syllable) -> None:
    """Before a vowel the final opens the next syllable."""
    first, last = _consonants(before.final)
    if last == "ㅎ":  # it is not heard: 좋아요, 많아요
        first, last = "", first
    if last in ("", "ㅇ"):
        before.final = last
        return
    if after.vowel == "ㅣ" and last in ("ㄷ", "ㅌ"):  # 같이
        last = "ㅈ" if last == "ㄷ" else "ㅊ"
    before.final = first
    after.initial = "ㅆ" if first and last == "ㅅ" else last


def _consonants(final: str) -> tuple[str, str]:
    """The two of a final; of a single one the second."""
    both = _PAIRS.get(final, final)
    return both[:-1], both[-1:]


def _join_h(before: _Syllable, after: _Syllable) -> None:
    """ㅎ and its neighbour become one sound."""
    stays, last = _consonants(before.final)
    if last == "ㅎ":
        if after.initial in ("ㄱ", "ㄷ", "ㅈ"):
            before.final, after.initial = stays, _ASPIRATED[after.initial]
        elif after.initial == "ㅅ":
            before.final, after.initial = stays, "ㅆ"
        else:
            before.final = stays or ("ㄴ" if after.initial == "ㄴ" else "")
    elif after.initial == "ㅎ" and last in _ASPIRATED and (not after.begins_word or before.text == "못"):
        together = "ㅊ" if after.vowel == "ㅣ" and last in ("ㄷ", "ㅌ") else _ASPIRATED[last]
        before.final, after.initial = stays, together


# ---- phones ---------------------------------------------------------------------------------------------------------


def _phones(word: list[_Syllable]) -> tuple[str, ...]:
    initials, vowels = _tables()
    found: list[str] = []
    final = ""
    for place, syllable in enumerate(word):
        found += _begun(initials, syllable, final, opens=not place)
        found += _vowel(vowels, syllable, opens=not place, ends=place == len(word) - 1)
        final = _PLAIN_FINAL[syllable.final]
        if final:
            found.append(_FINAL_PHONES[final])
    return single(found)


def _begun(initials: dict[str, list[str]], syllable: _Syllable, final_before: str, *, opens: bool) -> list[str]:
    initial = syllable.initial
    if initial in ("ㅅ", "ㅆ") and syllable.vowel in _HISSING_BEFORE:
        return ["SH"]
    if initial == "ㄹ" and final_before == "ㄹ":
        return ["L"]
    if initial in _VOICED and not opens and final_before not in _NASAL:
        return [_VOICED[initial]]
    return initials[initial]


def _vowel(vowels: dict[str, list[str]], syllable: _Syllable, *, opens: bool, ends: bool) -> list[str]:
    if syllable.vowel == "ㅢ" and (syllable.initial != "ㅇ" or not opens):
        return ["EH"] if ends and syllable.initial == "ㅇ" else ["IY"]  # 의 of possession, and 희 or 주의
    if syllable.initial in ("ㅈ", "ㅉ", "ㅊ") and vowels[syllable.vowel][0] == "Y":
        return vowels[syllable.vowel][1:]
    return vowels[syllable.vowel]


@cache
def _tables() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    first, second = (
        {letter: rest for letter, *rest in map(str.split, table.split(","))}
        for table in (_INITIAL_PHONES, _VOWEL_PHONES)
    )
    return first, second
