"""The instruments themselves: what they must see, and what they must not take for it."""

from __future__ import annotations

import os
import re
import sys
from array import array
from pathlib import Path

import numpy as np
import pytest

from tests.benchmarks.report import TARGETS, is_met
from tests.benchmarks.sound import breaks
from tests.end_to_end.likeness import likeness, place_of_all, resemblance, voice_of
from tests.support.paths import SAMPLES
from tests.support.strict_server import tone
from tests.support.terminal import ScreenTimeout, Terminal, flat


def terminal(script: str, *, keep_output: bool = False) -> Terminal:
    return Terminal([sys.executable, "-c", script], width=40, height=10, env=dict(os.environ), keep_output=keep_output)


def test_a_sentence_is_found_across_lines_and_frames() -> None:
    assert "the words go on" in flat("│ the words │\n│ go on     │\n╰───────────╯")


def test_keys_arrive_and_the_exit_code_is_known() -> None:
    with terminal("import sys\nprint('ready')\nsys.exit(len(input()))") as screen:
        screen.wait_for("ready")
        screen.type("한국어")
        screen.send("Enter")
        assert screen.wait_for_exit() == 3
        assert screen.is_restored


@pytest.mark.parametrize("mess", ["\\x1b[?1049h", "\\x1b[?25l", "\\x1b[?1003h"], ids=["screen", "cursor", "mouse"])
def test_a_terminal_left_in_a_mess_is_noticed(mess: str) -> None:
    with terminal(f"print('{mess}', end='')") as screen:
        screen.wait_for_exit()
        assert not screen.is_restored


def test_a_terminal_left_raw_is_noticed() -> None:
    with terminal("import tty\ntty.setraw(0)") as screen:
        screen.wait_for_exit()
        assert not screen.is_restored


def test_output_painted_over_is_still_known() -> None:
    with terminal("print('ALSA lib: noise')\nprint('\\x1b[2J\\x1b[Hclean')", keep_output=True) as screen:
        screen.wait_for("clean")
        assert "noise" not in screen.text
        assert "ALSA lib: noise" in screen.output


def test_what_does_not_come_is_a_failure_that_shows_the_screen() -> None:
    with terminal("input('here I wait')") as screen, pytest.raises(ScreenTimeout, match="here I wait"):
        screen.wait_for("something else", timeout_s=0.5)


def test_the_screen_can_be_looked_at(tmp_path: Path) -> None:
    with terminal("input('\\x1b[31m안녕 [bold]')") as screen:
        screen.wait_for("안녕")
        screen.resize(60, 12)
        screen.screenshot(tmp_path / "screen.svg")
        screen.screenshot(tmp_path / "screen.png")
    svg = (tmp_path / "screen.svg").read_text(encoding="utf-8")
    places = {letter: float(x) for x, letter in re.findall(r'<text x="([\d.]+)"[^>]*>(.)</text>', svg)}
    assert places["녕"] - places["안"] == pytest.approx(2 * (places["o"] - places["b"]), abs=0.01)
    assert (tmp_path / "screen.png").read_bytes().startswith(b"\x89PNG")


def test_a_voice_is_known_from_another_and_found_in_its_place() -> None:
    voice, other = voice_of(SAMPLES / "cards-001.wav"), voice_of(SAMPLES / "cards-003.wav")
    recording = bytes(48_000) + voice + bytes(24_000)
    assert likeness(voice, recording).score == pytest.approx(1.0, abs=0.001)
    assert likeness(voice, recording).at == 24_000
    assert likeness(other, recording).score < 0.5
    assert resemblance(voice, recording).score > 0.95
    assert resemblance(other, recording).score < 0.8
    assert likeness(voice, b"").score == resemblance(voice, b"").score == 0


def test_a_sound_is_all_there_with_a_hole_but_not_with_a_piece_missing_or_out_of_place() -> None:
    voice, lead, hole = voice_of(SAMPLES / "austen-0880.wav"), bytes(48_000), bytes(1200)
    middle, piece = len(voice) // 4 * 2, 12_000
    assert place_of_all(voice, lead + voice) == 24_000
    assert place_of_all(voice, lead + voice[:middle] + hole + voice[middle:]) == 24_000
    assert place_of_all(voice, lead + voice[:middle] + voice[middle + piece :]) is None
    assert place_of_all(voice, lead + voice[piece:] + voice[:piece]) is None
    assert place_of_all(voice, lead + voice[:-piece]) is None
    assert place_of_all(voice, lead) is None
    assert place_of_all(voice, b"") is None


def test_a_whole_tone_has_no_breaks_and_a_hurt_one_has() -> None:
    whole = array("h", tone(500))
    assert breaks(np.array(whole)) == 0
    assert breaks(np.array(whole[:5_000] + whole[5_030:])) == 1
    silenced = whole[:4_000] + array("h", bytes(2 * 480)) + whole[4_480:]
    assert breaks(np.array(silenced)) in (1, 2)


def test_a_target_missed_by_a_tenth_is_missed() -> None:
    target = next(each for each in TARGETS if each.figure == "first delta → sound")
    floor = {target.figure: 50.0}
    assert is_met(target, {target.figure: 60.04}, floor)
    assert not is_met(target, {target.figure: 60.1}, floor)
