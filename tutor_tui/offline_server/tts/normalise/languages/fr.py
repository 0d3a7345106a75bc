"""French, as in France."""

from __future__ import annotations

import re

from tutor_tui.offline_server.tts.normalise.cardinals import cardinal, ordinal
from tutor_tui.offline_server.tts.normalise.roman import KINGS, is_queen, roman_rule
from tutor_tui.offline_server.tts.normalise.rules import Rule, currencies, nouns, pairs, words_of
from tutor_tui.offline_server.tts.normalise.tables import Tables

_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
_FEMININE = re.compile(
    r"(?:heure|minute|seconde|semaine|année|journée|fois|personne|bouteille|tasse|bière|baguette|carafe|pomme|orange|"
    r"banane|salade|soupe|pizza|glace|tarte|crêpe|omelette|limonade|eau|livre|tonne|page|rue|ville|fille|femme|sœur|"
    r"chambre|table|place|nuit|chaise|photo|carte|lettre|langue|classe|leçon|question|réponse|phrase|chose|part|"
    r"clé|voiture|valise|maison|école|tranche|boîte|douzaine|dizaine|[^\W\d_]+(?:tion|sion|ette|elle|euse|trice|ité|ance|ence))s?$"
)
_NO_NOUN = words_of(
    "et ou à de du des en est sont au aux pour par plus moins mais que qui le la les je tu il elle on nous"
)


def gender_of(word: str) -> str:
    """f or m; "" for words that are no nouns."""
    return "" if word in _NO_NOUN else "f" if _FEMININE.match(word) else "m"


def _date(day: int, month: int, number: int | None, before: str) -> str:
    del before
    said = f"{'premier' if day == 1 else cardinal(day, 'fr')} {_MONTHS[month - 1]}"
    return f"{said} {cardinal(number, 'fr')}" if number else said


def _clock(hour: int, minute: int) -> str:
    said = re.sub("un$", "une", cardinal(hour, "fr"))
    noun = "heure" if hour < 2 else "heures"
    return f"{said} {noun} {re.sub('un$', 'une', cardinal(minute, 'fr'))}" if minute else f"{said} {noun}"


def _ordinal(match: re.Match[str]) -> str:
    number, ending = int(match[1]), match[2]
    if number == 1:
        return "première" if ending.startswith(("r", "è")) and ending != "er" else "premier"
    if number == 2 and ending.startswith("nd"):
        return "seconde" if ending == "nde" else "second"
    return ordinal(number, "fr")


def _of_king(number: int, match: re.Match[str]) -> str:
    return ("première" if is_queen(match) else "premier") if number == 1 else cardinal(number, "fr")


_OWN: tuple[Rule, ...] = (
    (re.compile(r"(?<![0-9.,])([0-9]{1,4})(er|re|ère|ère|nd|nde|e|è|ème|eme|ième)s?\b"), _ordinal),
    (re.compile(rf"(?<![0-9.,])1(?=\s(?:{'|'.join(_MONTHS)})\b)"), "premier"),
)
_ROMAN = (
    roman_rule(rf"\b{KINGS}\s", r"(?:er|re)?\b(?!['’])", _of_king),
    roman_rule(
        r"\b", r"(?:e|è|ème)(?=\s(?:siècle|arrondissement|République|Empire))", lambda number, _: ordinal(number, "fr")
    ),
    roman_rule(r"\b", r"er(?=\s(?:siècle|arrondissement|Empire))", lambda number, _: ordinal(number, "fr")),
    roman_rule(
        r"\b(?:[cC]hapitre|[tT]ome|[aA]cte|[nN]iveau)\s", r"\b(?!['’])", lambda number, _: cardinal(number, "fr")
    ),
)

TABLES = Tables(
    code="fr",
    decimal=",",
    point="virgule",
    decimals_are_a_number=True,
    signs=pairs("""
        – = à
        - = moins
        + = plus
        × = fois
        ÷ = divisé par
        : = à
        / = sur
        & = et
        # = numéro
        and = et
        1½ = et demi
        1/2 = un demi
        1/2f = une demi
        1/3 = un tiers
        2/3 = deux tiers
        1/4 = un quart
        3/4 = trois quarts
    """)
    | {"=": "égale"},
    units=nouns("""
        km = m: kilomètre/kilomètres
        m = m: mètre/mètres
        cm = m: centimètre/centimètres
        mm = m: millimètre/millimètres
        km/h = m: kilomètre heure/kilomètres heure
        m/s = m: mètre par seconde/mètres par seconde
        kg = m: kilo/kilos
        g = m: gramme/grammes
        mg = m: milligramme/milligrammes
        t = f: tonne/tonnes
        l = m: litre/litres
        L = m: litre/litres
        ml = m: millilitre/millilitres
        cl = m: centilitre/centilitres
        m² = m: mètre carré/mètres carrés
        m2 = m: mètre carré/mètres carrés
        km² = m: kilomètre carré/kilomètres carrés
        km2 = m: kilomètre carré/kilomètres carrés
        m³ = m: mètre cube/mètres cubes
        m3 = m: mètre cube/mètres cubes
        °C = m: degré/degrés
        °F = m: degré Fahrenheit/degrés Fahrenheit
        ° = m: degré/degrés
        % = m: pour cent
        ‰ = m: pour mille
        kWh = m: kilowattheure/kilowattheures
        kW = m: kilowatt/kilowatts
        W = m: watt/watts
        V = m: volt/volts
        Go = m: gigaoctet/gigaoctets
        Mo = m: mégaoctet/mégaoctets
        min = f: minute/minutes
        mn = f: minute/minutes
        s = f: seconde/secondes
    """),
    currencies=currencies("""
        € EUR = m: euro/euros, m: centime/centimes
        $ US$ USD = m: dollar/dollars, m: cent/cents
        £ GBP = f: livre/livres, m: penny/pence
        ¥ JPY = m: yen/yens
        ₩ KRW = m: won/wons
        CHF = m: franc suisse/francs suisses, m: centime/centimes
    """),
    millions=pairs("""
        millions = millions
        million = million
        milliards = milliards
        milliard = milliard
    """),
    millions_link="d'",
    abbreviations=(
        (r"p\.\s?ex\.", "par exemple"),
        (r"c\.?-?à-?d\.", "c'est-à-dire"),
        (r"av\.\s?J\.?-?\s?C\.", "avant Jésus-Christ"),
        (r"ap\.\s?J\.?-?\s?C\.", "après Jésus-Christ"),
        (r"etc\.?", "et cetera"),
        (r"env\.", "environ"),
        (r"[nN]°\s?(?=[0-9])", "numéro "),
        (r"[tT]él\.", "téléphone"),
        (r"bd\.?(?=\s[A-Z])", "boulevard"),
        (r"av\.(?=\s[A-Zd])", "avenue"),
        (r"pp?\.(?=\s?[0-9])", "page"),
        (r"min\.", "minutes"),
    ),
    titles=((r"MM\.", "Messieurs"), (r"M\.", "Monsieur"), (r"Mmes", "Mesdames"), (r"Mme", "Madame"),
            (r"Mlles", "Mesdemoiselles"), (r"Mlle", "Mademoiselle"), (r"D[rR]\.?", "Docteur"), (r"Pr\.?", "Professeur"),
            (r"Ste", "Sainte"), (r"St", "Saint")),
    agreement={"f": (("un$", "une"),)},
    gender_of=gender_of,
    date=_date,
    months=_MONTHS,
    clock=_clock,
    times=(r"(?<![0-9:.,])(?P<h>[0-9]{1,2})\s?[hH](?:eures?)?(?:\s?(?P<m>[0-5][0-9]))?(?![\w°]|\s?€)",),
    own=_OWN,
    telephone=r"(?<![\w.,])0[1-9](?:[ .-][0-9]{2}){4}(?![0-9])",
    telephone_in_pairs=True,
    letters={"@": "arobase", ".": "point", "-": "tiret", "_": "tiret bas"},
    roman=_ROMAN,
)  # fmt: skip
