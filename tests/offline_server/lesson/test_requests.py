"""What learners ask for instead of answering, in each language that the guide has words in."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.paths import LESSONS
from tutor_tui.core.tools import Correction
from tutor_tui.offline_server.lesson import requests
from tutor_tui.offline_server.lesson.beginners_requests import BEGINNERS_PATTERNS
from tutor_tui.offline_server.lesson.guide import Guide
from tutor_tui.offline_server.lesson.guide_words import Reply
from tutor_tui.offline_server.lesson.judging import Verdict, judge
from tutor_tui.offline_server.lesson.phrases.by_language import phrases_in
from tutor_tui.offline_server.lesson.request_patterns import PATTERNS
from tutor_tui.offline_server.lesson.requests import (
    Request,
    agrees,
    beginners_request_in,
    language_of_request,
    request_in,
    requests_aloud,
)
from tutor_tui.offline_server.lesson.script import LessonScript
from tutor_tui.offline_server.lesson.script_file import load_script

ASKED = {
    Request.SLOWER: (
        "cheoncheonhi malhae juseyo", "motto yukkuri onegaishimasu", "man yidian",
        "Slower, please.", "Could you speak a little more slowly, please?", "You're too fast.", "Slow down!",
        "천천히 말해 주세요.", "좀 더 천천히 말씀해 주시겠어요?", "너무 빨라요.",
        "Más despacio, por favor.", "¿Puedes hablar más lento?", "Hablas muy rápido.",
        "Plus lentement, s’il te plaît !", "Pouvez-vous parler moins vite ?", "C’est trop vite.",
        "Langsamer, bitte!", "Könnten Sie bitte etwas langsamer sprechen?", "Das ist zu schnell.",
        "ゆっくりお願いします。", "もう少しゆっくり話してください。", "请说慢一点。", "太快了！", "慢点儿说，好吗？",
        "你能说慢一点吗？", "請說慢一點。",
    ),
    Request.FASTER: (
        "Faster, please!", "좀 더 빨리 말해 주세요.", "Más rápido, por favor.", "Plus vite !",
        "Etwas schneller, bitte.",
        "もっと速く話してください。", "快一点。", "可以说快一点儿吗？",
    ),
    Request.REPEAT: (
        "dasi malhae juseyo", "mou ichido", "zai shuo yi bian",
        "Again!", "Can you say that again, please?", "What?", "Pardon me?", "I didn't catch that.",
        "다시 말해주세요.", "다시 한 번 말씀해 주세요.", "네?", "뭐라고요?", "잘 못 들었어요.",
        "Otra vez, por favor.", "¿Puedes repetirlo?", "¿Cómo?", "Répétez, s’il vous plaît.", "Encore une fois ?",
        "Noch einmal, bitte.", "Wie bitte?", "もう一度言ってください。", "もう一回お願いします。",
        "Are you there?", "Hello, can you hear me?", "제 말 들려요?", "¿Estás ahí?", "Tu es là ?", "Bist du noch da?",
        "聞こえますか。", "你还在吗？",
        "请再说一遍。", "你说什么？", "对不起，请再说一次。", "请你再说一遍，好吗？", "請再說一遍。",
    ),
    Request.HELP: (
        "Help me, please!", "I'm stuck.", "Can you give me a hint?", "도와주세요!", "힌트 좀 주세요.",
        "Ayúdame, por favor.", "Una pista, por favor.", "Aide-moi !", "J’ai besoin d’aide.", "Hilfe!",
        "Kannst du mir bitte helfen?", "助けてください。", "ヒントをください。", "帮帮我！", "给我一个提示。",
        "老师，帮个忙！", "怎么说？",
    ),
    Request.DO_NOT_KNOW: (
        "moreugesseoyo", "Mollayo.", "wakarimasen", "wo bu zhidao", "ting bu dong",
        "I don't know.", "No idea.", "I do not understand the question.", "잘 모르겠어요.", "모르겠습니다.",
        "이해가 안 돼요.", "No lo sé.", "Ni idea.", "Je ne sais pas.", "Je sais pas.",
        "Je n’ai pas compris.", "Keine Ahnung.", "Ich weiß es nicht.", "Das verstehe ich nicht.", "わかりません。",
        "分からないです。", "我不知道。", "听不懂。", "对不起，我没听懂。", "我不知道怎么说。", "忘了。",
    ),
    Request.TRANSLATE: (
        "What does that mean?", "What does “siblings” mean?", "Translate, please.", "무슨 뜻이에요?",
        "“고향”이 무슨 뜻이에요?", "고향은 뜻이 뭐예요?", "¿Qué significa?", "¿Qué quiere decir “hambre”?",
        "Qu’est-ce que ça veut dire ?", "Que veut dire “hungry” ?", "Was heißt das?", "Was bedeutet „hungry“?",
        "どういう意味ですか。", "hungryはどういう意味ですか。", "这是什么意思？", "hungry是什么意思？",
        "“老乡”是什么意思啊？", "這是什麼意思？", "用英语怎么说？",
    ),
    Request.SKIP: (
        "Skip it.", "Next question, please.", "다음 질문.", "건너뛸게요.", "La siguiente, por favor.",
        "Je passe.", "Die nächste Frage, bitte.", "次の質問。", "跳过。", "下一个问题吧。",
    ),
    Request.RESTART: (
        "Start again.", "처음부터 다시.", "Desde el principio.", "On recommence.", "Noch einmal von vorne.",
        "最初からお願いします。", "从头开始。", "重新开始吧。",
    ),
    Request.STOP: (
        "Stop.", "Let's stop here.", "I want to quit this lesson.", "Please end the lesson.",
        "I'd like to finish now.", "그만할래요.", "오늘은 여기까지 할게요.", "Quiero parar.", "On arrête là.",
        "Schluss für heute.", "今日はここまで。", "もうやめます。", "今天就到这里。", "我们今天到这儿吧。",
    ),
    Request.GOODBYE: (
        "Goodbye!", "Ok, bye bye.", "Thank you, goodbye!", "See you tomorrow!", "I have to go now.",
        "안녕히 계세요.", "안녕히 가세요!", "감사합니다. 안녕히 계세요.", "다음에 또 만나요.", "내일 봐요!",
        "annyeonghi gyeseyo",
        "¡Adiós!", "adios", "Gracias, ¡hasta luego!", "Hasta mañana.", "Me tengo que ir.",
        "Au revoir !", "Merci, à bientôt !", "Je dois partir.",
        "Tschüss!", "Auf Wiedersehen!", "Danke, tschüss, bis morgen!", "Mach's gut!", "Ich muss jetzt gehen.",
        "さようなら。", "では、また！", "またあした。", "sayonara", "再见！", "老师再见！", "明天见。", "我要走了。",
        "zaijian",
        "Arrivederci!", "Tchau, até logo!",
    ),
    Request.CARE: (
        "I don't want to live any more.", "Honestly, I want to die.", "I don’t want to live!", "죽고 싶어요.",
        "저는 살기 싫어요", "No quiero vivir más.", "Quiero morirme.", "J'ai envie de mourir.", "Je veux mourir",
        "Ich will nicht mehr leben.", "死にたいです。", "我不想活了。", "我想死",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("said", "wanted"), [(said, wanted) for wanted, many in ASKED.items() for said in many])
def test_a_request_is_understood(said: str, wanted: Request) -> None:
    assert request_in(said) is wanted


ASKED_BY_BEGINNERS = {
    Request.DO_NOT_KNOW: (
        "I no understand.", "Sorry, me no understand", "I am not understand", "I not know",
        "ich nicht verstehen", "yo no entender", "Je pas comprendre.", "io non capire", "eu não entender",
        "이해 못 해요", "わかるません。", "我不理解。",
    ),
    Request.SLOWER: (
        "Please speak slow.", "More slow, please!", "You speak very fast.", "Again slowly please",
        "bitte mehr langsam", "hablar más lento por favor", "Plus lent, s'il vous plaît.", "più lento per favore",
        "mais lento por favor", "천천히 말하세요", "ゆっくり、ください。", "请说慢",
    ),
    Request.REPEAT: (
        "What you say?", "noch einmal sagen bitte", "repetir otra vez", "もう一度ください", "다시 말하세요",
    ),
    Request.TRANSLATE: ("What means this?",),
    Request.HELP: ("How to say?",),
}  # fmt: skip


@pytest.mark.parametrize(
    ("said", "wanted"), [(said, wanted) for wanted, many in ASKED_BY_BEGINNERS.items() for said in many]
)
def test_a_beginners_request_is_understood(said: str, wanted: Request) -> None:
    assert (request_in(said), beginners_request_in(said)) == (None, wanted)


def test_in_beginners_words_something_is_asked_for_except_where_those_words_are_practised() -> None:
    script = load_script("en-a1-first-words", [LESSONS])
    practised = [
        judge("Please speak slow.", step, script.lists).verdict is Verdict.SLIP
        for step in script.steps
        if step.mistakes
    ]
    assert practised.count(True) == 1
    guide = begun("en-a1-first-words")
    assert guide.answer("More slow, please!").pace == "slower"
    assert guide.script.steps[0].hint in guide.answer("I no understand").text


@pytest.mark.parametrize(
    "said",
    [
        "네",
        "네!",
        "네, 좋아해요.",
        "Yes.",
        "My name is Anna.",
        "I drink tea.",
        "Sí, me gusta.",
        "천천히 가요",
        "",
        "?",
        "좋아요",
        "我会说一点儿中文。",
        "八点见！",
        "不是",
        "I don't want to live in London.",
        "배고파 죽겠어요.",
        "我想死你了！",
        "Ich will nicht mehr hier wohnen.",
    ],
)
def test_an_answer_is_no_request(said: str) -> None:
    assert beginners_request_in(said) is None


@pytest.mark.parametrize("language", ["en", "ko", "es", "fr", "de", "it", "pt", "ja", "zh"])
def test_what_is_listened_for_is_understood(language: str) -> None:
    aloud = requests_aloud([language])
    assert {beginners_request_in(said) for said in aloud} == set(Request) - {Request.CARE}
    assert {language_of_request(said) for said in aloud} == {language}


def test_each_request_is_listened_for_once() -> None:
    assert requests_aloud(["en", "ko", "en", "nl"]) == requests_aloud(["en"]) + requests_aloud(["ko"])
    assert language_of_request("커피 주세요") is None


@pytest.mark.parametrize(
    "said", ["Yes, please.", "네, 다시 해요", "Sí", "Oui, s'il vous plaît", "Ja, gern", "はい", "好的", "again"]
)
def test_a_yes_to_another_round(said: str) -> None:
    assert agrees(said)


# ---- what the guide makes of them -----------------------------------------------------------------------------------

LANGUAGE_OF = {
    "en-a1-first-words": "slower, please",
    "ko-a1-first-words": "천천히 말해 주세요",
    "es-a1-cafe": "más despacio",
}


def shown_nothing(name: str) -> LessonScript:
    """A lesson of which no step shows a form before it asks."""
    script = load_script(name, [LESSONS])
    return replace(script, steps=tuple(replace(step, present="") for step in script.steps))


def begun(name: str, home: str = "") -> Guide:
    """A guide that has asked its first question."""
    guide = Guide(shown_nothing(name), home=home)
    guide.greet()
    return guide


GOODBYES = {
    "en-a1-family": ("Goodbye!", "Goodbye! See you next time."),
    "ko-a1-likes": ("안녕히 계세요.", "안녕히 가세요! 다음에 또 만나요."),
    "es-a1-cafe": ("¡Adiós!", "¡Adiós! ¡Hasta la próxima!"),
    "fr-a1-cafe": ("Au revoir !", "Au revoir ! À la prochaine !"),
    "de-a1-cafe": ("Tschüss!", "Tschüss! Bis zum nächsten Mal!"),
    "ja-a1-where-from": ("さようなら。", "さようなら。また今度。"),
    "zh-a1-cafe": ("再见！", "再见！下次见！"),
}


@pytest.mark.parametrize("name", GOODBYES)
def test_a_goodbye_is_answered_by_one_and_closes_the_lesson_until_the_learner_goes_on(name: str) -> None:
    said, answered = GOODBYES[name]
    guide = begun(name)
    first, second = guide.script.steps[:2]
    guide.answer(first.answer)
    reply = guide.answer(said)
    assert reply.text.startswith(answered)
    assert (reply.done, guide.question().text in reply.text, reply.uses) == (True, False, ())
    count = guide.words.mine(lambda own: own.first_try, count=1, total=1).text
    assert count in reply.text, "what came of it so far"
    assert guide.check_in().text.startswith(guide.words.mine(lambda own: own.stopped).text), (
        "no question to who has left"
    )
    assert guide.answer(said).text.startswith(answered)
    assert count not in guide.answer(said).text, "the fourth time as the third: it leads to no other question"
    assert guide.path.step is second
    assert guide.answer(second.answer).done is False
    assert guide.path.step is guide.script.steps[2]


def test_a_lesson_that_was_left_with_a_goodbye_is_taken_up_at_its_question() -> None:
    guide = begun("de-a1-cafe")
    history = [("assistant", guide.greet().text), ("user", "Tschüss!"), ("assistant", guide.answer("Tschüss!").text)]
    resumed = Guide(guide.script, history)
    assert resumed.greet().text.startswith("Let us go on.")
    assert guide.script.steps[0].translation in resumed.check_in().text


def test_a_goodbye_after_the_end_is_answered_by_one() -> None:
    guide = begun("de-a1-cafe")
    guide.path.go_to(len(guide.script.steps))
    assert guide.answer("Auf Wiedersehen!").text.startswith("Tschüss!")
    assert guide.answer("Von vorne.").text.startswith(guide.script.greeting)


@pytest.mark.parametrize(
    ("name", "step", "said", "verdict"),
    [
        ("ko-a1-first-words", 1, "안녕히 계세요.", Verdict.SLIP),  # who has just come in
        ("ko-a1-yesterday", 2, "또 만나요.", Verdict.REQUEST),  # not “yesterday is over: the end changes”
        ("en-a2-last-weekend", 2, "I have to go now.", Verdict.REQUEST),
        ("es-a1-first-words", 2, "Adiós.", Verdict.REQUEST),  # nobody's name
        ("de-a1-first-words", 13, "Tschüss!", Verdict.RIGHT),
        ("de-a1-first-words", 13, "Mach's gut!", Verdict.RIGHT),
        ("ja-a1-first-words", 14, "さようなら。", Verdict.UNSURE),  # a part of what is asked for there
    ],
)
def test_a_goodbye_where_another_answer_or_this_one_is_practised(
    name: str, step: int, said: str, verdict: Verdict
) -> None:
    script = load_script(name, [LESSONS])
    assert judge(said, script.steps[step - 1], script.lists).verdict is verdict


def corrections_in(reply: Reply) -> list[Correction]:
    return [each for each in reply.notes if isinstance(each, Correction)]


@pytest.mark.parametrize("name", LANGUAGE_OF)
@pytest.mark.parametrize("asked", [*LANGUAGE_OF.values(), "langsamer bitte", "ゆっくりお願いします"])
def test_slower_slows_the_voice_and_skips_no_question(name: str, asked: str) -> None:
    guide = begun(name)
    steps = guide.script.steps
    reply = guide.answer(asked)
    assert reply.pace == "slower"
    assert steps[0].say in reply.text and reply.text.startswith(reply.before_call)
    assert steps[0].say not in reply.before_call
    assert guide.answer("faster, please").pace == "faster"
    after = guide.answer(steps[0].answer)
    assert after.pace == "" and not corrections_in(after)
    assert steps[1].say in after.text, "asking is no failure, and the next question is the second"


def test_a_script_that_promises_to_speak_slowly_keeps_its_word() -> None:
    guide, said = begun("ko-a1-first-words"), "천천히 말해 주세요."
    script = guide.script
    for step in script.steps:
        if judge(said, step, script.lists).verdict is Verdict.RIGHT:
            break
        assert guide.answer(step.answer).pace == "" or request_in(step.answer) is Request.SLOWER
    reply = guide.answer(said)
    assert (reply.pace, reply.before_call) == ("slower", "")


def test_help_goes_a_step_further_each_time_and_is_no_failure() -> None:
    guide = begun("en-a1-first-words")
    step = guide.script.steps[0]
    assert step.hint in guide.answer("I don't know").text
    assert "It begins like this: My name …" in guide.answer("help me please").text
    assert step.answer in guide.answer("I have no idea").text
    last = guide.answer(step.answer)
    assert not corrections_in(last) and guide.script.steps[1].say in last.text
    assert guide.script.steps[1].hint in guide.answer("I don't know").text, "for the next question it begins again"


@pytest.mark.parametrize("name", LANGUAGE_OF)
def test_the_beginning_of_an_answer_is_not_the_whole(name: str) -> None:
    guide = begun(name)
    for step in guide.script.steps:
        guide.help()
        begins = phrases_in(guide.script.native_language).begins.partition("{start}")[0]
        told = guide.help().text.partition(begins)[2].partition(" …")[0]
        assert told or len(step.answer.split()) == 1
        assert step.answer.startswith(told) and len(told) < len(step.answer)
        guide.answer(step.answer)


def test_who_asks_for_a_meaning_is_told_it_in_their_own_language() -> None:
    reply = begun("en-a1-first-words", home="de").answer("Was heißt das?")
    assert reply.text == "Ich heiße Sam. Wie heißt du? My name is Sam. What is your name?"
    assert reply.notes == (), "a whole question is no word to learn"


def test_stopping_says_how_to_go_on_and_loses_no_question() -> None:
    guide = begun("en-a1-first-words")
    assert "let us stop here" in guide.answer("I want to stop").text
    assert guide.script.steps[1].say in guide.answer(guide.script.steps[0].answer).text


def test_after_another_tutor_the_guide_says_that_it_takes_over() -> None:
    script = shown_nothing("ko-a1-first-words")
    guide = Guide(script, [("assistant", "오늘 뭐 했어요?"), ("user", "학교에 갔어요.")], home="en")
    text = guide.greet(takes_over=True).text
    assert text.startswith("I am the offline tutor, and I take over from here.")
    assert script.steps[0].say in text and "Stuck?" in text
    assert script.steps[1].say in guide.answer(script.steps[0].answer).text
    own = Guide(script, [("assistant", script.steps[3].say), ("user", "네.")])
    assert own.greet(takes_over=True).text.startswith("Let us go on.")
    assert script.steps[3].say in own.greet().text
    another_profile = Guide(script, [("assistant", "오늘 뭐 했어요?")], home="en")
    assert another_profile.greet().text.startswith(script.greeting), "it was the same tutor before, by another script"


def test_all_sentences_of_a_pattern_are_written_in_an_alphabet_or_none() -> None:
    """By its letters it is known where a request is looked for."""
    patterns = [each for group in (PATTERNS, BEGINNERS_PATTERNS) for some in group.values() for each in some]
    for pattern in patterns:
        sentences = list(requests._sentences(pattern))
        assert {*map(requests._is_alphabetic, sentences)} == {requests._is_alphabetic(pattern)}, pattern
        if requests._is_alphabetic(pattern):
            assert {*requests._plain_sentences(pattern)} == {*map(requests._plain, sentences)}, "word by word"
