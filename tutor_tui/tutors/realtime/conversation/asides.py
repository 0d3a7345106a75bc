"""Questions beside the conversation: responses out of band, in writing only (OpenAI's guide "Realtime conversations",
"Create responses outside the default conversation").

Each is told by a tag that the server repeats; where it does not, by its turn among the responses that nobody else has
asked for. Whatever a server makes of such a request, nothing of the response is heard or stands in the transcript.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from tutor_tui.core import events as ev
from tutor_tui.core.safe_text import one_line
from tutor_tui.core.tutor_commands import AskAside
from tutor_tui.openai_api.realtime import client_events
from tutor_tui.openai_api.realtime import server_events as se
from tutor_tui.openai_api.realtime.client_events import ClientEvent


@dataclass(slots=True, repr=False)  # holds what is said
class Asides:
    """Those of one conversation."""

    queue: Callable[[ClientEvent], None]
    _asked: list[str] = field(default_factory=list)
    """Tags of those that the server has not begun, oldest first."""
    _running: dict[str, str] = field(default_factory=dict)
    """Response id → tag."""
    _texts: dict[str, str] = field(default_factory=dict)
    """Response id → its text so far."""

    def ask(self, asked: AskAside) -> None:
        """Have it answered."""
        self._asked.append(asked.request_id)
        self.queue(client_events.ask_aside(asked.text, asked.request_id, asked.instructions, asked.kind))

    def began(self, response: se.Response, *, is_awaited: bool) -> bool:
        """Whether this response is one of ours; `is_awaited`: an answer of the conversation's own may be beginning."""
        if response.tag in self._asked:
            tag = response.tag
        elif self._asked and not response.tag and not is_awaited:
            tag = self._asked[0]
        else:
            return False
        self._asked.remove(tag)
        self._running[response.id] = tag
        return True

    def take(self, part: se.ResponsePartEvent) -> None:
        """More of one's text; of a server that speaks all the same, what it says."""
        match part:
            case se.OutputTextDelta(response_id, _, text) | se.OutputTranscriptDelta(response_id, _, text):
                self._texts[response_id] = self._texts.get(response_id, "") + text
            case se.OutputTextDone(response_id, _, text) | se.OutputTranscriptDone(response_id, _, text):
                self._texts[response_id] = text
            case _:
                pass

    def ended(self, response: se.Response) -> list[ev.TutorEvent]:
        """What came of it, where it is one of ours."""
        tag, text = self._running.pop(response.id, ""), self._texts.pop(response.id, "")
        if not tag:
            return []
        reason = one_line(response.error.message) if response.error else ""
        return [ev.AsideAnswered(tag, text if response.status in ("completed", "") else "", reason)]

    def refused(self, error: se.ErrorDetail, *, is_awaited: bool) -> list[ev.TutorEvent] | None:
        """What an error means, if it refuses one of ours; None for any other."""
        unnamed = not error.event_id and error.param.startswith("response.") and not is_awaited
        tag = self._asked[0] if unnamed and self._asked else error.event_id
        if tag not in self._asked:
            return None
        self._asked.remove(tag)
        return [ev.AsideAnswered(tag, reason=one_line(error.message))]
