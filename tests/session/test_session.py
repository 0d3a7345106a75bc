"""The lesson under way, in virtual time: what is sent, what is heard, what the learner sees."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from tests.session.room import PLAN, Room, lesson_test
from tutor_tui.core import events as ev
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.conversation import TurnState
from tutor_tui.core.lesson import Phase
from tutor_tui.core.pcm import silence
from tutor_tui.core.tutor_commands import Configure, Greet, Interrupt, Repeat, Say, Unheard


def test_the_opening_is_asked_for_once_the_line_is_ready() -> None:
    async def body(room: Room) -> None:
        assert room.tutor.link.commands == [Greet("Greet the learner.")]
        assert room.phase() is Phase.LISTENING

    lesson_test(body)


def test_speaking_lasts_until_the_last_word_was_heard_not_sent() -> None:
    async def body(room: Room) -> None:
        await room.reply(ms=1_000)
        await asyncio.sleep(0.5)
        assert room.phase() is Phase.SPEAKING
        await asyncio.sleep(0.6)
        assert room.phase() is Phase.LISTENING

    lesson_test(body)


def test_barge_in_by_voice_stops_the_sound_and_tells_what_was_heard() -> None:
    async def body(room: Room) -> None:
        await room.reply(ms=2_000, done=False)
        await asyncio.sleep(0.499)
        await room.tell(ev.LearnerStartedSpeaking("U"))
        assert room.tutor.link.commands[1:] == [Interrupt("voice", (Unheard("A", 500),))]
        turn = room.session.lesson.turn("A")
        assert turn is not None and turn.state is TurnState.CUT and turn.heard_share == 0.25
        assert (turn.heard_text, turn.unheard_text) == ("one ", "two three four")
        assert room.phase() is Phase.HEARING

    lesson_test(body)


def test_late_sound_of_a_stopped_item_stays_silent() -> None:
    async def body(room: Room) -> None:
        await room.reply(ms=2_000, done=False)
        room.session.interrupt()
        before = len(room.sound.speaker.played)
        await room.tell(ev.TutorAudio("A", silence(200)), ev.ReplyEnded("R", "cancelled"))
        assert len(room.sound.speaker.played) == before
        assert room.phase() is Phase.LISTENING

    lesson_test(body)


def test_interrupt_key_cancels_an_answer_that_has_no_sound_yet() -> None:
    async def body(room: Room) -> None:
        await room.tell(ev.ReplyStarted("R"))
        room.session.interrupt()
        await asyncio.sleep(0.001)
        assert room.tutor.link.commands[1:] == [Interrupt("key", ())]

    lesson_test(body)


def test_a_sentence_whose_end_was_heard_but_not_told_yet_is_over_when_the_tutor_is_stopped() -> None:
    async def body(room: Room) -> None:
        await room.reply(ms=1_000)
        room.sound.speaker._starts.clear()  # the speaker is through, and says so in a moment
        room.session.interrupt()
        turn = room.session.lesson.turn("A")
        assert turn is not None and turn.state is TurnState.DONE
        assert room.phase() is Phase.LISTENING

    lesson_test(body)


def test_interrupt_key_drops_an_answer_that_has_not_begun() -> None:
    async def body(room: Room) -> None:
        await room.tell(ev.LearnerStartedSpeaking("U"), ev.LearnerStoppedSpeaking("U"), ev.LearnerTurnKept("U", None))
        assert room.phase() is Phase.THINKING
        room.session.interrupt()
        await asyncio.sleep(0.001)
        assert room.tutor.link.commands[1:] == [Interrupt("key", ())]
        assert room.phase() is Phase.LISTENING
        await room.tell(ev.ReplyStarted("R"), ev.ReplyEnded("R", "cancelled"))
        assert room.phase() is Phase.LISTENING

    lesson_test(body)


def test_typed_words_take_the_place_of_an_answer_that_has_not_begun() -> None:
    async def body(room: Room) -> None:
        await room.tell(ev.LearnerStartedSpeaking("U"), ev.LearnerStoppedSpeaking("U"))
        room.session.say("I meant this.")
        await asyncio.sleep(0.001)
        interrupt, words = room.tutor.link.commands[1:]
        assert interrupt == Interrupt("key", ())
        assert isinstance(words, Say) and words.text == "I meant this."
        assert room.phase() is Phase.THINKING

    lesson_test(body)


def test_nothing_is_truncated_when_all_was_heard() -> None:
    async def body(room: Room) -> None:
        await room.reply(ms=300)
        await asyncio.sleep(1)
        room.session.interrupt()
        await room.tell(ev.LearnerStartedSpeaking("U"))
        assert room.tutor.link.commands[1:] == []

    lesson_test(body)


def test_a_queued_item_never_heard_is_told_as_unheard() -> None:
    async def body(room: Room) -> None:
        await room.tell(ev.ReplyStarted("R"), ev.TutorAudio("A", silence(1_000)), ev.TutorAudio("B", silence(1_000)))
        await asyncio.sleep(0.199)
        room.session.interrupt()
        await asyncio.sleep(0.001)
        assert room.tutor.link.commands[1:] == [Interrupt("key", (Unheard("A", 200), Unheard("B", 0)))]

    lesson_test(body)


def test_frames_reach_the_tutor_and_the_meter() -> None:
    async def body(room: Room) -> None:
        await room.sound.microphone.speak(100)
        assert len(room.tutor.link.heard) == 5 * 960
        assert room.session.levels.read().dbfs > -15

    lesson_test(body)


def test_mute_sends_nothing_at_all() -> None:
    async def body(room: Room) -> None:
        room.session.mute()
        await room.sound.microphone.speak(200)
        assert room.tutor.link.heard == b""
        assert room.session.levels.read().frames == 10

    lesson_test(body)


def test_mute_in_mid_sentence_ends_the_turn_by_silence() -> None:
    async def body(room: Room) -> None:
        await room.tell(ev.LearnerStartedSpeaking("U"))
        room.session.mute()
        await room.sound.microphone.speak(100)
        assert room.tutor.link.heard == bytes(5 * 960)
        await room.tell(ev.LearnerStoppedSpeaking("U"))
        await room.sound.microphone.speak(100)
        assert len(room.tutor.link.heard) == 5 * 960

    lesson_test(body)


def test_a_tutor_that_does_not_understand_the_language_by_ear_is_sent_no_sound() -> None:
    async def body(room: Room) -> None:
        await room.sound.microphone.speak(100)
        assert not room.tutor.link.heard
        assert room.session.levels.read().frames, "the meter goes on"
        room.session.change(replace(room.session.lesson.plan, target_language="en"))
        await room.sound.microphone.speak(100)
        assert room.tutor.link.heard

    lesson_test(body, lambda: Room(replace(PLAN, target_language="ko"), Capabilities(hears=frozenset({"en"}))))


def test_speakers_mode_rests_the_microphone_while_the_tutor_is_heard_and_a_tail() -> None:
    async def body(room: Room) -> None:
        room.session.set_echo("speakers")
        await room.reply(ms=400)
        await room.sound.microphone.speak(400)
        assert room.tutor.link.heard == b""
        await room.sound.microphone.speak(400)
        assert 160 * 48 <= len(room.tutor.link.heard) <= 220 * 48

    lesson_test(body)


def test_in_speakers_mode_the_learner_is_heard_over_the_tutor_once_its_echo_is_known() -> None:
    async def body(room: Room) -> None:
        room.session.set_echo("speakers")
        await room.reply(ms=900)
        await room.sound.microphone.speak(200)
        assert room.sound.cancels_echo and room.tutor.link.heard == b""
        room.sound.microphone.echo_cancelled = True
        await room.sound.microphone.speak(200)
        assert room.session.lesson.echo_cancelled and len(room.tutor.link.heard) >= 180 * 48
        room.sound.microphone.echo_cancelled = False
        await room.sound.microphone.speak(200)
        assert len(room.tutor.link.heard) <= 220 * 48
        room.session.set_echo("half-duplex")
        await room.sound.microphone.speak(20)
        assert not room.sound.cancels_echo

    lesson_test(body)


def test_echo_mode_changes_the_noise_reduction_with_it() -> None:
    async def body(room: Room) -> None:
        room.session.set_echo("speakers")
        await asyncio.sleep(0.001)
        command = room.tutor.link.commands[-1]
        assert isinstance(command, Configure) and command.plan.noise_reduction == "far_field"

    lesson_test(body)


def test_typed_words_stop_the_tutor_and_go_out() -> None:
    async def body(room: Room) -> None:
        await room.reply(ms=1_000, done=False)
        room.session.say("  안녕하세요  ")
        await asyncio.sleep(0.001)
        interrupt, said = room.tutor.link.commands[1:]
        assert isinstance(interrupt, Interrupt)
        assert isinstance(said, Say) and said.text == "안녕하세요" and len(said.item_id) <= 32
        turn = room.session.lesson.turn(said.item_id)
        assert turn is not None and turn.typed and turn.state is TurnState.DONE

    lesson_test(body)


def test_empty_lines_are_not_sent() -> None:
    async def body(room: Room) -> None:
        room.session.say(" \n ")
        assert room.session.lesson.turns == ()

    lesson_test(body)


def test_repeat_asks_the_tutor() -> None:
    async def body(room: Room) -> None:
        await room.reply(done=True)
        await asyncio.sleep(2)
        room.session.repeat()
        await asyncio.sleep(0.001)
        assert room.tutor.link.commands[1:] == [Repeat()]
        assert room.session.lesson.repeat_asked

    lesson_test(body)


def test_a_chosen_device_is_passed_on() -> None:
    async def body(room: Room) -> None:
        room.session.choose_device("speaker", "pulse")
        await asyncio.sleep(0.001)
        assert room.sound.chosen == [("speaker", "pulse")]

    lesson_test(body)
