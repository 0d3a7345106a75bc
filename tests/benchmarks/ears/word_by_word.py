"""How each word of a sentence is judged that is said after the tutor: words said well, and others in their place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

from tests.benchmarks.ears import sounds
from tests.benchmarks.ears.clips import Clip
from tutor_tui.offline_server.hearing import HeardWord, Hearing, Match
from tutor_tui.offline_server.phones import Pronounced, Unreadable, pronounce
from tutor_tui.offline_server.stt.target_words import TargetWords

SHORTEST_PHONES = 3
"""Of a word that stands in another's place: less is said in passing in every language."""
VERDICTS = ("clear", "unsure", "different")
MOST_ALIKE = 1
"""Phones that it may begin or end with like the other: "walk" in place of "walked" is not another word."""


@dataclass(slots=True)
class Judged:
    """What became of the words of one language."""

    language: str
    said_well: Counter[str] = field(default_factory=Counter)
    """How many of each of the `VERDICTS`."""
    replaced: Counter[str] = field(default_factory=Counter)
    """The same of words in whose place another was said."""


def judged(made: Iterable[Clip]) -> Iterator[Judged]:
    """All languages of the clips; each sentence once as it is said and once with a word that is not."""
    by_language: dict[str, list[tuple[Clip, Sequence[Pronounced]]]] = {}
    for clip in made:
        try:
            words = pronounce(clip.spoken.text, clip.spoken.language)
        except Unreadable:
            continue
        by_language.setdefault(clip.spoken.language, []).append((clip, words))
    for language, own in by_language.items():
        yield _of_language(language, own)


def _of_language(language: str, own: Sequence[tuple[Clip, Sequence[Pronounced]]]) -> Judged:
    found = Judged(language)
    vocabulary = sorted({word for _, words in own for word in words}, key=lambda word: word.text)
    targets = TargetWords(language)
    for clip, words in own:
        sound = sounds.read(clip.path)
        found.said_well.update(map(_verdict, _heard(targets, clip.spoken.text, sound)))
        random = Random(clip.spoken.text)
        others = {place: [each for each in vocabulary if _is_another(each, word)] for place, word in enumerate(words)}
        places = [place for place in others if others[place]]
        if not places:
            continue
        place = random.choice(places)
        texts = [word.text for word in words]
        texts[place] = random.choice(others[place]).text
        heard = _heard(targets, " ".join(texts), sound)
        if len(heard) == len(words):
            found.replaced.update([_verdict(heard[place])])
    return found


def _heard(targets: TargetWords, text: str, sound: sounds.Sound) -> Sequence[HeardWord]:
    targets.expect([text])
    return targets.judged(sound, Hearing(text, Match.EXPECTED)).words


def _is_another(word: Pronounced, said: Pronounced) -> bool:
    """Whether it is as long as the one that is said, one phone in four more or less, and sounds otherwise."""
    own, other = word.phones, said.phones
    if len(own) < SHORTEST_PHONES or abs(len(own) - len(other)) > max(1, len(other) // 4):
        return False
    same_places = sum(one == two for one, two in zip(own, other, strict=False))
    same_ends = sum(one == two for one, two in zip(reversed(own), reversed(other), strict=False))
    return max(same_places, same_ends) <= MOST_ALIKE


def _verdict(word: HeardWord) -> str:
    return "different" if word.is_different else "clear" if word.is_clear else "unsure"
