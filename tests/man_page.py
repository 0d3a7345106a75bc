"""The manual page as the code would have it. `python -m tests.readme_tables` writes it to where the wheel finds it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from tests.support.paths import ROOT
from tutor_tui.cli.commands import COMMANDS, LESSON
from tutor_tui.cli.options import OPTIONS
from tutor_tui.core.actions import ACTIONS
from tutor_tui.core.problems import EXIT_MEANINGS
from tutor_tui.core.settings import KEY_VARIABLES

MAN_PAGE = ROOT / "tutor_tui" / "cli" / "tutor-tui.1"

_FILES = (
    ("~/.config/tutor-tui/config.toml", "the settings; tutor-tui config path says where they are on your system"),
    ("~/.config/tutor-tui/.env, ./.env", "keys, and any setting by its variable"),
    ("~/.config/tutor-tui/keys.json", "keys that were saved where there is no keyring; which ones the keyring has"),
    ("~/.config/tutor-tui/prompts/", "profiles of your own"),
    ("~/.local/share/tutor-tui/library.sqlite3", "the lessons that were kept"),
    ("~/.local/state/tutor-tui/tutor-tui.log", "what a crash leaves behind: no keys, words or sound"),
)


def man_page() -> str:
    """The page in the man(7) macros."""
    lines = [
        '.TH TUTOR-TUI 1 "" tutor-tui "User Commands"',
        *_section("Name", [f"tutor-tui \\- {_text(LESSON.summary.split('.')[0][2:])}"]),
        *_section("Synopsis", _synopsis()),
        *_section("Description", _description()),
        *_section("Commands", _commands()),
        *_section("Options", _options()),
        *_section("Keys", (row for each in ACTIONS if each.key for row in _entry(_keys(each.key), each.help))),
        *_section("Exit status", (row for code, why in EXIT_MEANINGS.items() for row in _entry(f"{code}", why))),
        *_section("Environment", _environment()),
        *_section("Files", (row for file, what in _FILES for row in _entry(file, what))),
    ]
    return "".join(f"{line}\n" for line in lines)


def _section(title: str, rows: Iterable[str]) -> Iterator[str]:
    yield f".SH {title.upper()}"
    yield from rows


def _entry(term: str, *paragraphs: str) -> Iterator[str]:
    yield ".TP"
    yield f"\\fB{_text(term)}\\fR"
    for number, paragraph in enumerate(paragraphs):
        if number:
            yield ".br"
        yield _text(paragraph[:1].upper() + paragraph[1:].removesuffix(".") + ".")


def _text(words: str) -> str:
    """Words as they stand: no sign in them is roff's, and a hyphen can be copied into a shell."""
    safe = words.replace("`", "").replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"^([.'])", r"\\&\1", safe, flags=re.MULTILINE)


def _synopsis() -> Iterator[str]:
    for usage in (LESSON.usage.replace(" [COMMAND]", ""), *(f"{name} {each.usage}" for name, each in COMMANDS.items())):
        yield f"\\fBtutor\\-tui\\fR {_text(usage)}".rstrip()
        yield ".br"


def _description() -> Iterator[str]:
    yield _text("Without a command, a lesson begins: you speak, the tutor answers aloud, and both are written down")
    yield _text(
        "as they are said. With an OpenAI key the tutor is a Realtime model; without one, a tutor on this machine."
    )


def _commands() -> Iterator[str]:
    for name, each in COMMANDS.items():
        yield from _entry(f"{name} {each.usage}".rstrip(), each.summary)
        if each.details:
            yield from (".br", *(row for line in each.details.splitlines() for row in (_text(line), ".br")))


def _options() -> Iterator[str]:
    for name, each in OPTIONS.items():
        goes_with = f"goes with {each.places}" if each.belongs_to else ""
        names = ", ".join(f"{word} {each.value}".rstrip() for word in (name, each.short) if word)
        yield from _entry(names, each.help, *filter(None, [goes_with]))


def _keys(keys: str) -> str:
    return ", ".join(keys.split(","))


def _environment() -> Iterator[str]:
    names: Sequence[str] = sorted({name for group in KEY_VARIABLES.values() for name in group})
    yield from _entry(", ".join(names), "the key; tutor-tui key set puts it elsewhere")
    yield from _entry("TUTOR_TUI_SECTION_NAME", "overrides the setting section.name, as in TUTOR_TUI_LESSON_PROFILE")
    yield from _entry("NO_COLOR", "lists and checks stay without colours")
