"""A word and its sounds."""

from __future__ import annotations

from dataclasses import dataclass

_PHONES = "AA AE AH AO AW AY B CH D DH EH ER EY F G HH IH IY JH K L M N NG OW OY P R S SH T TH UH UW V W Y Z ZH"
PHONES = tuple(_PHONES.split())
"""All there are."""
LANGUAGES = frozenset({"en", "es", "fr", "de", "it", "pt", "ko", "ja", "zh"})


@dataclass(frozen=True, slots=True, repr=False)  # holds what is said
class Pronounced:
    """A word of a sentence; where words are not written apart, what a learner takes for one."""

    text: str
    """As it is written, without the marks around it."""
    phones: tuple[str, ...]
    """As it is said in its sentence."""


class Unreadable(Exception):
    """There is a word that nobody here can read. The message holds no word, since words are not for logs."""
