"""What the learner hears again of the sound of the last two minutes, and how it is said."""

from __future__ import annotations

from tutor_tui.core.actions import key
from tutor_tui.core.lesson_plan import Role
from tutor_tui.core.safe_text import one_line
from tutor_tui.core.values import value

SPEEDS = (1.0, 0.75, 0.5)
"""How fast, one after another by one key; 1 is as it was said."""
_SHOWN_CHARACTERS = 60
"""Of the sentence: it stands in the conversation, too."""


@value
class Replayed:
    """One sentence, while it is heard again."""

    role: Role
    text: str
    """Empty where its words are not known."""
    speed: float = 1.0


def replayed_words(what: Replayed) -> str:
    """What is heard, and how fast, for the screen and for a line that is read aloud."""
    pace = "" if what.speed == 1 else f" at {what.speed:g}×"
    who = "the tutor" if what.role == "tutor" else "you"
    words = one_line(what.text, _SHOWN_CHARACTERS)
    return f"Replaying {who}{pace}: “{words}”" if words else f"Replaying {who}{pace}."


def replay_speed_words(speed: float) -> str:
    """How fast sentences are heard again, as long as that is not as they were said."""
    return "" if speed == 1 else f"replay {speed:g}×"


REPLAY_KEYS = (
    f"{key('replay')} again · {key('replay-back')} previous · {key('replay-on')} next · "
    f"{key('replay-slower')} speed · {key('shadow')} shadow · {key('dictation')} dictate · {key('interrupt')} stops"
)
