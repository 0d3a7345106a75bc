"""Whatever a server does or leaves undone: the lesson comes to rest, Esc works, and what is typed is asked for.

The real session over the real links, in virtual time.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Callable
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.virtual_time import in_virtual_time
from tests.tutors.helpers import ANY_MACHINE
from tests.tutors.realtime.wire_room import WAYS, Way, WireRoom
from tutor_tui.core import pcm
from tutor_tui.core.conversation import TurnState
from tutor_tui.core.lesson import Lesson, Phase

Frame = dict[str, Any]
REST = (Phase.LISTENING, Phase.FAILED)
VOICE = base64.b64encode(pcm.silence(200)).decode()
LIMIT_S = 120.0
"""Virtual; several waits may follow each other."""


def reply(number: int, *, tool: bool = False) -> list[Frame]:
    ids = {"response_id": f"r{number}", "item_id": f"a{number}"}
    item = {"id": f"a{number}", "type": "message", "role": "assistant"}
    call = {
        "type": "function_call",
        "call_id": f"c{number}",
        "name": "note_word",
        "arguments": "{}",
        "id": f"f{number}",
    }
    frames: list[Frame] = [
        {"type": "response.created", "response": {"id": f"r{number}", "conversation_id": "conv"}},
        {"type": "conversation.item.added", "previous_item_id": None, "item": item},
        {"type": "response.content_part.added", **ids, "part": {"type": "audio"}},
        {"type": "output_audio_buffer.started", "response_id": f"r{number}"},
        {"type": "response.output_audio_transcript.delta", **ids, "delta": "Good "},
        {"type": "response.output_audio.delta", **ids, "delta": VOICE},
        {"type": "response.output_audio.delta", **ids, "delta": VOICE},
        {"type": "response.output_audio.done", **ids},
        {"type": "response.output_audio_transcript.done", **ids, "transcript": "Good day."},
        {"type": "output_audio_buffer.stopped", "response_id": f"r{number}"},
    ]
    if tool:
        frames.append({"type": "response.output_item.done", "response_id": f"r{number}", "item": call})
    end = {"id": f"r{number}", "status": "completed", "output": [call] if tool else []}
    return [*frames, {"type": "response.done", "response": end}]


def turn(number: int, words: str | None = "hello") -> list[Frame]:
    ids = {"item_id": f"u{number}"}
    item = {"id": f"u{number}", "type": "message", "role": "user"}
    transcript = "conversation.item.input_audio_transcription"
    return [
        {"type": "input_audio_buffer.speech_started", **ids},
        {"type": "input_audio_buffer.speech_stopped", **ids},
        {"type": "input_audio_buffer.committed", "previous_item_id": None, **ids},
        {"type": "conversation.item.added", "previous_item_id": None, "item": item},
        {"type": f"{transcript}.completed", **ids, "transcript": words}
        if words is not None
        else {"type": f"{transcript}.failed", **ids, "error": {"code": "x", "message": "no"}},
    ]


FAULT: Frame = {"type": "error", "error": {"type": "server_error", "code": "server_error", "message": "oops"}}
SESSION = [*reply(1), *turn(1), *reply(2, tool=True), *reply(3), *turn(2, ""), FAULT, *turn(3), *reply(4)]


async def until(room: WireRoom, condition: Callable[[Lesson], bool], limit_s: float = LIMIT_S) -> float:
    """Seconds of virtual time until `condition` holds."""
    loop = asyncio.get_running_loop()
    began_s = loop.time()
    while not condition(room.lesson):
        assert loop.time() - began_s < limit_s, (room.phase(), room.lesson.learner_item, room.lesson.reply_id)
        await asyncio.sleep(0.25)
    return loop.time() - began_s


async def is_asked_for(room: WireRoom, words: str, limit_s: float = 60.0) -> None:
    """Type; the line goes out, and an answer to it is asked for."""
    wire, before = room.wire, len(room.wire.sent)
    room.session.say(words)

    def asked(_lesson: Lesson) -> bool:
        frames = room.wire.sent[before if room.wire is wire else 0 :]  # it may be dialled again meanwhile
        lines = [at for at, frame in enumerate(frames) if words in str(frame.get("item"))]
        return bool(lines) and any(frame["type"] == "response.create" for frame in frames[lines[0] :])

    await until(room, asked, limit_s)


def lesson(
    way: Way, body: Callable[[WireRoom], Awaitable[None]], room_of: Callable[[Way], WireRoom] = WireRoom
) -> None:
    async def main() -> None:
        room = room_of(way)
        async with room.lesson_under_way():
            await body(room)

    in_virtual_time(main())


# ---- any subset, in any order ---------------------------------------------------------------------------------------


@st.composite
def happenings(draw: st.DrawFn) -> list[int]:
    """Which of a session's frames come, mostly in their order."""
    lost = draw(st.sets(st.integers(0, len(SESSION) - 1), max_size=draw(st.sampled_from([2, 10, 40]))))
    kept = [number for number in range(len(SESSION)) if number not in lost]
    for come_from, go_to in draw(st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99)), max_size=5)):
        kept.insert(go_to % len(kept), kept.pop(come_from % len(kept)))
    return kept


@pytest.mark.parametrize("way", WAYS)
@given(happenings(), st.integers(0, 60), st.randoms(use_true_random=False))
@settings(ANY_MACHINE, max_examples=40)
def test_lost_and_shuffled_events_leave_no_phase_for_ever(
    way: Way, numbers: list[int], escape_at: int, gaps: Random
) -> None:
    async def body(room: WireRoom) -> None:
        for count, number in enumerate(numbers):
            room.wire.say(SESSION[number])
            if SESSION[number]["type"] == "response.output_audio.delta":
                room.wire.sound(200)
            await asyncio.sleep(gaps.choice([0.0, 0.05, 0.5]))
            if count == escape_at:
                room.session.interrupt()
                assert room.phase() is Phase.LISTENING, (room.phase(), "after Esc")
        await until(room, lambda lesson: lesson.phase in REST)
        await is_asked_for(room, "still there?")
        await until(room, lambda lesson: lesson.phase in REST)
        room.session.interrupt()
        assert room.phase() is Phase.LISTENING

    lesson(way, body)


# ---- one thing each -------------------------------------------------------------------------------------------------


def notices(room: WireRoom) -> list[tuple[str, str]]:
    told = (*room.lesson.earlier, room.lesson.notice)
    return [(notice.title, notice.severity) for notice in told if notice]


def _greeting_unfinished(*kinds: str) -> list[Frame]:
    return [frame for frame in reply(1) if frame["type"] in kinds]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "kinds",
    [
        ("response.created",),
        ("response.created", "response.content_part.added", "response.output_audio_transcript.delta"),
        tuple({frame["type"] for frame in reply(1)} - {"response.done"}),
        tuple({frame["type"] for frame in reply(1)} - {"response.done", "response.output_audio.done"}),
    ],
    ids=["created", "words", "all but its end", "nor the end of its sound"],
)
@pytest.mark.parametrize("what", ["nothing", "Esc", "typed", "repeat"])
def test_an_answer_that_never_ends(way: Way, kinds: tuple[str, ...], what: str) -> None:
    async def body(room: WireRoom) -> None:
        await room.say(*_greeting_unfinished(*kinds))
        room.wire.sound(200 if len(kinds) > 5 else 0)
        await asyncio.sleep(0.1)
        assert room.phase() in (Phase.THINKING, Phase.SPEAKING)
        match what:
            case "nothing":
                await until(room, lambda lesson: lesson.phase is Phase.LISTENING, 30.0)
                told = ("The tutor has stopped in mid-answer.", "warning") in notices(room)
                assert told is (len(kinds) > 1), "of what had not begun nobody heard a part"
                await is_asked_for(room, "hello", 1.0)
            case "Esc":
                room.session.interrupt()
                assert room.phase() is Phase.LISTENING
                await is_asked_for(room, "hello", 5.0)
            case "typed":
                await is_asked_for(room, "hello", 5.0)
            case "repeat":
                before = len(room.wire.sent)
                room.session.repeat()
                await until(
                    room, lambda _: "response.create" in [frame["type"] for frame in room.wire.sent[before:]], 5.0
                )

    lesson(way, body)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("by", ["time", "Esc", "transcript"])
def test_a_turn_whose_end_is_not_noticed(way: Way, by: str) -> None:
    """The sound that was sent is kept, and answered: nobody has to say it again."""

    async def body(room: WireRoom) -> None:
        await room.say(*reply(1)[:1], *reply(1)[-1:])
        await room.card.microphone.speak(300)
        await room.say(*turn(1)[:1])
        await room.card.microphone.speak(1_000)
        assert room.phase() is Phase.HEARING
        if by == "Esc":
            room.session.interrupt()
            assert room.phase() is Phase.LISTENING
        elif by == "transcript":
            await room.say(*turn(1)[-1:])
            assert room.phase() is not Phase.HEARING
            return
        else:
            await until(room, lambda lesson: lesson.phase is Phase.THINKING, 10.0)
            assert "not noticed" in notices(room)[-1][0]
        await asyncio.sleep(1.0)
        asked = [kind for kind in room.wire.types() if kind != "input_audio_buffer.append"][-2:]
        if by == "time":
            assert asked == ["input_audio_buffer.commit", "response.create"]
        else:
            assert asked[-1] == "input_audio_buffer.commit"
        await until(room, lambda lesson: lesson.phase is Phase.LISTENING)
        await is_asked_for(room, "hello", 1.0)

    lesson(way, body)


@pytest.mark.parametrize("way", WAYS)
def test_a_learner_who_goes_on_speaking_is_not_cut_off(way: Way) -> None:
    async def body(room: WireRoom) -> None:
        await room.card.microphone.speak(500, level=0)
        await room.say(*turn(1)[:1])
        for _ in range(12):
            await room.card.microphone.speak(2_000)
            await room.card.microphone.speak(2_000, level=0)  # a pause to think
        assert room.phase() is Phase.HEARING
        assert "input_audio_buffer.commit" not in room.wire.types()

    lesson(way, body)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("words", "sentence", "severity", "within_s"),
    [
        ("", "No words could be made out, so there is no answer.", "information", 6.0),
        (None, "No words could be made out, so there is no answer.", "information", 6.0),
        ("hello", "The tutor does not answer.", "warning", 30.0),
    ],
    ids=["empty", "failed", "understood"],
)
def test_a_turn_that_nobody_answers(way: Way, words: str | None, sentence: str, severity: str, within_s: float) -> None:
    async def body(room: WireRoom) -> None:
        await room.say(*turn(1, words))
        assert room.phase() is Phase.THINKING
        await until(room, lambda lesson: lesson.phase is Phase.LISTENING, within_s)
        assert notices(room)[-1] == (sentence, severity)
        await is_asked_for(room, "hello", 1.0)

    lesson(way, body)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("words", [7, None])
def test_a_transcript_that_is_no_text_is_a_turn_without_words(way: Way, words: object) -> None:
    async def body(room: WireRoom) -> None:
        *begin, end = turn(1)
        await room.say(*begin, {**end, "transcript": words})
        assert room.lesson.turns[-1].state is TurnState.UNCLEAR
        await until(room, lambda lesson: lesson.phase is Phase.LISTENING, 6.0)

    lesson(way, body)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "error", [FAULT, {"type": "error", "error": "the GPU is on fire"}, {"type": "error", "message": "oops"}]
)
def test_a_fault_in_mid_answer_counts_as_its_end(way: Way, error: Frame) -> None:
    async def body(room: WireRoom) -> None:
        await room.say(*reply(1)[:1], error)
        assert room.phase() is Phase.THINKING
        await until(room, lambda lesson: lesson.phase is Phase.LISTENING, 5.0)
        assert len(notices(room)) == 1, "told once"
        await is_asked_for(room, "hello", 1.0)

    lesson(way, body)


@pytest.mark.parametrize("way", WAYS)
def test_a_server_that_says_no_more_after_the_session_began(way: Way) -> None:
    async def body(room: WireRoom) -> None:
        await is_asked_for(room, "hello", 5.0)
        assert room.phase() is Phase.THINKING
        await until(room, lambda lesson: lesson.phase is Phase.LISTENING, 30.0)
        assert notices(room)[-1][0] == "The tutor does not answer."
        await is_asked_for(room, "are you there?", 1.0)

    lesson(way, body)


@pytest.mark.parametrize("way", WAYS)
def test_a_greeting_that_never_comes_is_told_and_can_be_asked_for_again(way: Way) -> None:
    async def body(room: WireRoom) -> None:
        assert room.wire.types().count("response.create") == 1
        await until(room, lambda lesson: bool(lesson.notice), 25.0)
        assert notices(room) == [("The tutor was asked to begin, and says nothing.", "warning")]
        assert room.lesson.notice is not None and "r" in room.lesson.notice.hint
        before = len(room.wire.sent)
        room.session.repeat()
        await asyncio.sleep(0.01)
        note, asked = room.wire.sent[before:]
        assert note["item"]["content"][0]["text"] == room.lesson.plan.opening, "there is nothing to say again"
        assert asked["type"] == "response.create"
        await room.say(*reply(1))
        await until(room, lambda lesson: lesson.replies == 1)
        await asyncio.sleep(LIMIT_S)
        assert len(notices(room)) == 1, "it came, and is no longer waited for"

    lesson(way, body)


@pytest.mark.parametrize("way", WAYS)
def test_asking_again_after_a_long_silence_is_given_its_time(way: Way) -> None:
    async def body(room: WireRoom) -> None:
        await room.say(*reply(1))
        await asyncio.sleep(LIMIT_S)
        room.session.repeat()
        await asyncio.sleep(10.0)
        assert notices(room) == []
        await until(room, lambda lesson: bool(lesson.notice), 15.0)
        assert notices(room)[-1][0] == "The tutor does not answer."

    lesson(way, body)


@pytest.mark.parametrize("way", WAYS)
def test_sound_after_the_end_of_its_answer_is_heard_and_ends(way: Way) -> None:
    async def body(room: WireRoom) -> None:
        await room.say(*reply(1))
        room.wire.sound(400)
        await asyncio.sleep(1.0)
        await room.say({"type": "response.output_audio.delta", "response_id": "r9", "item_id": "a9", "delta": VOICE})
        await until(room, lambda lesson: lesson.phase is Phase.LISTENING, 40.0)

    lesson(way, body)
