"""What the tests of offline lessons share."""

from __future__ import annotations

import pytest

from tests.offline_server.lesson.small_lesson import SCRIPT
from tutor_tui.offline_server.lesson.guide import Guide


@pytest.fixture
def guide() -> Guide:
    guide = Guide(SCRIPT)
    guide.greet()
    return guide
