"""What the tests of faults share: a classroom, and a tutor of few words."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.end_to_end.conftest import LiveServer, classroom
from tests.support.strict_server import Behaviour, Reply, tone

__all__ = ["classroom"]

GREETING = "Hello there, learner."
ANSWERS = ("Nice to meet you.", "I see.", "Go on.")
CLOUD = ("--tutor", "openai", "--profile", "english-conversation")


@pytest.fixture
def server() -> Iterator[LiveServer]:
    """A tutor that greets, and says little to what is typed."""
    live = LiveServer(Behaviour(replies=[Reply(text, tone(100)) for text in (GREETING, *ANSWERS)]))
    yield live
    live.close()


def key_to(server: LiveServer) -> dict[str, str]:
    """The environment variables that lead a lesson to it."""
    return {"OPENAI_API_KEY": "sk-test", "OPENAI_BASE_URL": server.strict.base_url}
