"""Mandarin: 二 and 两, years digit by digit, per cent and fractions the other way round."""

from __future__ import annotations

import re

from tutor_tui.offline_server.tts.normalise.dates import date_rules
from tutor_tui.offline_server.tts.normalise.myriads import HANZI_DIGITS, LONGEST, hanzi
from tutor_tui.offline_server.tts.normalise.rules import Rule, any_of, pairs, words_of
from tutor_tui.offline_server.tts.normalise.signs import (
    address_rules,
    between_numbers,
    other_signs,
    signs_for_the_eye,
)
from tutor_tui.offline_server.tts.normalise.telephone import telephone_rules
from tutor_tui.offline_server.tts.normalise.times import COLON, time_rules

_TWO_OF = words_of("""
个 位 名 杯 瓶 碗 盘 份 张 本 件 条 双 只 支 枝 把 块 元 点 小时 分钟 天 周 岁 年 次 遍 趟 种 家 间 套 辆 台 部 首
片 斤 公斤 公里 千米 米 里 口 棵 朵 座 封 节 门 场 句 层 顿 袋 盒 包 箱 滴 颗 群 对 人 百 千 万 亿 秒 刻钟 倍 站 代
样 头 匹 根
""")
"""What is counted with 两."""
_NOT_TWO_OF = "年级|人称|次元|部曲"
"""Where what follows only looks like something counted: 二年级."""
_NUMBER = r"[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+(?!\.?[0-9]))?"
_MINUS = r"(?:(?<![\w)\]%])[-−])?"
_SIGNS = pairs("""
    – = 到
    - = 减
    + = 加
    × = 乘
    ÷ = 除以
    : = 比
    / = 斜杠
    & = 和
    # = 号
""") | {"=": "等于"}
_UNITS = pairs("""
    km = 公里
    m = 米
    cm = 厘米
    mm = 毫米
    kg = 公斤
    g = 克
    mg = 毫克
    t = 吨
    l = 升
    L = 升
    ml = 毫升
    mL = 毫升
    m² = 平方米
    m2 = 平方米
    km² = 平方公里
    km2 = 平方公里
    m³ = 立方米
    m3 = 立方米
    °C = 度
    °F = 华氏度
    ° = 度
    kWh = 千瓦时
    kW = 千瓦
    W = 瓦
    V = 伏
    GB = 吉字节
    MB = 兆字节
""")
_MONEY = pairs("""
    ¥ = 元
    CNY = 元
    RMB = 元
    $ = 美元
    US$ = 美元
    USD = 美元
    € = 欧元
    EUR = 欧元
    £ = 英镑
    ₩ = 韩元
    JPY = 日元
""")
_LETTERS = {"@": "艾特", ".": "点", "-": "杠", "_": "下划线"}
_FRACTIONS = {"½": "二分之一", "¼": "四分之一", "¾": "四分之三", "⅓": "三分之一", "⅔": "三分之二"}


def _one_by_one(digits: str, one: str = "一") -> str:
    return "".join(one if digit == "1" else HANZI_DIGITS[int(digit)] for digit in digits)


def _in_words(text: str, *, before_noun: bool = False) -> str:
    digits = text.lstrip("-−").replace(",", "")
    whole, _, decimals = digits.partition(".")
    plain = len(whole) > LONGEST or (whole[0] == "0" and len(whole) > 1)
    said = _one_by_one(whole) if plain else hanzi(int(whole))
    if decimals:
        said += f"点{_one_by_one(decimals)}"
    elif said == "二" and before_noun:
        said = "两"
    return f"负{said}" if text[0] in "-−" else said


def _measured(number: str, unit: str) -> str:
    if unit == "度" and number[0] in "-−":
        return f"零下{_in_words(number[1:], before_noun=True)}度"
    return f"{_in_words(number, before_noun=True)}{unit}"


def _price(number: str, coin: str) -> str:
    """Without the zero that ends the cents: 三点五元."""
    digits = number.rstrip("0").rstrip(".") if re.search(r"\.[0-9]{2}$", number) else number
    return _measured(digits, coin)


def _date(day: int, month: int, year: int | None, before: str) -> str:
    del before
    said = f"{hanzi(month)}月{hanzi(day)}日"
    return f"{_one_by_one(str(year))}年{said}" if year else said


def _clock(hour: int, minute: int) -> str:
    said = f"{'两' if hour == 2 else hanzi(hour)}点"
    return f"{said}{'零' if minute < 10 else ''}{hanzi(minute)}分" if minute else said


def _per_cent(match: re.Match[str]) -> str:
    of = {"%": "百", "‰": "千"}[match[2]]
    return f"{'负' if match[1][0] in '-−' else ''}{of}分之{_in_words(match[1].lstrip('-−'))}"


def _fraction(match: re.Match[str]) -> str:
    return f"{hanzi(int(match[2]))}分之{hanzi(int(match[1]))}"


def chinese_rules() -> tuple[Rule, ...]:
    """All rules for Mandarin, in the order in which they have to come."""
    number, signed = f"(?:{_NUMBER})", f"({_MINUS}(?:{_NUMBER}))"
    two_of = any_of(_TWO_OF)
    return (
        *address_rules(_LETTERS),
        (re.compile("(?<=[0-9])：(?=[0-9])"), ":"),
        *date_rules(_date, month_first=True),
        telephone_rules(lambda digits: _one_by_one(digits, "幺"), "加", r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])", gap="，"),
        (re.compile(r"(?<![0-9])2\s?[~〜–-]\s?3(?=\s?[^\x00-\x7f])"), "两三"),
        *between_numbers(_SIGNS, unspaced=True),
        *time_rules(_clock, [COLON]),
        (re.compile(r"[½¼¾⅓⅔]"), lambda match: _FRACTIONS[match[0]]),
        (re.compile(r"(?<![0-9/.])([0-9]{1,3})/([0-9]{1,3})(?![0-9/.])"), _fraction),
        (re.compile(rf"{signed}\s?([%‰])"), _per_cent),
        (re.compile(rf"({number})\s?km/h"), lambda match: f"每小时{_measured(match[1], '公里')}"),
        (re.compile(rf"({any_of(_MONEY)})\s?({number})"), lambda match: _price(match[2], _MONEY[match[1]])),
        (re.compile(rf"({number})\s?({any_of(_MONEY)})(?![A-Za-z])"), lambda match: _price(match[1], _MONEY[match[2]])),
        (
            re.compile(rf"{signed}\s?({any_of(_UNITS)})(?![A-Za-z²³])"),
            lambda match: _measured(match[1], _UNITS[match[2]]),
        ),
        (re.compile(r"(?<![0-9])([0-9]{4})(?=\s?年(?!前|后|来|间|的历史))"), lambda match: _one_by_one(match[1])),
        (re.compile(r"(?<![0-9.第点])(?<!第 )2(?=\s?(?:来|多)?(?!" + _NOT_TWO_OF + rf")(?:{two_of}))"), "两"),
        *other_signs(_SIGNS),
        *signs_for_the_eye(),
        (re.compile(rf"{signed}(?=\s?([^\W\d_])?)"), lambda match: _in_words(match[1])),
    )
