"""The instruments of the benchmark of ways: what they measure is what happened, and a miss is told."""

from __future__ import annotations

import time

import pytest

from tests.benchmarks import bare_ways
from tests.benchmarks.bare_ways import Address, Services
from tests.benchmarks.turn import Ear, Mouth, loud_at
from tests.benchmarks.ways import BY_KEY, BY_VOICE, ONE, TEN, Way, our_turn, print_table
from tests.offline_server.client import TOKEN, served, speech
from tests.support.speech_services import speech_services
from tests.support.strict_server import Behaviour, StrictServer, tone
from tests.tutors.helpers import realtime
from tests.tutors.pipeline.helpers import pipeline
from tutor_tui.core import pcm
from tutor_tui.openai_api.realtime.realtime_endpoint import RealtimeEndpoint
from tutor_tui.tutors.realtime.webrtc.link import WebRtcTutor

WORD = tone(200)
SILENCE_MS = 500
DELAY_S = 0.3


async def test_the_ear_hears_the_first_loud_sample_where_a_speaker_would_play_it() -> None:
    ear = Ear()
    before_s = time.monotonic()
    ear.hear(pcm.silence(300))
    ear.hear(pcm.silence(100) + WORD)
    ear.hear(WORD)
    late_s = await ear.first_s() - before_s - 0.4
    assert 0 <= late_s < 1 / pcm.RATE_HZ * 10 + (time.monotonic() - before_s)


async def test_the_mouth_says_when_the_last_loud_frame_was_handed_over() -> None:
    sent: list[tuple[float, bytes]] = []

    async def send(frame: bytes) -> None:
        sent.append((time.monotonic(), frame))

    began_s = time.monotonic()
    mouth = Mouth(pcm.silence(40) + WORD + pcm.silence(60))
    async with mouth.speaking(send):
        ended_s = await mouth.ended_s()
    loud = [(at, frame) for at, frame in sent if loud_at(frame)]
    assert len(loud) == 10
    assert loud[-1][0] <= ended_s
    assert all(len(frame) == pcm.FRAME_BYTES for _, frame in sent)
    assert loud[-1][0] - began_s >= 0.24  # it spoke at the speed of life


@pytest.mark.slow
async def test_floor_and_ours_measure_the_same_delay_of_a_socket() -> None:
    async with StrictServer(Behaviour(reply_delay_s=DELAY_S)) as server:
        address = Address(server.port, "gpt-realtime-2.1-mini")
        floor_ms = await bare_ways.by_socket(address, WORD, SILENCE_MS)
        ours_ms = await our_turn(lambda: realtime(server), BY_VOICE, WORD)
        assert server.complaints == []
    assert min(floor_ms, ours_ms) > DELAY_S * 1000


async def test_floor_and_ours_measure_the_same_delay_of_the_loop() -> None:
    async with speech_services(transcribe_s=DELAY_S / 3, first_word_s=DELAY_S / 3, first_sound_s=DELAY_S / 3) as server:
        address = Address(server.port, "any")
        floor_ms = await bare_ways.by_loop(Services(address, address, address), WORD, 0)
        ours_ms = await our_turn(lambda: pipeline(server), BY_KEY, WORD)
    assert min(floor_ms, ours_ms) > DELAY_S * 1000


@pytest.mark.real_time
async def test_floor_and_ours_hear_an_answer_to_a_call() -> None:
    async with served() as port:
        address = Address(port, "guide", TOKEN)
        said = speech("cards-001.wav")
        floor_ms = await bare_ways.by_call(address, said, SILENCE_MS)
        ours_ms = await our_turn(lambda: WebRtcTutor(RealtimeEndpoint(address.http, TOKEN), "guide"), BY_VOICE, said)
    assert min(floor_ms, ours_ms) > 0


def way(name: str, above_floor_ms: float = 20) -> Way:
    async def never() -> float:
        raise AssertionError

    return Way(name, never, never, above_floor_ms)


def test_the_table_tells_a_miss(capsys: pytest.CaptureFixture[str]) -> None:
    assert print_table([way("openai")], {"openai": {"floor": [100, 110, 900], "ours": [129, 130, 131]}})
    assert " yes " in capsys.readouterr().out
    assert not print_table([way("openai")], {"openai": {"floor": [100, 110, 900], "ours": [129, 131, 132]}})
    assert " NO " in capsys.readouterr().out


def test_a_first_sound_that_waits_for_the_whole_answer_is_a_miss() -> None:
    def figures(ten_ms: float) -> dict[str, dict[str, list[float]]]:
        return {ONE: {"floor": [500], "ours": [500]}, TEN: {"floor": [500], "ours": [ten_ms]}}

    both = [way(ONE), way(TEN, above_floor_ms=1_000)]
    assert print_table(both, figures(650))
    assert not print_table(both, figures(651))
