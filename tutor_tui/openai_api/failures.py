"""Why a service did not do its part, as sentences with a way out."""

from __future__ import annotations

import re
import ssl

import httpx

from tutor_tui.core.problems import ExitCode, LinkLost, Problem
from tutor_tui.core.safe_text import one_line
from tutor_tui.openai_api import proxies
from tutor_tui.openai_api.error_body import ErrorBody, read_error
from tutor_tui.openai_api.services import Part, Service


class ServiceFailure(Problem):
    """One call to one service did not work."""

    def __init__(
        self,
        title: str,
        hint: str,
        *,
        lasting: bool = False,
        told: bool = False,
        again: bool = False,
        asked_wait_s: float = 0.0,
    ) -> None:
        super().__init__(title, hint, ExitCode.TUTOR)
        self.lasting = lasting or told
        """No new attempt cures it: a refused key, an unknown model or address, no credit."""
        self.told = told
        """The same, in the service's own words. What is lasting and not told may come from anybody on the way there,
        and pass, if the service has worked before."""
        self.again = again
        """Worth another attempt at once, nothing having been said yet."""
        self.status = 0
        """The HTTP status, where there was an answer that is a refusal."""
        self.said = ""
        """What the service said about it, in its own words; they may quote the learner's."""
        self.asked_wait_s = asked_wait_s
        """How long the service asks us to stay away, where that is longer than anybody waits in silence."""

    def as_lost(self, *, worked_before: bool) -> LinkLost:
        """The same as the end of the conversation: for good, or until another attempt."""
        return LinkLost(
            self.title,
            self.hint,
            retry=not self.lasting,
            final=self.told or (self.lasting and not worked_before),
            asked_wait_s=self.asked_wait_s,
        )


class UnusableProxy(httpx.ProxyError):
    """The environment names a proxy that we cannot talk to."""


class BrokeOff(ServiceFailure):
    """The connection ended in the middle of an answer."""


def refused(part: Part, service: Service, status: int, body: bytes, asked_wait_s: float = 0.0) -> ServiceFailure:
    """What an HTTP status means; `body` is looked at for an error code and a message.

    `asked_wait_s` is a pause that the service asks for, where it is too long to be waited for in silence.
    """
    error = read_error(body)
    failure = _refused(part, service, status, error, asked_wait_s)
    failure.status, failure.said = status, error.said
    return failure


def _refused(part: Part, service: Service, status: int, error: ErrorBody, asked_wait_s: float) -> ServiceFailure:
    message = f"{error.message}." if error.message and error.message[-1] not in ".!?…" else error.message
    if error.no_credit:
        title = f"The account of the {part.name} has no credit left."
        return ServiceFailure(title, f"Add credit, or choose another service. {part.meanwhile}", told=True)
    if status in (401, 403):
        title = f"The {part.name} refuses the API key (HTTP {status})."
        hint = f"Check {part.setting}_key: the key may be mistyped or expired. {part.meanwhile}"
        return ServiceFailure(title, hint, lasting=True, told=error.refuses_key(status))
    if status == 404 and service.is_local and "model" in message.lower():
        model = one_line(service.model, 120)
        hint = f"Fetch it: ollama pull {model} – or choose another in {part.setting}_model. {part.meanwhile}"
        return ServiceFailure(f"The {part.name} at {service.host} has no model {model}.", hint, told=True)
    if status == 404:
        title = f"The {part.name} does not have this address or model (HTTP 404)."
        check = f"Check {part.setting}_url and {part.setting}_model."
        if not service.base_url.strip().rstrip("/").endswith("/v1"):
            check = f"Check {part.setting}_url, which may have to end in /v1, and {part.setting}_model."
        return ServiceFailure(
            title, f"{message} {check} {part.meanwhile}".strip(), lasting=True, told=error.no_such_model
        )
    if status == 429 or asked_wait_s:
        pause = f"a pause of {asked_wait_s:.0f} s" if asked_wait_s else "a pause"
        title = f"The {part.name} asks for {pause} (HTTP {status})."
        hint = part.meanwhile if asked_wait_s else f"Wait a little. {part.meanwhile}"
        return ServiceFailure(title, hint, again=not asked_wait_s, asked_wait_s=asked_wait_s)
    if status >= 500 and service.is_ours and message:  # a sentence with the way out, and the same the next time
        return ServiceFailure(message, part.meanwhile)
    if status >= 500:
        title = f"The {part.name} has a fault of its own (HTTP {status})."
        again = _OF_REQUEST.search(error.said) is None
        return ServiceFailure(title, f"{message} {part.meanwhile}".strip(), again=again)
    title = f"The {part.name} at {service.host} refuses how we asked (HTTP {status})."
    return ServiceFailure(title, f"{message} {part.meanwhile}".strip())


_OF_REQUEST = re.compile(
    r"\b(?:unsupported|not (?:be )?support\w*|requires?|unknown|unrecogni[sz]ed|invalid|param\w*|alternate)\b",
    re.IGNORECASE,
)
"""Some servers call it a fault of theirs when they do not take what was asked: the same again would fail again."""


def broken(part: Part, service: Service, failure: httpx.HTTPError) -> ServiceFailure:
    """Why the call did not come about, or broke off."""
    running = "Start it: ollama serve." if service.is_ollama else "Is it running?"
    check = f"{running} Check {part.setting}_url. {part.meanwhile}"
    match failure:
        case httpx.ConnectTimeout() | httpx.PoolTimeout():
            return ServiceFailure(f"The {part.name} at {service.host} cannot be reached in time.", check)
        case UnusableProxy():
            return ServiceFailure(proxies.CANNOT_BE_USED, proxies.HOW_TO_MEND, lasting=True)
        case httpx.ProxyError():
            hint = f"Check HTTPS_PROXY in the environment. {part.meanwhile}"
            return ServiceFailure(f"The proxy does not let us through to the {part.name}.", hint)
        case httpx.DecodingError():
            return nonsense(part, "an answer in an encoding that we did not ask for")
        case httpx.TimeoutException():
            return silent(part)
        case httpx.ConnectError() if isinstance(_root(failure), ssl.SSLError):
            return ServiceFailure(f"No encrypted connection to the {part.name} at {service.host} is possible.", check)
        case httpx.ConnectError():
            return ServiceFailure(f"Nothing answers at {service.host}, where the {part.name} should be.", check)
        case _:
            return BrokeOff(f"The {part.name} broke off.", part.meanwhile)


def nonsense(part: Part, what: str) -> ServiceFailure:
    """The service answered, but not with what its protocol says: `what` came instead."""
    check = f"Check {part.setting}_url: does it end in /v1, and is a {part.name} there?"
    return ServiceFailure(f"The {part.name} sent {what}.", f"{check} {part.meanwhile}")


def silent(part: Part) -> ServiceFailure:
    """It said nothing more for as long as we wait."""
    return ServiceFailure(f"The {part.name} does not answer in time.", part.meanwhile)


def broke_off_midway(part: Part) -> ServiceFailure:
    """An answer that began and did not end."""
    return ServiceFailure(f"The {part.name} broke off in the middle of the answer.", part.meanwhile)


def reported(part: Part, error: object) -> ServiceFailure:
    """An error object in the middle of a stream."""
    message = one_line(error.get("message")) if isinstance(error, dict) else one_line(error)
    failure = ServiceFailure(f"The {part.name} reports an error.", f"{message} {part.meanwhile}".strip())
    failure.said = message
    return failure


def _root(failure: BaseException) -> BaseException:
    while (cause := failure.__cause__ or failure.__context__) is not None:
        failure = cause
    return failure
