"""The turn-based tutor in plain lines: without a key it is the offline tutor, and what ends soon is said."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.plain.programs import hold
from tests.support.fakes import FakeSoundCard, FakeTutor
from tests.support.paths import CARDS
from tests.tutors.helpers import PLAN
from tutor_tui.core import events as ev
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.problems import ExitCode
from tutor_tui.plain.frontend import PlainFrontend, Streams
from tutor_tui.session.session import Session

IN_TURNS = ("plain", "--tutor", "pipeline", "--prompts", str(CARDS), "--profile", "cards")


@pytest.mark.slow
def test_without_a_key_or_an_address_the_offline_tutor_does_it_all_until_a_word_leaves(
    tmp_path: Path,
) -> None:
    done = hold(tmp_path, b"ten of spades\nten of clubs\nQuit\nIt is raining.\n", *IN_TURNS)
    assert (done.returncode, done.stderr) == (ExitCode.OK, "")
    lines = done.stdout.splitlines()
    told = "Notice: No key, so the offline tutor hears, thinks and speaks. For the cloud tutor run tutor-tui key set"
    assert any(line.startswith(told) for line in lines)
    said = [line for line in lines if line.startswith(("You:", "Tutor:"))]
    assert said[0].startswith("Tutor: Welcome to the card table. Which card do you hold? (Stuck? Ask: ")
    assert said[1] == "You: ten of spades" and said[2].endswith("It begins with the word ten.")
    assert said[3] == "You: ten of clubs" and said[4].endswith("A good card! And the next?")
    assert any(line.startswith("Mistake: “ten of spades” is better as “ten of clubs”") for line in lines)
    assert "You: Quit" not in done.stdout and "raining" not in done.stdout, "a word that leaves a shell leaves it"


@pytest.mark.slow
def test_models_that_will_be_switched_off_are_said_at_the_start(tmp_path: Path) -> None:
    nobody = {"HTTPS_PROXY": "http://127.0.0.1:9"}  # nothing leaves this machine
    environ = {**nobody, "OPENAI_API_KEY": "sk-test", "TUTOR_TUI_PIPELINE_CHAT_MODEL": "gpt-4o-mini"}
    environ["TUTOR_TUI_PIPELINE_SPEAK_MODEL"] = "tts-1"
    done = hold(tmp_path, b"/quit\n", *IN_TURNS, **environ)
    assert done.returncode == ExitCode.OK
    warned = [line for line in done.stdout.splitlines() if "Models end" in line]
    assert warned == [
        "Notice: Models end, the first on 2027-01-06: in the settings choose gpt-6-luna for gpt-4o-mini,"
        " gpt-realtime-2.1-mini for tts-1."
    ]


async def held(happens: Callable[[Session, PlainFrontend], None]) -> tuple[ExitCode, str]:
    """A lesson that ends with what happens in it: its exit code, and all that was printed."""
    reads, writes = os.pipe()
    session = Session(tutor=FakeTutor(), sound=FakeSoundCard(), plan=PLAN)
    lesson = PlainFrontend(
        session,
        plan_named=lambda name: PLAN,
        make_offline_tutor=FakeTutor,
        until=asyncio.Event().wait,
        streams=Streams(None, writes),
    )
    showing = asyncio.create_task(lesson.run())
    await asyncio.sleep(0)
    happens(session, lesson)
    try:
        code = await asyncio.wait_for(showing, 30)
    finally:
        os.close(writes)
        told = os.read(reads, 10_000).decode()
        os.close(reads)
    return code, told


async def test_a_lesson_that_the_learner_ends_aloud_ends_with_its_summary() -> None:
    code, told = await held(lambda session, lesson: session.take(ev.LeaveAsked()))
    assert code == ExitCode.OK
    assert "the lesson is over" in told


async def test_another_tutor_that_goes_on_by_itself_is_named() -> None:
    other = FakeTutor(Capabilities(way="offline", hears=frozenset({"fr"})))
    other.name = "another"

    def switch(session: Session, lesson: PlainFrontend) -> None:
        session.switch(other)
        lesson.exit()

    _, told = await held(switch)
    assert "tutor: fake\n" in told
    assert "tutor: another\n" in told.split("tutor: fake\n")[1]
    assert "This tutor hears only French, so type your answers." in told


def test_an_output_that_lacks_letters_says_the_way_out(tmp_path: Path) -> None:
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}
    done = hold(tmp_path, b"/quit\n", *IN_TURNS, **ascii_only)
    assert "Notice: The terminal is set to ascii: other letters are lost. LC_ALL=C.UTF-8 tutor-tui" in done.stdout
