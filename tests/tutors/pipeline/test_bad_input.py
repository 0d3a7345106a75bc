"""Whatever a service does: one clear sentence, the lesson goes on in what still works, nothing said so far is lost."""

from __future__ import annotations

import json
from collections import deque

import pytest

from tests.support.speech_services import (
    CHAT,
    SPEAK,
    TRANSCRIBE,
    Answer,
    chunk,
    error,
    speech_services,
    sse,
)
from tests.tutors.helpers import Listener, call
from tests.tutors.pipeline.helpers import BY_KEY, noise, pipeline, sound_ms
from tutor_tui.core import events as ev
from tutor_tui.core import tutor_commands as cmd
from tutor_tui.core.problems import LinkLost


async def press_a_turn(ear: Listener, ms: int = 300) -> None:
    await ear.link.send(cmd.BeginTurn())
    ear.link.hear(noise(ms))
    await ear.link.send(cmd.EndTurn())


def sentences(ear: Listener) -> list[str]:
    return [trouble.title for trouble in ear.all(ev.Trouble)]


# ---- transcription --------------------------------------------------------------------------------------------------

TRANSCRIPTION_FAULTS: dict[str, tuple[Answer, str]] = {
    "refused key": (error(401, "invalid_api_key"), "The transcription service refuses the API key (HTTP 401)."),
    "no such model": (error(404), "The transcription service does not have this address or model (HTTP 404)."),
    "bad request": (error(400, message="Bad audio."), "refuses how we asked (HTTP 400)."),
    "no credit": (error(429, "insufficient_quota"), "The account of the transcription service has no credit left."),
    "long pause": (error(429, retry_after="60"), "The transcription service asks for a pause of 60 s (HTTP 429)."),
    "redirected": (Answer(302, headers=(("location", "http://127.0.0.1:9/"),)), "refuses how we asked (HTTP 302)."),
    "silent": (Answer(hang=True, before_s=9), "The transcription service does not answer in time."),
    "cut": (Answer(body=b'{"te', cut=True), "The transcription service broke off."),
    "not JSON": (Answer(body=b"<html>"), "The transcription service sent something that is not JSON."),
    "no text": (Answer(body=b'{"words": 3}'), "The transcription service sent JSON without a text in it."),
    "a list": (Answer(body=b"[1]"), "The transcription service sent JSON without a text in it."),
    "deep": (Answer(body=b"[" * 100_000), "The transcription service sent something that is not JSON."),
    "endless": (Answer(body=b" " * 5_000_000), "The transcription service sent an answer without end."),
    "empty": (Answer(body=b'{"text": " \\n"}'), "No words could be made out."),
}


@pytest.mark.parametrize("fault", TRANSCRIPTION_FAULTS)
async def test_without_transcription_one_can_still_type(fault: str) -> None:
    answer, sentence = TRANSCRIPTION_FAULTS[fault]
    async with speech_services() as server, call(pipeline(server, patience_s=0.5), BY_KEY) as ear:
        server.always[TRANSCRIBE] = answer
        await press_a_turn(ear)
        ended = await ear.wait(ev.ReplyEnded)
        assert (ended.status, ended.reason) == ("cancelled", "nothing understood")
        turn = ear.all(ev.LearnerTurnKept)[0].item_id
        assert ear.all(ev.LearnerTextFailed) == [ev.LearnerTextFailed(turn)]
        assert len(sentences(ear)) == 1
        assert sentence in sentences(ear)[0]
        assert "typ" in ear.all(ev.Trouble)[0].hint
        assert server.to(CHAT) == [], "silence is not answered"
        await ear.link.send(cmd.Say("Hi!", "typed_1"))
        assert (await ear.wait(ev.ReplyEnded, 2)).status == "completed"
        assert sound_ms(ear.events) > 0


async def test_another_language_is_told_once_and_answered() -> None:
    async with speech_services(languages=["fr"], texts=deque(["Bonjour."] * 2)) as server:
        async with call(pipeline(server), BY_KEY) as ear:
            for count in (1, 2):
                await press_a_turn(ear)
                assert (await ear.wait(ev.ReplyEnded, count)).status == "completed"
            assert sentences(ear) == ["That was taken for French."]
        for same in (["en"], ["de-AT"], ["English"], [], ["EN", "fr"]):
            server.languages = same
            async with call(pipeline(server), BY_KEY) as ear:
                await press_a_turn(ear)
                await ear.wait(ev.ReplyEnded)
                assert sentences(ear) == []


async def test_a_slip_of_the_key_is_told_and_not_sent() -> None:
    async with speech_services() as server, call(pipeline(server), BY_KEY) as ear:
        await press_a_turn(ear, 50)
        await ear.wait(ev.TurnTooShort)
        assert server.requests == []


# ---- chat -----------------------------------------------------------------------------------------------------------

FULL = [chunk("One. "), chunk("Two."), chunk("", "stop")]
CHAT_FAULTS: dict[str, tuple[Answer, str, str]] = {
    "bad request": (error(400, message="Too long."), "The chat service at 127.0.0.1", ""),
    "silent": (Answer(hang=True, before_s=9), "The chat service does not answer in time.", ""),
    "cut in the middle": (
        sse(*FULL[:1], done=False, cut=True),
        "The chat service broke off in the middle of the answer.",
        "One. ",
    ),
    "ended in the middle": (
        sse(*FULL[:1], done=False),
        "The chat service broke off in the middle of the answer.",
        "One. ",
    ),
    "hanging in the middle": (
        Answer(body=sse(*FULL[:1], done=False).body, content_type="text/event-stream", hang=True),
        "The chat service does not answer in time.",
        "One. ",
    ),
    "an error in the middle": (
        sse(*FULL[:1], {"error": {"message": "Out of memory."}}),
        "The chat service reports an error.",
        "One. ",
    ),
    "half an event": (sse('{"choices": [{"del', done=False, cut=True), "The chat service broke off.", ""),
    "nothing that can be read": (
        sse("nonsense", {"a": 1}, "[]", done=False),
        "The chat service sent nothing that can be read.",
        "",
    ),
    "an empty body": (Answer(content_type="text/event-stream"), "sent nothing that can be read.", ""),
    "a web page": (Answer(body=b"<html>", content_type="text/html"), "The chat service sent text/html instead", ""),
    "a line without end": (
        Answer(body=b"data: " + b"x" * 3_000_000, content_type="text/event-stream"),
        "The chat service sent a line without end.",
        "",
    ),
    "an empty answer": (sse(chunk("", "stop")), "The tutor had nothing to say.", ""),
    "wrong types": (
        sse({"choices": [{"delta": {"content": 5}}]}, {"choices": "x"}, {"choices": [7]}, chunk("", "stop")),
        "The tutor had nothing to say.",
        "",
    ),
}


@pytest.mark.parametrize("fault", CHAT_FAULTS)
async def test_what_the_chat_said_stays_and_r_asks_again(fault: str) -> None:
    answer, sentence, said = CHAT_FAULTS[fault]
    async with speech_services() as server, call(pipeline(server, patience_s=0.5, loading_s=0.5), BY_KEY) as ear:
        server.faults[CHAT].append(answer)
        await ear.link.send(cmd.Say("Hi!", "typed_1"))
        assert (await ear.wait(ev.ReplyEnded)).status == "failed"
        assert len(sentences(ear)) == 1
        assert sentence in sentences(ear)[0]
        assert [done.text for done in ear.all(ev.TutorTextDone)] == ([said] if said else [])
        assert [request.json["input"] for request in server.to(SPEAK)] == ([said.strip()] if said else [])
        await ear.link.send(cmd.Repeat())
        assert (await ear.wait(ev.ReplyEnded, 2)).status == "completed"
        if said:
            assert ear.all(ev.TutorTextDone)[-1].text == said.strip(), "the half answer is there to be repeated"
        else:
            assert server.to(CHAT)[-1].json["messages"][-1] == {"role": "user", "content": "Hi!"}


@pytest.mark.parametrize(
    ("answer", "title"),
    [
        (error(401, "invalid_api_key"), "The chat service refuses the API key (HTTP 401)."),
        (error(403), "The chat service refuses the API key (HTTP 403)."),
        (error(404, "model_not_found"), "The chat service does not have this address or model (HTTP 404)."),
        (error(429, "insufficient_quota"), "The account of the chat service has no credit left."),
    ],
)
async def test_a_chat_that_never_will_ends_the_lesson_with_the_reason(answer: Answer, title: str) -> None:
    async with speech_services() as server, call(pipeline(server), BY_KEY) as ear:
        server.always[CHAT] = answer
        await ear.link.send(cmd.Say("Hi!", "typed_1"))
        lost = await ear.end()
        assert isinstance(lost, LinkLost)
        assert (lost.title, lost.retry) == (title, False)
        assert "pipeline.chat" in lost.hint or "credit" in lost.hint
        assert ear.all(ev.ReplyEnded)[0].status == "failed"
        with pytest.raises(LinkLost):
            await ear.link.send(cmd.Repeat())
        assert len(server.to(CHAT)) == 1, "a refusal is not asked again"


@pytest.mark.parametrize("status", [429, 500, 502, 503])
async def test_a_busy_service_is_asked_again_before_anybody_hears_of_it(status: int) -> None:
    async with speech_services() as server, call(pipeline(server), BY_KEY) as ear:
        for path in (TRANSCRIBE, CHAT, SPEAK):
            server.faults[path].append(error(status, retry_after="0.05"))
        await press_a_turn(ear)
        assert (await ear.wait(ev.ReplyEnded)).status == "completed"
        assert sentences(ear) == []
        assert sound_ms(ear.events) > 0


async def test_a_service_that_stays_busy_is_asked_three_times() -> None:
    async with speech_services() as server, call(pipeline(server), BY_KEY) as ear:
        server.always[CHAT] = error(500, retry_after="0.02")
        await ear.link.send(cmd.Say("Hi!", "typed_1"))
        await ear.wait(ev.ReplyEnded)
        assert sentences(ear) == ["The chat service has a fault of its own (HTTP 500)."]
        assert len(server.to(CHAT)) == 3


async def test_an_event_that_cannot_be_read_is_left_out() -> None:
    async with speech_services() as server, call(pipeline(server), BY_KEY) as ear:
        server.faults[CHAT].append(sse(FULL[0], "{{{", ": comment", *FULL[1:]))
        await ear.link.send(cmd.Say("Hi!", "typed_1"))
        assert (await ear.wait(ev.ReplyEnded)).status == "completed"
        assert ear.all(ev.TutorTextDone)[0].text == "One. Two."
        assert {unknown.kind for unknown in ear.all(ev.Unknown)} == {"malformed chat event"}


async def test_a_server_that_does_not_stream_is_understood() -> None:
    message = {"choices": [{"index": 0, "message": {"role": "assistant", "content": "One."}, "finish_reason": "stop"}]}
    async with speech_services() as server, call(pipeline(server), BY_KEY) as ear:
        server.faults[CHAT].append(Answer(body=json.dumps(message).encode()))
        await ear.link.send(cmd.Say("Hi!", "typed_1"))
        assert (await ear.wait(ev.ReplyEnded)).status == "completed"
        assert ear.all(ev.TutorTextDone)[0].text == "One."


@pytest.mark.parametrize("reason", ["length", "content_filter"])
async def test_an_answer_that_was_not_finished_is_told(reason: str) -> None:
    async with speech_services() as server, call(pipeline(server), BY_KEY) as ear:
        server.faults[CHAT].append(sse(chunk("One and"), chunk("", reason)))
        await ear.link.send(cmd.Say("Hi!", "typed_1"))
        ended = await ear.wait(ev.ReplyEnded)
        assert (ended.status, ended.reason) == ("incomplete", reason)
        assert len(sentences(ear)) == 1


async def test_text_may_be_cut_anywhere_even_within_a_character_or_hold_odd_ones() -> None:
    body = sse(chunk("안녕\u2028하세요\ud800! 네."), chunk("", "stop")).body.replace(b"\\u2028", "\u2028".encode())
    async with speech_services() as server, call(pipeline(server), BY_KEY) as ear:
        server.chat_bytes = [body[at : at + 1] for at in range(len(body))]
        await ear.link.send(cmd.Say("Hi!", "typed_1"))
        assert (await ear.wait(ev.ReplyEnded)).status == "completed"
        assert ear.all(ev.TutorTextDone)[0].text == "안녕\u2028하세요\ufffd! 네."
