"""What a learner may ask of the guide instead of answering, in every language that it has words in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from enum import Enum
from functools import cache

from tutor_tui.offline_server.lesson import pattern_syntax as syntax
from tutor_tui.offline_server.lesson.beginners_requests import BEGINNERS_PATTERNS
from tutor_tui.offline_server.lesson.pattern_sentences import sentences
from tutor_tui.offline_server.lesson.pattern_syntax import read_syntax
from tutor_tui.offline_server.lesson.request_patterns import AGREEMENT, DISTRESS, PATTERNS
from tutor_tui.offline_server.lesson.word_lists import WordLists
from tutor_tui.speech.normalise import key


class Request(Enum):
    """What a learner may ask for instead of answering."""

    REPEAT = "repeat"
    SLOWER = "slower"
    FASTER = "faster"
    HELP = "help"
    DO_NOT_KNOW = "do not know"
    TRANSLATE = "translate"
    SKIP = "skip"
    NEXT_LESSON = "next lesson"
    RESTART = "restart"
    STOP = "stop"
    GOODBYE = "goodbye"
    """Whoever says goodbye ends the lesson, and is not left without one."""
    CARE = "care"
    """Nobody asks for it: the learner says that they want to die, or to hurt themselves."""


_REQUESTS_ALOUD: Mapping[str, tuple[str, ...]] = {
    "en": (
        *("repeat please", "again please", "once more", "say that again please", "can you repeat that please"),
        *("slower please", "please speak slowly", "more slowly please", "can you speak more slowly", "faster please"),
        *("help me please", "a hint please", "i don't know", "i have no idea", "i don't understand"),
        *("i no understand", "i not understand", "please speak slow", "more slow please"),
        *("translate please", "what does that mean", "what does it mean"),
        *("skip this", "next question", "next lesson please", "start again", "from the beginning", "let's stop here"),
        "goodbye see you next time",
    ),
    "ko": (
        *("다시 말해 주세요", "다시 한 번 말해 주세요", "한 번 더 해 주세요"),
        *("천천히 말해 주세요", "조금 더 천천히 말해 주세요", "더 빨리 말해 주세요"),
        *("도와 주세요", "힌트 좀 주세요", "잘 모르겠어요", "이해가 안 돼요", "그게 무슨 뜻이에요"),
        *("다음 질문", "다음 수업 시작해 주세요", "처음부터 다시 해 주세요", "오늘은 여기까지 할게요"),
        "다음에 또 만나요",
    ),
    "es": (
        *("otra vez por favor", "puedes repetir por favor", "más despacio por favor", "puedes hablar más despacio"),
        *(
            "más rápido por favor",
            "necesito ayuda",
            "una pista por favor",
            "no sé qué decir",
            "no entiendo la pregunta",
        ),
        *("qué significa eso", "la siguiente pregunta", "la siguiente lección", "empezar de nuevo", "quiero terminar"),
        "adiós hasta la próxima",
    ),
    "fr": (
        *("encore une fois s'il te plaît", "tu peux répéter s'il te plaît", "plus lentement s'il te plaît"),
        *("plus vite s'il te plaît", "j'ai besoin d'aide", "donne moi un indice", "je ne sais pas quoi dire"),
        *("je ne comprends pas", "je n'ai pas compris", "qu'est ce que ça veut dire", "la question suivante"),
        *("la leçon suivante", "depuis le début", "je voudrais arrêter", "au revoir à la prochaine"),
    ),
    "de": (
        *(
            "noch einmal bitte",
            "kannst du das bitte wiederholen",
            "langsamer bitte",
            "kannst du bitte langsamer sprechen",
        ),
        *("schneller bitte", "ich brauche hilfe", "einen tipp bitte", "ich weiß es nicht", "das verstehe ich nicht"),
        *("was bedeutet das", "die nächste frage bitte", "die nächste lektion bitte", "noch einmal von vorne"),
        *("ich möchte aufhören", "auf wiedersehen bis zum nächsten mal"),
    ),
    "it": (
        *("ancora una volta per favore", "puoi ripetere per favore", "più lentamente per favore"),
        *("puoi parlare più lentamente", "più veloce per favore", "ho bisogno di aiuto", "un suggerimento per favore"),
        *("non lo so", "non ho capito la domanda", "che cosa significa", "la prossima domanda", "la prossima lezione"),
        *("ricominciamo da capo", "vorrei smettere", "arrivederci a presto"),
    ),
    "pt": (
        *("mais uma vez por favor", "você pode repetir por favor", "mais devagar por favor"),
        *("você pode falar mais devagar", "mais rápido por favor", "preciso de ajuda", "uma dica por favor"),
        *("não sei o que dizer", "não entendi a pergunta", "o que significa isso", "a próxima pergunta"),
        *("a próxima lição", "começar de novo", "quero parar", "tchau até logo"),
    ),
    "ja": (
        *("もう一度お願いします", "もう一度言ってください", "ゆっくり話してください", "もっと速く話してください"),
        *(
            "手伝ってください",
            "ヒントをお願いします",
            "よくわかりません",
            "何と言えばいいかわかりません",
            "どういう意味ですか",
        ),
        *("次の質問", "次のレッスンお願いします", "最初からお願いします", "終わりにします", "では、また来週"),
    ),
    "zh": (
        *("请再说一遍", "你可以再说一遍吗", "请说慢一点", "请说快一点", "请给我一个提示", "我不知道怎么说"),
        *("对不起我没听懂", "这是什么意思", "请换一个问题", "开始下一课", "请从头开始", "我今天不想学了", "再见下次见"),
    ),
}
"""What is listened for beside the answers, by language: no short ones, because those are heard everywhere."""
_LANGUAGE_OF = {sentence: language for language, each in _REQUESTS_ALOUD.items() for sentence in each}

_MEANING_OF = (
    re.compile(r"what does .+ mean|what is the meaning of .+|what (?:is|does it mean) .+ in (?:english|my language)"),
    re.compile(r"que (?:significa|quiere decir) .+|was (?:heisst|bedeutet) .+"),
    re.compile(r"qu'est ce que (?:ca )?(?:veut dire|signifie) .+|que (?:veut dire|signifie) .+|.+ ca veut dire quoi"),
    re.compile(r".+무슨뜻이•|.+뜻이뭐이•|.+무슨뜻인지알려주•"),
    re.compile(r".+どういう意味ですか|.+の意味は何ですか|.+什么意思[啊呢呀]?"),
)
"""Questions about a word, as `_plain` leaves them."""
_NO_LISTS = WordLists("")
_MOST_SENTENCES = 2_000
"""More than any pattern of a request stands for: all of them are wanted."""
_HANGUL = re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_HAN = re.compile(r"[\u3400-\u9fff]")


def request_in(text: str) -> Request | None:
    """What is asked for, in any of our languages; None if it is not a request."""
    said = _plain(text)
    if DISTRESS.search(text.casefold().replace("’", "'")):
        return Request.CARE
    if said in ("네", "예") and text.rstrip().endswith(("?", "？")):
        return Request.REPEAT  # without the question mark it is a yes
    if any(pattern.fullmatch(said) for pattern in _MEANING_OF):
        return Request.TRANSLATE
    return _requests(_is_alphabetic(text)).get(said)


def beginners_request_in(text: str) -> Request | None:
    """The same for what is asked for in a beginner's words; in a step that corrects them, they are an answer."""
    return request_in(text) or _beginners_requests(_is_alphabetic(text)).get(_plain(text))


def requests_aloud(languages: Iterable[str]) -> list[str]:
    """What is listened for beside the answers of a learner who asks in these languages."""
    return [sentence for language in dict.fromkeys(languages) for sentence in _REQUESTS_ALOUD.get(language, ())]


def language_of_request(sentence: str) -> str | None:
    """The language of one of `requests_aloud`; None if it is none."""
    return _LANGUAGE_OF.get(sentence)


def agrees(text: str) -> bool:
    """Whether this says yes to starting once more."""
    return _plain(text) in _agreements() or request_in(text) in (Request.RESTART, Request.REPEAT)


def _plain(text: str) -> str:
    """`text` without case, marks, accents and polite endings; where spaces cannot be relied upon, without them."""
    if _HANGUL.search(text):
        return key(text, "ko")
    if _KANA.search(text):
        return key(text, "ja")
    return key(text, "zh" if _HAN.search(text) else "en")


def _is_alphabetic(text: str) -> bool:
    """Whether it is written in an alphabet; a pattern's sentences are all written as the pattern is."""
    return not any(letters.search(text) for letters in (_HANGUL, _KANA, _HAN))


@cache
def _requests(alphabetic: bool) -> dict[str, Request]:
    """Every sentence, in alphabets or not → what it asks for. Made when it is first needed: it takes a moment."""
    return _by_sentence(PATTERNS, alphabetic)


@cache
def _beginners_requests(alphabetic: bool) -> dict[str, Request]:
    return _by_sentence(BEGINNERS_PATTERNS, alphabetic)


def _by_sentence(patterns: Mapping[str, tuple[str, ...]], alphabetic: bool) -> dict[str, Request]:
    of_pattern = _plain_sentences if alphabetic else _sentences
    return {
        sentence if alphabetic else _plain(sentence): request
        for request in Request
        for pattern in patterns.get(request.value, ())
        if _is_alphabetic(pattern) is alphabetic
        for sentence in of_pattern(pattern)
    }


def _plain_sentences(pattern: str) -> Iterator[str]:
    """As `_plain` makes of each of its sentences: in alphabets that goes word by word, so the pattern's will do."""
    yield from sentences(_in_plain_words(read_syntax(pattern)), _NO_LISTS, _MOST_SENTENCES)


def _in_plain_words(node: syntax.Node) -> syntax.Node:
    match node:
        case syntax.Word(text):
            return syntax.Word(_plain(text))
        case syntax.Sequence():
            return _sequence_in_plain_words(node)
        case syntax.Choice(options):
            return syntax.Choice(tuple(map(_sequence_in_plain_words, options)))
        case syntax.AnyOrder(parts):
            return syntax.AnyOrder(tuple(map(_sequence_in_plain_words, parts)))
        case _:
            return node


def _sequence_in_plain_words(sequence: syntax.Sequence) -> syntax.Sequence:
    return syntax.Sequence(tuple(replace(part, node=_in_plain_words(part.node)) for part in sequence.parts))


@cache
def _agreements() -> frozenset[str]:
    return frozenset(_plain(sentence) for pattern in AGREEMENT for sentence in _sentences(pattern))


def _sentences(pattern: str) -> Iterator[str]:
    yield from sentences(read_syntax(pattern), _NO_LISTS, _MOST_SENTENCES)
