"""How many syllables a text has, by its script: what speed of speech is counted in.

The nuclei of syllables are counted, which are groups of vowel letters where a script is an alphabet (de Jong & Wempe
2009 count the same by ear); a block of Hangul and a Chinese character are one each; of Japanese, morae are counted,
which is what its rhythm goes by. A count is meant for a whole turn: a word alone may be off by one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from tutor_tui.speech.japanese import KANJI, words_in
from tutor_tui.speech.kanji_readings import pieces

_QU = (r"qu(?=[eiéíèêaàáoóuú])|(?<=g)u(?=[eiéíèê])", "q")
_SHORT_HIATUS = (r"^(.?[iu])(?=[aeo]$)", r"\1-")  # mi-o, du-e
_SILENT: Mapping[str, tuple[tuple[str, str], ...]] = {
    "en": (
        (r"^(ev)e(?=r[yi])|(?<=[aeiouy][kmpstvz])e(?=times|thing|body|where|ful|less|ly)", r"\1"),
        (r"(?<=[bcdfgkpstz])le(?=s?$)", "el"),  # ta-ble
        (r"^(.*[aeiouy].*[^aeiouy])e$|^(.*[aeiouy].*(?:[^aeiouyscxzgh]|[^cs]h))es$", r"\1\2"),  # make, times
        (r"^(.*[aeiouy].*(?:[^aeiouytdr]|[aeiouy]r))ed$|(?<=[aeo]y)ed$|(?<=[aeiou])e(?=[ds]$)", r"\1"),  # asked, played
        (r"(?<=[tscxgln])i(?=ons?$)|(?<=[tcsxg])i(?=(?:on|ous|al|an|ent))", ""),  # na-tion, spe-cial
        (r"y(?=[aeiou].)(?<=^y)|qu(?=[aeiou])", "j"),
        (
            r"(?<=[aeiouy])(?=ing)|(?<=i)(?=[aou])|(?<=i)(?=e(?:t|nc|nt))|(?<=e)(?=o(?!p|u)|um?$)",
            "-",
        ),  # go-ing, sci-ence
        (r"(?<=[drs]e)(?=as?$)|(?<=^cre)(?=a)|(?<=[^qg]u)(?=[ao])", "-"),  # i-de-a, u-su-al
    ),
    "de": ((r"eu(?=m$)", "e-u"),),
    "fr": (
        (r"(?<=[bcdfghjklmnpqrstvxzçuié])(?:e|es)$(?<!^.e)(?<!^.es)", ""),
        (r"gu$", "g"),
        (r"é(?=[aâoe])", "é-"),
        (r"(?=[ïë])", "-"),
        (r"y(?=[aeiouéè])|qu|(?<=g)u(?=[eiéè])", "j"),
    ),
    "es": (_QU, (r"y(?=[aeiouáéíóú])", "j")),
    "it": (_QU, (r"(?<=[cg])i(?=[aeou])|i(?=ù)", ""), _SHORT_HIATUS),
    "pt": (_QU, _SHORT_HIATUS),
}
"""By language, patterns of letters that are no vowels of their own, and what stands there for the counting."""
_GROUPS: Mapping[str, str] = {
    "de": "äu|au|eu|ei|ai|ey|ay|ie|aa|ee|oo|[aeiouyäöü]",
    "nl": "aai|ooi|oei|eeuw|ieuw|aa|ee|oo|uu|ie|oe|eu|ui|ou|au|ij|ei|[aeiouyëïéè]",
    "el": "αι|ει|οι|ου|υι|αυ|ευ|[αεηιουωάέήίόύώϊϋΐΰ]",
    **dict.fromkeys(("es", "it"), "[iuü]?[aeoáéóàèòâê][iuüy]?|[íúìù]|[iuüy]+"),
    "pt": "ão|ãe|õe|[iu]?[aeoáéóàâêôãõ][iu]?|[íú]|[iuy]+",
    **dict.fromkeys(("ru", "uk", "bg", "be", "sr", "mk"), "[аеёиоуыэюяіїє]"),
}
"""By language, what one syllable is built about; the first that fits counts."""
_ANY_GROUP = "[aeiouyàáâãäåæèéêëìíîïòóôõöøùúûüýÿāēīōūăąęěőűůœıаеёиоуыэюяіїєαεηιουωάέήίόύώϊϋΐΰ]+"
_ALPHABETS = ("LATIN", "CYRILLIC", "GREEK")
_KANJI = re.compile(KANJI.pattern.removesuffix("+"))
_SLAVIC = frozenset(("ru", "uk", "bg", "be", "sr", "mk", "pl", "cs", "sk", "hr", "sl"))
"""Here a consonant alone is a word, said together with the next."""
_HANGUL = re.compile("[가-힣]")
_KANA = re.compile("[ぁ-ゖァ-ヺー]")
_SMALL_KANA = re.compile("[ぁぃぅぇぉゃゅょゎァィゥェォャュョヮ]")
"""Written behind the kana whose mora they belong to; っ and ー are morae of their own."""
_MORAE_OF_A_KANJI = 2
"""Where nothing tells how it is read: most readings of one have two."""
_FIGURE = re.compile("[0-9]")


@lru_cache(maxsize=4_096)  # half of what people say are the same hundred words
def count(word: str, language: str) -> int | None:
    """The syllables of a word, or of a text in a script without blanks; None where its script tells us nothing of it.

    `language` is ISO 639-1. What has no letters has 0; a figure counts as one.
    """
    word = unicodedata.normalize("NFC", word).casefold()
    if language == "ja":
        return _morae(word)
    found = len(_HANGUL.findall(word)) + len(_KANJI.findall(word)) + len(_FIGURE.findall(word))
    kana = _KANA.findall(word)
    found += len(kana) - sum(map(bool, map(_SMALL_KANA.match, kana)))
    rest = "".join(letter for letter in word if letter.isalpha() and not _is_counted(letter))
    if not rest:
        return found
    if any(not unicodedata.name(letter, "").startswith(_ALPHABETS) for letter in rest):
        return None
    nuclei = _of_alphabet(rest, language)
    return found + (nuclei if len(rest) == 1 and language in _SLAVIC else max(1, nuclei))


def _is_counted(letter: str) -> bool:
    return any(each.match(letter) for each in (_HANGUL, _KANJI, _KANA))


def _of_alphabet(word: str, language: str) -> int:
    for pattern, instead in _SILENT.get(language, ()):
        word = re.sub(pattern, instead, word)
    return len(re.findall(_GROUPS.get(language, _ANY_GROUP), word))


def _morae(text: str) -> int:
    """Of Japanese, read by a dictionary where there is one, else by the table of our lessons."""
    words = words_in(text)
    said = "".join(each.said for each in words) if words is not None else "".join(kana for _, kana in pieces(text))
    kana = _KANA.findall(said)
    unread = len(_KANJI.findall(said)) * _MORAE_OF_A_KANJI
    others = re.findall(_ANY_GROUP, said)
    small = sum(map(bool, map(_SMALL_KANA.match, kana)))
    return len(kana) - small + unread + len(others) + len(_FIGURE.findall(said))
