"""Not a byte of the sound libraries' chatter reaches the terminal: at the start, at a look at the devices, or later.

A thread of theirs that does nothing but complain stands still.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.pulse import PulseServer

LESSON = """
import asyncio, sys
from tutor_tui.audio import hotplug, portaudio
from tutor_tui.core.events import DeviceLost, DeviceOpened

if sys.argv[1] == "loud":
    portaudio.silence_native_stderr = hotplug.silence_native_stderr = lambda: None
hotplug._ANSWER_S = 60  # this machine may be busy; how long a learner waits is tested elsewhere

async def main():
    async with hotplug.PyAudioSoundCard() as card:
        events = card.events()
        async def until(kind):
            seen = set()
            while len(seen) < 2:
                event = await asyncio.wait_for(anext(events), 60)
                if isinstance(event, kind):
                    seen.add(event.which)
        async def follow():
            print("begun", flush=True)
            await until((DeviceOpened, DeviceLost))
            print(len(await card.devices()), flush=True)
            if sys.argv[2] == "dead":
                return
            await until(DeviceLost)
            print("lost", flush=True)
            await asyncio.sleep(1.2)  # attempts while there is no server
            print("tried", flush=True)
            await until(DeviceOpened)
            print("back", flush=True)
        await follow()

asyncio.run(main())
print("our own words", file=sys.stderr)
"""


def program(pulse: PulseServer, mood: str, server: str) -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", LESSON, mood, server]
    return subprocess.Popen(command, env=pulse.env, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


def words_of(process: subprocess.Popen[str], pulse: PulseServer) -> str:
    """What it writes to stderr while its server is killed and started again."""
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    assert int(process.stdout.readline()) > 0
    pulse.kill()
    assert process.stdout.readline() == "lost\n"
    assert process.stdout.readline() == "tried\n"
    pulse.start()
    said, words = process.communicate(timeout=90)
    assert (said, process.returncode) == ("back\n", 0), words
    return words


@pytest.mark.device
def test_nothing_is_said_at_start_at_a_look_and_when_the_server_dies(pulse: PulseServer) -> None:
    assert words_of(program(pulse, "quiet", "alive"), pulse) == "our own words\n"


@pytest.mark.device
def test_without_the_hush_this_machine_would_chatter(pulse: PulseServer) -> None:
    words = words_of(program(pulse, "loud", "alive"), pulse)
    assert "ALSA lib" in words
    assert "jack server" in words
    assert "Expression" in words, "PortAudio's own complaints, from its own thread"


@pytest.mark.device
def test_nothing_is_said_without_any_sound_server(pulse: PulseServer) -> None:
    pulse.kill()
    process = program(pulse, "quiet", "dead")
    out, words = process.communicate(timeout=90)
    assert process.returncode == 0, words
    assert out == "begun\n0\n"
    assert words == "our own words\n"


CIRCLES = """
import ctypes, threading, time
from tutor_tui.audio.native_stderr import silence_native_stderr

silence_native_stderr()
libc, complaints = ctypes.CDLL(None), 0

def complain(lines):
    stderr = ctypes.c_void_p.in_dll(libc, "stderr")
    libc.fputs(b"Expression 'self->ready' failed\\n" * lines, stderr)
    libc.fflush(stderr)

def go_round_in_circles():
    global complaints
    while True:
        complain(100)  # all at once, because Python's own lock makes it slow
        complaints += 1

threading.Thread(target=go_round_in_circles, daemon=True).start()
before = -1
while not before == complaints > 100:
    before = complaints
    time.sleep(0.5)
for _ in range(5_000):  # more than a pipe holds
    complain(1)
print("the others go on")
"""


@pytest.mark.slow
def test_a_thread_that_only_complains_stands_still_and_the_others_go_on() -> None:
    """As PortAudio's does once its server is dead; Python's end, too, is not held up by it."""
    done = subprocess.run([sys.executable, "-c", CIRCLES], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (0, "the others go on\n")
    assert "Expression" not in done.stderr
