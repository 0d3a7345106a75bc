"""What is asked beside the conversation: responses out of band (OpenAI's guide "Realtime conversations", "Create
responses outside the default conversation").

Each is told by a tag that the server repeats; where it does not, by its turn among the responses that nobody else has
asked for. Whatever a server makes of such a request, nothing of the response stands in the transcript, and nothing is
heard but what was to be read aloud.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from tutor_tui.core import events as ev
from tutor_tui.core.safe_text import one_line
from tutor_tui.core.tutor_commands import AskAside, ReadAside
from tutor_tui.openai_api.realtime import client_events
from tutor_tui.openai_api.realtime import server_events as se
from tutor_tui.openai_api.realtime.client_events import ClientEvent
from tutor_tui.tutors.realtime.conversation.tutor_sound import TutorSound


@dataclass(slots=True, repr=False)  # holds what is said
class Asides:
    """Those of one conversation."""

    queue: Callable[[ClientEvent], None]
    sound: TutorSound
    _asked: list[str] = field(default_factory=list)
    """Tags of those that the server has not begun, oldest first."""
    _running: dict[str, str] = field(default_factory=dict)
    """Response id → tag."""
    _texts: dict[str, str] = field(default_factory=dict)
    """Response id → its text so far."""
    _to_read: set[str] = field(default_factory=set)
    """Tags of those that are read aloud and not written."""
    _unwanted: set[str] = field(default_factory=set)
    """Tags of those that were stopped before they began."""

    def ask(self, asked: AskAside) -> None:
        """Have it answered."""
        self._asked.append(asked.request_id)
        self.queue(client_events.ask_aside(asked.text, asked.request_id, asked.instructions, asked.kind))

    def read(self, asked: ReadAside, language: str) -> None:
        """Have it read aloud."""
        self._asked.append(asked.request_id)
        self._to_read.add(asked.request_id)
        tokens = client_events.MOST_ASIDE_TOKENS
        self.queue(client_events.read_aloud(asked.text, asked.request_id, tokens, language))

    def stop(self) -> None:
        """What is being read aloud is no longer wanted."""
        for response_id, tag in self._running.items():
            if tag in self._to_read:
                self.queue(client_events.cancel_response(response_id))
        self._unwanted |= self._to_read.intersection(self._asked)

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
        if tag in self._unwanted:
            self.queue(client_events.cancel_response(response.id))
        return True

    def take(self, part: se.ResponsePartEvent) -> list[ev.TutorEvent]:
        """More of one: text, or of a server that speaks all the same, what it says; or the sound that was asked for."""
        tag = self._running.get(part.response_id, "")
        match part:
            case se.OutputAudioDelta(_, _, sound, rate_hz) if tag in self._to_read and tag not in self._unwanted:
                return self.sound.came(tag, sound, rate_hz)
            case se.OutputAudioDone() if tag in self._to_read:
                return self.sound.is_complete(tag)
            case se.OutputTextDelta(response_id, _, text) | se.OutputTranscriptDelta(response_id, _, text):
                self._texts[response_id] = self._texts.get(response_id, "") + text
            case se.OutputTextDone(response_id, _, text) | se.OutputTranscriptDone(response_id, _, text):
                self._texts[response_id] = text
            case _:
                pass
        return []

    def ended(self, response: se.Response) -> list[ev.TutorEvent]:
        """What came of it, where it is one of ours."""
        tag, text = self._running.pop(response.id, ""), self._texts.pop(response.id, "")
        if not tag:
            return []
        reason = one_line(response.error.message) if response.error else ""
        if tag in self._to_read:
            return [ev.AsideAnswered(tag, reason=reason)] if response.status == "failed" else []
        return [ev.AsideAnswered(tag, text if response.status in ("completed", "") else "", reason)]

    def refused(self, error: se.ErrorDetail, *, is_awaited: bool) -> list[ev.TutorEvent] | None:
        """What an error means, if it refuses one of ours; None for any other."""
        unnamed = not error.event_id and error.param.startswith("response.") and not is_awaited
        tag = self._asked[0] if unnamed and self._asked else error.event_id
        if tag not in self._asked:
            return None
        self._asked.remove(tag)
        return [ev.AsideAnswered(tag, reason=one_line(error.message))]
