"""What is measured, one function a figure; each returns the single values of one run, whose median counts."""

from __future__ import annotations

import base64
import math
import subprocess
import sys
import time
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.benchmarks.sound import RATE_HZ, TONE_HZ, Stretch, onsets, stretch_of
from tests.benchmarks.stage import (
    App,
    Client,
    ServerProcess,
    cpu_percent,
    cpu_s,
    memory_mb,
    wait_until,
)
from tests.support.paths import ROOT
from tests.support.pulse import MICROPHONE_SINK, PulseServer, Recording
from tests.support.strict_server import tone
from tutor_tui.core.pcm import silence
from tutor_tui.session.interjection import A_TURN_MS

Values = dict[str, list[float]]
LONG_MS = 4_000
WORDS = "well then let us see what the weather in the mountains will be like this evening my friend"


@dataclass(frozen=True, slots=True)
class Stage:
    """The sound server, the tutor's server, and the two places that are listened to."""

    pulse: PulseServer
    server: ServerProcess
    speaker: Recording
    microphone: Recording

    def sounded(self, from_s: float, to_s: float | None = None) -> Stretch:
        stretch = stretch_of(self.speaker, from_s, to_s)
        if stretch is None:
            raise RuntimeError("nothing was heard from the speaker")
        return stretch

    def wait_for_sound(self, after_s: float) -> None:
        wait_until(lambda: stretch_of(self.speaker, max(after_s, time.monotonic() - 1)) is not None)

    def wait_for_silence(self, quiet_s: float = 0.5) -> None:
        since_s = time.monotonic()
        wait_until(
            lambda: (
                time.monotonic() - since_s > quiet_s
                and stretch_of(self.speaker, time.monotonic() - quiet_s - 0.1) is None
            ),
            timeout_s=30,
        )

    def speak(self, ms: int = LONG_MS) -> float:
        """The tutor speaks a tone; returns when its first sound went on the wire."""
        asked_s = time.monotonic()
        self.server.do(do="reply", ms=ms, text=WORDS)
        return float(self.server.wait_for("out", "response.output_audio.delta", asked_s)["at"])


@contextmanager
def recorded(pulse: PulseServer, server: ServerProcess) -> Iterator[Stage]:
    """Both places from here on; recordings are kept short."""
    with pulse.record() as speaker, pulse.record(f"{MICROPHONE_SINK}.monitor") as microphone:
        yield Stage(pulse, server, speaker, microphone)


def first_delta_to_sound(stage: Stage, times: int) -> Values:
    """The tutor's first sound on the wire → the speaker."""
    delays = []
    for _ in range(times):
        delta_s = stage.speak(600)
        stage.wait_for_sound(delta_s)
        delays.append((stage.sounded(delta_s).start_s - delta_s) * 1000)
        stage.wait_for_silence()
    return {"first delta → sound": delays}


def whole_reply(stage: Stage, suffix: str = "") -> Values:
    """A tone of 4 s must come through whole."""
    delta_s = stage.speak()
    stage.wait_for_sound(delta_s)
    time.sleep(LONG_MS / 1000)
    stage.wait_for_silence()
    heard = stage.sounded(delta_s)
    return {
        f"holes{suffix}": [heard.holes_ms],
        f"breaks{suffix}": [heard.breaks],
        f"length off by{suffix}": [abs(LONG_MS - heard.ms)],
    }


def microphone_to_wire(stage: Stage, clicks: int) -> Values:
    """Clicks in the microphone → the frame that holds each, at the server. They are too short to be speech."""
    # 252.5 ms apart: eight of them fall on eight different places of a 20 ms block, evenly spread.
    click = tone(10, 1_000.0) + silence(242.5)
    began_s = time.monotonic()
    stage.pulse.feed(silence(100) + click * clicks)
    time.sleep(0.3)
    heard_s = onsets(stage.microphone, began_s)
    noted = [
        note for note in stage.server.find("in", "input_audio_buffer.append", began_s) if note["loud_at"] is not None
    ]
    arrived_s = [note["at"] for note in noted]
    # A click may straddle two frames: only the first counts.
    arrived_s = [at for i, at in enumerate(arrived_s) if i == 0 or at - arrived_s[i - 1] > 0.1]
    if not len(heard_s) == len(arrived_s) == clicks:
        raise RuntimeError(f"{clicks} clicks: {len(heard_s)} recorded, {len(arrived_s)} on the wire")
    return {"microphone → wire": [(there - here) * 1000 for here, there in zip(heard_s, arrived_s, strict=True)]}


def recorder_itself(clicks: int = 8) -> Values:
    """The instrument: how far two recordings of the same click disagree, and when they date one.

    A player that waits for sound with an empty buffer is handed the click; what it takes itself is in the figure.
    """
    errors, lags = [], []
    with PulseServer() as pulse, pulse.record() as one, pulse.record() as other:
        for _ in range(clicks):
            form = ["--format=s16le", f"--rate={RATE_HZ}", "--channels=1", "--raw", "--latency-msec=10"]
            player = subprocess.Popen(["pacat", "--playback", *form], env=pulse.env, stdin=subprocess.PIPE)
            assert player.stdin is not None
            time.sleep(0.2)
            given_s = time.monotonic()
            player.stdin.write(tone(60, 1_000.0))
            player.stdin.close()
            player.wait()
            time.sleep(0.1)
            here, there = onsets(one, given_s - 0.05)[0], onsets(other, given_s - 0.05)[0]
            errors.append(abs(here - there) * 1000)
            lags.append((here - given_s) * 1000)
    return {"recorder's own error": errors, "handed over → recorded": lags}


def barge_in_by_voice(stage: Stage, after_s: float) -> Values:
    """The learner speaks while the tutor does → silence; and how much the client says was heard."""
    delta_s = stage.speak()
    stage.wait_for_sound(delta_s)
    time.sleep(after_s)
    began_s = time.monotonic()
    # As long as a turn: at less we pause, and wait for its words before the server learns of it.
    feed = stage.pulse.feed(tone(A_TURN_MS + 300, 300.0), wait=False)
    cut = stage.server.wait_for("in", "conversation.item.truncate", began_s)
    stage.wait_for_silence(0.2)
    voice = stretch_of(stage.microphone, began_s)
    assert voice is not None
    heard = stage.sounded(delta_s, cut["at"] + 0.3)
    feed.wait()
    # The server answers what it took for a turn; let that pass.
    stage.server.wait_for("out", "response.done", cut["at"] + 0.3)
    stage.wait_for_silence()
    return {
        "voice → silence": [(heard.end_s - voice.start_s) * 1000],
        "voice → wire": [(cut["at"] - voice.start_s) * 1000],
        "heard_ms off by": [abs(cut["audio_end_ms"] - heard.ms)],
    }


def interrupt_by_key(stage: Stage, client: Client, after_s: float) -> Values:
    """The interrupt key → silence, and → the server."""
    delta_s = stage.speak()
    stage.wait_for_sound(delta_s)
    time.sleep(after_s)
    pressed_s = time.monotonic()
    client.interrupt()
    cut = stage.server.wait_for("in", "conversation.item.truncate", pressed_s)
    stage.wait_for_silence(0.3)
    heard = stage.sounded(delta_s)
    return {
        "key → silence": [(heard.end_s - pressed_s) * 1000],
        "key → wire": [(cut["at"] - pressed_s) * 1000],
        "heard_ms off by": [abs(cut["audio_end_ms"] - heard.ms)],
    }


def listening(stage: Stage, client: Client, seconds: float) -> Values:
    """Cost of listening, with a meter that moves and a voice too soft to be speech."""
    feed = stage.pulse.feed(murmur(seconds + 1.5), wait=False)
    time.sleep(0.7)
    cost = cpu_percent(client.pid, seconds)
    feed.wait()
    return {"CPU listening": [cost], "memory": [memory_mb(client.pid)]}


def murmur(seconds: float) -> bytes:
    """A tone whose loudness wanders between -75 and -50 dBFS: the meter moves, the detector does not."""
    count = int(seconds * RATE_HZ)
    step = math.tau * 220 / RATE_HZ
    levels = (
        10 ** ((-62.5 + 12.5 * math.sin(math.tau * 0.7 * i / RATE_HZ)) / 20) * 32_768 * 1.41 for i in range(count)
    )
    return array("h", (int(level * math.sin(step * i)) for i, level in enumerate(levels))).tobytes()


def streaming(stage: Stage, client: Client, seconds: float) -> Values:
    """Cost while the tutor speaks in real time and both transcripts stream, ten deltas a second each."""
    feed = stage.pulse.feed(murmur(seconds + 1.5), wait=False)
    stage.server.do(do="tell", events=turns_begin("s"), gap_ms=0)
    stage.server.do(do="tell", events=streamed("s", int(seconds * 10) + 15), gap_ms=33)
    time.sleep(0.7)
    cost = cpu_percent(client.pid, seconds)
    stage.server.do(do="tell", events=turns_end("s"), gap_ms=0)
    stage.server.wait_for("out", "response.done", time.monotonic() - 0.1, timeout_s=30)
    feed.wait()
    stage.wait_for_silence()
    return {"CPU streaming": [cost]}


def turns_begin(name: str) -> list[dict[str, Any]]:
    """A spoken turn of the learner's, and the beginning of the answer."""
    learner, tutor, response = f"item_{name}_l", f"item_{name}_t", f"resp_{name}"
    item = {"object": "realtime.item", "type": "message", "status": "in_progress"}
    spoken = {**item, "id": learner, "role": "user", "content": [{"type": "input_audio", "transcript": None}]}
    answer = {**item, "id": tutor, "role": "assistant", "content": []}
    return [
        {"kind": "input_audio_buffer.committed", "item_id": learner, "previous_item_id": None},
        {"kind": "conversation.item.added", "item": spoken, "previous_item_id": None},
        {"kind": "response.created", "response": _response(response, "in_progress")},
        {"kind": "response.output_item.added", "response_id": response, "output_index": 0, "item": answer},
        {"kind": "conversation.item.added", "item": answer, "previous_item_id": learner},
    ]


def streamed(name: str, steps: int, *, audio: bool = True) -> list[dict[str, Any]]:
    """`steps` times: a word of the learner's, a word of the tutor's, and 100 ms of voice."""
    words = WORDS.split()
    sound = base64.b64encode(tone(100, TONE_HZ)).decode()
    where = _where(name)
    events: list[dict[str, Any]] = []
    for i in range(steps):
        word = f" {words[i % len(words)]}"
        heard = {"item_id": f"item_{name}_l", "content_index": 0, "delta": word}
        events.append({"kind": "conversation.item.input_audio_transcription.delta", **heard})
        events.append({"kind": "response.output_audio_transcript.delta", **where, "delta": word})
        if audio:
            events.append({"kind": "response.output_audio.delta", **where, "delta": sound})
    return events


def turns_end(name: str) -> list[dict[str, Any]]:
    """The end of both."""
    said = {"item_id": f"item_{name}_l", "content_index": 0, "transcript": WORDS}
    usage = {"type": "duration", "seconds": 2.0}
    return [
        {"kind": "response.output_audio.done", **_where(name)},
        {"kind": "response.output_audio_transcript.done", **_where(name), "transcript": WORDS},
        {"kind": "conversation.item.input_audio_transcription.completed", **said, "usage": usage},
        {"kind": "response.done", "response": _response(f"resp_{name}", "completed")},
    ]


def _where(name: str) -> dict[str, Any]:
    return {"response_id": f"resp_{name}", "item_id": f"item_{name}_t", "output_index": 0, "content_index": 0}


def _response(response_id: str, status: str) -> dict[str, Any]:
    return {"id": response_id, "object": "realtime.response", "status": status, "output": [], "usage": None}


# ---- ours alone -----------------------------------------------------------------------------------------------------


def version_ms() -> float:
    """`tutor-tui --version`, from the start of the process to its end."""
    began_s = time.monotonic()
    command = [sys.executable, "-m", "tutor_tui", "--version"]
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
    return (time.monotonic() - began_s) * 1000


def first_paint_ms(app: App) -> float:
    """From the start of the program to the first frame with header, lesson and key line; looked for every 10 ms."""
    deadline_s = app.began_s + 15
    while time.monotonic() < deadline_s:
        screen = app.terminal.text
        if "quit" in screen and "tutor-tui" not in screen.splitlines()[-1]:
            return (time.monotonic() - app.began_s) * 1000
        time.sleep(0.01)
    raise TimeoutError(f"the app never painted its screen:\n{app.terminal.text}")


def cost_of_delta_ms(stage: Stage, app: App, turns: int, name: str, seconds: float) -> Values:
    """Processor time for each word that arrives in a transcript of so many turns, over what silence costs."""
    for i in range(0, turns, 2):
        events = turns_begin(f"{name}{i}") + turns_end(f"{name}{i}")
        stage.server.do(do="tell", events=events, gap_ms=0)
    marker = f"marker {name}"
    end = turns_end(f"{name}{turns}")
    end[1]["transcript"] = marker
    stage.server.do(do="tell", events=turns_begin(f"{name}{turns}") + end, gap_ms=0)
    app.terminal.wait_for(marker, timeout_s=90)
    time.sleep(2)
    idle = cpu_percent(app.pid, seconds)
    stage.server.do(do="tell", events=turns_begin(f"{name}x"), gap_ms=0)
    steps = int(seconds * 15)
    stage.server.do(do="tell", events=streamed(f"{name}x", steps, audio=False), gap_ms=1000 / 30)
    before_s = cpu_s(app.pid)
    began_s = time.monotonic()
    stage.server.do(do="tell", events=turns_end(f"{name}x"), gap_ms=0)
    stage.server.wait_for("out", "response.done", began_s, timeout_s=60)
    spent_s = cpu_s(app.pid) - before_s - idle / 100 * (time.monotonic() - began_s)
    return {f"per delta, {turns} turns": [spent_s * 1000 / (2 * steps)], f"memory, {turns} turns": [memory_mb(app.pid)]}
