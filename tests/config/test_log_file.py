from __future__ import annotations

import asyncio
import logging
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tutor_tui.config.log_file import note_crash, scrubbed, start_log
from tutor_tui.core.problems import ExitCode, Problem

SECRET = "sk-proj-0123456789"
WORDS = "저는 안나예요"


@pytest.fixture(autouse=True)
def _loggers() -> Iterator[None]:
    """Every test finds and leaves logging as it was."""
    root, ours = logging.getLogger(), logging.getLogger("tutor_tui")
    before = [*root.handlers], root.level, ours.level
    yield
    for handler in [*root.handlers]:
        if handler not in before[0]:
            root.removeHandler(handler)
            handler.close()
    root.setLevel(before[1])
    ours.setLevel(before[2])


def test_our_records_are_kept_in_a_private_file(tmp_path: Path) -> None:
    path = tmp_path / "lesson.log"
    start_log(path)
    logging.getLogger("tutor_tui.session").debug("dialling, attempt %d", 2)
    assert "tutor_tui.session: dialling, attempt 2" in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_keys_words_and_other_libraries_messages_never_reach_the_log(tmp_path: Path) -> None:
    path = tmp_path / "lesson.log"
    start_log(path)
    logging.getLogger("tutor_tui.tutors").info("header Authorization: Bearer %s", SECRET)
    logging.getLogger("tutor_tui.tutors").info("key %s", SECRET)
    logging.getLogger("websockets.client").debug("> Authorization: Bearer %s", SECRET)
    logging.getLogger("websockets.client").error("< TEXT %s", WORDS)
    try:
        raise ValueError(f"{WORDS} {SECRET}")
    except ValueError:
        logging.getLogger("tutor_tui.session").exception("the lesson stopped")
        logging.getLogger("httpx").exception("refused")
    text = path.read_text()
    assert "the lesson stopped" in text
    assert "builtins.ValueError" in text
    assert "something in test_log_file, line" in text
    assert WORDS not in text
    assert "0123456789" not in text


async def test_what_asyncio_says_of_a_forgotten_task_is_withheld(tmp_path: Path) -> None:
    path = tmp_path / "lesson.log"
    start_log(path)
    asyncio.get_running_loop().call_exception_handler({"message": "forgotten", "exception": ValueError(WORDS)})
    assert "ERROR" in path.read_text()
    assert WORDS not in path.read_text()


def test_without_a_file_nothing_is_printed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    start_log(None)
    logging.getLogger("anything").error("would land in the middle of the screen")
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("name", ["", "missing/lesson.log"])
def test_a_log_file_that_cannot_be_written_is_said(name: str, tmp_path: Path) -> None:
    with pytest.raises(Problem, match="cannot be written") as caught:
        start_log(tmp_path / name)
    assert "--log-file" in caught.value.hint
    assert caught.value.exit_code == ExitCode.USAGE


def crash() -> BaseException:
    spoken = f"{WORDS} {SECRET}"
    try:
        try:
            raise KeyError(spoken)
        except KeyError as inner:
            raise RuntimeError(spoken) from inner
    except RuntimeError as outer:
        return ExceptionGroup(spoken, [outer, AttributeError("'str' object has no attribute 'play'")])


def test_a_crash_is_noted_without_its_data(tmp_path: Path) -> None:
    path = tmp_path / "state" / "tutor-tui.log"
    assert note_crash(crash(), path)
    text = path.read_text()
    for part in ("builtins.KeyError", "which led to", "builtins.RuntimeError", "in crash", "has no attribute 'play'"):
        assert part in text
    assert WORDS not in text
    assert SECRET not in text
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not note_crash(crash(), path / "below-a-file")


def test_a_chain_that_bites_its_tail_ends() -> None:
    first, second = ValueError("a"), ValueError("b")
    first.__context__, second.__context__ = second, first
    assert len(list(scrubbed(first))) < sys.getrecursionlimit()


def test_a_pipe_that_nobody_reads_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "log")
    with pytest.raises(Problem, match="cannot be written: No such device"):
        start_log(tmp_path / "log")
