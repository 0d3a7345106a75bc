from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.config.conftest import Loader
from tutor_tui.config.load import load, settings_table
from tutor_tui.config.paths import Folders, shown
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.setting_field import SettingField
from tutor_tui.core.settings import Settings, setting_fields, value_of

Unprivileged = Callable[[], AbstractContextManager[Path]]
SAMPLES: dict[str, tuple[str, object]] = {
    "tutor.kind": ("offline", "offline"),
    "tutor.insecure": ("true", True),
    "tutor.fallback": ("offline", "offline"),
    "tutor.dialect": ("azure", "azure"),
    "tutor.max_output_tokens": ("4096", 4_096),
    "tutor.temperature": ("0.8", 0.8),
    "learner.keep": ("yes", "yes"),
    "learner.facts": ("false", False),
    "lesson.level": ("B1", "B1"),
    "lesson.correction": ("strict", "strict"),
    "lesson.minutes": ("15", "15"),
    "lesson.turn_taking": ("patient", "patient"),
    "lesson.vad.silence_ms": ("500", 500),
    "lesson.vad.threshold": ("0.5", 0.5),
    "lesson.vad.prefix_padding_ms": ("300", 300),
    "lesson.vad.eagerness": ("auto", "auto"),
    "lesson.pace": ("0.75", 0.75),
    "lesson.weather_url": ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
    "pipeline.record_seconds": ("5", 5.0),
    "sound.pause_at_voice": ("off", False),
    "sound.echo_mode": ("speakers", "speakers"),
    "sound.gain_db": ("12", 12.0),
    "sound.block_ms": ("10", "10"),
    "offline.conversation": ("chat", "chat"),
    "offline.speech_to_text": ("whisper", "whisper"),
    "offline.whisper_download": ("1", True),
    "screen.theme": ("tutor-day", "tutor-day"),
    "screen.captions": ("first letters", "first letters"),
    "library.keep": ("no", False),
    "library.record": ("yes", True),
    "budget.lesson_usd": ("0.5", 0.5),
    "budget.day_usd": ("2", 2.0),
    "budget.month_usd": ("20", 20.0),
    "budget.at_limit": ("offline", "offline"),
    "screen.debug": ("yes", True),
    "learner.goal": ("3x15", "3x15"),
    "learner.report": ("no", False),
}
"""For each setting that does not take any text: a value as an environment variable gives it, and what becomes of it."""


def message(load: Callable[[], object]) -> str:
    with pytest.raises(Problem) as caught:
        load()
    assert caught.value.exit_code == ExitCode.USAGE
    return str(caught.value)


# ---- the order of sources -------------------------------------------------------------------------------------------


def test_without_any_source_all_is_default(loaded: Loader) -> None:
    configuration = loaded()
    assert configuration.settings == Settings()
    assert all(configuration.origin_of(each.full_name).kind == "default" for each in setting_fields())
    assert configuration.key is None


def test_each_source_beats_the_one_before_it(loaded: Loader, home: Path, config_file: Path) -> None:
    project = home / "project"
    project.mkdir()

    def sources() -> tuple[object, str]:
        configuration = loaded(environ, options)
        return configuration.settings.tutor.model, str(configuration.origin_of("tutor.model"))

    environ: dict[str, str] = {}
    options: dict[str, tuple[str, object]] = {}
    config_file.write_text('[tutor]\n# the one I like\nmodel = "from-file"\n')
    assert sources() == ("from-file", f"file: {config_file}, line 3")
    config_file.with_name(".env").write_text("TUTOR_TUI_TUTOR_MODEL=from-own-env\n")
    assert sources() == ("from-own-env", f".env: TUTOR_TUI_TUTOR_MODEL in {config_file.with_name('.env')}")
    (project / ".env").write_text("TUTOR_TUI_TUTOR_MODEL=from-project-env\n")
    assert sources() == ("from-project-env", f".env: TUTOR_TUI_TUTOR_MODEL in {project / '.env'}")
    environ["TUTOR_TUI_TUTOR_MODEL"] = "from-environment"
    assert sources() == ("from-environment", "environment: TUTOR_TUI_TUTOR_MODEL")
    options["tutor.model"] = ("--model", "from-option")
    assert sources() == ("from-option", "command line: --model")


@pytest.mark.parametrize("field", list(setting_fields()), ids=lambda field: field.full_name)
def test_every_setting_can_be_set_by_its_variable(field: SettingField, loaded: Loader) -> None:
    text, value = SAMPLES.get(field.full_name, ("something", "something"))
    configuration = loaded({field.env: text})
    assert value_of(configuration.settings, field.full_name) == value
    assert configuration.origin_of(field.full_name).kind == "environment"


def test_an_empty_variable_counts_as_unset(loaded: Loader, home: Path, config_file: Path) -> None:
    config_file.with_name(".env").write_text("OPENAI_BASE_URL=http://localhost:8000/v1\nTUTOR_TUI_TUTOR_MODEL=\n")
    settings = loaded({"OPENAI_BASE_URL": "", "TUTOR_TUI_LESSON_PROFILE": " "}).settings
    assert settings.tutor.base_url == "http://localhost:8000/v1"
    assert settings.tutor.model == Settings().tutor.model
    assert settings.lesson.profile == Settings().lesson.profile


def test_the_key_comes_from_the_strongest_source_that_has_one(loaded: Loader, config_file: Path) -> None:
    env_file = config_file.with_name(".env")
    env_file.write_text("export OPENAI_API_KEY='sk-in-file'\n")
    for environ, value in [
        ({}, "sk-in-file"),
        ({"OPENAI_API_KEY": ""}, "sk-in-file"),
        ({"OPENAI_API_KEY": "sk-in-env"}, "sk-in-env"),
    ]:
        key = loaded(environ).key
        assert key is not None
        assert key.value == value
        assert value not in repr(key)
    env_file.unlink()
    empty = loaded({"OPENAI_API_KEY": ""}).key
    assert empty is not None
    assert empty.value == ""


def test_loading_leaves_the_process_environment_alone(loaded: Loader, config_file: Path) -> None:
    config_file.with_name(".env").write_text("OPENAI_API_KEY=sk-in-file\nOTHER=1\n")
    before = dict(os.environ)
    loaded()
    assert dict(os.environ) == before


def test_other_programs_variables_are_nothing_to_us(loaded: Loader, config_file: Path) -> None:
    config_file.with_name(".env").write_text("DATABASE_URL=postgres://u:p@h/db\n# a comment\n\nexport BARE\n")
    assert loaded().settings == Settings()


def test_numbers_and_dotted_keys_and_a_byte_order_mark_are_fine(loaded: Loader, config_file: Path) -> None:
    config_file.write_bytes("﻿sound.block_ms = 10\nsound.input_device = 3\n[keys]\nmute = 'f2'\n".encode())
    configuration = loaded()
    assert (configuration.settings.sound.block_ms, configuration.settings.sound.input_device) == ("10", "3")
    assert configuration.settings.keys == {"mute": "f2"}
    assert str(configuration.origin_of("sound.input_device")) == f"file: {config_file}, line 2"
    assert str(configuration.origin_of("keys.mute")) == f"file: {config_file}, line 4"


# ---- what is wrong is named -----------------------------------------------------------------------------------------


BAD_FILES: list[tuple[str, list[str]]] = [
    ("[tutor]\nmodel = \n", ["line 2, column 9", "not TOML: Invalid value"]),
    ('[tutor]\nmodel = "x\n', ["line 2", "not TOML"]),
    ("[tutor\n", ["line 1", "not TOML"]),
    ('[tutor]\nmodel = "x"\nmodel = "y"\n', ["line 3", "not TOML"]),
    ("[toutor]\n", ["line 1", "no section [toutor]", "Did you mean tutor?"]),
    ('profile = "korean-b1"\n', ["line 1", "no section [profile]"]),
    ("tutor = 3\n", ["line 1", "tutor has to be a section", "[tutor]"]),
    ('[tutor]\n\nmodell = "x"\n', ["line 3", "no setting tutor.modell", "Did you mean tutor.model?"]),
    ("[tutor]\nmodel = true\n", ["line 2", "tutor.model cannot be True", "a text"]),
    ("[tutor]\nmodel = [1]\n", ["line 2", "tutor.model cannot be [1]", "a text"]),
    ('[tutor]\nkind = "clowd"\n', ["line 2", "tutor.kind cannot be 'clowd'", "webrtc, pipeline, offline"]),
    ("[tutor]\nmax_output_tokens = 4097\n", ["line 2", "cannot be 4097", "a whole number from 100 to 4096"]),
    ("[tutor]\ntemperature = 0.5\n", ["line 2", "cannot be 0.5", "a number from 0.6 to 1.2, or 0"]),
    ("[sound]\nblock_ms = 30\n", ["line 2", "sound.block_ms cannot be 30", "one of 10, 20, 40"]),
    ('[learner]\ngoal = "often"\n', ["line 2", "learner.goal cannot be 'often'", "3 × 15 min"]),
    ("[lesson]\npace = 9\n", ["line 2", "lesson.pace cannot be 9", "from 0.25 to 1.5"]),
    (
        '[lesson]\nlevel = "A3"\n',
        ["line 2", "lesson.level cannot be 'A3'", "one of A1, A2, B1, B2, C1, C2, or nothing."],
    ),
    ("[lesson]\nminutes = 12\n", ["line 2", "lesson.minutes cannot be 12", "one of 0, 10, 15, 20, 30."]),
    ("[lesson]\npace = nan\n", ["line 2", "lesson.pace cannot be nan", "from 0.25 to 1.5"]),
    ('[screen]\ndebug = "perhaps"\n', ["line 2", "screen.debug cannot be 'perhaps'", "true or false"]),
    ("[keys]\nmute = 7\n", ["line 2", "keys.mute has to be the name of a key"]),
    ("keys = 1\n", ["line 1", "keys has to be a section"]),
]
"""What a settings file may not say, and what is answered."""
HARD_FILES: list[tuple[str, list[str]]] = [
    (f"[lesson]\npace = {'9' * 400}\n", ["line 2", "lesson.pace cannot be so large a number"]),
    (f"[lesson]\n\npace = {'9' * 5_000}\n", ["line 3", "a number is too long"]),
    (f"[tutor]\nmodel = 0x{'f' * 5_000}\n", ["line 2", "tutor.model cannot be so large a number"]),
    (f"[pipeline]\nrecord_seconds = 1{'0' * 60}\n", ["line 2", "pipeline.record_seconds cannot be so large"]),
    (f"[tutor]\nmodel = {'[' * 5_000}\n", ["line 2", "nested too deep"]),
    ("[tutor]\nmodel = " + "[\n" * 5_000, ["nested too deep"]),
    (f"[tutor]\nmodel = {'{a=' * 5_000}\n", ["line 2", "nested too deep"]),
    (f"\n{'a.' * 15_000}b = 1\n", ["line 2", "nested too deep"]),
    (f"[{'a.' * 15_000}b]\n", ["line 1", "nested too deep"]),
    ('[tutor]\nkind = "sk-proj-0123456789abcdef"\n', ["line 2", "tutor.kind cannot be '••••'"]),
    (f'[tutor]\nkind = "{"x" * 5_000}"\n', ["line 2", "tutor.kind cannot be 'xxxx", "…"]),
]
"""The same for what is hard even to read."""


@pytest.mark.parametrize(("text", "parts"), BAD_FILES + HARD_FILES, ids=lambda value: str(value)[:30])
def test_a_bad_file_is_named_with_line_and_key(text: str, parts: list[str], loaded: Loader, config_file: Path) -> None:
    config_file.write_text(text)
    said = message(loaded)
    assert all(part in said for part in [str(config_file), *parts]), said
    assert "\n" not in said
    assert len(said) < 400 + len(str(config_file))
    assert config_file.read_text() == text


def test_a_file_that_is_hard_to_read_is_refused_at_once(loaded: Loader, config_file: Path) -> None:
    began_s = time.process_time()
    for text in (f"{'a.' * 15_000}b = 1\n", f"x = {{{'a.' * 15_000}b = 1}}\n", "[a]\n" + "b." * 30_000 + "c = 1\n"):
        config_file.write_text(text)
        assert "nested too deep" in message(loaded)
    assert time.process_time() - began_s < 1.0  # tomllib takes 2 s for each, and more for longer ones


def test_a_file_that_is_not_text_is_named_with_its_line(loaded: Loader, config_file: Path) -> None:
    config_file.write_bytes(b"[tutor]\n# caf\xe9\n")
    assert f"{config_file}, line 2: this is not UTF-8 text." in message(loaded)


@pytest.mark.parametrize("name", ["config.toml", ".env"])
def test_a_folder_in_place_of_a_file_is_said(name: str, loaded: Loader, config_file: Path) -> None:
    config_file.with_name(name).mkdir()
    assert f"{config_file.with_name(name)} is a folder, not a file." in message(loaded)


@pytest.mark.parametrize("name", ["config.toml", ".env"])
def test_a_file_that_may_not_be_read_is_said(name: str, unprivileged: Unprivileged) -> None:
    with unprivileged() as home:
        path = home / "tutor-tui" / name
        path.parent.mkdir()
        path.write_text("")
        path.chmod(0)
        said = message(lambda: load({}, {}, home, Folders(path.parent, home, home)))
    assert f"{path} cannot be read: Permission denied." in said


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ('A=1\n\n\nOPENAI_API_KEY="sk-secret\n', 4, "a quotation mark is opened and not closed."),
        ("OPENAI_API_KEY='sk-secret\nB=2\n", 1, "a quotation mark is opened and not closed."),
        ("# mine\nsk-secret\n", 2, "this is not NAME=value."),
        ("OPENAI_API_KEY sk-secret\n", 1, "this is not NAME=value."),
    ],
)
def test_a_bad_env_file_is_named_with_its_line_and_without_its_words(
    text: str, line: int, why: str, loaded: Loader, config_file: Path
) -> None:
    path = config_file.with_name(".env")
    path.write_text(text)
    said = message(loaded)
    assert f"{path}, line {line}: {why}" in said
    assert "secret" not in said


def test_a_wrong_variable_is_named(loaded: Loader, home: Path) -> None:
    said = message(lambda: loaded({"TUTOR_TUI_SOUND_ECHO_MODE": "loud"}))
    assert said.startswith("TUTOR_TUI_SOUND_ECHO_MODE: sound.echo_mode cannot be 'loud'.")
    said = message(lambda: loaded({"TUTOR_TUI_SOUND_ECHOMODE": "speakers"}))
    assert "TUTOR_TUI_SOUND_ECHOMODE: there is no such setting. Did you mean TUTOR_TUI_SOUND_ECHO_MODE?" in said
    (home / "project").mkdir()
    (home / "project" / ".env").write_text("TUTOR_TUI_LESSON_PACE=fast\n")
    assert f"TUTOR_TUI_LESSON_PACE in {home / 'project' / '.env'}: lesson.pace cannot be 'fast'." in message(loaded)


def test_a_wrong_option_is_named(loaded: Loader) -> None:
    said = message(lambda: loaded({}, {"tutor.kind": ("--tutor", "clowd")}))
    assert said == "--tutor: tutor.kind cannot be 'clowd'. It takes one of auto, openai, webrtc, pipeline, offline."


# ---- the table of config --------------------------------------------------------------------------------------------


def test_the_table_shows_values_and_sources_without_secrets(loaded: Loader, config_file: Path) -> None:
    config_file.write_text('[keys]\nmute = "f2"\n[screen]\ndebug = true\n')
    environ = {"OPENAI_BASE_URL": "https://anna:pw-secret@host/v1", "OPENAI_API_KEY": "sk-secret"}
    rows = {name: (value, origin) for name, value, origin in settings_table(loaded(environ))}
    assert set(rows) == {each.full_name for each in setting_fields()} | {"keys.mute"}
    assert rows["screen.debug"] == ("true", f"file: {config_file}, line 4")
    assert rows["keys.mute"] == ("f2", f"file: {config_file}, line 2")
    assert rows["tutor.base_url"] == ("https://••••@host/v1", "environment: OPENAI_BASE_URL")
    assert rows["lesson.profile"] == ("", "default")
    assert "secret" not in str(rows)


def test_the_keys_of_services_are_found_by_the_names_the_settings_give(loaded: Loader, home: Path) -> None:
    (home / "project").mkdir(exist_ok=True)
    (home / "project" / ".env").write_text("CHAT_SECRET=from-env-file\n")
    names = {"TUTOR_TUI_PIPELINE_CHAT_KEY": "CHAT_SECRET", "TUTOR_TUI_PIPELINE_SPEAK_KEY": "NONE"}
    configuration = loaded(environ=names)
    assert {name: each.value for name, each in configuration.service_keys.items()} == {"CHAT_SECRET": "from-env-file"}
    assert "from-env-file" not in repr(configuration)


@pytest.mark.parametrize("field", [each for each in setting_fields() if isinstance(each.default, str)], ids=str)
def test_a_key_in_the_wrong_setting_is_shown_nowhere(field: SettingField, loaded: Loader) -> None:
    secret = "sk-proj-0123456789abcdef"
    try:
        shown = str(list(settings_table(loaded({field.env: secret}))))
    except Problem as problem:
        shown = str(problem)
    assert secret not in shown
    assert "••••" in shown


@pytest.mark.parametrize("part", ["PIPELINE_CHAT", "OFFLINE_CHAT"])
def test_what_is_no_variables_name_is_not_shown_as_one(part: str, loaded: Loader) -> None:
    rows = {row.name: row.value for row in settings_table(loaded({f"TUTOR_TUI_{part}_KEY": "my-secret.key"}))}
    assert rows[f"{part.lower().replace('_', '.')}_key"] == "••••"


def test_a_variable_that_wins_over_the_file_is_named_with_its_place(loaded: Loader, config_file: Path) -> None:
    config_file.with_name(".env").write_text("TUTOR_TUI_LESSON_PACE=0.8\n")
    configuration = loaded({"OPENAI_BASE_URL": "http://localhost:8000/v1"}, {"sound.block_ms": ("--block", "10")})
    names = ("tutor.base_url", "lesson.pace", "sound.block_ms", "lesson.level")
    assert [configuration.stronger_than_file(each) for each in names] == [
        "OPENAI_BASE_URL in the environment",
        f"TUTOR_TUI_LESSON_PACE in {shown(config_file.with_name('.env'))}",
        "",
        "",
    ]
