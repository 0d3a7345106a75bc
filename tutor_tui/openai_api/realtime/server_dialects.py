"""Which Realtime a server speaks: today's (GA), the retired beta's, or Azure's. One table.

Everything is built in GA form. A dialect says how to be let in, and what becomes of each session setting on its way
out (OpenAI's Realtime guide, "Beta to GA migration"). What a server says is understood under its GA and beta names
alike, see `frames`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.settings import DialectName
from tutor_tui.openai_api.endpoint import BEARER, AuthStyle
from tutor_tui.openai_api.realtime import client_events
from tutor_tui.openai_api.realtime import session_config as conf
from tutor_tui.openai_api.realtime.session_config import Path, Settings


@dataclass(frozen=True, slots=True, eq=False)
class ServerDialect:
    """How one kind of server differs from OpenAI's own of today; the defaults are that one."""

    name: DialectName
    auth: AuthStyle = BEARER
    """How to be let in."""
    names_session_type: bool = True
    """Whether a session says that it is a realtime one."""
    fields: Mapping[Path, Path] | None = None
    """Setting → its place in the session. What is not in here, these servers do not have. None: as it is, but for the
    temperature, which only the beta had."""
    values: Mapping[Path, Callable[[Any], Any]] = field(default_factory=dict)
    """Setting → how its value is written."""
    assistant_part: str = client_events.ASSISTANT_PART
    """What the tutor's text is called in an item."""
    voices: Mapping[str, str] = field(default_factory=dict)
    """Voice that these servers do not have → the one that stands in for it."""
    transcribers: Mapping[str, str] = field(default_factory=dict)
    """Transcription model that these servers do not have → the one that stands in for it."""
    takes_calls: bool = True
    """Whether we can talk to these servers over WebRTC."""

    @property
    def is_flat(self) -> bool:
        """Whether a session is one flat object, as the beta's is."""
        return self.fields is not None

    def place_of(self, path: Path) -> Path | None:
        """Where a setting stands in the session of these servers; None if they have no such setting."""
        if self.fields is None:
            return None if path == conf.TEMPERATURE else path
        return self.fields.get(path)

    def known(self, settings: Settings) -> Settings:
        """`settings` without those that these servers do not have."""
        return {path: value for path, value in settings.items() if self.place_of(path)}

    def settings_of(self, plan: LessonPlan, transcriber: str) -> Settings:
        """What a plan asks for, with a voice and a transcriber that these servers have."""
        plan = replace(plan, voice=self.voices.get(plan.voice, plan.voice))
        return conf.settings_of(plan, self.transcribers.get(transcriber, transcriber))

    def session(self, settings: Settings) -> dict[str, Any]:
        """The `session` object of an update."""
        session: dict[str, Any] = {"type": "realtime"} if self.names_session_type else {}
        for path, value in settings.items():
            if place := self.place_of(path):
                inner = session
                for key in place[:-1]:
                    inner = inner.setdefault(key, {})
                inner[place[-1]] = self.values[path](value) if path in self.values else value
        return session


GA = ServerDialect("ga")

_BETA_FIELDS: Mapping[Path, Path] = {
    conf.MODALITIES: ("modalities",),
    conf.INSTRUCTIONS: ("instructions",),
    conf.TRANSCRIPTION: ("input_audio_transcription",),
    conf.NOISE_REDUCTION: ("input_audio_noise_reduction",),
    conf.TURN_DETECTION: ("turn_detection",),
    conf.VOICE: ("voice",),
    conf.SPEED: ("speed",),
    conf.TOOLS: ("tools",),
    conf.MAX_TOKENS: ("max_response_output_tokens",),
    conf.TEMPERATURE: ("temperature",),
}
"""Truncation and reasoning came later. The formats are left alone: these servers begin with PCM at 24 kHz, and one of
them (speaches) complains when they are named.
"""


def _voice_name(voice: object) -> object:
    """The beta has no custom voices by id; a server of one's own may have them by name."""
    return voice["id"] if isinstance(voice, dict) else voice


BETA = ServerDialect(
    "beta",
    auth=AuthStyle(more_headers={"OpenAI-Beta": "realtime=v1"}),
    names_session_type=False,
    fields=_BETA_FIELDS,
    values={
        conf.MODALITIES: lambda _modalities: ["text", "audio"],  # sound alone was refused; its words come with it
        conf.VOICE: _voice_name,
    },
    assistant_part="text",
    voices={"marin": "coral", "cedar": "ash"},
    transcribers={
        "gpt-transcribe": "whisper-1",
        "gpt-live-transcribe": "whisper-1",
        "gpt-realtime-whisper": "whisper-1",
    },
    takes_calls=False,
)
"""For servers of one's own that were written before August 2025: OpenAI has switched its own off.

A transcriber that came later is `whisper-1` to them, the one name that they all know.
"""

AZURE = ServerDialect(
    "azure",
    auth=AuthStyle(
        url_end="/openai/v1",
        example_url="https://RESOURCE.openai.azure.com/openai/v1",
        key_header="api-key",
        key_scheme="",
    ),
)
"""GA words; the model is the name of a deployment, and so is the transcription model."""

DIALECTS: Mapping[DialectName, ServerDialect] = {each.name: each for each in (GA, BETA, AZURE)}
"""By the name that the settings have for it."""
