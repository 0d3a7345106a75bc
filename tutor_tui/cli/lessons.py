"""`tutor-tui lessons`: the offline lessons there are, and what their authors need: `check` and `try`."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from tutor_tui.app.configured import configure
from tutor_tui.app.tutor_choice import whisper_model
from tutor_tui.cli.output import table
from tutor_tui.config.command_line import Options
from tutor_tui.config.profiles import prompts_folders
from tutor_tui.core.courses import in_order
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.safe_text import printable_line
from tutor_tui.core.tools import Correction
from tutor_tui.offline_server.hearing import heard_languages
from tutor_tui.offline_server.lesson.guide import Guide
from tutor_tui.offline_server.lesson.romanised_typing import judged
from tutor_tui.offline_server.lesson.script import LessonScript
from tutor_tui.offline_server.lesson.script_checks import check
from tutor_tui.offline_server.lesson.script_file import list_scripts, load_script
from tutor_tui.offline_server.lesson.script_folders import list_heads


def lessons(options: Options) -> int:
    """List the lessons, or what was asked for of them. Raises `Problem`."""
    configuration = configure(options)
    folders = [folder / "lessons" for folder in prompts_folders(configuration.folders.config, options.prompts)]
    match options.lessons_part:
        case "check":
            return _check(options.lesson_names, folders)
        case "try":
            return _try(options.lesson_names, options.step, folders)
        case _:
            return _list(folders, None if whisper_model(configuration.settings.offline) else heard_languages())


def _list(folders: Sequence[Path], hears: frozenset[str] | None) -> int:
    """`hears`: languages in which answers can be spoken, None for any; the others are typed."""
    rows = [
        (
            *(head.name, head.language, head.level or "-", f"{head.course} {head.unit}" if head.course else "-"),
            "spoken" if hears is None or head.language in hears else "typed",
            head.title,
        )
        for head in in_order(list_heads(folders))
    ]
    for line in table(("LESSON", "LANGUAGE", "LEVEL", "UNIT", "ANSWERS", "TITLE"), rows):
        print(line)
    return int(ExitCode.OK)


def _check(names: Sequence[str], folders: Sequence[Path]) -> int:
    """Print what is wrong, a line each; exit code 2 if anything is."""
    found = 0
    for name, script, problem in _read(names, folders):
        lines = [printable_line(f"{name}: {finding}") for finding in check(script)] if script else []
        lines += [printable_line(f"{name}: {problem}")] if problem else []
        found += len(lines)
        for line in lines or [f"{name}: nothing to mend"]:
            print(line, flush=True)
    return int(ExitCode.USAGE if found else ExitCode.OK)


def _read(names: Sequence[str], folders: Sequence[Path]) -> list[tuple[str, LessonScript | None, Problem | None]]:
    if not names:
        return [(listed.name, listed.script, listed.problem) for listed in list_scripts(folders)]
    read: list[tuple[str, LessonScript | None, Problem | None]] = []
    for name in names:
        try:
            read.append((name, load_script(name, folders), None))
        except Problem as problem:
            read.append((name, None, problem))
    return read


def _try(names: Sequence[str], step: int, folders: Sequence[Path]) -> int:
    """Judge each line of standard input as an answer to one step; a JSON object a line."""
    if len(names) != 1:
        raise Problem(
            "lessons try takes one lesson.", "Try: tutor-tui lessons try en-a1-first-words --step 1", ExitCode.USAGE
        )
    script = load_script(names[0], folders)
    if not 1 <= step <= len(script.steps):
        raise Problem(f"{script.name} has steps 1 to {len(script.steps)}.", "Name one with --step.", ExitCode.USAGE)
    asked = Guide(script)
    asked.start_at(step - 1)
    for line in sys.stdin:
        answer = line.strip()
        judgement, _ = judged(answer, script.steps[step - 1], script.lists, script.level)
        reply = asked.copy().answer(answer)
        slips = (note for note in reply.notes if isinstance(note, Correction))
        note = next(({"said": slip.said, "better": slip.better, "kind": slip.kind} for slip in slips), None)
        if note is None and judgement.better:
            note = {"said": answer, "better": judgement.better, "kind": judgement.kind}
        told = {"answer": answer, "verdict": judgement.verdict.value, "reply": reply.text, "note": note}
        print(json.dumps(told, ensure_ascii=False), flush=True)
    return int(ExitCode.OK)
