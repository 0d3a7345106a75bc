from __future__ import annotations

from dataclasses import replace

import pytest

from tutor_tui.core.actions import DEFAULT_KEYS
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.conversation import Turn, TurnState
from tutor_tui.core.heard_words import DifferentWord
from tutor_tui.core.lesson import Lesson
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.ui.labels import how_written
from tutor_tui.ui.widgets.transcript_layout import TranscriptLayout
from tutor_tui.ui.widgets.turn_text import Line, Piece, Setting, TextPlace, laid_out, words_between

WIDE = Setting(80)


def words(lines: list[Line]) -> str:
    return "\n".join("".join(text for text, _ in line) for line in lines)


def tones(lines: list[Line], tone: str) -> str:
    return "".join(text for line in lines for text, each in line if each == tone)


def test_a_turn_is_laid_out_like_a_play() -> None:
    turn = Turn("t", "tutor", "안녕하세요! Hello.", TurnState.DONE)
    assert words(laid_out(turn, WIDE)) == "\n  Tutor ┃ 안녕하세요! Hello."


def test_the_same_speaker_is_not_named_twice() -> None:
    lines = laid_out(Turn("t", "tutor", "And more.", TurnState.DONE), Setting(80, continues=True))
    assert words(lines) == "        ┃ And more."


def test_on_a_narrow_screen_the_name_stands_above_the_words_and_takes_no_line_of_its_own() -> None:
    lines = laid_out(Turn("t", "learner", "저는 커피를 마시고 싶어요", TurnState.DONE), Setting(20))
    assert words(lines) == "You\n│ 저는 커피를\n│ 마시고 싶어요"
    assert laid_out(Turn("t", "learner", "네", TurnState.DONE), Setting(20, continues=True)) == [
        (Piece("│ ", "learner-name"), Piece("네", "learner"))
    ]


def test_a_cut_turn_tells_what_was_not_heard() -> None:
    turn = Turn("t", "tutor", "One two three four", TurnState.CUT, heard_share=0.5)
    lines = laid_out(turn, WIDE)
    assert tones(lines, "tutor") == "One two "
    assert tones(lines, "unheard") == "three four"
    assert "you did not hear what is crossed out" in tones(lines, "note")


def test_a_cut_falls_on_the_right_word_after_a_line_break_and_a_sanitised_sign() -> None:
    text = "\x1b[1m" + "word " * 20 + "rest " * 20
    turn = Turn("t", "tutor", text, TurnState.CUT, heard_share=105 / len(text))
    lines = laid_out(turn, Setting(60))
    assert "rest" not in tones(lines, "tutor")
    assert "word" not in tones(lines, "unheard")


def test_a_learner_turn_says_in_words_how_far_it_has_come() -> None:
    open_turn = Turn("u", "learner")
    assert "hearing you" in words(laid_out(open_turn, Setting(80, hearing=True)))
    assert "writing down" in words(laid_out(open_turn, WIDE))
    assert "not understood" in words(laid_out(Turn("u", "learner", state=TurnState.UNCLEAR), WIDE))
    assert "lost with the connection" in words(laid_out(Turn("u", "learner", state=TurnState.LOST), WIDE))


def test_the_learner_is_told_once_that_their_words_are_approximate() -> None:
    turn = Turn("u", "learner", "커피", TurnState.DONE)
    by_voice, by_words = how_written(Capabilities()), how_written(Capabilities(way="pipeline"))
    assert by_voice in words(laid_out(turn, Setting(80, explanation=by_voice)))
    assert "≈" not in words(laid_out(turn, WIDE))
    assert "hears your voice" in by_voice
    assert "hears your voice" not in by_words
    assert how_written(Capabilities(way="webrtc", ours=True)) == by_words, "our own ears write it down"


def test_a_turn_without_words_is_not_an_empty_line() -> None:
    assert "…" in words(laid_out(Turn("t", "tutor"), WIDE))
    assert "(no words)" in words(laid_out(Turn("t", "tutor", state=TurnState.DONE), WIDE))
    assert "before a word" in words(laid_out(Turn("t", "tutor", state=TurnState.CUT, heard_share=0), WIDE))


def test_what_the_voice_has_not_come_to_is_told_apart_and_no_note_is_made_of_it() -> None:
    turn = Turn("t", "tutor", "one two three four", TurnState.OPEN)
    lines = laid_out(turn, Setting(80, spoken=8))
    assert (tones(lines, "tutor"), tones(lines, "coming")) == ("one two ", "three four")
    assert tones(laid_out(turn, WIDE), "coming") == ""
    cut = Turn("t", "tutor", "one two three four", TurnState.CUT, heard_share=0.5)
    assert tones(laid_out(cut, Setting(80, spoken=8)), "coming") == "", "what was stopped does not come any more"


def test_what_is_said_once_more_is_marked_and_copied_without_the_mark() -> None:
    turn = Turn("t", "tutor", "Hello there.", TurnState.DONE, again=True)
    setting = Setting(80, continues=True)
    assert words(laid_out(turn, setting)) == "        ┃ · again\n        ┃ Hello there."
    assert words_between(turn, setting, TextPlace(1, 10), TextPlace(1, 15)) == "Hello"
    assert words_between(turn, setting, TextPlace(0, 0), TextPlace(1, 99)) == "Hello there."


UNCLEAR = Turn("u", "learner", "저는 우유를 마셔요.", TurnState.DONE, unclear=((3, 6), (7, 10)))


def test_unclear_words_are_underlined_and_copied_as_they_are() -> None:
    lines = laid_out(UNCLEAR, WIDE)
    assert tones(lines, "unclear") == "우유를마셔요"
    assert tones(lines, "learner") == "저는  ."
    assert words(lines) == "\n    You │ 저는 우유를 마셔요."
    assert words_between(UNCLEAR, WIDE, TextPlace(1, 0), TextPlace(1, 99)) == UNCLEAR.text


def test_words_in_whose_place_another_was_heard_have_a_tone_of_their_own() -> None:
    turn = replace(UNCLEAR, unclear=((7, 10),), different=(DifferentWord(3, 6, "L", "N"),))
    assert tones(laid_out(turn, WIDE), "different") == "우유를"
    assert tones(laid_out(turn, WIDE), "unclear") == "마셔요"
    unsure = laid_out(replace(turn, state=TurnState.UNSURE), WIDE)
    assert tones(unsure, "perhaps-different") == "우유를"


def test_an_unclear_word_may_be_broken_between_lines() -> None:
    lines = laid_out(replace(UNCLEAR, text="京都まで、お願いします。", unclear=((0, 11),)), Setting(16))
    assert tones(lines, "unclear") == "京都まで、お願いします"
    assert len(lines) > 2


@pytest.mark.parametrize("unclear", [((5, 2),), ((-4, 2),), ((4, 400),), ((6, 8), (1, 3))])
def test_places_that_are_none_change_no_word(unclear: tuple[tuple[int, int], ...]) -> None:
    assert words(laid_out(replace(UNCLEAR, unclear=unclear), WIDE)) == words(laid_out(UNCLEAR, WIDE))


def test_what_the_learner_may_have_said_is_a_question_also_without_colour() -> None:
    lines = laid_out(replace(UNCLEAR, state=TurnState.UNSURE), WIDE)
    assert words(lines[:2]) == "\n    You ? 저는 우유를 마셔요."
    assert tones(lines, "learner") == ""
    assert tones(lines, "perhaps-unclear") == "우유를마셔요"
    assert "not sure" in tones(lines, "note")
    kept = laid_out(Turn("u", "learner", state=TurnState.UNSURE), WIDE)
    assert words(kept) == "\n    You │ (not heard for sure)"


def test_what_was_not_listened_for_is_one_quiet_line() -> None:
    turn = Turn("u", "learner", state=TurnState.NOT_LISTENED_FOR)
    assert words(laid_out(turn, WIDE)) == "\n    You │ (heard, but none of the sentences listened for)"


def test_the_screen_says_which_key_shows_what_is_listened_for_and_once_what_a_line_means() -> None:
    layout = TranscriptLayout({**DEFAULT_KEYS, "hint": "x"})
    turns = (UNCLEAR, Turn("v", "learner", state=TurnState.NOT_LISTENED_FOR), replace(UNCLEAR, id="w"))
    layout.width = 80
    layout.explanation = "≈ as understood"
    lesson = Lesson(LessonPlan("Test", "", ""), turns=turns)
    for i in sorted(layout.take(lesson)):
        layout.lay_out(i)
    layout.recount()
    shown = words([layout.line(y) for y in range(layout.height)])
    assert shown.count("underlined: less clear") == shown.count("≈ as understood") == 1
    assert "(heard, but none of the sentences listened for: x shows some)" in shown
