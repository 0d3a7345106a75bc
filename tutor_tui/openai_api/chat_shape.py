"""How one chat server wants to be asked: what of OpenAI's request it does not take, as its refusals tell. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from tutor_tui.openai_api.chat_messages import Message, alternating, without_tools
from tutor_tui.openai_api.failures import ServiceFailure

_NEVER = frozenset({401, 403, 429})
"""Statuses that are about who asks or how often, never about what."""
_TOKEN_FIELDS = ("max_completion_tokens", "max_tokens")
_OPTIONAL = ("stream_options", "reasoning_effort", "tool_choice", "temperature", "top_p", *_TOKEN_FIELDS)
"""Fields that an answer does not depend on: they are left out where they are refused by name."""
_OF_TOOLS = re.compile(r"\btools?(?:\b|[ _-](?:choice|calls?|use))|\bfunctions?(?:\b|[ _-]call)|--jinja", re.IGNORECASE)
_OF_ROLES = re.compile(
    r"alternat|system (?:role|message|prompt)|role.{0,20}system|\broles?\b.{0,40}\b(?:must|should|only|supported)\b"
    r"|must (?:begin|start) with a user|first message",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class ChatShape:
    """What a server takes; the defaults are all of it."""

    takes_tools: bool = True
    takes_roles: bool = True
    """Whether it takes more than users' and assistants' messages in turn."""
    renamed: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Field → what it is called here; empty where it is left out."""

    def of(self, body: Message) -> Message:
        """`body` as this server takes it."""
        shaped = {self.renamed.get(name, name): value for name, value in body.items() if self.renamed.get(name, name)}
        if not self.takes_tools:
            shaped.pop("tools", None)
            shaped.pop("tool_choice", None)
            shaped["messages"] = without_tools(shaped["messages"])
        if not self.takes_roles:
            shaped["messages"] = alternating(shaped["messages"])
        return shaped

    def after(self, failure: ServiceFailure, body: Message) -> ChatShape | None:
        """The shape to ask in once more, where `body` was refused for what can be changed; else None.

        Each thing is given up once, so that asking comes to an end.
        """
        if failure.status in _NEVER or failure.told or not failure.said:
            return None
        said = failure.said.lower()
        for name in _OPTIONAL:
            if name in body and re.search(rf"\b{name}\b", said):
                return self._without(name, said)
        if self.takes_tools and "tools" in body and _OF_TOOLS.search(said):
            return replace(self, takes_tools=False)
        if self.takes_roles and _OF_ROLES.search(said):
            return replace(self, takes_roles=False)
        return None

    def _without(self, name: str, said: str) -> ChatShape:
        """Without a field, or with the other one that means the same."""
        origin = next((origin for origin, now in self.renamed.items() if now == name), name)
        other = next((each for each in _TOKEN_FIELDS if each != name), "") if name in _TOKEN_FIELDS else ""
        instead = other if origin not in self.renamed and other in said else ""
        return replace(self, renamed=MappingProxyType({**self.renamed, origin: instead}))
