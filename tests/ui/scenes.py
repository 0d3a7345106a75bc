"""Moments of a lesson, for snapshots and for the eye."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.ui.past_lessons import ALL, kept_in
from tests.ui.stage import (
    ENGLISH,
    JAPANESE,
    KOREAN,
    KOREAN_TALK,
    READY,
    Broken,
    FakeProfiles,
    StagedSession,
    answered,
    make_app,
    not_listened_for,
    scripted_tutor,
    spoken,
)
from tutor_tui.core import events as ev
from tutor_tui.core.availability import lacking
from tutor_tui.core.capabilities import Capabilities, without
from tutor_tui.core.heard_words import DifferentWord
from tutor_tui.core.lesson_plan import Applied, LessonPlan
from tutor_tui.core.profile import PromptProfile, plan_of
from tutor_tui.core.screen_settings import Theme
from tutor_tui.core.settings import Settings
from tutor_tui.core.tools import LESSON_TOOLS, Correction, Note, Word
from tutor_tui.core.turn_detection import PRESETS, PushToTalk, SemanticVad
from tutor_tui.library.lessons import SqliteLibrary
from tutor_tui.offline_server.hearing import heard_languages
from tutor_tui.offline_server.lesson.doubt_phrases import doubt_phrases_in
from tutor_tui.session.level_meter import Level
from tutor_tui.tools.registry import standard_tools
from tutor_tui.tutors.offline.server_process import BUILT_IN, HEARS_FREELY
from tutor_tui.ui.app import TutorApp

THEMES: tuple[Theme, ...] = ("tutor-night", "tutor-day")
SIZES = ((80, 24), (120, 40))
OFFLINE = Capabilities(
    hears=frozenset({"en"}), semantic_vad=False, live_lesson=False, costs_money=False, way="offline", voices=False
)
RECORDING = Capabilities(way="recording", listens=False)
SERVER = without(Capabilities(tools=True), lacking(("server_vad", "takes_eagerness", "tools"), date(2026, 11, 21)))


def _korean() -> StagedSession:
    plan = replace(plan_of(KOREAN), tools=standard_tools("").specs(LESSON_TOOLS))
    session = StagedSession(plan, scripted_tutor(capabilities=Capabilities(tools=True)))
    session.happen(*KOREAN_TALK)
    return session


def _japanese_cut() -> StagedSession:
    session = StagedSession(plan_of(JAPANESE))
    session.happen(
        *READY,
        *answered("a1", "こんにちは！今日は東京駅で切符を買う練習をしましょう。どこまで行きますか。"),
        *spoken("u1", "京都まで、お願いします。"),
        ev.ReplyStarted("r2"),
        ev.TutorTextDelta("a2", "かしこまりました。京都までですね。「片道」ですか、それとも「往復」ですか。"),
        ev.TutorAudio("a2", bytes(960)),
        ev.SpeechCut("a2", 2_000, 4_000),
        ev.LearnerStartedSpeaking("u2"),
    )
    session.meter.level = Level(-19.0, -9.0, False, 1)
    return session


def _thinking() -> StagedSession:
    session = _korean()
    session.happen(
        ev.LearnerStartedSpeaking("u9"), ev.LearnerTextDelta("u9", "따뜻한 "), ev.LearnerStoppedSpeaking("u9")
    )
    return session


def _offline() -> StagedSession:
    session = StagedSession(plan_of(JAPANESE), scripted_tutor("offline", OFFLINE))
    session.happen(
        *READY,
        ev.DeviceLost("microphone", "No microphone was found.", "Plug one in, then press d."),
        ev.Trouble("Offline tutor: there is no key for the cloud.", "Add OPENAI_API_KEY to .env and start again."),
        *answered("a1", "こんにちは。はじめましょう。"),
        ev.LearnerTyped("u1", "はい、お願いします。"),
        ev.LearnerStartedSpeaking("u2"),
        ev.LearnerStoppedSpeaking("u2"),
        ev.LearnerTextFailed("u2"),
    )
    return session


def _failed() -> StagedSession:
    session = _korean()
    session.happen(
        ev.LinkEnded("OpenAI refused the key.", True, "Check OPENAI_API_KEY; a new one is made at platform.openai.com.")
    )
    return session


def _push_to_talk() -> StagedSession:
    session = StagedSession(replace(plan_of(ENGLISH), turn_detection=PushToTalk()), scripted_tutor("offline", OFFLINE))
    session.happen(*READY, ev.PlanApplied(Applied(PushToTalk())), *answered("a1", "Hello! What is your name?"))
    session.happen(ev.Muted(True))
    return session


def _semantic() -> StagedSession:
    session = StagedSession(replace(plan_of(ENGLISH), turn_detection=SemanticVad()), scripted_tutor("offline", OFFLINE))
    session.happen(*READY, ev.PlanApplied(Applied(PRESETS["quick"])), *answered("a1", "Hello! What is your name?"))
    return session


def _recording() -> StagedSession:
    session = StagedSession(scripted=scripted_tutor("recording of gpt-realtime-2.1-mini", RECORDING))
    session.happen(*KOREAN_TALK)
    return session


OFFLINE_BY_EAR = replace(OFFLINE, hears=heard_languages(), hears_freely=HEARS_FREELY, ears=BUILT_IN, scripted=True)


def _scripted(profile: PromptProfile, lesson: str) -> LessonPlan:
    return replace(plan_of(profile), offline_lesson=lesson)


def _heard() -> StagedSession:
    """What was heard, unclear words and all; what was not listened for; and what the learner may have said."""
    session = StagedSession(_scripted(KOREAN, "ko-a1-where-from"), scripted_tutor("offline", OFFLINE_BY_EAR))
    session.happen(
        *READY,
        *answered("a1", "안녕하세요. 이름이 뭐예요? (Hello. What is your name?)"),
        *spoken("u1", "안녕하세요. 저는 미나예요.", unclear=((7, 9),), different=(DifferentWord(10, 14, "N", "M"),)),
        *answered("a2", "반가워요! 어디에서 왔어요? (Nice to meet you! Where are you from?)"),
        *not_listened_for("u2"),
        *answered("a3", f"{doubt_phrases_in('en').not_listened_for} Say the country, then 에서 왔어요."),
        *spoken("u3", "저는 독일에서 왔어요.", unsure=True, unclear=((3, 7),)),
        *answered("a4", "Did you say “저는 독일에서 왔어요”? (네, 맞아요 / 아니요)"),
    )
    return session


def _heard_japanese() -> StagedSession:
    session = StagedSession(_scripted(JAPANESE, "ja-a1-station"), scripted_tutor("offline", OFFLINE_BY_EAR))
    session.happen(
        *READY,
        *answered("a1", "こんにちは。どこへ行きますか。 (Hello. Where are you going?)"),
        *spoken("u1", "京都まで、お願いします。", unclear=((0, 2), (5, 7))),
        *answered("a2", "京都ですね。何時の電車ですか。 (To Kyoto. Which train?)"),
        *not_listened_for("u2"),
        *answered("a3", doubt_phrases_in("en").not_listened_for),
        *spoken("u3", "九時の電車をお願いします。", unsure=True, unclear=((3, 5),)),
        *answered("a4", "Did you say “九時の電車をお願いします”? (はい、そうです / いいえ、ちがいます)"),
    )
    return session


def _own_server() -> StagedSession:
    """A server that `doctor --probe` found to lack much."""
    session = StagedSession(replace(plan_of(ENGLISH), turn_detection=PushToTalk()), scripted_tutor("my-model", SERVER))
    session.happen(*READY, ev.PlanApplied(Applied(PushToTalk())), *answered("a1", "Hello! What is your name?"))
    return session


def _notes() -> StagedSession:
    session = _korean()
    session.happen(
        ev.Noted(Note(Correction("커피를 마시고 싶어요", "커피 한 잔 주세요", "an order, not a wish"), "u1")),
        ev.Noted(Note(Word("한 잔", "one cup or glass of", "물 한 잔 주세요."), "u2")),
        ev.Noted(Note(Word("따뜻하다", "to be warm"), "u2")),
    )
    return session


def _recorded() -> StagedSession:
    session = _korean()
    session.happen(ev.SoundRecorded(True))
    return session


SCENES: dict[str, tuple[Callable[[], StagedSession], Sequence[str]]] = {
    "korean": (_korean, ()),
    "japanese-cut": (_japanese_cut, ()),
    "thinking": (_thinking, ()),
    "offline": (_offline, ()),
    "failed": (_failed, ()),
    "push-to-talk": (_push_to_talk, ()),
    "turns": (_korean, ("v",)),
    "turns-semantic": (_semantic, ("v",)),
    "profiles": (_korean, ("p",)),
    "devices": (_korean, ("d",)),
    "settings": (_korean, ("s",)),
    "help": (_korean, ("question_mark",)),
    "palette": (_korean, ("ctrl+p",)),
    "typing": (_korean, ("t", "안", "녕")),
    "recording": (_recording, ("r",)),
    "recorded": (_recorded, ()),
    "heard": (_heard, ()),
    "heard-japanese": (_heard_japanese, ()),
    "heard-limits": (_heard, ("question_mark",)),
    "own-server": (_own_server, ("v", "up")),
    "own-server-settings": (_own_server, ("s",)),
    "limits": (_offline, ("question_mark",)),
    "notes": (_notes, ("n",)),
    "history": (_korean, ("l",)),
    "history-reading": (_korean, ("l", "enter")),
    "history-search": (_korean, ("l", "slash", *"커피", "enter")),
    "history-delete": (_korean, ("l", "down", "d")),
}


@cache
def _past_lessons() -> tuple[TemporaryDirectory[str], SqliteLibrary]:
    """A library, and what removes it in the end."""
    folder = TemporaryDirectory()
    return folder, kept_in(Path(folder.name), ALL)


def staged(scene: str, theme: Theme) -> tuple[TutorApp, Sequence[str]]:
    """The app at the beginning of that scene, and the keys that lead into it."""
    make, keys = SCENES[scene]
    settings = Settings()
    broken = (Broken(Path("/home/mina/.config/tutor-tui/prompts/my-tutor.md"), 4, "level: 'A9' is not one of A1, A2"),)
    session = make()
    app = make_app(
        session,
        settings=replace(settings, screen=replace(settings.screen, theme=theme)),
        profiles=FakeProfiles(broken=broken),
        library=_past_lessons()[1],
    )
    return app, keys
