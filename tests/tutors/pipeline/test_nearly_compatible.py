"""Lessons on chat servers that are nearly compatible: what the learner sees and hears of it."""

from __future__ import annotations

from collections import deque

import pytest

from tests.support.speech_services import CHAT, SPEAK, chunk, speech_services, sse
from tests.tutors.helpers import Listener, call
from tests.tutors.pipeline.helpers import BY_KEY, pipeline, sound_ms
from tests.tutors.pipeline.test_bad_input import sentences
from tests.tutors.pipeline.test_tools import PLAN as WITH_TOOLS
from tutor_tui.core import events as ev
from tutor_tui.core import tutor_commands as cmd
from tutor_tui.openai_api import chat as chat_module
from tutor_tui.openai_api.chat import MOST_CHARACTERS


async def answered(ear: Listener, count: int = 1) -> ev.ReplyEnded:
    await ear.link.send(cmd.Say("Hi!", f"typed_{count}"))
    return await ear.wait(ev.ReplyEnded, count)


async def test_what_was_only_thought_is_neither_kept_nor_remembered_nor_read_on() -> None:
    async with speech_services() as server, call(pipeline(server), BY_KEY) as ear:
        server.chat_bytes = [
            sse(chunk("She is new here. Slowly, then. And"), done=False).body,
            sse(chunk(" short.\n</think>\n\nHello! Come in."), chunk("", "stop")).body,
        ]
        assert (await answered(ear)).status == "completed"
        assert ear.all(ev.TutorTextDone)[-1].text == "Hello! Come in."
        read = [request.json["input"] for request in server.to(SPEAK)]
        assert read[-2:] == ["Hello!", "Come in."] and "And short." not in read
        server.chat_bytes = None
        await answered(ear, 2)
        told = server.to(CHAT)[1].json["messages"]
        assert {"role": "assistant", "content": "Hello! Come in."} in told
        assert "new here" not in str(told)


async def test_thoughts_that_look_like_thoughts_are_not_even_heard() -> None:
    answers = deque(["Okay, the user says hi. I should greet her. </think> Hello!"])
    async with speech_services(answers=answers) as server, call(pipeline(server), BY_KEY) as ear:
        await answered(ear)
        assert [request.json["input"] for request in server.to(SPEAK)] == ["Hello!"]
        assert "".join(delta.text for delta in ear.all(ev.TutorTextDelta)) == "Hello!"
        assert ear.all(ev.TutorTextDone)[-1].text == "Hello!"


async def test_an_answer_without_end_is_cut_off_and_told() -> None:
    async with speech_services() as server, call(pipeline(server), BY_KEY) as ear:
        server.faults[CHAT].append(sse(*[chunk("Go on and on. ")] * 2_000, done=False))
        await ear.link.send(cmd.Say("Hi!", "typed_1"))
        text = (await ear.wait(ev.TutorTextDone)).text
        assert len(text) == MOST_CHARACTERS
        await ear.link.send(cmd.Interrupt("key"))
        await ear.wait(ev.ReplyEnded)


async def test_a_short_answer_that_is_cut_off_says_so() -> None:
    async with speech_services() as server, call(pipeline(server), BY_KEY) as ear:
        server.faults[CHAT].append(sse(chunk("One. Two", "length")))
        assert (await answered(ear)).status == "incomplete"
        assert sentences(ear) == ["The answer grew too long and was cut off."]


async def test_a_tool_call_in_the_text_is_neither_shown_nor_read_but_carried_out() -> None:
    written = 'Well.<tool_call>{"name":"note_word","arguments":{"word":"Haus"}}</tool_call>'
    async with speech_services() as server, call(pipeline(server), WITH_TOOLS) as ear:
        server.faults[CHAT].append(sse(chunk(written, "stop")))
        await answered(ear)
        assert ear.all(ev.TutorTextDone)[-1].text == "Well."
        assert [request.json["input"] for request in server.to(SPEAK)] == ["Well."]
        assert [event.call.name for event in ear.all(ev.ToolCalled)] == ["note_word"]


async def test_a_cold_model_is_waited_for_with_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat_module, "LOADING_TOLD_S", 0.05)
    async with speech_services(first_word_s=0.6) as server, call(pipeline(server, patience_s=0.3), BY_KEY) as ear:
        assert (await answered(ear)).status == "completed"
        assert sentences(ear) == ["No word from the chat service yet: its model may be loading."]
        assert sound_ms(ear.events) > 0
        assert len(server.to(CHAT)) == 1
