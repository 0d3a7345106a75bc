"""One Realtime connection that reads texts aloud, each in a response out of band (OpenAI's guide "Realtime
conversations", "Create responses outside the default conversation").

It hears nothing and holds no conversation. Several texts may be under way: each is told by a tag, or by its turn where
the server does not repeat the tag.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
import unicodedata
from collections import deque
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from tutor_tui.core import events as ev
from tutor_tui.core import pcm
from tutor_tui.core.problems import LinkLost
from tutor_tui.core.safe_text import one_line
from tutor_tui.openai_api import failures
from tutor_tui.openai_api.failures import BrokeOff, ServiceFailure
from tutor_tui.openai_api.realtime import client_events, errors, session_config
from tutor_tui.openai_api.realtime import server_events as se
from tutor_tui.openai_api.realtime.frames import decode
from tutor_tui.openai_api.realtime.server_dialects import GA
from tutor_tui.openai_api.realtime.usage import reply_usage
from tutor_tui.openai_api.services import SPEAK
from tutor_tui.openai_api.speech import LONGEST_MS
from tutor_tui.openai_api.voices import VoiceChoice, listed_voices
from tutor_tui.speech.words_heard import usual_ms
from tutor_tui.supervision import cancelled, watched
from tutor_tui.tutors.realtime.websocket.send_queue import SendQueue

LONGEST_LIFE_S = 55 * 60.0
"""OpenAI ends every session after an hour; a new connection is opened before."""
_TOKENS_PER_S = 20
"""Of a voice: one token is 50 ms (OpenAI's guide "Managing costs")."""
_FEWEST_TOKENS, _MOST_TOKENS = 1_024, 4_096
_HURRIED = 3
"""So many times as long as usual a voice may take: it may be slow, but not go on for ever."""


@dataclass(slots=True, eq=False, repr=False)  # holds what is said
class _Reading:
    """One text on its way into sound."""

    text: str
    sound: asyncio.Queue[bytes | ServiceFailure | None] = field(default_factory=asyncio.Queue)
    """None at the end."""
    response_id: str = ""
    """Empty until the server has begun."""
    transcript: str = ""
    wanted: bool = True
    sounded: bool = False


class VoiceConnection:
    """One open connection. `emit` gets what is told besides sound; `fault` a fault of ours."""

    def __init__(
        self,
        socket: ClientConnection,
        model: str,
        voice: str,
        *,
        language: str,
        voices: VoiceChoice,
        emit: Callable[[ev.TutorEvent], None],
        fault: Callable[[BaseException], None],
    ) -> None:
        self.voice = voice
        """The one that was asked for."""
        self.lost: LinkLost | None = None
        """Why it is over."""
        self._socket = socket
        self._model = model
        self._language = language
        self._voices = voices
        self._emit = emit
        self._speed = 1.0
        self._ends_at_s = time.monotonic() + LONGEST_LIFE_S
        self._asked = 0
        self._waiting: deque[tuple[str, _Reading]] = deque()
        """Asked for, with their tags; the server has not begun."""
        self._running: dict[str, _Reading] = {}
        """By response id."""
        self._idle = asyncio.Event()
        self._idle.set()
        self._queue = SendQueue()
        self._begin_session()
        self._tasks = [
            watched(self._write(), fault, name="voice: writer"),
            watched(self._listen(), fault, name="voice: reader"),
        ]

    @property
    def is_fresh(self) -> bool:
        """Whether new texts should go to it, and not to a new one."""
        if self.lost is not None:
            return not self.lost.retry  # another would fare no better
        return time.monotonic() < self._ends_at_s

    @property
    def is_idle(self) -> bool:
        """Whether nothing is being read."""
        return self._idle.is_set()

    def _begin_session(self) -> None:
        """Each update on its own: a server that refuses one setting loses all that came with it."""
        self._update(
            {
                session_config.MODALITIES: ["audio"],
                session_config.INSTRUCTIONS: client_events.READ_ALOUD,
                session_config.TURN_DETECTION: None,
                session_config.SPOKEN_FORMAT: {"type": "audio/pcm", "rate": pcm.RATE_HZ},
            }
        )
        self._ask_for_voice()
        if reasoning := session_config.reasoning_of(self._model):
            self._update({key: {"effort": "minimal"} for key in reasoning})

    def _ask_for_voice(self) -> None:
        self._update({session_config.VOICE: session_config.voice_of(self._voices.of(self.voice))})

    def _update(self, settings: session_config.Settings) -> None:
        self._queue.put(client_events.update_session(GA.session(settings)))

    # ---- reading ----------------------------------------------------------------------------------------------------

    async def read(self, text: str, speed: float, patience_s: float) -> AsyncGenerator[bytes, None]:
        """`text` as 24 kHz mono s16, in pieces of whole samples. Raises `ServiceFailure`, `BrokeOff` when it is gone.

        Who stops early has the server stop, too. A server that is silent for longer than `patience_s` is given up.
        """
        reading, total, odd = None, 0, b""
        try:
            async with asyncio.timeout(patience_s):
                reading = await self._ask(text, speed)
            while True:
                async with asyncio.timeout(patience_s):
                    piece = await reading.sound.get()
                if isinstance(piece, ServiceFailure):
                    raise piece
                if piece is None:
                    return
                joined = odd + piece
                whole = len(joined) & ~1
                odd, total = joined[whole:], total + whole
                if pcm.ms_of(total) > LONGEST_MS:
                    raise failures.nonsense(SPEAK, "sound without end")
                if whole:
                    yield joined[:whole]
        except TimeoutError:
            self.lost = self.lost or errors.closed(None, "")
            self._socket.transport.abort()
            raise ServiceFailure(f"The {SPEAK.name} does not answer in time.", SPEAK.meanwhile) from None
        finally:
            if reading is not None:
                self._drop(reading)

    async def _ask(self, text: str, speed: float) -> _Reading:
        """Have `text` read. The pace changes between two texts only, as the API reference says."""
        if speed != self._speed:
            await self._idle.wait()
            self._speed = speed
            self._update({session_config.SPEED: speed})
        if self.lost is not None:
            raise failure_of(self.lost)
        reading = _Reading(text)
        self._asked += 1
        tag = f"read_{self._asked}"
        self._waiting.append((tag, reading))
        self._idle.clear()
        self._queue.put(client_events.read_aloud(text, tag, _most_tokens(text), self._language))
        return reading

    def _drop(self, reading: _Reading) -> None:
        """Nobody wants the rest of it."""
        reading.wanted = False
        if reading.response_id in self._running:
            self._queue.put(client_events.cancel_response(reading.response_id))

    # ---- what the server tells --------------------------------------------------------------------------------------

    async def _write(self) -> None:
        with contextlib.suppress(ConnectionClosed):  # the reader reports it
            await self._queue.run(self._socket.send)

    async def _listen(self) -> None:
        try:
            async for raw in self._socket:
                self._take(decode(raw))
            self.lost = self.lost or errors.closed(1000, "")
        except ConnectionClosed as closed:
            self.lost = self.lost or errors.closed_by(closed)
        finally:
            self.lost = self.lost or errors.closed(None, "")
            lost = failure_of(self.lost)
            for reading in (*self._running.values(), *(reading for _, reading in self._waiting)):
                reading.sound.put_nowait(lost)
            self._running.clear()
            self._waiting.clear()
            self._idle.set()

    def _take(self, event: se.ServerEvent) -> None:
        match event:
            case se.SessionCreated(session) | se.SessionUpdated(session):
                self._expires(session.expires_at)
            case se.ResponseCreated(response):
                self._began(response)
            case se.OutputAudioDelta(response_id, _, sound):
                if (reading := self._reading(response_id)) and reading.wanted and sound:
                    reading.sounded = True
                    reading.sound.put_nowait(sound)
            case se.OutputTranscriptDone(response_id, _, words):
                if reading := self._reading(response_id):
                    reading.transcript += words
            case se.ResponseDone(response):
                self._ended(response)
            case se.ServerError(error):
                self._refused(error)
            case se.Unrecognised(kind) | se.Malformed(kind):
                self._emit(ev.Unknown(one_line(kind, 80)))
            case _:
                pass

    def _expires(self, at: float | None) -> None:
        """The server says when it will hang up. A time that is over already says that a clock is wrong."""
        left_s = 0.0 if at is None else at - time.time()
        if left_s > 0:
            self._ends_at_s = min(self._ends_at_s, time.monotonic() + left_s * 0.9)

    def _reading(self, response_id: str) -> _Reading | None:
        """The one that an event is about; the only one, where a server does not say."""
        if not response_id and len(self._running) == 1:
            return next(iter(self._running.values()))
        return self._running.get(response_id)

    def _taken_from_waiting(self, tag: str) -> _Reading:
        """The one with this tag, or the oldest, where the server does not repeat the tag; one has to wait."""
        at = next((at for at, (waits_as, _) in enumerate(self._waiting) if waits_as == tag), 0)
        _, reading = self._waiting[at]
        del self._waiting[at]
        return reading

    def _began(self, response: se.Response) -> None:
        if not self._waiting:
            return
        reading = self._taken_from_waiting(response.tag)
        reading.response_id = response.id
        self._running[response.id] = reading
        if not reading.wanted:
            self._drop(reading)

    def _ended(self, response: se.Response) -> None:
        if bill := reply_usage(self._model, response.usage):
            self._emit(bill)
        reading = self._running.pop(response.id, None)
        if reading is None:
            return
        self._settle(reading, _why_broken(response, reading))
        told = response.status == "completed" and reading.wanted and reading.transcript
        if told and not same_words(reading.transcript, reading.text):
            self._emit(ev.TranscriptMismatch())

    def _settle(self, reading: _Reading, failure: ServiceFailure | None) -> None:
        """It is over."""
        if failure is not None:
            reading.sound.put_nowait(failure)
        reading.sound.put_nowait(None)
        if not self._running and not self._waiting:
            self._idle.set()

    def _refused(self, error: se.ErrorDetail) -> None:
        """An error event: of a text that was asked for, of a setting, or of nothing that matters."""
        if error.code in errors.FATAL:
            self.lost = errors.fatal(error.code)
            self._socket.transport.abort()
            return
        of_session = errors.named_by(error).startswith("session")
        if of_session and self._voices.replace(self.voice, listed_voices(f"{errors.named_by(error)}: {error.message}")):
            self._ask_for_voice()
            return
        if errors.is_benign(error.code, error.message) or of_session or not self._waiting:
            self._emit(ev.Unknown(f"voice: {one_line(error.code, 60) or 'error'}"))
            return
        reading = self._taken_from_waiting(error.event_id)
        self._settle(reading, failures.reported(SPEAK, {"message": error.message or error.code}))

    # ---- the end ----------------------------------------------------------------------------------------------------

    async def close(self) -> None:
        """Hang up: politely for a second, then without asking."""
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1.0):
                    await cancelled(*self._tasks)
                    await self._socket.close()
        finally:
            self._socket.transport.abort()


def failure_of(lost: LinkLost) -> ServiceFailure:
    """The end of a connection, or why there is none, as one sentence of the speech service."""
    title = lost.title.replace("The tutor's server", f"The {SPEAK.name}")
    title = title.replace("The connection to the tutor", f"The connection to the {SPEAK.name}")
    if lost.retry:
        return BrokeOff(title, SPEAK.meanwhile)
    check = f"Check {SPEAK.setting}_url, {SPEAK.setting}_model and {SPEAK.setting}_key."
    return ServiceFailure(title, f"{check} {SPEAK.meanwhile}", lasting=True)


def same_words(spoken: str, written: str) -> bool:
    """Whether both say the same, case, punctuation and spaces aside."""
    return _letters(spoken) == _letters(written)


def _letters(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum())


def _most_tokens(text: str) -> int:
    seconds = usual_ms(text) / 1_000 * _HURRIED
    return max(_FEWEST_TOKENS, min(_MOST_TOKENS, round(seconds * _TOKENS_PER_S)))


def _why_broken(response: se.Response, reading: _Reading) -> ServiceFailure | None:
    if not reading.wanted:
        return None
    if response.error is not None:
        return failures.reported(SPEAK, {"message": response.error.message or response.error.code})
    if response.status in ("failed", "cancelled"):
        return BrokeOff(f"The {SPEAK.name} broke off.", SPEAK.meanwhile)
    if not reading.sounded:
        return failures.nonsense(SPEAK, "no sound")
    return None
