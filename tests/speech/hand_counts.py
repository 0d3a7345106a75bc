"""What a person counted in the recordings of `tests/audio_samples`, one after another as they were cut.

Counted by Claude on 28 November 2026, on a list of the level of each 10 ms (dBFS, RMS, 16 kHz) and by reading the
words aloud. A silence is what lies between the last frame of a sound and the first of the next, the room being at -45
to -55 dBFS; the closures of plosives, and the releases behind them, belong to the words. Lengths that were added up:
austen-0870 is 7,100 ms long, austen-0880 2,990 ms, cards-001 1,095 ms, cards-002 1,960 ms.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import cache

from tests.offline_server.client import speech
from tutor_tui.core import pcm
from tutor_tui.session.level_meter import LevelMeter
from tutor_tui.session.voice_activity import VoiceActivity
from tutor_tui.speech.phonation import Segment
from tutor_tui.speech.vad import load_silero


@dataclass(frozen=True)
class Count:
    """Of one or more recordings, played without a break between them."""

    recordings: tuple[str, ...]
    text: str
    """With the punctuation that a transcriber would write."""
    syllables: int
    voice: tuple[tuple[int, int], ...]
    """Where somebody speaks, ms; between two of these is a silence of at least 250 ms."""
    short_silences: tuple[tuple[int, int], ...]
    """Silences of 150 to 250 ms, which are no pauses."""
    mid_clause: int
    """Of the pauses, those within a clause."""

    @property
    def phonation_ms(self) -> int:
        return sum(end - begin for begin, end in self.voice)


AUSTEN = Count(
    ("austen-0870.wav", "austen-0880.wav", "austen-0890.wav"),
    "And Mister John Dashwood had then leisure to consider how much there might be prudently in his power to do for "
    "them. He was not an ill disposed young man, unless to be rather cold hearted and rather selfish is to be ill "
    "disposed.",
    # and mis-ter john dash-wood had then lei-sure to con-sid-er how much there might be pru-dent-ly in his pow-er to do
    # for them: 30; he was not an ill dis-posed young man: 9; un-less to be ra-ther cold heart-ed and ra-ther sel-fish
    # is to be ill dis-posed: 20
    59,
    ((210, 6_745), (7_360, 9_895), (10_375, 15_110)),
    ((8_060, 8_250), (11_305, 11_480)),  # not | an ill disposed; unless to be | rather
    0,
)
CARDS = Count(
    ("cards-001.wav", "cards-002.wav", "cards-003.wav"),
    "Ten of clubs four queen of clubs seven of clubs.",  # a transcriber that hears one sentence, so all within a clause
    11,  # ten of clubs four queen of clubs sev-en of clubs
    ((180, 945), (1_230, 2_785), (3_165, 4_340)),
    ((1_715, 1_905),),  # four | queen
    2,
)
COUNTS = (AUSTEN, CARDS)


def sound_of(count: Count) -> bytes:
    return b"".join(map(speech, count.recordings))


@cache
def measured(count: Count) -> tuple[Segment, ...]:
    """Where the app hears a voice: level meter, gate and Silero, as frames of the microphone come."""
    return heard_by_app(sound_of(count))


def heard_by_app(sound: bytes) -> tuple[Segment, ...]:
    return asyncio.run(_heard_by_app(sound))


async def _heard_by_app(sound: bytes) -> tuple[Segment, ...]:
    activity, meter = VoiceActivity(), LevelMeter()
    activity.load = load_silero
    for at in range(0, len(sound) - pcm.FRAME_BYTES + 1, pcm.FRAME_BYTES):
        frame = sound[at : at + pcm.FRAME_BYTES]
        meter.feed(frame)
        activity.hear(frame, meter.read(), pcm.ms_of(at) / 1_000)
        await asyncio.gather(*(asyncio.all_tasks() - {asyncio.current_task()}))  # its model is loaded
    return activity.segments(0.0, 0, pcm.ms_of(len(sound)))
