"""Makes the tutors of one lesson from the settings, each when it is first asked for, and closes them all at its end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal, Protocol, TypeAlias, runtime_checkable

from tutor_tui.config.keys import HOW_TO_ADD, ApiKey, key_missing, parse_key
from tutor_tui.config.load import Configuration
from tutor_tui.config.probes import ProbeRecord, recall
from tutor_tui.core.availability import lacking, listed
from tutor_tui.core.lesson import Notice
from tutor_tui.core.model_catalog import shutdown_warnings
from tutor_tui.core.ports import Tutor
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.settings import KEY_VARIABLES, OfflineSettings, Settings, TutorKind, TutorSettings
from tutor_tui.openai_api.endpoint import Endpoint
from tutor_tui.openai_api.realtime.server_dialects import DIALECTS
from tutor_tui.tutors.registry import (
    OfflineOptions,
    ServiceOptions,
    TutorOptions,
    calls_ours,
    is_ours,
    lacks_key,
    make_tutor,
)
from tutor_tui.tutors.restricted import RestrictedTutor

Kind: TypeAlias = Literal["openai", "webrtc", "pipeline", "offline"]
NO_KEY = Notice(1, "No key, so the offline tutor teaches.", HOW_TO_ADD, "information")
NO_KEY_TO_CALL = Notice(1, "No key, so the offline tutor takes the call.", HOW_TO_ADD, "information")
_NEEDS_KEY: frozenset[TutorKind] = frozenset({"openai", "webrtc"})
"""What talks to one Realtime server. The pipeline's services may each have a key of their own: they say themselves
which is missing."""


def find_key(configuration: Configuration, kind: TutorKind | None = None) -> ApiKey | None:
    """The key for the cloud tutor, or None when there is none and none is needed.

    Raises `Problem` when the cloud was asked for by name and has no key, or when the key cannot be one.
    """
    kind, given = kind or configuration.settings.tutor.kind, configuration.key
    if kind == "offline":
        return None
    raw = None if given is None else str(given.value)
    key = None if given is None else parse_key(raw, given.origin.place)
    wanted = configuration.settings.tutor
    if key is None and kind in _NEEDS_KEY and not _is_local(wanted):
        by_our_own = kind == "webrtc" and calls_ours(TutorOptions(base_url=wanted.base_url, dialect=wanted.dialect))
        if not by_our_own:
            raise key_missing(raw, KEY_VARIABLES[wanted.dialect][0])
    return key


def _is_local(wanted: TutorSettings) -> bool:
    """Whether the cloud is a server on this machine: those ask for no key."""
    return Endpoint(wanted.base_url, insecure=wanted.insecure, dialect=DIALECTS[wanted.dialect]).is_local


class TutorPool:
    """The tutors of one lesson, by kind. `wrap` goes round each: a recorder, for one."""

    def __init__(
        self,
        configuration: Configuration,
        prompts_folders: tuple[Path, ...] = (),
        wrap: Callable[[Tutor], Tutor] = lambda tutor: tutor,
    ) -> None:
        self._configuration = configuration
        self._prompts_folders = prompts_folders
        self._wrap = wrap
        self._made: dict[Kind, Tutor] = {}
        self._warnings: dict[Kind, str] = {}

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
            made = make_tutor(kind, self.options(kind, settings))
            if isinstance(made, _KnowsItsModels):
                self._warnings[kind] = made.warning(_today())
            self._made[kind] = self._wrap(self._as_found(kind, made, settings))
        return self._made[kind]

    def _as_found(self, kind: Kind, made: Tutor, settings: Settings) -> Tutor:
        """`made`, less what its server was found to lack when `doctor --probe` asked it."""
        known = self._known(kind, settings)
        return RestrictedTutor(made, lacking(known.lacks, known.day)) if known is not None and known.lacks else made

    def _known(self, kind: Kind, settings: Settings) -> ProbeRecord | None:
        """What is known of the Realtime server that a tutor of this kind talks to."""
        if kind not in _NEEDS_KEY or (kind == "webrtc" and calls_ours(self.options(kind, settings))):
            return None
        return recall(self._configuration.folders.probes_file, settings.tutor.base_url)

    def _notice(self, kind: Kind, settings: Settings) -> Notice | None:
        """What the learner should know about the tutor of this kind, once it is made."""
        match kind:
            case "offline":
                return NO_KEY if settings.tutor.kind == "auto" else None
            case "pipeline":
                options = self.options(kind, settings)
                work = [verb for part, verb in _WORK.items() if lacks_key(options, getattr(options, part))]
                standing_in = f"No key, so the offline tutor {listed(work)}." if work else ""
                return _told(self._warnings[kind], standing_in)
            case "webrtc" if calls_ours(self.options(kind, settings)):
                return NO_KEY_TO_CALL
            case _:
                models = (settings.tutor.model, settings.tutor.transcription_model)
                warnings = [shutdown_warnings(models, _today())]
                known = self._known(kind, settings)
                if known is not None and known.dialect != settings.tutor.dialect:
                    warnings.append(f'This server speaks another dialect: set tutor.dialect = "{known.dialect}".')
                return _told(" ".join(filter(None, warnings)))

    async def close(self) -> None:
        """Close every tutor that was made."""
        for tutor in self._made.values():
            await tutor.close()

    def _kind(self, settings: Settings) -> Kind:
        wanted = settings.tutor.kind
        if wanted == "auto":
            return "openai" if find_key(self._configuration, "auto") else "offline"
        return wanted

    def options(self, kind: Kind, settings: Settings) -> TutorOptions:
        """What a tutor of this kind has to be told. Raises `Problem`."""
        wanted, pipeline = settings.tutor, settings.pipeline
        key = find_key(self._configuration, kind)
        options = TutorOptions(
            model=wanted.model,
            base_url=wanted.base_url,
            api_key=key.reveal() if key else "",
            insecure=wanted.insecure,
            dialect=wanted.dialect,
            transcriber=wanted.transcription_model,
            prompts_folders=self._prompts_folders,
            transcribe=self._service(pipeline.transcribe_url, pipeline.transcribe_model, pipeline.transcribe_key),
            chat=self._service(pipeline.chat_url, pipeline.chat_model, pipeline.chat_key),
            speak=self._service(pipeline.speak_url, pipeline.speak_model, pipeline.speak_key),
            record_seconds=pipeline.record_seconds,
        )
        match kind:
            case "pipeline":
                needs_offline = any(is_ours(options, getattr(options, part)) for part in _WORK)
            case "webrtc":
                needs_offline = calls_ours(options)
            case _:
                needs_offline = kind == "offline"
        return replace(options, offline=self._offline(settings.offline)) if needs_offline else options

    def _offline(self, wanted: OfflineSettings) -> OfflineOptions:
        if wanted.speech_to_text == "whisper" and not wanted.whisper_model:
            raise Problem(
                "offline.speech_to_text is whisper, and no model is named.",
                "Set offline.whisper_model to a name such as small, or to the folder that holds one.",
                ExitCode.USAGE,
            )
        chat = (
            self._service(wanted.chat_url, wanted.chat_model, wanted.chat_key)
            if wanted.conversation == "chat"
            else None
        )
        whisper = "" if wanted.speech_to_text == "pocketsphinx" else wanted.whisper_model
        return OfflineOptions(chat, whisper, wanted.whisper_download)

    def _service(self, url: str, model: str, key_name: str) -> ServiceOptions:
        given = self._configuration.service_keys.get(key_name)
        if key_name and given is None:
            raise Problem(
                f"There is no variable {key_name}, which the settings name for a key.",
                f"Put {key_name}=your-key into .env or your shell's environment.",
                ExitCode.USAGE,
            )
        key = None if given is None else parse_key(str(given.value), given.origin.place)
        return ServiceOptions(url, model, key.reveal() if key else "")


@runtime_checkable
class _KnowsItsModels(Protocol):
    """A tutor that says which of its models are going."""

    def warning(self, today: date) -> str:
        """A sentence on them, or nothing."""
        ...


_WORK = {"transcribe": "hears", "chat": "thinks", "speak": "speaks"}
"""The parts of the turn-based tutor, by their names in `TutorOptions`, and what each of them does."""


def _told(warning: str, standing_in: str = "") -> Notice | None:
    """Both in one notice: a second one would take the place of the first."""
    title = " ".join(filter(None, (standing_in, warning)))
    hint = "Choose another in the settings." if warning else HOW_TO_ADD
    return Notice(1, title, hint, "warning" if warning else "information") if title else None


def _today() -> date:
    return datetime.now(UTC).date()
