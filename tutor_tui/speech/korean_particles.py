"""Korean particles whose form depends on the sound before them, and which one fits."""

from __future__ import annotations

import re
from dataclasses import dataclass

_FIRST, _LAST, _FINALS = 0xAC00, 0xD7A3, 28
_FINAL_RIEUL = 8


@dataclass(frozen=True, slots=True)
class Particle:
    """A particle of two forms."""

    after_consonant: str
    after_vowel: str
    rieul_as_vowel: bool = False
    """Whether ㄹ counts as a vowel: 서울로."""
    also: tuple[str, ...] = ()
    """Forms that fit anywhere."""
    misspelt: tuple[str, ...] = ()
    """What people write for it."""

    @property
    def forms(self) -> tuple[str, ...]:
        """All that may be read."""
        return (self.after_consonant, self.after_vowel, *self.also, *self.misspelt)

    def fitting(self, letter: str) -> str:
        """The form after `letter`. After one that is no Hangul, whose sound is not known, that after a consonant."""
        final = final_consonant(letter)
        vowel = final == 0 or (self.rieul_as_vowel and final == _FINAL_RIEUL)
        return self.after_vowel if vowel else self.after_consonant

    def fits(self, form: str, letter: str) -> bool:
        """Whether `form` is right after `letter`."""
        if form in self.misspelt:
            return False
        return form in self.also or final_consonant(letter) < 0 or form == self.fitting(letter)


PAIRS = {
    "이라고/라고": Particle("이라고", "라고"),
    "이에요/예요": Particle(
        "이에요", "예요", also=("입니다", "입니까"), misspelt=("이예요", "에요", "이애요", "애요", "이여요")
    ),
    "으로/로": Particle("으로", "로", rieul_as_vowel=True),
    "이랑/랑": Particle("이랑", "랑"),
    "이나/나": Particle("이나", "나"),
    "은/는": Particle("은", "는"),
    "을/를": Particle("을", "를"),
    "과/와": Particle("과", "와"),
    "이/가": Particle("이", "가"),
    "아/야": Particle("아", "야"),
}
"""As patterns write them, a longer one before its end."""


def final_consonant(letter: str) -> int:
    """Number of the final consonant of a syllable, 0 for none; negative for what is no syllable of Hangul."""
    code = ord(letter[-1]) if letter else 0
    return (code - _FIRST) % _FINALS if _FIRST <= code <= _LAST else -1


_MARKED = re.compile("(.?)(" + "|".join(map(re.escape, PAIRS)) + ")")


def with_particles(text: str) -> str:
    """`text` with the fitting form of each particle that is written 을/를 in it."""
    while found := _MARKED.search(text):
        text = f"{text[: found.start(2)]}{PAIRS[found[2]].fitting(found[1])}{text[found.end(2) :]}"
    return text
