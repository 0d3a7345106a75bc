"""A lesson as Markdown, read by a parser with GitHub's additions: what was said comes back as plain words."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest
from hypothesis import given
from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin

from tests.library.export.hostile import lessons, texts, unhurried
from tests.support.kept_lessons import KOREAN, SPANISH
from tutor_tui.core.lesson_records import CorrectionRecord, KeptLesson, WordRecord
from tutor_tui.core.safe_text import printable_line
from tutor_tui.library.export.facts import facts, remark, shown_turns, speaker, spoken
from tutor_tui.library.export.markdown import literal, markdown

READER = MarkdownIt("gfm-like").use(footnote_plugin)


def words_in(rendered: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", rendered))


def test_the_conversation_its_notes_and_the_words_are_there() -> None:
    text = markdown(KOREAN)
    assert text.startswith("# Lesson of 2026-11-")
    assert "\n- Length: 12 min\n- Profile: Korean B1\n- Tutor: gpt-realtime-2.1-mini\n- Cost: \\$0.123\n" in text
    assert "\n\n**You:** 어제 친구를 만나요.[^1]\n\n" in text
    assert "\n\n**You (typed):** 영화를 봤어요\n\n" in text
    assert "\n[^1]: “어제 만나요” is better as “어제 만났어요” (the past of 만나다)\n" in text
    assert "\n## Other mistakes\n\n- “영화” is better as “영화관”\n" in text
    assert "\n| Word | Meaning | Example |\n|---|---|---|\n| 영화 | film | 영화를 봤어요. |\n" in text
    assert "stopped here: “무엇을 했는지" in text


def test_a_lesson_without_notes_has_no_empty_parts() -> None:
    text = markdown(SPANISH)
    assert "Words" not in text and "mistakes" not in text and "[^" not in text and "Cost" not in text


def test_each_footnote_belongs_to_its_line_in_the_order_of_the_lines() -> None:
    corrections = tuple(
        CorrectionRecord("l", number, item, f"said {number}", "better")
        for number, item in enumerate(("l1", "l0", "l1"))
    )
    text = markdown(replace(KOREAN, corrections=corrections, words=()))
    assert "만나요.[^1]\n" in text and "봤어요[^2][^3]\n" in text
    assert text.endswith(
        "\n[^1]: “said 1” is better as “better”\n[^2]: “said 0” is better as “better”\n"
        "[^3]: “said 2” is better as “better”\n"
    )


def assert_literal(text: str) -> None:
    rendered = READER.render(f"**You:** {literal(text)}")
    assert rendered.startswith("<p><strong>You:</strong>") and rendered.count("<") == 4
    assert words_in(rendered).strip() == f"You: {printable_line(text)}".strip()


@pytest.mark.parametrize(
    "text",
    [
        "*a* _b_ `c` ~~d~~ [e](f) ![g](h) <i>",
        "see http://x.example or www.example.com, me@example.com, example.com",
        "HTTPS://x.example ftp://x.example mailto:me@x.example xmpp:me@x.example",
        "&copy; &#35; \\* [^1] :smile: @anna #1 $x$ ==y==",
    ],
)
def test_signs_of_markup_are_escaped(text: str) -> None:
    assert_literal(text)


@unhurried
@given(texts)
def test_whatever_was_said_stays_words_within_its_line(text: str) -> None:
    assert_literal(text)


@unhurried
@given(lessons())
def test_whatever_was_said_a_lesson_has_the_same_parts(kept: KeptLesson) -> None:
    rendered = READER.render(markdown(kept))
    shown = shown_turns(kept)
    paragraphs = [words_in(each) for each in re.findall(r"<p><strong>.*?</p>", rendered, re.DOTALL)]
    assert [re.sub(r"(\[\d+\])+$", "", each) for each in paragraphs] == [
        " ".join(filter(None, (f"{speaker(each)}:", spoken(each), remark(each)))) for each in shown
    ]
    assert rendered.count("<tr>") == (len(kept.words) + 1 if kept.words else 0)
    known = {each.item_id for each in shown}
    assert rendered.count('class="footnote-item"') == sum(each.item_id in known for each in kept.corrections)
    others = [each for each in kept.corrections if each.item_id not in known]
    assert rendered.count("<li>") == len(list(facts(kept))) + len(others)
    assert "<img" not in rendered and "<code" not in rendered and "<em>" not in rendered and "<s>" not in rendered
    assert set(re.findall(r'href="([^"]{,3})', rendered)) <= {"#fn"}


def test_a_cell_keeps_to_its_row() -> None:
    words = (WordRecord("l", 0, "", "a | b", "c\n\n| d |", "\\|"),)
    rendered = READER.render(markdown(replace(KOREAN, words=words)))
    assert re.findall("<td>(.*?)</td>", rendered) == ["a | b", "c | d |", "\\|"]
