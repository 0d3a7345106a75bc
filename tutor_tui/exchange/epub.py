"""The chapters of an EPUB (https://www.w3.org/TR/epub-33/), as text."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from io import BytesIO
from typing import NamedTuple
from urllib.parse import unquote

from tutor_tui.exchange.html_text import Tag, text_of, title_of, tokens
from tutor_tui.exchange.unreadable import Unreadable
from tutor_tui.exchange.zip_files import DAMAGED, OpenZip, open_zip

_CONTAINER = "META-INF/container.xml"
_MOST_BYTES = 5_000_000
"""Of one document."""
_MOST_BYTES_IN_ALL = 50_000_000
_LEAST_LETTERS = 300
"""Of a chapter, where any has so many: a cover, a title page or a dedication has fewer."""
_DOCUMENTS = frozenset({"application/xhtml+xml", "text/html"})


class Chapter(NamedTuple):
    """One that has words to talk about."""

    title: str
    """May be empty."""
    text: str


def chapters_of(data: bytes) -> list[Chapter]:
    """The chapters, in reading order. Raises `Unreadable`."""
    with open_zip(BytesIO(data)) as book:
        if _CONTAINER not in book.names:
            raise Unreadable("it is no EPUB", "Save it as text or HTML first.")
        if "META-INF/encryption.xml" in book.names and "META-INF/rights.xml" in book.names:
            raise Unreadable("it is protected against copying")
        package = _first(_read(book, _CONTAINER), "rootfile", "full-path")
        documents, contents = _documents(book, package)
        titles = _titles(book, contents)
        found, left = list[Chapter](), _MOST_BYTES_IN_ALL
        for name in documents:
            html = _read(book, name)
            left -= len(html)
            if left < 0:
                raise Unreadable("it is too long")
            if any(map(str.isalpha, text := text_of(html))):
                found.append(Chapter(titles.get(name, "") or title_of(html), text))
        return [each for each in found if len(each.text) >= _LEAST_LETTERS] or found


def _read(book: OpenZip, name: str) -> str:
    if name not in book.names:
        raise Unreadable(DAMAGED)
    return book.read(name, _MOST_BYTES).decode("utf-8-sig", "replace")


def _first(xml: str, tag: str, attribute: str) -> str:
    """The attribute of the first tag of that name. XML is read as HTML is: nothing in it can be unfolded."""
    values = (each.attributes.get(attribute, "") for each in tokens(xml) if isinstance(each, Tag) and each.name == tag)
    return next(values, "")


def _documents(book: OpenZip, package: str) -> tuple[list[str], list[str]]:
    """The names of the documents in reading order, and of the tables of contents."""
    files, order, contents = dict[str, str](), list[str](), list[str]()
    for tag in tokens(_read(book, package)):
        if not isinstance(tag, Tag) or tag.closes:
            continue
        given = tag.attributes
        if tag.name == "item":
            name = _beside(package, given.get("href", ""))
            if "nav" in given.get("properties", "").split() or given.get("media-type", "").endswith("dtbncx+xml"):
                contents.append(name)
            if given.get("media-type") in _DOCUMENTS:
                files[given.get("id", "")] = name
        elif tag.name == "itemref" and given.get("linear") != "no":
            order.append(given.get("idref", ""))
    return [files[each] for each in dict.fromkeys(order) if each in files], contents


def _beside(file: str, href: str) -> str:
    """The member that a document names, without the place in it."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(file), unquote(href.partition("#")[0])))


def _titles(book: OpenZip, contents: list[str]) -> Mapping[str, str]:
    """What the tables of contents call each document: the first name counts."""
    found = dict[str, str]()
    for name in contents:
        link, words, last_words = "", list[str](), ""
        for token in tokens(_read(book, name)):
            if isinstance(token, str):
                words.append(token)
            elif token.name in ("a", "text"):
                last_words = " ".join("".join(words).split())
                if token.name == "a" and token.closes and link:
                    found.setdefault(_beside(name, link), last_words)
                link, words = token.attributes.get("href", ""), []
            elif token.name == "content" and "src" in token.attributes:
                found.setdefault(_beside(name, token.attributes["src"]), last_words)
    return found
