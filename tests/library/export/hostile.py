"""Lessons whose every text tries to be something else: markup, a line of times, an escape, a key of JSON."""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from tutor_tui.core.lesson_records import CorrectionRecord, KeptLesson, LessonRecord, TurnRecord, WordRecord

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""Other tests may run beside these."""
SNIPPETS = (
    "00:00:01.000 --> 00:00:02.000",
    "\n\n",
    "NOTE x",
    "STYLE",
    "WEBVTT",
    "REGION",
    "<v Tutor>",
    "</v>",
    "<b>",
    "&lt;",
    "&",
    "-->",
    "\x1b[31m",
    "\x9b2J",
    "\u202e",
    "\u2028",
    "\r\n",
    "\r",
    "\x0c",
    "\x1c",
    "\x85",
    "**bold**",
    "[^1]",
    "[^1]: x",
    "[a](http://b.example)",
    "![i](j)",
    "http://c.example/d",
    "www.example.com",
    "f@example.com",
    "`code`",
    "# head",
    "| cell |",
    "\\",
    "~~gone~~",
    "<script>",
    "&copy;",
    "_low_",
    "\ud800",
    "한국어",
    "ひらがな",
    "turn.0",
    "",
)
texts = st.lists(st.sampled_from(SNIPPETS) | st.text(max_size=12), max_size=5).map(" ".join) | st.lists(
    st.sampled_from(SNIPPETS), max_size=4
).map("".join)
times = st.integers(-(10**7), 10**7) | st.integers(-(2**63), 2**63 - 1)


@st.composite
def lessons(draw: st.DrawFn) -> KeptLesson:
    """A lesson of up to six turns, none of whose texts can be trusted."""
    ids = draw(st.lists(texts, max_size=6, unique=True))
    turns = tuple(
        TurnRecord(
            "l",
            item_id,
            place,
            draw(st.sampled_from(("learner", "tutor"))),
            draw(texts),
            draw(st.sampled_from(("open", "done", "cut", "unclear", "lost"))),
            draw(st.floats(0, 1)),
            began_ms=draw(times),
            ended_ms=draw(times),
            typed=draw(st.booleans()),
            again=draw(st.booleans()),
        )
        for place, item_id in enumerate(ids)
    )
    anywhere = st.sampled_from((*ids, "", "nowhere"))
    corrections = st.builds(CorrectionRecord, st.just("l"), st.integers(), anywhere, texts, texts, texts)
    words = st.builds(WordRecord, st.just("l"), st.integers(), anywhere, texts, texts, texts)
    return KeptLesson(
        LessonRecord(draw(texts), 1.8e9, draw(texts), tutor=draw(texts), ended_at=1.8e9 + 60),
        turns,
        tuple(draw(st.lists(corrections, max_size=3))),
        tuple(draw(st.lists(words, max_size=3))),
    )
