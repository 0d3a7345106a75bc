"""The words of HTML: what a reader sees of it, whoever wrote it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor_tui.exchange.html_text import text_of, text_of_anki_field, title_of

PAGE = """<!DOCTYPE html><html><head><title>The &amp; Whale</title><style>p { color: red }</style></head>
<body><nav>Home <a href="/">all</a></nav><!-- a <b>note</b> -->
<h1>Loomings</h1><p>Call me <em>Ish</em>mael.<br>Some years
   ago&#8230;</p><script>if (a < b && c > "</p>") alert("x")</script><ul><li>one<li>two</ul>
<footer>imprint</footer></body></html>"""


def test_what_is_read_stays_line_by_line() -> None:
    assert text_of(PAGE) == "Loomings\nCall me Ishmael.\nSome years ago…\none\ntwo"
    assert title_of(PAGE) == "The & Whale"


def test_where_a_page_says_what_its_main_part_is_the_rest_is_left_out() -> None:
    assert (
        text_of("<body><p>Log in</p><article><h2>News</h2><p>It rains.</p></article><p>More</p>") == "News\nIt rains."
    )
    assert text_of("<p>It rains.</p><main></main>") == "It rains."


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("a &lt;b&gt; c", "a <b> c"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("<ruby>漢字<rt>かんじ</rt></ruby>", "漢字"),
        ("<p>a</p><p/><p>b", "a\nb"),
        ("<![CDATA[x]]>y", "y"),
        ("a<!-- never closed <p>b", "a"),
        ("a<script>never closed <p>b", "a"),
        ("&#0;&#xD800;&nosuch;", "\ufffd\ufffd&nosuch;"),
        ("<", "<"),
        ("", ""),
    ],
)
def test_what_is_written_oddly_is_read_as_far_as_it_goes(html: str, text: str) -> None:
    assert text_of(html) == text


def test_a_field_of_anki_is_read_without_its_marks() -> None:
    assert text_of_anki_field("{{c1::Seoul::capital}} is [sound:x.mp3]<b>big</b>") == "Seoul is big"


def test_a_title_is_the_first_heading_where_there_is_none() -> None:
    assert title_of("<title> </title><h2>b</h2><h1>a\n <i>1</i></h1>") == "a 1"
    assert title_of("<p>x</p>") == ""


@given(
    st.lists(st.sampled_from(["<p>", "</p>", "<!--", "-->", "<script>", "</script>", "<a href='", '"', "x", "<", "&"]))
)
def test_any_pieces_make_some_text(pieces: list[str]) -> None:
    assert "\n\n" not in text_of("".join(pieces))


@pytest.mark.parametrize(
    "piece", ["<", "<!--", "<a ", "<![CDATA[", "<script>", '<a b="', "</", "&", "<p>", "[sound:", "{{c1::"]
)
def test_what_is_never_closed_costs_no_more_than_its_length(piece: str) -> None:
    """A hundred thousand characters would take minutes if their square counted."""
    html = piece * (100_000 // len(piece))
    assert len(text_of_anki_field(html)) <= len(html)
