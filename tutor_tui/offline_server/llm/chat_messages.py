"""A conversation as a chat model is told it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from tutor_tui.offline_server.ports import Question
from tutor_tui.offline_server.realtime.conversation import Item
from tutor_tui.offline_server.realtime.wire import Json

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


def messages_of(question: Question) -> list[Json]:
    """Instructions first, then as many of the newest lines as there is room for.

    Notes ("greet the learner") are the user's, not the system's: the templates of many local models take one system
    message, at the top, and insist on turns. For the same reason lines of one role in a row become one message.
    """
    instructions = f"{question.instructions.strip()}\n\n{SPEECH_RULES}".strip()
    lines = _recent([line for line in _lines(question) if line])
    return [{"role": "system", "content": instructions}, *_joined(lines)]


def tools_of(question: Question) -> tuple[list[Json], Any]:
    """The tools that may be called, and which has to be (auto: as the model likes)."""
    choice = question.tool_choice
    if choice == "none":
        return [], "auto"
    functions = [tool for tool in question.tools if tool.get("type") == "function"]
    named = choice.get("name") if isinstance(choice, dict) else None
    tools = [
        {
            "type": "function",
            "function": {
                "name": tool["name"],
                "description": tool.get("description", ""),
                "parameters": tool.get("parameters") or {"type": "object", "properties": {}},
            },
        }
        for tool in functions
        if tool.get("name")
    ]
    return tools, {"type": "function", "function": {"name": named}} if named else choice


def _lines(question: Question) -> Iterable[list[Json]]:
    """Messages that belong together: a call with what it found out, or a single one."""
    outputs = {item.body["call_id"]: item for item in question.items if item.body.get("type") == "function_call_output"}
    calls: list[Item] = []
    for item in question.items:
        if item.body.get("type") == "function_call":
            calls += [item] if item.body.get("call_id") in outputs else []
        elif item.body.get("type") == "message":
            yield _called(calls, outputs)
            calls = []
            yield _message(item)
    yield _called(calls, outputs)
    if question.kind == "repeat":
        yield _note(REPEAT, question.items)
    elif question.kind == "greet" or not question.items:
        yield _note(GREET, question.items)


def _note(text: str, items: Sequence[Item]) -> list[Json]:
    """Our own note, unless the client has just given one of its own."""
    return [] if items and items[-1].role == "system" else [{"role": "user", "content": text}]


def _message(item: Item) -> list[Json]:
    text = item.remembered
    if item.role == "user" and item.has_sound and not text:
        text = NOT_UNDERSTOOD
    role = "assistant" if item.role == "assistant" else "user"
    return [{"role": role, "content": text}] if text else []


def _called(calls: Sequence[Item], outputs: dict[str, Item]) -> list[Json]:
    """A call without its output, or an output without its call, would be refused."""
    if not calls:
        return []
    made = [
        {
            "id": call.body["call_id"],
            "type": "function",
            "function": {"name": call.body["name"], "arguments": call.body["arguments"]},
        }
        for call in calls
    ]
    told = [(call.body["call_id"], outputs[call.body["call_id"]].body["output"]) for call in calls]
    return [
        {"role": "assistant", "content": None, "tool_calls": made},
        *({"role": "tool", "tool_call_id": call_id, "content": output} for call_id, output in told),
    ]


def _recent(lines: list[list[Json]]) -> list[Json]:
    room = MOST_CHARACTERS
    kept: list[list[Json]] = []
    for line in reversed(lines):
        room -= sum(len(message["content"] or "") for message in line)
        if room < 0 and kept:
            break
        kept.append(line)
    return [message for line in reversed(kept) for message in line]


def _joined(messages: Iterable[Json]) -> list[Json]:
    joined: list[Json] = []
    for message in messages:
        plain = message.keys() == {"role", "content"}
        if joined and plain and joined[-1].keys() == message.keys() and joined[-1]["role"] == message["role"]:
            joined[-1]["content"] += f"\n{message['content']}"
        else:
            joined.append(message)
    return joined
