"""The child process of `whisper`: messages in on standard input, JSON lines out."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
from dataclasses import asdict
from pathlib import Path
from typing import IO

from tutor_tui.offline_server.hearing import Hearing
from tutor_tui.offline_server.ports.unavailable import Unavailable
from tutor_tui.offline_server.stt import whisper_model
from tutor_tui.offline_server.stt.whisper_listener import Listener
from tutor_tui.offline_server.stt.worker_pipe import BEGIN, EXPECT, FEED, FINISH, NOTHING, read_message
from tutor_tui.speech.silero import SileroProbability

GIVE_WAY = 5
"""How nice it is on top of who started it."""


def main() -> None:
    """Load, then serve until the pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the app, which closes the pipe
    _go_first_when_memory_ends()
    _give_way()
    answers = _own_output()

    def answer(**fields: object) -> None:
        answers.write(json.dumps(fields) + "\n")
        answers.flush()

    try:
        model = whisper_model.load(
            sys.argv[1], "--download" in sys.argv[2:], lambda progress: answer(progress=progress)
        )
    except Unavailable as trouble:
        answer(trouble=[trouble.title, trouble.hint])
        return
    listener = Listener(model, SileroProbability())
    utterance = 0
    answer(ready=[] if model.knows_languages else ["en"])
    while message := read_message(sys.stdin.buffer):
        kind, payload = message
        if kind == EXPECT:
            listener.expect(json.loads(payload))
        elif kind == BEGIN:
            wish = json.loads(payload)
            utterance = wish["utterance"]
            listener.begin(wish["languages"], wish["prompt"])
        elif kind == FEED:
            listener.feed(payload)
        elif kind == FINISH:
            first = json.loads(payload)
            heard = listener.finish(Hearing(first["text"], log_odds=first["log_odds"]) if first else NOTHING)
            answer(utterance=utterance, **(_fields(heard) if heard else {}))


def _fields(hearing: Hearing) -> dict[str, object]:
    """As `whisper.hearing_in` reads them."""
    words = [(word.text, word.is_clear, word.begin_ms, word.end_ms) for word in hearing.words]
    return {
        "text": hearing.text,
        "match": hearing.match,
        "words": words,
        "rivals": hearing.rivals,
        "language": hearing.language,
        "is_agreed": hearing.is_agreed,
        "log_odds": hearing.log_odds,
        "pieces": [asdict(piece) for piece in hearing.pieces],
    }


def _go_first_when_memory_ends() -> None:
    """Let Linux end this process before the lesson, which can go on without it."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


def _give_way() -> None:
    """Sound, screen and the recogniser that answers at once go first."""
    if hasattr(os, "nice"):
        os.nice(GIVE_WAY)


def _own_output() -> IO[str]:
    """Standard output for us alone: what libraries print goes where their warnings go."""
    ours = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return ours


if __name__ == "__main__":
    main()
