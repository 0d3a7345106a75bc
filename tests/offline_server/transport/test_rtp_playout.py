"""What the tutor's side of a call says, frame by frame."""

from __future__ import annotations

from array import array

from tutor_tui.core import pcm
from tutor_tui.offline_server.realtime.wire import Json
from tutor_tui.offline_server.transport.rtp_playout import CUSHION_BYTES, Cut, RtpPlayout

QUIET = pcm.silence(pcm.FRAME_MS)
FRAMES = CUSHION_BYTES // pcm.FRAME_BYTES


def voice(frames: float, value: int = 5_000) -> bytes:
    return pcm.bytes_from(array("h", [value] * int(frames * pcm.FRAME_BYTES / 2)))


class Track:
    """Pulls as a track does."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.playback = RtpPlayout(self._tell)

    def _tell(self, event: Json) -> None:
        self.told.append(f"{event['type'].removeprefix('output_audio_buffer.')} {event['response_id']}")

    def pull(self, frames: int) -> bytes:
        return b"".join(self.playback.pull() for _ in range(frames))


def test_a_voice_begins_when_there_is_enough_of_it() -> None:
    track = Track()
    track.playback.add("r", "i", voice(FRAMES - 1))
    assert track.pull(2) == QUIET * 2
    assert track.told == []
    track.playback.add("r", "i", voice(1))
    assert track.pull(FRAMES) == voice(FRAMES)
    assert track.told == ["started r"]


def test_a_voice_shorter_than_that_is_heard_when_it_is_complete() -> None:
    track = Track()
    track.playback.add("r", "i", voice(1.5))
    assert track.pull(1) == QUIET
    track.playback.complete("i")
    assert track.pull(3) == voice(1.5).ljust(2 * pcm.FRAME_BYTES, b"\0") + QUIET
    assert track.told == ["started r", "stopped r"]


def test_a_voice_that_is_held_up_pauses_once_and_does_not_stutter() -> None:
    track = Track()
    track.playback.add("r", "i", voice(FRAMES))
    heard = track.pull(FRAMES)
    for _ in range(FRAMES):  # now it is made no faster than it is heard
        heard += track.pull(1)
        track.playback.add("r", "i", voice(1))
    heard += track.pull(FRAMES)
    assert heard == voice(FRAMES) + QUIET * FRAMES + voice(FRAMES)
    assert track.told == ["started r"]


def test_what_was_cleared_is_not_said_and_how_much_was_is_known() -> None:
    track = Track()
    track.playback.add("r", "i", voice(FRAMES))
    track.playback.add("r", "j", voice(FRAMES))
    track.pull(3)
    assert track.playback.clear() == [Cut("i", 60), Cut("j", 0)]
    track.playback.add("r", "j", voice(FRAMES))
    assert track.pull(2) == QUIET * 2
    assert track.told == ["started r", "cleared r"]


def test_one_response_after_another() -> None:
    track = Track()
    for response_id, value in (("r", 3_000), ("s", 6_000)):
        track.playback.add(response_id, f"item of {response_id}", voice(2, value))
        track.playback.complete(f"item of {response_id}")
    assert track.pull(5) == voice(2, 3_000) + voice(2, 6_000) + QUIET
    assert track.told == ["started r", "stopped r", "started s", "stopped s"]
