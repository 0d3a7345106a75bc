"""Reads `prompts/lessons/*.toml` strictly, so that its author finds a mistake, not a learner."""

from __future__ import annotations

import threading
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from tutor_tui.core.pedagogy import LEVELS
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.toml_depth import line_nested_too_deep
from tutor_tui.offline_server.lesson.as_written import slots_of
from tutor_tui.offline_server.lesson.pattern_syntax import ANY, Node, PatternError, read_syntax
from tutor_tui.offline_server.lesson.script import Expected, LessonScript, Listed, Mistake, Step
from tutor_tui.offline_server.lesson.script_folders import SUFFIX, broken, script_paths, script_text
from tutor_tui.offline_server.lesson.script_table import ScriptTable, in_one_line
from tutor_tui.offline_server.lesson.word_lists import WordLists, correction_kind, read_slots, word_lists

MAX_RETRIES = 5
_READING = threading.Lock()
"""Who asks for a lesson while another thread reads it waits for that, instead of reading it, too."""


def load_script(name_or_path: str | Path, folders: Iterable[Path]) -> LessonScript:
    """Read the script of that name from the first folder that has it, or the file of that path.

    Raises `Problem` naming file, line, key and reason when it is broken, and the names there are when it is missing.
    """
    folders = list(folders)
    if isinstance(name_or_path, Path) or name_or_path.endswith(SUFFIX):
        return read_script(Path(name_or_path), folders)
    found = script_paths(folders)
    if path := found.get(name_or_path):
        return read_script(path, folders)
    known = ", ".join(sorted(found)) or "none was found"
    raise Problem(f"There is no lesson called {name_or_path!r}.", f"Lessons: {known}.", ExitCode.USAGE)


def list_scripts(folders: Iterable[Path]) -> list[Listed]:
    """All scripts by name; where two folders hold the same name the earlier folder wins. Broken ones say why."""
    folders = list(folders)
    listed = []
    for name, path in sorted(script_paths(folders).items()):
        try:
            listed.append(Listed(name, path, script=read_script(path, folders)))
        except Problem as problem:
            listed.append(Listed(name, path, problem=problem))
    return listed


def read_script(path: Path, folders: Iterable[Path] = ()) -> LessonScript:
    """Read one file; `folders` of lessons have folders of word lists beside them. Raises `Problem` when it cannot be
    read or is not a lesson.

    The same lesson is the same object for as long as nobody edits its file or its word lists: what was found out about
    its steps is kept by what they are.
    """
    words = tuple(folder.parent / "words" for folder in (path.parent, *folders))
    lists = tuple(_edition(each) for folder in words for each in sorted(folder.glob(f"*{SUFFIX}")))
    with _READING:
        return _read(path, _edition(path), words, lists)


def _edition(path: Path) -> tuple[int, int]:
    """What an edit changes: when the file was written, in ns, and its size in bytes."""
    try:
        status = path.stat()
    except OSError:
        return 0, 0  # who reads it says why
    return status.st_mtime_ns, status.st_size


@lru_cache(maxsize=128)
def _read(path: Path, edition: object, words: tuple[Path, ...], editions: object) -> LessonScript:
    del edition, editions  # they only keep what was edited from being taken for what was read before
    try:
        text = script_text(path)
        if line := line_nested_too_deep(text):
            raise broken(path, line, "", "something is nested too deep")
        data = tomllib.loads(text)
    except FileNotFoundError:
        raise Problem(f"There is no file {path}.", "See tutor-tui lessons.", ExitCode.USAGE) from None
    except OSError as error:
        raise broken(path, 0, "", error.strerror or "it cannot be read") from error
    except UnicodeDecodeError as error:
        raise broken(path, 0, "", "it is not UTF-8 text") from error
    except (ValueError, RecursionError) as error:  # ValueError: no TOML, or a number of 5,000 digits
        raise broken(path, 0, "", f"it is not TOML: {error}") from error
    return _lesson(ScriptTable(path, text, data), words)


def _lesson(table: ScriptTable, word_folders: Iterable[Path]) -> LessonScript:
    language = table.language_of("language", required=True)
    lists = _lists(table, word_lists(language, word_folders))
    is_level_test = table.yes_or_no("level_test")
    steps = table.take("step")
    if not isinstance(steps, list) or not steps:
        raise table.problem("step", "a lesson needs at least one [[step]]")
    lesson = LessonScript(
        name=table.path.stem,
        title=table.text_of("title", required=True),
        language=language,
        native_language=table.language_of("native_language") or language,
        level=table.text_of("level"),
        greeting=table.text_of("greeting", required=True),
        closing=table.text_of("closing", required=True),
        greeting_translation=table.text_of("greeting_translation"),
        closing_translation=table.text_of("closing_translation"),
        greeting_translations=table.translations_of("greeting_translations"),
        greeting_task=table.text_of("greeting_task"),
        course=table.text_of("course"),
        unit=table.whole_number("unit", 0, range(1, 100)),
        can_do=table.texts_of("can_do"),
        new=(new := table.texts_of("new")),
        meanings=table.by_language("meanings", new, "among what is new there is no"),
        needs=table.numbers_of("needs"),
        variety=table.text_of("variety"),
        is_level_test=is_level_test,
        lists=lists,
        steps=_with_prompts(
            table, [_step(table, number, step, lists, is_level_test) for number, step in enumerate(steps, start=1)]
        ),
    )
    table.finish()
    if is_level_test and len(lesson.can_do) != len(steps):
        raise table.problem("can_do", f"in a level test it has one for each step: {len(steps)}")
    return lesson


def _with_prompts(table: ScriptTable, steps: Sequence[Step]) -> tuple[Step, ...]:
    """The steps, their mistakes with what [prompts.ko] and the like say: prompt → the same in that language."""
    known = {mistake.prompt for step in steps for mistake in step.mistakes}
    given = table.by_language("prompts", known, "no mistake has the prompt")

    def translated(mistake: Mistake) -> Mistake:
        texts = {code: texts[mistake.prompt] for code, texts in given.items() if mistake.prompt in texts}
        return replace(mistake, prompts={**texts, **mistake.prompts})

    return tuple(replace(step, mistakes=tuple(map(translated, step.mistakes))) for step in steps)


def _lists(table: ScriptTable, lists: WordLists) -> WordLists:
    """The language's word lists, and the lesson's own slots."""
    own = table.take("slot")
    if own is None:
        return lists
    try:
        slots = read_slots({"slot": own})
    except (TypeError, ValueError) as error:
        raise table.problem("slot", str(error)) from error
    return lists.with_slots(slots)


def _step(lesson: ScriptTable, number: int, data: object, lists: WordLists, has_level: bool) -> Step:
    if not isinstance(data, dict):
        raise lesson.problem("step", "steps are written [[step]]")
    table = ScriptTable(lesson.path, lesson.text, data, step=number)
    expect = tuple(_expected(table, lists))
    step = Step(
        says=table.texts_of("say", required=True),
        expect=expect,
        answer=table.text_of("answer", required=True),
        mistakes=_mistakes(table, lists),
        present=table.text_of("present"),
        present_translation=table.text_of("present_translation"),
        least=table.whole_number("least", 0, range(1, len(expect) + 1)),
        hint=table.text_of("hint"),
        hints=table.translations_of("hints"),
        translation=table.text_of("translation"),
        translations=table.translations_of("translations"),
        task=table.text_of("task"),
        praise=table.text_of("praise"),
        praise_translation=table.text_of("praise_translation"),
        retries=table.whole_number("retries", 2, range(1, MAX_RETRIES + 1)),
        level=_level(table) if has_level else "",
    )
    table.finish()
    return step


def _level(table: ScriptTable) -> str:
    level = table.text_of("level", required=True)
    if level not in LEVELS:
        raise table.problem("level", f"must be one of {', '.join(LEVELS)}")
    return level


def _expected(table: ScriptTable, lists: WordLists) -> Iterator[Expected]:
    sources = table.take("expect")
    if not isinstance(sources, list) or not sources:
        raise table.problem("expect", "must be a list of at least one pattern")
    for source in sources:
        match source:
            case str():
                yield Expected(_pattern(table, "expect", source, lists), source)
            case {"heard": str(heard), "reply": str(reply), **rest} if set(rest) <= {"reply_translation"}:
                _check_slots(table, "expect", reply, heard)
                yield Expected(_pattern(table, "expect", heard, lists), heard, in_one_line(reply),
                               in_one_line(rest.get("reply_translation", "")))  # fmt: skip
            case _:
                raise table.problem("expect", 'each must be a pattern, or { heard = "…", reply = "…" }')


def _pattern(table: ScriptTable, key: str, source: object, lists: WordLists) -> Node:
    if not isinstance(source, str):
        raise table.problem(key, "a pattern must be a text in quotes")
    try:
        node = read_syntax(source)
    except PatternError as error:
        raise table.problem(key, f"the pattern {source!r} cannot be read: {error}") from error
    for name in sorted(slots_of(source) - {ANY}):
        if name not in lists.slots:
            raise table.problem(key, f"the pattern {source!r} has a slot <{name}> that no word list has")
    return node


def _mistakes(table: ScriptTable, lists: WordLists) -> tuple[Mistake, ...]:
    entries = table.take("mistakes")
    if entries is None:
        return ()
    if not isinstance(entries, list):
        raise table.problem("mistakes", 'must be a list of { heard = "…", prompt = "…", better = "…" }')
    return tuple(_mistake(table, entry, lists) for entry in entries)


def _mistake(table: ScriptTable, entry: object, lists: WordLists) -> Mistake:
    match entry:
        case {"heard": str(heard), "prompt": str(prompt), **rest} if prompt.strip() and set(rest) <= {
            "better", "kind", "prompts",
        }:  # fmt: skip
            try:
                kind = correction_kind(str(rest.get("kind", "grammar")))
            except ValueError as error:
                raise table.problem("mistakes", str(error)) from error
            prompts = rest.get("prompts", {})
            if not isinstance(prompts, dict) or not all(isinstance(text, str) for text in prompts.values()):
                raise table.problem("mistakes", "prompts must be texts by language code")
            better = in_one_line(rest.get("better", ""))
            _check_slots(table, "mistakes", better, heard)
            return Mistake(_pattern(table, "mistakes", heard, lists), heard, in_one_line(prompt), better, kind, prompts)
        case _:
            raise table.problem("mistakes", 'each must be { heard = "…", prompt = "…", better = "…" }')


def _check_slots(table: ScriptTable, key: str, template: str, source: str) -> None:
    if missing := sorted(slots_of(template) - slots_of(source)):
        raise table.problem(key, f"{template!r} needs <{missing[0]}>, which is not in {source!r}")
