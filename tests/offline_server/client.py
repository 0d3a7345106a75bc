"""What the server tests share: a tutor of a few lines in place of the real one, a client that judges each event."""

from __future__ import annotations

import asyncio
import base64
import json
import threading
import wave
from collections.abc import AsyncIterator, Generator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal, get_args

import numpy as np
import soxr
from openai._models import BaseModel as SdkModel
from openai.types.realtime import realtime_server_event
from websockets.asyncio.client import ClientConnection, connect

from tests.support.paths import SAMPLES
from tutor_tui.core import pcm
from tutor_tui.core.tools import Correction, Used, Word
from tutor_tui.offline_server.hearing import Hearing
from tutor_tui.offline_server.ports.language_model import LanguageModel
from tutor_tui.offline_server.ports.unavailable import Tell
from tutor_tui.offline_server.transport.websocket import Server, ServerOptions
from tutor_tui.openai_api.private_extensions import Begins, WantedLesson
from tutor_tui.testing.faulty_server import Faulty

TOKEN = "test-token"
Event = dict[str, Any]
PATIENCE_S = 60.0
"""For what is sure to come: only a machine that does ten other things lets it wait."""

# ---- a tutor of a few lines -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TinyReply:
    text: str
    language: str = "en"
    notes: tuple[Correction | Word, ...] = ()
    pace: Literal["", "slower", "faster"] = ""
    before_call: str = ""
    level: str = ""
    because: str = ""
    uses: tuple[Used, ...] = ()
    accepted: str = ""
    pieces: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    spoken: Mapping[str, str] = field(default_factory=dict)
    begins: Begins = ""


@dataclass
class TinyRecogniser:
    """Understands how long it was spoken to, so that a test can tell what it was given."""

    log: list[Any]
    heard: int = 0

    def expect(self, sentences: Sequence[str]) -> None:
        self.log.append(("expect", list(sentences)))

    def begin(self) -> None:
        self.heard = 0

    def feed(self, sound: bytes) -> None:
        self.heard += len(sound)

    def finish(self) -> Hearing:
        self.log.append(("heard_ms", pcm.ms_of(self.heard)))
        return Hearing(f"spoke {pcm.ms_of(self.heard)}")


class TinyVoice:
    """A ramp of 100 ms per word: each sample is another, so that a lost one would be noticed."""

    def __init__(self, tutoring: TinyTutoring) -> None:
        self._gate = tutoring.gate
        self._log = tutoring.log

    def speak(self, text: str, language: str, speed: float = 1.0) -> Generator[bytes, None, None]:
        self._log += [("spoken at", speed), ("spoken in", language)]
        for index in range(len(text.split())):
            self._gate.wait(PATIENCE_S)
            yield spoken_word(index)


def spoken_word(index: int) -> bytes:
    """What `TinyVoice` makes of the word with this index in its sentence."""
    return (np.arange(2_400) + 1 + index * 2_400).astype("<i2").tobytes()


@dataclass
class TinyGuide:
    """Counts its answers, and repeats what was said to it."""

    history: list[tuple[str, str]]
    log: list[Any]
    step: int = 0

    def __deepcopy__(self, memo: dict[int, Any]) -> TinyGuide:
        return TinyGuide(list(self.history), self.log, self.step)

    @property
    def expected(self) -> list[str]:
        return [f"answer {self.step}"]

    @property
    def targets(self) -> list[str]:
        return []

    def greet(self, *, takes_over: bool = False) -> TinyReply:
        return TinyReply("Hello. What is your name.")

    def consider(self, text: str) -> None:
        pass

    def answer(self, text: str) -> TinyReply:
        self.step += 1
        self.log.append(("answered", text))
        return TinyReply(f"Answer {self.step} to {text}. Go on.")

    def hear(self, hearing: Hearing | None) -> TinyReply:
        return self.answer(hearing.text if hearing else "")

    def weighed(self, hearing: Hearing) -> Hearing:
        return hearing

    doubt: str = ""
    confirmed: bool = False
    was_denied: bool = False

    def help(self) -> TinyReply:
        return TinyReply("It begins like this.")

    def check_in(self) -> TinyReply:
        return TinyReply("Take your time.")

    def repeat(self) -> TinyReply:
        return TinyReply(f"Again {self.step}.")

    def close(self) -> None:
        self.log.append(("told to close", self.step))

    @property
    def meaning(self) -> str:
        return f"meaning of {self.step}"

    @property
    def hints(self) -> list[str]:
        return ["(Say one.)", f"hint {self.step}"]


@dataclass
class TinyTutoring:
    """Everything in memory; `log` tells what was asked of it."""

    log: list[Any] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)
    """The voice speaks only while this is set."""

    def __post_init__(self) -> None:
        self.gate.set()

    def warm_up(self) -> None:
        self.log.append(("warm",))

    def close(self) -> None:
        self.log.append(("closed",))

    def language_model(self) -> LanguageModel | None:
        return None

    def guide(self, lesson: WantedLesson, language: str, history: Sequence[tuple[str, str]]) -> TinyGuide:
        self.log.append(("guide", lesson.script, language, list(history)))
        return TinyGuide(list(history), self.log)

    def language(self, lesson: str, language: str) -> str:
        return "en"

    def recogniser(self, language: str, tell: Tell | None = None, other: str = "") -> TinyRecogniser:
        return TinyRecogniser(self.log)

    def give_back(self, recogniser: Any, language: str) -> None:
        self.log.append(("given back", language))

    def discard(self, recogniser: Any) -> None:
        self.log.append(("discarded",))

    def voice(self, name: str = "", tell: Tell | None = None) -> TinyVoice:
        return TinyVoice(self)

    def sentences(self, text: str) -> list[str]:
        return [f"{part.strip(' .')}." for part in text.split(". ") if part.strip(" .")]


# ---- a client that judges each event --------------------------------------------------------------------------------

_BY_TYPE: dict[str, type[SdkModel]] = {
    get_args(model.model_fields["type"].annotation)[0]: model
    for model in get_args(get_args(realtime_server_event.RealtimeServerEvent)[0])
    if isinstance(model, type) and issubclass(model, SdkModel)
}
_UNKNOWN_TO_SDK = {
    ".session": {"id", "object", "expires_at"},  # the service sends them, and the SDK's request type has none of them
    "conversation.item.input_audio_transcription.completed": {"hearing"},  # ours: openai_api.private_extensions
}
"""By path or type of event: fields that the SDK's models take, and do not know."""


def judge_by_sdk(event: Event) -> SdkModel:
    """The SDK's model of `event`, parsed strictly; fails for a field that the model does not know."""
    model = _BY_TYPE[event["type"]].model_validate_json(json.dumps(event), strict=True)
    strangers = sorted(set(_strangers(model, "")) - {f".{name}" for name in _UNKNOWN_TO_SDK.get(event["type"], ())})
    assert not strangers, f"{event['type']} has unknown fields: {strangers}"
    return model


def _strangers(model: SdkModel, path: str) -> Iterator[str]:
    known = _UNKNOWN_TO_SDK.get(path, set())
    yield from (f"{path}.{name}" for name in set(model.model_extra or {}) - known)
    for name in type(model).model_fields:
        value = getattr(model, name, None)
        for element in value if isinstance(value, list) else [value]:
            if isinstance(element, SdkModel):
                yield from _strangers(element, f"{path}.{name}")


class Client:
    """A Realtime client in a few lines. Every event it sees has passed the SDK's models."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.seen: list[Event] = []

    async def send(self, kind: str, **fields: Any) -> None:
        await self.socket.send(json.dumps({"type": kind, **fields}))

    async def next(self, timeout_s: float = PATIENCE_S) -> Event:
        frame = await asyncio.wait_for(self.socket.recv(), timeout_s)
        event: Event = json.loads(frame)
        judge_by_sdk(event)
        self.seen.append(event)
        return event

    async def until(self, *kinds: str, timeout_s: float = PATIENCE_S) -> Event:
        """The next event of one of these types; those before it are in `seen`."""
        async with asyncio.timeout(timeout_s):
            while True:
                event = await self.next(timeout_s)
                if event["type"] in kinds:
                    return event

    async def ask(self, kind: str, answer: str, **fields: Any) -> Event:
        await self.send(kind, **fields)
        return await self.until(answer)

    async def refused(self, kind: str, **fields: Any) -> Event:
        """The error that this event gets."""
        error: Event = (await self.ask(kind, "error", **fields))["error"]
        return error

    async def quiet(self, seconds: float = 0.2) -> list[Event]:
        """What still comes within so many seconds."""
        late = []
        try:
            while True:
                late.append(await self.next(seconds))
        except TimeoutError:
            return late

    async def update(self, **session: Any) -> Event:
        event = await self.ask("session.update", "session.updated", session={"type": "realtime", **session})
        updated: Event = event["session"]
        return updated

    async def push_to_talk(self) -> None:
        await self.update(audio={"input": {"turn_detection": None}})

    async def hear(self, sound: bytes, piece_ms: float = 100, gap_s: float = 0.0) -> None:
        """Send sound in pieces."""
        size = pcm.bytes_of(piece_ms)
        for start in range(0, len(sound), size):
            await self.send("input_audio_buffer.append", audio=b64(sound[start : start + size]))
            await asyncio.sleep(gap_s)

    def kinds(self) -> list[str]:
        return [event["type"] for event in self.seen]


def b64(sound: bytes) -> str:
    return base64.b64encode(sound).decode()


def audio_of(events: Sequence[Event], item_id: str | None = None) -> bytes:
    """The sound in the deltas (of one item)."""
    deltas = (e for e in events if e["type"] == "response.output_audio.delta")
    return b"".join(base64.b64decode(e["delta"]) for e in deltas if item_id in (None, e["item_id"]))


@asynccontextmanager
async def served(tutoring: Any = None, **options: Any) -> AsyncIterator[int]:
    """A server in this process; yields its port."""
    options = {"behaviour": Faulty()} | options  # a connection may ask for faults
    async with Server(ServerOptions(TOKEN, **options), tutoring or TinyTutoring()).serving() as port:
        yield port


@asynccontextmanager
async def dialled(port: int, query: str = "model=guide", token: str = TOKEN) -> AsyncIterator[Client]:
    """A client, after the two events that begin each session."""
    url = f"ws://127.0.0.1:{port}/v1/realtime?{query}"
    headers = {"Authorization": f"Bearer {token}"}
    async with connect(url, additional_headers=headers, max_size=None, close_timeout=0.5) as socket:
        client = Client(socket)
        await client.until("conversation.created")
        yield client


@asynccontextmanager
async def talking(tutoring: Any = None, query: str = "model=guide", **options: Any) -> AsyncIterator[Client]:
    """Server and client at once."""
    async with served(tutoring, **options) as port, dialled(port, query) as client:
        yield client


@cache
def speech(name: str, silence_after_ms: int = 0) -> bytes:
    """A recording of tests/audio_samples at our rate, with silence behind it."""
    with wave.open(str(SAMPLES / name)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
    sound: bytes = soxr.resample(samples, 16_000, pcm.RATE_HZ).astype("<i2").tobytes()
    return sound + pcm.silence(silence_after_ms)
