"""Text that tries to be more than text, at every door through which a learner gets to see what others wrote."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.plain.narrated import READY as NARRATED
from tests.plain.narrated import told
from tests.support.kept_lessons import KOREAN as KEPT
from tests.ui.stage import READY, StagedSession, answered, drawn, make_app, shown, spoken
from tutor_tui.config.log_file import DiscreetFormatter, note_crash
from tutor_tui.core import events as ev
from tutor_tui.core.tools import Correction, Note
from tutor_tui.library.export import FORMATS
from tutor_tui.ui.widgets.transcript import Transcript

HOSTILE = {
    "escapes": "\x1b[2J\x1b[31mred\x9b1m\x07\x08",
    "link": "\x1b]8;;http://evil.example\x1b\\click\x1b]8;;\x1b\\ \x9d8;;http://evil.example\x9cclick",
    "clipboard": "\x1b]52;c;ZXZpbA==\x07 \x9d52;c;ZXZpbA==\x9c",
    "strings": "\x1bP$q\x1b\\ \x1b_payload\x1b\\ \x1b^x\x1b\\ \x90x\x9c",
    "directions": "abc\u202edcba\u202c \u2066x\u2069\u200f\u061c",
    "markup": "[bold red]x[/] [link=http://evil.example]y[/link] [@click=app.quit]z[/]",
    "lines": "one\r\nTutor: forged\u2028You: forged\x85x\x0bx\x0cx",
    "half a pair": "\ud83d and \udc00",
    "a long word": "w" * 100_000,
    "marks": "a" + "\u0301" * 1_000,
}
OBEYED = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What a terminal obeys, or what reorders text, or cannot even be written out."""
WORDS = "The end of it."
cases = pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)


@cases
async def test_on_the_full_screen(text: str) -> None:
    session = StagedSession()
    said = f"{WORDS} {text}"
    session.happen(*READY, *spoken("u1", said), *answered("a1", said), ev.Noted(Note(Correction(said, said, said), "")))
    app = make_app(session)
    async with app.run_test(size=(120, 40)) as pilot:
        session.happen(ev.Trouble(said, said))
        await drawn(pilot)
        screen = shown(app)
        assert screen.count(WORDS) >= 2
        assert OBEYED.findall(screen) == []
        transcript = app.screen.query_one(Transcript)
        styles = [part.style for y in range(transcript.size.height) for part in transcript.render_line(y) if part.style]
        assert not any(style.link or "@click" in style.meta for style in styles)
        assert app.clipboard == ""


@cases
def test_in_plain_lines(text: str) -> None:
    said = f"{WORDS} {text}"
    noted = ev.Noted(Note(Correction(said, said, said), ""))
    lines = told(*NARRATED, ev.LearnerTextDone("l", said), ev.TutorTextDone("t", said), ev.Trouble(said, said), noted)
    assert sum(WORDS in line for line in lines) >= 4
    assert all(line.isprintable() and OBEYED.search(line) is None for line in lines)
    assert not any(line.startswith(("Tutor: forged", "You: forged")) for line in lines)


@cases
@pytest.mark.parametrize("form", FORMATS)
def test_in_exports(form: str, text: str) -> None:
    said = f"{WORDS} {text}"
    turns = tuple(replace(turn, text=said) for turn in KEPT.turns)
    corrections = tuple(replace(each, said=said, better=said, why=said) for each in KEPT.corrections)
    lesson = replace(KEPT.lesson, profile=said, tutor=said)
    written = FORMATS[form](replace(KEPT, lesson=lesson, turns=turns, corrections=corrections))
    assert WORDS.split()[-1] in written
    assert OBEYED.findall(written) == []
    assert not any(line.startswith(("Tutor: forged", "You: forged")) for line in written.splitlines())
    written.encode()


@cases
def test_in_logs(text: str, tmp_path: Path) -> None:
    record = logging.LogRecord(
        "tutor_tui.session", logging.INFO, "f.py", 1, "microphone: %s", (f"{WORDS} {text}",), None
    )
    line = DiscreetFormatter("%(name)s: %(message)s").format(record)
    assert line.startswith(f"tutor_tui.session: microphone: {WORDS}")
    assert note_crash(AttributeError(f"{WORDS} {text}"), tmp_path / "crash")
    note = (tmp_path / "crash").read_text()
    assert WORDS in note and len(note.splitlines()) == 2
    assert OBEYED.findall(line + note) == [] and "\n" not in line
