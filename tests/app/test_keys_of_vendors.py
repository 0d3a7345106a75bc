"""Whose key goes where, what happens without one, and what goes unencrypted."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.app.choosing import configured
from tests.support.fake_keyring import FakeKeyring, Install, KeyringLocked
from tests.support.fake_keyring import install as install
from tests.support.paths import folders_below
from tutor_tui.app.run import with_warnings
from tutor_tui.app.tutor_choice import TutorPool
from tutor_tui.app.tutor_key import find_key
from tutor_tui.config.stored_keys import save_key
from tutor_tui.core.lesson import Notice
from tutor_tui.core.problems import Problem
from tutor_tui.tutors.realtime.websocket.link import WebSocketTutor

AZURE = {
    "TUTOR_TUI_TUTOR_DIALECT": "azure",
    "OPENAI_BASE_URL": "https://mine.openai.azure.com/openai/v1",
    "TUTOR_TUI_TUTOR_MODEL": "my-deployment",
}


@pytest.mark.parametrize(
    ("environ", "key"),
    [
        ({"AZURE_OPENAI_API_KEY": "sk-azure"}, "sk-azure"),
        ({"AZURE_OPENAI_API_KEY": "sk-azure", "OPENAI_API_KEY": "sk-openai"}, "sk-azure"),
        ({"AZURE_OPENAI_API_KEY": " ", "OPENAI_API_KEY": "sk-openai"}, "sk-openai"),
        ({"OPENAI_API_KEY": "sk-openai"}, "sk-openai"),
    ],
)
def test_azure_has_a_key_variable_of_its_own(tmp_path: Path, environ: dict[str, str], key: str) -> None:
    configuration = configured(tmp_path, **AZURE, **environ)
    found = find_key(configuration)
    assert found is not None and found.reveal() == key
    tutor, _ = TutorPool(configuration).first()
    assert isinstance(tutor, WebSocketTutor)
    assert tutor.name == "my-deployment"
    assert tutor._endpoint.headers() == {"api-key": key}


def test_the_key_to_azure_is_nobody_elses(tmp_path: Path) -> None:
    assert find_key(configured(tmp_path, AZURE_OPENAI_API_KEY="sk-azure")) is None


def test_azure_without_a_key_says_which_it_wants(tmp_path: Path) -> None:
    with pytest.raises(Problem) as refused:
        TutorPool(configured(tmp_path, **AZURE, TUTOR_TUI_TUTOR_KIND="openai")).first()
    assert "AZURE_OPENAI_API_KEY is not set" in refused.value.title
    assert "AZURE_OPENAI_API_KEY=your-key" in refused.value.hint


XAI = {"TUTOR_TUI_TUTOR_DIALECT": "xai", "TUTOR_TUI_TUTOR_KIND": "openai"}


def test_another_vendors_key_has_a_variable_of_its_own_and_its_address_is_known(tmp_path: Path) -> None:
    tutor, _ = TutorPool(configured(tmp_path, **XAI, XAI_API_KEY="xai-key", OPENAI_API_KEY="sk-openai")).first()
    assert isinstance(tutor, WebSocketTutor)
    assert tutor.name == "grok-voice-latest"
    assert tutor._endpoint.headers() == {"Authorization": "Bearer xai-key"}
    assert tutor._endpoint.address == "https://api.x.ai/v1"


@pytest.mark.parametrize(
    ("dialect", "variable"),
    [
        ("xai", "XAI_API_KEY"),
        ("inworld", "INWORLD_API_KEY"),
        ("qwen", "DASHSCOPE_API_KEY"),
        ("elevenlabs", "ELEVENLABS_API_KEY"),
    ],
)
def test_openais_key_goes_to_no_other_vendor(tmp_path: Path, dialect: str, variable: str) -> None:
    environ = XAI | {"TUTOR_TUI_TUTOR_DIALECT": dialect, "OPENAI_API_KEY": "sk-openai"}
    configuration = configured(tmp_path, **environ)
    assert configuration.key is None
    with pytest.raises(Problem) as refused:
        TutorPool(configuration).first()
    assert f"{variable} is not set" in refused.value.title
    assert "OPENAI_API_KEY is OpenAI's" in refused.value.hint


@pytest.mark.parametrize("dialect", ["huggingface", "vllm"])
def test_a_server_on_this_machine_needs_no_key_to_be_chosen(tmp_path: Path, dialect: str) -> None:
    tutor, notice = TutorPool(configured(tmp_path, TUTOR_TUI_TUTOR_DIALECT=dialect)).first()
    assert isinstance(tutor, WebSocketTutor)
    assert notice is None


def test_without_a_vendors_key_the_offline_tutor_says_which_it_wants(tmp_path: Path) -> None:
    _, notice = TutorPool(configured(tmp_path, TUTOR_TUI_TUTOR_DIALECT="xai", OPENAI_API_KEY="sk-openai")).first()
    assert notice is not None and "XAI_API_KEY=your-key" in notice.hint


def test_openais_key_is_not_sent_to_a_vendors_address_in_openais_dialect(tmp_path: Path) -> None:
    configuration = configured(tmp_path, OPENAI_BASE_URL="https://api.x.ai/v1", OPENAI_API_KEY="sk-openai")
    with pytest.raises(Problem) as refused:
        TutorPool(configuration).first()
    assert "xAI" in refused.value.title and "--dialect xai" in refused.value.hint
    assert "XAI_API_KEY" in refused.value.hint


def test_a_vendors_key_is_not_sent_to_openai_by_the_turn_based_tutor(tmp_path: Path) -> None:
    environ = XAI | {"TUTOR_TUI_TUTOR_KIND": "pipeline", "XAI_API_KEY": "xai-key"}
    pool = TutorPool(configured(tmp_path, **environ, TUTOR_TUI_PIPELINE_CHAT_URL="https://api.openai.com/v1"))
    settings = pool._configuration.settings
    transcribe = pool.services.of("transcribe", settings)
    assert transcribe is not None and transcribe.base_url == "https://api.x.ai/v1"
    with pytest.raises(Problem):
        pool.services.of("chat", settings)


def test_a_key_that_the_settings_name_and_nobody_set_is_asked_for(tmp_path: Path) -> None:
    configuration = configured(
        tmp_path, TUTOR_TUI_TUTOR_KIND="pipeline", TUTOR_TUI_PIPELINE_CHAT_KEY="CHAT_SECRET", OPENAI_API_KEY="sk-test"
    )
    with pytest.raises(Problem, match="CHAT_SECRET") as refused:
        TutorPool(configuration).first()
    assert "CHAT_SECRET=your-key" in refused.value.hint


def test_a_keyring_that_does_not_give_the_key_is_told_and_the_offline_tutor_teaches(
    tmp_path: Path, install: Install
) -> None:
    desktop = install(FakeKeyring())
    save_key(folders_below(tmp_path).keys_file, "OPENAI_API_KEY", "sk-put-away-0123456789")
    tutor, notice = TutorPool(configured(tmp_path)).first()
    assert (tutor.name, notice) == ("gpt-realtime-2.1-mini", None)
    desktop.fault = KeyringLocked()
    tutor, notice = TutorPool(configured(tmp_path)).first()
    assert (tutor.name, notice) == (
        "offline",
        Notice(
            1,
            "OPENAI_API_KEY cannot be read from the system's keyring: it is locked. The offline tutor teaches.",
            "Unlock it, and try again.",
            "warning",
        ),
    )
    with pytest.raises(Problem, match="cannot be read from the system's keyring"):
        TutorPool(configured(tmp_path, TUTOR_TUI_TUTOR_KIND="openai")).first()


def test_a_lesson_says_that_others_can_read_the_key(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("OPENAI_API_KEY=sk-for-all-to-see-0123\n")
    (tmp_path / ".env").chmod(0o644)
    notice = with_warnings(None, configured(tmp_path))
    assert notice is not None and notice.severity == "warning"
    assert notice.title.endswith(f"can read the key in {tmp_path}/.env: chmod 600 {tmp_path}/.env")
    (tmp_path / ".env").chmod(0o600)
    assert with_warnings(None, configured(tmp_path)) is None


OPEN = "http://tutor.example/v1"
PIPELINE = {"TUTOR_TUI_TUTOR_KIND": "pipeline", "TUTOR_TUI_PIPELINE_SPEAK_URL": "offline"}
CHAT = {"TUTOR_TUI_TUTOR_KIND": "offline", "TUTOR_TUI_OFFLINE_CONVERSATION": "chat"}


@pytest.mark.parametrize(
    ("environ", "unencrypted"),
    [
        ({"OPENAI_BASE_URL": OPEN}, True),
        ({"OPENAI_BASE_URL": "ws://tutor.example/v1", "TUTOR_TUI_TUTOR_KIND": "webrtc"}, True),
        ({**PIPELINE, "TUTOR_TUI_PIPELINE_CHAT_URL": OPEN, "TUTOR_TUI_PIPELINE_CHAT_KEY": "OPENAI_API_KEY"}, True),
        ({**CHAT, "TUTOR_TUI_OFFLINE_CHAT_URL": OPEN}, True),
        ({}, False),
        ({"OPENAI_BASE_URL": "http://127.0.0.1:8000/v1"}, False),
        (PIPELINE, False),
        (CHAT, False),
        ({"TUTOR_TUI_TUTOR_KIND": "offline"}, False),
    ],
)
def test_what_goes_unencrypted_to_another_machine_is_known(
    tmp_path: Path, environ: dict[str, str], unencrypted: bool
) -> None:
    given = {"OPENAI_API_KEY": "sk-test", "TUTOR_TUI_TUTOR_INSECURE": "true", **environ}
    tutor, _ = TutorPool(configured(tmp_path, **given)).first()
    assert tutor.capabilities.unencrypted is unencrypted
