"""Which device a learner means, and what to type when there is none."""

from __future__ import annotations

import platform
import shutil

import pytest

from tests.audio.test_hotplug import Machine
from tutor_tui.audio import install_hints
from tutor_tui.audio.devices import find, survey
from tutor_tui.audio.portaudio import SoundProblem
from tutor_tui.core.ports import Device

CARD = Device(0, "HDA Intel: ALC257 (hw:0,0)", "ALSA", 2, 2, 44_100)
HEADSET = Device(1, "USB Headset 2", "ALSA", 1, 2, 48_000)
DEFAULT = Device(2, "default", "ALSA", 32, 32, 44_100, default_input=True, default_output=True)
SCREEN = Device(3, "HDMI", "ALSA", 0, 8, 44_100)
DEVICES = (CARD, HEADSET, DEFAULT, SCREEN)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("", DEFAULT),
        ("  ", DEFAULT),
        ("1", HEADSET),
        ("0", CARD),
        ("headset", HEADSET),
        ("USB HEADSET 2", HEADSET),
        ("default", DEFAULT),
        ("hw:0", CARD),
    ],
)
def test_an_index_a_name_or_part_of_one(wanted: str, expected: Device) -> None:
    assert find(DEVICES, "microphone", wanted) == expected
    assert find(DEVICES, "speaker", wanted) == expected


@pytest.mark.parametrize(
    "saved", ["Yeti: USB Audio (hw:3,0)", "yeti: usb audio (hw:0,0)", "Yeti: USB Audio (plughw:7,0)"]
)
def test_a_saved_name_is_found_though_the_card_has_another_number(saved: str) -> None:
    yeti = Device(4, "Yeti: USB Audio (hw:1,0)", "ALSA", 2, 2, 44_100)
    assert find((*DEVICES, yeti), "microphone", saved) == yeti
    other = Device(5, "Yeti: USB Audio (hw:3,0)", "ALSA", 2, 2, 44_100)
    assert find((*DEVICES, yeti, other), "microphone", "Yeti: USB Audio (hw:3,0)") == other, "the very name first"


def test_a_number_is_an_index_and_never_part_of_a_name() -> None:
    with pytest.raises(SoundProblem):
        find((HEADSET,), "microphone", "2")


def test_a_speaker_is_no_microphone() -> None:
    for wanted in ("3", "HDMI"):
        assert find(DEVICES, "speaker", wanted) == SCREEN
        with pytest.raises(SoundProblem, match="no microphone called"):
            find(DEVICES, "microphone", wanted)


def test_the_refusal_names_what_there_is() -> None:
    with pytest.raises(SoundProblem) as caught:
        find(DEVICES, "microphone", "theremin")
    assert "theremin" in caught.value.title
    assert "1 USB Headset 2" in caught.value.hint
    assert "HDMI" not in caught.value.hint


def test_without_a_marked_default_the_first_will_do() -> None:
    assert find((HEADSET, CARD), "microphone", "") == HEADSET


def test_without_any_device_the_hint_is_a_command() -> None:
    with pytest.raises(SoundProblem, match="No speaker was found") as caught:
        find((), "speaker", "")
    assert caught.value.hint


@pytest.mark.parametrize(("taken", "listed"), [({24_000, 48_000}, 24_000), ({48_000}, 48_000)])
def test_the_rate_of_a_device_is_the_one_that_a_lesson_opens_it_with(taken: set[int], listed: int) -> None:
    machine = Machine()
    machine.rates_hz = taken
    assert [each.rate_hz for each in survey(machine)] == [listed, listed]


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("apt-get", "sudo apt-get install libportaudio2"),
        ("dnf", "sudo dnf install portaudio"),
        ("pacman", "sudo pacman -S portaudio"),
        ("zypper", "sudo zypper install libportaudio2"),
        ("apk", "sudo apk add portaudio"),
        ("brew", "brew install portaudio"),
        ("", "portaudio.com"),
    ],
)
def test_the_command_is_this_system_s(monkeypatch: pytest.MonkeyPatch, program: str, expected: str) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: name if name == program else None)
    assert expected in install_hints.install_portaudio()
    assert "pip install pyaudio" in install_hints.install_pyaudio()


@pytest.mark.parametrize(("system", "expected"), [("Darwin", "Privacy"), ("Windows", "Settings"), ("Linux", "run: ")])
def test_no_device_has_a_mend_everywhere(monkeypatch: pytest.MonkeyPatch, system: str, expected: str) -> None:
    monkeypatch.setattr(platform, "system", lambda: system)
    assert expected in install_hints.no_device()
    assert install_hints.busy()
