"""The last two minutes heard again: at once, sentence by sentence, slower, and without a trace in the lesson."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from tests.session.room import Room, lesson_test
from tests.support.pulse import tone
from tutor_tui.core import events as ev
from tutor_tui.core import pcm
from tutor_tui.core.lesson import TurnState
from tutor_tui.core.replayed import Replayed
from tutor_tui.core.tutor_commands import Command
from tutor_tui.session.replay import HAS_LEFT, IS_FIRST, IS_LAST, NO_SPEAKER, NOTHING_YET

TEXT = "안녕하세요, 반가워요! 저는 서울에서 온 미나예요. 이름이 뭐예요, 어디에서 왔어요?"
SENTENCES = ["안녕하세요, 반가워요!", "저는 서울에서 온 미나예요.", "이름이 뭐예요, 어디에서 왔어요?"]
TONES = [tone(1.4, hz=200), tone(1.7, hz=300), tone(2.2, hz=400)]
VOICE = pcm.silence(300).join(TONES)


async def says(room: Room, item: str = "A", text: str = TEXT, sound: bytes = VOICE, *, done: bool = True) -> None:
    await room.tell(ev.ReplyStarted(f"R{item}"), ev.TutorTextDelta(item, text))
    pieces = [sound[at : at + 9_600] for at in range(0, len(sound), 9_600)]
    await room.tell(*(ev.TutorAudio(item, piece) for piece in pieces))
    if done:
        await room.tell(ev.TutorTextDone(item, text), ev.TutorAudioDone(item), ev.ReplyEnded(f"R{item}"))


def again(room: Room) -> bytes:
    """The sound of what was heard again last."""
    speaker = room.sound.speaker
    return b"".join(piece for item_id, piece in speaker.replayed if item_id == speaker.replayed_id)


def shown(room: Room) -> tuple[str, float] | None:
    what = room.session.lesson.replayed
    return (what.text, what.speed) if what else None


def notice(room: Room) -> str:
    assert room.session.lesson.notice is not None
    return room.session.lesson.notice.title


def test_the_last_sentence_is_heard_again_and_then_those_before_and_behind_it() -> None:
    async def body(room: Room) -> None:
        await says(room)
        await asyncio.sleep(7)
        replay = room.session.voice.replay
        replay.again()
        assert shown(room) == (SENTENCES[2], 1.0)
        assert TONES[2][4:-960] in again(room), "the whole sentence, in its own sound"
        assert len(again(room)) < len(TONES[2]) + pcm.bytes_of(200)
        await asyncio.sleep(2.5)
        assert shown(room) is None, "it ends by itself"
        replay.back()
        assert shown(room) == (SENTENCES[1], 1.0) and TONES[1][4:] in again(room)
        replay.back()
        assert shown(room) == (SENTENCES[0], 1.0) and TONES[0][4:] in again(room)
        replay.back()
        assert notice(room) == IS_FIRST
        replay.on()
        assert shown(room) == (SENTENCES[1], 1.0)
        replay.on()
        replay.on()
        assert notice(room) == IS_LAST

    lesson_test(body)


def test_it_is_slower_key_by_key_and_then_as_it_was() -> None:
    async def body(room: Room) -> None:
        await says(room)
        await asyncio.sleep(7)
        replay = room.session.voice.replay
        replay.again()
        whole = len(again(room))
        for speed in (0.75, 0.5, 1.0):
            replay.slower()
            assert shown(room) == (SENTENCES[2], speed)
            await asyncio.sleep(0.2)
            assert abs(len(again(room)) - whole / speed) < 4
        await asyncio.sleep(5)
        replay.slower()
        replay.back()
        assert shown(room) == (SENTENCES[1], 0.75), "the learner has chosen how fast"
        await says(room, "B", "좋아요!", tone(1.0))
        await asyncio.sleep(5)
        replay.again()
        assert shown(room) == ("좋아요!", 1.0), "what comes new is heard as it was said"

    lesson_test(body)


def test_of_a_turn_under_way_the_sentence_is_heard_again_that_was_heard_last() -> None:
    async def body(room: Room) -> None:
        await says(room, done=False)
        await asyncio.sleep(1.5)  # 0.1 s before the second sentence begins
        replay = room.session.voice.replay
        replay.again()
        assert shown(room) == (SENTENCES[0], 1.0)
        room.session.interrupt()
        assert shown(room) is None and room.session.lesson.sounding == ("A",), "the tutor goes on"
        await asyncio.sleep(1.1)
        replay.again()
        assert shown(room) == (SENTENCES[1], 1.0)
        assert again(room)[-9_600:-960] in TONES[1] and len(again(room)) < len(TONES[1]), "as far as it was heard"

    lesson_test(body)


def test_nothing_of_the_lesson_changes_and_no_tutor_is_asked() -> None:
    async def body(room: Room) -> None:
        await says(room)
        await asyncio.sleep(1.0)
        before, asked = room.session.lesson, list[Command](room.tutor.link.commands)
        heard = room.sound.speaker.progress("A")
        replay = room.session.voice.replay
        for _ in range(3):
            replay.again()
            replay.slower()
            replay.back()
        await asyncio.sleep(0)
        assert isinstance(room.session.lesson.replayed, Replayed)
        assert replace(room.session.lesson, replayed=None, notice=None, earlier=()) == before
        assert room.sound.speaker.progress("A") == heard and room.tutor.link.commands == asked
        room.session.interrupt()
        assert replace(room.session.lesson, notice=None, earlier=()) == before, "the key stops nothing else"
        assert room.session.lesson.history == before.history

    lesson_test(body)


def test_who_speaks_or_types_is_not_spoken_over() -> None:
    async def body(room: Room) -> None:
        await says(room)
        await asyncio.sleep(7)
        for event in (ev.LearnerStartedSpeaking("L"), ev.Talking(True), ev.LearnerTyped("T", "네")):
            room.session.voice.replay.again()
            assert room.sound.speaker.sounding, "so the microphone is treated as under the tutor"
            room.session.take(event)
            assert shown(room) is None and not room.sound.speaker.sounding

    lesson_test(body)


def test_of_what_was_stopped_only_what_was_heard_comes_again() -> None:
    async def body(room: Room) -> None:
        await says(room, done=False)
        await asyncio.sleep(2.5)
        room.session.interrupt()
        assert room.session.lesson.turns[-1].state is TurnState.CUT
        room.session.voice.replay.again()
        assert shown(room) == (SENTENCES[1], 1.0)
        assert len(again(room)) < pcm.bytes_of(900) and TONES[2][:9_600] not in again(room)

    lesson_test(body)


def test_what_there_is_not_is_said_in_a_sentence() -> None:
    async def body(room: Room) -> None:
        replay = room.session.voice.replay
        for press in (replay.again, replay.back, replay.on, replay.slower):
            press()
            assert notice(room) == NOTHING_YET
        await says(room, "A", "하나.", tone(1.0))
        await asyncio.sleep(2)
        replay.again()
        await asyncio.sleep(2)
        long = tone(2.0) * 31
        for item in ("B", "C"):  # 124 s in all
            await says(room, item, "길어요.", long)
        await asyncio.sleep(130)
        replay.back()
        assert shown(room) == ("길어요.", 1.0)
        replay.back()
        assert notice(room) == HAS_LEFT
        replay.again()
        await says(room, "D", "끝.", tone(1.0))
        await asyncio.sleep(70)
        room.session.take(ev.DeviceLost("speaker", "It was unplugged."))
        replay.again()
        assert notice(room) == NO_SPEAKER

    lesson_test(body)
