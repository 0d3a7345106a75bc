"""A sentence is heard, said by the learner, and both are heard: nothing of it goes to the tutor, nor on any disk."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from tests.session.room import PLAN, Room, lesson_test
from tests.session.test_replay import SENTENCES, TEXT, TONES, again, notice, says
from tests.session.test_turn_control import push_to_talk_room
from tests.support.pulse import tone
from tutor_tui.core import events as ev
from tutor_tui.core import pcm
from tutor_tui.core.availability import greyed
from tutor_tui.core.echo_mode import EchoMode
from tutor_tui.core.line_help import target_begins
from tutor_tui.core.shadowed import Shadowed
from tutor_tui.core.tutor_commands import Command
from tutor_tui.session.replay import HAS_LEFT, NO_SPEAKER, NOTHING_YET
from tutor_tui.session.shadowing import _BETWEEN, MUTED, NO_MICROPHONE, NOT_HEARD, YOUR_TURN_FIRST


def now(room: Room) -> Shadowed:
    training = room.session.lesson.training
    assert isinstance(training, Shadowed)
    return training


def stage(room: Room) -> str:
    training = room.session.lesson.training
    return training.stage if training else ""


def held(room: Room) -> bool:
    return room.sound.speaker.held


def sounding(room: Room) -> tuple[str, ...]:
    return room.session.lesson.sounding


def sent(room: Room) -> int:
    return len(room.tutor.link.heard)


def test_it_is_heard_said_and_then_both_are_heard_and_the_tutor_learns_nothing() -> None:
    async def body(room: Room) -> None:
        await says(room)
        await asyncio.sleep(7)
        ear, microphone = room.session.voice.ear, room.sound.microphone
        frames, commands, turns = sent(room), list[Command](room.tutor.link.commands), room.session.lesson.turns
        ear.shadow()
        assert (stage(room), now(room).text) == ("listen", SENTENCES[2]) and TONES[2][4:-960] in again(room)
        assert len(now(room).tutor) == 110, "2.2 s"
        await asyncio.sleep(2.4)
        assert stage(room) == "speak" and not room.sound.speaker.sounding
        await microphone.speak(400, level=3)
        await microphone.talk(1_000)
        await microphone.speak(1_400, level=3)
        assert stage(room) == "speak", "a pause for the next word"
        await microphone.speak(200, level=3)
        assert stage(room) == "tutor" and TONES[2][4:-960] in again(room)
        assert abs(len(now(room).own) - 50) <= 2 and max(now(room).own) == 255, "1 s, from its first voice on"
        await asyncio.sleep(2.3)
        assert stage(room) == "you"
        loud = [each for each in pcm.samples_of(again(room)) if abs(each) > 2_000]
        assert abs(pcm.ms_of(len(loud) * 2) - 1_000) <= 40 and len(again(room)) < pcm.bytes_of(2_000)
        await asyncio.sleep(2.5)
        assert stage(room) == "over" and not room.session.lesson.voice_waits
        assert sent(room) == frames and room.tutor.link.commands == commands and room.session.lesson.turns == turns
        await microphone.speak(100)
        assert sent(room) == frames + pcm.bytes_of(100), "the tutor hears the learner again"
        room.session.interrupt()
        assert room.session.lesson.training is None

    lesson_test(body)


def test_both_begin_equally_soon_and_no_soft_consonant_is_lost() -> None:
    def silent_ms(room: Room) -> float:
        """How long nothing is heard before the voice, of what is played now."""
        levels = pcm.samples_of(again(room))
        return pcm.ms_of(next(i for i, level in enumerate(levels) if abs(level) > 1_000) * pcm.SAMPLE_BYTES)

    async def body(room: Room) -> None:
        quiet_room = tone(0.5, level=30)
        await says(room, "A", "하나.", quiet_room + tone(1.0))
        await asyncio.sleep(2)
        ear, microphone = room.session.voice.ear, room.sound.microphone
        ear.shadow()
        ear.shadow()
        await microphone.speak(1_000, level=30)
        await microphone.talk(1_000)
        ear.shadow()
        assert stage(room) == "tutor" and 30 <= silent_ms(room) <= 70
        ear.shadow()
        pause_ms = pcm.ms_of(len(_BETWEEN)) - 60  # so much of it is skipped, as of all that begins silent
        assert stage(room) == "you" and 30 <= silent_ms(room) - pause_ms <= 70

    lesson_test(body)


def test_the_key_goes_on_the_talk_key_says_that_part_again_and_slower_begins_anew() -> None:
    async def body(room: Room) -> None:
        await says(room)
        await asyncio.sleep(7)
        session, ear, microphone = room.session, room.session.voice.ear, room.sound.microphone
        ear.replay.back()
        ear.replay.back()
        ear.shadow()
        assert (stage(room), now(room).text) == ("listen", SENTENCES[1]), "the one that was last heard again"
        assert session.lesson.replayed is None
        ear.replay.slower()
        assert (stage(room), now(room).speed, len(now(room).tutor)) == ("listen", 0.75, 113)
        session.talk()
        assert stage(room) == "listen"
        ear.shadow()
        assert stage(room) == "speak" and not room.sound.speaker.sounding
        await microphone.speak(200, level=3)
        await microphone.talk(400)
        session.talk()
        await microphone.talk(800)
        ear.shadow()
        assert stage(room) == "tutor" and abs(len(now(room).own) - 40) <= 2, "the try before is forgotten"
        ear.shadow()
        assert stage(room) == "you"
        session.talk()
        assert stage(room) == "tutor", "both again"
        for _ in range(2):
            ear.shadow()
        assert stage(room) == "over"
        session.talk()
        assert stage(room) == "tutor" and held(room)
        ear.replay.on()
        assert (stage(room), now(room).text) == ("listen", SENTENCES[2])
        session.interrupt()
        assert not held(room) and not room.sound.speaker.sounding

    lesson_test(body)


def test_with_push_to_talk_the_talk_key_talks_once_both_were_heard() -> None:
    async def body(room: Room) -> None:
        await says(room)
        await asyncio.sleep(7)
        session, ear = room.session, room.session.voice.ear
        ear.shadow()
        meanwhile = greyed(room.tutor.capabilities, session.lesson)
        assert {"think", "type", "repeat", "turns"} <= set(meanwhile), "they would hold or end what the tutor hears"
        ear.shadow()
        await room.sound.microphone.speak(200, level=3)
        await room.sound.microphone.talk(800)
        for _ in range(3):
            ear.shadow()
        assert stage(room) == "over" and not greyed(room.tutor.capabilities, session.lesson).keys() & {"talk", "type"}
        session.talk()
        assert session.lesson.talking and session.lesson.training is None

    lesson_test(body, push_to_talk_room)


def test_of_a_mixed_line_the_sentence_in_the_language_that_is_learnt_is_taken() -> None:
    async def body(room: Room) -> None:
        await says(room, "A", "Good. Now say: 커피 주세요. That is “coffee, please”.", pcm.silence(300).join(TONES))
        await asyncio.sleep(7)
        ear = room.session.voice.ear
        ear.shadow()
        assert now(room).text == "커피 주세요." and len(now(room).tutor) < 90, "its own sound alone"
        room.session.interrupt()
        ear.replay.on()
        ear.shadow()
        assert now(room).text == "That is “coffee, please”.", "it was chosen"

    lesson_test(body, lambda: Room(replace(PLAN, target_language="ko")))
    begins = {
        "In Korean, 커피 주세요.": 11,
        "Please say 커피 주세요.": 11,
        "Say “커피 주세요”.": 5,
        "Tom 씨는 어디에 있어요?": 0,
        "K-pop을 좋아해요.": 0,
        "커피 means coffee.": 0,
        "Very good!": 0,
    }
    assert {text: target_begins(text, "ko") for text in begins} == begins
    assert target_begins("Now say: un café.", "es") == 0, "Latin letters do not tell"


def test_what_the_tutor_says_meanwhile_waits() -> None:
    async def body(room: Room) -> None:
        await says(room)
        await asyncio.sleep(1.6)
        ear = room.session.voice.ear
        heard = room.sound.speaker.progress("A")
        ear.shadow()
        assert now(room).text == SENTENCES[0]
        await asyncio.sleep(2)
        assert stage(room) == "speak" and room.sound.speaker.progress("A") == heard
        await says(room, "B", "좋아요!", tone(1.0))
        await asyncio.sleep(12)
        assert sounding(room) == ("A", "B") and room.sound.speaker.progress("A") == heard
        room.session.interrupt()
        await asyncio.sleep(6)
        assert sounding(room) == () and room.session.lesson.turn("B") is not None

    lesson_test(body)


@pytest.mark.parametrize("mode", ["headphones", "half-duplex"])
def test_the_microphone_rests_until_the_room_is_silent_where_the_tutor_would_be_heard_in_it(mode: EchoMode) -> None:
    async def body(room: Room) -> None:
        room.session.set_echo(mode)
        await says(room)
        await asyncio.sleep(7)
        room.session.voice.ear.shadow()
        await room.sound.microphone.speak(200, level=3)
        room.session.voice.ear.shadow()
        await room.sound.microphone.talk(1_000)
        room.session.voice.ear.shadow()
        assert abs(len(now(room).own) - (50 if mode == "headphones" else 40)) <= 1

    lesson_test(body)


def test_what_cannot_be_is_said_with_the_way_out() -> None:
    async def body(room: Room) -> None:
        session, ear = room.session, room.session.voice.ear
        ear.shadow()
        assert notice(room) == NOTHING_YET
        await says(room, "A", "하나.", tone(1.0))
        await asyncio.sleep(2)
        session.mute()
        ear.shadow()
        assert notice(room) == MUTED and stage(room) == ""
        session.mute()
        session.take(ev.LearnerStartedSpeaking("L"))
        ear.shadow()
        assert notice(room) == YOUR_TURN_FIRST
        await room.tell(ev.LearnerStoppedSpeaking("L"), ev.LearnerTurnKept("L", None))
        ear.shadow()
        ear.shadow()
        await room.sound.microphone.speak(1_000, level=3)
        ear.shadow()
        assert notice(room) == NOT_HEARD and stage(room) == "" and not held(room)
        ear.shadow()
        session.mute()
        assert notice(room) == MUTED and stage(room) == "" and not held(room)
        session.mute()
        ear.shadow()
        session.take(ev.DeviceLost("microphone", "It was unplugged."))
        assert notice(room) == NO_MICROPHONE and stage(room) == ""
        session.take(ev.DeviceOpened("microphone", "USB", 48_000))
        ear.shadow()
        await asyncio.sleep(27)
        assert 0 < now(room).left_s <= 10, "the last seconds are counted down"
        await asyncio.sleep(13)
        assert notice(room) == NOT_HEARD, "nobody waits for ever"
        session.take(ev.DeviceLost("speaker", "It was unplugged."))
        ear.shadow()
        assert notice(room) == NO_SPEAKER
        session.take(ev.DeviceOpened("speaker", "USB", 48_000))
        ear.replay.again()
        session.interrupt()
        for item in ("B", "C"):  # 124 s in all
            ear._kept.ring.add("tutor", item, tone(2.0) * 31)
        ear._kept.trim()
        ear.replay._newest = next(ear._kept.newest_first()).place
        ear.shadow()
        assert notice(room) == HAS_LEFT and stage(room) == ""

    lesson_test(body)


def test_who_types_or_is_heard_by_the_tutor_ends_it() -> None:
    async def body(room: Room) -> None:
        await says(room, "A", TEXT)
        await asyncio.sleep(7)
        for event in (ev.LearnerStartedSpeaking("L"), ev.Talking(True), ev.LearnerTyped("T", "네"), ev.Divided("x")):
            room.session.voice.ear.shadow()
            assert stage(room) == "listen", event
            room.session.take(event)
            assert stage(room) == "" and not held(room)
            room.session.take(ev.LearnerStoppedSpeaking("L"))
            room.session.take(ev.Talking(False))

    lesson_test(body)
