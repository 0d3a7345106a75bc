"""What the learner chooses to read of the tutor's words, as events; `core.local_events` has them among the others."""

from __future__ import annotations

from tutor_tui.core.captions import KnownWords, Rung
from tutor_tui.core.values import value


@value
class CaptionsChosen:
    """How much of the tutor's words the learner reads from now on."""

    rung: Rung


@value
class CaptionWordsFound:
    """Which words are not rare to the learner, in the language of the lesson."""

    words: KnownWords


@value
class LineRevealed:
    """The learner has a line of the tutor's shown, whatever the rung."""

    item_id: str
