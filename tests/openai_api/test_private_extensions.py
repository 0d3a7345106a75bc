"""What our client and our offline server say to each other: both sides understand it, and it is written down once."""

from __future__ import annotations

from typing import get_args

import pytest

import tutor_tui
from tests.support.paths import ROOT
from tutor_tui.core.child_environment import CHAT_KEY_VARIABLE, TOKEN_VARIABLE
from tutor_tui.core.heard_words import DifferentWord
from tutor_tui.offline_server.hearing import Match
from tutor_tui.openai_api import private_extensions as private

PACKAGE = ROOT / tutor_tui.__name__


def test_the_port_comes_across() -> None:
    assert private.port_in(private.ready_line(8080) + "\n") == 8080


@pytest.mark.parametrize(
    "line", ["", "ready", "ready soon", "ready -1", "steady 8080", "Traceback (most recent call last):"]
)
def test_no_other_line_names_a_port(line: str) -> None:
    assert private.port_in(line) is None


@pytest.mark.parametrize("kind", get_args(private.ResponseKind))
def test_the_kind_of_a_response_comes_across(kind: private.ResponseKind) -> None:
    assert private.kind_of(private.kind_metadata(kind)) == kind


@pytest.mark.parametrize("metadata", [None, {}, [], "greet", {"kind": None}, {"kind": "dance"}, {"kind": ["greet"]}])
def test_other_metadata_ask_for_nothing_special(metadata: object) -> None:
    assert private.kind_of(metadata) == ""


@pytest.mark.parametrize("match", list(Match))
def test_how_surely_a_sentence_was_heard_comes_across(match: Match) -> None:
    words = [private.ToldWord(*word) for word in (("go", True), ("go", False), ("home", True), ("now", False))]
    heard = private.hearing_in(private.hearing_fields(match.value, words), "Go, go home now.")
    assert heard.is_sure == (match is not Match.UNSURE)
    assert heard.is_expected == (match is Match.EXPECTED)
    assert heard.unclear == ((12, 15),), "the first “go” is not written so, so the second is not known either"
    assert private.hearing_in(private.hearing_fields(match.value, words), "go go home now").unclear == (
        (3, 5),
        (11, 14),
    )


def test_words_in_whose_place_another_was_heard_come_across_and_are_not_unclear_as_well() -> None:
    words = [
        private.ToldWord("물", is_clear=False, is_different=True, phone="L", heard="N"),
        private.ToldWord("주세요", is_clear=False, is_different=True),
        private.ToldWord("네", is_clear=False),
    ]
    heard = private.hearing_in(private.hearing_fields("expected", words), "물 주세요, 네")
    assert heard == private.HeardAs(
        unclear=((7, 8),), different=(DifferentWord(0, 1, "L", "N"), DifferentWord(2, 5, "", "")), is_expected=True
    )


def test_of_a_sound_only_a_name_is_taken() -> None:
    word = {"text": "no", "clear": True, "different": True, "phone": "[b]x[/b]", "heard": 3}
    assert private.hearing_in({"hearing": {"match": "expected", "words": [word]}}, "no") == private.HeardAs(
        different=(DifferentWord(0, 2),), is_expected=True
    )


@pytest.mark.parametrize(
    "hearing",
    [
        *(None, "unsure", [], {}, {"match": 3, "words": 3}, {"words": [None, 3, [], {}, {"text": 3, "clear": False}]}),
        {"match": "certain", "words": [{"text": "", "clear": False}, {"text": "no", "clear": 0}]},
    ],
)
def test_what_any_other_server_says_there_means_nothing(hearing: object) -> None:
    assert private.hearing_in({"hearing": hearing}, "no words") == private.HeardAs()


def test_a_lesson_is_named_only_where_there_is_one() -> None:
    assert private.WantedLesson("at-the-cafe").fields == {private.LESSON_FIELD: "at-the-cafe"}
    assert private.WantedLesson().fields == {}


@pytest.mark.parametrize(
    ("word", "module"),
    [
        (TOKEN_VARIABLE, "child_environment.py"),
        (CHAT_KEY_VARIABLE, "child_environment.py"),
        (private.STT_UNAVAILABLE, "private_extensions.py"),
    ],
)
def test_each_word_is_written_in_one_module(word: str, module: str) -> None:
    files = [file.name for file in PACKAGE.rglob("*.py") if f'"{word}"' in file.read_text()]
    assert files == [module]


def test_what_was_accepted_comes_through_and_of_others_nothing() -> None:
    assert private.accepted_in(private.accepted_metadata("U", "저는 Marco예요")) == ("U", "저는 Marco예요")
    assert len(private.accepted_in(private.accepted_metadata("U", "x" * 9_999))[1]) == 512
    for other in ({}, {"accepted": "x"}, {"accepted": 1, "accepted_item": "U"}):
        assert private.accepted_in(other) == ("", "")
    assert private.begins_in(private.begins_metadata("drill")) == "drill"
    assert private.begins_in({"begins": "a war"}) == "" == private.begins_in({"begins": ["drill"]})
