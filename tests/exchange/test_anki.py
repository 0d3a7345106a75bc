"""What Anki itself makes of our files, and we of its: all with its own library, in real collections."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from anki.collection import (
    Collection,
    ExportAnkiPackageOptions,
    ImportAnkiPackageOptions,
    ImportAnkiPackageRequest,
    ImportCsvRequest,
)

from tests.exchange.words import FILM, HOLA, HOSTILE, ITEMS, MET, NOW
from tests.support.anki_connect import AnkiConnect, anki_connect, answering
from tutor_tui.core.own_keys import ANKI_KEY_VARIABLE
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.exchange import anki_connect as ours
from tutor_tui.exchange.anki_connect import Sent, send_to_anki
from tutor_tui.exchange.anki_note import FIELDS, NOTE_TYPE
from tutor_tui.exchange.anki_notes_read import read_anki_package
from tutor_tui.exchange.anki_package import anki_package
from tutor_tui.exchange.word_table import word_table
from tutor_tui.learning.items import Item, KeptItem

pytestmark = pytest.mark.xdist_group("anki")  # its library takes a second to load: one worker does
SOUND = b"RIFF\0\0\0\0WAVE"


@pytest.fixture
def collection(tmp_path: Path) -> Iterator[Collection]:
    collection = Collection(str(tmp_path / "collection.anki2"))
    yield collection
    collection.close()


def notes(collection: Collection) -> dict[str, dict[str, str]]:
    """The fields of all notes of ours, by the id of the item."""
    found = [collection.get_note(number) for number in collection.find_notes(f'"note:{NOTE_TYPE}"')]
    return {note["Id"]: dict(note.items()) for note in found}


# ---- an .apkg -------------------------------------------------------------------------------------------------------


def taken_in(collection: Collection, folder: Path, data: bytes) -> tuple[int, int]:
    """How many notes were new, and how many were brought up to date."""
    file = folder / "words.apkg"
    file.write_bytes(data)
    log = collection.import_anki_package(
        ImportAnkiPackageRequest(package_path=str(file), options=ImportAnkiPackageOptions())
    ).log
    return len(log.new), len(log.updated)


def test_anki_imports_it_and_a_second_import_brings_up_to_date_and_adds_nothing(
    collection: Collection, tmp_path: Path
) -> None:
    sounds = {FILM.id: SOUND}
    assert taken_in(collection, tmp_path, anki_package(ITEMS, sounds, NOW)) == (4, 0)
    found = notes(collection)
    assert found.keys() == {each.id for each in ITEMS}
    film = found[FILM.id]
    assert film | {"Sound": ""} == {
        "Id": FILM.id, "Term": "영화", "Meaning": "film", "Example": "영화를 봤어요.", "Reading": "yeonghwa",
        "Said": "", "Sound": "",
    }  # fmt: skip
    name = film["Sound"].removeprefix("[sound:").removesuffix("]")
    assert (Path(collection.media.dir()) / name).read_bytes() == SOUND
    assert {each.name for each in collection.decks.all_names_and_ids()} >= {"tutor-tui::Korean", "tutor-tui::Spanish"}
    assert len(collection.find_cards('"deck:tutor-tui::Korean"')) == 2
    assert len(collection.find_notes("tag:tutor-tui::word-order")) == 1

    changed = replace(FILM, meaning="movie", id=FILM.id)
    newer = anki_package([changed, MET, HOLA, HOSTILE], sounds, NOW + 60)
    new, updated = taken_in(collection, tmp_path, newer)
    assert (new, updated >= 1) == (0, True)
    assert notes(collection)[FILM.id]["Meaning"] == "movie"
    assert len(notes(collection)) == 4

    for legacy in (True, False):
        read = read_anki_package(BytesIO(exported(collection, tmp_path, legacy=legacy)), "ja", NOW)
        assert {each.id for each in read.items} == {each.id for each in (FILM, MET, HOLA)} | {read.items[-1].id}


def exported(collection: Collection, folder: Path, *, legacy: bool) -> bytes:
    """The whole collection as Anki writes it."""
    options = ExportAnkiPackageOptions(with_scheduling=False, with_media=True, legacy=legacy, with_deck_configs=False)
    file = folder / "out.apkg"
    collection.export_anki_package(out_path=str(file), options=options, limit=None)
    return file.read_bytes()


def test_what_was_said_is_neither_markup_nor_a_command_to_anki(collection: Collection, tmp_path: Path) -> None:
    taken_in(collection, tmp_path, anki_package([HOSTILE, MET], {}, NOW))
    cards = {card.note()["Id"]: card for number in collection.find_cards("") if (card := collection.get_card(number))}
    shown = cards[HOSTILE.id].answer()
    assert "<script" not in shown and "\x1b" not in shown
    assert "[sound:" not in shown and "[anki:play" not in shown and "[latex]" not in shown
    assert (
        "How would you say this better?" in cards[MET.id].question() and "어제 만났어요" not in cards[MET.id].question()
    )


def test_anki_imports_the_table_too(collection: Collection, tmp_path: Path) -> None:
    file = tmp_path / "words.tsv"
    file.write_text(word_table([KeptItem(each) for each in ITEMS]), encoding="utf-8")
    metadata = collection.get_csv_metadata(str(file), None)
    assert metadata.guid_column == 1
    for expected in (4, 0):
        log = collection.import_csv(ImportCsvRequest(path=str(file), metadata=metadata)).log
        assert len(log.new) == expected


# ---- a running Anki -------------------------------------------------------------------------------------------------


@pytest.fixture
def anki(collection: Collection) -> Iterator[AnkiConnect]:
    with anki_connect(collection) as server:
        yield server


@pytest.mark.parametrize("confined", [False, True])
async def test_words_go_into_a_running_anki_once(anki: AnkiConnect, collection: Collection, confined: bool) -> None:
    anki.confined = confined
    sounds = {FILM.id: SOUND}
    assert await send_to_anki(ITEMS, sounds, url=anki.url) == Sent(added=4)
    assert anki.asked[:2] == ["requestPermission", "version"]
    assert notes(collection)[HOSTILE.id]["Term"].startswith("&lt;script&gt;")
    assert list(collection.media.dir()) and len(anki.getMediaFilesNames("tutor-tui-*.wav")) == 1
    assert len(collection.find_cards('"deck:tutor-tui::Spanish"')) == 2

    assert await send_to_anki(ITEMS, sounds, url=anki.url) == Sent(unchanged=4)
    assert anki.asked.count("storeMediaFile") == 1 + confined
    changed = replace(FILM, meaning="movie", id=FILM.id)
    new = replace(HOLA, term="adiós", id="")
    assert await send_to_anki([changed, new], {}, url=anki.url) == Sent(added=1, updated=1)
    found = notes(collection)
    assert found[FILM.id]["Meaning"] == "movie" and found[FILM.id]["Sound"], "its sound stays"
    assert len(found) == 5


@pytest.mark.parametrize("old", [False, True])
async def test_what_anki_refuses_is_counted_and_the_rest_is_added(
    anki: AnkiConnect, collection: Collection, old: bool
) -> None:
    anki.old = old
    nameless = Item("ko", MET.kind, "x", id=" ")  # an empty first field is what Anki takes for an empty note
    sent = await send_to_anki([FILM, nameless, HOLA], {}, url=anki.url)
    assert (sent.added, sent.refused) == (2, 1)
    assert "empty" in sent.why
    assert len(notes(collection)) == 2


async def test_a_key_is_sent_only_when_it_is_known_that_this_is_anki(anki: AnkiConnect) -> None:
    anki.wants_key = "secret-of-mine"
    with pytest.raises(Problem, match="asks for its API key") as told:
        await send_to_anki([FILM], {}, url=anki.url)
    assert ANKI_KEY_VARIABLE in told.value.hint
    with pytest.raises(Problem, match="refuses the API key"):
        await send_to_anki([FILM], {}, "another", url=anki.url)
    assert (await send_to_anki([FILM], {}, "secret-of-mine", url=anki.url)).added == 1
    first = [key for action, key in zip(anki.asked, anki.keys, strict=True) if action == "requestPermission"]
    assert first == [None] * 3


async def test_a_note_type_of_that_name_that_lacks_a_field_is_left_alone(
    anki: AnkiConnect, collection: Collection
) -> None:
    card = {"Name": "Card 1", "Front": "{{Id}}", "Back": "{{Term}}"}
    anki.createModel(NOTE_TYPE, [*FIELDS[:3], *FIELDS[4:]], [card], "")
    with pytest.raises(Problem, match="has no field Example"):
        await send_to_anki([FILM], {}, url=anki.url)
    assert notes(collection) == {}


async def test_an_anki_that_does_not_let_us_in_is_told(anki: AnkiConnect) -> None:
    anki.denies = True
    with pytest.raises(Problem, match="Anki does not let us in"):
        await send_to_anki([FILM], {}, url=anki.url)


# ---- no Anki --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"<html>It works!</html>", 200),
        (b'{"detail":"Not Found"}', 404),
        (b'{"result": 6, "error": null}', 200),
        (b"[" * 100_000, 200),
        (b"[]", 200),
        (b'{"result": null, "error": "unsupported action"}', 200),
        (b'{"result": {"permission": "granted"}, "error": null}', 200),
        (None, 200),
    ],
)
async def test_another_program_at_its_port_is_told(body: bytes | None, status: int) -> None:
    seen = list[bytes]()

    def answer(request: bytes) -> bytes | None:
        seen.append(request)
        return body

    with answering(answer, status) as url, pytest.raises(Problem, match="is not AnkiConnect") as told:
        await send_to_anki([FILM], {}, "secret-of-mine", url=url)
    assert told.value.exit_code is ExitCode.USAGE
    assert not any(FILM.term in json.dumps(json.loads(each), ensure_ascii=False) for each in seen)
    assert b"secret-of-mine" not in seen[0]


async def test_where_nothing_listens_it_is_said_what_to_do() -> None:
    with answering(lambda _: b"") as url:
        pass
    with pytest.raises(Problem, match="Anki does not answer at 127\\.0") as told:
        await send_to_anki([FILM], {}, url=url)
    assert "2055492159" in told.value.hint and "words.apkg" in told.value.hint


async def test_an_add_on_that_does_not_know_what_it_is_asked_is_too_old(anki: AnkiConnect) -> None:
    anki.lacks = "getMediaFilesNames"
    with pytest.raises(Problem, match="This AnkiConnect is too old") as told:
        await send_to_anki([FILM], {FILM.id: SOUND}, url=anki.url)
    assert told.value.hint == "Update the add-on in Anki."


async def test_a_program_that_says_nothing_at_its_port_is_not_waited_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ours._FIRST_PATIENCE_S <= 4.0, "with the start of the program it is less than 5 s"
    monkeypatch.setattr(ours, "_FIRST_PATIENCE_S", 0.05)

    def silent(_: bytes) -> None:
        time.sleep(0.3)

    with answering(silent) as url, pytest.raises(Problem, match="takes too long") as told:
        await send_to_anki([FILM], {}, url=url)
    assert "another program has 127.0.0.1" in told.value.hint


async def test_an_anki_that_is_busy_is_not_waited_for_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ours, "_PATIENCE_S", 0.05)
    monkeypatch.setattr(ours, "_BYTES_PER_S", 1e9)

    def busy(_: bytes) -> None:
        time.sleep(0.3)

    with answering(busy) as url, pytest.raises(Problem, match="takes too long"):
        await send_to_anki([FILM], {}, url=url)
