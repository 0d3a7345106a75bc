"""A table of a lesson's file: each key is taken once, by what it may hold, and what is left over nobody knows."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tutor_tui.core.problems import Problem
from tutor_tui.offline_server.lesson.script_folders import broken

_LANGUAGE = re.compile(r"[a-z]{2,3}")


@dataclass
class ScriptTable:
    """Raises `Problem`, with the place, at the first thing that is wrong."""

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
        return broken(self.path, self._line(key), name, reason)

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

    def language_of(self, key: str, *, required: bool = False) -> str:
        """The code of a language; empty where there is none."""
        code = self.text_of(key, required=required)
        if code and not _LANGUAGE.fullmatch(code):
            raise self.problem(key, f"{code!r} is not a language code such as 'en' or 'ko'")
        return code

    def yes_or_no(self, key: str) -> bool:
        """True or false; false where there is neither."""
        value = self.take(key)
        if value is not None and not isinstance(value, bool):
            raise self.problem(key, "must be true or false")
        return bool(value)

    def texts_of(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        """One text or a list of them."""
        value = self.take(key)
        if value is None and not required:
            return ()
        if value is None:
            raise self.problem(key, "is missing")
        texts = [value] if isinstance(value, str) else value
        if (
            not isinstance(texts, list)
            or not texts
            or not all(isinstance(each, str) and each.strip() for each in texts)
        ):
            raise self.problem(key, "must be a text in quotes, or a list of them")
        if any(ord(letter) < 32 and letter not in "\n\t" for text in texts for letter in text):
            raise self.problem(key, "holds a control character")
        return tuple(" ".join(text.split()) for text in texts)

    def numbers_of(self, key: str) -> tuple[int, ...]:
        """A list of whole numbers."""
        value = self.take(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(
            isinstance(each, int) and not isinstance(each, bool) for each in value
        ):
            raise self.problem(key, "must be a list of whole numbers")
        return tuple(value)

    def translations_of(self, key: str) -> dict[str, str]:
        """A text in other languages, by their codes."""
        entries = self.take(key)
        if entries is None:
            return {}
        if not isinstance(entries, dict) or not all(
            _LANGUAGE.fullmatch(code) and isinstance(text, str) and text.strip() for code, text in entries.items()
        ):
            raise self.problem(key, 'must be texts by language code: { de = "…", ko = "…" }')
        return {code: " ".join(text.split()) for code, text in entries.items()}

    def whole_number(self, key: str, default: int, allowed: Sequence[int]) -> int:
        """One of the `allowed` numbers, or the `default` where there is none."""
        value = self.take(key)
        if value is None:
            return default
        if not isinstance(value, int) or isinstance(value, bool) or value not in allowed:
            low, high = min(allowed, default=1), max(allowed, default=1)
            raise self.problem(key, f"must be a whole number from {low} to {high}")
        return value

    def by_language(self, key: str, known: Container[str], unknown: str) -> dict[str, dict[str, str]]:
        """What stands in tables such as [prompts.ko] at the end of a lesson: of each of the `known` texts, another one.

        `unknown`: what is wrong with a text that is not among them, which is named behind it.
        """
        given = self.take(key)
        given = {} if given is None else given
        if not isinstance(given, dict) or not all(isinstance(texts, dict) for texts in given.values()):
            raise self.problem(key, f'must be tables by language code: [{key}.de] "The text." = "…"')
        for code, texts in given.items():
            for text, other in texts.items():
                if not isinstance(other, str) or not _LANGUAGE.fullmatch(code):
                    raise self.problem(key, "must be texts by language code")
                if text not in known:
                    raise self.problem(key, f"{unknown} {text!r}")
        return {code: {text: in_one_line(other) for text, other in texts.items()} for code, texts in given.items()}

    def finish(self) -> None:
        """Refuse keys nobody asked for: mostly slips of the pen."""
        for key in self._left:
            raise self.problem(key, "is not a key of a lesson" if not self.step else "is not a key of a step")


def in_one_line(value: object) -> str:
    """A text without breaks, and with single spaces."""
    return " ".join(str(value).split())
