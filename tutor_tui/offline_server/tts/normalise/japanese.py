"""Japanese: numbers in kana, with the sounds that they have before what they count."""

from __future__ import annotations

import re

from tutor_tui.offline_server.tts.normalise.dates import date_rules
from tutor_tui.offline_server.tts.normalise.japanese_counters import COUNTERS, counted
from tutor_tui.offline_server.tts.normalise.myriads import KANA_DIGITS, LONGEST, kana
from tutor_tui.offline_server.tts.normalise.rules import Rule, any_of, pairs
from tutor_tui.offline_server.tts.normalise.signs import (
    address_rules,
    between_numbers,
    other_signs,
    signs_for_the_eye,
)
from tutor_tui.offline_server.tts.normalise.telephone import telephone_rules
from tutor_tui.offline_server.tts.normalise.times import COLON, time_rules

_DAYS = {
    1: "ついたち", 2: "ふつか", 3: "みっか", 4: "よっか", 5: "いつか", 6: "むいか", 7: "なのか", 8: "ようか",
    9: "ここのか", 10: "とおか", 14: "じゅうよっか", 17: "じゅうしちにち", 19: "じゅうくにち", 20: "はつか",
    24: "にじゅうよっか", 27: "にじゅうしちにち", 29: "にじゅうくにち",
}  # fmt: skip
_NUMBER = r"[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+(?!\.?[0-9]))?"
_MINUS = r"(?:(?<![\w)\]%])[-−])?"
_LARGE = {"千": 1_000, "万": 10_000, "億": 100_000_000, "兆": 1_000_000_000_000}
_SIGNS = pairs("""
    – = から
    - = ひく
    + = たす
    × = かける
    ÷ = わる
    : = たい
    / = スラッシュ
    & = と
    # = ナンバー
""") | {"=": "わ"}
_UNITS = pairs("""
    km/h = キロ
    km = キロ
    m = メートル
    cm = センチ
    mm = ミリ
    kg = キロ
    g = グラム
    t = トン
    l = リットル
    L = リットル
    ml = ミリリットル
    mL = ミリリットル
    m² = 平方メートル
    m2 = 平方メートル
    °C = 度
    ° = 度
    % = パーセント
    GB = ギガバイト
    MB = メガバイト
    W = ワット
""")
_MONEY = pairs("""
    ¥ = 円
    JPY = 円
    $ = ドル
    US$ = ドル
    USD = ドル
    € = ユーロ
    EUR = ユーロ
    £ = ポンド
    ₩ = ウォン
""")
_LETTERS = {"@": "アットマーク", ".": "ドット", "-": "ハイフン", "_": "アンダーバー"}
_FRACTIONS = {
    "½": "にぶんのいち",
    "¼": "よんぶんのいち",
    "¾": "よんぶんのさん",
    "⅓": "さんぶんのいち",
    "⅔": "さんぶんのに",
}


def _one_by_one(digits: str) -> str:
    return "".join({"2": "にい", "5": "ごお"}.get(digit, KANA_DIGITS[int(digit)]) for digit in digits)


def _in_words(text: str) -> str:
    digits = text.lstrip("-−").replace(",", "")
    whole, _, decimals = digits.partition(".")
    plain = len(whole) > LONGEST or (whole[0] == "0" and len(whole) > 1)
    said = "".join(KANA_DIGITS[int(digit)] for digit in whole) if plain else kana(int(whole))
    if decimals:
        said = {"1": "いっ", "8": "はっ", "0": "れい"}.get(whole, re.sub("じゅう$", "じゅっ", said))
        said += "てん" + "".join(KANA_DIGITS[int(digit)] for digit in decimals)
    return f"マイナス{said}" if text[0] in "-−" else said


def _whole(text: str) -> int | None:
    digits = text.replace(",", "")
    return (
        int(digits) if digits.isdecimal() and len(digits) <= LONGEST and (digits == "0" or digits[0] != "0") else None
    )


def _with(number: str, counter: str) -> str:
    whole = _whole(number.lstrip("-−"))
    if whole is None or counter not in COUNTERS:
        reading = COUNTERS[counter].reading if counter in COUNTERS else counter
        return _in_words(number) + reading
    return ("マイナス" if number[0] in "-−" else "") + counted(whole, counter)


def _day(match: re.Match[str]) -> str:
    """The first of a month, but one day; all others are the same."""
    number, before, after = int(match[1]), match.string[: match.start()], match.string[match.end() :]
    if number == 1 and not before.rstrip().endswith(("月", "がつ", "毎月")) and not after.startswith(("です", "でし")):
        return "いちにち"
    return _DAYS.get(number) or f"{kana(number)}にち"


def _date(day: int, month: int, year: int | None, before: str) -> str:
    del before
    said = f"{counted(month, '月')}{_DAYS.get(day) or kana(day) + 'にち'}"
    return f"{counted(year, '年')}{said}" if year else said


def _clock(hour: int, minute: int) -> str:
    return counted(hour, "時") + (counted(minute, "分") if minute else "")


def _large(match: re.Match[str]) -> str:
    """1万5千, 3億: one number, written with signs for its large parts."""
    total, part = 0, 0
    for digits, sign in re.findall(r"([0-9,]+)([千万億兆]*)", match[1]):
        part += int(digits.replace(",", "")) * (1_000 if sign.startswith("千") else 1)
        if large := sign.removeprefix("千"):
            total, part = total + part * _LARGE[large[0]], 0
    return f"{total + part}"


def _days(match: re.Match[str]) -> str:
    number = int(match[1])
    return "いちにちかん" if number == 1 else f"{_DAYS.get(number) or kana(number) + 'にち'}かん"


def _fraction(match: re.Match[str]) -> str:
    return f"{kana(int(match[2]))}ぶんの{kana(int(match[1]))}"


def japanese_rules() -> tuple[Rule, ...]:
    """All rules for Japanese, in the order in which they have to come."""
    signed, number = f"({_MINUS}(?:{_NUMBER}))", f"({_NUMBER})"
    counters = any_of(tuple(COUNTERS))
    return (
        *address_rules(_LETTERS),
        (re.compile("(?<=[0-9])：(?=[0-9])"), ":"),
        *date_rules(_date, month_first=True),
        telephone_rules(_one_by_one, "プラス", gap="、"),
        (re.compile(r"(?<![0-9])([0-9]{1,2})\s?[~〜–-]\s?([0-9]{1,2})(?=(時|日|月)(?!間))"), r"\g<1>\g<3>から\g<2>"),
        *between_numbers(_SIGNS, unspaced=True),
        *time_rules(_clock, [COLON]),
        (re.compile(r"[½¼¾⅓⅔]"), lambda match: _FRACTIONS[match[0]]),
        (re.compile(r"(?<![0-9/.])([0-9]{1,2})/([0-9]{1,2})(?![0-9/.])"), _fraction),
        (re.compile(rf"({any_of(_MONEY)})\s?({_NUMBER})"), lambda match: f"{match[2]}{_MONEY[match[1]]}"),
        (re.compile(r"((?:[0-9][0-9,]*[千万億兆]+)+[0-9]*)(?![0-9.])"), _large),
        (re.compile(rf"{signed}\s?({any_of(_MONEY)})(?![A-Za-z])"), lambda match: _with(match[1], _MONEY[match[2]])),
        (re.compile(rf"{number}\s?km/h"), lambda match: f"じそく{_with(match[1], 'キロ')}"),
        (re.compile(rf"{signed}\s?({any_of(_UNITS)})(?![A-Za-z²³])"), lambda match: _with(match[1], _UNITS[match[2]])),
        (re.compile(r"(?<![0-9.,])([0-9]{1,2})日間"), _days),
        (re.compile(r"(?<![0-9.,])([0-9]{1,2})日(?!本)"), _day),
        (re.compile(rf"{signed}\s?({counters})"), lambda match: _with(match[1], match[2])),
        *other_signs(_SIGNS),
        *signs_for_the_eye(),
        (re.compile(signed), lambda match: _in_words(match[1])),
    )
