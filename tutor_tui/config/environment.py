"""Settings and keys in environment variables and `.env` files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from tutor_tui.config.files import read_text
from tutor_tui.config.origin import Origin, RawValue, SourceKind
from tutor_tui.config.paths import shown
from tutor_tui.config.renamed import RENAMED_VARIABLES, renamed_notice
from tutor_tui.config.settings_file import suggestion
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.settings import KEY_VARIABLE, setting_fields
from tutor_tui.openai_api.private_extensions import CHAT_KEY_VARIABLE, TOKEN_VARIABLE

PREFIX = "TUTOR_TUI_"
NO_SETTINGS = frozenset({TOKEN_VARIABLE, CHAT_KEY_VARIABLE})
"""Ours, but between our own programs."""


@dataclass(frozen=True, slots=True)
class _Source:
    values: Mapping[str, str]
    kind: SourceKind
    file: str = ""

    def place(self, name: str) -> str:
        return f"{name} in {self.file}" if self.file else name

    def raw(self, name: str) -> RawValue:
        return RawValue(self.values[name], Origin(self.kind, self.place(name)))


class Variables:
    """The variables of the environment and the `.env` files, each from the strongest source that has it."""

    def __init__(self, environ: Mapping[str, str], env_files: Iterable[Path]) -> None:
        """`env_files`: the strongest first; all are weaker than `environ`. Raises `Problem` for a broken file."""
        files = (_Source(_env_file(path), ".env", shown(path)) for path in dict.fromkeys(env_files))
        self._sources = [_Source(environ, "environment"), *files]

    def settings(self) -> tuple[Mapping[str, RawValue], tuple[str, ...]]:
        """Our own variables by name, empty ones included, and a sentence on each old name among them.

        Raises `Problem` for a name that begins like ours and is none.
        """
        known = {KEY_VARIABLE, *(each.env for each in setting_fields())}
        found, notices = dict[str, RawValue](), list[str]()
        for source in self._sources:
            for name in source.values:
                new_name = RENAMED_VARIABLES.get(name, name)
                if new_name != name:
                    notices.append(renamed_notice(name, new_name, source.file))
                    if new_name in source.values:
                        continue
                elif name.startswith(PREFIX) and name not in known | NO_SETTINGS:
                    sentence = f"{source.place(name)}: there is no such setting."
                    raise Problem(sentence, suggestion(name, sorted(known)), ExitCode.USAGE)
                # The first source with something in it wins; an empty one is only remembered, to be called "empty".
                if new_name in known and (new_name not in found or found[new_name].is_blank):
                    found[new_name] = source.raw(name)
        return found, tuple(notices)

    def first(self, name: str) -> RawValue | None:
        """`name` from the strongest source that has something in it."""
        return next((source.raw(name) for source in self._sources if source.values.get(name, "").strip()), None)


def _env_file(path: Path) -> dict[str, str]:
    """The variables in a `.env` file; `Problem` with the line, never its words, when it cannot be read."""
    text = read_text(path)
    if text is None:
        return {}
    from dotenv import dotenv_values  # 20 ms, and most machines have no .env
    from dotenv.parser import parse_stream

    for binding in parse_stream(StringIO(text)):
        statement = binding.original.string
        # python-dotenv takes a word without "=" for a name without a value: to us, a forgotten name or "=".
        forgotten = binding.key is not None and binding.value is None and not statement.lstrip().startswith("export")
        if binding.error or forgotten:
            blank = statement[: len(statement) - len(statement.lstrip())]
            raise Problem(
                f"{shown(path)}, line {binding.original.line + blank.count(chr(10))}: this is not NAME=value.",
                "Correct that line; a value with special characters wants quotes around it.",
                ExitCode.USAGE,
            )
    return {name: value for name, value in dotenv_values(stream=StringIO(text)).items() if value is not None}
