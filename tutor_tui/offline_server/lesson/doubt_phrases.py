"""What the guide says where the ears are not sure, and what the learner may answer to "Did you say …?"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, TypeAlias

from tutor_tui.speech.normalise import key

Answer: TypeAlias = Literal["yes", "no"]
_SENTENCE = "{sentence}"


@dataclass(frozen=True, slots=True)
class DoubtPhrases:
    """The words in one language."""

    did_you_say: str
    """Asks whether it was {sentence}."""
    say_again: str
    """After a no: nothing was wrong."""
    not_listened_for: str
    """The learner said something that was not listened for, and that may well be right."""
    heard_other: str
    """The same where it was understood as {sentence}, without quotation marks: it is no question."""
    still_unsure: str
    """After being unsure several times in a row."""
    yes: tuple[str, ...]
    """Sentences that confirm it. The first is shown: one that is long enough to be heard well."""
    no: tuple[str, ...]


_PHRASES: Mapping[str, DoubtPhrases] = {
    "en": DoubtPhrases(
        did_you_say="Did you say “{sentence}”?",
        say_again="All right. Please say it once more.",
        not_listened_for=(
            "I heard you, but that was none of the sentences that I am listening for. It may well be right. "
            "Say it in another way, or type it."
        ),
        heard_other=(
            "I heard something like: {sentence}. That is not what I was listening for, but it may well be right. "
            "Say it in another way, or type it."
        ),
        still_unsure="I am still not sure what I heard. Say it in another way, or type it.",
        yes=("yes, I did", "yes", "yes, that's right", "that's right"),
        no=("no, I didn't", "no", "no, that's not it"),
    ),
    "ko": DoubtPhrases(
        did_you_say="“{sentence}”라고 했어요?",
        say_again="알겠어요. 한 번 더 말해 주세요.",
        not_listened_for=(
            "말은 들었는데 제가 기다리던 문장은 아니었어요. 맞는 말일 수도 있어요. "
            "다르게 말하거나 글자로 입력해 주세요."
        ),
        heard_other=(
            "이렇게 들렸어요: {sentence}. 제가 기다리던 말은 아니지만 맞는 말일 수도 있어요. "
            "다르게 말하거나 글자로 입력해 주세요."
        ),
        still_unsure="아직 잘 못 알아들었어요. 다르게 말하거나 글자로 입력해 주세요.",
        yes=("네, 맞아요", "네", "예", "네, 그렇게 말했어요", "맞아요"),
        no=("아니요", "아니에요", "아니요, 안 그랬어요", "아니요, 그렇게 말하지 않았어요"),
    ),
    "es": DoubtPhrases(
        did_you_say="¿Has dicho «{sentence}»?",
        say_again="Vale. Dilo otra vez, por favor.",
        not_listened_for=(
            "Te he oído, pero no era ninguna de las frases que esperaba. Puede que también esté bien. "
            "Dilo de otra manera o escríbelo."
        ),
        heard_other=(
            "He oído algo así: {sentence}. No es lo que esperaba, pero puede estar bien. "
            "Dilo de otra manera o escríbelo."
        ),
        still_unsure="Todavía no sé bien qué he oído. Dilo de otra manera o escríbelo.",
        yes=("sí, eso es", "sí", "sí, lo he dicho", "eso es"),
        no=("no, no es eso", "no", "no he dicho eso", "no, eso no"),
    ),
    "fr": DoubtPhrases(
        did_you_say="Tu as dit « {sentence} » ?",
        say_again="D'accord. Dis-le encore une fois, s'il te plaît.",
        not_listened_for=(
            "J'ai entendu ta réponse, mais elle ne fait pas partie des phrases que j'attends. "
            "Elle est peut-être juste. Dis-le autrement ou écris-le."
        ),
        heard_other=(
            "J'ai entendu à peu près : {sentence}. Ce n'est pas ce que j'attends, mais c'est peut-être juste. "
            "Dis-le autrement ou écris-le."
        ),
        still_unsure="Je n'ai toujours pas bien compris. Dis-le autrement ou écris-le.",
        yes=("oui, c'est ça", "oui", "oui, j'ai dit ça", "c'est ça"),
        no=("non, ce n'est pas ça", "non", "non, je n'ai pas dit ça", "pas du tout"),
    ),
    "de": DoubtPhrases(
        did_you_say="Hast du „{sentence}“ gesagt?",
        say_again="In Ordnung. Sag es bitte noch einmal.",
        not_listened_for=(
            "Ich habe dich gehört, aber das war keiner der Sätze, auf die ich warte. Er kann trotzdem richtig sein. "
            "Sag es anders oder schreib es."
        ),
        heard_other=(
            "Ich habe ungefähr gehört: {sentence}. Das hatte ich nicht erwartet, aber es kann durchaus richtig sein. "
            "Sag es anders oder schreib es."
        ),
        still_unsure="Ich bin immer noch nicht sicher, was ich gehört habe. Sag es anders oder schreib es.",
        yes=("ja, genau", "ja", "ja, das habe ich gesagt", "das stimmt"),
        no=("nein, das nicht", "nein", "nein, das habe ich nicht gesagt", "nein, das stimmt nicht"),
    ),
    "ja": DoubtPhrases(
        did_you_say="「{sentence}」と言いましたか。",
        say_again="わかりました。もう一度言ってください。",
        not_listened_for=(
            "聞こえましたが、わたしが待っていた文ではありませんでした。合っているかもしれません。"
            "ほかの言い方をするか、文字で書いてください。"
        ),
        heard_other=(
            "こう聞こえました：{sentence}。待っていた文ではありませんが、合っているかもしれません。"
            "ほかの言い方をするか、文字で書いてください。"
        ),
        still_unsure="まだよく聞きとれませんでした。ほかの言い方をするか、文字で書いてください。",
        yes=("はい、そうです", "はい", "はい、言いました", "そうです"),
        no=("いいえ、ちがいます", "いいえ", "いいえ、言いませんでした", "ちがいます"),
    ),
    "zh": DoubtPhrases(
        did_you_say="你说的是“{sentence}”吗？",
        say_again="好的，请再说一遍。",
        not_listened_for="我听到了，但不是我在等的句子。你说的也许是对的。请换个说法，或者打字。",
        heard_other="我听到的好像是：{sentence}。这不是我在等的句子，但也许是对的。请换个说法，或者打字。",
        still_unsure="我还是没听清楚。请换个说法，或者打字。",
        yes=("对，就是这个", "是", "是的", "对", "是的，我说了"),
        no=("不，不是这个", "不是", "不对", "不是这个", "不是，我没说"),
    ),
}
_TYPED: Mapping[Answer, tuple[str, ...]] = {
    "yes": (
        "y",
        "yeah",
        "yep",
        "yes please",
        "correct",
        "right",
        "응",
        "ㅇㅇ",
        "vale",
        "exacto",
        "exactement",
        "うん",
        "嗯",
        "sim",
        "certo",
    ),
    "no": ("n", "nope", "not that", "wrong", "아뇨", "아니", "nada de eso", "nee", "nö", "ううん", "没有", "não"),
}
"""Ways to answer that are not worth listening for."""


def doubt_phrases_in(language: str) -> DoubtPhrases:
    """The words in `language`; in English where there are none."""
    return _PHRASES.get(language, _PHRASES["en"])


def answers_to_doubt(languages: Iterable[str]) -> list[str]:
    """Sentences to listen for while it is asked, of a learner who answers in these languages."""
    words = (doubt_phrases_in(language) for language in languages)
    return [*dict.fromkeys(sentence for each in words for sentence in (*each.yes, *each.no))]


def language_of_answer(sentence: str) -> str | None:
    """The language of one of `answers_to_doubt`; None if it is none."""
    return next((language for language, each in _PHRASES.items() if sentence in (*each.yes, *each.no)), None)


def answer_in(text: str) -> Answer | Literal[""]:
    """Whether `text` confirms or denies, in any of our languages; "" where it does neither."""
    return _answers().get(_plain(text), "")


@cache
def _answers() -> dict[str, Answer]:
    said: dict[Answer, Sequence[str]] = {
        "yes": [*_TYPED["yes"], *(text for each in _PHRASES.values() for text in each.yes)],
        "no": [*_TYPED["no"], *(text for each in _PHRASES.values() for text in each.no)],
    }
    return {_plain(text): answer for answer, texts in said.items() for text in texts}


def _plain(text: str) -> str:
    """`text` without case, marks, accents and spaces, whatever its language."""
    return key(text, "en").replace(" ", "")


def sentence_asked_about(text: str, language: str) -> str:
    """The sentence that this line of the guide asks about, in its words of `language`; "" where it asks about none."""
    asked = _question(doubt_phrases_in(language).did_you_say).match(text.strip())
    return asked[1] if asked else ""


def is_remark(text: str, language: str) -> bool:
    """Whether this line of the guide begins with a remark on what its ears made of the learner."""
    words = doubt_phrases_in(language)
    heard_other = words.heard_other.partition(_SENTENCE)[0]
    return text.strip().startswith((words.say_again, words.not_listened_for, heard_other, words.still_unsure))


@cache
def _question(phrase: str) -> re.Pattern[str]:
    before, _, after = phrase.partition(_SENTENCE)
    return re.compile(f"{re.escape(before)}(.+?){re.escape(after)}", re.DOTALL)
