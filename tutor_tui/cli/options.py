"""Every option and command of `tutor-tui`, with its help: what the parser is built from."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tutor_tui import __version__

SLOWEST, FASTEST = 0.1, 100.0
"""How fast a recording can be played."""


def _speed(text: str) -> float:
    """The value of --speed."""
    try:
        speed = float(text)
    except ValueError:
        speed = 0.0
    if not SLOWEST <= speed <= FASTEST:
        raise argparse.ArgumentTypeError(f"takes a number from {SLOWEST:g} to {FASTEST:g}, not {text!r}")
    return speed


def _step(text: str) -> int:
    """The value of --step."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"takes a whole number from 1, not {text!r}")
    return int(text)


class Option(NamedTuple):
    """One option, wherever it may stand."""

    help: str
    value: str = ""
    """What its value is called in the help; empty for an option without one."""
    setting: str = ""
    """The setting that it overrides."""
    belongs_to: str = ""
    """Where it belongs, if it does not go with every command: "--speed goes with replay."."""
    example: str = ""
    """How to write it there."""
    more: Mapping[str, Any] = {}
    """Further arguments of `ArgumentParser.add_argument`."""


_SWITCH: Mapping[str, Any] = {"action": "store_true"}
_FILE: Mapping[str, Any] = {"type": Path}
OPTIONS: Mapping[str, Option] = {
    "--profile": Option("choose a profile; tutor-tui profiles lists them", "NAME", "lesson.profile"),
    "--lesson": Option(
        "begin with this offline lesson; tutor-tui lessons lists them",
        "NAME",
        belongs_to="a lesson",
        example="tutor-tui --lesson en-a1-numbers-and-time",
    ),
    "--resume": Option(
        "go on with an earlier lesson; tutor-tui history lists them; without ID, with the last",
        "ID",
        belongs_to="a lesson",
        example="tutor-tui --resume",
        more={"nargs": "?", "const": "last"},
    ),
    "--tutor": Option(
        "who teaches: openai, webrtc, pipeline or offline; without it: openai if there is a key, else offline",
        "KIND",
        "tutor.kind",
    ),
    "--model": Option("the cloud tutor's speech model", "M", "tutor.model"),
    "--base-url": Option(
        "another server that speaks the Realtime protocol; the address ends in /v1", "URL", "tutor.base_url"
    ),
    "--dialect": Option(
        "what that server speaks: ga (today's protocol), beta (older servers), azure, xai, huggingface, inworld, qwen, "
        "elevenlabs, voicelive or vllm",
        "D",
        "tutor.dialect",
    ),
    "--input-device": Option(
        "microphone: its number, or part of its name; file:VOICE.wav lets a WAV file speak instead",
        "D",
        "sound.input_device",
    ),
    "--output-device": Option("speaker: its number, or part of its name", "D", "sound.output_device"),
    "--insecure": Option("allow unencrypted connections to other machines", setting="tutor.insecure", more=_SWITCH),
    "--prompts": Option("look for tutor profiles in this folder first", "DIR", more=_FILE),
    "--log-file": Option("write a log: no keys, no words, no sound", "F", more=_FILE),
    "--record-wire": Option(
        "record what passes between tutor-tui and the tutor: words, no sound",
        "F",
        belongs_to="a lesson",
        example="tutor-tui --record-wire lesson.wire",
        more=_FILE,
    ),
    "--speed": Option(
        "play it X times as fast, from 0.1 to 100 (default: 1)",
        "X",
        belongs_to="replay",
        example="tutor-tui replay FILE --speed 4",
        more={"type": _speed},
    ),
    "--plain": Option("play it in plain lines", belongs_to="replay", example="tutor-tui plain", more=_SWITCH),
    "--config": Option(
        "the same as tutor-tui config", belongs_to="doctor", example="tutor-tui doctor --config", more=_SWITCH
    ),
    "--probe": Option(
        "try out what a Realtime server can do; without URL, the one in your settings",
        "URL",
        belongs_to="doctor",
        example="tutor-tui doctor --probe URL",
        more={"nargs": "?", "const": ""},
    ),
    "--key-env": Option(
        "the environment variable with the key for --probe URL",
        "NAME",
        belongs_to="--probe",
        example="tutor-tui doctor --probe URL --key-env NAME",
    ),
    "--names": Option(
        "print their names only, one a line",
        belongs_to="profiles",
        example="tutor-tui profiles --names",
        more=_SWITCH,
    ),
    "--instructions": Option(
        "print what the tutor of this profile is told, and how long that is",
        "NAME",
        belongs_to="profiles",
        example="tutor-tui profiles --instructions NAME",
    ),
    "--step": Option(
        "the step that is answered, from 1 (default: 1)",
        "N",
        belongs_to="lessons try",
        example="tutor-tui lessons try en-a1-first-words --step 3",
        more={"type": _step},
    ),
    "--version": Option("show the version", more={"action": "version", "version": f"tutor-tui {__version__}"}),
    "--help": Option("show this help", more={"action": "help"}),
}
_TUTOR = ("--tutor", "--model", "--base-url", "--dialect", "--insecure")
_DEVICES = ("--input-device", "--output-device")
_SETTINGS = ("--profile", *_TUTOR, *_DEVICES, "--prompts", "--log-file")
_END = ("--version", "--help")


class Command(NamedTuple):
    """One command: what follows its name, what it is for, and the options that its help shows."""

    usage: str
    summary: str
    options: Sequence[str]
    details: str = ""
    """What else there is to say; lines stay lines."""


LESSON = Command(
    "[OPTIONS] [COMMAND]",
    "A voice language tutor for the terminal. Without a command, a lesson begins.",
    ("--lesson", "--resume", *_SETTINGS, "--record-wire", *_END),
)
COMMANDS: Mapping[str, Command] = {
    "plain": Command(
        "[OPTIONS]",
        "hold a lesson in plain lines: for screen readers, pipes and slow connections",
        ("--lesson", "--resume", *_SETTINGS, "--record-wire", "--help"),
    ),
    "replay": Command(
        "FILE [OPTIONS]",
        "play back what --record-wire recorded in FILE",
        ("--speed", "--plain", "--output-device", "--log-file", "--help"),
    ),
    "devices": Command("", "list microphones and speakers", ("--help",)),
    "profiles": Command("[OPTIONS]", "list the profiles", ("--names", "--instructions", "--prompts", "--help")),
    "lessons": Command(
        "[check | try]",
        "list the offline lessons; for authors, check them and try answers out",
        ("--step", "--prompts", "--help"),
        """lessons check [NAME ...] prints what is wrong in lesson scripts, and ends with 2 if anything is.
NAME may be a file.
lessons try NAME --step N reads answers from standard input, one a line, and prints one JSON object a line.""",
    ),
    "doctor": Command(
        "[OPTIONS]",
        "check what a lesson needs, and say how to fix it",
        ("--probe", "--key-env", "--config", *_SETTINGS, "--help"),
    ),
    "config": Command(
        "[path | schema]",
        "show your settings and where each comes from",
        (*_SETTINGS, "--help"),
        "config path prints where the settings file is; config schema prints its JSON Schema, for editors.",
    ),
    "completion": Command(
        "SHELL",
        "print a script by which bash, zsh or fish completes commands, options and names",
        ("--help",),
        """A shell reads it at its start with one line in a file of its own:
~/.bashrc                   eval "$(tutor-tui completion bash)"
~/.zshrc, behind compinit   eval "$(tutor-tui completion zsh)"
~/.config/fish/config.fish  tutor-tui completion fish | source""",
    ),
}
CONFIG_PARTS = ("path", "schema")
LESSONS_PARTS = ("check", "try")
SHELLS = ("bash", "zsh", "fish")
