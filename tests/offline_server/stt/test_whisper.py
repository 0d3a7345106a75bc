"""Ears for every language: Whisper in its real process, with a tiny model that babbles."""

from __future__ import annotations

import gc
import re
import sys
import threading
from pathlib import Path

import pytest

from tests.offline_server.client import PATIENCE_S, Client, Event, dialled, served, speech
from tests.support.model_hub import model_hub
from tests.support.paths import LESSONS
from tests.support.tiny_whisper import build
from tutor_tui.core import pcm
from tutor_tui.core.extras import install_command
from tutor_tui.offline_server.backend import LocalBackend
from tutor_tui.offline_server.hearing import Hearing, Match
from tutor_tui.offline_server.ports.unavailable import Unavailable
from tutor_tui.offline_server.stt import whisper_model
from tutor_tui.offline_server.stt.pocketsphinx import PocketSphinx
from tutor_tui.offline_server.stt.whisper import Whisper, WhisperSpeechToText


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("whisper") / "tiny")


def loaded(wish: Whisper, language: str = "ko") -> WhisperSpeechToText:
    ears = WhisperSpeechToText(wish)
    ears.listen_for([language])
    assert ears.wait_until_ready(PATIENCE_S)
    return ears


def has_started(ears: WhisperSpeechToText) -> bool:
    return ears._child is not None


def listen(ears: WhisperSpeechToText, sound: bytes, piece_ms: int = 32) -> Hearing:
    ears.begin()
    size = pcm.bytes_of(piece_ms)
    for at in range(0, len(sound), size):
        ears.feed(sound[at : at + size])
    return ears.finish() or Hearing()


def trouble(wish: Whisper) -> Unavailable:
    """What is told of ears that cannot be had, in a sentence that a client can show."""
    ears = WhisperSpeechToText(wish)
    news: list[Unavailable] = []
    ears.listen_for(["ko"], news.append)
    assert not ears.wait_until_ready(PATIENCE_S)
    assert not ears.is_well
    ears.close()
    told = news[-1]
    message = str(told)
    assert message.isprintable() and len(message) <= 260
    assert told.title.endswith(".") and told.hint
    return told


# ---- hearing --------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_it_hears_one_utterance_after_the_other(model: Path) -> None:
    ears = loaded(Whisper(str(model)))
    first = listen(ears, speech("cards-001.wav", 600))
    assert first.text and first.match is not Match.EXPECTED
    assert listen(ears, speech("cards-001.wav", 600)) == first, "the same sound is heard the same"
    assert listen(ears, speech("cards-002.wav")) != first
    assert listen(ears, b"").text == listen(ears, pcm.silence(50)).text == ""
    ears.close()


@pytest.mark.slow
def test_a_pause_is_used_to_look_ahead_and_speech_behind_it_is_heard_too(model: Path) -> None:
    ears = loaded(Whisper(str(model)))
    whole = listen(ears, speech("cards-001.wav") + pcm.silence(400) + speech("cards-002.wav", 400))
    assert whole != listen(ears, speech("cards-001.wav", 400))
    ears.close()


def test_closing_ends_a_child_that_is_still_loading(model: Path) -> None:
    ears = WhisperSpeechToText(Whisper(str(model)))
    news: list[Unavailable] = []
    ears.listen_for(["ko"], news.append)
    assert not has_started(ears), "who types has no use for it"
    ears.wake()
    assert ears._child is not None
    child = ears._child.process
    closer = threading.Timer(0.1, ears.close)
    closer.start()
    assert not ears.wait_until_ready(PATIENCE_S)
    closer.join()
    assert child.poll() is not None
    assert news == [], "who ended it knows"
    ears.listen_for(["ko"])
    assert listen(ears, speech("cards-001.wav")).text == "" and not ears.is_well


@pytest.mark.slow
def test_a_child_that_nobody_refers_to_ends(model: Path) -> None:
    ears = WhisperSpeechToText(Whisper(str(model)))
    ears.listen_for(["ko"])
    ears.wake()
    assert ears._child is not None
    child = ears._child.process
    del ears
    gc.collect()
    assert child.wait(PATIENCE_S) != 0


# ---- what is missing ------------------------------------------------------------------------------------------------


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    told = trouble(Whisper(str(tmp_path / "gone")))
    assert "is not there" in told.title and "offline.whisper_model" in told.hint


def test_a_folder_that_holds_no_model(tmp_path: Path) -> None:
    assert "it has no model.bin" in trouble(Whisper(str(tmp_path))).title


def test_a_model_without_its_tokenizer_fetches_none(model: Path, tmp_path: Path) -> None:
    for name in ("model.bin", "config.json", "vocabulary.json"):
        (tmp_path / name).symlink_to(model / name)
    assert "it has no tokenizer.json" in trouble(Whisper(str(tmp_path))).title


@pytest.mark.parametrize("name", ["model.bin", "config.json", "tokenizer.json", "vocabulary.json"])
@pytest.mark.parametrize("content", [b"", b"nonsense", b"{}"], ids=["empty", "nonsense", "hollow"])
def test_a_model_that_is_broken(model: Path, tmp_path: Path, name: str, content: bytes) -> None:
    for file in model.iterdir():
        if file.name != name:
            (tmp_path / file.name).symlink_to(file)
    (tmp_path / name).write_bytes(content)
    if (name, content) == ("config.json", b"{}"):
        loaded(Whisper(str(tmp_path))).close()  # nothing in it is needed
    else:
        assert "holds no Whisper model that can be read" in trouble(Whisper(str(tmp_path))).title


def test_a_file_in_place_of_a_folder(model: Path) -> None:
    assert "is a file" in trouble(Whisper(str(model / "model.bin"))).title


def test_a_name_that_nobody_knows() -> None:
    told = trouble(Whisper("enormous"))
    assert "There is no Whisper model enormous." in told.title and "small" in told.hint


@pytest.mark.slow
def test_a_model_that_is_not_here_is_not_fetched_unasked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    told = trouble(Whisper("small"))
    assert told.title == "The Whisper model small is not on this machine."
    assert "offline.whisper_download = true" in told.hint


def test_a_model_that_cannot_be_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    assert trouble(Whisper("small", may_download=True)).title == "The Whisper model small could not be fetched."


@pytest.mark.slow
def test_a_model_is_fetched_when_that_is_allowed_and_told_how_it_gets_on(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with model_hub(model, "Systran/faster-whisper-small", pause_s=5.0) as (address, asked):
        monkeypatch.setenv("HF_HOME", str(tmp_path))
        monkeypatch.setenv("HF_ENDPOINT", address)
        assert "not on this machine" in trouble(Whisper("small")).title
        assert asked == [], "nothing is asked unasked"
        told: list[str] = []
        ears = WhisperSpeechToText(Whisper("small", may_download=True))
        ears.listen_for(["ko"], lambda news: told.append(news.title))
        assert ears.wait_until_ready(PATIENCE_S)
        ears.close()
    assert told[0] == "Fetching the Whisper model small."
    assert re.fullmatch(r"Fetching the Whisper model small: [0-8] of 9 MB\.", told[1])
    # The hub is gone: what was fetched is used, whether or not more may be.
    for may_download in (False, True):
        loaded(Whisper("small", may_download)).close()


def test_without_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whisper_model, "LIBRARIES", ("ctranslate2", "no_such_library"))
    for ask in (whisper_model.find, lambda model: whisper_model.load(model, True, print)):
        with pytest.raises(Unavailable) as told:
            ask("base")
        assert told.value.title == "Whisper is not installed."
        assert install_command("whisper") in told.value.hint


@pytest.mark.parametrize(
    ("what_loading_does", "said"),
    [
        ("raise ImportError('libgomp.so.1: cannot open shared object file')", "is installed, but cannot be started."),
        ("import os, signal; os.kill(os.getpid(), signal.SIGILL)", "This processor is too old for Whisper."),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "There was not memory enough for Whisper."),
        ("import os; os._exit(1)", "Whisper stopped while its model was being loaded."),
    ],
    ids=["library missing", "no AVX", "no memory", "ended"],
)
def test_a_machine_that_cannot_run_it(
    what_loading_does: str, said: str, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ctranslate2.py").write_text(what_loading_does)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    assert said in trouble(Whisper(str(model))).title


def test_a_machine_that_runs_out_of_memory_ends_whisper_before_the_lesson(model: Path) -> None:
    ears = loaded(Whisper(str(model)))
    assert ears._child is not None
    assert Path(f"/proc/{ears._child.process.pid}/oom_score_adj").read_text().strip() == "1000"
    ears.close()


def test_an_english_model_is_not_asked_for_korean(tmp_path: Path) -> None:
    ears = loaded(Whisper(str(build(tmp_path / "tiny.en", multilingual=False))), "en")
    news: list[Unavailable] = []
    for language in ("en", "ko"):
        ears.listen_for([language], news.append)
    assert listen(ears, speech("cards-001.wav")) == Hearing()
    (told,) = news
    assert "understands English only" in told.title and ".en" in told.hint
    ears.close()


# ---- in a lesson ----------------------------------------------------------------------------------------------------


async def hear_in(client: Client, language: str) -> Event:
    """A spoken turn, up to what was understood of it."""
    transcription = {"model": "gpt-transcribe", "languages": [language]}
    await client.update(audio={"input": {"turn_detection": None, "transcription": transcription}})
    await client.hear(speech("cards-001.wav"))
    await client.send("input_audio_buffer.commit")
    kind = "conversation.item.input_audio_transcription"
    return await client.until(f"{kind}.completed", f"{kind}.failed")


@pytest.mark.slow
async def test_a_lesson_in_korean_is_heard(model: Path) -> None:
    tutoring = LocalBackend([LESSONS], whisper=Whisper(str(model)))
    async with served(tutoring) as port:
        async with dialled(port, "model=guide&lesson=ko-a1-first-words") as client:
            assert (await hear_in(client, "ko"))["transcript"]
        async with dialled(port, "model=guide&lesson=ko-a1-first-words") as client:
            assert (await hear_in(client, "ko"))["transcript"]
    assert len(tutoring._made) == 2, "the next learner gets the loaded ears"
    assert {type(each) for each in tutoring._made} == {PocketSphinx, WhisperSpeechToText}
    assert all(each._child is None for each in tutoring._made)


async def test_a_missing_folder_is_told_once_and_the_lesson_goes_on(tmp_path: Path) -> None:
    tutoring = LocalBackend([LESSONS], whisper=Whisper(str(tmp_path / "gone")))
    async with served(tutoring) as port, dialled(port, "model=guide&lesson=ko-a1-first-words") as client:
        assert (await hear_in(client, "ko"))["type"].endswith("failed")
        errors = [event["error"] for event in client.seen if event["type"] == "error"]
        assert [error["code"] for error in errors] == ["ears_unavailable"]
        assert "is not there" in errors[0]["message"]
        item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "네"}]}
        await client.send("conversation.item.create", item=item)
        done = await client.ask("response.create", "response.done")
        assert done["response"]["status"] == "completed"
        assert (await hear_in(client, "ko"))["type"].endswith("failed")
        assert len([event for event in client.seen if event["type"] == "error"]) == 1


@pytest.mark.slow
async def test_without_whisper_english_is_still_heard(tmp_path: Path) -> None:
    tutoring = LocalBackend([LESSONS], whisper=Whisper(str(tmp_path / "gone")))
    async with served(tutoring) as port, dialled(port, "model=guide&lesson=en-a1-first-words") as client:
        heard = await hear_in(client, "en")
        assert heard["transcript"]
