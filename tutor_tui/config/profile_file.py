"""Reading one prompt profile: a Markdown file with YAML front matter, every fault of which has a line and a reason."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

from tutor_tui.config.files import FileTooLarge, IrregularFile, bytes_of
from tutor_tui.core.front_matter import ProfileFault
from tutor_tui.core.profile import PromptProfile, parse_profile
from tutor_tui.core.safe_text import printable_line, well_formed

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


@dataclass
class _FileFault(Exception):
    """Why a file is no profile."""

    line: int
    reason: str


def read_profile(path: Path) -> PromptProfile | BrokenProfile:
    """The profile in the file at `path`; its key is the file's name without the ending."""
    try:
        return _profile(path.stem, _text(path))
    except _FileFault as fault:
        return BrokenProfile(path, fault.line, fault.reason)
    except OSError as error:
        return BrokenProfile(path, 0, error.strerror or "cannot be read")


def _text(path: Path) -> str:
    """The file's text, with plain line ends and no byte order mark."""
    try:
        data = bytes_of(path, MAX_FILE_BYTES)
    except (IrregularFile, IsADirectoryError, FileNotFoundError):  # the last one is a link to nothing
        raise _FileFault(0, "is not a file that can be read") from None
    except FileTooLarge:
        raise _FileFault(0, f"is too large for a profile: more than {MAX_FILE_BYTES // 1000} kB") from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _FileFault(line, "is not UTF-8 text; save the file as UTF-8") from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _profile(key: str, text: str) -> PromptProfile:
    lines = text.split("\n")
    if lines[0].rstrip() != _FENCE:
        raise _FileFault(1, f"must begin with a line {_FENCE}, then the fields, then {_FENCE} again")
    end = next((number for number, line in enumerate(lines[1:], start=1) if line.rstrip() == _FENCE), 0)
    if not end:
        raise _FileFault(1, f"the front matter has no end: put a line {_FENCE} after the fields")
    fields, field_lines = _fields("\n".join(lines[1:end]))
    body_start = end + 1
    try:
        return parse_profile(key, fields, "\n".join(lines[body_start:]))
    except ProfileFault as fault:
        line = fault.body_line + body_start if fault.body_line else field_lines.get(fault.field, 1)
        raise _FileFault(line, str(fault)) from fault


def _fields(front_matter: str) -> tuple[dict[str, object], dict[str, int]]:
    """The fields as texts, and the file's line of each.

    The YAML tree is read as written, not built: `no` stays the code of Norwegian, and nothing can be constructed.
    """
    loader = None
    try:
        loader = yaml.SafeLoader(front_matter)
        root = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _FileFault(mark.line + 2 if mark else 1, f"not YAML: {error.problem or error.context}") from error
    except yaml.reader.ReaderError as error:
        line = front_matter.count("\n", 0, error.position) + 2
        character = ord(front_matter[error.position])
        raise _FileFault(line, f"not YAML: the character U+{character:04X} is not allowed") from error
    except RecursionError as error:
        raise _FileFault(1, "not YAML: nested too deeply") from error
    except (ValueError, OverflowError, LookupError) as error:
        # PyYAML's own: an escape beyond Unicode, a version of 5,000 digits.
        line = loader.line + 2 if loader else 1
        raise _FileFault(line, "not YAML: a number or an escape is out of range") from error
    if not isinstance(root, yaml.MappingNode):
        raise _FileFault(2, "the front matter must be lines of the form `field: value`")
    fields: dict[str, object] = {}
    lines: dict[str, int] = {}
    for key_node, value_node in root.value:
        line = key_node.start_mark.line + 2
        name = key_node.value if isinstance(key_node, yaml.ScalarNode) else ""
        if not name:
            raise _FileFault(line, "a field's name must be a single word")
        if name in fields:
            raise _FileFault(line, f"{name}: is given twice")
        fields[name] = _scalar_or_list(value_node)
        if well_formed(text := f"{name}{fields[name]}") != text:
            raise _FileFault(line, f"{printable_line(name)}: holds half a character (\\uD800 to \\uDFFF)")
        lines[name] = line
    return fields, lines


def _scalar_or_list(node: yaml.Node) -> object:
    if isinstance(node, yaml.ScalarNode):
        return None if node.tag == "tag:yaml.org,2002:null" else node.value
    if isinstance(node, yaml.SequenceNode):
        return [item.value if isinstance(item, yaml.ScalarNode) else {} for item in node.value]
    return {}
