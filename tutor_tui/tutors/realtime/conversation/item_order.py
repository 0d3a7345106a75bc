"""The order of the lesson's lines, where other items lie between them: notes to the tutor, tool calls."""

from __future__ import annotations


class ItemOrder:
    """The conversation's chain of items, with those left out that no learner sees."""

    def __init__(self) -> None:
        self._behind: dict[str, str | None] = {}
        """Item that is no line of the lesson → the line before it."""

    def hide(self, item_id: str, previous_id: object) -> None:
        """This item took a place and is no line of the lesson."""
        self._behind[item_id] = self.shown(previous_id if isinstance(previous_id, str) else None)

    def shown(self, item_id: str | None) -> str | None:
        """The nearest line of the lesson at or before `item_id`."""
        return self._behind.get(item_id, item_id) if item_id else None
