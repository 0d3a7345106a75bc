"""Two voices as lines of level: on one scale of time, each from its first sound on."""

from __future__ import annotations

from tests.support.pulse import tone
from tutor_tui.core import pcm
from tutor_tui.speech.level_lines import drawn, level_line, loudest_in


def test_a_line_begins_with_the_first_voice_and_ends_with_the_last() -> None:
    voice = tone(0.5) + pcm.silence(300) + tone(0.2)
    line = level_line(pcm.silence(700) + voice + pcm.silence(900), 20)
    assert len(line) == 50
    assert min(line[:25]) > 240 and max(line[26:39]) <= 2 and min(line[41:]) > 240


def test_a_soft_microphone_draws_the_same_line_as_a_loud_one() -> None:
    loud = level_line(tone(0.3, level=16_000) + tone(0.3, level=4_000), 20)
    soft = level_line(tone(0.3, level=1_600) + tone(0.3, level=400), 20)
    assert max(abs(one - other) for one, other in zip(loud, soft, strict=True)) <= 1
    assert abs(loud[-5] - 128) < 3, "12 dB less is drawn half as high"


def test_of_two_on_one_scale_the_louder_one_is_higher() -> None:
    loud, soft = tone(0.3, level=16_000), tone(0.3, level=4_000)
    line = level_line(soft, 20, loudest=loudest_in(loud))
    assert max(level_line(loud, 20, loudest=loudest_in(loud))) == 255 and abs(max(line) - 128) < 3


def test_what_is_heard_at_half_its_pace_is_twice_as_long() -> None:
    assert len(level_line(tone(1.0), 20, stretched=2.0)) == 2 * len(level_line(tone(1.0), 20)) == 100


def test_where_there_is_no_voice_there_is_no_line() -> None:
    assert level_line(b"", 20) == level_line(pcm.silence(500), 20) == b""


def test_it_is_drawn_on_any_number_of_cells_and_nothing_stands_behind_its_end() -> None:
    line = bytes([255] * 10 + [0] * 10 + [128] * 10)
    assert drawn(line, 8, 5, " .-#") == "##  --  "
    assert drawn(line, 4, 10, " .-#") == "# - "
    assert drawn(b"", 3, 1, " #") == "   "
