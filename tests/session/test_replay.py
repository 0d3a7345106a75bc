"""The last two minutes heard again: at once, sentence by sentence, slower, and without a trace in the lesson."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from tests.session.room import Room, lesson_test
from tests.support.pulse import tone
from tutor_tui.core import events as ev
from tutor_tui.core import pcm
from tutor_tui.core.conversation import TurnState
from tutor_tui.core.replayed import Replayed
from tutor_tui.core.turn_detection import PushToTalk
from tutor_tui.core.tutor_commands import Command
from tutor_tui.session.replay import GOES_ON_S, HAS_LEFT, IS_FIRST, IS_LAST, NO_SPEAKER, NOTHING_YET

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
        replay = room.session.voice.ear.replay
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
        replay.back()
        assert shown(room) == (SENTENCES[1], 1.0)
        await asyncio.sleep(GOES_ON_S + 1)
        replay.again()
        assert shown(room) == (SENTENCES[2], 1.0), "where the learner had gone to is long forgotten"

    lesson_test(body)


def test_it_is_slower_key_by_key_and_then_as_it_was() -> None:
    async def body(room: Room) -> None:
        await says(room)
        await asyncio.sleep(7)
        replay = room.session.voice.ear.replay
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
        replay = room.session.voice.ear.replay
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
        replay = room.session.voice.ear.replay
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
            room.session.voice.ear.replay.again()
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
        room.session.voice.ear.replay.again()
        assert shown(room) == (SENTENCES[1], 1.0)
        assert len(again(room)) < pcm.bytes_of(900) and TONES[2][:9_600] not in again(room)

    lesson_test(body)


def test_what_there_is_not_is_said_in_a_sentence() -> None:
    async def body(room: Room) -> None:
        replay = room.session.voice.ear.replay
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


async def speaks(room: Room, item: str, ms: int, level: int, *, late_ms: int = 400) -> None:
    """The learner says something, and the server notices only after `late_ms`; then there is silence for a second."""
    microphone = room.sound.microphone
    await microphone.speak(600, level=3)
    await microphone.speak(late_ms, level=level)
    await room.tell(ev.LearnerStartedSpeaking(item))
    await microphone.speak(ms - late_ms, level=level)
    await microphone.speak(1_000, level=3)
    await room.tell(ev.LearnerStoppedSpeaking(item), ev.LearnerTurnKept(item, None))


def test_what_the_learner_said_is_heard_again_from_its_beginning_and_in_its_place() -> None:
    async def body(room: Room) -> None:
        await says(room)
        await asyncio.sleep(7)
        await speaks(room, "L", 1_000, 5_000)
        await room.tell(ev.LearnerTextDone("L", "저는 수진이에요."))
        await says(room, "B", "좋아요!", tone(1.0))
        await asyncio.sleep(3)
        replay = room.session.voice.ear.replay
        replay.again()
        assert shown(room) == ("좋아요!", 1.0), "the tutor's last, not the learner's"
        replay.back()
        assert room.session.lesson.replayed == Replayed("learner", "저는 수진이에요.")
        loud = [each for each in pcm.samples_of(again(room)) if abs(each) > 4_000]
        assert abs(pcm.ms_of(len(loud) * 2) - 1_000) <= 40, "from its first sound on, which came before anybody knew"
        assert len(again(room)) < pcm.bytes_of(1_500), "without the silence behind it"
        replay.back()
        assert shown(room) == (SENTENCES[2], 1.0)
        replay.on()
        replay.slower()
        assert room.session.lesson.replayed == Replayed("learner", "저는 수진이에요.", 0.75)

    lesson_test(body)


def test_of_a_turn_with_the_talk_key_all_is_kept_and_of_what_does_not_go_out_nothing() -> None:
    async def body(room: Room) -> None:
        await says(room, "A", "하나.", tone(1.0))
        await asyncio.sleep(2)
        microphone, session = room.sound.microphone, room.session
        session.set_turn_detection(PushToTalk())
        await microphone.speak(2_000, level=9_000)
        session.talk()
        await microphone.speak(3_000, level=5_000)
        session.talk()
        await asyncio.sleep(0.3)
        await room.tell(ev.LearnerTurnKept("L", None), ev.LearnerTextDone("L", "둘."))
        session.voice.ear.replay.again()
        session.voice.ear.replay.on()
        assert shown(room) == ("둘.", 1.0)
        assert pcm.ms_of(len(again(room))) + 50 >= 3_000 and max(pcm.samples_of(again(room))) <= 5_000

    lesson_test(body)


def test_both_sides_together_are_two_minutes() -> None:
    async def body(room: Room) -> None:
        await says(room, "A", "하나.", tone(1.0))
        await asyncio.sleep(2)
        await speaks(room, "L", 1_000, 5_000)
        await says(room, "B", "길어요.", tone(2.0) * 58)
        await asyncio.sleep(117)
        ring = room.session.voice.ear._kept.ring
        assert [(each.role, each.turn_id) for each in ring] == [("tutor", "A"), ("learner", "L"), ("tutor", "B")]
        await speaks(room, "M", 4_000, 5_000)
        assert sum(map(len, ring)) <= pcm.bytes_of(120_000) and not ring.find("A")

    lesson_test(body)


def test_how_slow_it_is_stays_to_be_seen_until_the_tutor_says_something_new() -> None:
    async def body(room: Room) -> None:
        await says(room)
        await asyncio.sleep(7)
        room.session.voice.ear.replay.slower()
        await asyncio.sleep(4)
        assert shown(room) is None and room.session.lesson.replay_speed == 0.75
        await says(room, "B", "좋아요!", tone(1.0))
        assert room.session.lesson.replay_speed == 1.0

    lesson_test(body)
