"""A prompt profile: who the tutor is and what the lesson aims at, checked field by field and made into a plan."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from tutor_tui.core.front_matter import SHOWN, FrontMatter, ProfileFault
from tutor_tui.core.languages import language_name
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.pace import PACE
from tutor_tui.core.pedagogy import (
    CHECK_IN_OF_LEVEL,
    CORRECTION_OF_LEVEL,
    CORRECTIONS,
    LEVELS,
    PACE_OF_LEVEL,
    TURN_TAKING_OF_LEVEL,
    CorrectionStyle,
    Level,
    teaching_rules,
)
from tutor_tui.core.safe_text import one_line
from tutor_tui.core.tools import LESSON_TOOLS, TALK_TOOLS, ToolName
from tutor_tui.core.turn_detection import PRESETS, Preset

HELP_LANGUAGE = "en"
"""What help is given in where nothing is known of the learner."""
BLANKS = ("language", "native_language", "level", "name")
"""What may stand in braces in instructions and opening, to be filled when the lesson is planned."""
_BRACES = re.compile(r"\{\{|\}\}|\{([^{}\n]*)\}")


@dataclass(frozen=True, slots=True)
class PromptProfile:
    """One tutor to choose from."""

    key: str
    """The file's name without `.md`: what `--profile` takes."""
    name: str
    language: str
    """What is taught: ISO 639-1."""
    instructions: str
    """Markdown, blanks unfilled: what is this tutor's own; `teaching_rules` adds what all share."""
    native_language: str = ""
    """What help is given in; empty for the language that the learner speaks at home."""
    level: Level | Literal[""] = ""
    voice: str = "marin"
    pace: float = 1.0
    correction: CorrectionStyle | Literal[""] = ""
    """Empty for a conversation that is no lesson."""
    opening: str = ""
    """What the tutor is told to begin with; empty lets the learner begin."""
    turn_taking: Preset = "normal"
    check_in_s: float | None = None
    """After how long a silence the tutor checks in; 0 for never, None where nothing is said."""
    offline_lesson: str = ""
    """The lesson script that the offline tutor walks."""
    course: str = ""
    """The course that it is a unit of, such as korean-a1; empty for a lesson on its own."""
    unit: int = 0
    """Its number there, from 1."""
    can_do: tuple[str, ...] = ()
    """What a learner can do after it, in English."""
    new: tuple[str, ...] = ()
    """Words and phrases that are met for the first time."""
    needs: tuple[int, ...] = ()
    """Units that come before it."""
    tools: tuple[ToolName, ...] = TALK_TOOLS
    """What the tutor may use besides its voice."""
    description: str = ""
    """One line for the picker."""
    own: bool = False
    """Whether the learner wrote it: it was not shipped."""


def parse_profile(key: str, fields: Mapping[str, object], body: str) -> PromptProfile:
    """The profile that front matter `fields` and Markdown `body` describe.

    Values may be text, as they stand in the file, or numbers. Raises `ProfileFault` at the first thing that is wrong.
    """
    front = FrontMatter(fields)
    language = front.language("language")
    level: Level | Literal[""] = front.choice("level", LEVELS) or ""
    correction = front.choice("correction", CORRECTIONS) or CORRECTION_OF_LEVEL.get(level, "prompt")
    profile = PromptProfile(
        key=key,
        name=front.required("name", "the tutor's name, as the picker shows it"),
        language=language,
        native_language=front.language("native_language") if front.text("native_language") else "",
        level=level,
        voice=front.voice() or "marin",
        pace=front.pace(PACE_OF_LEVEL.get(level, 1.0)),
        correction=correction,
        opening=front.text("opening"),
        turn_taking=front.choice("turn_taking", tuple(PRESETS)) or TURN_TAKING_OF_LEVEL.get(level, "normal"),
        check_in_s=front.check_in(CHECK_IN_OF_LEVEL.get(level)),
        offline_lesson=front.file_name("offline_lesson", "a script's file name without .toml"),
        course=front.file_name("course", "a course's name such as korean-a1"),
        unit=front.unit(),
        can_do=front.texts("can_do"),
        new=front.texts("new"),
        needs=front.units("needs"),
        tools=front.tools(LESSON_TOOLS if level or correction else TALK_TOOLS),
        description=front.text("description"),
        instructions=body.strip("\n"),
    )
    if not body.strip():
        raise ProfileFault("instructions", "there are none: write them in Markdown below the front matter", 1)
    if bool(profile.course) != bool(profile.unit):
        raise ProfileFault("course" if profile.course else "unit", "course and unit go together")
    _fill("opening", profile.opening, profile, "")
    _fill("instructions", body, profile, "")
    return profile


def plan_of(
    profile: PromptProfile,
    *,
    native_language: str = "",
    home_language: str = "",
    speed: float | None = None,
    level: Level | Literal[""] = "",
    correction: CorrectionStyle | Literal[""] = "",
) -> LessonPlan:
    """What `profile` asks of a tutor: blanks filled, and the rules of speech, pace, level and correction appended.

    `native_language`, `speed`, `level` and `correction` are what the learner asks for, stronger than what the profile
    does; `home_language`, which the system's locale suggests, is weaker. The rest of a plan is changed with
    `dataclasses.replace`, since the instructions do not depend on it.

    A level and a way of correcting make no lesson of a conversation that is none.
    """
    if profile.level or profile.correction:
        profile = replace(profile, level=level or profile.level, correction=correction or profile.correction)
    native = native_language or profile.native_language or _help_language(profile, home_language)
    wanted_speed = PACE.clamp(profile.pace if speed is None else speed)
    own = own_words(profile, native)
    rules = teaching_rules(
        language=profile.language,
        native_language=native,
        level=profile.level,
        speed=wanted_speed,
        correction=profile.correction,
        tools=profile.tools,
    )
    return LessonPlan(
        profile=profile.name,
        profile_key=profile.key,
        instructions=f"{own}\n\n{rules}",
        voice=profile.voice,
        speed=wanted_speed,
        target_language=profile.language,
        native_language=native,
        level=profile.level,
        turn_detection=PRESETS[profile.turn_taking],
        check_in_s=profile.check_in_s,
        opening=_fill("opening", profile.opening, profile, native),
        offline_lesson=profile.offline_lesson,
        correction=profile.correction,
        can_do=profile.can_do,
    )


def own_words(profile: PromptProfile, native_language: str = "") -> str:
    """The Markdown of `profile` as its tutor reads it: blanks filled, without the rules that all tutors share."""
    return _fill("instructions", profile.instructions, profile, native_language)


def _help_language(profile: PromptProfile, home_language: str) -> str:
    """The language of help where nobody has named one: who learns their system's language speaks another at home."""
    return home_language if home_language and home_language != profile.language else HELP_LANGUAGE


def _fill(field: str, text: str, profile: PromptProfile, native: str) -> str:
    """`text` with its blanks filled; doubled braces stand for themselves."""
    values = {
        "language": language_name(profile.language),
        "native_language": language_name(native or profile.native_language or HELP_LANGUAGE),
        "level": profile.level or "unknown",
        "name": profile.name,
    }

    def fill(found: re.Match[str]) -> str:
        blank = found[1]
        if blank is None:
            return found[0][0]
        if blank not in values:
            line = text.count("\n", 0, found.start()) + 1 if field == "instructions" else 0
            hint = f"{', '.join('{' + name + '}' for name in BLANKS)}, or double the braces to say them"
            raise ProfileFault(field, f"there is no blank {{{one_line(blank, SHOWN)}}}: use {hint}", line)
        return values[blank]

    return _BRACES.sub(fill, text)
