"""Every way to hold a lesson, on a stage, for tests."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from textual.pilot import Pilot

from tests.ui.stage import (
    ENGLISH,
    KOREAN,
    READY,
    StagedSession,
    drawn,
    make_app,
    scripted_tutor,
)
from tutor_tui.core.availability import lacking
from tutor_tui.core.capabilities import Capabilities, without
from tutor_tui.core.profile import plan_of
from tutor_tui.openai_api.realtime.realtime_endpoint import RealtimeEndpoint
from tutor_tui.openai_api.services import Service
from tutor_tui.testing.scripted_tutor import demo
from tutor_tui.tools.registry import standard_tools
from tutor_tui.tutors.offline.server_process import BUILT_IN
from tutor_tui.tutors.offline.tutor import CAPABILITIES as OFFLINE
from tutor_tui.tutors.realtime.webrtc.link import WebRtcTutor
from tutor_tui.tutors.realtime.websocket.link import WebSocketTutor
from tutor_tui.tutors.registry import TutorOptions, make_tutor
from tutor_tui.ui.app import TutorApp
from tutor_tui.ui.key_bindings import KEYS as BINDINGS
from tutor_tui.ui.widgets.key_bar import KeyBar

SERVER = RealtimeEndpoint("ws://127.0.0.1:1/v1", "k")
CLOUD = WebSocketTutor(SERVER).capabilities
CALLS = WebRtcTutor(SERVER).capabilities
SERVICE = Service("http://127.0.0.1:1/v1", "m", "k")
PIPELINE = make_tutor(
    "pipeline", TutorOptions(api_key="k", transcribe=SERVICE, chat=SERVICE, speak=SERVICE)
).capabilities
RECORDING = replace(CLOUD, way="recording", listens=False)
BARE_SERVER = without(CLOUD, lacking(["server_vad", "takes_eagerness", "tools"], date(2026, 11, 21)))
PATIENCE = {"less-patience", "more-patience"}
TO_A_TUTOR = {"mute", "think", "type", "repeat", "meaning", "hint", "profile", "turns", "echo"}
PACE = {"slower", "faster"}
ALL_BUT_LISTENING = TO_A_TUTOR | PATIENCE | PACE | {"record", "drill"}


@dataclass(frozen=True)
class Lesson:
    """A way to talk, and in which language."""

    name: str
    abilities: Capabilities
    greyed: frozenset[str]
    """The keys that are struck through."""
    korean: bool = False


HEARS_ENGLISH = replace(OFFLINE, hears=frozenset({"en"}), hears_freely=frozenset({"en"}), ears=BUILT_IN, scripted=False)
WAYS = (
    Lesson("openai", CLOUD, frozenset()),
    Lesson("webrtc", CALLS, frozenset()),
    Lesson("pipeline", PIPELINE, frozenset()),
    Lesson("offline", OFFLINE, frozenset()),
    Lesson("a talk in Korean", HEARS_ENGLISH, frozenset({"think", "turns", *PATIENCE}), korean=True),
    Lesson("recording", RECORDING, frozenset(ALL_BUT_LISTENING)),
    Lesson("demo", demo("en").capabilities, frozenset(ALL_BUT_LISTENING | {"notes"})),
    Lesson("a bare server", BARE_SERVER, frozenset({"notes", "think", *PATIENCE})),
)
KEYS = {
    "mute": "m",
    "think": "h",
    "type": "t",
    "repeat": "r",
    "meaning": "w",
    "hint": "i",
    "profile": "p",
    "turns": "v",
    "slower": "minus",
    "faster": "plus",
    "less-patience": "left_square_bracket",
    "more-patience": "right_square_bracket",
    "echo": "e",
    "notes": "n",
    "record": "a",
    "drill": "u",
}


def staged(way: Lesson) -> tuple[TutorApp, StagedSession]:
    profile = KOREAN if way.korean else ENGLISH
    plan = replace(plan_of(profile), tools=standard_tools("").specs(["note_correction", "note_word"]))
    session = StagedSession(plan, scripted_tutor(way.name, way.abilities))
    session.happen(*READY)
    return make_app(session), session


async def at_the_keys(pilot: Pilot[None], way: Lesson) -> None:
    """Wait for the screen; where the typing line is open, leave it for the keys."""
    await drawn(pilot)
    if way.korean:
        await pilot.press("escape")
        await drawn(pilot)


def struck(app: TutorApp) -> set[str]:
    """The keys that the line of keys strikes through, whether there is room for them or not."""
    line = app.screen_stack[0].query_one(KeyBar)
    labels = {hint.label for hint in line.hints if hint.greyed}
    return {binding.id or "" for binding in BINDINGS if binding.description in labels}
