"""Requests in the learner's own language, spoken in an English lesson."""

from __future__ import annotations

import pytest

from tests.offline_server.recordings import SYNTHETIC, recording
from tests.support.paths import LESSONS
from tutor_tui.core import pcm
from tutor_tui.offline_server.hearing import Hearing, Match
from tutor_tui.offline_server.lesson.guide import Guide
from tutor_tui.offline_server.lesson.requests import request_in
from tutor_tui.offline_server.lesson.script_file import load_script
from tutor_tui.offline_server.stt.recogniser import Recogniser

LESSON = load_script("en-a1-first-words", [LESSONS])


@pytest.fixture(scope="module")
def ears() -> Recogniser:
    return Recogniser("en")


def heard(ears: Recogniser, name: str, home: str) -> Hearing:
    ears.expect(Guide(LESSON, home=home).expected)
    ears.begin()
    ears.feed(recording(name) + pcm.silence(300))
    return ears.finish()


@pytest.mark.parametrize("name", ["ko-08", "es-02"])
def test_a_request_in_the_learners_own_language_is_heard(ears: Recogniser, name: str) -> None:
    found = heard(ears, name, home=name[:2])
    assert found.match is Match.EXPECTED
    assert request_in(found.text) is request_in(SYNTHETIC[name])


@pytest.mark.parametrize(("name", "home"), [("ko-06", "ko"), ("cards-001", "ko"), ("ko-08", "es")])
def test_other_words_are_no_request(ears: Recogniser, name: str, home: str) -> None:
    assert heard(ears, name, home).match is Match.OTHER
