"""What a learner trains their ear with: a sentence of the tutor's is said after it, or written down."""

from __future__ import annotations

from typing import TypeAlias

from tutor_tui.core.dictated import Dictated, dictated_keys, dictated_words, how_to_write
from tutor_tui.core.dictated import now_words as dictated_now
from tutor_tui.core.shadowed import Shadowed, shadowed_keys, shadowed_words
from tutor_tui.core.shadowed import now_words as shadowed_now

EarTraining: TypeAlias = Shadowed | Dictated


def now_words(what: EarTraining) -> str:
    """What happens now, in a few words."""
    return shadowed_now(what) if isinstance(what, Shadowed) else dictated_now(what)


def training_words(what: EarTraining) -> str:
    """What happens now, in a sentence, for the screen."""
    return shadowed_words(what) if isinstance(what, Shadowed) else dictated_words(what)


def training_told(what: EarTraining) -> str:
    """The same for a line that is read aloud, with places for keys where something is to be typed."""
    if isinstance(what, Shadowed):
        return shadowed_words(what)
    return " ".join(filter(None, (dictated_words(what), how_to_write(what))))


def training_keys(what: EarTraining, *, talk_key_talks: bool) -> str:
    """The keys that go with it, with places for their names; once all was heard, the talk key may be for talking."""
    if isinstance(what, Shadowed):
        return shadowed_keys(what, talk_key_talks=talk_key_talks)
    return dictated_keys(what)
