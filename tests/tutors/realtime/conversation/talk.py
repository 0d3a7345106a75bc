"""A conversation without a socket, for tests: what comes in, and each frame that goes out, checked."""

from __future__ import annotations

import base64
import json
from typing import Any

from tests.support.strict_vendors import VENDORS
from tutor_tui.core import events as ev
from tutor_tui.core import pcm
from tutor_tui.core import tutor_commands as cmd
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.openai_api.realtime import client_events
from tutor_tui.openai_api.realtime.client_events import ClientEvent
from tutor_tui.openai_api.realtime.frames import decode
from tutor_tui.openai_api.realtime.server_dialects import GA, ServerDialect
from tutor_tui.tutors.realtime.conversation.state import ConversationState

PLAN = LessonPlan("Korean", "Teach.", "marin", target_language="ko", native_language="en")
SESSION = {"type": "realtime", "model": "gpt-realtime-2.1-mini", "expires_at": 99}


class Talk:
    """A conversation and the frames that it sent, each checked by the judge."""

    def __init__(
        self,
        plan: LessonPlan = PLAN,
        model: str = "gpt-realtime-2.1-mini",
        *,
        ready: bool = True,
        dialect: ServerDialect = GA,
    ) -> None:
        self.queue: list[ClientEvent] = []
        self.conversation = ConversationState(model, plan, self.queue.append, dialect=dialect)
        self.conversation.open()
        self.opening = self.sent()
        if ready:
            self.hear("session.created", session=SESSION)
            for _ in [frame for frame in self.opening if frame["type"] == "session.update"]:
                self.hear("session.updated", session=SESSION)
            self.sent()

    def sent(self) -> list[dict[str, Any]]:
        frames: list[dict[str, Any]] = [json.loads(client_events.encode(event)) for event in self.queue]
        self.queue.clear()
        for frame in frames:
            assert VENDORS[self.conversation.dialect.name].complaints(frame) == [], frame
        return frames

    def types(self) -> list[str]:
        return [frame["type"] for frame in self.sent()]

    def hear(self, kind: str, **fields: Any) -> list[ev.TutorEvent]:
        return self.conversation.receive(decode(json.dumps({"type": kind, **fields})))

    def ask(self, *commands: cmd.Command) -> list[dict[str, Any]]:
        for command in commands:
            self.conversation.command(command)
        return self.sent()

    def is_ready(self) -> bool:
        return self.conversation.ready

    def error(self, code: str | None, message: str = "no", **fields: Any) -> list[ev.TutorEvent]:
        return self.hear("error", error={"type": "invalid_request_error", "code": code, "message": message, **fields})

    def reply(self, reply_id: str = "r1", item_id: str = "a1", ms: int = 1_000, *, done: bool = False) -> None:
        """The server answers with `ms` of sound."""
        self.hear("response.created", response={"id": reply_id, "status": "in_progress", "conversation_id": "c"})
        sound = base64.b64encode(pcm.silence(ms)).decode()
        self.hear("response.output_audio.delta", response_id=reply_id, item_id=item_id, delta=sound)
        if done:
            self.hear("response.output_audio.done", response_id=reply_id, item_id=item_id)
            self.done(reply_id)

    def done(self, reply_id: str = "r1", status: str = "completed", **fields: Any) -> list[ev.TutorEvent]:
        return self.hear("response.done", response={"id": reply_id, "status": status, "conversation_id": "c", **fields})
