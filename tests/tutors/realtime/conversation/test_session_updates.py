"""Changes of the settings in the middle of a conversation: sent, confirmed, refused."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.tutors.helpers import refusals
from tests.tutors.realtime.conversation.talk import PLAN, SESSION, Talk
from tutor_tui.core import events as ev
from tutor_tui.core import tutor_commands as cmd
from tutor_tui.core.turn_detection import PushToTalk, SemanticVad, ServerVad
from tutor_tui.openai_api.realtime.vendor_dialects import DIALECTS


def test_a_change_sends_only_what_changed_each_setting_by_itself() -> None:
    talk = Talk()
    frames = talk.ask(cmd.Configure(replace(PLAN, instructions="Be brief.", speed=0.8)))
    assert [frame["session"] for frame in frames] == [
        {"type": "realtime", "instructions": "Be brief."},
        {"type": "realtime", "audio": {"output": {"speed": 0.8}}},
    ]
    assert talk.ask(cmd.Configure(replace(PLAN, instructions="Be brief.", speed=0.8))) == []
    (held,) = talk.ask(cmd.Configure(replace(PLAN, instructions="Be brief.", speed=0.8, answers=False)))
    assert held["session"]["audio"]["input"]["turn_detection"]["create_response"] is False


def test_of_two_changes_the_first_to_be_confirmed_says_that_another_is_on_its_way() -> None:
    talk = Talk()
    assert len(talk.ask(cmd.Configure(replace(PLAN, instructions="Be brief.", speed=0.8)))) == 2
    said = [talk.hear("session.updated", session=SESSION) for _ in range(2)]
    assert [event.more for events in said for event in events if isinstance(event, ev.PlanApplied)] == [True, False]


def test_noise_reduction_can_be_turned_off() -> None:
    (frame,) = Talk().ask(cmd.Configure(replace(PLAN, noise_reduction=None)))
    assert frame["session"] == {"type": "realtime", "audio": {"input": {"noise_reduction": None}}}


def test_the_voice_is_changed_before_the_first_sound_and_never_after() -> None:
    talk = Talk()
    assert len(talk.ask(cmd.Configure(replace(PLAN, voice="cedar")))) == 1
    talk.reply(done=True)
    assert talk.ask(cmd.Configure(replace(PLAN, voice="coral"))) == []


def test_the_pace_waits_for_the_end_of_the_reply() -> None:
    talk = Talk()
    talk.reply()
    assert talk.ask(cmd.Configure(replace(PLAN, speed=0.7))) == []
    assert talk.ask(cmd.Configure(replace(PLAN, speed=0.8))) == []
    talk.done()
    assert [frame["session"]["audio"] for frame in talk.sent()] == [{"output": {"speed": 0.8}}]


def test_a_pace_that_met_a_reply_just_begun_is_sent_again_after_it() -> None:
    talk = Talk()
    (update,) = talk.ask(cmd.Configure(replace(PLAN, speed=0.7)))
    talk.reply()
    assert talk.error("invalid_value", "between turns only", event_id=update["event_id"]) == []
    assert talk.sent() == []
    talk.done()
    (again,) = talk.sent()
    assert again["session"]["audio"] == {"output": {"speed": 0.7}}
    assert isinstance(talk.error("invalid_value", "never", event_id=again["event_id"])[0], ev.PlanRefused)


def test_what_is_applied_is_told_in_ga_and_beta_shape() -> None:
    talk = Talk()
    ga = {
        "model": "m",
        "audio": {
            "input": {"turn_detection": {"type": "semantic_vad", "eagerness": "high"}},
            "output": {"voice": "cedar", "speed": 1},
        },
    }
    (applied,) = talk.hear("session.updated", session=ga)
    assert isinstance(applied, ev.PlanApplied)
    assert (applied.applied.turn_detection, applied.applied.voice) == (SemanticVad("high"), "cedar")
    assert (applied.applied.speed, applied.applied.model) == (1.0, "m")
    vad = {"type": "server_vad", "threshold": 0.4, "prefix_padding_ms": 300, "silence_duration_ms": 700}
    (applied,) = talk.hear("session.updated", session={"turn_detection": vad, "voice": "echo"})
    assert isinstance(applied, ev.PlanApplied)
    assert (applied.applied.turn_detection, applied.applied.voice) == (ServerVad(0.4, 300, 700), "echo")
    (applied,) = talk.hear("session.updated", session={"audio": {"input": {"turn_detection": None}}})
    assert isinstance(applied, ev.PlanApplied)
    assert applied.applied.turn_detection == PushToTalk()
    (applied,) = talk.hear("session.updated", session={"audio": "?", "turn_detection": {"type": "x"}, "speed": "fast"})
    assert isinstance(applied, ev.PlanApplied)
    assert applied.applied.turn_detection is None
    assert applied.applied.speed is None


def test_a_refusal_by_event_id_springs_back_and_can_be_tried_again() -> None:
    talk = Talk()
    pace, _ = talk.ask(cmd.Configure(replace(PLAN, speed=0.3, turn_detection=PushToTalk())))
    events = talk.error("invalid_value", "too slow", event_id=pace["event_id"])
    assert refusals(*events) == ["The tutor did not take the speaking pace: too slow"]
    again = talk.ask(cmd.Configure(replace(PLAN, speed=0.3, turn_detection=PushToTalk())))
    assert [frame["session"]["audio"] for frame in again] == [{"output": {"speed": 0.3}}]
    talk.error("invalid_value", "too slow", event_id=again[0]["event_id"])
    assert talk.ask(cmd.Configure(replace(PLAN, turn_detection=PushToTalk()))) == [], "the old pace is still in force"


def test_a_refusal_without_event_id_is_the_oldest_update_and_the_others_stand() -> None:
    talk = Talk()
    talk.ask(cmd.Configure(replace(PLAN, speed=0.3, turn_detection=PushToTalk())))
    (refused,) = talk.error("invalid_value", "too slow", event_id=None)
    assert isinstance(refused, ev.PlanRefused)
    (applied,) = talk.hear("session.updated", session=SESSION)
    assert isinstance(applied, ev.PlanApplied)


def test_a_refusal_that_names_its_setting_finds_it_among_several() -> None:
    talk = Talk()
    talk.ask(cmd.Configure(replace(PLAN, instructions="Be brief.", speed=0.3)))
    (refused,) = talk.error("invalid_value", "too slow", param="session.audio.output.speed")
    assert (
        isinstance(refused, ev.PlanRefused) and refused.reason == "The tutor did not take the speaking pace: too slow"
    )
    (again,) = talk.ask(cmd.Configure(replace(PLAN, instructions="Be brief.", speed=0.3)))
    assert again["session"]["audio"] == {"output": {"speed": 0.3}}


def test_errors_of_a_server_that_never_confirms_are_not_taken_for_refusals() -> None:
    talk = Talk(ready=False)
    talk.hear("session.created", session=SESSION)
    talk.conversation.overdue()
    assert isinstance(talk.error("strange", "what?")[0], ev.Trouble)
    assert talk.sent() == []
    (update,) = talk.ask(cmd.Configure(replace(PLAN, speed=0.3)))
    assert isinstance(talk.error("strange", "what?")[0], ev.Trouble)
    assert isinstance(talk.error("strange", "too slow", event_id=update["event_id"])[0], ev.PlanRefused)


def test_an_error_about_something_else_does_not_refuse_an_update() -> None:
    talk = Talk()
    talk.ask(cmd.Configure(replace(PLAN, speed=0.3)))
    assert talk.error("response_cancel_not_active", event_id=None) == []
    (trouble,) = talk.error("invalid_value", "what?", param="item.id")
    assert isinstance(trouble, ev.Trouble)
    (trouble,) = talk.error("invalid_value", "what?", event_id="another")
    assert isinstance(trouble, ev.Trouble)
    assert [type(event) for event in talk.error("invalid_value", "too slow")] == [ev.PlanRefused]


def test_a_refused_set_up_is_sent_again_in_pieces_so_that_only_the_bad_one_is_lost() -> None:
    talk = Talk(ready=False)
    events = talk.error("invalid_value", "no such voice", param="session.audio.output.voice", event_id=None)
    assert refusals(*events) == ["The tutor did not take the voice: no such voice"]
    pieces = talk.sent()
    assert len(pieces) == 10
    assert all("voice" not in json.dumps(piece) for piece in pieces)
    assert not talk.is_ready()
    for _ in range(11):
        events = talk.hear("session.updated", session=SESSION)
    assert isinstance(events[-1], ev.LinkReady)


def test_a_refusal_that_names_nothing_finds_its_culprit_piece_by_piece() -> None:
    talk = Talk(ready=False, model="some-local-model")
    assert talk.error("unknown_parameter", "unknown key") == []
    pieces = talk.sent()
    assert len(pieces) == 11
    told: list[ev.TutorEvent] = []
    for piece in pieces:
        bad = "truncation" in piece["session"] or "instructions" in piece["session"]
        told += talk.error("unknown_parameter", "what") if bad else talk.hear("session.updated", session=SESSION)
    assert refusals(*told) == ["The tutor did not take the instructions: what"]
    assert ev.Unknown("refused: truncation") in told, "the learner did not choose it, so it is only counted"
    assert talk.is_ready()


def test_one_refused_setting_names_itself_and_there_is_more_to_come() -> None:
    talk = Talk()
    talk.reply()
    plan = replace(PLAN, speed=0.8, turn_detection=ServerVad(0.9, 300, 500))
    (update,) = talk.ask(cmd.Configure(plan))
    (refused,) = talk.error("invalid_value", "too deaf", event_id=update["event_id"])
    assert isinstance(refused, ev.PlanRefused)
    assert (refused.setting, refused.more) == ("turn_detection", True)
    talk.done()
    (pace,) = talk.sent()
    assert pace["session"]["audio"]["output"]["speed"] == 0.8
    (applied,) = talk.hear("session.updated", session={})
    assert isinstance(applied, ev.PlanApplied) and not applied.more


def test_of_several_changes_only_the_last_answer_settles() -> None:
    talk = Talk()
    talk.ask(cmd.Configure(replace(PLAN, speed=0.8, turn_detection=ServerVad(0.9, 300, 500))))
    more = [event.more for _ in range(2) for event in talk.hear("session.updated", session={})]  # type: ignore[union-attr]
    assert more == [True, False]


def test_a_refused_voice_leaves_the_plans_and_not_its_stand_in() -> None:
    talk = Talk(dialect=DIALECTS["beta"], ready=False)
    talk.hear("session.created", session={"voice": "alloy", "input_audio_format": "pcm16"})
    talk.hear("session.updated", session={"voice": "coral", "input_audio_format": "pcm16"})
    talk.sent()
    (update,) = talk.ask(cmd.Configure(replace(PLAN, voice="verse")))
    (refused,) = talk.error("invalid_value", "no such voice", event_id=update["event_id"])
    assert isinstance(refused, ev.PlanRefused)
    assert (refused.setting, refused.voice) == ("voice", "marin")


@pytest.mark.parametrize("kept", [0.30000001192092896, 0.2999999999])
def test_a_server_that_keeps_less_exact_figures_says_the_same(kept: float) -> None:
    vad = {"type": "server_vad", "threshold": kept, "prefix_padding_ms": 300, "silence_duration_ms": 500}
    (applied, *_) = Talk().hear("session.updated", session={"turn_detection": vad, "speed": kept})
    assert isinstance(applied, ev.PlanApplied)
    assert applied.applied.turn_detection == ServerVad(0.3, 300, 500)
    assert applied.applied.speed == 0.3
