"""The offline tutor with a language model: a real chat server over HTTP, our server and voice, a judging client."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.offline_server.client import Client, Event, TinyTutoring, dialled, served, speech
from tests.support.speech_services import CHAT, Answer, SpeechServices, chunk, error, speech_services, sse
from tutor_tui.core.offline_settings import OLLAMA_BASE_URL
from tutor_tui.offline_server.llm.chat_model import ChatModel
from tutor_tui.offline_server.ports.language_model import LanguageModel
from tutor_tui.openai_api import chat as chat_module
from tutor_tui.openai_api.private_extensions import MODEL_LOADING
from tutor_tui.openai_api.services import Service

MODELS = "/v1/models"
TOOL = {
    "type": "function",
    "name": "note_word",
    "description": "Note a word.",
    "parameters": {"type": "object", "properties": {"term": {"type": "string"}}},
}
CALL = {
    "choices": [
        {
            "index": 0,
            "delta": {
                "tool_calls": [{"index": 0, "id": "call_1", "function": {"name": "note_word", "arguments": '{"term":'}}]
            },
            "finish_reason": None,
        }
    ]
}
REST_OF_CALL = {
    "choices": [{"index": 0, "delta": {"tool_calls": [{"index": 0, "function": {"arguments": '"rain"}'}}]}}]
}


class WithModel(TinyTutoring):
    """The tutor of a few lines, with a real language model."""

    own: LanguageModel | None = None

    def language_model(self) -> LanguageModel | None:
        return self.own


@asynccontextmanager
async def chatting(model: ChatModel, **session: Any) -> AsyncIterator[Client]:
    """A session with `model`, whose turns the client ends."""
    tutoring = WithModel()
    tutoring.own = model
    async with served(tutoring) as port, dialled(port) as client:
        await client.update(instructions="Teach.", audio={"input": {"turn_detection": None}}, **session)
        yield client


def model_at(services: SpeechServices, model: str = "m", **more: Any) -> ChatModel:
    return ChatModel(Service(services.base_url, model), **more)


async def say(client: Client, text: str, **fields: Any) -> Event:
    """A typed turn, up to its `response.done`."""
    item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]}
    await client.send("conversation.item.create", item=item)
    return await respond(client, **fields)


async def respond(client: Client, **fields: Any) -> Event:
    response: Event = (await client.ask("response.create", "response.done", response=fields))["response"]
    return response


def said(response: Event) -> str:
    return " ".join(part["transcript"] for item in response["output"] for part in item.get("content", ()))


def asked(services: SpeechServices) -> list[dict[str, Any]]:
    """The messages of the last chat request."""
    messages: list[dict[str, Any]] = services.to(CHAT)[-1].json["messages"]
    return messages


def trouble(response: Event) -> str:
    """The sentence of a failed response, which has to be one that a client can show."""
    assert response["status"] == "failed"
    failure = response["status_details"]["error"]
    assert failure["code"] == "tutor_unavailable"
    message: str = failure["message"]
    assert message.isprintable() and len(message) <= 200, "a client shows so much of it"
    return message


# ---- talking --------------------------------------------------------------------------------------------------------


async def test_it_answers_what_was_said_by_its_instructions() -> None:
    async with speech_services() as services, chatting(model_at(services)) as client:
        services.answers += ["안녕하세요? 저는 선생님이에요.", "Good. And you?"]
        assert said(await respond(client, metadata={"kind": "greet"})) == "안녕하세요? 저는 선생님이에요."
        assert [message["role"] for message in asked(services)] == ["system", "user"]
        assert asked(services)[0]["content"].startswith("Teach.")
        assert said(await say(client, "I am fine.")) == "Good. And you?"
        assert asked(services)[1:] == [
            {"role": "user", "content": "(The lesson goes on.)"},
            {"role": "assistant", "content": "안녕하세요? 저는 선생님이에요."},
            {"role": "user", "content": "I am fine."},
        ]
        assert services.to(CHAT)[-1].json["model"] == "m"
        assert services.to(CHAT)[-1].json["stream"] is True
        assert services.connections == 1, "the line to the server is kept"


async def test_a_repetition_is_asked_for_and_is_slower() -> None:
    async with speech_services() as services, chatting(model_at(services)) as client:
        await say(client, "Hello.")
        await respond(client, metadata={"kind": "repeat"})
        assert "more slowly" in asked(services)[-1]["content"]
        assert asked(services)[-2] == {"role": "assistant", "content": "Good. Go on!"}


async def test_a_note_of_the_client_is_enough_for_a_greeting() -> None:
    async with speech_services() as services, chatting(model_at(services)) as client:
        note = {"type": "message", "role": "system", "content": [{"type": "input_text", "text": "Greet Anna."}]}
        await client.send("conversation.item.create", item=note)
        await respond(client, metadata={"kind": "greet"})
        assert asked(services)[1:] == [{"role": "user", "content": "Greet Anna."}]


@pytest.mark.slow
async def test_the_first_sentence_is_heard_while_the_rest_is_still_thought_out() -> None:
    async with speech_services(word_s=0.05) as services, chatting(model_at(services)) as client:
        services.answers.append("Well done. " + "And now something much longer for you to hear. " * 5)
        await client.send("response.create")
        await client.until("response.output_audio.delta")
        assert not services.to(CHAT)[0].finished
        done = (await client.until("response.done"))["response"]
        assert done["status"] == "completed" and said(done).count("longer") == 5


async def test_what_was_spoken_is_understood_before_it_is_answered() -> None:
    async with speech_services() as services, chatting(model_at(services)) as client:
        await client.hear(speech("cards-001.wav"))
        await client.send("input_audio_buffer.commit")
        await respond(client)
        assert asked(services)[-1]["role"] == "user"
        assert asked(services)[-1]["content"].startswith("spoke ")


async def test_thinking_aloud_is_not_said() -> None:
    async with speech_services() as services, chatting(model_at(services)) as client:
        services.answers.append("<think> The learner greets. </think> Hello you.")
        assert said(await say(client, "Hello.")) == "Hello you."


async def test_words_with_half_a_character_are_mended() -> None:
    async with speech_services() as services, chatting(model_at(services)) as client:
        services.faults[CHAT].append(sse(chunk("Well \ud83d.", "stop")))
        assert said(await say(client, "Hello.")) == "Well \ufffd."
        assert (await say(client, "Again."))["status"] == "completed"


async def test_the_first_model_of_the_server_is_taken_where_none_is_named() -> None:
    async with speech_services() as services:
        services.always[MODELS] = Answer(200, json.dumps({"data": [{"id": "gemma3:4b"}, {"id": "other"}]}).encode())
        async with chatting(model_at(services, "")) as client:
            await say(client, "Hello.")
            await say(client, "Hello.")
        assert services.to(CHAT)[-1].json["model"] == "gemma3:4b"
        assert len(services.to(MODELS)) == 1


# ---- stopping -------------------------------------------------------------------------------------------------------


async def test_cancelling_ends_the_stream_at_once() -> None:
    async with speech_services(word_s=0.1) as services, chatting(model_at(services)) as client:
        services.answers.append("One. Two. " + "Three four five six seven eight nine ten. " * 20)
        await client.send("response.create")
        await client.until("response.output_audio.delta")
        await client.send("response.cancel")
        done = (await client.until("response.done"))["response"]
        assert done["status"] == "cancelled"
        await services.until(lambda: services.to(CHAT)[0].left, timeout_s=10)  # the whole answer would take 16 s
        assert said(await say(client, "Sorry?")) == "Good. Go on!"


async def test_cancelling_before_the_first_word_ends_the_request() -> None:
    async with speech_services(first_word_s=30) as services, chatting(model_at(services)) as client:
        await client.ask("response.create", "response.created")
        await services.until(lambda: bool(services.to(CHAT)))
        await client.ask("response.cancel", "response.done")
        await services.until(lambda: services.to(CHAT)[0].left, timeout_s=20)


async def test_a_learner_who_hangs_up_ends_the_stream() -> None:
    async with speech_services(word_s=30) as services:
        async with chatting(model_at(services)) as client:
            await client.ask("response.create", "response.created")
            await services.until(lambda: bool(services.to(CHAT)))
        await services.until(lambda: services.to(CHAT)[0].left, timeout_s=20)


async def test_of_a_truncated_answer_only_what_was_heard_is_remembered() -> None:
    async with speech_services() as services, chatting(model_at(services)) as client:
        services.answers.append("One two. Three four five six.")
        item_id = (await say(client, "Hello."))["output"][0]["id"]
        # 100 ms a word: "One two." to 200 ms, a breath to 450 ms, then four more words.
        where = {"item_id": item_id, "content_index": 0, "audio_end_ms": 660}
        await client.ask("conversation.item.truncate", "conversation.item.truncated", **where)
        await say(client, "Stop.")
        heard = asked(services)[-2]
        assert heard["role"] == "assistant"
        assert heard["content"].startswith("One two. Three") and not heard["content"].endswith("six.")


async def test_an_answer_of_which_nothing_was_heard_is_forgotten() -> None:
    async with speech_services() as services, chatting(model_at(services)) as client:
        item_id = (await say(client, "Hello."))["output"][0]["id"]
        where = {"item_id": item_id, "content_index": 0, "audio_end_ms": 0}
        await client.ask("conversation.item.truncate", "conversation.item.truncated", **where)
        await say(client, "Stop.")
        assert asked(services)[1:] == [{"role": "user", "content": "Hello.\nStop."}]


# ---- tools ----------------------------------------------------------------------------------------------------------


async def test_a_tool_is_called_and_its_outcome_spoken_about() -> None:
    async with speech_services() as services, chatting(model_at(services), tools=[TOOL]) as client:
        services.faults[CHAT].append(sse(chunk("Let me note that."), CALL, REST_OF_CALL, chunk("", "tool_calls")))
        done = await say(client, "It rains.")
        spoken, call = done["output"]
        assert spoken["content"][0]["transcript"] == "Let me note that."
        assert (call["type"], call["name"], call["arguments"]) == ("function_call", "note_word", '{"term":"rain"}')
        offered = services.to(CHAT)[0].json["tools"]
        assert offered[0]["function"]["name"] == "note_word" and "tool_choice" not in services.to(CHAT)[0].json
        output = {"type": "function_call_output", "call_id": call["call_id"], "output": "Noted."}
        await client.send("conversation.item.create", item=output)
        assert said(await respond(client)) == "Good. Go on!"
        *_, called, told = asked(services)
        assert called["tool_calls"][0]["function"]["arguments"] == '{"term":"rain"}'
        assert told == {"role": "tool", "tool_call_id": call["call_id"], "content": "Noted."}


async def test_an_answer_may_be_a_call_and_nothing_else() -> None:
    async with speech_services() as services, chatting(model_at(services), tools=[TOOL]) as client:
        services.faults[CHAT].append(sse(CALL, REST_OF_CALL, chunk("", "tool_calls")))
        done = await say(client, "It rains.")
        assert done["status"] == "completed"
        assert [item["type"] for item in done["output"]] == ["function_call"]
        assert "response.function_call_arguments.done" in client.kinds()


async def test_a_call_nobody_answered_is_not_told_to_the_model() -> None:
    async with speech_services() as services, chatting(model_at(services), tools=[TOOL]) as client:
        services.faults[CHAT].append(sse(CALL, REST_OF_CALL, chunk("", "tool_calls")))
        await say(client, "It rains.")
        await say(client, "Go on.")
        assert asked(services)[1:] == [{"role": "user", "content": "It rains.\nGo on."}]


async def test_a_model_without_tools_answers_without() -> None:
    async with speech_services() as services, chatting(model_at(services), tools=[TOOL]) as client:
        services.faults[CHAT].append(error(400, message="gemma:2b does not support tools"))
        assert said(await say(client, "Hello.")) == "Good. Go on!"
        assert said(await say(client, "And again.")) == "Good. Go on!"
        assert ["tools" in request.json for request in services.to(CHAT)] == [True, False, False]


# ---- bad input ------------------------------------------------------------------------------------------------------


async def test_ollama_that_does_not_run_is_told_with_the_command_and_may_come_later() -> None:
    async with speech_services() as services:
        port = services.port
    model = ChatModel(Service(f"http://127.0.0.1:{port}/v1", "m"))
    async with chatting(model) as client:
        message = trouble(await say(client, "Hello."))
        assert f"Nothing answers at 127.0.0.1:{port}, where the chat server should be." in message
        services.port = 0
        server = await asyncio.start_server(services._serve, "127.0.0.1", port)
        assert said(await respond(client)) == "Good. Go on!"
        assert asked(services)[-1]["content"] == "Hello.", "nothing said so far is lost"
        server.close()


async def test_at_ollamas_own_port_the_way_out_is_ollama_serve() -> None:
    async with chatting(ChatModel(Service(OLLAMA_BASE_URL, "m"))) as client:
        message = trouble(await say(client, "Hello."))
        assert "ollama serve" in message and "127.0.0.1:11434" in message


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (error(404, message='model "m" not found, try pulling it first'), "ollama pull m"),
        (error(404, message="404 page not found"), "Check offline.chat_url"),
        (error(401), "offline.chat_key"),
        (error(500, message="out of memory"), "out of memory"),
        (error(400, message="no such thing"), "no such thing"),
        (Answer(302, b"", headers=(("location", "http://example.com/"),)), "HTTP 302"),
        (Answer(200, b"<html>hello</html>", "text/html"), "text/html instead of an answer"),
        (Answer(200, b"data: hello\n\n", "text/event-stream"), "nothing that can be read"),
        (Answer(200, b'data: {"a": 1}\n\n', "text/event-stream"), "nothing that can be read"),
        (Answer(200, b"hello", "application/json"), "nothing that can be read"),
        (Answer(200, b"", "text/event-stream"), "nothing that can be read"),
        (sse({"error": {"message": "model crashed\x1b[31m"}}), "model crashed"),
        (sse(chunk("", "stop")), "nothing to say"),
        (sse(chunk("   ", "stop")), "nothing to say"),
        (Answer(200, b"x" * 2_000_000, "text/event-stream"), "a line without end"),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else "",
)
async def test_what_goes_wrong_is_one_sentence_and_the_lesson_goes_on(fault: Answer, sentence: str) -> None:
    async with speech_services() as services, chatting(model_at(services)) as client:
        services.always[CHAT] = fault
        response = await say(client, "Hello.")
        assert sentence in trouble(response)
        assert response["output"] == []
        del services.always[CHAT]
        assert said(await respond(client)) == "Good. Go on!"
        assert asked(services)[-1]["content"] == "Hello."


@pytest.mark.parametrize("cut", [True, False], ids=["cut", "without end"])
async def test_a_stream_that_breaks_off_keeps_what_it_said(cut: bool) -> None:
    async with speech_services() as services, chatting(model_at(services)) as client:
        services.faults[CHAT].append(sse(chunk("Well done. And n"), done=False, cut=cut))
        response = await say(client, "Hello.")
        assert "broke off in the middle" in trouble(response)
        assert said(response) == "Well done. And n"
        await say(client, "Go on.")
        assert asked(services)[-2] == {"role": "assistant", "content": "Well done. And n"}


async def test_a_server_that_hangs_is_given_up() -> None:
    async with speech_services() as services, chatting(model_at(services, patience_s=0.3)) as client:
        services.faults[CHAT].append(Answer(hang=True, content_type="text/event-stream"))
        assert "does not answer in time" in trouble(await say(client, "Hello."))


async def test_a_server_without_any_model_is_told() -> None:
    async with speech_services() as services:
        services.always[MODELS] = Answer(200, b'{"object": "list", "data": null}')
        async with chatting(model_at(services, "")) as client:
            assert "ollama pull" in trouble(await say(client, "Hello."))


async def test_a_connection_closed_between_two_turns_is_not_noticed() -> None:
    async with speech_services() as services, chatting(model_at(services)) as client:
        await say(client, "Hello.")
        services.drop_next = 1
        assert said(await say(client, "Hello.")) == "Good. Go on!"


async def test_the_key_is_sent_and_never_shown() -> None:
    async with speech_services() as services:
        server = Service(services.base_url, "m", "sk-secret")
        assert "secret" not in repr(server)
        async with chatting(ChatModel(server)) as client:
            await say(client, "Hello.")
        assert services.to(CHAT)[0].headers["authorization"] == "Bearer sk-secret"


async def test_a_cold_model_is_waited_for_and_the_client_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat_module, "LOADING_TOLD_S", 0.05)
    async with (
        speech_services(first_word_s=0.5) as services,
        chatting(model_at(services, patience_s=0.2)) as client,
    ):
        assert said(await say(client, "Hi!")) == "Good. Go on!"
        told = [event["error"] for event in client.seen if event["type"] == "error"]
        assert [(error["code"], error["message"]) for error in told] == [
            (MODEL_LOADING, "That can take minutes, once.")
        ]
        assert len(services.to(CHAT)) == 1, "nobody hung up"
