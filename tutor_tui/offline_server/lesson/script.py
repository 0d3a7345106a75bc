"""Lesson scripts: `prompts/lessons/*.toml` read strictly, so that its author finds a mistake, not a learner."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.toml_depth import line_nested_too_deep
from tutor_tui.offline_server.lesson.answer_patterns import Pattern, PatternError, read_pattern

SUFFIX = ".toml"
MAX_FILE_BYTES = 1_000_000
"""A lesson of a hundred steps is 50 kB; anything this large is not a lesson."""
MAX_RETRIES = 5
_LANGUAGE = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True, slots=True)
class Mistake:
    """A mistake learners are known to make, and the question that lets them find it themselves."""

    heard: Pattern
    prompt: str


@dataclass(frozen=True, slots=True)
class Step:
    """One question of a lesson, and all the tutor has to say about its answers."""

    say: str
    expect: tuple[Pattern, ...]
    answer: str
    """The model answer: given only when prompting has failed."""
    mistakes: tuple[Mistake, ...] = ()
    hint: str = ""
    """Helps without giving the form."""
    translation: str = ""
    """Of `say`, in the script's native language."""
    translations: Mapping[str, str] = field(default_factory=dict)
    """Of `say`, in other languages: code → text."""
    praise: str = ""
    """Said on success; empty for the guide's own words."""
    praise_translation: str = ""
    """Of `praise`, in the script's native language."""
    retries: int = 2
    """Failed answers before the model answer is given."""


@dataclass(frozen=True, slots=True)
class LessonScript:
    """A whole lesson."""

    name: str
    """What it is asked for by: the file's name without `.toml`."""
    title: str
    language: str
    """What is taught: ISO 639-1."""
    native_language: str
    """Language of hints and translations: ISO 639-1."""
    level: str
    greeting: str
    closing: str
    steps: tuple[Step, ...]
    greeting_translation: str = ""
    closing_translation: str = ""

    def __deepcopy__(self, memo: dict[int, object]) -> LessonScript:
        """Itself: nothing in it changes, and a guide is copied before each of its answers."""
        return self


@dataclass(frozen=True, slots=True)
class Listed:
    """A script as a list shows it: read, or the reason why it cannot be."""

    name: str
    path: Path
    script: LessonScript | None = None
    problem: Problem | None = None


def load_script(name_or_path: str | Path, folders: Iterable[Path]) -> LessonScript:
    """Read the script of that name from the first folder that has it, or the file of that path.

    Raises `Problem` naming file, line, key and reason when it is broken, and the names there are when it is missing.
    """
    folders = list(folders)
    if isinstance(name_or_path, Path) or name_or_path.endswith(SUFFIX):
        return read_script(Path(name_or_path))
    found = _paths(folders)
    if path := found.get(name_or_path):
        return read_script(path)
    known = ", ".join(sorted(found)) or "none was found"
    raise Problem(f"There is no lesson called {name_or_path!r}.", f"Lessons: {known}.", ExitCode.USAGE)


def list_scripts(folders: Iterable[Path]) -> list[Listed]:
    """All scripts by name; where two folders hold the same name the earlier folder wins. Broken ones say why."""
    listed = []
    for name, path in sorted(_paths(folders).items()):
        try:
            listed.append(Listed(name, path, script=read_script(path)))
        except Problem as problem:
            listed.append(Listed(name, path, problem=problem))
    return listed


def _paths(folders: Iterable[Path]) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for folder in folders:
        for path in sorted(folder.glob(f"*{SUFFIX}")):
            found.setdefault(path.stem, path)
    return found


def read_script(path: Path) -> LessonScript:
    """Read one file. Raises `Problem` when it cannot be read or is not a lesson."""
    try:
        text = _text(path)
        if line := line_nested_too_deep(text):
            raise _problem(path, line, "", "something is nested too deep")
        data = tomllib.loads(text)
    except OSError as error:
        raise _problem(path, 0, "", error.strerror or "it cannot be read") from error
    except UnicodeDecodeError as error:
        raise _problem(path, 0, "", "it is not UTF-8 text") from error
    except (ValueError, RecursionError) as error:  # ValueError: no TOML, or a number of 5,000 digits
        raise _problem(path, 0, "", f"it is not TOML: {error}") from error
    return _lesson(_Table(path, text, data))


def _text(path: Path) -> str:
    if path.exists() and not path.is_file():  # a pipe would be waited for, and a device may have no end
        raise _problem(path, 0, "", "it is not a regular file")
    with path.open("rb") as file:
        data = file.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        raise _problem(path, 0, "", "it is too large to be a lesson")
    return data.decode().replace("\r\n", "\n").replace("\r", "\n")


def _problem(path: Path, line: int, key: str, reason: str) -> Problem:
    where = f"{path}, line {line}" if line else str(path)
    what = f"{key}: {reason}" if key else reason
    return Problem(f"The lesson {where} is broken: {what}.", "Mend the file, or choose another lesson.", ExitCode.USAGE)


@dataclass
class _Table:
    """A table of the file, from which each key is taken once; what is left over nobody knows."""

    path: Path
    text: str
    data: Mapping[str, object]
    step: int = 0
    """Which [[step]] this is, from 1; 0 for the lesson itself."""

    def __post_init__(self) -> None:
        self._left = dict(self.data)

    def problem(self, key: str, reason: str) -> Problem:
        """`reason` with the place: the line of `key`, or where it is missing from."""
        name = f"step {self.step}, {key!r}" if self.step else repr(key)
        return _problem(self.path, self._line(key), name, reason)

    def _line(self, key: str) -> int:
        """Line of `key` in this table, of the table's head if the key is not there."""
        step, head = 0, 1 if self.step == 0 else 0
        for number, line in enumerate(self.text.splitlines(), start=1):
            if re.match(r"\s*\[\[\s*step\s*\]\]", line):
                step += 1
                head = number if step == self.step else head
            if step == self.step and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line):
                return number
        return head

    def take(self, key: str) -> object:
        """The raw value of `key`, None if absent."""
        return self._left.pop(key, None)

    def text_of(self, key: str, *, required: bool = False) -> str:
        """A text; surrounding spaces removed, control characters refused."""
        value = self.take(key)
        if value is None and not required:
            return ""
        if value is None:
            raise self.problem(key, "is missing")
        if not isinstance(value, str):
            raise self.problem(key, "must be a text in quotes")
        if required and not value.strip():
            raise self.problem(key, "must not be empty")
        if any(ord(letter) < 32 and letter not in "\n\t" for letter in value):
            raise self.problem(key, "holds a control character")
        return " ".join(value.split())

    def finish(self) -> None:
        """Refuse keys nobody asked for: mostly slips of the pen."""
        for key in self._left:
            raise self.problem(key, "is not a key of a lesson" if not self.step else "is not a key of a step")


def _lesson(table: _Table) -> LessonScript:
    language = _language(table, "language", required=True)
    steps = table.take("step")
    if not isinstance(steps, list) or not steps:
        raise table.problem("step", "a lesson needs at least one [[step]]")
    lesson = LessonScript(
        name=table.path.stem,
        title=table.text_of("title", required=True),
        language=language,
        native_language=_language(table, "native_language") or language,
        level=table.text_of("level"),
        greeting=table.text_of("greeting", required=True),
        closing=table.text_of("closing", required=True),
        greeting_translation=table.text_of("greeting_translation"),
        closing_translation=table.text_of("closing_translation"),
        steps=tuple(_step(table, number, step) for number, step in enumerate(steps, start=1)),
    )
    table.finish()
    return lesson


def _language(table: _Table, key: str, *, required: bool = False) -> str:
    code = table.text_of(key, required=required)
    if code and not _LANGUAGE.fullmatch(code):
        raise table.problem(key, f"{code!r} is not a language code such as 'en' or 'ko'")
    return code


def _step(lesson: _Table, number: int, data: object) -> Step:
    if not isinstance(data, dict):
        raise lesson.problem("step", "steps are written [[step]]")
    table = _Table(lesson.path, lesson.text, data, step=number)
    step = Step(
        say=table.text_of("say", required=True),
        expect=_patterns(table),
        answer=table.text_of("answer", required=True),
        mistakes=_mistakes(table),
        hint=table.text_of("hint"),
        translation=table.text_of("translation"),
        translations=_translations(table),
        praise=table.text_of("praise"),
        praise_translation=table.text_of("praise_translation"),
        retries=_retries(table),
    )
    table.finish()
    return step


def _translations(table: _Table) -> dict[str, str]:
    entries = table.take("translations")
    if entries is None:
        return {}
    if not isinstance(entries, dict) or not all(
        _LANGUAGE.fullmatch(code) and isinstance(text, str) and text.strip() for code, text in entries.items()
    ):
        raise table.problem("translations", 'must be texts by language code: { de = "…", ko = "…" }')
    return {code: " ".join(text.split()) for code, text in entries.items()}


def _patterns(table: _Table) -> tuple[Pattern, ...]:
    sources = table.take("expect")
    if not isinstance(sources, list) or not sources:
        raise table.problem("expect", "must be a list of at least one pattern")
    return tuple(_pattern(table, "expect", source) for source in sources)


def _pattern(table: _Table, key: str, source: object) -> Pattern:
    if not isinstance(source, str):
        raise table.problem(key, "a pattern must be a text in quotes")
    try:
        return read_pattern(source)
    except PatternError as error:
        raise table.problem(key, f"the pattern {source!r} cannot be read: {error}") from error


def _mistakes(table: _Table) -> tuple[Mistake, ...]:
    entries = table.take("mistakes")
    if entries is None:
        return ()
    if not isinstance(entries, list):
        raise table.problem("mistakes", 'must be a list of { heard = "…", prompt = "…" }')
    return tuple(_mistake(table, entry) for entry in entries)


def _mistake(table: _Table, entry: object) -> Mistake:
    match entry:
        case {"heard": heard, "prompt": str(prompt), **rest} if not rest and prompt.strip():
            return Mistake(_pattern(table, "mistakes", heard), " ".join(prompt.split()))
        case _:
            raise table.problem("mistakes", 'each must be { heard = "…", prompt = "…" }')


def _retries(table: _Table) -> int:
    value = table.take("retries")
    if value is None:
        return 2
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MAX_RETRIES:
        raise table.problem("retries", f"must be a whole number from 1 to {MAX_RETRIES}")
    return value
