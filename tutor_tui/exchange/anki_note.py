"""An item as a note of Anki: its fields, its card, its deck and its tags, the same whichever way it gets there.

Anki reads a field as HTML, and obeys marks such as `[sound:…]` and `[latex]` in it. What was said is data, so both are
written as entities.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from html import escape

from tutor_tui.core.languages import language_name
from tutor_tui.core.safe_text import printable_line
from tutor_tui.learning.items import Item, ItemKind

EXPORTED = (ItemKind.WORD, ItemKind.CORRECTION)
"""What is a card. A can-do is none, and a fact about the learner is not for others."""
NOTE_TYPE = "tutor-tui"
FIELDS = ("Id", "Term", "Meaning", "Example", "Reading", "Said", "Sound")
"""Of the note type. By the first, Anki tells notes apart."""
TERM_FIELD = FIELDS.index("Term")
CARD = "Say it"
FRONT = (
    "{{#Said}}<p>How would you say this better?</p>{{Said}}{{/Said}}"
    "{{^Said}}{{#Meaning}}{{Meaning}}{{/Meaning}}{{^Meaning}}{{Term}}{{/Meaning}}{{/Said}}"
)
"""From the meaning to the word: what a conversation asks for. A word without one is shown itself."""
BACK = (
    '{{FrontSide}}<hr id="answer"><b>{{Term}}</b>{{#Reading}}<p>{{Reading}}</p>{{/Reading}}'
    "{{#Said}}<p>{{Meaning}}</p>{{/Said}}{{#Example}}<p><i>{{Example}}</i></p>{{/Example}}{{Sound}}"
)
CSS = ".card { font-family: sans-serif; font-size: 1.4em; text-align: center; }"
MODEL_ID = 1_732_904_511
"""Chosen once by chance, as Anki wants it: a note type is found again by it."""
_DECK_IDS = 1_500_000_000
"""From here on lie the ids of the decks, one a language."""


def fields_of(item: Item, sound_name: str = "") -> Mapping[str, str]:
    """The field of each name, as HTML; `sound_name` is the file with its sentence, if there is one."""
    texts = (item.id, item.term, item.meaning, item.example, item.reading, item.said)
    values = (*map(_as_html, texts), f"[sound:{sound_name}]" if sound_name else "")
    return dict(zip(FIELDS, values, strict=True))


def _as_html(text: str) -> str:
    return escape(printable_line(text), quote=False).replace("[", "&#91;")


def deck_name(language: str) -> str:
    """The deck of a language, below one of ours: "tutor-tui::Korean"."""
    return f"{NOTE_TYPE}::{language_name(language)}"


def deck_id(language: str) -> int:
    """The same for a language at every time; below 2**31, as Anki's own."""
    return _DECK_IDS + int.from_bytes(sha256(language.encode()).digest()[:3], "big")


def tags_of(item: Item) -> tuple[str, ...]:
    """What an item can be found by in Anki; a tag has no blanks."""
    parts = (item.language, item.kind.value, item.category)
    return tuple(f"{NOTE_TYPE}::{'-'.join(part.split())}" for part in parts if part.strip())


def sound_name(item: Item, sound: bytes) -> str:
    """The name of the file with its sentence: another for another sound, since Anki keeps the first of a name."""
    return f"{NOTE_TYPE}-{item.id}-{sha256(sound).hexdigest()[:8]}.wav"
