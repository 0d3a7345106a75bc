"""A drill by voice, up to what is kept of it: our server, its guide, the session and the library, all real but the
ears and the voice.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.offline_server.client import TOKEN, TinyRecogniser, TinyTutoring, served
from tests.support.fakes import FakeSoundCard
from tests.tutors.helpers import PLAN
from tutor_tui.app.drills import Drills
from tutor_tui.app.remembered import remembering
from tutor_tui.core.learner_settings import LearnerSettings
from tutor_tui.core.lesson import Phase
from tutor_tui.core.turn_detection import PushToTalk
from tutor_tui.learning.items import Item, ItemKind, Rating, Use
from tutor_tui.learning.learner import keep
from tutor_tui.library.learner import SqliteLearner
from tutor_tui.offline_server.backend import LocalBackend
from tutor_tui.offline_server.hearing import Hearing, Match
from tutor_tui.offline_server.ports.unavailable import Tell
from tutor_tui.openai_api.private_extensions import WantedLesson
from tutor_tui.openai_api.realtime.realtime_endpoint import RealtimeEndpoint
from tutor_tui.session.session import Session
from tutor_tui.tools.registry import standard_tools
from tutor_tui.tutors.realtime.websocket.link import WebSocketTutor

KEEPING = LearnerSettings(keep="yes")
DOG, DAY = (
    Item("de", ItemKind.WORD, term, meaning, added_at=time.time() - 2 * 86_400)
    for term, meaning in (("der Hund", "dog"), ("Guten Tag", "good day"))
)


class Tutoring(TinyTutoring):
    """Our guides, whose ears understand what the test has them understand, one turn after the other."""

    def __init__(self, *heard: Hearing) -> None:
        super().__init__()
        self.heard = list(heard)
        self.backend = LocalBackend([])  # a drill needs no lesson, and to look through them takes a second

    def guide(self, lesson: WantedLesson, language: str, history: Sequence[tuple[str, str]]) -> Any:
        return self.backend.guide(lesson, language, history)

    def recogniser(self, language: str, tell: Tell | None = None, other: str = "") -> Any:
        heard = self.heard

        class Ears(TinyRecogniser):
            def expect(self, sentences: Sequence[str], targets: Sequence[str] = ()) -> None:
                self.sentences = sentences

            def finish(self) -> Hearing:
                return heard.pop(0)

        return Ears(self.log)


async def listening(session: Session, turns: int) -> None:
    """Wait until so many turns are over, and the tutor listens."""
    async with asyncio.timeout(60):
        async for lesson in session.watch:
            if len(lesson.turns) >= turns and lesson.phase is Phase.LISTENING:
                return


async def speak(session: Session, sound: FakeSoundCard) -> None:
    """A turn by key, and the answer to it, heard to its end."""
    turns = len(session.lesson.turns)
    session.talk()
    await sound.microphone.speak(300)
    session.talk()
    await listening(session, turns + 2)


async def test_what_was_said_in_a_drill_is_kept_with_what_it_shows(tmp_path: Path) -> None:
    file = tmp_path / "library.db"
    learner = SqliteLearner(file)
    with learner.changing() as change:
        for item in (DOG, DAY):
            keep(change, item)
    tools = standard_tools()
    plan = replace(PLAN, target_language="de", turn_detection=PushToTalk())
    plan = Drills(file, KEEPING, *tools.specs(["used"])).of(plan, "recall")
    tutoring = Tutoring(Hearing("der Hund", Match.EXPECTED), Hearing("Guten Tag", Match.UNSURE))
    sound = FakeSoundCard(pace=20)
    async with served(tutoring) as port:
        tutor = WebSocketTutor(RealtimeEndpoint(f"http://127.0.0.1:{port}/v1", TOKEN), "guide")
        session = Session(tutor=tutor, sound=sound, plan=plan, toolbox=tools)
        async with remembering(session, file, KEEPING, lambda _: None):
            task = asyncio.create_task(session.run())
            await listening(session, 1)
            await speak(session, sound)
            await speak(session, sound)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
    assert [each.use for each in learner.evidence_of(DOG.id)] == [Use.INDEPENDENT]
    assert [each.rating for each in learner.reviews_of(DOG.id)] == [Rating.GOOD]
    assert learner.evidence_of(DAY.id) == [], "nobody is sure that it was said"
