"""Since and for in English: the tense and the little word are mended together, and what is right stays right."""

from __future__ import annotations

import pytest

from tests.offline_server.lesson.scripts import step
from tests.support.paths import LESSONS, PROMPTS
from tutor_tui.offline_server.lesson.judging import Verdict, judge
from tutor_tui.offline_server.lesson.script_file import load_script
from tutor_tui.offline_server.lesson.word_lists import WordLists, word_lists

ANY = step("How long?", "zebra", answer="zebra")


def english() -> WordLists:
    return word_lists("en", [PROMPTS / "words"])  # which remembers what it has read


@pytest.mark.parametrize(
    ("said", "better"),
    [
        ("I live in Madrid since two years.", "I have lived in Madrid for two years."),
        ("We live in the north of Spain since a year.", "We have lived in the north of Spain for a year."),
        ("I live since two years in Madrid.", "I have lived for two years in Madrid."),
        ("I work as a nurse since 5 years.", "I have worked as a nurse for 5 years."),
        ("My brother works in a factory since ten years.", "My brother has worked in a factory for ten years."),
        ("I know him since three years.", "I have known him for three years."),
        ("I have a dog since two years.", "I have had a dog for two years."),
        ("I'm a teacher since ten years.", "I have been a teacher for ten years."),
        ("I am learning English since a long time.", "I have been learning English for a long time."),
        ("It is broken since two days and it is cold.", "It has been broken for two days and it is cold."),
        ("I live in Madrid since 2020.", "I have lived in Madrid since 2020."),
        ("He works in Berlin since last year.", "He has worked in Berlin since last year."),
        ("I live in Madrid for two years.", "I have lived in Madrid for two years."),
        ("I know Anna for ten years.", "I have known Anna for ten years."),
        ("I have been here since two years.", "I have been here for two years."),
        ("I lived there since two years.", "I lived there for two years."),
        ("Since two years.", "For two years."),
        ("I don't smoke since two years.", ""),  # nobody knows the right form: what is wrong is said, and no more
        ("Since two years I live in Madrid.", ""),
    ],
)
def test_both_are_mended(said: str, better: str) -> None:
    judged = judge(said, ANY, english())
    assert (judged.verdict, judged.better) == (Verdict.SLIP, better)
    assert judged.prompt


@pytest.mark.parametrize(
    "said",
    [
        "I have lived in Madrid for two years.",
        "I've been working there since 2019.",
        "I live in Madrid since my job is here.",
        "I live in Madrid, since two of my brothers live here.",
        "I live here since last year was so hard at home.",
        "I study English for two hours every day.",
        "Every summer I live in Spain for two months.",
        "First I live in Madrid for two years, then I go home.",
        "If I live in Madrid for two years, I will speak well.",
        "I want to live in Madrid for two years.",
        "I stay here for two years.",
        "I am here for two weeks.",
        "It is two years since I came here.",
        "It is a long time since I lived there.",
        "I moved here two years ago and I live with my family.",
        "I have lived here since a long time ago.",
        "I have known her since I was young.",
        "I have two children, since three is too many.",
        "I have a dog since I like animals.",
        "I am tired since I got up at five.",
        "I know a lot of people since I work in a bar.",
        "I am a teacher and I have worked since 2010.",
        "I live in a small town. Since 2010 it has grown.",
    ],
)
def test_what_is_right_is_left_alone(said: str) -> None:
    assert judge(said, ANY, english()).verdict is not Verdict.SLIP


@pytest.mark.parametrize(
    ("lesson", "asked", "said", "better"),
    [
        (
            "en-level-test",
            "How long have you lived",
            "I live in Madrid since two years.",
            "I have lived in Madrid for two years.",
        ),
        (
            "en-b1-work-and-plans",
            "how long have you been doing",
            "I teach since two years.",
            "I have been doing it for two years.",
        ),
        (
            "en-b1-work-and-plans",
            "Introduce yourself",
            "I work in a bank since six years.",
            "I have been working there for six years.",
        ),
    ],
)
def test_where_a_lesson_asks_how_long_the_learners_own_number_comes_back(
    lesson: str, asked: str, said: str, better: str
) -> None:
    script = load_script(lesson, [LESSONS])
    (question,) = (each for each in script.steps if asked in each.say)
    assert judge(said, question, script.lists).better == better
