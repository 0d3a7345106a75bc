"""The sentences of the last two minutes, the tutor's and the learner's, each with its sound: in memory alone.

Of the tutor's, only what was heard; of the learner's, what went out to the tutor, from just before they began.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from tutor_tui.core import events as ev
from tutor_tui.core import pcm
from tutor_tui.core.conversation import TurnState
from tutor_tui.core.events import LessonEvent
from tutor_tui.core.line_help import target_begins
from tutor_tui.session.sound_ring import LONGEST_MS, SoundRing, TurnSound
from tutor_tui.speech.sentence_sounds import STEP_MS, sentence_spans, spans_of, voiced_steps
from tutor_tui.speech.words_heard import usual_ms

if TYPE_CHECKING:
    from tutor_tui.session.session import Session

BEFORE_MS = 1_000
"""A server says that the learner has begun to speak only after a moment of speech, and a round trip."""
MARGIN_MS = 200
"""Of the silence before and behind what the learner said: the softest consonants are no louder than the room."""
_LEAST_HEARD_BYTES = pcm.bytes_of(600)
"""A sentence under way of which less was heard is hardly what the learner wants to hear again."""


class Sentence(NamedTuple):
    """One sentence whose sound is kept, or was a moment ago."""

    turn: TurnSound
    number: int
    """Of the turn's, from 0."""
    text: str
    """Empty where its words are not known."""
    first: int
    last: int
    """In bytes of the turn's sound."""
    whole: bool = True
    """It was heard to its end."""

    @property
    def place(self) -> tuple[str, int]:
        """What it is known by while more is said."""
        return self.turn.turn_id, self.number

    @property
    def sound(self) -> bytes:
        """24 kHz mono s16; empty where any of it has left the ring."""
        return self.turn.part(self.first, self.last)


class KeptSentences:
    """Of one session."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.ring = SoundRing()
        self._before: deque[bytes] = deque()
        """What went out of the microphone and belongs to no turn yet, in frames."""

    def take(self, event: LessonEvent) -> None:
        """Keep the tutor's sound as it comes; and the learner's, once it is known which turn it is."""
        match event:
            case ev.TutorAudio(item_id, sound):
                self.ring.add("tutor", item_id, sound)
                self.trim()
            case ev.Talking(True):
                self._before.clear()
            case ev.LearnerStartedSpeaking(item_id) | ev.LearnerTurnKept(item_id):
                if self.ring.find(item_id) is None:
                    self._begin_turn(item_id)
            case _:
                pass

    def hear(self, frame: bytes) -> None:
        """A frame of the microphone that goes out to the tutor."""
        turn_id = self._session.lesson.learner_item
        if turn_id and self.ring.find(turn_id) is not None:
            self.ring.add("learner", turn_id, frame)
            self.trim()
            return
        self._before.append(frame)
        most_ms = LONGEST_MS if self._session.key_is_open else BEFORE_MS
        while len(self._before) > most_ms // pcm.FRAME_MS:
            self._before.popleft()

    def _begin_turn(self, turn_id: str) -> None:
        sound = b"".join(self._before)
        self._before.clear()
        if sound:
            self.ring.add("learner", turn_id, sound)
            self.trim()

    def trim(self) -> None:
        """Let go what is older than two minutes."""
        self.ring.trim(self._heard_bytes)

    def _heard_bytes(self, sound: TurnSound) -> int:
        """How much of a turn has been heard so far."""
        if sound.role == "learner":
            return sound.received
        lesson, heard = self._session.lesson, self._session.sound.speaker.progress(sound.turn_id)
        turn = lesson.turn(sound.turn_id)
        if turn is not None and turn.state is TurnState.CUT:
            sound.drop_end(pcm.bytes_of(turn.heard_ms))
        elif heard is not None and sound.turn_id in lesson.sounding:
            return min(sound.received, pcm.bytes_of(heard.heard_ms))
        return sound.received

    def newest_first(self) -> Iterator[Sentence]:
        """All of them."""
        for sound in reversed(self.ring):
            found = self._tutors(sound) if sound.role == "tutor" else self._learners(sound)
            yield from reversed(found)

    def in_target(self, sentence: Sentence) -> Sentence:
        """Of a sentence that leads to one in the language that is learnt (“Now say: 커피 주세요.”), that one alone."""
        at = target_begins(sentence.text, self._session.lesson.plan.target_language)
        if not at or sentence.turn.role != "tutor":
            return sentence
        pieces = (sentence.text[:at].strip(), sentence.text[at:].strip())
        step = pcm.bytes_of(STEP_MS)
        spans = spans_of(pieces, sentence.turn.loudness.steps[sentence.first // step : sentence.last // step])
        return sentence._replace(text=pieces[1], first=sentence.first + spans[-1].first) if len(spans) > 1 else sentence

    def _tutors(self, sound: TurnSound) -> list[Sentence]:
        """Those of a turn that were heard, the last perhaps not to its end."""
        lesson, heard = self._session.lesson, self._heard_bytes(sound)
        turn = lesson.turn(sound.turn_id)
        text = turn.text if turn else ""
        more_comes = turn is not None and (bool(turn.expected_ms) or turn.state is TurnState.OPEN)
        whole_ms = usual_ms(text) / lesson.plan.speed if more_comes else 0.0
        if turn is not None and turn.state is TurnState.CUT and turn.heard_share:
            whole_ms = turn.heard_ms / turn.heard_share
        spans = sentence_spans(text, sound.loudness.steps[: sound.received // pcm.bytes_of(STEP_MS)], whole_ms=whole_ms)
        begun = [span for span in spans if span.first < heard]
        if len(begun) > 1 and heard - begun[-1].first < min(_LEAST_HEARD_BYTES, begun[-1].last - begun[-1].first):
            begun.pop()
        is_cut = turn is not None and turn.state is TurnState.CUT
        open_one = len(begun) - 1 if more_comes or is_cut else -1
        return [
            Sentence(sound, i, each.text, each.first, min(each.last, heard), each.last <= heard and i != open_one)
            for i, each in enumerate(begun)
        ]

    def _learners(self, sound: TurnSound) -> list[Sentence]:
        """Those of a turn, without the silence round it: the microphone is open longer than anybody speaks."""
        turn = self._session.lesson.turn(sound.turn_id)
        first, last = voiced_steps(sound.loudness.steps, MARGIN_MS, MARGIN_MS)
        if first == last:
            return []
        spans = sentence_spans(turn.text if turn and turn.is_known else "", sound.loudness.steps[first:last])
        begin = pcm.bytes_of(first * STEP_MS)
        return [Sentence(sound, i, span.text, begin + span.first, begin + span.last) for i, span in enumerate(spans)]
