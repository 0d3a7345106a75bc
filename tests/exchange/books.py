"""Small EPUBs, as publishers make them and as nobody should."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

CONTAINER = '<container><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'
WHALE = "Call me Ishmael. " * 30
SHIP = "The ship was old. " * 30
PACKAGE = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>
<opf:package xmlns:opf="x"><opf:manifest>
<opf:item id="cover" href="cover.xhtml" media-type="application/xhtml+xml"/>
<opf:item id="c1" href="text/one%201.xhtml" media-type="application/xhtml+xml"/>
<opf:item id="c2" href="text/two.xhtml" media-type="application/xhtml+xml"/>
<opf:item id="nav" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>
<opf:item id="css" href="x.css" media-type="text/css"/>
</opf:manifest><opf:spine><opf:itemref idref="cover"/><opf:itemref idref="c2"/><opf:itemref idref="c1"/></opf:spine>
</opf:package>"""
MEMBERS: Mapping[str, str] = {
    "mimetype": "application/epub+zip",
    "META-INF/container.xml": CONTAINER,
    "OEBPS/book.opf": PACKAGE,
    "OEBPS/cover.xhtml": "<html><body><img src='x'/>The Whale</body></html>",
    "OEBPS/text/one 1.xhtml": f"<html><head><title>x</title></head><body><h1>I</h1><p>{WHALE}</p></body></html>",
    "OEBPS/text/two.xhtml": f"<html><body><h2>II &amp; more</h2><p>{SHIP}</p></body></html>",
    "OEBPS/nav.xhtml": "<nav><ol><li><a href='text/one%201.xhtml#a'>Loomings</a></li></ol></nav>",
}


def epub(**changed: str | None) -> bytes:
    """The book; members by the end of their name replaced, or left out where None."""
    members: dict[str, str | None] = dict(MEMBERS)
    for end, text in changed.items():
        members[next((name for name in members if name.rpartition("/")[2].startswith(end)), end)] = text
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, text in members.items():
            if text is not None:
                archive.writestr(ZipInfo(name), text, ZIP_DEFLATED)  # of 1980, so that a book is always the same bytes
    return file.getvalue()
