"""A kept lesson as a file of its own: one module a format, each a pure function from the lesson to the whole text."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tutor_tui.core.lesson_records import KeptLesson
from tutor_tui.library.export.json_lines import json_lines
from tutor_tui.library.export.markdown import markdown
from tutor_tui.library.export.plain_text import plain_text
from tutor_tui.library.export.webvtt import webvtt

FORMATS: Mapping[str, Callable[[KeptLesson], str]] = {
    "md": markdown,
    "jsonl": json_lines,
    "vtt": webvtt,
    "txt": plain_text,
}
"""Each is also the ending of its files."""
