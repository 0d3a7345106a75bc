"""`/v1/chat/completions`: from the guide, which walks its lesson by what was said so far, or from a mind of its own.

The model may have any name.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncGenerator
from concurrent.futures import Executor
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tutor_tui.core.problems import Problem
from tutor_tui.offline.conversation import Item, item_from
from tutor_tui.offline.http_requests import bad, error_body, object_in, text_in
from tutor_tui.offline.responses import text_tokens
from tutor_tui.offline.tutoring import Question, Reply, Saying, Tutoring
from tutor_tui.offline.wire import Json, new_id

_SSE = {"Content-Type": "text/event-stream", "Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True, repr=False)
class _Asked:
    """What a request says."""

    instructions: str
    said: list[tuple[str, str]]
    """Who said what: user and assistant."""


async def complete(request: web.Request, tutoring: Tutoring, pool: Executor, lesson: str) -> web.StreamResponse:
    """One answer, whole or word by word. A first message without an answer before it begins the guide's lesson."""
    body = object_in(await request.read(), "")
    asked = _asked(body.get("messages"))
    head = {"id": new_id("chatcmpl"), "created": int(time.time()), "model": text_in(body, "model")}
    read = text_tokens(asked.instructions) + sum(text_tokens(text) for _, text in asked.said)
    async with aclosing(_words(tutoring, pool, lesson, asked)) as words:
        if body.get("stream"):
            options = body.get("stream_options")
            wants_bill = isinstance(options, dict) and bool(options.get("include_usage"))
            return await _stream(request, head, words, read if wants_bill else None)
        text = "".join([word async for word in words])
    message = {"role": "assistant", "content": text, "refusal": None}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    answer = {**head, "object": "chat.completion", "choices": [choice], "usage": _usage(read, text)}
    return web.json_response(answer)


async def _words(tutoring: Tutoring, pool: Executor, lesson: str, asked: _Asked) -> AsyncGenerator[str, None]:
    """The answer, of the guide or of a mind of its own."""
    mind = tutoring.mind()
    if mind is None:
        reply = await asyncio.get_running_loop().run_in_executor(pool, _think, tutoring, lesson, asked.said)
        for word in re.findall(r"\s*\S+|\s+$", reply.text):
            yield word
        return
    items = [_item(role, text) for role, text in asked.said]
    async with aclosing(mind.answer(Question(items, asked.instructions)).parts) as parts:
        async for part in parts:
            if isinstance(part, Saying):
                yield part.text


def _item(role: str, text: str) -> Item:
    part = {"type": "output_text" if role == "assistant" else "input_text", "text": text}
    return item_from({"type": "message", "role": role, "content": [part]})


def _think(tutoring: Tutoring, lesson: str, said: list[tuple[str, str]]) -> Reply:
    answered = max((at for at, (role, _) in enumerate(said) if role == "assistant"), default=-1)
    guide = tutoring.guide(lesson, "", said[: answered + 1])
    fresh = " ".join(text for role, text in said[answered + 1 :] if role == "user")
    return guide.answer(fresh) if answered >= 0 and fresh else guide.greet()


def _usage(read: int, text: str) -> Json:
    written = text_tokens(text)
    return {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}


def _asked(messages: Any) -> _Asked:
    if not isinstance(messages, list) or not messages:
        raise bad("'messages' has to be a list with something in it.", "messages", "missing_required_parameter")
    instructions, said = [], []
    for at, message in enumerate(messages):
        role = message.get("role") if isinstance(message, dict) else None
        if role not in ("system", "developer", "user", "assistant", "tool"):
            raise bad(f"'messages[{at}].role' is not one that this server knows.", f"messages[{at}].role")
        text = _text(message.get("content"), f"messages[{at}].content")
        if role in ("user", "assistant"):
            said.append((str(role), text))
        elif role != "tool":
            instructions.append(text)
    return _Asked("\n".join(instructions), said)


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


async def _stream(
    request: web.Request, head: Json, words: AsyncGenerator[str, None], read: int | None
) -> web.StreamResponse:
    """`read` is how many tokens were read, where the bill is wanted."""
    first = await anext(words, "")  # until there is a word, an error can still be told by a status
    response = web.StreamResponse(headers=_SSE)
    await response.prepare(request)

    async def send(**fields: Any) -> None:
        await response.write(f"data: {json.dumps(fields)}\n\n".encode())

    async def choose(delta: Json, finish_reason: str | None = None) -> None:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
        await send(**head, object="chat.completion.chunk", choices=[choice])

    await choose({"role": "assistant", "content": first})
    text = first
    try:
        async for word in words:
            text += word
            await choose({"content": word})
    except Problem as problem:
        await send(**error_body("server_error", str(problem), kind="server_error"))
    else:
        await choose({}, "stop")
        if read is not None:
            await send(**head, object="chat.completion.chunk", choices=[], usage=_usage(read, text))
        await response.write(b"data: [DONE]\n\n")
    await response.write_eof()
    return response
