"""The first lesson as a learner has it: offline, by voice, from greeting to closing."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.end_to_end.conftest import LISTEN_EVERY_S, Classroom, wait_until
from tests.end_to_end.likeness import resemblance
from tests.support.paths import SAMPLES
from tests.support.pulse import Recording
from tests.support.terminal import Terminal
from tutor_tui.offline_server.tts.espeak import Espeak

pytestmark = [pytest.mark.device, pytest.mark.slow]

PROMPTS = Path(__file__).parent / "prompts"
PACE = 1.2
"""As the profile says."""
ALIKE = 0.85
"""See `resemblance`: between the same sentence and any other."""


def assert_heard(heard: Recording, sentence: str, after: int = 0) -> int:
    """The sentence sounds from the speaker, in the tutor's own voice; returns where it ends."""
    voice = b"".join(Espeak().speak(sentence, "en", PACE))

    def there() -> int | None:
        found = resemblance(voice, heard.pcm[2 * after :])
        return after + found.at + len(voice) // 2 if found.score > ALIKE else None

    return wait_until(there, f"{sentence!r} from the speaker", every_s=LISTEN_EVERY_S)


def answer(classroom: Classroom, screen: Terminal, sample: str, words: str) -> None:
    """Say it when it is the learner's turn, and read it off the screen."""
    screen.wait_for("your turn: speak")
    classroom.pulse.feed(SAMPLES / f"{sample}.wav")
    screen.wait_for(words)


def test_a_lesson_by_voice_from_greeting_to_closing(classroom: Classroom) -> None:
    heard = classroom.hear()
    screen = classroom.open("--prompts", str(PROMPTS), "--profile", "cards")
    screen.wait_for("Welcome to the card table.")
    at = assert_heard(heard, "Welcome to the card table.")
    at = assert_heard(heard, "Which card do you hold?", at)

    # A wrong card first, heard freely since nobody expects it, and hardly word by word: the tutor helps, calls nothing
    # wrong, and lets the learner say it in another way.
    answer(classroom, screen, "cards-003", "seven")
    screen.wait_for("It begins with the word ten.")
    at = assert_heard(heard, "It begins with the word ten.", at)

    answer(classroom, screen, "cards-001", "ten of clubs")
    screen.wait_for("And the next?")
    at = assert_heard(heard, "And the next?", at)

    answer(classroom, screen, "cards-003", "Even better!")
    screen.wait_for("What was he like?")
    at = assert_heard(heard, "What was he like?", at)

    answer(classroom, screen, "austen-0880", "he was not an ill disposed young man")
    screen.wait_for("The game is over.")
    assert_heard(heard, "The game is over.", at)

    screen.send("C-q")  # nothing is asked: of words that were only guessed there is no note to keep
    assert screen.wait_for_exit(2.5) == 0
    assert screen.is_restored


GOES_ON = """title = "A long story"
language = "en"
native_language = "en"
level = "A2"
greeting = "I have a long story for you, of a man who lived by the sea and had a boat, and of a long day without fish."
closing = "That was all."

[[step]]
say = "Was it long?"
expect = ["yes it was"]
hint = "Begin with yes."
answer = "Yes, it was."
"""


def test_an_mm_hm_takes_no_turn(classroom: Classroom, tmp_path: Path) -> None:
    (tmp_path / "prompts" / "lessons").mkdir(parents=True)
    (tmp_path / "prompts" / "lessons" / "cards.toml").write_text(GOES_ON)
    (tmp_path / "prompts" / "cards.md").write_text((PROMPTS / "cards.md").read_text())
    heard = classroom.hear()
    screen = classroom.open("--prompts", str(tmp_path / "prompts"), "--profile", "cards")
    assert heard.wait_for_sound(20.0)
    time.sleep(1.0)
    classroom.pulse.feed(b"".join(Espeak().speak("uh huh", "en", 1.0)))
    screen.wait_for("your turn: speak")
    assert_heard(heard, "Was it long?")
    assert "Was it long?" in screen.text and "You" not in screen.text, screen.text
