"""The microphone is unplugged in a lesson, and plugged in again: on real sound, from the screen to the server."""

from __future__ import annotations

import pytest

from tests.end_to_end.conftest import Classroom
from tests.support.paths import SAMPLES
from tests.support.strict_server import Reply, tone

pytestmark = [pytest.mark.device, pytest.mark.slow]

HELLO = Reply("Hello there, learner.", tone(400))
SPOKEN = ("ten of clubs", "four of hearts", "queen of spades")


def test_a_microphone_that_is_unplugged_gives_way_and_is_heard_again_when_it_is_back(classroom: Classroom) -> None:
    unplug = classroom.pulse.plug_in_microphone("webcam", "HD Webcam")
    server = classroom.server(replies=[HELLO, *(Reply("I see.", tone(200)) for _ in SPOKEN)], transcripts=SPOKEN)
    screen = classroom.open("--input-device", "HD Webcam", server=server)
    screen.wait_for(HELLO.text)
    screen.wait_for("listening")
    classroom.pulse.feed(SAMPLES / "cards-001.wav", sink="webcam_sink")
    screen.wait_for(SPOKEN[0])
    unplug()
    screen.wait_for("HD Webcam”, so default is used.")
    screen.wait_for("listening")
    classroom.pulse.feed(SAMPLES / "cards-001.wav")
    screen.wait_for(SPOKEN[1])
    classroom.pulse.plug_in_microphone("webcam", "HD Webcam")
    screen.wait_until_gone("so default is used.")
    screen.wait_for("listening")
    classroom.pulse.feed(SAMPLES / "cards-001.wav", sink="webcam_sink")
    screen.wait_for(SPOKEN[2])
    screen.send("C-q")
    assert screen.wait_for_exit() == 0
    assert screen.is_restored
