"""A call to the offline server, which runs as the program it is."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.offline.test_sdk_client import LESSON
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.tutors.realtime.endpoints import Endpoint
from tutor_tui.tutors.realtime.webrtc import WebRtcTutor

TOKEN = "call-token"
OFFLINE = Capabilities(hears=frozenset({"en"}), semantic_vad=False, live_lesson=False, costs_money=False)


@asynccontextmanager
async def offline_server(*arguments: str, command: tuple[str, ...] = ("-m", "tutor_tui.offline")) -> AsyncIterator[str]:
    """A child process with a lesson of short sentences; yields its base URL."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "lessons").mkdir()
        (Path(folder) / "lessons" / "cards.toml").write_text(LESSON)
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, *command, "--token", TOKEN, "--prompts", folder, "--lesson", "cards", *arguments),
            stdin=pipe,
            stdout=pipe,
        )
        try:
            assert process.stdout is not None
            line = await asyncio.wait_for(process.stdout.readline(), 20)
            yield f"http://127.0.0.1:{int(line.split()[1])}/v1"
        finally:
            process.terminate()
            await asyncio.wait_for(process.wait(), 5)


def calling(base_url: str, **options: Any) -> WebRtcTutor:
    """A tutor at the other end of a call."""
    return WebRtcTutor(Endpoint(base_url, TOKEN), "guide", capabilities=OFFLINE, **options)
