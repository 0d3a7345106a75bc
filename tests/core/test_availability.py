"""What goes grey when: every row of the table, and the words that go with it."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import get_args

import pytest

from tutor_tui.core.actions import names_key
from tutor_tui.core.availability import (
    HEEDED_BY,
    LIMITS,
    Option,
    deaf_to,
    greyed,
    holding,
    lacking,
    shortcomings,
    suited,
    unheeded,
)
from tutor_tui.core.capabilities import ABILITIES, Capabilities, Way, without
from tutor_tui.core.conversation import Turn
from tutor_tui.core.extras import install_command
from tutor_tui.core.lesson import Lesson
from tutor_tui.core.lesson_plan import DueItem, LessonPlan
from tutor_tui.core.settings import SECTIONS, setting_fields
from tutor_tui.core.tools import Note, Word
from tutor_tui.core.turn_detection import PRESETS, PushToTalk, SemanticVad, TurnDetection
from tutor_tui.tools.registry import standard_tools
from tutor_tui.ui.key_bindings import APP_KEYS, KEYS

PLAN = LessonPlan("Korean", "Teach.", "marin", target_language="ko", tools=standard_tools("").specs(["note_word"]))
LESSON = Lesson(PLAN, linked=True)
ABLE = Capabilities(tools=True)
RECORDING = "This is a recording: it cannot answer."
DEAF = "This tutor hears only English, so type your answers."
PATIENCE = {"less-patience", "more-patience"}
PACE = {"slower", "faster"}


def test_nothing_is_grey_where_everything_can_be_done() -> None:
    assert greyed(ABLE, LESSON) == {}
    assert shortcomings(ABLE, LESSON) == []


@pytest.mark.parametrize(
    ("abilities", "lesson", "controls", "why"),
    [
        (
            replace(ABLE, listens=False),
            LESSON,
            {*("mute", "talk", "think", "type", "repeat", "profile", "turns", "echo", "lesson.pace"), *PATIENCE, *PACE},
            RECORDING,
        ),
        (replace(ABLE, hears=frozenset({"en"})), LESSON, {"talk", "think", "turns", *PATIENCE}, DEAF),
        (ABLE, replace(LESSON, linked=False), {"talk", "repeat"}, "The tutor is not connected."),
        (
            ABLE,
            replace(LESSON, linked=False, dialling=2, turns=(Turn("A", "tutor"),)),
            {"repeat"},
            "The tutor is not connected.",
        ),
        (
            ABLE,
            replace(LESSON, plan=replace(PLAN, turn_detection=PushToTalk())),
            {"think", *PATIENCE},
            "Push-to-talk waits as long as you like.",
        ),
        (replace(ABLE, pace=False), LESSON, {"lesson.pace"}, "This tutor speaks at its own pace."),
        (
            replace(ABLE, tools=False),
            LESSON,
            {"notes", "lesson.weather_url"},
            "This tutor writes nothing down and looks nothing up.",
        ),
        (
            ABLE,
            replace(LESSON, plan=replace(PLAN, tools=())),
            {"notes"},
            "Nothing is written down in this profile's lessons.",
        ),
        (
            replace(ABLE, server_vad=False),
            LESSON,
            {Option("turns", "server"), Option("lesson.turn_taking", "normal"), *PATIENCE},
            "This tutor does not hear when you have finished: press the talk key.",
        ),
        (
            replace(ABLE, takes_eagerness=False),
            LESSON,
            {Option("turns", "semantic"), Option("lesson.turn_taking", "semantic")},
            "This tutor refuses to judge whether you sound finished.",
        ),
        (
            replace(ABLE, semantic_vad=False),
            LESSON,
            {Option("eagerness", "auto"), Option("turns", "semantic"), Option("lesson.turn_taking", "semantic")},
            "This tutor cannot tell whether a sentence is finished: it waits a fixed time.",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_done_is_grey_and_says_why(
    abilities: Capabilities, lesson: Lesson, controls: set[str], why: str
) -> None:
    found = greyed(abilities, lesson)
    assert controls <= found.keys()
    assert set(found.values()) == {why}


def test_the_first_reason_that_holds_is_the_one_that_is_said() -> None:
    lesson = replace(LESSON, linked=False, plan=replace(PLAN, turn_detection=PushToTalk()))
    recording = replace(ABLE, listens=False, hears=frozenset({"en"}))
    assert greyed(recording, lesson)["talk"] == RECORDING
    assert greyed(replace(ABLE, hears=frozenset({"en"})), lesson)["talk"] == DEAF
    assert greyed(ABLE, lesson)["talk"] == "The tutor is not connected."


def test_notes_that_are_there_can_be_read_whoever_teaches() -> None:
    noted = replace(LESSON, notes=(Note(Word("의자", "chair"), ""),))
    assert "notes" not in greyed(replace(ABLE, tools=False), noted)
    assert "notes" not in greyed(ABLE, replace(noted, plan=replace(PLAN, tools=())))


def test_what_no_key_belongs_to_is_told_all_the_same() -> None:
    lacks = replace(ABLE, cancels=False, truncates=False, learner_deltas=False, voices=False)
    assert greyed(lacks, LESSON) == {}
    assert len(shortcomings(lacks, LESSON)) == 4


def test_passing_hindrances_are_no_shortcomings_of_the_tutor() -> None:
    lesson = replace(LESSON, linked=False, plan=replace(PLAN, turn_detection=PushToTalk(), tools=()))
    assert shortcomings(ABLE, lesson) == []


def test_a_reason_of_the_tutors_own_is_told_in_its_words() -> None:
    lacks = without(ABLE, {"takes_eagerness": "Not since Tuesday.", "tools": "It has no hands."})
    assert not lacks.takes_eagerness
    assert not lacks.tools
    assert greyed(lacks, LESSON)[Option("turns", "semantic")] == "Not since Tuesday."
    assert shortcomings(lacks, LESSON) == ["Not since Tuesday.", "It has no hands."]
    again = without(lacks, {"tools": "Still none."})
    assert greyed(again, LESSON)["notes"] == "Still none."
    assert without(ABLE, {}) is ABLE


def test_a_server_that_was_asked_is_told_of_with_the_day() -> None:
    told = lacking(ABILITIES, date(2026, 11, 21))
    assert set(told) == set(ABILITIES)
    assert all(why.endswith("(so doctor --probe found on 2026-11-21).") and ". (" not in why for why in told.values())
    assert len(shortcomings(without(ABLE, told), LESSON)) == len(ABILITIES)


def test_every_control_of_the_table_exists() -> None:
    keys = {binding.id for binding in (*KEYS, *APP_KEYS)}
    settings = {each.full_name: each for each in setting_fields()}
    options = {"turns": {"server", "semantic", "push-to-talk"}, "eagerness": {"auto"}}
    for limit in LIMITS:
        for control in limit.greys:
            name, choice = control if isinstance(control, Option) else (control, "")
            if name in settings:
                assert not choice or choice in settings[name].choices, control
            else:
                assert (choice in options[name]) if choice else (name in keys), control


def test_every_ability_is_a_field_with_a_row_of_its_own() -> None:
    names = {each.name for each in fields(Capabilities)}
    rows = [limit.ability for limit in LIMITS if limit.ability]
    assert set(rows) <= names
    assert len(rows) == len(set(rows))
    assert set(ABILITIES) <= set(rows)
    assert all(words.endswith(".") for limit in LIMITS for words in [limit.says])


def test_only_the_first_sentence_of_an_ability_counts_once() -> None:
    found = [limit for limit, _ in holding(replace(ABLE, listens=False, tools=False), LESSON)]
    assert len(found) == len(set(map(id, found))) == 2


@pytest.mark.parametrize(
    ("setting", "way", "words"),
    [
        ("tutor.model", "openai", ""),
        ("tutor.model", "webrtc", ""),
        ("tutor.model", "offline", "Used by openai and webrtc."),
        ("tutor.base_url", "pipeline", ""),
        ("pipeline.chat_url", "openai", "Used by pipeline."),
        ("offline.conversation", "offline", ""),
        ("screen.theme", "recording", ""),
    ],
)
def test_settings_know_which_tutor_looks_at_them(setting: str, way: Way, words: str) -> None:
    assert unheeded(setting, Capabilities(way=way)) == words


def test_the_offline_servers_settings_count_wherever_it_has_a_part() -> None:
    assert unheeded("offline.conversation", Capabilities(way="pipeline", ours=True)) == ""
    assert unheeded("offline.conversation", Capabilities(way="pipeline")) == "Used by offline."
    assert unheeded("pipeline.chat_url", Capabilities(way="webrtc", ours=True)) != ""


def test_the_settings_that_only_some_look_at_exist() -> None:
    names = {each.full_name for each in setting_fields()}
    assert set(HEEDED_BY) <= names | set(SECTIONS)
    assert {way for ways in HEEDED_BY.values() for way in ways} <= set(get_args(Way))


@pytest.mark.parametrize(
    ("hears", "words"),
    [
        (None, ""),
        ({"ko"}, ""),
        ({"en", "de"}, "This tutor hears only English and German"),
        (set(), "This tutor cannot hear"),
    ],
)
def test_deafness_names_what_is_heard(hears: set[str] | None, words: str) -> None:
    assert deaf_to(PLAN, replace(ABLE, hears=None if hears is None else frozenset(hears))) == words


@pytest.mark.parametrize(
    ("abilities", "wanted", "suits"),
    [
        (ABLE, PRESETS["quick"], PRESETS["quick"]),
        (ABLE, SemanticVad("high"), SemanticVad("high")),
        (replace(ABLE, semantic_vad=False), SemanticVad("high"), SemanticVad("high")),
        (replace(ABLE, takes_eagerness=False), SemanticVad("high"), PRESETS["patient"]),
        (replace(ABLE, takes_eagerness=False), PRESETS["quick"], PRESETS["quick"]),
        (replace(ABLE, server_vad=False), PRESETS["quick"], PushToTalk()),
        (replace(ABLE, server_vad=False), SemanticVad("high"), PushToTalk()),
        (replace(ABLE, server_vad=False), PushToTalk(), PushToTalk()),
    ],
)
def test_turns_are_taken_as_the_tutor_can(abilities: Capabilities, wanted: TurnDetection, suits: TurnDetection) -> None:
    assert suited(replace(PLAN, turn_detection=wanted), abilities).turn_detection == suits


def test_only_who_has_something_to_tell_is_offered_the_tool_to_tell_it() -> None:
    plan = replace(PLAN, tools=standard_tools().specs(["used", "note_fact"]))
    assert suited(plan, replace(ABLE, scripted=True)).tools == plan.tools
    assert [spec.name for spec in suited(plan, ABLE).tools] == ["note_fact"]
    for told in (replace(plan, can_do=("order a drink",)), replace(plan, due=(DueItem("la cuenta", "the bill"),))):
        assert suited(told, ABLE).tools == plan.tools


def test_what_is_listened_for_only_is_a_shortcoming_that_greys_nothing() -> None:
    built_in = replace(ABLE, hears=frozenset({"ko", "en", "ja"}), hears_freely=frozenset({"en"}))
    (said,) = shortcomings(built_in, LESSON)
    assert said.startswith("By ear it understands only what its lesson listens for; anything else has to be typed.")
    assert install_command("whisper") in said
    assert greyed(built_in, LESSON) == {}
    assert deaf_to(PLAN, built_in) == ""
    assert shortcomings(built_in, replace(LESSON, plan=replace(PLAN, target_language="en"))) == []
    russian = replace(LESSON, plan=replace(PLAN, target_language="ru"))
    assert deaf_to(russian.plan, built_in) == "This tutor does not hear Russian"
    assert shortcomings(built_in, russian) == ["This tutor does not hear Russian, so type your answers."]


def test_no_reason_why_a_control_is_grey_has_a_place_for_a_key() -> None:
    """It is also shown where no keys are put in: on the typing line, in the help and in plain lines."""
    assert [limit.says for limit in LIMITS if limit.greys and names_key(limit.says)] == []
