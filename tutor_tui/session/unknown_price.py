"""Says once that a tutor has answered of which no price is known: the sum on the screen is then too small."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tutor_tui.core import events as ev

if TYPE_CHECKING:
    from tutor_tui.session.session import Session


def take(session: Session, event: ev.LessonEvent) -> None:
    """Look at the price of an answer that has ended."""
    if not isinstance(event, ev.ReplyEnded) or not event.reply_id:
        return
    abilities = session.tutor.capabilities
    if abilities.costs_money and not abilities.price_known and not session.lesson.cost_unknown:
        session.take(ev.CostUnknown())
