"""The conversation of a Realtime session as the messages of a chat request. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tutor_tui.core.tools import ToolCall
from tutor_tui.offline_server.ports.language_model import Question
from tutor_tui.offline_server.realtime.conversation import Item
from tutor_tui.openai_api.chat_messages import Message, begun_by_user, in_turns, newest, tool_function, with_tool_calls

MOST_CHARACTERS = 16_000
"""About 4,000 to 5,000 tokens: more than a model on one's own machine usually remembers."""
SPEECH_RULES = (
    "Your words are spoken aloud by a voice: plain sentences, no lists, no headings, no emoji. Answer in a few short"
    " sentences."
)
"""Behind the instructions: realtime models know it, chat models do not."""
NOT_UNDERSTOOD = "(I said something, but it could not be understood. Tell me so briefly.)"
GREET = "(Greet the learner and begin.)"
REPEAT = "(The learner did not catch that. Say your last sentences again, more slowly, and nothing else.)"


def messages_of(question: Question) -> list[Message]:
    """Instructions first, then as many of the newest messages as there is room for.

    Notes ("greet the learner") are the user's, not the system's: the templates of many local models take one system
    message, at the top.
    """
    instructions = f"{question.instructions.strip()}\n\n{SPEECH_RULES}".strip()
    recent = newest([group for group in _groups(question) if group], MOST_CHARACTERS)
    return begun_by_user([{"role": "system", "content": instructions}, *in_turns(recent)])


def tools_of(question: Question) -> tuple[Sequence[Message], object]:
    """The tools that may be called, and which has to be (auto: as the model likes)."""
    choice = question.tool_choice
    if choice == "none":
        return (), "auto"
    tools = [
        tool_function(
            tool["name"],
            tool.get("description", ""),
            tool.get("parameters") or {"type": "object", "properties": {}},
        )
        for tool in question.tools
        if tool.get("type") == "function" and tool.get("name")
    ]
    named = choice.get("name") if isinstance(choice, dict) else None
    return tools, {"type": "function", "function": {"name": named}} if named else choice


def _groups(question: Question) -> Iterable[list[Message]]:
    """Messages that belong together: a call with what it found out, or a single one."""
    outputs = {
        item.body["call_id"]: item.body["output"]
        for item in question.items
        if item.body.get("type") == "function_call_output"
    }
    calls: list[ToolCall] = []
    for item in question.items:
        if item.body.get("type") == "function_call":
            calls.append(ToolCall(item.body["call_id"], item.body["name"], item.body["arguments"]))
        elif item.body.get("type") == "message":
            yield with_tool_calls("assistant", "", calls, outputs)
            calls = []
            yield _message(item)
    yield with_tool_calls("assistant", "", calls, outputs)
    if question.kind == "repeat":
        yield _note(REPEAT, question.items)
    elif question.kind == "greet" or not question.items:
        yield _note(GREET, question.items)


def _note(text: str, items: Sequence[Item]) -> list[Message]:
    """Our own note, unless the client has just given one of its own."""
    return [] if items and items[-1].role == "system" else [{"role": "user", "content": text}]


def _message(item: Item) -> list[Message]:
    text = item.remembered
    if item.role == "user" and item.has_sound and not text:
        text = NOT_UNDERSTOOD
    role = "assistant" if item.role == "assistant" else "user"
    return [{"role": role, "content": text}] if text else []
