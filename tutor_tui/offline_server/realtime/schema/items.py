"""The items a client may put into a conversation.

MCP items are made by servers that run MCP tools; this one runs none.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from tutor_tui.offline_server.realtime.schema.validation import Array, Strict

Id: TypeAlias = Annotated[str, Field(max_length=32)]
"""The service refuses longer ones."""


class InputText(Strict):
    """What was typed."""

    type: Literal["input_text"]
    text: str


class InputAudio(Strict):
    """What was spoken."""

    type: Literal["input_audio"]
    audio: str  # 24 kHz mono PCM16 in base64
    transcript: str | None = None


class InputImage(Strict):
    """A picture. Accepted, but never looked at."""

    type: Literal["input_image"]
    image_url: str
    detail: Literal["auto", "low", "high"] = "auto"


class OutputText(Strict):
    """What the assistant said."""

    type: Literal["output_text"]
    text: str


class OutputAudio(Strict):
    """The assistant's sound, which no client may supply."""

    type: Literal["output_audio"]

    @model_validator(mode="before")
    @classmethod
    def _refuse(cls, part: Any) -> Any:
        raise PydanticCustomError("output_audio", "cannot be sound of the assistant; send output_text")


class _Item(Strict):
    id: Id = ""
    object: Literal["realtime.item"] = "realtime.item"
    status: Literal["completed", "incomplete", "in_progress"] = "completed"


class _Message(_Item):
    type: Literal["message"]


class SystemMessage(_Message):
    """A note to the tutor."""

    role: Literal["system"]
    content: Annotated[Array[InputText], Field(min_length=1)]


class UserMessage(_Message):
    """A turn of the learner's."""

    role: Literal["user"]
    content: Annotated[
        Array[Annotated[InputText | InputAudio | InputImage, Field(discriminator="type")]], Field(min_length=1)
    ]


class AssistantMessage(_Message):
    """A turn of the tutor's."""

    role: Literal["assistant"]
    content: Annotated[Array[Annotated[OutputText | OutputAudio, Field(discriminator="type")]], Field(min_length=1)]


class FunctionCall(_Item):
    """A tool that the tutor used."""

    type: Literal["function_call"]
    name: str
    arguments: str
    call_id: Id = ""


class FunctionCallOutput(_Item):
    """What the tool answered."""

    type: Literal["function_call_output"]
    call_id: Id
    output: str


class ItemReference(Strict):
    """An item of the conversation."""

    type: Literal["item_reference"]
    id: str


Message: TypeAlias = Annotated[SystemMessage | UserMessage | AssistantMessage, Field(discriminator="role")]
Item: TypeAlias = Annotated[Message | FunctionCall | FunctionCallOutput, Field(discriminator="type")]
InputElement: TypeAlias = Annotated[
    Message | FunctionCall | FunctionCallOutput | ItemReference, Field(discriminator="type")
]
"""An element of `response.input`."""
