"""What was said in this conversation, for the chat service: what the learner heard, not what was sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from tutor_tui.core.lesson_plan import HistoryLine
from tutor_tui.core.safe_text import well_formed
from tutor_tui.core.tools import ToolCall
from tutor_tui.openai_api.chat_messages import Message, begun_by_user, in_turns, newest, with_tool_calls
from tutor_tui.openai_api.services import CHAT_ROLE
from tutor_tui.speech.words_heard import Piece, heard

MOST_CHARACTERS = 24_000
"""About 8,000 tokens, as much as the realtime tutor remembers: older lines are left out."""

Speaker = Literal["learner", "tutor", "note", "aside"]
"""A note is ours: "greet the learner". So is an aside, which asks for no answer."""


@dataclass(slots=True, repr=False)  # holds what was said
class Line:
    """One line of the conversation."""

    item_id: str
    speaker: Speaker
    pieces: list[Piece] = field(default_factory=list)
    """Empty while a spoken turn is being written down."""

    calls: list[ToolCall] = field(default_factory=list)
    """Tools that the tutor used behind these words."""
    outputs: dict[str, str] = field(default_factory=dict)
    """By call id: what they found out."""

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(piece.text for piece in self.pieces).strip()

    def messages(self, role: str) -> list[Message]:
        """For a chat request."""
        return with_tool_calls(role, self.text, self.calls, self.outputs)


class Memory:
    """The lines in order."""

    def __init__(self, history: Iterable[HistoryLine] = ()) -> None:
        self._lines = [Line("", line.role, [Piece(line.text)]) for line in history]

    @property
    def last_item_id(self) -> str | None:
        """The line that a new one follows on the screen; None for the first of this connection."""
        return next((line.item_id for line in reversed(self._lines) if line.item_id), None)

    @property
    def last_said(self) -> str:
        """The tutor's newest line; empty when the tutor has said nothing."""
        return next((line.text for line in reversed(self._lines) if line.speaker == "tutor" and line.text), "")

    @property
    def answer_is_due(self) -> bool:
        """Whether somebody has said something that the tutor has not answered."""
        asking = (line.speaker for line in reversed(self._lines) if line.text and line.speaker != "aside")
        last_speaker = next(asking, "tutor")
        return last_speaker != "tutor"

    def add(self, item_id: str, speaker: Speaker, text: str = "") -> Line:
        """A new last line; `text` may come later."""
        line = Line(item_id, speaker, [Piece(text)] if text else [])
        self._lines.append(line)
        return line

    def understood(self, item_id: str, text: str) -> None:
        """What a spoken turn said."""
        for line in self._lines:
            if line.item_id == item_id:
                line.pieces = [Piece(text)]

    def tools_answered(self, outputs: Mapping[str, str]) -> None:
        """What became of tool calls, by call id. Unknown calls are ignored."""
        for line in self._lines:
            line.outputs.update({call.call_id: outputs[call.call_id] for call in line.calls if call.call_id in outputs})

    def cut(self, item_id: str, heard_ms: int) -> None:
        """The tutor was stopped in this line: remember what was heard. Unknown lines are ignored."""
        for line in self._lines:
            if line.item_id == item_id and line.speaker == "tutor":
                line.pieces = heard(line.pieces, heard_ms)

    def messages(self, instructions: str, note_role: str) -> list[Message]:
        """The conversation for a chat request: instructions first, then as many of the newest lines as there is room
        for. Lines of one role in a row become one message: many models' templates insist on taking turns.
        """
        groups = [line.messages(CHAT_ROLE.get(line.speaker, note_role)) for line in self._lines]
        system = [{"role": "system", "content": well_formed(instructions)}] if instructions.strip() else []
        messages = [*system, *in_turns(newest([group for group in groups if group], MOST_CHARACTERS))]
        return begun_by_user(messages) if note_role == "user" else messages
