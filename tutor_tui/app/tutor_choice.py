"""Makes the tutors of one lesson from the settings, each when it is first asked for, and closes them all at its end."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal, Protocol, TypeAlias, get_args, runtime_checkable

from tutor_tui.config.api_keys import HOW_TO_ADD, ApiKey, how_to_add, key_missing, parse_key, set_command
from tutor_tui.config.load import Configuration
from tutor_tui.config.probe_results import ProbeRecord, recall
from tutor_tui.config.profiles import Profiles
from tutor_tui.config.stored_keys import KeyUnreadable
from tutor_tui.core import extras
from tutor_tui.core.availability import lacking, listed
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.courses import LessonHead
from tutor_tui.core.key_masking import masked
from tutor_tui.core.languages import language_name
from tutor_tui.core.lesson import Notice
from tutor_tui.core.model_catalog import (
    DEFAULT_CHAT_MODEL,
    DEFAULT_SPEECH_MODEL,
    HTTP_SPEECH_MODEL,
    is_realtime,
    shutdown_warnings,
)
from tutor_tui.core.offline_settings import OfflineSettings
from tutor_tui.core.ports import Tutor
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.profile import PromptProfile
from tutor_tui.core.profile_choice import first_profile
from tutor_tui.core.safe_text import one_line
from tutor_tui.core.settings import (
    KEY_VARIABLES,
    OPENAI_BASE_URL,
    Settings,
    TutorKind,
    TutorSettings,
)
from tutor_tui.offline_server.hearing import heard_languages
from tutor_tui.offline_server.tts.voices import is_name
from tutor_tui.openai_api.endpoint import Endpoint, is_openai
from tutor_tui.openai_api.realtime.realtime_endpoint import RealtimeEndpoint, address_meant
from tutor_tui.openai_api.realtime.vendor_dialects import DIALECTS
from tutor_tui.openai_api.services import Service
from tutor_tui.tutors.offline.server_process import OfflineServer
from tutor_tui.tutors.probed_limits import RestrictedTutor
from tutor_tui.tutors.registry import NO_KEY as NO_KEY_HINT
from tutor_tui.tutors.registry import TutorOptions, address, make_tutor

Kind: TypeAlias = Literal["openai", "webrtc", "pipeline", "offline"]
Part: TypeAlias = Literal["transcribe", "chat", "speak"]
PARTS: tuple[Part, ...] = get_args(Part)
"""The turn-based tutor's services, in the order of their work."""
OURS = "offline"
"""In place of a service's address: our offline server does its part."""
NO_KEY = Notice(1, "No key, so the offline tutor teaches.", HOW_TO_ADD, "information")
NO_KEY_TO_CALL = Notice(1, "No key, so the offline tutor takes the call.", HOW_TO_ADD, "information")
_NEEDS_KEY: frozenset[TutorKind] = frozenset({"openai", "webrtc"})
"""What talks to one Realtime server. The pipeline's services may each have a key of their own: they say themselves
which is missing."""


def find_key(configuration: Configuration, kind: TutorKind | None = None) -> ApiKey | None:
    """The key for the cloud tutor, or None when there is none and none is needed.

    Raises `Problem` when the cloud was asked for by name and has no key, or when the key cannot be one; `KeyUnreadable`
    when the keyring does not give it.
    """
    kind, given = kind or configuration.settings.tutor.kind, configuration.key
    if kind == "offline":
        return None
    raw = None if given is None else given.text()
    key = None if given is None else parse_key(raw, given.origin.place)
    wanted = configuration.settings.tutor
    if key is None and kind in _NEEDS_KEY and not _is_local(wanted):
        without_key = TutorOptions(base_url=wanted.base_url, dialect=wanted.dialect)
        if kind != "webrtc" or not without_key.calls_ours:
            raise key_missing(raw, KEY_VARIABLES[wanted.dialect][0])
    return key


def is_ones_own(wanted: TutorSettings) -> bool:
    """Whether the learner runs the Realtime server themselves, on this machine: it is chosen without a key."""
    return _endpoint(wanted).is_ones_own


def _is_local(wanted: TutorSettings) -> bool:
    """Whether the cloud is a server on this machine: those ask for no key."""
    return _endpoint(wanted).is_local


def _endpoint(wanted: TutorSettings) -> RealtimeEndpoint:
    """The Realtime server that the settings mean, without the key to it. Raises `Problem`."""
    return RealtimeEndpoint(wanted.base_url, insecure=wanted.insecure, dialect=DIALECTS[wanted.dialect])


def profile_to_begin_with(profiles: Profiles, configuration: Configuration, abilities: Capabilities) -> PromptProfile:
    """The profile that the learner named, or else one whose lesson they can take part in with a tutor of these
    abilities. Raises `Problem`.
    """
    settings = configuration.settings
    if settings.lesson.profile:
        return profiles.find(settings.lesson.profile)
    home = settings.lesson.native_language.casefold() or configuration.home_language
    found = first_profile(profiles.profiles, hears=abilities.hears, home=home, scripted=abilities.scripted)
    return found or profiles.default


def profile_of_lesson(name: str, lessons: Iterable[LessonHead], profiles: Profiles, wanted: str) -> PromptProfile:
    """A profile to hold the offline lesson of that name by: the `wanted` one where it teaches the language, or else the
    nearest. Raises `Problem`.
    """
    lesson = next((each for each in lessons if each.name == name), None)
    if lesson is None:
        raise Problem(f"There is no lesson called {name!r}.", "tutor-tui lessons lists them.", ExitCode.USAGE)
    chosen = profiles.find(wanted) if wanted else None
    found = min(
        (each for each in profiles.profiles if each.language == lesson.language),
        key=lambda each: (each != chosen, each.offline_lesson != name, each.level != lesson.level),
        default=None,
    )
    if found is None:
        language = language_name(lesson.language)
        raise Problem(f"There is no profile in {language}.", "Write one: the README says how.", ExitCode.USAGE)
    return replace(found, offline_lesson=name)


class VariableMissing(Problem):
    """The settings name a variable for a key, and nobody has set it."""


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
            services += [self.service(part, settings) for part in PARTS]
        elif kind != "offline" and not (kind == "webrtc" and self._options(kind, settings).calls_ours):
            return [_endpoint(settings.tutor)]
        if self._offline_server is not None:
            services.append(self.offline_chat(settings))
        return [each.endpoint for each in services if each is not None]

    def _known(self, kind: Kind, settings: Settings) -> ProbeRecord | None:
        """What is known of the Realtime server that a tutor of this kind talks to."""
        if kind not in _NEEDS_KEY or (kind == "webrtc" and self._options(kind, settings).calls_ours):
            return None
        return recall(self._configuration.folders.probes_file, _endpoint(settings.tutor).address)

    def _notice(self, kind: Kind, settings: Settings) -> Notice | None:
        """What the learner should know about the tutor of this kind, once it is made."""
        match kind:
            case "offline":
                return self._why_offline(settings) if settings.tutor.kind == "auto" else None
            case "pipeline":
                work = [_VERBS[part] for part in PARTS if self._is_keyless(part, settings)]
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

    # ---- from settings to what a tutor is made of -------------------------------------------------------------------

    def service(self, part: Part, settings: Settings) -> Service | None:
        """Who does this part of the turn-based tutor's work; None for our offline server. Raises `Problem`."""
        url, model, key = self._own(part, settings)
        if url.lower() == OURS or self._is_keyless(part, settings):
            return None
        tutor_key = self._tutor_key("pipeline")
        tutor_url = address_meant(settings.tutor.base_url, DIALECTS[settings.tutor.dialect])
        place = address(url) if url else tutor_url
        key = key or (tutor_key if place == tutor_url else "")  # the tutor's key goes to the tutor's address only
        usual = {
            "transcribe": settings.tutor.transcription_model,
            "chat": DEFAULT_CHAT_MODEL,
            "speak": DEFAULT_SPEECH_MODEL if is_openai(place) else HTTP_SPEECH_MODEL,
        }
        model = model or usual[part]
        voice = settings.pipeline.speak_voice.strip() if part == "speak" else ""
        by_socket = part == "speak" and (is_realtime(model) or place.startswith("ws"))
        try:
            made = Service(place, model, key, insecure=settings.tutor.insecure, is_realtime=by_socket, voice=voice)
        except Problem as problem:
            hint = f"Correct pipeline.{part}_url. {problem.hint}" if url else problem.hint
            raise Problem(problem.title, hint, ExitCode.USAGE) from None
        if not key and not made.is_local:
            raise Problem(f"There is no API key for pipeline.{part}, at {made.host}.", NO_KEY_HINT, ExitCode.USAGE)
        return made

    def offline_chat(self, settings: Settings) -> Service | None:
        """The chat server that the offline tutor talks through; None where it follows a script. Raises `Problem`."""
        wanted = settings.offline
        if wanted.conversation != "chat":
            return None
        key = self._key_in(wanted.chat_key)
        return Service(wanted.chat_url, wanted.chat_model, key, insecure=settings.tutor.insecure)

    def _own(self, part: Part, settings: Settings) -> tuple[str, str, str]:
        """Address, model and key that the settings name for this part; empty where they name none."""
        wanted = settings.pipeline
        url, model, key_name = {
            "transcribe": (wanted.transcribe_url, wanted.transcribe_model, wanted.transcribe_key),
            "chat": (wanted.chat_url, wanted.chat_model, wanted.chat_key),
            "speak": (wanted.speak_url, wanted.speak_model, wanted.speak_key),
        }[part]
        return url.strip(), model, self._key_in(key_name)

    def _is_keyless(self, part: Part, settings: Settings) -> bool:
        """Whether nothing at all is said about this part: no address, and no key to the usual one."""
        url, _, key = self._own(part, settings)
        given = url or key or self._tutor_key("pipeline")
        return not given and address(settings.tutor.base_url) == OPENAI_BASE_URL

    def _tutor_key(self, kind: Kind) -> str:
        key = find_key(self._configuration, kind)
        return key.reveal().strip() if key else ""

    def _options(self, kind: Kind, settings: Settings) -> TutorOptions:
        """What a tutor of this kind is made from. Raises `Problem`."""
        wanted = settings.tutor
        options = TutorOptions(
            model=wanted.model,
            base_url=wanted.base_url,
            api_key=self._tutor_key(kind),
            insecure=wanted.insecure,
            dialect=wanted.dialect,
            transcriber=wanted.transcription_model,
        )
        needs_ours = kind == "offline" or (kind == "webrtc" and options.calls_ours)
        if kind == "pipeline":
            transcribe, chat, speak = (self.service(part, settings) for part in PARTS)
            needs_ours = not (transcribe and chat and speak)
            seconds = settings.pipeline.record_seconds
            options = replace(options, transcribe=transcribe, chat=chat, speak=speak, record_seconds=seconds)
        return replace(options, offline_server=self._server(settings)) if needs_ours else options

    def _server(self, settings: Settings) -> OfflineServer:
        """Our offline server, one for all tutors of the lesson: its models take memory."""
        if self._offline_server is None:
            self._offline_server = OfflineServer(
                self._prompts_folders,
                chat=self.offline_chat(settings),
                whisper_model=whisper_model(settings.offline),
                whisper_download=settings.offline.whisper_download,
                hears=heard_languages(),
                voices=voices_wanted(settings.offline),
            )
        return self._offline_server

    def _key_in(self, variable: str) -> str:
        """The key that a variable holds; empty where none is named."""
        given = self._configuration.service_keys.get(variable)
        if variable and given is None:
            raise VariableMissing(
                f"There is no variable {masked(variable)}, which the settings name for a key.",
                f"Run {set_command(masked(variable))}, or put {masked(variable)}=your-key into .env.",
                ExitCode.USAGE,
            )
        key = None if given is None else parse_key(given.text(), given.origin.place)
        return key.reveal().strip() if key else ""


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
