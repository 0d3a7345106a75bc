"""How clearly words were said, on human speech: right ones are not called wrong, and another word is found."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.offline_server.recordings import SPOKEN, recording_16k
from tutor_tui.offline_server.hearing import PhoneSlip
from tutor_tui.offline_server.phones import PHONES, Pronounced, pronounce
from tutor_tui.offline_server.pronunciation import Clarity, clarities, slip
from tutor_tui.offline_server.stt.phone_posteriors import BLANK, load

REPLACED = {
    "austen-0880": ("he was not an honest disposed young man", "honest"),
    "austen-0890": ("unless to be rather cold hearted and rather happy is to be ill disposed", "happy"),
    "cards-001": ("ten of hearts", "hearts"),
    "cards-003": ("queen of clubs", "queen"),
}
"""What is not said, of a recording, and the word that makes the difference."""


def heard(name: str) -> NDArray[np.float32]:
    posteriors = load()
    assert posteriors is not None
    return posteriors.of(recording_16k(name))


def spoken(*phones: str) -> NDArray[np.float32]:
    """Posteriors of a speaker who says these, each for two frames with a blank behind it."""
    columns = [column for phone in phones for column in (*[PHONES.index(phone)] * 2, BLANK)]
    chances = np.full((len(columns), BLANK + 1), 0.001, dtype=np.float32)
    chances[range(len(columns)), columns] = 0.96
    return np.log(chances)


@pytest.mark.parametrize("name", SPOKEN)
def test_words_that_were_said_are_hardly_ever_called_different(name: str) -> None:
    words = clarities(pronounce(SPOKEN[name], "en"), heard(name), "en")
    assert [word.text for word in words] == SPOKEN[name].split()
    assert sum(word.clarity is Clarity.DIFFERENT for word in words) <= len(words) // 12
    assert sum(word.clarity is Clarity.CLEAR for word in words) >= 0.6 * len(words)


@pytest.mark.parametrize("name", REPLACED)
def test_another_word_is_found_and_its_neighbours_are_not_blamed(name: str) -> None:
    sentence, other = REPLACED[name]
    words = clarities(pronounce(sentence, "en"), heard(name), "en")
    assert [word.text for word in words if word.clarity is Clarity.DIFFERENT] == [other]


def test_a_word_that_was_left_out_is_different() -> None:
    words = [
        Pronounced("red", ("R", "EH", "D")),
        Pronounced("big", ("B", "IH", "G")),
        Pronounced("sun", ("S", "AH", "N")),
    ]
    found = clarities(words, spoken("R", "EH", "D", "S", "AH", "N"), "en")
    assert [word.clarity for word in found] == [Clarity.CLEAR, Clarity.DIFFERENT, Clarity.CLEAR]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (("SH", "IH", "P"), PhoneSlip("S", "SH")),
        (("S", "IH"), PhoneSlip("P", "")),
        (("S", "IH", "P"), None),
    ],
)
def test_a_slip_is_named_where_it_explains_what_was_heard(said: tuple[str, ...], expected: PhoneSlip | None) -> None:
    words = [Pronounced("a", ("AH",)), Pronounced("sip", ("S", "IH", "P"))]
    assert slip(words, 1, spoken("AH", *said), "en") == expected


def test_of_another_word_altogether_no_sound_is_named() -> None:
    words = [Pronounced("a", ("AH",)), Pronounced("sip", ("S", "IH", "P"))]
    assert slip(words, 1, spoken("AH", "M", "OW", "D", "EH", "P"), "en") is None


def test_what_no_learner_takes_for_the_phone_is_no_slip() -> None:
    assert slip([Pronounced("sip", ("S", "IH", "P"))], 0, spoken("M", "IH", "P"), "en") in (None, PhoneSlip("S", ""))


def test_an_accent_of_the_language_itself_is_no_slip() -> None:
    words = [Pronounced("cena", ("TH", "EH", "N", "AA"))]
    assert slip(words, 0, spoken("S", "EH", "N", "AA"), "es") is None
    assert [word.clarity for word in clarities(words, spoken("S", "EH", "N", "AA"), "es")] != [Clarity.DIFFERENT]


def test_nothing_was_said() -> None:
    nothing = np.zeros((0, BLANK + 1), dtype=np.float32)
    assert clarities(pronounce("ten of clubs", "en"), nothing, "en") == ()
    assert slip(pronounce("ten of clubs", "en"), 0, nothing, "en") is None
