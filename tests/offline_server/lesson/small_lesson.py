"""A lesson of three questions for tests of the guide, and ways through it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from tests.offline_server.lesson.scripts import LISTS, mistake, step
from tests.support.paths import LESSONS
from tutor_tui.offline_server.lesson.guide import Guide
from tutor_tui.offline_server.lesson.script import LessonScript
from tutor_tui.offline_server.lesson.script_file import load_script

SCRIPT = LessonScript(
    name="t",
    title="T",
    language="en",
    native_language="en",
    level="A1",
    greeting="Hello, I am your tutor.",
    closing="That was good.",
    steps=(
        step(
            "What is your name?",
            "(my name is | i am) <name>",
            answer="My name is Anna.",
            hint="Begin with: My name.",
            praise="Nice to meet you!",
            translation="Wie heißt du?",
            mistakes=(mistake("my name <name>", "A small word is missing.", "My name is <name>."),),
        ),
        step("Where are you from?", "i am from (Korea | spain)", answer="I am from Korea.", hint="I am, and where?"),
        step("Can you repeat that?", "help me please", "i live in london", answer="I live in London."),
    ),
    lists=LISTS,
)
FIRST_WORDS = (
    "Hello, I am your tutor. What is your name? "
    "(Stuck? Ask: “help me please”, “again please”, “slower please” or “what does that mean?”)"
)


def lesson(name: str, home: str = "") -> Guide:
    return Guide(load_script(name, [LESSONS]), home=home)


def miss(guide: Guide, slip: str = "my name anna") -> str:
    """Say it wrong until the form is told, and then something else: what the guide says then."""
    for _ in range(2):
        guide.answer(slip)
    return guide.answer("bananas").text


def walk(script: LessonScript, words: Iterable[str], wrong: str = "something else entirely") -> None:
    """From the greeting, past `words`, to the end with nothing but wrong answers."""
    guide = Guide(script)
    reply = guide.greet()
    for said in words:
        reply = guide.answer(said)
        assert reply.text
    for _ in range(len(script.steps) * 8):
        reply = guide.answer(wrong)
        assert reply.text
        if reply.done:
            return
    pytest.fail("it never ends")


def spoken_by(guide: Guide, *said: str) -> str:
    """What the guide says last."""
    return [guide.answer(words) for words in said][-1].text


def greeted(script: LessonScript = SCRIPT, **more: Any) -> Guide:
    guide = Guide(script, **more)
    guide.greet()
    return guide
