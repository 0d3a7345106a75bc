"""Prices: the sign before or behind the number, cents apart, millions written short."""

from __future__ import annotations

import re
from dataclasses import replace

from tutor_tui.offline_server.tts.normalise.amounts import Written, counted, in_words, of_millions, taken_apart
from tutor_tui.offline_server.tts.normalise.rules import Currency, Rule, any_of
from tutor_tui.offline_server.tts.normalise.tables import Tables


def money_rules(tables: Tables) -> tuple[Rule, ...]:
    """Prices of the currencies in the table."""

    def said(match: re.Match[str]) -> str:
        price = taken_apart((match["sign"] or "") + match["number"], tables)
        currency = tables.currencies[match["coin"]]
        if match["millions"]:
            coins = currency.coin.many
            large = tables.millions[match["millions"]]
            return (
                f"{in_words(price, tables)} {large} {coins if large in ('mil', 'mila') else of_millions(coins, tables)}"
            )
        return _price(price, currency, tables)

    coin = rf"(?P<coin>{any_of(tables.currencies)})"
    millions = rf"(?:\s?(?P<millions>{any_of(tables.millions)})(?!\w))?" if tables.millions else "(?P<millions>(?!))?"
    number = rf"(?P<number>{tables.number})"
    before = rf"(?P<sign>(?<![\w)])[-−])?(?<![^\W\d_]){coin}\s?{number}{millions}"
    behind = rf"(?P<sign>(?<![\w)])[-−])?{number}{millions}\s?{coin}(?!\w)"
    return ((re.compile(before), said), (re.compile(behind), said))


def _price(price: Written, currency: Currency, tables: Tables) -> str:
    if currency.cent is None or len(price.decimals) != 2:
        return counted(price, currency.coin, tables)
    cents = Written(False, str(int(price.decimals)), "")
    coins = replace(price, decimals="")
    if price.decimals == "00":
        return counted(coins, currency.coin, tables)
    in_cents = counted(cents, currency.cent, tables)
    if not int(price.whole):
        return f"{tables.signs['-']} {in_cents}" if price.is_negative else in_cents
    link = f" {tables.cents_link}" if tables.cents_link else ""
    few = int(price.decimals) < 10
    return f"{counted(coins, currency.coin, tables)}{link} {in_cents if few else in_words(cents, tables)}"
