"""Korean as it sounds, for a voice that reads it letter by letter.

espeak-ng opens a final before a vowel, but changes no sound by its neighbour: 합니다 is hapnida to it, 작년 jaknyeon,
and 못해요 moseyo. Written as they sound (함니다, 장년, 모태요), it says them right.
"""

from __future__ import annotations

import re

from tutor_tui.offline_server.phones.korean import as_said
from tutor_tui.offline_server.tts.normalise.rules import any_of

_TABLE = """
십육: 심뉵 | 백육: 뱅뉵 | 천육: 천뉵 | 열여섯: 열려섯 | 열여덟: 열려덟 | 스물여섯: 스물려섯 | 스물여덟: 스물려덟
서른여섯: 서른녀섯 | 서른여덟: 서른녀덟 | 마흔여섯: 마흔녀섯 | 마흔여덟: 마흔녀덟 | 쉰여섯: 쉰녀섯 | 쉰여덟: 쉰녀덟
무슨 요일: 무슨 뇨일 | 무슨 일: 무슨 닐 | 할 일: 할 릴 | 볼일: 볼릴 | 집안일: 집안닐 | 한국 요리: 한궁 뇨리
한국 영화: 한궁 녕화 | 한국 여행: 한궁 녀행 | 서울역: 서울력 | 지하철역: 지하철력 | 전철역: 전철력 | 부산역: 부산녁
강남역: 강남녁 | 꽃잎: 꼰닙 | 나뭇잎: 나문닙 | 깻잎: 깬닙 | 담요: 담뇨 | 두통약: 두통냑 | 알약: 알략
색연필: 생년필 | 못 읽: 몬 닉 | 못 입: 몬 닙 | 은요: 은뇨 | 는요: 는뇨 | 만요: 만뇨 | 정말요: 정말료 | 짧게: 짤께
짧고: 짤꼬 | 짧지: 짤찌 | 넓게: 널께 | 넓고: 널꼬 | 넓지: 널찌
"""
"""Words of two parts, whose second gets an n (Standard Korean § 29), and stems in ㄼ."""
_BY_WORD = dict(entry.strip().split(": ") for entry in _TABLE.strip().replace("\n", "|").split("|"))
_IN_TABLE = re.compile(any_of(_BY_WORD))
_PHRASE = re.compile("[가-힣]+(?: [가-힣]+)*")
"""Without a pause in it: over one, no sound reaches another."""


def as_it_sounds(text: str) -> str:
    """`text` with its Hangul written by sound."""
    return _PHRASE.sub(lambda phrase: as_said(_IN_TABLE.sub(lambda word: _BY_WORD[word[0]], phrase[0])), text)
