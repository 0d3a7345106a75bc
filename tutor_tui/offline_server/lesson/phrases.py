"""The guide's own words: what it says between the lines of a lesson, and the requests it understands."""

from __future__ import annotations

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Phrases:
    """The guide's words in one language. Braces are filled in."""

    praise: tuple[str, ...]
    repaired: tuple[str, ...]
    """Praise for a mistake that the learner corrected."""
    recast: str
    """The right form after a slip: {form}."""
    nearly: tuple[str, ...]
    not_yet: tuple[str, ...]
    model: str
    """Gives the form: {answer}."""
    move_on: tuple[str, ...]
    not_heard: str
    skipped: str
    go_on: str
    """Takes up a lesson that was broken off."""
    first_try: str
    """{count} of {total}."""
    corrected: str
    """{count}."""
    to_practise: str
    """{answers}."""
    once_more: str
    """Offers another round after the end."""


_PHRASES = {
    "en": Phrases(
        praise=("Good!", "Very good.", "Well said.", "Exactly.", "Lovely."),
        repaired=("Yes, now it is right!", "You found it yourself. Well done!", "That's it!"),
        recast="Good. We say: {form}",
        nearly=("Nearly.", "Almost right. Try it once more.", "So close. Listen to your sentence again."),
        not_yet=("Not quite.", "Let us try that again.", "Take your time."),
        model="You can say: {answer} Now you.",
        move_on=("Good, let us go on.", "Thank you for trying. We go on."),
        not_heard="I did not catch that.",
        skipped="All right, we leave that one.",
        go_on="Let us go on.",
        first_try="You answered {count} of {total} at the first try.",
        corrected="You put {count} right by yourself.",
        to_practise="For next time: {answers}",
        once_more="The lesson is over. Shall we do it once more? Say: start again.",
    ),
    "ko": Phrases(
        praise=("좋아요!", "아주 잘했어요.", "맞아요.", "훌륭해요."),
        repaired=("네, 이제 맞아요!", "스스로 고쳤네요. 잘했어요!"),
        recast="좋아요. 이렇게 말해요: {form}",
        nearly=("거의 맞았어요.", "아깝네요. 한 번 더 해 보세요."),
        not_yet=("조금 달라요.", "다시 해 볼까요?", "천천히 하세요."),
        model="이렇게 말해 보세요: {answer}",
        move_on=("좋아요, 다음으로 가요.", "수고했어요. 계속해요."),
        not_heard="잘 못 들었어요.",
        skipped="네, 다음으로 가요.",
        go_on="계속해요.",
        first_try="질문 {total}개 중 {count}개를 한 번에 맞혔어요.",
        corrected="{count}개는 스스로 고쳤어요.",
        to_practise="다음에 연습할 말: {answers}",
        once_more="수업이 끝났어요. 다시 할까요? '다시 시작'이라고 말해 주세요.",
    ),
    "es": Phrases(
        praise=("¡Muy bien!", "Perfecto.", "Exacto.", "¡Qué bien!"),
        repaired=("¡Sí, ahora está bien!", "Lo has corregido tú. ¡Muy bien!"),
        recast="Bien. Se dice: {form}",
        nearly=("Casi.", "Por muy poco. Inténtalo otra vez."),
        not_yet=("Todavía no.", "Probamos otra vez.", "Con calma."),
        model="Puedes decir: {answer} Ahora tú.",
        move_on=("Bien, seguimos.", "Gracias por intentarlo. Seguimos."),
        not_heard="No te he oído bien.",
        skipped="Vale, dejamos esta.",
        go_on="Seguimos.",
        first_try="Has respondido a la primera a {count} de {total}.",
        corrected="{count} las has corregido tú.",
        to_practise="Para la próxima vez: {answers}",
        once_more="La lección ha terminado. ¿Empezamos de nuevo? Di: empezar de nuevo.",
    ),
    "fr": Phrases(
        praise=("Très bien !", "Parfait.", "Exactement."),
        repaired=("Oui, maintenant c'est juste !", "Tu l'as trouvé toi-même. Bravo !"),
        recast="Bien. On dit : {form}",
        nearly=("Presque.", "Tu y es presque. Encore une fois."),
        not_yet=("Pas tout à fait.", "On essaie encore."),
        model="Tu peux dire : {answer} À toi.",
        move_on=("Bien, on continue.", "Merci d'avoir essayé. On continue."),
        not_heard="Je n'ai pas bien entendu.",
        skipped="D'accord, on laisse celle-là.",
        go_on="On continue.",
        first_try="Du premier coup : {count} sur {total}.",
        corrected="Corrigées par toi-même : {count}.",
        to_practise="Pour la prochaine fois : {answers}",
        once_more="La leçon est finie. On recommence ? Dis : recommencer.",
    ),
    "de": Phrases(
        praise=("Sehr gut!", "Genau.", "Schön gesagt."),
        repaired=("Ja, jetzt stimmt es!", "Das hast du selbst gefunden. Gut!"),
        recast="Gut. Man sagt: {form}",
        nearly=("Fast.", "Beinahe richtig. Versuch es noch einmal."),
        not_yet=("Noch nicht ganz.", "Versuchen wir es noch einmal."),
        model="Du kannst sagen: {answer} Jetzt du.",
        move_on=("Gut, weiter geht es.", "Danke für den Versuch. Wir machen weiter."),
        not_heard="Das habe ich nicht verstanden.",
        skipped="Gut, das lassen wir.",
        go_on="Weiter geht es.",
        first_try="Beim ersten Versuch richtig: {count} von {total}.",
        corrected="Selbst verbessert: {count}.",
        to_practise="Für das nächste Mal: {answers}",
        once_more="Die Stunde ist zu Ende. Noch einmal? Sag: von vorne.",
    ),
    "ja": Phrases(
        praise=("いいですね！", "よくできました。", "そのとおりです。"),
        repaired=("はい、こんどは正しいです！", "じぶんでなおせましたね！"),
        recast="いいですね。こう言います：{form}",
        nearly=("おしいです。", "もうすこしです。もう一度どうぞ。"),
        not_yet=("ちょっとちがいます。", "もう一度やってみましょう。"),
        model="こう言えます：{answer} どうぞ。",
        move_on=("では、つづけましょう。", "ありがとう。つぎへ行きましょう。"),
        not_heard="よく聞こえませんでした。",
        skipped="はい、つぎへ行きましょう。",
        go_on="つづけましょう。",
        first_try="{total}もんのうち{count}もん、一度でこたえられました。",
        corrected="{count}もんはじぶんでなおしました。",
        to_practise="つぎのれんしゅう：{answers}",
        once_more="これでおわりです。もう一度やりますか。「はじめから」と言ってください。",
    ),
    "zh": Phrases(
        praise=("很好！", "非常好。", "对了。"),
        repaired=("对，现在对了！", "你自己改对了，真棒！"),
        recast="好。我们说：{form}",
        nearly=("差一点。", "快对了，再试一次。"),
        not_yet=("不太对。", "我们再试一次。"),
        model="你可以说：{answer} 该你了。",
        move_on=("好，我们继续。", "谢谢你的努力，我们继续。"),
        not_heard="我没听清楚。",
        skipped="好，跳过这个。",
        go_on="我们继续。",
        first_try="{total}个问题，你一次答对了{count}个。",
        corrected="有{count}个是你自己改对的。",
        to_practise="下次练习：{answers}",
        once_more="课上完了。再来一次吗？请说：从头开始。",
    ),
}


def phrases_in(language: str) -> Phrases:
    """The guide's words in `language`; in English where it has none."""
    return _PHRASES.get(language, _PHRASES["en"])
