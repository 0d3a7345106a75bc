"""Who outlives whom in a lesson."""

from __future__ import annotations

import asyncio

import pytest

from tests.session.room import Room
from tests.support.virtual_time import in_virtual_time
from tutor_tui.app.run import under_way


def test_a_front_end_that_breaks_at_once_ends_the_lesson_and_keeps_its_fault() -> None:
    async def main() -> None:
        room = Room()
        async with asyncio.timeout(5):
            with pytest.raises(ValueError, match="before it was shown"):
                async with under_way(room.session, lambda: None) as lesson:
                    raise ValueError("before it was shown")
        assert lesson.cancelled()

    in_virtual_time(main())


def test_a_lesson_that_ends_by_itself_says_so_and_one_that_is_left_is_over() -> None:
    async def main() -> None:
        room, ends = Room(), list[str]()
        async with under_way(room.session, lambda: ends.append("over")) as lesson:
            await asyncio.sleep(0.1)
            assert ends == []
        assert lesson.cancelled()
        await asyncio.sleep(0)
        assert ends == ["over"]

    in_virtual_time(main())
