"""Spanish, as in Spain."""

from __future__ import annotations

import re

from tutor_tui.offline_server.tts.normalise.cardinals import cardinal, ordinal
from tutor_tui.offline_server.tts.normalise.roman import KINGS, is_queen, roman_rule
from tutor_tui.offline_server.tts.normalise.rules import Rule, currencies, nouns, pairs, words_of
from tutor_tui.offline_server.tts.normalise.tables import Tables

_MONTHS = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio",
    "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
)  # fmt: skip
_MASCULINE = re.compile(
    r"(?:día|mapa|problema|idioma|programa|sistema|tema|clima|planeta|sofá|poeta|turista|euro|café)s?$"
)
_FEMININE = re.compile(
    r"[^\W\d_]+(?:a|as|ción|ciones|sión|siones|dad|dades|tud|tudes)$|(?:noche|tarde|vez|clase|calle|llave|leche|carne|mujer|madre|flor|mano|foto)(?:e?s)?$|veces$"
)
_NO_NOUN = words_of(
    "y o u de del en a al es son por para con más menos la las el los que me te se lo no si sí ya hasta desde cada"
)


def gender_of(word: str) -> str:
    """f or m; "" for words that are no nouns."""
    if word in _NO_NOUN:
        return ""
    return "f" if _FEMININE.match(word) and not _MASCULINE.match(word) else "m"


def _date(day: int, month: int, number: int | None, before: str) -> str:
    del before
    said = f"{cardinal(day, 'es')} de {_MONTHS[month - 1]}"
    return f"{said} de {cardinal(number, 'es')}" if number else said


def _clock(hour: int, minute: int) -> str:
    said = re.sub("uno$", "una", cardinal(hour, "es"))
    if not minute:
        return said
    return f"{said} {'cero ' if minute < 10 else ''}{cardinal(minute, 'es')}"


def _ordinal(match: re.Match[str]) -> str:
    number, ending = int(match[1]), match[2].lstrip(".")
    if ending in ("er", "r"):
        return re.sub("(primer|tercer)o$", r"\1", ordinal(number, "es"))
    said = ordinal(number, "es")
    return said.replace("o ", "a ")[:-1] + "a" if ending in ("ª", "ra", "a") else said


def _in_row(number: int, feminine: bool) -> str:
    if number > 10:
        return cardinal(number, "es")
    said = ordinal(number, "es")
    return said[:-1] + "a" if feminine else said


_OWN: tuple[Rule, ...] = (
    (re.compile(r"(?<![0-9.,])([0-9]{1,3})(\.?[ºª°](?![CF])|\.?er\b|\.?ra\b)"), _ordinal),
    (re.compile(r"(?<=\blas )([0-9]{1,2})(?=\s(?:y|de la|en punto|menos)\b)"), lambda match: _clock(int(match[1]), 0)),
    (re.compile(r"(?<=\bla )1(?=\s(?:y|de la|en punto|menos)\b)"), "una"),
)
_ROMAN = (
    roman_rule(rf"\b{KINGS}\s", r"\b", lambda number, match: _in_row(number, is_queen(match))),
    roman_rule(r"\b[sS]iglos?\s", r"\b", lambda number, _: _in_row(number, feminine=False)),
    roman_rule(
        r"\b(?:[cC]apítulo|[tT]omo|[aA]cto|[nN]ivel|[uU]nidad)\s", r"\b", lambda number, _: cardinal(number, "es")
    ),
)

TABLES = Tables(
    code="es",
    decimal=",",
    point="coma",
    decimals_are_a_number=True,
    signs=pairs("""
        – = a
        - = menos
        + = más
        × = por
        ÷ = entre
        : = a
        / = barra
        & = y
        # = número
        and = y
        1½ = y medio
        1/2 = medio
        1/2f = media
        1/3 = un tercio
        2/3 = dos tercios
        1/4 = un cuarto
        3/4 = tres cuartos
    """)
    | {"=": "es igual a"},
    units=nouns("""
        km = m: kilómetro/kilómetros
        m = m: metro/metros
        cm = m: centímetro/centímetros
        mm = m: milímetro/milímetros
        km/h = m: kilómetro por hora/kilómetros por hora
        m/s = m: metro por segundo/metros por segundo
        kg = m: kilo/kilos
        g = m: gramo/gramos
        mg = m: miligramo/miligramos
        t = f: tonelada/toneladas
        l = m: litro/litros
        L = m: litro/litros
        ml = m: mililitro/mililitros
        cl = m: centilitro/centilitros
        m² = m: metro cuadrado/metros cuadrados
        m2 = m: metro cuadrado/metros cuadrados
        km² = m: kilómetro cuadrado/kilómetros cuadrados
        km2 = m: kilómetro cuadrado/kilómetros cuadrados
        m³ = m: metro cúbico/metros cúbicos
        m3 = m: metro cúbico/metros cúbicos
        °C = m: grado/grados
        °F = m: grado Fahrenheit/grados Fahrenheit
        ° = m: grado/grados
        % = : por ciento
        ‰ = : por mil
        kWh = m: kilovatio hora/kilovatios hora
        kW = m: kilovatio/kilovatios
        W = m: vatio/vatios
        V = m: voltio/voltios
        GB = m: giga/gigas
        MB = m: mega/megas
        h = f: hora/horas
        min = m: minuto/minutos
        s = m: segundo/segundos
    """),
    currencies=currencies("""
        € EUR = m: euro/euros, m: céntimo/céntimos
        $ US$ USD = m: dólar/dólares, m: centavo/centavos
        £ GBP = f: libra/libras, m: penique/peniques
        ¥ JPY = m: yen/yenes
        ₩ KRW = m: won/wones
        CHF = m: franco suizo/francos suizos, m: céntimo/céntimos
    """),
    cents_link="con",
    millions=pairs("""
        millones = millones
        millón = millón
        mil = mil
    """),
    millions_link="de",
    abbreviations=(
        (r"[pP]\.\s?ej\.", "por ejemplo"),
        (r"EE\.\s?UU\.", "Estados Unidos"),
        (r"a\.\s?C\.", "antes de Cristo"),
        (r"d\.\s?C\.", "después de Cristo"),
        (r"a\.\s?m\.", "de la mañana"),
        (r"p\.\s?m\.", "de la tarde"),
        (r"etc\.?", "etcétera"),
        (r"aprox\.", "aproximadamente"),
        (r"Uds\.", "ustedes"),
        (r"Ud\.", "usted"),
        (r"Vds\.", "ustedes"),
        (r"Vd\.", "usted"),
        (r"[nN]\.?[ºo°]\s?(?=[0-9])", "número "),
        (r"[nN]úm\.", "número"),
        (r"[tT]el\.", "teléfono"),
        (r"pág\.", "página"),
        (r"págs\.", "páginas"),
        (r"min\.", "minutos"),
        (r"Avda?\.", "Avenida"),
        (r"C/\s?(?=[A-ZÁ])", "calle "),
        (r"c/u", "cada uno"),
    ),
    titles=((r"Srta\.", "señorita"), (r"Sras\.", "señoras"), (r"Sra\.", "señora"), (r"Sres\.", "señores"),
            (r"Sr\.", "señor"), (r"Dra\.", "doctora"), (r"Dr\.", "doctor"), (r"Prof\.", "profesor"),
            (r"Dña\.", "doña"), (r"D\.(?=\s[A-Z][a-záéíóú])", "don"), (r"Sta\.", "Santa")),
    agreement={
        "m": (("veintiuno$", "veintiún"), (r"\buno$", "un")),
        "f": (("uno$", "una"), (r"ientos\b(?!.*mill)", "ientas")),
    },
    gender_of=gender_of,
    date=_date,
    months=_MONTHS,
    clock=_clock,
    times=(r"(?<![0-9:.,])(?P<h>[0-9]{1,2})[:.](?P<m>[0-5][0-9])\s?h(?:oras)?\b\.?(?!\w)",),
    own=_OWN,
    telephone=(
        r"(?<![\w.,])(?:[679][0-9]{2}(?: [0-9]{3} [0-9]{3}| [0-9]{2} [0-9]{2} [0-9]{2})"
        r"|9[0-9] [0-9]{3} [0-9]{2} [0-9]{2})(?![0-9])"
    ),
    letters={"@": "arroba", ".": "punto", "-": "guion", "_": "guion bajo"},
    roman=_ROMAN,
)  # fmt: skip
