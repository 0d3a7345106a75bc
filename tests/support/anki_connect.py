"""AnkiConnect on this machine, before a real collection of Anki: it refuses what the add-on refuses.

    with anki_connect(collection) as server:
        await send_to_anki(items, {}, url=server.url)

`wants_key`, `denies`, `confined` (it sees no file of ours) and `old` (without canAddNotesWithErrorDetail, and with null
for each note that failed) make it another.
"""

from __future__ import annotations

import fnmatch
import json
import os
import threading
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from anki.collection import Collection
from anki.notes import Note, NoteFieldsCheckResult


class AnkiConnect:
    """The actions that we use, each as the add-on does it."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        self.wants_key = ""
        self.old = self.denies = self.confined = False
        self.lacks = ""
        """An action that it does not know yet."""
        self.asked: list[str] = []
        """The actions, in order."""
        self.keys: list[object] = []
        """The key that came with each."""
        self.url = ""

    def reply(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """The answer to a request."""
        action = request.get("action", "")
        self.asked.append(action)
        self.keys.append(request.get("key"))
        try:
            if self.wants_key and request.get("key") != self.wants_key and action != "requestPermission":
                raise ValueError("valid api key must be provided")
            if (
                action.startswith("_")
                or action in ("reply", self.lacks)
                or (self.old and action == "canAddNotesWithErrorDetail")
            ):
                raise ValueError("unsupported action")
            do: Callable[..., object] | None = getattr(self, action, None)
            if not callable(do):
                raise ValueError("unsupported action")
            return {"result": do(**request.get("params", {})), "error": None}
        except Exception as fault:  # noqa: BLE001 - as the add-on answers whatever happens
            return {"result": None, "error": str(fault)}

    def requestPermission(self) -> Mapping[str, object]:
        if self.denies:
            return {"permission": "denied"}
        return {"permission": "granted", "requireApiKey": bool(self.wants_key), "version": 6}

    def version(self) -> int:
        return 6

    def multi(self, actions: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
        return [self.reply(each) for each in actions]

    def modelNames(self) -> Sequence[str]:
        return [each.name for each in self._collection.models.all_names_and_ids()]

    def modelFieldNames(self, modelName: str) -> Sequence[str]:
        model = self._collection.models.by_name(modelName)
        if model is None:
            raise ValueError(f"model was not found: {modelName}")
        return self._collection.models.field_names(model)

    def createModel(
        self, modelName: str, inOrderFields: Sequence[str], cardTemplates: Sequence[Mapping[str, str]], css: str
    ) -> None:
        if not inOrderFields or not cardTemplates:
            raise ValueError("Must provide at least one field for inOrderFields")
        if modelName in self.modelNames():
            raise ValueError("Model name already exists")
        models = self._collection.models
        model = models.new(modelName)
        for field in inOrderFields:
            models.add_field(model, models.new_field(field))
        model["css"] = css
        for card in cardTemplates:
            template = models.new_template(card["Name"])
            template["qfmt"], template["afmt"] = card["Front"], card["Back"]
            models.add_template(model, template)
        models.add(model)

    def createDeck(self, deck: str) -> int | None:
        return self._collection.decks.id(deck)

    def findNotes(self, query: str) -> Sequence[int]:
        return list(self._collection.find_notes(query))

    def notesInfo(self, notes: Sequence[int]) -> Sequence[Mapping[str, Any]]:
        found = [self._collection.get_note(number) for number in notes]  # type: ignore[arg-type]
        return [
            {
                "noteId": note.id,
                "modelName": "tutor-tui",
                "tags": note.tags,
                "fields": {name: {"value": value, "order": place} for place, (name, value) in enumerate(note.items())},
            }
            for note in found
        ]

    def getMediaFilesNames(self, pattern: str) -> Sequence[str]:
        return fnmatch.filter(os.listdir(self._collection.media.dir()), pattern)

    def storeMediaFile(self, filename: str, data: str = "", path: str = "") -> str:
        if not data and not path:
            raise ValueError('You must provide a "data", "path", or "url" field.')
        if path and self.confined:
            raise FileNotFoundError(2, "No such file or directory", path)
        return self._collection.media.write_data(filename, b64decode(data) if data else Path(path).read_bytes())

    def updateNoteFields(self, note: Mapping[str, Any]) -> None:
        found = self._collection.get_note(note["id"])
        for name, value in note["fields"].items():
            if name in found:
                found[name] = value
        self._collection.update_note(found)

    def _made(self, note: Mapping[str, Any]) -> Note:
        model = self._collection.models.by_name(note["modelName"])
        if model is None:
            raise ValueError(f"model was not found: {note['modelName']}")
        if self._collection.decks.by_name(note["deckName"]) is None:
            raise ValueError(f"deck was not found: {note['deckName']}")
        made = self._collection.new_note(model)
        made.tags = list(note["tags"])
        for name, value in note["fields"].items():
            if name in made:
                made[name] = value
        state = made.fields_check()
        if state == NoteFieldsCheckResult.EMPTY:
            raise ValueError("cannot create note because it is empty")
        if state == NoteFieldsCheckResult.DUPLICATE and not note["options"]["allowDuplicate"]:
            raise ValueError("cannot create note because it is a duplicate")
        return made

    def canAddNotes(self, notes: Sequence[Mapping[str, Any]]) -> Sequence[bool]:
        return [not self._fault(each) for each in notes]

    def canAddNotesWithErrorDetail(self, notes: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, object]]:
        faults = [self._fault(each) for each in notes]
        return [{"canAdd": False, "error": fault} if fault else {"canAdd": True} for fault in faults]

    def _fault(self, note: Mapping[str, Any]) -> str:
        try:
            self._made(note)
        except ValueError as fault:
            return str(fault)
        return ""

    def addNotes(self, notes: Sequence[Mapping[str, Any]]) -> Sequence[int | None]:
        """Newer versions add none where one fails; older ones say null."""
        faults = [fault for each in notes if (fault := self._fault(each))]
        if faults and not self.old:
            raise ValueError(str(faults))
        return [self._added(each) for each in notes]

    def _added(self, note: Mapping[str, Any]) -> int | None:
        if self._fault(note):
            return None
        made, deck = self._made(note), self._collection.decks.id(note["deckName"])
        assert deck is not None
        self._collection.add_note(made, deck)
        return int(made.id)


@contextmanager
def anki_connect(collection: Collection) -> Iterator[AnkiConnect]:
    """The server, on a port of its own."""
    actions = AnkiConnect(collection)
    with answering(lambda body: json.dumps(actions.reply(json.loads(body))).encode()) as actions.url:
        yield actions


@contextmanager
def answering(answer: Callable[[bytes], bytes | None], status: int = 200) -> Iterator[str]:
    """Any HTTP server, at the address that comes: `answer` makes a body of a request's; None answers nothing."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = answer(self.rfile.read(int(self.headers["Content-Length"])))
            if body is None:
                self.close_connection = True
                return
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
