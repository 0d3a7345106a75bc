"""What a Realtime server really does, found out by asking for one thing after another; for `doctor --probe`.

Every question has its own time, and all of them together have theirs: a server that is slow in everything is left
half asked, not waited for.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from tutor_tui.core import model_catalog
from tutor_tui.core.capabilities import Ability
from tutor_tui.core.problems import LinkLost
from tutor_tui.openai_api.realtime import session_config as conf
from tutor_tui.openai_api.realtime.realtime_endpoint import RealtimeEndpoint
from tutor_tui.openai_api.realtime.server_dialects import BETA, GA, ServerDialect
from tutor_tui.openai_api.realtime.server_events import ConversationCreated, SessionCreated, SessionInForce
from tutor_tui.openai_api.realtime.session_config import Settings
from tutor_tui.tutors.realtime.probe.connection import ProbeConnection, Refused, connected
from tutor_tui.tutors.realtime.probe.questions import (
    PLAN,
    QUESTIONS,
    Lacking,
    Question,
    Questions,
    Untried,
    in_words,
)

LIMIT_S = 20.0
OPEN_S = 5.0
GREET_S = 3.0
UPDATE_S = 5.0
"""A lesson waits as long for `session.updated` before it goes on without."""

Outcome: TypeAlias = Literal["yes", "no", "untried"]


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """What came of one question."""

    what: str
    outcome: Outcome
    detail: str
    ability: Ability | None = None
    """What a lesson has to do without if the answer is no."""
    vital: bool = False
    """Without it there is no lesson."""


class Prober:
    """One examination of the server at `endpoint`. `speech` is something said in English, for its recogniser."""

    def __init__(
        self,
        endpoint: RealtimeEndpoint,
        model: str,
        *,
        transcriber: str = model_catalog.DEFAULT_TRANSCRIBER,
        speech: bytes = b"",
        limit_s: float = LIMIT_S,
        questions: Sequence[Question] = QUESTIONS,
    ) -> None:
        self.dialect: ServerDialect | None = None
        """How it wants to be spoken to, once that is known."""
        self._endpoint = endpoint
        self._model = endpoint.model(model)
        self._transcriber = transcriber
        self._asked = questions
        self._questions = Questions(speech)
        self._limit_s = limit_s
        self._stack = AsyncExitStack()
        self._connection: ProbeConnection | None = None
        self._left_out: list[str] = []
        """Settings that it refuses."""

    async def run(self) -> AsyncIterator[ProbeResult]:
        """Ask everything; each finding as soon as it is made."""
        clock = asyncio.get_running_loop().time
        until_s = clock() + self._limit_s
        try:
            async for result in self._introduce():
                yield result
            for question in self._asked if self._connection is not None else ():
                yield await self._try(question, until_s - clock())
        finally:
            await self._stack.aclose()

    # ---- getting acquainted -----------------------------------------------------------------------------------------

    async def _introduce(self) -> AsyncIterator[ProbeResult]:
        """Connect in the dialect that it understands: the endpoint's own or, if that is GA, the beta's after it."""
        failures: list[ProbeResult] = []
        for wanted in (GA, BETA) if self._endpoint.dialect is GA else (self._endpoint.dialect,):
            try:
                findings = await self._meet(wanted)
            except _Misunderstood as misunderstood:
                failures.append(ProbeResult("dialect", "no", str(misunderstood), vital=True))
            except LinkLost as lost:
                failures.append(ProbeResult("reachable", "no", lost.title, vital=True))
                if lost.retry:
                    break  # nobody there, in whatever dialect
            else:
                for result in findings:
                    yield result
                return
            await self._hang_up()
        yield failures[0]

    async def _meet(self, wanted: ServerDialect) -> list[ProbeResult]:
        """What can be said after a greeting and the settings of a lesson. Raises `_Misunderstood` and `LinkLost`."""
        clock = asyncio.get_running_loop().time
        began_s = clock()
        connection = await self._dial(wanted)
        host = self._endpoint.host
        findings = [ProbeResult("reachable", "yes", f"{host} answers after {in_words(clock() - began_s)}.")]
        try:
            session = await self._greeting(connection)
            findings.append(ProbeResult("created", "yes", f"It greets after {in_words(clock() - began_s)}."))
        except TimeoutError:
            session = SessionInForce()
            findings.append(
                ProbeResult("created", "no", f"No session.created within {GREET_S:.0f} s; lessons do without it.")
            )
        if wanted is GA and session.is_flat:
            raise _Misunderstood("It greets in the shape of the beta.")
        findings.append(await self._settle(connection))
        self.dialect = wanted
        findings.insert(1, ProbeResult("dialect", "yes", wanted.tells))
        return findings

    async def _greeting(self, connection: ProbeConnection) -> SessionInForce:
        """The session that the server greets with, once it may be configured. Raises `TimeoutError` and `LinkLost`."""
        if connection.endpoint.dialect.configure_after:
            await connection.wait(ConversationCreated, within_s=GREET_S, refuse=False)
            return SessionInForce()
        return (await connection.wait(SessionCreated, within_s=GREET_S, refuse=False)).session

    async def _settle(self, connection: ProbeConnection) -> ProbeResult:
        """Send the settings of a lesson: all at once, and if they are refused one by one."""
        clock = asyncio.get_running_loop().time
        settings = self._settings(connection)
        began_s = clock()
        try:
            session = await connection.update(settings, UPDATE_S)
        except TimeoutError:
            said = f"No session.updated within {UPDATE_S:.0f} s: a lesson begins that much later."
            return ProbeResult("updated", "no", said)
        except Refused as refused:
            session = await self._settle_singly(connection, settings, refused)
        if not connection.endpoint.dialect.confirms:
            return ProbeResult("updated", "no", "It does not confirm settings; lessons do not wait for that.")
        took_s = clock() - began_s
        if connection.endpoint.dialect is GA and session.is_flat:
            raise _Misunderstood("It confirms settings in the shape of the beta.")
        without = f", without {', '.join(self._left_out)}" if self._left_out else ""
        return ProbeResult(
            "updated", "no" if without else "yes", f"Settings are confirmed after {in_words(took_s)}{without}."
        )

    async def _settle_singly(self, connection: ProbeConnection, settings: Settings, refused: Refused) -> SessionInForce:
        """The session after as many settings as it takes, beginning with the one that every server has."""
        try:
            session = await connection.update({conf.INSTRUCTIONS: settings[conf.INSTRUCTIONS]}, UPDATE_S)
        except Refused:
            raise _Misunderstood(f"It refuses the settings of a lesson: {refused}.") from None
        except TimeoutError:
            return SessionInForce()
        for path, value in settings.items():
            try:
                session = await connection.update({path: value}, UPDATE_S)
            except Refused:
                self._left_out.append(".".join(path))
            except TimeoutError:
                self._left_out.append(".".join(path))
                break
        return session

    def _settings(self, connection: ProbeConnection) -> Settings:
        spoken = connection.endpoint.dialect
        wanted = spoken.settings_of(PLAN, self._transcriber, self._model)
        return {path: value for path, value in spoken.known(wanted).items() if ".".join(path) not in self._left_out}

    async def _dial(self, wanted: ServerDialect) -> ProbeConnection:
        endpoint = replace(self._endpoint, dialect=wanted)
        self._connection = await self._stack.enter_async_context(connected(endpoint, self._model, OPEN_S))
        return self._connection

    async def _hang_up(self) -> None:
        self._connection = None
        stack, self._stack = self._stack, AsyncExitStack()
        await stack.aclose()

    # ---- one question after another ---------------------------------------------------------------------------------

    async def _try(self, question: Question, left_s: float) -> ProbeResult:
        """What comes of a question. A server that hangs up over it is called again for the others."""

        def result(outcome: Outcome, detail: str) -> ProbeResult:
            return ProbeResult(question.what, outcome, detail, question.ability, question.vital)

        if left_s <= 0:
            return result("untried", f"Not tried: the {self._limit_s:.0f} s were over.")
        connection = self._connection
        if connection is None:
            return result("untried", "Not tried: the server no longer answers.")
        try:
            async with asyncio.timeout(min(question.within_s, left_s)):
                return result("yes", await question.ask(self._questions, connection))
        except Refused as refused:
            return result("no", f"It refuses: {refused}.")
        except Lacking as lacking:
            return result("no", str(lacking))
        except Untried as untried:
            return result("untried", f"Not tried: {untried}.")
        except TimeoutError:
            if left_s < question.within_s:
                return result("untried", f"Not tried to its end: the {self._limit_s:.0f} s were over.")
            said = f"No answer within {question.within_s:.0f} s"
            return (
                result("no", f"{said}.")
                if await connection.is_awake()
                else result("untried", f"{said}: too slow to tell.")
            )
        except LinkLost as lost:
            await self._call_again(connection.endpoint.dialect)
            return result("no", f"It hangs up over that: {lost.title}")

    async def _call_again(self, wanted: ServerDialect) -> None:
        await self._hang_up()
        try:
            connection = await self._dial(wanted)
            await connection.update(self._settings(connection), UPDATE_S)
        except (LinkLost, Refused, TimeoutError):
            await self._hang_up()


class _Misunderstood(Exception):
    """It speaks another dialect, it seems; the words say how that showed."""
