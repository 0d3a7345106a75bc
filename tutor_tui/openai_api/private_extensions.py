"""What our client and our offline server say to each other beyond OpenAI's API; any other server ignores it.

Both sides take the words from here, so that neither can change one alone. Their Realtime is OpenAI's otherwise.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice
from typing import Any, Literal, Self, TypeAlias, get_args
from urllib.parse import quote_plus

from tutor_tui.core.heard_words import PHONE_LETTERS, DifferentWord
from tutor_tui.core.lesson_plan import DRILLS, DUE_IN_A_DRILL, DrillKind, DueItem, LessonPlan

# ---- the server as our child process --------------------------------------------------------------------------------

WITH_PARENT = "--with-parent"
"""The option by which it ends when its standard input does, or whoever started it: without, only a signal ends it."""
_READY = "ready"


def ready_line(port: int) -> str:
    """What the server writes on stdout once it listens on `port`."""
    return f"{_READY} {port}"


def port_in(line: str) -> int | None:
    """The port that a line of the server's stdout announces, if it does."""
    word, _, number = line.strip().partition(" ")
    return int(number) if word == _READY and number.isdecimal() else None


# ---- requests -------------------------------------------------------------------------------------------------------

LESSON_FIELD = "lesson"
"""Names the lesson script: in the query of a WebSocket's or a call's URL, and in the body of a chat request."""
LANGUAGE_FIELD = "language"
"""The lesson's language, in the body of a chat or speech request."""
NATIVE_LANGUAGE_FIELD = "native_language"
"""What the learner speaks at home: beside `LESSON_FIELD`."""


CORRECTION_FIELD = "correction"
"""How slips are corrected: beside `LESSON_FIELD`, one of `core.pedagogy.CORRECTIONS`."""
LEVEL_FIELD = "level"
"""The level that the profile asks for: beside `LESSON_FIELD`, CEFR or `FREE_TALK`."""
FREE_TALK = "free talk"
"""In place of a level: the profile teaches nothing, and a lesson only stands in for the talk that it is about."""
LESSON_FIELDS = (LESSON_FIELD, NATIVE_LANGUAGE_FIELD, CORRECTION_FIELD, LEVEL_FIELD)
DUE_FIELD = "due"
"""What is to be asked for first: beside `LESSON_FIELD`, a JSON list of [term, meaning, what was said instead], and
behind that, of a term with a gap, how it was said.
"""
_DUE_BYTES = 6_000
"""Of all of them, as they stand in a URL: with its other fields, it has to fit into the 8,192 of a request's line."""
DRILL_FIELD = "drill"
"""The kind of drill on what is due, one of `core.lesson_plan.DRILLS`: beside `DUE_FIELD`."""
WITHIN_FIELD = "within_lesson"
"""Anything says that the drill is in the midst of the lesson: behind it the client goes on there by itself."""


@dataclass(frozen=True, slots=True)
class WantedLesson:
    """The lesson that the guide is to walk, and for whom: in the query of a conversation's URL, and in the body of a
    chat request. What is empty is left out, and left to the server.
    """

    script: str = ""
    native_language: str = ""
    """ISO 639-1."""
    correction: str = ""
    level: str = ""
    """CEFR, or `FREE_TALK`."""
    due: tuple[DueItem, ...] = ()
    drill: DrillKind | Literal[""] = ""
    within_lesson: bool = False

    @classmethod
    def of(cls, plan: LessonPlan) -> Self:
        """What a plan wants."""
        level = FREE_TALK if plan.stands_in else plan.level
        due, within = _short(plan.due), bool(plan.drill) and plan.within_lesson
        return cls(plan.offline_lesson, plan.native_language, plan.correction, level, due, plan.drill, within)

    @property
    def fields(self) -> dict[str, str]:
        """As they are sent."""
        values = (self.script, self.native_language, self.correction, self.level)
        given = {name: value for name, value in zip(LESSON_FIELDS, values, strict=True) if value}
        due = [_sent(each) for each in self.due]
        asked = {DUE_FIELD: f"[{','.join(due)}]"} if due else {}
        drill = {DRILL_FIELD: self.drill} if self.drill else {}
        return given | asked | drill | ({WITHIN_FIELD: "yes"} if self.within_lesson else {})

    @classmethod
    def read(cls, fields: Mapping[str, Any], default_script: str = "") -> Self:
        """What was sent; what is no text counts as left out."""
        script, *others = (value if isinstance(value := fields.get(name), str) else "" for name in LESSON_FIELDS)
        native, correction, level = others
        drill: DrillKind | Literal[""] = next((each for each in DRILLS if each == fields.get(DRILL_FIELD)), "")
        due, within = _due_in(fields.get(DUE_FIELD)), bool(drill and fields.get(WITHIN_FIELD))
        return cls(script or default_script, native, correction, level, due, drill, within)


def _sent(item: DueItem) -> str:
    told = [item.term, item.meaning, item.said, *([item.filled] if item.filled else [])]
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def _short(due: Iterable[DueItem]) -> tuple[DueItem, ...]:
    """Those that are not too long to be asked for in a sentence, as many as are asked for and fit into a URL."""
    fitting = list(islice((each for each in due if each.is_short), DUE_IN_A_DRILL))
    lengths = accumulate(len(quote_plus(f"{_sent(each)},", errors="replace")) for each in fitting)
    return tuple(each for each, length in zip(fitting, lengths, strict=True) if length <= _DUE_BYTES)


def _due_in(value: Any) -> tuple[DueItem, ...]:
    """What was sent; nothing where it is no such thing."""
    try:
        given = json.loads(value) if isinstance(value, str) else []
    except (ValueError, RecursionError):
        return ()
    found = []
    for each in given if isinstance(given, list) else ():
        match each:
            case [str(), str(), str()] | [str(), str(), str(), str()]:
                found.append(DueItem(*each))
            case _:
                return ()
    return _short(found)


def request_fields(language: str, lesson: WantedLesson | None = None) -> dict[str, str]:
    """What to add to the body of a chat or speech request: the lesson's language, and what a conversation adds."""
    return {LANGUAGE_FIELD: language, **(lesson.fields if lesson else {})}


ResponseKind: TypeAlias = Literal["", "greet", "repeat", "check-in", "read", "meaning", "hint"]
"""What a response is for; empty for an answer like any other, read where it only reads its input aloud, meaning where
it translates its input, hint where it says what the learner could answer to it."""
_KIND = "kind"


def kind_metadata(kind: ResponseKind) -> dict[str, str]:
    """`response.create`'s metadata for a response of this kind."""
    return {_KIND: kind} if kind else {}


def reading_metadata(language: str) -> dict[str, str]:
    """`response.create`'s metadata for a text in `language` that is to be read aloud."""
    return {**kind_metadata("read"), **({LANGUAGE_FIELD: language} if language else {})}


def language_of(metadata: Any) -> str:
    """The language that a response's metadata name; empty where they name none."""
    wanted = metadata.get(LANGUAGE_FIELD) if isinstance(metadata, dict) else None
    return wanted if isinstance(wanted, str) else ""


def kind_of(metadata: Any) -> ResponseKind:
    """The kind that a response's metadata ask for."""
    wanted = metadata.get(_KIND) if isinstance(metadata, dict) else None
    return next((kind for kind in get_args(ResponseKind) if kind == wanted), "")


# ---- what was accepted ----------------------------------------------------------------------------------------------

_ACCEPTED, _ACCEPTED_ITEM = "accepted", "accepted_item"
_METADATA_CHARACTERS = 512
"""Of a value, at most (API reference)."""


def accepted_metadata(item_id: str, text: str) -> dict[str, str]:
    """What to add to a response's metadata where the guide accepts the answer in that item; `text` is what it is in the
    language's script.
    """
    return {_ACCEPTED_ITEM: item_id, _ACCEPTED: text[:_METADATA_CHARACTERS]}


def accepted_in(metadata: Mapping[str, Any]) -> tuple[str, str]:
    """The item and the text that were added to it; empty ones of other servers, and where it is no such thing."""
    match metadata.get(_ACCEPTED_ITEM), metadata.get(_ACCEPTED):
        case str(item_id), str(text):
            return item_id, text[:_METADATA_CHARACTERS]
        case _:
            return "", ""


Begins: TypeAlias = Literal["", "drill", "lesson"]
"""What begins in the midst of a conversation that was opened for a drill: it once more, or the lesson behind it."""
_BEGINS = "begins"


def begins_metadata(what: Begins) -> dict[str, str]:
    """What to add to a response's metadata where something begins with it."""
    return {_BEGINS: what} if what else {}


def begins_in(metadata: Mapping[str, Any]) -> Begins:
    """What was added to it; empty of other servers, and where it is no such thing."""
    return next((each for each in get_args(Begins) if each == metadata.get(_BEGINS)), "")


# ---- what was heard -------------------------------------------------------------------------------------------------

_HEARING = "hearing"
"""A field of `conversation.item.input_audio_transcription.completed` that only our server sends."""
_UNSURE, _EXPECTED = "unsure", "expected"
NOT_LISTENED_FOR = "not_listened_for"
NOT_SAID = "not_said"
"""Code of `….transcription.failed`: the learner was heard, but said none of the sentences that are listened for."""
_MOST_WORDS = 1_000


@dataclass(frozen=True, slots=True)
class HeardAs:
    """How surely a transcript was heard."""

    is_sure: bool = True
    """False: it is the sentence that the learner may have said, and is asked about. If they confirm it, it is completed
    once more, and sure.
    """
    unclear: tuple[tuple[int, int], ...] = ()
    """From which character of the transcript to which those words go that may have been others."""
    different: tuple[DifferentWord, ...] = ()
    """Those that were others: only of a sentence that the learner says after the tutor."""
    is_expected: bool = False
    """It is one of the sentences that were listened for."""


@dataclass(frozen=True, slots=True, repr=False)  # holds what is said
class ToldWord:
    """A word of a transcript, in order."""

    text: str
    is_clear: bool
    is_different: bool = False
    """Something else was said in its place."""
    phone: str = ""
    """The sound that made it another, and what was heard for it: as in `DifferentWord`."""
    heard: str = ""

    @property
    def fields(self) -> dict[str, Any]:
        """As it is sent; what it is not is left out."""
        different = {"different": True, "phone": self.phone, "heard": self.heard} if self.is_different else {}
        return {"text": self.text, "clear": self.is_clear, **different}


def hearing_fields(match: str, words: Iterable[ToldWord]) -> dict[str, Any]:
    """What to add to `….transcription.completed`: how the transcript stands to the sentences that were listened for
    (`hearing.Match`), and its words, each with how it was said.
    """
    return {_HEARING: {"match": match, "words": [word.fields for word in words]}}


def hearing_in(frame: Mapping[str, Any], transcript: str) -> HeardAs:
    """What was added to it; of other servers, and where it is no such thing, nothing."""
    hearing = frame.get(_HEARING)
    if not isinstance(hearing, dict):
        return HeardAs()
    words = hearing.get("words")
    placed = [*_placed(words[:_MOST_WORDS], transcript)] if isinstance(words, list) else []
    different = tuple(
        DifferentWord(first, last, _phone(word.get("phone")), _phone(word.get("heard")))
        for word, first, last in placed
        if word.get("different") is True
    )
    known = {(word.first, word.last) for word in different}
    less_clear = ((first, last) for word, first, last in placed if word["clear"] is False)
    unclear = tuple(place for place in less_clear if place not in known)
    match = hearing.get("match")
    return HeardAs(match != _UNSURE, unclear, different, is_expected=match == _EXPECTED)


def _placed(words: Sequence[Any], transcript: str) -> Iterator[tuple[Mapping[str, Any], int, int]]:
    """The words, each looked for behind the one before it, and where they stand."""
    at = 0
    for word in words:
        match word:
            case {"text": str(text), "clear": bool()} if text and (found := transcript.find(text, at)) >= 0:
                at = found + len(text)
                yield word, found, at
            case _:
                continue


def _phone(name: object) -> str:
    """The name of a sound, where it may be one."""
    return name if isinstance(name, str) and len(name) <= PHONE_LETTERS and name.isalpha() else ""


# ---- errors ---------------------------------------------------------------------------------------------------------

STT_UNAVAILABLE = "ears_unavailable"
"""Code of an error that answers no request: the server cannot hear for now; its message says why, and the way out."""
VOICE_UNAVAILABLE = "voice_unavailable"
"""The same: it speaks with a plainer voice than it could; its message says why, and the way out."""
MODEL_LOADING = "model_loading"
"""The same: the chat server that thinks for our server has not said a word yet."""
