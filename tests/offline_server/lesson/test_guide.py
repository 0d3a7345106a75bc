"""The guide: accepts what is right, prompts before it tells, and never gets stuck."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.offline_server.lesson.scripts import LISTS, expected, mistake, step
from tests.support.paths import LESSONS
from tutor_tui.core.tools import Correction
from tutor_tui.offline_server.lesson.guide import Guide
from tutor_tui.offline_server.lesson.guide_words import GuideWords
from tutor_tui.offline_server.lesson.phrases.by_language import LANGUAGES, phrases_in
from tutor_tui.offline_server.lesson.script import LessonScript
from tutor_tui.offline_server.lesson.script_checks import check
from tutor_tui.offline_server.lesson.script_file import load_script
from tutor_tui.speech.sentences import sentences, speakable

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
            "(my name is | i am) <name>",
            answer="My name is Anna.",
            hint="Begin with: My name.",
            praise="Nice to meet you!",
            translation="Wie heißt du?",
            mistakes=(mistake("my name <name>", "A small word is missing.", "My name is <name>."),),
        ),
        step("Where are you from?", "i am from (Korea | spain)", answer="I am from Korea.", hint="I am, and where?"),
        step("Can you repeat that?", "help me please", "i live in london", answer="I live in London."),
    ),
    lists=LISTS,
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
    guide = lesson("ko-a1-where-from", home="en")
    script = guide.script
    said, meaning = guide.greet().text.split(" (", 1)
    assert said.startswith(script.greeting) and meaning.startswith(script.greeting_translation)
    assert meaning.endswith(" Stuck? Ask: “help”, “again”, “slower” or “what does that mean?”)")
    assert "(" not in meaning


@pytest.mark.parametrize("home", ["ko", "de", "es", "fr", "ja", "zh"])
def test_an_english_lesson_helps_in_the_language_spoken_at_home(home: str) -> None:
    guide = lesson("en-a1-first-words", home)
    script = guide.script
    said, meaning = guide.greet().text.split(" (", 1)
    first = script.steps[0]
    assert said.endswith(first.present or first.say)
    assert meaning.startswith(script.greeting_translations[home]) and "help me please" in meaning
    assert f"。 {phrases_in(home).stuck_in_english}" not in meaning
    if first.present:
        guide.answer(first.present)
    assert guide.answer("what does that mean").text.startswith(first.translations[home])
    assert first.hints[home] in guide.answer("help").text
    told = guide.answer("the is of with").text
    assert phrases_in(home).unsure.split("{")[0] in told, "the guide's own words, too"


@pytest.mark.parametrize("home", ["ko", "de", "es", "fr", "ja", "zh"])
def test_the_guide_explains_a_slip_and_the_end_in_the_language_spoken_at_home(home: str) -> None:
    guide = lesson("en-a1-first-words", home)
    script = guide.script
    guide.greet()
    slip = script.steps[0].mistakes[1]
    said = guide.answer("my name are Anna").text
    assert said == f"{slip.prompt} ({slip.prompts[home]})"
    reply = guide.answer("my name is Anna")
    while step := guide.path.step:
        reply = guide.answer(step.present if guide._presenting else step.answer)
    for told in (phrases_in(home).first_try, phrases_in(home).corrected):
        assert max(re.split(r"\{\w+\}", told), key=len) in reply.text.rpartition(" (")[2]


@pytest.mark.parametrize("name", ["en-a1-first-words", "en-a1-numbers-and-time"])
def test_prompts_of_a_first_lesson_are_there_in_every_language_of_the_guide(name: str) -> None:
    slips = [slip for step in lesson(name).script.steps for slip in step.mistakes]
    assert [slip.prompt for slip in slips if set(slip.prompts) != LANGUAGES - {"en"}] == []
    for slip in slips:
        spoken = [speakable(piece) for piece in sentences(slip.prompt)]
        for text in slip.prompts.values():
            pieces = sentences(f"{slip.prompt} ({text})")
            assert [speakable(piece) for piece in pieces] == [*spoken, ""], "a meaning is to be read, and not said"


@pytest.mark.parametrize("home", ["", "en", "pt"])
def test_an_english_lesson_stays_english_for_a_home_without_words(home: str) -> None:
    guide = lesson("en-a1-first-words", home)
    first, *_ = guide.script.steps
    assert guide.greet().text.isascii() is False  # the quotation marks
    if first.present:
        guide.answer(first.present)
    assert "(" not in guide.answer(first.answer).text


@pytest.mark.parametrize(
    ("name", "home"), [("ko-a1-first-words", "en"), ("en-a1-first-words", "ko"), ("es-a1-cafe", "")]
)
def test_meanings_are_shown_and_never_spoken(name: str, home: str) -> None:
    guide = lesson(name, home)
    script = guide.script
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
    assert corrected.notes == (Correction("my name anna", "My name is Anna.", "A small word is missing.", "grammar"),)
    assert guide.answer("i am from spain").notes == ()


def test_a_form_that_had_to_be_told_is_written_down_once(guide: Guide) -> None:
    guide.answer("my name anna")
    told = guide.answer("my name tom")
    assert told.notes == (Correction("my name anna", "My name is Anna.", "A small word is missing.", "grammar"),)
    assert guide.answer("my name is anna").notes == ()


def test_a_slip_of_the_fingers_is_written_down_at_once(guide: Guide) -> None:
    guide.answer("my name is anna")
    (note,) = guide.answer("i am from koera").notes
    assert note == Correction("i am from koera", "I am from Korea", kind="spelling")


def test_a_better_form_that_is_only_something_like_it_gives_way_to_what_the_learner_makes_of_it() -> None:
    listed = mistake("i have eaten <any>", "Look at the verb.", "I had breakfast.")
    asked = step("What did you do?", "i had <any>", answer="I had tea.", mistakes=(listed,))
    reply = greeted(replace(SCRIPT, steps=(asked, *SCRIPT.steps[1:])))
    reply.answer("I have eaten soup.")
    (note,) = reply.answer("I had soup.").notes
    assert note == Correction("I have eaten soup.", "I had soup.", kind="grammar")


def test_a_short_answer_is_said_in_full_and_written_down_as_no_mistake() -> None:
    listed = (
        mistake("music", "A good start. Now the verb.", "I like music."),
        mistake("(me | am) like music", "", "I am one who likes music."),
        mistake("like music", "", "I like music."),
    )
    asked = step("What do you like?", "i like <any>", answer="I like tea.", mistakes=listed)
    script = replace(SCRIPT, steps=(asked, *SCRIPT.steps[1:]))
    recasts = Guide(script, correction="recast")
    recasts.greet()
    reply = recasts.answer("music")
    assert "We say: I like music." in reply.text
    assert reply.notes == ()
    prompts = greeted(script)
    assert "Now the verb" in prompts.answer("music").text
    assert prompts.answer("I like music").notes == ()
    for wrong in ("me like music", "like music"):
        corrects = Guide(script, correction="recast")
        corrects.greet()
        assert [note.said for note in corrects.answer(wrong).notes if isinstance(note, Correction)] == [wrong]


def test_what_is_no_answer_at_all_is_no_slip(guide: Guide) -> None:
    assert guide.answer("the weather is nice in the mountains").notes == ()
    assert guide.answer("a dog ran over the hill").notes == ()


def test_a_corrected_answer_is_praised_and_counted(guide: Guide) -> None:
    guide.answer("my name anna")
    assert "now it is right" in guide.answer("my name is anna").text or guide.expected
    guide.answer("i am from spain")
    last = guide.answer("i live in london").text
    assert "2 of 3" in last
    assert "1 right by yourself" in last


def test_what_nobody_listed_may_be_right_and_is_no_slip(guide: Guide) -> None:
    guide.answer("i am tom")
    first = guide.answer("i come from a village in the north")
    assert "may be right" in first.text and "I am from Korea." in first.text
    second = guide.answer("it is called bergdorf")
    assert second.text.endswith("Can you repeat that?") and "Thank you" in second.text
    assert first.notes == second.notes == ()
    assert "next time" not in guide.answer("i live in london").text, "it was not missed"


def test_after_the_form_the_lesson_goes_on_whatever_is_said(guide: Guide) -> None:
    guide.answer("my name anna")
    assert "My name is Anna." in guide.answer("my name anna").text
    gone_on = guide.answer("bananas")
    assert gone_on.text.endswith("Where are you from?")


def miss(guide: Guide, slip: str = "my name anna") -> str:
    """Say it wrong until the form is told, and then something else: what the guide says then."""
    for _ in range(2):
        guide.answer(slip)
    return guide.answer("bananas").text


def test_what_was_missed_comes_back_after_two_others_and_at_the_end(guide: Guide) -> None:
    miss(guide)
    guide.answer("i am from korea")
    back = guide.answer("i live in london").text
    assert back.endswith("Here is one from before. What is your name?")
    last = guide.answer("my name is anna")
    assert last.done and "For next time" not in last.text, "three steps: the end is where it comes back"


def test_what_is_missed_to_the_last_is_for_next_time(guide: Guide) -> None:
    miss(guide)
    guide.answer("i am from korea")
    guide.answer("i live in london")
    assert "For next time: My name is Anna." in miss(guide)


def test_retries_are_the_scripts_own() -> None:
    patient = Guide(replace(SCRIPT, steps=(replace(SCRIPT.steps[0], retries=3), *SCRIPT.steps[1:])))
    patient.greet()
    for _ in range(2):
        assert "My name is Anna." not in patient.answer("my name anna").text
    assert "My name is Anna." in patient.answer("my name anna").text


def test_a_slip_of_the_fingers_is_accepted_and_said_back_right(guide: Guide) -> None:
    guide.answer("i am tom")
    reply = guide.answer("i am from koera")
    assert "We say: I am from Korea" in reply.text
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
    script = LessonScript("p", "P", "en", "en", "A1", "Hello.", "Bye.", steps, LISTS)

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
    assert before.script is guide.script, "which never changes, and is large"


NO_ANSWERS = ("", "hm", "help", "again", "nonsense words", "1 2 3")


def walk(script: LessonScript, words: Iterable[str], wrong: str = "something else entirely") -> None:
    """From the greeting, past `words`, to the end with nothing but wrong answers."""
    guide = Guide(script)
    reply = guide.greet()
    for said in words:
        reply = guide.answer(said)
        assert reply.text
    for _ in range(len(script.steps) * 8):
        reply = guide.answer(wrong)
        assert reply.text
        if reply.done:
            return
    pytest.fail("it never ends")


@settings(deadline=None)
@given(st.lists(st.sampled_from(NO_ANSWERS)))
def test_no_way_through_a_lesson_has_a_dead_end(words: list[str]) -> None:
    walk(SCRIPT, words)


def spoken_by(guide: Guide, *said: str) -> str:
    """What the guide says last."""
    return [guide.answer(words) for words in said][-1].text


def greeted(script: LessonScript = SCRIPT, **more: Any) -> Guide:
    guide = Guide(script, **more)
    guide.greet()
    return guide


def test_with_recasts_a_slip_is_said_back_right_and_the_lesson_goes_on() -> None:
    reply = greeted(correction="recast").answer("my name anna")
    assert "We say: My name is Anna." in reply.text and reply.text.endswith("Where are you from?")
    assert reply.notes == (Correction("my name anna", "My name is Anna.", "A small word is missing.", "grammar"),)


def test_in_flow_a_slip_is_written_down_and_not_a_word_is_said() -> None:
    reply = greeted(correction="flow").answer("my name anna")
    assert "My name is" not in reply.text and reply.text.endswith("Where are you from?")
    assert reply.notes == (Correction("my name anna", "My name is Anna.", "A small word is missing.", "grammar"),)


def test_the_same_request_three_times_leads_on(guide: Guide) -> None:
    assert spoken_by(guide, "again", "again") == "What is your name?"
    assert guide.answer("again").text.endswith("Where are you from?")


def test_two_requests_in_turn_do_not(guide: Guide) -> None:
    said = ["again", "slower please"] * 4
    assert all("What is your name?" in guide.answer(words).text for words in said)


def test_a_learner_in_distress_is_not_answered_with_the_next_question(guide: Guide) -> None:
    for _ in range(4):
        reply = guide.answer("I don't want to live any more.")
        assert reply.text == phrases_in("en").care and not reply.notes
    assert guide.answer("My name is Anna.").text.startswith("Nice to meet you!"), "the lesson has waited"


NEW_FORM = replace(
    SCRIPT,
    steps=(
        step("Where are you from?", "i am from <any>", answer="I am from Korea.", present="I am from London."),
        *SCRIPT.steps[1:],
    ),
)


def test_a_new_form_is_shown_and_said_before_it_is_asked_for() -> None:
    guide = Guide(NEW_FORM)
    shown = guide.greet().text
    assert "say it after me: I am from London." in shown and "Where are you from?" not in shown
    assert "i am from london." in [sentence.casefold() for sentence in guide.expected]
    assert "I am from London." in guide.answer("again").text
    assert guide.answer("i am from london").text.endswith("Where are you from?")
    assert guide.answer("i am from oslo").text.endswith("Where are you from?"), "the second question of this script"


def test_a_new_form_is_praised_only_if_it_was_said_as_it_was_shown() -> None:
    for said, praised in (("I am from London.", True), ("i am from london", True), ("London I am", False)):
        reply = greeted(NEW_FORM).answer(said)
        praise = reply.text.removesuffix(" Where are you from?")
        assert (praise in phrases_in("en").praise) is praised, reply.text


def test_of_two_sentences_that_are_shown_one_is_enough_and_listened_for() -> None:
    dialogue = replace(NEW_FORM.steps[0], present="I am from London. I am from Seoul.")
    guide = greeted(replace(NEW_FORM, steps=(dialogue, *NEW_FORM.steps[1:])))
    assert {"I am from London.", "I am from Seoul.", dialogue.present} <= set(guide.expected)
    reply = guide.answer("i am from seoul")
    assert reply.text.removesuffix(" Where are you from?") in phrases_in("en").praise


def test_a_new_form_that_asks_for_something_is_said_after_the_tutor_and_is_no_request() -> None:
    slow = step("What do you say?", "more slowly please", answer="More slowly, please.", present="More slowly, please.")
    guide = greeted(replace(SCRIPT, steps=(slow, *SCRIPT.steps[1:])))
    reply = guide.answer("more slowly please")
    assert reply.pace == "" and reply.text.endswith("What do you say?")


WAYS_TO_ASK = replace(
    SCRIPT, steps=(replace(SCRIPT.steps[0], says=("What is your name?", "Who are you?")), *SCRIPT.steps[1:])
)


def test_a_question_that_comes_back_is_asked_in_other_words() -> None:
    guide = greeted(WAYS_TO_ASK)
    miss(guide)
    guide.answer("i am from korea")
    assert guide.answer("i live in london").text.endswith("Who are you?")


def test_what_a_learner_said_is_used_later() -> None:
    first, second, third = SCRIPT.steps
    named = replace(SCRIPT, steps=(first, replace(second, says=("And you, <name>: from where?", "From where?")), third))
    assert greeted(named).answer("i am marco").text.endswith("And you, Marco: from where?")
    assert greeted(named).answer("skip").text.endswith("From where?")


def test_the_branch_that_was_heard_is_answered() -> None:
    tea = step("Tea?", expected("yes", "Here."), expected("no", "All right."), answer="Yes.", praise="Fine.")
    script = replace(SCRIPT, steps=(tea, *SCRIPT.steps[1:]))
    assert greeted(script).answer("yes").text.startswith("Here. Where")
    assert greeted(script).answer("no").text.startswith("All right. Where")


FOLLOWING = replace(SCRIPT, name="u", title="Second steps", greeting="Welcome back.")


@pytest.mark.parametrize(
    ("said", "opening"),
    [("next lesson", "Welcome back."), ("yes please", "Welcome back."), ("start again", "Hello, I am your tutor.")],
)
def test_at_the_end_the_next_lesson_is_offered(said: str, opening: str) -> None:
    guide = greeted(following=FOLLOWING)
    end = spoken_by(guide, "i am anna", "i am from korea", "i live in london")
    assert "Next comes “Second steps”." in end
    assert guide.answer(said).text.startswith(opening)


def test_a_lesson_that_led_on_to_the_next_is_taken_up_there() -> None:
    there = Guide(SCRIPT, following=FOLLOWING)
    history = [("assistant", there.greet().text)]
    for words in ("i am anna", "i am from korea", "i live in london", "next lesson"):
        history += [("user", words), ("assistant", there.answer(words).text)]
    assert Guide(SCRIPT, history, following=FOLLOWING).answer("i am tom") == there.answer("i am tom")


def test_a_free_answer_that_is_good_as_far_as_it_goes_is_asked_for_more() -> None:
    free = step("All of it?", "i am <name>", "i like <any>", answer="I am Anna. I like tea.", least=2)
    guide = greeted(replace(SCRIPT, steps=(free, *SCRIPT.steps[1:])))
    assert guide.answer("I am Tom.").text == "Good so far. Tell me a little more."
    assert guide.answer("I am Tom, and I like milk.").text.endswith("Where are you from?")


def test_a_copy_shares_what_never_changes() -> None:
    """The server copies a guide before each answer, on its loop: a script's patterns are thousands of objects."""
    guide = greeted()
    copied = guide.copy()
    assert copied.path._script is guide.path._script and copied.words._script is guide.words._script
    assert copied.path is not guide.path


def test_a_silent_learner_is_told_that_there_is_no_hurry_and_helped_and_nothing_is_counted() -> None:
    guide, other = Guide(SCRIPT), Guide(SCRIPT)
    history = [("assistant", guide.greet().text)]
    other.greet()
    reply = guide.check_in()
    assert reply.text == "Take your time. Begin with: My name. What is your name?"
    assert guide.check_in() == reply
    history += [("assistant", reply.text)]
    assert Guide(SCRIPT, history).answer("I am Tom.") == guide.answer("I am Tom.") == other.answer("I am Tom.")


def test_after_the_form_was_given_it_is_given_again(guide: Guide) -> None:
    for _ in range(3):
        model = guide.answer("help")
    assert guide.check_in() == model
    assert "Take your time" not in guide.check_in().text


# ---- the lesson's clock ---------------------------------------------------------------------------------------------

FREE = replace(SCRIPT, steps=(*SCRIPT.steps, step("Tell me all of it.", "my name is <name>", answer="…", least=1)))
CLOSE = ("system", "Lesson clock: begin to close, 12:00 of 15:00.")


def test_a_guide_that_is_to_close_asks_for_the_free_answer_at_the_end_and_closes() -> None:
    guide = Guide(FREE)
    guide.greet()
    guide.close()
    reply = guide.answer("My name is Anna.")
    assert reply.text == "Nice to meet you! Our time is nearly over. Tell me all of it."
    last = guide.answer("My name is Anna.")
    assert last.done and "That was good." in last.text
    assert "nearly over" not in last.text, "it is said once"


def test_a_lesson_without_a_free_answer_closes_behind_the_question_that_was_asked() -> None:
    guide = Guide(SCRIPT)
    guide.greet()
    guide.close()
    last = guide.answer("My name is Anna.")
    assert last.done
    assert "Our time is nearly over. That was good." in last.text


def test_what_was_missed_does_not_come_back_once_the_lesson_closes() -> None:
    guide = Guide(FREE)
    guide.greet()
    guide.close()
    for _ in range(3):
        guide.help()
    assert guide.answer("My name is Anna.").text.endswith("Tell me all of it.")
    assert guide.answer("My name is Anna.").done


def test_to_close_at_the_end_or_behind_it_changes_nothing() -> None:
    guide = Guide(FREE)
    guide.greet()
    for said in ("My name is Anna.", "I am from Korea", "i live in london"):
        guide.answer(said)
    guide.close()
    guide.close()
    assert guide.answer("My name is Anna.").done
    guide.close()
    assert guide.answer("yes").text.startswith("Hello, I am your tutor."), "once more, from the beginning"
    assert guide.answer("My name is Anna.").text.endswith("Where are you from?"), "and all of it"


def test_a_lesson_that_was_closing_is_taken_up_as_one_that_closes() -> None:
    guide = Guide(FREE)
    told: list[tuple[str, str]] = [("assistant", guide.greet().text), CLOSE, ("user", "My name is Anna.")]
    guide.close()
    told.append(("assistant", guide.answer("My name is Anna.").text))
    walked = Guide(FREE, told)
    assert walked.answer("My name is Anna.").done
    by_question = Guide(FREE, [("assistant", "So. Where are you from?"), CLOSE])
    assert by_question.answer("I am from Korea").text.endswith("Tell me all of it.")


def test_what_the_tutor_says_in_the_learners_language_is_known_to_be_in_that() -> None:
    """“Take your time.” has too few frequent words to be told from Spanish by them, and a Spanish voice said it."""
    guide = Guide(load_script("es-a1-first-words", [LESSONS]))
    guide.greet()
    left = [guide.answer("¿Dónde está la biblioteca?") for _ in range(2)][-1]
    thanks = phrases_in("en").move_on
    assert [pieces for text, pieces in left.pieces.items() if text in thanks] == [[("All right, let us go on.", "en")]]
    assert guide.script.greeting not in left.pieces
    assert guide.answer("slower please").pieces["All right, more slowly."] == [("All right, more slowly.", "en")]
    hint, _, model = guide.help(), guide.help(), guide.help()
    assert {pieces[0][1] for pieces in hint.pieces.values()} == {"en"}
    assert model.pieces == {
        "You can say: Me llamo Ana.": [("You can say: ", "en"), ("Me llamo Ana.", "es")],
        "Now you.": [("Now you.", "en")],
    }


def test_what_is_said_after_the_tutor_is_introduced_in_the_learners_language() -> None:
    guide = lesson("en-a1-first-words", home="ko")
    guide.greet()
    assert guide.answer("Anna").text.endswith("I am fine, thank you. (잘 듣고 따라 해 보세요)")
    spanish = lesson("es-a1-first-words")
    spanish.greet()
    spanish.answer("Hola")
    shown = spanish.answer("Me llamo Ana.").pieces
    assert shown["Listen, and say it after me: Encantado."] == [
        ("Listen, and say it after me:", "en"),
        (" Encantado.", "es"),
    ]


@pytest.mark.parametrize(
    ("name", "number", "task"),
    [
        ("es-a1-first-words", 1, "Greet me, too!"),
        ("fr-a1-first-words", 5, "Say thank you!"),
        ("de-a1-first-words", 13, "Say goodbye to her!"),
        ("ja-a1-cafe", 13, "Ask for the bill!"),
        ("ko-a1-first-words", 5, "Say thank you!"),
        ("zh-a1-first-words", 8, "Say that it does not matter!"),
    ],
)
def test_what_is_to_be_done_is_said_and_by_the_voice_that_the_learner_knows(name: str, number: int, task: str) -> None:
    guide = Guide(load_script(name, [LESSONS]))
    guide.start_at(number - 1)
    asked = guide.repeat()
    said, _, in_brackets = asked.text.partition(" (")
    assert said.endswith(task) and task not in in_brackets and in_brackets
    pieces = [piece for each in sentences(said) for piece in asked.pieces.get(each, [])]
    assert pieces[-1] == (task, "en")
    assert {language for _, language in pieces[:-1]} == {guide.script.language}
    assert task in guide.answer("What does that mean?").text.partition(" (")[0]


def test_a_level_test_says_what_to_say_where_a_question_is_too_hard() -> None:
    greeting = Guide(load_script("es-level-test", [LESSONS])).greet()
    assert "If one is too hard, say: I don't know." in greeting.text.partition(" (")[0]


def test_a_script_whose_translation_says_more_than_its_question_is_told_so() -> None:
    script = load_script("es-a1-first-words", [LESSONS])
    first = script.steps[0]
    assert not [each for each in check(replace(script, steps=(first,)), 0) if "the task" in each.what]
    for wrong in (
        replace(first, task="", translation="Hello! Good morning! Greet me, too!"),
        replace(first, task="Greet me, too, and then say your name and where you come from!"),
    ):
        assert [each for each in check(replace(script, steps=(wrong,)), 0) if "task" in each.what]


@pytest.mark.parametrize("name", ["ja-a1-cafe", "zh-a1-cafe"])
def test_no_blank_stands_behind_a_wide_stop(name: str) -> None:
    guide = Guide(load_script(name, [LESSONS]), home="ja")
    replies = [guide.greet(), guide.answer("…"), guide.answer("slower please"), guide.help()]
    while (step := guide.path.step) and len(replies) < 30:
        replies.append(guide.answer(step.present if guide.learner_repeats else step.answer))
    for reply in replies:
        said = reply.text.partition(" (")[0]
        assert not re.search(r"[。！？] ", said)
        assert not re.search(r"[。！？] [ぁ-んァ-ヶ一-龠]", guide.meaning)
        assert Guide(guide.script, [("assistant", replies[0].text)], home="ja").is_greeted, "it is known again"
    assert "".join(said.split()) == "".join("".join(sentences(said)).split()) and len(sentences(said)) > 1


@pytest.mark.parametrize(
    ("home", "prompt", "prompts", "why"),
    [
        ("", "In Spanish you are not hungry: you have it. The verb is in my question.", {}, True),
        ("de", "Which verb is that?", {"de": "Auf Spanisch hat man Hunger. Welches Verb ist das?"}, True),
        ("de", "In Spanish you are not hungry: you have it.", {}, False),
        ("", "Nearly. Look at the small word at the beginning of my question.", {}, False),
        ("", "Which two words mean I call myself?", {}, False),
    ],
)
def test_the_why_of_a_slip_is_the_rule_in_its_prompt_in_the_learner_s_language(
    home: str, prompt: str, prompts: dict[str, str], *, why: bool
) -> None:
    words = GuideWords(load_script("es-a1-cafe", [LESSONS]), home)
    assert words.why(prompt, prompts) in (
        ("In Spanish you are not hungry: you have it.", "Auf Spanisch hat man Hunger.") if why else ("",)
    )


def test_the_why_goes_with_the_note() -> None:
    asking = Guide(load_script("es-a1-cafe", [LESSONS]), home="en")
    asking.greet()
    asking.start_at(next(i for i, step in enumerate(asking.script.steps) if "¿Tienes hambre?" in step.say))
    notes = [note for answer in ("Soy hambre", "Sí, tengo hambre.") for note in asking.answer(answer).notes]
    assert [each.why for each in notes if isinstance(each, Correction)] == [
        "In Spanish you are not hungry: you have it."
    ]
