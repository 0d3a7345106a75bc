"""`python -m tutor_tui.offline_server`: the offline tutor as a program of its own."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import os
import signal
import sys
import threading
from pathlib import Path
from typing import NoReturn

from tutor_tui.core.child_environment import CHAT_KEY_VARIABLE, TOKEN_VARIABLE
from tutor_tui.core.offline_settings import OLLAMA_BASE_URL
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.offline_server.backend import LocalBackend
from tutor_tui.offline_server.behaviour import Behaviour
from tutor_tui.offline_server.ports.language_model import LanguageModel
from tutor_tui.offline_server.stt.whisper import Whisper
from tutor_tui.offline_server.transport.websocket import Server, ServerOptions
from tutor_tui.openai_api.private_extensions import WITH_PARENT, ready_line

_PARENT_CHECK_S = 0.5
_PACKAGE = Path(__file__).resolve().parent.parent
SHIPPED = (_PACKAGE / "prompts", _PACKAGE.parent / "prompts")
"""Where lessons lie: in an installed package, or beside it in a working copy."""


def main(arguments: list[str] | None = None, behaviour: Behaviour | None = None) -> int:
    """Serve until told to stop; returns the exit code."""
    for library in ("websockets", "aiohttp", "aiortc", "aioice"):
        logging.getLogger(library).setLevel(logging.CRITICAL)  # their messages may quote what clients say
    try:
        options, backend, with_parent = _options(arguments, behaviour or Behaviour())
        asyncio.run(_serve(options, backend, with_parent=with_parent))
    except Problem as problem:
        print(problem, file=sys.stderr)
        return int(problem.exit_code)
    except KeyboardInterrupt:
        return int(ExitCode.INTERRUPTED)
    except OSError as error:
        print(f"The offline tutor cannot serve: {error.strerror}. Choose another --port.", file=sys.stderr)
        return int(ExitCode.TUTOR)
    return int(ExitCode.OK)


def _options(arguments: list[str] | None, behaviour: Behaviour) -> tuple[ServerOptions, LocalBackend, bool]:
    parser = argparse.ArgumentParser(
        "python -m tutor_tui.offline_server", description="A Realtime server without a cloud."
    )
    parser.add_argument(
        "--port",
        type=_port,
        default=0,
        help="port on loopback; 0 (the default) takes any free one",
    )
    parser.add_argument("--token", help=f"who knows it may come in; ${TOKEN_VARIABLE} keeps it out of the process list")
    parser.add_argument("--lesson", default="", help="lesson of connections that name none")
    parser.add_argument(
        "--prompts", type=Path, action="append", default=[], help="folder with lessons/, searched first"
    )
    parser.add_argument(
        "--refuse-style", choices=("http", "error"), default="http", help="how a wrong token is refused"
    )
    parser.add_argument(
        WITH_PARENT, action="store_true", help="end when standard input does, or the program that started this"
    )
    _add_model_options(parser)
    given = parser.parse_args(arguments)
    token = given.token or os.environ.get(TOKEN_VARIABLE, "")
    if not token:
        raise Problem("The offline tutor needs a token.", f"Give --token, or set {TOKEN_VARIABLE}.", ExitCode.USAGE)
    options = ServerOptions(token, given.port, given.lesson, given.refuse_style, behaviour)
    lessons = [folder / "lessons" for folder in (*given.prompts, *SHIPPED)]
    whisper = Whisper(given.whisper, given.whisper_download) if given.whisper else None
    voices = None if given.voices is None else [name for name in given.voices.split(",") if name]
    return options, LocalBackend(lessons, _language_model(given), whisper, voices), given.with_parent


def _add_model_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--mind", choices=("guide", "chat"), default="guide", help="walk a lesson script, or talk freely"
    )
    parser.add_argument("--chat-url", default="", help="chat server of --mind chat; Ollama's by default")
    parser.add_argument("--chat-model", default="", help=f"its model; ${CHAT_KEY_VARIABLE} holds its key")
    parser.add_argument("--whisper", default="", metavar="MODEL", help="hear every language: a name or a folder")
    parser.add_argument(
        "--voices",
        metavar="NAMES",
        help="use the voices that are installed, those of these names first; without, espeak-ng speaks",
    )
    parser.add_argument("--whisper-download", action="store_true", help="fetch the model if it is not here")


def _language_model(given: argparse.Namespace) -> LanguageModel | None:
    if given.mind == "guide":
        return None
    from tutor_tui.offline_server.llm.chat_model import ChatModel  # httpx takes 100 ms; a guide does without
    from tutor_tui.openai_api.services import Service

    key = os.environ.get(CHAT_KEY_VARIABLE, "")
    # Who starts this server has agreed to an address beyond this machine without encryption, or has not named one.
    return ChatModel(Service(given.chat_url or OLLAMA_BASE_URL, given.chat_model, key, insecure=True))


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port < 2**16:
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return port


async def _serve(options: ServerOptions, tutoring: LocalBackend, *, with_parent: bool) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):  # Windows: the default handling has to do
            loop.add_signal_handler(number, stop.set)
    parent = None
    if with_parent:
        threading.Thread(target=_watch_stdin, args=(loop, stop), daemon=True).start()
        parent = asyncio.create_task(_watch_parent(stop))
    async with Server(options, tutoring).serving() as port:
        print(ready_line(port), flush=True)
        await stop.wait()
    if parent is not None:
        parent.cancel()


def _watch_stdin(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    """The end of standard input is the end of who started us; what is written there does not matter."""
    with contextlib.suppress(OSError):
        while os.read(0, 4096):
            pass
    with contextlib.suppress(RuntimeError):  # the loop is closed already
        loop.call_soon_threadsafe(stop.set)


async def _watch_parent(stop: asyncio.Event) -> None:
    """For the case that somebody else holds our standard input open."""
    parent = os.getppid()
    while os.getppid() == parent:  # noqa: ASYNC110 - there is no event for the death of a parent
        await asyncio.sleep(_PARENT_CHECK_S)
    stop.set()


def leave(code: int) -> NoReturn:
    """End this process at once: worker threads may be deep in speech libraries, and there is nothing to save."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    leave(main())
