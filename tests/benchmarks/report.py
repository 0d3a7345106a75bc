"""The table: figures in rows, clients in columns, and whether each target of the first issue was met."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

Summary = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Target:
    """What a figure may be at most: this, or so much more than the floor's."""

    figure: str
    unit: str
    most: float | None = None
    above_floor: float | None = None
    every_block: bool = True
    """Also asked of 10 ms blocks."""


TARGETS = (
    Target("first delta → sound", "ms", above_floor=10),
    Target("voice → silence", "ms", above_floor=10),
    Target("key → silence", "ms", most=70),
    Target("microphone → wire", "ms", above_floor=10),
    Target("holes", "ms", most=0),
    Target("holes beside two busy processes", "ms", most=0),
    Target("heard_ms off by", "ms", most=40),
    Target("CPU listening", "%", most=10, every_block=False),
    Target("CPU streaming", "%", most=15, every_block=False),
    Target("memory", "MB", most=120),
    Target("first paint", "ms", most=800),
    Target("--version", "ms", most=200),
    Target("2,000 turns against 20", "×", most=1.5),
    Target("refused frames", "", most=0),
)
BESIDE = (
    ("voice → wire", "ms"),
    ("key → wire", "ms"),
    ("tmux's own", "ms"),
    ("recorder's own error", "ms"),
    ("handed over → recorded", "ms"),
    ("breaks", ""),
    ("breaks beside two busy processes", ""),
    ("length off by", "ms"),
    ("per delta, 20 turns", "ms"),
    ("per delta, 2000 turns", "ms"),
    ("memory, 2000 turns", "MB"),
)
"""Figures without a target, which explain the others."""


def limit_of(target: Target, floor: Mapping[str, float]) -> float:
    """The most that a figure may be."""
    if target.most is not None:
        return target.most
    assert target.above_floor is not None
    return floor[target.figure] + target.above_floor


def is_met(target: Target, ours: Mapping[str, float], floor: Mapping[str, float]) -> bool:
    """Whether our figure keeps to its target; rounded as it is printed."""
    return round(ours[target.figure], 1) <= round(limit_of(target, floor), 1)


def print_table(summary: Summary) -> bool:
    """Print everything, a table for each block size; True when every target was met."""
    blocks = [column.removeprefix("ours ") for column in summary if column.startswith("ours ")]
    met = [_print_block(summary[f"floor {block}"], summary[f"ours {block}"], block) for block in blocks]
    return all(met)


def _print_block(floor: Mapping[str, float], ours: Mapping[str, float], block: str) -> bool:
    table = Table(title=f"{block} blocks: medians, and the worst of holes, breaks and refused frames", min_width=88)
    for heading in ("figure", "floor", "at most", "ours", "met"):
        table.add_column(heading, justify="left" if heading == "figure" else "right", no_wrap=True)
    good = True
    for target in TARGETS:
        asked = target.figure in ours and (target.every_block or block == "20 ms")
        met = not asked or is_met(target, ours, floor)
        good = good and met
        limit, mark = (f"{limit_of(target, floor):.1f}", "yes" if met else "NO") if asked else ("", "")
        values = (_shown(each, target.figure, target.unit) for each in (floor, ours))
        table.add_row(target.figure, next(values), limit, next(values), mark, style=None if met else "bold red")
    for figure, unit in BESIDE:
        table.add_row(figure, _shown(floor, figure, unit), "", _shown(ours, figure, unit), "", style="dim")
    Console(width=100).print(table)
    return good


def _shown(column: Mapping[str, float], figure: str, unit: str) -> str:
    return f"{column[figure]:.1f} {unit}".strip() if figure in column else ""
