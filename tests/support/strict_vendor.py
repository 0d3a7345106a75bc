"""What a make of Realtime server is: what it takes and refuses, and how it says things in its own way.

The makes are rows in `strict_vendors`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.support import strict_beta
from tests.support.sdk_models import validate_client_event

Check = Callable[[Any], str]
"""What is wrong with a value; empty for nothing."""
Fields = Mapping[str, Any]


def text(value: Any) -> str:
    return "" if isinstance(value, str) and value else "must be a text"


def anything(_value: Any) -> str:
    return ""


def one_of(*allowed: Any) -> Check:
    return lambda value: "" if value in allowed else f"must be one of {allowed}, not {value!r}"


def between(low: float, high: float) -> Check:
    return lambda value: "" if isinstance(value, int | float) and low <= value <= high else f"must be {low} to {high}"


def at_most(limit: int) -> Check:
    return lambda value: (
        "" if isinstance(value, str) and len(value) <= limit else f"must have {limit} characters at most"
    )


def flat_tools(value: Any) -> str:
    good = all({"type", "name"} <= tool.keys() and "function" not in tool for tool in value)
    return "" if good else "must be functions with name and parameters at their top"


def nested_tools(value: Any) -> str:
    good = all(tool.keys() == {"type", "function"} and "name" in tool["function"] for tool in value)
    return "" if good else 'must be {"type": "function", "function": {…}}'


APPEND = frozenset({"input_audio_buffer.append", "input_audio_buffer.commit"})
CLEAR = frozenset({"input_audio_buffer.clear"})
EVERY = (
    APPEND
    | CLEAR
    | {
        *("session.update", "response.create", "response.cancel"),
        *("conversation.item.create", "conversation.item.truncate", "conversation.item.delete"),
    }
)


@dataclass(frozen=True, slots=True)
class Vendor:
    """One make of server; the defaults are OpenAI's own of today."""

    base: str = "/v1"
    """How the base URL ends."""
    path: str = "/realtime"
    query: Mapping[str, Check] = field(default_factory=lambda: {"model": text})
    key: tuple[str, str] = ("authorization", "Bearer ")
    """The header that the key has to be in, and what stands before it."""
    hears_hz: int = 24_000
    speaks_hz: int = 24_000
    greeting: tuple[str, ...] = ("session.created", "conversation.created")
    settling_s: float = 0.0
    """What comes before the greeting within this time is refused."""
    confirms: bool = True
    """Whether settings are confirmed."""
    events: frozenset[str] = EVERY
    """Client events that it knows."""
    in_vain: frozenset[str] = frozenset()
    """Client events that do nothing, and are not answered."""
    session: Mapping[str, Check] | None = None
    """Setting by its dotted path → check. None: judged by the SDK's types."""
    places: Mapping[str, str] = field(default_factory=dict)
    """Setting's path → where the server keeps it, in GA form."""
    read: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    """Setting's path → what its value is in GA form."""
    shown: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    """Setting's path → how its value, in GA form, is told."""
    response: frozenset[str] = frozenset()
    """Fields that `response.create` may have in its response."""
    assistant_part: str = "output_text"
    beta_names: bool = False
    names: Mapping[str, str] = field(default_factory=dict)
    """GA event → what it is called here."""
    untold: frozenset[str] = frozenset()
    """GA events that it never tells."""
    codes: Mapping[str, str | None] | None = None
    """Code of an error → the one that it sends; None: as they are."""
    names_calls: bool = True
    """Whether function_call_arguments.done has the function's name."""
    cumulative: bool = False
    """Whether the learner's words come as all of them so far."""
    sound_field: str = "delta"
    writes_down: bool = True
    """Whether it tells what the learner said."""

    # ---- what it is told ----------------------------------------------------------------------------------------

    def complaints(self, frame: Any) -> list[str]:
        """What it objects to in a client's frame."""
        kind = frame.get("type") if isinstance(frame, dict) else None
        if kind not in self.events | self.in_vain:
            return [f"type: unknown event {kind!r}"]
        match frame:
            case {"type": "session.update", "session": dict(session)} if self.session is not None:
                return list(self._session_complaints(session))
            case {"type": "response.create", "response": dict(wishes)}:
                return [f"response.{name}: unknown parameter" for name in wishes.keys() - self.response]
            case {"type": "conversation.item.create", "item": {"role": "assistant", "content": list(parts)}}:
                known = {part["type"] for part in parts} == {self.assistant_part}
                return [] if known else ["item.content: unknown part"]
        return validate_client_event(frame)

    def _session_complaints(self, session: Fields) -> Iterator[str]:
        assert self.session is not None
        for path, value in _leaves(session, set(self.session)):
            if path not in self.session:
                yield f"session.{path}: unknown parameter"
            elif complaint := self.session[path](value):
                yield f"session.{path}: {complaint}"

    def asked(self, frame: dict[str, Any]) -> dict[str, Any]:
        """A frame that it took, in GA form."""
        match frame:
            case {"type": "session.update", "session": dict(session)} if self.session is not None:
                made: dict[str, Any] = {"type": "realtime"}
                for path, value in _leaves(session, set(self.places)):
                    if path in self.places:
                        _put(made, self.places[path], self.read[path](value) if path in self.read else value)
                return {**frame, "session": made}
        return frame

    # ---- what it tells ------------------------------------------------------------------------------------------

    def told(self, kind: str, fields: Fields) -> list[tuple[str, dict[str, Any]]]:
        """A GA event in its own words: none, one, or several."""
        if kind in self.untold or (self.beta_names and kind in strict_beta.UNKNOWN):
            return []
        shown = dict(fields)
        session = shown.pop("session", None)
        if self.beta_names:
            kind, shown = strict_beta.told(kind, shown)
        if session is not None:
            shown["session"] = self._shown_session(session)
        return [(self.names.get(kind, kind), shown) for kind, shown in self._in_own_way(kind, shown)]

    def _in_own_way(self, kind: str, shown: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
        match kind:
            case "error" if self.codes is not None:
                code = shown["error"]["code"]
                yield kind, {"error": {**shown["error"], "code": self.codes.get(code, self.codes[""])}}
            case "response.function_call_arguments.done" if not self.names_calls:
                yield kind, {name: value for name, value in shown.items() if name != "name"}
            case "conversation.item.input_audio_transcription.delta" if self.cumulative:
                words = shown.pop("delta")
                for so_far in (words[:3] + "?", words):  # a guess that is taken back
                    yield "conversation.item.input_audio_transcription.updated", {**shown, "transcript": so_far}
            case "response.output_audio.delta" if self.sound_field != "delta":
                sound = shown.pop("delta")
                yield kind, {**shown, self.sound_field: sound, "sample_rate_hz": self.speaks_hz}
            case _:
                yield kind, shown

    def _shown_session(self, session: Fields) -> dict[str, Any]:
        if self.session is None:
            return dict(session)
        shown = {name: session[name] for name in ("id", "object", "model")}
        for path, place in self.places.items():
            value = _get(session, place)
            _put(shown, path, self.shown[path](value) if path in self.shown else value)
        return shown


def _leaves(value: Fields, whole: set[str], path: str = "") -> Iterator[tuple[str, Any]]:
    """Path and value of everything in a session that is no object, or that is known as a whole."""
    for name, inner in value.items():
        at = f"{path}.{name}" if path else name
        if isinstance(inner, dict) and at not in whole:
            yield from _leaves(inner, whole, at)
        else:
            yield at, inner


def _put(target: dict[str, Any], path: str, value: Any) -> None:
    *parents, last = path.split(".")
    for name in parents:
        target = target.setdefault(name, {})
    target[last] = value


def _get(value: Any, path: str) -> Any:
    for name in path.split("."):
        value = value[name]
    return value
