"""A private PulseAudio server with a virtual speaker and a virtual microphone, for tests on real sound.

The tutor's voice is recorded from the speaker's monitor; the learner's is fed into the sink behind the microphone:

    with PulseServer() as pulse, pulse.record() as heard:
        subprocess.run([...], env=pulse.env)
        pulse.feed(Path("speech.wav"))
        assert heard.wait_for_sound(5.0)

Each server has its own folder, socket and settings, so that several run at once, as root, in CI. Both sinks are null
sinks: they keep time by the machine's clock and need no hardware.
"""

from __future__ import annotations

import math
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.pulse_feed import GO_FIRST, Feed, pcm_of

SPEAKER = "speaker"
"""The default sink."""
MICROPHONE_SINK = "virtual_mic_sink"
"""What is played here is heard by the default source, its monitor."""
RATE_HZ = 24_000
LOUD = 300
"""A sample this far from zero is sound (about -41 dBFS); below it, dither and the tails of fades."""
_START_S = 10.0
_STRIDE = 240
_PROGRAMS = ("pulseaudio", "pactl", "parec", "pacat")


class PulseServer:
    """One private server, from `start()` to `close()`; a context manager does both."""

    def __init__(self, *, rate_hz: int = RATE_HZ, channels: int = 1) -> None:
        missing = [name for name in _PROGRAMS if shutil.which(name) is None]
        if missing:
            raise RuntimeError(f"{', '.join(missing)} not found: apt-get install pulseaudio pulseaudio-utils")
        self._rate_hz = rate_hz
        self._channels = channels
        # A short path: Unix sockets allow 107 characters.
        self.folder = Path(tempfile.mkdtemp(prefix="pulse-", dir="/tmp"))
        self._socket = self.folder / "native"
        self._process: subprocess.Popen[bytes] | None = None
        self._log = self.folder / "log"
        for name in ("runtime", "state", "home", "xdg"):
            (self.folder / name).mkdir(mode=0o700)
        (self.folder / "client.conf").write_text("autospawn = no\n")

    def __enter__(self) -> PulseServer:
        self.start()
        return self

    def __exit__(self, *_fault: object) -> None:
        self.close()

    @property
    def variables(self) -> dict[str, str]:
        """The environment variables that lead a program to this server."""
        return {
            "PULSE_SERVER": f"unix:{self._socket}",
            "PULSE_CLIENTCONFIG": str(self.folder / "client.conf"),
            "PULSE_RUNTIME_PATH": str(self.folder / "runtime"),
            "PULSE_STATE_PATH": str(self.folder / "state"),
            "PULSE_COOKIE": str(self.folder / "cookie"),
            "XDG_RUNTIME_DIR": str(self.folder / "xdg"),
        }

    @property
    def env(self) -> dict[str, str]:
        """This process's environment, led to this server: hand it to subprocesses."""
        return os.environ | self.variables

    @property
    def _null_sink(self) -> str:
        # Without rewinds a null sink works at most 50 ms ahead; with them, 2 s, and monitors lose what is rewound.
        return f"rate={self._rate_hz} channels={self._channels} format=s16le norewinds=1"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        self._socket.unlink(missing_ok=True)
        sink = self._null_sink
        modules = (
            f"module-native-protocol-unix auth-anonymous=1 socket={self._socket}",
            f"module-null-sink sink_name={SPEAKER} {sink}",
            f"module-null-sink sink_name={MICROPHONE_SINK} {sink}",
        )
        script = self.folder / "start.pa"
        lines = [f"load-module {module}" for module in modules]
        lines += [f"set-default-sink {SPEAKER}", f"set-default-source {MICROPHONE_SINK}.monitor"]
        script.write_text("\n".join(lines) + "\n")
        env = self.env | {"HOME": str(self.folder / "home")}
        env.pop("DBUS_SESSION_BUS_ADDRESS", None)
        # As a desktop's sound server does, it goes before other programs where it is allowed to.
        options = [
            "--high-priority=yes",
            "--realtime=yes",
            "--daemonize=no",
            "--use-pid-file=no",
            "--exit-idle-time=-1",
            "--log-target=stderr",
            "-n",
            "-F",
        ]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                ["pulseaudio", *options, str(script)], env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        self._wait_until_it_answers()

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + _START_S
        while time.monotonic() < deadline:
            if self._process is None or self._process.poll() is not None:
                break
            with socket.socket(socket.AF_UNIX) as client:
                if client.connect_ex(str(self._socket)) == 0 and self._default_source() == f"{MICROPHONE_SINK}.monitor":
                    return
            time.sleep(0.02)
        raise RuntimeError(f"PulseAudio did not start:\n{self._log.read_text()[-2000:]}")

    def _default_source(self) -> str:
        done = subprocess.run(
            ["pactl", "get-default-source"], env=self.env, capture_output=True, text=True, check=False
        )
        return done.stdout.strip()

    def control(self, *words: str) -> str:
        """Run `pactl` with `words` and return what it prints."""
        return subprocess.run(["pactl", *words], env=self.env, capture_output=True, text=True, check=True).stdout

    def kill(self) -> None:
        """End the server without a farewell, as a crash does."""
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(signal.SIGKILL)
            process.wait()
        self._socket.unlink(missing_ok=True)

    def restart(self) -> None:
        """Kill the server if it lives, and start another at the same address."""
        self.kill()
        self.start()

    def freeze(self) -> None:
        """Stop the server in its tracks: connections stay open and nothing moves any more."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen server go on."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        if self._process is None:
            raise RuntimeError("the server is not running")
        self._process.send_signal(number)

    def close(self) -> None:
        """End the server and remove its folder."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def plug_in_speaker(self, name: str, description: str, *, form: str = "") -> Callable[[], None]:
        """Add a sink, whose monitor is `{name}.monitor`, of a form such as "headset"; returns what takes it away."""
        return self._load("module-null-sink", f"sink_name={name}", f"sink_properties={_described(description, form)}")

    def plug_in_microphone(self, name: str, description: str) -> Callable[[], None]:
        """Add a source that is no monitor and hears what is fed to the sink `{name}_sink`; returns what removes it."""
        sink = f"{name}_sink"
        if sink not in self.control("list", "short", "sinks"):
            self.plug_in_speaker(sink, f"behind {description}")
        named = (f"source_name={name}", f"master={sink}.monitor", f"source_properties={_described(description)}")
        return self._load("module-remap-source", *named)

    def unplug_only_microphone(self) -> Callable[[], None]:
        """Take the virtual microphone away, so that the server falls back to what it has; returns what plugs it in."""
        modules = self.control("list", "short", "modules").splitlines()
        self.control("unload-module", next(each for each in modules if MICROPHONE_SINK in each).split()[0])

        def plug_in() -> None:
            self._load("module-null-sink", f"sink_name={MICROPHONE_SINK}", *self._null_sink.split())
            self.control("set-default-source", f"{MICROPHONE_SINK}.monitor")

        return plug_in

    def _load(self, module: str, *arguments: str) -> Callable[[], None]:
        number = self.control("load-module", module, *arguments).strip()

        def unload() -> None:
            self.control("unload-module", number)

        return unload

    @contextmanager
    def echo(self, latency_ms: int) -> Iterator[None]:
        """Let the microphone hear what the speaker plays, about so much later."""
        loop = "module-loopback", f"source={SPEAKER}.monitor", f"sink={MICROPHONE_SINK}"
        end = self._load(*loop, f"latency_msec={latency_ms}", "adjust_time=0")
        try:
            yield
        finally:
            end()

    def feed(
        self, source: Path | bytes, *, rate_hz: int = RATE_HZ, wait: bool = True, sink: str = MICROPHONE_SINK
    ) -> Feed:
        """Say `source` into the virtual microphone behind `sink`: a WAV file, or mono s16 PCM of `rate_hz`.

        Returns when it has been played to its end, or at once with `wait=False`.
        """
        feed = Feed(self.env, *pcm_of(source, rate_hz), sink)
        if wait:
            feed.wait()
        return feed

    @contextmanager
    def record(self, device: str = f"{SPEAKER}.monitor") -> Iterator[Recording]:
        """Record what the virtual speaker plays (or another source, e.g. `virtual_mic_sink.monitor`)."""
        recording = Recording(self.env, device)
        try:
            yield recording
        finally:
            recording.close()


def tone(seconds: float, *, hz: float = 440.0, level: int = 8000, rate_hz: int = RATE_HZ) -> bytes:
    """A sine wave as mono s16 PCM, beginning at zero."""
    count = round(seconds * rate_hz)
    samples = array("h", (round(level * math.sin(math.tau * hz * i / rate_hz)) for i in range(count)))
    if sys.byteorder == "big":
        samples.byteswap()
    return samples.tobytes()


def _described(description: str, form: str = "") -> str:
    """A property list with that description and form, as a module's argument."""
    shape = f" device.form_factor={form}" if form else ""
    return f"'device.description=\"{description}\"{shape}'"


class Recording:
    """What a source gave, with the time at which each sample sounded.

    The clock is `time.monotonic()`. A sample's time is right to about 10 ms: the blocks in which the null sink works.
    """

    def __init__(self, env: dict[str, str], device: str, *, rate_hz: int = RATE_HZ) -> None:
        self.rate_hz = rate_hz
        self._pcm = bytearray()
        self._start_s = float("inf")
        self._arrived = threading.Condition()
        form = [f"--rate={rate_hz}", "--channels=1", "--format=s16le", "--raw", "--latency-msec=5"]
        self._process = subprocess.Popen(
            [*GO_FIRST, "parec", f"--device={device}", *form], env=env, stdout=subprocess.PIPE
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        with self._arrived:
            if not self._arrived.wait_for(lambda: bool(self._pcm), timeout=20):
                raise RuntimeError(f"nothing can be recorded from {device}")

    def _read(self) -> None:
        pipe = self._process.stdout
        assert pipe is not None
        while piece := os.read(pipe.fileno(), 65_536):
            now = time.monotonic()
            with self._arrived:
                self._pcm += piece
                # The quickest piece tells best when the recording began: nothing arrives before it sounded.
                self._start_s = min(self._start_s, now - len(self._pcm) / 2 / self.rate_hz)
                self._arrived.notify_all()

    def close(self) -> None:
        """Stop recording; what was recorded stays."""
        self._process.terminate()
        self._process.wait()
        self._reader.join()
        if self._process.stdout is not None:
            self._process.stdout.close()

    @property
    def pcm(self) -> bytes:
        """All of it so far: mono s16 little-endian."""
        with self._arrived:
            return bytes(self._pcm)

    @property
    def samples(self) -> array[int]:
        """All of it so far, as numbers."""
        pcm = self.pcm
        samples = array("h", pcm[: len(pcm) & ~1])
        if sys.byteorder == "big":
            samples.byteswap()
        return samples

    @property
    def position(self) -> int:
        """How many samples were recorded so far: a mark for `first_sound_s(after=…)`."""
        with self._arrived:
            return len(self._pcm) // 2

    def time_of(self, sample: int) -> float:
        """When this sample sounded, by `time.monotonic()`."""
        with self._arrived:
            return self._start_s + sample / self.rate_hz

    def index_at(self, time_s: float) -> int:
        """Which sample sounded at this time."""
        with self._arrived:
            return max(0, round((time_s - self._start_s) * self.rate_hz))

    def first_sound(self, after: int = 0, *, loud: int = LOUD) -> int | None:
        """The first loud sample at or after a position."""
        return _first_loud(self.samples, range(after, self.position, _STRIDE), loud)

    def last_sound(self, *, loud: int = LOUD) -> int | None:
        """The last loud sample."""
        samples = self.samples
        samples.reverse()
        found = _first_loud(samples, range(0, len(samples), _STRIDE), loud)
        return None if found is None else len(samples) - 1 - found

    def wait_for_sound(self, timeout_s: float, *, after: int = 0, loud: int = LOUD) -> bool:
        """Wait until something sounds."""
        return self._wait(timeout_s, lambda: self.first_sound(after, loud=loud) is not None)

    def wait_for_silence(self, timeout_s: float, *, quiet_s: float = 0.3, loud: int = LOUD) -> bool:
        """Wait until nothing has sounded for `quiet_s`."""
        quiet = int(quiet_s * self.rate_hz)

        def silent() -> bool:
            tail = self.samples[-quiet:]
            return len(tail) == quiet and all(abs(sample) < loud for sample in tail)

        return self._wait(timeout_s, silent)

    def _wait(self, timeout_s: float, done: Callable[[], bool]) -> bool:
        deadline = time.monotonic() + timeout_s
        while not done():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True

    def holes_ms(self, *, loud: int = LOUD, at_least_ms: float = 3.0) -> float:
        """Silence inside the sound, in all, in ms; see the function of this name."""
        return holes_ms(self.samples, self.rate_hz, loud=loud, at_least_ms=at_least_ms)


def _first_loud(samples: array[int], starts: range, loud: int) -> int | None:
    # Whole strides are weighed by max() and min(), which is many times quicker than a look at each sample.
    for start in starts:
        stride = samples[start : start + _STRIDE]
        if stride and (max(stride) >= loud or min(stride) <= -loud):
            return start + next(i for i, sample in enumerate(stride) if abs(sample) >= loud)
    return None


def holes_ms(samples: Sequence[int], rate_hz: int = RATE_HZ, *, loud: int = LOUD, at_least_ms: float = 3.0) -> float:
    """Silence between the first and the last loud sample, in all, in ms; shorter stretches are the waves themselves."""
    shortest = int(at_least_ms * rate_hz / 1000)
    lost = 0
    previous: int | None = None
    for index, sample in enumerate(samples):
        if abs(sample) >= loud:
            if previous is not None and index - previous > shortest:
                lost += index - previous
            previous = index
    return lost * 1000 / rate_hz


def point_at(pulse: PulseServer, patch: pytest.MonkeyPatch) -> None:
    """Lead this very process to the server, for tests that open PyAudio themselves."""
    for name, value in pulse.variables.items():
        patch.setenv(name, value)


@pytest.fixture
def pulse(monkeypatch: pytest.MonkeyPatch) -> Iterator[PulseServer]:
    """A running private server, to which this process and its children are led."""
    with PulseServer() as server:
        point_at(server, monkeypatch)
        yield server
