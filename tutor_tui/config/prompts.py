"""Finding and reading prompt profiles: Markdown files with YAML front matter, the learner's own before the shipped."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import yaml

import tutor_tui
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.profile import ProfileFault, PromptProfile, parse_profile

DEFAULT_PROFILE = "korean-tutor"
"""Listed first, and used when none is asked for."""
MAX_FILE_BYTES = 64_000
"""The largest shipped profile is 4 kB, and a realtime session takes some 16,000 tokens of instructions in all."""
_FENCE = "---"


@dataclass(frozen=True, slots=True)
class BrokenProfile:
    """A file that should be a profile and is none."""

    path: Path
    line: int
    """Where it goes wrong (from 1), 0 for the file as a whole."""
    reason: str

    def __str__(self) -> str:
        return f"{self.path}, line {self.line}: {self.reason}" if self.line else f"{self.path}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Profiles:
    """All profiles there are: the default first, then by language and level."""

    profiles: tuple[PromptProfile, ...] = ()
    broken: tuple[BrokenProfile, ...] = ()

    @property
    def default(self) -> PromptProfile:
        """The one to begin with when none is asked for. Raises `Problem` when there is none at all."""
        if self.profiles:
            return self.profiles[0]
        raise Problem("No prompt profile was found.", self._first_broken() or "Reinstall tutor-tui.", ExitCode.USAGE)

    def find(self, name: str) -> PromptProfile:
        """The profile of that key or title, capitals aside. Raises `Problem` naming the nearest ones."""
        wanted = _folded(name)
        for title in ("key", "name"):
            for profile in self.profiles:
                if _folded(getattr(profile, title)) == wanted:
                    return profile
        for broken in self.broken:
            if _folded(broken.path.stem) == wanted:
                raise Problem(f"The profile {broken.path.stem} is broken.", f"{broken}.", ExitCode.USAGE)
        raise Problem(f"There is no profile called {name!r}.", self._nearest(wanted), ExitCode.USAGE)

    def _nearest(self, wanted: str) -> str:
        titles = {_folded(title): profile.key for profile in self.profiles for title in (profile.name, profile.key)}
        titles |= {_folded(profile.language): profile.key for profile in reversed(self.profiles)}
        near = dict.fromkeys(titles[match] for match in get_close_matches(wanted, titles, n=3, cutoff=0.45))
        if near:
            return f"Did you mean {' or '.join(near)}?"
        known = ", ".join(profile.key for profile in self.profiles)
        return f"There are: {known}." if known else self._first_broken()

    def _first_broken(self) -> str:
        return f"{self.broken[0]}." if self.broken else ""


def prompts_folders(config_folder: Path, prompts: Path | None = None) -> tuple[Path, ...]:
    """Where profiles are looked for, first wins: `--prompts`, the learner's own folder, the shipped ones.

    `config_folder` is tutor-tui's own (`~/.config/tutor-tui` on Linux). Raises `Problem` when `prompts` is no folder.
    """
    if prompts is not None and not prompts.expanduser().is_dir():
        raise Problem(f"There is no folder {str(prompts)!r}.", "Give --prompts a folder of .md files.", ExitCode.USAGE)
    chosen = [prompts.expanduser()] if prompts is not None else []
    folders = [*chosen, config_folder / "prompts", *_shipped()]
    return tuple(folder for folder in folders if folder.is_dir())


def load_profiles(folders: Sequence[Path]) -> Profiles:
    """Read all profiles. Of two with the same key the earlier folder's is taken; a broken file hides none."""
    found: dict[str, PromptProfile] = {}
    broken: list[BrokenProfile] = []
    for folder in folders:
        for path in _candidates(folder, broken):
            match _read(path):
                case BrokenProfile() as fault:
                    broken.append(fault)
                case profile:
                    found.setdefault(_folded(profile.key), profile)
    return Profiles(tuple(sorted(found.values(), key=_rank)), tuple(broken))


def _shipped() -> Iterator[Path]:
    package = Path(tutor_tui.__file__).parent
    yield package / "prompts"
    if (
        package.parent / "pyproject.toml"
    ).is_file():  # a checkout; beside an installed package lies other people's code
        yield package.parent / "prompts"


def _candidates(folder: Path, broken: list[BrokenProfile]) -> list[Path]:
    try:
        paths = sorted(folder.iterdir())
    except OSError as error:
        broken.append(BrokenProfile(folder, 0, error.strerror or "cannot be read"))
        return []
    return [path for path in paths if _looks_like_profile(path.name)]


def _looks_like_profile(file_name: str) -> bool:
    """Markdown, but neither an editor's hidden file nor a note about the folder."""
    return file_name.lower().endswith(".md") and not file_name.startswith(".") and file_name.lower() != "readme.md"


def _rank(profile: PromptProfile) -> tuple[bool, str, str, str]:
    """Default first; then by language, level (none last) and title."""
    return (_folded(profile.key) != DEFAULT_PROFILE, profile.language, profile.level or "none", _folded(profile.name))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()


@dataclass
class _Fault(Exception):
    """What makes a file no profile."""

    line: int
    reason: str


def _read(path: Path) -> PromptProfile | BrokenProfile:
    try:
        return _profile(path.stem, _text(path))
    except _Fault as fault:
        return BrokenProfile(path, fault.line, fault.reason)
    except OSError as error:
        return BrokenProfile(path, 0, error.strerror or "cannot be read")


def _text(path: Path) -> str:
    """The file's text, with plain line ends and no byte order mark."""
    if not path.is_file():  # a folder, a pipe (which would hang us), a link to nothing
        raise _Fault(0, "is not a file that can be read")
    with path.open("rb") as file:
        data = file.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        raise _Fault(0, f"is too large for a profile: more than {MAX_FILE_BYTES // 1000} kB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _Fault(line, "is not UTF-8 text; save the file as UTF-8") from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _profile(key: str, text: str) -> PromptProfile:
    lines = text.split("\n")
    if lines[0].rstrip() != _FENCE:
        raise _Fault(1, f"must begin with a line {_FENCE}, then the fields, then {_FENCE} again")
    end = next((number for number, line in enumerate(lines[1:], start=1) if line.rstrip() == _FENCE), 0)
    if not end:
        raise _Fault(1, f"the front matter has no end: put a line {_FENCE} after the fields")
    fields, field_lines = _fields("\n".join(lines[1:end]))
    body_start = end + 1
    try:
        return parse_profile(key, fields, "\n".join(lines[body_start:]))
    except ProfileFault as fault:
        line = fault.body_line + body_start if fault.body_line else field_lines.get(fault.field, 1)
        raise _Fault(line, str(fault)) from fault


def _fields(front_matter: str) -> tuple[dict[str, object], dict[str, int]]:
    """The fields as texts, and the file's line of each.

    The YAML tree is read as written, not built: `no` stays the code of Norwegian, and nothing can be constructed.
    """
    try:
        root = yaml.compose(front_matter, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _Fault(mark.line + 2 if mark else 1, f"not YAML: {error.problem or error.context}") from error
    except yaml.reader.ReaderError as error:
        line = front_matter.count("\n", 0, error.position) + 2
        character = ord(front_matter[error.position])
        raise _Fault(line, f"not YAML: the character U+{character:04X} is not allowed") from error
    except RecursionError as error:
        raise _Fault(1, "not YAML: nested too deeply") from error
    if not isinstance(root, yaml.MappingNode):
        raise _Fault(2, "the front matter must be lines of the form `field: value`")
    fields: dict[str, object] = {}
    lines: dict[str, int] = {}
    for key_node, value_node in root.value:
        line = key_node.start_mark.line + 2
        name = key_node.value if isinstance(key_node, yaml.ScalarNode) else ""
        if not name:
            raise _Fault(line, "a field's name must be a single word")
        if name in fields:
            raise _Fault(line, f"{name}: stands here a second time")
        fields[name] = _plain(value_node)
        lines[name] = line
    return fields, lines


def _plain(node: yaml.Node) -> object:
    if isinstance(node, yaml.ScalarNode):
        return None if node.tag == "tag:yaml.org,2002:null" else node.value
    if isinstance(node, yaml.SequenceNode):
        return [item.value if isinstance(item, yaml.ScalarNode) else {} for item in node.value]
    return {}
