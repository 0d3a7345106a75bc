"""The machine's clock is set while a lesson goes on, by an hour, forward or back: the lesson goes by another clock."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from itertools import pairwise

import pytest

from tests.session.kept_records import Kept
from tests.session.test_lesson_clock import CLOSE, HALF, TimedRoom, kinds
from tests.support.paths import ROOT
from tests.support.virtual_time import in_virtual_time
from tutor_tui.core import events as ev
from tutor_tui.core.lesson import Phase
from tutor_tui.core.lesson_records import EventRecord, LessonRecord, UsageRecord

HOUR_S = 3_600.0
BEGAN_S = 1_800_000_000.0
MINUTES = 10


class Wall:
    """A clock on the wall, which goes by the loop's until somebody sets it."""

    def __init__(self) -> None:
        self.set_by_s = 0.0

    def time(self) -> float:
        return BEGAN_S + self.set_by_s + asyncio.get_running_loop().time()


@pytest.fixture(params=[HOUR_S, -HOUR_S], ids=["forward", "back"])
def set_clock(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Sets the machine's clock, once it is called."""
    wall = Wall()
    monkeypatch.setattr(time, "time", wall.time)
    return lambda: setattr(wall, "set_by_s", request.param)


def test_a_lesson_ends_when_it_would_have_and_is_kept_as_it_was(set_clock: Callable[[], None]) -> None:
    journal = Kept()

    async def lesson() -> None:
        room = TimedRoom(MINUTES, None)
        room.session.recorder.journal = journal
        async with room.lesson():
            await room.until_s(100)
            await room.tell(ev.LearnerStartedSpeaking("U"))
            set_clock()
            await room.until_s(102)
            await room.tell(ev.LearnerStoppedSpeaking("U"), ev.LearnerTurnKept("U", None), ev.Usage(0.01))
            assert room.phase() is Phase.THINKING
            await room.tell(ev.LearnerTextDone("U", "Hello!"))
            await room.reply(ms=1_500)
            await room.until_s(299)
            assert room.notes() == []
            await room.until_s(301)
            assert kinds(room.notes()) == [HALF]
            await room.until_s(479)
            assert kinds(room.notes()) == [HALF]
            await room.until_s(481)
            assert kinds(room.notes()) == [HALF, CLOSE]
            await room.until_s(600)

    in_virtual_time(lesson())
    ended = journal.all(LessonRecord)[-1]
    assert ended.ended_at is not None
    assert ended.ended_at == pytest.approx(ended.began_at + 600, abs=0.1)
    learner, tutor = journal.turns
    assert (learner.began_ms, learner.ended_ms) == pytest.approx((100_000, 102_000), abs=10)
    assert (tutor.began_ms, tutor.ended_ms) == pytest.approx((102_000, 103_500), abs=50)
    times = [each.at for each in journal.all(EventRecord)]
    assert all(first <= later for first, later in pairwise(times)), "in the order in which it happened"
    assert times[-1] <= ended.ended_at, "so that a lesson that was broken off is as long as it was"
    (paid,) = journal.all(UsageRecord)
    assert abs(paid.at - BEGAN_S) > HOUR_S / 2, "a budget for a day goes by the calendar, as the clock now has it"


def test_words_that_come_piece_by_piece_are_put_within_a_second(set_clock: Callable[[], None]) -> None:
    journal = Kept()

    async def lesson() -> None:
        room = TimedRoom(MINUTES, None)
        room.session.recorder.journal = journal
        async with room.lesson():
            await room.tell(ev.ReplyStarted("R"))
            for number in range(30):
                await room.tell(ev.TutorTextDelta("A", f"word {number} "))
                await asyncio.sleep(0.1)
                if number == 5:
                    set_clock()
            put = [each for each in journal.all(EventRecord) if each.kind == "TutorTextDelta"]
            assert len(put) >= 2, "a program that is killed now loses a second of them"
            afters = [part["after_ms"] for each in put for part in each.fields["parts"]]
            assert min(afters) >= 0 and max(afters) <= 1_100

    in_virtual_time(lesson())


# ---- who asks the clock on the wall ---------------------------------------------------------------------------------

BY_THE_WALL = {
    "app/drills.py": "what is due at that moment",
    "app/kept_lessons.py": "which day and month a budget is for",
    "app/remembered.py": "what is due now, and how far this week has come",
    "app/tutor_choice.py": "whether a model has been switched off",
    "cli/doctor/checks.py": "whether a model has been switched off",
    "cli/doctor/probe.py": "on which day a server was asked",
    "cli/learner.py": "what is due now",
    "cli/status.py": "what is due now, and which week it is",
    "cli/words.py": "what is due now",
    "cli/words_export.py": "when a file for Anki was made",
    "cli/words_import.py": "when a word was added, and from when on it is due",
    "config/log_file.py": "the date of a line",
    "library/archive/writing.py": "when a backup was made",
    "library/recovery.py": "a name for what is put aside; another one is taken where it exists",
    "library/reports.py": "what is due now, and whether the day of a lesson is over",
    "offline_server/http/app.py": "what is told of a key's end, whose real end goes by the loop's clock",
    "offline_server/http/chat.py": "when an answer was made, as the service says",
    "offline_server/transport/webrtc.py": "what is told of a session's end, whose real end goes by the loop's clock",
    "offline_server/transport/websocket.py": "what is told of a session's end, whose real end goes by the loop's clock",
    "openai_api/retry_after.py": "seconds to a date, where a server does not tell its own time",
    "session/memory.py": "when the lesson began: what follows goes by its own clock",
    "session/recorder.py": "when a lesson began, and the day that an answer is paid on",
    "session/roll_over.py": "seconds to the end that a server names, once for each conversation",
    "tutors/pipeline/voice_connection.py": "seconds to the end that a server names, once; never more than usual",
    "ui/kept_lesson_text.py": "whether a lesson was held this year",
    "ui/screens/sheets.py": "when a word was kept",
    "ui/widgets/kept_items.py": "what is due now",
}
"""Module → what for. Everything else goes by the loop's clock, or by `time.monotonic`, which nobody sets."""
_ASKS = re.compile(r"\b(?:time\.(?:time|time_ns|localtime|gmtime)|datetime\.(?:now|today)|date\.today)\(")


def test_only_what_is_for_people_asks_the_clock_on_the_wall() -> None:
    package = ROOT / "tutor_tui"
    asking = {str(each.relative_to(package)) for each in package.rglob("*.py") if _ASKS.search(each.read_text("utf-8"))}
    assert asking == set(BY_THE_WALL)
