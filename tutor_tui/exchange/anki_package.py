"""Items as an .apkg, which every Anki imports: a second import brings notes up to date and adds none.

The form is that of schema 11, which Anki has read since 2012. The package genanki knows it, and its own way of writing
leaves a copy of the words behind in the folder for temporary files; so the file is put together here.
"""

from __future__ import annotations

import itertools
import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile

from tutor_tui.exchange import anki_note
from tutor_tui.learning.items import Item

if TYPE_CHECKING:
    import genanki


def anki_package(items: Sequence[Item], sounds: Mapping[str, bytes], at: float) -> bytes:
    """The file. `sounds` has a WAV file for some of the items, by their ids; `at` is now, as Unix time in s.

    Anki takes over a note again only if it is newer than the one it has, by whole seconds.
    """
    import genanki  # 50 ms, which only an export takes

    model = _note_type()
    decks = dict[str, genanki.Deck]()
    media = dict[str, bytes]()
    for item in items:
        sound = sounds.get(item.id, b"")
        name = anki_note.sound_name(item, sound) if sound else ""
        if name:
            media[name] = sound
        if item.language not in decks:
            decks[item.language] = genanki.Deck(
                anki_note.deck_id(item.language), anki_note.deck_name(item.language), "Words from your lessons."
            )
        fields = list(anki_note.fields_of(item, name).values())
        decks[item.language].add_note(
            genanki.Note(model=model, fields=fields, tags=anki_note.tags_of(item), guid=f"tutor-tui-{item.id}")
        )
    whole = BytesIO()
    with ZipFile(whole, "w", ZIP_DEFLATED) as archive:
        archive.writestr("collection.anki2", _collection(genanki.Package(list(decks.values())), at))
        archive.writestr("media", json.dumps(dict(enumerate(media))))
        for number, sound in enumerate(media.values()):
            archive.writestr(str(number), sound)
    return whole.getvalue()


def _note_type() -> genanki.Model:
    import genanki

    return genanki.Model(
        anki_note.MODEL_ID,
        anki_note.NOTE_TYPE,
        fields=[{"name": name} for name in anki_note.FIELDS],
        templates=[{"name": anki_note.CARD, "qfmt": anki_note.FRONT, "afmt": anki_note.BACK}],
        css=anki_note.CSS,
        sort_field_index=anki_note.TERM_FIELD,
    )


def _collection(package: genanki.Package, at: float) -> bytes:
    with closing(sqlite3.connect(":memory:")) as database:
        package.write_to_db(database.cursor(), at, itertools.count(int(at * 1_000)))
        database.commit()
        return database.serialize()
