"""What a lesson has cost, in words: what nobody knows is never called free."""

from __future__ import annotations

from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.lesson import Lesson


def cost_words(lesson: Lesson, abilities: Capabilities) -> str:
    """The bill so far of a lesson that goes on with such a tutor; it was another's before, maybe."""
    spent = f"${lesson.usd:.2f}" if lesson.usd >= 1 or lesson.usd == 0 else f"${lesson.usd:.3f}"
    if lesson.cost_unknown or (abilities.costs_money and not abilities.price_known):
        return f"at least {spent}" if lesson.usd else "cost unknown"
    return spent if lesson.usd or abilities.costs_money else "free"
