"""What the tests of the screen share: the styles, which are parsed once and not for each app."""

from __future__ import annotations

from typing import Any

import pytest
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

_parsed: dict[object, list[RuleSet]] = {}
_parse = Stylesheet._parse_rules


def _parse_once(self: Stylesheet, *given: Any, **named: Any) -> list[RuleSet]:
    """Nothing changes a rule once it is parsed: an app has these lists in a cache of its own, too."""
    what = given, tuple(named.items()), tuple(self._variables.items())
    if what not in _parsed:
        _parsed[what] = _parse(self, *given, **named)
    return _parsed[what]


@pytest.fixture(autouse=True)
def _styles_are_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Stylesheet, "_parse_rules", _parse_once)
