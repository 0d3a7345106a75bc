"""Items straight into an Anki that is running, through its add-on AnkiConnect (https://ankiweb.net/shared/info/2055492159).

Anki has to run on this machine: what is sent are the learner's words, unencrypted. Its port is also that of other
programs, so neither words nor the key are sent before it has said who it is.
"""

from __future__ import annotations

import asyncio
import json
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any, TypeVar

from tutor_tui.core.own_keys import ANKI_KEY_VARIABLE
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.safe_text import one_line
from tutor_tui.exchange import anki_note
from tutor_tui.learning.items import Item

if TYPE_CHECKING:
    import httpx

URL = "http://127.0.0.1:8765"
"""Where AnkiConnect listens unless it was told otherwise."""
_VERSION = 6
"""Of its protocol, since 2017."""
_PATIENCE_S = 20.0
"""For an answer: Anki looks every 25 ms, and a large collection takes its time."""
_FIRST_PATIENCE_S = 4.0
"""For its first answers, which need nothing but that it is there: another program at its port may say nothing."""
_BYTES_PER_S = 20_000
"""AnkiConnect reads 1 kB at a time, every 25 ms: so fast at least it takes a request."""
_MOST_ANSWER_BYTES = 32_000_000
_AT_ONCE = 50
"""Notes in one request."""
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of the items in Anki."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    why: str = ""
    """What Anki said of the first that it refused; not to be trusted as text."""


_UNKNOWN = "unsupported action"
"""What AnkiConnect says to what it does not know yet."""


class _Refused(Exception):
    """AnkiConnect's answer is an error, in its own words."""


async def send_to_anki(items: Sequence[Item], sounds: Mapping[str, bytes], key: str = "", url: str = URL) -> Sent:
    """Add these items, and bring those up to date that are there. Raises `Problem`.

    `sounds` has a WAV file for some of them, by their ids. What the learner has added to a note stays.
    """
    from tutor_tui.openai_api import http_client  # httpx takes 60 ms

    async with http_client.client(None) as http:
        anki = _Anki(http, url)
        try:
            await anki.meet(key)
            return await _send(anki, items, sounds)
        except _Refused as refused:
            said = one_line(str(refused), 120)
            if said.startswith(_UNKNOWN):
                raise _too_old() from None
            raise Problem(
                f"Anki refuses: {said}.", "Look at what is open in Anki, and try again.", ExitCode.USAGE
            ) from None


class _Anki:
    """Asks AnkiConnect. Every call may raise `Problem`, or `_Refused`."""

    def __init__(self, http: httpx.AsyncClient, url: str) -> None:
        self._http = http
        self._url = url
        self._place = url.removeprefix("http://").rstrip("/")
        self._key = ""
        self._is_met = False
        """It has said who it is."""

    async def meet(self, key: str) -> None:
        """Make sure that it is AnkiConnect, and that we may use it."""
        try:
            found = await self.ask("requestPermission")
        except _Refused:
            found = None
        if not isinstance(found, dict) or "permission" not in found:
            raise self._another_program()
        if found["permission"] != "granted":
            raise Problem("Anki does not let us in.", "Allow it in Anki, and try again.", ExitCode.USAGE)
        needs_key = found.get("requireApiKey", found.get("requireApikey", False))
        if needs_key and not key:
            raise Problem(
                "AnkiConnect asks for its API key.",
                f"To save it: tutor-tui key set {ANKI_KEY_VARIABLE}",
                ExitCode.USAGE,
            )
        self._key = key
        try:
            version = await self.ask("version")
        except _Refused:
            hint = f"It is apiKey in the settings of AnkiConnect. To save it: tutor-tui key set {ANKI_KEY_VARIABLE}"
            raise Problem("AnkiConnect refuses the API key.", hint, ExitCode.USAGE) from None
        if not isinstance(version, int):
            raise self._another_program()
        if version < _VERSION:
            raise _too_old()
        self._is_met = True

    async def ask(self, action: str, **parameters: object) -> Any:
        """The result of an action."""
        request: dict[str, object] = {"action": action, "version": _VERSION, "params": parameters}
        if self._key:
            request["key"] = self._key
        body = json.dumps(request).encode()
        try:
            async with asyncio.timeout(self._patience_s(body)):
                answer = await self._answer(body)
        except TimeoutError:
            hint = "Close what is open in it, or wait for its synchronisation."
            if not self._is_met:
                hint += f" Or another program has {self._place}: end that."
            raise Problem("Anki takes too long to answer.", hint, ExitCode.USAGE) from None
        if answer["error"] is not None:
            raise _Refused(str(answer["error"]))
        return answer["result"]

    def _patience_s(self, body: bytes) -> float:
        if not self._is_met:
            return min(_PATIENCE_S, _FIRST_PATIENCE_S)
        return _PATIENCE_S + len(body) / _BYTES_PER_S

    async def all(self, actions: Sequence[Mapping[str, object]]) -> Sequence[Mapping[str, Any]]:
        """The answers to several actions, an error in each that was refused."""
        keyed = [{**each, "key": self._key} if self._key else each for each in actions]
        found: Sequence[Mapping[str, Any]] = await self.ask("multi", actions=keyed)
        return found

    async def _answer(self, body: bytes) -> Mapping[str, Any]:
        import httpx

        from tutor_tui.openai_api.http_client import TooLong, body_within

        headers = {"Content-Type": "application/json", "Connection": "close"}  # it closes after each answer anyway
        try:
            async with self._http.stream("POST", self._url, content=body, headers=headers) as response:
                answer = json.loads(await body_within(response, _MOST_ANSWER_BYTES))
        except (httpx.ConnectError, httpx.ConnectTimeout):
            raise Problem(
                f"Anki does not answer at {self._place}.",
                "Start Anki, with its add-on AnkiConnect (2055492159), or write a file: "
                "tutor-tui words export --output words.apkg",
                ExitCode.USAGE,
            ) from None
        except (httpx.HTTPError, TooLong, ValueError, RecursionError):
            raise self._another_program() from None
        if not isinstance(answer, dict) or not {"result", "error"} <= answer.keys():
            raise self._another_program()
        return answer

    def _another_program(self) -> Problem:
        return Problem(
            f"What answers at {self._place} is not AnkiConnect.",
            "Another program uses that port: end it, or write a file: tutor-tui words export --output words.apkg",
            ExitCode.USAGE,
        )


def _too_old() -> Problem:
    return Problem("This AnkiConnect is too old.", "Update the add-on in Anki.", ExitCode.USAGE)


async def _send(anki: _Anki, items: Sequence[Item], sounds: Mapping[str, bytes]) -> Sent:
    await _ensure_note_type(anki)
    there = await _notes_there(anki)
    has_sounds = (
        frozenset(await anki.ask("getMediaFilesNames", pattern=f"{anki_note.NOTE_TYPE}-*")) if sounds else frozenset()
    )
    changed, new = list[tuple[int, Mapping[str, str]]](), list[tuple[Item, Mapping[str, str]]]()
    for item in items:
        sound = sounds.get(item.id, b"")
        name = anki_note.sound_name(item, sound) if sound else ""
        if name and name not in has_sounds:
            await _store(anki, name, sound)
        fields = {each: text for each, text in anki_note.fields_of(item, name).items() if text or each != "Sound"}
        if item.id not in there:
            new.append((item, fields))
        elif any(there[item.id][1].get(each) != text for each, text in fields.items()):
            changed.append((there[item.id][0], fields))
    sent = [await _update(anki, part) for part in _parts(changed)]
    for language, group in groupby(sorted(new, key=lambda each: each[0].language), key=lambda each: each[0].language):
        deck = anki_note.deck_name(language)
        await anki.ask("createDeck", deck=deck)
        sent += [await _add(anki, [_note(deck, *each) for each in part]) for part in _parts(list(group))]
    return Sent(
        sum(each.added for each in sent),
        sum(each.updated for each in sent),
        len(items) - len(changed) - len(new),
        sum(each.refused for each in sent),
        next((each.why for each in sent if each.why), ""),
    )


async def _store(anki: _Anki, name: str, sound: bytes) -> None:
    """Give Anki a sound: as a file that it copies, or, where it cannot see ours (Flatpak, Snap), slowly by itself."""
    with NamedTemporaryFile(prefix="tutor-tui-", suffix=".wav") as file:
        file.write(sound)
        file.flush()
        try:
            await anki.ask("storeMediaFile", filename=name, path=file.name)
        except _Refused:
            await anki.ask("storeMediaFile", filename=name, data=b64encode(sound).decode())


def _parts(of: Sequence[_T]) -> Iterator[Sequence[_T]]:
    for first in range(0, len(of), _AT_ONCE):
        yield of[first : first + _AT_ONCE]


async def _ensure_note_type(anki: _Anki) -> None:
    if anki_note.NOTE_TYPE not in await anki.ask("modelNames"):
        card = {"Name": anki_note.CARD, "Front": anki_note.FRONT, "Back": anki_note.BACK}
        await anki.ask(
            "createModel",
            modelName=anki_note.NOTE_TYPE,
            inOrderFields=anki_note.FIELDS,
            css=anki_note.CSS,
            cardTemplates=[card],
        )
        return
    missing = set(anki_note.FIELDS) - set(await anki.ask("modelFieldNames", modelName=anki_note.NOTE_TYPE))
    if missing:
        title = f"The note type {anki_note.NOTE_TYPE} in Anki has no field {min(missing)}."
        raise Problem(title, "Add it in Anki, or give that note type another name.", ExitCode.USAGE)


async def _notes_there(anki: _Anki) -> Mapping[str, tuple[int, Mapping[str, str]]]:
    """The notes of ours in Anki, by the ids of their items: the number of each, and its fields."""
    found = dict[str, tuple[int, Mapping[str, str]]]()
    numbers = await anki.ask("findNotes", query=f'"note:{anki_note.NOTE_TYPE}"')
    for part in _parts(numbers):
        for note in await anki.ask("notesInfo", notes=part):
            if "noteId" in note:  # one that was deleted just now has nothing
                fields = {name: str(field["value"]) for name, field in note["fields"].items()}
                found[fields.get("Id", "")] = note["noteId"], fields
    return found


def _note(deck: str, item: Item, fields: Mapping[str, str]) -> Mapping[str, object]:
    return {
        "deckName": deck,
        "modelName": anki_note.NOTE_TYPE,
        "fields": fields,
        "tags": anki_note.tags_of(item),
        "options": {"allowDuplicate": False},
    }


async def _update(anki: _Anki, notes: Sequence[tuple[int, Mapping[str, str]]]) -> Sent:
    actions = [
        {"action": "updateNoteFields", "version": _VERSION, "params": {"note": {"id": number, "fields": fields}}}
        for number, fields in notes
    ]
    faults = [str(each["error"]) for each in await anki.all(actions) if each["error"] is not None]
    return Sent(updated=len(notes) - len(faults), refused=len(faults), why=next(iter(faults), ""))


async def _add(anki: _Anki, notes: Sequence[Mapping[str, object]]) -> Sent:
    """Add notes; those that Anki would refuse are left out first, since newer versions refuse all for one."""
    faults = await _faults(anki, notes)
    wanted = [note for note, fault in zip(notes, faults, strict=True) if not fault]
    refused = [fault for fault in faults if fault]
    try:
        added = await anki.ask("addNotes", notes=wanted) if wanted else []
    except _Refused as fault:
        added, refused = [], [*refused, *[str(fault)] * len(wanted)]
    else:
        refused += ["it could not be added"] * (len(wanted) - sum(isinstance(each, int) for each in added))
    return Sent(added=sum(isinstance(each, int) for each in added), refused=len(refused), why=next(iter(refused), ""))


async def _faults(anki: _Anki, notes: Sequence[Mapping[str, object]]) -> Sequence[str]:
    """What is against adding each note; empty for nothing."""
    try:
        found = await anki.ask("canAddNotesWithErrorDetail", notes=notes)
        return ["" if each["canAdd"] else str(each.get("error") or "refused") for each in found]
    except _Refused:  # before version 24.1.21.0 there is none
        return ["" if each else "it is a duplicate, or empty" for each in await anki.ask("canAddNotes", notes=notes)]
