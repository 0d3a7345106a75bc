"""Korean reaches espeak-ng as it sounds, and is said so."""

from __future__ import annotations

import pytest

from tutor_tui.offline_server.espeak_engine import engine
from tutor_tui.offline_server.tts.hangul import as_it_sounds


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("감사합니다.", "감사함니다."),
        ("이름이 뭐예요?", "이르미 뭐예요?"),
        ("책이 있습니다.", "채기 읻씀니다."),
        ("작년에 한국말을 배웠어요.", "장녀네 한궁마를 배워써요."),
        ("같이 가요.", "가치 가요."),
        ("못해요. 못 가요.", "모태요. 몯 까요."),
        ("커피를 좋아해요.", "커피를 조아해요."),
        ("괜찮아요.", "괜차나요."),
        ("값이 없어요.", "갑씨 업써요."),
        ("몇 명이에요?", "면 명이에요?"),
        ("다섯 시 십 분", "다섣 씨 십 뿐"),
        ("이십육 번", "이심뉵 뻔"),
        ("열여섯 살", "열려섣 쌀"),
        ("무슨 요일이에요?", "무슨 뇨이리에요?"),
        ("갈 거예요.", "갈 꺼예요."),
        ("독립, 신라", "동닙, 실라"),
        ("힘을 내세요.", "히믈 내세요."),
        ("밥, 마늘", "밥, 마늘"),
        ("Tom 씨", "Tom 씨"),
    ],
)
def test_sounds_change_by_their_neighbours_and_not_over_a_pause(written: str, said: str) -> None:
    assert as_it_sounds(written) == said


def test_espeak_says_so_only_what_is_written_so() -> None:
    """Should it learn the rules one day, they need not be ours."""
    assert engine().ipa("합니다", "ko") != engine().ipa("함니다", "ko")
    assert "mn" in engine().ipa(as_it_sounds("합니다"), "ko")
