"""The lesson put into words: short, true, and the same wherever they are shown. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tutor_tui.core.actions import key, names_key
from tutor_tui.core.availability import answers_in_writing
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.ear_training import now_words
from tutor_tui.core.languages import language_name
from tutor_tui.core.lesson import Lesson, Phase
from tutor_tui.core.lesson_clock import clock
from tutor_tui.core.lesson_plan import DRILL_S, LessonPlan
from tutor_tui.core.phase_text import Standing
from tutor_tui.core.shadowed import Shadowed
from tutor_tui.core.turn_detection import SemanticVad

STANDING_MARKS: dict[Standing, str] = {
    Standing.DISCONNECTED: "○",
    Standing.CONNECTING: "◌",
    Standing.LISTENING: "●",
    Standing.HEARING: "◉",
    Standing.THINKING: "…",
    Standing.SPEAKING: "▶",
    Standing.FAILED: "✕",
    Standing.MUTED: "╌",
    Standing.HELD: "‖",
    Standing.TALK_KEY: "○",
    Standing.TYPING: "›",
    Standing.NO_SOUND: "╌",
    Standing.REPLAYING: "▶",
    Standing.SHADOWING: "♪",
    Standing.DICTATION: "♪",
    Standing.PLAYING: "○",
    Standing.OVER: "■",
}
"""A shape for each way that a lesson stands, so that colour is never the only sign."""
PHASE_CLASSES: dict[Phase, str] = {phase: f"-{phase.name.lower()}" for phase in Phase}
"""The CSS class that colours what follows the phase."""
_ADVICE: dict[Standing, str] = {
    Standing.DISCONNECTED: "one moment: reaching the tutor",
    Standing.CONNECTING: "one moment: reaching the tutor",
    Standing.LISTENING: "your turn: speak",
    Standing.HEARING: "hearing you",
    Standing.THINKING: "the tutor is thinking",
    Standing.SPEAKING: f"the tutor is speaking: {key('interrupt')} stops it",
    Standing.FAILED: "the lesson has stopped",
    Standing.MUTED: "the tutor cannot hear you",
    Standing.HELD: "take your time: the tutor waits",
    Standing.TALK_KEY: f"press {key('talk')} to talk",
    Standing.TYPING: f"your turn: {key('type')} to type",
    Standing.NO_SOUND: "the tutor cannot hear you",
    Standing.REPLAYING: f"your turn when this is over: {key('interrupt')} stops it",
    Standing.SHADOWING: "shadowing",
    Standing.DICTATION: "dictation",
    Standing.PLAYING: "playing a recording",
    Standing.OVER: f"the recording is over: {key('quit')} leaves",
}

_ASKS_FOR_A_TURN = frozenset({Standing.LISTENING, Standing.TALK_KEY, Standing.TYPING})
"""Who hears a sentence again is not asked for one meanwhile, though they may speak."""


def advice(
    lesson: Lesson,
    now: Standing,
    hold_left_s: int | None = None,
    *,
    pausing: bool = False,
    typing: bool = False,
    covered: bool = False,
) -> str:
    """What the learner can do now, for the border of the meter, with places for keys.

    `pausing`: the learner has fallen silent in a turn that the tutor may end; `typing`: they are on the typing line;
    `covered`: a sheet lies over the lesson, whose keys do nothing there.
    """
    words = _advice(lesson, now, hold_left_s, pausing=pausing, typing=typing)
    return now.value if covered and names_key(words) else words


def _advice(lesson: Lesson, now: Standing, hold_left_s: int | None, *, pausing: bool, typing: bool) -> str:
    if now in (Standing.SHADOWING, Standing.DICTATION) and lesson.training is not None:
        return now_words(lesson.training)
    if lesson.replayed is not None and now in _ASKS_FOR_A_TURN and not typing:
        return f"replaying: {key('interrupt')} stops it"
    if typing and (now is Standing.TYPING or (now is Standing.LISTENING and answers_in_writing(lesson))):
        return "your turn: type, and press enter"
    if pausing:
        judges = isinstance(lesson.applied.turn_detection or lesson.plan.turn_detection, SemanticVad)
        return "a pause: the tutor judges whether you have finished" if judges else "a pause: the tutor answers soon"
    if hold_left_s is not None and now in (Standing.HELD, Standing.HEARING):
        return f"take your time: the tutor waits {hold_left_s} s"
    if now is Standing.HEARING and lesson.talking and lesson.talk_held:
        return "hearing you: let go to end your turn"
    if now is Standing.HEARING and lesson.talking:
        return f"hearing you: {key('talk')} ends your turn"
    if now is Standing.SPEAKING and lesson.replayed is not None:
        return f"the tutor waits: {key('interrupt')} ends the replay"
    if now is Standing.TALK_KEY and lesson.releases_told:
        return f"hold {key('talk')} to talk"
    return _ADVICE[now]


_OTHER_WAY: Mapping[str, tuple[Callable[[Lesson], bool], str]] = {
    "mute": (lambda lesson: lesson.muted, "unmute"),
    "think": (lambda lesson: lesson.held, "let go"),
    "talk": (lambda lesson: lesson.talking, "end turn"),
    "interrupt": (lambda lesson: lesson.talking, "send"),
    "echo": (lambda lesson: lesson.echo_mode != "headphones", "headphones"),
    "record": (lambda lesson: lesson.recording, "stop recording"),
}
"""Keys that go to and fro → when they go back, and what they do then."""

SHORT_LABELS: Mapping[str, str] = {"stop recording": "stop REC"}
"""What is said in narrow windows instead: that it is recorded has to be seen in any."""


def label_now(action: str, lesson: Lesson) -> str:
    """What that key does now, in a word, where it is not what it usually does; empty elsewhere."""
    if action == "talk" and isinstance(lesson.training, Shadowed) and lesson.voice_waits:
        return "again"
    goes_back, label = _OTHER_WAY.get(action, (lambda _: False, ""))
    return label if goes_back(lesson) else ""


def lesson_line(plan: LessonPlan) -> str:
    """What is learnt, at which level, explained in which language."""
    parts = [language_name(plan.target_language)]
    if plan.level:
        parts.append(plan.level)
    if plan.native_language != plan.target_language:
        parts.append(f"help in {language_name(plan.native_language)}")
    return " · ".join(parts)


def time_words(lesson: Lesson, elapsed_s: float) -> str:
    """How long the lesson has lasted, and how many minutes it is to last in all."""
    return clock(elapsed_s) + (f" / {lesson.minutes}" if lesson.minutes else "")


def drill_time_words(elapsed_s: float) -> str:
    """How much of its two minutes a drill has had; what is still asked then takes no part in them."""
    return f"drill {clock(min(elapsed_s, DRILL_S))} / {DRILL_S / 60:.0f}"


def tutor_words(name: str, model: str | None, abilities: Capabilities) -> str:
    """Who teaches, the cloud's model or the offline tutor, and how we talk to it where that is not the usual way."""
    if abilities.way == "recording":
        return name
    who = "offline tutor" if name == "offline" else model or name
    way = abilities.way if abilities.way in ("webrtc", "pipeline") else ""
    return " · ".join(filter(None, ("UNENCRYPTED" if abilities.unencrypted else "", who, way)))


def how_written(abilities: Capabilities) -> str:
    """What the learner should know of their own words on the screen."""
    if not abilities.listens:
        return "(as it was written down)"
    if abilities.way in ("openai", "webrtc") and not abilities.ours:
        return "(as it was written down; the tutor hears your voice itself)"
    return "(this is what was understood; the tutor answers it)"
