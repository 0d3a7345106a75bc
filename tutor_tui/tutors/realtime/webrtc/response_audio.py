"""One response on a call: its items, in the order in which they are spoken, and how far the voice has come."""

from __future__ import annotations

from dataclasses import dataclass, field

from tutor_tui.core import events as ev
from tutor_tui.core import pcm
from tutor_tui.speech.speaking_rate import SpeakingRate

PAUSE_BYTES = pcm.bytes_of(150)
"""Between two items there is at least this much silence."""
_NEARLY = 0.8
"""The next item can begin when this share of what its predecessor should take, by its text, has been heard."""


@dataclass(slots=True, repr=False)
class _Item:
    """Something with sound."""

    id: str
    text: str = ""
    heard_bytes: int = 0


@dataclass(slots=True, repr=False)  # holds what was said
class ResponseAudio:
    """Methods return the lesson's events, in order."""

    pace: SpeakingRate
    end: ev.ReplyEnded | None = None
    """The end of the response, while that waits for its sound to be heard."""
    generated_s: float | None = None
    """When the server had generated the whole response; None until then."""
    _items: list[_Item] = field(default_factory=list)
    _at: int = 0
    """Which of them is being heard."""
    _known_length: bool = False
    """The server has said that all sound was sent, and it was sent for one item alone."""

    @property
    def item(self) -> str:
        """Id of the item that is being heard, or will be first; empty when none is known."""
        return self._items[self._at].id if self._at < len(self._items) else ""

    @property
    def has_next(self) -> bool:
        """Whether another item is known to follow."""
        return self._at + 1 < len(self._items)

    def has(self, item_id: str) -> bool:
        """Whether it is one of its items."""
        return any(item.id == item_id for item in self._items)

    def name(self, item_id: str) -> None:
        """An item with sound exists."""
        if not self.has(item_id):
            self._items.append(_Item(item_id))

    def write(self, item_id: str, *, more: str = "", whole: str | None = None) -> list[ev.TutorEvent]:
        """What an item says: `more` of it, or all at once."""
        at = next(at for at, item in enumerate(self._items) if item.id == item_id)
        item = self._items[at]
        item.text = item.text + more if whole is None else whole
        if at < self._at or self._known_length:
            return []
        return [ev.TutorSoundExpected(item_id, self.pace.expected_ms(item.text))]

    def heard(self, sound: bytes) -> ev.TutorAudio:
        """Sound of the present item."""
        item = self._items[self._at]
        item.heard_bytes += len(sound)
        return ev.TutorAudio(item.id, sound)

    def is_next_due(self, silence_bytes: int) -> bool:
        """Whether the voice that sets in after `silence_bytes` of silence is that of the next item.

        The server does not say: it is, after a pause, when about as much was heard as the text takes.
        """
        if not self.has_next or silence_bytes < PAUSE_BYTES:
            return False
        item = self._items[self._at]
        return pcm.ms_of(item.heard_bytes) > _NEARLY * self.pace.expected_ms(item.text)

    def next_item(self) -> list[ev.TutorEvent]:
        """The next item begins."""
        item = self._items[self._at]
        self._at += 1
        return [ev.TutorSoundExpected(item.id, 0), ev.TutorAudioDone(item.id)]

    def all_here(self) -> list[ev.TutorEvent]:
        """The server has sent all of its sound."""
        self._known_length = len(self._items) == 1
        return [ev.TutorSoundExpected(self.item, 0)] if self.item else []

    def cut(self) -> list[ev.TutorEvent]:
        """The server has thrown the rest away."""
        out: list[ev.TutorEvent] = []
        for item in self._items[self._at :]:
            out += [ev.TutorCut(item.id, pcm.ms_of(item.heard_bytes)), ev.TutorAudioDone(item.id)]
        return out + self.take_end()

    def finish(self) -> list[ev.TutorEvent]:
        """All of it was heard."""
        out: list[ev.TutorEvent] = []
        if self._known_length:
            self.pace.learn(self._items[0].text, pcm.ms_of(self._items[0].heard_bytes))
        for item in self._items[self._at :]:
            out += [ev.TutorSoundExpected(item.id, 0), ev.TutorAudioDone(item.id)]
        return out + self.take_end()

    def take_end(self) -> list[ev.TutorEvent]:
        """The end of the response, if it waits."""
        end, self.end = self.end, None
        return [end] if end else []
