"""Answers typed in Latin letters at A1: understood by their sound, and shown as they are written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.paths import LESSONS
from tutor_tui.offline_server.lesson import romanised_typing
from tutor_tui.offline_server.lesson.guide import Guide
from tutor_tui.offline_server.lesson.judging import Verdict
from tutor_tui.offline_server.lesson.romanised_typing import judged, sounds_like
from tutor_tui.offline_server.lesson.script import LessonScript
from tutor_tui.offline_server.lesson.script_file import load_script

CHINESE = """
title = "First words"
language = "zh"
native_language = "en"
level = "A1"
greeting = "你好！"
closing = "再见！"
[slot.name]
words = ["安娜", "汤姆"]
open = 8
[[step]]
say = "你好！"
expect = ["[<name>] 你好[吗]", "(您 | 大家)好"]
answer = "你好！"
[[step]]
say = "你叫什么名字？"
expect = ["[你好] 我(是 | 叫)<name>"]
answer = "我叫安娜。"
"""


@pytest.mark.parametrize(
    ("typed", "written", "language", "same"),
    [
        ("annyeonghaseyo", "안녕하세요.", "ko", True),
        ("Jeodo bangawoyo!", "저도 반가워요.", "ko", True),
        ("jeodo bangawo", "저도 반가워요.", "ko", False),
        ("ni hao", "你好！", "zh", True),
        ("konnichiwa", "こんにちは。", "ja", True),
        ("私はアンナです", "わたしは、アンナです。", "ja", True),
        ("私はトムです", "わたしは、アンナです。", "ja", False),
        ("こんにちは", "こんにちは。", "ja", True),
        ("p", "안녕하세요.", "ko", False),
        ("", "안녕하세요.", "ko", False),
        ("hola", "¡Hola!", "es", True),
    ],
)
def test_what_is_said_after_the_tutor_may_be_in_latin_letters(
    typed: str, written: str, language: str, same: bool
) -> None:
    assert sounds_like(typed, written, language) is same


def test_a_chinese_name_is_taken_whole() -> None:
    script = load_script("zh-a1-first-words", [LESSONS])
    asked = next(step for step in script.steps if "名字" in step.say)
    for name in ("Marco", "Lucia", "Tom"):
        assert judged(f"wo jiao {name}", asked, script.lists, script.level)[1] == f"我叫{name}"


def chinese(folder: Path) -> LessonScript:
    (folder / "zh.toml").write_text(CHINESE, encoding="utf-8")
    return load_script("zh", [folder])


def taken_for(script: LessonScript, step: int, text: str) -> tuple[Verdict, str]:
    judgement, written = judged(text, script.steps[step], script.lists, script.level)
    return judgement.verdict, written


RIGHT = [
    ("ko-a1-first-words", 0, "annyeonghaseyo", "안녕하세요."),
    ("ko-a1-first-words", 0, "An-nyeong ha se yo!", "안녕하세요."),
    ("ko-a1-first-words", 1, "jeoneun marco yeyo", "저는 Marco예요"),
    ("ko-a1-first-words", 1, "jeoneunmarcoyeyo", "저는 Marco예요"),
    ("ko-a1-first-words", 1, "Je ireumeun Tom-ieyo.", "제 이름은 톰이에요"),
    ("ko-a1-first-words", 4, "gamsahamnida", "감사합니다."),
    ("ko-a1-likes", 3, "jeoneun eumageul joahaeyo", "저는 음악을 좋아해요."),
    ("ko-a1-likes", 3, "yeonghwareul joahaeyo", "영화를 좋아해요."),
    ("ko-a1-ordering", 1, "keopi han jan juseyo", "커피 한 잔 주세요."),
    ("ja-a1-first-words", 0, "konnichiwa", "こんにちは。"),
    ("ja-a1-first-words", 0, "watashi wa anna desu", "わたしはアンナです"),
    ("ja-a1-first-words", 0, "watashi wa marco desu", "わたしはMarcoです"),
    ("ja-a1-first-words", 4, "arigatō gozaimasu", "ありがとうございます。"),
    ("ja-a1-first-words", 4, "arigatou gozaimasu", "ありがとうございます。"),
    ("ja-a1-first-words", 4, "arigato gozaimasu", "ありがとうございます。"),
    ("ja-a1-cafe", 1, "kōhī o kudasai", "コーヒーをください。"),
    ("ja-a1-cafe", 1, "koohii o kudasai", "コーヒーをください。"),
]


@pytest.mark.parametrize(("lesson", "step", "typed", "written"), RIGHT)
def test_what_sounds_right_is_right(lesson: str, step: int, typed: str, written: str) -> None:
    assert taken_for(load_script(lesson, [LESSONS]), step, typed) == (Verdict.RIGHT, written)


def test_pinyin_is_understood_with_and_without_tones(tmp_path: Path) -> None:
    script = chinese(tmp_path)
    assert taken_for(script, 0, "ni hao") == taken_for(script, 0, "Nǐ hǎo!") == (Verdict.RIGHT, "你好！")
    assert taken_for(script, 1, "wo shi Anna") == (Verdict.RIGHT, "我是安娜")
    assert taken_for(script, 1, "ni hao wo jiao Marco") == (Verdict.RIGHT, "你好我叫Marco")


@pytest.mark.parametrize(
    ("step", "typed"),
    [
        (0, "annyonghaseyo"),  # ㅛ is not ㅕ
        (0, "annyeonghasayo"),
        (1, "jonun anna yeyo"),
        (4, "kamsahamnida"),
        (4, "thank you"),
        (0, "bonjour"),
    ],
)
def test_what_sounds_otherwise_is_not(step: int, typed: str) -> None:
    verdict, written = taken_for(load_script("ko-a1-first-words", [LESSONS]), step, typed)
    assert verdict is not Verdict.RIGHT and written == ""


def test_a_mistake_is_one_in_latin_letters_too() -> None:
    script = load_script("ko-a1-first-words", [LESSONS])
    assert taken_for(script, 1, "jeoneun anna") == (Verdict.SLIP, "저는 안나")


def test_requests_and_answers_in_the_script_are_judged_as_ever() -> None:
    script = load_script("ko-a1-first-words", [LESSONS])
    assert taken_for(script, 1, "I don't know") == (Verdict.REQUEST, "")
    assert taken_for(script, 1, "저는 안나예요") == (Verdict.RIGHT, "")


def test_beyond_a1_the_script_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    script = load_script("ko-a1-first-words", [LESSONS])
    monkeypatch.setattr(romanised_typing, "_in_script", None)  # nothing is looked for
    later = replace(script, level="A2")
    assert taken_for(later, 0, "annyeonghaseyo")[0] is not Verdict.RIGHT
    english = load_script("en-a1-first-words", [LESSONS])
    assert taken_for(english, 1, "qwertz asdf")[1] == ""


def test_a_line_that_leads_nowhere_is_given_up_at_once() -> None:
    script = load_script("ko-a1-likes", [LESSONS])
    for line in ("ne " * 39, "ne" * 24, "ne " * 11 + "xyz"):
        assert taken_for(script, 3, line)[1] == ""


def test_the_guide_answers_and_shows_the_line_in_the_script() -> None:
    script = load_script("ko-a1-first-words", [LESSONS])
    guide = Guide(script)
    guide.start_at(1)
    reply = guide.answer(" jeoneun marco yeyo ")
    assert reply.text.startswith("(jeoneun marco yeyo → 저는 Marco예요) Marco 씨, 반가워요!")
    history = [("user", "jeoneun marco yeyo"), ("assistant", reply.text)]
    assert Guide(script, [("assistant", Guide(script).greet().text), *history]).expected  # taken up again
    guide.start_at(0)
    assert "→" not in guide.answer("안녕하세요").text
