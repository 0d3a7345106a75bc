"""A lesson as plain lines: follows the session, prints what is new, and passes on what the learner types.

On a terminal single keys do what they do on the full screen, and `t` or `/` lets one line be typed. Anything else
is read as lines: they are said one after another, each when the tutor has finished, and the lesson ends with the last
answer.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

from tutor_tui.core.actions import COMMANDS, asks_to_leave, key, with_keys, y_or_n
from tutor_tui.core.availability import (
    NO_SPOKEN,
    SPOKEN_ALREADY,
    Control,
    greyed,
    is_spoken,
    why_no_drill,
    why_not_offline,
)
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.lesson_plan import DrillKind, LessonPlan
from tutor_tui.core.lesson_summary import REPORT_FROM_S, summary_line, times_line
from tutor_tui.core.ports import Tutor
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.safe_text import letters_missing, printable, printable_line
from tutor_tui.core.standing_news import KEEP_CONSEQUENCE, KEEP_QUESTION
from tutor_tui.learning.look_ups import MakeDrill, ReportLines
from tutor_tui.plain.command_keys import key_faults, key_names_for, keys_for
from tutor_tui.plain.key_input import KeyInput
from tutor_tui.plain.line_input import LINE_CHARACTERS, LineInput
from tutor_tui.plain.narrator import Narrator
from tutor_tui.plain.printer import Printer
from tutor_tui.plain.terminal_input import KeyMode, is_terminal
from tutor_tui.plain.typed_commands import Command, command_in
from tutor_tui.session.again import ENDS_KEPT, ENDS_UNKEPT, again_words, hold_again
from tutor_tui.session.session import Session
from tutor_tui.supervision import side_by_side

TICK_S = 0.1
"""Lines come at most this often: states that last shorter are not worth a listener's time."""
_INTRODUCTION = f"press {key('type')} to type, {key('help')} for all keys, {key('quit')} to leave"
_BACK = f"back to the keys: {key('type')} types another line"
_KEEP_KEYS = f"{key('yes')} keeps them, {key('no')} does not; {key('quit')} leaves at once."
_AGAIN_KEYS = f"{key('yes')} begins, {key('no')} goes on with this one."
_NO_KEY = f"does nothing here; {key('type')} lets you type, {key('help')} lists the keys, {key('quit')} leaves."
_PASTED = f"Notice: pasted text is taken only while you type: press {key('type')} first"


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

    `plan_named` turns the name of a profile into a plan (or raises `Problem`), and `spoken_named` names one that such a
    tutor understands by ear, or nothing; `keys` are the learner's own (id → key).
    `report_lines` has the report of a lesson that is kept, as headings and lines, `make_drill` a drill on what is due.
    With `until`, the lesson ends when that is done instead of at the end of the input.
    """

    def __init__(
        self,
        session: Session,
        *,
        plan_named: Callable[[str], LessonPlan],
        make_offline_tutor: Callable[[], Tutor],
        profiles: Sequence[str] = (),
        spoken_named: Callable[[Capabilities], str] = lambda abilities: "",
        keys: Mapping[str, str] | None = None,
        until: Callable[[], Awaitable[object]] | None = None,
        report_lines: ReportLines | None = None,
        make_drill: MakeDrill | None = None,
        streams: Streams | None = None,
    ) -> None:
        self.session = session
        self.profiles = profiles
        self.plan_named = plan_named
        self._make_offline_tutor = make_offline_tutor
        self._spoken_named = spoken_named
        self._streams = streams or Streams()
        self._keys = keys_for(keys or {})
        self._key_faults = key_faults(keys or {})
        fd = self._streams.input
        self._at_terminal = fd is not None and is_terminal(fd)
        self.key_names: Mapping[str, str] = key_names_for(keys or {}) if self._at_terminal else COMMANDS
        self._until = until
        self._report_lines = report_lines
        self._make_drill = make_drill
        self._narrator = Narrator(session.tutor.capabilities, self.key_names, at_terminal=self._at_terminal)
        self._named = session.tutor
        """Who teaches, as the learner was last told."""
        self._left = asyncio.Event()
        self._leaves_once_settled = False
        """The learner wants to leave, and was asked whether the notes are to be kept."""
        self._again_asked = False
        """The learner was asked last whether the task is to be done once more."""
        self._printer: Printer | None = None
        self._told_no_key = False
        """That the key before did nothing was said: a word typed where keys are expected is told off once."""
        self._key_input: KeyInput | None = None
        """Where a terminal is typed on; None for lines from a pipe."""

    async def run(self) -> ExitCode:
        """Hold the lesson until the learner leaves, the input ends, or the lesson does. Raises `Problem`."""
        loop = asyncio.get_running_loop()
        broken: list[Exception] = []

        def on_fault(error: Exception) -> None:
            broken.append(error)
            loop.call_soon_threadsafe(self._left.set)

        async with AsyncExitStack() as stack:
            streams = self._streams
            self._printer = stack.enter_context(Printer(streams.output, streams.encoding, on_fault))
            if streams.input is not None and self._at_terminal:
                mode = stack.enter_context(KeyMode(streams.input))
                self._key_input = KeyInput(
                    streams.input,
                    mode,
                    self._left,
                    on_key=self._take_key,
                    on_line=self._take,
                    on_paste=lambda: self.tell(self._with_keys(_PASTED)),
                    on_ready=self._tell_of_keys,
                )
            self._introduce()
            await self._follow_and_listen()
            self._print_news()
            session = self.session
            self.tell(summary_line(session.lesson, session.elapsed_s, session.tutor.capabilities))
            if times := times_line(session.times.answers_ms, session.times.barge_ins_ms):
                self.tell(times)
            for line in filter(None, (session.recorder.kept_line, session.memory.consent.lost_line)):
                self.tell(line)
            await self._tell_report(session.recorder.lesson_id)
        match broken:
            case [BrokenPipeError()]:
                pass  # a reader that has seen enough is no fault
            case [OSError() as error]:
                raise Problem(f"The output could not be written: {error.strerror}.")
            case [fault]:
                raise fault
        return ExitCode.OK

    async def _tell_report(self, lesson_id: str) -> None:
        """What came of the lesson, if it was long enough for that."""
        if self._report_lines is None or not lesson_id or self.session.elapsed_s < REPORT_FROM_S:
            return
        with contextlib.suppress(Problem):  # that the library fails was told in the lesson
            for heading, line in await asyncio.to_thread(self._report_lines, lesson_id):
                self.tell(printable_line(f"{heading}: {line}"))

    def exit(self) -> None:
        """End it; on the loop's thread."""
        self._left.set()

    async def _follow_and_listen(self) -> None:
        lines = LineInput(self._streams.input, self.session, self._take, self._until)
        await side_by_side(
            asyncio.create_task(self._left.wait(), name="plain: leave"),
            asyncio.create_task(self._narrate(), name="plain: narrate"),
            asyncio.create_task((self._key_input or lines).run(), name="plain: listen"),
            until=asyncio.FIRST_COMPLETED,
        )

    # ---- what is printed --------------------------------------------------------------------------------------------

    def _introduce(self) -> None:
        self._name_tutor()
        if self._key_input is not None:
            self.tell(self._with_keys(_INTRODUCTION))
        if words := letters_missing(self._streams.encoding):
            self.tell(f"Notice: {words}")
        for fault in self._key_faults:
            self.tell(f"Notice: {printable_line(fault)}")

    def _name_tutor(self) -> None:
        """Say who teaches, from now on."""
        self._named = tutor = self.session.tutor
        self._narrator.abilities = tutor.capabilities
        self.tell(f"tutor: {printable_line(tutor.name)}")

    async def _narrate(self) -> None:
        async for lesson in self.session.watch:
            if lesson.leave_asked or (self._leaves_once_settled and not lesson.keep_asked):
                self.exit()
            await asyncio.sleep(TICK_S)
            if self._key_input is None or not self._key_input.takes_line:
                self._print_news()

    def _print_news(self) -> None:
        if self.session.tutor is not self._named:
            self._name_tutor()
        for line in self._narrator.tell(self.session.lesson):
            self.tell(line)

    def _tell_of_keys(self) -> None:
        """A line has ended: what is typed now is keys."""
        self.tell(self._with_keys(_BACK))
        self._print_news()

    def tell(self, line: str) -> None:
        """Print one line, soon."""
        if self._printer is not None:
            self._printer.line(line)

    def leave(self) -> None:
        """End the lesson, as the learner asked; while nobody has said whether its notes are kept, ask that first."""
        if self._key_input is None or not self.session.memory.consent.asks_at_leaving():  # a program need not answer
            self.exit()
            return
        self._leaves_once_settled = True
        self.tell(self._with_keys(f"{KEEP_QUESTION} {KEEP_CONSEQUENCE} {_KEEP_KEYS}"))

    # ---- what is typed ----------------------------------------------------------------------------------------------

    def spoken_profile(self) -> str:
        """The name of one whose lesson can be spoken with this tutor. Raises `Problem` where there is none."""
        abilities = self.session.tutor.capabilities
        if is_spoken(self.session.lesson.plan, abilities):
            raise Problem(SPOKEN_ALREADY)
        name = self._spoken_named(abilities)
        if not name:
            raise Problem(NO_SPOKEN)
        return name

    def drill(self, kind: DrillKind) -> LessonPlan:
        """A drill of that kind on what is due. Raises `Problem` where nothing is, or nobody can hold one."""
        if why := why_no_drill(self.session.tutor.capabilities, self.session.lesson, kind):
            raise Problem(why)
        if self._make_drill is None:
            raise Problem("Nothing is kept here that could come back.")
        return self._make_drill(self.session.lesson.plan, kind)

    def ask_again(self) -> None:
        """Say what would begin and how long it would take, and ask. Raises `Problem` where there is nothing yet."""
        ends = ENDS_KEPT if self.session.recorder.lesson_id else ENDS_UNKEPT
        self.tell(self._with_keys(f"{printable_line(again_words(self.session))} {ends} {_AGAIN_KEYS}"))
        self._again_asked = True

    def answer_again(self, *, yes: bool) -> bool:
        """Do the task once more, or go on; False where that was not asked last. Raises `Problem`."""
        asked, self._again_asked = self._again_asked, False
        if asked and yes:
            hold_again(self.session)
        elif asked:
            self.tell("The lesson goes on.")
        return asked

    def go_offline(self) -> None:
        """Go on with the offline tutor, with all that was said; or with the learner's own again. Raises `Problem`."""
        if self.session.fallback.come_back():
            return
        if why := why_not_offline(self.session.tutor.capabilities, self.session.lesson):
            raise Problem(why)
        self.session.switch(self._make_offline_tutor())

    def ask(self, prompt: str, begin: str = "") -> None:
        """Have the terminal collect a line; keys are keys again when it has come. Does nothing without a terminal."""
        if self._key_input is not None:
            self.session.awaited.stir()
            self._print_news()
            self._key_input.ask(begin)
            self.tell(prompt)

    def _take_key(self, pressed: str) -> None:
        command = self._keys.get(pressed) or self._keys.get(pressed.lower())  # Caps Lock may be on
        if command:
            self._do(command)
        elif pressed.isprintable() and not self._told_no_key:
            self.tell(f"Notice: {pressed} {self._with_keys(_NO_KEY)}")
        self._told_no_key = command is None and pressed.isprintable()

    def _take(self, line: str) -> bool:
        """Carry out a command or say words; whether the tutor has something to answer."""
        if self._left.is_set():  # what stands behind a line that leaves is for nobody
            return False
        self._print_news()  # a hint, say, is over with the line that is said
        if not line.startswith("/"):
            if asks_to_leave(line):
                self.leave()
                return False
            words = printable(line)[:LINE_CHARACTERS].strip()
            if not self._can("type"):
                return False
            if self._again_asked and (taken := y_or_n(words)) is not None:
                return self._do(command_in("/yes" if taken else "/no")[0])
            self._again_asked = False
            self._leaves_once_settled = self._leaves_once_settled and y_or_n(words) is not None
            dictated = self.session.lesson.voice_waits  # the line is not for the tutor
            self.session.say(words)
            self._print_news()
            return bool(words) and not dictated
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
        begins = self._again_asked and command.action.id == "yes"
        self._again_asked = self._again_asked and command.action.id in ("yes", "no")
        try:
            command.do(self, rest)
        except Problem as problem:
            self._refuse(problem)
            return False
        return (command.answered or begins) and self.session.lesson.linked

    def _with_keys(self, sentence: str) -> str:
        return with_keys(sentence, self.key_names)

    def _refuse(self, problem: Problem) -> None:
        self.tell(f"Notice: {self._with_keys(printable_line(str(problem)))}")
