"""Kana to phones."""

from __future__ import annotations

from functools import cache

from tutor_tui.offline_server.phones.ipa import single
from tutor_tui.offline_server.phones.pronounced import Unreadable
from tutor_tui.speech.japanese import hiragana

_ROWS = """
- あいうえお, K かきくけこ, G がぎぐげご, S さ_すせそ, Z ざ_ずぜぞ, T た__てと, D だ__でど, N なにぬねの, HH はひ_へほ,
B ばびぶべぼ, P ぱぴぷぺぽ, M まみむめも, Y や_ゆ_よ, R らりるれろ, W わゐ_ゑ_
"""
_ODD = "し SH IY, じ JH IY, ち CH IY, ぢ JH IY, つ T S UW, づ Z UW, ふ F UW, ゔ V UW, を OW"
_VOWELS = dict(zip("あいうえお", ("AA", "IY", "UW", "EH", "OW"), strict=True))
_SMALL = {"ゃ": "AA", "ゅ": "UW", "ょ": "OW", "ぁ": "AA", "ぃ": "IY", "ぅ": "UW", "ぇ": "EH", "ぉ": "OW", "ゎ": "AA"}
_GLIDES = frozenset("ゃゅょ")
_LIPS, _BACK = frozenset({"P", "B", "M"}), frozenset({"K", "G"})
_QUIET = frozenset({"K", "S", "T", "HH", "P", "F"})
"""Sounds without a voice before which vowels lose theirs; between two hisses they keep it (七, しち)."""
_JOINED = {
    **{(vowel, vowel): vowel for vowel in _VOWELS.values()},
    ("OW", "UW"): "OW", ("EH", "IY"): "EY", ("EY", "IY"): "EY",
    ("AA", "IY"): "AY", ("OW", "IY"): "OY", ("AY", "IY"): "AY",
}  # fmt: skip
"""Two vowels that are one phone."""


def phones_of_kana(text: str) -> tuple[str, ...]:
    """The phones of a word in kana of either kind, as it is said. Raises `Unreadable` for anything else."""
    found: list[str] = []
    letters = hiragana(text)
    for place, letter in enumerate(letters):
        if letter in "ーっ・":
            continue  # what is held longer is the same phone
        if letter == "ん":
            found.append(_n_before(letters[place + 1 : place + 2]))
        elif letter in _SMALL:
            _bend(found, letter)
        elif letter in _syllables():
            _add(found, _syllables()[letter])
        else:
            raise Unreadable("no kana")
    return single(_whispered(found))


def _add(found: list[str], phones: list[str]) -> None:
    together = _JOINED.get((found[-1], phones[0])) if found and len(phones) == 1 else None
    if together:
        found[-1] = together
    else:
        found += phones


def _bend(found: list[str], small: str) -> None:
    """A small letter takes the place of the vowel before it: きゃ, ファ, ティ."""
    before = found.pop() if found and found[-1] in _VOWELS.values() else ""
    consonant = found[-1:]
    if small in _GLIDES and consonant and consonant[0] not in ("SH", "CH", "JH", "Y"):
        found.append("Y")
    elif before == "UW" and (not consonant or consonant[0] in (*_VOWELS.values(), "N", "NG", "M")):
        found.append("W")  # ウィ
    found.append(_SMALL[small])


def _n_before(letter: str) -> str:
    first = _syllables().get(letter, ["N"])[0]
    return "M" if first in _LIPS else "NG" if first in _BACK else "N"


def _whispered(phones: list[str]) -> list[str]:
    """Without the vowels that hardly anybody voices: in です and ます, and the i and u behind a hiss."""
    said = []
    for place, phone in enumerate(phones):
        before, after = phones[place - 1] if place else "", phones[place + 1] if place + 1 < len(phones) else ""
        hissed = (before == "S" and phone == "UW" and phones[place - 2 : place - 1] != ["T"]) or (
            before == "SH" and phone == "IY"
        )
        polite = before == "S" and after in ("", "N", "Y") and phones[max(0, place - 2) : place - 1] in (["AA"], ["EH"])
        if not (hissed and (after in _QUIET or polite)):
            said.append(phone)
    return said


@cache
def _syllables() -> dict[str, list[str]]:
    found = {}
    for row in _ROWS.split(","):
        consonant, letters = row.split()
        for letter, vowel in zip(letters, _VOWELS.values(), strict=True):
            found[letter] = [vowel] if consonant == "-" else [consonant, vowel]
    odd = {letter: phones for letter, *phones in map(str.split, _ODD.split(","))}
    return {**found, **odd}
