"""A text to talk about, from a file of any kind."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.exchange.books import PACKAGE, SHIP, WHALE, epub
from tutor_tui.exchange import epub as epubs
from tutor_tui.exchange import reading_text
from tutor_tui.exchange.epub import chapters_of
from tutor_tui.exchange.reading_text import subject_of
from tutor_tui.exchange.unreadable import Unreadable


@pytest.mark.parametrize(
    ("data", "name", "title", "text"),
    [
        (b"# Whales\n\nThey *sing*.\n", "whales.md", "“whales.md”", "# Whales\n\nThey *sing*.\n"),
        ("\ufeffÜber Wale".encode(), "-", "“-”", "Über Wale"),
        ("고래".encode("utf-16"), "a.txt", "“a.txt”", "고래"),
        (b" <!DOCTYPE html>\n<title>Whales</title><p>They sing.", "page", "“Whales”", "They sing."),
        (b"<p>They sing.", "page.HTM", "“page.HTM”", "They sing."),
        ('<html><meta charset="euc-kr"><p>고래'.encode("euc-kr"), "old.html", "“old.html”", "고래"),
        (b"1 < 2, says <html>", "a.txt", "“a.txt”", "1 < 2, says <html>"),
    ],
)
def test_it_is_read_by_what_it_is(data: bytes, name: str, title: str, text: str) -> None:
    subject = subject_of(data, name)
    assert (subject.title, subject.text) == (title, text)


def test_of_an_epub_one_chapter_is_taken_which_is_said() -> None:
    book = epub()
    assert chapters_of(book) == [("II & more", f"II & more\n{SHIP.strip()}"), ("Loomings", f"I\n{WHALE.strip()}")]
    assert subject_of(book, "whale.epub").title == "“II & more”, chapter 1 of 2 of “whale.epub”"
    second = subject_of(book, "whale.epub", 2)
    assert second.title == "“Loomings”, chapter 2 of 2 of “whale.epub”" and "Ishmael" in second.text


def test_a_book_of_short_chapters_has_words_too() -> None:
    """A chapter of one sentence was taken for a title page, and a book of such for one without words."""
    short = {"cover": "<img src='x'/>", "one": "<p>The cat is black.</p>", "two": "<p>The dog is brown.</p>"}
    subject = subject_of(epub(**short), "cats.epub", 2)
    assert (subject.text, subject.title) == ("The cat is black.", "“Loomings”, chapter 2 of 2 of “cats.epub”")


def test_older_tables_of_contents_name_the_chapters_too() -> None:
    package = PACKAGE.replace(
        'properties="nav" media-type="application/xhtml+xml"', 'media-type="application/x-dtbncx+xml"'
    )
    toc = "<ncx:navPoint><ncx:navLabel><ncx:text>The Ship</ncx:text></ncx:navLabel><ncx:content src='text/two.xhtml'/>"
    assert [each.title for each in chapters_of(epub(book=package, nav=toc))] == ["The Ship", "x"]


@pytest.mark.parametrize(
    ("data", "chapter", "why"),
    [
        (b"", None, "there are no words in it"),
        (b"123 --", None, "there are no words in it"),
        (b"%PDF-1.7 \xe2\xe3", None, "it is a PDF"),
        (b"\x89PNG\r\n", None, "it is not UTF-8 text"),
        (b"a\0b", None, "it is no text"),
        (b"<html><meta charset=rot13>\xe4", None, "unknown way"),
        (b"<html><meta charset=nonsense>\xe4", None, "unknown way"),
        (b"text", 2, "it is no EPUB, so it has no chapters"),
        (b"PK\x03\x04", None, "it is damaged"),
        (epub(container=None), None, "it is no EPUB"),
        (epub(container="<x/>"), None, "it is damaged"),
        (epub(book=None), None, "it is damaged"),
        (epub(book="<package/>"), None, "there are no words in it"),
        (epub(book=PACKAGE.replace("text/two.xhtml", "../../../etc/passwd")), None, "it is damaged"),
        (epub(two="x" * 20_000), None, "larger than 0 MB"),
        (epub(**{"META-INF/encryption.xml": "<x/>", "META-INF/rights.xml": "<x/>"}), None, "protected"),
        (epub(), 3, "it has 2 chapters only"),
    ],
)
def test_what_cannot_be_read_is_said(
    data: bytes, chapter: int | None, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(epubs, "_MOST_BYTES", 10_000)
    with pytest.raises(Unreadable, match=why):
        subject_of(data, "file", chapter)


def test_there_is_an_end_to_what_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_text, "_MOST_TEXT_BYTES", 1_000_000)
    monkeypatch.setattr(epubs, "_MOST_BYTES_IN_ALL", 800)
    with pytest.raises(Unreadable, match="more than 1 MB"):
        subject_of(b"a " * 600_000, "long.txt")
    with pytest.raises(Unreadable, match="too long"):
        subject_of(epub(), "long.epub")


@given(st.binary(max_size=100), st.integers(0, 2_000))
def test_a_damaged_book_is_read_or_refused(bytes_: bytes, place: int) -> None:
    book = epub()
    try:
        subject_of(book[:place] + bytes_ + book[place + len(bytes_) :], "book")
    except Unreadable:
        return
