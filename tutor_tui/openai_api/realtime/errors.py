"""Why a server will not go on, as sentences with a way out: by error code, close code, HTTP status, failed call."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Iterable
from typing import NamedTuple

from websockets.exceptions import (
    ConnectionClosed,
    InvalidHandshake,
    InvalidMessage,
    InvalidProxy,
    InvalidStatus,
    InvalidURI,
    ProxyError,
    WebSocketException,
)

from tutor_tui.core.problems import LinkLost
from tutor_tui.core.safe_text import one_line
from tutor_tui.openai_api.error_body import LIMIT_REACHED_CODE, NO_CREDIT_CODES, read_error
from tutor_tui.openai_api.private_extensions import MODEL_LOADING, STT_UNAVAILABLE, VOICE_UNAVAILABLE
from tutor_tui.openai_api.proxies import CANNOT_BE_USED, HOW_TO_MEND, UnusableProxy
from tutor_tui.openai_api.realtime.server_events import ErrorDetail
from tutor_tui.openai_api.retry_after import asked_wait_s

_KEY = (
    "Check OPENAI_API_KEY in the environment or .env: the key may be mistyped or withdrawn. "
    "Other makers' keys are in other variables: see the README."
)
_MODEL = "Choose another with --model; `tutor-tui doctor` asks the server which it has."
_MONEY = "Add credit (OpenAI's page: https://platform.openai.com/settings/organization/billing)."
ADDRESS = "the tutor's address (--base-url or OPENAI_BASE_URL)"
_SERVER = f"Check {ADDRESS}; `tutor-tui doctor` tries it step by step."
_DIALECT = "Set tutor.dialect to {0}, or pass --dialect {0}."
_SOON = "Dialling again."
_NETWORK = f"Check the network; and {ADDRESS}, where you have set it."
_PROXY = "Check HTTPS_PROXY in the environment."
_SOCKS = "Run: pip install python-socks[asyncio]; or take ALL_PROXY out of the environment."


class Sentence(NamedTuple):
    """What the learner reads about an error."""

    title: str
    hint: str
    """The way out."""


class _Ending(NamedTuple):
    """A `LinkLost` to be."""

    title: str
    hint: str
    retry: bool
    """Whether another attempt may succeed."""


FATAL: dict[str, Sentence] = {
    "invalid_api_key": Sentence("The tutor's server refuses the API key.", _KEY),
    "account_deactivated": Sentence("The account behind the API key is closed.", _KEY),
    **dict.fromkeys(NO_CREDIT_CODES, Sentence("The account has no credit left.", _MONEY)),
    LIMIT_REACHED_CODE: Sentence("The account has reached its spending limit.", _MONEY),
    "missing_model": Sentence("The server was not told a model.", _MODEL),
    "invalid_model": Sentence("The server does not hold conversations with this model.", _MODEL),
    "model_not_found": Sentence("The server does not have this model, or not for this key.", _MODEL),
    "beta_api_shape_disabled": Sentence("The server takes another version of the protocol.", _DIALECT.format("ga")),
}
"""Error codes that no new attempt can cure."""

OTHER_DIALECT: dict[str, Sentence] = {
    "unknown_parameter": Sentence("The tutor's server speaks an older Realtime, the beta.", _DIALECT.format("beta")),
    "missing_required_parameter": Sentence("The tutor's server speaks the Realtime of today.", _DIALECT.format("ga")),
}
"""What a refusal of `session.type` means: GA servers insist on it, those of the beta do not know it."""
ANSWERS_IN_BETA = Sentence("The tutor's server answers like one of the beta.", _DIALECT.format("beta"))
"""The same of a server that refuses nothing, as some do that do not look closely."""

EXPIRED = Sentence("The conversation reached the longest time the service allows.", "Going on in a new one.")

_SUBJECT = Sentence("The service refused this subject.", "Talk about something else: the lesson goes on.")

PASSING: dict[str, Sentence] = {
    "rate_limit_exceeded": Sentence(
        "The service asks for a pause.",
        "Wait a little, then speak again.",
    ),
    "inference_rate_limit_exceeded": Sentence("The service asks for a pause.", "Wait a little, then speak again."),
    "slow_down": Sentence("The service asks for a pause.", "Wait a little, then speak again."),
    "server_is_overloaded": Sentence("The service is overloaded.", "Wait a little, then speak again."),
    "server_error": Sentence("The service had a fault of its own.", "Say it again."),
    **dict.fromkeys(("moderation_blocked", "content_policy_violation", "content_filter", "forbidden"), _SUBJECT),
}
"""Error codes that pass: the lesson goes on."""

INCOMPLETE: dict[str, Sentence] = {
    "content_filter": _SUBJECT,
    "max_output_tokens": Sentence("The answer grew too long and was cut off.", "Ask for the rest."),
}
"""Why an answer has no end, by the server's reason."""

TURN_TOO_SHORT = "input_audio_buffer_commit_empty"
"""The code for a turn of less than `core.turn_detection.SHORTEST_TURN_MS`, which the service did not keep."""

UNINTELLIGIBLE = "audio_unintelligible"
"""The code for a turn in which no words could be made out: the next one may fare better."""

UNASKED = {
    STT_UNAVAILABLE: "Whisper is not listening: without it the lesson's answers are heard.",
    VOICE_UNAVAILABLE: "The tutor speaks with a plainer voice.",
    MODEL_LOADING: "No word from the chat server yet: its model may be loading.",
}
"""Codes of our own offline server that answer nothing we asked; the message says what is missing, and the way out."""

BENIGN = frozenset(
    {
        "response_cancel_not_active",
        "conversation_already_has_active_response",
        "item_truncate_invalid_item_id",
        "item_delete_invalid_item_id",
        "item_retrieve_invalid_item_id",
        "unsupported_content_type",
    }
)
"""Races between what the learner did and what the server was doing: nobody is at fault, nor need the learner know."""

CODES_IN_WORDS = {
    "already has an active response": "conversation_already_has_active_response",
    "another response is in progress": "conversation_already_has_active_response",
    "no active response": "response_cancel_not_active",
    "no response is in progress": "response_cancel_not_active",
}
"""What some servers say in words only (xAI, Alibaba, vLLM-Omni), whatever code they send; lower case."""

BENIGN_MESSAGES = ("already shorter than", "only model output audio messages can be truncated")
"""The same, where the service gives no code of its own; lower case."""

_CLOSED: dict[int, _Ending] = {
    1001: _Ending("The tutor's server is going away.", _SOON, True),
    1002: _Ending("The tutor's server broke the WebSocket protocol.", _SERVER, True),
    1003: _Ending("The tutor's server does not take text messages.", _SERVER, False),
    1007: _Ending("The tutor's server sent text that is not UTF-8.", _SERVER, True),
    1008: _Ending("The tutor's server refuses us by its rules.", _KEY, False),
    1009: _Ending("The tutor's server sent a message of more than 16 MiB.", _SERVER, True),
    1011: _Ending("The tutor's server had a fault, or stopped answering.", _SOON, True),
    1012: _Ending("The tutor's server restarts.", _SOON, True),
    1013: _Ending("The tutor's server is busy.", _SOON, True),
    3003: _Ending("The tutor's server refuses us.", _KEY, False),
    4000: _Ending("The tutor's server refuses how we called it.", f"Check tutor.dialect. {_SERVER}", False),
}
"""Close code → sentence, way out, worth another attempt."""
_CLOSED_FOR_GOOD = {3000: "invalid_api_key", 4004: "model_not_found"}
"""Close code → error code of `FATAL`."""

_STATUS: dict[int, _Ending] = {
    400: _Ending("The tutor's server refuses how we called it (HTTP 400).", _SERVER, False),
    401: _Ending("The tutor's server refuses the API key (HTTP 401).", _KEY, False),
    403: _Ending("The API key is not allowed to use this model (HTTP 403).", _KEY, False),
    404: _Ending("There is no Realtime service at that address, or no such model (HTTP 404).", _SERVER, False),
    407: _Ending("The proxy asks for a password (HTTP 407).", "Put it into HTTPS_PROXY.", False),
    408: _Ending("The tutor's server did not hear us out in time (HTTP 408).", _SOON, True),
    425: _Ending("The tutor's server finds that we came too early (HTTP 425).", _SOON, True),
    429: _Ending("The service is asked too often, or the account has no credit left (HTTP 429).", _MONEY, True),
}
"""HTTP status at the handshake → sentence, way out, worth another attempt."""


def fatal(code: str) -> LinkLost:
    """The end that an error code of `FATAL` means."""
    title, hint = FATAL[code]
    return LinkLost(title, hint, retry=False, final=True)


def code_meant(error: ErrorDetail) -> str:
    """An error's code in OpenAI's terms."""
    message = error.message.lower()
    return next((code for words, code in CODES_IN_WORDS.items() if words in message), error.code)


def unanswered(status: str, reason: str, failure: ErrorDetail | None) -> Sentence | None:
    """What the learner reads of an answer that did not come to its end; nothing of one that did, or was stopped."""
    code = failure.code if failure else ""
    message = one_line(failure.message) if failure else ""
    if known := PASSING.get(code) or INCOMPLETE.get(reason):
        return known
    if status == "failed" or code:
        return Sentence("The tutor could not answer.", message or one_line(reason) or "Say it again.")
    if status == "incomplete":
        return Sentence("The answer is incomplete.", message or one_line(reason) or "Ask for the rest.")
    return None


def named_by(error: ErrorDetail) -> str:
    """What an error is about, in the server's words ("session.turn_detection.threshold"); empty where it does not say.

    Some servers say so in the message only.
    """
    if error.param:
        return error.param
    found = _SETTING.search(error.message)
    return found[0] if found else ""


_SETTING = re.compile(r"\bsession(?:\.[a-z_]+)+")


def is_unknown(error: ErrorDetail) -> bool:
    """Whether the server says that it has no such thing at all, rather than that a value is wrong."""
    return error.code == "unknown_parameter" or "not supported" in error.message


def other_dialect(error: ErrorDetail) -> LinkLost | None:
    """The end that an error means when it comes of talking to the server in a dialect that it does not speak."""
    if named_by(error) != "session.type" or error.code not in OTHER_DIALECT:
        return None
    return LinkLost(*OTHER_DIALECT[error.code], retry=False)


def is_benign(code: str, message: str) -> bool:
    """Whether an error is a race that is no news to the learner."""
    return code in BENIGN or any(text in message.lower() for text in BENIGN_MESSAGES)


def expired() -> LinkLost:
    """The end of a conversation that reached its longest time."""
    return LinkLost(*EXPIRED, retry=True, usual=True)


def closed(code: int | None, reason: str) -> LinkLost:
    """What a close code means; `reason` is the server's and only looked at for known codes."""
    named = reason.rpartition(".")[2] if reason.startswith("invalid_request_error.") else ""
    if named in FATAL:
        return fatal(named)
    if code == 1001 and ("maximum duration" in reason or "session_expired" in reason):
        return expired()
    if code in _CLOSED_FOR_GOOD:
        return fatal(_CLOSED_FOR_GOOD[code])
    title, hint, retry = _CLOSED.get(code or 1006, _Ending("The connection to the tutor broke.", _SOON, True))
    return LinkLost(title, hint, retry=retry, usual=code == 1001)


def closed_by(failure: ConnectionClosed) -> LinkLost:
    """The same, from the exception: the code that came, or the one we had to send (a frame too big, not UTF-8)."""
    frame = failure.rcvd or failure.sent
    return closed(frame.code, one_line(frame.reason)) if frame else closed(None, "")


def unreached(failure: Exception, host: str) -> LinkLost:
    """Why no connection came about. `host` is ours; what the server said is not repeated."""
    match failure:
        case InvalidStatus():
            answer = failure.response
            return refused(answer.status_code, host, bytes(answer.body or b""), answer.headers.raw_items())
        case InvalidMessage() | EOFError():
            return LinkLost(f"{host} does not answer like a web server.", _SERVER, retry=False)
        case InvalidProxy() | UnusableProxy():
            return unusable_proxy()
        case ProxyError():
            return LinkLost("The proxy does not let us through.", f"{_PROXY} {_SERVER}", retry=True)
        case ImportError():
            return LinkLost("The proxy is a SOCKS proxy, which needs one more package.", _SOCKS, retry=False)
        case InvalidHandshake():
            return LinkLost(f"{host} is not a WebSocket server.", _SERVER, retry=False)
        case InvalidURI():
            return LinkLost("The base URL is not a URL.", _SERVER, retry=False)
        case ssl.SSLCertVerificationError():
            hint = "Its certificate is not trusted here; check the address and this machine's clock."
            return LinkLost(f"{host} cannot prove who it is.", hint, retry=False)
        case ssl.SSLError():
            hint = f"It may be an http:// or ws:// server: check {ADDRESS}."
            return LinkLost(f"No encrypted connection to {host} is possible.", hint, retry=False)
        case socket.gaierror():
            return LinkLost(f"No machine named {host} can be found.", _NETWORK, retry=True)
        case ConnectionRefusedError():
            return LinkLost(f"Nothing answers at {host}.", f"Is the server running? {_SERVER}", retry=True)
        case ConnectionError():
            hint = f"It may be unencrypted where we ask for encryption, or not a web server. {_SERVER}"
            return LinkLost(f"{host} hangs up at once.", hint, retry=True)
        case TimeoutError():
            return LinkLost(f"{host} does not answer in time.", _NETWORK, retry=True)
        case ConnectionClosed():
            return closed_by(failure)
        case WebSocketException():
            return LinkLost(f"{host} is not a WebSocket server.", _SERVER, retry=False)
        case _:
            return LinkLost(f"{host} cannot be reached.", _NETWORK, retry=True)


def mute(*, is_ours: bool) -> LinkLost:
    """The connection stands, and the server never said a word; `is_ours`: one that we have started ourselves."""
    if is_ours:
        return LinkLost("The offline tutor is slow to start on this machine.", "Trying again.", retry=True)
    title = "The tutor's server accepts the call and says nothing."
    return LinkLost(title, f"Is it a Realtime server? Check {ADDRESS}.", retry=True)


def unusable_proxy() -> LinkLost:
    """The environment names a proxy that we cannot talk to."""
    return LinkLost(CANNOT_BE_USED, HOW_TO_MEND, retry=False)


def refused(status: int, host: str, body: bytes, headers: Iterable[tuple[str, str]]) -> LinkLost:
    """What an HTTP answer in place of a conversation means: what its body says, else its status.

    What the body says is the service's own word. A bare status may come from anybody on the way there.
    """
    error = read_error(body)
    for code in error.codes:
        if code in FATAL:
            return fatal(code)
    if error.refuses_key(status):
        return fatal("invalid_api_key")
    asked_s = asked_wait_s(headers)
    title, hint, retry = _by_status(status, host)
    if status == 429 and (asked_s or error.message):
        title, hint = f"The service asks for a pause (HTTP {status}).", _SOON
    return LinkLost(title, hint, retry=retry, asked_wait_s=asked_s)


def _by_status(status: int, host: str) -> _Ending:
    if status in _STATUS:
        return _STATUS[status]
    if status >= 500:
        return _Ending(f"{host} has a fault of its own (HTTP {status}).", _SOON, True)
    return _Ending(f"{host} is not a Realtime server (HTTP {status}).", _SERVER, False)
