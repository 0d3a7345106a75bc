"""Where the learner is in the lesson: one guide per connection, able to take back a reply that was never heard."""

from __future__ import annotations

import asyncio
import copy
import threading
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

from tutor_tui.core.pedagogy import HAND_OVER
from tutor_tui.offline_server.hearing import Hearing
from tutor_tui.offline_server.ports.backend import Backend
from tutor_tui.offline_server.ports.guide import Guide, Prepares, Reply
from tutor_tui.offline_server.realtime.conversation import Conversation, Item
from tutor_tui.openai_api.private_extensions import WantedLesson


@dataclass(frozen=True, slots=True)
class _Step:
    """How things were before a reply."""

    guide: Guide
    answered: frozenset[str]
    asked_about: frozenset[str]
    greets: bool
    """Whether the reply is a greeting."""


class LessonProgress:
    """The guide, and which of the learner's turns it has answered."""

    def __init__(self, tutoring: Backend, conversation: Conversation, wanted: WantedLesson, pool: Executor) -> None:
        self.wanted = wanted
        self.language = ""
        """The session's language: chooses a lesson where the client named none."""
        self._tutoring = tutoring
        self._conversation = conversation
        self._pool = pool
        self._by_voice = self._is_prepared = False
        self._guide: Guide | None = None
        self._answered: set[str] = set()
        self._asked_about: frozenset[str] = frozenset()
        """Items with the sentence that the guide asks about."""
        self.confirmed: frozenset[str] = frozenset()
        """Items that the learner has confirmed with what was answered last."""
        self.denied: frozenset[str] = frozenset()
        """Those that they have denied with it."""
        self._before_last: _Step | None = None
        self._greeting_unheard = False
        """The last reply was a greeting that was stopped before anything of it was heard."""
        self._last_names: set[str] = set()
        """What the last reply goes by: the id of its response, then that of its item too."""

    @property
    def guide(self) -> Guide | None:
        """Who leads; None before the first response."""
        return self._guide

    @property
    def expected(self) -> Sequence[str]:
        """What the learner may say now."""
        return self._guide.expected if self._guide else ()

    @property
    def targets(self) -> Sequence[str]:
        """What the learner is to say after the tutor."""
        return self._guide.targets if self._guide else ()

    async def begin(self, *, answering: bool = False) -> Guide:
        """The guide; the first call makes it and hands it what was said before. Raises `Problem` for a bad lesson.

        Turns that the first response is `answering` are no history.
        """
        if self._guide is None:
            items = self._conversation.items
            said = max((i for i, item in enumerate(items) if item.role == "assistant"), default=-1)
            fresh = {item.id for item in items[said + 1 :] if item.role == "user"} if answering else set()
            history = self._conversation.history(without=fresh)
            loop = asyncio.get_running_loop()
            make = self._tutoring.guide
            guide = await loop.run_in_executor(self._pool, make, self.wanted, self.language, history)
            if self._guide is None:  # another call may have been quicker
                self._guide = guide
                self._answered = {item.id for item in items if item.role == "user" and item.id not in fresh}
                if self._by_voice:
                    self.prepare()
        return self._guide

    def prepare(self) -> None:
        """The learner is heard: what they may say is looked at before it comes. Who types does not wait for that."""
        self._by_voice = True
        guide: object = self._guide
        if isinstance(guide, Prepares) and not self._is_prepared:
            self._is_prepared = True
            threading.Thread(target=guide.prepare, name="sentences to listen for", daemon=True).start()

    def told(self, item: Item) -> None:
        """The client has put in `item`: it may say that the lesson's time is nearly over."""
        if self._guide is not None and item.role == "system" and item.counts_for_guides:
            self._guide.close()

    def weighed(self, hearing: Hearing) -> Hearing:
        """What was heard, as sure as it has to be for what the guide would make of it. For any thread."""
        return self._guide.weighed(hearing) if self._guide else hearing

    def pending(self) -> list[Item]:
        """The learner's turns that are to be answered next, in order."""
        return self._conversation.unanswered(self._answered)

    def reply(self, guide: Guide, kind: str, said: Hearing | None, items: Sequence[Item], *, name: str) -> Reply:
        """What the guide says to `said`, heard or typed in `items`; None where nothing was heard. `kind` as in
        `ResponseKind`. `name` is its response.
        """
        # Who types has chosen to go on without the greeting; a voice so early may be a cough, or mean something else.
        is_typed = bool(items) and not any(item.has_sound for item in items)
        greets = kind == "greet" or (self._greeting_unheard and kind != "check-in" and not is_typed)
        self._before_last = _Step(copy.deepcopy(guide), frozenset(self._answered), self._asked_about, greets)
        self._last_names = {name}
        self.confirmed = self.denied = frozenset()
        self._greeting_unheard = False
        self._answered.update(item.id for item in items)
        if greets:
            asked = next((item.text for item in reversed(self._conversation.items) if item.role == "system"), "")
            return guide.greet(takes_over=asked == HAND_OVER)
        if kind == "check-in":
            return guide.check_in()
        if kind == "repeat" or not items:
            return guide.repeat()
        return self._judged(guide, said, items)

    def _judged(self, guide: Guide, said: Hearing | None, items: Sequence[Item]) -> Reply:
        reply = guide.hear(said)
        if guide.confirmed:
            self.confirmed = self._asked_about
        if guide.was_denied:
            self.denied = self._asked_about
        if not guide.doubt:
            self._asked_about = frozenset()
        elif said and guide.doubt == said.text:  # any other was asked about before
            self._asked_about = frozenset(item.id for item in items)
        return reply

    def said_as(self, item_id: str, *, name: str) -> None:
        """The reply of this name became this item."""
        if name in self._last_names:
            self._last_names.add(item_id)

    def take_back(self, name: str) -> None:
        """The reply that this response or item holds was never heard: if it is the last one, the lesson stands where it
        stood, and what it answered is still to be answered. After a greeting it stands at the first question all the
        same, so that what is typed into it is answered.
        """
        if self._before_last is not None and name in self._last_names:
            self._greeting_unheard = self._before_last.greets
            if not self._greeting_unheard:
                self._guide = self._before_last.guide
            self._answered = set(self._before_last.answered)
            self._asked_about = self._before_last.asked_about
            self._before_last = None
