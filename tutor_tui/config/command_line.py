"""What the command line asked for, as plain values that everything below it can read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from tutor_tui.core.lesson_plan import DrillKind

Command = Literal[
    "talk",
    "devices",
    "profiles",
    "lessons",
    "voices",
    "history",
    "report",
    "status",
    "export",
    "words",
    "learner",
    "backup",
    "restore",
    "forget",
    "key",
    "doctor",
    "config",
    "completion",
]
"""A lesson in plain lines and a recorded one are talks too: `Options.plain`, `Options.recording`."""

ConfigPart = Literal["settings", "path", "schema"]
LessonsPart = Literal["list", "check", "try"]
HistoryPart = Literal["list", "show", "search", "delete"]
LearnerPart = Literal["show", "export", "forget"]
WordsPart = Literal["list", "export", "import"]
KeyPart = Literal["list", "set", "forget"]


@dataclass(frozen=True, slots=True)
class Options:
    """One command, and what goes with it."""

    command: Command = "talk"
    settings: Mapping[str, tuple[str, object]] = field(default_factory=dict)
    """Settings overridden for this run: full name → (option as typed, value)."""
    prompts: Path | None = None
    """A folder of prompt profiles that wins over all others."""
    log_file: Path | None = None
    """Where to keep a log; none is kept otherwise."""
    probe: str | None = None
    """doctor: the server to examine instead of this machine; empty for the one that the settings name."""
    key_variable: str = ""
    """doctor: the variable that holds that server's key, where it is not the settings' own."""
    echo: bool = False
    """doctor: find out how the microphone hears the speaker, instead of everything else."""
    save: bool = False
    """doctor: and set what was found."""
    config_part: ConfigPart = "settings"
    """config: what of it to show."""
    names_only: bool = False
    """profiles: their names and nothing else."""
    instructions_of: str = ""
    """profiles: the one whose instructions are shown; empty for the list of all."""
    lessons_part: LessonsPart = "list"
    """lessons: what to do with them."""
    lesson_names: tuple[str, ...] = ()
    """lessons: names or files; none for all."""
    step: int = 1
    """lessons try: which step is answered, from 1."""
    voice: str = ""
    """voices: the one to be heard; empty for the list of all."""
    history_part: HistoryPart = "list"
    """history: what to do with the lessons that were kept."""
    kept: tuple[str, ...] = ()
    """history, report, export: the lesson that is meant, or the words to search for."""
    learner_part: LearnerPart = "show"
    """learner: what to do with what is remembered."""
    words_part: WordsPart = "list"
    """words: what to do with them."""
    words_files: tuple[str, ...] = ()
    """words import: the file."""
    language: str = ""
    """words, --drill: of which language, as it was typed; empty for all, or for what the file or the profile says."""
    due_only: bool = False
    """words list: only what is due."""
    searched: str = ""
    """words list: only what has these words."""
    into_anki: bool = False
    """words export: into the Anki that is running."""
    swap: bool = False
    """words import: the meaning comes before the word."""
    as_json: bool = False
    """history, status, voices, words: for programs."""
    confirmed: bool = False
    """history delete, restore, forget, words import, learner forget: the question is answered already."""
    key_part: KeyPart = "list"
    """key: what to do with them."""
    key_names: tuple[str, ...] = ()
    """key set, key forget: the variable that is meant; none for OpenAI's."""
    export_format: str = ""
    """export: one of `library.export.FORMATS`, words export: of `cli.options.WORD_FORMATS`; empty to go by the file's
    name."""
    output: Path | None = None
    """export, words export: the file; None or "-" for the standard output."""
    overwrite: bool = False
    """export, words export, backup: whether that file may be there already."""
    archive: Path | None = None
    """backup, restore: the file."""
    shell: str = ""
    """completion: for which shell."""
    lesson: str = ""
    """talk: the offline lesson to begin with; empty for that of the profile."""
    drill: DrillKind | Literal[""] = ""
    """talk: the kind of drill to hold instead of a lesson; empty for a lesson."""
    resume: str = ""
    """talk: the kept lesson to go on with, by its id or "last"; empty for a new one."""
    about: Path | None = None
    """talk: the file with what the lesson is to be about, "-" for the standard input; None for the profile's own."""
    chapter: int | None = None
    """talk: which chapter of it, from 1; None for the first, or where it has none."""
    plain: bool = False
    """talk: plain lines instead of the full screen."""
    record_wire: Path | None = None
    """talk: where to keep what passes between us and the tutor; nothing is kept otherwise."""
    recording: Path | None = None
    """talk: the file to play back instead of talking to a tutor."""
    speed: float = 1.0
    """talk: how many times as fast as it was a recording is played."""
