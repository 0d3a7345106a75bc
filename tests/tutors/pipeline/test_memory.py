"""What the chat service is told of the lesson: what was heard."""

from __future__ import annotations

import pytest

from tutor_tui.core import pcm
from tutor_tui.core.lesson_plan import HistoryLine
from tutor_tui.speech.words_heard import Piece, begun, heard, words_heard
from tutor_tui.tutors.pipeline.memory import MOST_CHARACTERS, Memory

SECOND = pcm.bytes_of(1_000)
TOLD = [Piece("One two. ", SECOND), Piece("Three four five six. ", 2 * SECOND), Piece("Seven.", SECOND)]


@pytest.mark.parametrize(
    ("heard_ms", "text"),
    [
        (0, ""),
        (-5, ""),
        (500, "One"),
        (1_000, "One two."),
        (2_000, "One two. Three four"),
        (2_999, "One two. Three four five six."),
        (3_000, "One two. Three four five six."),
        (9_999, "One two. Three four five six. Seven."),
    ],
)
def test_a_stopped_answer_is_kept_up_to_the_last_word_heard(heard_ms: int, text: str) -> None:
    assert "".join(piece.text for piece in heard(TOLD, heard_ms)).strip() == text


def test_words_are_whole_and_scripts_without_spaces_are_cut_between_characters() -> None:
    assert words_heard("Hello there", 0.9).strip() == "Hello"
    assert words_heard("今日はいい天気ですね。", 0.5) in ("今日はいい", "今日はいい天")
    assert words_heard("저는 선생님이에요.", 0.5).strip() == "저는"


def test_figures_take_longer_than_they_are_written() -> None:
    """In the middle of "It costs twelve hundred euros, or so" nothing behind the price was heard yet."""
    assert words_heard("It costs 1200€, or so.", 0.72).strip() == "It costs"
    assert words_heard("It costs 1200€, or so.", 0.85).strip() == "It costs 1200€,"


def test_of_a_sentence_whose_sound_is_still_coming_only_the_begun_words_count() -> None:
    one_second_of_two = [Piece("One two. ", SECOND), Piece("Six seven. ", SECOND * 11 // 18)]
    assert begun(one_second_of_two)[-1].text.strip() == "Six"
    assert begun([Piece("One two. ", SECOND), Piece("Six seven. ")])[-1] == Piece("", 0)
    alone = begun([Piece("A sentence of about forty characters now.", pcm.bytes_of(65 * 20))])
    assert alone[0].text.strip() == "A sentence of about"
    assert begun([Piece("처음부터 끝까지 다 말했어요.", SECOND * 60)])[0].text == "처음부터 끝까지 다 말했어요."


def test_cutting_an_unknown_line_is_no_matter_and_an_unheard_one_is_gone() -> None:
    memory = Memory()
    memory.add("l1", "learner", "Hi")
    memory.add("t1", "tutor").pieces = list(TOLD)
    memory.cut("other", 100)
    memory.cut("l1", 0)
    assert [message["role"] for message in memory.messages("", "user")] == ["user", "assistant"]
    memory.cut("t1", 0)
    assert memory.messages("", "user") == [{"role": "user", "content": "Hi"}]
    assert memory.answer_is_due


def test_messages_begin_with_the_instructions_and_take_turns() -> None:
    memory = Memory([HistoryLine("tutor", "Hello."), HistoryLine("learner", "Hi.")])
    memory.add("l1", "learner")  # still being written down
    memory.add("l2", "learner", "How are you?")
    memory.add("", "note", "Say goodbye.")
    assert memory.messages("Teach.", "system") == [
        {"role": "system", "content": "Teach."},
        {"role": "assistant", "content": "Hello."},
        {"role": "user", "content": "Hi.\nHow are you?"},
        {"role": "system", "content": "Say goodbye."},
    ]
    assert memory.messages(" ", "user")[-1] == {"role": "user", "content": "Hi.\nHow are you?\nSay goodbye."}
    assert memory.last_item_id == "l2"


def test_a_long_lesson_forgets_its_oldest_lines() -> None:
    memory = Memory(
        HistoryLine("learner" if number % 2 else "tutor", f"{number} " + "x" * 1_000) for number in range(60)
    )
    told = memory.messages("Teach.", "user")
    assert told[0]["content"] == "Teach."
    assert told[-1]["content"].startswith("59 ")
    assert MOST_CHARACTERS - 2_000 < sum(len(message["content"]) for message in told[1:]) <= MOST_CHARACTERS
    huge = Memory([HistoryLine("learner", "y" * (MOST_CHARACTERS + 1))])
    assert len(huge.messages("", "user")) == 1, "the newest line is never left out"


def test_an_aside_is_told_and_asks_for_no_answer() -> None:
    memory = Memory([HistoryLine("tutor", "Hello."), HistoryLine("aside", "Lesson clock: begin to close.")])
    answered, asked = memory, Memory([HistoryLine("learner", "Hi."), HistoryLine("aside", "Lesson clock: half time.")])
    assert [each.answer_is_due for each in (answered, asked)] == [False, True]
    memory.add("l1", "learner", "Hi.")
    memory.add("", "aside", "Lesson clock: half time.")
    assert memory.messages("", "system")[-1] == {"role": "system", "content": "Lesson clock: half time."}
    assert memory.last_item_id == "l1"
