"""The faults of the protocol, generated from the ladder: a function a row, whose cases are held one after another.

Where chance plays a part, `seeds` says how many there are: few in CI, thousands by hand (`python -m tests.faults`).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from functools import partial
from random import Random

from tests.faults import hostile, ladder
from tests.faults.bench import SITUATIONS, Bench, Case, Situation, ladder_of, whole_lesson
from tests.faults.evidence import Frame
from tests.faults.line_faults import Changed, Doubled, Drop, Jitter, Late, LineFault, Missing, Reorder, Stall, closed

STALL_S = 10.0
JITTER_S = 0.2
REORDERED = 0.02


def points() -> Iterator[tuple[str, Situation, int, Frame]]:
    """Every point of the response ladder: what a case is called, and where in which situation it strikes."""
    for name, situation in SITUATIONS.items():
        for number, frame in ladder_of(name):
            yield f"{name}, {number} {frame['type']}", situation, number, frame


def some(cases: Iterable[Case], most: int) -> list[Case]:
    """Not more than so many of them, from everywhere: all of them take minutes."""
    everything = list(cases)
    return everything if len(everything) <= most else Random(0).sample(everything, most)


# ---- the line -------------------------------------------------------------------------------------------------------


def drops(_seeds: int) -> Iterator[Case]:
    """Before every event, and after the last one: so between any two."""
    last = {ladder_of(name)[-1][0] for name in SITUATIONS}
    for name, situation, number, _ in points():
        for how, end in {"without a close frame": closed(), "with one": closed(1011, "bye")}.items():
            yield Case(f"{name}, before it, {how}", situation, Drop(number, end, after=False))
            if number in last:
                yield Case(f"{name}, after it, {how}", situation, Drop(number, end, after=True))


def stalls(_seeds: int) -> Iterator[Case]:
    for name, situation, number, _ in points():
        yield Case(name, situation, Stall(number, STALL_S))


def jitter(seeds: int) -> Iterator[Case]:
    for seed in range(seeds):
        yield Case(f"seed {seed}", whole_lesson, Jitter(Random(seed), JITTER_S))


def reordered(seeds: int) -> Iterator[Case]:
    for seed in range(seeds):
        yield Case(f"seed {seed}", whole_lesson, Reorder(Random(seed), REORDERED))


# ---- sessions that are played, whatever the learner does ------------------------------------------------------------


def recorded() -> list[Frame]:
    """All that a server says in a whole lesson that goes well."""
    return [frame for _, frame in ladder_of("all of them")]


async def _play(bench: Bench, frames: list[Frame], random: Random) -> None:
    """Say this; meanwhile the learner types, and presses Esc."""
    deeds = {random.randrange(len(frames) + 1): deed for deed in ("type", "stop")}
    bench.server.deaf, bench.server.answers, bench.server.turns = True, 100, 100  # ids that were not played
    await asyncio.sleep(0.5)
    for number, frame in enumerate(frames):
        bench.server.say(frame)
        await asyncio.sleep(random.choice((0.0, 0.02, 0.3)))
        match deeds.get(number):
            case "type":
                bench.type("And what is this?", is_stopped=True)
            case "stop":
                bench.stop()
            case _:
                pass


class _Played(LineFault):
    """The faults are in what is played."""

    def __init__(self, faults: int = 1) -> None:
        super().__init__()
        self.injected = faults


def shuffled(seeds: int) -> Iterator[Case]:
    """All but the opening, without which there is no lesson to interrupt."""
    for seed in range(seeds):
        random, (*opening, settings, more_settings), rest = Random(seed), recorded()[:4], recorded()[4:]
        random.shuffle(rest)
        frames = [*opening, settings, more_settings, *rest]
        yield Case(f"seed {seed}", partial(_play, frames=frames, random=random), _Played(), orderly=False)


def subsets(seeds: int) -> Iterator[Case]:
    for seed in range(seeds):
        random, frames = Random(seed), recorded()
        share = random.choice((0.1, 0.5, 0.9))
        kept = [frame for frame in frames if random.random() >= share]
        lost = len(frames) - len(kept)
        yield Case(f"seed {seed}", partial(_play, frames=kept, random=random), _Played(lost), orderly=False)


# ---- events that are missing, or come twice -------------------------------------------------------------------------


def missing(_seeds: int) -> Iterator[Case]:
    for name, situation, number, _ in points():
        yield Case(name, situation, Missing({number}))


def doubled(seeds: int) -> Iterator[Case]:
    for name, situation, number, _ in points():
        yield Case(f"{name}, at once", situation, Doubled({number}))
    later = (Case(f"{name}, later", situation, Doubled({number}, 1.0)) for name, situation, number, _ in points())
    yield from some(later, 2 * seeds)
    for name, situation in SITUATIONS.items():
        yield Case(f"{name}, all of them", situation, Doubled(range(10_000)))


# ---- what is in the events ------------------------------------------------------------------------------------------


def strange_fields(seeds: int) -> Iterator[Case]:
    """Fields of all events as something else, everywhere at once; then some fields somewhere."""
    yield from some(_each_field(), 10 * seeds)
    for seed in range(seeds):
        yield Case(f"seed {seed}", whole_lesson, Changed(partial(_now_and_then, Random(seed))), orderly=False)


def _each_field() -> Iterator[Case]:
    for name, situation in SITUATIONS.items():
        fields = {field for _, frame in ladder_of(name) for field in hostile.fields_of(frame)}
        for field in sorted(fields):
            for what, value in hostile.VALUES.items():
                fault = Changed(partial(_strange, field=field, value=value, begin=ladder_of(name)[0][0]))
                yield Case(f"{name}, {field} is {what}", situation, fault, orderly=False)


def _strange(number: int, frame: Frame, *, field: str, value: str, begin: int) -> list[str | bytes] | None:
    if number < begin or field not in hostile.fields_of(frame):
        return None
    return [hostile.with_field(frame, field, value)]


def _now_and_then(random: Random, _number: int, frame: Frame) -> list[str | bytes] | None:
    if random.random() >= 0.05:
        return None
    field, value = random.choice(hostile.fields_of(frame)), random.choice(list(hostile.VALUES.values()))
    return [hostile.with_field(frame, field, value)]


def strange_messages(_seeds: int) -> Iterator[Case]:
    """Messages that nobody should send, before each event of a spoken turn."""
    name = "spoken turn"
    first, most = ladder_of(name)[0][0], ladder_of(name)[-1][0]
    for what, raw in hostile.MESSAGES.items():
        which: Container[int] = {first + 8} if len(raw) > 1_000_000 else range(first, most + 1)
        yield Case(what, SITUATIONS[name], Changed(_Before(which, [raw])))


class _Before:
    """Messages before some of the frames."""

    def __init__(self, which: Container[int], raws: Sequence[str | bytes]) -> None:
        self._which, self._raws = which, raws

    def __call__(self, number: int, frame: Frame) -> list[str | bytes] | None:
        return [*self._raws, json.dumps(frame)] if number in self._which else None


def storms(seeds: int) -> Iterator[Case]:
    """A thousand errors on end, at some points."""
    yield from some(_each_storm(), seeds // 2)


def _each_storm() -> Iterator[Case]:
    for name, situation in SITUATIONS.items():
        for what, raw in hostile.ERRORS.items():
            for number, _ in ladder_of(name):
                fault = Changed(_Before({number}, [raw] * 1_000))
                yield Case(f"{name}, {number}, {what}", situation, fault, orderly=False)


def unasked(seeds: int) -> Iterator[Case]:
    """An answer that nobody has asked for, whole or event by event between those of the one that was."""
    yield from some(_each_unasked(), 5 * seeds)


def _each_unasked() -> Iterator[Case]:
    strangers = ladder.spoken("resp_x", "item_x", None, "Nobody asked.")
    for name, situation, number, _ in points():
        raws = [json.dumps(each) for each in strangers]
        yield Case(f"{name}, whole", situation, Changed(_Before({number}, raws)), orderly=False)
        yield Case(f"{name}, between", situation, Changed(_Between(number, raws)), orderly=False)


class _Between:
    """One message before each frame, until there are no more."""

    def __init__(self, at: int, raws: list[str]) -> None:
        self._at, self._raws = at, list(raws)

    def __call__(self, number: int, frame: Frame) -> list[str | bytes] | None:
        if number < self._at or not self._raws:
            return None
        return [self._raws.pop(0), json.dumps(frame)]


# ---- transcripts, deltas, closes ------------------------------------------------------------------------------------


def late_words(_seeds: int) -> Iterator[Case]:
    """Deltas after the end of what they belong to; transcripts that fail, or never come, or come very late."""
    for name, situation, number, frame in points():
        if frame["type"].endswith(".delta"):
            yield Case(f"{name}, late", situation, Doubled({number}, 2.0))
        if frame["type"].startswith(ladder.TRANSCRIPTION):
            yield Case(f"{name}, never", situation, Missing({number, number + 1}))
            yield Case(f"{name}, failed", situation, Changed(partial(_failed, at=number)))
            yield Case(f"{name}, 30 s late", situation, Late({number}, 30.0))


def _failed(number: int, frame: Frame, *, at: int) -> list[str | bytes] | None:
    if number != at:
        return None
    error = {"type": "x", "code": "audio_unintelligible", "message": "Could not be made out."}
    return [json.dumps({"type": f"{ladder.TRANSCRIPTION}.failed", "item_id": frame["item_id"], "error": error})]


def closes(seeds: int) -> Iterator[Case]:
    yield from some(_each_close(), 3 * seeds)


def _each_close() -> Iterator[Case]:
    for code in (1000, 1001, 1008, 1011, 1012, 1013, 3000, 4000, 4004, 4999):
        for what, reason in hostile.REASONS.items():
            for name, situation in SITUATIONS.items():
                number = ladder_of(name)[len(ladder_of(name)) // 2][0]
                yield Case(f"{name}, {code}, {what}", situation, Drop(number, closed(code, reason), after=True))


Row = Callable[[int], Iterator[Case]]
ROWS: dict[str, Row] = {
    row.__name__: row
    for row in (
        drops,
        stalls,
        jitter,
        reordered,
        shuffled,
        subsets,
        missing,
        doubled,
        strange_fields,
        strange_messages,
        storms,
        unasked,
        late_words,
        closes,
    )
}
