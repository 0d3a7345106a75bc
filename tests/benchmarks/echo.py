"""What a lesson on loudspeakers makes of its own echo: `python -m tests.benchmarks.echo [--minutes 10] [--words]`.

Rooms in numbers (`tests.support.echo_room`), a clock of its own for each device; recordings in six languages are the
tutor's voice. **Echo only**: nobody speaks for so many minutes, and what is left behind our canceller goes through a
session in virtual time: how often the tutor got quieter, how often it paused, and how often a server with Silero's
model and the usual rules would have heard speech. **Double talk**: somebody speaks at +5 dB beside the echo, ten
seconds into the lesson: whether the tutor pauses, and after how long. **Words** (`--words`): how many of theirs are
right without an echo, with one that ends where the tutor pauses, and with a tutor that goes on; by the recognisers of
`tests.benchmarks.ears`. A minute of echo takes two seconds or three.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from random import Random

import numpy as np
import soxr

from tests.benchmarks.ears.engines import ENGINES, Engine
from tests.benchmarks.ears.phrases import PLAUSIBLE
from tests.benchmarks.ears.rates import words_heard
from tests.offline_server.recordings import OTHERS, SPOKEN, SYNTHETIC, recording
from tests.support.echo_room import Ears, Room, Sound
from tests.support.fakes import FakeSoundCard, FakeTutor
from tests.support.virtual_time import in_virtual_time
from tutor_tui.audio.playback import DUCKED
from tutor_tui.core import events as ev
from tutor_tui.core import pcm
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.ports import Recovery
from tutor_tui.session.session import Session
from tutor_tui.speech.normalise import tokens
from tutor_tui.speech.silero import SileroProbability
from tutor_tui.speech.vad import SpeechDetector, Started, VoiceRules

DELAYS_MS, DRIFTS_PPM, CLIPS_AT = (80, 200, 400), (0, 1000, -1000), (float("inf"), 3_000)
TUTOR_RMS = 2_500.0
"""−22 dBFS: as loud as the tutors' voices are."""
WARM_S = 10.0
LEARNER_DB = 5.0
BUFFER_S = 0.06
"""What the device has taken already when the tutor pauses: three blocks of 20 ms."""
LETTERS = frozenset({"ja", "ko", "zh"})
"""Languages of which letters are counted, and not words."""
SERVER = VoiceRules(0.5, 300, 500)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of some minutes, or of one sentence."""

    ducked_s: tuple[float, ...]
    """When it got quieter, and when it paused."""
    paused_s: tuple[float, ...]
    server: int
    """How often a server would have heard speech begin."""
    sent: Sound
    """What went out."""


@cache
def spoken(name: str) -> Sound:
    """A recording at our rate, as loud as a tutor."""
    sound = np.frombuffer(recording(name), np.int16).astype(np.float32)
    return np.asarray(sound * (TUTOR_RMS / _rms(sound)), np.float32)


def tutor(seconds: float, seed: int) -> Sound:
    """Recordings in any order, with pauses."""
    random, parts, length = Random(seed), list[Sound](), 0
    while length < seconds * pcm.RATE_HZ:
        name, pause = random.choice([*SPOKEN, *SYNTHETIC]), int(random.uniform(0.3, 1.2) * pcm.RATE_HZ)
        parts += [spoken(name), np.zeros(pause, np.float32)]
        length += len(parts[-2]) + pause
    return np.concatenate(parts)[: int(seconds * pcm.RATE_HZ)]


def heard_by_a_session(left: Sound, ears: Ears) -> Outcome:
    """What a lesson makes of what is left behind the canceller, while its tutor talks all the time."""
    return in_virtual_time(_held(left, ears), limit_s=1e6)


async def _held(left: Sound, ears: Ears) -> Outcome:
    link, card = FakeTutor(), FakeSoundCard()
    plan = LessonPlan(profile="", instructions="", voice="marin")
    session = Session(tutor=link, sound=card, plan=plan, echo_mode="speakers")
    session.recorder.voice.probability = SileroProbability()
    task = asyncio.create_task(session.run())
    await asyncio.sleep(0.1)
    whole = pcm.silence(len(left) * 1_000 // pcm.RATE_HZ + 60_000)
    link.link.tell(ev.ReplyStarted("R"), ev.TutorAudio("A", whole), ev.TutorAudioDone("A"), ev.ReplyEnded("R"))
    detector, server = SpeechDetector(SileroProbability()), 0
    ducked_s, paused_s = list[float](), list[float]()
    for number, frame in enumerate(_frames(left)):
        before, card.microphone.echo_cancelled = (card.speaker.ducks, card.speaker.pauses), ears.works[number]
        card.microphone.recover = _recovery(left, ears, number)
        card.microphone.queue.put_nowait(frame)
        await asyncio.sleep(pcm.FRAME_MS / 1_000)
        for count, times in zip((card.speaker.ducks, card.speaker.pauses), (ducked_s, paused_s), strict=True):
            if count > before[times is paused_s]:
                times.append((number + 1) * pcm.FRAME_MS / 1_000)
        if ears.works[number]:
            server += sum(isinstance(edge, Started) for _, edge in detector.feed(frame, SERVER))
    card.microphone.recover = None
    session.barge_in.wanted = False  # what was held back goes out
    await card.microphone.speak(1_000, level=0)
    sent = np.frombuffer(bytes(link.link.heard), np.int16).astype(np.float32)[: -pcm.RATE_HZ]
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return Outcome(tuple(ducked_s), tuple(paused_s), server, sent)


def _recovery(left: Sound, ears: Ears, number: int) -> Recovery | None:
    """What looking back from this frame finds."""
    if ears.looks_back_after is None or number < ears.looks_back_after:
        return None
    since = (
        left[(ears.looks_back_after + 1) * pcm.FRAME_SAMPLES : (number + 1) * pcm.FRAME_SAMPLES]
        .astype(np.int16)
        .tobytes()
    )
    return lambda: lambda: ears.anew + since


def echo_only(room: Room, minutes: float) -> tuple[Outcome, float | None, float]:
    """What a lesson made of it; since when (s) the canceller knew that it works; how many dB it took away since."""
    said = tutor(minutes * 60 + 1, seed=3)  # a second more: the speaker's clock may be the faster one
    heard = _clipped(room.echo(said))[: int(minutes * 60 * pcm.RATE_HZ)]
    ears = Ears()
    left = ears.hear(said, heard, room.drift_ppm)
    first = ears.works.index(True) if True in ears.works else None
    since = (first or 0) * pcm.FRAME_BYTES // 2
    less_db = 20 * np.log10(_rms(heard[since : len(left)]) / max(1e-3, _rms(left[since:])))
    outcome = heard_by_a_session(left, ears)
    return outcome, None if first is None else first * pcm.FRAME_MS / 1_000, float(less_db)


@dataclass(frozen=True, slots=True)
class Talk:
    """Somebody talks over the tutor."""

    clean: Sound
    """What the microphone hears of them alone."""
    echoed: Sound
    """What goes on where the tutor pauses for them."""
    goes_on: Sound
    """What goes on where it does not."""
    after_ms: float | None
    """When it paused; None where it did not, or before they began."""


def double_talk(name: str, room: Room, seed: int) -> Talk:
    """One recording of a learner."""
    words = spoken(name)
    said = tutor(WARM_S + len(words) / pcm.RATE_HZ + 1.0, seed)
    echo, at = room.echo(said), int(WARM_S * pcm.RATE_HZ)
    learner = np.zeros(len(said), np.float32)
    loud = _rms(echo[2 * pcm.RATE_HZ : at]) * 10 ** (LEARNER_DB / 20)
    learner[at : at + len(words)] = words * (loud / _rms(words))
    end_s = WARM_S + len(words) / pcm.RATE_HZ + 0.3
    goes_on = echoed = Ears().hear(said, _clipped(echo + learner), room.drift_ppm)
    paused_s, same = None, len(echo)
    for gain in (DUCKED, 0.0, None):  # first it gets quieter, which is heard the sooner for it; then it pauses
        known_after = int(paused_s * 1_000) // pcm.FRAME_MS - 1 if gain is None and paused_s is not None else None
        ears = Ears(looks_back_after=known_after)
        # A canceller is chaotic: what is the same up to here has to be so to the last bit.
        echo = np.concatenate((echo[:same], room.echo(said)[same:]))
        left = ears.hear(said, _clipped(echo + learner), room.drift_ppm)
        found = heard_by_a_session(left, ears)
        echoed = np.pad(found.sent, (len(left) - len(found.sent), 0))  # what was said before it worked went not out
        paused_s = next((each for each in found.paused_s if WARM_S < each <= end_s), None)
        ducked_s = next((each for each in found.ducked_s if WARM_S < each <= end_s), paused_s)
        given_way_s = ducked_s if gain == DUCKED else paused_s
        if gain is not None and given_way_s is not None:
            said, softer = said.copy(), int((given_way_s + BUFFER_S) * pcm.RATE_HZ)
            said[softer:] *= gain
            same = softer - pcm.FRAME_SAMPLES  # the clocks may differ
    alone = _clipped(Room(noise_rms=room.noise_rms).echo(np.zeros_like(said)) + learner)
    begin, end = at - 3 * pcm.RATE_HZ // 10, at + len(words) + pcm.RATE_HZ // 2
    clean, echoed, goes_on = (each[begin:end] for each in (alone, echoed, goes_on))
    return Talk(clean, echoed, goes_on, None if paused_s is None else (paused_s - WARM_S) * 1_000)


def words_right(talks: Sequence[tuple[str, Talk]], engine_name: str) -> dict[str, tuple[int, int]]:
    """Of each way to hear them: how many words were right, and said."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    engines: dict[str, Engine] = {}
    for name, talk in talks:
        language, text = ("en", SPOKEN[name]) if name in SPOKEN else (name[:2], SYNTHETIC[name])
        engine = engines.setdefault(language, ENGINES[engine_name](language))
        engine.expect([] if engine_name == "whisper" else _among(name, language, text))
        for way, sound in (("alone", talk.clean), ("echo", talk.echoed), ("it goes on", talk.goes_on)):
            heard = engine.hear(soxr.resample(sound.astype(np.int16), pcm.RATE_HZ, 16_000)).text
            wanted, got = (_units(each, language) for each in (text, heard))
            counts[way][0] += words_heard(wanted, got)
            counts[way][1] += len(wanted)
    return {way: (right, said) for way, (right, said) in counts.items()}


def _among(name: str, language: str, text: str) -> list[str]:
    of_its_language = [said for each, said in SYNTHETIC.items() if each[:2] == language]
    others = [*SPOKEN.values(), *OTHERS] if name in SPOKEN else [*of_its_language, *PLAUSIBLE.get(language, ())]
    among = list(dict.fromkeys([text, *others]))
    Random(name).shuffle(among)
    return among


def _units(text: str, language: str) -> list[str]:
    words = tokens(text, language)
    return [*"".join(words)] if language in LETTERS else [*words]


def _frames(sound: Sound) -> Iterator[bytes]:
    whole = sound.astype(np.int16).tobytes()
    return (whole[at : at + pcm.FRAME_BYTES] for at in range(0, len(whole) - pcm.FRAME_BYTES + 1, pcm.FRAME_BYTES))


def _rms(sound: Sound) -> float:
    return float(np.sqrt((sound.astype(np.float64) ** 2).mean()))


def _clipped(sound: Sound) -> Sound:
    return sound.clip(-32_768, 32_767)


def main() -> int:
    """Measure, and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.echo", description="What echo does to a lesson.")
    parser.add_argument("--minutes", type=float, default=10.0, help="of echo only, in each room (0: none)")
    parser.add_argument("--words", action="store_true", help="count the learner's words, too")
    options = parser.parse_args()
    rooms = [
        Room(delay, drift_ppm=drift, clips_at=clips) for delay, drift, clips in product(DELAYS_MS, DRIFTS_PPM, CLIPS_AT)
    ]
    for room in rooms if options.minutes else ():
        found, since_s, less_db = echo_only(room, options.minutes)
        since = "never" if since_s is None else f"from {since_s:.0f} s on"
        gives_way = f"quieter {len(found.ducked_s)} times, paused {len(found.paused_s)}, a server hears {found.server}"
        print(f"{_named(room)}: works {since}, {less_db:.0f} dB less; {gives_way}", flush=True)
    for room in (Room(80), Room(200, drift_ppm=1_000)) if options.words else ():
        talks = [(name, double_talk(name, room, seed)) for seed, name in enumerate((*SPOKEN, *SYNTHETIC), 100)]
        after = sorted(talk.after_ms for _, talk in talks if talk.after_ms is not None)
        times = f", median {after[len(after) // 2]:.0f} ms, worst {after[-1]:.0f}" if after else ""
        print(f"{_named(room)}: heard {len(after)} of {len(talks)}{times}", flush=True)
        for engine in ("joined", "whisper"):
            for way, (right, said) in words_right(talks, engine).items():
                print(f"  {engine}, {way}: {right} of {said} words right ({right / said:.1%})", flush=True)
    return 0


def _named(room: Room) -> str:
    return f"{room.delay_ms:.0f} ms, {room.drift_ppm:+.0f} ppm{', clipping' if np.isfinite(room.clips_at) else ''}"


if __name__ == "__main__":
    sys.exit(main())
