"""The turn-based loop when all is well: turns, answers, order, memory, settings."""

from __future__ import annotations

from collections import deque
from dataclasses import replace

import pytest

from tests.support.speech_services import CHAT, MS_PER_CHARACTER, SPEAK, TRANSCRIBE, speech_services, voice
from tests.tutors.helpers import call, speak
from tests.tutors.pipeline.helpers import BY_KEY, BY_VOICE, noise, pipeline, sound_ms
from tutor_tui.core import events as ev
from tutor_tui.core import pcm
from tutor_tui.core import tutor_commands as cmd
from tutor_tui.core.lesson_plan import HistoryLine
from tutor_tui.core.turn_detection import SemanticVad


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


async def test_the_greeting_follows_the_instructions_and_stays_in_memory() -> None:
    history = (HistoryLine("tutor", "See you!"), HistoryLine("learner", "Bye."))
    async with speech_services() as server, call(pipeline(server), replace(BY_KEY, history=history)) as ear:
        await ear.link.send(cmd.Greet("Greet the learner."))
        await ear.wait(ev.ReplyEnded)
        await ear.link.send(cmd.Say("Hi!", "typed_1"))
        await ear.wait(ev.ReplyEnded, 2)
        assert [placed.item_id for placed in ear.all(ev.ItemPlaced) if placed.role == "learner"] == ["typed_1"]
        assert server.to(CHAT)[1].json["messages"] == [
            {"role": "system", "content": "Teach."},
            {"role": "user", "content": "(The lesson goes on.)"},
            {"role": "assistant", "content": "See you!"},
            {"role": "user", "content": "Bye.\nGreet the learner."},
            {"role": "assistant", "content": "Good. Go on!"},
            {"role": "user", "content": "Hi!"},
        ]


async def test_a_voice_stops_the_answer_and_only_what_was_heard_is_remembered() -> None:
    answer = "One two three four. Five six seven eight. Nine ten eleven twelve. And so on. And so on. And so on."
    async with (
        speech_services(answers=deque([answer]), sound_gap_s=0.05) as server,
        call(pipeline(server), BY_VOICE) as ear,
    ):
        await ear.link.send(cmd.Greet("Count."))
        await ear.until(lambda: sound_ms(ear.events) > 900)
        item = ear.all(ev.TutorAudio)[0].item_id
        await speak(ear.link, noise(200))
        await ear.wait(ev.LearnerStartedSpeaking)
        ended = await ear.wait(ev.ReplyEnded)
        assert (ended.status, ended.reason) == ("cancelled", "turn_detected")
        await server.until(lambda: server.to(SPEAK)[-1].left or server.to(SPEAK)[-2].left)

        await ear.link.send(cmd.Interrupt("voice", (cmd.Unheard(item, 400),)))
        await speak(ear.link, pcm.silence(400))
        await ear.wait(ev.ReplyEnded, 2)
        told = server.to(CHAT)[1].json["messages"]
        assert told[-2:] == [{"role": "assistant", "content": "One two"}, {"role": "user", "content": "Hello."}]

        after = ear.events[ear.events.index(ended) + 1 :]
        assert [event for event in after if getattr(event, "item_id", "") == item] == [], "a stopped answer is silent"
        shown = [done.text for done in ear.all(ev.TutorTextDone) if done.item_id == item][-1]
        assert answer.startswith(shown)
        assert shown != answer


async def test_the_key_stops_the_chat_before_its_first_sentence() -> None:
    async with (
        speech_services(answers=deque(["A long sentence that never comes to its end", "Yes."]), word_s=0.1) as server,
        call(pipeline(server), BY_KEY) as ear,
    ):
        await ear.link.send(cmd.Say("Hi!", "typed_1"))
        await ear.wait(ev.TutorTextDelta, 2)
        await ear.link.send(cmd.Interrupt("key"))
        assert (await ear.wait(ev.ReplyEnded)).status == "cancelled"
        await server.until(lambda: server.to(CHAT)[0].left)
        assert server.to(SPEAK) == []
        assert ear.all(ev.TutorTextDone) == [], "what was shown stays on the screen, unheard"
        await ear.link.send(cmd.Say("Hello?", "typed_2"))
        await ear.wait(ev.ReplyEnded, 2)
        assert server.to(CHAT)[1].json["messages"][1:] == [{"role": "user", "content": "Hi!\nHello?"}]


async def test_an_answer_that_was_sent_but_not_heard_is_cut_afterwards() -> None:
    async with (
        speech_services(answers=deque(["One two. Three four."])) as server,
        call(pipeline(server), BY_KEY) as ear,
    ):
        await ear.link.send(cmd.Greet("Count."))
        await ear.wait(ev.ReplyEnded)
        item = ear.all(ev.TutorAudio)[0].item_id
        first_ms = MS_PER_CHARACTER * len("One two.")
        await ear.link.send(cmd.Interrupt("key", (cmd.Unheard(item, first_ms),)))
        await ear.link.send(cmd.Say("Stop.", "typed_1"))
        await ear.wait(ev.ReplyEnded, 2)
        assert server.to(CHAT)[1].json["messages"][-2:] == [
            {"role": "assistant", "content": "One two."},
            {"role": "user", "content": "Stop."},
        ]
        assert [ended.status for ended in ear.all(ev.ReplyEnded)] == ["completed", "completed"]


async def test_sentences_sound_in_order_with_one_request_ahead() -> None:
    answer = "One is short. Two is a good deal longer than one. Three. Four is here. Five is the last of all."
    async with (
        speech_services(answers=deque([answer]), first_sound_s=0.08, sound_gap_s=0.01) as server,
        call(pipeline(server), BY_KEY) as ear,
    ):
        await ear.link.send(cmd.Greet("Count."))
        await ear.wait(ev.ReplyEnded)
        asked = [request.json["input"] for request in server.to(SPEAK)]
        assert asked == [f"{part}." for part in answer.rstrip(".").split(". ")]
        sound = b"".join(event.pcm for event in ear.all(ev.TutorAudio))
        assert sound == b"".join(voice(text) for text in asked)
        assert server.most_at_once[SPEAK] == 2


async def test_repeat_says_the_same_words_slower_without_the_chat() -> None:
    async with speech_services(answers=deque(["Hello. Come in!"])) as server, call(pipeline(server), BY_KEY) as ear:
        await ear.link.send(cmd.Repeat())
        assert (await ear.wait(ev.Trouble)).title == "There is nothing to repeat yet."
        await ear.link.send(cmd.Greet("Greet."))
        await ear.wait(ev.ReplyEnded, 2)
        await ear.link.send(cmd.Repeat())
        await ear.wait(ev.ReplyEnded, 3)
        assert len(server.to(CHAT)) == 1
        said = [(request.json["input"], request.json.get("speed", 1.0)) for request in server.to(SPEAK)]
        assert said == [("Hello.", 1.0), ("Come in!", 1.0), ("Hello.", 0.8), ("Come in!", 0.8)]
        assert [done.text for done in ear.all(ev.TutorTextDone)] == ["Hello. Come in!"] * 2


async def test_a_check_in_is_a_note_that_the_tutor_answers() -> None:
    answers = deque(["What is your name?", "No hurry. My name is …?"])
    async with speech_services(answers=answers) as server, call(pipeline(server), BY_KEY) as ear:
        await ear.link.send(cmd.Greet("Greet."))
        await ear.wait(ev.ReplyEnded)
        await ear.link.send(cmd.CheckIn("Gently."))
        await ear.wait(ev.ReplyEnded, 2)
        assert server.to(CHAT)[-1].json["messages"][-1]["content"] == "Gently."
        assert ear.all(ev.TutorTextDone)[-1].text == "No hurry. My name is …?"


async def test_instructions_pace_voice_and_turn_taking_change_in_mid_lesson() -> None:
    async with speech_services() as server, call(pipeline(server), BY_KEY) as ear:
        await ear.link.send(cmd.Say("Hi!", "typed_1"))
        await ear.wait(ev.ReplyEnded)
        eager = SemanticVad("high")
        await ear.link.send(
            cmd.Configure(replace(BY_KEY, instructions="Joke.", speed=0.7, voice="cedar", turn_detection=eager))
        )
        applied = (await ear.wait(ev.PlanApplied, 2)).applied
        assert (applied.turn_detection, applied.voice, applied.speed, applied.model) == (eager, "cedar", 0.7, "mind")
        await speak(ear.link, pcm.silence(300) + noise(400) + pcm.silence(1_000))
        await ear.wait(ev.ReplyEnded, 2)
        assert server.to(CHAT)[1].json["messages"][0]["content"] == "Joke."
        request = server.to(SPEAK)[-1].json
        assert (request["voice"], request["speed"]) == ("cedar", 0.7)
        assert "speed" not in server.to(SPEAK)[0].json


async def test_the_bill_is_added_up_for_models_with_a_price() -> None:
    async with speech_services(answers=deque(["Hello."])) as server:
        openai = {
            "transcribe": server.service("gpt-transcribe"),
            "chat": server.service("gpt-6-luna", options={"stream_options": {"include_usage": True}}),
            "speak": server.service("gpt-4o-mini-tts"),
        }
        async with call(pipeline(server, **openai), BY_KEY) as ear:
            await ear.link.send(cmd.BeginTurn())
            ear.link.hear(noise(6_000))
            await ear.link.send(cmd.EndTurn())
            await ear.wait(ev.ReplyEnded)
            costs = [usage.usd for usage in ear.all(ev.Usage)]
            spoken_s = MS_PER_CHARACTER * len("Hello.") / 1000
            assert costs == pytest.approx([0.0045 / 10, (1_000 * 0.10 + 100 * 0.50) / 1e6, 0.015 * spoken_s / 60])
            assert server.to(TRANSCRIBE)[0].form["languages[]"] == [b"en", b"de"]


async def test_connections_are_used_again() -> None:
    async with speech_services() as server, call(pipeline(server), BY_KEY) as ear:
        for count in range(1, 5):
            await ear.link.send(cmd.Say("Hi!", f"typed_{count}"))
            await ear.wait(ev.ReplyEnded, count)
        assert ear.all(ev.Trouble) == []
        assert len(server.requests) == 12
        assert server.connections <= 3


async def test_what_a_local_model_thinks_aloud_is_not_said() -> None:
    thought = "<think> She greets me. I greet back. </think> Hello! Come in."
    answers = deque([thought, "<b> is a tag."])
    async with speech_services(answers=answers) as server, call(pipeline(server), BY_KEY) as ear:
        await ear.link.send(cmd.Say("Hi!", "typed_1"))
        await ear.wait(ev.ReplyEnded)
        await ear.link.send(cmd.Say("What is <b>?", "typed_2"))
        await ear.wait(ev.ReplyEnded, 2)
        assert [done.text for done in ear.all(ev.TutorTextDone)] == ["Hello! Come in.", "<b> is a tag."]


async def test_a_connection_that_the_server_closed_meanwhile_is_no_trouble() -> None:
    async with speech_services() as server, call(pipeline(server), BY_KEY) as ear:
        await ear.link.send(cmd.Say("Hi!", "typed_1"))
        await ear.wait(ev.ReplyEnded)
        server.drop_next = 2
        await ear.link.send(cmd.Say("Hi!", "typed_2"))
        assert (await ear.wait(ev.ReplyEnded, 2)).status == "completed"
        assert ear.all(ev.Trouble) == []
        server.drop_next = 99
        await ear.link.send(cmd.Say("Hi!", "typed_3"))
        assert (await ear.wait(ev.ReplyEnded, 3)).status == "failed"
        assert (await ear.wait(ev.Trouble)).title == "The chat service broke off."
