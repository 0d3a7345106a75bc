"""The settings tree: every field can be parsed, refused with a sentence, and set."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from tests.support.paths import ROOT
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.setting_field import SettingField
from tutor_tui.core.settings import DialectName, Settings, setting_fields, value_of, with_labels, with_value

FIELDS = {field.full_name: field for field in setting_fields()}


@pytest.mark.parametrize("field", FIELDS.values(), ids=lambda field: field.full_name)
def test_each_field_explains_itself_and_accepts_its_default(field: SettingField) -> None:
    assert field.label and field.help_text.endswith(".") and field.env
    assert field.parse(field.default) == field.default
    assert value_of(Settings(), field.full_name) == field.default
    assert field.parse(str(field.default)) == field.default, "a form and the environment hand in texts"


SECTION = """
from dataclasses import dataclass
from typing import Literal
from tutor_tui.core.setting_field import setting

Kind = Literal["auto", "offline"]

@dataclass(frozen=True, slots=True)
class Section:
    kind: Kind = setting({kind}, "Kind", "Which one.")
    pace: float = setting({pace}, "Pace", "How fast.", low=0.0, high=1.5)
    debug: bool = setting({debug}, "Debug", "More figures.")
"""
RIGHT = {"kind": '"auto"', "pace": "0.5", "debug": "False"}


def test_a_default_that_its_type_does_not_allow_is_a_type_error(tmp_path: Path) -> None:
    cases: list[dict[str, str]] = [{}, {"kind": '"autoo"'}, {"kind": "1"}, {"pace": '"fast"'}, {"debug": '"no"'}]
    files = [tmp_path / f"case_{number}.py" for number in range(len(cases))]
    for file, wrong in zip(files, cases, strict=True):
        file.write_text(SECTION.format(**RIGHT | wrong))
    # A process of its own: mypy raises the recursion limit of the one it runs in.
    command = [sys.executable, "-m", "mypy", *map(str, files)]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout
    errors = sorted(re.findall(r"case_(\d)\.py:(\d+): error: .*\[(?:arg-type|assignment)\]", said))
    assert errors == [("1", "10"), ("2", "10"), ("3", "11"), ("4", "12")], said
    assert said.count("error:") == 4


def test_choices_are_what_the_type_allows() -> None:
    assert FIELDS["tutor.dialect"].choices == get_args(DialectName)
    assert FIELDS["tutor.model"].choices == ()


@pytest.mark.parametrize("name", ["tutor.transcription_model", "pipeline.transcribe_model"])
def test_a_model_that_cannot_write_down_a_lesson_is_refused_with_the_way_out(name: str) -> None:
    with pytest.raises(Problem) as refused:
        FIELDS[name].parse("gpt-live-transcribe")
    assert refused.value.title == f"{name} cannot be gpt-live-transcribe."
    assert refused.value.hint.endswith("Use gpt-transcribe.")
    assert FIELDS[name].parse("gpt-transcribe") == "gpt-transcribe"


def test_environment_names_are_unique_and_openai_s_own_is_kept() -> None:
    names = [field.env for field in FIELDS.values()]
    assert len(names) == len(set(names))
    assert FIELDS["tutor.base_url"].env == "OPENAI_BASE_URL"


@pytest.mark.parametrize(
    ("name", "raw", "allowed"),
    [
        ("sound.echo_mode", "earplugs", "headphones, speakers, half-duplex"),
        ("lesson.pace", "fast", "a number from 0.25 to 1.5, or 0"),
        ("lesson.pace", 7, "a number from 0.25 to 1.5, or 0"),
        ("lesson.pace", "0,75", "a number from 0.25 to 1.5, or 0, with a point: 0.75."),
        ("budget.day_usd", " 2,50", "a number from 0 to 10000, with a point: 2.50."),
        ("budget.day_usd", ",125", "a number from 0 to 10000, with a point: .125."),
        ("budget.day_usd", "1,000", "a number from 0 to 10000."),
        ("lesson.vad.silence_ms", "300,5", "a whole number from 200 to 8000, or 0."),
        ("lesson.pace", 0.1, "a number from 0.25 to 1.5, or 0"),
        ("lesson.vad.silence_ms", 100, "a whole number from 200 to 8000, or 0"),
        ("lesson.vad.silence_ms", 500.5, "a whole number from 200 to 8000, or 0"),
        ("lesson.vad.silence_ms", 10**400, "a whole number from 200 to 8000, or 0"),
        ("lesson.vad.threshold", 1.01, "a number from 0.05 to 1, or 0"),
        ("lesson.vad.prefix_padding_ms", float("nan"), "a whole number from 50 to 2000, or 0"),
        ("lesson.vad.eagerness", "eager", "low, medium, high, auto"),
        ("lesson.pace", True, "a number"),
        ("tutor.insecure", "perhaps", "true or false"),
        ("tutor.model", ["a"], "a text"),
        ("tutor.model", True, "a text"),
    ],
)
def test_bad_values_are_refused_with_what_is_allowed(name: str, raw: object, allowed: str) -> None:
    with pytest.raises(Problem) as refused:
        FIELDS[name].parse(raw)
    assert name in refused.value.title and allowed in refused.value.hint
    assert refused.value.exit_code is ExitCode.USAGE


@pytest.mark.parametrize(("word", "value"), [("1", True), ("Yes", True), ("off", False), ("", False)])
def test_yes_and_no_in_words(word: str, value: bool) -> None:
    assert FIELDS["screen.debug"].parse(word) is value


@pytest.mark.parametrize("name", ["lesson.vad.silence_ms", "lesson.vad.threshold", "lesson.pace"])
def test_0_and_an_emptied_field_leave_a_number_to_something_else(name: str) -> None:
    assert FIELDS[name].parse(0) == FIELDS[name].parse("") == 0


@pytest.mark.parametrize("raw", [500, 500.0, "500", "500.0"])
def test_whole_numbers_stay_whole(raw: object) -> None:
    value = FIELDS["lesson.vad.silence_ms"].parse(raw)
    assert value == 500
    assert isinstance(value, int)


def test_a_value_is_set_in_its_place_only() -> None:
    changed = with_value(Settings(), "sound.echo_mode", "speakers")
    assert changed.sound.echo_mode == "speakers"
    assert changed.lesson == Settings().lesson


@pytest.mark.parametrize("field", FIELDS.values(), ids=lambda field: field.full_name)
def test_a_sentence_can_call_each_setting_as_the_form_does(field: SettingField) -> None:
    assert with_labels(f"{field.full_name} cannot be 1.") == f"“{field.label}” cannot be 1."
    assert with_labels(f"In x.{field.full_name}.toml") == f"In x.{field.full_name}.toml"
