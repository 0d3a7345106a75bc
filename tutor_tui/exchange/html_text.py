"""The words of an HTML document, for people to read.

`html.parser` is not used: in Python 3.11 its time grows with the square of the length where tags or comments are left
open (fixed in 3.14), and whoever wrote the document may want that. Here each character is looked at a few times.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import NamedTuple

_TOKEN = re.compile(r"<(/?)([a-zA-Z][\w:.-]*)([^<>]*)>|<[!?/][^<>]*>|[^<]+|<")
_ATTRIBUTE = re.compile(r"""([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+))""")
_RAW = frozenset({"script", "style"})
"""Elements whose contents are no HTML."""
_UNREAD = frozenset(
    {"head", "title", "nav", "footer", "aside", "form", "template", "noscript", "svg", "math", "iframe", "object"}
    | {"rt", "rp"}
)
"""Elements that are no part of what one reads; `rt` is a reading above a word."""
_MAIN = frozenset({"main", "article"})
"""Where a page has one of these, the rest is around it."""
_WITHIN_A_LINE = frozenset(
    {"a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "img", "ins"}
    | {"kbd", "label", "mark", "q", "rb", "rp", "rt", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub"}
    | {"sup", "time", "tt", "u", "var", "wbr"}
)
"""Every other element begins a line of its own."""


class Tag(NamedTuple):
    """A tag, `name` in small letters without a prefix."""

    name: str
    closes: bool
    attributes: Mapping[str, str]


def tokens(html: str) -> Iterator[Tag | str]:
    """The tags and the texts between them, in order. Comments, declarations and scripts are left out."""
    place = 0
    while place < len(html):
        if html.startswith("<!--", place):
            place = _behind(html, "-->", place)
            continue
        found = _TOKEN.match(html, place)
        assert found is not None  # a character at least
        place = found.end()
        closes, name, attributes = found.group(1, 2, 3)
        if name:
            name = name.lower().rpartition(":")[2]
            if name in _RAW and not closes and not attributes.endswith("/"):
                end = re.compile(rf"</{name}", re.IGNORECASE).search(html, place)
                place = end.start() if end else len(html)
                continue
            yield Tag(name, bool(closes), _attributes(attributes))
            if attributes.endswith("/") and name not in _WITHIN_A_LINE:
                yield Tag(name, True, {})
        elif not found[0].startswith(("<!", "<?", "</")):
            yield unescape(found[0])


def _behind(html: str, end: str, place: int) -> int:
    found = html.find(end, place)
    return len(html) if found < 0 else found + len(end)


def _attributes(text: str) -> dict[str, str]:
    return {
        found[1].lower().rpartition(":")[2]: unescape(found[2] or found[3] or found[4] or "")
        for found in _ATTRIBUTE.finditer(text)
    }


def text_of(html: str) -> str:
    """Its words, a line for each paragraph, without blank lines."""
    everything, main = list[str](), list[str]()
    unread = depth = 0
    for token in tokens(html):
        if isinstance(token, str):
            if not unread:
                everything.append(token.replace("\n", " "))
                if depth:
                    main.append(everything[-1])
            continue
        step = -1 if token.closes else 1
        if token.name in _UNREAD:
            unread = max(0, unread + step)
        elif token.name in _MAIN:
            depth = max(0, depth + step)
        if token.name not in _WITHIN_A_LINE:
            everything.append("\n")
            main.append("\n")
    return _lines(main) or _lines(everything)


def _lines(pieces: list[str]) -> str:
    lines = (" ".join(line.split()) for line in "".join(pieces).split("\n"))
    return "\n".join(filter(None, lines))


_PLAYED = re.compile(r"\[(?:sound|anki):[^\[\]]*\]")
_CLOZE = re.compile(r"\{\{c\d+::([^{}]*?)(?:::[^{}]*)?\}\}")


def text_of_anki_field(html: str) -> str:
    """The words in a field of a note of Anki, without the marks by which it plays, shows or hides something."""
    return text_of(_PLAYED.sub(" ", _CLOZE.sub(r"\1", html)))


def title_of(html: str) -> str:
    """What it calls itself, on one line: its title, or its first heading; may be empty."""
    for wanted in ("title", "h1", "h2"):
        inside, pieces = False, list[str]()
        for token in tokens(html):
            if isinstance(token, Tag):
                if token.name == wanted:
                    if token.closes and "".join(pieces).strip():
                        break
                    inside = not token.closes
            elif inside:
                pieces.append(token)
        if title := " ".join("".join(pieces).split()):
            return title
    return ""
