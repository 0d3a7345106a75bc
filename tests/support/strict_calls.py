"""Tool calls of the strict server's tutor: announced, told bit by bit, and repeated; whole, in part, or cut off."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Literal

Carrier = Literal["arguments", "item", "done"]


@dataclass(frozen=True, slots=True)
class Call:
    """One call that a reply makes."""

    name: str
    arguments: str = "{}"
    told_by: frozenset[Carrier] = frozenset({"arguments", "item", "done"})
    """Which of function_call_arguments.done, output_item.done and response.done bring it."""
    id: str = field(default_factory=lambda: f"call_{uuid.uuid4().hex[:12]}")


async def make(call: Call, response_id: str, index: int, tell: Callable[..., Awaitable[None]], *, cut: bool) -> Any:
    """Tell of one call; returns the item as `response.done` repeats it. `cut` stops it in mid-argument."""
    arguments = call.arguments[: len(call.arguments) // 2] if cut else call.arguments
    item = {"id": f"item_{call.id}", "object": "realtime.item", "type": "function_call", "call_id": call.id}
    item |= {"name": call.name}
    where = {"response_id": response_id, "item_id": item["id"], "output_index": index}
    empty = {**item, "arguments": "", "status": "in_progress"}
    whole = {**item, "arguments": arguments, "status": "incomplete" if cut else "completed"}
    await tell("response.output_item.added", response_id=response_id, output_index=index, item=empty)
    await tell("conversation.item.added", item=empty, previous_item_id=None)
    await tell("response.function_call_arguments.delta", **where, call_id=call.id, delta=arguments)
    if "arguments" in call.told_by:
        end = {"call_id": call.id, "name": call.name, "arguments": arguments}
        await tell("response.function_call_arguments.done", **where, **end)
    await tell("conversation.item.done", item=whole, previous_item_id=None)
    if "item" in call.told_by:
        await tell("response.output_item.done", response_id=response_id, output_index=index, item=whole)
    return whole if "done" in call.told_by else None
