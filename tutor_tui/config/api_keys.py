"""The API key: found in a variable or where it was saved, and kept out of sight from then on."""

from __future__ import annotations

from collections.abc import Callable

from tutor_tui.core.key_masking import DOTS
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.settings import KEY_VARIABLE, KEY_VARIABLES


class ApiKey:
    """A secret that shows dots wherever it is printed, formatted, logged or found in a traceback.

    `reveal()` is for the one place that writes the Authorization header.
    """

    __slots__ = ("_reveal", "origin")

    def __init__(self, secret: str, origin: str = "") -> None:
        # A closure, so that tools which walk attributes (debuggers, rich tracebacks) meet a function, not the secret.
        self._reveal: Callable[[], str] = lambda: secret
        self.origin = origin
        """Where it was found: "OPENAI_API_KEY", "OPENAI_API_KEY in ~/project/.env"."""

    def reveal(self) -> str:
        """The secret itself."""
        return self._reveal()

    def __repr__(self) -> str:
        return f"ApiKey({DOTS})"

    def __str__(self) -> str:
        return DOTS

    def __format__(self, _spec: str) -> str:
        return DOTS

    def __reduce__(self) -> str:
        raise TypeError("an API key is not to be written anywhere")


def parse_key(raw: str | None, origin: str = KEY_VARIABLE) -> ApiKey | None:
    """The key in `raw`, or None when there is none: unset, empty or blank.

    Line breaks and spaces at either end, pasted with it, are dropped. Raises `Problem` for what can never be a key (it
    would end up inside an HTTP header), without showing it.
    """
    secret = (raw or "").strip()
    if not secret:
        return None
    fault = _fault(secret)
    if fault:
        raise Problem(
            f"{origin} cannot be a key: it contains {fault}.",
            "Copy it again, in one line, or use the offline tutor: --tutor offline.",
            ExitCode.USAGE,
        )
    return ApiKey(secret, origin)


def how_to_add(variable: str) -> str:
    """What to do when there is no key in `variable`."""
    return f"For the cloud tutor run {set_command(variable)}, or put {variable}=your-key into .env."


def set_command(variable: str) -> str:
    """The command that saves a key in the place of `variable`."""
    return "tutor-tui key set" if variable == KEY_VARIABLE else f"tutor-tui key set {variable}"


HOW_TO_ADD = how_to_add(KEY_VARIABLE)


def key_missing(raw: str | None, variable: str = KEY_VARIABLE) -> Problem:
    """What to say when the cloud tutor was asked for and there is no key in `variable`, the first to be looked at."""
    state = "not set" if raw is None or variable != KEY_VARIABLE else "empty"
    hint = how_to_add(variable)
    if not any(variable in names and KEY_VARIABLE in names for names in KEY_VARIABLES.values()):
        hint += f" {KEY_VARIABLE} is OpenAI's, and goes to no other vendor."
    return Problem(f"The cloud tutor needs a key, and {variable} is {state}.", hint, ExitCode.USAGE)


_EXAMPLES = ("your-key", "your-key-here", "sk-...", "sk-…")
"""What stands in instructions in a key's place."""


def _fault(secret: str) -> str:
    if secret.casefold() in _EXAMPLES:
        return "an example's words in place of a key"
    if any(mark in secret for mark in "\r\n"):
        return "a line break"
    if any(mark.isspace() for mark in secret):
        return "a space"
    if not (secret.isascii() and secret.isprintable()):
        return "characters that no key has"
    return ""
