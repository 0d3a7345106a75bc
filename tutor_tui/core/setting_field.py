"""One setting: how it is declared, and how a value for it is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

from tutor_tui.core.problems import ExitCode, Problem

Value: TypeAlias = str | float | bool
T = TypeVar("T", bound=Value)
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
    choices: tuple[str, ...] = ()
    """The values that its type allows; empty where any text is."""
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
        if isinstance(self.default, float):
            return self._parse_number(raw)
        if not isinstance(raw, str | int | float) or isinstance(raw, bool):
            raise self._refused(raw, "a text")
        # 10.0 is 10, as in JSON: what a schema takes for a whole number is one here, too.
        text = str(int(raw) if isinstance(raw, float) and raw.is_integer() else raw).strip()
        if self.choices and text not in self.choices:
            raise self._refused(raw, "one of " + ", ".join(self.choices))
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
        allowed = "a number" if self.low is None else f"a number from {self.low:g} to {self.high:g}"
        if isinstance(raw, bool) or not isinstance(raw, str | int | float):
            raise self._refused(raw, allowed)
        try:
            number = float(raw)
        except ValueError:
            raise self._refused(raw, allowed) from None
        if not (self.low or 0.0) <= number <= (self.high if self.high is not None else number):
            raise self._refused(raw, allowed)
        return number

    def _refused(self, raw: object, allowed: str) -> Problem:
        return Problem(f"{self.full_name} cannot be {raw!r}.", f"It takes {allowed}.", ExitCode.USAGE)


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
) -> T:
    """A field of a dataclass of settings. `env` is its environment variable where one is established already.

    Says that it returns a `T`, as `dataclasses.field` does, so that a default which its field's type does not allow is
    a type error. What a `Literal` allows is read from the type, and written nowhere else.
    """
    facts = SettingField(label, help_text, default, low=low, high=high, step=step, unit=unit, env=env)
    made: T = field(default=default, metadata={FACTS: facts})
    return made
