"""Every option of `tutor-tui`, with its help, wherever it may stand: what the parser is built from."""

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


DRILLS = ("recall", "repeat", "dictation")
"""The kinds of drill, as `core.lesson_plan` has them: it takes 5 ms to load."""


def _drill(text: str) -> str:
    """The value of --drill."""
    if text not in DRILLS:
        raise argparse.ArgumentTypeError(f"takes {', '.join(DRILLS[:-1])} or {DRILLS[-1]}, not {text!r}")
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
    "--drill": Option(
        "two minutes with the words that are due: recall (the meaning is given, and you say or type the word), repeat "
        "(until every word was right) or dictation; without KIND, recall",
        "KIND",
        belongs_to="a lesson",
        example="tutor-tui --drill",
        more={"nargs": "?", "const": DRILLS[0], "type": _drill},
        choices=DRILLS,
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
    "--echo": Option(
        "play for some seconds, and find out whether the tutor would hear itself",
        belongs_to="doctor",
        example="tutor-tui doctor --echo",
        more=_SWITCH,
    ),
    "--save": Option(
        "set what --echo has found",
        belongs_to="--echo",
        example="tutor-tui doctor --echo --save",
        more=_SWITCH,
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
        "words of this language only, listed or in a drill; of an imported list, the language that it teaches",
        "CODE",
        belongs_to="words",
        also_to=("--drill",),
        example="tutor-tui words import list.csv --language ko",
    ),
    "--due": Option("only what is due now", belongs_to="words list", example="tutor-tui words --due", more=_SWITCH),
    "--search": Option(
        "only those with all of these words in them, their meaning or their example",
        "TEXT",
        belongs_to="words list",
        example="tutor-tui words --search coffee",
    ),
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
