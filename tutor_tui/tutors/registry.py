"""Tutors by name, each imported only when it is asked for: `--version` and `--help` must not load sockets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tutor_tui.core import model_catalog
from tutor_tui.core.ports import Tutor
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.settings import OPENAI_BASE_URL, DialectName

if TYPE_CHECKING:
    from tutor_tui.openai_api.endpoint import Endpoint
    from tutor_tui.tutors.offline.server_process import OfflineServer

_BY_SOCKET = "Use --tutor openai: it talks to the same server over a WebSocket."
_NO_KEY = "Set OPENAI_API_KEY (in the environment or in .env), or use --tutor offline, which needs none."


OURS = "offline"
"""In place of an address."""


@dataclass(frozen=True, slots=True)
class ServiceOptions:
    """One service of the turn-based tutor, where it differs from what the tutor is told."""

    base_url: str = ""
    """Empty for the tutor's own; `OURS` for our offline server, which the tutor then starts."""
    model: str = ""
    """Empty for the recommended one."""
    api_key: str = field(default="", repr=False)
    """Empty for the tutor's own key, which goes to the tutor's own address and nowhere else."""
    fields: tuple[tuple[str, object], ...] = ()
    """What to add to each request, over our own fields; None takes one away."""


@dataclass(frozen=True, slots=True)
class OfflineOptions:
    """The offline tutor's mind and ears."""

    chat: ServiceOptions | None = None
    """Who thinks; None for a guide that walks a lesson script."""
    whisper_model: str = ""
    """Name or folder; empty for pocketsphinx, which hears English."""
    whisper_download: bool = False
    """Whether a model that is not here may be fetched."""


@dataclass(frozen=True, slots=True)
class TutorOptions:
    """What any tutor may need to know; each takes its part."""

    model: str = model_catalog.DEFAULT_MODEL
    base_url: str = ""
    """OPENAI_BASE_URL; empty for OpenAI itself."""
    api_key: str = field(default="", repr=False)
    insecure: bool = False
    """Allow an unencrypted line beyond this machine."""
    dialect: DialectName = "ga"
    """How the Realtime server wants to be spoken to."""
    transcriber: str = model_catalog.DEFAULT_TRANSCRIBER
    prompts_folders: tuple[Path, ...] = ()
    """Folders with `lessons/`, the first wins; the shipped lessons are always there."""
    language: str = "ko"
    """What the demo speaks."""
    transcribe: ServiceOptions = ServiceOptions()
    chat: ServiceOptions = ServiceOptions()
    speak: ServiceOptions = ServiceOptions()
    offline: OfflineOptions = OfflineOptions()
    record_seconds: float = 0.0
    """The turn-based tutor ends a pressed turn after so long; 0 leaves that to the key."""


def _openai(options: TutorOptions) -> Tutor:
    from tutor_tui.tutors.realtime.websocket.link import WebSocketTutor

    return WebSocketTutor(_endpoint(options), options.model, transcriber=options.transcriber)


def _endpoint(options: TutorOptions) -> Endpoint:
    """The Realtime server, and the key to it."""
    from tutor_tui.openai_api.endpoint import Endpoint
    from tutor_tui.openai_api.realtime.server_dialects import DIALECTS

    dialect = DIALECTS[options.dialect]
    endpoint = Endpoint(options.base_url or OPENAI_BASE_URL, options.api_key.strip(), options.insecure, dialect)
    if not endpoint.key and not endpoint.is_local:
        raise Problem("There is no API key.", _NO_KEY, ExitCode.USAGE)
    return endpoint


def _offline(options: TutorOptions) -> Tutor:
    from tutor_tui.tutors.offline.tutor import OfflineTutor

    return OfflineTutor(_offline_server(options))


def _offline_server(options: TutorOptions) -> OfflineServer:
    from tutor_tui.openai_api.endpoint import Endpoint
    from tutor_tui.tutors.offline.server_process import OfflineServer

    wanted = options.offline
    chat = Endpoint(wanted.chat.base_url, wanted.chat.api_key.strip(), options.insecure) if wanted.chat else None
    return OfflineServer(
        options.prompts_folders,
        chat=chat,
        chat_model=wanted.chat.model if wanted.chat else "",
        whisper_model=wanted.whisper_model,
        whisper_download=wanted.whisper_download,
    )


def _webrtc(options: TutorOptions) -> Tutor:
    from tutor_tui.tutors.offline.tutor import OfflineTutor
    from tutor_tui.tutors.realtime.webrtc.link import WebRtcTutor

    if calls_ours(options):
        return OfflineTutor(_offline_server(options), by_call=True)
    endpoint = _endpoint(options)
    if not endpoint.dialect.takes_calls:
        raise Problem(
            f"Servers of the {options.dialect} dialect cannot be called over WebRTC.", _BY_SOCKET, ExitCode.USAGE
        )
    return WebRtcTutor(endpoint, options.model, transcriber=options.transcriber)


def _pipeline(options: TutorOptions) -> Tutor:
    from tutor_tui.openai_api.services import Service
    from tutor_tui.tutors.pipeline.tutor import PipelineTutor

    def service(part: str, wanted: ServiceOptions, model: str) -> Service | None:
        if is_ours(options, wanted):
            return None
        url, key = address_and_key(options, wanted)
        made = Service(url, wanted.model or model, key, dict(wanted.fields), options.insecure)
        if not key and not made.is_local:
            raise Problem(f"There is no API key for pipeline.{part}, at {made.host}.", _NO_KEY, ExitCode.USAGE)
        return made

    services = (
        service("transcribe", options.transcribe, options.transcriber),
        service("chat", options.chat, model_catalog.DEFAULT_CHAT_MODEL),
        service("speak", options.speak, model_catalog.DEFAULT_SPEECH_MODEL),
    )
    ours = None if all(services) else _offline_server(options)
    return PipelineTutor(*services, record_seconds=options.record_seconds, ours=ours)


def address_and_key(options: TutorOptions, wanted: ServiceOptions) -> tuple[str, str]:
    """Where a service is, and what is sent there: the tutor's own key goes to the tutor's own address only."""
    own_url = _address(options.base_url)
    url = _address(wanted.base_url) if wanted.base_url.strip() else own_url
    return url, wanted.api_key.strip() or (options.api_key.strip() if url == own_url else "")


def calls_ours(options: TutorOptions) -> bool:
    """Whether our offline server takes WebRTC calls: for want of a key, and of any other server."""
    return options.dialect == "ga" and lacks_key(options, ServiceOptions())


def is_ours(options: TutorOptions, wanted: ServiceOptions) -> bool:
    """Whether our offline server does this part of the turn-based tutor's work: when told to, or for want of a key."""
    return wanted.base_url.strip().lower() == OURS or lacks_key(options, wanted)


def lacks_key(options: TutorOptions, wanted: ServiceOptions) -> bool:
    """Whether nothing at all is said about this part: no address, and no key to the usual one."""
    given = wanted.base_url.strip() or wanted.api_key.strip() or options.api_key.strip()
    return not given and _address(options.base_url) == OPENAI_BASE_URL


def _address(url: str) -> str:
    """`url` as it is compared: OpenAI's where there is none."""
    return url.strip().rstrip("/") or OPENAI_BASE_URL


def _demo(options: TutorOptions) -> Tutor:
    from tutor_tui.tutors.scripted import demo

    return demo(options.language)


TUTORS: dict[str, Callable[[TutorOptions], Tutor]] = {
    "openai": _openai,
    "webrtc": _webrtc,
    "offline": _offline,
    "pipeline": _pipeline,
    "demo": _demo,
}
"""Name on the command line → how to make it."""


def make_tutor(name: str, options: TutorOptions) -> Tutor:
    """The tutor called `name`. Raises `Problem` (usage) for an unknown name, a missing key or a bad URL."""
    factory = TUTORS.get(name)
    if factory is None:
        raise Problem(f"There is no tutor called {name!r}.", f"There are: {', '.join(TUTORS)}.", ExitCode.USAGE)
    return factory(options)
