"""The session object: what is there, how updates are merged, and that a refused one changes nothing."""

from __future__ import annotations

from typing import Any

import pytest

from tests.offline_server.client import TinyTutoring, b64, dialled, served, talking
from tutor_tui.core import pcm


async def test_the_first_event_holds_the_whole_session() -> None:
    async with talking() as client:
        created, conversation = client.seen
        session = created["session"]
        assert created["type"] == "session.created"
        assert session["id"].startswith("sess_") and len(session["id"]) >= len("sess_") + 16
        assert session["model"] == "guide"
        assert session["audio"]["input"]["turn_detection"]["silence_duration_ms"] == 200
        assert conversation["conversation"]["id"].startswith("conv_")


async def test_only_the_keys_that_are_given_change() -> None:
    async with talking() as client:
        before = client.seen[0]["session"]
        vad = {"type": "server_vad", "silence_duration_ms": 900}
        after = await client.update(instructions="Be kind.", audio={"input": {"turn_detection": vad}})

        assert after["instructions"] == "Be kind."
        assert after["audio"]["input"]["turn_detection"] == before["audio"]["input"]["turn_detection"] | vad
        assert after["audio"]["output"] == before["audio"]["output"]
        changed = {key for key in after if after[key] != before[key]}
        assert changed == {"instructions", "audio"}


async def test_another_kind_of_turn_detection_begins_with_its_own_defaults() -> None:
    async with talking() as client:
        semantic = {"type": "semantic_vad", "eagerness": "low"}
        after = await client.update(audio={"input": {"turn_detection": semantic}})
        assert after["audio"]["input"]["turn_detection"] == {
            "type": "semantic_vad",
            "eagerness": "low",
            "create_response": True,
            "interrupt_response": True,
        }


async def test_null_clears_and_lists_are_replaced() -> None:
    tool = {"type": "function", "name": "note", "parameters": {"type": "object"}}
    async with talking() as client:
        noise = {"noise_reduction": {"type": "near_field"}, "transcription": {"model": "gpt-transcribe"}}
        await client.update(tools=[tool], audio={"input": noise})
        after = await client.update(tools=[], audio={"input": dict.fromkeys([*noise, "turn_detection"])})
        assert after["tools"] == []
        assert all(after["audio"]["input"][key] is None for key in [*noise, "turn_detection"])


@pytest.mark.parametrize(
    "fields",
    [
        {
            "truncation": {
                "type": "retention_ratio",
                "retention_ratio": 0.8,
                "token_limits": {"post_instructions": 8000},
            }
        },
        {"truncation": "disabled"},
        {"tracing": {"workflow_name": "lesson", "group_id": "g", "metadata": {"a": 1}}},
        {"prompt": {"id": "pmpt_1", "version": "2", "variables": {"name": "Anna"}}},
        {"include": ["item.input_audio_transcription.logprobs"]},
        {"tool_choice": {"type": "function", "name": "note"}},
        {"tools": [{"type": "mcp", "server_label": "dictionary", "server_url": "https://example.org"}]},
        {"max_output_tokens": 1024},
        {"audio": {"input": {"noise_reduction": {"type": "far_field", "strength": 2}}}},
        {"audio": {"output": {"voice": {"id": "voice_1"}, "speed": 0.9}}},
        {"audio": {"input": {"transcription": {"model": "gpt-transcribe", "languages": ["ko", "en"], "keywords": []}}}},
    ],
)
async def test_what_the_service_takes_is_taken(fields: dict[str, Any]) -> None:
    async with talking() as client:
        after = await client.update(**fields)
        for key, value in fields.items():
            assert _within(value, after[key])


def _within(wish: Any, got: Any) -> bool:
    if isinstance(wish, dict):
        return all(_within(value, got[key]) for key, value in wish.items())
    return bool(wish == got)


@pytest.mark.parametrize("bad", [{"reasoning": {"effort": "low"}}, {"colour": "red"}, {"max_output_tokens": 0}])
async def test_one_bad_key_refuses_the_whole_update(bad: dict[str, Any]) -> None:
    async with talking() as client:
        await client.refused("session.update", session={"type": "realtime", "instructions": "new", **bad})
        after = await client.update()
        assert after["instructions"] == client.seen[0]["session"]["instructions"]


async def test_a_reasoning_model_may_be_told_how_to_reason() -> None:
    async with served() as port, dialled(port, "model=gpt-realtime-2.1-mini") as client:
        assert (await client.update(reasoning={"effort": "low"}))["reasoning"] == {"effort": "low"}


async def test_tracing_stays_as_it_was_turned_on() -> None:
    async with talking() as client:
        await client.update(tracing="auto")
        error = await client.refused("session.update", session={"type": "realtime", "tracing": None})
        assert error["param"] == "session.tracing"


async def test_the_voice_freezes_at_the_first_sound_and_not_before() -> None:
    async with talking() as client:
        await client.update(audio={"output": {"voice": "marin"}})
        await client.ask("response.create", "response.done", response={"output_modalities": ["text"]})
        await client.update(audio={"output": {"voice": "cedar"}})
        await client.ask("response.create", "response.done")

        change = {"type": "realtime", "instructions": "new", "audio": {"output": {"voice": "marin"}}}
        error = await client.refused("session.update", session=change)
        assert (error["code"], error["param"]) == ("cannot_update_voice", "session.audio.output.voice")
        other = {"audio": {"output": {"voice": "marin"}}}
        assert (await client.refused("response.create", response=other))["code"] == "cannot_update_voice"
        again = await client.update(audio={"output": {"voice": "cedar"}})
        assert again["audio"]["output"]["voice"] == "cedar"


async def test_the_speed_changes_between_responses_only() -> None:
    tutoring = TinyTutoring()
    tutoring.gate.clear()
    async with talking(tutoring) as client:
        await client.ask("response.create", "response.content_part.added")
        await client.update(audio={"output": {"speed": 1.0}})
        change = {"type": "realtime", "audio": {"output": {"speed": 0.8}}}
        assert (await client.refused("session.update", session=change))["param"] == "session.audio.output.speed"
        tutoring.gate.set()
        await client.until("response.done")
        assert (await client.update(audio={"output": {"speed": 0.8}}))["audio"]["output"]["speed"] == 0.8


async def test_sound_may_be_cut_anywhere_even_inside_a_sample() -> None:
    sound = pcm.bytes_from(pcm.samples_of(bytes(range(256)) * 40))
    async with talking() as client:
        await client.push_to_talk()
        for start in range(0, len(sound), 333):
            await client.send("input_audio_buffer.append", audio=b64(sound[start : start + 333]))
        item_id = (await client.ask("input_audio_buffer.commit", "conversation.item.done"))["item"]["id"]
        item = (await client.ask("conversation.item.retrieve", "conversation.item.retrieved", item_id=item_id))["item"]
        assert item["content"][0]["audio"] == b64(sound)


async def test_two_connections_do_not_know_of_each_other() -> None:
    async with served() as port, dialled(port) as one, dialled(port) as other:
        await one.update(instructions="only mine")
        assert (await other.update())["instructions"] != "only mine"
        await one.ask("response.create", "response.created")
        assert "response.created" not in [event["type"] for event in await other.quiet()]
