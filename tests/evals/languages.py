"""Which languages a text is in, and how long it is: by script, and among those in Latin letters by common words.

Light on purpose: it tells the languages of a lesson apart, sentence by sentence, and is no detector of languages. What
it cannot tell (a name, "OK") it counts for nobody.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping

from tutor_tui.speech.sentences import sentences

HANGUL = re.compile(r"[\uac00-\ud7a3]")
KANA = re.compile(r"[\u3040-\u30ff]")
KANA_OR_HAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff々]")
_LATIN_WORD = re.compile(r"[A-Za-zÀ-ɏ]+(?:['’-][A-Za-zÀ-ɏ]+)*")
_WORD = re.compile(r"\w+(?:['’-]\w+)*")
_EOJEOL_WEIGHT, _CHARACTER_WEIGHT = 2.0, 0.6
"""How much a Korean word between spaces, and a Japanese or Chinese character, say in words of English."""
IN_CHARACTERS = ("ja", "zh")
OWN_SCRIPT = ("ko", *IN_CHARACTERS)
UNKNOWN = ""

_COMMON = {
    "en": "the a an is are am was were do does did you i it he she we they my your of to in on at for with and but "
    "not what where when how why who this that have has can could would will please very good let's it's "
    "don't i'm you're that's again say word so there",
    "de": "der die das ein eine einen ist sind war bin du ich es er sie wir ihr mein meine dein ihre von zu in im "
    "am auf für mit und aber nicht was wo wann wie warum wer dies haben hat habe kann könnte würde wird bitte "
    "sehr gut noch mal sagen wort auch gern heute schon dann wenn weil",
    "es": "el la los las un una es son era soy eres tú yo él ella nosotros mi tu su de a en por para con y pero no "
    "qué dónde cuándo cómo quién esto eso he ha tengo puedes puede muy bien favor otra vez se dice palabra te "
    "me lo hay hoy también como sí si más gracias hola",
    "fr": "le la les un une est sont était suis es tu je il elle nous vous mon ma ton votre de du des à en au pour "
    "avec et mais ne pas que quoi où quand comment pourquoi qui ce cette c'est j'ai a avez peut pouvez très "
    "bien s'il encore fois dire mot on y donc aussi si plus merci bonjour qu'est-ce d'accord",
    "it": "il lo la gli un una è sono ero sei io lui lei noi mio tuo di a in per con e ma non che cosa dove quando "
    "come perché chi questo ho ha puoi può molto bene ancora volta dire parola si anche più grazie ciao mi "
    "piace vorrei del della nel",
    "pt": "o a os as um uma é são era sou você eu ele ela nós meu minha seu de do da em no na por para com e mas "
    "não que onde quando como quem isto isso tenho tem pode muito bem mais vez dizer palavra se também "
    "obrigado olá",
}
_COMMON_WORDS = {language: frozenset(words.split()) for language, words in _COMMON.items()}


def units(sentence: str, language: str) -> int:
    """How long a sentence is as `core.pedagogy` counts: characters in Japanese and Chinese, else words."""
    if language in IN_CHARACTERS:
        return sum(char.isalnum() for char in sentence)
    return sum(any(char.isalnum() for char in word) for word in sentence.split())


def weights(text: str, expected: Collection[str]) -> Mapping[str, float]:
    """How much of `text` is in which language, in words of English; `UNKNOWN` is what cannot be told.

    `expected` are the languages of the lesson: in doubt it is one of them.
    """
    found: dict[str, float] = defaultdict(float)
    for sentence in sentences(text):
        eojeol = sum(bool(HANGUL.search(word)) for word in sentence.split())
        characters = len(KANA_OR_HAN.findall(sentence))
        words = [word.casefold().replace("’", "'") for word in _LATIN_WORD.findall(sentence)]
        found["ko"] += _EOJEOL_WEIGHT * eojeol
        found[_of_characters(sentence, expected)] += _CHARACTER_WEIGHT * characters
        found[_of_words(words, expected)] += len(words)
    return found


def share(text: str, language: str, expected: Collection[str]) -> float:
    """The share of `language` in what can be told of `text`, 0 to 1; 1 where nothing can."""
    found = weights(text, expected)
    told = sum(weight for code, weight in found.items() if code != UNKNOWN)
    return found[language] / told if told else 1.0


def _of_characters(sentence: str, expected: Collection[str]) -> str:
    if "ja" in expected and "zh" in expected:
        return "ja" if KANA.search(sentence) else "zh"
    return next((code for code in IN_CHARACTERS if code in expected), "ja" if KANA.search(sentence) else "zh")


def _of_words(words: list[str], expected: Collection[str]) -> str:
    """The language with the most common words among `words`; in doubt the expected one, if there is only one.

    One common word of a language that is not expected proves nothing: "no" is in many.
    """
    hits = {code: sum(word in common for word in words) for code, common in _COMMON_WORDS.items()}
    most = max(hits.values())
    best = [code for code, count in hits.items() if count == most > 0]
    known = [code for code in best if code in expected]
    if len(known) == 1 or (not known and most > 1):
        return (known or best)[0]
    latin = [code for code in expected if code not in OWN_SCRIPT]
    return latin[0] if len(latin) == 1 else UNKNOWN


def word_list(text: str) -> list[str]:
    """The words of a text, lower case, for comparing."""
    return [word.casefold() for word in _WORD.findall(text)]
