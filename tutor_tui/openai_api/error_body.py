"""What an HTTP error says of itself, in any of the spellings that servers with OpenAI's API have."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from tutor_tui.core.safe_text import one_line

_MODEL_CODES = frozenset({"model_not_found", "invalid_model", "missing_model", "DeploymentNotFound"})
_MONEY_CODES = frozenset({"insufficient_quota", "credit_balance_exhausted", "billing_hard_limit_reached"})
_KEY_CODES = frozenset({"invalid_api_key", "account_deactivated", "authentication_error", "auth_error"})
_OF_A_KEY = re.compile(r"\b(?:key|token|credential|subscription)s?\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ErrorBody:
    """An error in the service's own words; all empty where the body is nothing of the kind."""

    codes: tuple[str, ...] = ()
    """Its `code` and `type`, those that are text."""
    message: str = ""
    """One line, safe to show."""

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


def read_error(body: bytes) -> ErrorBody:
    """What `body` says: `{"error": {…}}`, `{"error": "…"}`, `{"message": "…"}`, or FastAPI's `{"detail": …}`."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return ErrorBody()
    if isinstance(answer, list) and answer:  # Google's servers send their error in a list
        answer = answer[0]
    return _read(answer) if isinstance(answer, dict) else ErrorBody()


def _read(answer: dict[str, Any]) -> ErrorBody:
    match answer:
        case {"error": {**error}} | {"detail": {**error}}:
            return ErrorBody(tuple(_texts(error, answer)), one_line(error.get("message")))
        case {"error": str(message)} | {"detail": str(message)} | {"message": str(message)}:
            return ErrorBody(tuple(_texts(answer)), one_line(message))
        case _:
            return ErrorBody()


def _texts(*errors: dict[Any, Any]) -> Iterator[str]:
    names: Iterable[str] = ("code", "type")
    return (error[name] for error in errors for name in names if isinstance(error.get(name), str))
