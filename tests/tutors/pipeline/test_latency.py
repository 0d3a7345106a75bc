"""How soon the tutor is heard: after its first sentence, however many follow.

The services wait for us, not we for them, so that no clock and no busy machine decides. What it comes to in
milliseconds is measured by `python -m tests.benchmarks.ways`.
"""

from __future__ import annotations

from collections import deque

import pytest

from tests.support.speech_services import MS_PER_CHARACTER, SPEAK, speech_services
from tests.tutors.helpers import call
from tests.tutors.pipeline.helpers import BY_KEY, noise, pipeline, sound_ms
from tutor_tui.core import events as ev
from tutor_tui.core import tutor_commands as cmd

SENTENCE = "Here is a sentence of some seven words."
WORDS = len(SENTENCE.split())


@pytest.mark.parametrize("sentences", [2, 10])
async def test_the_first_sentence_is_heard_whole_before_the_chat_says_more_than_a_word_of_the_next(
    sentences: int,
) -> None:
    answers = deque([" ".join([SENTENCE] * sentences)])
    # The ninth word shows that the sentence is over.
    async with (
        speech_services(answers=answers, words_at_first=WORDS + 1) as server,
        call(pipeline(server), BY_KEY) as ear,
    ):
        await ear.link.send(cmd.BeginTurn())
        ear.link.hear(noise(400))
        await ear.link.send(cmd.EndTurn())
        whole_ms = MS_PER_CHARACTER * len(SENTENCE)
        await ear.until(lambda: sound_ms(ear.events) == whole_ms)
        assert len("".join(delta.text for delta in ear.all(ev.TutorTextDelta)).split()) == WORDS + 1
        assert ear.all(ev.TutorTextDone) == []
        server.go_on.set()
        assert (await ear.wait(ev.ReplyEnded)).status == "completed"
        assert sound_ms(ear.events) == sentences * whole_ms
        assert [request.json["input"] for request in server.to(SPEAK)] == [SENTENCE] * sentences


async def test_a_sentence_is_heard_while_the_rest_of_it_is_still_being_made() -> None:
    answers = deque([SENTENCE])
    async with speech_services(answers=answers, pieces_at_first=1) as server, call(pipeline(server), BY_KEY) as ear:
        await ear.link.send(cmd.Say("Hi!", "typed_1"))
        first = await ear.wait(ev.TutorAudio)
        assert 0 < len(first.pcm) <= server.piece_bytes
        assert ear.all(ev.ReplyEnded) == []
        server.go_on.set()
        await ear.wait(ev.ReplyEnded)
        assert sound_ms(ear.events) == MS_PER_CHARACTER * len(SENTENCE)
