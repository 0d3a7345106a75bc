"""What the tutor tells of the learner for later lessons. The session checks all of it, and keeps it only if wanted."""

from __future__ import annotations

from typing import Annotated

from tutor_tui.core.tools import Fact, HowUsed, Used
from tutor_tui.tools.dispatch import Outcome
from tutor_tui.tools.notes import NOTED, filled


def used(
    item: Annotated[str, "The item, exactly as it was given to you under “Bring back”."],
    how: Annotated[
        HowUsed,
        "independent: unprompted. assisted: with your help. understood: answered fittingly. lapse: wrong or asked for.",
    ],
    quote: Annotated[str, "The words of the learner's last turn that show it, exactly as they said them."],
    unit: Annotated[str, "Only for the task of a unit: the unit, exactly as it was given to you."] = "",
) -> Outcome:
    """Tell how the learner used an item that was to be brought back.

    Call it silently, once an item and turn, and speak on in the same turn. The quote is looked up in what was said:
    what is not in it does not count.
    """
    told = Used(filled("item", item), how, filled("quote", quote), unit)
    return Outcome(NOTED, told.unit or told.item, (told,))  # the session says what was kept of it


def note_fact(
    fact: Annotated[str, "The fact in a few words of the learner's own language: their name, an interest, a goal."],
) -> Outcome:
    """Write down something about the learner that helps to teach them in later lessons.

    Call it silently when they tell their name, what interests them or what they learn for. Never note anything on
    health, belief, politics, money, love, or on other people.
    """
    told = Fact(filled("fact", fact))
    return Outcome(NOTED, told.text, (told,))
