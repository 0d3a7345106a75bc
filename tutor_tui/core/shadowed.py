"""A sentence that the learner says after the tutor, for their own ear alone: hear it, say it, hear both. No score."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from tutor_tui.core.actions import key
from tutor_tui.core.safe_text import one_line
from tutor_tui.core.values import value

Stage = Literal["listen", "speak", "tutor", "you", "over"]
"""What happens now: the tutor's sentence, the learner's turn to say it, then both for comparison; over: nothing."""
_SHOWN_CHARACTERS = 60
"""Of the sentence: it stands in the conversation, too."""


@value
class Shadowed:
    """How far it is."""

    stage: Stage
    text: str
    """Empty where its words are not known."""
    speed: float
    tutor: bytes
    """How loud the tutor is, at that speed: a byte each `LEVEL_MS`, from the first voice on; 255 is the loudest."""
    own: bytes = b""
    """The same of the learner; empty until they have said it."""
    left_s: int = 0
    """So many seconds are left to say it; 0 while that is more than `COUNTED_S`."""

    @property
    def keeps_microphone(self) -> bool:
        """Whether nothing that the microphone hears goes to the tutor."""
        return self.stage != "over"

    @property
    def sounds(self) -> bool:
        """Whether something is played."""
        return self.stage in ("listen", "tutor", "you")


LEVEL_MS = 20
"""So long is what one byte of a line of level stands for."""
LONGEST_S = 30
"""Nobody takes longer for a sentence: then both are heard."""
COUNTED_S = 10
"""The last of them are counted down."""
_NOW: Mapping[Stage, str] = {
    "listen": "listen",
    "speak": "now you: say it",
    "tutor": "hear both, first the tutor",
    "you": "hear both, now yourself",
    "over": "both were heard, and the tutor hears you again",
}
_KEYS: Mapping[Stage, str] = {
    "listen": "your turn",
    "speak": "done",
    "tutor": "your own voice",
    "you": "done",
    "over": "say it once more",
}


def now_words(what: Shadowed) -> str:
    """What happens now, in a few words."""
    return _NOW[what.stage]


def shadowed_words(what: Shadowed) -> str:
    """What happens now, for the screen and for a line that is read aloud."""
    pace = "" if what.speed == 1 else f" at {what.speed:g}×"
    words = one_line(what.text, _SHOWN_CHARACTERS) if what.stage == "listen" else ""
    return f"Shadowing{pace}: {now_words(what)}" + (f": “{words}”" if words else ".")


def shadowed_keys(what: Shadowed, *, talk_key_talks: bool) -> str:
    """The keys that go with it, with places for their names; once all was heard, the talk key may be for talking."""
    again = "both again" if what.stage in ("tutor", "you", "over") else "again"
    keys = [f"{key('shadow')} {_KEYS[what.stage]}", f"{key('talk')} {again}", f"{key('replay-slower')} speed"]
    if talk_key_talks and not what.keeps_microphone:
        del keys[1]
    return " · ".join((*keys, f"{key('interrupt')} ends"))
