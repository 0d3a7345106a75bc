"""Tutors by name, each imported only when it is asked for: `--version` and `--help` must not load sockets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tutor_tui.core import model_catalog
from tutor_tui.core.ports import Tutor
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.settings import OPENAI_BASE_URL, DialectName

if TYPE_CHECKING:
    from tutor_tui.openai_api.realtime.realtime_endpoint import RealtimeEndpoint
    from tutor_tui.openai_api.services import Service
    from tutor_tui.tutors.offline.server_process import OfflineServer

_BY_SOCKET = "Use --tutor openai: it talks to the same server over a WebSocket."
NO_KEY = "Run tutor-tui key set, or use --tutor offline, which needs none."


@dataclass(frozen=True, slots=True)
class TutorOptions:
    """What any tutor may need to know; each takes its part."""

    model: str = model_catalog.DEFAULT_MODEL
    base_url: str = ""
    """OPENAI_BASE_URL; empty for OpenAI itself."""
    api_key: str = field(default="", repr=False)
    insecure: bool = False
    """Allow an unencrypted connection beyond this machine."""
    dialect: DialectName = "ga"
    """How the Realtime server wants to be spoken to."""
    transcriber: str = model_catalog.DEFAULT_TRANSCRIBER
    transcribe: Service | None = None
    """The turn-based tutor's first service; None: our offline server does its part."""
    chat: Service | None = None
    speak: Service | None = None
    record_seconds: float = 0.0
    """The turn-based tutor ends a pressed turn after so long; 0 leaves that to the key."""
    offline_server: OfflineServer | None = None
    """Ours, where several tutors share it; None for one of the tutor's own."""

    @property
    def calls_ours(self) -> bool:
        """Whether our offline server takes WebRTC calls: for want of a key, and of any other server."""
        return self.dialect == "ga" and not self.api_key.strip() and address(self.base_url) == OPENAI_BASE_URL


def address(url: str) -> str:
    """`url` as it is compared: OpenAI's where there is none."""
    return url.strip().rstrip("/") or OPENAI_BASE_URL


def _openai(options: TutorOptions) -> Tutor:
    from tutor_tui.tutors.realtime.websocket.link import WebSocketTutor

    return WebSocketTutor(_endpoint(options), options.model, transcriber=options.transcriber)


def _endpoint(options: TutorOptions) -> RealtimeEndpoint:
    """The Realtime server, and the key to it."""
    from tutor_tui.openai_api.realtime.realtime_endpoint import RealtimeEndpoint
    from tutor_tui.openai_api.realtime.vendor_dialects import DIALECTS

    dialect = DIALECTS[options.dialect]
    url = options.base_url or OPENAI_BASE_URL
    endpoint = RealtimeEndpoint(url, options.api_key.strip(), options.insecure, dialect)
    if not endpoint.key and not endpoint.is_local:
        raise Problem("There is no API key.", NO_KEY, ExitCode.USAGE)
    return endpoint


def _offline(options: TutorOptions) -> Tutor:
    from tutor_tui.tutors.offline.tutor import OfflineTutor

    return OfflineTutor(options.offline_server)


def _webrtc(options: TutorOptions) -> Tutor:
    from tutor_tui.tutors.offline.tutor import OfflineTutor
    from tutor_tui.tutors.realtime.webrtc.link import WebRtcTutor

    if options.calls_ours:
        return OfflineTutor(options.offline_server, by_call=True)
    endpoint = _endpoint(options)
    if not endpoint.dialect.takes_calls:
        raise Problem(
            f"Servers of the {options.dialect} dialect cannot be called over WebRTC.", _BY_SOCKET, ExitCode.USAGE
        )
    return WebRtcTutor(endpoint, options.model, transcriber=options.transcriber)


def _pipeline(options: TutorOptions) -> Tutor:
    from tutor_tui.tutors.pipeline.tutor import PipelineTutor

    services = (options.transcribe, options.chat, options.speak)
    return PipelineTutor(*services, record_seconds=options.record_seconds, ours=options.offline_server)


TUTORS: dict[str, Callable[[TutorOptions], Tutor]] = {
    "openai": _openai,
    "webrtc": _webrtc,
    "offline": _offline,
    "pipeline": _pipeline,
}
"""Name on the command line → how to make it."""


def make_tutor(name: str, options: TutorOptions) -> Tutor:
    """The tutor called `name`. Raises `Problem` (usage) for an unknown name, a missing key or a bad URL."""
    factory = TUTORS.get(name)
    if factory is None:
        raise Problem(f"There is no tutor called {name!r}.", f"There are: {', '.join(TUTORS)}.", ExitCode.USAGE)
    return factory(options)
