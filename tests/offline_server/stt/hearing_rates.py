"""How often are right answers refused and wrong ones accepted? On human speech, at random alignments.

    python -m tests.offline_server.stt.hearing_rates [--rounds 20] [--seed 1]

Each try has its own silence before (0–400 ms, any sample) and after, level (−12 to +6 dB) and light noise. Wrong are:
sentences that the grammar leaves out, one-sentence grammars of something else, the shipped lessons' grammars, pieces of
recordings, and two recordings run together.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.offline_server.recordings import OTHERS, SPOKEN, recording_16k
from tests.support.paths import LESSONS
from tutor_tui.offline_server.lesson.guide import Guide
from tutor_tui.offline_server.lesson.requests import requests_aloud
from tutor_tui.offline_server.lesson.script_file import read_script
from tutor_tui.offline_server.stt.expected_speech import ExpectedSpeech

Sound = NDArray[np.int16]
TEN = [*SPOKEN.values(), *OTHERS]
SHORT = ("austen-0880", "cards-001", "cards-002", "cards-003")


class Tries:
    """Draws tries at random, and counts what becomes of them."""

    def __init__(self, seed: int) -> None:
        self._random = np.random.default_rng(seed)
        self._ears = ExpectedSpeech()
        self._sounds = {name: recording_16k(name) for name in SPOKEN}
        self._guides = [_guide_grammar(path) for path in sorted(LESSONS.glob("en-*.toml"))]
        self._requests = Guide(read_script(sorted(LESSONS.glob("en-*.toml"))[0])).expected[
            -len(requests_aloud(["en"])) :
        ]
        self.tries: Counter[str] = Counter()
        self.accepted: Counter[str] = Counter()
        self.surprises: Counter[str] = Counter()
        """Which were refused or accepted though they should not have been."""

    def run(self, rounds: int, names: Iterable[str] = SPOKEN) -> None:
        """Every right answer twice a round, and about as many wrong ones; of these recordings."""
        for _ in range(rounds):
            for name, text in ((name, SPOKEN[name]) for name in names):
                self._try("right, grammar of ten", name, TEN, text)
                self._try("right, guide's grammar", name, [text, *self._requests], text)
                self._try("wrong, left out of ten", name, [other for other in TEN if other != text])
                self._try("wrong, shipped lesson", name, self._guides[self._random.integers(len(self._guides))])
            for name in SHORT:
                others = [*(SPOKEN[short] for short in SHORT if short != name), *OTHERS, "yes", "four of clubs"]
                self._try("wrong, one sentence", name, [others[self._random.integers(len(others))]])
            self._piece(names)
            one, other = self._random.choice(SHORT, 2)
            gap = np.zeros(self._random.integers(1600, 6400), dtype=np.int16)
            both = np.concatenate([self._sounds[one], gap, self._sounds[other]])
            self._try("wrong, two run together", f"{one}+{other}", TEN, sound=both)

    def _piece(self, names: Iterable[str]) -> None:
        name = str(self._random.choice(list(names)))
        sound = self._sounds[name]
        length = int(self._random.uniform(0.3, 0.6) * len(sound))
        begin = int(self._random.integers(len(sound) - length))
        self._try("wrong, piece", name, TEN, sound=sound[begin : begin + length])

    def _try(
        self, kind: str, name: str, grammar: list[str], right: str | None = None, sound: Sound | None = None
    ) -> None:
        self._ears.expect(grammar)
        anyhow = self._anyhow(self._sounds[name] if sound is None else sound)
        fit = self._ears.fit(anyhow, self._ears.fit(anyhow))
        accepted = fit.good and (right is None or fit.words == right)
        self.tries[kind] += 1
        self.accepted[kind] += accepted
        if accepted != (right is not None):
            self.surprises[f"{kind}: {name} as {fit.words!r}"] += 1

    def _anyhow(self, sound: Sound) -> Sound:
        random = self._random
        before, after = np.zeros(random.integers(6400)), np.zeros(random.integers(1600, 11_200))
        louder = sound * 10 ** (random.uniform(-12, 6) / 20)
        padded = np.concatenate([before, louder, after])
        noise = random.normal(0, random.choice([1, 10, 30, 60]), len(padded))
        return np.clip(padded + noise, -32_768, 32_767).astype(np.int16)

    def rate(self, right: bool) -> float:
        """The share of right (or wrong) answers accepted."""
        kinds = [kind for kind in self.tries if kind.startswith("right") == right]
        return sum(self.accepted[kind] for kind in kinds) / sum(self.tries[kind] for kind in kinds)

    def report(self) -> Iterator[str]:
        """Lines for people."""
        for kind, tries in self.tries.items():
            yield f"{kind:24} accepted {self.accepted[kind]:4} of {tries}"
        yield f"right accepted {self.rate(True):.2%}, wrong accepted {self.rate(False):.2%}"
        yield from (f"  {count} × {what}" for what, count in self.surprises.most_common())


def _guide_grammar(path: Path) -> list[str]:
    guide = Guide(read_script(path))
    guide.greet()
    return list(guide.expected)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    tries = Tries(options.seed)
    tries.run(options.rounds)
    print(*tries.report(), sep="\n")


if __name__ == "__main__":
    main()
