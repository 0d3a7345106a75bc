"""What holds after every lesson, whatever has happened to it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from tests.faults.evidence import Came, Evidence, Frame, Played, Sent, Stopped
from tutor_tui.core.conversation import MOST_TEXT_CHARACTERS
from tutor_tui.core.lesson import Lesson, Phase
from tutor_tui.core.lesson_records import EventRecord, TurnRecord, UsageRecord

_TRANSCRIPTION_DONE = "conversation.item.input_audio_transcription.completed"
_SPEECH_DONE = "response.output_audio_transcript.done"


def broken(evidence: Evidence, *, orderly: bool = True) -> list[str]:
    """What does not hold, in a sentence each; `orderly`: what came tells in which order it was said."""
    checks = (*_ALWAYS, _in_order) if orderly else _ALWAYS
    return [f"{check.__name__.strip('_')}: {sentence}" for check in checks for sentence in check(evidence)]


def _lesson(evidence: Evidence) -> Lesson:
    assert evidence.lesson is not None
    return evidence.lesson


def _frames(evidence: Evidence, *kinds: str) -> Iterator[Frame]:
    for happening in evidence.happened:
        if isinstance(happening, Came) and (frame := happening.frame) and (not kinds or frame["type"] in kinds):
            yield frame


def _nothing_broke(evidence: Evidence) -> Iterator[str]:
    """No fault of ours is told, logged or left unhandled."""
    yield from evidence.faults_of_ours
    for record in evidence.records:
        if isinstance(record, EventRecord) and "fault of ours" in str(record.fields):
            yield str(record.fields)


def _nothing_is_stuck(evidence: Evidence) -> Iterator[str]:
    yield from evidence.stuck
    if _lesson(evidence).phase is not Phase.LISTENING:
        yield f"it ends {_lesson(evidence).phase}"


def _no_line_is_lost_or_doubled(evidence: Evidence) -> Iterator[str]:
    """What was typed is there once; so is what came whole, with the words that it came with."""
    turns = _lesson(evidence).turns
    yield from (f"two turns are {turn_id}" for turn_id, times in Counter(t.id for t in turns).items() if times > 1)
    typed = [turn.text for turn in turns if turn.typed]
    if typed != evidence.typed:
        yield f"typed were {evidence.typed}, there are {typed}"
    for item_id, words in _whole_lines(evidence).items():
        turn = _lesson(evidence).turn(item_id)
        if turn is None or turn.text != words:
            yield f"{item_id} said {words!r}, and is {turn and turn.text!r}"


def _whole_lines(evidence: Evidence) -> dict[str, str]:
    """Item → its words, where they came whole: those that nobody had stopped before anything was known of them."""
    lines: dict[str, str] = {}
    known: set[str] = set()
    unwanted = {each.frame.get("response_id") for each in evidence.happened if isinstance(each, Sent)} - {None}
    unwanted |= {frame["response"].get("id") for frame in _frames(evidence, "response.created") if _is_outside(frame)}
    for frame, silenced in _with_silenced(evidence, surely=False):
        if isinstance(frame, Played):
            continue
        item_id, words = _text(frame, "item_id"), _text(frame, "transcript")
        if not item_id or (_text(frame, "response_id") in silenced | unwanted and item_id not in known):
            continue
        if frame["type"].startswith("response.output_"):  # of others the learner sees nothing
            known.add(item_id)
        words = words.strip() if frame["type"] == _TRANSCRIPTION_DONE else words
        is_whole = frame["type"] in (_SPEECH_DONE, _TRANSCRIPTION_DONE) and len(item_id + words) <= MOST_TEXT_CHARACTERS
        if is_whole and words and (item_id + words).isascii():
            lines[item_id] = words
    return lines


def _is_outside(frame: Frame) -> bool:
    """Whether an answer says that it belongs to no conversation."""
    response = frame.get("response")
    return isinstance(response, dict) and response.get("conversation_id", "") is None


def _no_sound_after_an_interruption(evidence: Evidence) -> Iterator[str]:
    """Of an answer that was known when the learner interrupted, nothing more reaches the speaker."""
    response_of: dict[str, str] = {}
    for happening, silenced in _with_silenced(evidence, surely=True):
        if isinstance(happening, Played):
            if response_of.get(happening.item_id) in silenced:
                yield f"sound of {happening.item_id}"
        elif item_id := _text(happening, "item_id"):
            response_of.setdefault(item_id, _text(happening, "response_id"))


def _with_silenced(evidence: Evidence, *, surely: bool) -> Iterator[tuple[Frame | Played, frozenset[str]]]:
    """What came and was played, each with the answers that had been interrupted, or given up, by then."""
    known: set[str] = set()
    silenced: frozenset[str] = frozenset()
    for happening in evidence.happened:
        match happening:
            case Stopped(tutor) if tutor or not surely:
                silenced = frozenset(known)
            case Played():
                yield happening, silenced
            case Came() if frame := happening.frame:
                if frame["type"] == "input_audio_buffer.speech_started" and _text(frame, "item_id"):
                    silenced = frozenset(known)
                known |= {_answer_told_of(frame)} - {""}
                yield frame, silenced
            case Sent(_, {"type": "response.cancel", "response_id": response_id}):
                silenced |= {response_id}
            case _:
                pass


def _answer_told_of(frame: Frame) -> str:
    """The answer that an event is about, if it is one that a client has to look at."""
    if (response := frame.get("response")) and isinstance(response, dict):
        return _text(response, "id")
    is_part = _text(frame, "item_id") and frame["type"].startswith(("response.output_", "response.content_part.added"))
    return _text(frame, "response_id") if is_part else ""


def _text(frame: Frame, name: str) -> str:
    value = frame.get(name)
    return value if isinstance(value, str) else ""


def _what_is_typed_is_asked_for(evidence: Evidence) -> Iterator[str]:
    """Each line reaches a server, no connection twice, and there an answer is asked for."""
    for words in evidence.to_answer:
        asked, times = False, Counter[int]()
        for happening in evidence.happened:
            match happening:
                case Sent(connection, {"type": "conversation.item.create", "item": {"content": [{"text": text}]}}):
                    times[connection] += text == words
                case Sent(connection, {"type": "response.create"}) if times[connection]:
                    asked = True
                case _:
                    pass
        if not asked or max(times.values()) > 1:
            yield f"{words!r} was sent {dict(times)} times, asked for: {asked}"
    turns = _lesson(evidence).turns
    if not any(turn.role == "tutor" and turn.text.endswith(f"to {evidence.typed[-1]}.") for turn in turns):
        yield f"{evidence.typed[-1]!r} was not answered"


def _tools_are_used_once(evidence: Evidence) -> Iterator[str]:
    """And a server is told so once."""
    outputs: Counter[Any] = Counter(
        (each.connection, each.frame["item"]["call_id"])
        for each in evidence.happened
        if isinstance(each, Sent) and each.frame.get("item", {}).get("type") == "function_call_output"
    )
    for what, times in [*Counter(evidence.used).items(), *outputs.items()]:
        if times > 1:
            yield f"{what}: {times} times"


def _everything_is_kept(evidence: Evidence) -> Iterator[str]:
    """The journal holds each line as the lesson has it, in its place, and can be written."""
    newest = {each.item_id: each for each in evidence.records if isinstance(each, TurnRecord)}
    for place, turn in enumerate(_lesson(evidence).turns):
        kept = newest.pop(turn.id, None)
        if kept is None or (kept.text, kept.state, kept.place) != (turn.text, turn.state.value, place):
            yield f"{turn.id} at {place}: {kept and (kept.text, kept.state, kept.place)}"
    yield from (f"{each.item_id} is kept and no line of the lesson" for each in newest.values() if each.text)
    for record in evidence.records:
        if isinstance(record, EventRecord):
            try:
                json.dumps(record.fields, allow_nan=False)
            except (ValueError, RecursionError) as failure:
                yield f"{record.kind} cannot be written: {failure!r}"


def _nothing_is_billed_twice(evidence: Evidence) -> Iterator[str]:
    billed = [record.usd for record in evidence.records if isinstance(record, UsageRecord)]
    ends = [_answer_told_of(frame) for frame in _frames(evidence, "response.done")]
    named = max(
        len({*ends} - {""}), len([*_frames(evidence, "response.created")])
    )  # some servers name all of them alike
    answers = named + ends.count("")
    turns = {str(frame.get("item_id")) for frame in _frames(evidence, _TRANSCRIPTION_DONE)}
    if len(billed) > answers + len(turns):
        yield f"{len(billed)} bills for {answers} answers and {len(turns)} turns"
    if not 0 <= _lesson(evidence).usd < 1.0:
        yield f"it costs {_lesson(evidence).usd}"


def _what_is_told_can_be_shown(evidence: Evidence) -> Iterator[str]:
    lesson = _lesson(evidence)
    for notice in filter(None, (*lesson.earlier, lesson.notice)):
        if not (notice.title + notice.hint).isprintable() or not notice.title:
            yield repr(notice)


def _in_order(evidence: Evidence) -> Iterator[str]:
    """Each line stands behind those that the server has placed before it, and a connection's behind the one before."""
    places = {turn.id: place for place, turn in enumerate(_lesson(evidence).turns)}
    before: dict[str, str] = {}
    connections: dict[str, int] = {}
    for happening in evidence.happened:
        frame = happening.frame if isinstance(happening, Came) else {}
        match frame:
            case {"type": "conversation.item.added", "item": {"id": str(item_id)}, "previous_item_id": str(previous)}:
                before[item_id] = previous
            case {"item_id": str(item_id)}:
                pass
            case _:
                continue
        assert isinstance(happening, Came)
        if item_id.startswith(("item_u", "item_a")):
            connections.setdefault(item_id, happening.connection)
    for item_id, previous in before.items():
        while previous not in places and previous in before:
            previous = before[previous]
        if item_id in places and places.get(previous, -1) > places[item_id]:
            yield f"{item_id} stands before {previous}"
    order = [connections[turn.id] for turn in _lesson(evidence).turns if turn.id in connections]
    if order != sorted(order):
        yield f"connections {order}"


_ALWAYS: tuple[Callable[[Evidence], Iterator[str]], ...] = (
    _nothing_broke,
    _nothing_is_stuck,
    _no_line_is_lost_or_doubled,
    _no_sound_after_an_interruption,
    _what_is_typed_is_asked_for,
    _tools_are_used_once,
    _everything_is_kept,
    _nothing_is_billed_twice,
    _what_is_told_can_be_shown,
)
