"""Parts a chat model's answer into what is said, what is only thought, and tools that are called in the text.

Servers should do that, and many do not: a model's thoughts then stand in its answer, in the spelling of its family, at
the beginning or in the middle, and sometimes without their opening tag, which stood in the prompt.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

MOST_HELD_CHARACTERS = 100_000
"""More than this is held back of no answer: it is thinking, then."""
MOST_CALL_CHARACTERS = 64_000


@dataclass(frozen=True, slots=True)
class Retracted:
    """All that came before was only thought: its closing tag came, and no opening one."""


@dataclass(frozen=True, slots=True, repr=False)
class CallText:
    """A tool call, as the model wrote it."""

    text: str


Part: TypeAlias = str | Retracted | CallText


def calls_in(text: str) -> Iterator[tuple[str, str]]:
    """Name and arguments (JSON) of the calls in what a model wrote: one object, a list, or `<function=name>{…}`."""
    named = _FUNCTION.search(text)
    if named is not None:
        body = named["body"].strip()
        given = {key: value.strip() for key, value in _PARAMETER.findall(body)}
        yield named["name"], json.dumps(given, ensure_ascii=False) if given else body or "{}"
        return
    try:
        made = json.loads(text)
    except (ValueError, RecursionError):
        return
    for call in made if isinstance(made, list) else [made]:
        match call:
            case {"name": str(name), **rest} if name:
                arguments: object = rest.get("arguments", rest.get("parameters", {}))
                yield name, arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)


_FUNCTION = re.compile(r"<function=(?P<name>[\w.-]{1,64})>(?P<body>.*?)(?:</function>|$)", re.DOTALL)
_PARAMETER = re.compile(r"<parameter=([\w.-]{1,64})>(.*?)</parameter>", re.DOTALL)


class _Block(NamedTuple):
    """What stands between two tags."""

    opening: str
    closing: str
    kind: Literal["thought", "call"]


_BLOCKS = (
    *(
        _Block(f"<{name}>", f"</{name}>", "thought")
        for name in ("think", "thinking", "thought", "thoughts", "reasoning", "reflection", "seed:think")
    ),
    _Block("[THINK]", "[/THINK]", "thought"),  # Magistral
    _Block("◁think▷", "◁/think▷", "thought"),  # Kimi
    _Block("<|begin_of_thought|>", "<|end_of_thought|>", "thought"),
    _Block("<|channel|>analysis<|message|>", "<|end|>", "thought"),  # gpt-oss
    _Block("<|channel>thought", "<channel|>", "thought"),  # Gemma
    _Block("<tool_call>", "</tool_call>", "call"),
    _Block("<function_call>", "</function_call>", "call"),
    _Block("<|tool_call|>", "<|/tool_call|>", "call"),
    _Block("<function=", "</function>", "call"),  # Llama
    _Block("[TOOL_CALLS]", "\n", "call"),  # Mistral
)
_NOISE = ("<|start|>assistant", "<|channel|>final<|message|>", "<|end|>", "<|return|>", "<|im_end|>", "<|eot_id|>")
"""Marks of a model's template that show nothing."""
_CLOSING = {block.closing: re.compile(re.escape(block.closing), re.IGNORECASE) for block in _BLOCKS}
_OPENING = {block.opening.lower(): block for block in _BLOCKS}
_LONE = {block.closing.lower() for block in _BLOCKS if block.kind == "thought" and block.closing != "<|end|>"}
_TAGS = sorted({*_OPENING, *_LONE, *(mark.lower() for mark in _NOISE)}, key=len, reverse=True)
_TAG = re.compile("|".join(map(re.escape, _TAGS)), re.IGNORECASE)
_LONGEST_TAG = len(_TAGS[0])
_LONE_TAG = re.compile("|".join(map(re.escape, sorted(_LONE, key=len, reverse=True))), re.IGNORECASE)

_THINKING_NAME = re.compile(r"deepseek-r1|\br1\b|qwq|think|reason|magistral", re.IGNORECASE)
_BEGINNINGS = ("okay", "ok", "alright", "hmm", "so", "wait", "let's", "let me", "first", "the user", "we", "i")
"""How models begin to think aloud. An answer may begin so, too."""
_MONOLOGUE = re.compile(
    r"\b(?:the|this) (?:user|learner|student)\b|\b(?:I|we) (?:need|should|have) to\b|\bthey (?:are|want|said|just)\b",
    re.IGNORECASE,
)
_JUDGED_CHARACTERS = 100
"""So much of a beginning tells whether somebody thinks aloud."""


class ThinkingHabit:
    """What is known of one model: whether it thinks in its answers without an opening tag. Outlives an answer."""

    def __init__(self, model: str) -> None:
        self.known: bool | None = None
        """None before the first whole answer."""
        self.likely = _THINKING_NAME.search(model) is not None


class AnswerFilter:
    """Takes one answer as it comes."""

    def __init__(self, habit: ThinkingHabit) -> None:
        self._habit = habit
        self._rest = ""
        """Not told yet: it may be the beginning of a tag."""
        self._block: _Block | None = None
        self._holding: Literal["", "maybe", "all"] = ""
        if habit.known or (habit.known is None and habit.likely):
            self._holding = "all"
        elif habit.known is None:
            self._holding = "maybe"
        self._said = ""
        """The last character that was told; empty while there is none."""
        self._gap = False
        """Something was taken out just now."""
        self._lone = False

    def thinks_apart(self) -> None:
        """The server keeps thoughts and answers apart: nothing has to be held back."""
        self._habit.known = False
        if self._holding == "all":
            self._holding = ""

    def feed(self, text: str) -> Iterator[Part]:
        """What of the answer so far is news."""
        self._rest += text
        if not self._holding or self._released():
            yield from self._parts(whole=False)

    def end(self) -> Iterator[Part]:
        """The rest, at the end of the answer."""
        yield from self.rest()
        if not self._lone:
            self._habit.known = False

    def rest(self) -> Iterator[Part]:
        """What is still held back, where no more will come."""
        self._holding = ""
        yield from self._parts(whole=True)

    def _released(self) -> bool:
        """Whether what was held back can be looked at now."""
        if _LONE_TAG.search(self._rest) or self._rest.lstrip().startswith(("<", "[", "◁")):
            self._holding = ""
        elif self._holding == "maybe":
            if not _may_be_thinking(self._rest):
                self._holding = ""
            elif len(self._rest) >= _JUDGED_CHARACTERS:
                self._holding = "all" if _MONOLOGUE.search(self._rest) else ""
        if self._holding == "all" and len(self._rest) > MOST_HELD_CHARACTERS:
            self._rest = self._rest[-_LONGEST_TAG:]
        return not self._holding

    @property
    def _is_inside(self) -> bool:
        return self._block is not None

    def _parts(self, *, whole: bool) -> Iterator[Part]:
        while True:
            if (block := self._block) is not None:
                yield from self._inside(block, whole)
                if self._is_inside:
                    return
                continue
            found = _TAG.search(self._rest)
            if found is None:
                kept = 0 if whole else _tag_begun(self._rest)
                yield from self._text(self._rest[: len(self._rest) - kept])
                self._rest = self._rest[len(self._rest) - kept :]
                return
            before, tag, self._rest = self._rest[: found.start()], found[0].lower(), self._rest[found.end() :]
            if tag in _LONE:
                self._lone, self._habit.known = True, True
                if self._said:
                    yield Retracted()
                self._said = ""
                continue
            yield from self._text(before)
            self._gap = True
            self._block = _OPENING.get(tag)

    def _inside(self, block: _Block, whole: bool) -> Iterator[Part]:
        found = _CLOSING[block.closing].search(self._rest)
        if found is None and not whole:
            if block.kind == "thought":
                self._rest = self._rest[-len(block.closing) :]
            elif len(self._rest) > MOST_CALL_CHARACTERS:
                self._rest = ""
            return
        body = self._rest[: found.start()] if found else self._rest
        self._rest, self._block = self._rest[found.end() :] if found else "", None
        if block.kind == "call":
            yield CallText(f"{block.opening}{body}" if block.opening.endswith("=") else body)

    def _text(self, text: str) -> Iterator[str]:
        """Without the blanks at the beginning, or beside something that was taken out."""
        if not self._said or (self._gap and self._said.isspace()):
            text = text.lstrip()
        if text:
            self._said, self._gap = text[-1], False
            yield text


def _may_be_thinking(text: str) -> bool:
    """Whether an answer begins as a thought may; too little of it may, too."""
    begun = text.lstrip().lower()
    return any(each.startswith(begun) or re.match(rf"{each}\b", begun) is not None for each in _BEGINNINGS)


def _tag_begun(text: str) -> int:
    """How many characters at the end of `text` may be the beginning of a tag."""
    tail = text[-_LONGEST_TAG:].lower()
    for size in range(len(tail), 0, -1):
        if any(tag.startswith(tail[-size:]) for tag in _TAGS):
            return size
    return 0
