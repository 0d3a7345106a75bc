"""Who teaches, by the settings: each kind, its key, and the end of them all."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.fake_keyring import FakeKeyring, Install, KeyringLocked
from tests.support.fake_keyring import install as install
from tests.support.fakes import FakeSoundCard
from tests.support.paths import folders_below
from tutor_tui.app.first_profile import profile_of_lesson, profile_to_begin_with
from tutor_tui.app.frontends import chosen_in_mid_lesson, plan_named
from tutor_tui.app.run import with_warnings
from tutor_tui.app.tutor_choice import NO_KEY, TutorPool, whisper_model
from tutor_tui.app.tutor_key import find_key
from tutor_tui.config.load import Configuration, load
from tutor_tui.config.profiles import load_profiles, prompts_folders
from tutor_tui.config.stored_keys import save_key
from tutor_tui.core import extras
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.courses import LessonHead
from tutor_tui.core.lesson import Notice
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.ports import Tutor, TutorLink
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.profile import plan_of
from tutor_tui.core.settings import Settings, TutorKind
from tutor_tui.offline_server.hearing import heard_languages
from tutor_tui.openai_api.services import Service
from tutor_tui.session.session import Session
from tutor_tui.tutors.offline.server_process import BUILT_IN, HEARS_FREELY
from tutor_tui.tutors.offline.tutor import OfflineTutor
from tutor_tui.tutors.pipeline.tutor import PipelineTutor
from tutor_tui.tutors.realtime.websocket.link import WebSocketTutor


class Closing:
    """A tutor that notes its end."""

    name = "closing"
    capabilities = Capabilities()

    def __init__(self, closed: list[Tutor]) -> None:
        self._closed = closed

    def connect(self, plan: LessonPlan) -> AbstractAsyncContextManager[TutorLink]:
        raise AssertionError("nobody connects here")

    async def close(self) -> None:
        self._closed.append(self)


def configured(tmp_path: Path, **environ: str) -> Configuration:
    return load({}, environ, tmp_path, folders_below(tmp_path))


def kind(settings: Settings, wanted: TutorKind) -> Settings:
    return replace(settings, tutor=replace(settings.tutor, kind=wanted))


def test_without_a_key_auto_is_the_offline_tutor_and_says_so(tmp_path: Path) -> None:
    tutor, notice = TutorPool(configured(tmp_path)).first()
    assert (tutor.name, notice) == ("offline", NO_KEY)


@pytest.mark.parametrize(
    ("environ", "begins_with"),
    [
        ({"LANG": "ko_KR.UTF-8"}, "english-first-words"),
        ({"LANG": "C.UTF-8"}, "korean-tutor"),
        ({"LANG": "C.UTF-8", "TUTOR_TUI_OFFLINE_CONVERSATION": "chat"}, "english-first-words"),
        ({"LANG": "en_GB.UTF-8"}, "korean-tutor"),
        ({"LANG": "en_GB.UTF-8", "TUTOR_TUI_LESSON_NATIVE_LANGUAGE": "KO"}, "english-first-words"),
        ({"LANG": "ko_KR.UTF-8", "TUTOR_TUI_LESSON_PROFILE": "spanish-cafe"}, "spanish-cafe"),
        ({"LANG": "de_DE.UTF-8", "TUTOR_TUI_OFFLINE_WHISPER_MODEL": "small"}, "korean-tutor"),
        ({"LANG": "de_DE.UTF-8", "TUTOR_TUI_TUTOR_KIND": "pipeline"}, "korean-tutor"),
        ({"LANG": "de_DE.UTF-8", "OPENAI_API_KEY": "sk-test"}, "korean-tutor"),
        ({"LANG": "ko_KR.UTF-8", "OPENAI_API_KEY": "sk-test"}, "english-first-words"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(map("=".join, value.items())),
)
def test_a_lesson_begins_with_one_that_the_learner_can_take_part_in(
    environ: dict[str, str], begins_with: str, tmp_path: Path
) -> None:
    configuration = configured(tmp_path, **environ)
    tutor, _ = TutorPool(configuration).first()
    profiles = load_profiles(prompts_folders(tmp_path, None))
    assert profile_to_begin_with(profiles, configuration, tutor.capabilities).key == begins_with


LESSON_HEADS = (
    LessonHead("ko-a1-likes", "Likes", "ko", "A1", "korean-a1", 3),
    LessonHead("en-a2-my-day", "My day", "en", "A2", "english-a2", 2),
    LessonHead("it-a1-ciao", "Ciao", "it", "A1"),
)


@pytest.mark.parametrize(
    ("lesson", "wanted", "profile"),
    [
        ("ko-a1-likes", "", "korean-tutor"),
        ("ko-a1-likes", "korean-b1", "korean-b1"),
        ("ko-a1-likes", "spanish-cafe", "korean-tutor"),
        ("en-a2-my-day", "", "english-everyday"),
    ],
)
def test_a_lesson_that_is_named_is_held_by_the_nearest_profile(
    lesson: str, wanted: str, profile: str, tmp_path: Path
) -> None:
    profiles = load_profiles(prompts_folders(tmp_path, None))
    found = profile_of_lesson(lesson, LESSON_HEADS, profiles, wanted)
    assert (found.key, found.offline_lesson) == (profile, lesson)


@pytest.mark.parametrize(
    ("lesson", "said"), [("nothing", "no lesson called 'nothing'"), ("it-a1-ciao", "no profile in Italian")]
)
def test_a_lesson_that_nobody_has_or_can_hold_is_said(lesson: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(Problem) as refused:
        profile_of_lesson(lesson, LESSON_HEADS, load_profiles(prompts_folders(tmp_path, None)), "")
    assert said in refused.value.title


@pytest.mark.parametrize(
    ("name", "lesson"),
    [("korean-tutor", "ko-a1-first-words"), ("korean-tutor 3", "ko-a1-likes"), ("Korean tutor 3", "ko-a1-likes")],
)
def test_a_number_behind_a_profile_is_a_unit_of_its_course(name: str, lesson: str, tmp_path: Path) -> None:
    profiles = load_profiles(prompts_folders(tmp_path, None))
    heads = (*LESSON_HEADS, LessonHead("ko-a1-first-words", "First words", "ko", "A1", "korean-a1", 1))
    assert plan_named(name, profiles, plan_of, lambda: heads).offline_lesson == lesson


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("korean-tutor 7", "There is no offline unit 7 for Korean tutor. There are: 1, 3."),
        ("korean-tutor three", "There is no profile called 'korean-tutor three'."),
        ("7", "There is no profile called '7'."),
    ],
)
def test_a_unit_that_is_not_there_is_said(name: str, said: str, tmp_path: Path) -> None:
    profiles = load_profiles(prompts_folders(tmp_path, None))
    heads = (*LESSON_HEADS, LessonHead("ko-a1-first-words", "First words", "ko", "A1", "korean-a1", 1))
    with pytest.raises(Problem) as refused:
        plan_named(name, profiles, plan_of, lambda: heads)
    assert str(refused.value).startswith(said)


def test_with_a_key_auto_is_the_cloud(tmp_path: Path) -> None:
    tutor, notice = TutorPool(configured(tmp_path, OPENAI_API_KEY="sk-test")).first()
    assert (tutor.name, notice) == ("gpt-realtime-2.1-mini", None)


def test_a_model_that_will_be_switched_off_is_warned_of(tmp_path: Path) -> None:
    configuration = configured(tmp_path, OPENAI_API_KEY="sk-test", TUTOR_TUI_TUTOR_MODEL="gpt-realtime-mini")
    _, notice = TutorPool(configuration).first()
    assert notice is not None and "2027-01-20" in notice.title


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


@pytest.mark.parametrize(
    ("wanted", "base_url"),
    [("openai", ""), ("openai", "https://realtime.example/v1"), ("webrtc", "https://realtime.example/v1")],
)
def test_the_cloud_by_name_needs_a_key(tmp_path: Path, wanted: TutorKind, base_url: str) -> None:
    configuration = configured(tmp_path, OPENAI_BASE_URL=base_url) if base_url else configured(tmp_path)
    with pytest.raises(Problem) as refused:
        TutorPool(configuration).of(kind(configuration.settings, wanted))
    assert refused.value.exit_code is ExitCode.USAGE


def test_a_call_without_a_key_is_taken_by_the_offline_tutor_and_that_is_said(tmp_path: Path) -> None:
    tutor, notice = TutorPool(configured(tmp_path, TUTOR_TUI_TUTOR_KIND="webrtc")).first()
    assert isinstance(tutor, OfflineTutor)
    assert notice is not None
    assert notice.title == "No key, so the offline tutor takes the call."
    assert notice.hint


def test_the_turn_based_tutor_takes_any_mix_of_services(tmp_path: Path) -> None:
    local = "http://127.0.0.1:9/v1"
    configuration = configured(
        tmp_path,
        TUTOR_TUI_TUTOR_KIND="pipeline",
        TUTOR_TUI_PIPELINE_TRANSCRIBE_URL=local,
        TUTOR_TUI_PIPELINE_SPEAK_URL=local,
        TUTOR_TUI_PIPELINE_CHAT_URL="https://chat.example/v1",
        TUTOR_TUI_PIPELINE_CHAT_KEY="CHAT_SECRET",
        CHAT_SECRET="for-chat-only",
    )
    tutor, _ = TutorPool(configuration).first()
    assert isinstance(tutor, PipelineTutor)


LOCAL = "http://127.0.0.1:9/v1"


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        ({}, "No key, so the offline tutor hears, thinks and speaks."),
        ({"CHAT_URL": LOCAL}, "No key, so the offline tutor hears and speaks."),
        ({"CHAT_URL": LOCAL, "SPEAK_URL": LOCAL}, "No key, so the offline tutor hears."),
        ({"CHAT_URL": LOCAL, "SPEAK_URL": LOCAL, "TRANSCRIBE_URL": LOCAL}, ""),
        ({"CHAT_URL": "offline", "SPEAK_URL": "Offline", "TRANSCRIBE_URL": "offline"}, ""),
    ],
)
def test_what_the_turn_based_tutor_has_no_key_for_is_done_offline_and_said(
    tmp_path: Path, environ: dict[str, str], told: str
) -> None:
    variables = {f"TUTOR_TUI_PIPELINE_{name}": value for name, value in environ.items()}
    tutor, notice = TutorPool(configured(tmp_path, TUTOR_TUI_TUTOR_KIND="pipeline", **variables)).first()
    assert (notice.title if notice else "") == told
    if notice is not None:
        assert notice.severity == "information" and "OPENAI_API_KEY" in notice.hint
    assert not tutor.capabilities.costs_money
    by_ear = heard_languages() if environ.get("CHAT_URL") in (None, "offline") else frozenset({"en"})
    assert tutor.capabilities.hears == (None if environ.get("TRANSCRIBE_URL") == LOCAL else by_ear)


@pytest.mark.parametrize(
    ("environ", "asked_for"),
    [
        ({"OPENAI_API_KEY": "sk-1", "TUTOR_TUI_PIPELINE_CHAT_URL": "https://example.org/v1"}, "pipeline.chat"),
        ({"OPENAI_BASE_URL": "https://example.org/v1"}, "pipeline.transcribe"),
    ],
)
def test_the_key_goes_to_its_own_address_and_nowhere_else(
    tmp_path: Path, environ: dict[str, str], asked_for: str
) -> None:
    with pytest.raises(Problem) as refused:
        TutorPool(configured(tmp_path, TUTOR_TUI_TUTOR_KIND="pipeline", **environ)).first()
    assert refused.value.title == f"There is no API key for {asked_for}, at example.org."
    assert refused.value.exit_code is ExitCode.USAGE


def test_all_tutors_of_a_lesson_share_one_offline_server(tmp_path: Path) -> None:
    configuration = configured(tmp_path)
    pool = TutorPool(configuration)
    offline, pipeline, by_call = (
        pool.of(kind(configuration.settings, each)) for each in ("offline", "pipeline", "webrtc")
    )
    assert isinstance(offline, OfflineTutor) and isinstance(by_call, OfflineTutor)
    assert isinstance(pipeline, PipelineTutor)
    assert offline.server is pipeline.server is by_call.server


async def test_tutors_close_side_by_side_and_a_fault_keeps_none_open(tmp_path: Path) -> None:
    closed: list[Tutor] = []

    class Faulty(Closing):
        async def close(self) -> None:
            await asyncio.sleep(0)
            await super().close()
            raise RuntimeError("stuck")

    configuration = configured(tmp_path, OPENAI_API_KEY="sk-test")
    pool = TutorPool(configuration, wrap=lambda tutor: Faulty(closed))
    for each in ("openai", "offline"):
        pool.of(kind(configuration.settings, each))
    with pytest.raises(RuntimeError, match="stuck"):
        await pool.close()
    assert len(closed) == 2


def test_the_models_of_all_three_services_are_warned_of_in_one_notice(tmp_path: Path) -> None:
    variables = {
        "TUTOR_TUI_TUTOR_KIND": "pipeline",
        "OPENAI_API_KEY": "sk-test",
        "TUTOR_TUI_PIPELINE_TRANSCRIBE_MODEL": "whisper-1",
        "TUTOR_TUI_PIPELINE_CHAT_MODEL": "gpt-4o-mini",
        "TUTOR_TUI_PIPELINE_SPEAK_MODEL": "gpt-4o-mini-tts",
    }
    _, notice = TutorPool(configured(tmp_path, **variables)).first()
    assert notice is not None and notice.severity == "warning"
    assert notice.title == (
        "Models end, the first on 2027-01-06: in the settings choose gpt-transcribe for whisper-1,"
        " gpt-6-luna for gpt-4o-mini, gpt-realtime-2.1-mini for gpt-4o-mini-tts."
    )
    assert len(f"{notice.title} {notice.hint}".strip()) <= 2 * 80, "all of it is seen in two lines of 80 columns"


def speech_service(tmp_path: Path, **environ: str) -> Service:
    configuration = configured(tmp_path, TUTOR_TUI_TUTOR_KIND="pipeline", **environ)
    made = TutorPool(configuration).services.of("speak", configuration.settings)
    assert made is not None
    return made


@pytest.mark.parametrize(
    ("url", "model", "by_realtime", "asked"),
    [
        ("", "", True, "gpt-realtime-2.1-mini"),
        ("https://eu.api.openai.com/v1", "", True, "gpt-realtime-2.1-mini"),
        ("", "gpt-realtime-2.1", True, "gpt-realtime-2.1"),
        ("", "tts-1", False, "tts-1"),
        ("https://speech.example/v1", "", False, "gpt-4o-mini-tts"),
        ("https://speech.example/v1", "kokoro", False, "kokoro"),
        ("https://speech.example/v1", "my-gpt-realtime", True, "my-gpt-realtime"),
        ("wss://speech.example/v1", "anything", True, "anything"),
    ],
)
def test_a_realtime_model_speaks_at_openai_and_http_elsewhere_unless_told(
    tmp_path: Path, url: str, model: str, by_realtime: bool, asked: str
) -> None:
    environ = {"TUTOR_TUI_PIPELINE_SPEAK_KEY": "VOICE_KEY", "VOICE_KEY": "sk-voice"} if url else {}
    service = speech_service(
        tmp_path,
        OPENAI_API_KEY="sk-test",
        TUTOR_TUI_PIPELINE_SPEAK_URL=url,
        TUTOR_TUI_PIPELINE_SPEAK_MODEL=model,
        **environ,
    )
    assert (service.is_realtime, service.model) == (by_realtime, asked)


def test_the_recommended_services_do_not_end(tmp_path: Path) -> None:
    configuration = configured(tmp_path, TUTOR_TUI_TUTOR_KIND="pipeline", OPENAI_API_KEY="sk-test")
    assert TutorPool(configuration).first()[1] is None


async def test_what_is_worth_knowing_of_a_tutor_is_told_when_it_is_chosen_in_mid_lesson_too(tmp_path: Path) -> None:
    pool = TutorPool(configured(tmp_path))
    settings = configured(tmp_path).settings
    tutor, _ = pool.first()
    session = Session(tutor=tutor, sound=FakeSoundCard(), plan=LessonPlan("Mina", "Teach.", "marin"))
    session.switch(chosen_in_mid_lesson(session, pool.chosen, kind(settings, "pipeline")))
    assert isinstance(session.tutor, PipelineTutor)
    notice = session.lesson.notice
    assert notice is not None and notice.title == "No key, so the offline tutor hears, thinks and speaks."


def test_with_a_key_a_part_may_still_be_done_offline(tmp_path: Path) -> None:
    variables = {
        "TUTOR_TUI_TUTOR_KIND": "pipeline",
        "OPENAI_API_KEY": "sk-test",
        "TUTOR_TUI_PIPELINE_SPEAK_URL": "offline",
    }
    tutor, notice = TutorPool(configured(tmp_path, **variables)).first()
    assert notice is None, "the cloud's voice, which ends soon, is not used"
    assert (tutor.name, tutor.capabilities.hears, tutor.capabilities.costs_money) == ("gpt-6-luna", None, True)


def test_the_settings_of_the_offline_tutor_hold_for_what_it_does_in_turns(tmp_path: Path) -> None:
    variables = {"TUTOR_TUI_TUTOR_KIND": "pipeline", "TUTOR_TUI_OFFLINE_WHISPER_MODEL": "small"}
    tutor, _ = TutorPool(configured(tmp_path, **variables)).first()
    assert tutor.capabilities.hears is None
    broken = {"TUTOR_TUI_TUTOR_KIND": "pipeline", "TUTOR_TUI_OFFLINE_CONVERSATION": "chat"}
    broken["TUTOR_TUI_OFFLINE_CHAT_URL"] = "nonsense"
    with pytest.raises(Problem, match="URL"):
        TutorPool(configured(tmp_path, **broken)).first()
    assert TutorPool(configured(tmp_path, OPENAI_API_KEY="sk-test", **broken)).first(), "it is not needed there"


def test_a_key_that_the_settings_name_and_nobody_set_is_asked_for(tmp_path: Path) -> None:
    configuration = configured(
        tmp_path, TUTOR_TUI_TUTOR_KIND="pipeline", TUTOR_TUI_PIPELINE_CHAT_KEY="CHAT_SECRET", OPENAI_API_KEY="sk-test"
    )
    with pytest.raises(Problem, match="CHAT_SECRET") as refused:
        TutorPool(configuration).first()
    assert "CHAT_SECRET=your-key" in refused.value.hint


async def test_each_kind_is_made_once_and_all_are_closed(tmp_path: Path) -> None:
    closed: list[Tutor] = []
    configuration = configured(tmp_path, OPENAI_API_KEY="sk-test")
    pool = TutorPool(configuration, wrap=lambda tutor: Closing(closed))
    settings = configuration.settings
    first, _ = pool.first()
    offline = pool.of(kind(settings, "offline"))
    assert pool.of(kind(settings, "openai")) is first
    assert pool.of(kind(settings, "offline")) is offline is not first
    await pool.close()
    assert closed == [first, offline]


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


# ---- saved keys -----------------------------------------------------------------------------------------------------


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


# ---- unencrypted lines ----------------------------------------------------------------------------------------------

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
