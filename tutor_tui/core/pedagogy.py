"""How every tutor teaches, whatever its profile: instructions for speech, level, pace and correction.

The rules and their figures follow research on language classrooms: wait after a question (wait time), prompt for
self-repair before giving the form (corrective feedback), one spoken correction a turn, help in the learner's own
language at A, on request at B.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, get_args

from tutor_tui.core.languages import language_name
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.turn_detection import Preset

Level = Literal["A1", "A2", "B1", "B2", "C1", "C2"]
LEVELS: tuple[Level, ...] = get_args(Level)
CorrectionStyle = Literal["flow", "recast", "prompt", "strict"]
CORRECTIONS: tuple[CorrectionStyle, ...] = get_args(CorrectionStyle)

CORRECTION_HINTS: dict[CorrectionStyle, str] = {
    "flow": "nothing is corrected aloud; three things are gone over at the end",
    "recast": "the tutor answers with the right form and goes on",
    "prompt": "the tutor helps you to correct yourself first, then gives the right form",
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

_SPEECH = """\
## How you speak
You are heard, not read. Speak plain sentences: no lists, headings, emoji, brackets or other marks.
- Ask one question at a time, then stop. Silence after a question is thinking: do not fill it.
- If they speak while you are speaking, stop and follow them; do not go back to finish your sentence.
- If you did not hear clearly, say so and ask for it again. Never guess at what was said.
- If they ask you to repeat, say the same sentence again more slowly before you say it in other words."""
_LESSON_SPEECH = """\
- Never answer your own question, and never ask it again in other words before the learner has tried.
- Speak less than the learner does. React first to what they meant, in a few words.
- Never correct what you did not hear well."""

_LEVEL_RULES: dict[Level, str] = {
    "A1": "Sentences of at most eight words, two to a turn. The few hundred commonest words, present tense, things "
    "one can see or touch. Begin with either-or questions and move to open ones. Take a one-word answer as a "
    "start: build it up with the learner to a whole sentence.",
    "A2": "Sentences of at most ten words, two or three to a turn. Everyday words, simple past and plans for the "
    "future. Explain a new word by an example. Ask for one detail more: when, where, with whom.",
    "B1": "Sentences of at most fifteen words, three to a turn. Everyday idioms are welcome; make each clear from "
    "its context. Ask open questions and follow up with why, how, or for an example.",
    "B2": "Natural sentences, at most twenty words, three to a turn. Ask the learner to compare, to give reasons, "
    "to imagine. Offer the more exact word when theirs is vague.",
    "C1": "Speak as to an educated native speaker, but still in short turns. Press for nuance, register and precision.",
    "C2": "Speak as to an educated native speaker, wit and allusion included, but still in short turns.",
}

_NATIVE_HELP: dict[str, str] = {
    "A": "Speak {language}. When the learner is stuck or asks, help with one short sentence of {native_language}, "
    "then say the {language} once more and let them try. If they answer in {native_language}, give them the "
    "{language} for it.",
    "B": "Speak {language} only. Use {native_language} when the learner asks for it, for one word or one sentence.",
    "C": "Speak {language} only, also when you explain.",
}
_ONE_LANGUAGE = (
    "Speak {language} only. Explain a word by easier words, by an example or by its opposite. If the learner uses "
    "another language, give them the {language} for what they meant, and let them say it."
)

_PACES: tuple[tuple[float, str], ...] = (
    (
        0.85,
        "Speak calmly and clearly, with a small pause after each phrase. Keep the melody of real speech; never "
        "chop words up.",
    ),
    (0.95, "Speak a little more slowly than among friends, and finish your words clearly."),
    (1.1, "Speak at a natural, unhurried pace."),
    (1.5, "Speak briskly, as native speakers do among themselves."),
)
"""Up to which speed each sentence holds."""

_CONTRACTS: dict[CorrectionStyle, str] = {
    "flow": "The learner has chosen to speak without interruption. Correct nothing aloud. If a slip makes them "
    "hard to understand, ask what they meant, as a friend would. Remember what you heard. When the lesson closes, "
    "name what went well, then the three slips most worth correcting, each with the better form, and let them say "
    "each once.",
    "recast": "When something is wrong, say it right inside your own natural reply, leaning a little on the corrected "
    "part, and go on with the conversation. Do not say that it was wrong. If the same slip returns a third time, "
    "ask them to say the right form once.",
    "prompt": "When something is wrong, let the learner finish, wait a moment, and help them to correct it themselves "
    "before you give anything away: say their sentence up to the slip and stop, or ask which of two forms it is, "
    "or give a clue such as: that was yesterday. Wait for the new try. If it is right, say so in a word. If it is "
    "still wrong, or they do not know, give the right form in one short sentence, let them say it once, and go on. "
    "A sound or a word they cannot know yet is not worth a riddle: just say it for them.",
    "strict": "The learner has asked to be held to accuracy. In every turn that has a slip, name the most serious "
    "one: say what was said, say what it should be, and give the reason in one short clause. Ask for the whole "
    "sentence again, and go on when it is right, or after two tries. Be exact and warm; never sigh over a slip.",
}
_EVERY_CONTRACT = (
    "Correct at most one thing aloud in a turn, and rather what blocks the meaning or belongs to today's targets "
    "than everything. Never call something right that was not. After a correction always hand the turn back with "
    "your next question."
)


def teaching_rules(
    *,
    language: str,
    native_language: str,
    level: Level | Literal[""],
    speed: float,
    correction: CorrectionStyle | Literal[""],
) -> str:
    """The paragraphs that follow a profile's own instructions.

    Languages are ISO 639-1 codes. Without a level there is no lesson: the rules of level and language are left out.
    """
    speech = f"{_SPEECH}\n{_LESSON_SPEECH}" if level or correction else _SPEECH
    parts = [speech, f"## Pace\n{pace_rule(speed)}"]
    if level:
        help_rule = _ONE_LANGUAGE if language == native_language else _NATIVE_HELP[level[0]]
        names = {"language": language_name(language), "native_language": language_name(native_language)}
        parts.append(f"## Level\nThe learner is at CEFR level {level}. {_LEVEL_RULES[level]}")
        parts.append(f"## Language\n{help_rule.format_map(names)}")
    if correction:
        limits = "" if correction == "flow" else f"\n{_EVERY_CONTRACT}"
        parts.append(f"## Correction\n{_CONTRACTS[correction]}{limits}")
    return "\n\n".join(parts)


def pace_rule(speed: float) -> str:
    """How to speak at `speed` (1 is the voice's own): pauses and clarity, which the speed setting does not give."""
    return next((rule for limit, rule in _PACES if speed <= limit), _PACES[-1][1])


def at_pace(plan: LessonPlan, speed: float) -> LessonPlan:
    """`plan` at another speed, its rule of pace included."""
    instructions = plan.instructions.replace(pace_rule(plan.speed), pace_rule(speed))
    return replace(plan, speed=speed, instructions=instructions)
