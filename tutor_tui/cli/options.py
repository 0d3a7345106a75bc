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


EXPORT_FORMATS = ("md", "jsonl", "vtt", "txt")
WORD_FORMATS = ("apkg", "tsv", "jsonl")
"""Those of `words export`."""
_FORMATS = tuple(dict.fromkeys((*EXPORT_FORMATS, *WORD_FORMATS)))


def _format(text: str) -> str:
    """The value of --format, for either command; each says which are its own."""
    if text not in _FORMATS:
        raise argparse.ArgumentTypeError(f"takes {', '.join(_FORMATS[:-1])} or {_FORMATS[-1]}, not {text!r}")
    return text


class Option(NamedTuple):
    """One option, wherever it may stand."""

    help: str
    value: str = ""
    """What its value is called in the help; empty for an option without one."""
    setting: str = ""
    """The setting that it overrides."""
    belongs_to: str = ""
    """Where it belongs, if it does not go with every command: "--speed goes with replay."."""
    also_to: Sequence[str] = ()
    """Where else."""
    example: str = ""
    """How to write it there."""
    more: Mapping[str, Any] = {}
    """Further arguments of `ArgumentParser.add_argument`."""
    short: str = ""
    """Its other name, of one letter."""
    choices: Sequence[str] = ()
    """What its value can be, for a shell to offer."""

    @property
    def places(self) -> str:
        """All of them, in words: "history delete, restore or forget"; empty for every command."""
        *others, last = self.belongs_to, *self.also_to
        return f"{', '.join(others)} or {last}" if others else last


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
    "--about": Option(
        "talk about what is in this file: text, Markdown, HTML or a chapter of an EPUB; - is the standard input",
        "FILE",
        belongs_to="a lesson",
        example="tutor-tui --about article.html",
        more=_FILE,
    ),
    "--chapter": Option(
        "the chapter of an EPUB, from 1 (default: 1)",
        "N",
        belongs_to="--about",
        example="tutor-tui --about book.epub --chapter 3",
        more={"type": _step},
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
    "--try": Option(
        "let this voice say a few words",
        "NAME",
        belongs_to="voices",
        example="tutor-tui voices --try es-dora",
    ),
    "--step": Option(
        "the step that is answered, from 1 (default: 1)",
        "N",
        belongs_to="lessons try",
        example="tutor-tui lessons try en-a1-first-words --step 3",
        more={"type": _step},
    ),
    "--json": Option(
        "print JSON: one object a line, or one for all of a lesson",
        belongs_to="history",
        also_to=("status", "voices", "words list"),
        example="tutor-tui history --json",
        more=_SWITCH,
    ),
    "--yes": Option(
        "do it without asking",
        belongs_to="history delete",
        also_to=("restore", "forget", "words import", "learner forget"),
        example="tutor-tui history delete ID --yes",
        more=_SWITCH,
    ),
    "--format": Option(
        "a lesson: md (Markdown), jsonl (JSON Lines), vtt (WebVTT subtitles) or txt; words: apkg (Anki), tsv or jsonl; "
        "without it, as FILE ends, else md or tsv",
        "FORMAT",
        belongs_to="export",
        also_to=("words export",),
        example="tutor-tui export last --format vtt",
        more={"type": _format},
        choices=_FORMATS,
    ),
    "--output": Option(
        "write it to this file; - is the standard output (default: -)",
        "FILE",
        belongs_to="export",
        also_to=("words export",),
        example="tutor-tui export last --output lesson.md",
        short="-o",
        more=_FILE,
    ),
    "--force": Option(
        "overwrite the file if there is one",
        belongs_to="export",
        also_to=("backup", "words export"),
        example="tutor-tui export last --output lesson.md --force",
        more=_SWITCH,
    ),
    "--language": Option(
        "words of this language only; of an imported list, the language that it teaches",
        "CODE",
        belongs_to="words",
        example="tutor-tui words import list.csv --language ko",
    ),
    "--due": Option("only what is due now", belongs_to="words list", example="tutor-tui words --due", more=_SWITCH),
    "--anki": Option(
        "put the words into the Anki that is running, by its add-on AnkiConnect",
        belongs_to="words export",
        example="tutor-tui words export --anki",
        more=_SWITCH,
    ),
    "--swap": Option(
        "in that list the meaning comes first, and then the word",
        belongs_to="words import",
        example="tutor-tui words import list.csv --swap",
        more=_SWITCH,
    ),
    "--version": Option("show the version", more={"action": "version", "version": f"tutor-tui {__version__}"}),
    "--help": Option("show this help", more={"action": "help"}, short="-h"),
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
    ("--lesson", "--resume", "--about", "--chapter", *_SETTINGS, "--record-wire", *_END),
)
COMMANDS: Mapping[str, Command] = {
    "plain": Command(
        "[OPTIONS]",
        "hold a lesson in plain lines: for screen readers, pipes and slow connections",
        ("--lesson", "--resume", "--about", "--chapter", *_SETTINGS, "--record-wire", "--help"),
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
    "voices": Command(
        "[OPTIONS]",
        "list the offline tutor's voices, or hear one",
        ("--try", "--json", "--output-device", "--log-file", "--help"),
        """speaks: says its language in a lesson; offline.voices names another, and so does voice in a profile.
Whatever has no better voice is said by espeak-ng, in any language.""",
    ),
    "history": Command(
        "[PART ...]",
        "list the lessons that were kept, or show, search or delete them",
        ("--json", "--yes", "--help"),
        """history list             all of them, the newest first; history alone does the same
history show ID          one of them
history search WORD ...  the lines in which all these words stand
history delete ID        forget one for good
ID is as listed, or its beginning, or its last four letters; last is the newest lesson.""",
    ),
    "report": Command(
        "[ID]",
        "show what came of a lesson: what you said well, what to mend, what has grown",
        ("--help",),
        """ID is as tutor-tui history lists it, or its beginning, or its last four letters; without it, the last lesson.
It is compared with your own earlier lessons of the same profile, once there are three, and with nobody else's.""",
    ),
    "status": Command(
        "[OPTIONS]",
        "say in one line what is due, and how long you practised this week",
        ("--json", "--help"),
        "It is quick enough for a shell's prompt.",
    ),
    "export": Command(
        "ID [OPTIONS]",
        "write a lesson that was kept as Markdown, JSON Lines, subtitles or plain text",
        ("--format", "--output", "--force", "--help"),
        "ID is as tutor-tui history lists it, or its beginning, or its last four letters; last is the newest lesson.",
    ),
    "words": Command(
        "[PART] [OPTIONS]",
        "list the words that you keep, take them to Anki or elsewhere, or bring some along",
        ("--language", "--due", "--json", "--format", "--output", "--anki", "--force", "--swap", "--yes", "--help"),
        """words list           all that you keep, the newest first; words alone does the same
words export         words and corrections as a table, as JSON Lines, or for Anki; again brings up to date
words import FILE    a list (TSV or CSV: a word, its meaning, perhaps an example) or a deck of Anki (.apkg)
Into a running Anki go words with --anki, which needs its add-on AnkiConnect (2055492159). Keep to that or to .apkg:
Anki does not know them for the same. What was recorded of your tutor's sentences goes along to Anki.""",
    ),
    "learner": Command(
        "[PART]",
        "show what is remembered of you from lesson to lesson, take it elsewhere, or delete it",
        ("--yes", "--help"),
        "PART is show (learner alone does the same), export (all of it as JSON Lines) or forget (your lessons stay).",
    ),
    "backup": Command(
        "FILE [OPTIONS]",
        "put your lessons, your settings and your own profiles into one file",
        ("--force", "--help"),
        """A lesson may go on meanwhile. FILE becomes a zip archive that only you can read.
Keys are not put into it: neither .env nor keys.json, the keyring or the environment is read.
Recordings of sound are too large for it: copy their folder yourself.""",
    ),
    "restore": Command(
        "FILE [OPTIONS]",
        "put what backup wrote into FILE in the place of what is there",
        ("--yes", "--help"),
        """All of FILE is checked first. What is replaced is kept beside it, under a name with the date.
What FILE does not hold stays as it is. Take no file from strangers: settings say where your voice goes.""",
    ),
    "forget": Command(
        "[OPTIONS]",
        "delete all that is kept of you: lessons, notes of crashes, what is known of servers",
        ("--yes", "--help"),
        """Your settings, profiles and keys stay; it says where they are. For keys: tutor-tui key forget
To delete one lesson only: tutor-tui history delete ID""",
    ),
    "key": Command(
        "[PART]",
        "show which keys are known and where each is, or save one",
        ("--help",),
        """key list            all of them, without the keys themselves; key alone does the same
key set [NAME]      keep a key in the system's keyring, or else in a file that only you can read
key forget [NAME]   delete it from there
NAME is a variable such as OPENAI_API_KEY, which is meant without one. The key is asked for, or read from a pipe.
What stands in the environment or in a .env comes first, and is left alone.""",
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
HISTORY_PARTS = ("list", "show", "search", "delete")
LEARNER_PARTS, WORDS_PARTS = ("show", "export", "forget"), ("list", "export", "import")
KEY_PARTS = ("list", "set", "forget")
SHELLS = ("bash", "zsh", "fish")
