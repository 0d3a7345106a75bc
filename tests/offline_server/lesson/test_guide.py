"""The guide: accepts what is right, prompts before it tells, and never gets stuck."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.paths import LESSONS
from tutor_tui.core.tools import Correction, Word
from tutor_tui.offline_server.lesson import grading
from tutor_tui.offline_server.lesson.answer_patterns import read_pattern
from tutor_tui.offline_server.lesson.grading import Verdict, _next_row, judge
from tutor_tui.offline_server.lesson.guide import Guide
from tutor_tui.offline_server.lesson.normalise import key
from tutor_tui.offline_server.lesson.phrases import phrases_in
from tutor_tui.offline_server.lesson.script import LessonScript, Mistake, Step, list_scripts, load_script
from tutor_tui.speech.sentences import sentences, speakable


def step(say: str, *expect: str, answer: str, **more: object) -> Step:
    return Step(say, tuple(map(read_pattern, expect)), answer, **more)  # type: ignore[arg-type]  # a helper's freedom


SCRIPT = LessonScript(
    name="t",
    title="T",
    language="en",
    native_language="en",
    level="A1",
    greeting="Hello, I am your tutor.",
    closing="That was good.",
    steps=(
        step(
            "What is your name?",
            "(my name is | i am) (anna | tom)",
            "my name is <any>",
            answer="My name is Anna.",
            hint="Begin with: My name.",
            praise="Nice to meet you!",
            translation="Wie heißt du?",
            mistakes=(Mistake(read_pattern("my name (anna | tom)"), "A small word is missing."),),
        ),
        step("Where are you from?", "i am from (korea | spain)", answer="I am from Korea.", hint="I am, and where?"),
        step("Can you repeat that?", "help me please", "i live in london", answer="I live in London.", retries=3),
    ),
)


FIRST_WORDS = (
    "Hello, I am your tutor. What is your name? "
    "(Stuck? Ask: “help me please”, “again please”, “slower please” or “what does that mean?”)"
)


@pytest.fixture
def guide() -> Guide:
    guide = Guide(SCRIPT)
    guide.greet()
    return guide


def test_a_lesson_from_greeting_to_closing() -> None:
    guide = Guide(SCRIPT)
    assert guide.greet().text == FIRST_WORDS
    assert guide.answer("My name's Anna!").text == "Nice to meet you! Where are you from?"
    assert guide.answer("I'm from Korea").text.endswith("Can you repeat that?")
    last = guide.answer("i live in london")
    assert last.done
    assert "That was good." in last.text
    assert "3 of 3 at the first try" in last.text
    assert last.language == "en"


def lesson(name: str, home: str = "") -> Guide:
    return Guide(load_script(name, [LESSONS]), home=home)


def test_what_is_said_in_the_language_taught_is_followed_by_what_it_means() -> None:
    guide = lesson("ko-a1-first-words", home="en")
    greeting = guide.greet().text
    assert "안녕하세요! (Let us talk in Korean. We will take it slowly. Hello!" in greeting
    assert greeting.endswith("(Stuck? Ask: “help”, “again”, “slower” or “what does that mean?”)")
    assert (
        guide.answer("안녕하세요").text == "좋아요! 저는 미나예요. 이름이 뭐예요? (Good! I am Mina. What is your name?)"
    )
    guide.answer("나는 애나")
    assert "(That's it! Nice to meet you! I come from Busan." in guide.answer("저는 애나예요").text


@pytest.mark.parametrize(
    ("home", "welcome", "question"),
    [
        ("ko", "반가워요!", "이름이 뭐예요?"),
        ("de", "Willkommen!", "Wie heißt du?"),
        ("es", "¡Hola!", "¿Cómo te llamas?"),
        ("fr", "Bienvenue !", "comment t’appelles-tu ?"),
        ("ja", "ようこそ！", "お名前は何ですか。"),
        ("zh", "欢迎！", "你叫什么名字？"),
    ],
)
def test_an_english_lesson_helps_in_the_language_spoken_at_home(home: str, welcome: str, question: str) -> None:
    guide = lesson("en-a1-first-words", home)
    said, meaning = guide.greet().text.split(" (", 1)
    assert said.endswith("My name is Sam. What is your name?")
    assert meaning.startswith(welcome) and question in meaning and "help me please" in meaning
    guide.answer("my name is anna")
    assert guide.answer("what does that mean").text.startswith(guide._script.steps[1].translations[home])
    told = guide.answer("bananas").text
    assert any(words in told for words in phrases_in(home).not_yet), "the guide's own words, too"


@pytest.mark.parametrize("home", ["", "en", "pt"])
def test_an_english_lesson_stays_english_for_a_home_without_words(home: str) -> None:
    guide = lesson("en-a1-first-words", home)
    assert guide.greet().text.isascii() is False  # the quotation marks
    assert guide.answer("my name is anna").text == "Nice to meet you! How are you today?"


@pytest.mark.parametrize(
    ("name", "home"), [("ko-a1-first-words", "en"), ("en-a1-first-words", "ko"), ("es-a1-cafe", "")]
)
def test_meanings_are_shown_and_never_spoken(name: str, home: str) -> None:
    guide = lesson(name, home)
    script = guide._script
    replies = [guide.greet(), *(guide.answer(words) for words in ("bananas", "", "help", "bananas", "bananas"))]
    replies += [guide.answer(step.answer) for step in script.steps[1:]]
    for reply in replies:
        spoken = [speakable(piece) for piece in sentences(reply.text)]
        assert reply.text.startswith(" ".join(filter(None, spoken)).split("(")[0])
        assert not any("(" in piece or ")" in piece for piece in spoken)
        assert " ".join(sentences(reply.text)) == reply.text


def test_a_lesson_with_meanings_is_taken_up_where_it_was_left() -> None:
    guide = lesson("ko-a1-first-words", home="en")
    history = [
        ("assistant", guide.greet().text),
        ("user", "안녕하세요"),
        ("assistant", guide.answer("안녕하세요").text),
    ]
    again = Guide(load_script("ko-a1-first-words", [LESSONS]), history, home="en")
    assert again.answer("저는 애나예요").text == guide.answer("저는 애나예요").text


def test_a_known_mistake_is_prompted_first_and_told_only_after_the_second_failure(guide: Guide) -> None:
    first = guide.answer("my name anna")
    assert first.text == "A small word is missing."
    second = guide.answer("my name anna")
    assert "My name is Anna." in second.text
    assert "My name is Anna." in guide.repeat().text
    after = guide.answer("my name is anna")
    assert after.text.endswith("Where are you from?")


def test_a_slip_is_written_down_when_it_is_settled_and_not_before(guide: Guide) -> None:
    assert guide.answer("my name anna").notes == (), "that would give the form away"
    corrected = guide.answer("my name is anna")
    assert corrected.notes == (Correction("my name anna", "my name is anna", kind="grammar"),)
    assert guide.answer("i am from spain").notes == ()


def test_a_form_that_had_to_be_told_is_written_down_once(guide: Guide) -> None:
    guide.answer("my name anna")
    told = guide.answer("me is called anna")
    assert told.notes == (Correction("my name anna", "My name is Anna.", kind="grammar"),)
    assert guide.answer("my name is anna").notes == ()


def test_a_slip_of_the_fingers_is_written_down_at_once(guide: Guide) -> None:
    guide.answer("my name is anna")
    (note,) = guide.answer("i am form korea").notes
    assert isinstance(note, Correction) and note.better == "I am from Korea."


def test_what_is_no_answer_at_all_is_no_slip(guide: Guide) -> None:
    assert guide.answer("the weather is nice in the mountains").notes == ()
    assert guide.answer("a dog ran over the hill").notes == ()


def test_a_question_that_had_to_be_translated_is_written_down(guide: Guide) -> None:
    assert guide.answer("what does that mean").notes == (Word("What is your name?", "Wie heißt du?", language="en"),)
    guide.answer("my name is anna")
    assert guide.answer("what does that mean").notes == (), "the script has no translation of this one"


def test_a_corrected_answer_is_praised_and_counted(guide: Guide) -> None:
    guide.answer("my name anna")
    assert "now it is right" in guide.answer("my name is anna").text or guide.expected
    guide.answer("i am from spain")
    last = guide.answer("i live in london").text
    assert "2 of 3" in last
    assert "1 right by yourself" in last


def test_a_word_that_matters_is_prompted_with_the_hint_and_not_told(guide: Guide) -> None:
    guide.answer("i am tom")
    near = guide.answer("i from korea")
    assert "I am, and where?" in near.text
    assert "Korea" not in near.text


def test_after_the_form_the_lesson_goes_on_whatever_is_said(guide: Guide) -> None:
    guide.answer("bananas")
    assert "My name is Anna." in guide.answer("bananas").text
    gone_on = guide.answer("bananas")
    assert gone_on.text.endswith("Where are you from?")
    guide.answer("i am from korea")
    assert "For next time: My name is Anna." in guide.answer("i live in london").text


def test_retries_are_the_scripts_own(guide: Guide) -> None:
    guide.answer("i am tom")
    guide.answer("i am from korea")
    for _ in range(2):
        assert "I live in London." not in guide.answer("bananas").text
    assert "I live in London." in guide.answer("bananas").text


def test_a_slip_of_the_fingers_is_accepted_and_said_back_right(guide: Guide) -> None:
    guide.answer("i am tom")
    reply = guide.answer("i am from koera")
    assert "I am from Korea." in reply.text
    assert reply.text.endswith("Can you repeat that?")


@pytest.mark.parametrize(
    "request_words", ["Repeat, please!", "again", "한 번 더", "otra vez", "もう一度", "Noch einmal bitte"]
)
def test_the_question_is_repeated_on_request(guide: Guide, request_words: str) -> None:
    assert guide.answer(request_words).text == "What is your name?"
    assert "Nice to meet you!" in guide.answer("i am anna").text


@pytest.mark.parametrize(
    ("request_words", "part"),
    [
        ("help", "Begin with: My name."),
        ("모르겠어요", "Begin with: My name."),
        ("no entiendo", "Begin with: My name."),
        ("translate please", "Wie heißt du?"),
        ("무슨 뜻이에요?", "Wie heißt du?"),
        ("skip", "Where are you from?"),
        ("다음", "Where are you from?"),
        ("start again", "Hello, I am your tutor."),
    ],
)
def test_other_requests(guide: Guide, request_words: str, part: str) -> None:
    assert part in guide.answer(request_words).text


def test_an_expected_answer_is_never_taken_for_a_request(guide: Guide) -> None:
    guide.answer("i am tom")
    guide.answer("i am from korea")
    assert guide.answer("Help me, please!").done


def test_silence_is_no_failure_but_does_not_hold_the_lesson_up_for_ever(guide: Guide) -> None:
    assert "What is your name?" in guide.answer("").text
    assert "Begin with: My name." in guide.answer(" ... ").text
    replies = [guide.answer("").text for _ in range(12)]
    assert any("Where are you from?" in reply for reply in replies)


def test_after_the_end_it_answers_and_offers_to_start_again(guide: Guide) -> None:
    for words in ("i am tom", "i am from korea", "i live in london"):
        guide.answer(words)
    reply = guide.answer("what a lovely day")
    assert reply.done
    assert "start again" in reply.text
    assert guide.repeat().done
    assert guide.answer("yes please").text == FIRST_WORDS
    assert "Nice to meet you!" in guide.answer("i am tom").text


def test_a_first_word_before_the_greeting_is_greeted() -> None:
    assert "Hello, I am your tutor." in Guide(SCRIPT).answer("hi there").text


@pytest.mark.parametrize(
    ("said", "question"),
    [
        (["Hello, I am your tutor. What is your name?"], "What is your name?"),
        (["What is your name?", "Nice to meet you! Where are you from?"], "Where are you from?"),
        (["Can you repeat that?", "Where are you from?"], "Can you repeat that?"),
        (["Can you repeat that?", "Hello, I am your tutor. What is your name?"], "What is your name?"),
    ],
)
def test_a_lesson_is_taken_up_where_it_was_left(said: list[str], question: str) -> None:
    guide = Guide(SCRIPT, [("assistant", text) for text in said] + [("user", "Can you repeat that?")])
    reply = guide.greet()
    assert reply.text.endswith(question)
    assert "Hello" not in reply.text


WAYS = (
    ["my name anna", "me is called anna", "bananas", "i am from spain"],
    ["bananas", "bananas", "my name is anna", "again", "i from korea", "i am from korea", "i live in london"],
    ["", "help", "i am tom", "what does that mean", "skip", "start again", "i am anna"],
    ["i am tom", "i am from korea", "i live in london", "what a day", "yes please", "i am tom"],
)


@pytest.mark.parametrize("said", WAYS)
def test_a_guide_that_is_told_what_was_said_is_as_far_as_the_one_that_was_there(said: list[str]) -> None:
    """Tries, slips and all: over chat requests nothing else is remembered of a lesson."""
    there = Guide(SCRIPT)
    history = [("user", "Begin."), ("assistant", there.greet().text)]
    for words in said:
        told = Guide(SCRIPT, history)
        assert told.expected == there.expected
        assert told.repeat() == there.repeat()
        reply = there.answer(words)
        assert told.answer(words) == reply
        history += [("user", words), ("assistant", reply.text)]


def test_an_answer_that_was_stopped_or_repeated_counts_as_said() -> None:
    there = Guide(SCRIPT)
    greeting = there.greet().text
    there.answer("my name anna")
    for heard in (greeting[:9], f"{greeting}\n{greeting}", f"{greeting}\n{greeting[:20]}"):
        told = Guide(SCRIPT, [("assistant", heard), ("user", "my name anna"), ("assistant", "A small word")])
        assert "My name is Anna." in told.answer("bananas").text, "the second try: the form is told"


def test_a_history_of_something_else_begins_the_lesson() -> None:
    guide = Guide(SCRIPT, [("user", "What is your name?"), ("assistant", "I am a cloud.")])
    assert guide.greet().text.startswith("Hello, I am your tutor.")
    assert "What is your name?" in guide.repeat().text


def test_a_closed_lesson_stays_closed() -> None:
    guide = Guide(SCRIPT, [("assistant", "Good. That was good. You answered 3 of 3.")])
    assert guide.answer("hm").done


def test_what_is_expected_holds_answers_mistakes_and_requests(guide: Guide) -> None:
    assert {"my name is anna", "i am tom", "my name tom", "repeat please"} <= set(guide.expected)
    assert "my name is" not in guide.expected, "an opening is no sentence"
    for words in ("i am tom", "i am from korea", "i live in london"):
        guide.answer(words)
    assert "start again" in guide.expected


def test_praise_varies_but_not_from_run_to_run() -> None:
    steps = tuple(step(f"Question {number}?", "yes", answer="Yes.") for number in range(6))
    script = LessonScript("p", "P", "en", "en", "A1", "Hello.", "Bye.", steps)

    def run() -> list[str]:
        guide = Guide(script)
        guide.greet()
        return [guide.answer("yes").text.split(" Question")[0] for _ in range(5)]

    assert run() == run()
    assert len(set(run())) >= 3


def test_a_copy_goes_its_own_way(guide: Guide) -> None:
    before = copy.deepcopy(guide)
    guide.answer("i am tom")
    assert before.repeat().text == "What is your name?"
    assert before._script is guide._script, "which never changes, and is large"


SHIPPED = [entry.script for entry in list_scripts([LESSONS]) if entry.script]


NO_ANSWERS = ("", "hm", "help", "again", "nonsense words", "1 2 3")


def walk(script: LessonScript, words: Iterable[str]) -> None:
    """From the greeting, past `words`, to the end with nothing but wrong answers."""
    guide = Guide(script)
    reply = guide.greet()
    for said in words:
        reply = guide.answer(said)
        assert reply.text
    for _ in range(len(script.steps) * 8):
        reply = guide.answer("something else entirely")
        assert reply.text
        if reply.done:
            return
    pytest.fail("it never ends")


@settings(deadline=None)
@given(st.lists(st.sampled_from(NO_ANSWERS)))
def test_no_way_through_a_lesson_has_a_dead_end(words: list[str]) -> None:
    walk(SCRIPT, words)


@pytest.mark.parametrize("script", SHIPPED, ids=lambda script: script.name)
def test_no_lesson_has_a_dead_end(script: LessonScript) -> None:
    walk(script, NO_ANSWERS)


def test_a_long_answer_is_judged_within_milliseconds() -> None:
    """In work, not in time: as many comparisons as the sentences have words of their own, not as they have words.

    The server's loop waits for the verdict. Each sentence for itself took 70 ms.
    """
    pattern = read_pattern(
        "i (would | will | can | may | must) like to (eat | drink | see | buy | get) (" + " | ".join(WORDS) + ")"
    )
    rows = 0

    def counted(*given: Any) -> list[float]:
        nonlocal rows
        rows += 1
        return _next_row(*given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grading, "_next_row", counted)
        verdict = judge("well i think that i would like to drink a cup of tea", [pattern], "en")
    sentences = 5 * 5 * len(WORDS)
    assert verdict.nearest == "i would like to drink tea"
    assert rows < 1.5 * sentences, "six words each, of which all but the last few are shared"


WORDS = ("tea", "coffee", "water", "milk", "juice", "soup", "bread", "cheese", "rice", "fish", "meat", "fruit")


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [
        ("I'm Anna!", "i am anna", "en"),
        ("It’s 7:30.", "it is seven thirty", "en"),
        ("I won't, I can't", "i will not i can not", "en"),
        ("1250", "one thousand two hundred fifty", "en"),
        ("Café", "cafe", "en"),
        ("¿Cómo estás?", "como estas", "es"),
        ("2 cafés", "dos cafes", "es"),
        ("커피를 좋아해요", "커피를 좋아합니다", "ko"),
        ("가요", "갑니다", "ko"),
        ("마셔요", "마십니다", "ko"),
        ("한국 사람이에요", "한국사람입니다.", "ko"),
        ("애나예요", "애나입니다", "ko"),
        ("안녕하세요", "안녕하십니까?", "ko"),
        ("ＡＢＣ です", "abcです", "ja"),
    ],
)
def test_the_same_answer_in_another_dress(one: str, other: str, language: str) -> None:
    assert key(one, language) == key(other, language)


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [
        ("좋아해", "좋아해요", "ko"),
        ("가요", "와요", "ko"),
        ("i am", "you are", "en"),
        ("ば", "は", "ja"),
        ("99999999999999999999", "one", "en"),
    ],
)
def test_different_answers_stay_different(one: str, other: str, language: str) -> None:
    assert key(one, language) != key(other, language)


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ("I live in London.", Verdict.RIGHT),
        ("um well I live in London please", Verdict.RIGHT),
        ("i live in lonndon", Verdict.SLIP),
        ("i lvie in london", Verdict.SLIP),
        ("i lives in london", Verdict.NEARLY),
        ("i live london", Verdict.NEARLY),
        ("i live in the london", Verdict.NEARLY),
        ("what is this", Verdict.OTHER),
        ("", Verdict.OTHER),
    ],
)
def test_verdicts(said: str, verdict: Verdict) -> None:
    assert judge(said, [read_pattern("i live in london")], "en").verdict is verdict


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ("커피 주세요", Verdict.RIGHT),
        ("커피주세요!", Verdict.RIGHT),
        ("커피 주새요", Verdict.SLIP),
        ("물", Verdict.OTHER),
    ],
)
def test_korean_verdicts(said: str, verdict: Verdict) -> None:
    assert judge(said, [read_pattern("커피 주세요")], "ko").verdict is verdict
