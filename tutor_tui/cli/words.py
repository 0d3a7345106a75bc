"""`tutor-tui words`: what a learner keeps, listed, taken elsewhere, and brought along."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator

from tutor_tui.cli.output import say, table
from tutor_tui.config.command_line import Options
from tutor_tui.config.paths import find_folders
from tutor_tui.core.languages import likely_code
from tutor_tui.core.lesson_summary import counted
from tutor_tui.core.local_time import local_time
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.exchange.anki_note import EXPORTED
from tutor_tui.exchange.word_table import json_lines
from tutor_tui.learning.item_forms import Form, form_of
from tutor_tui.learning.items import KeptItem
from tutor_tui.learning.learner import LearnerStore
from tutor_tui.learning.uptake import is_mended, uptake_words
from tutor_tui.library.due import WRONG_CLOCK_S
from tutor_tui.library.learner import SqliteLearner

_AT_ONCE = 1_000
_FORMS = tuple(Form)


def words(options: Options) -> int:
    """Do what was asked for with the words that are kept. Raises `Problem`."""
    folders = find_folders()
    store = SqliteLearner(folders.library_file)
    wanted = _language(options)
    match options.words_part:
        case "list":
            _check_no_file(options)
            _list(store, wanted, options)
        case "export":
            _check_no_file(options)
            from tutor_tui.cli.words_export import export_words  # half of the program: a list does without it

            export_words([kept for kept in _kept(store, wanted) if kept.item.kind in EXPORTED], options)
        case "import":
            from tutor_tui.cli.words_import import import_words

            import_words(store, wanted, options)
    return int(ExitCode.OK)


def _language(options: Options) -> str:
    """The code of the language that was asked for; empty for none. Raises `Problem`."""
    if not options.language:
        return ""
    if code := likely_code(options.language):
        return code
    title = f"There is no language {options.language!r}."
    raise Problem(title, "Give a two-letter code such as ko, en or es.", ExitCode.USAGE)


def _check_no_file(options: Options) -> None:
    if options.words_files:
        title = f"words {options.words_part} takes no further word: {options.words_files[0]!r} is too much."
        raise Problem(title, "See tutor-tui words --help.", ExitCode.USAGE)


def _kept(store: LearnerStore, language: str, searched: str = "") -> Iterator[KeptItem]:
    """All words and corrections, the newest first within a language; only those with what was searched for."""
    for each in [language] if language else store.languages():
        behind = None
        while part := store.items(each, EXPORTED, _AT_ONCE, behind, searched):
            yield from part
            behind = part[-1].item


def _list(store: LearnerStore, language: str, options: Options) -> None:
    now = time.time()
    languages = [language] if language else store.languages()
    searched = options.searched
    due = (kept for each in languages for kept in store.due(each, now, _AT_ONCE, searched))
    found = list(due if options.due_only else _kept(store, language, searched))
    if options.as_json:
        print(json_lines(found), end="")
        return
    if not found:
        none = "Nothing is due." if options.due_only else "No words kept yet."
        print(f"No word{' that is due' if options.due_only else ''} has that in it." if searched.split() else none)
        return
    forms = [form_of(each.item) for each in found]
    listed = list(zip(found, forms, strict=True))
    if not options.due_only:
        listed.sort(key=lambda each: (languages.index(each[0].item.language), _FORMS.index(each[1])))
    rows = [(each.item.language, form, each.item.term, _meaning(each), _standing(each, now)) for each, form in listed]
    for line in table(("LANGUAGE", "KIND", "TERM", "MEANING, OR WHAT IS WRONG", "DUE"), rows):
        print(line)
    there = Counter(forms)
    say(f"{', '.join(counted(there[form], form) for form in _FORMS if there[form])}.")


def _meaning(kept: KeptItem) -> str:
    item = kept.item
    return f"you said “{item.said}”" if item.said else item.meaning


def _standing(kept: KeptItem, now: float) -> str:
    """When it comes back, in a word; of a mistake also whether it is mended, or that it came right once already."""
    uptake = "; mended" if is_mended(kept) else "; right once" if uptake_words(kept) and kept.days_right else ""
    return f"{_due(kept, now)}{uptake}"


def _due(kept: KeptItem, now: float) -> str:
    if kept.item.known:
        return "known"
    if kept.schedule is None:
        return "new"
    is_due = kept.schedule.due_at <= now or kept.schedule.reviewed_at > now + WRONG_CLOCK_S
    return "now" if is_due else f"{local_time(kept.schedule.due_at):%Y-%m-%d}"
