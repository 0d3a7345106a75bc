"""A tutor that follows a script: for tests, demonstrations and screenshots. Needs no network, no key, no sound card."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeAlias

from tutor_tui.core import events as ev
from tutor_tui.core import pcm
from tutor_tui.core import tutor_commands as cmd
from tutor_tui.core.capabilities import Capabilities, Reason
from tutor_tui.core.lesson_plan import Applied, LessonPlan
from tutor_tui.core.problems import LinkLost


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing happens for a while."""

    s: float


@dataclass(frozen=True, slots=True)
class Until:
    """Go on when a command of one of these kinds comes that no step has waited for yet."""

    kinds: type[cmd.Command] | tuple[type[cmd.Command], ...]


@dataclass(frozen=True, slots=True)
class Hear:
    """Go on when this much more sound has come from the learner."""

    ms: int


@dataclass(frozen=True, slots=True)
class Break:
    """The connection breaks."""

    lost: LinkLost


@dataclass(frozen=True, slots=True)
class HangUp:
    """The conversation ends in good order."""


Step: TypeAlias = ev.TutorEvent | Pause | Until | Hear | Break | HangUp


class ScriptedTutor:
    """Plays `steps` in every conversation, then stays connected.

    By itself it only confirms plans: `PlanApplied` and `LinkReady` at the start, `PlanApplied` after each `Configure`.
    """

    def __init__(
        self,
        steps: Sequence[Step] = (),
        *,
        pace: float = 1.0,
        name: str = "scripted",
        capabilities: Capabilities | None = None,
    ) -> None:
        self.links: list[ScriptedLink] = []
        """Every conversation so far: what it heard and was asked."""
        self.closed = False
        self._steps = tuple(steps)
        self._pace = pace
        self._name = name
        self._capabilities = capabilities or Capabilities(costs_money=False)

    @property
    def name(self) -> str:
        """For the header."""
        return self._name

    @property
    def capabilities(self) -> Capabilities:
        """As given."""
        return self._capabilities

    @asynccontextmanager
    async def connect(self, plan: LessonPlan) -> AsyncIterator[ScriptedLink]:
        link = ScriptedLink(self._steps, plan, self._pace, self._name)
        self.links.append(link)
        try:
            yield link
        finally:
            link.open = False

    async def close(self) -> None:
        """Nothing outlives a conversation."""
        self.closed = True


class ScriptedLink:
    """One conversation by the script."""

    def __init__(self, steps: Sequence[Step], plan: LessonPlan, pace: float, name: str) -> None:
        self.plan = plan
        self.commands: list[cmd.Command] = []
        """What was asked, in order."""
        self.heard = bytearray()
        self.dropped_ms = 0
        """The learner's sound."""
        self.open = True
        self._steps = steps
        self._pace = pace
        self._name = name
        self._awaited = 0
        self._heard_before = 0
        self._confirm = 0
        self._news = asyncio.Event()

    def hear(self, pcm: bytes, *, kept: bool = False) -> None:
        self.heard += pcm
        self._news.set()

    async def send(self, command: cmd.Command) -> None:
        if not self.open:
            raise LinkLost("The script is over.", retry=False, final=True)
        self.commands.append(command)
        if isinstance(command, cmd.Configure):
            self.plan = command.plan
            self._confirm += 1
        self._news.set()

    async def events(self) -> AsyncIterator[ev.TutorEvent]:
        yield self._applied()
        yield ev.LinkReady(self._name)
        for step in self._steps:
            async for confirmation in self._reached(step):
                yield confirmation
            match step:
                case Break(lost):
                    self.open = False
                    raise lost
                case HangUp():
                    self.open = False
                    return
                case Pause() | Until() | Hear():
                    pass
                case _:
                    yield step
        while True:
            async for confirmation in self._confirmations():
                yield confirmation
            await self._changed()

    async def _reached(self, step: Step) -> AsyncIterator[ev.PlanApplied]:
        """Wait for what `step` waits for; confirms plans meanwhile."""
        loop = asyncio.get_running_loop()
        until_s = loop.time() + (step.s * self._pace if isinstance(step, Pause) else 0)
        while True:
            async for confirmation in self._confirmations():
                yield confirmation
            match step:
                case Pause() if loop.time() < until_s:
                    await self._changed(until_s)
                case Until(kinds) if not self._asked(kinds):
                    await self._changed()
                case Hear(ms) if pcm.ms_of(len(self.heard) - self._heard_before) < ms:
                    await self._changed()
                case Hear():
                    self._heard_before = len(self.heard)
                    return
                case _:
                    return

    def _asked(self, kinds: type[cmd.Command] | tuple[type[cmd.Command], ...]) -> bool:
        for index in range(self._awaited, len(self.commands)):
            if isinstance(self.commands[index], kinds):
                self._awaited = index + 1
                return True
        return False

    async def _confirmations(self) -> AsyncIterator[ev.PlanApplied]:
        while self._confirm:
            self._confirm -= 1
            yield self._applied()

    def _applied(self) -> ev.PlanApplied:
        plan = self.plan
        return ev.PlanApplied(Applied(plan.turn_detection, plan.voice, plan.speed, self._name))

    async def _changed(self, until_s: float | None = None) -> None:
        try:
            async with asyncio.timeout_at(until_s):
                await self._news.wait()
        except TimeoutError:
            return
        self._news.clear()


# ---- building scripts -----------------------------------------------------------------------------------------------

_WORD_S = 0.32
"""A calm voice says about three words a second."""


def learner_says(text: str, item_id: str, after: str | None = None) -> list[Step]:
    """The learner speaks a line, and is understood a little later."""
    words = len(text.split())
    return [
        ev.LearnerStartedSpeaking(item_id),
        Pause(words * _WORD_S),
        ev.LearnerStoppedSpeaking(item_id),
        ev.LearnerTurnKept(item_id, after),
        ev.ItemPlaced(item_id, after, "learner"),
        Pause(0.2),
        ev.LearnerTextDone(item_id, text),
    ]


def tutor_says(text: str, item_id: str, after: str | None = None, *, silent: bool = False) -> list[Step]:
    """The tutor answers: words run ahead of the sound, as in life. The sound is silence of the right length."""
    reply_id = f"reply_{item_id}"
    steps: list[Step] = [ev.ReplyStarted(reply_id), ev.ItemPlaced(item_id, after, "tutor")]
    for number, word in enumerate(text.split(" ")):
        steps.append(ev.TutorTextDelta(item_id, f" {word}" if number else word))
        if not silent:
            steps.append(ev.TutorAudio(item_id, pcm.silence(_WORD_S * 1000)))
        steps.append(Pause(0.08))
    steps += [ev.TutorAudioDone(item_id), ev.TutorTextDone(item_id, text), ev.ReplyEnded(reply_id)]
    return steps


def conversation(lines: Iterable[tuple[str, str]], gap_s: float = 1.0) -> list[Step]:
    """A whole conversation from (role, text) lines, in turn."""
    steps: list[Step] = []
    after: str | None = None
    for number, (role, text) in enumerate(lines, 1):
        item_id = f"line_{number}"
        if role == "learner":
            steps += learner_says(text, item_id, after)
        else:
            seconds = len(text.split()) * (_WORD_S - 0.08)
            steps += [*tutor_says(text, item_id, after), Pause(seconds + gap_s)]
        after = item_id
    return steps


KOREAN_DEMO = (
    ("tutor", "안녕하세요! 저는 한국어 선생님이에요. 오늘은 카페에서 주문하는 연습을 해 볼까요?"),
    ("learner", "네, 좋아요. 저는 커피 한 개 주세요."),
    ("tutor", "아주 좋아요! 그런데 커피는 ‘한 개’보다 ‘한 잔’이라고 해요. 다시 한번 말해 볼까요?"),
    ("learner", "커피 한 잔 주세요."),
    ("tutor", "완벽해요! 따뜻한 걸로 드릴까요, 아이스로 드릴까요?"),
    ("learner", "아이스로 주세요. 얼마예요?"),
    ("tutor", "사천오백 원입니다. 잘했어요! 이제 ‘주세요’ 대신 ‘주시겠어요?’를 써서 더 공손하게 말해 봅시다."),
)
ENGLISH_DEMO = (
    ("tutor", "Hello! Let's talk about your weekend. What did you do on Saturday?"),
    ("learner", "I go to the market with my sister."),
    ("tutor", "Nice! Listen: is Saturday now, or is it past? Try your sentence once more."),
    ("learner", "I went to the market with my sister."),
    ("tutor", "That's it, well done! And what did you buy there?"),
)


def demo(language: str = "ko", pace: float = 1.0) -> ScriptedTutor:
    """A conversation to look at, in Korean or English."""
    lines = KOREAN_DEMO if language == "ko" else ENGLISH_DEMO
    why = "This is a demonstration: it cannot answer."
    able = Capabilities(way="demo", costs_money=False, listens=False, because=(Reason("listens", why),))
    return ScriptedTutor([Pause(0.8), *conversation(lines)], pace=pace, name="demo", capabilities=able)
