"""What a lesson has cost, in words: what nobody knows is never called free."""

from __future__ import annotations

from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.lesson import Lesson


def cost_words(lesson: Lesson, abilities: Capabilities) -> str:
    """The bill so far of a lesson that goes on with such a tutor; it was another's before, maybe."""
    spent = dollars(lesson.usd)
    if lesson.cost_unknown or (abilities.costs_money and not abilities.price_known):
        return f"at least {spent}" if lesson.usd else "cost unknown"
    return spent if lesson.usd or abilities.costs_money else "free"


def kept_cost(usd: float, unknown: bool) -> str:
    """What a lesson that was kept is known to have cost, in US dollars; empty where no money was spent."""
    if unknown:
        return f"at least {dollars(usd)}" if usd else "unknown"
    return dollars(usd) if usd else ""


def dollars(usd: float) -> str:
    """A sum of US dollars, small ones to a tenth of a cent."""
    return f"${usd:.2f}" if usd >= 1 or usd == 0 else f"${usd:.3f}"
