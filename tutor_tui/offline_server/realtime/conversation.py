"""The conversation: items in order, with the rules for putting in, cutting and taking out. Pure."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from tutor_tui.core import pcm
from tutor_tui.core.lesson_clock import is_closing_note
from tutor_tui.core.tools import ToolCall
from tutor_tui.offline_server.realtime.wire import Json, Refusal, decoded, encoded, new_id
from tutor_tui.speech.words_heard import Piece, begun, heard

ROOT = "root"
"""As `previous_item_id`: before everything else."""
MOST_ITEMS = 10_000
"""A client puts in no more: an hour of talk has some hundreds. What is said aloud always has room."""
KEPT_SOUND_BYTES = pcm.bytes_of(5 * 60_000)
"""Five minutes (14 MB): the newest items keep their sound. Of older ones its length is known, which is all that cutting
them takes; only `retrieve` gives them back without it. An hour of talk would be 170 MB.
"""


@dataclass(slots=True, eq=False)
class Item:
    """One item. Its sound is kept aside as bytes, so that only `retrieve` has to encode it."""

    body: Json
    """As it travels, without sound."""
    sound: bytearray = field(default_factory=bytearray)
    """24 kHz mono s16 of the first content part; empty once it was let go. Grows by `add_sound`."""
    sound_bytes: int = field(init=False)
    """How much sound there is, or was."""
    cut: bool = False
    """The client truncated it: nothing is added to it any more."""
    heard: str = ""
    """What was understood of its sound, whether or not the client asked for transcripts."""
    pieces: list[Piece] = field(default_factory=list)
    """What the assistant says in it, with the sound of each sentence, as far as it has come."""
    _let_go: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        self.sound_bytes = len(self.sound)

    def add_sound(self, sound: bytes) -> None:
        """More of it."""
        self.sound_bytes += len(sound)
        if not self._let_go:
            self.sound.extend(sound)

    def let_sound_go(self) -> None:
        """Keep no more than how long it is."""
        self._let_go = True
        self.sound = bytearray()

    @property
    def id(self) -> str:
        """Names it."""
        return str(self.body["id"])

    @property
    def role(self) -> str:
        """system, user, assistant; empty for items that are no messages."""
        return str(self.body.get("role", ""))

    @property
    def first_part(self) -> Json:
        """The first content part; empty for items that have none (yet)."""
        content = self.body.get("content") or [{}]
        part: Json = content[0]
        return part

    @property
    def has_sound(self) -> bool:
        """Whether its first part is sound."""
        return self.first_part.get("type") in ("input_audio", "output_audio")

    @property
    def text(self) -> str:
        """What is said in it, as far as it is known as text."""
        parts = self.body.get("content") or []
        known = (part.get("text") or part.get("transcript") for part in parts)
        return " ".join(filter(None, known)) or self.heard

    @property
    def counts_for_guides(self) -> bool:
        """Whether a guide walks its lesson by it: what was said, and that the time is nearly over."""
        return self.role in ("user", "assistant") or (self.role == "system" and is_closing_note(self.text))

    @property
    def remembered(self) -> str:
        """What was said in it for a language model to remember: of an answer that was stopped, what was heard."""
        if self.cut or self.pieces:
            return "".join(piece.text for piece in self.pieces).strip()
        return self.text

    def keep_until(self, audio_end_ms: int) -> None:
        """The learner heard so much of it; the rest is forgotten."""
        unfinished = self.body.get("status") != "completed" and self.pieces
        self.pieces = heard(begun(self.pieces) if unfinished else self.pieces, audio_end_ms)
        del self.sound[pcm.bytes_of(audio_end_ms) :]
        self.sound_bytes = min(self.sound_bytes, pcm.bytes_of(audio_end_ms))
        self.cut = True
        self.first_part["transcript"] = None

    def wire(self, *, sound: bool = False) -> Json:
        """The item as it is told: a copy, with its sound in base64 where that is asked for."""
        body = {**self.body}
        if "content" in body:
            body["content"] = [dict(part) for part in body["content"]]
            if sound and self.has_sound and not self._let_go:
                body["content"][0]["audio"] = encoded(self.sound)
        return body


def item_from(wish: Json, path: str = "item") -> Item:
    """An item as the client described it; `wish` has been judged. Raises `Refusal` for bad sound."""
    body = {"object": "realtime.item", "status": "completed", **wish, "id": wish.get("id") or new_id("item")}
    item = Item(body)
    if "content" in body:
        body["content"] = [dict(part) for part in body["content"]]
        for index, part in enumerate(body["content"]):
            if part["type"] == "input_audio":
                sound = decoded(part.pop("audio"), f"{path}.content[{index}].audio")
                part.setdefault("transcript", None)
                if index == 0:
                    item.add_sound(sound)
    return item


def spoken_by_learner(item_id: str, sound: bytes) -> Item:
    """The user item that committed sound becomes; its transcript comes later."""
    return Item(
        {
            "id": item_id,
            "object": "realtime.item",
            "type": "message",
            "status": "completed",
            "role": "user",
            "content": [{"type": "input_audio", "transcript": None}],
        },
        bytearray(sound),
    )


def said_by_assistant() -> Item:
    """The empty assistant item with which a response begins."""
    return Item(
        {
            "id": new_id("item"),
            "object": "realtime.item",
            "type": "message",
            "status": "in_progress",
            "role": "assistant",
            "content": [],
        }
    )


def called_by_assistant(call: ToolCall) -> Item:
    """A tool that the assistant wants used."""
    return Item(
        {
            "id": new_id("item"),
            "object": "realtime.item",
            "type": "function_call",
            "status": "completed",
            "name": call.name,
            "call_id": call.call_id,
            "arguments": call.arguments,
        }
    )


class Conversation:
    """The default conversation of a session."""

    def __init__(self) -> None:
        self.id = new_id("conv")
        self._items: list[Item] = []
        self._recent: deque[Item] = deque()
        """Those that have kept their sound, as they came."""

    @property
    def items(self) -> tuple[Item, ...]:
        """All items, in order."""
        return tuple(self._items)

    def find(self, item_id: str) -> Item | None:
        """The item of that id."""
        return next((item for item in self._items if item.id == item_id), None)

    def before(self, item: Item) -> str | None:
        """The id of the item in front of this one; null for the first."""
        at = self._items.index(item)
        return self._items[at - 1].id if at else None

    def add(self, item: Item, previous_item_id: str | None = None) -> str | None:
        """Put `item` behind another one, first (`ROOT`) or last (null); tells the id in front of it."""
        if self.find(item.id) is not None:
            raise Refusal("item_create_duplicate_item_id", "An item with this id exists already.", "item.id")
        self._items.insert(self._place(previous_item_id), item)
        self._recent.append(item)
        while len(self._recent) > 1 and sum(len(recent.sound) for recent in self._recent) > KEPT_SOUND_BYTES:
            self._recent.popleft().let_sound_go()
        return self.before(item)

    def check_room(self) -> None:
        """Raise `Refusal` where a client has put in as many items as it may."""
        if len(self._items) >= MOST_ITEMS:
            raise Refusal("conversation_full", f"A conversation has at most {MOST_ITEMS} items.", "item")

    def _place(self, previous_item_id: str | None) -> int:
        if previous_item_id is None:
            return len(self._items)
        if previous_item_id == ROOT:
            return 0
        previous = self.find(previous_item_id)
        if previous is None:
            raise Refusal("invalid_value", "There is no item with this previous_item_id.", "previous_item_id")
        return self._items.index(previous) + 1

    def get(self, item_id: str, *, doing: str) -> Item:
        """The item of that id, or the refusal that `doing` something to an unknown one gets."""
        item = self.find(item_id)
        if item is None:
            raise Refusal(f"item_{doing}_invalid_item_id", "There is no item with this id.", "item_id")
        return item

    def delete(self, item_id: str) -> Item:
        """Take an item out; tells which."""
        item = self.get(item_id, doing="delete")
        self._items.remove(item)
        if item in self._recent:
            self._recent.remove(item)
        return item

    def truncate(self, item_id: str, content_index: int, audio_end_ms: int) -> None:
        """Keep only the first `audio_end_ms` of the assistant's sound; its transcript is dropped with the rest."""
        item = self.get(item_id, doing="truncate")
        if item.role != "assistant" or not item.has_sound:
            raise Refusal(None, "Only model output audio messages can be truncated.", "item_id")
        if content_index != 0:
            raise Refusal("invalid_value", "The item has no content part with this index.", "content_index")
        length_ms = pcm.ms_of(item.sound_bytes)
        if audio_end_ms > length_ms:
            message = f"Audio content of {length_ms}ms is already shorter than {audio_end_ms}ms."
            raise Refusal("invalid_value", message, "audio_end_ms")
        item.keep_until(audio_end_ms)

    def unanswered(self, answered: set[str]) -> list[Item]:
        """The learner's messages that no response has taken up yet."""
        return [item for item in self._items if item.role == "user" and item.id not in answered]

    def history(self, without: set[str]) -> list[tuple[str, str]]:
        """Who said what so far (role, text), for a guide that takes the lesson up again; of the system's, that it is
        to close.
        """
        messages = (item for item in self._items if item.counts_for_guides and item.id not in without)
        return [(item.role, item.text) for item in messages if item.text]
