"""What every message on the wire has in common: ids, events, and the error that refuses one."""

from __future__ import annotations

import base64
import binascii
import secrets
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]
"""A JSON object as it travels. `Any`, because its shape is only known once `schema` has judged it."""

_ID_RANDOM_BYTES = 12
"""Gives 24 hexadecimal digits: an id with the longest prefix stays within the 32 characters clients rely on."""


def new_id(prefix: str) -> str:
    """An id like `item_5f0c…`: the prefix says what it names, 96 random bits make it unique."""
    return f"{prefix}_{secrets.token_hex(_ID_RANDOM_BYTES)}"


def event(kind: str, **fields: Any) -> Json:
    """A server event with an `event_id` of its own."""
    return {"type": kind, "event_id": new_id("event"), **fields}


def encoded(pcm: bytes | bytearray) -> str:
    """Sound as it travels: base64."""
    return base64.b64encode(pcm).decode("ascii")


def decoded(text: str, param: str) -> bytes:
    """The sound in a base64 string. Raises `Refusal` naming `param` when it is none or empty."""
    try:
        pcm = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Refusal("invalid_value", f"'{param}' is not valid base64.", param) from None
    if not pcm:
        raise Refusal("invalid_value", f"'{param}' holds no sound: 24 kHz mono PCM16 in base64 is expected.", param)
    return pcm


class Refusal(Exception):
    """A request that is turned down; the connection goes on.

    The codes are the service's. Messages never quote what the learner said or wrote.
    """

    def __init__(
        self, code: str | None, message: str, param: str | None = None, kind: str = "invalid_request_error"
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.param = param
        self.kind = kind

    def body(self, client_event_id: str | None = None) -> Json:
        """The `error` object, with the id of the client's event that caused it, where it had one."""
        return {
            "type": self.kind,
            "code": self.code,
            "message": self.message,
            "param": self.param,
            "event_id": client_event_id,
        }

    def event(self, client_event_id: str | None = None) -> Json:
        """The `error` event."""
        return event("error", error=self.body(client_event_id))
