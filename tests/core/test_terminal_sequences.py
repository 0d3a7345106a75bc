"""What a terminal sends, cut into keys and sequences: in one piece, in two, too late, or never whole."""

from __future__ import annotations

import random

import pytest

from tutor_tui.core.terminal_sequences import KeyPress, Pasted, SequenceReader, escape_wait_s, key_press

WAIT_S = 0.005

WHOLE = [
    "m",
    "한",
    "\x1b[A",
    "\x1bOP",
    "\x1b[1;5D",
    "\x1b[15~",
    "\x1b[<35;12;7M",
    "\x1b[M !!",
    "\x1b[[A",
    "\x1bx",
    "\x1b\x1b[A",
    "\x1b[12618:12618:99;5:1u",
    "\x1b]11;rgb:ffff/ffff/ffff\x1b\\",
    "\x1b]11;rgb:ffff/ffff/ffff\x07",
    "\x1bP>|tmux 3.4\x1b\\",
    "\x1b[?62;c",
]


@pytest.mark.parametrize("sequence", WHOLE, ids=ascii)
def test_a_sequence_is_one_however_it_is_broken(sequence: str) -> None:
    for cut in range(len(sequence)):
        reader = SequenceReader(WAIT_S)
        found = reader.feed(sequence[:cut], 0.0) + reader.feed(sequence[cut:] + "q", 0.004)
        assert found == [sequence, "q"], cut
        assert reader.due_s is None


@pytest.mark.parametrize("sequence", [each for each in WHOLE if len(each) > 2 and each[1] in "[O]P"], ids=ascii)
@pytest.mark.parametrize("late_s", [0.02, 0.3, 0.9])
def test_the_rest_of_a_sequence_is_no_key_however_late(sequence: str, late_s: float) -> None:
    for cut in range(1, len(sequence)):
        reader = SequenceReader(WAIT_S)
        found = reader.feed(sequence[:cut], 0.0) + reader.tick(late_s)
        found += reader.feed(sequence[cut:], late_s) + reader.feed("q", late_s + 0.01)
        keys = [each for each in found if len(each) == 1]
        assert keys == (["\x1b", "q"] if cut == 1 else ["q"])


def test_the_escape_key_is_given_out_after_the_wait_and_not_before() -> None:
    reader = SequenceReader(WAIT_S)
    assert reader.feed("\x1b", 1.0) == []
    assert reader.due_s == 1.0 + WAIT_S
    assert reader.tick(1.004) == []
    assert reader.tick(1.005) == ["\x1b"]
    assert reader.feed("\x1b\x1b", 2.0) == []
    assert reader.tick(2.1) == ["\x1b", "\x1b"]


@pytest.mark.parametrize("key", ["m", "[", "]", "O", "?", "[["])
def test_a_key_behind_the_escape_key_is_a_key(key: str) -> None:
    reader = SequenceReader(WAIT_S)
    reader.feed("\x1b", 0.0)
    reader.tick(0.01)
    assert "".join(reader.feed(key, 0.2) + reader.tick(0.31)) == key


def test_a_bracket_long_after_the_escape_key_comes_at_once() -> None:
    reader = SequenceReader(WAIT_S)
    reader.feed("\x1b", 0.0)
    reader.tick(0.01)
    assert reader.feed("[", 1.2) == ["["]


@pytest.mark.parametrize("pasted", ["", "one\ntwo", "\x1b[A", "[", "한" * 3000, "\x1b[20"])
def test_what_is_pasted_comes_as_one_however_it_is_broken(pasted: str) -> None:
    whole = f"a\x1b[200~{pasted}\x1b[201~m"
    for cut in {*range(9), *range(len(whole) - 9, len(whole)), len(whole) // 2}:
        reader = SequenceReader(WAIT_S)
        found = reader.feed(whole[:cut], 0.0) + reader.feed(whole[cut:], 0.004)
        assert found == ["a", pasted, "m"], cut
        assert isinstance(found[1], Pasted)


def test_a_paste_without_an_end_does_not_take_the_keys_for_ever() -> None:
    reader = SequenceReader(WAIT_S)
    assert reader.feed("\x1b[200~lost", 0.0) == []
    assert reader.tick(1.0) == []
    assert reader.tick(2.0) == ["lost"]
    assert reader.feed("m", 2.1) == ["m"]


def test_an_answer_without_an_end_does_not_either() -> None:
    reader = SequenceReader(WAIT_S)
    assert reader.feed("\x1b]11;rgb:" + "f" * 5000, 0.0) != [], "longer than any answer"
    reader = SequenceReader(WAIT_S)
    assert reader.feed("\x1b]11;rgb:ff", 0.0) + reader.tick(0.6) == []
    assert reader.feed("m", 3.0) == ["m"]


def test_nothing_that_comes_in_is_too_odd() -> None:
    chance = random.Random(7)
    reader, now_s = SequenceReader(WAIT_S), 0.0
    for _ in range(20_000):
        piece = "".join(chance.choice("\x1b\x1b[]OP_M<;:0129~uAmq\x07\\한") for _ in range(chance.randrange(1, 6)))
        now_s += chance.random() * 0.2
        assert all(reader.feed(piece, now_s))
        assert all(each or isinstance(each, Pasted) for each in reader.tick(now_s))
    reader.tick(now_s + 10)
    assert reader.feed("m", now_s + 20) == ["m"]


@pytest.mark.parametrize(
    ("environ", "wait_s"),
    [
        ({}, 0.005),
        ({"SSH_CONNECTION": "10.0.0.1 50000 10.0.0.2 22"}, 0.1),
        ({"SSH_TTY": "/dev/pts/3"}, 0.1),
        ({"ET_VERSION": "6.2"}, 0.1),
        ({"SSH_TTY": ""}, 0.005),
        ({"SSH_TTY": "/dev/pts/3", "ESCDELAY": "25"}, 0.025),
        ({"ESCDELAY": "soon"}, 0.005),
        ({"ESCDELAY": "99999999999"}, 10.0),
    ],
)
def test_a_line_from_afar_is_given_more_time(environ: dict[str, str], wait_s: float) -> None:
    assert escape_wait_s(environ) == wait_s


@pytest.mark.parametrize(
    ("sequence", "key"),
    [
        ("\x1b[12618;5u", KeyPress(12618, 5, "", "u", False)),
        ("\x1b[12618::99;5u", KeyPress(99, 5, "", "u", False)),
        ("\x1b[111::114;;111u", KeyPress(111, 1, "o", "u", False)),
        ("\x1b[109;1:3u", KeyPress(109, 1, "", "u", True)),
        ("\x1b[32;1:2;32u", KeyPress(32, 1, " ", "u", False, repeated=True)),
        ("\x1b[0;;54620:44397u", KeyPress(0, 1, "한국", "u", False)),
        ("\x1b[5~", KeyPress(5, 1, "", "~", False)),
        ("\x1b[109;;1114112:55296:109u", KeyPress(109, 1, "m", "u", False)),
        ("\x1b[A", None),
        ("\x1b[?29u", None),
        ("m", None),
    ],
)
def test_kittys_fields_are_read(sequence: str, key: KeyPress | None) -> None:
    assert key_press(sequence) == key
