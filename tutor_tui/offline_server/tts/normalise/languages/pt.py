"""Portuguese, as in Brazil."""

from __future__ import annotations

import re

from tutor_tui.offline_server.tts.normalise.cardinals import cardinal, ordinal
from tutor_tui.offline_server.tts.normalise.roman import KINGS, is_queen, roman_rule
from tutor_tui.offline_server.tts.normalise.rules import Rule, currencies, nouns, pairs, words_of
from tutor_tui.offline_server.tts.normalise.tables import Tables

_MONTHS = (
    "janeiro", "fevereiro", "março", "abril", "maio", "junho",
    "julho", "agosto", "setembro", "outubro", "novembro", "dezembro",
)  # fmt: skip
_MASCULINE = re.compile(r"(?:dia|mapa|problema|programa|sistema|tema|clima|cinema|idioma|planeta|sofá|turista)s?$")
_FEMININE = re.compile(
    r"[^\W\d_]+(?:a|as|ção|ções|são|sões|dade|dades|gem|gens)$|(?:noite|tarde|vez|carne|mulher|mãe|flor|mão|chave)(?:e?s)?$|vezes$"
)
_NO_NOUN = words_of("e ou de do da dos das em no na a as o os é são por para com mais menos que me te se não até à às")


def gender_of(word: str) -> str:
    """f or m; "" for words that are no nouns."""
    if word in _NO_NOUN:
        return ""
    return "f" if _FEMININE.match(word) and not _MASCULINE.match(word) else "m"


def _feminine(said: str) -> str:
    return re.sub("dois$", "duas", re.sub("um$", "uma", said))


def _date(day: int, month: int, number: int | None, before: str) -> str:
    del before
    said = f"{'primeiro' if day == 1 else cardinal(day, 'pt')} de {_MONTHS[month - 1]}"
    return f"{said} de {cardinal(number, 'pt')}" if number else said


def _clock(hour: int, minute: int) -> str:
    said = _feminine(cardinal(hour, "pt"))
    return f"{said} e {cardinal(minute, 'pt')}" if minute else said


def _hours(match: re.Match[str]) -> str:
    hour = int(match[1])
    return f"{_feminine(cardinal(hour, 'pt'))} {'hora' if hour == 1 else 'horas'}"


def _ordinal(match: re.Match[str]) -> str:
    said = ordinal(int(match[1]), "pt")
    return re.sub(r"o\b", "a", said) if match[2].lstrip(".") in ("ª", "a") else said


def _in_row(number: int, feminine: bool) -> str:
    if number > 10:
        return cardinal(number, "pt")
    said = ordinal(number, "pt")
    return said[:-1] + "a" if feminine else said


_OWN: tuple[Rule, ...] = (
    (re.compile(r"(?<![0-9.,])([0-9]{1,3})(\.?[ºª]|°(?!\s?[CF]\b))"), _ordinal),
    (re.compile(r"(?<![0-9.,:])([0-9]{1,2})\s?h(?!\w)"), _hours),
    (re.compile(r"(?<=\bà )1(?![0-9.,:])"), "uma"),
    (re.compile(r"(?<=\b[àÀaA]s )([0-9]{1,2})(?=\s(?:e|da|em ponto|horas)\b)"), lambda match: _clock(int(match[1]), 0)),
)
_ROMAN = (
    roman_rule(rf"\b{KINGS}\s", r"\b", lambda number, match: _in_row(number, is_queen(match))),
    roman_rule(r"\b[sS]éculos?\s", r"\b", lambda number, _: _in_row(number, feminine=False)),
    roman_rule(r"\b(?:[cC]apítulo|[vV]olume|[aA]to|[nN]ível)\s", r"\b", lambda number, _: cardinal(number, "pt")),
)

TABLES = Tables(
    code="pt",
    decimal=",",
    point="vírgula",
    decimals_are_a_number=True,
    signs=pairs("""
        – = a
        - = menos
        + = mais
        × = vezes
        ÷ = dividido por
        : = a
        / = barra
        & = e
        # = número
        and = e
        1½ = e meio
        1/2 = meio
        1/2f = meia
        1/3 = um terço
        2/3 = dois terços
        1/4 = um quarto
        3/4 = três quartos
    """)
    | {"=": "é igual a"},
    units=nouns("""
        km = m: quilômetro/quilômetros
        m = m: metro/metros
        cm = m: centímetro/centímetros
        mm = m: milímetro/milímetros
        km/h = m: quilômetro por hora/quilômetros por hora
        m/s = m: metro por segundo/metros por segundo
        kg = m: quilo/quilos
        g = m: grama/gramas
        mg = m: miligrama/miligramas
        t = f: tonelada/toneladas
        l = m: litro/litros
        L = m: litro/litros
        ml = m: mililitro/mililitros
        m² = m: metro quadrado/metros quadrados
        m2 = m: metro quadrado/metros quadrados
        km² = m: quilômetro quadrado/quilômetros quadrados
        km2 = m: quilômetro quadrado/quilômetros quadrados
        m³ = m: metro cúbico/metros cúbicos
        m3 = m: metro cúbico/metros cúbicos
        °C = m: grau/graus
        °F = m: grau Fahrenheit/graus Fahrenheit
        ° = m: grau/graus
        % = m: por cento
        ‰ = m: por mil
        kWh = m: quilowatt-hora/quilowatts-hora
        kW = m: quilowatt/quilowatts
        W = m: watt/watts
        V = m: volt/volts
        GB = m: giga/gigas
        MB = m: mega/megas
        min = m: minuto/minutos
        s = m: segundo/segundos
    """),
    currencies=currencies("""
        R$ BRL = m: real/reais, m: centavo/centavos
        € EUR = m: euro/euros, m: cêntimo/cêntimos
        $ US$ USD = m: dólar/dólares, m: centavo/centavos
        £ GBP = f: libra/libras, m: pêni/pence
        ¥ JPY = m: iene/ienes
        ₩ KRW = m: won/wons
    """),
    cents_link="e",
    millions=pairs("""
        milhões = milhões
        milhão = milhão
        bilhões = bilhões
        mil = mil
    """),
    millions_link="de",
    abbreviations=(
        (r"[pP]\.\s?ex\.", "por exemplo"),
        (r"a\.\s?C\.", "antes de Cristo"),
        (r"d\.\s?C\.", "depois de Cristo"),
        (r"etc\.?", "et cetera"),
        (r"aprox\.", "aproximadamente"),
        (r"[nN]\.?[ºo°]\s?(?=[0-9])", "número "),
        (r"[tT]el\.", "telefone"),
        (r"pág\.", "página"),
        (r"séc\.", "século"),
        (r"min\.", "minutos"),
        (r"Av\.", "Avenida"),
        (r"Ltda\.", "limitada"),
    ),
    titles=((r"Srta\.", "senhorita"), (r"Sra\.", "senhora"), (r"Srs\.", "senhores"), (r"Sr\.", "senhor"),
            (r"Dra\.", "doutora"), (r"Dr\.", "doutor"), (r"Profa\.", "professora"), (r"Prof\.", "professor"),
            (r"Sto\.", "Santo"), (r"Sta\.", "Santa"), (r"D\.", "Dom")),
    agreement={"f": (("dois$", "duas"), ("um$", "uma"), (r"entos\b(?!.*milh)", "entas"))},
    gender_of=gender_of,
    date=_date,
    months=_MONTHS,
    clock=_clock,
    times=(r"(?<![0-9:.,])(?P<h>[0-9]{1,2})\s?h\s?(?P<m>[0-5][0-9])(?:min)?(?!\w)",),
    own=_OWN,
    telephone=r"(?<![\w.,])(?:\([0-9]{2}\) ?)?9[0-9]{4}-[0-9]{4}(?![0-9])",
    letters={"@": "arroba", ".": "ponto", "-": "hífen", "_": "sublinhado"},
    roman=_ROMAN,
)  # fmt: skip
