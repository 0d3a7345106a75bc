"""How well the offline tutor hears: `python -m tests.benchmarks.ears [--quick] [--json FILE]`.

**Right and others.** Sentences of the shipped lessons (right answers to their steps, see `corpus`) are spoken by Kokoro
in a little room with a little noise, by voices and at paces that nothing was calibrated on, while a recogniser listens
for all that the lesson listens for at that step: some 500 sentences. Then once more while it listens for another step.
*Accepted* is what counts as expected by the shipped threshold; *at 5 % FA* what would by the one threshold, for all
languages, that lets one in twenty of the others pass. *Word by word* is a sentence accepted and heard exactly.
In Italian and Portuguese, which have no lessons, sentences of `phrases` are said. Making the speech takes a second or
two a sentence the first time; `--clips` names the folder that keeps it.

**People.** Six English recordings are in the repository; others lie beside the checkout, in `../shared/audio`, and are
named as missing where they do not. Each sentence stands among nine others of its kind; something that no lesson expects
is said at six places of lessons.

**Said after the tutor.** The same sentences when they are known: how often a word that was said well is called another,
and how often one is in whose place another was said. Korean and German are spoken by voices of other languages.

**Costs** are those of the process that a lesson starts: the time from the end of speech, or of the turn, to its answer,
with 500 sentences of eight words; its loading, and its memory. A busy machine makes them longer.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from functools import cache
from pathlib import Path

from rich.console import Console

from tests.benchmarks.ears import clips, people, report, sounds
from tests.benchmarks.ears.clips import Clip
from tests.benchmarks.ears.corpus import RECORDINGS
from tests.benchmarks.ears.costs import costs
from tests.benchmarks.ears.engines import ENGINES, EngineOf
from tests.benchmarks.ears.rates import Try, words_heard
from tests.benchmarks.ears.word_by_word import judged
from tutor_tui.offline_server.phones import Unreadable, pronounce
from tutor_tui.speech.normalise import tokens

MOST_FREE_SPEECH_ERRORS = 0.30
"""Word error rate of English free speech on the six recordings: what it was when only English was heard, one of 54
words more or less.
"""
COSTLY = ("en", "es", "ko")
"""Languages whose costs are measured."""
COSTLY_SOUNDS = 8
"""Utterances of each, said twice: once answered at once, once after a silence."""
SENTENCES, QUICK_SENTENCES = 40, 6


def main() -> int:
    """Measure, print, and say by the exit code whether the targets were met."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.ears", description="How well the ears hear.")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_SENTENCES} sentences a language, not {SENTENCES}")
    parser.add_argument("--languages", nargs="+", default=list(clips.HELD_OUT), choices=list(clips.HELD_OUT))
    parser.add_argument("--engines", nargs="+", default=list(ENGINES), choices=list(ENGINES))
    parser.add_argument("--clips", type=Path, help="the folder that keeps the speech")
    parser.add_argument("--recordings", type=Path, default=RECORDINGS, help="recordings of people (../shared/audio)")
    parser.add_argument("--json", type=Path, help="write every value there")
    options = parser.parse_args()
    console = Console(width=130)
    makers = {name: cache(ENGINES[name]) for name in options.engines}
    with tempfile.TemporaryDirectory(prefix="ears-") as scratch:
        folder = options.clips or Path(scratch)
        most = QUICK_SENTENCES if options.quick else SENTENCES
        made = [each for language in options.languages for each in clips.made(language, most, folder)]
        tries = [each for name, engine_of in makers.items() for each in all_tries(name, engine_of, made)]
        report.print_rates(tries, console)
        report.print_word_by_word([*judged(made)], console)
        costs_of = [costs(language, _sounds(language, made)) for language in COSTLY if language in options.languages]
    good = report.print_costs(costs_of, console)
    words = list(people.free_speech())
    good = report.print_free_speech(words, MOST_FREE_SPEECH_ERRORS, console) and good
    heard = {name: list(people.heard_people(options.recordings, engine_of)) for name, engine_of in makers.items()}
    report.print_people(heard, options.recordings, console)
    if options.json:
        everything = {"tries": [asdict(each) for each in tries], "costs": [asdict(each) for each in costs_of]}
        options.json.write_text(json.dumps(everything, indent=1, ensure_ascii=False))
    return 0 if report.print_target(tries, console) and good else 1


def all_tries(name: str, engine_of: EngineOf, made: Iterable[Clip]) -> Iterator[Try]:
    """Each clip twice: while it is listened for, and while others are."""
    for clip in made:
        said = clip.spoken
        try:
            engine = engine_of(said.language)
            phones = sum(len(word.phones) for word in pronounce(said.text, said.language))
        except (LookupError, Unreadable):  # an engine without this language, a sentence that nobody listens for
            continue
        sound = sounds.read(clip.path)
        words = tokens(said.text, said.language)
        for is_right, among in ((True, said.right), (False, said.other)):
            engine.expect(among)
            heard = engine.hear(sound)
            yield Try(
                engine=name,
                language=said.language,
                is_right=is_right,
                said=said.text,
                heard=heard.text,
                match=heard.match,
                score=heard.score,
                phones=phones,
                words=len(words),
                words_right=words_heard(words, tokens(heard.text, said.language)) if is_right else 0,
            )


def _sounds(language: str, made: Iterable[Clip]) -> list[sounds.Sound]:
    return [sounds.read(each.path) for each in made if each.spoken.language == language][:COSTLY_SOUNDS]


if __name__ == "__main__":
    raise SystemExit(main())
