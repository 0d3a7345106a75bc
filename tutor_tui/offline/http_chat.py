"""`/v1/chat/completions` from the guide: it walks its lesson by what was said so far, whatever the model is called."""

from __future__ import annotations

import asyncio
import json
import re
import time
from concurrent.futures import Executor
from typing import Any

from aiohttp import web

from tutor_tui.offline.http_requests import bad, object_in, text_in
from tutor_tui.offline.responses import text_tokens
from tutor_tui.offline.tutoring import Reply, Tutoring
from tutor_tui.offline.wire import Json, new_id

_SSE = {"Content-Type": "text/event-stream", "Cache-Control": "no-store"}


async def complete(request: web.Request, tutoring: Tutoring, pool: Executor, lesson: str) -> web.StreamResponse:
    """One answer, whole or word by word. A first message without an answer before it begins the lesson."""
    body = object_in(await request.read(), "")
    said = _conversation(body.get("messages"))
    loop = asyncio.get_running_loop()
    reply = await loop.run_in_executor(pool, _think, tutoring, lesson, said)
    head = {"id": new_id("chatcmpl"), "created": int(time.time()), "model": text_in(body, "model")}
    read = sum(text_tokens(text) for _, text in said)
    usage = {
        "prompt_tokens": read,
        "completion_tokens": text_tokens(reply.text),
        "total_tokens": read + text_tokens(reply.text),
    }
    if body.get("stream"):
        options = body.get("stream_options")
        wants_bill = isinstance(options, dict) and bool(options.get("include_usage"))
        return await _stream(request, head, reply.text, usage if wants_bill else None)
    message = {"role": "assistant", "content": reply.text, "refusal": None}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    return web.json_response({**head, "object": "chat.completion", "choices": [choice], "usage": usage})


def _think(tutoring: Tutoring, lesson: str, said: list[tuple[str, str]]) -> Reply:
    answered = max((at for at, (role, _) in enumerate(said) if role == "assistant"), default=-1)
    guide = tutoring.guide(lesson, "", said[: answered + 1])
    fresh = " ".join(text for role, text in said[answered + 1 :] if role == "user")
    return guide.answer(fresh) if answered >= 0 and fresh else guide.greet()


def _conversation(messages: Any) -> list[tuple[str, str]]:
    """Who said what; what the system was told does not concern a guide."""
    if not isinstance(messages, list) or not messages:
        raise bad("'messages' has to be a list with something in it.", "messages", "missing_required_parameter")
    said = []
    for at, message in enumerate(messages):
        role = message.get("role") if isinstance(message, dict) else None
        if role not in ("system", "developer", "user", "assistant", "tool"):
            raise bad(f"'messages[{at}].role' is not one that this server knows.", f"messages[{at}].role")
        if role in ("user", "assistant"):
            said.append((str(role), _text(message.get("content"), f"messages[{at}].content")))
    return said


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


async def _stream(request: web.Request, head: Json, text: str, usage: Json | None) -> web.StreamResponse:
    response = web.StreamResponse(headers=_SSE)
    await response.prepare(request)

    async def send(choices: list[Json], **more: Any) -> None:
        chunk = {**head, "object": "chat.completion.chunk", "choices": choices, **more}
        await response.write(f"data: {json.dumps(chunk)}\n\n".encode())

    def choice(delta: Json, finish_reason: str | None = None) -> list[Json]:
        return [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}]

    await send(choice({"role": "assistant", "content": ""}))
    for word in re.findall(r"\s*\S+|\s+$", text):
        await send(choice({"content": word}))
    await send(choice({}, "stop"))
    if usage is not None:
        await send([], usage=usage)
    await response.write(b"data: [DONE]\n\n")
    await response.write_eof()
    return response
