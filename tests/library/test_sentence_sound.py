"""Sentences cut out of what was recorded of the tutor: each piece of the talk is a tone of its own."""

from __future__ import annotations

import wave
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest

from tests.support.pulse import tone
from tutor_tui.core import pcm
from tutor_tui.core.lesson_records import KeptLesson, LessonRecord, TurnRecord
from tutor_tui.learning.items import Item, ItemKind
from tutor_tui.library import recordings
from tutor_tui.library.sentence_sound import RecordedVoice
from tutor_tui.speech.words_heard import usual_ms
from tutor_tui.testing.wav_sound_card import write_wav

LESSON = LessonRecord("2026-11-27-abcd", 1_000_000.0, "Spanish", target_language="es")
PIECES = ("Good.", "We say:", "Un café, por favor.", "Yo tomo el café con leche y sin azúcar, ¿y tú?")
HZ = (300.0, 440.0, 660.0, 990.0)
BEGINS_MS, PAUSE_MS = 900, 200


def recorded(data: Path, state: str = "done", heard_share: float = 1.0) -> RecordedVoice:
    """A lesson in which the tutor said that, up to that share of it."""
    sounds = [tone(usual_ms(piece) / 1_000, hz=hz) for piece, hz in zip(PIECES, HZ, strict=True)]
    said = pcm.silence(PAUSE_MS).join(sounds)
    said = said[: pcm.bytes_of(round(pcm.ms_of(len(said)) * heard_share))]
    folder = data / recordings.FOLDER
    folder.mkdir()
    file = recordings.file_of(data, LESSON.id, "tutor")
    write_wav(file, pcm.silence(BEGINS_MS) + said + pcm.silence(2_000))
    text = f"{' '.join(PIECES)} (I take mine with milk and without sugar, and you?)"
    until_ms = BEGINS_MS + round(pcm.ms_of(len(said)))
    turn = TurnRecord(LESSON.id, "T", 0, "tutor", text, state, heard_share, began_ms=BEGINS_MS, ended_ms=until_ms)
    return RecordedVoice(KeptLesson(LESSON, (turn,), recordings=(str(file),)), data)


def tones_in(sound: bytes) -> set[float]:
    """Which of the tones are in it, by their zero crossings in every 50 ms that are filled with one."""
    with wave.open(BytesIO(sound)) as read:
        samples = pcm.samples_of(read.readframes(read.getnframes()))
    found = set[float]()
    step = pcm.RATE_HZ // 20
    for at in range(0, len(samples) - step, step):
        part = samples[at : at + step]
        if min(max(part[: step // 10]), max(part[-step // 10 :])) > 1_000:
            hz = sum(a < 0 <= b for a, b in pairwise(part)) * 20
            found |= {each for each in HZ if abs(each - hz) < 45}
    return found


def word(term: str, example: str = "") -> Item:
    return Item("es", ItemKind.WORD, term, "", example, lesson_id=LESSON.id)


@pytest.mark.parametrize(
    ("item", "hz"),
    [
        (word("Un café, por favor."), HZ[2]),
        (word("un café", "Un café, por favor"), HZ[2]),
        (word("azúcar"), HZ[3]),
        (replace(word("café con leche"), said="café de leche"), HZ[3]),
    ],
    ids=["a sentence", "an example", "a word in a sentence", "a correction"],
)
def test_the_sound_of_a_card_is_the_sentence(item: Item, hz: float, tmp_path: Path) -> None:
    """It was all that the tutor had said in one go, in two languages."""
    assert tones_in(recorded(tmp_path).sound_of(item)) == {hz}


def test_an_example_of_two_sentences_is_both(tmp_path: Path) -> None:
    item = word("tomo", "por favor. Yo tomo el café con leche")
    assert tones_in(recorded(tmp_path).sound_of(item)) == set(HZ[1:]), "from the sentence in which it begins"


def test_of_a_turn_that_was_stopped_the_sentences_before_have_sound(tmp_path: Path) -> None:
    voice = recorded(tmp_path, "cut", 0.75)
    assert tones_in(voice.sound_of(word("Un café, por favor."))) == {HZ[2]}
    assert voice.sound_of(word("azúcar")) == b"", "not said to its end"


def test_what_was_not_said_or_not_recorded_has_none(tmp_path: Path) -> None:
    voice = recorded(tmp_path)
    assert voice.sound_of(word("cerveza")) == b""
    assert voice.sound_of(word("sugar")) == b"", "it stands in brackets: it was to be read"
    unrecorded = RecordedVoice(KeptLesson(LESSON, ()), tmp_path)
    assert unrecorded.sound_of(word("un café")) == b""
