"""A sentence is heard, written down and compared: it is hidden meanwhile, and nothing of it goes to the tutor."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from tests.session.room import PLAN, Room, lesson_test
from tests.session.test_replay import SENTENCES, TEXT, TONES, again, notice, says
from tests.support.pulse import tone
from tutor_tui.core import events as ev
from tutor_tui.core.availability import DICTATION, greyed
from tutor_tui.core.captions import Rung
from tutor_tui.core.captions_shown import mask_of
from tutor_tui.core.conversation import Turn
from tutor_tui.core.dictated import Dictated, dictated_words
from tutor_tui.core.shadowed import Shadowed
from tutor_tui.core.tutor_commands import Command
from tutor_tui.session.dictation import ONLY_TUTOR
from tutor_tui.session.replay import NO_SPEAKER, NOT_TO_ITS_END, NOTHING_YET


def korean_room() -> Room:
    return Room(replace(PLAN, target_language="ko"))


def now(room: Room) -> Dictated:
    training = room.session.lesson.training
    assert isinstance(training, Dictated)
    return training


def turn(room: Room, item: str = "A") -> Turn:
    found = room.session.lesson.turn(item)
    assert found is not None
    return found


def hides(room: Room, item: str = "A") -> bool:
    return mask_of(room.session.lesson, turn(room, item)) is not None


def test_it_is_heard_written_and_compared_word_by_word_and_the_tutor_learns_nothing() -> None:
    async def body(room: Room) -> None:
        await says(room)
        await asyncio.sleep(7)
        session, ear = room.session, room.session.voice.ear
        frames, commands, turns = (
            len(room.tutor.link.heard),
            list[Command](room.tutor.link.commands),
            len(session.lesson.turns),
        )
        assert not hides(room)
        ear.dictate()
        assert (now(room).stage, now(room).text) == ("write", SENTENCES[2]) and TONES[2][4:-960] in again(room)
        assert hides(room) and SENTENCES[2] not in dictated_words(now(room))
        assert {"think", "repeat", "turns"} <= (grey := greyed(room.tutor.capabilities, session.lesson)).keys()
        assert grey["repeat"] == DICTATION and "type" not in grey
        await room.sound.microphone.talk(1_000)
        ear.replay.slower()
        assert now(room).speed == 0.75
        session.say("이름이 모예요 어디에서 왔어요")
        assert now(room).stage == "again" and hides(room) and again(room), "heard once more for the second try"
        assert dictated_words(now(room)) == "Dictation at 0.75×, once more: “이름이 ____ 어디에서 왔어요”"
        session.say("이름이 머예요")
        assert now(room).stage == "over" and not hides(room) and not session.lesson.voice_waits
        words = "3 of 4 words right. “이름이✓ 뭐예요, 어디에서✓ 왔어요✓?” You wrote: “이름이 머예요”."
        assert dictated_words(now(room)) == f"Dictation: {words}"
        assert turn(room).rung is Rung.ALL and turn(room).revealed
        assert len(room.tutor.link.heard) == frames and room.tutor.link.commands == commands
        assert len(session.lesson.turns) == turns and not room.sound.speaker.held
        ear.replay.again()
        assert now(room).stage == "over" and session.lesson.replayed, "it can be heard again beside its words"
        session.interrupt()
        assert session.lesson.training is None and session.lesson.replayed is None

    lesson_test(body, korean_room)


def test_latin_letters_do_for_beginners_and_a_line_beside_the_sentence_ends_nothing() -> None:
    async def body(room: Room) -> None:
        await says(room)
        await asyncio.sleep(7)
        session, ear = room.session, room.session.voice.ear
        ear.dictate()
        for line in ("are you there?", "one moment please", "are you there?"):
            session.say(line)
            assert (now(room).stage, now(room).shown) == ("again", "____ ____ ____ ____")
            told = f"Dictation, once more: “____ ____ ____ ____” No word of “{line}” is in it."
            assert dictated_words(now(room)) == told, "who meant it for the tutor learns where it went"
        session.say("ireumi moyeyo eodieseo wasseoyo")
        words = "3 of 4 words right. “이름이✓ 뭐예요, 어디에서✓ 왔어요✓?” You wrote: “ireumi moyeyo eodieseo wasseoyo”."
        assert dictated_words(now(room)) == f"Dictation: {words}"
        ear.dictate()
        session.say("ireumi mwoyeyo eodieseo wasseoyo")
        assert dictated_words(now(room)).startswith("Dictation: you had every word.")

    lesson_test(body, lambda: Room(replace(PLAN, target_language="ko", level="A1")))


@pytest.mark.parametrize("ending", ["all right", "shown by its key", "shown as any line", "left", "spoken", "shadowed"])
def test_how_it_ends(ending: str) -> None:
    async def body(room: Room) -> None:
        await says(room)
        await asyncio.sleep(7)
        session, ear = room.session, room.session.voice.ear
        session.take(ev.CaptionsChosen(Rung.HIDDEN))
        ear.dictate()
        match ending:
            case "all right":
                session.say("이름이 뭐예요? 어디에서 왔어요?")
                assert dictated_words(now(room)).startswith("Dictation: you had every word. “이름이✓ 뭐예요✓,")
            case "shown by its key":
                ear.dictate()
                assert dictated_words(now(room)) == "Dictation: this is the sentence. “이름이 뭐예요, 어디에서 왔어요?”"
            case "shown as any line":
                assert session.study.captions.reveal() == ""
                assert now(room).stage == "over"
            case "left":
                session.interrupt()
                assert session.lesson.training is None and hides(room), "as hidden as before"
            case "spoken":
                session.take(ev.LearnerStartedSpeaking("L"))
                assert session.lesson.training is None and hides(room)
            case _:
                ear.shadow()
                assert isinstance(session.lesson.training, Shadowed)
                ear.dictate()
                assert now(room).stage == "write", "and back again"
                session.interrupt()
        assert not room.sound.speaker.held
        if ending not in ("left", "spoken", "shadowed"):
            assert not hides(room), "the line is shown, whatever the rung"

    lesson_test(body, korean_room)


def test_the_newest_sentence_that_was_heard_to_its_end_is_taken_and_stays_while_the_tutor_goes_on() -> None:
    async def body(room: Room) -> None:
        session, ear = room.session, room.session.voice.ear
        ear.dictate()
        assert notice(room) == NOTHING_YET
        await says(room)
        await asyncio.sleep(1)
        ear.dictate()
        assert notice(room) == NOT_TO_ITS_END
        await asyncio.sleep(1.4)
        ear.dictate()
        assert now(room).text == SENTENCES[0]
        heard = room.sound.speaker.progress("A")
        await says(room, "B", "좋아요!", tone(1.0))
        await asyncio.sleep(8)
        ear.replay.again()
        assert now(room).text == SENTENCES[0] and room.sound.speaker.progress("A") == heard, "the tutor waits"
        ear.replay.on()
        assert now(room).text == SENTENCES[1], "another one begins anew"
        session.interrupt()
        await asyncio.sleep(9)
        assert session.lesson.sounding == ()

    lesson_test(body, korean_room)


def test_what_cannot_be_is_said() -> None:
    async def body(room: Room) -> None:
        session, ear = room.session, room.session.voice.ear
        await says(room, text=TEXT)
        await asyncio.sleep(7)
        session.take(ev.LearnerStartedSpeaking("L"))
        await room.sound.microphone.talk(1_000)
        await room.tell(ev.LearnerStoppedSpeaking("L"), ev.LearnerTurnKept("L", None))
        ear.dictate()
        ear.replay.on()
        assert notice(room) == ONLY_TUTOR and now(room).text == SENTENCES[2]
        session.interrupt()
        session.take(ev.DeviceLost("speaker", "It was unplugged."))
        ear.dictate()
        assert notice(room) == NO_SPEAKER and session.lesson.training is None

    lesson_test(body, korean_room)
