"""The learner's side of a connection: the input audio buffer, the turns cut out of it, and the recogniser."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

from tutor_tui.core import pcm
from tutor_tui.core.turn_detection import SHORTEST_TURN_MS
from tutor_tui.offline_server.hearing import Hearing
from tutor_tui.offline_server.ports.recogniser import JudgesWords, SleepsUntilSpoken, SpeechToText
from tutor_tui.offline_server.realtime.turn_rules import TurnRules
from tutor_tui.offline_server.realtime.wire import Json, Refusal, event, new_id
from tutor_tui.speech.vad import ONSET_WINDOWS, WINDOW_MS, LoadedLate, Probability, SpeechDetector, Started, Stopped

LONGEST_BUFFER_MS = 600_000
"""Ten minutes of sound (29 MB) without a turn: more is turned down."""
KEPT_BEFORE_PADDING_MS = 1_000
"""While nobody speaks the buffer keeps the padding and this much more, so that a microphone left open costs nothing."""
LEAST_VOICED_MS = 300
"""Shorter than this is a cough or a click, and no sentence."""
WINDOWS_PER_BREATH = 4
"""After so many windows (about 1 ms of work) the loop gets a turn."""


class RecogniserThread:
    """A recogniser on a thread of its own: calls return at once and are done in order."""

    def __init__(self, make_recogniser: Callable[[], SpeechToText], give_back: Callable[[SpeechToText], None]) -> None:
        self._pool = ThreadPoolExecutor(1, "recogniser")
        self._make_recogniser = make_recogniser
        self._give_back = give_back
        self._recogniser: SpeechToText | None = None
        self._expected: tuple[list[str], list[str]] | None = None
        self._closed = False

    def prepare(self) -> None:
        """Find out now what there is to hear with, rather than when the learner waits."""
        self._pool.submit(self._found)

    def wake(self) -> None:
        """There is sound: load the models while nobody speaks yet."""
        self._pool.submit(self._wake)

    def _wake(self) -> None:
        if isinstance(recogniser := self._found(), SleepsUntilSpoken):
            recogniser.wake()

    def _found(self) -> SpeechToText:
        self._recogniser = self._recogniser or self._make_recogniser()
        return self._recogniser

    def expect(self, sentences: Sequence[str], targets: Sequence[str] = ()) -> None:
        """Listen for these in the next utterance, `targets` being said after the tutor; only to be called between
        utterances.
        """
        wanted = [*sentences], [*targets]
        if wanted != self._expected and not self._closed:  # the last response ends after the learner has gone
            self._expected = wanted
            self._pool.submit(lambda: self._listen_for(*wanted))

    def _listen_for(self, sentences: list[str], targets: list[str]) -> None:
        recogniser = self._found()
        recogniser.expect(sentences)
        if isinstance(recogniser, JudgesWords):
            recogniser.aim_at(targets)

    def begin(self) -> None:
        """An utterance begins."""
        self._pool.submit(lambda: self._found().begin())

    def feed(self, sound: bytes) -> None:
        """More of it."""
        self._pool.submit(lambda: self._found().feed(sound))

    def finish(self) -> Future[Hearing]:
        """The utterance is over: what was it?"""
        return self._pool.submit(lambda: self._found().finish())

    def close(self) -> None:
        """Give the recogniser back when it is through; no utterance may be open. Does not wait."""
        self._closed = True
        self._pool.submit(self._release)
        self._pool.shutdown(wait=False)

    def _release(self) -> None:
        if self._recogniser is not None:
            self._give_back(self._recogniser)


@dataclass(frozen=True, slots=True, repr=False)  # holds what is said
class TakenTurn:
    """Sound that became a turn."""

    item_id: str
    sound: bytes
    """24 kHz mono s16."""
    voiced: bool
    """Whether somebody spoke in it, for longer than a cough lasts."""


class TurnTaker(Protocol):
    """Who is told about turns."""

    def emit(self, message: Json) -> None:
        """Send an event."""
        ...

    def learner_started(self, rules: TurnRules) -> None:
        """Speech was detected (and announced)."""
        ...

    async def expected(self) -> Sequence[str]:
        """What the learner may say now."""
        ...

    @property
    def targets(self) -> Sequence[str]:
        """What the learner is to say after the tutor."""
        ...

    def turn_taken(self, turn: TakenTurn, understood: Future[Hearing], rules: TurnRules | None) -> None:
        """A turn was committed; `rules` only when turn detection did it."""
        ...


class InputAudio:
    """Input audio buffer, speech detection and recogniser in step. Positions are bytes since the session began."""

    def __init__(self, taker: TurnTaker, recogniser: RecogniserThread, probability: Probability) -> None:
        self._taker = taker
        self._recogniser = recogniser
        self._probability = probability
        self._detector = SpeechDetector(probability)
        self._has_sound = False
        self._buffer = bytearray()
        self._half_sample = b""
        """A client may cut its sound anywhere: the odd byte waits for the next piece."""
        self._begin = 0
        """Position of the buffer's first byte."""
        self._judged = 0
        """Position up to which the detector has listened."""
        self._heard: int | None = None
        """Position up to which the recogniser has listened; null between utterances."""
        self._turn_begin = 0
        self._item_id = ""
        """Announced by `speech_started` for the turn to come."""

    @property
    def _end(self) -> int:
        return self._begin + len(self._buffer)

    @property
    def utterance_open(self) -> bool:
        """The recogniser is in the middle of an utterance."""
        return self._heard is not None

    async def append(self, sound: bytes, rules: TurnRules | None) -> None:
        """More sound from the learner."""
        if pcm.ms_of(len(self._buffer) + len(sound)) > LONGEST_BUFFER_MS:
            raise Refusal("invalid_value", "The input audio buffer holds ten minutes: commit or clear it.", "audio")
        if not self._has_sound:
            await self._prepare()
        sound = self._half_sample + sound
        sound, self._half_sample = sound[: len(sound) & ~1], sound[len(sound) & ~1 :]
        self._buffer.extend(sound)
        if rules is None:
            self._detector.reset()
            await self._listen_to(self._end)
        for count, (window, edge) in enumerate(self._detector.feed(sound, rules), start=1):
            self._judged += len(window)
            if rules is not None:
                await self._follow(edge, rules)
            if count % WINDOWS_PER_BREATH == 0:
                await asyncio.sleep(0)

    async def _prepare(self) -> None:
        """The learner is not going to type only: have ready what that takes."""
        self._recogniser.wake()
        if isinstance(self._probability, LoadedLate):
            await self._probability.load()
        self._has_sound = True

    async def _follow(self, edge: Started | Stopped | None, rules: TurnRules) -> None:
        match edge:
            case Started():
                await self._start(edge, rules)
            case Stopped():
                await self._stop(edge, rules)
            case None if self._detector.speaking:
                await self._listen_to(self._judged)
            case None:
                self._forget_before(self._judged - pcm.bytes_of(rules.prefix_padding_ms + KEPT_BEFORE_PADDING_MS))

    async def _start(self, edge: Started, rules: TurnRules) -> None:
        self._detector.voiced_ms = ONSET_WINDOWS * WINDOW_MS
        wanted = pcm.bytes_of(max(0, edge.at_ms - rules.prefix_padding_ms))
        self._turn_begin = max(self._begin, wanted)
        self._item_id = self._item_id or new_id("item")
        start_ms = pcm.ms_of(self._turn_begin)
        self._taker.emit(event("input_audio_buffer.speech_started", audio_start_ms=start_ms, item_id=self._item_id))
        self._taker.learner_started(rules)
        self._abandon()
        await self._listen_to(self._judged, begin=self._turn_begin)

    async def _stop(self, edge: Stopped, rules: TurnRules) -> None:
        stopped = event("input_audio_buffer.speech_stopped", audio_end_ms=edge.at_ms, item_id=self._item_id)
        self._taker.emit(stopped)
        await self._take(self._turn_begin, self._judged, rules)

    async def commit(self) -> None:
        """The client ends the turn: everything in the buffer becomes an item."""
        if pcm.ms_of(len(self._buffer)) < SHORTEST_TURN_MS:
            message = f"The buffer is too small: {SHORTEST_TURN_MS} ms of sound are needed."
            raise Refusal("input_audio_buffer_commit_empty", message)
        await self._take(self._begin, self._end, None)

    async def _take(self, begin: int, end: int, rules: TurnRules | None) -> None:
        sound = bytes(self._buffer[begin - self._begin : end - self._begin])
        await self._listen_to(end, begin=begin)
        self._heard = None
        item_id, self._item_id = self._item_id or new_id("item"), ""
        self._forget_before(end)
        self._detector.reset()
        turn = TakenTurn(item_id, sound, voiced=self._detector.voiced_ms >= LEAST_VOICED_MS)
        self._detector.voiced_ms = 0
        self._taker.turn_taken(turn, self._recogniser.finish(), rules)

    def clear(self) -> None:
        """Forget the buffer."""
        self._abandon()
        self._item_id, self._half_sample = "", b""
        self._forget_before(self._end)
        self._detector.reset()
        self._detector.voiced_ms = 0

    def rules_changed(self, rules: TurnRules | None) -> None:
        """Another way of taking turns applies from here on; what is in the buffer stays."""
        if rules is None:
            self._detector.reset()
        elif not self._detector.speaking:
            self._abandon()

    async def _listen_to(self, position: int, begin: int | None = None) -> None:
        """Feed the recogniser up to `position`, in an utterance that began at `begin` (or with the buffer)."""
        if self._heard is None:
            self._recogniser.expect(await self._taker.expected(), self._taker.targets)
            self._heard = self._begin if begin is None else begin
            self._recogniser.begin()
        sound = self._buffer[self._heard - self._begin : position - self._begin]
        if sound:
            self._recogniser.feed(bytes(sound))
            self._heard = position

    def _abandon(self) -> None:
        if self._heard is not None:
            self._heard = None
            self._recogniser.finish()

    def _forget_before(self, position: int) -> None:
        if position > self._begin:
            del self._buffer[: position - self._begin]
            self._begin = position
