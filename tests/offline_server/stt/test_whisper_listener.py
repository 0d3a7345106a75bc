"""What of a sound is shown to Whisper, when, and what becomes of its words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

import numpy as np
import pytest
from numpy.typing import NDArray

from tutor_tui.core import pcm
from tutor_tui.offline_server.hearing import HeardWord, Hearing, Match
from tutor_tui.offline_server.stt.mel import RATE_HZ
from tutor_tui.offline_server.stt.whisper_decoder import TimedWord, Transcript, WhisperModel
from tutor_tui.offline_server.stt.whisper_listener import Listener
from tutor_tui.offline_server.stt.worker_pipe import NOTHING
from tutor_tui.speech.vad import WINDOW_MS

LOUD: bytes = (np.sin(np.arange(pcm.RATE_HZ) * 0.3) * 8_000).astype("<i2").tobytes()
"""A second of what the test's detector takes for a voice."""


def voice(ms: int) -> bytes:
    return (LOUD * (ms // 1_000 + 1))[: pcm.bytes_of(ms)]


def loud(window: bytes) -> float:
    return float(np.abs(np.frombuffer(window, dtype="<i2")).mean() > 1_000)


@dataclass
class TinyModel(WhisperModel):
    """Answers in turn, and remembers what it was shown: seconds, languages, prompt."""

    answers: list[Transcript] = field(default_factory=list)
    shown: list[tuple[float, list[str], str]] = field(default_factory=list)
    worse: float = 0.0
    """By how much what is expected fits worse than it is written otherwise."""

    def transcribe(self, sound: NDArray[np.float32], languages: Sequence[str], prompt: str = "") -> Transcript:
        self.shown.append((round(len(sound) / RATE_HZ, 1), list(languages), prompt))
        return self.answers.pop(0) if self.answers else said("hello there")

    def fit(self, said: Transcript, text: str) -> float:
        alike = SequenceMatcher(None, said.text.casefold(), text.casefold()).ratio()
        return said.fit - 6.0 * (1.0 - alike) - self.worse


def said(text: str, language: str = "en", log_probability: float = -0.3) -> Transcript:
    words = tuple(TimedWord(word, 100 * at, 100 * at + 90, 0.9 - 0.5 * at) for at, word in enumerate(text.split()))
    return Transcript(text, language, log_probability, 0.1, words, encoded=text)


def heard(
    model: TinyModel, *sounds: bytes, expected: Sequence[str] = (), prompt: str = "", first: Hearing = NOTHING
) -> Hearing:
    listener = Listener(model, loud)
    listener.expect(expected)
    listener.begin(["en", "ko"], prompt)
    for sound in sounds:
        for at in range(0, len(sound), pcm.bytes_of(WINDOW_MS)):
            listener.feed(sound[at : at + pcm.bytes_of(WINDOW_MS)])
    return listener.finish(first) or first


def test_words_are_told_with_their_places_and_how_clear_they_were() -> None:
    hearing = heard(TinyModel(), pcm.silence(960), voice(960), pcm.silence(960))
    assert (hearing.text, hearing.match, hearing.language) == ("hello there", Match.OTHER, "en")
    at = 960 - 300  # the padding before the voice
    assert hearing.words == (HeardWord("hello", True, at, at + 90), HeardWord("there", False, at + 100, at + 190))


@pytest.mark.parametrize(
    "sound", [b"", pcm.silence(3_000), voice(32) + pcm.silence(500)], ids=["nothing", "zeros", "click"]
)
def test_where_there_is_no_voice_whisper_is_not_asked(sound: bytes) -> None:
    model = TinyModel()
    assert heard(model, sound) == Hearing()
    assert model.shown == []


def test_only_the_voice_is_shown_in_the_languages_of_the_lesson_and_with_the_prompt() -> None:
    model = TinyModel()
    heard(model, pcm.silence(4_000), voice(960), pcm.silence(4_000), prompt="Cards.")
    ((seconds, languages, prompt),) = model.shown
    assert seconds == pytest.approx(0.96 + 2 * 0.3, abs=0.1)
    assert (languages, prompt) == (["en", "ko"], "Cards.")


def test_a_pause_is_used_and_what_comes_after_it_is_heard_too() -> None:
    model = TinyModel(answers=[said("ten"), said("ten of clubs")])
    hearing = heard(model, voice(960), pcm.silence(640), voice(960), pcm.silence(640))
    assert hearing.text == "ten of clubs"
    assert [seconds for seconds, *_ in model.shown] == [pytest.approx(1.2, abs=0.15), pytest.approx(2.8, abs=0.15)]


def test_a_long_turn_is_heard_once_however_many_pauses_it_has() -> None:
    model = TinyModel()
    heard(model, *[voice(4_000), pcm.silence(640)] * 6)
    assert len(model.shown) == 3, "two looks, and all of it at the end"


def test_words_that_nobody_said_are_dropped() -> None:
    assert heard(TinyModel(answers=[said("Thanks for watching!")]), voice(960)) == Hearing()
    assert heard(TinyModel(answers=[said("고춧가루", log_probability=-2.0)]), voice(960)) == Hearing()


def test_a_long_recording_is_cut_where_it_is_quiet() -> None:
    model = TinyModel(answers=[said("one"), said("two"), said("three")])
    hearing = heard(model, voice(24_960), pcm.silence(160), voice(24_960), pcm.silence(160), voice(9_600))
    assert hearing.text == "one two three"
    seconds = [each for each, *_ in model.shown]
    assert seconds == [pytest.approx(25.0, abs=0.2), pytest.approx(25.1, abs=0.2), pytest.approx(9.7, abs=0.4)]
    assert [prompt for *_, prompt in model.shown] == ["", "one", "two"]
    begins = [word.begin_ms for word in hearing.words]
    assert begins == [0, pytest.approx(25_000, abs=200), pytest.approx(50_100, abs=300)]


def test_a_sentence_that_was_expected_is_told_as_it_is_written() -> None:
    hearing = heard(TinyModel(answers=[said("10 of cloves")]), voice(960), expected=["Two of hearts.", "Ten of clubs."])
    assert hearing.text == "Ten of clubs."
    assert hearing.match is not Match.OTHER
    assert hearing.rivals == ("10 of cloves",), "a name that nobody listed may be right"
    assert [(word.text, word.is_clear) for word in hearing.words][:2] == [("Ten", True), ("of", True)]


def test_something_else_is_free_speech() -> None:
    hearing = heard(TinyModel(answers=[said("I would like some noodles")]), voice(1_920), expected=["Ten of clubs."])
    assert (hearing.text, hearing.match) == ("I would like some noodles", Match.OTHER)


def test_an_accent_that_sounds_like_another_language_is_heard_in_that_of_the_lesson_too() -> None:
    model = TinyModel(answers=[said("텐 오브 클럽스", "ko"), said("ten of clubs")])
    hearing = heard(model, voice(960), expected=["Ten of clubs."])
    assert (hearing.text, hearing.match, hearing.language) == ("Ten of clubs.", Match.EXPECTED, "en")
    assert [languages for _, languages, _ in model.shown] == [["en", "ko"], ["en"]]


def test_what_was_said_in_another_language_stays_what_it_is() -> None:
    model = TinyModel(answers=[said("다시 말해 주세요", "ko"), said("da shi mal hae chu sayo")])
    hearing = heard(model, voice(960), expected=["Ten of clubs."])
    assert (hearing.text, hearing.match, hearing.language) == ("다시 말해 주세요", Match.OTHER, "ko")
    assert heard(TinyModel(answers=[said("다시", "ko")]), voice(960)).text == "다시", "nothing was expected"


def test_a_request_in_the_learner_s_own_language_is_told_as_it_is_listened_for() -> None:
    slower = "조금 더 천천히 말해 주세요"
    model = TinyModel(answers=[said("조금 더 천천히 마를 해주세요", "ko"), said("Chung Chung he mar hey jus say you")])
    hearing = heard(model, voice(2_880), expected=["Ten of clubs.", slower])
    assert (hearing.text, hearing.match, hearing.language) == (slower, Match.EXPECTED, "ko")


def test_what_sounds_alike_but_fits_much_worse_than_what_was_heard_is_not_what_was_said() -> None:
    alike = ["最初からお願いします"]
    near = said("もう一度お願いします", "en")
    assert heard(TinyModel(answers=[near]), voice(1_920), expected=alike).match is Match.OTHER
    assert heard(TinyModel(answers=[near], worse=-3.0), voice(1_920), expected=alike).match is not Match.EXPECTED


def test_of_two_recognisers_each_may_tip_the_scales() -> None:
    """What Whisper alone would ask about is heard where the others have found it, too; their doubtful guess is not."""
    expected = ["Ten of clubs.", "Two of hearts."]

    def hearing(first: Hearing) -> Hearing:
        return heard(TinyModel(answers=[said("then off cups")]), voice(960), expected=expected, first=first)

    assert (hearing(NOTHING).text, hearing(NOTHING).match) == (expected[0], Match.UNSURE)
    assert hearing(Hearing(expected[0], Match.UNSURE, log_odds=0.4)).match is Match.EXPECTED
    assert not hearing(Hearing(expected[0], Match.UNSURE, log_odds=0.4)).is_agreed, "it was written otherwise"
    guessed = hearing(Hearing(expected[1], Match.UNSURE, log_odds=-1.5))
    assert (guessed.text, guessed.match) == (expected[0], Match.UNSURE)


def test_two_recognisers_agree_where_both_have_the_sentence() -> None:
    first = Hearing("Ten of clubs.", Match.UNSURE, log_odds=0.4)
    for others, is_agreed in ((first, True), (NOTHING, False)):
        model = TinyModel(answers=[said("ten of clubs")])
        assert heard(model, voice(960), expected=["Ten of clubs."], first=others).is_agreed is is_agreed


def test_words_that_nobody_said_leave_what_others_have_heard_where_there_is_a_voice() -> None:
    first = Hearing("Ten of clubs.", Match.UNSURE, log_odds=0.0)

    def with_a_guess(*sounds: bytes) -> Hearing:
        guess = said("고춧가루", log_probability=-2.0)
        return heard(TinyModel(answers=[guess]), *sounds, expected=["Ten of clubs."], first=first)

    assert with_a_guess(voice(960)) == first
    assert with_a_guess(pcm.silence(960)) == Hearing()


def test_each_piece_of_a_recording_is_told_with_its_place() -> None:
    hearing = heard(TinyModel(answers=[said("one"), said("two")]), voice(24_960), pcm.silence(160), voice(9_600))
    assert [piece.text for piece in hearing.pieces] == ["one", "two"]
    first, second = hearing.pieces
    assert first.begin_ms == 0 and second.begin_ms == pytest.approx(25_000, abs=200)
    assert first.log_probability == -0.3 and first.no_speech == 0.1
