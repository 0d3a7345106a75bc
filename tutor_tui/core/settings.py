"""Every setting, declared once: default, limits and a sentence of help.

The file, the environment, the command line, the settings screen and the README's table all read this module.
A field's full name is `section.field` ("sound.echo_mode"); its environment variable is `TUTOR_TUI_SECTION_FIELD`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache
from typing import Any, Literal, cast, get_args, get_type_hints

from tutor_tui.core import model_catalog
from tutor_tui.core.budget_settings import BudgetSettings
from tutor_tui.core.learner_settings import LearnerSettings
from tutor_tui.core.library_settings import LibrarySettings
from tutor_tui.core.offline_settings import OfflineSettings
from tutor_tui.core.pedagogy import CorrectionStyle, Level
from tutor_tui.core.pipeline_settings import PipelineSettings
from tutor_tui.core.screen_settings import ScreenSettings
from tutor_tui.core.setting_field import FACTS, SettingField, Value, setting
from tutor_tui.core.sound_settings import SoundSettings
from tutor_tui.core.token_count import MAX_OUTPUT_TOKENS
from tutor_tui.core.turn_detection import PREFIX_PADDING_MS, SILENCE_DURATION_MS, THRESHOLD, Eagerness

TutorKind = Literal["auto", "openai", "webrtc", "pipeline", "offline"]
Fallback = Literal["none", "offline"]
DialectName = Literal["ga", "beta", "azure", "xai", "huggingface", "inworld", "qwen", "elevenlabs", "voicelive", "vllm"]
OPENAI_BASE_URL = "https://api.openai.com/v1"
KEY_VARIABLE = "OPENAI_API_KEY"
KEY_VARIABLES: Mapping[DialectName, tuple[str, ...]] = {
    "ga": (KEY_VARIABLE,),
    "beta": (KEY_VARIABLE,),
    "azure": ("AZURE_OPENAI_API_KEY", KEY_VARIABLE),
    "xai": ("XAI_API_KEY",),
    "huggingface": (KEY_VARIABLE,),
    "inworld": ("INWORLD_API_KEY",),
    "qwen": ("DASHSCOPE_API_KEY",),
    "elevenlabs": ("ELEVENLABS_API_KEY",),
    "voicelive": ("AZURE_VOICE_LIVE_API_KEY", "AZURE_OPENAI_API_KEY"),
    "vllm": ("VLLM_API_KEY", KEY_VARIABLE),
}
"""The environment variables that the key to a server may be in, by its dialect; the first that is set is taken.
OpenAI's is taken for servers of one's own, and goes to no other vendor.
"""
LevelChosen = Literal["", Level]
CorrectionChosen = Literal["", CorrectionStyle]
Minutes = Literal["0", "10", "15", "20", "30"]
TurnTaking = Literal["profile", "patient", "normal", "quick", "semantic", "push-to-talk"]
_PRESET = "0: as turn taking or the profile says."


@dataclass(frozen=True, slots=True)
class TutorSettings:
    """Who teaches."""

    kind: TutorKind = setting(
        "auto",
        "Tutor",
        "auto: the cloud with a key, offline without. webrtc: the cloud over WebRTC. pipeline: three services in turn.",
    )
    model: str = setting(
        model_catalog.DEFAULT_MODEL,
        "Model",
        "The speech model of the cloud tutor; a -mini costs about a third of the full one.",
    )
    base_url: str = setting(
        OPENAI_BASE_URL,
        "Address",
        "Another server that speaks the Realtime protocol; ends in /v1.",
        env="OPENAI_BASE_URL",
    )
    dialect: DialectName = setting(
        "ga",
        "Dialect",
        "What that server speaks. ga: today's Realtime. beta: older servers. Others: their makers', see the README.",
    )
    insecure: bool = setting(
        False, "Allow unencrypted", "Allow ws:// to other machines: your voice travels unencrypted."
    )
    transcription_model: str = setting(
        model_catalog.DEFAULT_TRANSCRIBER,
        "Transcription model",
        "Writes down what you say; separate from the model that listens.",
        refused=model_catalog.NO_TRANSCRIBERS,
    )
    max_output_tokens: int = setting(
        MAX_OUTPUT_TOKENS,
        "Longest answer",
        "Most tokens of one answer of the Realtime model, 100 to 4096; 1200 are a minute of speech.",
        low=100,
        high=4_096,
    )
    temperature: float = setting(
        0.0,
        "Temperature",
        "How freely the model chooses its words, 0.6 to 1.2, for the dialect beta only; 0 leaves it to the server.",
        low=0.6,
        high=1.2,
        zero_too=True,
    )
    fallback: Fallback = setting(
        "none",
        "When it is away",
        "offline: the offline tutor goes on when your own is out of reach for 20 s or refuses you. none: nobody does.",
    )
    trusted_folders: str = setting(
        "",
        "Trusted folders",
        "Folders whose .env may say where your key and your voice go; separated by colons, subfolders included.",
    )


@dataclass(frozen=True, slots=True)
class LessonSettings:
    """What is taught, and how turns are taken."""

    profile: str = setting(
        "",
        "Profile",
        "The profile to begin with; p picks another in the lesson. Empty: one that suits you and the tutor.",
    )
    native_language: str = setting(
        "",
        "Your language",
        "Two-letter code of the language you speak at home (en, de, ko …); empty: as the profile or your system says.",
    )
    level: LevelChosen = setting(
        "",
        "Your level",
        "How hard the tutor's language may be, by CEFR; empty: as the profile says. The offline tutor's lessons keep "
        "their own.",
    )
    correction: CorrectionChosen = setting(
        "",
        "Corrections",
        "flow: no mistake is corrected aloud. recast: the tutor says it right and goes on. prompt: you try first. "
        "strict: each mistake is named; empty: as the profile says.",
    )
    minutes: Minutes = setting(
        "0",
        "Length",
        "How long a lesson is to be: the tutor begins to close when four fifths are over. 0: no clock.",
        unit="min",
    )
    turn_taking: TurnTaking = setting("profile", "Turn taking", "When your turn ends; profile: as the profile says.")
    pace: float = setting(
        0.0,
        "Pace",
        "How fast the tutor speaks, 0.25 to 1.5; 0 leaves it to the profile.",
        low=0.25,
        high=1.5,
        step=0.05,
        zero_too=True,
    )
    weather_url: str = setting(
        "", "Weather: address", "A weather service with Open-Meteo's interface; empty: Open-Meteo itself."
    )


@dataclass(frozen=True, slots=True)
class VadSettings:
    """How a pause of yours becomes the end of your turn."""

    silence_ms: int = setting(
        0,
        "Pause",
        f"How long you may be silent before the tutor answers, {SILENCE_DURATION_MS.words}; {_PRESET}",
        low=SILENCE_DURATION_MS.low,
        high=SILENCE_DURATION_MS.high,
        unit="ms",
        zero_too=True,
    )
    threshold: float = setting(
        0.0,
        "Threshold",
        f"How sure the tutor must be that it hears a voice, {THRESHOLD.words}: lower if you speak softly; {_PRESET}",
        low=THRESHOLD.low,
        high=THRESHOLD.high,
        zero_too=True,
    )
    prefix_padding_ms: int = setting(
        0,
        "Lead-in",
        f"How much sound from before your voice was noticed is sent too, {PREFIX_PADDING_MS.words}; {_PRESET}",
        low=PREFIX_PADDING_MS.low,
        high=PREFIX_PADDING_MS.high,
        unit="ms",
        zero_too=True,
    )
    eagerness: Eagerness = setting(
        "low",
        "Eagerness",
        "For semantic only: how soon an unfinished sentence is taken as finished. low waits up to 8 s, high up to 2 s.",
    )


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings. `keys` maps a binding's id to the key that replaces its default."""

    tutor: TutorSettings = field(default_factory=TutorSettings)
    lesson: LessonSettings = field(default_factory=LessonSettings)
    vad: VadSettings = field(default_factory=VadSettings)
    sound: SoundSettings = field(default_factory=SoundSettings)
    pipeline: PipelineSettings = field(default_factory=PipelineSettings)
    offline: OfflineSettings = field(default_factory=OfflineSettings)
    library: LibrarySettings = field(default_factory=LibrarySettings)
    learner: LearnerSettings = field(default_factory=LearnerSettings)
    budget: BudgetSettings = field(default_factory=BudgetSettings)
    screen: ScreenSettings = field(default_factory=ScreenSettings)
    keys: Mapping[str, str] = field(default_factory=dict)


SECTIONS: Mapping[str, type[Any]] = {
    "tutor": TutorSettings,
    "lesson": LessonSettings,
    "lesson.vad": VadSettings,
    "sound": SoundSettings,
    "pipeline": PipelineSettings,
    "offline": OfflineSettings,
    "library": LibrarySettings,
    "learner": LearnerSettings,
    "budget": BudgetSettings,
    "screen": ScreenSettings,
}


@cache
def setting_fields() -> tuple[SettingField, ...]:
    """Every setting, in the order in which a form shows them."""
    return tuple(each for section, kind in SECTIONS.items() for each in _fields_of(section, kind))


def _fields_of(section: str, kind: type[Any]) -> Iterator[SettingField]:
    types = get_type_hints(kind)
    for each in fields(kind):
        facts: SettingField = each.metadata[FACTS]
        yield replace(
            facts,
            section=section,
            name=each.name,
            env=facts.env or variable_of(f"{section}.{each.name}"),
            choices=get_args(types[each.name]),
        )


@cache
def _full_names() -> re.Pattern[str]:
    names = sorted((each.full_name for each in setting_fields()), key=len, reverse=True)
    return re.compile(rf"(?<![\w.])(?:{'|'.join(map(re.escape, names))})(?![\w]|\.\w)")


def with_labels(sentence: str) -> str:
    """`sentence` with settings called as a form calls them: "lesson.pace cannot be 9." → "“Pace” cannot be 9."."""
    labels = {each.full_name: each.label for each in setting_fields()}
    return _full_names().sub(lambda found: f"“{labels[found[0]]}”", sentence)


def variable_of(full_name: str) -> str:
    """The environment variable of a setting that has no established one."""
    return f"TUTOR_TUI_{full_name}".replace(".", "_").upper()


def value_of(settings: Settings, full_name: str) -> Value:
    """The value of `section.field`."""
    attribute, name = _place_of(full_name)
    return cast(Value, getattr(getattr(settings, attribute), name))


def with_value(settings: Settings, full_name: str, value: Value) -> Settings:
    """`settings` with `section.field` set; the value must come from `SettingField.parse`."""
    attribute, name = _place_of(full_name)
    changed: Any = {attribute: replace(getattr(settings, attribute), **{name: value})}
    return replace(settings, **changed)


def _place_of(full_name: str) -> tuple[str, str]:
    """The attribute of `Settings`, and the field in it: ("vad", "threshold") for "lesson.vad.threshold"."""
    *_, attribute, name = full_name.split(".")
    return attribute, name
