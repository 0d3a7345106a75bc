"""What the tutor and the learner are told of a use: as what it was kept, and not what somebody claimed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tutor_tui.core.tools import ToolAnswer, Used
from tutor_tui.learning.items import Use
from tutor_tui.session.memory import Unkept

_AS: Mapping[Use, str] = {
    Use.INDEPENDENT: "on your own",
    Use.WRITTEN: "on your own, in writing",
    Use.ASSISTED: "with help",
    Use.UNDERSTOOD: "understood",
    Use.LAPSE: "missed",
}
_NOT_KEPT: Mapping[Unkept, tuple[str, str]] = {
    Unkept.NOT_SAID: ("“{item}” is not in what you said", "Not noted: the item is not in what the learner said."),
    Unkept.NO_ITEM: ("“{item}” is none of your words", "Not noted: no item is called so."),
    Unkept.NOT_WANTED: ("nothing is kept", "Not noted: the learner keeps nothing."),
}
"""For the learner, and for the model."""


def as_kept(answer: ToolAnswer, used: Used, kept: Use | Unkept) -> ToolAnswer:
    """The answer to a call that told of a use, where that is what was kept of it."""
    item = used.unit or used.item
    if isinstance(kept, Use):
        return replace(answer, summary=f"{item} ({_AS[kept]})")
    if kept in (Unkept.LATER, Unkept.UNSURE):  # what comes of it shows when the words are there
        doubt = " (not sure that you said it)" if kept is Unkept.UNSURE else ""
        return replace(answer, summary=f"{item}{doubt}")
    summary, output = _NOT_KEPT[kept]
    return replace(answer, ok=False, summary=summary.format(item=item), output=output)
