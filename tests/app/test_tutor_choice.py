"""Which tutor teaches, what it needs, and what is said of it."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from tests.app.choosing import configured, kind, speech_service
from tests.support.fakes import FakeSoundCard
from tutor_tui.app.first_profile import profile_to_begin_with
from tutor_tui.app.frontends import chosen_in_mid_lesson
from tutor_tui.app.tutor_choice import NO_KEY, TutorPool
from tutor_tui.config.profiles import load_profiles, prompts_folders
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.ports import Tutor, TutorLink
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.settings import TutorKind
from tutor_tui.offline_server.hearing import heard_languages
from tutor_tui.session.session import Session
from tutor_tui.tutors.offline.tutor import OfflineTutor
from tutor_tui.tutors.pipeline.tutor import PipelineTutor


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


def test_with_a_key_auto_is_the_cloud(tmp_path: Path) -> None:
    tutor, notice = TutorPool(configured(tmp_path, OPENAI_API_KEY="sk-test")).first()
    assert (tutor.name, notice) == ("gpt-realtime-2.1-mini", None)


def test_a_model_that_will_be_switched_off_is_warned_of(tmp_path: Path) -> None:
    configuration = configured(tmp_path, OPENAI_API_KEY="sk-test", TUTOR_TUI_TUTOR_MODEL="gpt-realtime-mini")
    _, notice = TutorPool(configuration).first()
    assert notice is not None and "2027-01-20" in notice.title


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
