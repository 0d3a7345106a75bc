"""A `.env` in the folder where we are started may be a stranger's: it sends nothing of ours anywhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import product
from pathlib import Path

import pytest

from tests.config.conftest import Loader
from tests.support.fake_keyring import FakeKeyring, Install
from tests.support.fake_keyring import install as install
from tutor_tui.config.load import Configuration
from tutor_tui.core.offline_settings import OLLAMA_BASE_URL
from tutor_tui.core.problems import Problem
from tutor_tui.core.settings import OPENAI_BASE_URL, Settings, setting_fields, value_of

Start = Callable[[str], Path]
KEY = "sk-mine-0123456789"
ELSEWHERE = "OPENAI_BASE_URL=http://127.0.0.1:8123/v1\n"


@pytest.fixture
def start(home: Path) -> Start:
    """Write the start folder's .env."""

    def write(text: str) -> Path:
        folder = home / "project"
        folder.mkdir(exist_ok=True)
        (folder / ".env").write_text(text)
        return folder / ".env"

    return write


def addresses(settings: Settings) -> set[str]:
    names = [each.full_name for each in setting_fields() if each.name.endswith("_url")]
    return {str(value_of(settings, name)) for name in names}


def sent_to(configuration: Configuration) -> set[str]:
    """All secrets that this configuration would send anywhere."""
    keys = [configuration.key, *configuration.service_keys.values()]
    return {key.text() for key in keys if key}


# ---- the address of a key that is not the folder's own --------------------------------------------------------------


KEYS_ELSEWHERE: list[tuple[str, Mapping[str, str], Mapping[str, str]]] = [
    ("the environment", {"OPENAI_API_KEY": KEY}, {}),
    ("the learner's own .env", {}, {".env": f"OPENAI_API_KEY={KEY}\n"}),
    ("the file of keys", {}, {"keys.json": f'{{"in_keyring": [], "keys": {{"OPENAI_API_KEY": "{KEY}"}}}}'}),
    ("the keyring", {}, {"keys.json": '{"in_keyring": ["OPENAI_API_KEY"], "keys": {}}'}),
]
REDIRECTIONS = [
    (ELSEWHERE, "OPENAI_BASE_URL"),
    ("OPENAI_BASE_URL=https://evil.example/v1\n", "OPENAI_BASE_URL"),
    ("export OPENAI_BASE_URL='wss://evil.example/v1'\n", "OPENAI_BASE_URL"),
    ("HOST=evil.example\nOPENAI_BASE_URL=https://${HOST}/v1\n", "OPENAI_BASE_URL"),
    ("OPENAI_BASE_URL=https://api.openai.com@evil.example/v1\n", "OPENAI_BASE_URL"),
    ("OPENAI_API_KEY=\nOPENAI_BASE_URL=https://evil.example/v1\n", "OPENAI_BASE_URL"),
    *(
        (f"TUTOR_TUI_PIPELINE_{part}_URL={url}\nTUTOR_TUI_PIPELINE_{part}_KEY=OPENAI_API_KEY\n", f"{part}_URL")
        for part, url in product(
            ("TRANSCRIBE", "CHAT", "SPEAK"), ("http://127.0.0.1:8123/v1", "https://evil.example/v1")
        )
    ),
    (
        "TUTOR_TUI_OFFLINE_CONVERSATION=chat\nTUTOR_TUI_OFFLINE_CHAT_KEY=OPENAI_API_KEY\n"
        "TUTOR_TUI_OFFLINE_CHAT_URL=http://127.0.0.1:8123/v1\n",
        "TUTOR_TUI_OFFLINE_CHAT_URL",
    ),
]


@pytest.mark.parametrize(("text", "setting"), REDIRECTIONS)
@pytest.mark.parametrize(("where", "environ", "own"), KEYS_ELSEWHERE)
def test_a_key_from_elsewhere_is_not_redirected(
    where: str,
    environ: Mapping[str, str],
    own: Mapping[str, str],
    text: str,
    setting: str,
    loaded: Loader,
    config_file: Path,
    start: Start,
    install: Install,
) -> None:
    install(FakeKeyring()).kept["tutor-tui", "OPENAI_API_KEY"] = KEY
    for name, words in own.items():
        config_file.with_name(name).write_text(words)
    file = start(text)
    configuration = loaded(environ)
    assert addresses(configuration.settings) == addresses(Settings())
    assert sent_to(configuration) == {KEY}
    told = [sentence for sentence in configuration.start_folder_notices if setting in sentence]
    assert len(told) == 1, configuration.start_folder_notices
    assert f"in {file} is ignored: it would send" in told[0]
    assert KEY not in str(configuration.start_folder_notices)
    assert str(config_file) in configuration.start_folder_hint


@pytest.mark.parametrize("variable", ["AWS_SECRET_ACCESS_KEY", "GITHUB_TOKEN", "OPENAI_API_KEY"])
@pytest.mark.parametrize("part", ["PIPELINE_TRANSCRIBE", "PIPELINE_CHAT", "PIPELINE_SPEAK", "OFFLINE_CHAT"])
@pytest.mark.parametrize("also_set_in_it", [False, True])
def test_no_variable_from_elsewhere_becomes_a_key(
    variable: str, part: str, also_set_in_it: bool, loaded: Loader, start: Start
) -> None:
    text = f"TUTOR_TUI_{part}_KEY={variable}\nTUTOR_TUI_{part}_URL=https://evil.example/v1\n"
    start(text + (f"{variable}=bait\n" if also_set_in_it else ""))
    configuration = loaded({variable: "precious"})
    assert configuration.service_keys == {}
    assert addresses(configuration.settings) == addresses(Settings())
    assert "precious" not in str(configuration.start_folder_notices)
    assert any(
        f"_{part}_KEY in " in each and f"it names {variable}" in each for each in configuration.start_folder_notices
    )


@pytest.mark.parametrize(
    "text",
    [
        "OPENAI_BASE_URL=https://evil.example/${AWS_SECRET_ACCESS_KEY}/v1\n",
        "OPENAI_API_KEY=${AWS_SECRET_ACCESS_KEY}\nOPENAI_BASE_URL=https://evil.example/v1\n",
        "A=${AWS_SECRET_ACCESS_KEY}\nOPENAI_API_KEY=x${A}\nOPENAI_BASE_URL=https://evil.example/v1\n",
        "OPENAI_API_KEY=${AWS_SECRET_ACCESS_KEY:-x}\nOPENAI_BASE_URL=https://evil.example/v1\n",
        "K=${AWS_SECRET_ACCESS_KEY}\nTUTOR_TUI_PIPELINE_CHAT_KEY=K\nTUTOR_TUI_PIPELINE_CHAT_URL=https://evil.example/v1\n",
        "TUTOR_TUI_TUTOR_MODEL=${AWS_SECRET_ACCESS_KEY}\n",
    ],
)
def test_no_variable_from_elsewhere_is_filled_in(text: str, loaded: Loader, start: Start) -> None:
    file = start(text)
    configuration = loaded({"AWS_SECRET_ACCESS_KEY": "precious"})
    assert "precious" not in str(configuration.settings) + str(sent_to(configuration))
    assert "evil" not in str(configuration.settings)
    told = [each for each in configuration.start_folder_notices if "its value asks for a variable from outside" in each]
    assert told
    assert str(file) in told[0]


def test_a_service_without_an_address_follows_the_tutors_and_so_does_the_rule(
    loaded: Loader, config_file: Path, start: Start
) -> None:
    """The learner named a key for a part that is at the tutor's address, and the folder moves that address."""
    config_file.write_text('[pipeline]\ntranscribe_key = "SPEECH_KEY"\n')
    start("OPENAI_API_KEY=bait\nOPENAI_BASE_URL=https://evil.example/v1\n")
    configuration = loaded({"SPEECH_KEY": "precious"})
    assert configuration.settings.tutor.base_url == OPENAI_BASE_URL
    assert "SPEECH_KEY" in configuration.start_folder_notices[0]


def test_a_key_that_the_command_line_names_is_not_redirected(home: Path, start: Start) -> None:
    from tests.support.paths import folders_below
    from tutor_tui.config.load import load

    start("OPENAI_API_KEY=bait\nOPENAI_BASE_URL=https://evil.example/v1\n")
    environ = {"PROBE_KEY": "precious"}
    configuration = load({}, environ, home / "project", folders_below(home), ["PROBE_KEY"])
    assert configuration.settings.tutor.base_url == OPENAI_BASE_URL


def test_the_folder_does_not_choose_which_key_is_sent(loaded: Loader, start: Start) -> None:
    start("TUTOR_TUI_TUTOR_DIALECT=azure\n")
    configuration = loaded({"AZURE_OPENAI_API_KEY": "precious", "OPENAI_BASE_URL": "https://mine.example/v1"})
    assert configuration.settings.tutor.dialect == "ga"
    assert sent_to(configuration) == set()


# ---- what else is closed to it --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "full_name"),
    [
        ("TUTOR_TUI_TUTOR_INSECURE=true\n", "tutor.insecure"),
        ("TUTOR_TUI_TUTOR_TRUSTED_FOLDERS=/\n", "tutor.trusted_folders"),
        ("TUTOR_TUI_LESSON_WEATHER_URL=http://127.0.0.1:8123\n", "lesson.weather_url"),
        ("TUTOR_TUI_OFFLINE_WHISPER_MODEL=./model\n", "offline.whisper_model"),
        ("TUTOR_TUI_SOUND_INPUT_DEVICE=file:voice.wav\n", "sound.input_device"),
        ("TUTOR_TUI_OFFLINE_WHISPER_MODEL=stranger/model\n", "offline.whisper_model"),
        ("TUTOR_TUI_OFFLINE_CHAT_URL=https://evil.example/v1\n", "offline.chat_url"),
        ("TUTOR_TUI_PIPELINE_CHAT_URL=https://evil.example/v1\n", "pipeline.chat_url"),
    ],
)
def test_it_opens_nothing_that_is_closed(text: str, full_name: str, loaded: Loader, start: Start) -> None:
    file = start(text)
    configuration = loaded()
    assert value_of(configuration.settings, full_name) == value_of(Settings(), full_name)
    assert configuration.origin_of(full_name).kind == "default"
    assert len(configuration.start_folder_notices) == 1
    assert f"in {file} is ignored: " in configuration.start_folder_notices[0]


def test_a_weaker_source_takes_the_place_of_what_is_refused(loaded: Loader, config_file: Path, start: Start) -> None:
    config_file.write_text('[tutor]\nbase_url = "https://mine.example/v1"\n')
    start(ELSEWHERE)
    configuration = loaded({"OPENAI_API_KEY": KEY})
    assert configuration.settings.tutor.base_url == "https://mine.example/v1"
    assert configuration.origin_of("tutor.base_url").kind == "file"


def test_proxies_and_certificates_of_the_file_are_nothing_to_us(
    loaded: Loader, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    names = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "PYTHONPATH", "LD_PRELOAD")
    for name in names:
        monkeypatch.delenv(name, raising=False)
    start("".join(f"{name}=http://127.0.0.1:8123\n" for name in names))
    assert loaded().settings == Settings()
    assert not set(names) & set(os.environ)


def test_a_settings_file_in_the_folder_is_not_read(loaded: Loader, home: Path, start: Start) -> None:
    folder = start("").parent
    for name in ("config.toml", "tutor-tui.toml", ".config/tutor-tui/config.toml"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text('[tutor]\nbase_url = "https://evil.example/v1"\n')
    assert loaded().settings == Settings()


# ---- what it may do -------------------------------------------------------------------------------------------------


def test_its_own_key_goes_to_its_own_address_and_that_is_told(loaded: Loader, start: Start) -> None:
    file = start("OPENAI_API_KEY=sk-project\nOPENAI_BASE_URL=https://gateway.example/v1\n")
    configuration = loaded()
    assert configuration.settings.tutor.base_url == "https://gateway.example/v1"
    assert sent_to(configuration) == {"sk-project"}
    assert configuration.start_folder_notices == (f"OPENAI_BASE_URL in {file} sends the lesson to gateway.example.",)
    assert configuration.start_folder_hint == ""


def test_its_own_service_with_its_own_key(loaded: Loader, start: Start) -> None:
    start("CHAT=sk-chat\nTUTOR_TUI_PIPELINE_CHAT_KEY=CHAT\nTUTOR_TUI_PIPELINE_CHAT_URL=https://chat.example/v1\n")
    configuration = loaded({"OPENAI_API_KEY": KEY})
    assert configuration.settings.pipeline.chat_url == "https://chat.example/v1"
    assert configuration.service_keys["CHAT"].value == "sk-chat"


@pytest.mark.parametrize(
    "text",
    [
        ELSEWHERE,
        "OPENAI_API_KEY=sk-project\n",
        "OPENAI_API_KEY=sk-project\n" + ELSEWHERE,
        f"TUTOR_TUI_OFFLINE_CHAT_URL={OLLAMA_BASE_URL}\nTUTOR_TUI_OFFLINE_CONVERSATION=chat\n",
        "TUTOR_TUI_PIPELINE_SPEAK_URL=offline\nTUTOR_TUI_LESSON_PROFILE=korean-b1\nTUTOR_TUI_TUTOR_MODEL=m\n",
        f"TUTOR_TUI_PIPELINE_SPEAK_URL={OPENAI_BASE_URL}\n",
        "A=${B:-x}\nC=1\nDATABASE_URL=postgres://${USER}@db\n",
    ],
)
def test_what_sends_nothing_of_the_learners_elsewhere_is_taken_without_a_word(
    text: str, loaded: Loader, start: Start
) -> None:
    start(text)
    assert loaded().start_folder_notices == ()


@pytest.mark.parametrize("written", ["~/project", "~", "/nowhere:{home}/project/", "{home}"])
@pytest.mark.parametrize("source", ["file", "own .env", "environment"])
def test_a_trusted_folder_may_do_all(
    written: str,
    source: str,
    loaded: Loader,
    home: Path,
    config_file: Path,
    start: Start,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HOME", str(home))
    trusted = written.format(home=home)
    environ = {"OPENAI_API_KEY": KEY, "HOST": "gateway.example"}
    match source:
        case "file":
            config_file.write_text(f'[tutor]\ntrusted_folders = "{trusted}"\n')
        case "own .env":
            config_file.with_name(".env").write_text(f"TUTOR_TUI_TUTOR_TRUSTED_FOLDERS={trusted}\n")
        case _:
            environ["TUTOR_TUI_TUTOR_TRUSTED_FOLDERS"] = trusted
    start("OPENAI_BASE_URL=https://${HOST}/v1\nTUTOR_TUI_TUTOR_INSECURE=1\n")
    configuration = loaded(environ)
    assert configuration.settings.tutor.base_url == "https://gateway.example/v1"
    assert configuration.settings.tutor.insecure
    assert configuration.start_folder_notices == ()


@pytest.mark.parametrize("written", [".", "project", "/nowhere", "~/project/below", "~/proj", ":"])
def test_another_folder_that_is_trusted_helps_nothing(
    written: str, loaded: Loader, home: Path, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(start(ELSEWHERE).parent)
    configuration = loaded({"OPENAI_API_KEY": KEY, "TUTOR_TUI_TUTOR_TRUSTED_FOLDERS": written})
    assert configuration.settings.tutor.base_url == OPENAI_BASE_URL


def test_the_learners_own_folder_is_nobody_elses(home: Path, config_file: Path) -> None:
    from tests.support.paths import folders_below
    from tutor_tui.config.load import load

    config_file.with_name(".env").write_text(ELSEWHERE)
    configuration = load({}, {"OPENAI_API_KEY": KEY}, config_file.parent, folders_below(home))
    assert configuration.settings.tutor.base_url == "http://127.0.0.1:8123/v1"


# ---- lines of other programs ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["source ./x.sh\n", 'A="open\n', "just words\n", "[section]\nx\n"])
def test_a_line_for_another_program_stops_nothing_and_needs_no_word(text: str, loaded: Loader, start: Start) -> None:
    start(text)
    configuration = loaded({"OPENAI_API_KEY": KEY})
    assert sent_to(configuration) == {KEY}
    assert configuration.start_folder_notices == ()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("source ./x.sh\nOPENAI_API_KEY=sk-project\n", 1),
        ("\nOPENAI_API_KEY sk-secret\n", 2),
        ("TUTOR_TUI_TUTOR_MODEL: m\n", 1),
    ],
)
def test_beside_a_line_for_us_it_is_told(text: str, line: int, loaded: Loader, start: Start) -> None:
    file = start(text)
    assert loaded().start_folder_notices == (f"{file}, line {line}: this is not NAME=value.",)


def test_a_folder_of_that_name_is_none_of_ours(loaded: Loader, home: Path) -> None:
    (home / "project" / ".env").mkdir(parents=True)
    assert loaded({"OPENAI_API_KEY": KEY}).start_folder_notices == ()


def test_one_that_is_no_text_is_told_and_stops_nothing(loaded: Loader, start: Start) -> None:
    file = start("")
    file.write_bytes(b"OPENAI_API_KEY=caf\xe9\n")
    assert loaded({"OPENAI_API_KEY": KEY}).start_folder_notices == (f"{file}, line 1: this is not UTF-8 text.",)


def test_a_setting_that_is_none_stops_as_it_does_elsewhere(loaded: Loader, start: Start) -> None:
    start("TUTOR_TUI_TUTOR_MODELL=m\n")
    with pytest.raises(Problem, match="Did you mean TUTOR_TUI_TUTOR_MODEL"):
        loaded()
