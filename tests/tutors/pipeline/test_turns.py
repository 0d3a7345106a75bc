"""How a turn begins and ends: by key, by length, by voice; and what of it is sent."""

from __future__ import annotations

from collections import deque
from dataclasses import replace

import pytest

from tests.support.speech_services import CHAT, TRANSCRIBE, speech_services
from tests.tutors.helpers import call, speak
from tests.tutors.pipeline.helpers import BY_KEY, BY_VOICE, noise, pipeline
from tutor_tui.core import events as ev
from tutor_tui.core import pcm
from tutor_tui.core import tutor_commands as cmd
from tutor_tui.core.turn_detection import ServerVad
from tutor_tui.speech.vad import WINDOW_MS
from tutor_tui.tutors.pipeline.endpointing import TAIL_MS


async def test_voice_activity_begins_and_ends_turns() -> None:
    async with speech_services() as server, call(pipeline(server), BY_VOICE) as ear:
        await speak(ear.link, pcm.silence(600) + noise(500) + pcm.silence(400))
        await ear.wait(ev.ReplyEnded)
        turn = ear.all(ev.LearnerStartedSpeaking)[0].item_id
        assert ear.all(ev.LearnerStoppedSpeaking) == [ev.LearnerStoppedSpeaking(turn)]
        assert ear.all(ev.LearnerTurnKept) == [ev.LearnerTurnKept(turn, None)]
        assert ear.all(ev.LearnerTextDone) == [ev.LearnerTextDone(turn, "Hello.")]
        assert 0 <= server.to(TRANSCRIBE)[0].wav_ms - (100 + 500 + 200) <= 3 * WINDOW_MS


async def test_only_a_little_of_the_closing_silence_is_sent() -> None:
    patient = replace(BY_VOICE, turn_detection=ServerVad(0.5, 100, 1_500))
    async with speech_services() as server, call(pipeline(server), patient) as ear:
        await speak(ear.link, pcm.silence(600) + noise(500) + pcm.silence(1_700))
        await ear.wait(ev.ReplyEnded)
        assert 0 <= server.to(TRANSCRIBE)[0].wav_ms - (100 + 500 + TAIL_MS) <= 3 * WINDOW_MS


async def test_a_turn_held_open_is_kept_and_answered_when_let_go() -> None:
    async with (
        speech_services(texts=deque(["I think", "that it is so."])) as server,
        call(pipeline(server), replace(BY_VOICE, answers=False)) as ear,
    ):
        for count in (1, 2):
            await speak(ear.link, pcm.silence(300) + noise(400) + pcm.silence(400))
            await ear.wait(ev.LearnerTextDone, count)
        assert ear.all(ev.ReplyStarted) == []
        await ear.link.send(cmd.Configure(BY_VOICE))
        await ear.link.send(cmd.EndTurn(commit=False))
        await ear.wait(ev.ReplyEnded)
        assert server.to(CHAT)[0].json["messages"][1:] == [{"role": "user", "content": "I think\nthat it is so."}]


async def test_speaking_on_while_the_turn_is_written_down_makes_one_answer_to_both() -> None:
    async with (
        speech_services(texts=deque(["First", "second."]), transcribe_s=0.4) as server,
        call(pipeline(server), BY_VOICE) as ear,
    ):
        await speak(ear.link, pcm.silence(300) + noise(400) + pcm.silence(400))
        await ear.wait(ev.ReplyStarted)
        await speak(ear.link, noise(400) + pcm.silence(400))
        assert (await ear.wait(ev.ReplyEnded)).status == "cancelled"
        assert (await ear.wait(ev.ReplyEnded, 2)).status == "completed"
        assert [request.json["messages"][1:] for request in server.to(CHAT)] == [
            [{"role": "user", "content": "First\nsecond."}]
        ]
        assert {done.text for done in ear.all(ev.LearnerTextDone)} == {"First", "second."}


async def test_a_fixed_length_ends_the_turn_and_the_key_after_it_is_no_news() -> None:
    async with speech_services() as server, call(pipeline(server, record_seconds=0.5), BY_KEY) as ear:
        await ear.link.send(cmd.BeginTurn())
        await speak(ear.link, noise(800))
        await ear.wait(ev.ReplyEnded)
        assert server.to(TRANSCRIBE)[0].wav_ms == 500
        assert [kept.by_itself for kept in ear.all(ev.LearnerTurnKept)] == [True]
        await ear.link.send(cmd.EndTurn())
        await ear.link.send(cmd.BeginTurn())
        await speak(ear.link, noise(200))
        await ear.link.send(cmd.EndTurn())
        await ear.wait(ev.ReplyEnded, 2)
        assert [request.wav_ms for request in server.to(TRANSCRIBE)] == [500, 200]
        assert [kept.by_itself for kept in ear.all(ev.LearnerTurnKept)] == [True, False]
        assert ear.all(ev.Trouble) == []


async def test_changing_the_turn_taking_in_mid_sentence_loses_nothing() -> None:
    async with speech_services() as server, call(pipeline(server), BY_VOICE) as ear:
        await speak(ear.link, pcm.silence(300) + noise(500))
        turn = await ear.wait(ev.LearnerStartedSpeaking)
        await ear.link.send(cmd.Configure(BY_KEY))
        assert (await ear.wait(ev.LearnerTextDone)).item_id == turn.item_id
        assert server.to(TRANSCRIBE)[0].wav_ms >= 450
        await ear.wait(ev.ReplyEnded)
        await ear.link.send(cmd.BeginTurn())
        await speak(ear.link, noise(300))
        await ear.link.send(cmd.Configure(BY_VOICE))
        await speak(ear.link, noise(100))
        await ear.link.send(cmd.EndTurn())
        await ear.wait(ev.ReplyEnded, 2)
        assert server.to(TRANSCRIBE)[1].wav_ms == 400


async def test_sound_may_be_cut_anywhere_and_a_turn_begun_anew_is_forgotten() -> None:
    async with speech_services() as server, call(pipeline(server), BY_KEY) as ear:
        await ear.link.send(cmd.BeginTurn())
        ear.link.hear(noise(300))
        await ear.link.send(cmd.BeginTurn())
        sound = noise(300)
        for at in range(0, len(sound), 333):
            ear.link.hear(sound[at : at + 333])
        await ear.link.send(cmd.EndTurn())
        await ear.wait(ev.ReplyEnded)
        assert [request.wav_ms for request in server.to(TRANSCRIBE)] == [300]
        assert server.to(TRANSCRIBE)[0].form["file"][0].endswith(sound)


async def test_sound_outside_a_pressed_turn_is_not_kept() -> None:
    async with speech_services() as server, call(pipeline(server), BY_KEY) as ear:
        ear.link.hear(noise(1_000))
        await ear.link.send(cmd.EndTurn())
        await ear.wait(ev.TurnTooShort)
        assert server.requests == []


@pytest.mark.slow
async def test_turns_have_a_longest_length() -> None:
    five_minutes = noise(300_000)
    async with speech_services() as server:
        async with call(pipeline(server), BY_KEY) as ear:
            await ear.link.send(cmd.BeginTurn())
            ear.link.hear(five_minutes)
            await ear.wait(ev.ReplyEnded)
        async with call(pipeline(server), BY_VOICE) as ear:
            ear.link.hear(five_minutes)
            await ear.wait(ev.LearnerStoppedSpeaking)
            await ear.wait(ev.ReplyEnded)
        assert [request.wav_ms // 1_000 for request in server.to(TRANSCRIBE)] == [300, 300]


async def test_a_recording_of_fixed_length_says_how_much_of_it_is_left() -> None:
    async with speech_services() as server, call(pipeline(server, record_seconds=2.5), BY_KEY) as ear:
        for turn in (1, 2):
            await ear.link.send(cmd.BeginTurn())
            await speak(ear.link, noise(3_000))
            await ear.wait(ev.LearnerTurnKept, turn)
            await ear.link.send(cmd.EndTurn())
        assert [(left.left_s, left.longest_s) for left in ear.all(ev.TurnRunsOut)] == 2 * [(3, 2.5), (2, 2.5), (1, 2.5)]


async def test_a_turn_that_the_key_ends_is_not_counted_down() -> None:
    async with speech_services() as server, call(pipeline(server), BY_KEY) as ear:
        await ear.link.send(cmd.BeginTurn())
        await speak(ear.link, noise(2_000))
        await ear.link.send(cmd.EndTurn())
        await ear.wait(ev.ReplyEnded)
        assert ear.all(ev.TurnRunsOut) == []
