"""`tutor-tui history` as a learner meets it: each run is a process of its own, on a library in a real file."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.cli.asked import answered
from tests.cli.test_main import Runner, clean_environment, one_sentence
from tests.cli.test_main import run as run
from tests.support.kept_lessons import ALL, JAPANESE_ID, KOREAN, KOREAN_ID, SPANISH_ID, at, fill, record
from tests.support.paths import folders_below
from tutor_tui.core.lesson_records import KeptLesson, LessonRecord, TurnRecord
from tutor_tui.core.problems import ExitCode
from tutor_tui.library import recordings
from tutor_tui.library.lessons import SqliteLibrary
from tutor_tui.library.under_way import FOLDER, Mark


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The library of the learner whose home this is, with three lessons."""
    path = folders_below(tmp_path).library_file
    fill(path)
    return path


def kept_in(file: Path) -> list[str]:
    return [each.lesson.id for each in SqliteLibrary(file).lessons()]


def objects(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


# ---- the list -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [("history",), ("history", "list")])
def test_lessons_are_listed_newest_first_by_the_local_clock(command: tuple[str, ...], file: Path, run: Runner) -> None:
    assert run(*command, TZ="Asia/Seoul").stdout.splitlines() == [
        "ID               BEGAN             LENGTH  LESSON",
        "2026-11-27-k3f9  2026-11-28 03:03  12 min  Korean B1, gpt-realtime-2.1-mini, you said 2 lines, 2 mistakes, "
        "1 word, $0.123",
        "2026-11-26-d3ef  2026-11-27 03:03  2 min   Japanese A1, m, you said 1 line, cost unknown, broken off",
        "2026-11-25-a2bc  2026-11-26 03:03  10 min  Spanish A1, offline, you said 1 line",
    ]


def test_a_lesson_that_was_broken_off_says_so(file: Path, run: Runner) -> None:
    fill(file, [replace(KOREAN, lesson=replace(KOREAN.lesson, recovered=True))])
    assert ", broken off\n" in run("history").stdout
    assert "Length: 12 min, broken off\n" in run("history", "show", "last").stdout


def test_a_lesson_that_goes_on_says_so_in_the_list_and_when_it_is_shown(file: Path, run: Runner) -> None:
    mark = Mark(file.parent / FOLDER, JAPANESE_ID)
    listed, shown = run("history").stdout, run("history", "show", JAPANESE_ID).stdout
    mark.end()
    assert ", going on now\n" in listed and "Length: 2 min, going on now\n" in shown
    assert "Length: 2 min, broken off\n" in run("history", "show", JAPANESE_ID).stdout


def test_a_lesson_that_goes_on_from_another_names_it(file: Path, run: Runner) -> None:
    fill(file, [replace(KOREAN, lesson=replace(KOREAN.lesson, continues=SPANISH_ID))])
    assert f", $0.123, goes on from {SPANISH_ID}\n" in run("history").stdout
    assert f"\nGoes on from: {SPANISH_ID}\n" in run("history", "show", "last").stdout
    assert "oes on from" not in run("history", "show", SPANISH_ID).stdout


def test_programs_get_an_object_a_lesson(file: Path, run: Runner) -> None:
    korean, japanese, spanish = objects(run("history", "--json", TZ="Asia/Seoul").stdout)
    assert [each["id"] for each in (korean, japanese, spanish)] == list(ALL)
    assert korean["began_at"] == "2026-11-28T03:03:00+09:00" and korean["ended_at"] == "2026-11-28T03:15:00+09:00"
    assert [korean[name] for name in ("minutes", "own_lines", "mistakes", "words", "usd")] == [12.0, 2, 2, 1, 0.123]
    assert (japanese["ended_at"], japanese["cost_unknown"], spanish["usd"]) == (None, True, 0.0)


def test_where_nothing_is_kept_it_says_so_and_makes_nothing(tmp_path: Path, run: Runner) -> None:
    assert run("history").stdout == "No lesson is kept yet.\n"
    assert run("history", "--json").stdout == ""
    assert one_sentence(run("history", "show", "last"), ExitCode.USAGE).startswith("No lesson is kept yet.")
    assert not folders_below(tmp_path).data.exists()


def test_the_library_is_where_xdg_says(tmp_path: Path, run: Runner) -> None:
    fill(tmp_path / "d" / "tutor-tui" / "library.sqlite3")
    assert KOREAN_ID in run("history", XDG_DATA_HOME=str(tmp_path / "d")).stdout


def test_a_broken_settings_file_hides_no_lessons(tmp_path: Path, file: Path, run: Runner) -> None:
    settings = folders_below(tmp_path).config_file
    settings.parent.mkdir(parents=True)
    settings.write_text("[tutor]\nmodle = 1\n")
    assert KOREAN_ID in run("history").stdout


def test_a_file_that_is_no_library_is_said(file: Path, run: Runner) -> None:
    file.write_bytes(b"no library at all " * 200)
    assert "damaged" in one_sentence(run("history"), ExitCode.LIBRARY)


# ---- one lesson -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["last", KOREAN_ID, "2026-11-27"])
def test_a_lesson_is_shown_with_all_that_was_said_and_noted(name: str, file: Path, run: Runner) -> None:
    shown = run("history", "show", name).stdout
    assert shown.startswith("Lesson of 2026-11-27 18:03\nLesson: 2026-11-27-k3f9\nLength: 12 min\nProfile: Korean B1\n")
    assert "\nTutor: 좋아요. 친구하고 (stopped here: “무엇을 했는지" in shown
    assert "\nYou (typed): 영화를 봤어요\nYou: (heard, but not understood)\n" in shown
    assert "\nMistake: “어제 만나요” is better as “어제 만났어요” (the past of 만나다)\n" in shown


def test_programs_get_one_object_with_all_of_a_lesson(file: Path, run: Runner) -> None:
    (shown,) = objects(run("history", "show", "last", "--json").stdout)
    assert shown["began_at"] == "2026-11-27T18:03:00+00:00"
    assert [each["item_id"] for each in shown["turns"]] == [each.item_id for each in KOREAN.turns]


def test_nothing_of_a_transcript_is_obeyed_by_the_terminal(file: Path, run: Runner) -> None:
    bad = "\x1b[2J\x9b31m\u202e한국\u2066[bold]&\x07"
    lesson = LessonRecord("2026-11-28-\x1b[2J", at(28), bad, tutor=bad)
    fill(file, [KeptLesson(lesson, (TurnRecord(lesson.id, bad, 0, "learner", f"x{bad}\nYou: y"),))])
    commands = [("history",), ("history", "--json"), ("history", "show", "last"), ("history", "show", "last", "--json")]
    commands += [
        ("history", "search", "x"),
        ("history", "search", "--json", "x"),
        ("history", "search", f"nobody{bad}"),
    ]
    commands += [("export", "last", "--format", each) for each in ("md", "jsonl", "vtt", "txt")]
    for command in [*commands, ("history", "delete", "last", "--yes")]:
        result = run(*command)
        assert result.returncode == 0, result.stderr
        shown = result.stdout.replace("\n", "")
        assert shown and shown.isprintable(), command
        assert "\nYou: y" not in result.stdout
        assert ("\\[bold\\]" if "md" in command else "[bold]") in shown, command


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("show", "history show takes one lesson: its id, or last. Try: tutor-tui history show last"),
        ("show a b", "history show takes one lesson: its id, or last. Try: tutor-tui history show last"),
        ("list last", "history list takes no further word: 'last' is too much. Try: tutor-tui history show last"),
        ("show 2026", "More than one lesson is meant by '2026'. tutor-tui history lists them."),
        ("show 2027", "No lesson '2027' is kept. tutor-tui history lists those there are."),
        ("delete", "history delete takes one lesson: its id, or last. Try: tutor-tui history delete last"),
        ("search", "history search needs a word. Try: tutor-tui history search coffee"),
    ],
)
def test_what_is_missing_or_unclear_is_said_in_a_sentence(arguments: str, said: str, file: Path, run: Runner) -> None:
    assert one_sentence(run("history", *arguments.split()), ExitCode.USAGE) == said


def test_bytes_that_are_no_text_name_no_lesson(tmp_path: Path, file: Path) -> None:
    command = [sys.executable.encode(), b"-m", b"tutor_tui", b"history", b"show", b"\xff"]
    result = subprocess.run(command, env=clean_environment(tmp_path), capture_output=True, timeout=60, check=False)
    assert (result.returncode, result.stdout) == (ExitCode.USAGE, b"")
    assert "No lesson '\ufffd' is kept." in result.stderr.decode()


# ---- the search -----------------------------------------------------------------------------------------------------


def test_a_search_shows_lesson_date_speaker_and_line(file: Path, run: Runner) -> None:
    assert run("history", "search", "친구").stdout.splitlines() == [
        "2026-11-27-k3f9  2026-11-27 18:03  You: 어제 친구를 만나요.",
        "2026-11-27-k3f9  2026-11-27 18:03  Tutor: 좋아요. 친구하고 무엇을 했는지 조금 더 이야기해 주세요.",
    ]
    assert run("history", "search", "noquis", "comi").stdout.endswith("You: Comí ÑOQUIS.\n")
    (found,) = objects(run("history", "search", "かい", "--json").stdout)
    assert found["lesson_id"] == JAPANESE_ID and found["said_at"] == "2026-11-26T18:03:01+00:00"
    assert (found["role"], found["text"]) == ("learner", "ﾊﾞｽで かいしゃへ いきます。")


def test_what_is_not_found_is_said(file: Path, run: Runner) -> None:
    result = run("history", "search", "two", "words")
    assert (result.returncode, result.stdout) == (0, "No line of a kept lesson holds “two words”.\n")
    assert run("history", "search", "--json", "nothing").stdout == ""


def test_a_search_that_finds_too_much_says_so(file: Path, run: Runner) -> None:
    lesson = LessonRecord("2026-11-28-mmmm", at(28), "P")
    fill(file, [KeptLesson(lesson, tuple(TurnRecord(lesson.id, f"t{n}", n, "learner", "coffee") for n in range(201)))])
    lines = run("history", "search", "coffee").stdout.splitlines()
    assert len(lines) == 201 and lines[-1] == "There are more than these 200: search for more words at once."
    assert len(objects(run("history", "search", "coffee", "--json").stdout)) == 201


# ---- deleting -------------------------------------------------------------------------------------------------------


def test_without_a_terminal_nothing_is_deleted_unless_yes_is_said(file: Path, run: Runner) -> None:
    said = one_sentence(run("history", "delete", "last"), ExitCode.USAGE)
    assert said.endswith(f"Try: tutor-tui history delete {KOREAN_ID} --yes")
    assert kept_in(file) == list(ALL)
    deleted = run("history", "delete", "2026-11-26", "--yes").stdout
    assert deleted == "The lesson of 2026-11-26 18:03 (2026-11-26-d3ef, Japanese A1) was deleted.\n"
    assert kept_in(file) == [KOREAN_ID, SPANISH_ID]
    assert objects(run("history", "delete", "last", "--yes", "--json").stdout) == [
        {"deleted": KOREAN_ID, "recordings": []}
    ]


def test_a_recording_is_named_and_goes_with_its_lesson(file: Path, run: Runner) -> None:
    record(file.parent, [KOREAN_ID])
    files = [str(recordings.file_of(file.parent, KOREAN_ID, side)) for side in recordings.SIDES]
    listed = [line for line in run("history").stdout.splitlines() if "recorded" in line]
    assert len(listed) == 1 and listed[0].startswith(KOREAN_ID)
    assert [each["recorded"] for each in objects(run("history", "--json").stdout)] == [True, False, False]
    shown = f"~/.local/share/tutor-tui/recordings/{KOREAN_ID}"
    assert run("history", "show", "last").stdout.endswith(
        f"\nRecorded: {shown}.learner.wav\nRecorded: {shown}.tutor.wav\n"
    )
    assert objects(run("history", "show", "last", "--json").stdout)[0]["recordings"] == files
    assert "recordings" not in run("export", "last").stdout
    deleted = run("history", "delete", "last", "--yes").stdout
    assert deleted.endswith("(2026-11-27-k3f9, Korean B1) was deleted, and the recording of it.\n")
    assert not (file.parent / recordings.FOLDER).exists()


@pytest.mark.parametrize(
    ("answer", "left"), [("y\n", ALL[1:]), ("YES\n", ALL[1:]), ("n\n", ALL), ("\n", ALL), ("\x04", ALL), ("yet\n", ALL)]
)
def test_on_a_terminal_the_learner_is_asked_first(
    answer: str, left: tuple[str, ...], file: Path, tmp_path: Path
) -> None:
    shown = answered(tmp_path, answer, "history", "delete", "last")
    assert "Delete the lesson of 2026-11-27 18:03 (2026-11-27-k3f9, Korean B1)? [y/N] " in shown
    assert kept_in(file) == list(left)


def test_a_lesson_that_goes_on_is_not_deleted(file: Path, run: Runner) -> None:
    mark = Mark(file.parent / FOLDER, JAPANESE_ID)
    said = one_sentence(run("history", "delete", JAPANESE_ID, "--yes"), ExitCode.USAGE)
    mark.end()
    assert said == "This lesson is still going on. End it first."
    assert kept_in(file) == list(ALL)
