"""Who outlives whom in a lesson."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from tests.session.room import Room
from tests.support.paths import LESSONS, PROMPTS
from tests.support.virtual_time import in_virtual_time
from tests.ui.stage import KOREAN
from tutor_tui.app.configured import plan_for
from tutor_tui.app.run import under_way
from tutor_tui.config.profiles import load_profiles
from tutor_tui.core.profile import PromptProfile
from tutor_tui.core.settings import LessonSettings, Settings, TutorSettings
from tutor_tui.core.turn_detection import PRESETS
from tutor_tui.offline_server.backend import LocalBackend
from tutor_tui.offline_server.lesson.script_folders import list_heads
from tutor_tui.openai_api.private_extensions import FREE_TALK, WantedLesson


def test_a_plan_asks_for_what_the_settings_say_of_the_model() -> None:
    assert (plan_for(KOREAN, Settings()).max_output_tokens, plan_for(KOREAN, Settings()).temperature) == (2_048, 0.0)
    tutor = TutorSettings(max_output_tokens=4_096, temperature=0.8)
    plan = plan_for(KOREAN, Settings(tutor=tutor))
    assert (plan.max_output_tokens, plan.temperature) == (4_096, 0.8)


def test_the_learners_level_and_way_of_being_corrected_are_stronger_than_the_profiles() -> None:
    plan = plan_for(
        replace(KOREAN, correction="recast"), Settings(lesson=LessonSettings(level="C1", correction="flow"))
    )
    assert (plan.level, plan.correction) == ("C1", "flow")
    assert "CEFR level C1." in plan.instructions and "nothing is corrected aloud" in plan.instructions
    assert plan.speed == KOREAN.pace and plan.turn_detection == PRESETS["patient"], "the profile's own"


def test_every_shipped_profile_gets_an_offline_lesson_in_its_language_or_none() -> None:
    lessons = {each.name: each for each in list_heads([LESSONS])}
    taught = {each.language for each in lessons.values()}
    for profile in load_profiles([PROMPTS]).profiles:
        plan = plan_for(profile, Settings(), find_lessons=lessons.values)
        if profile.language in taught:
            assert lessons[plan.offline_lesson].language == profile.language, profile.key
        else:
            assert plan.offline_lesson == "", profile.key
        greeting = LocalBackend([LESSONS]).guide(WantedLesson.of(plan), plan.target_language, []).greet()
        assert greeting.language == (profile.language if plan.offline_lesson else "en")
        assert greeting.text.startswith("There is no offline lesson in ") == (not plan.offline_lesson)


@pytest.mark.parametrize(("named", "stands_in"), [("", True), ("en-a1-likes", False)])
def test_a_lesson_stands_in_for_free_talk_unless_the_profile_names_it(named: str, stands_in: bool) -> None:
    talk = PromptProfile("talk", "Talk", "en", "Chat.", offline_lesson=named)
    plan = plan_for(talk, Settings(), find_lessons=lambda: list_heads([LESSONS]))
    assert (plan.stands_in, plan.offline_lesson != "") == (stands_in, True)
    assert (WantedLesson.of(plan).level == FREE_TALK) == stands_in


def test_a_profile_of_ones_own_in_a_language_without_lessons_gets_none() -> None:
    mine = PromptProfile("mine", "Mio", "it", "Teach.", level="A1", correction="recast")
    plan = plan_for(mine, Settings(), find_lessons=lambda: list_heads([LESSONS]))
    assert plan.offline_lesson == ""
    assert plan_for(replace(mine, offline_lesson="it-mine"), Settings()).offline_lesson == "it-mine", "it was named"


def test_a_front_end_that_breaks_at_once_ends_the_lesson_and_keeps_its_fault() -> None:
    async def main() -> None:
        room = Room()
        async with asyncio.timeout(5):
            with pytest.raises(ValueError, match="before it was shown"):
                async with under_way(room.session, lambda: None) as lesson:
                    raise ValueError("before it was shown")
        assert lesson.cancelled()

    in_virtual_time(main())


def test_a_lesson_that_ends_by_itself_says_so_and_one_that_is_left_is_over() -> None:
    async def main() -> None:
        room, ends = Room(), list[str]()
        async with under_way(room.session, lambda: ends.append("over")) as lesson:
            await asyncio.sleep(0.1)
            assert ends == []
        assert lesson.cancelled()
        await asyncio.sleep(0)
        assert ends == ["over"]

    in_virtual_time(main())
