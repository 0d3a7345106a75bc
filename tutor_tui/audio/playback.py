"""What is still to be said, and how much of each item was heard.

Two threads meet here without a lock. The event loop queues, finishes and stops; the device's thread pulls. Each
variable is written by one of them only. Stopping raises the generation number, by which the device's thread sees that
whatever it meets from before is stale.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import TypeAlias

from tutor_tui.audio.fades import FADE_BYTES, at_gain, faded_in, sunk
from tutor_tui.audio.jitter_buffer import LONGEST_LEAD_MS, JitterBuffer, leading_silence
from tutor_tui.audio.playback_items import Chunk, Item, Replayed
from tutor_tui.core import pcm
from tutor_tui.core.ports import Heard, Tap

DUCKED = 0.25
"""How loud the voice is while it is ducked: -12 dB, so that it is heard, and talked over."""
_ZERO = bytes(pcm.SAMPLE_BYTES)


OnEnded: TypeAlias = Callable[[Item, float], None]
"""Called when the last sound of an item went to the device, with the time until which it is heard
(`time.monotonic()`). The device's thread may call it, so it hands over to its loop.
"""


class Playback:
    """The queue between tutor and device: 24 kHz mono s16, heard in the order in which it came."""

    def __init__(self, on_ended: OnEnded, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._on_ended = on_ended
        self._clock = clock
        self.tap: Tap | None = None
        """Who hears along. Written by the loop."""
        self._items: dict[str, Item] = {}
        self._generation = 0
        self._paused = self._ducked = self._held = False
        self._chunks: deque[Chunk] = deque()
        self._audible_until_s = 0.0
        self._replayed: Replayed | None = None
        """Written by the loop, which never takes one away, but marks it as stopped."""
        # From here on, the device's thread alone.
        self._seen_generation = 0
        self._pausing = False
        self._gain = 1.0
        self._rises = False
        """The voice has paused, for silence or for something else, and comes back with the next piece."""
        self._voice: Item | None = None
        self._piece = b""
        self._at = 0
        self._last_sample = _ZERO
        self._block = 0
        """Bytes that the device asks for at a time."""
        self.holes = 0
        """Blocks left silent in the middle of an item, because its next piece came too late."""
        self.jitter = JitterBuffer()

    # ---- event loop --------------------------------------------------------------------------------------------------

    def play(self, item_id: str, piece: bytes, *, silent: bool = False) -> None:
        """Queue a piece of any size. `silent` takes it in without a sound: no device is open."""
        item = self._item(item_id)
        if item.cut or item.complete:
            return
        whole = item.odd + piece
        even = len(whole) & ~1
        item.odd = whole[even:]
        # Queued first and counted second: the device's thread must never count on bytes that it cannot find.
        if even and not silent:
            self._chunks.append(Chunk(self._generation, item, whole[:even]))
        item.received += even

    def finish(self, item_id: str) -> Item | None:
        """No more pieces of this item will come. Returns it at the first call."""
        item = self._item(item_id)
        if item.cut or item.complete:
            return None
        item.complete = True
        self._chunks.append(Chunk(self._generation, item, b""))
        return item

    def stop(self) -> tuple[Heard, ...]:
        """Fall silent, and return each item not heard to its end.

        What the device has taken cannot be called back: it sounds, and then the fade does. So that much was heard, and
        a recording shows it.
        """
        self.stop_replay()
        self.hold(False)
        self._generation += 1
        self.resume()
        open_items = [item for item in self._items.values() if not (item.cut or item.ending)]
        for item in open_items:
            if item.complete and item.handed >= item.received:
                self._on_ended(item, self._audible_until_s)  # its end mark has just become stale
            else:
                item.cut = True
        return tuple(self._heard(item) for item in open_items if item.cut)

    def _heard(self, item: Item) -> Heard:
        fade = FADE_BYTES if item is self._voice and not self._replays else 0
        return Heard(item.id, pcm.ms_of(min(item.handed + fade, item.received)), pcm.ms_of(item.received))

    def duck(self) -> None:
        """Be quieter for now, within 10 ms of sound."""
        self._ducked = True

    def pause(self) -> None:
        """Fall silent for now: what is queued waits, and none of it is lost, nor counted as heard."""
        self._paused = True

    def resume(self) -> None:
        """Go on where the voice paused, as loud as ever; `stop` does that, too."""
        self._paused = self._ducked = False

    def progress(self, item_id: str) -> Heard | None:
        """How much of an item went to the device so far; None where nothing of it came."""
        item = self._items.get(item_id)
        return None if item is None else Heard(item_id, pcm.ms_of(item.handed), pcm.ms_of(item.received))

    def replay(self, item_id: str, piece: bytes) -> None:
        """Have this heard at once, in whole samples, or the next piece of it: what is queued waits until it is over."""
        replayed = self._replayed
        if replayed is None or replayed.item.id != item_id:
            self.stop_replay()
            replayed = Replayed(item_id)
        replayed.chunks.append(piece)
        self._replayed = replayed

    def finish_replay(self) -> None:
        """No more pieces of it will come: its end is told as that of an item is."""
        if self._replayed is not None:
            self._replayed.item.complete = True

    def stop_replay(self) -> None:
        """Fade out what is heard again, and tell of no end; what is queued goes on."""
        if self._replayed is not None:
            self._replayed.stopped = True

    def hold(self, on: bool) -> None:
        """Let what is queued wait, or no longer: what is replayed is heard, and silence where nothing is."""
        self._held = on

    @property
    def _replays(self) -> bool:
        return self._replayed is not None and not self._replayed.over

    def abandon(self) -> tuple[Item, ...]:
        """The device is gone for now: nothing queued will be heard. Returns the complete items, whose end is now."""
        self._generation += 1
        items = [*self._items.values()]
        if (replayed := self._replayed) is not None and self._replays and not replayed.stopped:
            replayed.stopped = replayed.over = True
            items.append(replayed.item)
        return tuple(item for item in items if item.complete and not (item.cut or item.ending))

    def renew(self) -> None:
        """Another stream begins. Called between streams, when no device's thread is pulling."""
        self._last_sample = _ZERO
        self._pausing = False
        if self._seen_generation != self._generation:
            self._forget_voice()

    def _item(self, item_id: str) -> Item:
        item = self._items.get(item_id)
        if item is None:
            item = self._items[item_id] = Item(item_id)
        return item

    @property
    def sounding(self) -> bool:
        """Whether sound of ours is on its way through the device or out of it."""
        return self._clock() < self._audible_until_s

    # ---- the device's thread -----------------------------------------------------------------------------------------

    @property
    def dry(self) -> bool:
        """Whether the device has said all that it had in mid-item, before it asked for more: a hole was heard.

        PulseAudio does not tell, so the clock has to.
        """
        voice = self._voice
        return voice is not None and not (voice.starved or self._pausing) and self._clock() > self._audible_until_s

    def pull(self, byte_count: int, latency_s: float) -> bytes:
        """The next `byte_count` bytes, to be heard `latency_s` seconds from now. Silence where there is nothing."""
        if (replayed := self._replayed) is not None and not replayed.over:
            block = self._pull_replayed(replayed, byte_count, latency_s)
        else:
            block = self._pull_voice(byte_count, latency_s)
        block = self._as_loud_as_wanted(block)
        self._last_sample = block[-2:]
        if (tap := self.tap) is not None:
            tap(block, self._clock() + latency_s)
        return block

    def _pull_replayed(self, replayed: Replayed, byte_count: int, latency_s: float) -> bytes:
        if self._paused and not replayed.stopped:
            replayed.begun, self._pausing = False, True
            return sunk(self._last_sample, byte_count).ljust(byte_count, b"\0")
        head = b"" if replayed.begun else sunk(self._last_sample, byte_count)
        room = byte_count - len(head)
        if replayed.stopped:
            sound = pcm.faded_out(replayed.next(min(FADE_BYTES, room))) if replayed.begun else b""
            replayed.over = True
            if self._seen_generation != self._generation:  # all was stopped: the voice is silent already
                self._forget_voice()
        else:
            sound = replayed.next(room)
            sound = sound if replayed.begun else faded_in(sound)
        replayed.begun = self._rises = True
        heard = head + sound
        if heard:
            self._audible_until_s = self._clock() + latency_s + _seconds(len(heard))
        if replayed.item.complete and not (replayed.over or replayed.rest or replayed.chunks):
            replayed.over = True
            self._on_ended(replayed.item, self._audible_until_s)
        return heard + bytes(byte_count - len(heard))

    def _pull_voice(self, byte_count: int, latency_s: float) -> bytes:
        parts: list[bytes] = []
        need = self._block = byte_count
        if self._seen_generation != self._generation:
            need -= self._fade(parts, need)
        if self._paused or self._held:
            need -= self._sink(parts, need)
        elif self._pausing:
            self._pausing, self._rises = False, True
        while need and not self._pausing:
            if self._at == len(self._piece) and not self._load(need, latency_s + _seconds(byte_count - need)):
                need -= self._break_off(parts, need)
                break
            piece = self._piece[self._at : self._at + need]
            self._at += len(piece)
            need -= len(piece)
            parts.append(self._hand(piece))
        if parts:
            self._audible_until_s = self._clock() + latency_s + _seconds(byte_count - need)
        if need:
            parts.append(bytes(need))
        return b"".join(parts)

    def _load(self, need: int, latency_s: float) -> bool:
        """Bring the next piece in, passing stale ones and ends of items. False when there is nothing to say."""
        while self._chunks:
            chunk = self._chunks[0]
            if chunk.generation > self._seen_generation:
                return False  # stopped this instant, and already speaking again: the next pull will see to it
            if chunk.generation == self._seen_generation:
                if self._too_little(chunk.item, need):
                    return False
                if chunk.pcm:
                    self._begin(chunk)
                    if self._piece:
                        return True
                    continue
                self._end(chunk.item, latency_s)
            self._chunks.popleft()
        return False

    def _too_little(self, item: Item, need: int) -> bool:
        """Whether speaking now would only make a hole: an item begins, or comes back, with a whole block at least."""
        speaking = item is self._voice and not item.starved
        return not (speaking or item.complete or item.received - item.handed >= max(need, self.jitter.gathers))

    def _begin(self, chunk: Chunk) -> None:
        self._chunks.popleft()
        self._piece, self._at = chunk.pcm, 0
        self._voice = item = chunk.item
        if item.handed == item.led_in < pcm.bytes_of(LONGEST_LEAD_MS):  # nothing of it was heard yet
            silent = leading_silence(chunk.pcm[: pcm.bytes_of(LONGEST_LEAD_MS) - item.led_in])
            self._piece = chunk.pcm[silent:]
            item.led_in += silent
            item.handed += silent

    def _hand(self, piece: bytes) -> bytes:
        item = self._voice
        if item is None:
            return piece
        item.handed += len(piece)
        if item.starved or self._rises:
            if item.starved:
                self.holes += item.starved
                self.jitter.hole(item.starved * self._block)
            item.starved, self._rises = 0, False
            return faded_in(piece)
        return piece

    def _end(self, item: Item, latency_s: float) -> None:
        item.starved = 0
        self.jitter.item_ended()
        if self._voice is item:
            self._voice = None
        self._on_ended(item, self._clock() + latency_s)

    def _fade(self, parts: list[bytes], room: int) -> int:
        """The voice was stopped: bring down what it would have said next."""
        rest = b"" if self._pausing else self._rest_of_voice(min(FADE_BYTES, room))
        self._forget_voice()
        if rest:
            parts.append(pcm.faded_out(rest))
        return len(rest)

    def _sink(self, parts: list[bytes], room: int) -> int:
        """The voice pauses: let what comes next sink to silence. All of that is said again when it goes on."""
        silent = self._pausing or self._rises
        rest = b"" if silent else self._piece[self._at : self._at + min(FADE_BYTES, room)]
        self._pausing = True
        if rest:
            parts.append(pcm.faded_out(rest))
        return len(rest)

    def _forget_voice(self) -> None:
        self._seen_generation, self._pausing = self._generation, False
        self._voice, self._piece, self._at = None, b"", 0

    def _rest_of_voice(self, want: int) -> bytes:
        rest = self._piece[self._at : self._at + want]
        while len(rest) < want and self._chunks:
            chunk = self._chunks[0]
            if chunk.item is not self._voice or chunk.generation != self._seen_generation or chunk.item.starved:
                break
            rest += chunk.pcm[: want - len(rest)]
            self._chunks.popleft()
        return rest

    def _as_loud_as_wanted(self, block: bytes) -> bytes:
        """`block`, quieter while the voice is ducked."""
        before, self._gain = self._gain, DUCKED if self._ducked else 1.0
        return at_gain(block, before, self._gain)

    def _break_off(self, parts: list[bytes], room: int) -> int:
        """Nothing is left to say: let the last sample sink to zero instead of falling."""
        if self._voice is not None:
            self._voice.starved += 1
        if parts:
            self._last_sample = parts[-1][-2:]
        if sinking := sunk(self._last_sample, room):
            parts.append(sinking)
        return len(sinking)


def _seconds(byte_count: int) -> float:
    return byte_count / pcm.BYTES_PER_MS / 1000
