"""What is said to the recognisers, and which sentences they listen for meanwhile."""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.benchmarks.ears.phrases import GROUPS
from tests.support.paths import LESSONS, ROOT
from tutor_tui.offline_server.lesson.judging import Verdict, judge
from tutor_tui.offline_server.lesson.listened_for import sentences_to_hear
from tutor_tui.offline_server.lesson.script import Step
from tutor_tui.offline_server.lesson.script_file import read_script
from tutor_tui.offline_server.lesson.word_lists import WordLists
from tutor_tui.speech.normalise import key

RECORDINGS = ROOT.parent / "shared" / "audio"
"""Recordings of people that lie beside a checkout and do not belong to it."""
ANSWERS_OF_A_STEP = 2
DRAWN = 12
"""So many right answers are drawn for each that is said: the one that is most like the model answer in length, since
what a pattern stands for can be very long.
"""
LIKE = 0.7
"""Sentences more alike than this (difflib's ratio) are no others: to take one for the other may be right."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A sentence that is said, and what is listened for in a place where it belongs and in one where it does not."""

    language: str
    text: str
    right: tuple[str, ...]
    other: tuple[str, ...]


def spoken(language: str, most: int, seed: int = 1) -> list[Spoken]:
    """At most `most` sentences of a language: right answers of shipped lessons, or of groups where there are none."""
    random = Random(f"{language} {seed}")
    places = _groups(language) if language in GROUPS else _steps(language, most, random)
    found: dict[str, Spoken] = {}
    for number, (answers, right) in enumerate(places):
        another = places[(number + 1) % len(places)][1]
        for text in answers:
            plain = key(text, language)
            if plain not in found:
                found[plain] = Spoken(language, text, tuple(right), _unlike(text, another, language))
    return list(found.values())[:most]


Place = tuple[list[str], list[str]]
"""What is said in a place of a lesson, and what is listened for there."""


def _groups(language: str) -> list[Place]:
    """Each group of sentences; with it the next two are listened for."""
    groups = GROUPS[language]
    return [
        (group, [sentence for near in range(3) for sentence in groups[(place + near) % len(groups)]])
        for place, group in enumerate(groups)
    ]


def _steps(language: str, most: int, random: Random) -> list[Place]:
    """Steps of the first lessons, as many as it takes."""
    steps = list(_all_steps(language))
    if not steps:
        raise LookupError(f"There is no lesson in {language}.")
    random.shuffle(steps)
    return [_place(step, lists, random) for step, lists in steps[: most // ANSWERS_OF_A_STEP + 2]]


def _all_steps(language: str) -> Iterator[tuple[Step, WordLists]]:
    for path in sorted(LESSONS.glob(f"{language}-a1-*.toml")):
        script = read_script(path)
        for step in script.steps:
            yield step, script.lists


def _place(step: Step, lists: WordLists, random: Random) -> Place:
    listened_for = sentences_to_hear(step, lists)
    requests = sentences_to_hear(None, lists)
    answers = [text for text in listened_for if text not in requests]
    random.shuffle(answers)
    right = (text for text in answers if judge(text, step, lists).verdict is Verdict.RIGHT)
    drawn = itertools.islice(right, DRAWN)
    others = sorted(drawn, key=lambda text: abs(len(text) - len(step.answer)))[: ANSWERS_OF_A_STEP - 1]
    return [step.answer, *others], listened_for


def _unlike(text: str, sentences: Sequence[str], language: str) -> tuple[str, ...]:
    plain = key(text, language)
    matcher = difflib.SequenceMatcher(b=plain)

    def is_like(sentence: str) -> bool:
        matcher.set_seq1(key(sentence, language))
        return matcher.quick_ratio() > LIKE and matcher.ratio() > LIKE

    return tuple(sentence for sentence in sentences if not is_like(sentence))


def lesson_grammars(language: str, most: int, seed: int = 1) -> list[tuple[str, ...]]:
    """What is listened for at so many places of a language."""
    random = Random(f"grammars {language} {seed}")
    places = _groups(language) if language in GROUPS else _steps(language, most * ANSWERS_OF_A_STEP, random)
    return [tuple(listened_for) for _, listened_for in places[:most]]


# ---- many sentences that are nearly the same ------------------------------------------------------------------------

_EIGHT_WORDS = {
    "en": (
        "i want",
        ("a small", "a large", "some cold", "some warm", "some fresh"),
        ("coffee", "tea", "water", "milk", "juice", "bread", "soup", "salad", "fish", "rice"),
        ("for my",),
        ("mother", "father", "sister", "brother", "friend", "teacher", "daughter", "son", "uncle", "aunt"),
    ),
    "es": (
        "quiero",
        ("comprar un", "tomar un", "pedir un", "llevar un", "probar un"),
        ("café", "té", "zumo", "helado", "pastel", "bocadillo", "plátano", "yogur", "pan", "queso"),
        ("para mi",),
        ("madre ahora", "padre ahora", "hermana hoy", "hermano hoy", "amiga hoy", "amigo ahora", "hija mañana",
         "hijo mañana", "tía ahora", "tío hoy"),
    ),
    "ko": (
        "저는",
        ("오늘 친구와", "내일 친구와", "오늘 동생과", "내일 동생과", "오늘 엄마와"),
        ("학교에서", "집에서", "공원에서", "식당에서", "카페에서", "시장에서", "도서관에서", "회사에서", "바다에서",
         "역에서"),
        ("맛있는",),
        ("밥을 많이 먹어요", "빵을 많이 먹어요", "차를 같이 마셔요", "물을 많이 마셔요", "떡을 같이 먹어요",
         "김밥을 많이 먹어요", "커피를 같이 마셔요", "과일을 많이 먹어요", "국수를 같이 먹어요", "우유를 많이 마셔요"),
    ),
}  # fmt: skip


def many_alike(language: str) -> list[str]:
    """500 sentences of eight words."""
    sentences = [""]
    for part in _EIGHT_WORDS[language]:
        options = (part,) if isinstance(part, str) else part
        sentences = [f"{begun} {option}".strip() for begun in sentences for option in options]
    return sentences


# ---- people ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recording of somebody, and what is said in it; "" for something that no lesson expects."""

    path: Path
    language: str
    text: str


def recorded(folder: Path) -> Iterator[Recorded]:
    """What the recordings' own table names, whether it is there or not."""
    table = folder / "README.md"
    if not table.is_file():
        return
    for line in table.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 3 and cells[0].endswith(".wav"):
            name, language, text = cells
            yield Recorded(folder / name, language, "" if text.startswith("(") else text)
