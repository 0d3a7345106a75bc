"""Keeps a local model's thinking out of its answer."""

from __future__ import annotations


class ThinkFilter:
    """Keeps what a local model thinks aloud at the beginning (`<think>…</think>`) out of the answer."""

    _OPEN, _CLOSE = "<think>", "</think>"

    def __init__(self) -> None:
        self._held: str | None = ""
        """What may be thought; None once the answer has begun."""

    def without(self, text: str) -> str:
        """What of `text` is answer; what is undecided comes with a later piece."""
        if self._held is None:
            return text
        self._held += text
        start = self._held.lstrip()
        if start.startswith(self._OPEN):
            _, closed, answer = start.partition(self._CLOSE)
            if not closed:
                return ""
            answer = answer.lstrip()
        elif self._OPEN.startswith(start):
            return ""
        else:
            answer = start
        self._held = None if answer else ""
        return answer
