"""Who says what: each language by the best voice that is here, and by espeak-ng where that breaks down or lags."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from importlib.util import find_spec
from typing import Protocol

from tutor_tui.core import pcm
from tutor_tui.core.languages import language_name
from tutor_tui.offline_server.ports.unavailable import Tell, Unavailable
from tutor_tui.offline_server.tts import weights
from tutor_tui.offline_server.tts.espeak import Espeak
from tutor_tui.offline_server.tts.language_runs import spoken_runs
from tutor_tui.offline_server.tts.speaker import Speaker, Speech, Stop
from tutor_tui.offline_server.tts.voice_text import voice_text
from tutor_tui.offline_server.tts.voices import ESPEAK, EngineName, VoiceEntry, voices_of

JUDGED_S = 12.0
"""An engine that needs longer for this much sound than it lasts is too slow."""
REST_S = 120.0
"""So long espeak-ng speaks instead, and four times as long after that: what kept the machine busy may be over."""


class Engine(Protocol):
    """Speaks with one or more voices of the table."""

    def say(self, text: str, voice: VoiceEntry, speed: float, stop: Stop) -> Iterator[bytes]:
        """See `Speaker.say`. Raises `Unavailable` where it breaks down."""
        ...


class EngineSlot:
    """An engine that is loaded when it is first needed, given up when it breaks down, and left alone while it lags."""

    def __init__(
        self,
        load: Callable[[], Engine],
        is_here: Callable[[], bool],
        *,
        hurried: bool = True,
        begins_late: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Without `hurried` it may take its time; one that `begins_late` is worth beginning before its words are
        wanted. `clock` is in seconds.
        """
        self.is_here = is_here
        """Whether its packages are installed. Quick."""
        self.begins_late = begins_late
        self._load = load
        self._hurried = hurried
        self._clock = clock
        self._engine: Engine | None = None
        self._lock = threading.Lock()
        self._broken: Unavailable | None = None
        self._work_s = self._sound_s = 0.0
        self._rest_s, self._rests_until = REST_S, -1.0

    @property
    def trouble(self) -> Unavailable | None:
        """Why it is not used for now."""
        if self._broken is None and self._clock() < self._rests_until:
            return _TOO_SLOW
        return self._broken

    @property
    def is_ready(self) -> bool:
        """Whether it speaks without being loaded first."""
        return self._engine is not None and self.trouble is None

    def loaded(self) -> Engine | None:
        """The engine; null where `trouble` says why not."""
        with self._lock:
            if self._engine is None and self._broken is None:
                try:
                    self._engine = self._load()
                except Unavailable as trouble:
                    self._broken = trouble
            return None if self.trouble else self._engine

    def say(self, text: str, voice: VoiceEntry, speed: float, stop: Stop) -> Iterator[bytes]:
        """See `Speaker.say`. Raises `Unavailable`, which is also its trouble from then on."""
        engine = self.loaded()
        if engine is None:
            raise self.trouble or _TOO_SLOW
        try:
            began = self._clock()
            for sound in engine.say(text, voice, speed, stop):
                if stop.is_awaited:
                    self._judge(self._clock() - began, pcm.ms_of(len(sound)) / 1000)
                yield sound
                began = self._clock()
        except Unavailable as trouble:
            self._broken = trouble
            raise

    def _judge(self, work_s: float, sound_s: float) -> None:
        self._work_s += work_s
        self._sound_s += sound_s
        if self._sound_s < JUDGED_S:
            return
        if self._hurried and self._work_s > self._sound_s:
            self._rests_until = self._clock() + self._rest_s
            self._rest_s *= 4
        self._work_s = self._sound_s = 0.0


_TOO_SLOW = Unavailable(
    "This machine is too slow for the better voices just now: espeak-ng speaks.",
    f'To have it so from the start: offline.voices = "{ESPEAK}"',
)


_FIRST_WORDS = {"ja": "はい", "zh": "好"}


class Voices:
    """All engines of this process."""

    def __init__(self, slots: Mapping[EngineName, EngineSlot] | None = None) -> None:
        """`slots` are the engines beside espeak-ng; those of the extra `[voices]` where none are given."""
        self._slots = slots_of_extra() if slots is None else slots
        self._told: set[str] = set()

    def load(self, languages: Iterable[str], wanted: Sequence[str] = ()) -> None:
        """Load the engines that are going to say these languages, with all that their first words take."""
        for language in languages:
            voice = next((each for each in voices_of(language, wanted) if self.is_here(each)), None)
            slot = self.slot_of(voice) if voice else None
            if voice is not None and slot is not None:
                with suppress(Unavailable):  # who speaks first is told
                    for _ in slot.say(_FIRST_WORDS.get(language, "a"), voice, 1.0, Stop(is_awaited=False)):
                        pass

    def is_here(self, voice: VoiceEntry) -> bool:
        """Whether a voice can be used on this machine, as far as that is known without loading it."""
        slot = self.slot_of(voice)
        return voice.engine == ESPEAK or (slot is not None and slot.trouble is None and slot.is_here())

    def slot_of(self, voice: VoiceEntry) -> EngineSlot | None:
        """Its engine; null for espeak-ng, and where it cannot be had."""
        return self._slots.get(voice.engine)

    def is_news(self, trouble: Unavailable) -> bool:
        """Whether nobody was told yet; from now on somebody was."""
        is_news = trouble.title not in self._told
        self._told.add(trouble.title)
        return is_news


class Voice(Speaker):
    """Says anything, each language by a voice that can. Used from any thread."""

    def __init__(self, voices: Voices, wanted: Sequence[str] = (), tell: Tell | None = None) -> None:
        """`wanted` are names of the table; `tell` hears, once, why a voice is not as good as it could be."""
        self._voices = voices
        self._wanted = tuple(filter(None, wanted))
        self._tell = tell
        self._espeak = Espeak()

    def say(self, text: str, language: str, speed: float, stop: Stop) -> Iterator[bytes]:
        """Say it with the best voice that is here; see `Speaker.say`."""
        for voice in voices_of(language, self._wanted):
            slot = self._voices.slot_of(voice)
            if slot is None:
                continue
            if slot.trouble is None and slot.is_here():
                try:
                    yield from slot.say(text, voice, speed, stop)
                    return
                except Unavailable:
                    if stop.asked:
                        return
            self._explain(voice, slot)
        if not self._espeak.can_say(language):
            said = f"There is no voice for {language_name(language)}: an English one reads it."
            self._say(Unavailable(said, "The words on the screen are right."))
        yield from self._espeak.say(text, language, speed, stop)

    def speak_ahead(self, text: str, language: str, speed: float = 1.0) -> Speech | None:
        """As `speak`, for what may be said later; None where the engine that begins it needs no head start."""
        first = next(iter(spoken_runs(voice_text(text), language)), ("", language))
        for voice in voices_of(first[1], self._wanted):
            slot = self._voices.slot_of(voice)
            if slot is not None and slot.is_ready:
                return self.speak(text, language, speed, is_awaited=False) if slot.begins_late else None
        return None

    def _explain(self, voice: VoiceEntry, slot: EngineSlot) -> None:
        """Why it is not `voice`: it failed, or it is not here and was asked for by name."""
        if slot.trouble is not None:
            self._say(slot.trouble)
        elif voice.name in self._wanted:
            self._say(weights.unavailable(f"The voice {voice.name} is not installed", reinstall=False))

    def _say(self, trouble: Unavailable) -> None:
        if self._tell is not None and self._voices.is_news(trouble):
            self._tell(trouble)


def slots_of_extra(*, hurried: bool = True) -> dict[EngineName, EngineSlot]:
    """The engines of the extra `[voices]`, none loaded. Without `hurried` they may be slower than they are heard."""
    return {
        "hibari": EngineSlot(_load_hibari, lambda: find_spec("hibari") is not None, hurried=hurried),
        "kokoro": EngineSlot(_load_kokoro, weights.are_wanted, hurried=hurried, begins_late=True),
    }


def _load_hibari() -> Engine:
    from tutor_tui.offline_server.tts.hibari import Hibari

    return Hibari()


def _load_kokoro() -> Engine:
    from tutor_tui.offline_server.tts.kokoro import load

    return load()
