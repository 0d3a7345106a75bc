"""What becomes of a slip: prompted, told, written down, and asked for again."""

from __future__ import annotations

from dataclasses import replace

from tests.offline_server.lesson.scripts import mistake, step
from tests.offline_server.lesson.small_lesson import SCRIPT, greeted, miss
from tutor_tui.core.tools import Correction
from tutor_tui.offline_server.lesson.guide import Guide


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
    assert guide.answer("my name is anna").text.startswith("You found it yourself. Well done! Nice to meet you!")
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


def test_with_recasts_a_slip_is_said_back_right_and_the_lesson_goes_on() -> None:
    reply = greeted(correction="recast").answer("my name anna")
    assert "We say: My name is Anna." in reply.text and reply.text.endswith("Where are you from?")
    assert reply.notes == (Correction("my name anna", "My name is Anna.", "A small word is missing.", "grammar"),)


def test_in_flow_a_slip_is_written_down_and_not_a_word_is_said() -> None:
    reply = greeted(correction="flow").answer("my name anna")
    assert "My name is" not in reply.text and reply.text.endswith("Where are you from?")
    assert reply.notes == (Correction("my name anna", "My name is Anna.", "A small word is missing.", "grammar"),)


def test_after_the_form_was_given_it_is_given_again(guide: Guide) -> None:
    for _ in range(3):
        model = guide.answer("help")
    assert guide.check_in() == model
    assert "Take your time" not in guide.check_in().text
