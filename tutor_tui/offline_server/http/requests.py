"""Reading HTTP requests, and turning them down in the service's words (OpenAI's API reference)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from aiohttp import BodyPartReader, web

from tutor_tui.offline_server.realtime.wire import Json


class Rejected(Exception):
    """A request that is turned down, with its status."""

    def __init__(self, status: HTTPStatus, code: str, message: str, param: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self._body = error_body(code, message, param)

    def body(self) -> Json:
        """What the client reads."""
        return self._body


def error_body(code: str | None, message: str, param: str | None = None, kind: str = "invalid_request_error") -> Json:
    """The service's shape of an error."""
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def bad(message: str, param: str | None = None, code: str = "invalid_value") -> Rejected:
    """HTTP 400."""
    return Rejected(HTTPStatus.BAD_REQUEST, code, message, param)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a form."""

    name: str
    file_name: str
    content: bytes


async def form_of(request: web.Request) -> list[Part]:
    """The parts of a multipart/form-data body, bounded by the largest body there may be."""
    if request.content_type != "multipart/form-data":
        raise Rejected(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "invalid_value", "This takes multipart/form-data.")
    parts = []
    room = request.client_max_size
    try:
        reader = await request.multipart()
        while (part := await reader.next()) is not None:
            if not isinstance(part, BodyPartReader):
                raise bad("A part of the form holds parts itself.")
            content = bytearray()
            while piece := await part.read_chunk(2**16):
                content += piece
                room -= len(piece)
                if room < 0:
                    raise Rejected(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", "A file may have 25 MB.", "file")
            parts.append(Part(part.name or "", part.filename or "", bytes(content)))
    except ValueError:
        raise bad("The form cannot be read: it is no well-formed multipart/form-data.") from None
    return parts


def fields_of(parts: Sequence[Part]) -> dict[str, str]:
    """The parts as text, the last of each name."""
    return {part.name: part.content.decode(errors="replace") for part in parts}


def texts_of(parts: Sequence[Part], name: str) -> list[str]:
    """All parts of that name as text, in order."""
    return [part.content.decode(errors="replace") for part in parts if part.name == name]


def object_in(text: str | bytes, param: str) -> Json:
    """A JSON object. Raises `Rejected`."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise bad(f"{f'{param!r}' if param else 'The body'} has to be a JSON object.", param or None, "invalid_json")
    return value


def text_in(body: Json, name: str, default: str | None = None) -> str:
    """A field that is a text. Raises `Rejected` when it is missing (without a `default`) or none."""
    value = body.get(name, default)
    if value is None:
        raise bad(f"'{name}' is missing.", name, "missing_required_parameter")
    if not isinstance(value, str):
        raise bad(f"'{name}' has to be a text.", name, "invalid_type")
    return value
