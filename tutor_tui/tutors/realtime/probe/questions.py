"""The questions that `probe` asks a server, one after another, and what the answers say."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from tutor_tui.core import pcm
from tutor_tui.core.capabilities import Ability
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.safe_text import one_line
from tutor_tui.core.turn_detection import PushToTalk, SemanticVad, ServerVad, TurnDetection
from tutor_tui.openai_api.realtime import client_events
from tutor_tui.openai_api.realtime import server_events as se
from tutor_tui.openai_api.realtime import session_config as conf
from tutor_tui.tutors.realtime.probe.connection import ProbeConnection, Refused


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
"""How many times as fast as it is spoken speech is sent."""
_HUSH_MS = 1_500
_Transcript: TypeAlias = se.InputTranscriptDone | se.InputTranscriptFailed
_SHORT_S = 3.0
_SOUND_S = 8.0
_WORDS_S = 10.0
"""A recogniser on a small machine takes seconds for what it does not expect."""


@dataclass(slots=True, repr=False)
class Questions:
    """Each method asks one thing on a connection and returns what was seen.

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

    async def _hush(self, connection: ProbeConnection) -> None:
        """Wait for an answer that is still under way, or stop it: there can be only one at a time."""
        begun = sum(isinstance(event, se.ResponseCreated) for event in connection.received)
        if begun > sum(isinstance(event, se.ResponseDone) for event in connection.received):
            connection.mark()
            await connection.send(client_events.cancel_response())
            await connection.wait(se.ResponseDone, se.ServerError, within_s=3)

    async def _sound(self, connection: ProbeConnection) -> str:
        clock = asyncio.get_running_loop().time
        connection.mark()
        await connection.send(client_events.create_message("user", "Say: hello there, how are you today?", "probe_say"))
        await connection.send(client_events.create_response())
        began_s = clock()
        await connection.wait(se.OutputAudioDelta, se.ResponseDone, within_s=_SOUND_S)
        first_s = clock() - began_s
        done = await connection.wait(se.ResponseDone, within_s=_SOUND_S)
        pieces = connection.since(se.OutputAudioDelta)
        sound_ms = pcm.ms_of(sum(len(piece.pcm) for piece in pieces))
        if not sound_ms:
            raise Lacking(_why_silent(done.response))
        self._spoken = pieces[-1].item_id, sound_ms
        return f"{sound_ms / 1000:.1f} s of speech; the first of it after {in_words(first_s)}."

    async def _truncate(self, connection: ProbeConnection) -> str:
        if self._spoken is None:
            raise Untried("there was no sound to cut")
        item_id, sound_ms = self._spoken
        connection.mark()
        await connection.send(client_events.truncate_item(item_id, sound_ms // 2))
        await connection.wait(se.ItemTruncated, within_s=_SHORT_S)
        return "It forgets what was not heard of an answer."

    async def _cancel(self, connection: ProbeConnection) -> str:
        await self._hush(connection)
        connection.mark()
        await connection.send(
            client_events.create_message("user", "Count slowly and aloud from one to one hundred.", "probe_count")
        )
        await connection.send(client_events.create_response())
        await connection.wait(se.ResponseCreated, se.OutputAudioDelta, within_s=_SOUND_S)
        clock = asyncio.get_running_loop().time
        began_s = clock()
        await connection.send(client_events.cancel_response())
        try:
            done = await connection.wait(se.ResponseDone, within_s=_SHORT_S, refuse=False)
        except TimeoutError:
            raise Lacking("It goes on after response.cancel.") from None
        if done.response.status == "cancelled":
            return f"It stops {in_words(clock() - began_s)} after it is told to."
        with contextlib.suppress(TimeoutError):  # it has something to say to that, perhaps only now
            error = (await connection.wait(se.ServerError, within_s=1)).error
            if error.code != "response_cancel_not_active":
                raise Refused(error)
        raise Untried("its answer was complete before it could be stopped")

    async def _clear(self, connection: ProbeConnection) -> str:
        connection.mark()
        await connection.hear(pcm.silence(200))
        await connection.send(client_events.CLEAR)
        await connection.wait(se.InputCleared, within_s=_SHORT_S)
        return "It forgets sound that was sent and not yet kept."

    async def _semantic(self, connection: ProbeConnection) -> str:
        in_force = await self._take_turns(connection, SemanticVad("low"))
        if in_force is not None and not isinstance(in_force, SemanticVad):
            raise Lacking("It says yes and does something else.")
        return "It takes semantic_vad."

    async def _vad(self, connection: ProbeConnection) -> str:
        in_force = await self._take_turns(connection, ServerVad(silence_duration_ms=500))
        if in_force is not None and not isinstance(in_force, ServerVad):
            raise Lacking("It says yes and does something else.")
        if not self.speech:
            raise Untried("server_vad is taken, but there is no voice to try it with")
        connection.mark()
        await _speak(connection, self.speech + pcm.silence(_HUSH_MS))
        try:
            await connection.wait(se.InputSpeechStarted, within_s=_SHORT_S, refuse=False)
            kept = await connection.wait(se.InputCommitted, within_s=_SHORT_S, refuse=False)
        except TimeoutError:
            raise Lacking("It takes server_vad, but does not notice speech and its end.") from None
        self._turn = kept.item_id
        return "It notices speech and its end."

    async def _words(self, connection: ProbeConnection) -> str:
        if not self.speech:
            raise Untried("there is no voice to try it with")
        if not self._turn:
            await self._let_turns_rest(connection)
            connection.mark()
            with contextlib.suppress(Refused):
                await connection.send(client_events.CLEAR)
            await _speak(connection, self.speech)
            await connection.send(client_events.COMMIT)
            kept = await connection.wait(se.InputCommitted, within_s=_SHORT_S)
            self._turn = kept.item_id
        transcript: _Transcript = await connection.wait(
            se.InputTranscriptDone,
            se.InputTranscriptFailed,
            within_s=_WORDS_S,
            like=lambda event: event.item_id == self._turn,
            refuse=False,
        )
        self._deltas = sum(
            isinstance(event, se.InputTranscriptDelta | se.InputTranscriptSoFar) and event.item_id == self._turn
            for event in connection.received
        )
        if isinstance(transcript, se.InputTranscriptFailed):
            raise Lacking("It did not understand a plain English sentence.")
        self._understood = True
        return f"It understood “{one_line(transcript.text, 60)}”."

    async def _learner_deltas(self, _connection: ProbeConnection) -> str:
        if not self._understood:
            raise Untried("no words came")
        if not self._deltas:
            raise Lacking("Words come all at once, when the turn is over.")
        return f"Words come bit by bit ({self._deltas} of them)."

    async def _tools(self, connection: ProbeConnection) -> str:
        await self._hush(connection)
        await self._let_turns_rest(connection)
        session = await connection.update({conf.TOOLS: [_TOOL]}, _SHORT_S)
        connection.mark()
        await connection.send(
            client_events.create_message("user", "Write down the word cat: an animal that purrs.", "probe_tool")
        )
        takes_params = connection.endpoint.dialect.takes_response_params
        await connection.send(client_events.create_response({"tool_choice": "required"} if takes_params else None))
        done = await connection.wait(se.ResponseDone, within_s=_SOUND_S)
        if connection.since(se.FunctionCallArgumentsDone) or done.response.calls:
            return "It calls the tools that it is offered."
        if session.has_tools:  # a guide with a script, for one, calls when it has something to note
            raise Untried("it takes tools, but called none where a call was required")
        raise Lacking("It answers in words where a call was required.")

    async def _take_turns(self, connection: ProbeConnection, detection: TurnDetection) -> TurnDetection | None:
        """Have turns end like this, without an answer; what is in force then, where the server says so."""
        plan = replace(PLAN, turn_detection=detection, answers=False)
        wanted = conf.settings_of(plan)[conf.TURN_DETECTION]
        session = await connection.update({conf.TURN_DETECTION: wanted}, _SHORT_S)
        return session.applied.turn_detection

    async def _let_turns_rest(self, connection: ProbeConnection) -> None:
        """No turn detection, if the server lets go of it: nothing is to be answered that we do not ask for."""
        with contextlib.suppress(Refused, TimeoutError):
            await self._take_turns(connection, PushToTalk())


@dataclass(frozen=True, slots=True)
class Question:
    """One question, and how long its answer may take."""

    what: str
    ask: Callable[[Questions, ProbeConnection], Awaitable[str]]
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


async def _speak(connection: ProbeConnection, sound: bytes) -> None:
    """Send sound somewhat faster than it is spoken, in pieces as a microphone does."""
    clock = asyncio.get_running_loop().time
    size, began_s = pcm.bytes_of(_PIECE_MS), clock()
    for at in range(0, len(sound), size):
        await connection.hear(sound[at : at + size])
        due_s = began_s + pcm.ms_of(at + size) / 1000 / _HASTE
        await asyncio.sleep(max(0.0, due_s - clock()))


def _why_silent(response: se.Response) -> str:
    if response.status == "failed" and response.error and response.error.message:
        return f"It fails to answer: {one_line(response.error.message, 120)}"
    if response.status not in ("", "completed"):
        return f"It fails to answer ({one_line(response.status, 40)})."
    return "It answers without sound."


def in_words(seconds: float) -> str:
    """A short time."""
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"
