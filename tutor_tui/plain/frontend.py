"""A lesson as plain lines: follows the session, prints what is new, and passes on what the learner types.

On a terminal single keys do what they do on the full screen, and `t` or `/` lets a line be typed. Anything else is read
as lines: they are said one after another, each when the tutor has finished, and the lesson ends with the last answer.
"""

from __future__ import annotations

import asyncio
import codecs
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass

from tutor_tui.core.actions import key, with_keys
from tutor_tui.core.availability import Control, greyed
from tutor_tui.core.lesson import Phase
from tutor_tui.core.plan import LessonPlan
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.safe_text import printable_line
from tutor_tui.plain.commands import Command, command_in, key_names_for, keys_for
from tutor_tui.plain.narrator import Narrator
from tutor_tui.plain.printer import Printer
from tutor_tui.plain.terminal_input import KeyMode, is_terminal, read_some
from tutor_tui.session.session import Session

TICK_S = 0.1
"""Lines come at most this often: states that last shorter are not worth a listener's time."""
LINE_CHARACTERS = 4_000
"""A longer line is no sentence; the rest of it is left out."""
LINES_AHEAD = 100
"""How many lines of a pipe are read before the tutor has got to them."""
ANSWER_BEGINS_S = 10.0
"""How long to wait for an answer to begin where one is owed."""
SILENCE_S = 30.0
"""How long the end of the input waits for a tutor that cannot be reached, or does not answer."""
_SEQUENCE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|O.|[^\x1b])?", re.DOTALL)
"""What one press of an arrow or function key sends, or of a key with alt; a lone escape is a key of its own."""
_INTRODUCTION = f"press {key('type')} to type, {key('help')} for all keys, {key('quit')} to leave"
_END_OF_INPUT = "\x04"
"""Ctrl-D, where keys come one by one."""


@dataclass(frozen=True, slots=True)
class Streams:
    """Where lines come from and go to, as file descriptors."""

    input: int | None = 0
    """None when there is none: the same as one that has ended."""
    output: int = 1
    encoding: str = "utf-8"
    """Of the output."""


class PlainFrontend:
    """The plain front end of one lesson. The session is run by whoever made it.

    `plan_named` turns the name of a profile into a plan (or raises `Problem`); `keys` are the learner's own (id → key).
    With `until`, the lesson ends when that is done instead of at the end of the input.
    """

    def __init__(
        self,
        session: Session,
        *,
        plan_named: Callable[[str], LessonPlan],
        profiles: Sequence[str] = (),
        keys: Mapping[str, str] | None = None,
        until: Callable[[], Awaitable[object]] | None = None,
        streams: Streams | None = None,
    ) -> None:
        self.session = session
        self.profiles = profiles
        self.plan_named = plan_named
        self._streams = streams or Streams()
        self._keys = keys_for(keys or {})
        self.key_names = key_names_for(keys or {})
        self._until = until
        self._narrator = Narrator(session.tutor.capabilities, self.key_names)
        self._left = asyncio.Event()
        self._printer: Printer | None = None
        self._key_mode: KeyMode | None = None
        self._typed = ""
        self._asked: str | None = None
        """A line is being typed on the terminal, and this is how it begins; None while keys are keys."""
        self._over = False
        """No more lines will come."""

    async def run(self) -> None:
        """Hold the lesson until the learner leaves, the input ends, or the lesson does. Raises `Problem`."""
        loop = asyncio.get_running_loop()
        broken: list[OSError] = []

        def on_fault(error: OSError) -> None:
            broken.append(error)
            loop.call_soon_threadsafe(self._left.set)

        async with AsyncExitStack() as stack:
            streams = self._streams
            self._printer = stack.enter_context(Printer(streams.output, streams.encoding, on_fault))
            if streams.input is not None and is_terminal(streams.input):
                self._key_mode = stack.enter_context(KeyMode(streams.input))
            self._introduce()
            await self._follow_and_listen()
            self._asked = None
            self._print_news()
            self._farewell()
        if broken and not isinstance(broken[0], BrokenPipeError):  # a reader that has seen enough is no fault
            raise Problem(f"The output could not be written: {broken[0].strerror}.")

    def exit(self) -> None:
        """End it; on the loop's thread."""
        self._left.set()

    async def _follow_and_listen(self) -> None:
        listen = self._take_keys if self._key_mode is not None else self._take_lines
        tasks = [
            asyncio.create_task(self._left.wait(), name="plain: leave"),
            asyncio.create_task(self._narrate(), name="plain: narrate"),
            asyncio.create_task(listen(), name="plain: listen"),
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
        for result in results:
            if isinstance(result, Exception):
                raise result

    # ---- what is printed --------------------------------------------------------------------------------------------

    def _introduce(self) -> None:
        self.tell(f"tutor: {printable_line(self.session.tutor.name)}")
        if self._key_mode is not None:
            self.tell(self._with_keys(_INTRODUCTION))

    async def _narrate(self) -> None:
        async for _ in self.session.watch:
            await asyncio.sleep(TICK_S)
            if self._asked is None:  # nothing is printed into a line that is being typed
                self._print_news()

    def _print_news(self) -> None:
        for line in self._narrator.tell(self.session.lesson):
            self.tell(line)

    def _farewell(self) -> None:
        minutes, seconds = divmod(int(self.session.elapsed_s), 60)
        lesson = self.session.lesson
        cost = f", ${lesson.usd:.2f}" if self.session.tutor.capabilities.costs_money else ""
        answers = "1 answer" if lesson.replies == 1 else f"{lesson.replies} answers"
        self.tell(f"the lesson is over: {minutes}:{seconds:02}, {answers}{cost}")

    def tell(self, line: str) -> None:
        """Print one line, soon."""
        if self._printer is not None:
            self._printer.line(line)

    def leave(self) -> None:
        """End the lesson, as the learner asked."""
        self.exit()

    # ---- keys -------------------------------------------------------------------------------------------------------

    async def _take_keys(self) -> None:
        decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        fd = self._streams.input
        assert fd is not None  # there is a key mode
        while piece := await read_some(fd):
            self._typed += decoder.decode(piece)
            while self._typed and not self._left.is_set():
                if self._asked is not None and "\n" not in self._typed:
                    break
                self._take_line() if self._asked is not None else self._take_key()
        if self._asked is not None:  # Ctrl-D instead of a line
            self._back_to_keys()
            await self._take_keys()

    def _take_key(self) -> None:
        sequence = _SEQUENCE.match(self._typed)
        key = sequence[0] if sequence else self._typed[0]
        self._typed = self._typed[len(key) :]
        if key == _END_OF_INPUT:
            self.leave()
        elif command := self._keys.get("\n" if key == "\r" else key):
            self._do(command)

    def _take_line(self) -> None:
        line, _, self._typed = self._typed.partition("\n")
        begin = self._asked or ""
        self._back_to_keys()
        if line.strip():
            self._take(begin + line.strip().removeprefix(begin))

    def ask(self, prompt: str, begin: str = "") -> None:
        """Have the terminal collect a line; keys are keys again when it has come. Does nothing without a terminal."""
        if self._key_mode is None:
            return
        self._print_news()
        self._asked = begin
        self._key_mode.lines()
        self.tell(prompt)

    def _back_to_keys(self) -> None:
        assert self._key_mode is not None  # a line was asked for
        self._asked = None
        self._key_mode.keys()
        self._print_news()

    # ---- lines ------------------------------------------------------------------------------------------------------

    async def _take_lines(self) -> None:
        """Say line after line; ends when there are no more and all is answered."""
        lines: asyncio.Queue[str | None] = asyncio.Queue(LINES_AHEAD)
        reader = asyncio.create_task(self._read_lines(lines), name="plain: read")
        try:
            if self.session.lesson.plan.opening:
                await self._answer_begins(0)
            while (line := await lines.get()) is not None:
                if not line.startswith("/"):
                    await self._tutor_has_finished()
                replies = self.session.lesson.replies
                if self._take(line):
                    await self._answer_begins(replies)
            if self._until is not None:
                await self._until()
            await self._tutor_has_finished()
        finally:
            reader.cancel()

    async def _read_lines(self, lines: asyncio.Queue[str | None]) -> None:
        async for raw in self._lines():
            line = raw.strip()
            if line == "/stop":  # cannot wait for its turn: the lines before it wait for the tutor's end
                self._take(line)
            elif line:
                await lines.put(line)
        self._over = True
        await lines.put(None)

    async def _lines(self) -> AsyncIterator[str]:
        fd = self._streams.input
        decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        rest = ""
        while fd is not None and (piece := await read_some(fd)):
            *whole, rest = (rest + decoder.decode(piece)).split("\n")
            for line in whole:
                yield line[:LINE_CHARACTERS]
            rest = rest[:LINE_CHARACTERS]
        yield rest

    async def _answer_begins(self, replies: int) -> None:
        """Wait until an answer is under way or has come, but not for ever: a tutor may have nothing to say."""
        with suppress(TimeoutError):
            async with asyncio.timeout(ANSWER_BEGINS_S):
                async for lesson in self.session.watch:
                    if lesson.reply_id or lesson.replies > replies or lesson.phase is Phase.FAILED:
                        return

    async def _tutor_has_finished(self) -> None:
        """Wait until the tutor listens. Raises `Problem` when it is silent for long and nobody is left to wait."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(SILENCE_S):
                    async for lesson in self.session.watch:
                        if lesson.phase in (Phase.LISTENING, Phase.FAILED):
                            return
            lesson = self.session.lesson
            if self._over and not lesson.linked:
                raise Problem("The tutor could not be reached.", "tutor-tui doctor finds out why.", ExitCode.TUTOR)
            if self._over and lesson.phase is Phase.THINKING:
                raise Problem("The tutor does not answer.", "tutor-tui doctor looks for the reason.", ExitCode.TUTOR)

    # ---- both -------------------------------------------------------------------------------------------------------

    def _take(self, line: str) -> bool:
        """Carry out a command or say words; whether the tutor has something to answer."""
        if not line.startswith("/"):
            words = printable_line(line)[:LINE_CHARACTERS]
            if not self._can("type"):
                return False
            self.session.say(words)
            self._print_news()
            return bool(words)
        try:
            command, rest = command_in(printable_line(line))
        except Problem as problem:
            self._refuse(problem)
            return False
        return self._do(command, rest)

    def _can(self, control: Control) -> bool:
        """Whether that does something now; where not, the learner is told why, as on the full screen."""
        why = greyed(self.session.tutor.capabilities, self.session.lesson).get(control)
        if why:
            self.tell(f"Notice: {self._with_keys(printable_line(why))}")
        return not why

    def _do(self, command: Command, rest: str = "") -> bool:
        if not self._can(command.action.id):
            return False
        try:
            command.do(self, rest)
        except Problem as problem:
            self._refuse(problem)
            return False
        return command.answered and self.session.lesson.linked

    def _with_keys(self, sentence: str) -> str:
        return with_keys(sentence, self.key_names)

    def _refuse(self, problem: Problem) -> None:
        self.tell(f"Notice: {self._with_keys(printable_line(str(problem)))}")
