"""Every command of `tutor-tui`, with its help and the options that this shows: what the parser is built from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

_TUTOR = ("--tutor", "--model", "--base-url", "--dialect", "--insecure")
_DEVICES = ("--input-device", "--output-device")
_LESSON = ("--lesson", "--drill", "--language", "--resume", "--about", "--chapter")
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
    (*_LESSON, *_SETTINGS, "--record-wire", *_END),
)
COMMANDS: Mapping[str, Command] = {
    "plain": Command(
        "[OPTIONS]",
        "hold a lesson in plain lines: for screen readers, pipes and slow connections",
        (*_LESSON, *_SETTINGS, "--record-wire", "--help"),
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
        "show what came of a lesson: what you said well, what to improve, what has grown",
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
        "list the words that you keep, take them to Anki or elsewhere, or import some",
        (
            "--language",
            "--due",
            "--search",
            "--json",
            "--format",
            "--output",
            "--anki",
            "--force",
            "--swap",
            "--yes",
            "--help",
        ),
        """words list           all that you keep, the newest first; words alone does the same
words export         words and corrections as a table, as JSON Lines, or for Anki; again brings up to date
words import FILE    a list (TSV or CSV: a word, its meaning, perhaps an example) or a deck of Anki (.apkg)
Into a running Anki go words with --anki, which needs its add-on AnkiConnect (2055492159). Use only one of the two, or
Anki will have each word twice. What was recorded of your tutor's sentences goes along to Anki.""",
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
        "check what a lesson needs, and how to fix what is missing",
        ("--probe", "--key-env", "--echo", "--save", "--config", *_SETTINGS, "--help"),
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
