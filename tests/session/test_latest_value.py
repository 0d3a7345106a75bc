"""Watch: newest only, never lost at the end."""

from __future__ import annotations

import asyncio

from tests.support.virtual_time import in_virtual_time
from tutor_tui.session.latest_value import LatestValue


def test_a_slow_reader_skips_values_but_never_the_last() -> None:
    async def main() -> list[int]:
        watch = LatestValue(0)
        seen: list[int] = []

        async def read() -> None:
            async for value in watch:
                seen.append(value)
                await asyncio.sleep(0.05)

        reader = asyncio.create_task(read())
        for value in range(1, 201):
            watch.set(value)
            await asyncio.sleep(0.01)
        watch.close()
        await reader
        return seen

    seen = in_virtual_time(main())
    assert seen[-1] == 200
    assert len(seen) < 60
    assert seen == sorted(set(seen))


def test_the_last_value_set_at_closing_is_seen() -> None:
    async def main() -> list[str]:
        watch = LatestValue("first")
        seen: list[str] = []

        async def read() -> None:
            seen.extend([value async for value in watch])

        reader = asyncio.create_task(read())
        await asyncio.sleep(0)
        watch.set("last")
        watch.close()
        await reader
        return seen

    assert in_virtual_time(main()) == ["first", "last"]


def test_the_same_object_wakes_nobody() -> None:
    async def main() -> int:
        value = object()
        watch = LatestValue(value)
        wakes = 0

        async def read() -> None:
            nonlocal wakes
            async for _ in watch:
                wakes += 1

        reader = asyncio.create_task(read())
        for _ in range(5):
            watch.set(value)
            await asyncio.sleep(0.01)
        reader.cancel()
        await asyncio.gather(reader, return_exceptions=True)
        return wakes

    assert in_virtual_time(main()) == 1
