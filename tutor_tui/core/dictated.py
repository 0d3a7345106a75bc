"""A sentence of the tutor's that the learner writes down by ear, and then compares. Nothing of it goes to the tutor."""

from __future__ import annotations

from typing import Literal

from tutor_tui.core.actions import key
from tutor_tui.core.safe_text import one_line
from tutor_tui.core.values import value

Stage = Literal["write", "again", "over"]
"""The first try; another, with blanks for what was not right; over: it was compared, or the learner gave up."""
_SHOWN_CHARACTERS = 160
"""Of the sentence, and of what was written: the whole of the one stands in the conversation, too."""
_SHOWN_WRITTEN = 40
"""Of a line that was no try: enough to know it by."""


@value
class Dictated:
    """How far it is."""

    stage: Stage
    turn_id: str
    """The tutor's turn that the sentence is of: it is hidden until all is over."""
    text: str
    speed: float
    shown: str = ""
    """The words that were right with blanks between them; once it is over, the sentence with signs behind them."""
    written: str = ""
    """The last line that was written; empty where there was none."""
    is_beside: bool = False
    """That line has no word of the sentence, and was no try."""
    right: int = 0
    """So many words were right, of so many: letters in scripts without blanks."""
    of: int = 0
    unit: str = "word"

    @property
    def keeps_microphone(self) -> bool:
        """Whether nothing that the microphone hears goes to the tutor, and a typed line is for the dictation."""
        return self.stage != "over"

    @property
    def sounds(self) -> bool:
        """Whether the microphone is of no use: nothing is said in a dictation."""
        return self.keeps_microphone


def now_words(what: Dictated) -> str:
    """What happens now, in a few words."""
    return "dictation: write what you hear" if what.keeps_microphone else "the dictation is over"


def dictated_words(what: Dictated) -> str:
    """What happens now, for the screen and for a line that is read aloud."""
    pace = "" if what.speed == 1 or not what.keeps_microphone else f" at {what.speed:g}×"
    match what.stage:
        case "write":
            return f"Dictation{pace}: listen, and write what you hear."
        case "again":
            beside = f" No word of “{one_line(what.written, _SHOWN_WRITTEN)}” is in it." if what.is_beside else ""
            return f"Dictation{pace}, once more: “{one_line(what.shown, _SHOWN_CHARACTERS)}”{beside}"
        case "over":
            return f"Dictation: {_outcome(what)}"


def _outcome(what: Dictated) -> str:
    sentence = f"“{one_line(what.shown, _SHOWN_CHARACTERS)}”"
    if what.right == what.of:
        return f"you had every word. {sentence}"
    if not what.written:
        return f"this is the sentence. {sentence}"
    units = what.unit if what.of == 1 else f"{what.unit}s"
    written = one_line(what.written, _SHOWN_CHARACTERS)
    return f"{what.right} of {what.of} {units} right. {sentence} You wrote: “{written}”."


def dictated_keys(what: Dictated) -> str:
    """The keys that go with it, with places for their names."""
    again = f"{key('replay')} again"
    if what.stage == "over":
        return f"{again} · {key('dictation')} once more · {key('interrupt')} puts it away"
    return f"{again} · {key('replay-slower')} slower · {key('dictation')} shows it · {key('interrupt')} ends"


def how_to_write(what: Dictated) -> str:
    """What a line that is read aloud says of how it is done, with places for keys; empty once it is over."""
    if what.stage != "write":
        return ""
    return (
        f"({key('type')}; {key('replay')} plays it again, {key('replay-slower')} slower, {key('dictation')} shows it,"
        f" {key('interrupt')} ends it)"
    )
