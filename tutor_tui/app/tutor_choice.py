"""Makes the tutors of one lesson from the settings, each when it is first asked for, and closes them all at its end."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal, Protocol, TypeAlias, runtime_checkable

from tutor_tui.app.service_choice import PARTS, Part, ServiceChoice
from tutor_tui.app.tutor_key import NEEDS_KEY, find_key, is_ones_own, realtime_endpoint
from tutor_tui.config.api_keys import HOW_TO_ADD, how_to_add
from tutor_tui.config.load import Configuration
from tutor_tui.config.probe_results import ProbeRecord, recall
from tutor_tui.config.stored_keys import KeyUnreadable
from tutor_tui.core import extras
from tutor_tui.core.availability import lacking, listed
from tutor_tui.core.lesson import Notice
from tutor_tui.core.model_catalog import shutdown_warnings
from tutor_tui.core.offline_settings import OfflineSettings
from tutor_tui.core.ports import Tutor
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.safe_text import one_line
from tutor_tui.core.settings import KEY_VARIABLES, Settings
from tutor_tui.offline_server.hearing import heard_languages
from tutor_tui.offline_server.tts.voices import is_name
from tutor_tui.openai_api.endpoint import Endpoint
from tutor_tui.openai_api.services import Service
from tutor_tui.tutors.offline.server_process import OfflineServer
from tutor_tui.tutors.probed_limits import RestrictedTutor
from tutor_tui.tutors.registry import TutorOptions, make_tutor

Kind: TypeAlias = Literal["openai", "webrtc", "pipeline", "offline"]
NO_KEY = Notice(1, "No key, so the offline tutor teaches.", HOW_TO_ADD, "information")
NO_KEY_TO_CALL = Notice(1, "No key, so the offline tutor takes the call.", HOW_TO_ADD, "information")


class TutorPool:
    """The tutors of one lesson, by kind. `wrap` goes round each: a recorder, for one."""

    def __init__(
        self,
        configuration: Configuration,
        prompts_folders: tuple[Path, ...] = (),
        wrap: Callable[[Tutor], Tutor] = lambda tutor: tutor,
    ) -> None:
        self._configuration = configuration
        self.services = ServiceChoice(configuration)
        self._prompts_folders = prompts_folders
        self._wrap = wrap
        self._made: dict[Kind, Tutor] = {}
        self._warnings: dict[Kind, str] = {}
        self._offline_server: OfflineServer | None = None

    def first(self) -> tuple[Tutor, Notice | None]:
        """The tutor to begin with, and what the learner should know about the choice. Raises `Problem`."""
        return self.chosen(self._configuration.settings)

    def chosen(self, settings: Settings) -> tuple[Tutor, Notice | None]:
        """The same for other settings. Raises `Problem`."""
        return self.of(settings), self._notice(self._kind(settings), settings)

    def of(self, settings: Settings) -> Tutor:
        """The tutor that `settings` mean; the same one whenever the same kind is asked for. Raises `Problem`."""
        kind = self._kind(settings)
        if kind not in self._made:
            made = make_tutor(kind, self._options(kind, settings))
            if isinstance(made, _KnowsItsModels):
                self._warnings[kind] = made.warning(_today())
            self._made[kind] = self._wrap(self._as_found(kind, made, settings))
        return self._made[kind]

    def _as_found(self, kind: Kind, made: Tutor, settings: Settings) -> Tutor:
        """`made`, less what its server was found to lack when `doctor --probe` asked it, and marked as unencrypted."""
        known = self._known(kind, settings)
        lacks = lacking(known.lacks, known.day) if known is not None else {}
        unencrypted = any(each.is_unencrypted for each in self._endpoints(kind, settings))
        return RestrictedTutor(made, lacks, unencrypted=unencrypted) if lacks or unencrypted else made

    def _endpoints(self, kind: Kind, settings: Settings) -> list[Endpoint]:
        """The servers that a tutor of this kind talks to, our own apart."""
        services: list[Service | None] = []
        if kind == "pipeline":
            services += [self.services.of(part, settings) for part in PARTS]
        elif kind != "offline" and not (kind == "webrtc" and self._options(kind, settings).calls_ours):
            return [realtime_endpoint(settings.tutor)]
        if self._offline_server is not None:
            services.append(self.services.offline_chat(settings))
        return [each.endpoint for each in services if each is not None]

    def _known(self, kind: Kind, settings: Settings) -> ProbeRecord | None:
        """What is known of the Realtime server that a tutor of this kind talks to."""
        if kind not in NEEDS_KEY or (kind == "webrtc" and self._options(kind, settings).calls_ours):
            return None
        return recall(self._configuration.folders.probes_file, realtime_endpoint(settings.tutor).address)

    def _notice(self, kind: Kind, settings: Settings) -> Notice | None:
        """What the learner should know about the tutor of this kind, once it is made."""
        match kind:
            case "offline":
                return self._why_offline(settings) if settings.tutor.kind == "auto" else None
            case "pipeline":
                work = [_VERBS[part] for part in PARTS if self.services.is_keyless(part, settings)]
                standing_in = f"No key, so the offline tutor {listed(work)}." if work else ""
                return _notice(self._warnings[kind], standing_in)
            case "webrtc" if self._options(kind, settings).calls_ours:
                return NO_KEY_TO_CALL
            case _:
                models = (settings.tutor.model, settings.tutor.transcription_model)
                warnings = [shutdown_warnings(models, _today())]
                known = self._known(kind, settings)
                if known is not None and known.dialect != settings.tutor.dialect:
                    warnings.append(f'This server speaks another dialect: set tutor.dialect = "{known.dialect}".')
                return _notice(" ".join(filter(None, warnings)))

    def _why_offline(self, settings: Settings) -> Notice:
        """Why nobody but the offline tutor could be chosen."""
        try:
            find_key(self._configuration, "auto")
        except KeyUnreadable as problem:
            return Notice(1, f"{problem.title} The offline tutor teaches.", problem.hint, "warning")
        return replace(NO_KEY, hint=how_to_add(KEY_VARIABLES[settings.tutor.dialect][0]))

    async def close(self) -> None:
        """Close every tutor that was made, side by side. Raises the first fault, once all are closed."""
        ends = await asyncio.gather(*(tutor.close() for tutor in self._made.values()), return_exceptions=True)
        for fault in filter(None, ends):
            raise fault

    def _kind(self, settings: Settings) -> Kind:
        wanted = settings.tutor.kind
        if wanted != "auto":
            return wanted
        try:
            return "openai" if is_ones_own(settings.tutor) or find_key(self._configuration, "auto") else "offline"
        except KeyUnreadable:  # told in the notice
            return "offline"

    def _options(self, kind: Kind, settings: Settings) -> TutorOptions:
        """What a tutor of this kind is made from. Raises `Problem`."""
        wanted = settings.tutor
        options = TutorOptions(
            model=wanted.model,
            base_url=wanted.base_url,
            api_key=self.services.tutor_key(kind),
            insecure=wanted.insecure,
            dialect=wanted.dialect,
            transcriber=wanted.transcription_model,
        )
        needs_ours = kind == "offline" or (kind == "webrtc" and options.calls_ours)
        if kind == "pipeline":
            transcribe, chat, speak = (self.services.of(part, settings) for part in PARTS)
            needs_ours = not (transcribe and chat and speak)
            seconds = settings.pipeline.record_seconds
            options = replace(options, transcribe=transcribe, chat=chat, speak=speak, record_seconds=seconds)
        return replace(options, offline_server=self._server(settings)) if needs_ours else options

    def _server(self, settings: Settings) -> OfflineServer:
        """Our offline server, one for all tutors of the lesson: its models take memory."""
        if self._offline_server is None:
            self._offline_server = OfflineServer(
                self._prompts_folders,
                chat=self.services.offline_chat(settings),
                whisper_model=whisper_model(settings.offline),
                whisper_download=settings.offline.whisper_download,
                hears=heard_languages(),
                voices=voices_wanted(settings.offline),
            )
        return self._offline_server


def whisper_model(wanted: OfflineSettings) -> str:
    """The Whisper model that the offline tutor hears with; empty where it hears without one.

    Where none is named it is the one that the extra brings.
    """
    if wanted.speech_to_text == "pocketsphinx":
        return ""
    by_itself = wanted.speech_to_text == "whisper" or extras.has_whisper()
    return wanted.whisper_model or (extras.WHISPER_BASE if by_itself else "")


def voices_wanted(wanted: OfflineSettings) -> str:
    """The names of the voices that the offline tutor speaks with, with commas. Raises `Problem`."""
    names = [name for name in re.split(r"[\s,]+", wanted.voices) if name]
    for name in names:
        if not is_name(name):
            hint = "Correct offline.voices. Their names: tutor-tui voices"
            raise Problem(f"There is no voice called {one_line(name, 40)}.", hint, ExitCode.USAGE)
    return ",".join(names)


@runtime_checkable
class _KnowsItsModels(Protocol):
    """A tutor that says which of its models are going."""

    def warning(self, today: date) -> str:
        """A sentence on them, or nothing."""
        ...


_VERBS: dict[Part, str] = {"transcribe": "hears", "chat": "thinks", "speak": "speaks"}
"""What each part of the turn-based tutor does."""


def _notice(warning: str, standing_in: str = "") -> Notice | None:
    """Both in one notice: a second one would take the place of the first."""
    title = " ".join(filter(None, (standing_in, warning)))
    hint = "" if "in the settings" in warning else "Choose another in the settings." if warning else HOW_TO_ADD
    return Notice(1, title, hint, "warning" if warning else "information") if title else None


def _today() -> date:
    return datetime.now(UTC).date()
