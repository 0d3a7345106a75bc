"""What is remembered of the lesson under way for later ones: notes become items, and what the learner says is evidence.

What of it leaves for the disk, and when, is the learner's to say (`notes_consent`). Nothing here waits: the journal
writes on a thread of its own.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from tutor_tui.core import events as ev
from tutor_tui.core.captions import Rung
from tutor_tui.core.captions_shown import rung_read
from tutor_tui.core.conversation import Turn, TurnState
from tutor_tui.core.events import LessonEvent
from tutor_tui.core.tools import Correction, Fact, Note, Used
from tutor_tui.learning.can_dos import can_do_item
from tutor_tui.learning.evidence import Circumstances, Claim, ModelledLine, judged
from tutor_tui.learning.held import words_of
from tutor_tui.learning.items import Item, ItemKind, Use
from tutor_tui.learning.known_items import KnownItems
from tutor_tui.learning.learner import DRILLED, bounded
from tutor_tui.learning.noted_items import item_of, with_example
from tutor_tui.learning.quotes import found_in
from tutor_tui.session.modelled_lines import ModelledLines
from tutor_tui.session.notes_consent import NotesConsent

if TYPE_CHECKING:
    from tutor_tui.session.session import Session

_TURNS = 12
"""Of the learner's, the newest, that are still to be judged, or may be once more."""


@dataclass(frozen=True, slots=True, repr=False)
class _Heard:
    """How it stood when the learner began to speak."""

    at: float
    modelled: tuple[ModelledLine, ...]
    rung: Rung


class Unkept(StrEnum):
    """Why nothing was kept of what a tutor says that the learner has used."""

    NOT_SAID = "not said"
    NO_ITEM = "no item"
    LATER = "later"
    """The words of the turn are not known yet."""
    UNSURE = "unsure"
    """It is not sure that they said it: it counts when they confirm it."""
    NOT_WANTED = "not wanted"


class Memory:
    """Follows one lesson. Without a journal it keeps nothing, and asks nothing."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.consent = NotesConsent(session)
        self.find_known: Callable[[str], Awaitable[Sequence[Item]]] = _nothing_known
        """What of a language is looked out for, from earlier lessons; to be set before the lesson begins."""
        self._known = KnownItems()
        self._language = ""
        self._loading: asyncio.Task[None] | None = None
        self._began_at = time.time()
        self._modelled = ModelledLines(session, lambda: self._now)
        self._heard: dict[str, _Heard] = {}
        """By turn of the learner's that is still to be judged."""
        self._judged: dict[str, _Heard] = {}
        """The same of the newest turns that were judged: what the tutor has to say of one may come later still."""
        self._claims: dict[str, list[Used]] = {}
        """By turn whose words are not known yet."""
        self._counted: dict[str, set[str]] = {}
        """By turn, the ids of the items of which the tutor has said how they were used in it."""
        self._calls: set[str] = set()
        """Of tools, that are under way: what they say of a turn comes behind the reply that called them."""

    def begin(self) -> None:
        """The lesson begins."""
        self._began_at = time.time() - self._session.elapsed_s
        self._look_up_language()
        self._modelled.begin()

    # ---- what is met ------------------------------------------------------------------------------------------------

    def take(self, event: LessonEvent) -> None:
        """One event, after the lesson was advanced by it."""
        if self.consent.journal is None:
            return
        self._modelled.take(event)
        match event:
            case ev.Noted(note):
                self._noted(note)
            case ev.LearnerStartedSpeaking(item_id) | ev.LearnerTyped(item_id) | ev.LearnerTurnKept(item_id):
                self._heard_first(item_id)
            case ev.LearnerTextDone(item_id, unsure=False):
                self._heard_first(item_id)
            case ev.PlanWanted():
                self._look_up_language()
            case ev.ToolCalled(call):
                self._calls.add(call.call_id)
            case ev.ToolAnswered(call_id):
                self._calls.discard(call_id)
            case ev.Dialling():
                self._calls.clear()
            case _:
                pass
        is_answered = isinstance(event, ev.ReplyEnded) and not self._calls
        goes_on = isinstance(event, ev.LearnerTyped | ev.LearnerStartedSpeaking | ev.LearnerTextDone)
        # In a drill all depends on what the tutor has to say of a turn, and who types the next one may be quicker.
        if is_answered or (goes_on and not self._session.lesson.plan.drill):
            self._judge_turns(but=getattr(event, "item_id", ""))

    def told(self, effect: Used, turn_id: str) -> Use | Unkept:
        """What a tutor says of the learner, in answer to this turn; as what it was kept."""
        return self._claim(self._turn_meant(effect, turn_id), effect)

    def told_fact(self, fact: Fact, turn_id: str) -> None:
        """What a tutor says about the learner, in answer to this turn."""
        if self.consent.journal is not None:
            self._meet(Item(self._language, ItemKind.FACT, fact.text, turn_id=turn_id))

    def _turn_meant(self, used: Used, turn_id: str) -> str:
        """The turn that a claim is about: that one, or one before that is still to be judged, where its words are."""
        for each in (turn_id, *reversed(self._heard)):
            turn = self._session.lesson.turn(each)
            if turn is not None and found_in(used.quote, turn.text):
                return each
        return turn_id

    def _noted(self, note: Note) -> None:
        what, item = note.what, item_of(note.what, self._language)
        if isinstance(what, Correction):
            known = self._known.same_mistake(item)
            if known is not None and known.turn_id != note.item_id:
                self._claim(note.item_id, Used(known.term, "lapse", what.said))
                return  # one mistake is one item, however it was made right this time
        elif self._known.mistake_about(item) is not None:
            return  # it comes back with the mistake
        turn = self._known_turn(note.item_id)
        self._meet(with_example(replace(item, turn_id=note.item_id), turn.text if turn is not None else ""))

    def _meet(self, item: Item) -> None:
        """Something new to keep, of this lesson."""
        item = bounded(replace(item, lesson_id=self._session.recorder.lesson_id, added_at=self._now))
        if not item.term or self.consent.refused:
            return
        if item.kind in DRILLED:
            self._known.add([item])
        self.consent.put(item)
        self.consent.ask()

    # ---- what is used -----------------------------------------------------------------------------------------------

    @property
    def _now(self) -> float:
        """Unix time, s, by the lesson's own clock: whoever sets the machine's changes nothing."""
        return self._began_at + self._session.elapsed_s

    def _heard_first(self, item_id: str) -> None:
        lesson = self._session.lesson
        shown, line = lesson.line_help, lesson.last_line
        in_sight = shown is not None and line is not None and shown.after == line.id
        helped = in_sight and shown is not None and (shown.meaning or shown.hints)
        turn = lesson.turn(item_id)
        rung = turn.rung if turn else rung_read(lesson)
        self._heard.setdefault(item_id, _Heard(self._now, self._modelled.met, Rung.MEANING if helped else rung))

    def _judge_turns(self, *, but: str = "") -> None:
        """Judge the turns whose words are known, `but` the one under way: what the tutor has to say of it may come."""
        for item_id in [each for each in self._heard if each != but]:
            turn = self._known_turn(item_id)
            if turn is not None:
                self._judged[item_id] = heard = self._heard.pop(item_id)
                self._judge(turn, heard)
        if len(self._heard) > _TURNS:  # turns that were never understood
            del self._heard[next(iter(self._heard))]
        while len(self._judged) > _TURNS:
            oldest = next(iter(self._judged))
            del self._judged[oldest]
            self._counted.pop(oldest, None)

    def _known_turn(self, item_id: str) -> Turn | None:
        """The turn of that id, once its words are known."""
        turn = self._session.lesson.turn(item_id)
        return turn if turn is not None and turn.state is TurnState.DONE and turn.text else None

    def _claim(self, turn_id: str, used: Used) -> Use | Unkept:
        """Take what the tutor says of a turn. It is shown as noted, so it is kept at once, or with the turn's words."""
        turn, heard = self._known_turn(turn_id), self._heard.get(turn_id) or self._judged.get(turn_id)
        if self.consent.journal is None or self.consent.refused:
            return Unkept.NOT_WANTED
        if turn is None or heard is None:
            self._claims.setdefault(turn_id, []).append(used)
            said = self._session.lesson.turn(turn_id)
            return Unkept.UNSURE if said is not None and said.state is TurnState.UNSURE else Unkept.LATER
        return self._count(used, self._circumstances(turn, heard))

    def _judge(self, turn: Turn, heard: _Heard) -> None:
        circumstances = self._circumstances(turn, heard)
        for used in self._claims.pop(turn.id, []):
            self._count(used, circumstances)
        if self._session.lesson.plan.drill:
            # Only the word that is asked for counts: another one was said for a meaning that is not its own.
            return
        counted = self._counted.get(turn.id, ())
        for item in self._known:
            if item.id not in counted and (quote := words_of(item.term, turn.text)):
                self._use(item, Used(item.term, "independent", quote), circumstances)

    def _circumstances(self, turn: Turn, heard: _Heard) -> Circumstances:
        return Circumstances(
            self._session.recorder.lesson_id,
            turn.id,
            turn.text,
            heard.at,
            turn.typed,
            heard.rung,
            heard.modelled,
            self._session.recorder.spoken_in(turn.id),
            recalls=self._session.lesson.plan.drill == "recall",
            language=self._language,
        )

    def _count(self, used: Used, circumstances: Circumstances) -> Use | Unkept:
        """Keep what the tutor says of an item, as far as it is true; what was asked for comes first. Who has said its
        words has said all that are the same, too; what they failed at is only that which was asked for.
        """
        if used.unit:
            return self._judge_unit(used, circumstances)
        named = self._known.named(used.item)
        alike = [] if used.how == "lapse" else [each for item in named for each in self._known.alike(item)]
        kept: list[Use] = []
        for item in {each.id: each for each in (*named, *alike)}.values():
            self._counted.setdefault(circumstances.turn_id, set()).add(item.id)
            if (use := self._use(item, used, circumstances)) is not None:
                kept.append(use)
        return kept[0] if kept else Unkept.NOT_SAID if named else Unkept.NO_ITEM

    def _use(self, item: Item, used: Used, circumstances: Circumstances) -> Use | None:
        if item.turn_id == circumstances.turn_id:  # it was met here
            return None
        repaired = bool(item.said) and bool(found_in(item.said, circumstances.said)) and used.how == "independent"
        claim = Claim(item.id, Use(used.how), used.quote, self._session.tutor.capabilities.scripted)
        evidence = judged(claim, item.term, replace(circumstances, repaired=repaired))
        if evidence is None:
            return None
        self.consent.put(evidence)
        self.consent.ask()
        return evidence.use

    def _judge_unit(self, used: Used, circumstances: Circumstances) -> Use | Unkept:
        """What the learner has shown of what the unit teaches. Between the sentences of a story there are pauses, which
        tell nothing of memory.
        """
        lesson = self._session.lesson
        scripted = self._session.tutor.capabilities.scripted
        found = None if lesson.plan.drill else can_do_item(used, lesson.plan, scripted=scripted)
        if found is None:
            return Unkept.NO_ITEM
        item = bounded(found)
        claim = Claim(item.id, Use(used.how), used.quote, is_checked=True)  # a story, and none of the unit's own words
        evidence = judged(claim, item.term, replace(circumstances, voice=(), recalls=True))
        if evidence is None:
            return Unkept.NOT_SAID
        self._meet(replace(item, turn_id=circumstances.turn_id))
        self.consent.put(evidence)
        return evidence.use

    # ---- what is known ----------------------------------------------------------------------------------------------

    def _look_up_language(self) -> None:
        plan = self._session.lesson.plan
        if self.consent.journal is None or plan.target_language == self._language:
            return
        self._language, self._known = plan.target_language, KnownItems()
        self._loading = asyncio.get_running_loop().create_task(self._load(self._language), name="session: memory")

    async def _load(self, language: str) -> None:
        found = await self.find_known(language)
        if language == self._language:
            met, self._known = self._known, KnownItems(found)
            self._known.add(met)

    def stop(self) -> None:
        """The lesson is over."""
        if self._loading is not None:
            self._loading.cancel()
        if self.consent.journal is not None:
            self._judge_turns()


async def _nothing_known(_language: str) -> Sequence[Item]:
    return ()
