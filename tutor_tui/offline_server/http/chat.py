"""`/v1/chat/completions`: from the guide, which walks its lesson by what was said so far, or from a language model.

The model may have any name.
"""

from __future__ import annotations

import asyncio
import json
import re
import threading
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from concurrent.futures import Executor
from contextlib import aclosing
from dataclasses import replace
from typing import Any, TypeAlias

from aiohttp import web

from tutor_tui.core.pedagogy import CHECK_IN, HAND_OVER
from tutor_tui.core.problems import Problem
from tutor_tui.core.tools import ToolCall
from tutor_tui.offline_server.http.messages import Asked, asked_in
from tutor_tui.offline_server.http.requests import error_body, object_in, text_in
from tutor_tui.offline_server.ports.backend import Backend
from tutor_tui.offline_server.ports.guide import Prepares, Reply
from tutor_tui.offline_server.ports.language_model import Question, Saying
from tutor_tui.offline_server.realtime.answers import PlainReply, aside_of
from tutor_tui.offline_server.realtime.responses import text_tokens
from tutor_tui.offline_server.realtime.tool_calls import calls_for, offered, wish_calls
from tutor_tui.offline_server.realtime.wire import Json, new_id
from tutor_tui.openai_api.private_extensions import WantedLesson

Expect: TypeAlias = Callable[[Sequence[str]], None]
"""Takes the sentences that the learner may say to an answer."""
_SSE = {"Content-Type": "text/event-stream", "Cache-Control": "no-store"}


async def complete(
    request: web.Request, tutoring: Backend, pool: Executor, lesson: str, expect: Expect
) -> web.StreamResponse:
    """One answer, whole or word by word. A first message without an answer before it begins the guide's lesson:
    `lesson`, where the request names none.
    """
    body = object_in(await request.read(), "")
    asked = asked_in(body)
    head = {"id": new_id("chatcmpl"), "created": int(time.time()), "model": text_in(body, "model")}
    read = text_tokens(asked.instructions) + sum(text_tokens(text) for _, text in asked.said)
    wanted = asked.lesson if asked.lesson.script else replace(asked.lesson, script=lesson)
    async with aclosing(_told(tutoring, pool, asked, wanted, expect)) as told:
        if body.get("stream"):
            options = body.get("stream_options")
            wants_bill = isinstance(options, dict) and bool(options.get("include_usage"))
            return await _stream(request, head, told, read if wants_bill else None)
        parts = [part async for part in told]
    text = "".join(part for part in parts if isinstance(part, str))
    calls = [_call(part) for part in parts if isinstance(part, ToolCall)]
    message = {"role": "assistant", "content": text or None, "refusal": None} | ({"tool_calls": calls} if calls else {})
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "tool_calls" if calls else "stop"}
    answer = {**head, "object": "chat.completion", "choices": [choice], "usage": _usage(read, text)}
    return web.json_response(answer)


async def _told(
    tutoring: Backend, pool: Executor, asked: Asked, lesson: WantedLesson, expect: Expect
) -> AsyncGenerator[str | ToolCall, None]:
    """The words, and the tools to be used, of the guide or of a language model."""
    model = tutoring.language_model()
    if model is not None:
        expect(())
        language = asked.language or "en"
        question = Question(asked.items, asked.instructions, "", language, asked.tools, asked.tool_choice)
        async with aclosing(model.answer(question).parts) as parts:
            async for part in parts:
                yield part.text if isinstance(part, Saying) else part
        return
    reply, expected = await asyncio.get_running_loop().run_in_executor(pool, _think, tutoring, lesson, asked)
    expect(expected)
    tools = offered({"tools": asked.tools, "tool_choice": asked.tool_choice})
    by_tool = wish_calls(reply, tools)
    for word in re.findall(r"\s*\S+|\s+$", reply.before_call if by_tool else reply.text):
        yield word
    for call in (*calls_for((*reply.notes, *reply.uses), tools), *by_tool):
        yield ToolCall(call.body["call_id"], call.body["name"], call.body["arguments"])


def _think(tutoring: Backend, lesson: WantedLesson, asked: Asked) -> tuple[Reply, Sequence[str]]:
    """The guide's answer, and what it then listens for."""
    said = asked.said
    answered = max((at for at, (role, _) in enumerate(said) if role == "assistant"), default=-1)
    guide = tutoring.guide(lesson, asked.language, said[: answered + 1])
    if isinstance(guide, Prepares):
        threading.Thread(target=guide.prepare, name="sentences to listen for", daemon=True).start()
    if (text := aside_of(guide, asked.kind)) is not None:
        return PlainReply(text, asked.language), guide.expected
    fresh = " ".join(text for role, text in said[answered + 1 :] if role == "user")
    note = next((item.text for item in asked.items[-1:] if item.role == "system"), "")
    if any(role == "system" for role, _ in said[answered + 1 :]):
        guide.close()
    if asked.items and asked.items[-1].body.get("type") == "function_call_output":
        reply = guide.repeat()  # it has used its tool, and goes on
    elif note.endswith(CHECK_IN):
        reply = guide.check_in()
    else:
        reply = guide.answer(fresh) if answered >= 0 and fresh else guide.greet(takes_over=note.endswith(HAND_OVER))
    return reply, guide.expected


def _call(call: ToolCall) -> Json:
    return {"id": call.call_id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}


def _usage(read: int, text: str) -> Json:
    written = text_tokens(text)
    return {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}


async def _stream(
    request: web.Request, head: Json, told: AsyncGenerator[str | ToolCall, None], read: int | None
) -> web.StreamResponse:
    """`read` is how many tokens were read, where the bill is wanted."""
    first = await anext(told, "")  # until there is a word, an error can still be told by a status
    response = web.StreamResponse(headers=_SSE)
    await response.prepare(request)
    text, calls = "", 0

    async def send(**fields: Any) -> None:
        await response.write(f"data: {json.dumps(fields)}\n\n".encode())

    async def choose(delta: Json, finish_reason: str | None = None) -> None:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
        await send(**head, object="chat.completion.chunk", choices=[choice])

    async def pass_on(part: str | ToolCall, **more: str) -> None:
        nonlocal text, calls
        if isinstance(part, str):
            text += part
            await choose({**more, "content": part})
        else:
            await choose({**more, "tool_calls": [{"index": calls, **_call(part)}]})
            calls += 1

    await pass_on(first, role="assistant")
    try:
        async for part in told:
            await pass_on(part)
    except Problem as problem:
        await send(**error_body("server_error", str(problem), kind="server_error"))
    else:
        await choose({}, "tool_calls" if calls else "stop")
        if read is not None:
            await send(**head, object="chat.completion.chunk", choices=[], usage=_usage(read, text))
        await response.write(b"data: [DONE]\n\n")
    await response.write_eof()
    return response
