"""What a server does again and again and the learner has to hear of once."""

from __future__ import annotations

from tutor_tui.core import events as ev
from tutor_tui.core.safe_text import one_line
from tutor_tui.openai_api.private_extensions import NOT_LISTENED_FOR, NOT_SAID
from tutor_tui.openai_api.realtime import errors
from tutor_tui.openai_api.realtime import server_events as se


class ToldOnce:
    """Of one connection."""

    def __init__(self) -> None:
        self._told: set[str] = set()

    def why_unwritten(self, error: se.ErrorDetail) -> list[ev.TutorEvent]:
        """Why the learner's words cannot be written down: mostly every turn fails for the same reason."""
        reason = one_line(error.message) or one_line(error.code)
        if (
            not reason
            or error.code in (errors.UNINTELLIGIBLE, NOT_LISTENED_FOR, NOT_SAID)
            or not self._is_new(error.code or reason)
        ):
            return []
        return [ev.Trouble("What you say cannot be written down.", reason)]

    def malformed(self, frame: se.Malformed) -> list[ev.TutorEvent]:
        """Counted each time, shown the first time."""
        counted = ev.Unknown(frame.kind)
        if not self._is_new(frame.kind):
            return [counted]
        return [counted, ev.Trouble(frame.sentence, f"The lesson goes on; if it does not, check {errors.ADDRESS}.")]

    def _is_new(self, what: str) -> bool:
        is_new = what not in self._told
        self._told.add(what)
        return is_new
