"""A lesson from the outside: how it starts, what it says of its tutor, and how it ends, in a real terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.lesson_terminal import ENGLISH, Opener, with_sound
from tests.cli.lesson_terminal import lesson as lesson
from tests.cli.lesson_terminal import silent_lesson as silent_lesson
from tests.plain.programs import BRIEF
from tutor_tui.core.problems import ExitCode


@with_sound
def test_without_a_key_the_offline_tutor_teaches_and_says_how_to_add_one(lesson: Opener) -> None:
    with lesson(*ENGLISH) as terminal:
        terminal.wait_for("No key, so the offline tutor teaches.")
        terminal.wait_for("OPENAI_API_KEY=your-key into .env")
        terminal.wait_for("▶ speaking")


@with_sound
def test_a_lesson_can_be_named_and_brings_its_profile(lesson: Opener) -> None:
    with lesson("--lesson", "ko-a1-likes") as terminal:
        terminal.wait_for("Korean tutor")
        terminal.wait_for("ko-a1-likes")


@pytest.mark.parametrize(
    ("arguments", "environ", "said"),
    [
        (["--tutor", "openai"], {}, "The cloud tutor needs a key, and OPENAI_API_KEY is not set."),
        (["--tutor", "openai"], {"OPENAI_API_KEY": " "}, "The cloud tutor needs a key, and OPENAI_API_KEY is empty."),
        ([], {"OPENAI_API_KEY": "sk-one two"}, "OPENAI_API_KEY cannot be a key: it contains a space."),
        (["--profile", "koraen-tutor"], {}, "There is no profile called 'koraen-tutor'. Did you mean korean-tutor"),
        (["--base-url", "http://tutor.example/v1"], {"OPENAI_API_KEY": "k"}, "unencrypted"),
        (["--base-url", "tutor.example"], {"OPENAI_API_KEY": "k"}, "is not an http(s) or ws(s) address"),
        (["--prompts", "/nowhere"], {}, "There is no folder '/nowhere'."),
        (["--lesson", "ko-a1-like"], {}, "There is no lesson called 'ko-a1-like'. tutor-tui lessons lists them."),
        (["--lesson", "ko-a1-likes", "--tutor", "openai"], {"OPENAI_API_KEY": "k"}, "follows no lesson script"),
        (["--log-file", "/nowhere/log"], {}, "The log file /nowhere/log cannot be written"),
        ([], {"TUTOR_TUI_LESSON_NATIVE_LANGUAGE": "klingon"}, "lesson.native_language cannot be 'klingon'."),
    ],
)
def test_what_stops_a_lesson_is_said_in_one_sentence_and_no_screen_is_opened(
    arguments: list[str], environ: dict[str, str], said: str, silent_lesson: Opener
) -> None:
    with silent_lesson(*arguments, **environ) as terminal:
        assert terminal.wait_for_exit() == ExitCode.USAGE
        screen = terminal.wait_for(said)
        assert screen.lstrip().startswith("tutor-tui: ")
        assert "Traceback" not in screen
        assert "sk-one" not in screen


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (
            ".config/tutor-tui/config.toml",
            "[lesson]\nprofile = korean\n",
            "~/.config/tutor-tui/config.toml, line 2, column 11: this is not TOML: Invalid value. "
            "Correct that line; tutor-tui has left the file as it is.",
        ),
        (
            ".config/tutor-tui/config.toml",
            "[sound]\nblock_ms = 7\n",
            "~/.config/tutor-tui/config.toml, line 2: sound.block_ms cannot be 7",
        ),
        (
            ".config/tutor-tui/.env",
            "OPENAI_API_KEY\n",
            "~/.config/tutor-tui/.env, line 1: this is not NAME=value. Correct that line; "
            "a value with special characters wants quotes around it.",
        ),
    ],
    ids=["not TOML", "a value that cannot be", "not NAME=value"],
)
def test_a_bad_file_stops_a_lesson_before_a_screen_is_opened_and_stays_as_it_is(
    name: str, text: str, said: str, silent_lesson: Opener, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    with silent_lesson() as terminal:
        assert terminal.wait_for_exit() == ExitCode.USAGE
        screen = terminal.wait_for(said)
        assert screen.lstrip().startswith("tutor-tui: ")
    assert path.read_text() == text


@with_sound
def test_a_device_that_is_not_there_is_told_and_the_default_used(lesson: Opener) -> None:
    with lesson(*ENGLISH, "--input-device", "theremin") as terminal:
        terminal.wait_for("There is no microphone called “theremin”, so default is used.")
        terminal.wait_for("▶ speaking")
        terminal.send("t")
        terminal.type("My name is Anna")
        terminal.send("Enter")
        terminal.wait_for("Nice to meet you")
        terminal.send("C-q")
        assert terminal.wait_for_exit() == ExitCode.OK


@with_sound
def test_the_log_tells_the_course_and_none_of_the_words(lesson: Opener, tmp_path: Path) -> None:
    with lesson(*BRIEF, "--log-file", "lesson.log") as terminal:
        terminal.wait_for("Hello, and welcome!")
        terminal.wait_for("your turn")
        terminal.send("t")
        terminal.type("My name is Rumpelstiltskin")
        terminal.send("Enter")
        terminal.wait_for("Rumpelstiltskin")
        terminal.send("C-c")
        terminal.wait_for_exit()
    log = (tmp_path / "lesson.log").read_text()
    for part in ("tutor offline", "phase: connecting", "phase: listening", "phase: speaking", "speaker: ", "turns "):
        assert part in log
    assert "Rumpel" not in log
    assert "Hello" not in log
    assert (tmp_path / "lesson.log").stat().st_mode & 0o077 == 0
