"""How long a text takes to be said."""

from __future__ import annotations

import pytest

from tutor_tui.core import pcm
from tutor_tui.offline_server.tts.espeak import Espeak
from tutor_tui.speech.words_heard import usual_ms


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hello! Let us play cards. Which card do you have?", "en"),
        ("I was only asking whether you like it here, so far away from home.", "en"),
        ("Buenos días, ¿qué desea tomar hoy?", "es"),
        ("안녕하세요. 오늘은 무엇을 하고 싶으세요?", "ko"),
        ("今日はどこへ行きますか。駅ですか。", "ja"),
        ("The train leaves at 14:30 and costs £12.50 for 2 people.", "en"),
        ("2026년 5월 3일 오후 2시 30분에 만나요.", "ko"),
        ("Am 3.4.2026 kostet es 12,50 €.", "de"),
        ("5月3日の14:30に1200円です。", "ja"),
    ],
)
def test_it_is_about_as_long_as_a_real_voice_takes(text: str, language: str) -> None:
    sound_ms = pcm.ms_of(sum(len(piece) for piece in Espeak().speak(text, language, 1.0)))
    assert usual_ms(text) == pytest.approx(sound_ms, rel=0.35)


def test_nothing_takes_no_time() -> None:
    assert usual_ms("") == 0
