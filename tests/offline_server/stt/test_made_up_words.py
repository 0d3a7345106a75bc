"""What Whisper writes for noise is not taken for words; what people say is."""

from __future__ import annotations

import pytest

from tutor_tui.offline_server.stt.made_up_words import is_made_up
from tutor_tui.offline_server.stt.whisper_decoder import Transcript


def said(text: str, log_probability: float = -0.4, no_speech: float = 0.1) -> Transcript:
    return Transcript(text, "", log_probability, no_speech)


@pytest.mark.parametrize(
    ("transcript", "voice_s"),
    [
        (said("고춧가루", -1.63, 0.74), 1.0),  # white noise, as base really writes it
        (said("이..", -3.8, 0.8), 1.0),  # a beep
        (said("이 시각은 " * 20, -0.52, 0.9), 30.0),  # digital silence
        (said("¡Vamos!", -1.2, 0.7), 1.0),
        (said("Thank you for watching!"), 2.0),
        (said("시청해주셔서 감사합니다."), 2.0),
        (said("ご視聴ありがとうございました"), 2.0),
        (said("Untertitelung des ZDF für funk, 2017"), 4.0),
        (said("Sous-titres réalisés par la communauté d'Amara.org"), 4.0),
        (said("字幕由Amara.org社区提供"), 4.0),
        (said("and so on and so on and so on and then"), 0.3),
        (said("これは本当にとても長い文章なんですよ"), 0.2),
    ],
)
def test_what_nobody_said(transcript: Transcript, voice_s: float) -> None:
    assert is_made_up(transcript, voice_s)


@pytest.mark.parametrize(
    ("transcript", "voice_s"),
    [
        (said("네."), 0.12),
        (said("Yes."), 0.1),
        (said("un café", -0.9, 0.5), 0.4),
        (said("나에게 커피를 줘", -1.1, 0.3), 1.2),  # a strong accent
        (said("Thank you."), 0.5),
        (said("감사합니다"), 0.7),
        (said("Thanks for watching my cat while I was away."), 2.5),
        (said("no no no"), 0.9),
        (said("客観的実在の判断的知識が成立するのである"), 3.0),
        (said("he was not an ill disposed young man"), 2.2),
        (said(""), 0.0),
    ],
)
def test_what_people_say(transcript: Transcript, voice_s: float) -> None:
    assert not is_made_up(transcript, voice_s)
