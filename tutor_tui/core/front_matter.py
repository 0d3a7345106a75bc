"""The front matter of a profile: which fields there are, and what each may hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from math import isfinite
from typing import TypeVar

from tutor_tui.core.languages import LANGUAGES, likely_code
from tutor_tui.core.pace import PACE
from tutor_tui.core.safe_text import one_line
from tutor_tui.core.tools import TOOL_NAMES, ToolName
from tutor_tui.core.turn_detection import Range

CHECK_IN = Range(10, 120, 5, "s")
"""How long a learner may be silent before the tutor checks in: sooner would be nagging."""
FIELDS = (
    "name",
    "description",
    "language",
    "native_language",
    "level",
    "voice",
    "pace",
    "correction",
    "opening",
    "turn_taking",
    "check_in",
    "offline_lesson",
    "course",
    "unit",
    "can_do",
    "new",
    "needs",
    "tools",
)
"""What the front matter may hold; `name` and `language` must be there."""
_LISTS = frozenset({"can_do", "new", "needs", "tools"})
"""Those that may be lists."""
LAST_UNIT = 99
_MOST_IN_LIST, _LONGEST_IN_LIST = 20, 80
"""What a learner reads at a glance: lines, and characters of one."""

_LENGTHS = {"name": 60, "description": 120, "opening": 2_000}
"""Longest texts, in characters: a header, a line of the picker, a spoken beginning."""
_VOICE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
SHOWN = 40
"""Characters of a wrong value that are enough to recognise it by."""
Choice = TypeVar("Choice", bound=str)


class ProfileFault(ValueError):
    """What is wrong with a profile, and where."""

    def __init__(self, field: str, reason: str, body_line: int = 0) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        """The front matter's field, or "instructions"."""
        self.reason = reason
        """What is wrong and what would be right, in a sentence."""
        self.body_line = body_line
        """The line of the instructions (from 1), or 0 when a field of the front matter is at fault."""


class FrontMatter:
    """The fields of one profile, each asked for by what it may hold. All raise `ProfileFault`."""

    def __init__(self, fields: Mapping[str, object]) -> None:
        """Values may be text, as they stand in the file, or numbers."""
        for field in fields:
            _check_known(field)
        self._fields = fields
        self._texts = {
            field: _text(field, fields[field]) for field in FIELDS if field in fields and field not in _LISTS
        }

    def text(self, field: str) -> str:
        """A text; empty where there is none."""
        return self._texts.get(field, "")

    def required(self, field: str, meaning: str) -> str:
        """A text that must be there; `meaning` says what for."""
        text = self.text(field)
        if not text:
            raise ProfileFault(field, f"is missing: {meaning}")
        return text

    def language(self, field: str) -> str:
        """The two-letter code of a language, which must be there."""
        text = self.required(field, "the two-letter code (ISO 639-1) of what is taught, such as ko, en or es")
        code = text.casefold()
        if code in LANGUAGES:
            return code
        likely = likely_code(text)
        way_out = f"for {LANGUAGES[likely]} write {likely}" if likely else "write two letters such as ko, en or es"
        raise ProfileFault(field, f"{_shown(text)} is no ISO 639-1 language code; {way_out}")

    def choice(self, field: str, allowed: tuple[Choice, ...]) -> Choice | None:
        """The one of `allowed` that the text names, upper or lower case; None where the field is absent or empty."""
        text = self.text(field)
        if not text:
            return None
        for choice in allowed:
            if text.casefold() == choice.casefold():
                return choice
        raise ProfileFault(field, f"{_shown(text)} is not one of {', '.join(allowed)}")

    def voice(self) -> str:
        """The name of a voice; empty where there is none."""
        return self._matching("voice", _VOICE, "a voice's name such as marin or cedar")

    def file_name(self, field: str, meaning: str) -> str:
        """The name of a file, without its ending; empty where there is none. `meaning`: of what, after "is not"."""
        return self._matching(field, _FILE_NAME, meaning)

    def _matching(self, field: str, pattern: re.Pattern[str], meaning: str) -> str:
        text = self.text(field)
        if text and not pattern.fullmatch(text):
            raise ProfileFault(field, f"{_shown(text)} is not {meaning}")
        return text

    def pace(self, default: float) -> float:
        """How fast the tutor speaks."""
        text = self.text("pace")
        return _number("pace", text, PACE) if text else default

    def check_in(self, default: float | None) -> float | None:
        """Seconds, or "none" for never."""
        text = self.text("check_in")
        if not text:
            return default
        return 0.0 if text.casefold() == "none" else _number("check_in", text, CHECK_IN, " of seconds, or none,")

    def unit(self) -> int:
        """The number of a unit; 0 for none."""
        return _unit("unit", self.text("unit"))

    def units(self, field: str) -> tuple[int, ...]:
        """The numbers of units: one, or a list of them."""
        return tuple(_unit(field, each) for each in self.texts(field))

    def texts(self, field: str) -> tuple[str, ...]:
        """One text, or a list of them."""
        value = self._fields.get(field)
        texts = [_text(field, each) for each in (value if isinstance(value, list) else [value])]
        if len(texts) > _MOST_IN_LIST:
            raise ProfileFault(field, f"has {len(texts)} entries, at most {_MOST_IN_LIST}")
        if longest := max((len(text) for text in texts if len(text) > _LONGEST_IN_LIST), default=0):
            raise ProfileFault(field, f"has an entry of {longest} characters, at most {_LONGEST_IN_LIST}")
        return tuple(filter(None, texts))

    def tools(self, default: tuple[ToolName, ...]) -> tuple[ToolName, ...]:
        """The tools that a list, or a text with commas, names; "none" is none, and an absent or empty field the
        default.
        """
        value = self._fields.get("tools")
        names = value if isinstance(value, list) else _text("tools", value).split(",")
        wanted = [str(name).strip().casefold() for name in names if str(name).strip()]
        if not wanted:
            return default
        if wanted == ["none"]:
            return ()
        known: dict[str, ToolName] = {name: name for name in TOOL_NAMES}
        for name in wanted:
            if name not in known:
                raise ProfileFault("tools", f"{_shown(name)} is no tool; there are {', '.join(TOOL_NAMES)}, or none")
        return tuple(dict.fromkeys(known[name] for name in wanted))


def _check_known(field: str) -> None:
    if field in FIELDS:
        return
    near = get_close_matches(field.casefold().replace("-", "_").replace(" ", "_"), FIELDS, n=1, cutoff=0.5)
    way_out = f"the nearest is {near[0]}" if near else f"the fields are {', '.join(FIELDS)}"
    raise ProfileFault(field, f"no such field; {way_out}")


def _text(field: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ProfileFault(field, "must be a single text or number, not a list, a table or yes/no")
    text = str(value).strip()
    if len(text) > _LENGTHS.get(field, 200):
        raise ProfileFault(field, f"is too long: {len(text)} characters, at most {_LENGTHS.get(field, 200)}")
    allowed = "\n\t" if field == "opening" else ""
    if any(ord(mark) < 32 or 127 <= ord(mark) < 160 for mark in text if mark not in allowed):
        raise ProfileFault(field, "must be one line without control characters")
    return text


def _number(field: str, text: str, limits: Range, what: str = "") -> float:
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not isfinite(number) or limits.clamp(number) != number:
        raise ProfileFault(field, f"{_shown(text)} is not a number{what} from {limits.low} to {limits.high}")
    return number


def _unit(field: str, text: str) -> int:
    if not text:
        return 0
    if not re.fullmatch("[1-9][0-9]?", text):
        raise ProfileFault(field, f"{_shown(text)} is not a whole number from 1 to {LAST_UNIT}")
    return int(text)


def _shown(text: str) -> str:
    return repr(one_line(text, SHOWN))
