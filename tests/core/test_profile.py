from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from tutor_tui.core.front_matter import ProfileFault
from tutor_tui.core.languages import LANGUAGES, language_name, likely_code
from tutor_tui.core.pedagogy import CORRECTIONS, LEVELS, CorrectionStyle, at_level, at_pace, pace_rule, teaching_rules
from tutor_tui.core.profile import BLANKS, PromptProfile, parse_profile, plan_of
from tutor_tui.core.tools import LESSON_TOOLS, TALK_TOOLS
from tutor_tui.core.turn_detection import PRESETS
from tutor_tui.tools.registry import standard_tools

FIELDS = {"name": "Mina", "language": "ko"}


def profile(body: str = "Teach {language}.", **fields: object) -> PromptProfile:
    return parse_profile("mina", {**FIELDS, **fields}, body)


def test_only_name_language_and_instructions_are_needed() -> None:
    assert profile() == PromptProfile(
        key="mina", name="Mina", language="ko", instructions="Teach {language}.", correction="", voice="marin"
    )


def test_every_field_is_taken_as_text_or_number_and_capitals_do_not_matter() -> None:
    found = profile(
        description="First words",
        language="KO",
        native_language=" en ",
        level="b1",
        voice="cedar",
        pace="0.95",
        correction="Strict",
        opening="Say hello.",
        turn_taking="QUICK",
        offline_lesson="ko-a1-first-words",
    )
    assert (found.description, found.language, found.native_language, found.level) == ("First words", "ko", "en", "B1")
    assert (found.voice, found.pace, found.correction, found.turn_taking) == ("cedar", 0.95, "strict", "quick")
    assert (found.opening, found.offline_lesson) == ("Say hello.", "ko-a1-first-words")
    assert profile(pace=1).pace == 1.0


def test_a_profile_may_be_a_unit_of_a_course() -> None:
    found = profile(
        course="korean-a1", unit="3", can_do=["order politely", "pay"], new="주세요", needs=["1", "2"], level="A1"
    )
    assert (found.course, found.unit, found.needs) == ("korean-a1", 3, (1, 2))
    assert (found.can_do, found.new) == (("order politely", "pay"), ("주세요",))
    assert (profile().course, profile().unit, profile(can_do=None).can_do, profile(new=[]).new) == ("", 0, (), ())


@pytest.mark.parametrize(
    ("level", "pace", "correction", "turn_taking"),
    [
        ("", 1.0, "", "normal"),
        ("A1", 0.8, "recast", "patient"),
        ("A2", 0.9, "prompt", "patient"),
        ("B1", 1.0, "prompt", "normal"),
        ("B2", 1.0, "prompt", "normal"),
        ("C1", 1.0, "prompt", "quick"),
        ("C2", 1.0, "prompt", "quick"),
    ],
)
def test_the_level_gives_pace_correction_and_patience_where_nothing_else_is_said(
    level: str, pace: float, correction: str, turn_taking: str
) -> None:
    found = profile(level=level)
    assert (found.pace, found.correction, found.turn_taking) == (pace, correction, turn_taking)


@pytest.mark.parametrize(
    ("fields", "after_s"),
    [
        ({"level": "A1"}, 25.0),
        ({"level": "A2"}, 20.0),
        ({"level": "B1"}, None),
        ({}, None),
        ({"level": "B1", "check_in": 15}, 15.0),
        ({"level": "A1", "check_in": "None"}, 0.0),
    ],
)
def test_beginners_are_checked_on_and_others_where_the_profile_says_so(
    fields: dict[str, Any], after_s: float | None
) -> None:
    assert plan_of(profile(**fields)).check_in_s == after_s


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        ({"name": ""}, "name", "is missing"),
        ({"name": None}, "name", "is missing"),
        ({"name": "x" * 61}, "name", "61 characters, at most 60"),
        ({"name": "two\nlines"}, "name", "one line"),
        ({"name": "red \x1b[31m"}, "name", "control characters"),
        ({"name": ["Mina"]}, "name", "not a list"),
        ({"name": True}, "name", "yes/no"),
        ({"language": ""}, "language", "two-letter code"),
        ({"language": "Korean"}, "language", "for Korean write ko"),
        ({"language": "en-US"}, "language", "for English write en"),
        ({"language": "jp"}, "language", "for Japanese write ja"),
        ({"language": "qq"}, "language", "'qq' is no ISO 639-1"),
        ({"language": "x" * 90}, "language", "…' is no ISO 639-1"),
        ({"native_language": "zz"}, "native_language", "'zz'"),
        ({"level": "A7"}, "level", "'A7' is not one of A1, A2, B1, B2, C1, C2"),
        ({"voice": "../marin"}, "voice", "'../marin' is not a voice"),
        ({"pace": "fast"}, "pace", "'fast' is not a number from 0.25 to 1.5"),
        ({"pace": "2"}, "pace", "from 0.25 to 1.5"),
        ({"pace": 0.2}, "pace", "from 0.25 to 1.5"),
        ({"pace": "nan"}, "pace", "not a number"),
        ({"pace": "inf"}, "pace", "not a number"),
        ({"check_in": "soon"}, "check_in", "not a number of seconds, or none, from 10 to 120"),
        ({"check_in": 5}, "check_in", "from 10 to 120"),
        ({"correction": "never"}, "correction", "flow, recast, prompt, strict"),
        ({"turn_taking": "slow"}, "turn_taking", "patient, normal, quick"),
        ({"offline_lesson": "../../etc/passwd"}, "offline_lesson", "file name"),
        ({"course": "Korean A1", "unit": "1"}, "course", "'Korean A1' is not a course's name"),
        ({"course": "korean-a1"}, "course", "course and unit go together"),
        ({"unit": "2"}, "unit", "course and unit go together"),
        ({"course": "korean-a1", "unit": "0"}, "unit", "'0' is not a whole number from 1 to 99"),
        ({"course": "korean-a1", "unit": "1.5"}, "unit", "'1.5' is not a whole number"),
        ({"needs": ["1", "two"]}, "needs", "'two' is not a whole number"),
        ({"can_do": [{}]}, "can_do", "must be a single text"),
        ({"can_do": ["x" * 81]}, "can_do", "81 characters, at most 80"),
        ({"new": ["x"] * 21}, "new", "21 entries, at most 20"),
        ({"new": ["two\nlines"]}, "new", "one line"),
        ({"opening": "x" * 2001}, "opening", "at most 2000"),
        ({"opening": "Say {naem}."}, "opening", "no blank {naem}"),
        ({"langauge": "ko"}, "langauge", "the nearest is language"),
        ({"turn-taking": "quick"}, "turn-taking", "the nearest is turn_taking"),
        ({"xyzzy": "1"}, "xyzzy", "the fields are name, description"),
    ],
)
def test_a_fault_names_field_reason_and_way_out(fields: dict[str, Any], field: str, said: str) -> None:
    with pytest.raises(ProfileFault) as caught:
        profile(**fields)
    assert caught.value.field == field
    assert said in caught.value.reason
    assert str(caught.value) == f"{field}: {caught.value.reason}"
    assert len(str(caught.value)) < 240


def test_a_missing_field_is_named() -> None:
    with pytest.raises(ProfileFault, match="language: is missing"):
        parse_profile("mina", {"name": "Mina"}, "Teach.")


@pytest.mark.parametrize("body", ["", " \n\t\n"])
def test_a_profile_without_instructions_is_refused(body: str) -> None:
    with pytest.raises(ProfileFault, match="instructions: there are none"):
        profile(body)


def test_an_unknown_blank_is_named_with_its_line() -> None:
    with pytest.raises(ProfileFault) as caught:
        profile("One.\nTwo {language}.\nThree {langauge}.")
    assert caught.value.body_line == 3
    assert "{langauge}" in caught.value.reason
    for blank in BLANKS:
        assert f"{{{blank}}}" in caught.value.reason


def test_blanks_are_filled_and_doubled_braces_are_braces() -> None:
    found = profile(
        "{name} teaches {language} ({level}) in {native_language}. {{word}} and { stay.",
        level="A1",
        native_language="de",
        opening="Greet in {language}.",
    )
    plan = plan_of(found)
    assert plan.instructions.startswith("Mina teaches Korean (A1) in German. {word} and { stay.")
    assert plan.opening == "Greet in Korean."


@pytest.mark.parametrize(
    ("asked", "profiles", "home", "helps_in"),
    [
        ("es", "de", "fr", "es"),
        ("", "de", "fr", "de"),
        ("", "", "fr", "fr"),
        ("", "", "ko", "en"),  # who learns Korean does not speak it at home, whatever the system says
        ("", "", "", "en"),
    ],
)
def test_help_is_in_the_language_that_is_likeliest_spoken_at_home(
    asked: str, profiles: str, home: str, helps_in: str
) -> None:
    found = profile("Help in {native_language}.", native_language=profiles)
    plan = plan_of(found, native_language=asked, home_language=home)
    assert plan.native_language == helps_in
    assert plan.instructions.startswith(f"Help in {language_name(helps_in)}.")


def test_the_plan_carries_what_the_profile_says() -> None:
    plan = plan_of(profile(level="A1", voice="cedar", pace=0.85, offline_lesson="ko-a1-first-words"))
    assert (plan.profile, plan.voice, plan.speed, plan.level) == ("Mina", "cedar", 0.85, "A1")
    assert (plan.target_language, plan.native_language) == ("ko", "en")
    assert plan.turn_detection == PRESETS["patient"]
    assert plan.offline_lesson == "ko-a1-first-words"


def test_the_learners_settings_are_stronger_than_the_profile() -> None:
    found = profile("Help in {native_language} at {level}.", level="A1", correction="recast")
    plan = plan_of(found, native_language="es", speed=3.0)
    assert plan.instructions.startswith("Help in Spanish at A1.")
    assert "CEFR level A1" in plan.instructions
    assert "nothing is corrected aloud" in plan_of(profile(correction="flow")).instructions
    assert (plan.native_language, plan.level, plan.speed) == ("es", "A1", 1.5)


@pytest.mark.parametrize(
    ("correction", "said"),
    [
        ("flow", "three noted slips most worth correcting"),
        ("recast", "Say it right inside your reply"),
        ("prompt", "correct it themselves before you give anything away"),
        ("strict", "name the most serious one"),
    ],
)
def test_each_contract_is_spelled_out_alone(correction: CorrectionStyle, said: str) -> None:
    texts = {name: plan_of(profile(level="B1", correction=name)).instructions for name in CORRECTIONS}
    assert [name for name, text in texts.items() if said in text] == [correction]
    hands_back = "hand the turn back" in texts[correction]
    assert hands_back == (correction != "flow")


def test_without_level_and_contract_there_is_no_lesson_in_the_rules() -> None:
    text = plan_of(profile()).instructions
    assert "## How you speak" in text
    assert "## Pace" in text
    for heading in ("## Level", "## Language", "## Correction"):
        assert heading not in text
    assert "learner" not in text and "Lesson clock" not in text


@pytest.mark.parametrize(
    ("level", "native", "said"),
    [
        ("A1", "en", "In English, one short sentence"),
        ("B1", "en", "Use English when they ask for it"),
        ("C1", "en", "also when you explain"),
        ("A1", "ko", "Explain a word by easier words"),
    ],
)
def test_help_in_the_learners_language_shrinks_with_the_level(level: Any, native: str, said: str) -> None:
    rules = teaching_rules(language="ko", native_language=native, level=level, speed=1.0, correction="")
    assert said in rules
    assert f"CEFR level {level}" in rules


@pytest.mark.parametrize(
    ("language", "level", "length"),
    [
        ("es", "A1", "8 words"),
        ("ko", "A1", "4 words between spaces"),
        ("ja", "A2", "16 characters"),
        ("zh", "B2", "35"),
    ],
)
def test_sentences_are_measured_in_the_units_of_the_language(language: str, level: Any, length: str) -> None:
    rules = teaching_rules(language=language, native_language="en", level=level, speed=1.0, correction="")
    assert f"Sentences of at most {length}" in rules
    assert "Sentences of at most" not in teaching_rules(
        language=language, native_language="en", level="C1", speed=1.0, correction=""
    )


def test_nothing_is_said_of_tools_that_are_not_there() -> None:
    given: dict[str, Any] = {"language": "ko", "native_language": "en", "level": "A1", "speed": 1.0}
    without = teaching_rules(**given, correction="prompt")
    assert "wait_for_learner" not in without and "note_" not in without
    with_them = teaching_rules(**given, correction="prompt", tools=("note_correction", "wait_for_learner"))
    assert "call wait_for_learner" in with_them and "## Notes" in with_them


def test_another_level_is_suggested_only_with_the_tool_for_it() -> None:
    given: dict[str, Any] = {"language": "ko", "native_language": "en", "level": "A1", "speed": 1.0}
    assert "set_level" not in teaching_rules(**given, correction="prompt")
    assert "call set_level, once" in teaching_rules(**given, correction="prompt", tools=LESSON_TOOLS)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("speed", [0.7, 1.2])
def test_a_plan_at_another_level_is_what_the_profile_would_have_asked_for_there(level: str, speed: float) -> None:
    given: dict[str, Any] = {"correction": "prompt", "pace": 0.9}
    began, there = (
        replace(plan_of(profile(level=each, **given)), tools=standard_tools().specs(LESSON_TOOLS))
        for each in ("A1", level)
    )
    assert at_level(at_pace(began, speed), level).instructions == at_pace(there, speed).instructions
    assert at_level(began, level).level == level


def test_nothing_is_asked_for_that_a_model_cannot_do() -> None:
    """It is woken when a turn has ended and cannot wait; it has no clock; it forgets."""
    for level in LEVELS:
        for correction in CORRECTIONS:
            rules = teaching_rules(language="ko", native_language="en", level=level, speed=1.0, correction=correction)
            assert not re.search(r"wait a moment|do not fill|minutes|Remember what|has chosen", rules)


def test_the_rules_leave_no_blank_unfilled() -> None:
    for level in LEVELS:
        for correction in CORRECTIONS:
            rules = teaching_rules(language="ko", native_language="en", level=level, speed=0.8, correction=correction)
            assert not re.search(r"[{}]", rules)


def test_every_speed_has_a_pace_and_slower_is_not_brisker() -> None:
    said = [pace_rule(speed) for speed in (0.25, 0.85, 0.9, 1.0, 1.1, 1.2, 1.5)]
    assert said[0] == said[1] != said[2] != said[3] == said[4] != said[5] == said[6]
    assert "small pause" in said[0]
    assert "briskly" in said[-1]


def test_the_languages_are_the_two_letter_codes() -> None:
    assert len(LANGUAGES) == 183
    assert all(re.fullmatch("[a-z]{2}", code) and name.strip() == name and name for code, name in LANGUAGES.items())
    assert [LANGUAGES[code] for code in ("ko", "en", "es", "ja", "fr", "de", "zh", "no")] == [
        "Korean", "English", "Spanish", "Japanese", "French", "German", "Chinese", "Norwegian",
    ]  # fmt: skip
    assert language_name("tlh") == "tlh"
    assert likely_code("Deutsch") == ""
    assert likely_code("zh_TW") == "zh"


# ---- tools ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "tools"),
    [
        ({}, TALK_TOOLS),
        ({"level": "B1"}, LESSON_TOOLS),
        ({"correction": "flow"}, LESSON_TOOLS),
        ({"tools": ""}, TALK_TOOLS),
        ({"tools": None, "level": "A1"}, LESSON_TOOLS),
        ({"tools": "none", "level": "A1"}, ()),
        ({"tools": ["none"]}, ()),
        ({"tools": "Get_Weather, set_pace"}, ("get_weather", "set_pace")),
        ({"tools": ["set_pace", " get_weather ", "set_pace"]}, ("set_pace", "get_weather")),
    ],
)
def test_a_profile_says_which_tools_its_tutor_may_use(fields: dict[str, Any], tools: tuple[str, ...]) -> None:
    assert profile(**fields).tools == tools


@pytest.mark.parametrize("tools", ["get_wether", ["get_weather", "none"], [3], {"a": 1}, True])
def test_a_tool_that_is_none_is_named_with_those_there_are(tools: object) -> None:
    with pytest.raises(ProfileFault) as fault:
        profile(tools=tools)
    assert fault.value.field == "tools"


def test_an_unknown_tool_is_answered_with_those_there_are() -> None:
    with pytest.raises(ProfileFault, match=r"'get_wether' is no tool; there are .*get_weather, or none"):
        profile(tools="get_wether")


def test_another_pace_brings_its_rule_along() -> None:
    plan = plan_of(profile(level="A1"))
    slow = at_pace(plan, 0.6)
    assert (plan.speed, slow.speed) == (0.8, 0.6)
    fast = at_pace(plan, 1.2)
    assert pace_rule(1.2) in fast.instructions
    assert pace_rule(0.8) not in fast.instructions
    assert at_pace(fast, 0.8) == plan


def test_what_the_learner_wants_is_stronger_than_the_profile() -> None:
    found = profile("Teach at {level}.", level="A1", correction="recast", pace=0.8)
    plan = plan_of(found, level="B2", correction="strict")
    assert (plan.level, plan.correction, plan.speed) == ("B2", "strict", 0.8)
    assert plan.instructions.startswith("Teach at B2.")
    assert "CEFR level B2." in plan.instructions and "name the most serious one" in plan.instructions
    assert "CEFR level A1." not in plan.instructions
    assert plan_of(found, level="", correction="") == plan_of(found)


def test_a_wish_makes_no_lesson_of_a_conversation_that_is_none() -> None:
    talk = profile(level="", correction="")
    assert plan_of(talk, level="B2", correction="strict") == plan_of(talk)
