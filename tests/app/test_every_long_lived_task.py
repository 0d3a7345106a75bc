"""Each long-lived task of a lesson is made to break, and then looked at: no lesson only looks alive.

Whole lessons, with the servers that they talk to. After each fault, either what is typed and spoken is answered, heard
and seen as before, or the program has ended with it. Tasks inside the libraries are broken, too. A task that nobody has
listed here fails the test.
"""

from __future__ import annotations

import asyncio
import ctypes
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager

import pytest

from tests.app.lessons_under_way import (
    AtFullScreen,
    Room,
    by_child,
    by_our_server,
    by_pipeline,
    by_socket,
    lesson_under_way,
    running_card,
)
from tests.support.breaking import Boom, break_soon, tasks_now
from tutor_tui.app import lesson_log
from tutor_tui.tutors.realtime.webrtc.link import WebRtcTutor
from tutor_tui.tutors.realtime.websocket.link import WebSocketTutor

pytestmark = pytest.mark.slow  # they wait long, and for no sound that a busy machine would spoil

LIMIT_S = 30.0
"""No time of its own: only what a machine that others use may need."""

ENDS, TOLD, UNTOLD = "the program ends with it", "the learner is told, and it goes on", "it goes on"

SESSION = {
    "lesson": ENDS,
    "lesson log": UNTOLD,
    "session: connection": TOLD,
    "session: microphone": TOLD,
    "session: sound card": TOLD,
    "connection: call": TOLD,
    "connection: commands": TOLD,
    "connection: events": TOLD,
    "connection: redial": UNTOLD,  # it waits to be told to dial again: that is done
}
PLAIN = dict.fromkeys(("plain: leave", "plain: narrate", "plain: listen", "plain: read", "plain: say"), ENDS)
SCREEN = dict.fromkeys(
    (
        "Worker._run",  # that follows the lesson
        "tick",
        "throbber",
        "screen_update",
        "Animator",
        "set_interval#1",  # cursors
        "message pump LessonScreen",
        "message pump Transcript",
        "message pump Composer",
    ),
    ENDS,
)
"""Three of the screen's widgets stand for all of them: their tasks are of one kind."""
SOCKET = {
    "tutor line: watch": TOLD,
    "ServerConnection.keepalive": UNTOLD,  # a server notices later that a client is gone
    "serve.<locals>.protocol_handler": TOLD,
}
AIORTC = (
    "Connection.query_consent",
    "RTCDtlsTransport.__run",
    "RTCIceTransport._monitor",
    "RTCRtpReceiver._run_rtcp",
    "RTCRtpSender._run_rtcp",
    "RTCRtpSender._run_rtp",
)
CALL = dict.fromkeys(
    (
        "tutor call: writer",
        "tutor call: the tutor's voice",
        "tutor call: watch",
        "call: events and sound in order",
        "call: the learner's sound",
        *AIORTC,
    ),
    TOLD,
)
PIPELINE = dict.fromkeys(
    ("pipeline: answer", "pipeline: words", "pipeline: sentences", "pipeline: sound", "voice: reader", "voice: writer"),
    TOLD,
)
VOICE = {
    "tutor line: watch": UNTOLD,  # another voice is dialled when the next sentence is to be read
    "ServerConnection.keepalive": UNTOLD,
    "serve.<locals>.protocol_handler": UNTOLD,
}
BRIEF = {
    "RTCSctpTransport._data_channel_flush",
    "Event.wait",
    "Queue.put",  # of each frame that aiortc has decoded
    "message pump ScrollBar",
    "call: datagram once more",
    "call: sound once more",
    "pipeline: fetch",
    "voice: dialling",
}
"""Come and go by themselves."""

Tasks = Mapping[str, str]
LESSONS: Mapping[str, tuple[Callable[[], AbstractAsyncContextManager[Room]], Tasks, Tasks]] = {
    # by name: how it is held, its tasks that are broken, and those of the same kind as in another lesson
    "Realtime, in plain lines, with a sound card": (
        lambda: lesson_under_way(by_socket(), card=running_card()),
        {
            **SESSION,
            **PLAIN,
            **SOCKET,
            "tutor link: writer": TOLD,
            "sound card: microphone": TOLD,
            "sound card: speaker": TOLD,
            "microphone: does it go on": TOLD,
            "microphone: is another due": TOLD,
            "speaker: does it go on": TOLD,
            "speaker: is another due": TOLD,
            "tool: note_word": TOLD,
        },
        {},
    ),
    "our own server, on the full screen": (
        lambda: lesson_under_way(by_our_server(WebSocketTutor), AtFullScreen),
        {
            **SCREEN,
            "tutor line: watch": TOLD,
            "ServerPortMux.keepalive": UNTOLD,
            "serve.<locals>.protocol_handler": TOLD,
            "lesson": ENDS,
            "response": TOLD,
            "connection: events out": TOLD,
        },
        {**SESSION, "tutor link: writer": TOLD},
    ),
    "a call": (
        lambda: lesson_under_way(by_our_server(WebRtcTutor)),
        {**CALL, "session: connection": TOLD, "response": TOLD},
        {**SESSION, **PLAIN},
    ),
    "turn by turn": (
        lambda: lesson_under_way(by_pipeline()),
        {**PIPELINE, **VOICE, "session: connection": TOLD},
        {**SESSION, **PLAIN},
    ),
    "a server in a process of its own": (
        lambda: lesson_under_way(by_child()),
        {"offline tutor: stderr": UNTOLD},
        {**SESSION, **PLAIN, "tutor link: writer": TOLD, "tutor line: watch": TOLD},
    ),
}


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody rests before going on, and who has left a call is missed soon."""
    monkeypatch.setattr("tutor_tui.supervision.AGAIN_S", 0.05)
    monkeypatch.setattr("tutor_tui.session.connection.wait_s", lambda *_: 0.0)
    monkeypatch.setattr("aioice.ice.CONSENT_INTERVAL", 0.2)


@pytest.mark.parametrize("lesson", LESSONS)
async def test_every_task_is_listed(lesson: str) -> None:
    hold, broken, others = LESSONS[lesson]
    listed = {*broken, *others}
    async with hold() as room, asyncio.timeout(LIMIT_S):
        widgets = room.learner.widgets()
        found = set[str]()
        while not listed <= found:
            found |= set(tasks_now())
            await asyncio.sleep(0.01)
        assert found - listed - widgets <= BRIEF


@pytest.mark.parametrize(("lesson", "name"), [(lesson, name) for lesson in LESSONS for name in LESSONS[lesson][1]])
async def test_what_breaks_is_made_good_or_ends_the_lesson(
    lesson: str, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    hold, broken, _ = LESSONS[lesson]
    which, count = 0, 1
    while which < count:  # at a call, each of aiortc's tasks runs at both ends
        async with hold() as room, asyncio.timeout(LIMIT_S):
            while name not in tasks_now():  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.01)
            tasks = tasks_now()[name]
            task = tasks[which]
            await break_soon(task)
            which, count = which + 1, len(tasks)
            await look_at(room, broken[name], caplog)
        if task.done() and not task.cancelled():
            task.exception()  # asked for, or the collector complains of a library's task in the middle of another test


async def look_at(room: Room, expected: str, caplog: pytest.LogCaptureFixture) -> None:
    """After a fault: whether what was expected has become of the lesson."""
    room.teaching.go_on()
    caplog.clear()
    caplog.set_level("INFO")
    await room.is_whole()
    assert room.has_ended == (expected == ENDS)
    if expected == ENDS:
        assert "Boom" in repr(room.fault)
        return
    assert bool(room.told) == (expected == TOLD)
    assert any(record.name == lesson_log.__name__ for record in caplog.records), "the log goes on, too"


# ---- threads --------------------------------------------------------------------------------------------------------


def break_thread(name: str) -> int:
    """Let the threads of that name raise at their next step; how many there are."""
    threads = [each for each in threading.enumerate() if each.name == name and each.ident is not None]
    for each in threads:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(each.ident or 0), ctypes.py_object(Boom))
    return len(threads)


THREADS = {"plain lines": ENDS, "audio-decoder": TOLD}
POOLED = ("asyncio_", "voice_", "recogniser_", "ThreadPoolExecutor")
"""Their faults come out where somebody awaits what they were asked."""


@pytest.mark.parametrize("name", THREADS)
async def test_a_thread_that_breaks_is_made_good_or_ends_the_lesson(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    before = set(threading.enumerate())
    hold, _, _ = LESSONS["a call"]
    async with hold() as room, asyncio.timeout(LIMIT_S):
        ours = {each.name for each in {*threading.enumerate()} - before if not each.name.startswith(POOLED)}
        assert ours == set(THREADS)
        assert break_thread(name)
        await look_at(room, THREADS[name], caplog)
