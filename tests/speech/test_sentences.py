"""Cutting a stream of text into what is spoken in one breath."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor_tui.speech.sentences import LONGEST_PIECE, SentenceCutter, sentences, speakable

TEXTS: dict[str, list[str]] = {
    "I am fine. And you?": ["I am fine. ", "And you?"],
    "Wait... what? Really?! Yes!": ["Wait... ", "what? ", "Really?! ", "Yes!"],
    "It costs 3.50 euros, e.g. at Dr. Smith's. OK?": ["It costs 3.50 euros, e.g. at Dr. Smith's. ", "OK?"],
    "At 5 p.m. we left. It was late.": ["At 5 p.m. we left. ", "It was late."],
    "Am 3. Mai kam er. Am 4. ging er.": ["Am 3. Mai kam er. ", "Am 4. ging er."],
    "Born in 1990. Died in 2020.": ["Born in 1990. ", "Died in 2020."],
    "J. Austen wrote it. Good.": ["J. Austen wrote it. ", "Good."],
    "Toma algo, p. ej. Té. Vale.": ["Toma algo, p. ej. Té. ", "Vale."],
    "Start with I. (Fang mit I an.) Now you.": ["Start with I. ", "(Fang mit I an.) ", "Now you."],
    'She said: "Come in." He came.': ['She said: "Come in." ', "He came."],
    "(Really?) Yes.": ["(Really?) ", "Yes."],
    "¿Qué tal? ¡Muy bien! Vamos.": ["¿Qué tal? ", "¡Muy bien! ", "Vamos."],
    "안녕하세요! 저는 선생님이에요. 시작할까요?": ["안녕하세요! ", "저는 선생님이에요. ", "시작할까요?"],
    "こんにちは。「元気ですか。」はい！": ["こんにちは。", "「元気ですか。」", "はい！"],
    "你好！今天我们学什么？开始吧。": ["你好！", "今天我们学什么？", "开始吧。"],
    "First line\nSecond line\n\n- a point": ["First line\n", "Second line\n\n", "- a point"],
    "**Good!** Now you.": ["**Good!** ", "Now you."],
    "\n\nHello. You?": ["\n\nHello. ", "You?"],
    "no end": ["no end"],
    "": [],
}


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_cut_where_a_voice_falls(text: str) -> None:
    cutter = SentenceCutter()
    assert cutter.feed(text) + cutter.flush() == TEXTS[text]


@pytest.mark.parametrize("text", TEXTS)
def test_it_does_not_matter_in_which_pieces_the_text_comes(text: str) -> None:
    cutter = SentenceCutter()
    letter_by_letter = [piece for letter in text for piece in cutter.feed(letter)] + cutter.flush()
    assert letter_by_letter == TEXTS[text] or "\n\n" in text  # a line break is a line break before the second comes


@given(st.lists(st.text(alphabet="aZé. !?…。」)\n\"'3,한", max_size=12), max_size=30), st.integers(5, 40))
def test_nothing_is_lost_and_nothing_gets_too_long(parts: list[str], longest: int) -> None:
    cutter = SentenceCutter(longest)
    pieces = [piece for part in parts for piece in cutter.feed(part)]
    rest = cutter.flush()
    assert "".join(pieces + rest) == "".join(parts)
    assert all(0 < len(piece) <= longest for piece in pieces)
    assert all(len(piece) <= longest + 12 for piece in rest)


def test_the_first_sentence_is_out_as_soon_as_the_second_begins() -> None:
    cutter = SentenceCutter()
    assert cutter.feed("Hello there.") == []
    assert cutter.feed(" ") == []
    assert cutter.feed("H") == ["Hello there. "]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        (
            "안녕하세요! (Hello! I am Mina.) (Stuck? Ask.) 네.",
            ["안녕하세요!", "(Hello! I am Mina.)", "(Stuck? Ask.)", "네."],
        ),
        ("One. (Two. Three", ["One.", "(Two. Three"]),
        ("Sad :( but true. Yes.", ["Sad :( but true.", "Yes."]),
        ("f(x. Y) is. Z", ["f(x.", "Y) is.", "Z"]),
        ("(Two.\nThree. Four.", ["(Two.", "Three.", "Four."]),
    ],
)
def test_what_stands_in_brackets_is_one_piece(text: str, pieces: list[str]) -> None:
    assert sentences(text) == pieces
    cutter = SentenceCutter()
    assert [p.strip() for letter in text for p in cutter.feed(letter)] + [p.strip() for p in cutter.flush()] == pieces


def test_a_text_without_sentences_is_cut_at_a_pause() -> None:
    cutter = SentenceCutter()
    pieces = cutter.feed("one two three four, " * 40)
    assert all((len(piece) <= LONGEST_PIECE and piece.endswith(", ")) or piece.endswith(" ") for piece in pieces)
    assert len(pieces) == 2
    unbroken = SentenceCutter().feed("word" * 100)
    assert [len(piece) for piece in unbroken] == [LONGEST_PIECE]


@pytest.mark.parametrize(
    ("piece", "words"),
    [
        ("**Very** good! ", "Very good!"),
        ("- `sum` is *so*\n", "- sum is so"),
        ("See [the page](https://x.org/y).", "See the page."),
        ("# Lesson 1\n", "Lesson 1"),
        (" … ", ""),
        ("🙂 ", ""),
        ("**", ""),
        ("네!", "네!"),
        ("(I am Mina. What is your name?) ", ""),
        ("（笑）", ""),
        ("[laughs]", ""),
        ("I go (by bus) home.", "I go (by bus) home."),
        ("Well done! 🎉👏🏽", "Well done!"),
        ("👨‍👩‍👧 A family.", "A family."),
        ("It is 20 °C. ✅", "It is 20 °C."),
        ("*smiles warmly* Hello!", "Hello!"),
        ("(laughs) That is *very* good.", "That is very good."),
        ("[pause] Now you.", "Now you."),
        ("Open https://example.org/a.html, please.", "Open, please."),
        ("(smiles) 네, 좋아요! (웃음)", "네, 좋아요!"),
        ("３ cafés, 50 % off", "３ cafés, 50 % off"),
        ("(One) and (two)", "(One) and (two)"),
        ("3~5개, ~~no~~ #1", "3~5개, no #1"),
    ],
)
def test_marks_are_not_read_aloud(piece: str, words: str) -> None:
    assert speakable(piece) == words
