from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import tomllib
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.config.conftest import Loader
from tutor_tui.config.save import SettingsFile
from tutor_tui.config.schema import settings_schema
from tutor_tui.config.settings_file import read_settings_file
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.setting_field import Value
from tutor_tui.core.settings import setting_fields, value_of

Unprivileged = Callable[[], AbstractContextManager[Path]]
HAND_WRITTEN = """\
# my settings
[tutor]
kind = "offline"   # no money this month

[sound]
# the good headset
input_device = "USB"
echo_mode = 'headphones'

[keys]
mute = "f2"
"""


def test_a_new_file_is_private_and_so_is_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "new" / "tutor-tui" / "config.toml"
    previous = os.umask(0o002)
    try:
        SettingsFile(path).save("screen.debug", True)
    finally:
        os.umask(previous)
    assert tomllib.loads(path.read_text()) == {"screen": {"debug": True}}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_new_file_names_its_schema_and_has_it_beside_it(config_file: Path) -> None:
    SettingsFile(config_file).save("screen.debug", True)
    assert config_file.read_text() == "#:schema ./config.schema.json\n\n[screen]\ndebug = true\n"
    schema = config_file.with_name("config.schema.json")
    assert json.loads(schema.read_text()) == settings_schema()
    schema.write_text("of an older version")
    SettingsFile(config_file).save("screen.debug", False)
    assert json.loads(schema.read_text()) == settings_schema()


def test_a_file_of_the_learner_s_own_gets_no_schema_unless_it_names_it(config_file: Path) -> None:
    schema = config_file.with_name("config.schema.json")
    config_file.write_text(HAND_WRITTEN)
    SettingsFile(config_file).save("tutor.kind", "openai")
    assert not schema.exists()
    config_file.write_text(f"#:schema ./config.schema.json\n{HAND_WRITTEN}")
    SettingsFile(config_file).save("tutor.kind", "openai")
    assert schema.exists()


def test_a_schema_that_cannot_be_written_costs_no_setting(config_file: Path) -> None:
    config_file.with_name("config.schema.json").mkdir()
    SettingsFile(config_file).save("screen.debug", True)
    assert tomllib.loads(config_file.read_text()) == {"screen": {"debug": True}}


def test_comments_order_and_everything_else_stay(config_file: Path) -> None:
    config_file.write_text(HAND_WRITTEN)
    SettingsFile(config_file).save("tutor.kind", "openai")
    SettingsFile(config_file).save("keys.mute", "f3")
    expected = HAND_WRITTEN.replace('"offline"', '"openai"').replace('"f2"', '"f3"')
    assert config_file.read_text() == expected
    SettingsFile(config_file).save("lesson.pace", 0.75)
    assert config_file.read_text().startswith(expected)
    assert tomllib.loads(config_file.read_text())["lesson"] == {"pace": 0.75}


def test_every_setting_survives_the_way_to_the_file_and_back(loaded: Loader, config_file: Path) -> None:
    for each in setting_fields():
        kinds: dict[type[Value], Value] = {
            bool: True,
            float: each.high or 0.5,
            int: 500,
            str: "3x15" if each.pattern else (each.choices or ('a "b" \\ 한국',))[-1],
        }
        value = kinds[type(each.default)]
        SettingsFile(config_file).save(each.full_name, value)
        assert value_of(loaded().settings, each.full_name) == value


@pytest.mark.parametrize(
    "text",
    [
        'sound.echo_mode = "headphones"\ntutor.model = "x"\n',
        'sound = { echo_mode = "headphones", input_device = "USB" }\n',
        '[sound]\necho_mode = "headphones"\n[tutor]\nmodel = "x"\n[keys]\n[sound.more]\na = 1\n',
        '﻿[sound]\r\necho_mode = "headphones"\r\n# end\r\n',
    ],
)
def test_other_ways_of_writing_toml_are_changed_too(text: str, config_file: Path) -> None:
    config_file.write_bytes(text.encode())
    before = tomllib.loads(text.removeprefix("﻿").replace("\r\n", "\n"))
    SettingsFile(config_file).save("sound.echo_mode", "speakers")
    before["sound"]["echo_mode"] = "speakers"
    assert tomllib.loads(config_file.read_bytes().decode()) == before


def test_an_edit_made_meanwhile_is_kept(config_file: Path) -> None:
    file = SettingsFile(config_file)
    file.save("screen.debug", True)
    config_file.write_text(config_file.read_text() + '\n[tutor]\nmodel = "mine"  # typed in an editor\n')
    file.save("screen.debug", False)
    assert "# typed in an editor" in config_file.read_text()
    assert tomllib.loads(config_file.read_text()) == {"screen": {"debug": False}, "tutor": {"model": "mine"}}


@pytest.mark.slow
def test_two_programs_saving_at_once_lose_nothing(config_file: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tutor_tui.config.save import SettingsFile\n"
        "for number in range(40): SettingsFile(Path(sys.argv[1])).save(f'keys.{sys.argv[2]}{number}', 'f1')"
    )
    programs = [subprocess.Popen([sys.executable, "-c", code, str(config_file), name]) for name in ("a", "b")]
    assert [program.wait(60) for program in programs] == [0, 0]
    assert len(tomllib.loads(config_file.read_text())["keys"]) == 80


def test_a_link_stays_a_link(config_file: Path, tmp_path: Path) -> None:
    real = tmp_path / "dotfiles" / "tutor.toml"
    real.parent.mkdir()
    real.write_text(HAND_WRITTEN)
    config_file.symlink_to(real)
    SettingsFile(config_file).save("tutor.kind", "openai")
    assert config_file.is_symlink()
    assert tomllib.loads(real.read_text())["tutor"]["kind"] == "openai"


def test_no_write_permission_is_said_and_nothing_is_lost(unprivileged: Unprivileged) -> None:
    with unprivileged() as folder:
        path = folder / "config.toml"
        path.write_text(HAND_WRITTEN)
        folder.chmod(0o500)
        with pytest.raises(Problem, match=r"could not be saved in .*: Permission denied") as caught:
            SettingsFile(path).save("tutor.kind", "openai")
        assert "holds for this lesson" in caught.value.hint
        assert caught.value.exit_code == ExitCode.USAGE
        assert path.read_text() == HAND_WRITTEN
        assert [each.name for each in folder.iterdir()] == ["config.toml"]
        with pytest.raises(Problem, match="could not be saved"):
            SettingsFile(folder / "below" / "config.toml").save("tutor.kind", "openai")


def test_a_full_disk_leaves_the_old_file_and_no_other(config_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config_file.write_text(HAND_WRITTEN)

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Problem, match="No space left on device"):
        SettingsFile(config_file).save("tutor.kind", "openai")
    assert config_file.read_text() == HAND_WRITTEN
    assert [each.name for each in config_file.parent.iterdir()] == ["config.toml"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[tutor]\nmodel = \n", "is not TOML"),
        ("tutor = 3\n", "tutor is not a section"),
        ("[[tutor]]\nmodel = 'x'\n", "tutor is not a section"),
    ],
)
def test_a_file_spoilt_meanwhile_is_left_alone(text: str, reason: str, config_file: Path) -> None:
    config_file.write_text(text)
    with pytest.raises(Problem, match=reason):
        SettingsFile(config_file).save("tutor.kind", "openai")
    assert config_file.read_text() == text


def test_a_section_within_a_section_is_written_and_read(tmp_path: Path) -> None:
    """The learner's own spelling stays, and the line of each value is known."""
    file = tmp_path / "config.toml"
    file.write_text("[lesson] # mine\npace = 0.9\nvad.threshold = 0.3\n\n[keys]\nmute = 'f2'\n")
    SettingsFile(file).save("lesson.vad.silence_ms", 500)
    SettingsFile(file).save("lesson.profile", "korean-b1")
    SettingsFile(file).save("sound.echo_mode", "speakers")
    values = read_settings_file(file).values
    assert {name: found.value for name, found in values.items()} == {
        "lesson.pace": 0.9,
        "lesson.vad.threshold": 0.3,
        "lesson.vad.silence_ms": 500,
        "lesson.profile": "korean-b1",
        "sound.echo_mode": "speakers",
    }
    assert values["lesson.vad.threshold"].origin.place.endswith("line 3")
    assert "# mine" in file.read_text()


@pytest.mark.parametrize("before", ["", "[lesson]\npace = 0.9\n", "[lesson.vad]\nthreshold = 0.4\n", "[sound]\n"])
def test_a_section_within_a_section_is_begun_where_there_is_none(before: str, tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(before)
    SettingsFile(file).save("lesson.vad.silence_ms", 500)
    SettingsFile(file).save("lesson.pace", 0.8)
    found = read_settings_file(file).values
    assert (found["lesson.vad.silence_ms"].value, found["lesson.pace"].value) == (500, 0.8)
