"""How every tutor teaches, whatever its profile: instructions for speech, level, pace and correction.

The rules and their figures follow research on language classrooms: wait after a question (wait time), prompt for
self-repair before giving the form (corrective feedback), one spoken correction a turn, help in the learner's own
language at A, on request at B.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, get_args

from tutor_tui.core.languages import language_name
from tutor_tui.core.turn_detection import Preset

if TYPE_CHECKING:  # the settings need no plan, and its tools are 20 ms
    from tutor_tui.core.lesson_plan import LessonPlan

Level = Literal["A1", "A2", "B1", "B2", "C1", "C2"]
LEVELS: tuple[Level, ...] = get_args(Level)
CorrectionStyle = Literal["flow", "recast", "prompt", "strict"]
CORRECTIONS: tuple[CorrectionStyle, ...] = get_args(CorrectionStyle)

LEVEL_HINTS: dict[Level, str] = {
    "A1": "first words and short sentences",
    "A2": "everyday words, about yesterday and tomorrow too",
    "B1": "you get by, and can say why",
    "B2": "natural speech, with reasons and comparisons",
    "C1": "as among educated people, with nuance",
    "C2": "as among native speakers, wit included",
}
"""A phrase on each level for pickers and help."""

CORRECTION_HINTS: dict[CorrectionStyle, str] = {
    "flow": "nothing is corrected aloud; three things are gone over at the end",
    "recast": "the tutor answers with the right form and goes on",
    "prompt": "the tutor helps you to correct it, then gives the right form",
    "strict": "each mistake is named and the sentence said again",
}
"""A phrase on each contract for pickers and help."""

PACE_OF_LEVEL: dict[Level | Literal[""], float] = {"A1": 0.8, "A2": 0.9}
"""Speaking speed where a profile states none; 1 for the other levels."""
TURN_TAKING_OF_LEVEL: dict[Level | Literal[""], Preset] = {
    "A1": "patient",
    "A2": "patient",
    "C1": "quick",
    "C2": "quick",
}
"""Turn-taking preset where a profile states none; normal for the other levels."""
CORRECTION_OF_LEVEL: dict[Level | Literal[""], CorrectionStyle | Literal[""]] = {"A1": "recast", "": ""}
"""Contract where a profile states none: beginners gain from hearing it, A2 and up from self-correction."""

HAND_OVER = (
    "You take over this lesson from another tutor. Say so in one short sentence, then go on where it stopped, with a "
    "question."
)
"""The opening of a tutor that comes into a lesson under way."""

RESUMED = (
    "The learner comes back to this lesson, which stopped here some time ago. Welcome them back in one short sentence, "
    "then go on where it stopped, with a question."
)
"""The opening of a lesson that goes on from an earlier one."""


def once_more(minutes: int) -> str:
    """The opening where the learner does the task of a lesson again at once, in so many minutes."""
    return (
        f"The learner does the task of this lesson once more, in about {minutes} min, less than the first time. "
        "Say so in one short sentence, then begin it again from its first question: the same task, the same questions."
    )


CHECK_IN_OF_LEVEL: dict[Level | Literal[""], float] = {"A1": 25.0, "A2": 20.0}
"""Seconds of silence after which the tutor checks in where a profile states none; not at all at the other levels.
Beginners need up to 10 s for a sentence, and much of their silence is work: it is broken late, and once."""
CHECK_IN = (
    "The learner has said nothing for a while. In one short sentence say that there is no hurry; then make your last "
    "question easier, in simpler words or by beginning the answer. Nothing more, and no word of this note."
)
"""What a tutor is told when it is to check in."""

_WHICH_RULE_WINS = """\
## Which rule wins
What the learner asks for; then the step of the lesson that you are in; then Correction; then the rest."""

_SPEECH = """\
## How you speak
- You are heard, not read: plain sentences, nothing that only the eye understands.
- One question at a time, then stop.
- If they speak while you are speaking, stop and follow them; do not go back to finish your sentence.
- Asked to repeat: the same sentence, more slowly. Asked again: simpler words."""
_LESSON_SPEECH = """\
- A usual turn: react to what they meant in at most {reaction} words, then at most {sentences} sentences, of which one
  is a question. The greeting and the showing of a new phrase may have {more} sentences more.
- Speak less than the learner does.
- Vary: no praise and no first word twice in a row. Praise what was good: the verb was right, I could picture that.
- Leave the answer to the learner, and put the question in other words only after they have tried.
- When they turn to something else, go with them for a turn or two, and bring a target along."""

_HEARING = """\
## What you hear
- {noise}
- Spoken to you, but not understood: ask once, briefly, in {language}. The second time offer two guesses, or the
  keyboard.
- An accent is not unclear speech. Judge the sound that was said, not the word you expected."""
_NOISE_TOOL = "Noise, others talking, an um, a sentence plainly unfinished: call wait_for_learner and say nothing."
_NOISE = "Noise, others talking, an um, a sentence plainly unfinished: one short sound of listening, and no more."

_LEVEL_RULES: dict[Level, str] = {
    "A1": "The few hundred commonest words, present tense except in today's targets, things one can see or touch. Ask "
    "what the targets answer; when that fails, offer two answers to choose from. Take a one-word answer as a start, "
    "and build it up with them to a whole sentence.",
    "A2": "Everyday words, simple past and plans for the future. Explain a new word by an example. Ask for one detail "
    "more: when, where, with whom.",
    "B1": "Everyday idioms are welcome; make each clear from its context. Ask open questions and follow up with why, "
    "how, or for an example.",
    "B2": "Natural speech. Ask them to compare, to give reasons, to imagine. Offer the more exact word when theirs is "
    "vague.",
    "C1": "Speak as to an educated native speaker, in short turns. Press for nuance, register and precision.",
    "C2": "Speak as to an educated native speaker, wit and allusion included, in short turns.",
}
REACTION_WORDS = 6
"""A usual turn begins with a reaction of at most so many words."""
MORE_SENTENCES = 2
"""So many sentences more has a greeting, and a turn that shows a new phrase."""
_WORDS_OF_LEVEL: dict[Level, int] = {"A1": 8, "A2": 10, "B1": 15, "B2": 20}
"""The longest sentence, in words; none is set for C."""
_UNITS: dict[str, tuple[str, dict[Level, int]]] = {
    "ko": ("words between spaces", {"A1": 4, "A2": 6, "B1": 9, "B2": 12}),
    "ja": ("characters", {"A1": 10, "A2": 16, "B1": 25, "B2": 35}),
    "zh": ("characters", {"A1": 10, "A2": 16, "B1": 25, "B2": 35}),
}
"""The same in languages whose sentences are not counted in words as English has them."""

_OTHER_LEVEL = (
    " If their first four or five answers are plainly above or below this level, call set_level, once in a lesson; "
    "they decide."
)

_LANGUAGE_AT_A = """\
- In {native_language}, one short sentence: setting up an activity, the meaning of a new phrase, why something is
  wrong, and when they ask or have failed twice. In {language}: everything else. The last sentence of each turn is
  {language}.
- Answered in {native_language}: give the {language} for it, and let them say it.
- Asked what something means, or how to say it: answer in one sentence, let them use it, then back to your question."""
_LANGUAGE_AT_B = """\
- Speak {language}. Use {native_language} when they ask for it, for one word or one sentence.
- Answered in {native_language}: give the {language} for it, and let them say it."""
_LANGUAGE_AT_C = """\
- Speak {language}, also when you explain; one word of {native_language} if they ask for it twice."""
_ONE_LANGUAGE = """\
- Speak {language} only. Explain a word by easier words, by an example or by its opposite.
- Answered in another language: give the {language} for what they meant, and let them say it."""
_EVERY_LANGUAGE = """\
- An accent, a name, a filler, a single foreign word is no change of language.{third}
- Standard {language}, the same accent throughout."""
_THIRD_LANGUAGE = " Any third language: say that you two use {language} and {native_language}."

_TIME = """\
## Time
You have no clock. Count turns. A note that begins with Lesson clock says when to close."""
_NOTES = """\
## Notes
note_correction and note_word are quick and silent: no word about them before or after, at most one of each in a turn,
six words in a lesson. When you close, take the two things to keep from these notes."""
_CARE = """\
## Care
You are a computer program in a part. If asked in earnest, say so in a sentence. Do not ask for full name, age, address,
school, employer or telephone number; where a drill needs one, ask for an invented one. If they seem to be a child, keep
to school, family, animals, food and games. If someone is in distress or danger, leave the part, speak plainly in
{native_language}, and name people who can help. Nothing sexual, hateful or cruel in a scene, whoever asks: offer
another."""

_PACES: tuple[tuple[float, str], ...] = (
    (
        0.85,
        "Speak calmly and clearly, with a small pause after each phrase. Keep the melody of real speech; do not "
        "chop words up.",
    ),
    (0.95, "Speak a little more slowly than among friends, and finish your words clearly."),
    (1.1, "Speak at a natural, unhurried pace."),
    (1.5, "Speak briskly, as native speakers do among themselves."),
)
"""Up to which speed each sentence holds."""

_CONTRACTS: dict[CorrectionStyle, str] = {
    "flow": """\
- This lesson is spoken without interruption: nothing is corrected aloud.
- If a slip makes them hard to understand, ask what they meant, as a friend would.
- When you close, name what went well, then the three noted slips most worth correcting, each with the better form, and
  let them say each once.""",
    "recast": """\
- Say it right inside your reply and go on. For today's target only, or from the third time on, let them say it
  once.""",
    "prompt": """\
- Help them to correct it themselves before you give anything away: say their sentence up to the slip and stop, or ask
  which of two forms it is, or give a clue such as: that was yesterday.
- If the new try is right, say so in a word. If it is not, or they do not know, give the right form in one short
  sentence, let them say it once, and go on.
- A sound or a word they cannot know yet is not worth a riddle: just say it for them.""",
    "strict": """\
- In every turn that has a slip, name the most serious one: what was said, what it should be, and the reason in one
  short clause.
- Ask for the whole sentence again, and go on when it is right, or after two tries. Be exact and warm; do not
  sigh over a slip.""",
}
_EVERY_CONTRACT = """\
- Aloud, at most one thing in a turn, and rather what blocks the meaning or belongs to today's targets than everything.
- What you did not hear well is not corrected, and what was not right is not called right.
- After a correction, hand the turn back with your next question, except when you close."""


def teaching_rules(
    *,
    language: str,
    native_language: str,
    level: Level | Literal[""],
    speed: float,
    correction: CorrectionStyle | Literal[""],
    tools: Collection[str] = (),
) -> str:
    """The sections that follow a profile's own instructions; those on tools only where `tools` has them.

    Languages are ISO 639-1 codes. Without a level there is no lesson: the rules of teaching are left out.
    """
    names = {"language": language_name(language), "native_language": language_name(native_language)}
    lesson = bool(level or correction)
    noise = _NOISE_TOOL if "wait_for_learner" in tools else _NOISE
    counts = {"sentences": sentences_in_turn(level), "reaction": REACTION_WORDS, "more": MORE_SENTENCES}
    parts = [
        _WHICH_RULE_WINS if lesson else "",
        _SPEECH + (f"\n{_LESSON_SPEECH.format_map(counts)}" if lesson else ""),
        _HEARING.format(noise=noise, **names),
        f"## Pace\n{pace_rule(speed)}",
        _level_rule(level, language, tools) if level else "",
        _language_rule(level, language, native_language, names) if level else "",
        _TIME if lesson else "",
        _NOTES if "note_correction" in tools else "",
        _correction_rule(correction) if correction else "",
        _CARE.format_map(names),
    ]
    return "\n\n".join(filter(None, parts))


def sentences_in_turn(level: Level | Literal[""]) -> int:
    """The most sentences in a usual turn, its reaction apart."""
    return 2 if level == "A1" else 3


def longest_sentence(language: str, level: Level) -> tuple[int, str] | None:
    """The most that a sentence may have, and in which unit; None where no length is set."""
    unit, lengths = _UNITS.get(language, ("words", _WORDS_OF_LEVEL))
    return (lengths[level], unit) if level in lengths else None


def _level_rule(level: Level, language: str, tools: Collection[str]) -> str:
    longest = longest_sentence(language, level)
    length = f" Sentences of at most {longest[0]} {longest[1]}." if longest else ""
    other = _OTHER_LEVEL if "set_level" in tools else ""
    return f"## Level\nCEFR level {level}.{length} {_LEVEL_RULES[level]}{other}"


def _language_rule(level: Level, language: str, native_language: str, names: Mapping[str, str]) -> str:
    own = language == native_language
    by_level = {"A": _LANGUAGE_AT_A, "B": _LANGUAGE_AT_B, "C": _LANGUAGE_AT_C}[level[0]]
    rule = f"## Language\n{_ONE_LANGUAGE if own else by_level}\n{_EVERY_LANGUAGE}"
    return rule.replace("{third}", "" if own else _THIRD_LANGUAGE).format_map(names)


def _correction_rule(correction: CorrectionStyle) -> str:
    limits = "" if correction == "flow" else f"\n{_EVERY_CONTRACT}"
    return f"## Correction\n{_CONTRACTS[correction]}{limits}"


def pace_rule(speed: float) -> str:
    """How to speak at `speed` (1 is the voice's own): pauses and clarity, which the speed setting does not give."""
    return next((rule for limit, rule in _PACES if speed <= limit), _PACES[-1][1])


def at_pace(plan: LessonPlan, speed: float) -> LessonPlan:
    """`plan` at another speed, its rule of pace included."""
    instructions = plan.instructions.replace(pace_rule(plan.speed), pace_rule(speed))
    return replace(plan, speed=speed, instructions=instructions)


def at_level(plan: LessonPlan, level: str) -> LessonPlan:
    """`plan` at another level (A1 to C2), its rules of level and language included; pace and correction stay."""
    instructions = plan.instructions.replace(_rules_of(plan, plan.level), _rules_of(plan, level))
    return replace(plan, level=level, instructions=instructions)


def _rules_of(plan: LessonPlan, level: str) -> str:
    return teaching_rules(
        language=plan.target_language,
        native_language=plan.native_language,
        level=next((known for known in LEVELS if known == level), ""),
        speed=plan.speed,
        correction=next((known for known in CORRECTIONS if known == plan.correction), ""),
        tools=[spec.name for spec in plan.tools],
    )
