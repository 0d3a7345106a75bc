"""A call to the offline server, which runs as the program it is."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.offline_server.http.test_sdk_client import LESSON
from tests.tutors.helpers import Listener
from tests.tutors.realtime.webrtc.known_voice import BAD_NETWORK
from tutor_tui.core import events as ev
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.openai_api.realtime.realtime_endpoint import RealtimeEndpoint
from tutor_tui.tutors.realtime.webrtc.link import WebRtcTutor

TOKEN = "call-token"
OFFLINE = Capabilities(hears=frozenset({"en"}), semantic_vad=False, live_lesson=False, costs_money=False)
GREETING = "Hello! Let us play cards. Which card do you have?"
"""How `LESSON` begins."""


@asynccontextmanager
async def offline_server(*arguments: str, known_voice: bool = False, bad_network: str = "") -> AsyncIterator[str]:
    """A child process with a lesson of short sentences; yields its base URL.

    `known_voice` has it speak with that instead of espeak-ng, and behind a bad network, where a seed for one is given.
    """
    module = "tests.tutors.realtime.webrtc.known_voice" if known_voice else "tutor_tui.testing.faulty_server"
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "lessons").mkdir()
        (Path(folder) / "lessons" / "cards.toml").write_text(LESSON)
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", module, "--token", TOKEN, "--prompts", folder, "--lesson", "cards", *arguments),
            stdin=pipe,
            stdout=pipe,
            env=os.environ | ({BAD_NETWORK: bad_network} if bad_network else {}),
        )
        try:
            assert process.stdout is not None
            line = await asyncio.wait_for(process.stdout.readline(), 60)
            yield f"http://127.0.0.1:{int(line.split()[1])}/v1"
        finally:
            process.terminate()
            await asyncio.wait_for(process.wait(), 30)


def calling(base_url: str, **options: Any) -> WebRtcTutor:
    """A tutor at the other end of a call."""
    return WebRtcTutor(RealtimeEndpoint(base_url, TOKEN), "guide", capabilities=OFFLINE, **options)


def sound_of(ear: Listener, item_id: str) -> bytes:
    """The sound that came under this name."""
    return b"".join(event.pcm for event in ear.all(ev.TutorAudio) if event.item_id == item_id)


def envelope(sound: bytes) -> NDArray[np.float64]:
    """Loudness of 20 ms, every millisecond."""
    samples = np.frombuffer(sound, "<i2").astype(np.float64)
    power = (samples[: len(samples) // 24 * 24].reshape(-1, 24) ** 2).mean(axis=1)
    return np.sqrt(np.convolve(power, np.ones(20) / 20, "valid"))


def likeness(heard: bytes, said: bytes) -> float:
    """How well the loudness of one follows that of the other, shifted by up to half a second: 1 is the same.

    In steps of 1 ms: with steps of 5 ms, the shift that is left over costs half a per cent.
    """
    one, other = envelope(heard), envelope(said)
    best = 0.0
    for shift in range(-500, 501):
        a, b = one[max(0, shift) :], other[max(0, -shift) :]
        length = min(len(a), len(b))
        best = max(best, float(np.corrcoef(a[:length], b[:length])[0, 1]))
    return best
