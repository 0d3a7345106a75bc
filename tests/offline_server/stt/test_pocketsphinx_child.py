"""The process in which PocketSphinx listens: at once, replaced when it dies, and ended."""

from __future__ import annotations

import gc
import os
import signal
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from tests.offline_server.recordings import OTHERS, SPOKEN, recording
from tests.offline_server.stt.hearing_rates import SHORT
from tests.support.idle_child import wait_until_idle
from tutor_tui.core import pcm
from tutor_tui.offline_server.hearing import Hearing, Match
from tutor_tui.offline_server.stt import pocketsphinx
from tutor_tui.offline_server.stt.pocketsphinx import PocketSphinx
from tutor_tui.offline_server.stt.worker_pipe import ALONE, NOTHING, write_message
from tutor_tui.offline_server.tts.espeak import Espeak


@pytest.fixture(scope="module")
def ears() -> Iterator[PocketSphinx]:
    ears = PocketSphinx("en")
    yield ears
    ears.close()


@pytest.mark.slow
def test_an_utterance_in_pieces_is_understood_even_with_half_a_sample_at_its_end(ears: PocketSphinx) -> None:
    ears.expect(list(SPOKEN.values()))
    ears.begin()
    sound = recording("austen-0880")
    ears.feed(sound[: len(sound) // 2])
    ears.feed(sound[len(sound) // 2 :] + b"\x01")
    assert ears.finish() == Hearing(SPOKEN["austen-0880"], Match.EXPECTED)


@pytest.mark.slow
def test_answers_are_there_at_once_and_this_process_is_not_kept_busy(ears: PocketSphinx) -> None:
    """In processor time, so that a busy machine changes little: the child's at the end of a turn beside all that it
    spent on it, ours beside the length of what was said."""
    ears.expect([*SPOKEN.values(), *OTHERS])
    ears.wake()
    assert ears._child is not None
    shares, busy_s, heard_s = [], 0.0, 0.0
    for name in SHORT:
        sound = recording(name) + pcm.silence(500)
        ears.begin()
        began, begun_ms = time.process_time(), worked_ms(ears._child.pid)
        for start in range(0, len(sound), pcm.bytes_of(32)):
            ears.feed(sound[start : start + pcm.bytes_of(32)])
        wait_until_idle(ears._child)  # as it would be by now in a lesson
        finished_ms = worked_ms(ears._child.pid)
        assert ears.finish() == Hearing(SPOKEN[name], Match.EXPECTED)
        ended_ms = worked_ms(ears._child.pid)
        shares.append((ended_ms - finished_ms) / (ended_ms - begun_ms))
        busy_s += time.process_time() - began
        heard_s += pcm.ms_of(len(sound)) / 1000
    assert statistics.median(shares) <= 0.06, shares
    assert busy_s / heard_s <= 0.02


def worked_ms(process_id: int) -> float:
    """How long a processor has worked for the first thread of a process."""
    nanoseconds = Path(f"/proc/{process_id}/schedstat").read_text().split()[0]
    return int(nanoseconds) / 1_000_000


@pytest.mark.slow
def test_a_child_that_dies_is_replaced_at_the_next_utterance() -> None:
    ears = PocketSphinx("en")
    ears.expect(["ten of clubs", "no"])
    ears.begin()
    assert ears._child is not None
    os.kill(ears._child.pid, signal.SIGKILL)
    ears._child.wait()
    ears.feed(recording("cards-001"))
    assert ears.finish() == NOTHING
    ears.begin()
    ears.feed(recording("cards-001"))
    assert ears.finish() == Hearing("ten of clubs", Match.EXPECTED)
    ears.close()


@pytest.mark.slow
def test_one_that_broke_down_is_replaced_by_one_that_needs_less_of_the_machine() -> None:
    """A processor without the instructions that hama was built for ends it like this, and so does want of memory."""
    answer = "ayer comí con mi hermana"
    ears = PocketSphinx("es")
    ears.expect([answer, "vivo en una ciudad pequeña"])
    ears.wake()
    assert ears._child is not None and ALONE not in ears._arguments
    os.kill(ears._child.pid, signal.SIGILL)
    ears._child.wait()
    ears.begin()
    ears.feed(b"".join(Espeak().speak(answer, "es")))
    assert ears.finish().text == answer
    assert ALONE in ears._arguments
    ears.close()


def test_one_that_is_ended_in_the_middle_of_a_call_has_heard_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server ends, and closes the pipes, while the thread of a session is still at work."""
    recogniser = PocketSphinx("en")

    def closed_meanwhile(pipe: IO[bytes], kind: bytes, payload: bytes) -> None:
        pipe.close()
        write_message(pipe, kind, payload)

    monkeypatch.setattr(pocketsphinx, "write_message", closed_meanwhile)
    recogniser.begin()
    recogniser.feed(bytes(480))
    assert recogniser.finish() == NOTHING
    recogniser.close()


@pytest.mark.parametrize("how", ["closed", "forgotten"])
def test_the_child_ends_with_its_ears(how: str) -> None:
    ears = PocketSphinx("en")
    ears.wake()
    child = ears._child
    assert child is not None
    assert child.poll() is None
    if how == "closed":
        ears.close()
        ears.close()
        assert ears.finish() == NOTHING
    else:
        del ears
        gc.collect()
    assert child.poll() is not None


def test_a_child_that_nobody_speaks_to_ends_and_another_hears_the_next_utterance_from_its_beginning() -> None:
    ears = PocketSphinx("en", unused_s=0)
    ears.expect(["ten of clubs", "no"])
    assert ears.usage() is None, "nothing is started for a lesson that is typed"
    ears.wake()
    child = ears._child
    assert child is not None
    assert child.wait(timeout=60) == 0
    ears._arguments[1] = "300"
    ears.expect(["ten of clubs", "yes"])  # a typed lesson goes on
    assert ears._child is child
    ears.begin()
    ears.feed(recording("cards-001"))
    assert ears.finish() == Hearing("ten of clubs", Match.EXPECTED)
    ears.close()


@pytest.mark.slow
def test_each_language_has_ears_of_its_own() -> None:
    answer = "ayer comí con mi hermana"
    ears = PocketSphinx("es")
    ears.expect([answer, "vivo en una ciudad pequeña"])
    ears.begin()
    ears.feed(b"".join(Espeak().speak(answer, "es")))
    hearing, usage = ears.finish(), ears.usage()
    ears.close()
    assert hearing.text == answer and hearing.match is not Match.OTHER
    assert usage and usage.by == ("pocketsphinx", "hama") and usage.processor_s > 0 and (usage.memory_mb or 0) > 20
    assert [word.text for word in hearing.words] == answer.split()
