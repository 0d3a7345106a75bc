"""The tables: how often right sentences and others are accepted, what that costs, and what people are heard to say."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.benchmarks.ears.costs import Costs, median, percentile
from tests.benchmarks.ears.people import Person
from tests.benchmarks.ears.rates import LENGTHS, Row, Try, of_length, row, threshold_of
from tests.benchmarks.ears.word_by_word import VERDICTS, Judged

LONGEST_LATENCY_MS = 60.0
"""From the end of a turn, median, with 500 sentences of eight words."""
LONGEST_PROCESSOR_MS = 250.0
"""From the end of speech, median: processor time, since a machine on which the clock runs faster than that is busy."""
LEAST_ACCEPTED = {"joined": 0.85, "joined with whisper": 0.92}
"""Of right sentences of 16 phones and more, where 5 % of the others pass."""
ALL = "all"
_COLUMNS = ("right", "words right", "accepted", "unsure", "word by word", "others", "accepted", "unsure", "at 5 % FA")


def print_rates(tries: Sequence[Try], console: Console) -> None:
    """A table for each engine: its languages, all together, and lengths."""
    for engine in dict.fromkeys(each.engine for each in tries):
        own = [each for each in tries if each.engine == engine]
        threshold = threshold_of(own)
        table = _table(f"{engine}: right sentences and others, by the shipped threshold and at 5 % of others", _COLUMNS)
        for language in dict.fromkeys(each.language for each in own):
            _add(table, language, row([each for each in own if each.language == language], threshold))
        _add(table, ALL, row(own, threshold))
        table.add_section()
        for least, below, name in LENGTHS:
            _add(table, f"{name} phones", row(of_length(own, least, below), threshold))
        console.print(table)


def accepted_of_long(tries: Iterable[Try], engine: str) -> float:
    """Of right sentences of 16 phones and more, at 5 % of all the others: what the targets are about."""
    own = [each for each in tries if each.engine == engine]
    least, below, _ = LENGTHS[-1]
    return row(of_length(own, least, below), threshold_of(own)).accepted_at_fa


def _add(table: Table, name: str, figures: Row) -> None:
    table.add_row(
        name,
        str(figures.right),
        *(_percent(value) for value in (figures.words_right, figures.accepted, figures.unsure, figures.exact)),
        str(figures.others),
        *(_percent(value) for value in (figures.others_accepted, figures.others_unsure, figures.accepted_at_fa)),
    )


def print_word_by_word(rows: Sequence[Judged], console: Console) -> None:
    """How the words of known sentences were judged, where they were said and where others were."""
    title = "said after the tutor: said well, at most 2 % different; others in their place, at least 80 %"
    table = _table(title, ("said well", "clear", "unsure", "different", "others", "clear", "unsure", "different"))
    together = Judged(ALL)
    for each in rows:
        together.said_well += each.said_well
        together.replaced += each.replaced
    for each in (*rows, together):
        cells: list[str] = []
        for kind in (each.said_well, each.replaced):
            shares = (kind[verdict] / max(1, kind.total()) for verdict in VERDICTS)
            cells += [str(kind.total()), *(f"{100 * share:.1f} %" for share in shares)]
        table.add_row(each.language, *cells)
    console.print(table)


def print_costs(each_language: Sequence[Costs], console: Console) -> bool:
    """Latency, loading and memory; whether the latency is within its limits."""
    head = (
        "load",
        "500 sentences",
        "from speech",
        "p95",
        "processor",
        "p95",
        "from turn's end",
        "p95",
        "memory",
        "most",
    )
    limits = (
        f"at most {LONGEST_LATENCY_MS:.0f} from a turn's end, {LONGEST_PROCESSOR_MS:.0f} of processor time from speech"
    )
    table = _table(f"500 sentences of eight words: ms (median, and 95 of 100), MB; {limits}", head)
    good = True
    for costs in each_language:
        good = good and median(costs.from_turn_ms) <= LONGEST_LATENCY_MS
        good = good and median(costs.from_speech_processor_ms) <= LONGEST_PROCESSOR_MS
        latencies = (costs.from_speech_ms, costs.from_speech_processor_ms, costs.from_turn_ms)
        figures = [figure for each in latencies for figure in (median(each), percentile(each, 0.95))]
        table.add_row(
            costs.language,
            *(
                f"{value:.0f}"
                for value in (costs.load_ms, costs.ready_ms, *figures, costs.memory_mb, costs.most_memory_mb)
            ),
        )
    console.print(table)
    return good


def print_free_speech(rows: Sequence[tuple[str, str, int, int]], most: float, console: Console) -> bool:
    """English without expectations, and whether its word error rate is at most `most`."""
    rate = sum(wrong for _, _, wrong, _ in rows) / sum(said for _, _, _, said in rows)
    table = Table(title=f"English free speech: word error rate {rate:.2f}, at most {most:.2f}", min_width=88)
    for heading in ("recording", "heard", "words wrong", "words"):
        table.add_column(heading)
    for name, heard, wrong, said in rows:
        table.add_row(name, heard, str(wrong), str(said))
    console.print(table)
    return round(rate, 2) <= most


def print_people(heard: Mapping[str, Sequence[Person]], folder: Path, console: Console) -> None:
    """What became of each recording of people, engine by engine."""
    if not any(heard.values()):
        console.print(f"Recordings of people are missing: {folder}/languages holds no table of them.")
        return
    head = ("recording", "the right one of ten", "accepted", "taken for an answer", "unsure")
    for engine, people in heard.items():
        table = Table(title=f"{engine}: recordings of people", min_width=88)
        for heading in head:
            table.add_column(heading)
        for each in people:
            name, heard_as = each.recorded.path.name, each.heard
            if not each.is_there:
                table.add_row(name, "missing")
            elif each.recorded.text:
                shown = f"{heard_as.match} ({heard_as.score:.1f})" if heard_as else ""
                table.add_row(name, "yes" if each.is_right else "NO", shown)
            else:
                table.add_row(name, "", "", f"{each.accepted} of {each.tried}", f"{each.unsure} of {each.tried}")
        console.print(table)


def print_target(tries: Sequence[Try], console: Console) -> bool:
    """Whether long right sentences are accepted often enough by those engines that have to."""
    good = True
    for engine, least in LEAST_ACCEPTED.items():
        if any(each.engine == engine for each in tries):
            share = accepted_of_long(tries, engine)
            good = good and share >= least
            console.print(f"{engine}: of 16 phones and more {share:.0%} accepted at 5 % FA, at least {least:.0%}")
    return good


def _table(title: str, head: Sequence[str]) -> Table:
    table = Table(title=title, min_width=88)
    table.add_column("")
    for heading in head:
        table.add_column(heading, justify="right")
    return table


def _percent(share: float) -> str:
    return "" if math.isnan(share) else f"{100 * share:.0f} %"
