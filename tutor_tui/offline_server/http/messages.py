"""Reading a chat request ("Create chat completion"): its messages become the items of a conversation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tutor_tui.offline_server.http.requests import bad, text_in
from tutor_tui.offline_server.realtime.conversation import Item
from tutor_tui.offline_server.realtime.wire import Json, new_id
from tutor_tui.openai_api.private_extensions import LANGUAGE_FIELD, LESSON_FIELDS, ResponseKind, WantedLesson, kind_of


@dataclass(frozen=True, slots=True, repr=False)  # holds what is said
class Asked:
    """What a request says."""

    instructions: str
    """The system messages before all others."""
    items: list[Item]
    """What was said, and what tools were used. A later system message is a note, such as "greet the learner"."""
    lesson: WantedLesson
    """The guide's, as far as the request says. Ours, as `language`: the service knows neither."""
    language: str
    """What is taught (ISO 639-1), where the request says so."""
    kind: ResponseKind
    """What the answer is for. Ours, too."""
    tools: list[Json]
    """As a session declares them."""
    tool_choice: Any

    @property
    def said(self) -> list[tuple[str, str]]:
        """Who said what, user and assistant, and where the system said that the lesson is to close."""
        return [(item.role, item.text) for item in self.items if item.counts_for_guides]


def asked_in(body: Json) -> Asked:
    """The request. Raises `Rejected`."""
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        raise bad("'messages' has to be a list with something in it.", "messages", "missing_required_parameter")
    instructions: list[str] = []
    items: list[Item] = []
    for at, message in enumerate(messages):
        where = f"messages[{at}]"
        role = message.get("role") if isinstance(message, dict) else None
        if role not in ("system", "developer", "user", "assistant", "tool"):
            raise bad(f"'{where}.role' is not one that this server knows.", f"{where}.role")
        text = _text(message.get("content"), f"{where}.content")
        if role in ("system", "developer") and not items:
            instructions.append(text)
        elif role == "tool":
            items.append(_item("function_call_output", call_id=text_in(message, "tool_call_id"), output=text))
        else:
            items += _message(role, text) + _calls(message.get("tool_calls"), f"{where}.tool_calls")
    return Asked(
        "\n".join(instructions),
        items,
        WantedLesson.read({name: text_in(body, name, "") for name in LESSON_FIELDS}),
        text_in(body, LANGUAGE_FIELD, ""),
        kind_of(body),
        [_tool(tool, f"tools[{at}]") for at, tool in enumerate(_listed(body.get("tools"), "tools"))],
        _choice(body.get("tool_choice")),
    )


def _message(role: str, text: str) -> list[Item]:
    kind = "output_text" if role == "assistant" else "input_text"
    role = "system" if role == "developer" else role
    return [_item("message", role=role, content=[{"type": kind, "text": text}])] if text else []


def _calls(calls: Any, where: str) -> list[Item]:
    return [_call(call, f"{where}[{at}]") for at, call in enumerate(_listed(calls, where))]


def _call(call: Any, where: str) -> Item:
    match call:
        case {"id": str(call_id), "function": {"name": str(name), "arguments": str(arguments)}}:
            return _item("function_call", call_id=call_id, name=name, arguments=arguments)
        case _:
            raise bad(f"'{where}' has to be a function's call, with its id, name and arguments.", where)


def _item(kind: str, **fields: Any) -> Item:
    return Item({"id": new_id("item"), "object": "realtime.item", "type": kind, "status": "completed", **fields})


def _listed(value: Any, where: str) -> list[Any]:
    if value is None or isinstance(value, list):
        return value or []
    raise bad(f"'{where}' has to be a list.", where, "invalid_type")


def _tool(tool: Any, where: str) -> Json:
    """A tool as a session declares it: without the box round the function."""
    function = tool.get("function") if isinstance(tool, dict) else None
    if not isinstance(function, dict) or not isinstance(function.get("name"), str):
        raise bad(f"'{where}' has to be a function with a name.", where)
    return {**function, "type": "function"}


def _choice(choice: Any) -> Any:
    match choice:
        case {"function": {"name": str(name)}}:
            return {"type": "function", "name": name}
        case "none" | "auto" | "required":
            return choice
        case None:
            return "auto"
        case _:
            raise bad("'tool_choice' is none, auto, required or a function.", "tool_choice")


def _text(content: Any, param: str) -> str:
    match content:
        case str():
            return content
        case None:
            return ""
        case list():
            parts = [part for part in content if isinstance(part, dict) and part.get("type") == "text"]
            texts = [text for part in parts if isinstance(text := part.get("text"), str)]
            if len(texts) == len(parts):
                return " ".join(texts)
    raise bad(f"'{param}' has to be a text or a list of parts.", param, "invalid_type")
