"""How soon the tutor is heard: by the services' own delays, and not by the length of what it says."""

from __future__ import annotations

import asyncio
from collections import deque

from tests.support.speech_services import SPEAK, SpeechServices, speech_services
from tests.tutors.helpers import call
from tests.tutors.pipeline.helpers import BY_KEY, noise, pipeline
from tutor_tui.core import commands as cmd
from tutor_tui.core import events as ev

SENTENCE = "Here is a sentence of some seven words."
WORD_S, TRANSCRIBE_S, FIRST_WORD_S, FIRST_SOUND_S = 0.02, 0.10, 0.10, 0.10
FLOOR_S = TRANSCRIBE_S + FIRST_WORD_S + FIRST_SOUND_S + 8 * WORD_S
"""What the services take for themselves: the first sentence has eight words, and the ninth shows that it is over."""


async def first_sound_s(server: SpeechServices, sentences: int) -> tuple[float, float]:
    """End of the learner's turn → first sound, and → last sound, of an answer of so many sentences."""
    server.answers = deque([" ".join([SENTENCE] * sentences)])
    async with call(pipeline(server), BY_KEY) as ear:
        await ear.link.send(cmd.BeginTurn())
        ear.link.hear(noise(400))
        loop = asyncio.get_running_loop()
        began_s = loop.time()
        await ear.link.send(cmd.EndTurn())
        await ear.wait(ev.TutorAudio)
        first_s = loop.time() - began_s
        await ear.wait(ev.ReplyEnded, timeout_s=30)
        assert len(server.to(SPEAK)) == sentences
        server.requests.clear()
        return first_s, loop.time() - began_s


async def test_the_first_sound_comes_after_the_first_sentence_however_many_follow() -> None:
    delays = {
        "transcribe_s": TRANSCRIBE_S,
        "first_word_s": FIRST_WORD_S,
        "word_s": WORD_S,
        "first_sound_s": FIRST_SOUND_S,
    }
    async with speech_services(**delays) as server:
        await first_sound_s(server, 1)  # warms up what is only loaded once
        short = [await first_sound_s(server, 1) for _ in range(3)]
        long = [await first_sound_s(server, 10) for _ in range(3)]
    one, ten = min(first for first, _ in short), min(first for first, _ in long)
    print(f"first sound: {one * 1000:.0f} ms of 1 sentence, {ten * 1000:.0f} ms of 10, floor {FLOOR_S * 1000:.0f} ms")
    assert ten / one <= 1.3
    assert one < FLOOR_S * 1.5
    assert ten < min(last for _, last in long) / 2, "it did not wait for the whole answer"
