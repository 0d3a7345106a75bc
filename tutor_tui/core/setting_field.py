"""One setting: how it is declared, and how a value for it is read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias, TypeVar

from tutor_tui.core.key_masking import masked
from tutor_tui.core.problems import ExitCode, Problem

Value: TypeAlias = str | float | bool
T = TypeVar("T", bound=Value)
_NOTHING: Mapping[str, str] = MappingProxyType({})
MOST_WHOLE = 2**63 - 1
"""A greater whole number is none that anybody means, and Python would not even print one of 5,000 digits."""
_MOST_QUOTED = 80
"""Characters of a wrong value; who wrote it knows the rest."""
_DECIMAL_COMMA = re.compile(r"-?(?:0?,\d+|\d+,\d\d?)")
"""Not a comma before three digits, which may stand for thousands."""
FACTS = "setting"
"""Under what a dataclass field's metadata holds its `SettingField`."""


@dataclass(frozen=True, slots=True)
class SettingField:
    """One setting as a form, a file or an environment variable sees it."""

    label: str
    help_text: str
    default: Value
    low: float | None = None
    high: float | None = None
    step: float | None = None
    unit: str = ""
    env: str = ""
    """The environment variable that sets it."""
    zero_too: bool = False
    """Whether 0 is allowed besides `low` to `high`: it leaves the matter to something else."""
    choices: tuple[str, ...] = ()
    """The values that its type allows; empty where any text is."""
    refused: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    """Texts that cannot be, and why, as a sentence with the way out."""
    pattern: str = ""
    """A regular expression of the whole text, in small letters or capitals; empty where any text is allowed."""
    takes: str = "a text"
    """What is allowed, for people."""
    section: str = ""
    name: str = ""

    @property
    def full_name(self) -> str:
        """ "section.field"."""
        return f"{self.section}.{self.name}"

    def parse(self, raw: object) -> Value:
        """`raw` (a TOML value, or text from a form or the environment) as this field's type, within its limits.

        Raises `Problem` with one sentence that names the field, the value and what is allowed.
        """
        if isinstance(self.default, bool):
            return self._parse_bool(raw)
        if isinstance(self.default, int | float):
            return self._parse_number(raw)
        if not isinstance(raw, str | int | float) or isinstance(raw, bool):
            raise self._refused(raw, self.takes)
        if isinstance(raw, int) and not -MOST_WHOLE <= raw <= MOST_WHOLE:
            raise self._refused(raw, self.takes)
        # 10.0 is 10, as in JSON: what a schema takes for a whole number is one here, too.
        text = str(int(raw) if isinstance(raw, float) and raw.is_integer() else raw).strip()
        if self.choices and text not in self.choices:
            raise self._refused(raw, "one of " + ", ".join(filter(None, self.choices)) + self._or_nothing())
        if text in self.refused:
            raise Problem(f"{self.full_name} cannot be {text}.", self.refused[text], ExitCode.USAGE)
        if self.pattern and not re.fullmatch(self.pattern, text, re.IGNORECASE):
            raise self._refused(raw, self.takes)
        return text

    def _parse_bool(self, raw: object) -> bool:
        if isinstance(raw, bool):
            return raw
        word = str(raw).strip().lower()
        if word in ("1", "true", "yes", "on"):
            return True
        if word in ("0", "false", "no", "off", ""):
            return False
        raise self._refused(raw, "true or false")

    def _parse_number(self, raw: object) -> float:
        allowed = self._numbers_allowed()
        if self.zero_too and raw == "":  # a form's field that was emptied
            raw = 0
        if isinstance(raw, bool) or not isinstance(raw, str | int | float):
            raise self._refused(raw, allowed)
        try:
            number = float(raw)
        except (ValueError, OverflowError):
            raise self._refused(raw, allowed + self._with_a_point(raw)) from None
        in_range = (self.low or 0.0) <= number <= (self.high if self.high is not None else number)
        is_whole = isinstance(self.default, int)
        if not (in_range or (self.zero_too and number == 0)) or (is_whole and not number.is_integer()):
            raise self._refused(raw, allowed)
        return int(number) if is_whole else number

    def _numbers_allowed(self) -> str:
        number = "a whole number" if isinstance(self.default, int) else "a number"
        limits = "" if self.low is None else f" from {self.low:g} to {self.high:g}"
        return f"{number}{limits}" + (", or 0" if self.zero_too else "")

    def _with_a_point(self, raw: object) -> str:
        """For who writes decimals as at home: how `raw` is written here; empty where that is not what is wrong."""
        text = "" if isinstance(self.default, int) else str(raw).strip()
        return f", with a point: {text.replace(',', '.')}" if _DECIMAL_COMMA.fullmatch(text) else ""

    def _or_nothing(self) -> str:
        return ", or nothing" if "" in self.choices else ""

    def _refused(self, raw: object, allowed: str) -> Problem:
        return Problem(f"{self.full_name} cannot be {_quoted(raw)}.", f"It takes {allowed}.", ExitCode.USAGE)


def _quoted(raw: object) -> str:
    """A wrong value as a sentence shows it: not at any length, and without the key that may have slipped into it."""
    if isinstance(raw, int) and not -MOST_WHOLE <= raw <= MOST_WHOLE:
        return "so large a number"
    text = masked(repr(raw))
    return text if len(text) <= _MOST_QUOTED else f"{text[: _MOST_QUOTED - 1]}…"


def setting(
    default: T,
    label: str,
    help_text: str,
    *,
    low: float | None = None,
    high: float | None = None,
    step: float | None = None,
    unit: str = "",
    env: str = "",
    zero_too: bool = False,
    refused: Mapping[str, str] = _NOTHING,
    pattern: str = "",
    takes: str = "a text",
) -> T:
    """A field of a dataclass of settings. `env` is its environment variable where one is established already.

    Says that it returns a `T`, as `dataclasses.field` does, so that a default which its field's type does not allow is
    a type error. What a `Literal` allows is read from the type, and written nowhere else.
    """
    facts = SettingField(
        label,
        help_text,
        default,
        low=low,
        high=high,
        step=step,
        unit=unit,
        env=env,
        zero_too=zero_too,
        refused=refused,
        pattern=pattern,
        takes=takes,
    )
    made: T = field(default=default, metadata={FACTS: facts})
    return made
