"""The turn-based loop when all is well: turns, answers, order, memory, settings."""

from __future__ import annotations

from collections import deque

from tests.support.speech_services import CHAT, MS_PER_CHARACTER, SPEAK, TRANSCRIBE, speech_services
from tests.tutors.helpers import call, speak
from tests.tutors.pipeline.helpers import BY_KEY, BY_VOICE, noise, pipeline, sound_ms
from tutor_tui.core import commands as cmd
from tutor_tui.core import events as ev
from tutor_tui.core import pcm
from tutor_tui.speech.voice_activity import WINDOW_MS


async def test_a_pressed_turn_goes_round_the_whole_loop() -> None:
    async with (
        speech_services(texts=deque(["How are you?"]), answers=deque(["I am fine. And you?"])) as server,
        call(pipeline(server), BY_KEY) as ear,
    ):
        await ear.link.send(cmd.BeginTurn())
        await speak(ear.link, noise(600))
        await ear.link.send(cmd.EndTurn())
        await ear.wait(ev.ReplyEnded)

        story = [
            type(event).__name__ for event in ear.events if not isinstance(event, ev.TutorTextDelta | ev.TutorAudio)
        ]
        assert story == [
            "PlanApplied",
            "LinkReady",
            "LearnerTurnKept",
            "ItemPlaced",
            "ReplyStarted",
            "LearnerTextDone",
            "ItemPlaced",
            "TutorTextDone",
            "TutorAudioDone",
            "ReplyEnded",
        ]
        assert ear.all(ev.LearnerTextDone)[0].text == "How are you?"
        assert ear.all(ev.TutorTextDone)[0].text == "I am fine. And you?"
        assert ear.all(ev.ItemPlaced)[1].previous_item_id == ear.all(ev.ItemPlaced)[0].item_id
        assert [request.path for request in server.requests] == [TRANSCRIBE, CHAT, SPEAK, SPEAK]
        assert server.to(TRANSCRIBE)[0].wav_ms == 600
        assert set(server.to(TRANSCRIBE)[0].form) == {"file", "model", "language"}
        assert server.to(CHAT)[0].json["messages"] == [
            {"role": "system", "content": "Teach."},
            {"role": "user", "content": "How are you?"},
        ]
        assert [request.json["input"] for request in server.to(SPEAK)] == ["I am fine.", "And you?"]
        assert sound_ms(ear.events) == MS_PER_CHARACTER * len("I am fine.And you?")


async def test_voice_activity_begins_and_ends_turns() -> None:
    async with speech_services() as server, call(pipeline(server), BY_VOICE) as ear:
        await speak(ear.link, pcm.silence(600) + noise(500) + pcm.silence(400))
        await ear.wait(ev.ReplyEnded)
        turn = ear.all(ev.LearnerStartedSpeaking)[0].item_id
        assert ear.all(ev.LearnerStoppedSpeaking) == [ev.LearnerStoppedSpeaking(turn)]
        assert ear.all(ev.LearnerTurnKept) == [ev.LearnerTurnKept(turn, None)]
        assert ear.all(ev.LearnerTextDone) == [ev.LearnerTextDone(turn, "Hello.")]
        assert 0 <= server.to(TRANSCRIBE)[0].wav_ms - (100 + 500 + 200) <= 3 * WINDOW_MS
