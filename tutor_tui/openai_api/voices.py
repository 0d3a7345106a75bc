"""The voices of a speech service: which it has, where an error lists them, and which of them reads for the lesson's."""

from __future__ import annotations

import re
from collections.abc import Callable

from tutor_tui.core import events as ev
from tutor_tui.core import model_catalog
from tutor_tui.core.safe_text import one_line
from tutor_tui.openai_api.services import SPEAK

_SHOWN = 8


class VoiceChoice:
    """Remembers for a lesson which voices a service does not have. `tell` takes what the learner should know."""

    def __init__(self, tell: Callable[[ev.Trouble], None]) -> None:
        self._tell = tell
        self._instead: dict[str, str] = {}

    def of(self, wanted: str) -> str:
        """The voice to ask for where `wanted` is."""
        return self._instead.get(wanted, wanted)

    def replace(self, refused: str, listed: tuple[str, ...]) -> bool:
        """Have one of the `listed` voices read for the one that was refused; whether that makes a difference."""
        if not listed or refused in listed or refused in self._instead or refused in self._instead.values():
            return False
        chosen = voice_like(refused, listed)
        self._instead[refused] = chosen
        more = ", …" if len(listed) > _SHOWN else ""
        self._tell(
            ev.Trouble(
                f"The {SPEAK.name} does not have the voice {one_line(refused, 40)}: {chosen} reads.",
                f"Choose another in {SPEAK.setting}_voice: {', '.join(listed[:_SHOWN])}{more}",
            )
        )
        return True


_LIST = re.compile(
    r"\b(?:available|supported|valid|allowed|known|one of|should be|must be|choose from|options?|voices)\b"
    r"[^:\['\"‘’“”]{0,40}?[:\[\s]\s*(?P<names>[^.;{}]{2,2000})",
    re.IGNORECASE,
)
_NAME = re.compile(r"[\w][\w./+-]{0,63}")
_NO_NAMES = frozenset(
    (
        *("a", "and", "any", "are", "available", "be", "choose", "either", "following", "from", "is", "names", "of"),
        *("one", "options", "or", "supported", "the", "to", "value", "values", "voice", "voices"),
    )
)
"""Words around the names."""


def listed_voices(said: str) -> tuple[str, ...]:
    """The voices that an error about a voice says there are, in its order; empty where it lists none."""
    if "voice" not in said.lower():
        return ()
    for found in _LIST.finditer(said):
        names = [name.strip(".-") for name in _NAME.findall(found["names"])]
        voices = tuple(dict.fromkeys(name for name in names if name and name.lower() not in _NO_NAMES))
        if len(voices) > 1 or (voices and re.search(r"[:\[]", found[0])):
            return voices
    return ()


def voice_like(wanted: str, listed: tuple[str, ...]) -> str:
    """The listed voice that is most like `wanted`: by its name, else one that we know to be like it, else the first."""
    by_name = {voice.lower(): voice for voice in reversed(listed)}
    for name in (wanted, model_catalog.NEAREST_VOICE.get(wanted, wanted)):
        if name.lower() in by_name:
            return by_name[name.lower()]
    return listed[0]
