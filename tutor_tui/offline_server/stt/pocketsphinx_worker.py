"""The child process of `pocketsphinx`: messages in on standard input, one JSON line out for each question.

It ends by itself when nobody has spoken for a while: another is started when somebody does.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import astuple
from pathlib import Path

from tutor_tui.offline_server.hearing import Hearing
from tutor_tui.offline_server.stt.recogniser import Recogniser
from tutor_tui.offline_server.stt.worker_pipe import AIM, ALONE, BEGIN, EXPECT, FEED, FINISH, USAGE, read_message


def main() -> None:
    """Serve until the pipe is closed, or nobody has spoken for as many seconds as the second argument says."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the app, which closes the pipe
    language, unused_s = sys.argv[1], float(sys.argv[2])
    recogniser = Recogniser(language, alone=ALONE in sys.argv)
    watch = _Watch(unused_s)
    watch.start()
    while message := read_message(sys.stdin.buffer):
        kind, payload = message
        if kind not in (EXPECT, AIM):  # a lesson that is typed expects sentences, too
            watch.used()
        if kind == EXPECT:
            recogniser.expect(json.loads(payload))
        elif kind == AIM:
            recogniser.aim_at(json.loads(payload))
        elif kind == BEGIN:
            recogniser.begin()
        elif kind == FEED:
            recogniser.feed(payload)
        elif kind == FINISH:
            _answer(recogniser.finish())
        elif kind == USAGE:
            _say({"processor_s": time.process_time(), "memory_mb": _memory_mb(), "by": recogniser.parts})


class _Watch(threading.Thread):
    """Ends this process when it is no longer used."""

    def __init__(self, unused_s: float) -> None:
        super().__init__(name="watch", daemon=True)
        self._unused_s = unused_s
        self.used()

    def used(self) -> None:
        """Somebody speaks."""
        self._last_used = time.monotonic()

    def run(self) -> None:
        """Wait, and end."""
        while (left_s := self._last_used + self._unused_s - time.monotonic()) > 0:
            time.sleep(left_s)
        os._exit(0)


def _answer(hearing: Hearing) -> None:
    words = [(word.text, word.is_clear, word.is_different, word.slip and astuple(word.slip)) for word in hearing.words]
    told = {"text": hearing.text, "match": hearing.match, "words": words, "rivals": hearing.rivals}
    _say(told | {"log_odds": hearing.log_odds})


def _say(answer: Mapping[str, object]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def _memory_mb() -> float | None:
    """The most that this process has had so far; None where the system does not say so."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()  # elsewhere than on Linux there is none
        return next(int(line.split()[1]) / 1000 for line in lines if line.startswith("VmHWM:"))
    except (OSError, StopIteration):
        return None


if __name__ == "__main__":
    main()
