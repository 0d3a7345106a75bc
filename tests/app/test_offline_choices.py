"""What of the settings reaches the offline tutor: mind, ears and voices."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.app.choosing import configured, speech_service
from tutor_tui.app.tutor_choice import (
    TutorPool,
    whisper_model,
)
from tutor_tui.core import extras
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.offline_server.hearing import heard_languages
from tutor_tui.tutors.offline.server_process import BUILT_IN, HEARS_FREELY
from tutor_tui.tutors.offline.tutor import OfflineTutor


def test_the_settings_of_the_offline_tutor_hold_for_what_it_does_in_turns(tmp_path: Path) -> None:
    variables = {"TUTOR_TUI_TUTOR_KIND": "pipeline", "TUTOR_TUI_OFFLINE_WHISPER_MODEL": "small"}
    tutor, _ = TutorPool(configured(tmp_path, **variables)).first()
    assert tutor.capabilities.hears is None
    broken = {"TUTOR_TUI_TUTOR_KIND": "pipeline", "TUTOR_TUI_OFFLINE_CONVERSATION": "chat"}
    broken["TUTOR_TUI_OFFLINE_CHAT_URL"] = "nonsense"
    with pytest.raises(Problem, match="URL"):
        TutorPool(configured(tmp_path, **broken)).first()
    assert TutorPool(configured(tmp_path, OPENAI_API_KEY="sk-test", **broken)).first(), "it is not needed there"


def test_the_offline_tutor_gets_its_mind_and_ears_from_the_settings(tmp_path: Path) -> None:
    configuration = configured(
        tmp_path,
        TUTOR_TUI_TUTOR_KIND="offline",
        TUTOR_TUI_OFFLINE_CONVERSATION="chat",
        TUTOR_TUI_OFFLINE_CHAT_KEY="CHAT_SECRET",
        TUTOR_TUI_OFFLINE_WHISPER_MODEL="small",
        CHAT_SECRET="for-chat-only",
    )
    tutor, _ = TutorPool(configuration).first()
    assert isinstance(tutor, OfflineTutor)
    server = tutor.server
    assert server._chat_key == "for-chat-only"
    assert tutor.capabilities.hears is None
    assert "--chat-url http://127.0.0.1:11434/v1" in " ".join(server._command)
    assert "--whisper=small" in server._command and "--whisper-download" not in server._command


@pytest.mark.parametrize(
    ("setting", "option"),
    [("", "--voices="), ("es-alex, en-emma", "--voices=es-alex,en-emma"), ("espeak-ng", None)],
)
def test_the_offline_tutor_gets_its_voices_from_the_settings(tmp_path: Path, setting: str, option: str | None) -> None:
    tutor, _ = TutorPool(configured(tmp_path, TUTOR_TUI_OFFLINE_VOICES=setting)).first()
    assert isinstance(tutor, OfflineTutor)
    assert [word for word in tutor.server._command if word.startswith("--voices")] == ([option] if option else [])


def test_pocketsphinx_by_name_hears_what_lessons_listen_for_whatever_model_is_set(tmp_path: Path) -> None:
    environ = {"TUTOR_TUI_OFFLINE_SPEECH_TO_TEXT": "pocketsphinx", "TUTOR_TUI_OFFLINE_WHISPER_MODEL": "small"}
    able = TutorPool(configured(tmp_path, **environ)).first()[0].capabilities
    assert able.hears == heard_languages() > {"ko", "ja", "es"}
    assert (able.hears_freely, able.ears) == (HEARS_FREELY, BUILT_IN)
    talking = environ | {"TUTOR_TUI_OFFLINE_CONVERSATION": "chat"}
    able = TutorPool(configured(tmp_path, **talking)).first()[0].capabilities
    assert able.hears == able.hears_freely == HEARS_FREELY, "nobody says what a free talk should be listened to for"


def test_whisper_hears_whatever_is_said(tmp_path: Path) -> None:
    environ = {"TUTOR_TUI_OFFLINE_WHISPER_MODEL": str(tmp_path / "models" / "small")}
    able = TutorPool(configured(tmp_path, **environ)).first()[0].capabilities
    assert (able.hears, able.hears_freely, able.ears) == (None, None, "Whisper small")


@pytest.mark.parametrize(
    ("environ", "installed", "model"),
    [
        ({}, False, ""),
        ({}, True, "base"),
        ({"TUTOR_TUI_OFFLINE_WHISPER_MODEL": "small"}, True, "small"),
        ({"TUTOR_TUI_OFFLINE_WHISPER_MODEL": "small"}, False, "small"),
        ({"TUTOR_TUI_OFFLINE_SPEECH_TO_TEXT": "whisper"}, False, "base"),
        ({"TUTOR_TUI_OFFLINE_SPEECH_TO_TEXT": "pocketsphinx"}, True, ""),
    ],
)
def test_whisper_listens_where_its_extra_is_installed_or_it_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], installed: bool, model: str
) -> None:
    monkeypatch.setattr(extras, "has_whisper", lambda: installed)
    assert whisper_model(configured(tmp_path, **environ).settings.offline) == model


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({"TUTOR_TUI_OFFLINE_VOICES": "marin"}, "There is no voice called marin"),
        ({"TUTOR_TUI_OFFLINE_CONVERSATION": "chat", "TUTOR_TUI_OFFLINE_CHAT_URL": "nonsense"}, "URL"),
        (
            {"TUTOR_TUI_OFFLINE_CONVERSATION": "chat", "TUTOR_TUI_OFFLINE_CHAT_URL": "http://chat.example/v1"},
            "chat.example would hear the lesson unencrypted",
        ),
        ({"TUTOR_TUI_OFFLINE_CONVERSATION": "chat", "TUTOR_TUI_OFFLINE_CHAT_KEY": "NO_SUCH"}, "NO_SUCH"),
    ],
)
def test_a_mind_or_ears_that_cannot_be_are_a_usage_problem(
    tmp_path: Path, environ: dict[str, str], sentence: str
) -> None:
    with pytest.raises(Problem, match=sentence) as refused:
        TutorPool(configured(tmp_path, **environ)).first()
    assert refused.value.exit_code is ExitCode.USAGE


def test_the_voice_is_a_setting_of_the_pipeline(tmp_path: Path) -> None:
    assert speech_service(tmp_path, OPENAI_API_KEY="sk-test").voice == ""
    named = speech_service(tmp_path, OPENAI_API_KEY="sk-test", TUTOR_TUI_PIPELINE_SPEAK_VOICE=" verse ")
    assert (named.voice, named.voice_of("marin")) == ("verse", "verse")
