"""What the recogniser makes of the learner's turns: for the answer, and as the client is told of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import Future
from functools import partial

from tutor_tui.core import pcm
from tutor_tui.offline_server.behaviour import Behaviour
from tutor_tui.offline_server.hearing import HeardWord, Hearing, Match
from tutor_tui.offline_server.realtime.conversation import Item
from tutor_tui.offline_server.realtime.wire import Json, event
from tutor_tui.openai_api.private_extensions import NOT_LISTENED_FOR, NOT_SAID, ToldWord, hearing_fields

LONGEST_HEARING_S = 15.0
"""A recogniser that needs longer than this after the end of a turn has not understood it."""
_KIND = "conversation.item.input_audio_transcription"


class Transcripts:
    """Of one session."""

    def __init__(
        self,
        emit: Callable[[Json], None],
        behaviour: Behaviour,
        are_wanted: Callable[[], bool],
        weighed: Callable[[Hearing], Awaitable[Hearing]],
    ) -> None:
        """`weighed` lets the lesson say how sure of it one has to be."""
        self._emit = emit
        self._weighed = weighed
        self._behaviour = behaviour
        self._are_wanted = are_wanted
        """Whether the session wants to be told now."""
        self._understood: dict[str, asyncio.Future[Hearing | None]] = {}
        """By item; None of one in which nothing was heard that could be an answer."""
        self._telling: dict[str, asyncio.Task[None]] = {}
        """By item."""
        self._told: dict[str, Item] = {}
        """Items that were told as unsure."""
        self._confirmed: set[str] = set()

    def close(self) -> None:
        """Tell nothing more."""
        for task in self._telling.values():
            task.cancel()

    def take(self, item: Item, understood: Future[Hearing], *, voiced: bool) -> None:
        """The recogniser has all of this item. `voiced`: somebody spoke in it for longer than a cough lasts."""
        heard = asyncio.ensure_future(self._hear(understood, voiced=voiced))
        self._understood[item.id] = heard
        task = self._telling[item.id] = asyncio.create_task(self._tell(item, heard), name="transcript")
        task.add_done_callback(partial(self._ended, item))

    async def _hear(self, understood: Future[Hearing], *, voiced: bool) -> Hearing | None:
        heard = await _heard(understood, voiced=voiced)
        return await self._weighed(heard) if heard and heard.text else heard

    async def of(self, items: Sequence[Item]) -> Hearing | None:
        """What was said or typed in these items, as one; None where nothing was."""
        return joined([await self._of(item) for item in items])

    async def _of(self, item: Item) -> Hearing | None:
        if item.id in self._understood:
            heard = await asyncio.shield(self._understood[item.id])
            item.heard = heard.text if heard else ""
            return heard
        return Hearing(item.text, Match.EXPECTED) if item.text else None

    def confirm(self, item_ids: Iterable[str]) -> None:
        """The learner says that they did say what was told of these items as unsure."""
        for item_id in item_ids:
            self._confirmed.add(item_id)
            heard = self._understood[item_id].result() if item_id in self._told else None
            if heard is not None:
                self._tell_words(self._told.pop(item_id), heard)

    def deny(self, item_ids: Iterable[str]) -> None:
        """The learner says that they did not say what was told of these items: they have no words."""
        for item_id in item_ids:
            if (item := self._told.pop(item_id, None)) is not None:
                item.heard = item.first_part["transcript"] = ""
                self._not_written(item, NOT_SAID, "The learner says that it was something else.")

    # ---- telling ----------------------------------------------------------------------------------------------------

    async def _tell(self, item: Item, understood: asyncio.Future[Hearing | None]) -> None:
        """Tell what was understood, if the session wants transcripts."""
        heard = await understood
        item.heard = heard.text if heard else ""
        if not self._are_wanted():
            return
        await self._behaviour.before_transcript()
        if heard is None or not self._behaviour.understands():
            self._not_written(item, "audio_unintelligible", "Not understood.")
        elif not heard.text:
            self._not_written(item, NOT_LISTENED_FOR, "Heard, but none of the sentences that are listened for.")
        else:
            self._tell_words(item, heard)

    def _tell_words(self, item: Item, heard: Hearing) -> None:
        """Words that are unsure come whole, and once more where they are confirmed: nobody shows them in between."""
        if item.id in self._confirmed:
            heard = Hearing(heard.text, Match.EXPECTED, heard.words)
        where = {"item_id": item.id, "content_index": 0}
        item.first_part["transcript"] = heard.text
        is_unsure = heard.match in (Match.UNSURE, Match.NOT_EXPECTED)
        if is_unsure:
            self._told[item.id] = item
        elif item.id not in self._confirmed:
            self._emit(event(f"{_KIND}.delta", **where, delta=heard.text))
        usage = {"type": "duration", "seconds": round(item.sound_bytes / pcm.BYTES_PER_MS / 1000, 3)}
        says_more = bool(heard.words) or heard.match is not Match.OTHER
        words = [_told(word) for word in heard.words]
        match = Match.UNSURE if is_unsure else heard.match
        more = hearing_fields(match.value, words) if says_more else {}
        self._emit(event(f"{_KIND}.completed", **where, transcript=heard.text, usage=usage, **more))

    def _not_written(self, item: Item, code: str, message: str) -> None:
        error = {"type": "transcription_error", "code": code, "message": message}
        self._emit(event(f"{_KIND}.failed", item_id=item.id, content_index=0, error=error))

    def _ended(self, item: Item, task: asyncio.Task[None]) -> None:
        self._telling.pop(item.id, None)
        if not task.cancelled() and (fault := task.exception()) is not None:
            self._not_written(item, "server_error", f"The server had an error ({type(fault).__name__}).")


def _told(word: HeardWord) -> ToldWord:
    slip = word.slip
    return ToldWord(word.text, word.is_clear, word.is_different, slip.phone if slip else "", slip.heard if slip else "")


def joined(heard: Sequence[Hearing | None]) -> Hearing | None:
    """Several turns as one answer: what has words counts, and the one that is least sure says how sure it is."""
    known = [each for each in heard if each is not None]
    spoken = [each for each in known if each.text] or known[:1]
    if len(spoken) < 2:
        return spoken[0] if spoken else None
    matches = [each.match for each in spoken]
    least = next(match for match in (Match.UNSURE, Match.NOT_EXPECTED, Match.OTHER, Match.EXPECTED) if match in matches)
    free = [each.pieces for each in spoken if each.match is Match.OTHER]
    pieces = tuple(piece for each in free for piece in each) if all(free) else ()
    return Hearing(" ".join(each.text for each in spoken), least, pieces=pieces)


async def _heard(understood: Future[Hearing], *, voiced: bool) -> Hearing | None:
    """None also when the recogniser broke down, which the learner sees as a turn that was not understood."""
    future = asyncio.wrap_future(understood)
    await asyncio.wait([future], timeout=LONGEST_HEARING_S)
    if not future.done() or future.cancelled() or future.exception() is not None:
        return None
    heard = future.result()
    return heard if heard.text or voiced else None
