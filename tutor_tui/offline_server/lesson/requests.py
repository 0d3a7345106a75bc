"""What a learner may ask of the guide instead of answering, in every language that it has words in."""

from __future__ import annotations

from enum import Enum

from tutor_tui.offline_server.lesson.normalise import key


class Request(Enum):
    """What a learner may ask for instead of answering."""

    REPEAT = "repeat"
    HELP = "help"
    TRANSLATE = "translate"
    SKIP = "skip"
    RESTART = "restart"


_REQUESTS = {
    Request.REPEAT: (
        "repeat | repeat please | please repeat | again | again please | once more | one more time | say it again | "
        "say that again | say that again please | can you repeat that | can you repeat that please | "
        "could you repeat that please | could you say that again please | pardon | sorry | what | "
        "다시 | 다시 한 번 | 한 번 더 | 다시 말해 주세요 | 다시 한 번 말해 주세요 | 뭐라고요 | 네? | "
        "otra vez | otra vez por favor | repite | repite por favor | puedes repetir | más despacio | ¿cómo? | "
        "もう一度 | もう一度お願いします | もういちど | もういちどおねがいします | "
        "encore | encore une fois | répète | répétez s'il vous plaît | "
        "noch einmal | noch einmal bitte | nochmal | wiederholen bitte | 再说一遍 | 请再说一遍 | 再来一次"
    ),
    Request.HELP: (
        "help | help please | help me | help me please | a hint please | hint | i don't know | i do not know | "
        "i don't understand | 도와주세요 | 힌트 | 모르겠어요 | 몰라요 | ayuda | ayuda por favor | "
        "no sé | no entiendo | pista | "
        "たすけて | 助けてください | わかりません | 分かりません | aide | aide-moi | je ne sais pas | "
        "hilfe | ich weiß nicht | ich verstehe nicht | 帮帮我 | 我不知道 | 不知道"
    ),
    Request.TRANSLATE: (
        "translate | translate please | translation | translation please | what does that mean | "
        "what does it mean | 번역 | 번역해 주세요 | "
        "무슨 뜻이에요 | 뜻이 뭐예요 | traduce | traducción | qué significa | "
        "qué significa eso | 翻訳 | やくしてください | どういう意味ですか | traduction | traduire | "
        "übersetzen | übersetzung | was heißt das | 翻译 | 什么意思"
    ),
    Request.SKIP: (
        "skip | skip it | skip this | skip please | next | next question | next please | "
        "다음 | 다음 질문 | 넘어가요 | 건너뛰기 | "
        "siguiente | saltar | la siguiente | つぎ | 次 | スキップ | suivant | passer | weiter | nächste | 跳过 | 下一个"
    ),
    Request.RESTART: (
        "start again | start over | restart | from the beginning | 처음부터 | 다시 시작 | empezar de nuevo | "
        "desde el principio | はじめから | 最初から | recommencer | von vorne | noch einmal von vorne | "
        "重新开始 | 从头开始"
    ),
}
_AGREEMENT = (
    "yes | yes please | yeah | ok | okay | sure | start | again | again please | once more | start again | "
    "네 | 예 | 좋아요 | 다시 | 한 번 더 | "
    "sí | vale | otra vez | はい | もう一度 | oui | encore | ja | noch einmal | 好 | 好的 | 再来一次"
)


def _entries(text: str) -> list[str]:
    return [entry.strip() for entry in text.split("|")]


def _plain(text: str) -> str:
    return key(text, "en")


_BY_WORDS = {_plain(entry): request for request, text in _REQUESTS.items() for entry in _entries(text)}
_AGREEMENTS = {_plain(entry) for entry in _entries(_AGREEMENT)}
ENGLISH_REQUESTS = (
    *("repeat please", "again please", "once more", "say that again please", "can you repeat that please"),
    *("help me please", "a hint please", "i don't know", "i don't understand", "translate please"),
    *("what does that mean", "skip this", "next question", "start again", "from the beginning"),
)
"""What is listened for beside the answers: of two words or more, because short ones are heard everywhere."""


def request_in(text: str) -> Request | None:
    """What is asked for, in any of our languages; None if it is not a request."""
    return _BY_WORDS.get(_plain(text))


def agrees(text: str) -> bool:
    """Whether this says yes to starting once more."""
    return _plain(text) in _AGREEMENTS or request_in(text) is Request.RESTART
