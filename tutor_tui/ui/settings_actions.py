"""Settings changed on the screen are kept, and put in force where that is possible now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from textual.message import Message

from tutor_tui.core.availability import (
    NO_SPOKEN,
    NOTES_OFF_WITH_LESSON,
    NOTHING_KEPT,
    SPOKEN_ALREADY,
    Control,
    barred_options,
    greyed,
    is_spoken,
    unheeded,
    why_no_drill,
)
from tutor_tui.core.courses import CoursePath, FindLessons, LessonHead, profile_path
from tutor_tui.core.lesson import Lesson
from tutor_tui.core.lesson_plan import DrillKind, LessonPlan
from tutor_tui.core.lesson_records import KeptLesson, Library
from tutor_tui.core.pedagogy import at_pace
from tutor_tui.core.problems import Problem
from tutor_tui.core.profile import PromptProfile
from tutor_tui.core.profile_choice import spoken_profile
from tutor_tui.core.setting_field import SettingField, Value
from tutor_tui.core.settings import Settings, setting_fields, value_of, with_value
from tutor_tui.core.turn_detection import TurnDetection
from tutor_tui.core.turn_settings import settings_for
from tutor_tui.learning.course_progress import CourseProgress
from tutor_tui.learning.look_ups import NO_LOOK_UPS, LookUps
from tutor_tui.session.session import Session
from tutor_tui.ui.ports import (
    FindProfiles,
    MakePlan,
    MakeTutor,
    ProfileList,
    SaveSetting,
)

LATER = "from the next start"
"""What is said of a setting that the lesson under way cannot take."""

_TAUGHT = ("lesson.native_language", "lesson.level", "lesson.correction")
"""What the tutor's instructions are made of, beside its profile."""
_TURNS = ("lesson.turn_taking", *(each.full_name for each in setting_fields() if each.section == "lesson.vad"))
_BUDGETS = tuple(each.full_name for each in setting_fields() if each.section == "budget")

_PROFILE_GONE_HINT = "You can still read it, and begin another lesson from the list of profiles."


class SettingsChanged(Message):
    """Some setting has another value."""


class SettingsActions:
    """Settings and profile of the lesson under way, and what follows when one is changed."""

    def __init__(
        self,
        session: Session,
        profiles: ProfileList,
        find_profiles: FindProfiles,
        settings: Settings,
        save: SaveSetting,
        make_plan: MakePlan,
        make_tutor: MakeTutor,
        find_lessons: FindLessons,
        library: Library | None = None,
        look_ups: LookUps = NO_LOOK_UPS,
    ) -> None:
        self.settings = settings
        self.profiles = profiles
        self.library = library
        """The lessons that are kept; None where nothing is."""
        self.look_ups = look_ups
        """What is told of them."""
        self._find_profiles = find_profiles
        self._session = session
        self._save = save
        self._make_plan = make_plan
        self._make_tutor = make_tutor
        self._find_lessons = find_lessons
        self._at_once: dict[str, Callable[[], None]] = {
            "tutor.kind": lambda: session.switch(make_tutor(self.settings)),
            "lesson.pace": lambda: self._teach(keep_pace=False),
            **dict.fromkeys(_TAUGHT, self._teach),
            "lesson.minutes": lambda: session.clock.set_length(int(self.settings.lesson.minutes)),
            **dict.fromkeys(_TURNS, self._turn_taking),
            "tutor.fallback": self._fallback,
            **dict.fromkeys(_BUDGETS, self._budget),
            "sound.echo_mode": lambda: session.set_echo(self.settings.sound.echo_mode),
            "sound.pause_at_voice": self._pause_at_voice,
            "sound.gain_db": self._gain,
            "sound.input_device": lambda: session.choose_device("microphone", self.settings.sound.input_device),
            "sound.output_device": lambda: session.choose_device("speaker", self.settings.sound.output_device),
            "library.keep": self._keep_lesson,
            "learner.keep": lambda: session.memory.consent.choose(self.settings.learner.keep),
            "library.record": lambda: session.recorder.sound.want(self.settings.library.record),
            "screen.theme": lambda: None,  # the app looks at the settings itself
            "screen.captions": self._captions,
            "screen.debug": lambda: None,
            "learner.report": lambda: None,  # so it does at the end
        }

    def _keep_lesson(self) -> None:
        on = self.settings.library.keep
        self._session.memory.consent.keep_lesson(on)
        self._session.recorder.keep(on)

    def _pause_at_voice(self) -> None:
        self._session.barge_in.wanted = self.settings.sound.pause_at_voice

    def _gain(self) -> None:
        self._session.sound.microphone.gain_db = self.settings.sound.gain_db

    def _captions(self) -> None:
        ladder = self._session.study.captions
        ladder.fixed = self.settings.screen.captions
        ladder.follow_plan()

    def read_profiles(self) -> None:
        """Look again at the learner's files: what was edited or added since counts. Raises `Problem`."""
        self.profiles = self._find_profiles()

    @property
    def profile(self) -> PromptProfile | None:
        """The profile of the lesson under way, if it is one of those known."""
        key = self._session.lesson.plan.profile_key
        return next((each for each in self.profiles.profiles if each.key == key), None)

    def language_of_help(self, profile: PromptProfile) -> str:
        """What lessons of that profile would help in: ISO 639-1."""
        return self._make_plan(profile, self.settings).native_language

    def why_idle(self, full_name: str) -> str:
        """A sentence where the setting makes no difference to the lesson under way; empty where it does."""
        if full_name == "learner.keep" and not self.settings.library.keep:
            return NOTES_OFF_WITH_LESSON
        return self._greyed.get(full_name) or unheeded(full_name, self._session.tutor.capabilities)

    def barred(self, full_name: str) -> dict[str, str]:
        """The choices of a setting that cannot be had now, and why."""
        return barred_options(full_name, self._greyed)

    @property
    def _greyed(self) -> dict[Control, str]:
        return self.greyed_in(self._session.lesson)

    def greyed_in(self, lesson: Lesson) -> dict[Control, str]:
        """Control → why it does nothing now."""
        found = greyed(self._session.tutor.capabilities, lesson)
        readable = self.library is not None and (self.settings.library.keep or self.library.is_there)
        found = found if readable else {**found, "history": NOTHING_KEPT}
        return found if self.look_ups.learner is None else {name: why for name, why in found.items() if name != "notes"}

    @property
    def why_no_notes(self) -> str:
        """Why the tutor under way writes nothing down; empty where it does."""
        return greyed(self._session.tutor.capabilities, self._session.lesson).get("notes", "")

    def is_at_once(self, full_name: str) -> bool:
        """Whether the lesson under way takes this setting."""
        return full_name in self._at_once

    def change(self, field: SettingField, raw: object) -> str:
        """Take, apply and keep a setting; which variable wins over it at the next start, or an empty text.

        Raises `Problem` where it cannot be taken, or is in force but not kept.
        """
        value = field.parse(raw)
        before = self.settings
        self.settings = with_value(before, field.full_name, value)
        try:
            self._at_once.get(field.full_name, lambda: None)()
        except Problem:
            self.settings = before
            raise
        return self._save(field.full_name, value)

    def try_out(self, full_name: str, value: Value) -> None:
        """Another value for this lesson only; it counts from the next `put_in_force`, or with the next profile."""
        self.settings = with_value(self.settings, full_name, value)

    def put_in_force(self, full_name: str) -> None:
        """Have the lesson under way take a setting as it is now. Raises `Problem`."""
        self._at_once[full_name]()

    def keep(self, full_name: str, value: Value) -> None:
        """Keep a setting that is in force already. Raises `Problem` where it cannot be kept."""
        self.settings = with_value(self.settings, full_name, value)
        self._save(full_name, value)

    def keep_turns(self, detection: TurnDetection) -> None:
        """Have every lesson end turns so. Raises `Problem` where it cannot be kept."""
        for full_name, value in settings_for(detection).items():
            if value != value_of(self.settings, full_name):
                self.keep(full_name, value)

    def keeps_turns(self, detection: TurnDetection) -> bool:
        """Whether every lesson ends turns so already."""
        return all(value_of(self.settings, name) == value for name, value in settings_for(detection).items())

    def go_offline(self) -> None:
        """Go on with the offline tutor in this lesson; the next one begins as before. Raises `Problem`."""
        self._session.switch(self._make_tutor(with_value(self.settings, "tutor.kind", "offline")))

    def teach_by(self, profile: PromptProfile) -> None:
        """Go on with another profile; what was said stays said. Raises `Problem` where no plan can be made of it."""
        old = self._session.lesson.plan
        new = self._make_plan(profile, self.settings)
        self._session.change(new.continuing(old))

    def resume(self, kept: KeptLesson) -> None:
        """Go on with a lesson that was kept; what was said in this one stays said. Raises `Problem`."""
        if why := self._greyed.get("profile"):
            raise Problem(why)
        wanted = kept.lesson.profile_key
        profile = next((each for each in self.profiles.profiles if wanted and each.key == wanted), None)
        if profile is None:
            raise Problem(f"That lesson cannot go on: its profile, {kept.lesson.profile}, is gone.", _PROFILE_GONE_HINT)
        plan = self._make_plan(profile, self.settings).continuing(self._session.lesson.plan)
        self._session.change(kept.going_on(plan), resumes=True)

    def path_of(self, profile: PromptProfile) -> CoursePath:
        """The course of that profile, with the tutor of the lesson under way: from the first unit that is not done."""
        if not self._session.tutor.capabilities.scripted:
            return profile_path(profile, self.profiles.profiles)
        under_way = profile is self.profile
        plan = self._session.lesson.plan if under_way else self._make_plan(profile, self.settings)
        learner = self.look_ups.learner if self.settings.learner.keep == "yes" else None
        path = CourseProgress(learner, self._find_lessons).path_of(plan)
        return replace(path, next=path.goes_on_at) if under_way else path

    @property
    def task_title(self) -> str:
        """The title of the unit under way; empty where none of a course is, and the profile's title says it."""
        plan = self._session.lesson.plan
        if not self._session.tutor.capabilities.scripted or not plan.offline_lesson:
            return ""
        return next((each.title for each in self._find_lessons() if each.name == plan.offline_lesson), "")

    def begin(self, profile: PromptProfile, unit: LessonHead | None) -> None:
        """Go on with that unit of the path of `profile`; None where it has no path. Raises `Problem`."""
        if unit is not None and self._session.tutor.capabilities.scripted:
            plan = replace(self._make_plan(profile, self.settings), offline_lesson=unit.name)
            self._session.change(plan.continuing(self._session.lesson.plan))
            return
        if unit is not None:
            profile = next((each for each in self.profiles.profiles if each.key == unit.name), profile)
        self.teach_by(profile)

    def teach_by_voice(self) -> str:
        """Go on with a profile that the tutor understands by ear; or a sentence on why not. Raises `Problem`."""
        abilities = self._session.tutor.capabilities
        if is_spoken(self._session.lesson.plan, abilities):
            return SPOKEN_ALREADY
        found = spoken_profile(self.profiles.profiles, hears=abilities.hears, scripted=abilities.scripted)
        if found is None:
            return NO_SPOKEN
        self.teach_by(found)
        return ""

    def drill(self, kind: DrillKind = "recall") -> None:
        """Go on with a drill of that kind on what is due. Raises `Problem` where nothing is, or nobody can hold one."""
        lesson = self._session.lesson
        if why := why_no_drill(self._session.tutor.capabilities, lesson, kind):
            raise Problem(why)
        if self.look_ups.drill is not None:
            self._session.change(self.look_ups.drill(lesson.plan, kind))

    def _teach(self, *, keep_pace: bool = True) -> None:
        """Teach by the settings as they are now, at the pace that the learner has now, or at theirs."""
        new, old = self._planned(), self._session.lesson.plan
        if new is None:
            return
        new = at_pace(new, old.speed) if keep_pace else new
        names = ("speed", "instructions", "native_language", "level", "correction")
        wanted = replace(old, **{name: getattr(new, name) for name in names})
        if wanted != old:
            self._session.change(wanted)

    def _turn_taking(self) -> None:
        new = self._planned()
        if new is not None:
            self._session.set_turn_detection(new.turn_detection, own=False)

    def _budget(self) -> None:
        self._session.budget.settings = self.settings.budget

    def _fallback(self) -> None:
        self._session.fallback.setting = self.settings.tutor.fallback

    def _planned(self) -> LessonPlan | None:
        profile = self.profile
        return None if profile is None else self._make_plan(profile, self.settings)
