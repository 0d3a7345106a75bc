"""Whether the sound of a lesson is recorded, and which, in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

import pytest

from tests.session.kept_records import Kept
from tests.session.room import PLAN, Room, lesson_test
from tutor_tui.core import events as ev
from tutor_tui.core import pcm
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.events import Trouble
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.lesson_records import LessonRecord
from tutor_tui.core.turn_detection import PushToTalk


@dataclass
class Sound:
    """A sound journal in memory."""

    begun: list[tuple[str, float]] = field(default_factory=list)
    ended: int = 0
    learner_s: list[float] = field(default_factory=list)
    """When each block of the learner's was taken."""
    tutors: list[bytes] = field(default_factory=list)

    def begin(self, lesson_id: str, began_s: float) -> None:
        self.begun.append((lesson_id, began_s))

    def learner(self, sound: bytes, at_s: float) -> None:
        assert len(sound) == pcm.FRAME_BYTES and any(sound)
        self.learner_s.append(at_s)

    def tutor(self, sound: bytes, at_s: float) -> None:
        self.tutors.append(sound)

    def end(self) -> None:
        self.ended += 1

    def has(self, lesson_id: str) -> bool:
        return any(lesson_id == each for each, _ in self.begun)

    @property
    def heard_ms(self) -> int:
        """Of the learner."""
        return len(self.learner_s) * pcm.FRAME_MS


OPEN = (ev.DeviceOpened("microphone", "Headset", 48_000), ev.DeviceOpened("speaker", "Headset", 48_000))
MISSING = (
    ev.DeviceLost("microphone", "No microphone was found.", "Plug one in."),
    ev.DeviceLost("speaker", "No speaker was found.", "Plug one in."),
)


class Recorded(Room):
    """A room in which a lesson is kept, and can be recorded."""

    def __init__(self, plan: LessonPlan = PLAN, capabilities: Capabilities | None = None) -> None:
        super().__init__(plan, capabilities)
        self.kept, self.journal = Kept(), Sound()
        self.session.recorder.journal = self.kept
        self.sound_recording = self.session.recorder.sound
        self.sound_recording.journal = self.journal
        for each in self.devices():
            self.sound.news.put_nowait(each)

    def devices(self) -> tuple[ev.LocalEvent, ...]:
        """What becomes of microphone and speaker at the beginning."""
        return OPEN

    def records(self) -> bool:
        return self.session.lesson.recording


def lesson(body: Callable[[Recorded], Awaitable[None]], make: Callable[[], Recorded] = Recorded) -> Recorded:
    """The room after a lesson that went so."""
    room = make()

    async def in_it(_: Room) -> None:
        await body(room)

    lesson_test(in_it, lambda: room)
    return room


def from_the_start() -> Recorded:
    room = Recorded()
    room.sound_recording.wanted = True
    return room


def test_nothing_is_recorded_unless_it_is_asked_for() -> None:
    async def body(room: Recorded) -> None:
        await room.sound.microphone.speak(200)
        assert not room.records() and room.sound.speaker.tap is None

    room = lesson(body)
    assert room.journal.begun == [] and room.journal.heard_ms == 0
    assert not room.sound_recording.has_any


def test_the_setting_records_a_lesson_from_its_beginning_to_its_end() -> None:
    async def body(room: Recorded) -> None:
        await room.sound.microphone.speak(200)
        assert room.records() and room.sound.speaker.tap == room.journal.tutor

    room = lesson(body, from_the_start)
    assert room.journal.begun == [(room.kept.all(LessonRecord)[0].id, 0.0)]
    assert room.journal.heard_ms == 200
    assert room.journal.learner_s[0] == pytest.approx(0.01 - 0.02, abs=0.002), "when it was taken, not when it came"
    assert room.journal.ended == 1 and room.sound.speaker.tap is None
    assert room.sound_recording.has_any
    assert room.session.recorder.lesson_id == room.journal.begun[0][0], "the recording is kept without a word, too"


def test_the_key_begins_and_stops_in_mid_lesson_and_the_clock_stays_the_lessons() -> None:
    async def body(room: Recorded) -> None:
        for _ in range(3):
            await asyncio.sleep(1.0)
            room.sound_recording.toggle()
            await room.sound.microphone.speak(100)
        assert room.records()

    room = lesson(body)
    assert [began_s for _, began_s in room.journal.begun] == [0.0, 0.0]
    assert room.journal.heard_ms == 200


@pytest.mark.parametrize("turned", ["mute", "echo"])
def test_what_does_not_go_out_of_the_microphone_is_not_recorded(turned: str) -> None:
    async def body(room: Recorded) -> None:
        await room.sound.microphone.speak(100)
        if turned == "mute":
            await room.tell(ev.LearnerStartedSpeaking("U"))  # silence goes out in its place
            room.session.mute()
        else:
            room.session.set_echo("speakers")
            await room.reply(ms=2_000)
        await room.sound.microphone.speak(400)

    assert lesson(body, from_the_start).journal.heard_ms == 100


def test_with_push_to_talk_only_what_is_said_with_the_key_down_is_recorded() -> None:
    def room() -> Recorded:
        made = Recorded(replace(PLAN, turn_detection=PushToTalk()))
        made.sound_recording.wanted = True
        return made

    async def body(room: Recorded) -> None:
        await room.sound.microphone.speak(300)
        room.session.talk()
        await room.sound.microphone.speak(200)

    assert lesson(body, room).journal.heard_ms == 200


def test_where_nothing_is_kept_one_sentence_says_so_and_nothing_is_recorded() -> None:
    async def body(room: Recorded) -> None:
        notice = room.session.lesson.notice
        assert notice is not None
        assert notice.title == "Nothing of this lesson is kept, so its sound is not recorded."
        room.sound_recording.toggle()
        assert not room.records() and room.session.lesson.notice is not notice

    def without_library() -> Recorded:
        made = from_the_start()
        made.session.recorder.journal = None
        made.sound_recording.journal = None
        return made

    assert lesson(body, without_library).journal.begun == []


class WithoutDevices(Recorded):
    """A room with neither microphone nor speaker, whose lesson is to be recorded."""

    def __init__(self) -> None:
        super().__init__()
        self.sound_recording.wanted = True

    def devices(self) -> tuple[ev.LocalEvent, ...]:
        return (*MISSING, MISSING[0])


def test_without_microphone_and_speaker_one_sentence_says_so_and_nothing_is_recorded() -> None:
    async def body(room: Recorded) -> None:
        first = room.session.lesson.notice
        assert first is not None and first.number == 1, "told once"
        assert first.title == "There is no microphone and no speaker, so there is no sound to record."
        assert not room.records()
        room.sound_recording.toggle()
        second = room.session.lesson.notice
        assert second is not None and (second.number, second.title) == (2, first.title)
        assert not room.records() and room.journal.begun == []
        room.session.take(OPEN[1])
        assert room.records(), "the setting waits for a device"

    assert len(lesson(body, WithoutDevices).journal.begun) == 1


def test_keeping_that_is_turned_off_ends_the_recording_and_turned_on_begins_one_where_the_setting_says_so() -> None:
    async def body(room: Recorded) -> None:
        room.session.recorder.make_journal = lambda: room.kept
        await room.sound.microphone.speak(100)
        room.session.recorder.keep(False)
        assert not room.records() and room.sound.speaker.tap is None
        await room.sound.microphone.speak(400)
        room.session.recorder.keep(True)
        assert room.records()
        await room.sound.microphone.speak(200)
        room.sound_recording.toggle()
        room.session.recorder.keep(False)
        room.session.recorder.keep(True)
        assert not room.records(), "the key was the last word"

    room = lesson(body, from_the_start)
    (first, _), (second, began_s) = room.journal.begun
    assert first != second and began_s == pytest.approx(0.51, abs=0.02)
    assert room.journal.heard_ms == 300


def test_a_recording_by_the_key_ends_with_the_keeping_and_does_not_begin_again_unasked() -> None:
    async def body(room: Recorded) -> None:
        def told() -> str:
            notice = room.session.lesson.notice
            return notice.title if notice else ""

        room.session.recorder.make_journal = lambda: room.kept
        room.sound_recording.toggle()
        room.session.say("One.")
        room.session.recorder.keep(False)
        sentence = "Nothing more of this lesson is kept, nor its sound recorded; what was said until now stays."
        assert told() == sentence
        room.sound_recording.toggle()
        assert told() == "Nothing more of this lesson is kept, so its sound is not recorded."
        room.session.recorder.keep(True)
        assert not room.records()
        room.sound_recording.toggle()
        assert room.records()

    assert len(lesson(body).journal.begun) == 2


def test_a_played_recording_is_not_recorded_again() -> None:
    async def body(room: Recorded) -> None:
        assert not room.records() and room.session.lesson.notice is None

    def replayed() -> Recorded:
        made = Recorded(capabilities=Capabilities(way="recording", listens=False))
        made.session.recorder.journal = made.sound_recording.journal = None
        made.sound_recording.wanted = True
        return made

    lesson(body, replayed)


def test_a_lesson_that_goes_on_from_another_has_a_recording_of_its_own() -> None:
    async def body(room: Recorded) -> None:
        await asyncio.sleep(5.0)
        room.session.change(replace(PLAN, continues="2026-11-20-aaaa", opening="Go on."), resumes=True)
        await asyncio.sleep(1.0)
        assert room.records()

    room = lesson(body, from_the_start)
    first, second = dict.fromkeys(each.id for each in room.kept.all(LessonRecord))
    assert room.journal.begun == [(first, 0.0), (second, pytest.approx(5.01, abs=0.02))]


def test_a_journal_that_gives_up_costs_the_recording_and_not_the_lesson() -> None:
    async def body(room: Recorded) -> None:
        room.sound_recording.failed(Trouble("The sound is no longer recorded: No space left on device."))
        notice = room.session.lesson.notice
        assert notice is not None and notice.title.endswith("No space left on device.")
        await room.sound.microphone.speak(200)
        assert not room.records() and room.sound.speaker.tap is None
        room.sound_recording.toggle()
        await room.sound.microphone.speak(100)
        assert room.records()

    assert lesson(body, from_the_start).journal.heard_ms == 100
