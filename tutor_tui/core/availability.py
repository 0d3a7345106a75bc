"""What cannot be done now: which controls go grey, and the sentence that says why.

The sentences are for the learner, and stand here because every front end shows the same ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple, TypeAlias

from tutor_tui.core.actions import key
from tutor_tui.core.capabilities import Ability, Capabilities, Way
from tutor_tui.core.dictated import Dictated
from tutor_tui.core.ear_training import EarTraining
from tutor_tui.core.extras import install_command
from tutor_tui.core.languages import language_name
from tutor_tui.core.lesson import Lesson
from tutor_tui.core.lesson_plan import DrillKind, LessonPlan
from tutor_tui.core.shadowed import Shadowed
from tutor_tui.core.turn_detection import PRESETS, PushToTalk, SemanticVad, ServerVad


class Option(NamedTuple):
    """One of the choices that a control offers: semantic of "turns", or of the setting "lesson.turn_taking"."""

    control: str
    value: str


Control: TypeAlias = str | Option
"""What can go grey: a key by its id ("think"), a part of the turn panel ("turns"), a setting by its full name
("lesson.pace"), or one option of these.
"""


@dataclass(frozen=True, slots=True)
class Limit:
    """Something that cannot be done."""

    ability: str
    """The field of `Capabilities` that it hangs on; empty where it hangs on the lesson alone."""
    holds: Callable[[Capabilities, Lesson], bool]
    says: str
    greys: tuple[Control, ...] = ()
    """Empty for what the learner should know and can press no key about."""


def understands(plan: LessonPlan, abilities: Capabilities) -> bool:
    """Whether the tutor understands the language of this lesson by ear. Nobody has to speak to a recording."""
    return not abilities.listens or abilities.hears is None or plan.target_language in abilities.hears


def deaf_to(plan: LessonPlan, abilities: Capabilities) -> str:
    """What the tutor hears, where it cannot understand the language by ear; empty where it can. Without a full stop."""
    if abilities.hears is None or understands(plan, abilities):
        return ""
    known = sorted(language_name(code) for code in abilities.hears)
    if len(known) > _LANGUAGES_NAMED:
        return f"This tutor does not hear {language_name(plan.target_language)}"
    return f"This tutor hears only {' and '.join(known)}" if known else "This tutor cannot hear"


_LANGUAGES_NAMED = 2
"""More would make a long list of what does not help here."""


def hears_expected_only(plan: LessonPlan, abilities: Capabilities) -> bool:
    """Whether the tutor understands by ear, in the language of this lesson, nothing but what its lesson listens for."""
    hears_freely = abilities.hears_freely is None or plan.target_language in abilities.hears_freely
    return understands(plan, abilities) and abilities.listens and not hears_freely


WHISPER_IS_THERE = "Whisper, which hears whatever you say, is installed: set offline.speech_to_text to auto."
MORE_EARS = f"{install_command('whisper')} adds ears for whatever you say, in every language."
"""The one command that does."""


def lacks_lesson(plan: LessonPlan, abilities: Capabilities) -> bool:
    """Whether the tutor has nothing to teach here: it walks lesson scripts, and there is none in this language."""
    return abilities.scripted and not plan.offline_lesson


def is_spoken(plan: LessonPlan, abilities: Capabilities) -> bool:
    """Whether there is a lesson, and the learner can speak in it."""
    return understands(plan, abilities) and not lacks_lesson(plan, abilities)


def answers_in_writing(lesson: Lesson) -> bool:
    """Whether it is a drill whose answers are to be written, whatever the tutor hears."""
    drill = lesson.plan.drill
    return drill == "dictation" or bool(drill and lesson.microphone.missing)


NO_LESSON_HINT = f"{key('spoken')} takes you to one that you can speak in, {key('profile')} shows all profiles."
"""The way out, behind it."""
SPOKEN_HINT = f"{key('spoken')} takes you to a lesson that you can speak in."
"""The way out of a lesson that cannot be spoken, behind the sentence that says so."""
HEAR_MORE = "tutor-tui doctor says how it hears more."
"""Behind it, where the ears are ours."""
GO_OFFLINE = f"{key('offline')} goes on with the offline tutor."
"""The way out when the tutor is away, which keeps the conversation."""
SPOKEN_ALREADY = "You can speak in this lesson."
NO_SPOKEN = "This tutor understands none of the profiles by ear."
"""What is said instead where there is no such way, or no need of one."""


SHADOWING = "You are shadowing: finish that first, or end it."
DICTATION = "You are writing down what you heard: finish that first, or end it."
NOT_CONNECTED = "The tutor is not connected."
NOTHING_KEPT = "Nothing is kept: library.keep is off."
"""Why there are no past lessons to read."""
NOTES_OFF = "Nothing is kept for later lessons: learner.keep is no."
NOTES_OFF_WITH_LESSON = "Nothing is kept for later lessons either: library.keep is off."
NO_ASIDES = "This kind of server answers nothing beside the conversation: ask the tutor itself what it means."


def _lacks(ability: str) -> Callable[[Capabilities, Lesson], bool]:
    return lambda abilities, _lesson: not getattr(abilities, ability)


def _trains(lesson: Lesson, how: type[EarTraining]) -> bool:
    """Whether the tutor waits because the learner trains their ear in that way."""
    return lesson.voice_waits and isinstance(lesson.training, how)


def _is_push_to_talk(_abilities: Capabilities, lesson: Lesson) -> bool:
    return isinstance(lesson.plan.turn_detection, PushToTalk)


def _has_no_turn_to_hold(_abilities: Capabilities, lesson: Lesson) -> bool:
    return (lesson.muted or bool(lesson.microphone.missing)) and not lesson.held


def _notes_nothing(abilities: Capabilities, lesson: Lesson) -> bool:
    offered = {spec.name for spec in lesson.plan.tools}
    return abilities.listens and not lesson.notes and not offered & _NOTING


_NOTING: frozenset[str] = frozenset({"note_correction", "note_word"})


_PACE = ("slower", "faster")
_PATIENCE = ("less-patience", "more-patience")
_VAD_NUMBERS = ("lesson.vad.silence_ms", "lesson.vad.threshold", "lesson.vad.prefix_padding_ms")
_SILENCES = (
    Option("lesson.turn_taking", "patient"),
    Option("lesson.turn_taking", "normal"),
    Option("lesson.turn_taking", "quick"),
)

LIMITS: tuple[Limit, ...] = (
    Limit(
        "listens",
        _lacks("listens"),
        "This is a recording: it cannot answer.",
        (
            *("mute", "talk", "think", "type", "repeat", "shadow", "dictation", "meaning"),
            *("hint", "record"),
            *("profile", "spoken", "again", "drill", "turns", *_PATIENCE, "echo"),
            *("lesson.profile", "lesson.native_language", "lesson.level", "lesson.correction", "lesson.minutes"),
            *("lesson.turn_taking", "lesson.pace", "lesson.weather_url", *_PACE),
            *(*_VAD_NUMBERS, "lesson.vad.eagerness"),
        ),
    ),
    Limit("", lambda _, lesson: _trains(lesson, Shadowed), SHADOWING, ("think", "type", "repeat", "turns")),
    Limit("", lambda _, lesson: _trains(lesson, Dictated), DICTATION, ("think", "repeat", "turns")),
    Limit(
        "hears",
        lambda abilities, lesson: bool(deaf_to(lesson.plan, abilities)),
        "{deaf}, so type your answers.",
        ("talk", "think", "turns", *_PATIENCE),
    ),
    Limit(
        "hears_freely",
        lambda abilities, lesson: hears_expected_only(lesson.plan, abilities),
        f"By ear it understands only what its lesson listens for; anything else has to be typed. {MORE_EARS}",
    ),
    Limit("", lambda _, lesson: not lesson.linked, NOT_CONNECTED, ("repeat",)),
    Limit("", lambda _, lesson: not (lesson.linked or lesson.voice_is_kept), NOT_CONNECTED, ("talk",)),
    Limit("", _is_push_to_talk, "Push-to-talk waits as long as you like.", ("think", *_PATIENCE)),
    Limit("", _has_no_turn_to_hold, "The microphone is off, so there is no turn to hold.", ("think",)),
    Limit(
        "server_vad",
        _lacks("server_vad"),
        "This tutor does not hear when you have finished: press the talk key.",
        (Option("turns", "server"), *_PATIENCE, *_SILENCES, *_VAD_NUMBERS),
    ),
    Limit(
        "takes_eagerness",
        _lacks("takes_eagerness"),
        "This tutor refuses to judge whether you sound finished.",
        (Option("turns", "semantic"), Option("lesson.turn_taking", "semantic"), "lesson.vad.eagerness"),
    ),
    Limit(
        "semantic_vad",
        lambda abilities, _: abilities.takes_eagerness and not abilities.semantic_vad,
        "This tutor cannot tell whether a sentence is finished: it waits a fixed time.",
        (Option("eagerness", "auto"), Option("turns", "semantic"), Option("lesson.turn_taking", "semantic")),
    ),
    Limit("asides", _lacks("asides"), NO_ASIDES, ("hint",)),
    Limit("voices", _lacks("voices"), "It speaks with a voice of its own, whatever the profile asks for."),
    Limit(
        "takes_calls",
        _lacks("takes_calls"),
        "This kind of server cannot be called over WebRTC.",
        (Option("tutor.kind", "webrtc"),),
    ),
    Limit("holds", _lacks("holds"), "This tutor cannot be kept waiting: it answers each pause.", ("think",)),
    Limit("pace", _lacks("pace"), "This tutor speaks at its own pace.", ("lesson.pace", *_PACE)),
    Limit(
        "tools",
        lambda abilities, lesson: not abilities.tools and not lesson.notes,
        "This tutor writes nothing down and looks nothing up.",
        ("notes", "lesson.weather_url"),
    ),
    Limit("", _notes_nothing, "Nothing is written down in this profile's lessons.", ("notes",)),
    Limit("cancels", _lacks("cancels"), "When you stop it, this tutor falls silent, but goes on unheard."),
    Limit("truncates", _lacks("truncates"), "What you stopped before you heard it, this tutor believes it has said."),
    Limit("learner_text", _lacks("learner_text"), "This tutor does not write down what you say."),
    Limit("learner_deltas", _lacks("learner_deltas"), "Your words appear when your turn is over, all at once."),
)
"""The first that holds for a control says why."""


def holding(abilities: Capabilities, lesson: Lesson) -> Iterator[tuple[Limit, str]]:
    """What cannot be done now, with its sentence: the tutor's own where it has one."""
    reasons: Mapping[str, str] = {reason.ability: reason.sentence for reason in abilities.because}
    for limit in LIMITS:
        if limit.holds(abilities, lesson):
            words = limit.says.replace("{deaf}", deaf_to(lesson.plan, abilities))
            yield limit, reasons.get(limit.ability, words)


def greyed(abilities: Capabilities, lesson: Lesson) -> dict[Control, str]:
    """Control → why it does nothing now."""
    found: dict[Control, str] = {}
    for limit, words in holding(abilities, lesson):
        found = dict.fromkeys(limit.greys, words) | found
    if isinstance(lesson.training, Shadowed):
        found.pop("talk", None)  # it hears that once more
    return found


def why_not_offline(abilities: Capabilities, lesson: Lesson) -> str:
    """Why the offline tutor cannot take over now; empty where it can, the learner's own being away."""
    if not abilities.listens:
        return "Nobody can take over here: this goes on as it was written."
    if abilities.way == "offline":
        return "The offline tutor is teaching already."
    return "Your tutor is there: the offline tutor takes over when it is not." if lesson.linked else ""


def why_no_drill(abilities: Capabilities, lesson: Lesson, kind: DrillKind = "recall") -> str:
    """Why a drill of that kind cannot begin now; empty where it can."""
    if not abilities.scripted:
        return "The offline tutor holds drills: tutor-tui --drill begins one."
    return f"This is a drill already; {key('profile')} goes on to a lesson." if lesson.plan.drill == kind else ""


def not_now(why: str) -> str:
    """The sentence that says why something does nothing now, as a remark behind its name."""
    return f"not now ({why[:1].lower()}{why[1:].removesuffix('.')})"


def barred_options(control: str, greyed: Mapping[Control, str]) -> dict[str, str]:
    """The options of that control that cannot be chosen now, and why."""
    options = ((each, why) for each, why in greyed.items() if isinstance(each, Option))
    return {option.value: why for option, why in options if option.control == control}


def suited(plan: LessonPlan, abilities: Capabilities) -> LessonPlan:
    """`plan` with turns that this tutor can take: it would wait for ever for an end that it does not hear. Drills are
    for one that walks scripts, and so is a unit that only its script knows: others have nothing to tell of it.
    """
    if not abilities.scripted:
        told = plan.due or plan.can_do
        plan = replace(plan, drill="", tools=tuple(spec for spec in plan.tools if told or spec.name != "used"))
    match plan.turn_detection:
        case ServerVad() | SemanticVad() if not abilities.server_vad:
            return replace(plan, turn_detection=PushToTalk())
        case SemanticVad() if not abilities.takes_eagerness:
            return replace(plan, turn_detection=PRESETS["patient"])
        case _:
            return plan


def shortcomings(abilities: Capabilities, lesson: Lesson) -> list[str]:
    """What this tutor cannot do, a sentence each, whatever the lesson is doing."""
    return list(dict.fromkeys(words for limit, words in holding(abilities, lesson) if limit.ability))


def lacking(lacks: Iterable[Ability], day: date) -> dict[Ability, str]:
    """Ability → the sentence for a tutor whose server was found, on that day, not to have it."""
    says = {limit.ability: limit.says.rstrip(".") for limit in LIMITS}
    return {ability: f"{says[ability]} (so doctor --probe found on {day})." for ability in lacks}


# ---- settings that only some ways look at ---------------------------------------------------------------------------

_REALTIME: frozenset[Way] = frozenset({"openai", "webrtc"})
_WITH_KEY: frozenset[Way] = _REALTIME | {"pipeline"}
HEEDED_BY: Mapping[str, frozenset[Way]] = {
    "tutor.model": _REALTIME,
    "tutor.dialect": _REALTIME,
    "tutor.base_url": _WITH_KEY,
    "tutor.transcription_model": _WITH_KEY,
    "tutor.fallback": _WITH_KEY,
    "pipeline": frozenset({"pipeline"}),
    "offline": frozenset({"offline"}),
}
"""A setting, or a whole section, and who looks at it; what is not here counts for all."""


def unheeded(full_name: str, abilities: Capabilities) -> str:
    """A sentence where the tutor under way does not look at a setting; empty where it does."""
    way, section = abilities.way, full_name.partition(".")[0]
    heeding = HEEDED_BY.get(full_name, HEEDED_BY.get(section, frozenset({way})))
    if way in heeding or (section == "offline" and abilities.ours):
        return ""
    return f"Used by {listed(sorted(heeding))}."


def listed(words: Sequence[str], last: str = "and") -> str:
    """Words in a sentence: "hears", "hears and speaks", "hears, thinks and speaks"."""
    *before, end = words
    return f"{', '.join(before)} {last} {end}" if before else end


NOTHING_BUT_ZEROS = "The microphone is completely silent: it is switched off, or badly connected."
NOTHING_BUT_ZEROS_HINT = (
    f"Unmute it in the system's mixer, or choose another: {key('devices')}. "
    "A Bluetooth headset may need its headset profile."
)
