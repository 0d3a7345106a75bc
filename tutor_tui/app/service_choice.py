"""Which servers do the turn-based tutor's work, and the offline tutor's thinking: address, model and key of each."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

from tutor_tui.app.tutor_key import find_key
from tutor_tui.config.api_keys import parse_key, set_command
from tutor_tui.config.load import Configuration
from tutor_tui.core.key_masking import masked
from tutor_tui.core.model_catalog import DEFAULT_CHAT_MODEL, DEFAULT_SPEECH_MODEL, HTTP_SPEECH_MODEL, is_realtime
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.settings import OPENAI_BASE_URL, Settings, TutorKind
from tutor_tui.openai_api.endpoint import is_openai
from tutor_tui.openai_api.realtime.realtime_endpoint import address_meant
from tutor_tui.openai_api.realtime.vendor_dialects import DIALECTS
from tutor_tui.openai_api.services import Service
from tutor_tui.tutors.registry import NO_KEY, address

Part: TypeAlias = Literal["transcribe", "chat", "speak"]
PARTS: tuple[Part, ...] = get_args(Part)
"""The turn-based tutor's services, in the order of their work."""
OURS = "offline"
"""In place of a service's address: our offline server does its part."""


class VariableMissing(Problem):
    """The settings name a variable for a key, and nobody has set it."""


class ServiceChoice:
    """By the settings, and by the keys that were given."""

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration

    def of(self, part: Part, settings: Settings) -> Service | None:
        """Who does this part of the turn-based tutor's work; None for our offline server. Raises `Problem`."""
        url, model, key = self._own(part, settings)
        if url.lower() == OURS or self.is_keyless(part, settings):
            return None
        tutor_key = self.tutor_key("pipeline")
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
            raise Problem(f"There is no API key for pipeline.{part}, at {made.host}.", NO_KEY, ExitCode.USAGE)
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

    def is_keyless(self, part: Part, settings: Settings) -> bool:
        """Whether nothing at all is said about this part: no address, and no key to the usual one."""
        url, _, key = self._own(part, settings)
        given = url or key or self.tutor_key("pipeline")
        return not given and address(settings.tutor.base_url) == OPENAI_BASE_URL

    def tutor_key(self, kind: TutorKind) -> str:
        """The key to the Realtime server, for a tutor of this kind; empty where there is none. Raises `Problem`."""
        key = find_key(self._configuration, kind)
        return key.reveal().strip() if key else ""

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
