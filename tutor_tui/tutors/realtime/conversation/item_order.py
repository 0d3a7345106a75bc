"""The order of the lesson's lines, where other items lie between them: notes to the tutor, tool calls."""

from __future__ import annotations

from tutor_tui.core import events as ev
from tutor_tui.core.lesson_plan import Role


class ItemOrder:
    """The conversation's chain of items, with those left out that no learner sees."""

    def __init__(self) -> None:
        self._behind: dict[str, str | None] = {}
        """Item that is no line of the lesson → the line before it."""
        self._known: set[str] = set()
        """Lines of the lesson that it has heard of by now."""
        self._followers: dict[str, list[ev.ItemPlaced]] = {}
        """Line → what was placed right behind it."""

    def hide(self, item_id: str, previous_id: object) -> None:
        """This item took a place and is no line of the lesson."""
        self._behind[item_id] = self.shown(previous_id if isinstance(previous_id, str) else None)

    def shown(self, item_id: str | None) -> str | None:
        """The nearest line of the lesson at or before `item_id`."""
        return self._behind.get(item_id, item_id) if item_id else None

    def placed(self, item_id: str, previous_id: str | None, role: Role) -> list[ev.ItemPlaced]:
        """This line took a place."""
        place = ev.ItemPlaced(item_id, self.shown(previous_id), role)
        if place.previous_item_id:
            self._followers.setdefault(place.previous_item_id, []).append(place)
        return [place, *self.known(item_id)]

    def known(self, item_id: str) -> list[ev.ItemPlaced]:
        """The lesson hears of this line: where it comes late, what follows it takes its place once more."""
        if item_id in self._known:
            return []
        self._known.add(item_id)
        again: list[ev.ItemPlaced] = []
        lines, seen = [item_id], {item_id}
        while lines:
            for each in self._followers.get(lines.pop(), ()):
                if each.item_id not in seen:  # a server may have them in a circle
                    seen.add(each.item_id)
                    lines.append(each.item_id)
                    again.append(each)
        return again
