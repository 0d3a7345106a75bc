"""Everything that a Realtime server can send, as one closed union; `frames.decode` makes them.

Each class stands for one event of OpenAI's API reference (Realtime, page "Server events"), with the fields we use. All
texts and ids are well-formed Unicode. An id that the server left out is an empty string.
"""

from __future__ import annotations

from dataclasses import field
from typing import TypeAlias

from tutor_tui.core.lesson_plan import Applied, Role
from tutor_tui.core.tools import ToolCall
from tutor_tui.core.values import value
from tutor_tui.openai_api.private_extensions import Begins, HeardAs

# ---- parts of events ------------------------------------------------------------------------------------------------


@value
class ErrorDetail:
    """Why a request was refused, or why a response failed. All texts may be empty, and are the server's own words."""

    code: str = ""
    message: str = field(default="", repr=False)
    param: str = ""
    """The field that the error is about."""
    event_id: str = ""
    """Of the client event that was refused."""


@value
class SessionInForce:
    """A session as the server describes it."""

    applied: Applied = field(default_factory=Applied)
    expires_at: float | None = None
    """Unix time at which the server will end the conversation."""
    is_flat: bool = False
    """Whether it has the beta's shape, and only that."""
    has_tools: bool = False
    hears_hz: int | None = None
    """The rate at which it wants the learner's voice; None where it does not say."""
    speaks_hz: int | None = None


@value
class Response:
    """A response at its beginning or its end."""

    id: str = ""
    conversation_id: str | None = ""
    """None where the server says that it has none; empty where it does not say."""
    is_text_only: bool = False
    status: str = ""
    reason: str = ""
    """Why it is not complete."""
    error: ErrorDetail | None = None
    """Why it failed."""
    calls: tuple[ToolCall, ...] = ()
    """The complete tool calls in it, unless it was cancelled or failed."""
    usage: object = field(default=None, repr=False)
    """The bill as it came; see `usage.reply_usage`."""
    tag: str = ""
    """Which of our requests it answers, where we gave that a tag and the server repeats it."""
    accepted: tuple[str, str] = ("", "")
    """The learner's item that our own server's guide took for right, and its text in the language's script."""
    begins: Begins = ""
    """What our own server's guide begins with it."""


# ---- sessions and errors --------------------------------------------------------------------------------------------


@value
class SessionCreated:
    """`session.created`."""

    session: SessionInForce


@value
class SessionUpdated:
    """`session.updated`."""

    session: SessionInForce


@value
class ConversationCreated:
    """`conversation.created`."""


@value
class ServerError:
    """`error`."""

    error: ErrorDetail


# ---- the learner's side ---------------------------------------------------------------------------------------------


@value
class InputSpeechStarted:
    """`input_audio_buffer.speech_started`; `item_id` names the turn to come."""

    item_id: str


@value
class InputSpeechStopped:
    """`input_audio_buffer.speech_stopped`."""

    item_id: str


@value
class InputCommitted:
    """`input_audio_buffer.committed`."""

    item_id: str
    previous_item_id: str | None


@value
class InputCleared:
    """`input_audio_buffer.cleared`."""


@value
class InputTranscriptDelta:
    """`conversation.item.input_audio_transcription.delta`."""

    item_id: str
    text: str = field(repr=False)


@value
class InputTranscriptSoFar:
    """`conversation.item.input_audio_transcription.updated` (xAI): all of it so far, in place of what came before."""

    item_id: str
    text: str = field(repr=False)


@value
class InputTranscriptDone:
    """`conversation.item.input_audio_transcription.completed`."""

    item_id: str
    text: str = field(repr=False)
    usage: object = field(default=None, repr=False)
    """The bill as it came; see `usage.transcription_usage`."""
    heard: HeardAs = HeardAs()
    """How surely; sure where the server does not say."""


@value
class InputTranscriptFailed:
    """`conversation.item.input_audio_transcription.failed`."""

    item_id: str
    error: ErrorDetail = field(default_factory=ErrorDetail)


# ---- the conversation -----------------------------------------------------------------------------------------------


@value
class ItemAdded:
    """`conversation.item.added`."""

    item_id: str
    previous_item_id: str | None
    role: Role | None
    """Whose line it is; None for what is no line of the lesson (a system message, a tool call)."""


@value
class ItemTruncated:
    """`conversation.item.truncated`."""

    item_id: str
    audio_end_ms: int | None
    """How much of it is left; None where the server does not say."""


# ---- responses ------------------------------------------------------------------------------------------------------


@value
class ResponseCreated:
    """`response.created`."""

    response: Response


@value
class ResponseDone:
    """`response.done`."""

    response: Response


@value
class ResponsePart:
    """What all events about a part of a response have in common."""

    response_id: str


@value
class OutputAudioDelta(ResponsePart):
    """`response.output_audio.delta`."""

    item_id: str
    pcm: bytes = field(repr=False)
    """Mono s16, of any length, at the rate that the session has."""
    rate_hz: int = 0
    """Its rate, where the event says so itself."""


@value
class OutputAudioDone(ResponsePart):
    """`response.output_audio.done`."""

    item_id: str


@value
class OutputTranscriptDelta(ResponsePart):
    """`response.output_audio_transcript.delta`."""

    item_id: str
    text: str = field(repr=False)


@value
class OutputTranscriptDone(ResponsePart):
    """`response.output_audio_transcript.done`."""

    item_id: str
    text: str = field(repr=False)


@value
class OutputTextDelta(ResponsePart):
    """`response.output_text.delta`: words without sound."""

    item_id: str
    text: str = field(repr=False)


@value
class OutputTextDone(ResponsePart):
    """`response.output_text.done`."""

    item_id: str
    text: str = field(repr=False)


@value
class AudioPartAdded(ResponsePart):
    """`response.content_part.added` of a part with sound."""

    item_id: str


@value
class FunctionCallAdded(ResponsePart):
    """`response.output_item.added` of a tool call: its arguments are still to come."""

    call_id: str
    name: str


@value
class FunctionCallArgumentsDone(ResponsePart):
    """`response.function_call_arguments.done`; older servers leave the name out, which is then empty."""

    call: ToolCall


@value
class FunctionCallDone(ResponsePart):
    """`response.output_item.done` of a complete tool call."""

    call: ToolCall


@value
class OutputBufferStarted(ResponsePart):
    """`output_audio_buffer.started` (WebRTC): the server begins to send its voice."""


@value
class OutputBufferStopped(ResponsePart):
    """`output_audio_buffer.stopped` (WebRTC): the server has sent all of its voice."""


@value
class OutputBufferCleared(ResponsePart):
    """`output_audio_buffer.cleared` (WebRTC): the server has thrown the rest of its voice away."""


# ---- everything else ------------------------------------------------------------------------------------------------


@value
class Ignored:
    """Known, and of no use to a lesson."""


@value
class Unrecognised:
    """An event of a type that we do not know, or without the fields that it must have."""

    type: str


@value
class Malformed:
    """A message that is no Realtime event."""

    kind: str
    """In a few words of ours, for counting."""
    sentence: str
    """For the learner."""


ResponsePartEvent: TypeAlias = (
    OutputAudioDelta
    | OutputAudioDone
    | OutputTranscriptDelta
    | OutputTranscriptDone
    | OutputTextDelta
    | OutputTextDone
    | AudioPartAdded
    | FunctionCallAdded
    | FunctionCallArgumentsDone
    | FunctionCallDone
    | OutputBufferStarted
    | OutputBufferStopped
    | OutputBufferCleared
)
InputEvent: TypeAlias = (
    InputSpeechStarted
    | InputSpeechStopped
    | InputCommitted
    | InputCleared
    | InputTranscriptDelta
    | InputTranscriptSoFar
    | InputTranscriptDone
    | InputTranscriptFailed
)
ServerEvent: TypeAlias = (
    ResponsePartEvent
    | InputEvent
    | SessionCreated
    | SessionUpdated
    | ConversationCreated
    | ServerError
    | ItemAdded
    | ItemTruncated
    | ResponseCreated
    | ResponseDone
    | Ignored
    | Unrecognised
    | Malformed
)
