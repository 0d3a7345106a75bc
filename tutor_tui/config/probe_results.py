"""What `doctor --probe` found out about servers, by address, for the lessons that come after it.

The file holds addresses, days and names of abilities; no keys and no words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tutor_tui.config.own_json import change_entries, entries_in
from tutor_tui.core.capabilities import ABILITIES, Ability

_MOST_SERVERS = 50
"""The oldest give way: nobody has so many."""
_LARGEST_BYTES = 1_000_000
_DIALECT = re.compile("[a-z]{1,20}")


@dataclass(frozen=True, slots=True)
class ProbeRecord:
    """What one server was found to do."""

    day: date
    dialect: str
    """How it wants to be spoken to, as `tutor.dialect` calls it."""
    lacks: tuple[Ability, ...] = ()
    """What it cannot do; what was not tried is not in here."""


def recall(file: Path, base_url: str) -> ProbeRecord | None:
    """What is known of the server at `base_url`; None for nothing, whatever the reason."""
    return _record(_servers(file).get(address(base_url)))


def remember(file: Path, base_url: str, record: ProbeRecord) -> None:
    """Keep what was found out, in the place of what was known before. Raises `Problem`."""
    entry = {"day": record.day.isoformat(), "dialect": record.dialect, "lacks": list(record.lacks)}

    def changed() -> dict[str, dict[str, Any]]:
        servers = {**_servers(file), address(base_url): entry}
        return dict(sorted(servers.items(), key=lambda each: str(each[1].get("day")))[-_MOST_SERVERS:])

    without = "lessons do without it meanwhile"
    change_entries(file, "servers", changed, lost="What was found out", meanwhile=without)


def address(base_url: str) -> str:
    """Under what a server is kept: the same for every way of writing its address."""
    try:
        parts = urlsplit(base_url.strip())
    except ValueError:
        return ""
    scheme = {"ws": "http", "wss": "https"}.get(parts.scheme, parts.scheme)
    return f"{scheme}://{parts.netloc.lower()}{parts.path.rstrip('/')}"


def _servers(file: Path) -> dict[str, dict[str, Any]]:
    """Address → entry, of whatever shape the entry is."""
    found = entries_in(file, "servers", _LARGEST_BYTES)
    return {address: entry for address, entry in found.items() if isinstance(entry, dict)}


def _record(entry: dict[str, Any] | None) -> ProbeRecord | None:
    match entry:
        case {"day": str(day), "dialect": str(dialect), "lacks": list(lacks)} if _DIALECT.fullmatch(dialect):
            try:
                return ProbeRecord(date.fromisoformat(day), dialect, tuple(name for name in ABILITIES if name in lacks))
            except ValueError:
                return None
        case _:
            return None
