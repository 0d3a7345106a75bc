"""What is heard of recordings of people: free English speech, a sentence among others of its kind, and what no lesson
expects.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.benchmarks.ears import sounds
from tests.benchmarks.ears.corpus import Recorded, lesson_grammars, recorded
from tests.benchmarks.ears.engines import Engine, EngineOf, Heard
from tests.benchmarks.ears.phrases import PLAUSIBLE
from tests.benchmarks.ears.rates import distance
from tests.offline_server.recordings import SPOKEN, recording
from tutor_tui.core import pcm
from tutor_tui.offline_server.hearing import Match
from tutor_tui.offline_server.stt.recogniser import Recogniser
from tutor_tui.speech.normalise import key, tokens

GRAMMARS = 6
"""Places of lessons that something else is said at."""


def free_speech() -> Iterator[tuple[str, str, int, int]]:
    """English without expectations: recording, what was heard, words wrong, words said."""
    recogniser = Recogniser()
    recogniser.expect([])
    for name, text in SPOKEN.items():
        recogniser.begin()
        sound = recording(name) + pcm.silence(500)
        for start in range(0, len(sound), pcm.bytes_of(32)):
            recogniser.feed(sound[start : start + pcm.bytes_of(32)])
        heard = recogniser.finish().text
        said = tokens(text, "en")
        yield name, heard, distance(said, tokens(heard, "en")), len(said)


@dataclass(frozen=True, slots=True)
class Person:
    """What became of one recording."""

    recorded: Recorded
    is_there: bool = True
    heard: Heard | None = None
    is_right: bool = False
    """Of a sentence: it was the one that fitted best."""
    tried: int = 0
    """Of something else: at so many places of lessons."""
    accepted: int = 0
    """Of them, so often taken for what was expected."""
    unsure: int = 0


def heard_people(folder: Path, engine_of: EngineOf) -> Iterator[Person]:
    """All recordings in `folder`; those that its table names and that are not there, too."""
    for each in recorded(folder / "languages"):
        try:
            engine = engine_of(each.language)
        except LookupError:  # it does not hear this language
            continue
        if not each.path.is_file():
            yield Person(each, is_there=False)
        elif each.text:
            yield _sentence(each, engine)
        else:
            yield _something_else(each, engine)


def _sentence(each: Recorded, engine: Engine) -> Person:
    among = [each.text, *PLAUSIBLE[each.language]]
    Random(each.path.name).shuffle(among)
    engine.expect(among)
    heard = engine.hear(sounds.read(each.path))
    return Person(each, heard=heard, is_right=key(heard.text, each.language) == key(each.text, each.language))


def _something_else(each: Recorded, engine: Engine) -> Person:
    sound = sounds.read(each.path)
    matches: list[Match] = []
    for grammar in lesson_grammars(each.language, GRAMMARS):
        engine.expect(grammar)
        matches.append(engine.hear(sound).match)
    return Person(each, tried=len(matches), accepted=matches.count(Match.EXPECTED), unsure=matches.count(Match.UNSURE))
