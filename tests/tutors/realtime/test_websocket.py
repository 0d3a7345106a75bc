"""The link over a real socket, against a server that forgives nothing."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from dataclasses import replace

import pytest

from tests.support.fair_clock import FairClock
from tests.support.strict_calls import Call
from tests.support.strict_server import Behaviour, Reply, StrictServer, tone
from tests.support.virtual_time import in_virtual_time
from tests.tutors.helpers import PLAN, all_answered, call, realtime, speak
from tutor_tui import __version__
from tutor_tui.core import events as ev
from tutor_tui.core import pcm
from tutor_tui.core import tutor_commands as cmd
from tutor_tui.core.lesson_plan import HistoryLine
from tutor_tui.core.problems import LinkLost
from tutor_tui.core.tools import ToolAnswer
from tutor_tui.core.turn_detection import PushToTalk, SemanticVad, ServerVad
from tutor_tui.tutors.realtime.websocket.link import MAX_FRAME_BYTES
from tutor_tui.tutors.realtime.websocket.send_queue import SendQueue

LONG = Reply("one two three four five six seven eight nine ten", tone(5_000))


async def test_no_frame_of_a_whole_conversation_is_refused() -> None:
    """Every command there is, in a conversation with voice, keys, typing and changes, before a strict server."""
    history = (HistoryLine("tutor", "안녕하세요!"), HistoryLine("learner", "Hello"))
    behaviour = Behaviour(replies=[Reply(), LONG], delta_gap_s=0.02, delta_bytes=[4_801, 0, 999])
    async with StrictServer(behaviour) as server, call(realtime(server), replace(PLAN, history=history)) as ear:
        link = ear.link
        await link.send(cmd.Greet("Greet the learner."))
        await ear.wait(ev.ReplyEnded)
        await speak(link, tone(300) + pcm.silence(500))
        await ear.wait(ev.LearnerTextDone)
        sounding = await ear.wait(ev.TutorAudio, len(ear.all(ev.TutorAudio)) + 3)
        await link.send(cmd.Interrupt("key", (cmd.Unheard(sounding.item_id, 120),)))
        await link.send(cmd.Say("typed", "typed_1"))
        await ear.wait(ev.ReplyStarted, 3)
        for change in (
            replace(PLAN, speed=0.8, instructions="Slower."),
            replace(PLAN, turn_detection=SemanticVad("low"), noise_reduction=None),
            replace(PLAN, turn_detection=ServerVad(0.4, 500, 2_000), answers=False, voice="cedar"),
            replace(PLAN, turn_detection=PushToTalk(), noise_reduction="far_field"),
        ):
            await link.send(cmd.Configure(change))
        await link.send(cmd.Repeat())
        await link.send(cmd.EndTurn(commit=False))
        await ear.wait(ev.ReplyEnded, 3)
        await link.send(cmd.BeginTurn())
        await speak(link, tone(300))
        await link.send(cmd.EndTurn())
        await ear.wait(ev.LearnerTurnKept, 2)
        await link.send(cmd.BeginTurn())
        await speak(link, tone(60))
        await link.send(cmd.EndTurn())
        await ear.wait(ev.TurnTooShort)
        await link.send(cmd.BeginTurn())
        await link.send(cmd.BeginTurn())
        await link.send(cmd.Interrupt("key"))
        await link.send(cmd.Interrupt("voice"))
        await all_answered(ear)
        assert server.complaints == []
        assert ear.lost is None
        assert ear.all(ev.PlanRefused) == []
        assert len(server.of_type("conversation.item.truncate")) == 1


async def test_the_call_itself() -> None:
    async with StrictServer(Behaviour(token="sk-1")) as server, call(realtime(server, "sk-1")):
        (path, headers) = server.handshakes[0]
        assert path == "/v1/realtime?model=gpt-realtime-2.1-mini"
        assert headers["authorization"] == "Bearer sk-1"
        assert "openai-beta" not in headers
        assert headers["user-agent"] == f"tutor-tui/{__version__}"
        assert "sec-websocket-extensions" not in headers, "no compression"


async def test_sound_before_ready_goes_nowhere_and_afterwards_all_of_it_in_order() -> None:
    async with StrictServer() as server:
        async with realtime(server).connect(replace(PLAN, turn_detection=PushToTalk())) as link:
            link.hear(tone(100))
            events = link.events()
            async for event in events:
                if isinstance(event, ev.LinkReady):
                    break
            await link.send(cmd.BeginTurn())
            sound = tone(510)
            for at in range(0, len(sound), 700):
                link.hear(sound[at : at + 700])
            await link.send(cmd.EndTurn())
            await server.wait_for("input_audio_buffer.commit")
        assert bytes(server.heard) == sound
        kinds = [received.type for received in server.received if received.type.startswith("input_audio_buffer")]
        assert kinds[0] == "input_audio_buffer.clear"
        assert set(kinds[1:-1]) == {"input_audio_buffer.append"}
        assert kinds[-1] == "input_audio_buffer.commit"
        assert server.complaints == []


async def test_a_microphone_frame_is_on_the_wire_at_once() -> None:
    """Issue: microphone → wire within 10 ms of a bare client. Ours is one step of the loop behind it."""
    async with StrictServer() as server, call(realtime(server), replace(PLAN, turn_detection=PushToTalk())) as ear:
        delays = []
        for number in range(1, 21):
            heard_at = time.monotonic()
            ear.link.hear(tone(20))
            await server.wait_for("input_audio_buffer.append", number)
            appended = [received for received in server.received if received.type == "input_audio_buffer.append"]
            delays.append(appended[-1].at - heard_at)
        assert sorted(delays)[len(delays) // 2] < 0.010
        assert len(base64.b64decode(server.of_type("input_audio_buffer.append")[0]["audio"])) == pcm.FRAME_BYTES


async def test_a_congested_line_drops_sound_and_counts_it() -> None:
    async with StrictServer() as server, call(realtime(server)) as ear:
        link = ear.link
        for _ in range(100):  # two seconds in one step of the loop: nothing can have been sent
            link.hear(pcm.silence(20))
        dropped_ms = getattr(link, "dropped_ms", None)
        assert dropped_ms == 1_000
        await server.until(lambda: len(server.heard) >= pcm.bytes_of(1_000))
        await speak(link, pcm.silence(100))
        await server.until(lambda: len(server.heard) >= pcm.bytes_of(1_100))
        assert len(server.heard) == pcm.bytes_of(1_100)
        longest = max(len(base64.b64decode(frame["audio"])) for frame in server.of_type("input_audio_buffer.append"))
        assert longest <= pcm.bytes_of(100)


async def test_a_server_that_never_confirms_is_ready_after_the_wait() -> None:
    behaviour = Behaviour(confirms_updates=False)
    async with StrictServer(behaviour) as server, call(realtime(server, ready_wait_s=0.2), ready=False) as ear:
        began, clock = time.monotonic(), FairClock()
        await ear.wait(ev.LinkReady)
        assert time.monotonic() - began > 0.1
        assert clock.seconds < 1.0
        await ear.link.send(cmd.Greet(""))
        await ear.wait(ev.ReplyEnded)


async def test_a_server_that_says_nothing_is_lost_with_a_sentence() -> None:
    behaviour = Behaviour(greets=False, confirms_updates=False)
    async with StrictServer(behaviour) as server, call(realtime(server, ready_wait_s=0.2), ready=False) as ear:
        lost = await ear.end()
        assert isinstance(lost, LinkLost)
        assert "says nothing" in lost.title


async def test_beta_names_hold_a_whole_conversation() -> None:
    async with StrictServer(Behaviour(beta_names=True)) as server, call(realtime(server)) as ear:
        await speak(ear.link, tone(300) + pcm.silence(400))
        await ear.wait(ev.ReplyEnded)
        assert ear.all(ev.TutorTextDone)[0].text == Reply().text
        assert b"".join(event.pcm for event in ear.all(ev.TutorAudio)) == Reply().sound()
        assert [event.role for event in ear.all(ev.ItemPlaced)] == ["learner", "tutor"]
        assert ear.all(ev.Unknown) == []


async def test_sound_in_pieces_of_any_size_arrives_whole() -> None:
    async with StrictServer(Behaviour(delta_bytes=[1, 0, 4_799, 3, 20_001])) as server, call(realtime(server)) as ear:
        await ear.link.send(cmd.Greet(""))
        await ear.wait(ev.ReplyEnded)
        assert b"".join(event.pcm for event in ear.all(ev.TutorAudio)) == Reply().sound()


async def test_barge_in_by_voice_and_nothing_beyond_what_came_is_truncated() -> None:
    async with StrictServer(Behaviour(replies=[LONG], delta_gap_s=0.02)) as server, call(realtime(server)) as ear:
        await ear.link.send(cmd.Greet(""))
        first = await ear.wait(ev.TutorAudio, 5)
        await speak(ear.link, tone(120))
        await ear.wait(ev.LearnerStartedSpeaking)
        await ear.link.send(cmd.Interrupt("voice", (cmd.Unheard(first.item_id, 99_999),)))
        ended = await ear.wait(ev.ReplyEnded)
        assert (ended.status, ended.reason) == ("cancelled", "turn_detected")
        await server.wait_for("conversation.item.truncate")
        await all_answered(ear)
        assert server.of_type("response.cancel") == []
        assert server.complaints == []


async def test_a_reply_of_which_nothing_was_heard_is_deleted() -> None:
    async with StrictServer(Behaviour(replies=[LONG], delta_gap_s=0.02)) as server, call(realtime(server)) as ear:
        await ear.link.send(cmd.Greet(""))
        first = await ear.wait(ev.TutorAudio)
        await ear.link.send(cmd.Interrupt("key", (cmd.Unheard(first.item_id, 0),)))
        assert (await ear.wait(ev.ReplyEnded)).reason == "client_cancelled"
        await server.wait_told("conversation.item.deleted")
        assert server.complaints == []


async def test_voice_and_typing_at_once_are_both_answered_one_after_the_other() -> None:
    """The typed request meets the server's own reply: made again after it, and nobody hears of the race."""
    behaviour = Behaviour(reply_delay_s=0.1)
    async with StrictServer(behaviour) as server, call(realtime(server)) as ear:
        await speak(ear.link, tone(300) + pcm.silence(280))
        ear.link.hear(pcm.silence(20))
        await ear.link.send(cmd.Say("typed", "t1"))
        await ear.wait(ev.ReplyEnded, 2)
        assert len(ear.all(ev.ReplyStarted)) == 2
        assert ear.all(ev.Trouble) == []


async def test_a_refused_setting_leaves_the_others_in_force() -> None:
    refuses = {"session.audio.output.voice": "no such voice"}
    async with (
        StrictServer(Behaviour(refuses=refuses, echoes_event_ids=False)) as server,
        call(realtime(server)) as ear,
    ):
        (refused,) = ear.all(ev.PlanRefused)
        assert refused.reason == "The tutor did not take the voice: no such voice"
        session = server.sessions[0].session
        assert session["instructions"] == PLAN.instructions
        assert session["audio"]["input"]["turn_detection"]["silence_duration_ms"] == 300
        assert session["reasoning"] == {"effort": "low"}


async def test_a_change_refused_live_springs_back_and_says_why() -> None:
    refuses = {"session.audio.output.speed": "too slow"}
    behaviour = Behaviour()
    async with StrictServer(behaviour) as server, call(realtime(server)) as ear:
        behaviour.refuses = refuses
        await ear.link.send(cmd.Configure(replace(PLAN, speed=0.3, turn_detection=SemanticVad("low"))))
        refused = await ear.wait(ev.PlanRefused)
        assert "too slow" in refused.reason
        applied = (await ear.wait(ev.PlanApplied, len(ear.all(ev.PlanApplied)))).applied
        assert (applied.speed, applied.turn_detection) == (1.0, SemanticVad("low"))


async def test_a_whole_reply_costs_money() -> None:
    async with StrictServer() as server, call(realtime(server)) as ear:
        await ear.link.send(cmd.Greet(""))
        bill = await ear.wait(ev.Usage)
        assert bill.usd == pytest.approx((55 * 0.60 + 64 * 0.06 + 13 * 10 + 30 * 2.40 + 91 * 20) / 1_000_000)


@pytest.mark.parametrize(
    "raw",
    [
        '{"type":',
        b"\x00\xff",
        "[1,2]",
        '{"type":"response.output_audio.delta","item_id":"x","delta":"%"}',
        "[" * 99_999,
    ],
    ids=["malformed", "binary", "list", "not base64", "deep"],
)
async def test_garbage_is_told_once_counted_and_survived(raw: str | bytes) -> None:
    async with StrictServer() as server, call(realtime(server)) as ear:
        await server.send_raw(raw)
        await server.send_raw(raw)
        await ear.wait(ev.Unknown, 2)
        await ear.link.send(cmd.Say("still there?", "t1"))
        await ear.wait(ev.ReplyEnded)
        (trouble,) = ear.all(ev.Trouble)
        assert trouble.title.endswith(".")
        assert trouble.hint
        assert not trouble.fatal


async def test_a_frame_of_10_mb_is_read() -> None:
    async with StrictServer() as server, call(realtime(server)) as ear:
        sound = bytes(7_500_000)
        delta = base64.b64encode(sound).decode()
        await server.say("response.output_audio.delta", item_id="big", response_id="r", delta=delta)
        assert (await ear.wait(ev.TutorAudio)).pcm == sound
        await server.send_raw(" " * 10_000_000)
        await ear.wait(ev.Trouble)
        await ear.link.send(cmd.Say("still there?", "t1"))
        await ear.wait(ev.ReplyEnded)


async def test_a_frame_beyond_16_mib_ends_the_line_with_one_sentence() -> None:
    async with StrictServer() as server, call(realtime(server)) as ear:
        await server.send_raw("x" * (MAX_FRAME_BYTES + 1))
        lost = await ear.end()
        assert isinstance(lost, LinkLost)
        assert "16 MiB" in lost.title
        assert lost.retry


async def test_garbage_right_at_the_start_does_not_hinder_the_lesson() -> None:
    behaviour = Behaviour(opening_frames=["{", b"\x00", '{"type":"x"}'])
    async with StrictServer(behaviour) as server, call(realtime(server)) as ear:
        assert len(ear.all(ev.Unknown)) == 3


async def test_what_we_send_is_json_text_in_utf_8() -> None:
    async with StrictServer() as server, call(realtime(server)) as ear:
        await ear.link.send(cmd.Say("한국어 😀", "t1"))
        frame = await server.wait_for("conversation.item.create")
        assert frame["item"]["content"][0]["text"] == "한국어 😀"
        assert "한국어" in json.dumps(frame, ensure_ascii=False)


async def test_a_fault_while_sending_ends_the_conversation(monkeypatch: pytest.MonkeyPatch) -> None:
    """It used to end the writer alone: the lesson looked alive, and nothing was sent any more."""

    def fail(_queue: SendQueue) -> str:
        raise ZeroDivisionError

    async with StrictServer() as server, call(realtime(server)) as ear:
        monkeypatch.setattr(SendQueue, "_next", fail)
        await ear.link.send(cmd.Greet("Greet the learner."))
        assert isinstance(await ear.end(), ZeroDivisionError)


async def test_an_id_that_could_not_go_out_does_no_harm() -> None:
    """Half a surrogate pair in a call's id used to end the writer."""
    spoilt = "call_\ud83d"
    reply = Reply("Hm.", calls=(Call("note_word", '{"term":"cat"}', id=spoilt),))
    async with StrictServer(Behaviour(replies=[reply])) as server, call(realtime(server)) as ear:
        await ear.link.send(cmd.Greet("Greet the learner."))
        called = await ear.wait(ev.ToolCalled)
        await ear.link.send(cmd.AnswerTools((ToolAnswer(called.call.call_id, "{}"),), speak=False))
        await server.wait_for("conversation.item.create", 2)
        assert ear.lost is None


def test_what_was_kept_finds_room_in_the_queue_and_leaves_room_for_what_follows() -> None:
    async def main() -> None:
        queue, sent = SendQueue(), list[str]()
        second = [pcm.silence(pcm.FRAME_MS)] * 50
        for frame in second * 10:
            queue.hear(frame, kept=True)
        for frame in second:
            queue.hear(frame)
        assert queue.dropped_ms == 0
        queue.hear(second[0])
        assert queue.dropped_ms == pcm.FRAME_MS, "a second more than that is too much"

        async def send(text: str) -> None:
            sent.append(text)

        sending = asyncio.create_task(queue.run(send))
        await asyncio.sleep(0.1)
        sending.cancel()
        sound = b"".join(base64.b64decode(json.loads(text)["audio"]) for text in sent)
        assert pcm.ms_of(len(sound)) == 11_000
        for frame in [*second, second[0]]:
            queue.hear(frame)
        assert queue.dropped_ms == 2 * pcm.FRAME_MS, "and when it has gone out, a second is the most again"

    in_virtual_time(main())
