"""The settings file's JSON Schema: whole, and never laxer than `load`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tests.config.conftest import Loader
from tests.config.test_load import BAD_FILES, SAMPLES
from tutor_tui.config.renamed import RENAMED
from tutor_tui.config.schema import settings_schema
from tutor_tui.core.actions import ACTIONS
from tutor_tui.core.problems import Problem
from tutor_tui.core.setting_field import SettingField
from tutor_tui.core.settings import setting_fields

SCHEMA = Draft202012Validator(settings_schema())
FIELDS = list(setting_fields())


def document(section: str, name: str, value: object) -> dict[str, Any]:
    found: dict[str, Any] = {name: value}
    for part in reversed(section.split(".")):
        found = {part: found}
    return found


def property_of(section: str, name: str) -> dict[str, Any]:
    found = settings_schema()
    for part in (*section.split("."), name):
        found = found["properties"][part]
    return found


def names_in(schema: dict[str, Any], prefix: str = "") -> Iterator[str]:
    """The full name of each setting that a schema knows; those that are out of date aside."""
    for name, described in schema["properties"].items():
        if "properties" in described:
            yield from names_in(described, f"{prefix}{name}.")
        elif not described.get("deprecated"):
            yield f"{prefix}{name}"


def is_toml(text: str) -> bool:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


def test_it_is_a_schema_and_knows_every_setting() -> None:
    Draft202012Validator.check_schema(settings_schema())
    known = sorted(names_in(settings_schema()))
    assert known == sorted([*(each.full_name for each in FIELDS), *(f"keys.{each.id}" for each in ACTIONS)])
    assert settings_schema()["additionalProperties"] is False


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.full_name)
def test_every_setting_is_described_and_its_default_accepted(field: SettingField) -> None:
    described = property_of(field.section, field.name)
    assert described["description"] == field.help_text
    assert described["default"] == field.default
    assert SCHEMA.is_valid(document(field.section, field.name, field.default))
    sample = SAMPLES.get(field.full_name, ("something", "something"))[1]
    assert SCHEMA.is_valid(document(field.section, field.name, sample))


def test_every_key_has_a_title() -> None:
    assert all(each["title"] for each in settings_schema()["properties"]["keys"]["properties"].values())


@pytest.mark.parametrize("old", RENAMED)
def test_an_old_name_is_known_and_deprecated(old: str) -> None:
    section, _, name = old.partition(".")
    described = settings_schema()["properties"][section]["properties"][name]
    new = RENAMED[old].rpartition(".")[2]
    assert described["deprecated"] is True
    assert described["description"] == f"This is called {new} now."
    assert SCHEMA.is_valid(document(section, name, described["default"]))
    assert not SCHEMA.is_valid(document(section, name, "nonsense"))


def test_numbers_have_their_limits() -> None:
    seconds = settings_schema()["properties"]["pipeline"]["properties"]["record_seconds"]
    assert (seconds["type"], seconds["minimum"], seconds["maximum"]) == ("number", 0.0, 120.0)
    pauses = (0, 200, 500.0, 8_000), (100, 8_001, 500.5, "500")
    paces = (0, 0.25, 1.5), (0.1, 1.6)
    for section, name, right, wrong in (("lesson.vad", "silence_ms", *pauses), ("lesson", "pace", *paces)):
        assert all(SCHEMA.is_valid(document(section, name, value)) for value in right)
        assert not any(SCHEMA.is_valid(document(section, name, value)) for value in wrong)


@pytest.mark.parametrize("text", [text for text, _ in BAD_FILES if is_toml(text)])
def test_what_load_refuses_the_schema_refuses(text: str) -> None:
    found = tomllib.loads(text)
    if "nan" in text:  # no JSON value: an editor cannot ask
        return
    assert not SCHEMA.is_valid(found)


@given(
    st.sampled_from(FIELDS),
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.lists(st.integers())
    | st.sampled_from([10, 20.0, "10", "auto", "ga", "true", "0.8", 0, 1, 1.5, 1.6, -0.1, {}]),
)
def test_what_the_schema_accepts_load_accepts(field: SettingField, value: object) -> None:
    if not SCHEMA.is_valid(document(field.section, field.name, value)):
        return
    try:
        field.parse(value)
    except Problem as problem:
        raise AssertionError(f"{field.full_name} = {value!r}") from problem


def test_both_ways_to_write_a_block_are_accepted(loaded: Loader, config_file: Path) -> None:
    for written in ('"10"', "10", "10.0"):
        config_file.write_text(f"[sound]\nblock_ms = {written}\n")
        assert SCHEMA.is_valid(tomllib.loads(config_file.read_text()))
        assert loaded().settings.sound.block_ms == "10"


def test_keys_are_names() -> None:
    assert SCHEMA.is_valid({"keys": {"mute": "f2"}})
    assert not SCHEMA.is_valid({"keys": {"mute": " "}})
    assert not SCHEMA.is_valid({"keys": {"muet": "f2"}})
