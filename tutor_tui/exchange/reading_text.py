"""A text that somebody wants to talk about: plain, Markdown, HTML, or a chapter of an EPUB."""

from __future__ import annotations

import codecs
import re
from dataclasses import replace

from tutor_tui.core.safe_text import one_line
from tutor_tui.core.subject import MOST_LETTERS, Subject
from tutor_tui.exchange.epub import chapters_of
from tutor_tui.exchange.html_text import text_of, title_of
from tutor_tui.exchange.unreadable import Unreadable
from tutor_tui.exchange.word_list import decoded
from tutor_tui.exchange.zip_files import BEGINS

MOST_BYTES = 100_000_000
"""Of a file: an EPUB has pictures."""
_MOST_TEXT_BYTES = 5_000_000
"""Of anything else: the Bible has four million letters."""
_TITLE = 60
"""Its longest, in letters."""
_HTML = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,1000}?-->\s*)?<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL
)
_CHARSET = re.compile(rb"""charset\s*=\s*["']?([\w-]+)""", re.IGNORECASE)
_HEAD_BYTES = 4_096
"""Within these a page says which letters it is written in."""


def subject_of(data: bytes, name: str, chapter: int | None = None) -> Subject:
    """What is in a file called `name` of at most `MOST_BYTES`; of an EPUB that chapter, from 1, or the first.

    Raises `Unreadable`.
    """
    if data.startswith(BEGINS):
        return _chapter(data, name, chapter)
    if chapter is not None:
        raise Unreadable("it is no EPUB, so it has no chapters to choose from", "Leave out --chapter.")
    if data.startswith(b"%PDF"):
        raise Unreadable("it is a PDF", "Save its text first, for example with pdftotext.")
    if len(data) > _MOST_TEXT_BYTES:
        raise Unreadable(f"it has more than {_MOST_TEXT_BYTES // 1_000_000} MB", "Take a part of it.")
    text = _text(data)
    if "\0" in text:
        raise Unreadable("it is no text", "Give text, Markdown, HTML or an EPUB.")
    title = ""
    if _HTML.match(text) or name.lower().endswith((".html", ".htm", ".xhtml")):
        title, text = title_of(text), text_of(text)
    return _subject(title or name, text)


def _subject(title: str, text: str) -> Subject:
    if not any(map(str.isalpha, text)):
        raise Unreadable("there are no words in it")
    return Subject(f"“{one_line(title, _TITLE)}”", text[: 2 * MOST_LETTERS])


def _text(data: bytes) -> str:
    """As its bytes say; as its head says where it is an older page. Raises `Unreadable`."""
    try:
        return decoded(data)
    except Unreadable:
        named = _CHARSET.search(data[:_HEAD_BYTES])
        if named is None:
            raise
        try:
            return data.decode(codecs.lookup(named[1].decode()).name, "replace")
        except LookupError:  # there is none of that name, or it is none of letters
            raise Unreadable("its letters are written in an unknown way", "Save it as UTF-8.") from None


def _chapter(data: bytes, name: str, chapter: int | None) -> Subject:
    chapters = chapters_of(data)
    if not chapters:
        raise Unreadable("there are no words in it")
    number = 1 if chapter is None else chapter
    if number > len(chapters):
        raise Unreadable(f"it has {len(chapters)} chapters only", f"Try: --chapter {len(chapters)}")
    found = chapters[number - 1]
    subject = _subject(found.title or name, found.text)
    return replace(subject, title=f"{subject.title}, chapter {number} of {len(chapters)} of “{one_line(name, _TITLE)}”")
