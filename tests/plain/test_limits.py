"""In plain lines, too, what cannot be done says why, in the words of the full screen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.plain.programs import BRIEF, hold
from tutor_tui.core import events as ev
from tutor_tui.core.availability import greyed
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.lesson import Lesson
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.tutors.recording.format import header, line

RECORDING = "This is a recording: it cannot answer."


def recording(file: Path) -> None:
    """A short one: the tutor says a sentence."""
    events = (
        ev.LinkReady("m"),
        ev.ReplyStarted("r"),
        ev.TutorTextDone("t", "Hello there!"),
        ev.TutorAudioDone("t"),
        ev.ReplyEnded("r"),
    )
    told = [line({"t": 0.1 * number, "event": event}) for number, event in enumerate(events, 1)]
    begin = line({"t": 0.0, "call": {"number": 1, "profile": "English", "target_language": "en"}})
    file.write_bytes(b"".join([header("gpt-realtime-2.1-mini", Capabilities(tools=True)), begin, *told]))


def test_a_recording_says_why_it_does_nothing_by_commands_and_words(tmp_path: Path) -> None:
    recording(tmp_path / "wire")
    typed = b"/repeat\n/patience +\n/think\n/mute\n/profile x\n/echo\n/talk\n/retry\n"
    done = hold(tmp_path, typed + b"good morning\n/help\n", "replay", "wire", "--plain")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines.count(f"Notice: {RECORDING}") == 8, "seven commands and a line; retry is always there"
    assert "Tutor: Hello there!" in lines, "/retry breaks no call off"
    assert "You: good morning" not in lines
    marked = [each.split(": ")[0] for each in lines if each.endswith(f"(not now: {RECORDING})")]
    assert marked == [
        *(
            "/mute",
            "/talk",
            "/hold",
            "a line of words",
            "/repeat",
            "/shadow",
            "/dictation",
            "/meaning",
            "/hint",
            "/profile NAME",
            "/spoken",
        ),
        *("/patience -", "/patience +", "/pace -", "/pace +", "/echo", "/record", "/drill KIND", "/again"),
    ]
    assert RECORDING in lines, "the help ends with what the tutor cannot do"


def test_the_words_are_those_of_the_full_screen() -> None:
    lesson = Lesson(LessonPlan("English", "Teach.", "marin"), linked=True)
    assert greyed(replace(Capabilities(), listens=False), lesson)["repeat"] == RECORDING


def test_keys_in_the_settings_that_cannot_be_used_are_told(tmp_path: Path) -> None:
    settings = tmp_path / ".config" / "tutor-tui" / "config.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text('[keys]\nthink = "banana"\nmute = "f2"\n')
    done = hold(tmp_path, b"", "plain", "--tutor", "offline", *BRIEF)
    told = [line for line in done.stdout.splitlines() if line.startswith("Notice: keys.")]
    assert told == ["Notice: keys.think: 'banana' is not a key; write one such as x, f5 or ctrl+x. h stays."]
