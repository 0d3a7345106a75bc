"""Talking over the tutor on loudspeakers, in rooms in numbers: `python -m tests.benchmarks.room`.

The tutor is people who read aloud (all recordings of a folder, one after another), the learner reads the six English
ones, 5 dB louder at the microphone than the echo. What is left behind our canceller is judged as our own server does:
Silero, two windows from 0.5 on. Where the canceller is not known to work, nothing goes out, as in a lesson.

- **false**: how often the tutor, alone, would have been stopped by its own echo.
- **heard**: how many of the learner's interruptions were noticed while they spoke, and after how long (median).
- **words**: how many of the learner's words our English ears get right, where the tutor falls silent 150 ms after they
  were noticed; in brackets the same learner without a tutor, and where the tutor talks on.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy

from tests.benchmarks.ears.rates import distance
from tests.offline_server.recordings import SPOKEN
from tests.support.echo_room import Ears, Room, Sound
from tests.support.paths import ROOT
from tutor_tui.audio.resample import Inward
from tutor_tui.audio.wav_file import read_wav
from tutor_tui.core import pcm
from tutor_tui.offline_server.stt.recogniser import Recogniser
from tutor_tui.speech.normalise import tokens
from tutor_tui.speech.vad import SpeechDetector, Started, VoiceRules, load_silero

SAMPLES = ROOT / "tests/audio_samples"
ROOMS = {
    "80 ms": Room(delay_ms=80),
    "200 ms": Room(delay_ms=200),
    "400 ms": Room(delay_ms=400),
    "echo as loud as the voice": Room(delay_ms=120, echo_db=0),
    "drift 100 ppm": Room(delay_ms=80, drift_ppm=100),
    "drift 1000 ppm": Room(delay_ms=80, drift_ppm=1000),
    "drift −1000 ppm": Room(delay_ms=200, drift_ppm=-1000),
    "clipping": Room(delay_ms=80, clips_at=3_000),
}
RULES = VoiceRules(0.5, 300, 500)
LOUD_RMS = 2_500.0
"""−22 dBFS: how loud speech usually is."""
LOUDER = 10 ** (5 / 20)
REACTION_S = 0.15
"""From the noticed voice to the tutor's silence: what a server and a device's buffer take."""
WARM_UP_S = 8.0
RATE = pcm.RATE_HZ


def main() -> int:
    """Measure each room and print its row; 1 where a target was missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.room")
    parser.add_argument("--minutes", type=float, default=10.0, help="of echo alone, in each room")
    parser.add_argument("--places", type=int, default=4, help="of the tutor's speech that each recording is said over")
    parser.add_argument("--speech", type=Path, default=SAMPLES, help="folder of what the tutor reads (WAV)")
    parser.add_argument("--room", action="append", choices=ROOMS, help="only these")
    options = parser.parse_args()
    tutor, learner = _tutor(options.speech, options.minutes), {name: _read(SAMPLES / f"{name}.wav") for name in SPOKEN}
    alone = _share(_words(name, sound) for name, sound in learner.items())
    print(f"{'':28}{'false':>6}{'heard':>8}{'after':>9}{'words':>8} (alone {alone:.0%})", flush=True)
    met = True
    for name in options.room or ROOMS:
        row = _measured(ROOMS[name], tutor, learner, options.places)
        print(f"{name:28}{row}", flush=True)
        met = met and not row.false and row.heard >= 0.95 and row.words >= alone - 0.03
    return 0 if met else 1


@dataclass(frozen=True)
class Row:
    """What came of one room."""

    false: int
    heard: float
    after_ms: float
    words: float
    words_over: float
    works: float
    cpu: float

    def __str__(self) -> str:
        over = f"(tutor talks on: {self.words_over:.0%}), open {self.works:.0%}, {self.cpu:.1%} of a core"
        return f"{self.false:6}{self.heard:8.0%}{self.after_ms:6.0f} ms{self.words:8.0%} {over}"


def _measured(room: Room, tutor: Sound, learner: dict[str, Sound], places: int) -> Row:
    ears, heard = Ears(), room.echo(tutor)
    began_s = time.process_time()
    left = ears.hear(tutor, heard, room.drift_ppm)
    cpu = (time.process_time() - began_s) / (len(left) / RATE)
    false = sum(1 for _ in _noticed(left, ears.works))
    afters, words, words_over = list[float | None](), list[tuple[int, int]](), list[tuple[int, int]]()
    for place in range(places):
        for at, (name, sound) in enumerate(learner.items()):
            shift = int((place * len(learner) + at) * 3.7 * RATE)
            said = numpy.roll(tutor, -shift)[: int(WARM_UP_S * RATE) + len(sound) + RATE]
            after_s, stopped, over = _interruption(room, said, sound)
            afters.append(after_s)
            words.append(_words(name, stopped))
            words_over.append(_words(name, over))
    noticed = [each * 1000 for each in afters if each is not None]
    works = sum(ears.works) / len(ears.works)
    after_ms = statistics.median(noticed) if noticed else float("nan")
    return Row(false, len(noticed) / len(afters), after_ms, _share(words), _share(words_over), works, cpu)


def _interruption(room: Room, said: Sound, voice: Sound) -> tuple[float | None, Sound, Sound]:
    """After how long the voice is noticed; what goes out where the tutor stops for it, and where it talks on."""
    over, works, begin = _with_voice(room, said, voice)
    noticed = (at_s - begin / RATE for at_s in _noticed(over, works))
    after_s = next((each for each in noticed if 0 <= each <= len(voice) / RATE), None)
    if after_s is None:
        return None, over[begin:], over[begin:]
    until = begin + int((after_s + REACTION_S) * RATE)
    stopped, _, _ = _with_voice(
        room, numpy.where(numpy.arange(len(said)) < until, said, 0).astype(numpy.float32), voice
    )
    return after_s, stopped[begin:], over[begin:]


def _with_voice(room: Room, said: Sound, voice: Sound) -> tuple[Sound, list[bool], int]:
    begin = int(WARM_UP_S * RATE)
    heard = room.echo(said)
    louder = LOUDER * LOUD_RMS * 10 ** (room.echo_db / 20)
    heard[begin : begin + len(voice)] += voice * (louder / LOUD_RMS)
    ears = Ears()
    return ears.hear(said, heard, room.drift_ppm), ears.works, begin


def _noticed(sound: Sound, works: list[bool]) -> Iterator[float]:
    """When speech began, in seconds, by what went out."""
    detector = SpeechDetector(load_silero())
    held_back_s = 0.0
    whole = sound.astype(numpy.int16).tobytes()
    for number, is_open in enumerate(works):
        if not is_open:
            held_back_s += pcm.FRAME_MS / 1000
            continue
        frame = whole[number * pcm.FRAME_BYTES :][: pcm.FRAME_BYTES]
        for _, edge in detector.feed(frame, RULES):
            if isinstance(edge, Started):
                yield detector.now_ms / 1000 + held_back_s


def _tutor(folder: Path, minutes: float) -> Sound:
    pause = numpy.zeros(RATE // 2, numpy.float32)
    files = sorted(folder.rglob("*.wav"))
    all_of_it = numpy.concatenate([each for file in files for each in (_read(file), pause)])
    made: Sound = numpy.resize(all_of_it, int(minutes * 60 * RATE))
    return made


def _read(path: Path) -> Sound:
    read, rate_hz, channels = read_wav(path)
    sound = numpy.frombuffer(Inward(rate_hz, channels).convert(read), numpy.int16).astype(numpy.float32)
    louder: Sound = (sound * (LOUD_RMS / numpy.sqrt((sound**2).mean()))).astype(numpy.float32)
    return louder


def _words(name: str, sound: Sound) -> tuple[int, int]:
    """How many words were heard right, of how many."""
    recogniser = Recogniser()
    recogniser.expect([])
    recogniser.begin()
    recogniser.feed(sound.clip(-32768, 32767).astype(numpy.int16).tobytes() + pcm.silence(500))
    said = tokens(SPOKEN[name], "en")
    wrong = distance(said, tokens(recogniser.finish().text, "en"))
    return max(0, len(said) - wrong), len(said)


def _share(words: Iterator[tuple[int, int]] | list[tuple[int, int]]) -> float:
    pairs = list(words)
    return sum(right for right, _ in pairs) / sum(said for _, said in pairs)


if __name__ == "__main__":
    raise SystemExit(main())
