"""What the tutors of the shipped profiles are told, all of it together: one rule does not contradict another, and
nothing is asked that a model cannot do. A model takes each word literally, so what these tests forbid was once there.
"""

from __future__ import annotations

import re

import pytest

from tests.support.paths import PROMPTS
from tutor_tui.app.configured import plan_for
from tutor_tui.config.profiles import load_profiles
from tutor_tui.core.courses import has_level, lesson_for
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.pedagogy import MORE_SENTENCES, sentences_in_turn
from tutor_tui.core.profile import PromptProfile, own_words
from tutor_tui.core.settings import Settings
from tutor_tui.offline_server.lesson.guide import Guide
from tutor_tui.offline_server.lesson.script_file import load_script
from tutor_tui.offline_server.lesson.script_folders import list_heads

PROFILES = {profile.key: profile for profile in load_profiles([PROMPTS]).profiles}
KEYS = sorted(PROFILES)
LESSONS = [key for key in KEYS if PROFILES[key].level]

SAID_IN_AN_OPENING = re.compile(r"\b(?:greet|say|tell|ask|offer|mention|introduce)\b", re.IGNORECASE)
"""Each of these makes a sentence of the tutor's."""
SECTIONS = (
    "Aim", "Targets", "The lesson", "Which rule wins", "How you speak", "What you hear", "Pace", "Level", "Language",
    "Time", "Notes", "Correction", "Care",
)  # fmt: skip
HOME = "pt"
"""What the learner speaks at home; no profile teaches it."""
MOST_ABSOLUTES = 2
"""Where everything is never or always, nothing is."""


def plan(key: str) -> LessonPlan:
    return plan_for(PROFILES[key], Settings(), HOME)


def told(key: str) -> str:
    """The instructions in one line, so that a line's end hides nothing."""
    return " ".join(plan(key).instructions.split())


def own(key: str) -> str:
    return " ".join(own_words(PROFILES[key]).split())


def sentences_with(word: str, text: str) -> list[str]:
    return [sentence for sentence in re.split(r"(?<=[.?!]) ", text) if re.search(word, sentence, re.IGNORECASE)]


def test_who_begins_offline_with_something_else_than_the_name_says_is_told_so() -> None:
    heads = list_heads([PROMPTS / "lessons"])
    unnamed = [each for each in PROFILES.values() if each.level and not each.offline_lesson]
    at_its_level = [each for each in unnamed if has_level(heads, each.language, each.level)]  # else a remark says it
    assert {each.key for each in at_its_level} == {"spanish-cafe"}
    assert all("offline" in each.description for each in at_its_level)
    first = lesson_for(heads, "es", "A1")
    assert first is not None and first.name == "es-a1-first-words"
    greeting = Guide(load_script(first.name, [PROMPTS / "lessons"])).greet().text
    assert "First come hello and names. In unit three we order." in greeting.partition(" (")[0]


# ---- one rule does not contradict another ---------------------------------------------------------------------------


@pytest.mark.parametrize("key", LESSONS)
def test_an_opening_is_no_longer_than_a_greeting_may_be(key: str) -> None:
    profile = PROFILES[key]
    asked = SAID_IN_AN_OPENING.findall(profile.opening)
    assert 1 <= len(asked) <= sentences_in_turn(profile.level) + MORE_SENTENCES, asked


@pytest.mark.parametrize("key", LESSONS)
def test_no_step_shows_a_phrase_at_greater_length_than_a_turn_has(key: str) -> None:
    assert not re.search(r"(?<!let them )\bsay (?:yours|it|the \w+) twice", own(key), re.IGNORECASE)


@pytest.mark.parametrize("key", LESSONS)
def test_a_choice_of_two_answers_comes_when_an_open_question_has_failed(key: str) -> None:
    for sentence in sentences_with(r"either-or|two answers to choose", told(key)):
        assert re.search(r"twice|fail|smaller", sentence), sentence
    assert "Begin with either-or" not in told(key)


@pytest.mark.parametrize("key", [key for key in LESSONS if PROFILES[key].correction == "recast"])
def test_a_profile_of_recasts_has_no_rule_of_correction_of_its_own(key: str) -> None:
    assert not re.search(r"\bcorrect|\bwrong\b|let them choose|the next time", own(key))
    assert "Say it right inside your reply and go on." in told(key)


@pytest.mark.parametrize("key", [key for key in LESSONS if PROFILES[key].correction != "flow"])
def test_after_a_correction_a_lesson_can_end(key: str) -> None:
    assert "hand the turn back with your next question, except when you close" in told(key)


@pytest.mark.parametrize("key", [key for key in LESSONS if sentences_with("present tense", told(key))])
def test_today_s_targets_are_within_the_level(key: str) -> None:
    assert all("except in today's targets" in sentence for sentence in sentences_with("present tense", told(key)))


@pytest.mark.parametrize("key", KEYS)
def test_few_words_are_absolute(key: str) -> None:
    found = re.findall(r"\b(?:never|always)\b", told(key), re.IGNORECASE)
    assert len(found) <= MOST_ABSOLUTES


@pytest.mark.parametrize("key", LESSONS)
def test_it_is_said_once_which_rule_wins(key: str) -> None:
    headings = re.findall(r"^## (.*)$", plan(key).instructions, re.MULTILINE)
    assert [heading for heading in headings if not heading.endswith("that fits")] == list(SECTIONS)


# ---- nothing is asked that a model cannot do ------------------------------------------------------------------------


@pytest.mark.parametrize("key", KEYS)
def test_nobody_is_told_to_wait_or_to_be_silent_without_a_tool_for_it(key: str) -> None:
    """A model is woken when a turn has ended, and has to answer then."""
    text = told(key)
    assert not re.search(r"\bwait\b(?! tables)|do not interrupt|do not fill|stay silent|let them finish", text)
    if "wait_for_learner" in own(key) or "keep listening" in own(key):
        assert "wait_for_learner" in PROFILES[key].tools


@pytest.mark.parametrize("key", KEYS)
def test_nobody_is_told_to_watch_the_clock(key: str) -> None:
    asked = f"{told(key)} {plan(key).opening}"
    assert not re.search(r"(?<!one-)\b(?:minutes?|seconds|half an hour|two thirds)\b", asked)


@pytest.mark.parametrize("key", KEYS)
def test_nobody_is_told_what_did_not_happen_or_to_remember_a_whole_lesson(key: str) -> None:
    assert not re.search(r"has chosen|remember what", told(key), re.IGNORECASE)


@pytest.mark.parametrize("key", [key for key in LESSONS if re.search("debrief", own(key), re.IGNORECASE)])
def test_a_debrief_is_from_notes(key: str) -> None:
    assert "Debrief, from your notes" in own(key)
    assert {"note_correction", "note_word"} <= set(PROFILES[key].tools)


# ---- what every tutor is told ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(
    "rule",
    [
        "You are a computer program in a part.",
        "Do not ask for full name, age, address, school, employer or telephone number",
        "If they seem to be a child",
        "If someone is in distress or danger",
        "Nothing sexual, hateful or cruel",
        "An accent is not unclear speech.",
        "One question at a time, then stop.",
        "Asked to repeat: the same sentence, more slowly.",
    ],
)
def test_every_tutor_takes_care_and_listens_well(key: str, rule: str) -> None:
    assert rule in told(key)


@pytest.mark.parametrize("key", LESSONS)
@pytest.mark.parametrize(
    "rule",
    [
        "react to what they meant in at most 6 words",
        "Vary: no praise and no first word twice in a row.",
        "Leave the answer to the learner",
        "When they turn to something else, go with them for a turn or two",
        "call wait_for_learner and say nothing",
        "You have no clock. Count turns. A note that begins with Lesson clock says when to close.",
        "note_correction and note_word are quick and silent",
        "An accent, a name, a filler, a single foreign word is no change of language. Any third language",
        "the same accent throughout",
    ],
)
def test_every_teacher_keeps_the_same_manners(key: str, rule: str) -> None:
    assert rule in told(key)


def test_help_comes_in_the_language_of_the_learner_s_system() -> None:
    for profile in PROFILES.values():
        assert profile.native_language == "", "an own one would be stronger than the learner's system"
    korean = plan_for(PROFILES["english-first-words"], Settings(), "ko").instructions
    assert "In Korean, one short sentence" in korean


# ---- each profile ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "holds", "lacks"),
    [
        (
            "korean-tutor",
            ["감사합니다", "죄송해요", "천, 이천 to 만 원", "standard Seoul Korean"],
            ["Busan", "ten minutes"],
        ),
        ("korean-b1", ["goes into the notes", "note_word"], ["Point out a word"]),
        ("english-first-words", ["offer two answers"], []),
        ("english-numbers", ["an invented telephone number"], []),
        (
            "english-cafe",
            ["Nothing is corrected in it", "correct only the one phrase", "as Correction says"],
            ["each time", "from the second visit on"],
        ),
        ("spanish-cafe", ["no queda, no quedan"], []),
        ("japanese-travel", ["ありがとうございます", "二泊", "何名様ですか", "円"], []),
        ("french-debate", ["convaincu(e)"], ["counterpart at once", "whenever"]),
        ("english-interview", ["ask for an example"], ["Note aloud"]),
        ("german-office", ["Passt es Ihnen am …?", "Können wir das auf … verschieben?"], []),
        ("mandarin-first-steps", ["谢谢。再见。", "我妈妈"], ["let them choose"]),
    ],
)
def test_a_profile_teaches_what_its_first_lesson_needs(key: str, holds: list[str], lacks: list[str]) -> None:
    assert [phrase for phrase in holds if phrase not in own(key)] == []
    assert [phrase for phrase in lacks if phrase in own(key)] == []


@pytest.mark.parametrize(("key", "voice"), [("english-numbers", "marin"), ("japanese-travel", "marin")])
def test_a_woman_has_a_woman_s_voice(key: str, voice: str) -> None:
    profile: PromptProfile = PROFILES[key]
    assert profile.voice == voice
