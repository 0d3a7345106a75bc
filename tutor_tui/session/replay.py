"""The last two minutes heard again, sentence by sentence, at once and for nothing: no tutor is asked.

It changes nothing of the lesson: what is queued for the speaker waits and goes on, and what is heard again counts
neither as said nor as heard. It ends by itself, by the stop key, and when the learner speaks or types.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from tutor_tui.core import events as ev
from tutor_tui.core import pcm
from tutor_tui.core.events import LessonEvent
from tutor_tui.core.lesson import TurnState
from tutor_tui.core.replayed import SPEEDS, Replayed
from tutor_tui.session.sound_ring import SoundRing, TurnSound
from tutor_tui.speech.sentence_sounds import sentence_spans
from tutor_tui.speech.words_heard import usual_ms
from tutor_tui.supervision import kind_of

if TYPE_CHECKING:
    from tutor_tui.session.session import Session

NAME = "replay_"
"""What the ids of replays begin with, on the speaker."""
_PIECE_BYTES = pcm.bytes_of(200)
_FADE_BYTES = pcm.bytes_of(10)
_LEAD_BYTES = pcm.bytes_of(60)
_SILENT = 16
"""-66 dB: of a voice, even the breath before it is louder."""
_LEAST_HEARD_BYTES = pcm.bytes_of(600)
"""A sentence under way of which less was heard is hardly what the learner wants to hear again."""
NOTHING_YET = "The tutor has not said anything yet that could be replayed."
HAS_LEFT = "That sentence is no longer kept: only the last two minutes of the tutor's voice are."
IS_FIRST = "That is the oldest sentence that is still kept."
IS_LAST = "There is no later sentence yet."
NO_SPEAKER = "There is no speaker to play it on."


class _Sentence(NamedTuple):
    turn: TurnSound
    number: int
    """Of the turn's, from 0."""
    text: str
    first: int
    last: int
    """In bytes of the turn's sound."""

    @property
    def place(self) -> tuple[str, int]:
        return self.turn.turn_id, self.number


class Replay:
    """Of one session."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._ring = SoundRing()
        self._place: tuple[str, int] | None = None
        """The sentence that was heard again last: its turn, and which of the turn's it is; None for none."""
        self._newest: tuple[str, int] | None = None
        """The one that was the newest then: when there is a newer one, the keys begin there."""
        self._speed = SPEEDS[0]
        self._number = 0
        self._feeding: asyncio.Task[None] | None = None
        self._loads = False
        """What makes a voice slower is loaded, or about to be: from the first replay on."""

    # ---- what there is ----------------------------------------------------------------------------------------------

    def take(self, event: LessonEvent) -> None:
        """Keep the tutor's sound as it comes; whatever the learner begins to say ends what they hear again."""
        match event:
            case ev.TutorAudio(item_id, sound):
                self._ring.add("tutor", item_id, sound)
                self._ring.trim(self._heard_bytes)
            case ev.LearnerStartedSpeaking() | ev.Talking(True) | ev.LearnerTyped() | ev.RepeatAsked():
                self.stop()
            case ev.DeviceLost(which="speaker"):
                self.stop()
            case _:
                pass

    def _heard_bytes(self, sound: TurnSound) -> int:
        """How much of a turn has been heard so far."""
        lesson, heard = self._session.lesson, self._session.sound.speaker.progress(sound.turn_id)
        turn = lesson.turn(sound.turn_id)
        if turn is not None and turn.state is TurnState.CUT:
            sound.drop_end(pcm.bytes_of(turn.heard_ms))
        elif heard is not None and sound.turn_id in lesson.sounding:
            return min(sound.received, pcm.bytes_of(heard.heard_ms))
        return sound.received

    def _sentences(self, sound: TurnSound) -> list[_Sentence]:
        """Those of a turn that were heard, the last perhaps not to its end."""
        lesson, heard = self._session.lesson, self._heard_bytes(sound)
        turn = lesson.turn(sound.turn_id)
        text = turn.text if turn else ""
        more_comes = turn is not None and (bool(turn.expected_ms) or turn.state is TurnState.OPEN)
        whole_ms = usual_ms(text) / lesson.plan.speed if more_comes else 0.0
        if turn is not None and turn.state is TurnState.CUT and turn.heard_share:
            whole_ms = turn.heard_ms / turn.heard_share
        spans = sentence_spans(text, sound.loudness.steps[: sound.received // pcm.bytes_of(10)], whole_ms=whole_ms)
        begun = [span for span in spans if span.first < heard]
        if len(begun) > 1 and heard - begun[-1].first < min(_LEAST_HEARD_BYTES, begun[-1].last - begun[-1].first):
            begun.pop()
        return [_Sentence(sound, i, each.text, each.first, min(each.last, heard)) for i, each in enumerate(begun)]

    def _all_heard(self) -> Iterator[_Sentence]:
        """The tutor's sentences, newest first."""
        for sound in reversed(self._ring):
            if sound.role == "tutor":
                yield from reversed(self._sentences(sound))

    # ---- what the learner asks --------------------------------------------------------------------------------------

    def again(self) -> None:
        """The sentence that was heard last, or last heard again."""
        self._go(0)

    def back(self) -> None:
        """The sentence before that; the last one, where nothing was heard again since the tutor spoke."""
        self._go(-1)

    def on(self) -> None:
        """The one after it."""
        self._go(1)

    def slower(self) -> None:
        """The same sentence at the next of the speeds; after the slowest, as it was said."""
        self._go(0, slower=True)

    def _go(self, steps: int, *, slower: bool = False) -> None:
        self._ring.trim(self._heard_bytes)
        found = [*self._all_heard()]
        if not found:
            self._tell(NOTHING_YET)
            return
        places = [each.place for each in found]
        if places[0] != self._newest:
            self._place, self._newest, self._speed = None, places[0], SPEEDS[0]
        if slower:
            self._speed = SPEEDS[(SPEEDS.index(self._speed) + 1) % len(SPEEDS)]
        at = 0
        if self._place is not None:
            if self._place not in places:
                self._place = None
                self._tell(HAS_LEFT)
                return
            at = places.index(self._place) - steps
        if at < 0:
            self._tell(IS_LAST)
        elif at >= len(found):
            self._tell(IS_FIRST)
        else:
            self._play(found[at])

    def _play(self, sentence: _Sentence) -> None:
        sound = sentence.turn.part(sentence.first, sentence.last)
        if not sound:
            self._tell(HAS_LEFT)
            return
        if missing := self._session.lesson.speaker.missing:
            self._tell(NO_SPEAKER, missing)
            return
        self._end_feeding()
        self._place = sentence.place
        self._number += 1
        pieces = _pieces(sound, self._speed)
        if not self._loads:  # it takes longer than the ear may wait
            self._loads = True
            threading.Thread(target=_load, name="replay: load", daemon=True).start()
        speaker, item_id = self._session.sound.speaker, f"{NAME}{self._number}"
        if self._speed == 1:
            for piece in pieces:
                speaker.replay(item_id, piece)
            speaker.finish_replay()
        else:
            self._feeding = asyncio.create_task(self._feed(item_id, pieces), name="replay: slower")
            self._feeding.add_done_callback(self._fed)
        self._show(Replayed(sentence.turn.role, sentence.text, self._speed))
        self._session.awaited.stir()

    async def _feed(self, item_id: str, pieces: Iterator[bytes]) -> None:
        """One piece at a time: slowing a long sentence down takes longer than the ear may wait, and the screen."""
        speaker = self._session.sound.speaker
        for piece in pieces:
            speaker.replay(item_id, piece)
            await asyncio.sleep(0)
        speaker.finish_replay()

    def _fed(self, feeding: asyncio.Task[None]) -> None:
        if not feeding.cancelled() and (fault := feeding.exception()) is not None:
            self.stop()
            self._tell(f"It could not be slowed down ({kind_of(fault)}).")

    # ---- its end ----------------------------------------------------------------------------------------------------

    @property
    def _is_on(self) -> bool:
        return self._session.lesson.replayed is not None

    def ends_by(self, event: LessonEvent) -> bool:
        """Whether that is the end of something that was heard again, and nobody else's business."""
        if not isinstance(event, ev.SpeechFinished) or not event.item_id.startswith(NAME):
            return False
        if event.item_id == f"{NAME}{self._number}":
            self._show(None)
        return True

    def stop(self) -> bool:
        """Fall silent; whether there was anything to stop."""
        if not self._is_on:
            return False
        self._end_feeding()
        self._session.sound.speaker.stop_replay()
        self._show(None)
        return True

    def _end_feeding(self) -> None:
        if self._feeding is not None:
            self._feeding.cancel()
            self._feeding = None

    def _show(self, what: Replayed | None) -> None:
        if what != self._session.lesson.replayed:
            self._session.take(ev.SentenceReplayed(what))

    def _tell(self, title: str, hint: str = "") -> None:
        self._session.take(ev.Trouble(title, hint, quiet=True))


def _load() -> None:
    """Load what the next key may need."""
    import tutor_tui.speech.time_stretch  # noqa: F401


def _pieces(sound: bytes, speed: float) -> Iterator[bytes]:
    """The sound at that speed, with a soft end, in small pieces, and at once: without the silence before it."""
    levels = pcm.samples_of(sound[:_LEAD_BYTES])
    silent = next((i for i, level in enumerate(levels) if abs(level) > _SILENT), len(levels))
    sound = sound[silent * pcm.SAMPLE_BYTES :]
    sound = sound[:-_FADE_BYTES] + pcm.faded_out(sound[-_FADE_BYTES:])
    if speed == 1:
        yield from (sound[at : at + _PIECE_BYTES] for at in range(0, len(sound), _PIECE_BYTES))
        return
    from tutor_tui.speech.time_stretch import slowed  # loads numpy, which many lessons need for nothing else

    yield from slowed(sound, speed)
