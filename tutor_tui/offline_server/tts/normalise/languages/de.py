"""German, as in Germany."""

from __future__ import annotations

import re

from tutor_tui.offline_server.tts.normalise.cardinals import cardinal, ordinal, year
from tutor_tui.offline_server.tts.normalise.roman import KINGS, is_queen, roman_rule
from tutor_tui.offline_server.tts.normalise.rules import Rule, currencies, nouns, pairs, words_of
from tutor_tui.offline_server.tts.normalise.tables import Tables

_MONTHS = (
    "Januar", "Februar", "März", "April", "Mai", "Juni",
    "Juli", "August", "September", "Oktober", "November", "Dezember",
)  # fmt: skip
_WEAK_EN = re.compile(
    r"\b(?:am|vom|zum|zur|im|beim|den|dem|des|ab|bis|seit|(?:in|mit|bei|von|zu|aus|nach|auf|an|seit|vor)\s(?:der|meiner|deiner|seiner|ihrer|unserer))\s*$",
    re.IGNORECASE,
)
_WEAK_E = re.compile(r"\b(?:der|die|das|eine|meine|deine|seine|ihre|unsere|jede|diese)\s*$", re.IGNORECASE)
_FEMININE = re.compile(
    r".*(?:ung|heit|keit|schaft|ion|tät|ik)$|(?!käse|kaffee|tee|schnee|name|junge|kunde|kollege|ende|auge)[^\W\d_]{3,}e$|"
    r"(?:uhr|stadt|woche|milch|cola|pizza|person|frau|nacht|mutter|schwester|tochter|hand|wand|bahn|karte)$"
)
_NEUTER = words_of("kilo pfund jahr glas stück brot brötchen bier wasser dutzend")
_NO_NOUN = words_of(
    "und oder mal von bis in am ist sind hat plus minus ich du er sie es wir zu als wie aber eine die keine alle ihre "
    "seine meine ohne gerne heute"
)


def gender_of(word: str) -> str:
    """f, m, or n for a few; "" for words that are no nouns."""
    if word in _NO_NOUN:
        return ""
    if word in _NEUTER:
        return "n"
    return "f" if _FEMININE.match(word) else "m"


def _ending(before: str) -> str:
    if _WEAK_EN.search(before):
        return "n"
    return "" if _WEAK_E.search(before) else "r"


def _date(day: int, month: int, number: int | None, before: str) -> str:
    said = f"{ordinal(day, 'de')}{_ending(before)} {_MONTHS[month - 1]}"
    return f"{said} {_in_words(number)}" if number else said


def _in_words(number: int) -> str:
    return year(number, "de")


def _year(number: int, before: str, after: str) -> str:
    del before, after  # 1500 metres are fifteen hundred, too
    return _in_words(number) if 1100 <= number <= 1999 else ""


def _ordinal(match: re.Match[str]) -> str:
    before = match.string[: match.start()]
    return f"{ordinal(int(match[1]), 'de')}{_ending(before)}"


def _day_and_month(match: re.Match[str]) -> str:
    day, month = int(match[1]), int(match[2])
    before = match.string[: match.start()]
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return match[0]
    return f"{ordinal(day, 'de')}{_ending(before)} {ordinal(month, 'de')}{_ending(before)}"


def _clock(hour: int, minute: int) -> str:
    said = f"{'ein' if hour == 1 else cardinal(hour, 'de')} Uhr"
    return f"{said} {cardinal(minute, 'de')}" if minute else said


_OWN: tuple[Rule, ...] = (
    (re.compile(r"(?<![0-9.,])([0-9]{1,2})\.\s?([0-9]{1,2})\.(?![0-9])"), _day_and_month),
    (re.compile(rf"(?<![0-9.,])([0-9]{{1,2}})\.(?=\s(?:{'|'.join(_MONTHS)})\b)"), _ordinal),
    (re.compile(r"(?<=\w\s)(?<![0-9.,])([0-9]{1,2})\.(?=\s[A-ZÄÖÜ][a-zäöüß])"), _ordinal),
    (re.compile(r"(?<![0-9.,])([0-9]{1,4})\.?er\b"), lambda match: f"{cardinal(int(match[1]), 'de')}er"),
    (re.compile(r"(?<![0-9.,])1(?=[\s-]?[mM]al\b)"), "ein"),
)


def _of_king(number: int, match: re.Match[str]) -> str:
    return f"{'die' if is_queen(match) else 'der'} {ordinal(number, 'de').capitalize()}"


_ROMAN = (
    roman_rule(rf"\b{KINGS}\s", r"(?:\.(?=\s?\S|$)|\b)", _of_king),
    roman_rule(r"\b(?:im|des|vom|seit dem|dem)\s", r"\.(?=\sJahrh)", lambda number, _: f"{ordinal(number, 'de')}n"),
    roman_rule(r"\b(?:das)\s", r"\.(?=\sJahrh)", lambda number, _: ordinal(number, "de")),
    roman_rule(r"\b(?:Weltkrieg|Kapitel|Teil|Band|Akt|Stufe)\s", r"\b", lambda number, _: cardinal(number, "de")),
)

TABLES = Tables(
    code="de",
    decimal=",",
    point="Komma",
    decimals_are_a_number=False,
    signs=pairs("""
        – = bis
        - = minus
        + = plus
        × = mal
        ÷ = geteilt durch
        : = zu
        / = Schrägstrich
        & = und
        # = Nummer
        and = und
        1½ = einhalb
        1/2 = ein halbes
        1/2m = ein halber
        1/2n = ein halbes
        1/2f = eine halbe
        1/3 = ein Drittel
        2/3 = zwei Drittel
        1/4 = ein Viertel
        3/4 = drei Viertel
    """)
    | {"=": "ist gleich"},
    units=nouns("""
        km = m: Kilometer
        m = m: Meter
        cm = m: Zentimeter
        mm = m: Millimeter
        km/h = m: Kilometer pro Stunde
        m/s = m: Meter pro Sekunde
        kg = m: Kilogramm
        g = m: Gramm
        mg = m: Milligramm
        t = f: Tonne/Tonnen
        l = m: Liter
        L = m: Liter
        ml = m: Milliliter
        cl = m: Zentiliter
        m² = m: Quadratmeter
        m2 = m: Quadratmeter
        qm = m: Quadratmeter
        km² = m: Quadratkilometer
        km2 = m: Quadratkilometer
        m³ = m: Kubikmeter
        m3 = m: Kubikmeter
        °C = m: Grad Celsius
        °F = m: Grad Fahrenheit
        ° = m: Grad
        % = m: Prozent
        ‰ = m: Promille
        kWh = f: Kilowattstunde/Kilowattstunden
        kW = m: Kilowatt
        W = m: Watt
        V = m: Volt
        PS = m: P S
        GB = m: Gigabyte
        MB = m: Megabyte
        h = f: Stunde/Stunden
        Std = f: Stunde/Stunden
        min = f: Minute/Minuten
        Min = f: Minute/Minuten
        s = f: Sekunde/Sekunden
        Mio. = f: Million/Millionen
        Mrd. = f: Milliarde/Milliarden
    """),
    currencies=currencies("""
        € EUR = m: Euro, m: Cent
        $ US$ USD = m: Dollar, m: Cent
        £ GBP = m: Pfund, m: Penny/Pence
        ¥ JPY = m: Yen
        ₩ KRW = m: Won
        CHF Fr. = m: Franken, m: Rappen
    """),
    millions=pairs("""
        Mio. = Millionen
        Millionen = Millionen
        Mrd. = Milliarden
        Milliarden = Milliarden
        Tsd. = tausend
    """),
    abbreviations=(
        (r"[zZ]\.\s?B\.", "zum Beispiel"),
        (r"[dD]\.\s?h\.", "das heißt"),
        (r"[uU]\.\s?a\.", "unter anderem"),
        (r"z\.\s?T\.", "zum Teil"),
        (r"s\.\s?o\.", "siehe oben"),
        (r"s\.\s?u\.", "siehe unten"),
        (r"v\.\s?Chr\.", "vor Christus"),
        (r"n\.\s?Chr\.", "nach Christus"),
        (r"usw\.", "und so weiter"),
        (r"etc\.", "et cetera"),
        (r"bzw\.", "beziehungsweise"),
        (r"[cC]a\.", "circa"),
        (r"[eE]vtl\.", "eventuell"),
        (r"[gG]gf\.", "gegebenenfalls"),
        (r"[iI]nkl\.", "inklusive"),
        (r"[vV]gl\.", "vergleiche"),
        (r"Nr\.", "Nummer"),
        (r"Tel\.", "Telefon"),
        (r"Std\.", "Stunden"),
        (r"Min\.", "Minuten"),
        (r"(?<=[0-9])\sMio\.(?!\s?[€$£¥])", " Millionen"),
        (r"(?<=[0-9])\sMrd\.(?!\s?[€$£¥])", " Milliarden"),
        (r"Str\.", "Straße"),
        (r"S\.(?=\s?[0-9])", "Seite"),
    ),
    titles=((r"Dr\.", "Doktor"), (r"Prof\.", "Professor"), (r"Hr\.", "Herr"), (r"Hrn\.", "Herrn"),
            (r"Fr\.", "Frau"), (r"St\.", "Sankt")),
    agreement={"m": (("eins$", "ein"),), "n": (("eins$", "ein"),), "f": (("eins$", "eine"),)},
    gender_of=gender_of,
    date=_date,
    months=_MONTHS,
    clock=_clock,
    times=(
        r"(?<![0-9:.,])(?P<h>[0-9]{1,2})[:.](?P<m>[0-5][0-9])\sUhr\b",
        r"(?<![0-9:.,])(?P<h>[0-9]{1,2})\s?Uhr(?:\s(?P<m>[0-5]?[0-9])(?![0-9.,:])(?!\s?[A-Za-z€%°]))?",
    ),
    own=_OWN,
    year=_year,
    letters={"@": "at", ".": "Punkt", "-": "Minus", "_": "Unterstrich"},
    roman=_ROMAN,
)  # fmt: skip
