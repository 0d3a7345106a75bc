"""What ten seconds of sound tell about a room: how loud the echo is, how late, what is left, and what to choose."""

from __future__ import annotations

import numpy
import pytest

from tests.support.echo_room import Ears, Room
from tutor_tui.audio.echo_calibration import QUIET_S, TAIL_S, Calibration, EchoTest, calibrated, calibration_sound
from tutor_tui.cli.doctor.echo import findings
from tutor_tui.core import pcm
from tutor_tui.core.echo_mode import EchoMode


class _Test(Ears):
    def __post_init__(self) -> None:
        self.canceller = self.test = EchoTest(lambda: self.now_s)


def measured(room: Room) -> Calibration:
    played = numpy.frombuffer(calibration_sound(), numpy.int16)
    quiet, tail = (numpy.zeros(int(seconds * pcm.RATE_HZ)) for seconds in (QUIET_S, TAIL_S))
    all_of_it = numpy.concatenate((quiet, played, tail)).astype(numpy.float32)
    ears = _Test()
    ears.hear(all_of_it, room.echo(all_of_it))
    test = ears.test
    return calibrated(bytes(test.heard), bytes(test.left), bytes(test.given), test.works)


def said(found: Calibration) -> str:
    return " ".join(f"{each.verdict} {each.said} {each.fix}" for each in findings(found))


@pytest.mark.parametrize(
    ("room", "mode"),
    [
        (Room(delay_ms=80), "speakers"),
        (Room(delay_ms=300, echo_db=-25, noise_rms=20), "speakers"),
        (Room(delay_ms=700), "half-duplex"),
        (Room(delay_ms=80, echo_db=-70, noise_rms=20), "headphones"),
    ],
    ids=["near", "quiet and far", "later than can be cancelled", "headphones"],
)
def test_a_room_is_measured_and_a_mode_named(room: Room, mode: EchoMode) -> None:
    found = measured(room)
    assert found.mode == mode
    assert not (found.clipped or found.faint or found.digital_silence)
    if mode == "headphones":
        assert "The microphone does not hear the speaker." in said(found)
        return
    assert found.delay_ms == pytest.approx(room.delay_ms + 25, abs=20), "the block that is on its way included"
    assert found.echo_dbfs == pytest.approx(-22.4 + room.echo_db, abs=2)
    assert f"{found.echo_dbfs:.0f} dBFS, {found.delay_ms:.0f} ms late" in said(found)


def test_a_microphone_that_hears_too_much_or_nothing_is_told() -> None:
    hiss = numpy.random.default_rng(1).standard_normal(9 * pcm.RATE_HZ)

    def heard(level: float) -> str:
        sound = (hiss * level).clip(-32_768, 32_767).astype(numpy.int16).tobytes()
        return said(calibrated(sound, sound, bytes(len(sound)), works=False))

    assert "Too loud: the microphone was overdriven." in heard(20_000.0)
    assert "Nearly silent" in heard(2.0)
    assert "Nearly silent" not in heard(20.0)
    assert "switched off" in heard(0.0)
    assert "BAD The microphone sends no sound." in said(calibrated(b"", b"", b"", works=False))
