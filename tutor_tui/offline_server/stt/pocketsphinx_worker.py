"""The child process of `pocketsphinx`: messages in on standard input, one JSON line out for each question."""

from __future__ import annotations

import json
import signal
import sys

from tutor_tui.offline_server.hearing import Hearing
from tutor_tui.offline_server.stt.recogniser import Recogniser
from tutor_tui.offline_server.stt.worker_pipe import BEGIN, EXPECT, FEED, FINISH, read_message


def main() -> None:
    """Serve until the pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the app, which closes the pipe
    recogniser = Recogniser()
    while message := read_message(sys.stdin.buffer):
        kind, payload = message
        if kind == EXPECT:
            recogniser.expect(json.loads(payload))
        elif kind == BEGIN:
            recogniser.begin()
        elif kind == FEED:
            recogniser.feed(payload)
        elif kind == FINISH:
            _answer(recogniser.finish())


def _answer(hearing: Hearing) -> None:
    words = [(word.text, word.is_clear) for word in hearing.words]
    sys.stdout.write(json.dumps({"text": hearing.text, "match": hearing.match, "words": words}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
