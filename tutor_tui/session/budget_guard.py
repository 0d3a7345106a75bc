"""Keeps the lesson within its budgets: warns in good time, and stops a tutor that costs money when one is spent.

No sentence is broken off: what the tutor is saying is heard to its end first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tutor_tui.core import events as ev
from tutor_tui.core.budget import WARNED_SHARE, SpentBefore, Standing, standings
from tutor_tui.core.budget_settings import BudgetSettings
from tutor_tui.core.problems import LinkLost

if TYPE_CHECKING:
    from tutor_tui.session.session import Session

_COSTS_NOTHING = "The offline tutor goes on: it costs nothing."
_RAISE_IT = "Raise it in the settings, under budget, or"


class BudgetGuard:
    """Watches over one session's money. Without limits it does nothing."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.settings = BudgetSettings()
        """May be changed at any time."""
        self.before = SpentBefore()
        """To be set before the lesson begins."""
        self._warned: set[str] = set()
        self._stopping = False
        """A budget is spent, and the tutor is being heard to the end of its sentence."""

    def begin(self) -> None:
        """The lesson begins: a budget may be spent already."""
        self._look()

    def take(self, event: ev.LessonEvent) -> None:
        """One event, after the lesson was advanced by it."""
        match event:
            case ev.Usage():
                self._look()
            case ev.CostUnknown() if standings(self.settings, self.before, 0.0):
                title = "This tutor's price is not known: your budget cannot count it."
                self._session.take(ev.Trouble(title, "Its maker's page shows what you spend."))
            case ev.ReplyEnded() | ev.SpeechFinished() | ev.SpeechCut() if self._stopping:
                self._stop_if_quiet()
            case _:
                pass

    def refusal(self) -> LinkLost | None:
        """Why no tutor that costs money may be dialled now; None where it may."""
        spent = self._spent
        if spent is None or not self._costs_money:
            return None
        title = f"The budget for {spent.of_what} is spent: {spent.sums}."
        return LinkLost(title, f"{_RAISE_IT} {spent.begins_anew}.", retry=False, final=True)

    @property
    def _costs_money(self) -> bool:
        return self._session.tutor.capabilities.costs_money

    @property
    def _standings(self) -> list[Standing]:
        return list(standings(self.settings, self.before, self._session.lesson.usd))

    @property
    def _spent(self) -> Standing | None:
        """The budget that is spent, if one is."""
        return next((each for each in self._standings if each.share >= 1.0), None)

    def _look(self) -> None:
        if not self._costs_money:
            return
        for each in self._standings:
            if WARNED_SHARE <= each.share < 1.0 and each.of_what not in self._warned:
                self._warned.add(each.of_what)
                title = f"{each.share:.0%} of the budget for {each.of_what} is spent: {each.sums}."
                self._session.take(ev.Trouble(title, quiet=True))
        if self._spent is not None and not self._stopping:
            self._stopping = True
            self._stop_if_quiet()

    def _stop_if_quiet(self) -> None:
        lesson = self._session.lesson
        if lesson.reply_id or lesson.sounding:
            return
        self._stopping = False
        spent = self._spent
        if spent is None or not self._costs_money:
            return
        title = f"The budget for {spent.of_what} is spent: {spent.sums}."
        goes_on = self.settings.at_limit == "offline" and self._session.fallback.go_on(title, _COSTS_NOTHING)
        if not goes_on:
            self._session.retry()  # the next conversation is refused, and the reason is told
