"""`tutor-tui lessons`: the list, and what authors try their lessons out with."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from tutor_tui.cli.main import main
from tutor_tui.core.problems import ExitCode

BROKEN = """
title = "A lesson"
language = "en"
level = "A1"
greeting = "Hello."
closing = "Goodbye."
[[step]]
say = "What is your name?"
expect = ["my name is <name>"]
answer = "I am from Spain."
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)


def tried(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], lesson: str, step: int, *answers: str
) -> list[dict[str, Any]]:
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{answer}\n" for answer in answers)))
    assert main(["lessons", "try", "--step", str(step), lesson]) == ExitCode.OK
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_each_answer_gets_a_verdict_a_reply_and_the_note_it_would_leave(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = ("I'm Marco.", "My name Marco.", "It is raining in the mountains today.", "slower please", "")
    told = tried(monkeypatch, capsys, "en-a1-first-words", 1, *answers)
    assert [each["answer"] for each in told] == list(answers)
    assert [each["verdict"] for each in told] == ["right", "slip", "unsure", "request", "not-heard"]
    assert all(set(each) == {"answer", "verdict", "reply", "note"} and each["reply"] for each in told)
    assert [each["note"] is not None for each in told] == [False, True, False, False, False]
    assert told[1]["note"]["said"] == "My name Marco." and told[1]["note"]["kind"] == "grammar"
    assert "it may be right" in told[2]["reply"]


def test_latin_letters_are_judged_as_in_a_lesson(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (told,) = tried(monkeypatch, capsys, "ko-a1-first-words", 1, "annyeonghaseyo")
    assert told["verdict"] == "right" and "annyeonghaseyo → 안녕하세요" in told["reply"]


def test_what_is_wrong_with_a_lesson_is_said_a_line_each(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.toml").write_text(BROKEN)
    assert main(["lessons", "check", "en-a1-first-words", str(tmp_path / "mine.toml")]) == ExitCode.USAGE
    good, *bad = capsys.readouterr().out.splitlines()
    assert good == "en-a1-first-words: nothing to mend"
    assert bad and all(line.startswith(f"{tmp_path / 'mine.toml'}: ") for line in bad)
    assert main(["lessons", "check", "en-a1-first-words"]) == ExitCode.OK


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("lessons check /nowhere/x.toml", "There is no file /nowhere/x.toml. See tutor-tui lessons."),
        ("lessons try en-a1-first-words --step 99", "en-a1-first-words has steps 1 to 13. Name one with --step."),
        ("lessons try", "lessons try takes one lesson. Try: tutor-tui lessons try en-a1-first-words --step 1"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    arguments: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments.split()) == ExitCode.USAGE
    captured = capsys.readouterr()
    assert said in " ".join(f"{captured.out} {captured.err}".split())


def test_all_lessons_are_listed_by_language_level_and_unit(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lessons"]) == ExitCode.OK
    lines = capsys.readouterr().out.splitlines()
    names = [line.split()[0] for line in lines[1:]]
    assert lines[0].split() == ["LESSON", "LANGUAGE", "LEVEL", "UNIT", "ANSWERS", "TITLE"]
    assert all(" spoken " in line for line in lines[1:]), "what is always installed hears all our lessons"
    assert names.index("ko-a1-first-words") < names.index("ko-a1-ordering") and "zh-a1-cafe" in names
