"""What people say to somebody who goes on talking, to show that they listen: it takes no turn, and asks no answer."""

from __future__ import annotations

from collections.abc import Iterable

_SOUNDS = (
    "m mm mmm mhm mhmm mmhmm mmhm hm hmm uh uhuh uhhuh huh um uhm umm eh er oof ugh ah aha oh ohh ooh "
    "haha hahaha ha hehe "
    "ん あ ああ へえ ほう 아 어 음 오 아하 哦 噢 喔 啊"
)
"""Said in each language as it is written there."""
_ANYWHERE = f"{_SOUNDS} wow ok okay"
_BY_LANGUAGE = {
    "de": "ja jaja genau stimmt klar gut aha achso ach so natürlich richtig hmhm",
    "en": "yeah yep yes right sure really i see got it good great fine nice",
    "es": "sí si ya claro vale ajá bueno bien exacto cierto entiendo",
    "fr": "oui ouais d accord bien sûr voilà ah bon exactement hein hum",
    "hi": "हाँ हां जी अच्छा ठीक है हम्म",
    "it": "sì si certo va bene esatto ecco capito già",
    "ja": "はい ええ うん ん そう そうですか そうですね へえ ほう なるほど ああ あ えっと",
    "ko": "네 예 응 음 아 어 그래 그래요 그렇군요 맞아요 아하 오",
    "nl": "ja jaja precies klopt oké goed zo",
    "pl": "tak no dobrze jasne aha właśnie racja",
    "pt": "sim pois claro certo tá está bem exato entendi",
    "ru": "да ага угу так понятно ясно хорошо точно",
    "sv": "ja jo just det precis okej bra",
    "tr": "evet tamam hı hıhı peki doğru anladım",
    "uk": "так ага угу зрозуміло добре точно",
    "zh": "嗯 嗯嗯 哦 噢 喔 啊 对 對 是 是的 好 好的 对对 對對",
}
"""ISO 639-1 → words of which nothing but a back-channel is made, as recognisers write them. Chosen, and not counted."""
_MOST_WORDS = 3


def is_back_channel(text: str, languages: Iterable[str]) -> bool:
    """Whether nothing but that was said, in one of these languages (ISO 639-1); what has no letters is, too."""
    words = _words(text)
    known = _KNOWN[""].union(*(_KNOWN.get(language, ()) for language in languages))
    return len(words) <= _MOST_WORDS and all(word in known for word in words)


def is_mere_sound(text: str) -> bool:
    """Whether that is no word of any language, so that it answers nothing either; nor is what has no letters."""
    return all(word in _KNOWN_SOUNDS for word in _words(text))


def _words(text: str) -> list[str]:
    letters = (c if c.isalpha() else "" if c in "-‐‑" else " " for c in text.casefold() if c != "ー")
    return "".join(letters).split()


_KNOWN_SOUNDS = frozenset(_words(_SOUNDS))
_KNOWN = {language: frozenset(_words(words)) for language, words in {"": _ANYWHERE, **_BY_LANGUAGE}.items()}
