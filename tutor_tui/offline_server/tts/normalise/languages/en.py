"""English, as in Britain: day before month, pounds and pence."""

from __future__ import annotations

import re

from tutor_tui.offline_server.tts.normalise.cardinals import cardinal, ordinal, year
from tutor_tui.offline_server.tts.normalise.roman import KINGS, roman_rule
from tutor_tui.offline_server.tts.normalise.rules import Rule, currencies, nouns, pairs
from tutor_tui.offline_server.tts.normalise.tables import Tables

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_SHORT_MONTHS = {"Sept": 9} | {name[:3]: place for place, name in enumerate(_MONTHS, 1)}
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)}|(?:{'|'.join(_SHORT_MONTHS)})\b\.?)"
_DAY = r"(?<![0-9.,:])(?P<day>[12]?[0-9]|3[01])(?:st|nd|rd|th)?"
_YEAR = r"(?:,?\s(?P<year>1[1-9][0-9]{2}|20[0-9]{2})(?![0-9,:]))?"
_OF_YEARS = re.compile(
    rf"(?:\b(?:in|since|until|till|from|by|before|after|around|year|early|late|mid|summer|winter|spring|autumn|fall|"
    rf"{'|'.join(_MONTHS)})|[('’])[\s-]*(?:of\s)?$",
    re.IGNORECASE,
)
_NOT_COUNTED = re.compile(r"\s*(?:$|[.,;:!?)]|(?:was|is|will|to|and|or)\b)")
_COUNTED = re.compile(
    r"[\s-]?(?:people|years|months|weeks|days|hours|minutes|seconds|men|women|children|words|pages|miles|metres|meters|"
    r"kilometres|grams|times|pieces|students|of\b)"
)


def _year(number: int, before: str, after: str) -> str:
    if not 1100 <= number <= 2099 or _COUNTED.match(after):
        return ""
    is_year = _OF_YEARS.search(before) or (number >= 1900 and _NOT_COUNTED.match(after))
    return _in_words(number) if is_year else ""


def _in_words(number: int) -> str:
    return year(number, "en")


def _date(day: int, month: int, number: int | None, before: str) -> str:
    the = "" if re.search(r"\bthe\s*$", before, re.IGNORECASE) else "the "
    said = f"{the}{ordinal(day, 'en')} of {_MONTHS[month - 1]}"
    return f"{said}, {_in_words(number)}" if number else said


def _written_date(match: re.Match[str]) -> str:
    name = match["month"].rstrip(".")
    month = _MONTHS.index(name) + 1 if name in _MONTHS else _SHORT_MONTHS[name]
    number = int(match["year"]) if match["year"] else None
    if match.start("day") < match.start("month"):
        return _date(int(match["day"]), month, number, match.string[: match.start()])
    said = f"{_MONTHS[month - 1]} the {ordinal(int(match['day']), 'en')}"
    return f"{said}, {_in_words(number)}" if number else said


def _clock(hour: int, minute: int) -> str:
    said = cardinal(hour, "en")
    if minute == 0:
        return f"{said} hundred" if hour > 12 else said
    return f"{said} oh {cardinal(minute, 'en')}" if minute < 10 else f"{said} {cardinal(minute, 'en')}"


def _decade(match: re.Match[str]) -> str:
    number = int(match[1])
    said = _in_words(number) if number >= 1000 else cardinal(number, "en")
    return f"{said[:-1]}ies" if said.endswith("y") else f"{said}s"


_OWN: tuple[Rule, ...] = (
    (re.compile(rf"{_DAY}(?:\sof)?\s{_MONTH}(?!\w){_YEAR}"), _written_date),
    (re.compile(rf"\b{_MONTH}\s{_DAY}(?![0-9:%\w]|[.,][0-9]){_YEAR}"), _written_date),
    (re.compile(r"(?<![0-9])([0-9]{1,4})(?:st|nd|rd|th)\b"), lambda match: ordinal(int(match[1]), "en")),
    (re.compile(r"['’]?(?<![0-9,.])((?:1[1-9]|20)?[1-9]0|1[1-9]00|2000)['’]?s\b"), _decade),
    (re.compile(r"(?<!\w)24/7(?!\w)"), "twenty-four seven"),
)
_ROMAN = (
    roman_rule(rf"\b{KINGS}\s", r"(?<!\sI)\b(?!['’])", lambda number, _: f"the {ordinal(number, 'en')}"),
    roman_rule(
        r"\b(?P<king>(?:King|Queen|Pope|Emperor)\s[A-Z]\w+)\s",
        r"\b(?!['’])",
        lambda number, _: f"the {ordinal(number, 'en')}",
    ),
    roman_rule(r"\b", r"(?:th|st|nd|rd)?(?=\scentur)", lambda number, _: ordinal(number, "en")),
    roman_rule(
        r"\b(?:War|Wars|Chapter|Part|Act|Volume|Book|Type|Phase|Level|Unit)\s",
        r"\b(?!['’])",
        lambda number, _: cardinal(number, "en"),
    ),
)

TABLES = Tables(
    code="en",
    decimal=".",
    point="point",
    decimals_are_a_number=False,
    signs=pairs("""
        – = to
        - = minus
        + = plus
        × = times
        ÷ = divided by
        : = to
        / = slash
        & = and
        # = number
        and = and
        1½ = and a half
        1/2 = half
        1/3 = a third
        2/3 = two thirds
        1/4 = a quarter
        3/4 = three quarters
    """)
    | {"=": "equals"},
    units=nouns("""
        km = kilometre/kilometres
        m = metre/metres
        cm = centimetre/centimetres
        mm = millimetre/millimetres
        km/h = kilometre an hour/kilometres an hour
        kmh = kilometre an hour/kilometres an hour
        mph = mile an hour/miles an hour
        m/s = metre a second/metres a second
        ft = foot/feet
        lb = pound/pounds
        lbs = pound/pounds
        oz = ounce/ounces
        kg = kilogram/kilograms
        g = gram/grams
        mg = milligram/milligrams
        l = litre/litres
        L = litre/litres
        ml = millilitre/millilitres
        mL = millilitre/millilitres
        cl = centilitre/centilitres
        m² = square metre/square metres
        m2 = square metre/square metres
        km² = square kilometre/square kilometres
        km2 = square kilometre/square kilometres
        m³ = cubic metre/cubic metres
        m3 = cubic metre/cubic metres
        °C = degree Celsius/degrees Celsius
        °F = degree Fahrenheit/degrees Fahrenheit
        ° = degree/degrees
        % = per cent/per cent
        ‰ = per mille/per mille
        kWh = kilowatt hour/kilowatt hours
        kW = kilowatt/kilowatts
        W = watt/watts
        V = volt/volts
        Hz = hertz/hertz
        kHz = kilohertz/kilohertz
        GB = gigabyte/gigabytes
        MB = megabyte/megabytes
        TB = terabyte/terabytes
        h = hour/hours
        hr = hour/hours
        hrs = hours/hours
        p = penny/pence
        min = minute/minutes
        mins = minutes/minutes
        sec = second/seconds
    """),
    currencies=currencies("""
        $ US$ USD = dollar/dollars, cent/cents
        £ GBP = pound/pounds, penny/pence
        € EUR = euro/euros, cent/cents
        ¥ JPY = yen/yen
        ₩ KRW = won/won
        CNY RMB = yuan/yuan
        CHF = Swiss franc/Swiss francs, centime/centimes
    """),
    millions=pairs("""
        k = thousand
        K = thousand
        m = million
        M = million
        million = million
        bn = billion
        billion = billion
        thousand = thousand
    """),
    abbreviations=(
        (r"e\.\s?g\.", "for example"),
        (r"i\.\s?e\.", "that is"),
        (r"etc\.?", "et cetera"),
        (r"vs\.?", "versus"),
        (r"approx\.", "approximately"),
        (r"No\.(?=\s?[0-9])", "number"),
        (r"p\.(?=\s?[0-9])", "page"),
        (r"pp\.(?=\s?[0-9])", "pages"),
        (r"Tel\.", "telephone"),
        (r"Jr\.", "Junior"),
        (r"Rd\.", "Road"),
        (r"Ave\.", "Avenue"),
        (r"B\.?C\.?E?\.?(?<=C)", "B C"),
    ),
    titles=((r"Mr\.?", "Mister"), (r"Mrs\.?", "Missis"), (r"Ms\.?", "Miz"), (r"Dr\.?", "Doctor"),
            (r"Prof\.", "Professor"), (r"St\.?", "Saint")),
    date=_date,
    months=_MONTHS,
    clock=_clock,
    times=(
        r"(?<![0-9:.,])(?P<h>1?[0-9])(?:[:.](?P<m>[0-5][0-9]))?\s?(?P<pm>[ap])(?:\.m\b\.?|m\b(?:\.$)?)",
        r"(?<![0-9:.,])(?P<h>0?[1-9]|1[0-2])(?::00)?(?=\so['’]clock)",
    ),
    own=_OWN,
    year=_year,
    letters={"@": "at", ".": "dot", "-": "dash", "_": "underscore"},
    roman=_ROMAN,
)  # fmt: skip
