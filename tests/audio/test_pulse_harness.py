"""The instrument itself: what is fed arrives whole, servers are private, and a restart is a restart."""

from __future__ import annotations

import shutil
from array import array

import pytest

from tests.support.calm import wait_for_calm
from tests.support.pulse import RATE_HZ, PulseServer, holes_ms, tone

pytestmark = pytest.mark.device


def test_what_is_fed_is_heard_at_the_microphone_and_nowhere_else(pulse: PulseServer) -> None:
    wait_for_calm()
    with pulse.record("virtual_mic_sink.monitor") as microphone, pulse.record() as speaker:
        pulse.feed(tone(0.5))
        assert microphone.wait_for_silence(3.0)
    first, last = microphone.first_sound(), microphone.last_sound()
    assert first is not None
    assert last is not None
    assert (last - first) / RATE_HZ == pytest.approx(0.5, abs=0.002)
    assert microphone.holes_ms() == 0
    assert speaker.first_sound() is None


def test_two_servers_at_once_hear_only_their_own(pulse: PulseServer) -> None:
    with PulseServer() as other, other.record("virtual_mic_sink.monitor") as there:
        pulse.feed(tone(0.2))
        assert there.first_sound() is None


def test_a_restarted_server_answers_at_the_same_address(pulse: PulseServer) -> None:
    pulse.kill()
    pulse.restart()
    with pulse.record("virtual_mic_sink.monitor") as microphone:
        pulse.feed(tone(0.2))
        assert microphone.first_sound() is not None


def test_a_missing_pulseaudio_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(RuntimeError, match="apt-get install pulseaudio"):
        PulseServer()


def test_holes_are_told_from_waves() -> None:
    assert holes_ms(array("h", tone(0.1))) == 0
    assert holes_ms(array("h", tone(0.1) + bytes(480) + tone(0.1))) == pytest.approx(10, abs=1)
