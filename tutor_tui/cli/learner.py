"""`tutor-tui learner`: what is remembered of the learner from lesson to lesson, shown, taken elsewhere and deleted."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict

from tutor_tui.cli.output import say, table
from tutor_tui.cli.question import agreed
from tutor_tui.config.command_line import Options
from tutor_tui.config.paths import find_folders
from tutor_tui.core.events import Trouble
from tutor_tui.core.languages import language_name
from tutor_tui.core.lesson_summary import counted
from tutor_tui.core.problems import ExitCode
from tutor_tui.core.safe_text import printable_json
from tutor_tui.learning.items import ItemKind, KeptItem
from tutor_tui.learning.learner import LearnerStore
from tutor_tui.library.damage import with_sound_library
from tutor_tui.library.learner import SqliteLearner

_AT_ONCE = 1_000
_NOTHING = "Nothing is remembered about you."


def learner(options: Options) -> int:
    """Do what was asked for with what is remembered. Raises `Problem`."""
    store = SqliteLearner(find_folders().library_file)
    match options.learner_part:
        case "show":
            _show(store)
        case "export":
            _export(store)
        case "forget":
            _forget(store, options.confirmed)
    return int(ExitCode.OK)


def _all(store: LearnerStore, language: str) -> Iterator[KeptItem]:
    behind = None
    while part := store.items(language, most=_AT_ONCE, behind=behind):
        yield from part
        behind = part[-1].item


def _show(store: LearnerStore) -> None:
    languages = store.languages()
    if not languages:
        print(_NOTHING)
        return
    rows, facts, can_dos = [], [], []
    for language in languages:
        numbers = Counter[str]()
        for kept in _all(store, language):
            numbers["known" if kept.item.known else kept.item.kind.value] += 1
            if kept.item.kind is ItemKind.FACT:
                facts.append(kept.item.term)
            if kept.item.kind is ItemKind.CAN_DO:
                can_dos.append(_can_do(kept))
        due = store.count_due(language, time.time())
        kinds = (ItemKind.WORD, ItemKind.CORRECTION, ItemKind.CAN_DO)
        columns = (numbers[each] for each in (*(kind.value for kind in kinds), "known"))
        rows.append([language_name(language), *map(str, (*columns, due))])
    for line in table(("LANGUAGE", "WORDS", "CORRECTIONS", "UNITS", "KNOWN", "DUE NOW"), rows):
        print(line)
    for each in can_dos:
        say(each)
    for fact in facts:
        say(f"About you: {fact}")


def _can_do(kept: KeptItem) -> str:
    """A unit and what it teaches to do, and how that stands."""
    times = f"{counted(kept.uses, 'time')} on your own" if kept.uses else "not on your own yet"
    return f"Unit “{kept.item.meaning}”, {times}: {kept.item.term}"


def _export(store: LearnerStore) -> None:
    """One object a line; each has its item's id, and says what it is."""
    for language in store.languages():
        for kept in _all(store, language):
            print(printable_json({"item": asdict(kept.item), "schedule": kept.schedule and asdict(kept.schedule)}))
            for use in store.evidence_of(kept.item.id):
                print(printable_json({"use": asdict(use)}))
            for review in store.reviews_of(kept.item.id):
                print(printable_json({"review": asdict(review)}))


def _forget(store: SqliteLearner, confirmed: bool) -> None:
    file = find_folders().library_file
    if not with_sound_library(file, _say_damaged, store.languages):
        print(_NOTHING)
        return
    question = "Delete for good all that is remembered of you: words, corrections, facts, and how you used them?"
    if not confirmed and not agreed(question, "delete what is remembered", "tutor-tui learner forget --yes"):
        print("Nothing was deleted.")
        return
    gone = with_sound_library(file, _say_damaged, store.forget_all)
    say(f"Deleted: {counted(gone, 'item')}. Your lessons stay: tutor-tui history lists them.")


def _say_damaged(trouble: Trouble) -> None:
    say(f"{trouble.title} {trouble.hint} tutor-tui forget deletes the damaged one, too.")
