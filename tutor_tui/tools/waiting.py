"""What a tutor does that has nothing to say: every noise wakes a model, which could not keep quiet otherwise."""

from __future__ import annotations

from tutor_tui.tools.dispatch import Outcome


def wait_for_learner() -> Outcome:
    """Say nothing and go on listening.

    Call it, without a word before or after, when what you heard was noise, other people talking, a filler, or a
    sentence that is plainly unfinished.
    """
    return Outcome("You are listening. Say nothing until the learner has spoken.", hushes=True)
