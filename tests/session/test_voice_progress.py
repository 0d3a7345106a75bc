"""How far the voice is in its words: by what was heard of the sound, and never further."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from tests.session.room import Room, lesson_test
from tutor_tui.core import events as ev
from tutor_tui.core.pcm import silence
from tutor_tui.session.voice_progress import VoiceProgress, voice_progress

WORDS = "one two three four "


def progress(room: Room) -> VoiceProgress:
    return voice_progress(room.session.lesson, room.sound.speaker)


def test_the_voice_comes_to_one_word_after_another() -> None:
    async def body(room: Room) -> None:
        await room.reply(ms=1_000, text=WORDS)
        seen = []
        for _ in range(6):
            seen.append(WORDS[: progress(room).characters] if progress(room).turn_id else None)
            await asyncio.sleep(0.25)
        assert seen == ["", "one ", "one two ", "one two three ", None, None]

    lesson_test(body)


def test_while_more_sound_is_to_come_the_length_of_the_text_counts() -> None:
    async def body(room: Room) -> None:
        text = "a long answer of which only the very first words have come as sound so far"
        await room.reply(ms=500, done=False, text=text)
        await asyncio.sleep(0.4)
        assert 0 < progress(room).characters < len(text) / 3
        await room.tell(ev.TutorSoundExpected("A", 600))
        assert progress(room).characters > len(text) / 2, "where it is told how long it will be, that counts"

    lesson_test(body)


def test_nothing_is_followed_that_has_no_sound_or_no_words() -> None:
    async def body(room: Room) -> None:
        assert progress(room) == VoiceProgress()
        await room.tell(ev.ReplyStarted("R"), ev.TutorAudio("A", silence(500)))
        assert progress(room) == VoiceProgress(), "no words yet"
        lesson = replace(room.session.lesson, sounding=("unknown",))
        assert voice_progress(lesson, room.sound.speaker) == VoiceProgress()

    lesson_test(body)
