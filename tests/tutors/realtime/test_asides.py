"""Questions beside a Realtime conversation: what goes out for them, and what becomes of the answers."""

from __future__ import annotations

import base64

import pytest

from tests.tutors.realtime.conversation.talk import Talk
from tutor_tui.core import events as ev
from tutor_tui.core import pcm
from tutor_tui.core.tutor_commands import AskAside, Interrupt, ReadAside, Unheard
from tutor_tui.openai_api.realtime.realtime_endpoint import RealtimeEndpoint
from tutor_tui.openai_api.realtime.vendor_dialects import DIALECTS
from tutor_tui.tutors.realtime.websocket.link import WebSocketTutor

ASK = AskAside("aside_1", "meaning", "Translate.", "안녕하세요")
TAGGED = {"id": "o1", "conversation_id": None, "metadata": {"request": "aside_1"}}


def text(talk: Talk, words: str, reply_id: str = "o1") -> list[ev.TutorEvent]:
    return talk.hear("response.output_text.done", response_id=reply_id, item_id="x", text=words)


def test_it_is_asked_out_of_band_in_writing_with_nothing_but_the_line() -> None:
    (asked,) = Talk().ask(ASK)
    assert asked["type"] == "response.create"
    wish = asked["response"]
    assert (wish["conversation"], wish["output_modalities"], wish["tools"]) == ("none", ["text"], [])
    assert wish["metadata"] == {"request": "aside_1", "kind": "meaning"}
    assert [part["text"] for item in wish["input"] for part in item["content"]] == ["안녕하세요"]


def test_its_text_comes_back_beside_the_answer_under_way() -> None:
    talk = Talk()
    talk.hear("response.created", response={"id": "r1", "conversation_id": "c"})
    talk.ask(ASK)
    assert talk.hear("response.created", response=TAGGED) == []
    assert talk.hear("response.output_text.delta", response_id="o1", item_id="x", delta="Hel") == []
    assert text(talk, "Hello") == []
    ended = talk.hear("response.done", response={**TAGGED, "status": "completed"})
    assert ended == [ev.AsideAnswered("aside_1", "Hello")]
    assert talk.hear("response.output_text.delta", response_id="r1", item_id="a", delta="yes") == [
        ev.TutorTextDelta("a", "yes")
    ]
    assert talk.done("r1")[0] == ev.ReplyEnded("r1")


def test_a_server_that_speaks_all_the_same_is_not_heard() -> None:
    talk = Talk()
    talk.ask(ASK)
    inside = {"id": "o1", "conversation_id": "c", "output_modalities": ["audio"]}  # neither tag nor "none" understood
    assert talk.hear("response.created", response=inside) == []
    assert talk.hear("response.output_audio.delta", response_id="o1", item_id="x", delta="AAAA") == []
    talk.hear("response.output_audio_transcript.delta", response_id="o1", item_id="x", delta="Hello")
    ended = talk.hear("response.done", response={**inside, "status": "completed"})
    assert ended == [ev.AsideAnswered("aside_1", "Hello")]


def test_an_answer_that_is_awaited_is_not_taken_for_one_without_a_tag() -> None:
    talk = Talk()
    talk.ask(ASK)
    talk.hear("input_audio_buffer.speech_stopped", item_id="u1")
    assert talk.hear("response.created", response={"id": "r1", "conversation_id": "c"}) == [ev.ReplyStarted("r1")]
    talk.hear("response.created", response={"id": "o1", "conversation_id": None, "output_modalities": ["text"]})
    text(talk, "Hello")
    ended = talk.hear("response.done", response={"id": "o1", "conversation_id": None, "status": "completed"})
    assert ended == [ev.AsideAnswered("aside_1", "Hello")]


def test_one_that_failed_says_why() -> None:
    talk = Talk()
    talk.ask(ASK)
    talk.hear("response.created", response=TAGGED)
    details = {"type": "failed", "error": {"code": "server_error", "message": "Too busy."}}
    ended = talk.hear("response.done", response={**TAGGED, "status": "failed", "status_details": details})
    assert ended == [ev.AsideAnswered("aside_1", reason="Too busy.")]


@pytest.mark.parametrize("code", ["unknown_parameter", "conversation_already_has_active_response"])
def test_one_that_was_refused_is_no_trouble_of_the_lesson(code: str) -> None:
    talk = Talk()
    talk.ask(ASK)
    assert talk.error(code, "No.", event_id="aside_1") == [ev.AsideAnswered("aside_1", reason="No.")]
    assert talk.sent() == []  # nothing is asked again


def test_servers_that_take_no_such_request_are_known() -> None:
    able = {name for name, dialect in DIALECTS.items() if dialect.takes_asides}
    assert {"ga", "azure"} <= able and not {"beta", "xai", "qwen", "vllm"} & able
    endpoint = RealtimeEndpoint("wss://host/v1", "key", dialect=DIALECTS["beta"])
    assert not WebSocketTutor(endpoint).capabilities.asides


# ---- read aloud -----------------------------------------------------------------------------------------------------

READ = ReadAside("aside_2", "커피 한 잔 주세요.")
READING = {"id": "o2", "conversation_id": None, "metadata": {"request": "aside_2"}}


def sound(talk: Talk, ms: int) -> list[ev.TutorEvent]:
    voice = base64.b64encode(pcm.silence(ms)).decode()
    return talk.hear("response.output_audio.delta", response_id="o2", item_id="x", delta=voice)


def test_a_text_is_read_aloud_as_it_is_and_never_in_the_transcript() -> None:
    talk = Talk()
    (asked,) = talk.ask(READ)
    wish = asked["response"]
    assert (wish["conversation"], wish["output_modalities"]) == ("none", ["audio"])
    assert wish["metadata"] == {"request": "aside_2", "kind": "read", "language": "ko"}
    talk.hear("response.created", response=READING)
    assert sound(talk, 500) == [ev.TutorAudio("aside_2", pcm.silence(500))]
    assert talk.hear("response.output_audio_transcript.delta", response_id="o2", item_id="x", delta="커피") == []
    done = talk.hear("response.output_audio.done", response_id="o2", item_id="x")
    assert done == [ev.TutorAudioDone("aside_2")]
    assert talk.hear("response.done", response={**READING, "status": "completed"}) == []


def test_who_talks_over_it_stops_it_and_the_conversation_has_nothing_to_forget() -> None:
    talk = Talk()
    talk.ask(READ)
    talk.hear("response.created", response=READING)
    sound(talk, 500)
    stopped = talk.ask(Interrupt("voice", (Unheard("aside_2", 100),)))
    assert stopped == [{"type": "response.cancel", "response_id": "o2"}]


def test_it_is_stopped_before_it_began_too() -> None:
    talk = Talk()
    talk.ask(READ, Interrupt("key"))
    talk.hear("response.created", response=READING)
    assert talk.sent() == [{"type": "response.cancel", "response_id": "o2"}]
    assert sound(talk, 500) == []


def test_a_voice_that_fails_says_why() -> None:
    talk = Talk()
    talk.ask(READ)
    talk.hear("response.created", response=READING)
    details = {"type": "failed", "error": {"code": "server_error", "message": "Hoarse."}}
    ended = talk.hear("response.done", response={**READING, "status": "failed", "status_details": details})
    assert ended == [ev.AsideAnswered("aside_2", reason="Hoarse.")]
