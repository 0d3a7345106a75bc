"""One contract, every tutor: scripted, realtime on a strict server, offline in its real child process, pipeline."""

from __future__ import annotations

import wave
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
import soxr

from tests.offline_server.client import speech
from tests.support.fair_clock import FairClock
from tests.support.paths import SAMPLES
from tests.support.speech_services import speech_services
from tests.support.strict_server import Behaviour, Reply, StrictServer, tone
from tests.support.strict_vendor import Vendor
from tests.support.strict_vendors import VENDORS
from tests.tutors.helpers import PLAN, Listener, call, realtime, speak
from tests.tutors.realtime.webrtc.helpers import calling, offline_server
from tutor_tui.core import events as ev
from tutor_tui.core import pcm
from tutor_tui.core import tutor_commands as cmd
from tutor_tui.core.lesson_plan import HistoryLine
from tutor_tui.core.ports import Tutor
from tutor_tui.core.problems import LinkLost
from tutor_tui.core.settings import DialectName
from tutor_tui.core.turn_detection import PushToTalk, ServerVad, TurnDetection
from tutor_tui.testing.scripted_tutor import Hear, ScriptedTutor, Step, Until, learner_says, tutor_says
from tutor_tui.tutors.offline.tutor import OfflineTutor
from tutor_tui.tutors.pipeline.tutor import PipelineTutor
from tutor_tui.tutors.recording.player import ReplayedTutor
from tutor_tui.tutors.recording.recorder import RecordedTutor, RecordingFile

SPEECH = SAMPLES / "austen-0880.wav"
HISTORY = (HistoryLine("tutor", "Hello! What is your name?"), HistoryLine("learner", "My name is Anna."))
DIALECT: Mapping[str, DialectName] = {"realtime" if name == "ga" else name: name for name in VENDORS}
TUTORS = ("scripted", *DIALECT, "offline", "pipeline", "webrtc", "replayed")
LIFE = 1.0
"""The pace of a call: its tracks have the speed of life, whatever a test would like."""


def human_speech() -> bytes:
    """A sentence that a person read, as the microphone gives it, and the silence after it."""
    with wave.open(str(SPEECH), "rb") as file:
        samples = pcm.samples_of(file.readframes(file.getnframes()))
        rate_hz = file.getframerate()
    resampled = soxr.resample(np.asarray(samples, dtype=np.int16), rate_hz, pcm.RATE_HZ)
    return bytes(resampled.astype("<i2").tobytes()) + pcm.silence(1_500)


def script() -> list[Step]:
    """What a good tutor does in `hold_a_lesson`."""
    stopped: list[Step] = [
        step for step in tutor_says("one two three four", "t4") if not isinstance(step, ev.ReplyEnded)
    ]
    return [
        Until(cmd.Greet),
        *tutor_says("Hello there!", "t1"),
        Hear(1_000),
        *learner_says("he was not an ill disposed young man", "l1", "t1"),
        *tutor_says("Well said.", "t2", "l1"),
        Until(cmd.Say),
        ev.ItemPlaced("typed_1", "t2", "learner"),
        *tutor_says("I see.", "t3", "typed_1"),
        Until(cmd.Repeat),
        *stopped,
        Until(cmd.Interrupt),
        ev.ReplyEnded("reply_t4", "cancelled", "client_cancelled"),
        Until(cmd.EndTurn),
        ev.LearnerTurnKept("l2", "t4"),
        ev.ItemPlaced("l2", "t4", "learner"),
        *tutor_says("Good.", "t5", "l2"),
    ]


@asynccontextmanager
async def tutor_called(name: str) -> AsyncIterator[Tutor]:
    """The tutor, and at the end its own verdict on what it was sent."""
    if name == "scripted":
        scripted = ScriptedTutor(script(), pace=0.01)
        yield scripted
        await scripted.close()
    elif name == "offline":
        offline = OfflineTutor()
        try:
            yield offline
        finally:
            await offline.close()
    elif name == "webrtc":
        async with offline_server(known_voice=True) as base_url:  # it speaks quickly
            yield calling(base_url)
    elif name == "pipeline":
        answers = deque(["Hello there!", "Well said.", "I see. And then? " * 5, "Good."])
        async with speech_services(answers=answers, sound_gap_s=0.02) as services:
            yield PipelineTutor(*(services.service(model) for model in ("ear", "mind", "voice")))
    elif name == "replayed":
        with TemporaryDirectory() as folder:
            file = Path(folder) / "wire"
            if not _RECORDED:
                _RECORDED.append((await recording(file)).read_bytes())
            file.write_bytes(_RECORDED[0])
            yield ReplayedTutor(file, on_cue=True)
    else:
        replies = [Reply(), Reply(), Reply(), Reply("one two three four five", tone(4_000)), Reply()]
        async with StrictServer(Behaviour(replies=replies, delta_gap_s=0.02, dialect=DIALECT[name])) as server:
            yield realtime(server)
            assert server.complaints == []


_RECORDED: list[bytes] = []
"""One recording is enough."""


async def recording(file: Path) -> Path:
    """The wire of a whole lesson, and of the beginning of another, with the realtime tutor."""
    async with tutor_called("realtime") as tutor:
        recorded = RecordedTutor(tutor, RecordingFile(file))
        async with call(recorded) as ear:
            await hold_a_lesson(ear)
        async with call(recorded) as ear:
            await ear.link.send(cmd.Greet(""))
            await a_whole_reply(ear, 1)
        await recorded.close()
    return file


async def hold_a_lesson(
    ear: Listener, *, at_pace_of_life: bool = False, briefly: bool = False, make: Vendor = VENDORS["ga"]
) -> None:
    """Greeting, a spoken turn, a typed one, an interruption, a change of plan, a turn by key.

    Real ears work for nearly as long as somebody speaks: `briefly` lets them hear three words.
    """
    link = ear.link

    async def configure(detection: TurnDetection) -> None:
        confirmed = len(ear.all(ev.PlanApplied))
        await link.send(cmd.Configure(replace(PLAN, turn_detection=detection)))
        if make.confirms:
            assert (await ear.wait(ev.PlanApplied, confirmed + 1)).applied.turn_detection == detection

    said = speech("cards-001.wav", 500) if at_pace_of_life or briefly else human_speech()
    pace = LIFE if at_pace_of_life else 0.05
    await link.send(cmd.Greet("Greet the learner."))
    await a_whole_reply(ear, 1)

    await speak(link, said, pace=pace)
    await ear.wait(ev.LearnerTurnKept)
    if make.writes_down:
        await ear.wait(ev.LearnerTextDone)
    turn = ear.all(ev.LearnerTurnKept)[0].item_id
    assert ear.all(ev.LearnerStartedSpeaking)[0].item_id == turn == ear.all(ev.LearnerStoppedSpeaking)[0].item_id
    assert {text.item_id for text in ear.all(ev.LearnerTextDone)} == ({turn} if make.writes_down else set())
    assert (turn, "learner") in [(placed.item_id, placed.role) for placed in ear.all(ev.ItemPlaced)]
    await a_whole_reply(ear, 2)

    await link.send(cmd.Say("My name is Anna.", "typed_1"))
    await a_whole_reply(ear, 3)
    assert ("typed_1", "learner") in [(placed.item_id, placed.role) for placed in ear.all(ev.ItemPlaced)]

    before = len(ear.all(ev.TutorAudio))
    await link.send(cmd.Repeat())
    sound = await ear.wait(ev.TutorAudio, before + 1)
    await link.send(cmd.Interrupt("key", (cmd.Unheard(sound.item_id, 0),)))
    assert (await ear.wait(ev.ReplyEnded, 4)).status in ("cancelled", "completed")

    await configure(ServerVad(threshold=0.7, silence_duration_ms=900))
    await configure(PushToTalk())

    await link.send(cmd.Note("Lesson clock: half time, 5:00 of 10:00."))
    kept = len(ear.all(ev.LearnerTurnKept))
    await link.send(cmd.BeginTurn())
    await speak(link, said, pace=pace if at_pace_of_life else 0.01)
    await link.send(cmd.EndTurn())
    await ear.wait(ev.LearnerTurnKept, kept + 1)
    await a_whole_reply(ear, 5)


async def a_whole_reply(ear: Listener, number: int) -> None:
    """The `number`-th reply, from its start to its bill, told in an order that a lesson can live with."""
    ended = await ear.wait(ev.ReplyEnded, number)
    assert ended.status == "completed"
    started = ev.ReplyStarted(ended.reply_id)
    story = ear.events[ear.events.index(started) : ear.events.index(ended)]
    done = next(event for event in story if isinstance(event, ev.TutorTextDone))
    assert done.text.strip()
    own = [event for event in story if getattr(event, "item_id", "") == done.item_id]
    assert isinstance(own[0], ev.ItemPlaced)
    assert own[0].role == "tutor"
    deltas = "".join(event.text for event in own if isinstance(event, ev.TutorTextDelta))
    assert deltas.strip() == done.text.strip()
    assert sum(len(event.pcm) for event in own if isinstance(event, ev.TutorAudio)) > pcm.bytes_of(100)
    assert ev.TutorAudioDone(done.item_id) in own
    assert own.index(ev.TutorAudioDone(done.item_id)) > max(
        index for index, event in enumerate(own) if isinstance(event, ev.TutorAudio)
    )


@pytest.mark.parametrize("name", TUTORS)
async def test_it_holds_a_lesson(name: str) -> None:
    async with tutor_called(name) as tutor, call(tutor) as ear:
        make = VENDORS[DIALECT.get(name, "ga")]
        assert isinstance(ear.events[0], ev.PlanApplied if make.confirms else ev.LinkReady)
        await hold_a_lesson(ear, at_pace_of_life=name == "webrtc", briefly=name == "offline", make=make)
        assert [each.title for each in ear.all(ev.Trouble) if "no voice called coral" not in each.title] == []
        assert ear.all(ev.Unknown) == []
        assert ear.all(ev.PlanRefused) == []
        assert ear.lost is None
        if name == "offline":
            assert ear.all(ev.Usage), "the server did bill it: there was something to price wrongly"
            assert sum(usage.usd for usage in ear.all(ev.Usage)) == 0.0


@pytest.mark.parametrize("name", TUTORS)
async def test_it_is_left_quickly_and_called_again_with_the_history_which_is_no_news(name: str) -> None:
    async with tutor_called(name) as tutor:
        assert tutor.name
        assert tutor.capabilities.hears is None or "en" in tutor.capabilities.hears
        async with tutor.connect(PLAN) as link:
            async for event in link.events():
                if isinstance(event, ev.LinkReady):
                    break
            clock = FairClock()
        assert clock.seconds < 2.0
        with pytest.raises(LinkLost):
            await link.send(cmd.Greet(""))
        link.hear(pcm.silence(20))

        aside = HistoryLine("aside", "Lesson clock: begin to close, 8:00 of 10:00.")
        async with call(tutor, replace(PLAN, history=(*HISTORY, aside))) as ear:
            await ear.link.send(cmd.Greet(""))
            await a_whole_reply(ear, 1)
            assert [placed.role for placed in ear.all(ev.ItemPlaced)] == ["tutor"]


@pytest.mark.parametrize("name", ["realtime", "pipeline", "offline"])
async def test_what_was_said_before_it_was_there_is_a_turn(name: str) -> None:
    """All of it at once."""
    async with tutor_called(name) as tutor, call(tutor) as ear:
        said = speech("cards-001.wav", 500) if name == "offline" else human_speech()
        for at in range(0, len(said), pcm.FRAME_BYTES):
            ear.link.hear(said[at : at + pcm.FRAME_BYTES], kept=True)
        ear.link.hear(pcm.silence(pcm.FRAME_MS))
        assert (await ear.wait(ev.LearnerTextDone)).text
        assert len(ear.all(ev.LearnerTurnKept)) == 1
        assert ear.link.dropped_ms == 0
