"""How a lesson stands, in words, short for a screen and whole for the ear: the same in every front end.

The phase says who speaks. How the lesson stands also says whether the learner can be heard at all: a lesson whose
microphone is muted is not listening.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from enum import StrEnum

from tutor_tui.core.actions import key
from tutor_tui.core.availability import deaf_to
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.conversation import Turn, TurnState
from tutor_tui.core.dictated import Dictated
from tutor_tui.core.echo_mode import EchoMode
from tutor_tui.core.heard_words import different_words
from tutor_tui.core.lesson import Lesson, Phase
from tutor_tui.core.safe_text import printable_line
from tutor_tui.core.turn_detection import PushToTalk, describe

UNWRITTEN: Mapping[TurnState, str] = {
    TurnState.UNCLEAR: "(heard, but not understood)",
    TurnState.UNSURE: "(not heard for sure)",
    TurnState.NOT_LISTENED_FOR: "(heard, but none of the sentences listened for)",
    TurnState.NOT_SAID: "(not what you said)",
    TurnState.LOST: "(lost with the connection)",
}
"""What stands in place of the learner's words where there will be none, or none that are known for theirs."""


HEARD_OTHERWISE = "another word heard for"


def perhaps(turn: Turn) -> str:
    """What the learner may have said, for as long as they are asked about it."""
    return f"(perhaps: “{printable_line(turn.text)}”?)"


def how_clear(turn: Turn) -> str:
    """Which of the learner's words were less clear, and for which another was heard; "" where all were clear."""
    unclear = ", ".join(printable_line(turn.text[start:end]) for start, end in turn.unclear)
    different = different_words(turn.text, turn.different)
    parts = (f"less clear: {unclear}" if unclear else "", f"{HEARD_OTHERWISE}: {different}" if different else "")
    return "; ".join(filter(None, parts))


def cut_words(turn: Turn) -> str:
    """What there is to say of a turn that was stopped: where, and what of it was never heard."""
    if not turn.heard_text.strip():
        return "stopped before a word was heard"
    unheard = printable_line(turn.unheard_text)
    return f"stopped here: “{unheard}” was not heard" if unheard else "stopped here"


class Standing(StrEnum):
    """How a lesson stands: its phase, and in place of "listening" what is true where nobody listens."""

    DISCONNECTED = "not connected"
    CONNECTING = "connecting"
    LISTENING = "listening"
    HEARING = "hearing you"
    THINKING = "thinking"
    SPEAKING = "speaking"
    FAILED = "stopped"
    MUTED = "muted"
    HELD = "your turn is held open"
    TALK_KEY = "waiting for the talk key"
    TYPING = "your turn to type"
    """There is no microphone, or the tutor does not understand this language by ear."""
    NO_SOUND = "no sound arrives"
    """The microphone is open, and silent as only a broken one is."""
    REPLAYING = "replaying"
    """A sentence is heard again, and the microphone rests meanwhile."""
    SHADOWING = "shadowing"
    """The learner says a sentence after the tutor, for their own ear."""
    DICTATION = "dictation"
    """They write down what they heard."""
    PLAYING = "playing a recording"
    """It takes nothing: it goes on by itself."""
    OVER = "over"
    """All of the recording was played."""


_ECHO: Mapping[EchoMode, str] = {
    "headphones": "headphones: talk over the tutor any time",
    "speakers": "speakers: the microphone rests while the tutor is heard, until its voice can be taken out",
    "half-duplex": "half-duplex: the microphone rests while the tutor is heard",
}
_ECHO_CANCELLED = "speakers: talk over the tutor any time, its voice is taken out of what the microphone hears"
_RECORDED: Mapping[tuple[bool, bool], str] = {
    (False, False): "recording: your voice and the tutor's, on this machine only",
    (True, False): "recording: the tutor's voice, on this machine only; there is no microphone for yours",
    (False, True): "recording: your voice, on this machine only; there is no speaker for the tutor's",
    (True, True): "recording goes on when there is a microphone or a speaker again",
}
"""What is recorded, by whether the microphone and the speaker are missing."""


def echo_words(lesson: Lesson) -> str:
    """Headphones or speakers, and what follows from it."""
    speakers = lesson.echo_mode == "speakers"
    return _ECHO_CANCELLED if speakers and lesson.echo_cancelled else _ECHO[lesson.echo_mode]


def recording_words(lesson: Lesson) -> str:
    """Whether the sound of the lesson is recorded, and whose voice."""
    if not lesson.recording:
        return "no longer recording"
    return _RECORDED[bool(lesson.microphone.missing), bool(lesson.speaker.missing)]


UNNOTICED = "The tutor does not notice your voice."
LOUDER = "Turn the microphone up in the system's sound settings, come closer, or set “Microphone gain” here."
"""The way out that helps in a quiet room."""
QUIETER = f"Your room is loud: come closer to the microphone, use a headset, or choose push-to-talk ({key('turns')})."
"""The way out elsewhere: a louder microphone, or a lower threshold, makes the noise louder, too."""
NO_VOICE = "The tutor hears sound, but no voice in it."
HEARD_AS_NO_VOICE = f"If you are speaking, choose push-to-talk ({key('turns')}); if that is music, turn it off."
"""The way out where it is loud enough: neither a louder microphone nor a lower threshold makes a voice of it."""

_OF_PHASE: dict[Phase, Standing] = {phase: Standing[phase.name] for phase in Phase}
_HEARD: dict[Standing, str] = {
    Standing.THINKING: "the tutor thinks",
    Standing.SPEAKING: "the tutor speaks",
    Standing.FAILED: "the lesson has stopped",
}
"""Where a line that stands alone needs more than the word that stands on a screen."""
_ANSWERS = frozenset({Standing.LISTENING, Standing.HEARING, Standing.SPEAKING, Standing.TALK_KEY})
"""Where what is said now will be answered."""


def standing(lesson: Lesson, abilities: Capabilities, *, sound_arrives: bool = True) -> Standing:
    """How the lesson stands. `sound_arrives`: whether an open microphone sends anything at all, silence included."""
    phase = lesson.phase
    if lesson.voice_waits and phase is not Phase.FAILED:
        return Standing.DICTATION if isinstance(lesson.training, Dictated) else Standing.SHADOWING
    if phase not in (Phase.LISTENING, Phase.HEARING):
        return _OF_PHASE[phase]
    if not abilities.listens:
        return Standing.OVER if lesson.over else Standing.PLAYING
    if lesson.microphone.missing or deaf_to(lesson.plan, abilities):
        return Standing.TYPING
    if lesson.muted:
        return Standing.MUTED
    if lesson.replayed and lesson.rests_for_echo:
        return Standing.REPLAYING
    if not sound_arrives:
        return Standing.NO_SOUND
    if phase is Phase.HEARING:
        return Standing.HEARING
    if lesson.held:
        return Standing.HELD
    return Standing.TALK_KEY if isinstance(lesson.plan.turn_detection, PushToTalk) else Standing.LISTENING


def phase_words(lesson: Lesson, abilities: Capabilities, *, sound_arrives: bool = True) -> str:
    """How the lesson stands, in a few words."""
    return _attempt(lesson, "s") or standing(lesson, abilities, sound_arrives=sound_arrives).value


def phase_sentence(lesson: Lesson, abilities: Capabilities) -> str:
    """The same for a line that is read aloud."""
    now = standing(lesson, abilities)
    return _attempt(lesson, "seconds") or _HEARD.get(now, now.value)


def answers_when(lesson: Lesson, now: Standing) -> str:
    """When the tutor answers what is said now; empty where it cannot hear it, or keeps its answer back."""
    rests = now is Standing.SPEAKING and lesson.rests_for_echo
    unheard = lesson.muted or bool(lesson.microphone.missing) or not lesson.linked
    if now not in _ANSWERS or lesson.held or unheard or rests:
        return ""
    return describe(lesson.applied.turn_detection or lesson.plan.turn_detection)


def _attempt(lesson: Lesson, seconds: str) -> str:
    """Which attempt it is, from the second on."""
    if lesson.phase is not Phase.CONNECTING or lesson.dialling < 2:
        return ""
    wait = f" in {math.ceil(lesson.dial_wait_s)} {seconds}" if lesson.dial_wait_s >= 1 else ""
    return f"connecting, attempt {lesson.dialling}{wait}"
