"""Our offline server as a child process: started when it is first needed, kept over conversations, always ended."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import sys
from collections import deque
from collections.abc import Sequence
from pathlib import Path, PurePath

from tutor_tui.core.child_environment import CHAT_KEY_VARIABLE, TOKEN_VARIABLE, child_environment
from tutor_tui.core.problems import LinkLost
from tutor_tui.core.safe_text import one_line
from tutor_tui.openai_api.private_extensions import WITH_PARENT, port_in
from tutor_tui.openai_api.services import Service
from tutor_tui.supervision import cancelled

MODULE = "tutor_tui.offline_server"
HEARS_FREELY = frozenset({"en"})
"""Languages (ISO 639-1) in which what is always installed understands whatever is said."""
BUILT_IN = "built in"
ESPEAK_ONLY = "espeak-ng"
"""The voices of a server that is not told of others."""
READY_WAIT_S = 15.0
"""How long the child may take to load its TTS and STT."""
_STOP_WAIT_S = 0.5
"""How long it may take to end when asked; it has nothing to save."""


class OfflineServer:
    """Keeps one child; starts another when it has died."""

    def __init__(
        self,
        prompts_folders: Sequence[Path] = (),
        *,
        chat: Service | None = None,
        whisper_model: str = "",
        whisper_download: bool = False,
        hears: frozenset[str] = HEARS_FREELY,
        voices: str = ESPEAK_ONLY,
        command: Sequence[str] = (sys.executable, "-P", "-m", MODULE),
        ready_wait_s: float = READY_WAIT_S,
    ) -> None:
        """`chat` is the server with the language model (None: a guide walks a lesson script), its model empty for the
        first that it lists; `whisper_model` (name or folder) hears every language. Without one, what a lesson listens
        for is heard in the languages that it always `hears`, and free speech in English only.
        `voices` are names from the table of voices, empty for the best that are installed.
        """
        self.hears_freely = None if whisper_model else HEARS_FREELY
        """Languages in which it understands whatever is said; None for any."""
        self.hears = hears if chat is None and not whisper_model else self.hears_freely
        """Languages that it understands by ear: a guide's lesson says what to listen for, a language model does not."""
        self.ears = f"Whisper {PurePath(whisper_model).name}" if whisper_model else BUILT_IN
        """What it hears with, for people."""
        self.scripted = chat is None
        """Whether a guide walks a lesson script."""
        self.thinks_elsewhere = chat is not None and not chat.is_local
        """Whether the language model is on another machine, whose owner may want to be paid."""
        self._command = [*command, "--port", "0", WITH_PARENT]
        for folder in prompts_folders:
            self._command += ["--prompts", str(folder)]
        if chat is not None:
            self._command += ["--mind", "chat", "--chat-url", chat.base_url, f"--chat-model={chat.model}"]
        if whisper_model:
            self._command += [f"--whisper={whisper_model}", *(["--whisper-download"] if whisper_download else [])]
        if voices != ESPEAK_ONLY:
            self._command.append(f"--voices={voices}")
        self._chat_key = chat.api_key if chat else ""
        self._ready_wait_s = ready_wait_s
        self._child: Child | None = None
        self._starting = asyncio.Lock()

    async def running(self) -> Child:
        """The child, ready to be spoken to. Raises `LinkLost` when it cannot be started."""
        async with self._starting:
            if self._child is not None and await self._child.has_died():
                await self._child.stop()
                self._child = None
            if self._child is None:
                self._child = await Child.start(self._command, self._ready_wait_s, self._chat_key)
            return self._child

    async def close(self) -> None:
        """Stop the child; at most 2 s."""
        child, self._child = self._child, None
        if child is not None:
            await child.stop()


class Child:
    """The server's process."""

    def __init__(self, process: asyncio.subprocess.Process, token: str) -> None:
        self.token = token
        self.port = 0
        self._process = process
        self._stderr_lines: deque[str] = deque(maxlen=3)
        self._reader = asyncio.create_task(self._read_stderr(), name="offline tutor: stderr")

    @classmethod
    async def start(cls, command: Sequence[str], ready_wait_s: float, chat_key: str = "") -> Child:
        """Start it and wait until it can be spoken to. Raises `LinkLost` with its last words when it cannot."""
        token = secrets.token_urlsafe(32)
        try:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.PIPE,  # its end tells the child that we are gone, however we went
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                env=child_environment() | {TOKEN_VARIABLE: token} | ({CHAT_KEY_VARIABLE: chat_key} if chat_key else {}),
                start_new_session=True,  # Ctrl-C is for us; we stop the child ourselves
            )
        except OSError as failure:
            raise LinkLost("The offline tutor cannot be started.", one_line(failure.strerror), retry=False) from None
        child = cls(process, token)
        try:
            async with asyncio.timeout(ready_wait_s):
                child.port = await child._read_port()
        except TimeoutError:
            await child.stop()
            hint = f"It was not ready within {ready_wait_s:.0f} s. {child.last_words()}"
            raise LinkLost("The offline tutor does not start.", hint.strip(), retry=True) from None
        except BaseException:
            await child.stop()
            raise
        return child

    async def _read_port(self) -> int:
        assert self._process.stdout is not None  # we asked for the pipe
        line = await self._process.stdout.readline()
        port = port_in(line.decode(errors="replace"))
        if port is not None:
            return port
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(self._reader), _STOP_WAIT_S)
        raise LinkLost("The offline tutor does not start.", self.last_words(), retry=False)

    async def _read_stderr(self) -> None:
        assert self._process.stderr is not None  # we asked for the pipe
        reading = True
        while reading:
            try:
                line = await _line_of(self._process.stderr)
            except Exception:  # noqa: BLE001 - a pipe that nobody empties would stop the server in mid-sentence
                line = "…"
                await asyncio.sleep(0.1)
            reading = bool(line)
            if words := one_line(line):
                self._stderr_lines.append(words)

    def last_words(self) -> str:
        """The last lines the child wrote on stderr, or where to look."""
        return " ".join(self._stderr_lines) or "`tutor-tui doctor` tries it step by step."

    async def has_died(self) -> bool:
        """Whether it has ended. A child just killed is given a moment to be noticed."""
        if self._process.returncode is None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._process.wait(), 0.05)
        return self._process.returncode is not None

    async def died(self) -> LinkLost:
        """Wait until it has ended; what a lesson on it ends with: the child can be started again."""
        await self._process.wait()
        return self.as_lost()

    def as_lost(self) -> LinkLost:
        """What a lesson ends with when the child has."""
        return LinkLost("The offline tutor stopped.", self.last_words(), retry=True)

    async def stop(self) -> None:
        """Ask it to end, then make it."""
        for end in (self._process.terminate, self._process.kill):
            with contextlib.suppress(TimeoutError, ProcessLookupError):
                end()
                await asyncio.wait_for(self._process.wait(), _STOP_WAIT_S)
                break
        await cancelled(self._reader)


async def _line_of(stream: asyncio.StreamReader) -> str:
    """The next line, however long; empty at the end."""
    try:
        line = await stream.readline()
    except ValueError:  # longer than the reader's limit: it has dropped it
        return "…\n"
    return line.decode(errors="replace")
