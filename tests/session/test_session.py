"""The lesson under way, in virtual time: what is sent, what is heard, what the learner sees."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

from tests.support.fakes import FakeSoundCard, FakeTutor
from tests.support.virtual_time import in_virtual_time
from tutor_tui.core import events as ev
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.commands import (
    BeginTurn,
    Configure,
    DropTurn,
    EndTurn,
    Greet,
    Interrupt,
    Repeat,
    Say,
    Unheard,
)
from tutor_tui.core.lesson import Phase, TurnState
from tutor_tui.core.pcm import silence
from tutor_tui.core.plan import Applied, HistoryLine, LessonPlan
from tutor_tui.core.problems import LinkLost
from tutor_tui.core.turn_detection import PushToTalk
from tutor_tui.session.session import Session

PLAN = LessonPlan(profile="Korean tutor", instructions="Teach.", voice="marin", opening="Greet the learner.")


class Room:
    """A session with everything around it."""

    def __init__(self, plan: LessonPlan = PLAN, capabilities: Capabilities | None = None) -> None:
        self.tutor = FakeTutor(capabilities)
        self.sound = FakeSoundCard()
        self.session = Session(tutor=self.tutor, sound=self.sound, plan=plan)

    def phase(self) -> Phase:
        return self.session.lesson.phase

    @asynccontextmanager
    async def lesson(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.session.run())
        await asyncio.sleep(0.01)
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def tell(self, *events: ev.TutorEvent | LinkLost) -> None:
        self.tutor.link.tell(*events)
        await asyncio.sleep(0.001)

    async def reply(
        self, item: str = "A", ms: int = 1_000, done: bool = True, text: str = "one two three four"
    ) -> None:
        """The tutor sends a reply of `ms`, faster than it is heard."""
        await self.tell(ev.ReplyStarted("R"), ev.TutorTextDelta(item, text), ev.TutorAudio(item, silence(ms)))
        if done:
            await self.tell(ev.TutorTextDone(item, text), ev.TutorAudioDone(item), ev.ReplyEnded("R"))


def lesson_test(body: Callable[[Room], Awaitable[None]], room: Callable[[], Room] = Room) -> None:
    async def main() -> None:
        here = room()
        async with here.lesson():
            await body(here)

    in_virtual_time(main())


def push_to_talk_room() -> Room:
    return Room(replace(PLAN, turn_detection=PushToTalk()))


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


def test_speakers_mode_rests_the_microphone_while_the_tutor_is_heard_and_a_tail() -> None:
    async def body(room: Room) -> None:
        room.session.set_echo("speakers")
        await room.reply(ms=400)
        await room.sound.microphone.speak(400)
        assert room.tutor.link.heard == b""
        await room.sound.microphone.speak(400)
        assert 160 * 48 <= len(room.tutor.link.heard) <= 220 * 48

    lesson_test(body)


def test_echo_mode_changes_the_noise_reduction_with_it() -> None:
    async def body(room: Room) -> None:
        room.session.set_echo("speakers")
        await asyncio.sleep(0.001)
        command = room.tutor.link.commands[-1]
        assert isinstance(command, Configure) and command.plan.noise_reduction == "far_field"

    lesson_test(body)


def test_push_to_talk_sends_only_between_the_presses_and_a_short_tail() -> None:
    async def body(room: Room) -> None:
        await room.sound.microphone.speak(100)
        assert room.tutor.link.heard == b""
        room.session.talk()
        await room.sound.microphone.speak(300)
        room.session.talk()
        await room.sound.microphone.speak(600)
        assert 480 * 48 <= len(room.tutor.link.heard) <= 520 * 48
        assert room.tutor.link.commands[1:] == [BeginTurn(), EndTurn()]

    lesson_test(body, push_to_talk_room)


def test_push_to_talk_over_the_tutor_interrupts_first() -> None:
    async def body(room: Room) -> None:
        await room.reply(ms=1_000, done=False)
        room.session.talk()
        await asyncio.sleep(0.001)
        kinds = [type(command) for command in room.tutor.link.commands[1:]]
        assert kinds == [Interrupt, BeginTurn]

    lesson_test(body, push_to_talk_room)


def test_push_to_talk_without_sound_is_dropped_and_said() -> None:
    async def body(room: Room) -> None:
        room.session.talk()
        room.session.talk()
        await asyncio.sleep(0.5)
        assert room.tutor.link.commands[1:] == [BeginTurn(), DropTurn()]
        notice = room.session.lesson.notice
        assert notice is not None and notice.title == "Nothing was heard."
        assert room.phase() is Phase.LISTENING

    lesson_test(body, push_to_talk_room)


def test_a_turn_that_ends_by_itself_lets_go_of_the_key_and_a_late_press_is_no_new_turn() -> None:
    async def body(room: Room) -> None:
        room.session.talk()
        await room.sound.microphone.speak(300)
        await room.tell(ev.LearnerTurnKept("U", None, by_itself=True))
        assert room.phase() is Phase.THINKING
        sent = len(room.tutor.link.heard)
        await room.sound.microphone.speak(300)
        assert len(room.tutor.link.heard) == sent, "the microphone is closed"
        room.session.talk()
        assert room.phase() is Phase.THINKING, "that press was meant to end the turn"
        room.session.talk()
        assert room.phase() is Phase.HEARING
        await asyncio.sleep(0.001)
        assert room.tutor.link.commands[1:] == [BeginTurn(), BeginTurn()]

    lesson_test(body, push_to_talk_room)


def test_a_turn_that_reaches_its_length_just_after_the_key_is_ended_once() -> None:
    async def body(room: Room) -> None:
        room.session.talk()
        await room.sound.microphone.speak(300)
        room.session.talk()
        await room.tell(ev.LearnerTurnKept("U", None, by_itself=True))
        await asyncio.sleep(0.3)
        assert room.tutor.link.commands[1:] == [BeginTurn(), EndTurn()], "the tutor knows that it has ended"
        room.session.talk()
        assert room.phase() is Phase.HEARING, "this press is a new one"

    lesson_test(body, push_to_talk_room)


def test_talk_key_outside_push_to_talk_says_so() -> None:
    async def body(room: Room) -> None:
        room.session.talk()
        assert room.session.lesson.notice is not None
        assert room.tutor.link.commands[1:] == []

    lesson_test(body)


def test_think_key_holds_the_turn_until_it_is_pressed_again() -> None:
    async def body(room: Room) -> None:
        await room.tell(ev.LearnerStartedSpeaking("U"))
        room.session.think()
        await room.tell(ev.LearnerStoppedSpeaking("U"), ev.LearnerTurnKept("U", None))
        assert room.phase() is Phase.LISTENING
        await asyncio.sleep(30)
        hold = room.tutor.link.commands[1]
        assert isinstance(hold, Configure) and not hold.plan.answers
        assert len(room.tutor.link.commands) == 2
        room.session.think()
        await asyncio.sleep(0.001)
        release = room.tutor.link.commands[2]
        assert isinstance(release, Configure) and release.plan.answers
        assert room.tutor.link.commands[3:] == [EndTurn(commit=False)]

    lesson_test(body)


def test_think_key_lets_go_by_itself_after_a_minute() -> None:
    async def body(room: Room) -> None:
        room.session.think()
        await asyncio.sleep(59)
        held_before = room.session.lesson.held
        await asyncio.sleep(2)
        assert (held_before, room.session.lesson.held) == (True, False)
        assert [type(command) for command in room.tutor.link.commands[1:]] == [Configure, Configure]

    lesson_test(body)


def test_an_answer_that_slips_in_while_held_is_stopped_and_owed() -> None:
    async def body(room: Room) -> None:
        room.session.think()
        await room.tell(ev.ReplyStarted("R"))
        await room.tell(ev.ReplyEnded("R", "cancelled"))
        room.session.think()
        await asyncio.sleep(0.001)
        held, stopped, released, answered = room.tutor.link.commands[1:]
        assert isinstance(held, Configure) and isinstance(released, Configure)
        assert (stopped, answered) == (Interrupt("key", ()), EndTurn(commit=False))

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
        room.session.repeat()
        await asyncio.sleep(0.001)
        assert room.tutor.link.commands[1:] == [Repeat()]

    lesson_test(body)


def test_a_dropped_line_comes_back_with_its_history() -> None:
    async def body(room: Room) -> None:
        await room.reply(text="Hello there.", ms=100)
        await asyncio.sleep(1)
        await room.tell(ev.LearnerStartedSpeaking("U"), ev.LearnerTextDone("U", "I am fine"))
        await room.tell(LinkLost("The line dropped.", retry=True))
        assert room.phase() is Phase.CONNECTING or len(room.tutor.links) == 2
        await asyncio.sleep(2)
        assert len(room.tutor.links) == 2
        history = room.tutor.link.plan.history
        assert history == (HistoryLine("tutor", "Hello there."), HistoryLine("learner", "I am fine"))
        assert room.tutor.link.commands == [EndTurn(commit=False)], (
            "the learner's last turn is answered, no new greeting"
        )
        assert not room.tutor.links[0].open

    lesson_test(body)


def test_unheard_words_are_not_in_the_history() -> None:
    async def body(room: Room) -> None:
        await room.reply(ms=2_000, done=False)
        await asyncio.sleep(0.999)
        room.session.interrupt()
        await room.tell(LinkLost("The line dropped.", retry=True))
        await asyncio.sleep(2)
        assert room.tutor.link.plan.history == (HistoryLine("tutor", "one two"),)

    lesson_test(body)


def test_words_typed_without_a_line_are_kept_and_answered_later() -> None:
    async def main() -> None:
        room = Room()
        room.tutor.refusals = [LinkLost("No network.", retry=True)] * 2
        async with room.lesson():
            room.session.say("hello")
            await asyncio.sleep(5)
            assert room.tutor.link.plan.history == (HistoryLine("learner", "hello"),)
            assert room.tutor.link.commands[0] == Greet(PLAN.opening)

    in_virtual_time(main())


def test_attempts_wait_longer_and_longer_and_say_so() -> None:
    async def main() -> None:
        room = Room()
        room.tutor.refusals = [LinkLost("No network.", "Check it.", retry=True)] * 6
        seen: list[tuple[int, float]] = []

        async def follow() -> None:
            async for lesson in room.session.watch:
                if lesson.dialling and (not seen or seen[-1][0] != lesson.dialling):
                    seen.append((lesson.dialling, lesson.dial_wait_s))

        follower = asyncio.create_task(follow())
        async with room.lesson():
            await asyncio.sleep(60)
        await follower
        attempts = [attempt for attempt, _ in seen]
        waits = [wait for _, wait in seen]
        assert attempts == [2, 3, 4, 5, 6, 7], "the first fails at once, so the watch shows the second"
        assert all(later > earlier * 1.4 for earlier, later in itertools.pairwise(waits[:-1]))
        assert max(waits) <= 8.0
        assert room.phase() is not Phase.FAILED

    in_virtual_time(main())


def test_a_refusal_no_attempt_can_cure_is_shown_and_waits_for_retry() -> None:
    async def main() -> None:
        room = Room()
        room.tutor.refusals = [LinkLost("The key is refused.", "Set OPENAI_API_KEY.", retry=False)]
        async with room.lesson():
            await asyncio.sleep(100)
            assert room.phase() is Phase.FAILED
            assert room.session.lesson.failed is not None
            assert room.session.lesson.failed.title == "The key is refused."
            room.session.retry()
            await asyncio.sleep(1)
            assert room.phase() is Phase.LISTENING

    in_virtual_time(main())


def test_another_profile_goes_live_and_opens() -> None:
    async def body(room: Room) -> None:
        new = replace(PLAN, profile="French debate", instructions="Débattez.", opening="Ouvrez.")
        room.session.change(new)
        await asyncio.sleep(0.001)
        assert room.tutor.link.commands[1:] == [Configure(new), Greet("Ouvrez.")]
        assert len(room.tutor.links) == 1

    lesson_test(body)


def test_another_voice_after_speech_reconnects_with_the_history() -> None:
    async def body(room: Room) -> None:
        await room.reply(text="Hello.", ms=100)
        await asyncio.sleep(1)
        room.session.change(replace(PLAN, voice="cedar"))
        await asyncio.sleep(1)
        assert len(room.tutor.links) == 2
        assert room.tutor.link.plan.voice == "cedar"
        assert room.tutor.link.plan.history == (HistoryLine("tutor", "Hello."),)
        assert room.tutor.link.commands == []

    lesson_test(body)


def test_a_profile_the_tutor_cannot_take_live_gets_a_new_conversation() -> None:
    def room() -> Room:
        return Room(capabilities=Capabilities(live_lesson=False))

    async def body(room: Room) -> None:
        new = replace(PLAN, profile="Café", instructions="Otra.", opening="Saluda.", offline_lesson="es-a1-cafe")
        room.session.change(new)
        await asyncio.sleep(1)
        assert len(room.tutor.links) == 2
        assert room.tutor.link.commands == [Greet("Saluda.")]

    lesson_test(body, room)


def test_a_refused_change_springs_back_and_says_why() -> None:
    async def body(room: Room) -> None:
        before = room.session.lesson.plan.turn_detection
        await room.tell(ev.PlanApplied(Applied(turn_detection=before)))
        room.session.set_turn_detection(PushToTalk())
        assert room.session.lesson.plan_pending
        await room.tell(ev.PlanRefused("turn_detection is out of range"))
        lesson = room.session.lesson
        assert lesson.plan.turn_detection == before and not lesson.plan_pending
        assert lesson.notice is not None and lesson.notice.hint == "turn_detection is out of range"

    lesson_test(body)


def test_another_plan_lets_go_of_a_held_turn() -> None:
    async def body(room: Room) -> None:
        room.session.think()
        room.session.change(replace(room.session.lesson.plan, speed=0.8))
        assert not room.session.lesson.held
        assert room.session.lesson.plan.answers

    lesson_test(body)


def test_another_tutor_goes_on_with_what_was_said() -> None:
    async def body(room: Room) -> None:
        await room.reply(text="Hello.", ms=2_000, done=False)
        await room.tell(ev.LearnerTextDone("U", "Good morning."))
        await asyncio.sleep(1)
        other = FakeTutor(Capabilities(hears=frozenset({"en"})))
        room.session.switch(other)
        await asyncio.sleep(1)
        assert not room.tutor.link.open
        assert other.link.plan.history[-1] == HistoryLine("learner", "Good morning.")
        assert other.link.commands == [EndTurn(commit=False)], "the learner's words are answered by the other"
        assert room.session.tutor is other
        assert room.phase() is Phase.LISTENING
        assert room.session.lesson.notice is None, "a change that was asked for is no news"

    lesson_test(body)


def test_the_same_tutor_is_no_change() -> None:
    async def body(room: Room) -> None:
        room.session.switch(room.tutor)
        await asyncio.sleep(1)
        assert len(room.tutor.links) == 1

    lesson_test(body)


def test_a_chosen_device_is_passed_on() -> None:
    async def body(room: Room) -> None:
        room.session.choose_device("speaker", "pulse")
        await asyncio.sleep(0.001)
        assert room.sound.chosen == [("speaker", "pulse")]

    lesson_test(body)


def test_cancelling_the_lesson_closes_the_line_and_ends_the_followers() -> None:
    async def main() -> None:
        room = Room()
        async with room.lesson():
            await room.reply(ms=5_000)
        assert not room.tutor.link.open
        assert not room.sound.speaker.sounding
        assert [lesson async for lesson in room.session.watch][-1] is room.session.lesson

    in_virtual_time(main())
