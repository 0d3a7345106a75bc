"""A lesson by call as a learner has it: without a key, by voice, stopped in mid-sentence, with real RTP on loopback."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.end_to_end.conftest import LISTEN_EVERY_S, Classroom, wait_until
from tests.end_to_end.likeness import resemblance
from tests.end_to_end.test_offline_lesson import PACE, PROMPTS
from tests.support.paths import SAMPLES
from tests.support.pulse import RATE_HZ
from tutor_tui.offline_server.tts.espeak import Espeak

pytestmark = [pytest.mark.device, pytest.mark.slow]

GREETING = [
    "Welcome to the card table.",
    "Nobody here plays for money.",
    "The rules are on the wall.",
    "A glass of water costs nothing.",
    "Please take your coat off first.",
    "We begin with a simple question.",
    "There is no hurry at all.",
]
"""What the tutor says when nobody stops it, and then its question."""
CLEARLY = 0.75
"""Another sentence resembles at most to 0.6, the same one to 0.95 unless a busy machine tore holes into it."""


def is_heard(sentence: str, sound: bytes) -> bool:
    """Whether the whole sentence sounds in a recording, in the tutor's own voice."""
    return resemblance(b"".join(Espeak().speak(sentence, "en", PACE)), sound).score > CLEARLY


def test_a_call_by_voice_and_a_voice_that_stops_it(classroom: Classroom, tmp_path: Path) -> None:
    prompts = tmp_path / "prompts"
    shutil.copytree(PROMPTS, prompts)
    lesson = prompts / "lessons" / "cards.toml"
    lesson.write_text(lesson.read_text("utf-8").replace(GREETING[0], " ".join(GREETING)), encoding="utf-8")
    heard = classroom.hear()
    screen = classroom.open("--tutor", "webrtc", "--prompts", str(prompts), "--profile", "cards", size=(120, 40))
    screen.wait_for("No key, so the offline tutor takes the call.")
    assert heard.wait_for_sound(20.0)
    first = heard.first_sound()
    assert first is not None
    wait_until(lambda: heard.position - first > 3 * RATE_HZ, "three seconds of the greeting")

    classroom.pulse.feed(SAMPLES / "cards-001.wav", wait=False)
    assert heard.wait_for_silence(8.0, quiet_s=0.6), "the voice would have gone on for ten seconds"
    silent_at = heard.position
    screen.wait_for("stopped here: you did not hear what is")
    screen.wait_for("ten of clubs")
    sounded = heard.pcm[: 2 * silent_at]
    assert is_heard(GREETING[0], sounded)
    assert not any(is_heard(sentence, sounded) for sentence in GREETING[-2:])

    text = screen.wait_for("And the next?")
    assert re.search(r"ten of clubs.*And the next\?", text, re.DOTALL)
    wait_until(
        lambda: is_heard("And the next?", heard.pcm[2 * silent_at :]),
        "the answer from the speaker",
        every_s=LISTEN_EVERY_S,
    )
    screen.wait_for("your turn: speak")
    classroom.pulse.feed(SAMPLES / "cards-003.wav")
    screen.wait_for("seven of clubs")
    screen.wait_for("What was he like?")
    screen.send("C-q")
    assert screen.wait_for_exit() == 0
    assert screen.is_restored
