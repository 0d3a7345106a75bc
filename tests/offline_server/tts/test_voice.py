"""Who says what: each language by its best voice, and espeak-ng wherever that is not to be had."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
import pytest

from tutor_tui.core import pcm
from tutor_tui.offline_server.ports.unavailable import Unavailable
from tutor_tui.offline_server.tts.espeak import Espeak
from tutor_tui.offline_server.tts.speaker import KNEE, PIECE_MS, Stop, as_s16
from tutor_tui.offline_server.tts.voice import REST_S, EngineSlot, Voice, Voices
from tutor_tui.offline_server.tts.voices import ESPEAK, VOICES, VoiceEntry, is_name, voices_of

MARK = pcm.bytes_from(pcm.samples_of(b"\x10\x20" * 2_400))
"""What the engine below says: a sound that espeak-ng never makes."""


@dataclass
class Clock:
    now_s: float = 0.0

    def __call__(self) -> float:
        return self.now_s


@dataclass
class Parrot:
    """Says the same to everything, or breaks down."""

    clock: Clock = field(default_factory=Clock)
    takes_s: float = 0.0
    breaks: bool = False
    said: list[tuple[str, str, float]] = field(default_factory=list)

    def say(self, text: str, voice: VoiceEntry, speed: float, stop: Stop) -> Iterator[bytes]:
        self.said.append((text, voice.name, speed))
        self.clock.now_s += self.takes_s
        if self.breaks:
            raise Unavailable("It broke down.", "Mend it.")
        yield MARK


def slot(parrot: Parrot, *, is_here: bool = True, hurried: bool = True) -> EngineSlot:
    return EngineSlot(lambda: parrot, lambda: is_here, hurried=hurried, clock=parrot.clock)


def heard(voice: Voice, text: str, language: str, speed: float = 1.0) -> bytes:
    return b"".join(voice.speak(text, language, speed))


def test_each_language_is_said_by_its_own_engine() -> None:
    parrot, british = Parrot(), Parrot()
    voice = Voice(Voices({"kokoro": slot(parrot), "hibari": slot(british)}))
    heard(voice, "Say: 안녕하세요, please.", "ko", 0.8)
    assert british.said == [("Say: ", "en-heart", 0.8), ("please.", "en-heart", 0.8)]
    assert parrot.said == [], "Korean has no voice but espeak-ng's"
    heard(voice, "¿Qué tal?", "es")
    assert parrot.said == [("¿Qué tal?", "es-dora", 1.0)]


@pytest.mark.parametrize("language", ["ko", "de", "ru"])
def test_espeak_says_what_no_other_can(language: str) -> None:
    text = {"ko": "안녕하세요.", "de": "Guten Tag.", "ru": "Привет."}[language]
    voice = Voice(Voices({"kokoro": slot(Parrot()), "hibari": slot(Parrot())}))
    assert pcm.ms_of(len(heard(voice, text, language))) == pytest.approx(
        pcm.ms_of(sum(map(len, Espeak().speak(text, language)))), rel=0.02
    )


def test_pieces_are_small_and_sentences_apart() -> None:
    voice = Voice(Voices({"kokoro": slot(Parrot())}))
    pieces = list(voice.speak("Uno. Dos.", "es"))
    assert all(0 < len(piece) <= pcm.bytes_of(PIECE_MS) for piece in pieces)
    assert len(b"".join(pieces)) == 2 * len(MARK) + pcm.bytes_of(250)


@pytest.mark.parametrize(
    ("wanted", "language", "name"),
    [
        ((), "es", "es-dora"),
        (("es-alex",), "es", "es-alex"),
        (("marin", "es-alex"), "es", "es-alex"),
        (("fr-siwis",), "es", "es-dora"),
        (("es-espeak",), "es", "es-espeak"),
        ((ESPEAK,), "es", "es-espeak"),
        (("en-emma",), "en", "en-emma"),
        ((), "ko", "ko-espeak"),
        ((), "ru", "ru-espeak"),
    ],
)
def test_a_name_chooses_a_voice_of_its_language_only(wanted: tuple[str, ...], language: str, name: str) -> None:
    assert next(voices_of(language, wanted)).name == name


def test_every_language_ends_with_espeak_and_every_name_is_one() -> None:
    for language in {voice.language for voice in VOICES} | {"sw"}:
        assert [*voices_of(language)][-1].engine == ESPEAK
    names = [voice.name for voice in VOICES]
    assert len(set(names)) == len(names)
    assert all(map(is_name, [*names, ESPEAK])) and not is_name("marin")


def troubled(make: Callable[[Parrot], EngineSlot], parrot: Parrot, *wanted: str) -> tuple[bytes, list[str]]:
    """What is heard twice of a Spanish word, and what is told of it."""
    told: list[Unavailable] = []
    voice = Voice(Voices({"kokoro": make(parrot)}), wanted, told.append)
    sound = heard(voice, "Hola.", "es") + heard(voice, "Hola.", "es")
    return sound, [str(each) for each in told]


def test_what_breaks_down_is_told_once_and_espeak_goes_on() -> None:
    sound, told = troubled(slot, Parrot(breaks=True))
    assert told == ["It broke down. Mend it."]
    assert MARK not in sound and pcm.ms_of(len(sound)) > 500


def test_what_does_not_load_is_told_once_and_tried_once() -> None:
    tries = []

    def fails() -> Parrot:
        tries.append(1)
        raise Unavailable("Its weights are damaged.", "Run: pip.")

    sound, told = troubled(lambda _: EngineSlot(fails, lambda: True), Parrot())
    assert told == ["Its weights are damaged. Run: pip."] and len(tries) == 1
    assert pcm.ms_of(len(sound)) > 500


def test_an_extra_that_is_not_installed_is_no_news() -> None:
    sound, told = troubled(lambda parrot: slot(parrot, is_here=False), Parrot())
    assert told == [] and pcm.ms_of(len(sound)) > 500


def test_unless_its_voice_was_asked_for() -> None:
    _, (told,) = troubled(lambda parrot: slot(parrot, is_here=False), Parrot(), "es-alex")
    assert told.startswith("The voice es-alex is not installed: espeak-ng speaks meanwhile. Run: ")


def test_a_language_without_a_voice_is_read_by_the_english_one_and_told() -> None:
    told: list[Unavailable] = []
    assert heard(Voice(Voices({}), (), told.append), "Hello there.", "yo")
    assert [each.title for each in told] == ["There is no voice for Yoruba: an English one reads it."]


def test_a_machine_that_lags_is_left_to_espeak_for_a_while() -> None:
    parrot = Parrot(takes_s=0.3)
    told: list[Unavailable] = []
    voice = Voice(Voices({"kokoro": slot(parrot)}), (), told.append)
    while not told and len(parrot.said) < 1_000:
        heard(voice, "Hola.", "es")
    assert "too slow for the better voices" in str(told[0])
    before = len(parrot.said)
    heard(voice, "Hola.", "es")
    assert len(parrot.said) == before, "it rests"
    parrot.clock.now_s += REST_S
    assert MARK in heard(voice, "Hola.", "es"), "and then it is tried again"
    assert len(told) == 1


def test_one_that_may_take_its_time_does() -> None:
    parrot = Parrot(takes_s=5.0)
    voice = Voice(Voices({"kokoro": slot(parrot, hurried=False)}))
    for _ in range(200):
        assert MARK in heard(voice, "Hola.", "es")


def test_closing_ends_the_engine_at_once() -> None:
    class Endless(Parrot):
        def say(self, text: str, voice: VoiceEntry, speed: float, stop: Stop) -> Iterator[bytes]:
            while not stop.asked:
                yield MARK

    pieces = Voice(Voices({"kokoro": slot(Endless())})).speak("Hola.", "es")
    next(pieces)
    pieces.close()
    assert list(pieces) == []


def test_what_a_lesson_needs_is_loaded_and_nothing_else() -> None:
    kokoro, hibari = Parrot(), Parrot()
    voices = Voices({"kokoro": slot(kokoro), "hibari": slot(hibari)})
    voices.load({"ko", "en"})
    assert (len(kokoro.said), len(hibari.said)) == (0, 1)
    voices.load(["zh"], ["zh-yunxi"])
    assert kokoro.said == [("好", "zh-yunxi", 1.0)]


def test_loading_what_is_broken_waits_for_who_speaks_to_be_told() -> None:
    voices = Voices({"kokoro": slot(Parrot(breaks=True))})
    voices.load(["es"])
    told: list[Unavailable] = []
    heard(Voice(voices, (), told.append), "Hola.", "es")
    assert [each.title for each in told] == ["It broke down."]


# ---- in advance -----------------------------------------------------------------------------------------------------


def late(parrot: Parrot) -> Voices:
    """Voices whose Spanish begins late, loaded."""
    voices = Voices({"kokoro": EngineSlot(lambda: parrot, lambda: True, begins_late=True, clock=parrot.clock)})
    voices.load(["es"])
    return voices


def test_only_an_engine_that_begins_late_and_is_loaded_begins_in_advance() -> None:
    voice = Voice(late(Parrot()))
    assert voice.speak_ahead("¿Qué tal?", "es") is not None
    assert voice.speak_ahead("안녕하세요.", "ko") is None
    assert Voice(late(Parrot()), [ESPEAK]).speak_ahead("¿Qué tal?", "es") is None
    assert Voice(Voices({"kokoro": slot(Parrot())})).speak_ahead("¿Qué tal?", "es") is None, "it is not loaded"


def test_what_begins_in_advance_sounds_as_ever() -> None:
    voice = Voice(late(Parrot()))
    ahead = voice.speak_ahead("Uno. Dos. Tres.", "es")
    assert ahead is not None
    first = next(ahead)
    assert first + b"".join(ahead) == heard(voice, "Uno. Dos. Tres.", "es")


def test_what_is_made_in_advance_and_loading_do_not_count_as_lag() -> None:
    parrot = Parrot(takes_s=0.3)
    told: list[Unavailable] = []
    voices = late(parrot)
    voice = Voice(voices, (), told.append)
    for _ in range(150):  # 15 s of sound, 45 s of work, and as much for loading
        ahead = voice.speak_ahead("Hola.", "es")
        assert ahead is not None
        next(ahead)
        voices.load(["es"])
    assert told == []
    assert heard(voice, "Hola.", "es") == MARK
    assert told == []


def test_what_is_heard_behind_it_counts() -> None:
    parrot = Parrot(takes_s=0.3)
    told: list[Unavailable] = []
    voice = Voice(late(parrot), (), told.append)
    for _ in range(400):
        list(voice.speak_ahead("Uno. Dos.", "es") or ())
    heard(voice, "Hola.", "es")
    assert len(told) == 1


def test_peaks_are_rounded_off_and_the_rest_is_left_alone() -> None:
    wave = np.sin(np.linspace(0, 20, 4_000, dtype=np.float32))
    loud = as_s16(wave * np.float32(1.4)).astype(int)
    assert 32_000 < abs(loud).max() < 32_767
    quiet = abs(wave * 1.4) < KNEE
    assert (abs(loud[quiet] - wave[quiet] * 1.4 * 32_767) <= 1).all()
    rising = as_s16(np.linspace(-1.4, 1.4, 1_000, dtype=np.float32)).astype(int)
    assert (np.diff(rising) >= 0).all()
