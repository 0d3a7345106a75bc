"""What a `response.create` asks for, laid over the session's settings."""

from __future__ import annotations

from collections.abc import Sequence

from tutor_tui.core import pcm
from tutor_tui.offline_server.realtime import tool_calls
from tutor_tui.offline_server.realtime.conversation import Conversation, Item, item_from
from tutor_tui.offline_server.realtime.responses import Manner, text_tokens
from tutor_tui.offline_server.realtime.wire import Json, Refusal
from tutor_tui.openai_api import private_extensions
from tutor_tui.openai_api.private_extensions import ResponseKind

INPUT_AUDIO_TOKEN_MS = 100
REPEAT_PACE = 0.8
"""Who asks for a repetition gets it this much slower."""


def kind_of(wish: Json) -> ResponseKind:
    """What the client's metadata say it is for: greet, repeat, or nothing in particular."""
    return private_extensions.kind_of(wish.get("metadata"))


def text_to_read(wish: Json, inputs: Sequence[Item] | None) -> str | None:
    """The text that a response out of band is only to read aloud; None for any other."""
    if wish.get("conversation") != "none" or kind_of(wish) != "read" or inputs is None:
        return None
    return "\n".join(item.text for item in inputs if item.text)


def inputs_of(wish: Json, conversation: Conversation) -> list[Item] | None:
    """The items a response was told to look at; null for the whole conversation."""
    if "input" not in wish:
        return None
    items = []
    for index, element in enumerate(wish["input"]):
        path = f"response.input[{index}]"
        if element["type"] != "item_reference":
            items.append(item_from(element, path))
        elif (item := conversation.find(element["id"])) is None:
            raise Refusal("invalid_value", "There is no item with this id.", f"{path}.id")
        else:
            items.append(item)
    return items


def manner_of(wish: Json, session: Json, read: Sequence[Item], *, audio_was_sent: bool) -> Manner:
    """How the response is to be given; `read` is what it has to read first, which is what it costs."""
    output = session["audio"]["output"]
    voice = wish.get("audio", {}).get("output", {}).get("voice", output["voice"])
    if audio_was_sent and voice != output["voice"]:
        path = "response.audio.output.voice"
        raise Refusal("cannot_update_voice", "The voice cannot change once the assistant has spoken.", path)
    settings = session | wish
    texts = [settings["instructions"], *(item.text for item in read)]
    return Manner(
        modality=settings["output_modalities"][0],
        voice=voice,
        speed=output["speed"] * (REPEAT_PACE if kind_of(wish) == "repeat" else 1),
        max_output_tokens=settings["max_output_tokens"],
        metadata=wish.get("metadata"),
        input_text_tokens=sum(text_tokens(text) for text in texts),
        input_audio_tokens=sum(pcm.ms_of(item.sound_bytes) for item in read) // INPUT_AUDIO_TOKEN_MS,
        tools=tool_calls.offered(settings),
    )
