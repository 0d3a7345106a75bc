"""The device's threads go before other work where that is allowed, and nobody else does."""

from __future__ import annotations

import os
import threading

import pytest

from tutor_tui.audio import thread_priority
from tutor_tui.audio.thread_priority import NICENESS, FirstInLine


def test_only_the_thread_of_the_stream_goes_first_and_the_block_passes_through() -> None:
    ours = os.getpriority(os.PRIO_PROCESS, 0)
    theirs: list[int] = []

    def device() -> None:
        callback = FirstInLine(lambda sound, frames, times, status: (sound, frames + status))
        assert callback(b"ab", 1, {}, 2) == (b"ab", 3)
        theirs.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))

    thread = threading.Thread(target=device)
    thread.start()
    thread.join()
    allowed = os.geteuid() == 0
    assert theirs == [NICENESS if allowed else ours]
    assert os.getpriority(os.PRIO_PROCESS, os.getpid()) == ours


def test_a_thread_that_goes_before_already_is_not_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    # Beside busy neighbours of the higher priority that the whole process had, being put back tore the sound.
    ours = os.getpriority(os.PRIO_PROCESS, 0)
    monkeypatch.setattr(thread_priority, "NICENESS", ours + 1)
    theirs: list[int] = []

    def device() -> None:
        thread_priority.go_first()
        theirs.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))

    thread = threading.Thread(target=device)
    thread.start()
    thread.join()
    assert theirs == [ours]
