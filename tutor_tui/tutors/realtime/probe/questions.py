"""The questions that `probe` asks a server, one after another, and what the answers say."""

from __future__ import annotations

import asyncio
import base64
import binascii
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

from tutor_tui.core import pcm
from tutor_tui.core.capabilities import Ability
from tutor_tui.core.plan import LessonPlan
from tutor_tui.core.safe_text import one_line
from tutor_tui.core.turn_detection import PushToTalk, SemanticVad, ServerVad, TurnDetection
from tutor_tui.openai_api.realtime import frames
from tutor_tui.openai_api.realtime import session_config as conf
from tutor_tui.openai_api.realtime.frames import Frame
from tutor_tui.tutors.realtime.probe.wire import Refused, Wire


class Lacking(Exception):
    """The server cannot do it; the words say how that showed."""


class Untried(Exception):
    """It could not be found out, and why."""


PLAN = LessonPlan(
    "probe",
    "This is a technical test of a few seconds. Answer in English, in one short sentence, unless asked to count.",
    "marin",
    turn_detection=PushToTalk(),
)
_TOOL = {
    "type": "function",
    "name": "note_word",
    "description": "Write down a word that the learner wants to keep.",
    "parameters": {
        "type": "object",
        "properties": {"term": {"type": "string"}, "meaning": {"type": "string"}},
        "required": ["term", "meaning"],
    },
}
_PIECE_MS = 20
_HASTE = 2.0
"""Speech is sent so many times as fast as it is spoken."""
_HUSH_MS = 1_500
_SOUND = "response.output_audio.delta"
_HEARD = "conversation.item.input_audio_transcription"
_SHORT_S = 3.0
_SOUND_S = 8.0
_WORDS_S = 10.0
"""Ears on a small machine take seconds for what they do not expect."""


@dataclass(slots=True, repr=False)
class Questions:
    """Each method asks one thing on a wire and returns what was seen.

    Raises `Lacking`, `Untried`, `Refused`, `TimeoutError` and `LinkLost`.
    """

    speech: bytes
    """Something said in English; empty leaves out what needs a voice."""
    _spoken: tuple[str, int] | None = None
    """The item that was spoken, and how many ms of it came."""
    _turn: str = ""
    """The item that the speech became."""
    _deltas: int = 0
    _understood: bool = False

    async def _hush(self, wire: Wire) -> None:
        """Wait for an answer that is still under way, or stop it: there can be only one at a time."""
        begun = sum(frame["type"] == "response.created" for frame in wire.frames)
        if begun > sum(frame["type"] == "response.done" for frame in wire.frames):
            wire.mark()
            await wire.send(frames.cancel())
            await wire.wait("response.done", "error", within_s=3)

    async def _sound(self, wire: Wire) -> str:
        clock = asyncio.get_running_loop().time
        wire.mark()
        await wire.send(frames.message("user", "Say: hello there, how are you today?", "probe_say"))
        await wire.send(frames.respond())
        began_s = clock()
        await wire.wait(_SOUND, "response.done", within_s=_SOUND_S)
        first_s = clock() - began_s
        done = await wire.wait("response.done", within_s=_SOUND_S)
        pieces = [frame for frame in wire.since(_SOUND) if isinstance(frame.get("item_id"), str)]
        sound_ms = pcm.ms_of(sum(map(_sound_bytes, pieces)))
        if not sound_ms:
            raise Lacking(_why_silent(_object(done.get("response"))))
        self._spoken = pieces[-1]["item_id"], sound_ms
        return f"{sound_ms / 1000:.1f} s of speech; the first of it after {in_words(first_s)}."

    async def _truncate(self, wire: Wire) -> str:
        if self._spoken is None:
            raise Untried("there was no sound to cut")
        item_id, sound_ms = self._spoken
        wire.mark()
        await wire.send(frames.truncate(item_id, sound_ms // 2))
        await wire.wait("conversation.item.truncated", within_s=_SHORT_S)
        return "It forgets what was not heard of an answer."

    async def _cancel(self, wire: Wire) -> str:
        await self._hush(wire)
        wire.mark()
        await wire.send(frames.message("user", "Count slowly and aloud from one to one hundred.", "probe_count"))
        await wire.send(frames.respond())
        await wire.wait("response.created", _SOUND, within_s=_SOUND_S)
        clock = asyncio.get_running_loop().time
        began_s = clock()
        await wire.send(frames.cancel())
        try:
            done = await wire.wait("response.done", within_s=_SHORT_S, refuse=False)
        except TimeoutError:
            raise Lacking("It goes on after response.cancel.") from None
        if _object(done.get("response")).get("status") == "cancelled":
            return f"It stops {in_words(clock() - began_s)} after it is told to."
        with contextlib.suppress(TimeoutError):  # it has something to say to that, perhaps only now
            error = _object((await wire.wait("error", within_s=1)).get("error"))
            if error.get("code") != "response_cancel_not_active":
                raise Refused(error)
        raise Untried("its answer was complete before it could be stopped")

    async def _clear(self, wire: Wire) -> str:
        wire.mark()
        await wire.send(frames.append(pcm.silence(200)))
        await wire.send(frames.clear())
        await wire.wait("input_audio_buffer.cleared", within_s=_SHORT_S)
        return "It forgets sound that was sent and not yet kept."

    async def _semantic(self, wire: Wire) -> str:
        in_force = await self._take_turns(wire, SemanticVad("low"))
        if in_force is not None and not isinstance(in_force, SemanticVad):
            raise Lacking("It says yes and does something else.")
        return "It takes semantic_vad."

    async def _vad(self, wire: Wire) -> str:
        in_force = await self._take_turns(wire, ServerVad(silence_duration_ms=500))
        if in_force is not None and not isinstance(in_force, ServerVad):
            raise Lacking("It says yes and does something else.")
        if not self.speech:
            raise Untried("server_vad is taken, but there is no voice to try it with")
        wire.mark()
        await _speak(wire, self.speech + pcm.silence(_HUSH_MS))
        try:
            await wire.wait("input_audio_buffer.speech_started", within_s=_SHORT_S, refuse=False)
            kept = await wire.wait("input_audio_buffer.committed", within_s=_SHORT_S, refuse=False)
        except TimeoutError:
            raise Lacking("It takes server_vad, but does not notice speech and its end.") from None
        self._turn = str(kept.get("item_id"))
        return "It notices speech and its end."

    async def _words(self, wire: Wire) -> str:
        if not self.speech:
            raise Untried("there is no voice to try it with")
        if not self._turn:
            await self._let_turns_rest(wire)
            wire.mark()
            await wire.send(frames.clear())
            await _speak(wire, self.speech)
            await wire.send(frames.commit())
            kept = await wire.wait("input_audio_buffer.committed", within_s=_SHORT_S)
            self._turn = str(kept.get("item_id"))
        kinds = (f"{_HEARD}.completed", f"{_HEARD}.failed")
        told = await wire.wait(*kinds, within_s=_WORDS_S, like=self._is_of_turn, refuse=False)
        self._deltas = sum(map(self._is_of_turn, wire.since(f"{_HEARD}.delta")))
        if told["type"] != kinds[0]:
            raise Lacking("It did not understand a plain English sentence.")
        self._understood = True
        return f"It understood “{one_line(told.get('transcript'), 60)}”."

    async def _learner_deltas(self, _wire: Wire) -> str:
        if not self._understood:
            raise Untried("no words came")
        if not self._deltas:
            raise Lacking("Words come all at once, when the turn is over.")
        return f"Words come bit by bit ({self._deltas} of them)."

    async def _tools(self, wire: Wire) -> str:
        await self._hush(wire)
        await self._let_turns_rest(wire)
        updated = await wire.update({conf.TOOLS: [_TOOL]}, _SHORT_S)
        wire.mark()
        await wire.send(frames.message("user", "Write down the word cat: an animal that purrs.", "probe_tool"))
        await wire.send({"type": "response.create", "response": {"tool_choice": "required"}})
        done = await wire.wait("response.done", within_s=_SOUND_S)
        if wire.since("response.function_call_arguments.done") or _calls_in(done):
            return "It calls the tools that it is offered."
        if session_in(updated).get("tools"):  # a guide with a script, for one, calls when it has something to note
            raise Untried("it takes tools, but called none where a call was required")
        raise Lacking("It answers in words where a call was required.")

    async def _take_turns(self, wire: Wire, detection: TurnDetection) -> TurnDetection | None:
        """Have turns end like this, without an answer; what is in force then, where the server says so."""
        plan = replace(PLAN, turn_detection=detection, answers=False)
        wanted = conf.settings_of(plan)[conf.TURN_DETECTION]
        updated = await wire.update({conf.TURN_DETECTION: wanted}, _SHORT_S)
        return conf.applied_of(session_in(updated)).turn_detection

    async def _let_turns_rest(self, wire: Wire) -> None:
        """No turn detection, if the server lets go of it: nothing is to be answered that we do not ask for."""
        with contextlib.suppress(Refused, TimeoutError):
            await self._take_turns(wire, PushToTalk())

    def _is_of_turn(self, frame: Frame) -> bool:
        return frame.get("item_id") == self._turn


@dataclass(frozen=True, slots=True)
class Question:
    """One question, and how long its answer may take."""

    what: str
    ask: Callable[[Questions, Wire], Awaitable[str]]
    within_s: float
    ability: Ability | None = None
    vital: bool = False


QUESTIONS = (
    Question("sound", Questions._sound, _SOUND_S, vital=True),
    Question("truncate", Questions._truncate, _SHORT_S, "truncates"),
    Question("cancel", Questions._cancel, _SOUND_S, "cancels"),
    Question("clear", Questions._clear, _SHORT_S),
    Question("semantic", Questions._semantic, _SHORT_S, "takes_eagerness"),
    Question("VAD", Questions._vad, _SOUND_S, "server_vad"),
    Question("words", Questions._words, _WORDS_S),
    Question("deltas", Questions._learner_deltas, _SHORT_S, "learner_deltas"),
    Question("tools", Questions._tools, _SOUND_S, "tools"),
)


async def _speak(wire: Wire, sound: bytes) -> None:
    """Send sound somewhat faster than it is spoken, in pieces as a microphone does."""
    clock = asyncio.get_running_loop().time
    size, began_s = pcm.bytes_of(_PIECE_MS), clock()
    for at in range(0, len(sound), size):
        await wire.send(frames.append(sound[at : at + size]))
        due_s = began_s + pcm.ms_of(at + size) / 1000 / _HASTE
        await asyncio.sleep(max(0.0, due_s - clock()))


def _sound_bytes(frame: Frame) -> int:
    try:
        return len(base64.b64decode(str(frame.get("delta")), validate=True))
    except (binascii.Error, ValueError):
        return 0


def _why_silent(response: dict[str, Any]) -> str:
    match response:
        case {"status": "failed", "status_details": {"error": {"message": str(message)}}}:
            return f"It fails to answer: {one_line(message, 120)}"
        case {"status": str(status)} if status != "completed":
            return f"It fails to answer ({one_line(status, 40)})."
        case _:
            return "It answers without sound."


def _calls_in(done: Frame) -> bool:
    output = _object(done.get("response")).get("output")
    items = output if isinstance(output, list) else []
    return any(isinstance(item, dict) and item.get("type") == "function_call" for item in items)


def session_in(frame: Frame) -> dict[str, Any]:
    """The session that a frame tells of; empty if there is none."""
    return _object(frame.get("session"))


def in_words(seconds: float) -> str:
    """A short time."""
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
