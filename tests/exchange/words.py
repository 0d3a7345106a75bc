"""Items such as come of lessons, and some that somebody means ill with."""

from __future__ import annotations

from tutor_tui.learning.items import Item, ItemKind

NOW = 1_795_000_000.0
"""Unix time, s."""
FILM = Item("ko", ItemKind.WORD, "영화", "film", "영화를 봤어요.", "yeonghwa", added_at=NOW)
MET = Item("ko", ItemKind.CORRECTION, "어제 만났어요", "the past of 만나다", said="어제 만나요", category="word order")
HOLA = Item("es", ItemKind.WORD, "¡hola!", example="¡Hola, mundo!")
HOSTILE = Item(
    "es",
    ItemKind.WORD,
    "<script>alert(1)</script>\x1b[2J",
    "{{Term}} [latex]\\input{x}[/latex]",
    "[sound:evil.mp3] & co",
)
ITEMS = (FILM, MET, HOLA, HOSTILE)
