"""A lesson by call, with real RTP on loopback: whose sound it is, interruptions, turns by key, and a bad network."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from tests.offline_server.client import speech
from tests.support.run_delay import RunDelay
from tests.tutors.helpers import PLAN, Listener, call, speak
from tests.tutors.realtime.webrtc.bad_network import bad_network
from tests.tutors.realtime.webrtc.helpers import GREETING, calling, likeness, offline_server, sound_of
from tests.tutors.realtime.webrtc.known_voice import said
from tutor_tui.core import events as ev
from tutor_tui.core import pcm
from tutor_tui.core import tutor_commands as cmd
from tutor_tui.core.turn_detection import PushToTalk
from tutor_tui.tutors.realtime.webrtc.preroll import SMALLEST_BYTES

pytestmark = pytest.mark.real_time

LIFE = 1.0
"""The pace of a call: its tracks have the speed of life, whatever a test would like."""


@pytest.fixture(scope="module")
async def base_url() -> AsyncIterator[str]:
    """A server for all of these calls."""
    async with offline_server(known_voice=True) as url:
        yield url


@pytest.fixture
async def ear(base_url: str) -> AsyncIterator[Listener]:
    """A call that stands."""
    async with call(calling(base_url)) as listener:
        yield listener


async def heard_for(ear: Listener, item_id: str, ms: int) -> None:
    """Until so much of an item was heard."""
    await ear.until(lambda: len(sound_of(ear, item_id)) >= pcm.bytes_of(ms))


async def test_the_voice_arrives_whole_and_under_its_own_name(ear: Listener) -> None:
    await ear.link.send(cmd.Greet(""))
    first = await ear.wait(ev.TutorAudio)
    await ear.wait(ev.ReplyEnded)
    done = ear.all(ev.TutorTextDone)[0]
    assert done.item_id == first.item_id
    assert done.text.startswith(f"{GREETING} (Stuck? Ask: "), "what stands in brackets is not said aloud"
    assert ear.all(ev.TutorAudioDone) == [ev.TutorAudioDone(first.item_id)]
    heard = sound_of(ear, first.item_id)
    assert abs(len(heard) - len(said(GREETING))) < pcm.bytes_of(150)
    assert likeness(heard, said(GREETING)) > 0.99
    assert heard == b"".join(event.pcm for event in ear.all(ev.TutorAudio))
    assert pcm.peak(pcm.samples_of(heard[: pcm.bytes_of(120)])) > 48  # it begins with the voice, not with silence
    assert [each.ms for each in ear.all(ev.TutorSoundExpected)][-1] == 0


async def test_sound_comes_at_the_speed_of_life_after_a_cushion(ear: Listener) -> None:
    clock = asyncio.get_running_loop().time
    await ear.link.send(cmd.Greet(""))
    first = await ear.wait(ev.TutorAudio)
    began_s = clock()
    assert len(first.pcm) >= SMALLEST_BYTES
    await ear.wait(ev.TutorAudioDone)
    sound_ms = pcm.ms_of(len(sound_of(ear, first.item_id)))
    assert (clock() - began_s) * 1000 > sound_ms - 600


async def test_the_learners_voice_is_heard_and_answered_and_stops_the_tutor(ear: Listener) -> None:
    await ear.link.send(cmd.Greet(""))
    greeting = (await ear.wait(ev.TutorAudio)).item_id
    await heard_for(ear, greeting, 300)
    await speak(ear.link, speech("cards-001.wav", 800), LIFE)  # into the greeting, which is made already
    await ear.wait(ev.LearnerTextDone)
    assert ear.all(ev.LearnerTextDone)[0].text == "ten of clubs"
    reply = await ear.wait(ev.TutorTextDone, 2)
    assert reply.text.startswith("Well played.")
    await ear.wait(ev.ReplyEnded, 2)
    assert len(sound_of(ear, greeting)) < len(said(GREETING)) * 0.8
    assert likeness(sound_of(ear, reply.item_id), said(reply.text)) > 0.99
    order = [type(event) for event in ear.events if isinstance(event, ev.LearnerStartedSpeaking | ev.ReplyEnded)]
    assert order == [ev.LearnerStartedSpeaking, ev.ReplyEnded, ev.ReplyEnded]
    assert {cut.item_id for cut in ear.all(ev.TutorCut)} == {greeting}


async def test_interrupting_by_key_silences_a_reply_that_is_made_already(ear: Listener) -> None:
    await ear.link.send(cmd.Greet(""))
    greeting = (await ear.wait(ev.TutorAudio)).item_id
    await heard_for(ear, greeting, 300)
    await ear.link.send(cmd.Interrupt("key", (cmd.Unheard(greeting, 200),)))
    await ear.wait(ev.ReplyEnded)
    assert ear.all(ev.TutorAudioDone) == [ev.TutorAudioDone(greeting)]
    heard = sound_of(ear, greeting)
    assert len(heard) < len(said(GREETING)) / 2

    await ear.link.send(cmd.Say("Ten of clubs!", "typed_1"))
    reply = await ear.wait(ev.TutorTextDone, 2)
    assert reply.text.startswith("Well played.")
    await ear.wait(ev.ReplyEnded, 2)
    assert sound_of(ear, greeting) == heard
    assert likeness(sound_of(ear, reply.item_id), said(reply.text)) > 0.99
    assert ear.all(ev.Trouble) == []


async def test_a_turn_by_key_loses_neither_its_beginning_nor_its_end(base_url: str) -> None:
    plan = replace(PLAN, turn_detection=PushToTalk())
    async with call(calling(base_url), plan) as ear:
        await ear.link.send(cmd.BeginTurn())
        await speak(ear.link, speech("cards-002.wav"), LIFE)
        await ear.link.send(cmd.EndTurn())
        await ear.wait(ev.LearnerTextDone)
        assert ear.all(ev.LearnerTextDone)[0].text == "four queen of clubs"
        await ear.wait(ev.ReplyEnded)
        assert ear.all(ev.LearnerStartedSpeaking) == []


async def test_a_key_pressed_for_an_instant_is_no_turn(base_url: str) -> None:
    plan = replace(PLAN, turn_detection=PushToTalk())
    async with call(calling(base_url), plan) as ear:
        await ear.link.send(cmd.BeginTurn())
        ear.link.hear(pcm.silence(40))
        await ear.link.send(cmd.EndTurn())
        await ear.wait(ev.TurnTooShort)
        assert ear.all(ev.LearnerTurnKept) == []


async def test_another_voice_is_not_asked_for_once_this_one_was_heard(ear: Listener) -> None:
    await ear.link.send(cmd.Greet(""))
    await ear.wait(ev.TutorAudio)
    confirmed = len(ear.all(ev.PlanApplied))
    await ear.link.send(cmd.Configure(replace(PLAN, voice="cedar", instructions="Teach well.")))
    await ear.wait(ev.PlanApplied, confirmed + 1)
    await ear.wait(ev.ReplyEnded)
    assert ear.all(ev.PlanRefused) == []


@pytest.mark.slow
async def test_with_five_percent_lost_and_thirty_milliseconds_of_jitter_the_lesson_goes_on() -> None:
    server = offline_server(known_voice=True, bad_network="11")
    with bad_network() as weather:
        async with server as base_url, call(calling(base_url, open_wait_s=60.0, ready_wait_s=60.0)) as ear:
            delay = RunDelay()  # a machine that others use adds that to what a call sounds like
            await ear.link.send(cmd.Greet(""))
            await ear.wait(ev.ReplyEnded, timeout_s=60)
            for number, (name, words) in enumerate([("cards-001.wav", "ten"), ("cards-003.wav", "seven")], start=1):
                await speak(ear.link, speech(name, 900), LIFE)
                await ear.wait(ev.LearnerTextDone, number, timeout_s=60)
                assert words in ear.all(ev.LearnerTextDone)[-1].text
                await ear.wait(ev.ReplyEnded, number + 1, timeout_s=60)
            answers = ear.all(ev.TutorTextDone)
            assert "And the last one?" in answers[-1].text
            for answer in answers:
                heard, aloud = sound_of(ear, answer.item_id), said(answer.text.partition(" (Stuck?")[0])
                assert abs(len(heard) - len(aloud)) < pcm.bytes_of(200 + int(delay.ms))
                assert likeness(heard, aloud) > 0.9
            assert ear.all(ev.Trouble) == []
            assert [event.item_id for event in ear.all(ev.TutorAudioDone)] == [answer.item_id for answer in answers]
    assert weather.lost > weather.sent * 0.03
    assert weather.lost > 20
