"""Where the learner is in a lesson, when what they are answering was not heard."""

from __future__ import annotations

import asyncio
from concurrent.futures import Executor
from typing import Any, cast

import pytest

from tests.support.paths import LESSONS
from tutor_tui.core import pcm
from tutor_tui.offline_server.hearing import Hearing
from tutor_tui.offline_server.lesson.by_ear import ByEar
from tutor_tui.offline_server.lesson.guide import Guide
from tutor_tui.offline_server.lesson.script_file import load_script
from tutor_tui.offline_server.realtime.conversation import Conversation, item_from, spoken_by_learner
from tutor_tui.offline_server.realtime.lesson_progress import LessonProgress
from tutor_tui.openai_api.private_extensions import WantedLesson

ORDER = "Could I have a cup of tea, please?"
SCRIPT = load_script("en-a2-my-day", [LESSONS])
TYPED = item_from(
    {"id": "typed", "type": "message", "role": "user", "content": [{"type": "input_text", "text": ORDER}]}
)
SPOKEN = spoken_by_learner("spoken", pcm.silence(500))


class Backend:
    def guide(self, *_: Any) -> ByEar:
        return ByEar(Guide(SCRIPT))


@pytest.fixture
def unheard() -> tuple[LessonProgress, ByEar]:
    """A lesson of which the greeting was asked for and stopped before anything of it was heard."""
    wanted = WantedLesson(script=SCRIPT.name)
    progress = LessonProgress(cast(Any, Backend()), Conversation(), wanted, cast(Executor, None))
    guide = asyncio.run(progress.begin())
    assert SCRIPT.greeting in progress.reply(guide, "greet", None, [], name="greeting").text
    progress.take_back("greeting")
    assert progress.guide is not None
    return progress, cast(ByEar, progress.guide)


def test_what_is_typed_into_the_greeting_is_answered_and_the_greeting_is_not_said_again(
    unheard: tuple[LessonProgress, ByEar],
) -> None:
    progress, guide = unheard
    reply = progress.reply(guide, "", Hearing(ORDER), [TYPED], name="answer")
    assert SCRIPT.greeting not in reply.text and "do you usually get up?" in reply.text


def test_it_is_not_said_again_either_where_the_answer_was_not_heard_and_more_is_typed(
    unheard: tuple[LessonProgress, ByEar],
) -> None:
    progress, guide = unheard
    progress.reply(guide, "", Hearing(ORDER), [TYPED], name="answer")
    progress.take_back("answer")
    again = cast(ByEar, progress.guide)
    reply = progress.reply(again, "", Hearing(ORDER), [TYPED], name="second answer")
    assert SCRIPT.greeting not in reply.text and "do you usually get up?" in reply.text


@pytest.mark.parametrize(("kind", "items"), [("repeat", []), ("", [SPOKEN])], ids=["asked for", "a cough"])
def test_who_has_not_typed_has_the_greeting_said_that_they_did_not_hear(
    unheard: tuple[LessonProgress, ByEar], kind: str, items: list[Any]
) -> None:
    progress, guide = unheard
    assert SCRIPT.greeting in progress.reply(guide, kind, None, items, name="again").text
