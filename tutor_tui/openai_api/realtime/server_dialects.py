"""How one kind of Realtime server differs from OpenAI's own of today (GA), as a row of a table; OpenAI's three rows.

Everything is built in GA form. A dialect says where the server is and how to be let in, at which rates it hears and
speaks, when it may be configured, and what becomes of each session setting on its way out. What a server says is
understood under all known names alike, see `frames`. OpenAI's guide "Realtime API", section "Beta to GA migration"
(developers.openai.com/api/docs/guides/realtime#beta-to-ga-migration), tells GA and beta apart; for other vendors see
`vendor_dialects`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from tutor_tui.core import pcm
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.settings import DialectName
from tutor_tui.openai_api.endpoint import BEARER, AuthStyle
from tutor_tui.openai_api.realtime import client_events
from tutor_tui.openai_api.realtime import session_config as conf
from tutor_tui.openai_api.realtime.session_config import Path, Settings

Value = Callable[[Any], Any]
"""How a setting's value is written."""


@dataclass(frozen=True, slots=True, eq=False)
class ServerDialect:
    """How one kind of server differs from OpenAI's own of today; the defaults are that one."""

    name: DialectName
    tells: str = "GA: today's Realtime."
    """What it is, for `doctor --probe`."""
    vendor: str = ""
    """Whose servers these are, for sentences; empty where anybody's are."""

    # the way there

    auth: AuthStyle = BEARER
    """How to be let in, and how the base URL ends."""
    base_url: str = ""
    """Where these servers are, if the learner gives no address; {A NAME IN BRACES} has to be filled in by the learner.
    Empty where there is no such place."""
    hosts: tuple[str, ...] = ()
    """Ends of host names that are this vendor's alone: no other dialect's key is sent there."""
    url: str = "realtime?model={model}"
    """What follows the base URL in the address of a conversation. {session_id} is a new one for each."""
    model: str = ""
    """The model to talk with, if the learner names none; empty for OpenAI's."""

    # sound

    hears_hz: int = pcm.RATE_HZ
    """The rate of the learner's voice, unless the server says another in its session."""
    speaks_hz: int = pcm.RATE_HZ
    """The rate of the tutor's voice, likewise."""

    # the session

    configure_after: Literal["", "conversation.created"] = ""
    """The event before which settings are refused or lost; empty where they may go out at once."""
    confirms: bool = True
    """Whether settings are confirmed: where they are not, a lesson begins without waiting for that."""
    names_session_type: bool = True
    """Whether a session says that it is a realtime one."""
    fields: Mapping[Path, Path] | None = None
    """Setting → its place in the session. What is not in here, these servers do not have. None: as it is, but for the
    temperature, which only the beta had.
    """
    values: Mapping[Path, Value] = field(default_factory=dict)
    """Setting → how its value is written."""
    more: Settings = field(default_factory=dict)
    """Settings of these servers alone, the same in every lesson, by their own places."""
    names_model: bool = False
    """Whether the model is named in the session, not in the address."""
    instructions_limit: int = 0
    """Most characters of instructions; 0 for no limit that a profile could reach."""
    voices: Mapping[str, str] = field(default_factory=dict)
    """Voice that these servers do not have → the one that stands in for it; empty for the server's own."""
    transcribers: Mapping[str, str] = field(default_factory=dict)
    """Transcription model that these servers do not have → the one that stands in for it."""

    # the conversation

    assistant_part: str = client_events.ASSISTANT_PART
    """What the tutor's text is called in an item."""
    unknown_events: frozenset[str] = frozenset()
    """Client events that these servers do not know: they are not sent."""
    takes_response_params: bool = True
    """Whether `response.create` may say something about the one response that it asks for."""
    lacks: Mapping[str, str] = field(default_factory=dict)
    """Field of `Capabilities` that does not hold here → why, for the learner."""
    leaves_interrupting: bool = False
    """Whether these servers know `interrupt_response`, and may be asked to go on while they hear the learner."""
    takes_calls: bool = True
    """Whether we can talk to these servers over WebRTC."""

    @property
    def is_flat(self) -> bool:
        """Whether a session has its settings in other places than GA's."""
        return self.fields is not None

    @property
    def takes_asides(self) -> bool:
        """Whether a response may be asked for outside the conversation, in GA's words."""
        return self.takes_response_params and not self.is_flat

    @property
    def resamples(self) -> bool:
        """Whether sound has to be brought to another rate, in either direction."""
        return (self.hears_hz, self.speaks_hz) != (pcm.RATE_HZ, pcm.RATE_HZ)

    def place_of(self, path: Path) -> Path | None:
        """Where a setting stands in the session of these servers; None if they have no such setting."""
        if path in self.more:
            return path
        if self.fields is None:
            return None if path == conf.TEMPERATURE else path
        return self.fields.get(path)

    def known(self, settings: Settings) -> Settings:
        """`settings` without those that these servers do not have."""
        return {path: value for path, value in settings.items() if self.place_of(path)}

    def settings_of(self, plan: LessonPlan, transcriber: str, model: str = "") -> Settings:
        """What a plan asks for, with a voice and a transcriber that these servers have."""
        voice = self.voices.get(plan.voice, plan.voice)
        plan = replace(plan, voice=voice, instructions=plan.instructions[: self.instructions_limit or None])
        settings = conf.settings_of(plan, self.transcribers.get(transcriber, transcriber)) | self.more
        if not voice:
            del settings[conf.VOICE]
        return settings | ({conf.MODEL: model} if self.names_model and model else {})

    def stand_ins(self, plan: LessonPlan) -> list[str]:
        """What the learner should know is not as the profile has it, a sentence each."""
        said = []
        if plan.voice in self.voices:
            voice = self.voices[plan.voice]
            who = f"{voice} speaks" if voice else "it speaks with one of its own"
            said.append(f"This server has no voice called {plan.voice}: {who}.")
        if 0 < self.instructions_limit < len(plan.instructions):
            limit = f"{self.instructions_limit:,} characters"
            said.append(f"This server takes {limit} of instructions: the end of this profile's is left out.")
        return said

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


OPENAI_VOICES = ("marin", "cedar", "alloy", "ash", "ballad", "coral", "echo", "sage", "shimmer", "verse")
"""The voices that profiles name, and that only OpenAI's models have."""

GA = ServerDialect("ga", leaves_interrupting=True)

FLAT_FIELDS: Mapping[Path, Path] = {
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
"""The beta's session. Truncation and reasoning came later. The formats are left alone: the beta's servers begin with
PCM at 24 kHz, and one of them (speaches) complains when they are named.
"""


def voice_name(voice: object) -> object:
    """The beta has no custom voices by id; a server of one's own may have them by name."""
    return voice["id"] if isinstance(voice, dict) else voice


def text_and_audio(_modalities: object) -> list[str]:
    """Sound alone is refused by these servers; its words come with it."""
    return ["text", "audio"]


BETA = ServerDialect(
    "beta",
    tells="Beta: the Realtime of 2024.",
    auth=AuthStyle(more_headers={"OpenAI-Beta": "realtime=v1"}),
    names_session_type=False,
    fields=FLAT_FIELDS,
    values={conf.MODALITIES: text_and_audio, conf.VOICE: voice_name},
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
    tells="GA, with Azure's address and key.",
    auth=AuthStyle(
        url_end="/openai/v1",
        example_url="https://RESOURCE.openai.azure.com/openai/v1",
        key_header="api-key",
        key_scheme="",
    ),
    leaves_interrupting=True,
)
"""GA words; the model is the name of a deployment, and so is the transcription model."""
