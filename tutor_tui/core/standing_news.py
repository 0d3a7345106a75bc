"""What the learner has to know for as long as it is so, as a missing microphone: the same in every front end."""

from __future__ import annotations

from tutor_tui.core.actions import key
from tutor_tui.core.availability import (
    HEAR_MORE,
    NO_LESSON_HINT,
    NOTHING_BUT_ZEROS,
    NOTHING_BUT_ZEROS_HINT,
    SPOKEN_HINT,
    Option,
    deaf_to,
    greyed,
    lacks_lesson,
)
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.captions_shown import replay_shown, training_shown
from tutor_tui.core.courses import NO_LESSON
from tutor_tui.core.ear_training import training_keys, training_words
from tutor_tui.core.languages import language_name
from tutor_tui.core.lesson import Lesson
from tutor_tui.core.phase_text import HEARD_AS_NO_VOICE, LOUDER, NO_VOICE, QUIETER, UNNOTICED
from tutor_tui.core.replayed import REPLAY_KEYS, replayed_words
from tutor_tui.core.tools import LevelSuggestion
from tutor_tui.core.turn_detection import PushToTalk, ServerVad
from tutor_tui.core.values import value
from tutor_tui.core.waiting_text import waiting_words


@value
class News:
    """One sentence with its way out."""

    severity: str
    title: str
    hint: str = ""


def replayed_news(lesson: Lesson) -> tuple[News, ...]:
    """What is heard again, said after the tutor, or written down, with the keys that go with it: for the eye, as plain
    lines would be read over it.
    """
    if training := training_shown(lesson):
        talks = isinstance(lesson.plan.turn_detection, PushToTalk)
        return (News("information", training_words(training), training_keys(training, talk_key_talks=talks)),)
    what = replay_shown(lesson)
    return (News("information", replayed_words(what), REPLAY_KEYS),) if what else ()


KEEP_QUESTION = "Keep your notes for the next lesson, on this machine?"
KEEP_CONSEQUENCE = "Without a yes they are lost when you leave."
"""Said beside the question where the lesson is being left."""


def standing_news(
    lesson: Lesson, abilities: Capabilities, lower_threshold: str, *, typing: bool = False
) -> tuple[News, ...]:
    """All of it, the most urgent first.

    `lower_threshold` says how the threshold is lowered in this front end; `typing`: the learner is on the typing line.
    """
    devices = (lesson.microphone, lesson.speaker)
    question = lesson.question  # two keys, one question: the others wait
    suggestion = lesson.suggestion if question == "level" else None
    suggested = [_suggested(suggestion, typing=typing)] if suggestion else []
    # What the tutor asks comes first; a level only for half a minute.
    news = [_asked(typing=typing)] if question == "said" else []
    news += [] if lesson.suggestion_waits else suggested
    news += [News("warning", device.missing, device.hint) for device in devices if device.missing]
    if lesson.unnoticed:
        news.append(_unnoticed(lesson, lower_threshold))
    deaf = deaf_to(lesson.plan, abilities)
    needed = abilities.listens and not deaf  # nobody needs the microphone of a recording, or of a typed lesson
    if lesson.microphone.silent and needed:
        news.append(News("warning", NOTHING_BUT_ZEROS, NOTHING_BUT_ZEROS_HINT))
    news += suggested if lesson.suggestion_waits else []
    if question == "keep":
        news.append(_keep_question(typing=typing))
    if lacks_lesson(lesson.plan, abilities):
        language = language_name(lesson.plan.target_language)
        news.append(News("warning", NO_LESSON.format(language=language), NO_LESSON_HINT))
    elif deaf:
        hint = f"{SPOKEN_HINT} {HEAR_MORE}" if abilities.ears else SPOKEN_HINT
        news.append(News("information", greyed(abilities, lesson)["talk"], hint))
    elif not abilities.server_vad:
        news.append(News("information", greyed(abilities, lesson).get(Option("turns", "server"), "")))
    if waiting := waiting_words(lesson, abilities, typing=typing):
        news.append(News("information", waiting.title, waiting.hint))
    return tuple(each for each in news if each.title)


def _unnoticed(lesson: Lesson, lower_threshold: str) -> News:
    match lesson.unnoticed_how:
        case "in noise":
            return News("warning", UNNOTICED, QUIETER)
        case "loud":
            return News("warning", NO_VOICE, HEARD_AS_NO_VOICE)
        case "soft":
            by_threshold = isinstance(lesson.plan.turn_detection, ServerVad)
            return News("warning", UNNOTICED, f"{LOUDER} {lower_threshold}" if by_threshold else LOUDER)


def _asked(*, typing: bool) -> News:
    keys = "yes or no, and enter" if typing else f"{key('yes')} for yes, {key('no')} for no"
    return News("information", "The tutor asks whether you said that.", f"Say it, or {keys}.")


def _suggested(suggestion: LevelSuggestion, *, typing: bool) -> News:
    reason = f": {suggestion.because}" if suggestion.because else ""
    title = f"The tutor suggests level {suggestion.level}{reason}."
    keys = "y or n, and enter" if typing else f"{key('yes')} takes it, {key('no')} leaves it"
    return News("information", title, f"{keys}.")


def _keep_question(*, typing: bool) -> News:
    keys = "y or n, then enter" if typing else f"{key('yes')} to keep them, {key('no')} not to"
    return News("information", KEEP_QUESTION, f"{keys}.")
