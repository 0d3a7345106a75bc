"""What our client and our offline server say to each other beyond OpenAI's API; any other server ignores it.

Both sides take the words from here, so that neither can change one alone. Their Realtime is OpenAI's otherwise.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias, get_args

# ---- the server as our child process --------------------------------------------------------------------------------

TOKEN_VARIABLE = "TUTOR_TUI_OFFLINE_TOKEN"
"""The environment variable with the API key that the server asks for: arguments can be read by every user."""
CHAT_KEY_VARIABLE = "TUTOR_TUI_OFFLINE_MIND_KEY"
"""The same for the key of the chat server that thinks for it."""
WITH_PARENT = "--with-parent"
"""The option by which it ends when its standard input does, or whoever started it: without, only a signal ends it."""
_READY = "ready"


def ready_line(port: int) -> str:
    """What the server writes on stdout once it listens on `port`."""
    return f"{_READY} {port}"


def port_in(line: str) -> int | None:
    """The port that a line of the server's stdout announces, if it does."""
    word, _, number = line.strip().partition(" ")
    return int(number) if word == _READY and number.isdecimal() else None


# ---- requests -------------------------------------------------------------------------------------------------------

LESSON_FIELD = "lesson"
"""Names the lesson script: in the query of a WebSocket's or a call's URL, and in the body of a chat request."""
LANGUAGE_FIELD = "language"
"""The lesson's language, in the body of a chat or speech request."""
NATIVE_LANGUAGE_FIELD = "native_language"
"""What the learner speaks at home: beside `LESSON_FIELD`."""


def lesson_query(script: str, native_language: str = "") -> dict[str, str]:
    """What to add to the URL of a conversation: its lesson script and the learner's own language, where known."""
    fields = {LESSON_FIELD: script, NATIVE_LANGUAGE_FIELD: native_language}
    return {name: value for name, value in fields.items() if value}


def request_fields(language: str, script: str = "", native_language: str = "") -> dict[str, str]:
    """What to add to the body of a chat or speech request: the lesson's language, and what a conversation adds."""
    return {LANGUAGE_FIELD: language, **lesson_query(script, native_language)}


ResponseKind: TypeAlias = Literal["", "greet", "repeat", "read"]
"""What a response is for; empty for an answer like any other, read where it only reads its input aloud."""
_KIND = "kind"


def kind_metadata(kind: ResponseKind) -> dict[str, str]:
    """`response.create`'s metadata for a response of this kind."""
    return {_KIND: kind} if kind else {}


def reading_metadata(language: str) -> dict[str, str]:
    """`response.create`'s metadata for a text in `language` that is to be read aloud."""
    return {**kind_metadata("read"), **({LANGUAGE_FIELD: language} if language else {})}


def language_of(metadata: Any) -> str:
    """The language that a response's metadata name; empty where they name none."""
    wanted = metadata.get(LANGUAGE_FIELD) if isinstance(metadata, dict) else None
    return wanted if isinstance(wanted, str) else ""


def kind_of(metadata: Any) -> ResponseKind:
    """The kind that a response's metadata ask for."""
    wanted = metadata.get(_KIND) if isinstance(metadata, dict) else None
    return next((kind for kind in get_args(ResponseKind) if kind == wanted), "")


# ---- errors ---------------------------------------------------------------------------------------------------------

STT_UNAVAILABLE = "ears_unavailable"
"""Code of an error that answers no request: the server cannot hear for now; its message says why, and the way out."""
MODEL_LOADING = "model_loading"
"""The same: the chat server that thinks for our server has not said a word yet."""
