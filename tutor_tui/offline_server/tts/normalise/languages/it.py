"""Italian."""

from __future__ import annotations

import re

from tutor_tui.offline_server.tts.normalise.cardinals import cardinal, ordinal
from tutor_tui.offline_server.tts.normalise.roman import KINGS, is_queen, roman_rule
from tutor_tui.offline_server.tts.normalise.rules import Rule, currencies, nouns, pairs, words_of
from tutor_tui.offline_server.tts.normalise.tables import Tables

_MONTHS = (
    "gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno",
    "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre",
)  # fmt: skip
_MASCULINE = re.compile(r"(?:problema|programma|sistema|tema|clima|cinema|pianeta|poeta|turista)$")
_FEMININE = re.compile(r"[^\W\d_]+(?:a|ione|ità|udine)$|(?:notte|chiave|carne|madre|mano|foto|moto|voce)$")
_WITH_UNO = re.compile(r"s[bcdfghlmnpqrtvz]|z|gn|ps|pn|x|y")
_VOWEL = re.compile("[aeiou]")
_NO_NOUN = words_of(
    "e o a di da in con su per tra fra è sono più meno che il la lo le gli mi ti si non del della al alle"
)


def gender_of(word: str) -> str:
    """f, m, or s for what takes "uno"; "" for words that are no nouns."""
    if word in _NO_NOUN:
        return ""
    if _FEMININE.match(word) and not _MASCULINE.match(word):
        return "v" if _VOWEL.match(word) else "f"
    return "s" if _WITH_UNO.match(word) else "m"


def _date(day: int, month: int, number: int | None, before: str) -> str:
    del before
    said = f"{'primo' if day == 1 else cardinal(day, 'it')} {_MONTHS[month - 1]}"
    return f"{said} {cardinal(number, 'it')}" if number else said


def _clock(hour: int, minute: int) -> str:
    said = "una" if hour == 1 else cardinal(hour, "it")
    return f"{said} e {cardinal(minute, 'it')}" if minute else said


def _ordinal(match: re.Match[str]) -> str:
    said = ordinal(int(match[1]), "it")
    return said[:-1] + "a" if match[2] in ("ª", "a") else said


def _of_king(number: int, match: re.Match[str]) -> str:
    said = ordinal(number, "it")
    return said[:-1] + "a" if is_queen(match) else said


_OWN: tuple[Rule, ...] = (
    (re.compile(r"(?<![0-9.,])([0-9]{1,3})([ºª]|°(?!\s?[CF]\b))"), _ordinal),
    (re.compile(rf"(?<![0-9.,])1(?=\s(?:{'|'.join(_MONTHS)})\b)"), "primo"),
    (re.compile(r"(?<=\ball')1(?![0-9.,:])"), "una"),
)
_ROMAN = (
    roman_rule(rf"\b{KINGS}\s", r"\b(?!['’])", _of_king),
    roman_rule(r"\b[sS]ecolo\s", r"\b", lambda number, _: ordinal(number, "it")),
    roman_rule(r"\b", r"(?=\ssecolo)", lambda number, _: ordinal(number, "it")),
    roman_rule(r"\b(?:[cC]apitolo|[vV]olume|[aA]tto|[lL]ivello)\s", r"\b", lambda number, _: cardinal(number, "it")),
)

TABLES = Tables(
    code="it",
    decimal=",",
    point="virgola",
    decimals_are_a_number=True,
    signs=pairs("""
        – = a
        - = meno
        + = più
        × = per
        ÷ = diviso
        : = a
        / = barra
        & = e
        # = numero
        and = e
        1½ = e mezzo
        1/2 = mezzo
        1/2f = mezza
        1/2v = mezz'
        1/3 = un terzo
        2/3 = due terzi
        1/4 = un quarto
        3/4 = tre quarti
    """)
    | {"=": "uguale"},
    units=nouns("""
        km = m: chilometro/chilometri
        m = m: metro/metri
        cm = m: centimetro/centimetri
        mm = m: millimetro/millimetri
        km/h = m: chilometro all'ora/chilometri all'ora
        m/s = m: metro al secondo/metri al secondo
        kg = m: chilo/chili
        g = m: grammo/grammi
        mg = m: milligrammo/milligrammi
        t = f: tonnellata/tonnellate
        l = m: litro/litri
        L = m: litro/litri
        ml = m: millilitro/millilitri
        cl = m: centilitro/centilitri
        m² = m: metro quadrato/metri quadrati
        m2 = m: metro quadrato/metri quadrati
        mq = m: metro quadrato/metri quadrati
        km² = m: chilometro quadrato/chilometri quadrati
        km2 = m: chilometro quadrato/chilometri quadrati
        m³ = m: metro cubo/metri cubi
        m3 = m: metro cubo/metri cubi
        °C = m: grado/gradi
        °F = m: grado Fahrenheit/gradi Fahrenheit
        ° = m: grado/gradi
        % = : per cento
        ‰ = : per mille
        kWh = m: chilowattora
        kW = m: chilowatt
        W = m: watt
        V = m: volt
        GB = m: giga
        MB = m: mega
        h = v: ora/ore
        min = m: minuto/minuti
        s = m: secondo/secondi
    """),
    currencies=currencies("""
        € EUR = m: euro, m: centesimo/centesimi
        $ US$ USD = m: dollaro/dollari, m: centesimo/centesimi
        £ GBP = f: sterlina/sterline, m: penny
        ¥ JPY = m: yen
        ₩ KRW = m: won
        CHF = m: franco svizzero/franchi svizzeri, m: centesimo/centesimi
    """),
    cents_link="e",
    millions=pairs("""
        milioni = milioni
        milione = milione
        miliardi = miliardi
        mila = mila
    """),
    millions_link="di",
    abbreviations=(
        (r"[pP]\.\s?es\.", "per esempio"),
        (r"[aA]d es\.", "ad esempio"),
        (r"[eE]s\.(?=\s?[a-z])", "esempio"),
        (r"a\.\s?C\.", "avanti Cristo"),
        (r"d\.\s?C\.", "dopo Cristo"),
        (r"ecc\.", "eccetera"),
        (r"[nN]\.(?=\s?[0-9])", "numero"),
        (r"[nN]°\s?(?=[0-9])", "numero "),
        (r"[tT]el\.", "telefono"),
        (r"pag\.", "pagina"),
        (r"ca\.", "circa"),
        (r"min\.", "minuti"),
        (r"P\.za", "Piazza"),
    ),
    titles=((r"Sig\.ra", "signora"), (r"Sig\.na", "signorina"), (r"Sigg\.", "signori"), (r"[sS]ig\.", "signor"),
            (r"Dott\.ssa", "dottoressa"), (r"[dD]ott\.", "dottor"), (r"Prof\.ssa", "professoressa"),
            (r"[pP]rof\.", "professor"), (r"Ing\.", "ingegner"), (r"Avv\.", "avvocato")),
    agreement={
        "m": ((r"\buno$", "un"),),
        "f": ((r"\buno$", "una"),),
        "v": ((r"\buno$", "un"),),
    },
    gender_of=gender_of,
    date=_date,
    months=_MONTHS,
    clock=_clock,
    times=(r"(?:(?<=\b[oO]re )|(?<=\balle )|(?<=\b[lL]e ))(?P<h>[0-9]{1,2})[.](?P<m>[0-5][0-9])(?![0-9.,])",),
    own=_OWN,
    telephone=r"(?<![\w.,])3[0-9]{2} [0-9]{6,7}(?![0-9])",
    letters={"@": "chiocciola", ".": "punto", "-": "trattino", "_": "trattino basso"},
    roman=_ROMAN,
)  # fmt: skip
