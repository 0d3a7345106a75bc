"""The ears, on speech of people: what is expected is recognised, what is not is turned down."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from tests.offline_server.recordings import OTHERS, SPOKEN, recording
from tests.offline_server.stt.hearing_rates import SHORT, Tries
from tutor_tui.core import pcm
from tutor_tui.offline_server.hearing import Hearing, Match, heard_languages
from tutor_tui.offline_server.phones import LANGUAGES
from tutor_tui.offline_server.stt.pocketsphinx import PocketSphinx
from tutor_tui.offline_server.stt.recogniser import Recogniser
from tutor_tui.offline_server.stt.worker_pipe import NOTHING
from tutor_tui.offline_server.tts.espeak import Espeak

ORDINARY = [
    "yes",
    "no",
    "coffee",
    "yes please",
    "i am from korea",
    "my name is anna",
    "i would like a cup of tea please",
]


def heard(ears: Recogniser, sound: bytes, piece_ms: int = 32) -> Hearing:
    ears.begin()
    size = pcm.bytes_of(piece_ms)
    for start in range(0, len(sound), size):
        ears.feed(sound[start : start + size])
    return ears.finish()


def free_decoder(recogniser: Recogniser) -> Any:
    """Of free speech."""
    assert recogniser._free is not None
    return recogniser._free._decoder


@pytest.fixture(scope="module")
def acquainted() -> tuple[Recogniser, str]:
    """A recogniser that has heard the speaker before, and what it remembers of the sound (the cepstral mean)."""
    recogniser = Recogniser()
    for name in ("cards-001", "cards-002"):
        heard(recogniser, recording(name))
    return recogniser, free_decoder(recogniser).get_cmn(False)


@pytest.fixture
def recogniser(acquainted: tuple[Recogniser, str]) -> Recogniser:
    """Remembers the same in each test: what is freely heard depends on it, and tests may come in any order."""
    recogniser, mean = acquainted
    free_decoder(recogniser).set_cmn(mean)
    return recogniser


@pytest.fixture(scope="module")
def judge() -> Recogniser:
    """A recogniser that only says whether an expected sentence was said: for all tests that ask no more.

    Without the decoder of free speech, which takes six times as long as that of the expected sentences.
    """
    recogniser = Recogniser()
    recogniser._free = None
    return recogniser


@pytest.mark.parametrize(("name", "silence_ms"), [*((name, 0) for name in SPOKEN), *((name, 700) for name in SHORT)])
def test_a_grammar_of_ten_recognises_six_of_six(judge: Recogniser, name: str, silence_ms: int) -> None:
    judge.expect([*SPOKEN.values(), *OTHERS])
    assert heard(judge, recording(name) + pcm.silence(silence_ms)) == Hearing(SPOKEN[name], Match.EXPECTED)


@pytest.mark.parametrize("name", SPOKEN)
def test_a_sentence_that_the_grammar_leaves_out_is_not_taken_for_another(judge: Recogniser, name: str) -> None:
    judge.expect([*(text for text in SPOKEN.values() if text != SPOKEN[name]), *OTHERS, *ORDINARY])
    assert heard(judge, recording(name)) == NOTHING


@pytest.mark.slow
@pytest.mark.parametrize("name", ["austen-0880", "cards-003"])
def test_a_sentence_that_the_grammar_leaves_out_is_judged_by_what_was_freely_heard(
    recogniser: Recogniser, name: str
) -> None:
    recogniser.expect([*(text for text in SPOKEN.values() if text != SPOKEN[name]), *OTHERS, *ORDINARY])
    hearing = heard(recogniser, recording(name))
    assert hearing.match is not Match.EXPECTED, hearing
    assert set(hearing.text.split()) & set(SPOKEN[name].split()), "some of the words are understood all the same"


def test_nothing_is_drawn_at_random_in_free_speech(recogniser: Recogniser) -> None:
    """Dither, drawn anew in each process whatever its seed, changed a word in twenty."""
    assert not free_decoder(recogniser).config["dither"]


@pytest.mark.slow
def test_no_recording_passes_for_any_other_sentence(judge: Recogniser) -> None:
    """One-sentence grammars are the most gullible."""
    accepted = []
    for name, text in itertools.product(SHORT, [*(SPOKEN[name] for name in SHORT), *OTHERS, "four of clubs", "yes"]):
        judge.expect([text])
        if text != SPOKEN[name] and heard(judge, recording(name)).match is Match.EXPECTED:
            accepted.append((name, text))
    assert accepted == []


@pytest.mark.slow
def test_right_answers_are_accepted_and_wrong_ones_are_not_however_they_come() -> None:
    """Any alignment, level and light noise.

    `python -m tests.offline_server.stt.hearing_rates` tells more, with more rounds and the long recordings too.
    """
    tries = Tries(seed=5)
    tries.run(rounds=1, names=SHORT)
    assert tries.rate(right=True) == 1, list(tries.report())
    assert tries.rate(right=False) == 0, list(tries.report())


@pytest.mark.slow
def test_what_was_heard_before_changes_nothing(judge: Recogniser) -> None:
    """A right answer was refused 8 times in 25 by what earlier utterances, and the first silence, left behind."""
    requests = ["repeat please", "help me please", "i don't know", "skip this", "start again"]
    for lead in range(0, 400, 71):
        for name in ("cards-001", "cards-003", "austen-0880"):
            judge.expect([SPOKEN[name], *requests])
            sound = bytes(lead * 48 + lead % 7 * 2) + recording(name) + pcm.silence(500)
            assert heard(judge, sound, 20) == Hearing(SPOKEN[name], Match.EXPECTED)


@pytest.mark.slow
def test_two_sentences_run_together_are_neither(judge: Recogniser) -> None:
    judge.expect([*SPOKEN.values(), *OTHERS])
    for one, other in [("cards-001", "cards-003"), ("cards-002", "austen-0880"), ("austen-0880", "cards-001")]:
        assert heard(judge, recording(one) + pcm.silence(150) + recording(other)).match is not Match.EXPECTED


@pytest.mark.slow
def test_half_a_sentence_is_not_the_whole(judge: Recogniser) -> None:
    judge.expect([*SPOKEN.values(), *OTHERS])
    for name in ("austen-0880", "austen-0890"):
        sound = recording(name)
        middle = len(sound) // 4 * 2
        assert heard(judge, sound[:middle]).match is not Match.EXPECTED
        assert heard(judge, sound[middle:]).match is not Match.EXPECTED


def noises() -> dict[str, bytes]:
    random = np.random.default_rng(1)
    second = pcm.RATE_HZ
    tone = 6000 * np.sin(2 * np.pi * 440 * np.arange(second) / second)
    clicks = np.zeros(second)
    clicks[:: second // 4] = 20_000
    sounds = {"hiss": random.normal(0, 1500, second), "tone": tone, "clicks": clicks, "silence": np.zeros(second)}
    return {name: sound.astype("<i2").tobytes() for name, sound in sounds.items()}


@pytest.mark.parametrize("noise", noises())
def test_noise_is_no_answer(judge: Recogniser, noise: str) -> None:
    judge.expect(ORDINARY)
    assert heard(judge, noises()[noise]).match is not Match.EXPECTED


def test_other_languages_are_no_answer(judge: Recogniser) -> None:
    judge.expect(ORDINARY)
    for language, text in [
        ("ko", "안녕하세요 저는 학생입니다"),
        ("es", "me llamo ana"),
        ("de", "ich möchte einen kaffee"),
    ]:
        sound = b"".join(Espeak().speak(text, language))
        assert heard(judge, sound).match is not Match.EXPECTED


@pytest.mark.slow
def test_short_answers_are_told_apart(recogniser: Recogniser) -> None:
    """A person says the number; the grammar has one word for it, and others like it."""
    seven = recording("cards-003")[: pcm.bytes_of(620)]
    recogniser.expect(["seven", "eleven", "ten", "yes"])
    assert heard(recogniser, seven).text == "seven"
    recogniser.expect(["coffee", "yes", "no"])
    assert heard(recogniser, seven).match is not Match.EXPECTED


def test_sentences_come_back_as_they_were_given(judge: Recogniser) -> None:
    judge.expect(["Ten of clubs!", "NO"])
    assert heard(judge, recording("cards-001")) == Hearing("Ten of clubs!", Match.EXPECTED)


@pytest.mark.slow
def test_a_sentence_with_an_unknown_word_is_left_to_free_speech(recogniser: Recogniser) -> None:
    recogniser.expect(["bibimbap of qwrtzp", "", "!", "ten of clubs"])
    assert heard(recogniser, recording("cards-001")).match is Match.EXPECTED
    recogniser.expect(["bibimbap of qwrtzp"])
    hearing = heard(recogniser, recording("cards-003"))
    assert hearing.match is not Match.EXPECTED and hearing.text.startswith("seven of")


@pytest.mark.slow
def test_nothing_expected_means_free_speech(recogniser: Recogniser) -> None:
    recogniser.expect([])
    assert heard(recogniser, recording("cards-003")) == Hearing("seven of clubs")


@pytest.mark.slow
@pytest.mark.parametrize("piece_ms", [1, 5_000])  # all other tests here have 32
def test_pieces_may_have_any_size(recogniser: Recogniser, piece_ms: int) -> None:
    recogniser.expect(["ten of clubs", "ten of hearts"])
    assert heard(recogniser, recording("cards-001"), piece_ms) == Hearing("ten of clubs", Match.EXPECTED)


@pytest.mark.slow
def test_an_utterance_without_sound_or_left_open_does_no_harm(recogniser: Recogniser) -> None:
    recogniser.expect(["ten of clubs"])
    assert recogniser.finish() == NOTHING
    recogniser.begin()
    assert recogniser.finish() == NOTHING
    recogniser.begin()
    recogniser.feed(recording("cards-003"))
    assert heard(recogniser, recording("cards-001")).match is Match.EXPECTED


def test_what_is_heard_without_anything_else_installed() -> None:
    assert heard_languages() == LANGUAGES == {"en", "ko", "es", "ja", "de", "fr", "zh", "it", "pt"}


def test_a_language_they_cannot_hear() -> None:
    ears = PocketSphinx("ru")
    ears.wake()
    assert ears._child is None
    ears.expect(["да"])
    ears.begin()
    ears.feed(recording("cards-001"))
    assert ears.finish() == NOTHING and ears.usage() is None
    ears.close()
