"""Old names of settings: they work, they are said, and the new name wins."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tests.config.conftest import Loader
from tutor_tui.config.renamed import RENAMED, RENAMED_VARIABLES
from tutor_tui.config.save import SettingsFile
from tutor_tui.core.settings import setting_fields

FIELDS = {each.full_name: each for each in setting_fields()}


@pytest.mark.parametrize(("old", "new"), RENAMED.items())
def test_every_old_name_leads_to_a_setting_and_is_none_itself(old: str, new: str, loaded: Loader) -> None:
    assert new in FIELDS
    assert old not in FIELDS
    variable = next(variable for variable, meant in RENAMED_VARIABLES.items() if meant == FIELDS[new].env)
    value = FIELDS[new].choices[-1]
    configuration = loaded({variable: value})
    assert str(configuration.origin_of(new)) == f"environment: {variable}"


def test_an_old_name_in_the_file_works_and_the_new_one_is_said(loaded: Loader, config_file: Path) -> None:
    config_file.write_text('[offline]\nears = "whisper"\n')
    configuration = loaded()
    assert configuration.settings.offline.speech_to_text == "whisper"
    assert str(configuration.origin_of("offline.speech_to_text")) == f"file: {config_file}, line 2"
    assert configuration.notices == (
        f"{config_file}, line 2: offline.ears is called offline.speech_to_text now; "
        "the old name works in this release only.",
    )


def test_an_old_variable_works_and_the_new_one_is_said(loaded: Loader) -> None:
    configuration = loaded({"TUTOR_TUI_OFFLINE_MIND": "chat"})
    assert configuration.settings.offline.conversation == "chat"
    assert configuration.notices == (
        "TUTOR_TUI_OFFLINE_MIND is called TUTOR_TUI_OFFLINE_CONVERSATION now; the old name works in this release only.",
    )


@pytest.mark.parametrize("order", [1, -1])
def test_the_new_name_wins_where_both_stand(order: int, loaded: Loader, config_file: Path) -> None:
    lines = ['ears = "whisper"', 'speech_to_text = "pocketsphinx"'][::order]
    config_file.write_text("[offline]\n" + "\n".join(lines))
    assert loaded().settings.offline.speech_to_text == "pocketsphinx"
    variables = {"TUTOR_TUI_OFFLINE_EARS": "whisper", "TUTOR_TUI_OFFLINE_SPEECH_TO_TEXT": "auto"}
    assert loaded(dict(list(variables.items())[::order])).settings.offline.speech_to_text == "auto"


def test_an_old_name_in_a_stronger_place_still_wins(loaded: Loader, config_file: Path) -> None:
    config_file.with_name(".env").write_text("TUTOR_TUI_OFFLINE_SPEECH_TO_TEXT=pocketsphinx\n")
    configuration = loaded({"TUTOR_TUI_OFFLINE_EARS": "whisper"})
    assert configuration.settings.offline.speech_to_text == "whisper"


def test_nothing_is_said_where_all_names_are_new(loaded: Loader, config_file: Path) -> None:
    config_file.write_text('[offline]\nspeech_to_text = "auto"\n')
    assert loaded().notices == ()


def test_saving_writes_the_new_name_and_takes_the_old_one_out(loaded: Loader, config_file: Path) -> None:
    config_file.write_text('# mine\n[offline]\nears = "whisper"  # hears Korean\nwhisper_model = "small"\n')
    SettingsFile(config_file).save("offline.speech_to_text", "pocketsphinx")
    assert tomllib.loads(config_file.read_text()) == {
        "offline": {"whisper_model": "small", "speech_to_text": "pocketsphinx"}
    }
    assert loaded().notices == ()
