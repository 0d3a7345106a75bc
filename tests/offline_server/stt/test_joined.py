"""Two recognisers for one learner, in real processes: whatever becomes of Whisper, nothing that is said is lost."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from tests.offline_server.client import PATIENCE_S
from tests.offline_server.recordings import OTHERS, SPOKEN, recording
from tests.support.tiny_whisper import build
from tutor_tui.core import pcm
from tutor_tui.offline_server.backend import LocalBackend
from tutor_tui.offline_server.hearing import Hearing, Match
from tutor_tui.offline_server.ports.unavailable import Unavailable
from tutor_tui.offline_server.stt import second_opinion, whisper
from tutor_tui.offline_server.stt.joined import JoinedSpeechToText
from tutor_tui.offline_server.stt.pocketsphinx import PocketSphinx
from tutor_tui.offline_server.stt.whisper import Whisper, WhisperSpeechToText
from tutor_tui.offline_server.stt.worker_pipe import NOTHING

NAME = "cards-001"
STOPPED = "Whisper stopped. It is started again."


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(build(tmp_path_factory.mktemp("whisper") / "tiny"))


@pytest.fixture(scope="module")
def tutoring(model: str) -> Iterator[LocalBackend]:
    """One for all tests of Whisper at work: a process takes a second to start."""
    tutoring = LocalBackend([], whisper=Whisper(model))
    yield tutoring
    tutoring.close()


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def ears(tutoring: LocalBackend, told: list[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[JoinedSpeechToText]:
    monkeypatch.setattr(whisper, "PAUSES_S", (0.0, 0.0, 0.0))
    ears = tutoring.recogniser("en", lambda news: told.append(str(news)), "ko")
    assert isinstance(ears, JoinedSpeechToText)
    assert ears.whisper.wait_until_ready(PATIENCE_S)
    ears.expect([*SPOKEN.values(), *OTHERS])
    yield ears
    tutoring.give_back(ears, "en")


def uncertain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whisper is asked whatever the others make of it."""
    monkeypatch.setattr(second_opinion, "CERTAIN", 100.0)


def listen(ears: JoinedSpeechToText, in_the_middle: Callable[[], object] = lambda: None) -> Hearing:
    """A sentence, in the middle of which something happens."""
    sound = recording(NAME) + pcm.silence(400)
    half = len(sound) // 4 * 2
    ears.begin()
    ears.feed(sound[:half])
    in_the_middle()
    ears.feed(sound[half:])
    return ears.finish()


def signalled(ears: JoinedSpeechToText, number: signal.Signals) -> Callable[[], None]:
    def send() -> None:
        assert ears.whisper._child is not None
        os.kill(ears.whisper._child.process.pid, number)

    return send


def test_where_the_first_is_certain_whisper_is_not_waited_for(ears: JoinedSpeechToText, told: list[str]) -> None:
    stop = signalled(ears, signal.SIGSTOP)
    heard = listen(ears, stop)
    signalled(ears, signal.SIGCONT)()
    assert (heard.text, heard.match) == (SPOKEN[NAME], Match.EXPECTED)
    assert told == [] and ears.whisper.is_well


def test_what_is_said_after_the_tutor_is_judged_word_by_word(
    ears: JoinedSpeechToText, monkeypatch: pytest.MonkeyPatch
) -> None:
    uncertain(monkeypatch)
    ears.aim_at([SPOKEN[NAME]])
    heard = listen(ears)
    ears.aim_at([])
    assert [word.text for word in heard.words] == SPOKEN[NAME].split() and not heard.language


@pytest.mark.parametrize(
    ("repeats", "listens", "match"),
    [(True, True, Match.UNSURE), (True, False, Match.EXPECTED), (False, True, Match.EXPECTED)],
    ids=["after the tutor", "Whisper alone hears", "in their own words"],
)
def test_what_only_whisper_hears_of_a_sentence_to_say_after_the_tutor_is_unsure(
    repeats: bool, listens: bool, match: Match
) -> None:
    first = SimpleNamespace(finish=lambda: NOTHING, aim_at=lambda targets: None, listens=listens)
    fluent = SimpleNamespace(finish=lambda first: Hearing("나에게 커피를 줘", Match.EXPECTED))
    ears = JoinedSpeechToText(cast(PocketSphinx, first), cast(WhisperSpeechToText, fluent))
    ears.aim_at(["커피 주세요."] if repeats else [])
    assert ears.finish() == Hearing("나에게 커피를 줘", match)


@pytest.mark.parametrize(
    ("number", "sentence"),
    [(signal.SIGKILL, STOPPED), (signal.SIGSTOP, "Whisper does not answer. It is started again.")],
    ids=["killed", "hangs"],
)
def test_whisper_goes_in_the_middle_of_a_sentence_and_the_sentence_is_heard(
    number: signal.Signals,
    sentence: str,
    ears: JoinedSpeechToText,
    told: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    uncertain(monkeypatch)
    with monkeypatch.context() as impatient:
        impatient.setattr(whisper, "PATIENCE_S", 0.2)
        heard = listen(ears, signalled(ears, number))
    assert (heard.text, heard.match) == (SPOKEN[NAME], Match.EXPECTED)
    assert told == [sentence] and not ears.whisper.is_well
    # The next sentence starts it again; until it has loaded, the first one's word is taken.
    assert listen(ears).text == SPOKEN[NAME]
    assert ears.whisper.wait_until_ready(PATIENCE_S)
    assert listen(ears).language, "now Whisper has been asked"
    assert told == [sentence]


def test_what_ends_again_and_again_is_told_once_and_given_up(
    ears: JoinedSpeechToText, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    uncertain(monkeypatch)
    monkeypatch.setattr(whisper, "PAUSES_S", (0.0,))
    kill = signalled(ears, signal.SIGKILL)
    for _ in range(2):
        assert listen(ears, kill).text == SPOKEN[NAME]
        assert not ears.whisper.is_well
    child = ears.whisper._child
    assert listen(ears).text == SPOKEN[NAME]
    assert ears.whisper._child is child, "not tried again"
    assert told == [STOPPED]


@pytest.mark.parametrize(
    ("what_loading_does", "title"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGILL)", "This processor is too old for Whisper."),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "There was not memory enough for Whisper."),
    ],
    ids=["no AVX", "no memory"],
)
def test_a_machine_that_cannot_run_it_is_told_so_once_and_answers_are_heard(
    what_loading_does: str,
    title: str,
    ears: JoinedSpeechToText,
    model: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "ctranslate2.py").write_text(what_loading_does)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.setattr(whisper, "PAUSES_S", (0.0,))
    uncertain(monkeypatch)
    broken = WhisperSpeechToText(Whisper(model))
    told: list[Unavailable] = []
    broken.listen_for(["en"], told.append)
    assert not broken.wait_until_ready(PATIENCE_S)
    without = JoinedSpeechToText(ears.first, broken)
    assert [listen(without).text for _ in range(2)] == [SPOKEN[NAME]] * 2
    broken.close()
    assert [each.title for each in told] == [title]
