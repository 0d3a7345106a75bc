"""How much of the tutor's words is shown, and what is recorded of that, in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from tests.session.room import PLAN, Room, lesson_test
from tutor_tui.core import events as ev
from tutor_tui.core.captions import KnownWords, Rung, masked, rung_of_level
from tutor_tui.core.captions_shown import hidden_line, mask_of, rung_in_force, rung_read
from tutor_tui.core.conversation import Turn
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.replayed import Replayed
from tutor_tui.core.standing_news import replayed_news
from tutor_tui.core.tutor_commands import AskAside
from tutor_tui.session.caption_ladder import NOTHING_HIDDEN, CaptionChoice, CaptionLadder

B1 = replace(PLAN, level="B1", profile_key="talk")


class Kept:
    """Choices by profile and level, as a front end keeps them."""

    def __init__(self) -> None:
        self.choices: dict[tuple[str, str], Rung] = {}

    def choice_for(self, plan: LessonPlan) -> CaptionChoice:
        chosen = self.choices.get((plan.profile_key, plan.level))
        return CaptionChoice(chosen) if chosen else CaptionChoice(rung_of_level(plan.level), by_level=True)

    def keep(self, plan: LessonPlan, rung: Rung) -> None:
        self.choices[plan.profile_key, plan.level] = rung


def held(body: Callable[[Room, CaptionLadder], Awaitable[None]]) -> Kept:
    """What was kept of a lesson at B1 that went so."""
    kept = Kept()

    async def begun(room: Room) -> None:
        ladder = room.session.study.captions
        ladder.start(kept.choice_for, kept.keep)
        await body(room, ladder)

    lesson_test(begun, lambda: Room(B1))
    return kept


def turn(room: Room, item_id: str) -> Turn:
    found = room.session.lesson.turn(item_id)
    assert found is not None
    return found


def rung(room: Room) -> Rung:
    return room.session.lesson.captions.rung


def notices(room: Room) -> list[str]:
    lesson = room.session.lesson
    return [each.title for each in (*lesson.earlier, lesson.notice) if each is not None]


def test_each_profile_and_level_has_its_rung_and_the_keys_are_told_once_for_it() -> None:
    told = "The tutor's words are hidden, so that you train your ear."

    async def body(room: Room, ladder: CaptionLadder) -> None:
        assert rung(room) is Rung.HIDDEN and told not in notices(room)
        await room.reply(text="How are you?")
        await room.reply("B", text="And your cat?")
        assert notices(room).count(told) == 1
        ladder.climb()
        assert rung(room) is Rung.FIRST_LETTERS
        room.session.change(replace(B1, level="A2"))
        assert rung(room) is Rung.ALL
        room.session.change(B1)
        assert rung(room) is Rung.FIRST_LETTERS
        ladder.fixed = "rare words"
        room.session.change(replace(B1, level="A1"))
        assert rung(room) is Rung.RARE_WORDS

    assert held(body).choices == {("talk", "B1"): Rung.FIRST_LETTERS}


def test_beginners_who_hide_the_words_read_no_meaning_in_their_place_and_further_up_they_do() -> None:
    async def body(room: Room) -> None:
        await room.reply(text="커피 주세요. Say it! (Coffee, please.)")
        session = room.session
        for rung in (each for each in Rung if each.hides):
            session.study.captions.choose(rung)
            shown = masked(turn(room, "A").text, mask_of(session.lesson, turn(room, "A")))
            assert ("(Coffee, please.)" in shown) == (rung is not Rung.HIDDEN), rung
            assert rung is not Rung.HIDDEN or not any(map(str.isalnum, shown))
        session.study.captions.choose(Rung.HIDDEN)
        assert session.study.captions.reveal() == "" and mask_of(session.lesson, turn(room, "A")) is None

    lesson_test(body, lambda: Room(replace(PLAN, level="A1", target_language="ko")))


def test_without_a_front_end_that_wants_it_nothing_is_hidden() -> None:
    async def body(room: Room) -> None:
        await room.reply(text="How are you?")
        assert rung_in_force(room.session.lesson) is Rung.ALL
        assert room.session.study.captions.reveal() == NOTHING_HIDDEN

    lesson_test(body, lambda: Room(B1))


def test_a_line_that_is_revealed_stays_so_and_counts_as_help_until_it_is_answered() -> None:
    async def body(room: Room, ladder: CaptionLadder) -> None:
        await room.reply(text="How are you?")
        assert (line := hidden_line(room.session.lesson)) is not None and line.id == "A"
        assert ladder.reveal() == "" and hidden_line(room.session.lesson) is None
        assert ladder.reveal() == NOTHING_HIDDEN == ladder.reveal("A") == ladder.reveal("nobody")
        await room.tell(ev.LearnerStartedSpeaking("L"), ev.LearnerTextDone("L", "Fine."))
        await room.reply("B", text="And your cat?")
        await room.tell(ev.LearnerStartedSpeaking("M"), ev.LearnerTextDone("M", "Fine, too."))
        assert ladder.reveal("B") == "" and mask_of(room.session.lesson, turn(room, "B")) is None
        seen = {each: (turn(room, each).rung, turn(room, each).revealed) for each in ("A", "L", "B", "M")}
        assert seen == {
            "A": (Rung.HIDDEN, True),
            "L": (Rung.ALL, False),
            "B": (Rung.HIDDEN, False),  # it was answered before
            "M": (Rung.HIDDEN, False),
        }

    held(body)


def test_of_a_line_the_most_counts_that_was_shown_before_the_answer() -> None:
    async def body(room: Room, ladder: CaptionLadder) -> None:
        await room.reply(text="How are you?")
        ladder.choose(Rung.ALL)
        ladder.choose(Rung.HIDDEN)
        assert rung_read(room.session.lesson) is Rung.ALL
        await room.tell(ev.LearnerStartedSpeaking("L"), ev.LearnerTextDone("L", "Fine."))
        await room.reply("B", text="And your cat?")
        assert (turn(room, "A").rung, turn(room, "L").rung, turn(room, "B").rung) == (Rung.ALL, Rung.ALL, Rung.HIDDEN)
        assert rung_read(room.session.lesson) is Rung.HIDDEN

    held(body)


def test_all_is_shown_where_nothing_is_heard_and_in_a_drill() -> None:
    async def body(room: Room, ladder: CaptionLadder) -> None:
        await room.reply(text="How are you?")
        room.session.take(ev.DeviceLost("speaker", "It was unplugged."))
        assert rung_in_force(room.session.lesson) is Rung.ALL
        assert ladder.words.endswith("Until the tutor can be heard, you read all.")
        room.session.take(ev.DeviceOpened("speaker", "USB", 48_000))
        assert rung_in_force(room.session.lesson) is Rung.HIDDEN
        assert rung_in_force(replace(room.session.lesson, plan=replace(B1, drill="recall"))) is Rung.ALL

    held(body)


def test_what_is_heard_again_is_shown_as_in_the_conversation() -> None:
    async def body(room: Room, ladder: CaptionLadder) -> None:
        await room.reply(text="How are you?")
        room.session.take(ev.SentenceReplayed(Replayed("tutor", "How are you?")))
        assert replayed_news(room.session.lesson)[0].title == "Replaying the tutor.", "the keys stand behind it"
        ladder.climb()
        assert "“H__ a__ y__?”" in replayed_news(room.session.lesson)[0].title
        ladder.reveal()
        assert "“How are you?”" in replayed_news(room.session.lesson)[0].title

    held(body)


def test_the_highest_rung_asks_for_the_meaning_of_each_line() -> None:
    async def body(room: Room, ladder: CaptionLadder) -> None:
        await room.reply(text="How are you?")
        ladder.choose(Rung.MEANING)
        await room.reply("B", text="And your cat?")
        asked = [each for each in room.tutor.links[-1].commands if isinstance(each, AskAside)]
        assert [each.text for each in asked] == ["How are you?", "And your cat?"]
        room.session.take(ev.AsideAnswered(asked[-1].request_id, "그리고 고양이는요?"))
        shown = room.session.lesson.line_help
        assert shown is not None and shown.meaning == "그리고 고양이는요?"
        ladder.climb()
        shown = room.session.lesson.line_help
        assert shown is None or not shown.meaning, "below the highest rung, none is shown"

    held(body)


def test_of_lines_whose_meaning_is_not_known_nothing_is_said_unless_it_is_asked_for() -> None:
    async def body(room: Room, ladder: CaptionLadder) -> None:
        session = room.session
        await room.reply(text="How are you?")
        first = session.lesson.notice

        async def nothing_is_known() -> bool:
            """Whether the learner is told so."""
            await asyncio.sleep(0.01)
            asked = [each for each in room.tutor.links[-1].commands if isinstance(each, AskAside)]
            session.take(ev.AsideAnswered(asked[-1].request_id, ""))
            return session.lesson.notice is not first

        ladder.choose(Rung.MEANING)
        assert not await nothing_is_known()
        session.study.meaning()
        assert await nothing_is_known()

    held(body)


def test_which_words_are_rare_is_looked_up_once_for_a_language() -> None:
    looked_up: list[str] = []

    async def find_words(language: str) -> KnownWords:
        looked_up.append(language)
        return KnownWords(["how", "are"])

    async def body(room: Room, ladder: CaptionLadder) -> None:
        ladder.find_words = find_words
        for each in (Rung.RARE_WORDS, Rung.ALL, Rung.RARE_WORDS):
            ladder.choose(each)
        await room.reply(text="How are you?")
        assert looked_up == [B1.target_language] and "are" in room.session.lesson.captions.known

    held(body)
