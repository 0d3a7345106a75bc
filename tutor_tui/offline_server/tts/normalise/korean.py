"""Korean: native numbers before what is counted one by one, Sino-Korean ones before measures, dates and money."""

from __future__ import annotations

import re

from tutor_tui.offline_server.tts.normalise.dates import date_rules
from tutor_tui.offline_server.tts.normalise.myriads import LONGEST, SINO_DIGITS, native, sino
from tutor_tui.offline_server.tts.normalise.rules import Rule, any_of, pairs, words_of
from tutor_tui.offline_server.tts.normalise.signs import (
    address_rules,
    between_numbers,
    other_signs,
    signs_for_the_eye,
)
from tutor_tui.offline_server.tts.normalise.telephone import telephone_rules
from tutor_tui.offline_server.tts.normalise.times import COLON, time_rules

_NATIVE = words_of("""
시간 시 개 명 사람 살 마리 권 병 잔 장 대 번째 번 송이 그루 켤레 벌 그릇 접시 조각 가지 군데 곳 달 해 끼 통 자루 채
척 쌍 줄 봉지 상자 박스 팩 캔 컵 숟가락 스푼 세트 팀 문제 과목 단어 문장 군 모금 방울 다발 판 알 모 포기 손 갑 배
친구 아이 식구 가족 분이 분을 분은 분께
""")
"""What native numbers count, up to 99."""
_NOT_NATIVE = (
    r"개월|개국|시리즈|장면|번지|번호|번길|번가|대학|대한|대\s?[0-9]|배달|배송|통신|달러|판매|손님|알파|해외|해리|모델|채널|"
    r"줄거리|명절|명동|병원|권리"
)
"""Words that only begin as a counter does."""
_SINO_FROM = {"시간": 24, "시": 13}
"""From here on, they are counted in Sino-Korean: 이십사 시간, 십삼 시."""
_NUMBERED = (
    r"(?=\s?(?:출구|버스|문|방|버튼|창구|선|홈|게이트|트랙|타자|환자|고객|국도|교실|승강장)|"
    r"이에요|입니다|으로|은\s|이\s|을\s)"
)
"""Behind 번, these make it a number and not how many times."""
_NUMBER = r"[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+(?!\.?[0-9]))?"
_MINUS = r"(?:(?<![\w)\]%])[-−])?"
_MONTHS = {6: "유월", 10: "시월"}
_TOGETHER = {"1": "한두", "2": "두세", "3": "서너", "4": "네다섯", "5": "대여섯", "6": "예닐곱", "7": "일고여덟"}
"""One or the other of two neighbours: 2~3명 is 두세 명."""

_SIGNS = pairs("""
    : = 대
    / = 슬래시
    & = 그리고
    # = 번호
    + = 더하기
""")
_BETWEEN = {"–": "에서 ", "-": " 빼기 ", "+": " 더하기 ", "×": " 곱하기 ", "÷": " 나누기 ", "=": "는 "}
_UNITS = pairs("""
    km = 킬로미터
    m = 미터
    cm = 센티미터
    mm = 밀리미터
    km/h = 킬로미터
    kg = 킬로그램
    g = 그램
    mg = 밀리그램
    t = 톤
    l = 리터
    L = 리터
    ml = 밀리리터
    mL = 밀리리터
    m² = 제곱미터
    m2 = 제곱미터
    km² = 제곱킬로미터
    km2 = 제곱킬로미터
    m³ = 세제곱미터
    m3 = 세제곱미터
    °C = 도
    ° = 도
    % = 퍼센트
    ‰ = 퍼밀
    kWh = 킬로와트시
    kW = 킬로와트
    W = 와트
    V = 볼트
    GB = 기가바이트
    MB = 메가바이트
    TB = 테라바이트
    kcal = 킬로칼로리
    cc = 시시
""")
_MONEY = pairs("""
    ₩ = 원
    KRW = 원
    $ = 달러
    US$ = 달러
    USD = 달러
    € = 유로
    EUR = 유로
    £ = 파운드
    ¥ = 엔
    JPY = 엔
""")
_LETTERS = {"@": "골뱅이", ".": "점", "-": "하이픈", "_": "밑줄"}
_FRACTIONS = {"½": "이분의 일", "¼": "사분의 일", "¾": "사분의 삼", "⅓": "삼분의 일", "⅔": "삼분의 이"}


def _one_by_one(digits: str, zero: str = "영") -> str:
    return "".join(SINO_DIGITS[int(digit)] if digit != "0" else zero for digit in digits)


def _in_words(text: str) -> str:
    """A number as it is written, in Sino-Korean."""
    digits = text.lstrip("-−").replace(",", "")
    whole, _, decimals = digits.partition(".")
    plain = len(whole) > LONGEST or (whole[0] == "0" and len(whole) > 1)
    said = _one_by_one(whole, "공") if plain else sino(int(whole))
    if decimals:
        said += f"점{_one_by_one(decimals)}"
    return f"마이너스 {said}" if text[0] in "-−" else said


def _date(day: int, month: int, year: int | None, before: str) -> str:
    del before
    said = f"{_month(month)} {sino(day)}일"
    return f"{sino(year)} 년 {said}" if year else said


def _month(number: int) -> str:
    return _MONTHS.get(number) or f"{sino(number)}월"


def _clock(hour: int, minute: int) -> str:
    said = f"{native(hour) if 1 <= hour <= 12 else sino(hour)} 시"
    return f"{said} {sino(minute)} 분" if minute else said


def _counted(match: re.Match[str]) -> str:
    digits, counter = match[1], match[2]
    number = int(digits)
    if counter == "번째" and number == 1:
        return "첫 번째"
    is_age = counter == "대" and number % 10 == 0  # 이십 대: in one's twenties
    is_native = 1 <= number < _SINO_FROM.get(counter, 100) and not is_age
    return f"{native(number) if is_native else sino(number)} {counter}"


def _some(match: re.Match[str]) -> str:
    """A range before a counter: 두세 명, 세 시에서 다섯 시."""
    first, last, counter = match[1], match[2], match[3]
    if int(last) == int(first) + 1 and first in _TOGETHER and counter not in ("시", "번"):
        return f"{_TOGETHER[first]} {counter}"
    return f"{first}{counter}에서 {last}{counter}"


def _time_of_half_day(match: re.Match[str]) -> str:
    half = {"a": "오전", "p": "오후"}[match["half"].lower()]
    return f"{half} {_clock(int(match['h']), int(match['m'] or 0))}" if int(match["h"]) <= 12 else match[0]


def _measured(match: re.Match[str]) -> str:
    number, unit = match[1], _UNITS[match[2]]
    if unit == "도" and number[0] in "-−":
        return f"영하 {_in_words(number[1:])} 도"
    return f"{_in_words(number)} {unit}"


def _large(match: re.Match[str]) -> str:
    """6천, 3만, 5억: with a word for the large part, in front of which a one is not said."""
    said = "" if match[1] == "1" and match[2] not in "억조" else _in_words(match[1])
    return f"{said}{match[2]}{' ' if match[3] else ''}"


def korean_rules() -> tuple[Rule, ...]:
    """All rules for Korean, in the order in which they have to come."""
    counters = rf"({any_of(_NATIVE)})"
    edge = r"(?<![0-9.,])(?<!제)(?<!제 )"
    return (
        *address_rules(_LETTERS),
        *date_rules(_date, month_first=True),
        telephone_rules(lambda digits: _one_by_one(digits, "공"), "플러스", gap=" "),
        (re.compile(rf"{edge}([0-9]{{1,2}})\s?[~〜–-]\s?([0-9]{{1,2}})\s?(?!{_NOT_NATIVE}){counters}"), _some),
        (re.compile(r"(?<=[013678])\s*=\s*(?=[-−0-9])"), "은 "),
        *between_numbers(_BETWEEN, unspaced=True),
        (
            re.compile(r"(?<![0-9:])(?P<h>[0-9]{1,2})(?::(?P<m>[0-5][0-9]))?\s?(?P<half>[apAP])\.?[mM]\b\.?"),
            _time_of_half_day,
        ),
        *time_rules(_clock, [COLON]),
        (re.compile(r"[½¼¾⅓⅔]"), lambda match: _FRACTIONS[match[0]]),
        (
            re.compile(r"(?<![0-9/.])([0-9]{1,2})/([0-9]{1,2})(?![0-9/.])"),
            lambda match: f"{sino(int(match[2]))}분의 {sino(int(match[1]))}",
        ),
        (re.compile(rf"(?:시속\s?)?({_NUMBER})\s?km/h"), lambda match: f"시속 {_in_words(match[1])} 킬로미터"),
        (
            re.compile(rf"({_MINUS})({any_of(_MONEY)})\s?({_NUMBER})([천만억]*)"),
            lambda match: f"{_in_words(match[1] + match[3])}{match[4]} {_MONEY[match[2]]}",
        ),
        (
            re.compile(rf"({_MINUS}(?:{_NUMBER}))\s?({any_of(_MONEY)})(?![A-Za-z])"),
            lambda match: f"{_in_words(match[1])} {_MONEY[match[2]]}",
        ),
        (re.compile(rf"({_MINUS}(?:{_NUMBER}))\s?({any_of(_UNITS)})(?![A-Za-z²³])"), _measured),
        (re.compile(r"(?<![0-9.,])([0-9]{1,2})월"), lambda match: _month(int(match[1]))),
        (re.compile(rf"{edge}([0-9]{{1,3}})\s?(번){_NUMBERED}"), lambda match: f"{sino(int(match[1]))} 번"),
        (re.compile(rf"{edge}([0-9]{{1,4}})\s?(?!{_NOT_NATIVE}){counters}"), _counted),
        (re.compile(rf"({_NUMBER})\s?([십백천만억조])(?=([0-9])?)"), _large),
        *other_signs(_SIGNS),
        *signs_for_the_eye(),
        (re.compile(rf"({_MINUS}(?:{_NUMBER}))(?=([가-힣])?)"), _plain),
    )


_JOINED = frozenset("일주박에은는이가을를도만과와로까부예입")
"""Particles and the copula, and what is one word with its number: 일주일, 삼일."""


def _plain(match: re.Match[str]) -> str:
    follows = match[2] or ""
    before = match.string[: match.start()][-1:]
    gap_before = " " if before.isalpha() and before < "\u0250" else ""
    return f"{gap_before}{_in_words(match[1])}{' ' if follows and follows not in _JOINED else ''}"
