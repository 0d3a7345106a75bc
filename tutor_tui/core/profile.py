"""A prompt profile: who the tutor is and what the lesson aims at, checked field by field and made into a plan."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from math import isfinite
from typing import Literal, TypeVar

from tutor_tui.core.languages import LANGUAGES, language_name, likely_code
from tutor_tui.core.lesson_plan import LessonPlan
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
from tutor_tui.core.tools import LESSON_TOOLS, TALK_TOOLS, TOOL_NAMES, ToolName
from tutor_tui.core.turn_detection import PRESETS, Preset, Range

PACE = Range(0.25, 1.5, 0.05, "×")
"""The speeds a tutor's voice can take (`speed` in OpenAI's Realtime API)."""
PACE_STEP = 0.15
"""A change by so much is heard at once; less is not."""
PACE_ENDS = f"The pace is at its limit: it goes from {PACE.low:g}× to {PACE.high:g}×."
"""What is said where `other_pace` changes nothing."""
CHECK_IN = Range(10, 120, 5, "s")
"""How long a learner may be silent before the tutor checks in: sooner would be nagging."""
HELP_LANGUAGE = "en"
"""What help is given in where nothing is known of the learner."""
BLANKS = ("language", "native_language", "level", "name")
"""What may stand in braces in instructions and opening, to be filled when the lesson is planned."""
FIELDS = (
    "name",
    "description",
    "language",
    "native_language",
    "level",
    "voice",
    "pace",
    "correction",
    "opening",
    "turn_taking",
    "check_in",
    "offline_lesson",
    "course",
    "unit",
    "can_do",
    "new",
    "needs",
    "tools",
)
"""What the front matter may hold; `name` and `language` must be there."""
_LISTS = frozenset({"can_do", "new", "needs", "tools"})
"""Those that may be lists."""
LAST_UNIT = 99
_MOST_IN_LIST, _LONGEST_IN_LIST = 20, 80
"""What a learner reads at a glance: lines, and characters of one."""

_LENGTHS = {"name": 60, "description": 120, "opening": 2_000}
"""Longest texts, in characters: a header, a line of the picker, a spoken beginning."""
_VOICE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_BRACES = re.compile(r"\{\{|\}\}|\{([^{}\n]*)\}")
_SHOWN = 40
"""Characters of a wrong value that are enough to recognise it by."""
_Choice = TypeVar("_Choice", bound=str)


class ProfileFault(ValueError):
    """What is wrong with a profile, and where."""

    def __init__(self, field: str, reason: str, body_line: int = 0) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        """The front matter's field, or "instructions"."""
        self.reason = reason
        """What is wrong and what would be right, in a sentence."""
        self.body_line = body_line
        """The line of the instructions (from 1), or 0 when a field of the front matter is at fault."""


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
    for field in fields:
        _check_known(field)
    texts = {field: _text(field, fields[field]) for field in FIELDS if field in fields and field not in _LISTS}
    language = _language("language", texts)
    level: Level | Literal[""] = _choice("level", texts, LEVELS) or ""
    correction = _choice("correction", texts, CORRECTIONS) or CORRECTION_OF_LEVEL.get(level, "prompt")
    profile = PromptProfile(
        key=key,
        name=_required(texts, "name", "the tutor's name, as the picker shows it"),
        language=language,
        native_language=_language("native_language", texts) if texts.get("native_language") else "",
        level=level,
        voice=_pattern("voice", texts, _VOICE, "a voice's name such as marin or cedar") or "marin",
        pace=_pace(texts, PACE_OF_LEVEL.get(level, 1.0)),
        correction=correction,
        opening=texts.get("opening", ""),
        turn_taking=_choice("turn_taking", texts, tuple(PRESETS)) or TURN_TAKING_OF_LEVEL.get(level, "normal"),
        check_in_s=_check_in(texts, CHECK_IN_OF_LEVEL.get(level)),
        offline_lesson=_pattern("offline_lesson", texts, _FILE_NAME, "a script's file name without .toml"),
        course=_pattern("course", texts, _FILE_NAME, "a course's name such as korean-a1"),
        unit=_unit("unit", texts.get("unit", "")),
        can_do=_texts("can_do", fields.get("can_do")),
        new=_texts("new", fields.get("new")),
        needs=tuple(_unit("needs", each) for each in _texts("needs", fields.get("needs"))),
        tools=_tools(fields.get("tools"), LESSON_TOOLS if level or correction else TALK_TOOLS),
        description=texts.get("description", ""),
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
            raise ProfileFault(field, f"there is no blank {{{one_line(blank, _SHOWN)}}}: use {hint}", line)
        return values[blank]

    return _BRACES.sub(fill, text)


def _check_known(field: str) -> None:
    if field in FIELDS:
        return
    near = get_close_matches(field.casefold().replace("-", "_").replace(" ", "_"), FIELDS, n=1, cutoff=0.5)
    way_out = f"the nearest is {near[0]}" if near else f"the fields are {', '.join(FIELDS)}"
    raise ProfileFault(field, f"no such field; {way_out}")


def _text(field: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ProfileFault(field, "must be a single text or number, not a list, a table or yes/no")
    text = str(value).strip()
    if len(text) > _LENGTHS.get(field, 200):
        raise ProfileFault(field, f"is too long: {len(text)} characters, at most {_LENGTHS.get(field, 200)}")
    allowed = "\n\t" if field == "opening" else ""
    if any(ord(mark) < 32 or 127 <= ord(mark) < 160 for mark in text if mark not in allowed):
        raise ProfileFault(field, "must be one line without control characters")
    return text


def _required(texts: Mapping[str, str], field: str, meaning: str) -> str:
    text = texts.get(field, "")
    if not text:
        raise ProfileFault(field, f"is missing: {meaning}")
    return text


def _language(field: str, texts: Mapping[str, str]) -> str:
    text = texts.get(field, "")
    if not text:
        raise ProfileFault(field, "is missing: the two-letter code (ISO 639-1) of what is taught, such as ko, en or es")
    code = text.casefold()
    if code in LANGUAGES:
        return code
    likely = likely_code(text)
    way_out = f"for {LANGUAGES[likely]} write {likely}" if likely else "write two letters such as ko, en or es"
    raise ProfileFault(field, f"{one_line(text, _SHOWN)!r} is no ISO 639-1 language code; {way_out}")


def _choice(field: str, texts: Mapping[str, str], allowed: tuple[_Choice, ...]) -> _Choice | None:
    """The one of `allowed` that the text names, upper or lower case; None where the field is absent or empty."""
    text = texts.get(field, "")
    if not text:
        return None
    for choice in allowed:
        if text.casefold() == choice.casefold():
            return choice
    raise ProfileFault(field, f"{one_line(text, _SHOWN)!r} is not one of {', '.join(allowed)}")


def _pattern(field: str, texts: Mapping[str, str], pattern: re.Pattern[str], meaning: str) -> str:
    text = texts.get(field, "")
    if text and not pattern.fullmatch(text):
        raise ProfileFault(field, f"{one_line(text, _SHOWN)!r} is not {meaning}")
    return text


def _pace(texts: Mapping[str, str], default: float) -> float:
    text = texts.get("pace", "")
    return _number("pace", text, PACE) if text else default


def _check_in(texts: Mapping[str, str], default: float | None) -> float | None:
    """Seconds, or "none" for never."""
    text = texts.get("check_in", "")
    if not text:
        return default
    return 0.0 if text.casefold() == "none" else _number("check_in", text, CHECK_IN, " of seconds, or none,")


def _number(field: str, text: str, limits: Range, what: str = "") -> float:
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not isfinite(number) or limits.clamp(number) != number:
        reason = f"{one_line(text, _SHOWN)!r} is not a number{what} from {limits.low} to {limits.high}"
        raise ProfileFault(field, reason)
    return number


def _unit(field: str, text: str) -> int:
    """The number of a unit; 0 for none."""
    if not text:
        return 0
    if not re.fullmatch("[1-9][0-9]?", text):
        raise ProfileFault(field, f"{one_line(text, _SHOWN)!r} is not a whole number from 1 to {LAST_UNIT}")
    return int(text)


def _texts(field: str, value: object) -> tuple[str, ...]:
    """One text, or a list of them."""
    texts = [_text(field, each) for each in (value if isinstance(value, list) else [value])]
    if len(texts) > _MOST_IN_LIST:
        raise ProfileFault(field, f"has {len(texts)} entries, at most {_MOST_IN_LIST}")
    if longest := max((len(text) for text in texts if len(text) > _LONGEST_IN_LIST), default=0):
        raise ProfileFault(field, f"has an entry of {longest} characters, at most {_LONGEST_IN_LIST}")
    return tuple(filter(None, texts))


def _tools(value: object, default: tuple[ToolName, ...]) -> tuple[ToolName, ...]:
    """The tools that a list, or a text with commas, names; "none" is none, and an absent or empty field the default."""
    names = value if isinstance(value, list) else _text("tools", value).split(",")
    wanted = [str(name).strip().casefold() for name in names if str(name).strip()]
    if not wanted:
        return default
    if wanted == ["none"]:
        return ()
    known: dict[str, ToolName] = {name: name for name in TOOL_NAMES}
    for name in wanted:
        if name not in known:
            raise ProfileFault(
                "tools", f"{one_line(name, _SHOWN)!r} is no tool; there are {', '.join(TOOL_NAMES)}, or none"
            )
    return tuple(dict.fromkeys(known[name] for name in wanted))


def other_pace(speed: float, change: float) -> float:
    """`speed` so much faster, or slower below 0, as far as a voice can."""
    return round(PACE.clamp(speed + change), 2)
