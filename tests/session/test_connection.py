"""A lesson whose line comes, goes and comes back, in virtual time."""

from __future__ import annotations

import asyncio
import itertools

import pytest

from tests.session.room import PLAN, Room, lesson_test
from tests.support.fakes import FakeTutor
from tests.support.virtual_time import in_virtual_time
from tutor_tui.core import events as ev
from tutor_tui.core.availability import GO_OFFLINE
from tutor_tui.core.conversation import TurnState
from tutor_tui.core.lesson import Notice, Phase
from tutor_tui.core.lesson_plan import HistoryLine
from tutor_tui.core.pcm import bytes_of, silence
from tutor_tui.core.problems import LinkLost
from tutor_tui.core.tutor_commands import EndTurn, Greet


def test_a_dropped_line_comes_back_with_its_history() -> None:
    async def body(room: Room) -> None:
        await room.reply(text="Hello there.", ms=100)
        await asyncio.sleep(1)
        await room.tell(ev.LearnerStartedSpeaking("U"), ev.LearnerTextDone("U", "I am fine"))
        await room.tell(LinkLost("The line dropped.", retry=True))
        assert (room.phase(), len(room.tutor.links)) == (Phase.CONNECTING, 1)
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


def test_what_had_no_sound_when_the_line_was_lost_counts_as_unheard() -> None:
    """Text runs ahead of sound: here 0.5 s of some 4 s had come."""
    text = "Tell me about the house in which you lived when you were a child."

    async def body(room: Room) -> None:
        await room.tell(ev.ReplyStarted("R"), ev.TutorTextDelta("A", text), ev.TutorAudio("A", silence(500)))
        await room.tell(LinkLost("The line dropped.", retry=True))
        await asyncio.sleep(2)
        (line,) = room.tutor.link.plan.history
        assert line.text and text.startswith(line.text) and len(line.text) < len(text) / 3
        (turn,) = room.session.lesson.turns
        assert turn.state is TurnState.CUT
        assert sum(len(sound) for _, sound in room.sound.speaker.played) == bytes_of(500), "what came is heard"

    lesson_test(body)


def test_an_answer_that_had_come_in_full_when_the_line_was_lost_counts_as_heard() -> None:
    async def body(room: Room) -> None:
        text = ev.TutorTextDelta("A", "Tell me about the house in which you lived.")
        await room.tell(ev.ReplyStarted("R"), text, ev.TutorAudio("A", silence(500)), ev.TutorAudioDone("A"))
        await room.tell(LinkLost("The line dropped.", retry=True))
        await asyncio.sleep(2)
        assert room.tutor.link.plan.history == (HistoryLine("tutor", text.text),)

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
        assert attempts == [1, 2, 3, 4, 5, 6, 7]
        assert waits[0] == 0.0
        assert all(later > earlier * 1.4 for earlier, later in itertools.pairwise(waits[1:-1]))
        assert max(waits) <= 8.0
        assert room.phase() is not Phase.FAILED

    in_virtual_time(main())


def test_a_pause_that_is_asked_for_is_counted_down_and_bounded() -> None:
    async def main() -> None:
        room = Room()
        room.tutor.refusals = [LinkLost("Too often.", retry=True, asked_wait_s=86_400)]
        waits: list[float] = []

        async def follow() -> None:
            waits.extend([lesson.dial_wait_s async for lesson in room.session.watch if lesson.dialling == 2])

        follower = asyncio.create_task(follow())
        async with room.lesson():
            await asyncio.sleep(119)
            assert room.phase() is Phase.CONNECTING
            await asyncio.sleep(2)
            assert room.phase() is Phase.LISTENING
        await follower
        assert [round(wait) for wait in waits] == list(range(120, -1, -1))

    in_virtual_time(main())


def test_enter_ends_a_pause_that_is_asked_for() -> None:
    async def main() -> None:
        room = Room()
        room.tutor.refusals = [LinkLost("Too often.", retry=True, asked_wait_s=60)]
        async with room.lesson():
            await asyncio.sleep(5)
            room.session.retry()
            await asyncio.sleep(0.1)
            assert room.phase() is Phase.LISTENING

    in_virtual_time(main())


def test_what_no_address_answers_is_final_for_a_tutor_that_was_never_reached_only() -> None:
    async def main() -> None:
        room = Room()
        async with room.lesson():
            room.tutor.refusals = [LinkLost("No such page.", "Check it.", retry=False)] * 3
            await room.tell(LinkLost("The line dropped.", retry=True))
            await asyncio.sleep(1)
            assert room.phase() is Phase.CONNECTING
            assert room.session.lesson.notice is not None
            assert room.session.lesson.notice.hint == f"It worked before, so we go on dialling. {GO_OFFLINE} Check it."
            await asyncio.sleep(20)
            assert room.phase() is Phase.LISTENING
            other = FakeTutor()
            other.refusals = [LinkLost("No such page.", "Check it.", retry=False)]
            room.session.switch(other)
            await asyncio.sleep(20)
            assert room.phase() is Phase.FAILED

    in_virtual_time(main())


def test_a_refused_key_is_final_in_mid_lesson_too() -> None:
    async def main() -> None:
        room = Room()
        async with room.lesson():
            await room.tell(LinkLost("The key is refused.", retry=False, final=True))
            await asyncio.sleep(20)
            assert room.phase() is Phase.FAILED

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


def test_cancelling_the_lesson_closes_the_line_and_ends_the_followers() -> None:
    async def main() -> None:
        room = Room()
        async with room.lesson():
            await room.reply(ms=5_000)
        assert not room.tutor.link.open
        assert not room.sound.speaker.sounding
        assert [lesson async for lesson in room.session.watch][-1] is room.session.lesson

    in_virtual_time(main())


def told(room: Room) -> Notice | None:
    return room.session.lesson.notice


def congest(room: Room) -> None:
    """From here on nothing of the microphone goes out."""
    link, whole = room.tutor.link, room.tutor.link.hear

    def congested(frame: bytes, *, kept: bool = False) -> None:
        whole(frame, kept=kept)
        link.dropped_ms += 20

    link.hear = congested  # type: ignore[method-assign]


QUIET = 10
"""The level of a quiet room, from which a voice stands out."""


def test_a_voice_that_a_slow_network_does_not_take_is_counted_and_told_quietly() -> None:
    async def body(room: Room) -> None:
        await room.sound.microphone.speak(200, QUIET)
        congest(room)
        await room.sound.microphone.speak(900)
        assert room.session.dropped_ms == 900
        assert told(room) is None, "a moment"
        await room.sound.microphone.speak(3_000)
        notice = told(room)
        assert notice is not None and notice.severity == "information"
        assert notice.title == "The network is too slow: 1 s of your voice did not reach the tutor."
        assert notice.number == 1, "told once"

    lesson_test(body)


@pytest.mark.parametrize("muted", [False, True])
def test_nobody_is_told_of_silence_that_did_not_reach_the_tutor(muted: bool) -> None:
    """Nor of what is said while muted."""

    async def body(room: Room) -> None:
        await room.sound.microphone.speak(200, QUIET)
        congest(room)
        if muted:
            await room.tell(ev.LearnerStartedSpeaking("U"))  # for a turn to end, silence goes out
            room.session.mute()
        await room.sound.microphone.speak(2_000, 8_000 if muted else QUIET)
        assert room.session.dropped_ms == 2_000
        assert told(room) is None

    lesson_test(body)
