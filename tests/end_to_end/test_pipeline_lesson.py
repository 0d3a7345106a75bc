"""One turn after another, as a learner has it: without a key, by key and by voice, and stopped in mid-sentence."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from tests.end_to_end.conftest import LISTEN_EVERY_S, WAIT_S, Classroom, wait_until
from tests.end_to_end.likeness import resemblance
from tests.end_to_end.test_offline_lesson import PACE, PROMPTS
from tests.support.paths import SAMPLES
from tests.support.pulse import RATE_HZ, Recording
from tests.support.speech_services import CHAT, Request, SpeechServices
from tutor_tui.offline_server.tts.espeak import Espeak

pytestmark = [pytest.mark.device, pytest.mark.slow]

IN_TURNS = ("--tutor", "pipeline", "--prompts", str(PROMPTS), "--profile", "cards")
CLEARLY = 0.75
"""Another sentence resembles at most to 0.6, the same one to 0.95 unless a busy machine tore holes into it."""
LONG = [
    "Good evening to you.",
    "A knight came home at last.",
    "He had seen the wide sea.",
    "His horse was old and tired.",
    "Nobody knew his name.",
    "The gate was open.",
    "A dog lay in the sun.",
    "Then he heard a voice.",
]
"""What the tutor says when nobody stops it."""


class LiveServices:
    """The three services on a loop and a thread of their own, so that a test may wait for screens meanwhile."""

    def __init__(self, **behaviour: Any) -> None:
        self.services = SpeechServices(**behaviour)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self.services.__aenter__(), self._loop).result(WAIT_S)

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self.services.__aexit__(), self._loop).result(WAIT_S)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def wait_for(self, path: str, count: int) -> Request:
        """The `count`-th request to one of the three, once it has come."""
        return wait_until(
            lambda: self.services.to(path)[count - 1] if len(self.services.to(path)) >= count else None,
            f"request {count} to {path}",
        )


@pytest.fixture
def thinker() -> Iterator[LiveServices]:
    """A chat server elsewhere."""
    live = LiveServices(answers=deque([" ".join(LONG), "You are right. Speak on."]))
    yield live
    live.close()


@cache
def voice_of(sentence: str) -> bytes:
    """How our own voice says it."""
    return b"".join(Espeak().speak(sentence, "en", PACE))


def found(sentence: str, sounded: bytes) -> int | None:
    """Where the sentence ends in the recording, in samples; None where it is not there as a whole."""
    voice = voice_of(sentence)
    place = resemblance(voice, sounded)
    return place.at + len(voice) // 2 if place.score > CLEARLY else None


def wait_heard(heard: Recording, *sentences: str, after: int = 0) -> int:
    """Where one of the sentences ends that sound from the speaker after a place: a busy machine may tear the others."""

    def there() -> int | None:
        sounded = heard.pcm[2 * after :]
        return next((at for sentence in sentences if (at := found(sentence, sounded))), None)

    return after + wait_until(there, f"{sentences} from the speaker", every_s=LISTEN_EVERY_S)


def test_without_a_key_a_turn_by_key_is_heard_read_answered_and_spoken(classroom: Classroom) -> None:
    heard = classroom.hear()
    screen = classroom.open(*IN_TURNS, turn_taking="push-to-talk")
    screen.wait_for("No key, so the offline tutor hears, thinks and speaks.")
    screen.wait_for("Which card do you hold?")
    at = wait_heard(heard, "Welcome to the card table.", "Which card do you hold?")
    screen.wait_for("press space to talk")
    screen.send("Space")
    screen.wait_for("space ends your turn")
    classroom.pulse.feed(SAMPLES / "cards-001.wav")
    screen.send("Enter")
    screen.wait_for("ten of clubs")
    screen.wait_for("And the next?")
    wait_heard(heard, "A good card!", "And the next?", after=at)
    screen.send("C-q")
    assert screen.wait_for_exit() == 0
    assert screen.is_restored


def test_a_voice_silences_the_tutor_and_the_next_question_knows_only_what_was_heard(
    classroom: Classroom, thinker: LiveServices
) -> None:
    settings = classroom.home / ".config" / "tutor-tui" / "config.toml"
    settings.parent.mkdir(parents=True)
    elsewhere = f'[pipeline]\nchat_url = "{thinker.services.base_url}"\nchat_model = "mind"\n'
    settings.write_text(elsewhere, encoding="utf-8")
    heard = classroom.hear()
    screen = classroom.open(*IN_TURNS)
    screen.wait_for("No key, so the offline tutor hears and speaks.")
    assert heard.wait_for_sound(WAIT_S)
    first = heard.first_sound() or 0
    wait_until(lambda: heard.position - first > 3 * RATE_HZ, "three seconds of the answer")
    classroom.pulse.feed(SAMPLES / "austen-0880.wav", wait=False)
    assert heard.wait_for_silence(5.0, quiet_s=0.6), "the voice would have gone on for ten seconds"
    silent_at = heard.position
    screen.wait_for("stopped here")

    asked = thinker.wait_for(CHAT, 2).json["messages"]
    assert {"not", "young", "man"} <= set(asked[-1]["content"].split()), "what was said aloud"
    remembered = asked[-2]["content"]
    assert asked[-2]["role"] == "assistant" and " ".join(LONG).startswith(remembered)
    whole = [sentence for sentence in LONG if sentence in remembered]
    assert 1 <= len(whole) < len(LONG) - 1
    sounded = heard.pcm[2 * first : 2 * silent_at]
    assert any(found(sentence, sounded) for sentence in whole), "what is remembered was heard"
    assert sum(len(voice_of(sentence)) for sentence in whole) < len(sounded), "there was time for all of it"
    assert not any(found(sentence, sounded) for sentence in LONG[len(whole) + 1 :]), "what was heard is remembered"

    screen.wait_for("young man")
    screen.wait_for("You are right.")
    wait_heard(heard, "You are right.", "Speak on.", after=silent_at)
    assert thinker.services.to(CHAT)[0].headers.get("authorization") is None
