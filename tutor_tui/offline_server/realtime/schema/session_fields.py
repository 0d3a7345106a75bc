"""What may be said about a session or a response: the fields, their types and their ranges.

The defaults are what a session begins with; see "Session" in OpenAI's Realtime API reference.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field, TypeAdapter

from tutor_tui.core.pcm import RATE_HZ
from tutor_tui.offline_server.realtime.schema.items import InputElement
from tutor_tui.offline_server.realtime.schema.validation import Array, Strict, WordOr

Milliseconds: TypeAlias = Annotated[int, Field(ge=0, le=60_000)]
"""The service documents no upper bound for padding and silence; nobody waits longer than a minute."""
Effort: TypeAlias = Literal["minimal", "low", "medium", "high", "xhigh"]
Language: TypeAlias = Annotated[str, Field(max_length=16)]
Keyword: TypeAlias = Annotated[str, Field(pattern=r"^[^<>\r\n]*$")]
Voice: TypeAlias = Literal["alloy", "ash", "ballad", "coral", "echo", "sage", "shimmer", "verse", "marin", "cedar"]
Metadata: TypeAlias = Annotated[
    dict[Annotated[str, Field(max_length=64)], Annotated[str, Field(max_length=512)]], Field(max_length=16)
]
TRANSCRIBERS_WITH_LISTS = ("gpt-transcribe", "gpt-live-transcribe")
"""Only these take `languages` and `keywords`."""
Transcriber: TypeAlias = Literal[
    "gpt-transcribe",
    "gpt-live-transcribe",
    "gpt-realtime-whisper",
    "whisper-1",
    "gpt-4o-transcribe",
    "gpt-4o-mini-transcribe",
    "gpt-4o-mini-transcribe-2025-12-15",
    "gpt-4o-transcribe-diarize",
]


class Pcm(Strict):
    """The one format we speak. The service's G.711 formats are for telephones."""

    type: Literal["audio/pcm"]
    rate: Literal[RATE_HZ] = RATE_HZ  # type: ignore[valid-type] # a constant


class _Vad(Strict):
    create_response: bool = True
    interrupt_response: bool = True


class ServerVad(_Vad):
    """Turns end with silence."""

    type: Literal["server_vad"]
    threshold: Annotated[float, Field(ge=0, le=1)] = 0.5
    prefix_padding_ms: Milliseconds = 300
    silence_duration_ms: Milliseconds = 200  # what real sessions begin with, whatever the documentation says
    idle_timeout_ms: None = None  # the offline tutor never nags


class SemanticVad(_Vad):
    """Turns end with a sentence; how soon is a matter of `eagerness`."""

    type: Literal["semantic_vad"]
    eagerness: Literal["low", "medium", "high", "auto"] = "auto"


class Transcription(Strict):
    """How the learner's turns become text."""

    model: Transcriber | None = None  # may be left out of an update
    language: Language | None = None
    languages: Array[Language] | None = None
    keywords: Array[Keyword] | None = None
    prompt: str | None = None
    delay: Effort | None = None


class NoiseReduction(Strict):
    """Accepted; what the microphone hears is left as it is."""

    type: Literal["near_field", "far_field"] = "near_field"
    strength: Annotated[float, Field(ge=0, le=100)] = 0


class _AudioInput(Strict):
    format: Pcm = Pcm(type="audio/pcm")
    transcription: Transcription | None = None
    noise_reduction: NoiseReduction | None = None
    turn_detection: Annotated[ServerVad | SemanticVad, Field(discriminator="type")] | None = ServerVad(
        type="server_vad"
    )


class _CustomVoice(Strict):
    id: str


class _ResponseAudioOutput(Strict):
    format: Pcm = Pcm(type="audio/pcm")
    voice: WordOr[Voice, _CustomVoice] = "alloy"


class _AudioOutput(_ResponseAudioOutput):
    speed: Annotated[float, Field(ge=0.25, le=1.5)] = 1.0


class _ResponseAudio(Strict):
    output: _ResponseAudioOutput = _ResponseAudioOutput()


class _Audio(Strict):
    input: _AudioInput = _AudioInput()
    output: _AudioOutput = _AudioOutput()


class FunctionTool(Strict):
    """A tool of the client's."""

    type: Literal["function"]
    name: Annotated[str, Field(max_length=64)]
    description: str = ""
    parameters: Any = None  # a JSON Schema


class McpTool(Strict):
    """Tools of an MCP server. Accepted, but never used."""

    type: Literal["mcp"]
    server_label: str
    server_url: str = ""
    server_description: str = ""
    authorization: str = ""
    connector_id: str = ""
    allowed_tools: Any = None
    require_approval: Any = None
    headers: Any = None


class _FunctionChoice(Strict):
    type: Literal["function"]
    name: str


class _McpChoice(Strict):
    type: Literal["mcp"]
    server_label: str
    name: str = ""


class _TokenLimits(Strict):
    post_instructions: Annotated[int, Field(ge=0)] = 0


class RetentionRatio(Strict):
    """The share of the conversation to be kept where it grows too long."""

    type: Literal["retention_ratio"]
    retention_ratio: Annotated[float, Field(ge=0, le=1)]
    token_limits: _TokenLimits = _TokenLimits()


class _Tracing(Strict):
    workflow_name: str = ""
    group_id: str = ""
    metadata: Any = None


class _Reasoning(Strict):
    effort: Effort = "low"


class Prompt(Strict):
    """A prompt that the service keeps."""

    id: str
    version: str | None = None
    variables: Any = None


class SharedFields(Strict):
    """What a session and a single response have in common."""

    output_modalities: Annotated[Array[Literal["audio", "text"]], Field(min_length=1, max_length=1)] = Field(
        default=["audio"]
    )
    instructions: str = ""
    tools: Array[Annotated[FunctionTool | McpTool, Field(discriminator="type")]] = Field(default=[])
    tool_choice: WordOr[
        Literal["auto", "none", "required"], Annotated[_FunctionChoice | _McpChoice, Field(discriminator="type")]
    ] = "auto"
    parallel_tool_calls: bool = True
    reasoning: _Reasoning | None = None
    max_output_tokens: WordOr[Literal["inf"], Annotated[int, Field(ge=1, le=4_096)]] = "inf"
    prompt: Prompt | None = None


class Session(SharedFields):
    """The `session` of `session.update`: what it leaves out stays as it is."""

    type: Literal["realtime"]
    model: str = ""
    audio: _Audio = _Audio()
    truncation: WordOr[Literal["auto", "disabled"], RetentionRatio] = "auto"
    tracing: WordOr[Literal["auto"], _Tracing] | None = None
    include: Array[Literal["item.input_audio_transcription.logprobs"]] | None = None


class Response(SharedFields):
    """The `response` of `response.create`: what it leaves out is as the session has it."""

    audio: _ResponseAudio = _ResponseAudio()
    conversation: Literal["auto", "none"] = "auto"
    metadata: Metadata | None = None
    input: Array[InputElement] = Field(default=[])


SESSION = TypeAdapter(Session)
