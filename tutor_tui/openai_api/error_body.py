"""What an HTTP error says of itself, in any of the spellings that servers with OpenAI's API have."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tutor_tui.core.safe_text import one_line

_MODEL_CODES = frozenset({"model_not_found", "invalid_model", "missing_model", "DeploymentNotFound"})
NO_CREDIT_CODES = ("insufficient_quota", "credit_balance_exhausted")
LIMIT_REACHED_CODE = "billing_hard_limit_reached"
_MONEY_CODES = frozenset({*NO_CREDIT_CODES, LIMIT_REACHED_CODE})
_KEY_CODES = frozenset({"invalid_api_key", "account_deactivated", "authentication_error", "auth_error"})
_OF_A_KEY = re.compile(r"\b(?:key|token|credential|subscription)s?\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ErrorBody:
    """An error in the service's own words; all empty where the body is nothing of the kind."""

    codes: tuple[str, ...] = ()
    """Its `code` and `type`, those that are text."""
    message: str = ""
    """One line, safe to show."""
    said: str = field(default="", compare=False)
    """All of it, on one line; also of plain text, which may be anybody's on the way there and is not shown."""

    @property
    def no_credit(self) -> bool:
        """Whether the account has no credit left, or has reached its limit."""
        return not _MONEY_CODES.isdisjoint(self.codes)

    @property
    def no_such_model(self) -> bool:
        """Whether the service says that it does not have the model."""
        return not _MODEL_CODES.isdisjoint(self.codes)

    def refuses_key(self, status: int) -> bool:
        """Whether the service itself refuses the key. A bare 401 or 403 may be anybody's on the way there."""
        named = not _KEY_CODES.isdisjoint(self.codes)
        return named or (status in (401, 403) and _OF_A_KEY.search(self.message) is not None)


_MOST_SAID = 4_000
"""Characters of an error's message that are looked at: some list every voice they have."""
_WRAPPINGS = ("error", "detail", "errors", "message", "msg")
"""The names under which a message is found, the first that holds one."""
_DEEPEST = 4
"""Objects in objects: deeper no server wraps its errors."""


def read_error(body: bytes) -> ErrorBody:
    """What `body` says, in whatever wrapping: OpenAI's `{"error": {"message": …}}`, the same without the outer object
    (vLLM, llama.cpp), FastAPI's `{"detail": …}` with a text, an object or a list of complaints, or plain text.
    """
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        text = body.decode(errors="replace").strip()
        return ErrorBody(said="" if text.startswith(("<", "{", "[")) else one_line(text, _MOST_SAID))
    if isinstance(answer, list) and answer:  # Google's servers send their error in a list
        answer = answer[0]
    return _read(answer) if isinstance(answer, dict) else ErrorBody()


def _read(answer: dict[str, Any]) -> ErrorBody:
    inner = next((each for name in ("error", "detail") if isinstance(each := answer.get(name), dict)), {})
    return _error(tuple(_texts(inner, answer)), _message(answer))


def _error(codes: tuple[str, ...], said: str) -> ErrorBody:
    return ErrorBody(codes, one_line(said), one_line(said, _MOST_SAID))


def _message(answer: object, depth: int = _DEEPEST) -> str:
    match answer:
        case str():
            return answer
        case list() if depth:
            return "; ".join(filter(None, (_message(each, depth - 1) for each in answer[:8])))
        case dict() if depth:
            for name in _WRAPPINGS:
                if found := _message(answer.get(name), depth - 1):
                    where = answer.get("loc")  # FastAPI says where apart from what
                    return f"{where[-1]}: {found}" if isinstance(where, list) and where else found
    return ""


def _texts(*errors: dict[Any, Any]) -> Iterator[str]:
    names: Iterable[str] = ("code", "type")
    return (error[name] for error in errors for name in names if isinstance(error.get(name), str))
