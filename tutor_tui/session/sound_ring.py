"""The last two minutes of a lesson's sound, turn by turn, in memory alone: what has just been heard can be heard again.

Pure: it is given the sound and told how much of it was heard. What was not heard yet costs nothing here, for the queue
of the speaker holds the very same bytes; so it is what was heard that the two minutes are counted of.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator

from tutor_tui.core import pcm
from tutor_tui.core.lesson_plan import Role
from tutor_tui.speech.sentence_sounds import Loudness

LONGEST_MS = 120_000


class TurnSound:
    """What there is of one turn: 24 kHz mono s16."""

    def __init__(self, role: Role, turn_id: str) -> None:
        self.role = role
        self.turn_id = turn_id
        self.loudness = Loudness()
        """Of all of it, what has left included."""
        self.first = 0
        """Bytes of its beginning that have left the ring."""
        self.received = 0
        """Bytes that came, those included."""
        self._pieces: deque[bytes] = deque()

    def take(self, piece: bytes) -> None:
        """More of it, whole samples."""
        if piece:
            self._pieces.append(piece)
            self.loudness.take(piece)
            self.received += len(piece)

    def part(self, first: int, last: int) -> bytes:
        """The sound from byte `first` to `last`; empty where any of it has left the ring."""
        if first < self.first:
            return b""
        sound = b"".join(self._pieces)
        return sound[first - self.first : last - self.first]

    def drop_piece(self) -> int:
        """Let the oldest piece go; how many bytes that were."""
        piece = self._pieces.popleft()
        self.first += len(piece)
        return len(piece)

    def drop_end(self, last: int) -> None:
        """What comes behind byte `last` will never be heard."""
        if last < self.received:
            kept = self.part(self.first, max(last, self.first))
            self._pieces = deque([kept] if kept else [])
            self.received = self.first + len(kept)

    def __len__(self) -> int:
        return self.received - self.first


class SoundRing:
    """The newest turns, oldest first."""

    def __init__(self, longest_ms: int = LONGEST_MS) -> None:
        self._longest = pcm.bytes_of(longest_ms)
        self._turns: deque[TurnSound] = deque()

    def __iter__(self) -> Iterator[TurnSound]:
        return iter(self._turns)

    def __reversed__(self) -> Iterator[TurnSound]:
        return reversed(self._turns)

    def find(self, turn_id: str) -> TurnSound | None:
        """What there is of that turn."""
        return next((each for each in reversed(self._turns) if each.turn_id == turn_id), None)

    def add(self, role: Role, turn_id: str, piece: bytes) -> None:
        """A piece of a turn; of one that has ended, too."""
        turn = self.find(turn_id)
        if turn is None:
            turn = TurnSound(role, turn_id)
            self._turns.append(turn)
        turn.take(piece)

    def trim(self, heard_bytes: Callable[[TurnSound], int]) -> None:
        """Let go what is older than the newest two minutes that were heard; `heard_bytes`: how far each turn was."""
        if sum(map(len, self._turns)) <= self._longest:  # nearly always: it is asked with each piece that comes
            return
        over = sum(max(0, min(heard_bytes(each), each.received) - each.first) for each in self._turns) - self._longest
        while over > 0:
            if len(self._turns[0]):
                over -= self._turns[0].drop_piece()
            else:
                self._turns.popleft()
