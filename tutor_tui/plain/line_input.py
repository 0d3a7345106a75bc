"""Lines from a pipe or a file: said one after another, each when the tutor has finished."""

from __future__ import annotations

import asyncio
import codecs
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress

from tutor_tui.core.lesson import Phase
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.plain.terminal_input import read_some
from tutor_tui.session.session import Session
from tutor_tui.supervision import side_by_side

LINE_CHARACTERS = 4_000
"""A longer line is no sentence; the rest of it is left out."""
LINES_AHEAD = 100
"""How many lines of a pipe are read before the tutor has got to them."""
_ABOUT_A_LINE = frozenset({"/repeat", "/meaning", "/hint", "/dictation"})
"""Commands about what the tutor has said: it has to be complete. All others count at once."""
ANSWER_BEGINS_S = 10.0
"""How long to wait for an answer to begin where one is owed."""
SILENCE_S = 30.0
"""How long the end of the input waits for a tutor that cannot be reached, or does not answer."""


class LineInput:
    """Takes line after line, and ends when there are no more and all is answered.

    `take` carries out a line and says whether the tutor has something to answer. With `until`, the end of the input
    waits for that, too.
    """

    def __init__(
        self,
        fd: int | None,
        session: Session,
        take: Callable[[str], bool],
        until: Callable[[], Awaitable[object]] | None,
    ) -> None:
        self._fd = fd
        self._session = session
        self._take = take
        self._until = until
        self._over = False
        """No more lines will come."""
        self._owed_after: int | None = None
        """After so many answers one is owed that could not begin, for there was no connection; None: none is."""

    async def run(self) -> None:
        """Raises `Problem` (exit code 4) when the input is over and the tutor is silent for long."""
        lines: asyncio.Queue[str | None] = asyncio.Queue(LINES_AHEAD)
        await side_by_side(
            asyncio.create_task(self._read(lines), name="plain: read"),
            asyncio.create_task(self._say(lines), name="plain: say"),
        )

    async def _say(self, lines: asyncio.Queue[str | None]) -> None:
        if self._session.lesson.plan.opening:
            await self._answer_begins(0)
        while (line := await lines.get()) is not None:
            if not line.startswith("/") or line.split()[0] in _ABOUT_A_LINE:
                await self._tutor_has_finished()
            replies = self._session.lesson.replies
            if self._take(line):
                await self._answer_begins(replies)
            await self._help_has_come()
        if self._until is not None:
            await self._until()
        await self._tutor_has_finished()

    async def _read(self, lines: asyncio.Queue[str | None]) -> None:
        async for raw in self._lines():
            line = raw.strip()
            if line == "/stop":  # cannot wait for its turn: the lines before it wait for the tutor's end
                self._take(line)
            elif line:
                await lines.put(line)
        self._over = True
        await lines.put(None)

    async def _lines(self) -> AsyncIterator[str]:
        decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        rest = ""
        while self._fd is not None and (piece := await read_some(self._fd)):
            *whole, rest = (rest + decoder.decode(piece)).split("\n")
            for line in whole:
                yield line[:LINE_CHARACTERS]
            rest = rest[:LINE_CHARACTERS]
        yield rest

    async def _answer_begins(self, replies: int) -> None:
        """Wait until an answer is under way or has come, but not for ever: a tutor may have nothing to say. Who takes
        long to come has not begun to think: they still owe it.
        """
        loop = asyncio.get_running_loop()
        was_linked = True
        with suppress(TimeoutError):
            async with asyncio.timeout(ANSWER_BEGINS_S) as limit:
                async for lesson in self._session.watch:
                    if lesson.reply_id or lesson.replies > replies or lesson.phase is Phase.FAILED:
                        return
                    if lesson.linked and not was_linked:
                        limit.reschedule(loop.time() + ANSWER_BEGINS_S)
                    was_linked = lesson.linked
        self._owed_after = None if self._session.lesson.linked else replies

    async def _help_has_come(self) -> None:
        """Wait for what was asked about the tutor's line; it comes, or is given up, within `study_help.WAIT_S`."""
        async for lesson in self._session.watch:
            if lesson.line_help is None or not lesson.line_help.asked:
                return

    async def _tutor_has_finished(self) -> None:
        """Wait until the tutor listens, and owes no answer. Raises as `_tutor_listens` does."""
        await self._tutor_listens()
        if self._owed_after is not None:
            replies, self._owed_after = self._owed_after, None
            await self._answer_begins(replies)
            await self._tutor_listens()

    async def _tutor_listens(self) -> None:
        """Wait until it does. Raises `Problem` when it is silent for long and nobody is left to wait."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(SILENCE_S):
                    async for lesson in self._session.watch:
                        if lesson.phase in (Phase.LISTENING, Phase.FAILED) or lesson.voice_waits:
                            return
                    return  # the lesson has ended: asking again and again would hold up the loop
            lesson = self._session.lesson
            if self._over and not lesson.linked:
                raise Problem("The tutor could not be reached.", "tutor-tui doctor finds out why.", ExitCode.TUTOR)
            if self._over and lesson.phase is Phase.THINKING:
                raise Problem("The tutor does not answer.", "tutor-tui doctor looks for the reason.", ExitCode.TUTOR)
