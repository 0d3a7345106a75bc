"""One conversation on the strict server: what it refuses, and the ladder of events of an answer.

Both are those of OpenAI's API reference (Realtime, pages "Client events" and "Server events"); other vendors' ways are
in `strict_vendors`, through which everything passes.
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.support import strict_answer, strict_beta, strict_calls
from tests.support.strict_answer import Item, Response, described, message
from tests.support.strict_settings import defaults, merge, new_id, paths, wait_ms
from tutor_tui.core import model_catalog, pcm

if TYPE_CHECKING:
    from tests.support.strict_server import Reply, StrictServer


class Refused(Exception):
    """A client frame that breaks a rule of the conversation: the code and message of the error event."""

    def __init__(self, code: str | None, message: str, param: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.param = param


@dataclass(slots=True)
class Voice:
    """The server's voice activity detection: loudness in 20 ms frames, counted in stream time."""

    total_ms: int = 0
    loud_ms: int = 0
    quiet_ms: int = 0
    item_id: str | None = None
    rest: bytearray = field(default_factory=bytearray)


class StrictSession:
    """Takes client frames, answers like a GA server that forgives nothing."""

    def __init__(self, server: StrictServer, connection: Any, number: int, model: str) -> None:
        self.server = server
        self.behaviour = server.behaviour
        self.connection = connection
        self.number = number
        self.vendor = self.behaviour.make
        self.session = defaults(model, self.behaviour.expires_in_s)
        self.items: dict[str, Item] = {}
        self.buffer_bytes = 0
        self.voice = Voice()
        self.active: Response | None = None
        self.spoke = False
        self.unanswered: set[str] = set()
        """Ids of tool calls that wait for their output."""
        self.last_user_item: str | None = None
        self.asides: dict[str, Response] = {}
        """Responses out of band that are under way, by id."""
        self._late: set[asyncio.Task[None]] = set()

    # ---- towards the client -----------------------------------------------------------------------------------------

    async def tell(self, kind: str, **fields: Any) -> None:
        """Send one server event, in the vendor's form, or only under its beta name if so configured."""
        if self.behaviour.beta_names:
            if kind in strict_beta.UNKNOWN:
                return
            kind = strict_beta.NAMES.get(kind, kind)
        for own_kind, shown in self.vendor.told(kind, fields):
            frame = {"type": own_kind, "event_id": new_id("event"), **shown}
            self.server.note_sent(self.number, frame)
            await self.connection.send(json.dumps(frame))

    async def complain(self, refused: Refused, event_id: object = None) -> None:
        self.server.complaints.append(f"{refused.code}: {refused.message}")
        known = event_id if self.behaviour.echoes_event_ids and isinstance(event_id, str) else None
        error = {"type": "invalid_request_error", "code": refused.code, "message": refused.message}
        await self.tell("error", error={**error, "param": refused.param, "event_id": known})

    async def begin(self) -> None:
        content: dict[str, dict[str, Any]] = {
            "session.created": {"session": self.session},
            "conversation.created": {"conversation": {"id": "conv_1", "object": "realtime.conversation"}},
        }
        for kind in self.vendor.greeting if self.behaviour.greets else ():
            await self.tell(kind, **content.get(kind, {}))

    async def end(self) -> None:
        """Stop everything that still runs for this connection."""
        asides = [aside.task for aside in self.asides.values() if aside.task]
        tasks = [*asides, *self._late, *([self.active.task] if self.active and self.active.task else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # ---- from the client --------------------------------------------------------------------------------------------

    async def take(self, raw: str | bytes) -> None:
        """Judge one frame and act on it."""
        event_id: object = None
        try:
            if isinstance(raw, bytes):
                raise Refused("invalid_event", "Binary frames are not taken.")
            try:
                frame = json.loads(raw)
            except ValueError:
                raise Refused("invalid_json", "The frame is not JSON.") from None
            self.server.note_received(self.number, frame)
            event_id = frame.get("event_id") if isinstance(frame, dict) else None
            if complaints := self.vendor.complaints(frame):
                path, _, why = complaints[0].partition(": ")
                code = "unknown_parameter" if "unknown parameter" in why else "invalid_value"
                raise Refused(code, f"{path}: {why}", path)
            if frame["type"] not in self.vendor.in_vain:
                await self._act(self.vendor.asked(frame))
        except Refused as refused:
            await self.complain(refused, event_id)

    async def _act(self, frame: dict[str, Any]) -> None:
        match frame["type"]:
            case "session.update":
                await self._update(frame["session"])
            case "input_audio_buffer.append":
                await self._append(base64.b64decode(frame["audio"]))
            case "input_audio_buffer.commit":
                await self._commit(None)
            case "input_audio_buffer.clear":
                self.buffer_bytes = 0
                await self.tell("input_audio_buffer.cleared")
            case "conversation.item.create":
                await self._create_item(frame["item"], frame.get("previous_item_id"))
            case "conversation.item.truncate":
                await self._truncate(frame["item_id"], frame["audio_end_ms"])
            case "conversation.item.delete":
                await self._delete(frame["item_id"])
            case "response.create":
                await self.respond(frame.get("response") or {})
            case "response.cancel":
                await self._cancel(frame.get("response_id"))
            case other:
                raise Refused("invalid_value", f"{other} is not served here", "type")

    async def _update(self, change: dict[str, Any]) -> None:
        """Whole or not at all: one bad key loses every other in the same message (API reference: `session.update`)."""
        for path in paths(change, "session"):
            if path in self.behaviour.refuses:
                raise Refused("invalid_value", self.behaviour.refuses[path], path)
        voice = change.get("audio", {}).get("output", {}).get("voice")
        if voice is not None and self.spoke and voice != self.session["audio"]["output"]["voice"]:
            raise Refused("cannot_update_voice", "Cannot update a conversation's voice if assistant audio is present.")
        self.session["model"] = self.session["model"] or change.get("model", "")
        if change.get("model", self.session["model"]) != self.session["model"]:
            raise Refused("invalid_value", "The model cannot be changed.", "session.model")
        if "reasoning" in change and not model_catalog.is_reasoning(self.session["model"]):
            raise Refused("invalid_value", "This model does not reason.", "session.reasoning")
        self._check_transcriber((change.get("audio", {}).get("input", {}).get("transcription") or {}).get("model"))
        if "speed" in change.get("audio", {}).get("output", {}) and self.active:
            raise Refused("invalid_value", "Speed changes between turns only.", "session.audio.output.speed")
        merge(self.session, change)
        if self.behaviour.confirms_updates and self.vendor.confirms:
            await self.tell("session.updated", session=self.session)

    def _check_transcriber(self, model: str | None) -> None:
        """Azure knows transcription models, too, by the names of their deployments."""
        deployments = self.behaviour.models
        if self.behaviour.dialect == "azure" and model and deployments is not None and model not in deployments:
            message = f"The deployment {model} does not exist."
            raise Refused("invalid_value", message, "session.audio.input.transcription.model")

    async def _create_item(self, item: Mapping[str, Any], after: str | None) -> None:
        item_id = item.get("id") or new_id("item")
        if item_id in self.items:
            raise Refused("item_create_duplicate_item_id", f"{item_id} exists already.", "item.id")
        if after not in (None, "root") and after not in self.items:
            raise Refused("invalid_value", f"{after} does not exist.", "previous_item_id")
        if item["type"] == "function_call_output":
            self._answer_call(item["call_id"])
        role = str(item.get("role", "tool"))
        self.items[item_id] = Item(item_id, role)
        if role == "user":
            self.last_user_item = item_id
        await self._place(item_id, {**item, "id": item_id, "status": "completed"})

    def _answer_call(self, call_id: str) -> None:
        if call_id not in self.unanswered:
            raise Refused("invalid_value", f"No tool call {call_id} waits for an output.", "item.call_id")
        self.unanswered.discard(call_id)

    async def _place(self, item_id: str, item: Mapping[str, Any]) -> None:
        ids = list(self.items)
        before = ids[ids.index(item_id) - 1] if ids.index(item_id) else None
        shown = {**item, "object": "realtime.item"}
        await self.tell("conversation.item.added", item=shown, previous_item_id=before)
        await self.tell("conversation.item.done", item=shown, previous_item_id=before)

    async def _truncate(self, item_id: str, end_ms: int) -> None:
        item = self.items.get(item_id)
        if item is None:
            raise Refused("item_truncate_invalid_item_id", f"{item_id} does not exist.", "item_id")
        if item.role != "assistant" or not item.spoken:
            raise Refused(None, "Only model output audio messages can be truncated.")
        bytes_per_ms = self.vendor.speaks_hz * pcm.SAMPLE_BYTES // 1000
        if end_ms * bytes_per_ms > item.audio_bytes:
            message = f"Audio content of {item.audio_bytes // bytes_per_ms} ms is already shorter than {end_ms} ms"
            raise Refused("invalid_value", message, "audio_end_ms")
        item.audio_bytes = end_ms * bytes_per_ms
        await self.tell("conversation.item.truncated", item_id=item_id, content_index=0, audio_end_ms=end_ms)

    async def _delete(self, item_id: str) -> None:
        if self.items.pop(item_id, None) is None:
            raise Refused("item_delete_invalid_item_id", f"{item_id} does not exist.", "item_id")
        await self.tell("conversation.item.deleted", item_id=item_id)

    # ---- the learner's sound ----------------------------------------------------------------------------------------

    @property
    def _heard_bytes_per_ms(self) -> int:
        return self.vendor.hears_hz * pcm.SAMPLE_BYTES // 1000

    async def _append(self, sound: bytes) -> None:
        self.buffer_bytes += len(sound)
        self.server.heard.extend(sound)
        detection = self.session["audio"]["input"]["turn_detection"]
        if detection is None:
            return
        voice = self.voice
        voice.rest += sound
        size = pcm.FRAME_MS * self._heard_bytes_per_ms
        while len(voice.rest) >= size:
            frame = bytes(voice.rest[:size])
            del voice.rest[:size]
            await self._listen(frame, detection)

    async def _listen(self, frame: bytes, detection: Mapping[str, Any]) -> None:
        voice = self.voice
        voice.total_ms += pcm.FRAME_MS
        loud = pcm.dbfs(pcm.samples_of(frame)) > self.behaviour.vad_dbfs
        voice.loud_ms = voice.loud_ms + pcm.FRAME_MS if loud else 0
        voice.quiet_ms = 0 if loud else voice.quiet_ms + pcm.FRAME_MS
        if voice.item_id is None and voice.loud_ms >= self.behaviour.vad_onset_ms:
            voice.item_id = new_id("item")
            start_ms = max(0, voice.total_ms - voice.loud_ms - int(detection.get("prefix_padding_ms", 300)))
            await self.tell("input_audio_buffer.speech_started", audio_start_ms=start_ms, item_id=voice.item_id)
            if detection.get("interrupt_response", True) and self.active:
                await self._stop(self.active, "turn_detected")
        elif voice.item_id is not None and voice.quiet_ms >= wait_ms(detection):
            item_id, voice.item_id = voice.item_id, None
            await self.tell("input_audio_buffer.speech_stopped", audio_end_ms=voice.total_ms, item_id=item_id)
            await self._commit(item_id)
            if detection.get("create_response", True) and self.active is None:
                await self.respond({})

    async def _commit(self, item_id: str | None) -> None:
        if self.buffer_bytes < 100 * self._heard_bytes_per_ms:
            size_ms = self.buffer_bytes // self._heard_bytes_per_ms
            message = (
                f"Error committing input audio buffer: buffer too small. Expected at least 100ms, have {size_ms}ms."
            )
            raise Refused("input_audio_buffer_commit_empty", message)
        self.buffer_bytes = 0
        item_id = item_id or new_id("item")
        before = list(self.items)[-1] if self.items else None
        self.items[item_id] = Item(item_id, "user")
        self.last_user_item = item_id
        await self.tell("input_audio_buffer.committed", item_id=item_id, previous_item_id=before)
        content = [{"type": "input_audio", "transcript": None}]
        await self._place(item_id, {"id": item_id, "type": "message", "role": "user", "content": content})
        if self.vendor.writes_down and self.session["audio"]["input"].get("transcription"):
            self._later(self._transcribe(item_id, next(self.server.transcripts)))

    def _later(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._late.add(task)
        task.add_done_callback(self._late.discard)

    async def _transcribe(self, item_id: str, text: str | None) -> None:
        await asyncio.sleep(self.behaviour.transcript_delay_s)
        prefix = "conversation.item.input_audio_transcription"
        if text is None:
            error = {"type": "transcription_error", "code": "audio_unintelligible", "message": "not understood"}
            await self.tell(f"{prefix}.failed", item_id=item_id, content_index=0, error=error)
            return
        await self.tell(f"{prefix}.delta", item_id=item_id, content_index=0, delta=text)
        usage = {"type": "duration", "seconds": 2.0}
        await self.tell(f"{prefix}.completed", item_id=item_id, content_index=0, transcript=text, usage=usage)

    # ---- replies ----------------------------------------------------------------------------------------------------

    async def respond(self, wishes: Mapping[str, Any]) -> None:
        """Begin a reply; the ladder of events is sent by a task of its own, so that it can be cancelled."""
        in_band = wishes.get("conversation", "auto") != "none"
        if in_band and self.active:
            message = (
                f"Conversation already has an active response in progress: {self.active.id}. Wait until it is finished."
            )
            raise Refused("conversation_already_has_active_response", message)
        response = Response(new_id("resp"), wishes.get("metadata"), in_band)
        if in_band:
            self.active = response
        else:
            response.reads = _text_to_read(wishes)
            self.asides[response.id] = response
        await self.tell("response.created", response=described(response, "in_progress", []))
        reply = next(self.server.replies) if response.reads is None else self.server.behaviour.reading(response.reads)
        response.task = asyncio.create_task(self._reply(response, reply))

    async def _cancel(self, response_id: str | None) -> None:
        wanted = self.active if response_id in (None, self.active and self.active.id) else None
        wanted = wanted or self.asides.get(response_id or "")
        if wanted is None:
            raise Refused("response_cancel_not_active", "Cancellation failed: no active response found")
        await self._stop(wanted, "client_cancelled")

    async def _stop(self, response: Response, reason: str) -> None:
        response.reason = reason
        task = response.task
        if task is not None and task is not asyncio.current_task():
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            if self._forget(response):  # cancelled before its first step: nobody has told of its end
                await self.tell("response.done", response=described(response, "cancelled", []))

    async def _reply(self, response: Response, reply: Reply) -> None:
        item = Item(new_id("item"), "assistant")
        status = "completed"
        try:
            await asyncio.sleep(self.behaviour.reply_delay_s)
            if not reply.error and not reply.silent:
                audio = response.in_band or response.reads is not None
                give = strict_answer.speak if audio else strict_answer.write
                await give(self, response, item, reply)
            await self._call_tools(response, reply)
        except asyncio.CancelledError:
            if not response.reason:  # the connection is going away, nobody listens any more
                raise
            status = "cancelled"
        self._forget(response)
        await self._finish(response, item, reply, status)

    def _forget(self, response: Response) -> bool:
        """It is not under way any more; whether it was."""
        if self.active is response:
            self.active = None
            return True
        return self.asides.pop(response.id, None) is not None

    async def _finish(self, response: Response, item: Item, reply: Reply, status: str) -> None:
        details: dict[str, Any] = {"usage": self.behaviour.usage}
        if status == "completed" and reply.error:
            status = "failed"
            details["status_details"] = {"type": "failed", "error": dict(reply.error)}
        elif status == "completed" and reply.reason:
            status = "incomplete"
            details["status_details"] = {"type": "incomplete", "reason": reply.reason}
        output = [*([message(item, reply.text)] if item.spoken else []), *response.calls]
        await self.tell("response.done", response=described(response, status, output, **details))

    async def _call_tools(self, response: Response, reply: Reply) -> None:
        """Call one after another; a reply that is to be cut off begins its last call and hangs there."""
        for index, call in enumerate(reply.calls, 1):
            cut = reply.cut_in_call and index == len(reply.calls)
            if not cut:
                self.unanswered.add(call.id)
            told = await strict_calls.make(call, response.id, index, self.tell, cut=cut)
            response.calls += [told] if told else []
            if cut:
                await asyncio.Event().wait()


def _text_to_read(wishes: Mapping[str, Any]) -> str | None:
    """What a response out of band, with sound, is to say: the text of its input. A conversation it does not see."""
    if wishes.get("output_modalities") != ["audio"]:
        return None
    if "input" not in wishes or not wishes.get("instructions"):
        raise Refused("invalid_value", "There is nothing to read: input and instructions are missing.", "response")
    if wishes.get("tools") != [] or wishes.get("tool_choice") != "none":
        raise Refused("invalid_value", "A voice has no use for tools.", "response.tools")
    return " ".join(part["text"] for item in wishes["input"] for part in item["content"])
