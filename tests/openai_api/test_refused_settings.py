"""Settings that a server of the beta refuses, and voices that it does not have."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.openai_api.session_parts import FLAT
from tests.support.strict_server import Behaviour, StrictServer
from tests.tutors.helpers import PLAN, call, realtime, refusals
from tests.tutors.realtime.conversation.talk import Talk
from tutor_tui.core import events as ev
from tutor_tui.core import tutor_commands as cmd
from tutor_tui.core.turn_detection import SemanticVad, ServerVad, TurnDetection
from tutor_tui.openai_api.realtime.frames import decode
from tutor_tui.openai_api.realtime.server_dialects import BETA
from tutor_tui.tutors.realtime.conversation.state import ConversationState


@pytest.mark.parametrize(
    ("param", "setting"),
    [
        ("session.speed", "the speaking pace"),
        ("session.voice", "the voice"),
        ("session.turn_detection.threshold", "the turn taking"),
        ("session.input_audio_transcription.model", "writing down what you say"),
        ("session.instructions", "the instructions"),
    ],
)
def test_a_refusal_by_its_own_name_costs_only_what_it_names(param: str, setting: str) -> None:
    talk = Talk(ready=False, dialect=BETA)
    talk.hear("session.created", session=FLAT)
    (refused,) = talk.error("invalid_value", "no", param=param)
    assert refusals(refused) == [f"The tutor did not take {setting}: no"]
    again = [name for frame in talk.sent() for name in frame["session"]]
    assert param.split(".")[1] not in again
    assert len(again) == 7


@pytest.mark.parametrize("confirms", [True, False])
def test_a_part_that_a_server_does_not_know_is_left_out_and_the_rest_is_taken(confirms: bool) -> None:
    """As speaches does: no code, no param, and what it complains of is confirmed all the same."""
    talk = Talk(replace(PLAN, turn_detection=ServerVad(0.5, 400, 2_500)), ready=False, dialect=BETA)
    talk.hear("session.created", session=FLAT)
    told = "Specifying `session.turn_detection.prefix_padding_ms` is not supported."
    assert talk.error(None, told) == [ev.Unknown("refused: audio.input.turn_detection.prefix_padding_ms")]
    (again,) = talk.sent()
    assert again["session"]["turn_detection"] == {
        "type": "server_vad",
        "threshold": 0.5,
        "silence_duration_ms": 2_500,
        "create_response": True,
        "interrupt_response": True,
    }
    assert {"instructions", "voice"} <= again["session"].keys()
    for _ in range(1 + confirms):
        talk.hear("session.updated", session=FLAT)
    assert talk.is_ready()
    (update,) = talk.ask(cmd.Configure(replace(PLAN, turn_detection=ServerVad(0.5, 300, 900))))
    assert "prefix_padding_ms" not in update["session"]["turn_detection"]


def test_what_remains_strange_without_its_strange_part_is_refused_as_a_whole() -> None:
    talk = Talk(ready=False, dialect=BETA)
    for _ in range(2):
        events = talk.error("unknown_parameter", "No.", param="session.turn_detection.threshold")
    assert refusals(*events) == ["The tutor did not take the turn taking: No."]


def test_a_refused_change_is_sent_anew_when_it_is_wanted_again() -> None:
    talk = Talk(dialect=BETA)
    slower = cmd.Configure(replace(talk.conversation.setup.plan, speed=0.8))
    (update,) = talk.ask(slower)
    (refused,) = talk.error("unknown_parameter", "What is speed?", param="session.speed", event_id=update["event_id"])
    assert (
        isinstance(refused, ev.PlanRefused)
        and refused.reason == "The tutor did not take the speaking pace: What is speed?"
    )
    assert [frame["session"] for frame in talk.ask(slower)] == [{"speed": 0.8}]


@pytest.mark.parametrize("wanted", [SemanticVad("low"), ServerVad(0.6, 300, 900)])
async def test_a_server_that_refuses_a_value_keeps_the_rest_of_the_session(wanted: TurnDetection) -> None:
    """Told at the server in GA's words, as it thinks, and named by it in the beta's."""
    behaviour = Behaviour(dialect="beta", refuses={"session.audio.input.turn_detection": "not here"})
    async with StrictServer(behaviour) as server, call(realtime(server), replace(PLAN, turn_detection=wanted)) as ear:
        assert refusals(*ear.all(ev.PlanRefused)) == ["The tutor did not take the turn taking: not here"]
        assert server.sessions[0].session["instructions"] == PLAN.instructions
        assert server.sessions[0].session["audio"]["output"]["voice"] == "coral"
        (complaint,) = [sent.frame["error"]["param"] for sent in server.sent if sent.type == "error"]
        assert complaint == "session.turn_detection"


@pytest.mark.parametrize(("wanted", "spoken"), [("marin", "coral"), ("cedar", "ash")])
async def test_a_voice_that_came_later_has_a_stand_in_and_the_learner_is_told_once(wanted: str, spoken: str) -> None:
    async with StrictServer(Behaviour(dialect="beta")) as server:
        async with call(realtime(server), replace(PLAN, voice=wanted)) as ear:
            await ear.wait(ev.Trouble)
            assert ear.all(ev.Trouble) == [ev.Trouble(f"This server has no voice called {wanted}: {spoken} speaks.")]
            assert ear.all(ev.PlanApplied)[-1].applied.voice == spoken
            await ear.link.send(cmd.Configure(replace(PLAN, voice=wanted, speed=0.9)))
            assert (await server.wait_for("session.update", 2))["session"] == {"speed": 0.9}
        assert server.complaints == []


@pytest.mark.parametrize("voice", ["alloy", "af_heart", "voice_1234"])
def test_voices_that_we_do_not_know_are_asked_for_by_name_and_nothing_is_said(voice: str) -> None:
    sent: list[Any] = []
    conversation = ConversationState("m", replace(PLAN, voice=voice), sent.append, dialect=BETA)
    conversation.open()
    assert sent[0]["session"]["voice"] == voice
    events = conversation.receive(decode(json.dumps({"type": "session.updated", "session": FLAT})))
    assert [type(event) for event in events] == [ev.PlanApplied, ev.LinkReady]
