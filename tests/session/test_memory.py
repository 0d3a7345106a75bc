"""What is remembered of a lesson for later ones, in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Literal

import pytest

from tests.session.room import PLAN, Room, lesson_test
from tests.session.tool_room import TOOLS, FakeToolbox
from tutor_tui.core import events as ev
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.captions import Rung
from tutor_tui.core.learner_settings import KeepNotes
from tutor_tui.core.lesson_plan import DrillKind, LessonPlan
from tutor_tui.core.lesson_summary import lost_line
from tutor_tui.core.line_help import LineHelp
from tutor_tui.core.tool_text import tool_words
from tutor_tui.core.tools import Correction, Fact, Note, ToolCall, Used, Word
from tutor_tui.core.tutor_commands import AnswerTools
from tutor_tui.learning.items import Evidence, Item, ItemKind, Use
from tutor_tui.session.memory import Unkept

FAR = Word("멀다", "far", "집이 멀어요.")
SLIP = Correction("학교 가요", "학교에 가요", "the place takes 에", "grammar")
KOREAN = replace(PLAN, target_language="ko")


class Kept:
    """A journal in memory."""

    def __init__(self) -> None:
        self.changes: list[Item | Evidence] = []

    def put(self, change: Item | Evidence) -> None:
        self.changes.append(change)

    @property
    def items(self) -> list[Item]:
        return [each for each in self.changes if isinstance(each, Item)]

    @property
    def uses(self) -> list[tuple[Use, str]]:
        return [(each.use, each.quote) for each in self.changes if isinstance(each, Evidence)]


def kept(
    body: Callable[[Room], Awaitable[None]],
    keep: KeepNotes = "yes",
    known: Sequence[Item] = (),
    decided: Callable[[bool], None] = lambda _: None,
    plan: LessonPlan = KOREAN,
    *,
    scripted: bool = False,
) -> Kept:
    """What was kept of a lesson that went so, where these items were known before."""
    journal = Kept()

    def room() -> Room:
        made = Room(plan, Capabilities(scripted=scripted))
        memory = made.session.memory
        memory.consent.journal, memory.consent.keep, memory.consent.on_decided = journal, keep, decided
        memory.find_known = find_known
        return made

    async def find_known(language: str) -> Sequence[Item]:
        return [each for each in known if each.language == language]

    lesson_test(body, room)
    return journal


async def say(room: Room, text: str, item: str = "L", answer: str = "네.") -> None:
    """The learner says something, and the tutor answers."""
    await room.tell(ev.LearnerStartedSpeaking(item), ev.LearnerStoppedSpeaking(item), ev.LearnerTurnKept(item, None))
    await room.tell(ev.LearnerTextDone(item, text))
    await room.reply(f"{item}-answer", ms=100, text=answer)
    await asyncio.sleep(0.5)


def known(item: Word | Correction) -> Item:
    if isinstance(item, Correction):
        return Item("ko", ItemKind.CORRECTION, item.better, item.why, said=item.said, turn_id="earlier")
    return Item("ko", ItemKind.WORD, item.term, item.meaning, turn_id="earlier")


# ---- the question ---------------------------------------------------------------------------------------------------


def test_the_learner_is_asked_once_and_nothing_is_kept_before_they_agree() -> None:
    decided: list[bool] = []

    async def body(room: Room) -> None:
        room.session.take(ev.Noted(Note(FAR, "")))
        assert is_asked(room)
        await say(room, "멀다")
        assert journal_of(room).changes == []
        room.session.level_question.answer(yes=True)
        assert not is_asked(room)
        assert len(journal_of(room).items) == 1, "what waited is kept now"
        notice = room.session.lesson.notice
        assert notice is not None and notice.title == "Kept: 1 note."
        room.session.take(ev.Noted(Note(SLIP, "")))
        assert not is_asked(room)

    journal = kept(body, "ask", decided=decided.append)
    assert [(each.term, each.meaning, each.example, each.language) for each in journal.items] == [
        ("멀다", "far", "집이 멀어요.", "ko"),
        ("학교에 가요", "the place takes 에", "", "ko"),
    ]
    assert journal.uses == [(Use.INDEPENDENT, "멀다")]
    assert decided == [True]


def is_asked(room: Room) -> bool:
    return room.session.lesson.keep_asked


def journal_of(room: Room) -> Kept:
    journal = room.session.memory.consent.journal
    assert isinstance(journal, Kept)
    return journal


STANDS_S = 600
"""However long nobody answers it, the question stands: its keys are not another one's meanwhile."""


def test_who_says_no_or_nothing_is_not_remembered() -> None:
    async def says_no(room: Room) -> None:
        room.session.take(ev.Noted(Note(FAR, "")))
        room.session.say("n")
        assert not room.session.lesson.keep_asked
        room.session.take(ev.Noted(Note(SLIP, "")))
        assert [turn.text for turn in room.session.lesson.turns] == [], "the tutor hears nothing of it"

    async def says_nothing(room: Room) -> None:
        room.session.take(ev.Noted(Note(FAR, "")))
        await asyncio.sleep(STANDS_S)
        assert room.session.lesson.keep_asked
        room.session.say("Yes.")
        assert room.session.lesson.keep_asked, "that may be said to the tutor"
        assert [turn.text for turn in room.session.lesson.turns] == ["Yes."]

    assert kept(says_no, "ask").changes == kept(says_nothing, "ask").changes == []


def test_the_learner_is_asked_once_more_at_leaving_and_what_waits_is_counted() -> None:
    async def body(room: Room) -> None:
        memory = room.session.memory
        assert not memory.consent.asks_at_leaving()
        room.session.take(ev.Noted(Note(FAR, "")))
        await say(room, "멀다")
        assert memory.consent.undecided == 1, "evidence is no note"
        assert memory.consent.asks_at_leaving() and not memory.consent.asks_at_leaving()
        memory.consent.decide(taken=True)
        assert memory.consent.undecided == 0

    assert len(kept(body, "ask").changes) == 2


def test_what_the_learner_says_of_known_words_waits_for_the_answer_too() -> None:
    async def body(room: Room) -> None:
        await say(room, "집이 아주 멀다!")
        assert is_asked(room) and journal_of(room).changes == []
        assert room.session.memory.consent.asks_at_leaving() and room.session.memory.consent.undecided == 0
        room.session.memory.consent.decide(taken=True)

    assert kept(body, "ask", known=[known(FAR)]).uses == [(Use.INDEPENDENT, "멀다")]


def test_who_has_said_no_before_is_not_asked_again() -> None:
    async def body(room: Room) -> None:
        room.session.take(ev.Noted(Note(FAR, "")))
        assert not is_asked(room)

    assert kept(body, "no").changes == []


def test_of_a_lesson_that_is_not_kept_nothing_is_remembered_and_nothing_asked() -> None:
    async def body(room: Room) -> None:
        memory = room.session.memory
        memory.consent.keep_lesson(False)
        assert "library.keep is off" in memory.consent.why_off
        room.session.take(ev.Noted(Note(FAR, "")))
        await say(room, "멀다")
        assert not is_asked(room) and not memory.consent.asks_at_leaving() and memory.consent.undecided == 0
        lost = lost_line(memory.consent.undecided, memory.consent.lost_with_lesson)
        assert lost == "(1 note not kept for later lessons, as library.keep is off)"
        memory.consent.choose("yes")
        memory.consent.keep_lesson(True)
        assert memory.consent.why_off == ""
        room.session.take(ev.Noted(Note(SLIP, "")))

    for keep in ("ask", "yes"):
        journal = kept(body, keep, known=[known(FAR)])
        assert [each.term for each in journal.items] == ["학교에 가요"] and journal.uses == []


def test_what_waits_for_the_answer_is_dropped_when_the_lesson_is_kept_no_longer() -> None:
    async def body(room: Room) -> None:
        room.session.take(ev.Noted(Note(FAR, "")))
        room.session.memory.consent.keep_lesson(False)
        assert not is_asked(room)
        room.session.memory.consent.choose("yes")

    assert kept(body, "ask").changes == []


def test_the_settings_can_say_so_later() -> None:
    async def body(room: Room) -> None:
        room.session.take(ev.Noted(Note(FAR, "")))
        await asyncio.sleep(STANDS_S)
        room.session.memory.consent.choose("yes")
        assert not room.session.lesson.keep_asked

    assert [each.term for each in kept(body, "ask").items] == ["멀다"]


def test_without_a_place_to_keep_it_nothing_is_asked() -> None:
    async def body(room: Room) -> None:
        room.session.take(ev.Noted(Note(FAR, "")))
        assert not room.session.lesson.keep_asked

    lesson_test(body)


# ---- what is used ---------------------------------------------------------------------------------------------------


def test_a_known_item_that_the_learner_says_is_a_use_of_it() -> None:
    async def body(room: Room) -> None:
        await say(room, "집이 아주 멀다!")
        await say(room, "네.", "M")

    assert kept(body, known=[known(FAR)]).uses == [(Use.INDEPENDENT, "멀다")]


def test_a_known_term_with_a_gap_is_used_whatever_stands_in_it() -> None:
    async def body(room: Room) -> None:
        await say(room, "안녕하세요. 저는 샘이라고 해요.")
        await say(room, "저는 마리아예요.", "M")

    name = Item("ko", ItemKind.WORD, "저는 … 예요", "I am …")
    assert kept(body, known=[name]).uses == [(Use.INDEPENDENT, "저는 마리아예요")]


def test_what_the_tutor_has_just_said_what_is_typed_and_what_is_shown_is_assisted() -> None:
    async def repeated(room: Room) -> None:
        await room.reply(ms=100, text="멀다 means far. 멀다!")
        await asyncio.sleep(20)
        await say(room, "멀다")

    async def typed(room: Room) -> None:
        room.session.say("멀다")
        await room.reply(ms=100)

    async def shown(room: Room) -> None:
        await room.reply(ms=100, text="How is the way?")
        room.session.take(ev.HelpShown(LineHelp("A", hints=("멀다",))))
        await say(room, "멀다")

    async def long_ago(room: Room) -> None:
        await room.reply(ms=100, text="멀다 means far.")
        await asyncio.sleep(100)
        await say(room, "멀다")

    for body in (repeated, typed, shown):
        assert kept(body, known=[known(FAR)]).uses == [(Use.ASSISTED, "멀다")], body
    assert kept(long_ago, known=[known(FAR)]).uses == [(Use.INDEPENDENT, "멀다")]
    (use,) = kept(shown, known=[known(FAR)]).changes
    assert isinstance(use, Evidence) and use.rung is Rung.MEANING


def test_a_word_counts_as_met_when_it_was_heard_or_could_be_read() -> None:
    """Hidden lines are heard alone; one that is revealed, or shown by a higher rung, is in sight from then on."""

    async def asks(room: Room, then: ev.LocalEvent | None, *, heard_ms: int | None = None) -> None:
        await room.reply(ms=100, text="Is it far? 멀다 means far.")
        if heard_ms is not None:
            room.session.advance(ev.SpeechCut("A", heard_ms, 100))
        await asyncio.sleep(100 if heard_ms is None else 5)
        if then is not None:
            room.session.take(then)
        await say(room, "멀다")

    def used(rung: Rung, then: ev.LocalEvent | None = None, heard_ms: int | None = None) -> tuple[Use, Rung]:
        async def body(room: Room) -> None:
            room.session.take(ev.CaptionsChosen(rung))
            await asks(room, then, heard_ms=heard_ms)

        (evidence,) = kept(body, known=[known(FAR)]).changes
        assert isinstance(evidence, Evidence)
        return evidence.use, evidence.rung

    assert used(Rung.HIDDEN) == (Use.INDEPENDENT, Rung.HIDDEN)
    assert used(Rung.HIDDEN, ev.LineRevealed("A")) == (Use.ASSISTED, Rung.ALL)
    assert used(Rung.HIDDEN, ev.CaptionsChosen(Rung.ALL)) == (Use.ASSISTED, Rung.ALL)
    assert used(Rung.HIDDEN, ev.CaptionsChosen(Rung.FIRST_LETTERS)) == (Use.INDEPENDENT, Rung.FIRST_LETTERS)
    assert used(Rung.HIDDEN, heard_ms=10) == (Use.INDEPENDENT, Rung.HIDDEN), "stopped before the word"
    assert used(Rung.HIDDEN, heard_ms=100) == (Use.ASSISTED, Rung.HIDDEN), "said a moment ago"
    assert used(Rung.ALL, heard_ms=10) == (Use.ASSISTED, Rung.ALL), "it could be read"


def test_what_the_tutor_answers_with_was_no_model() -> None:
    async def body(room: Room) -> None:
        await say(room, "멀다", answer="네, 멀다!")

    assert kept(body, known=[known(FAR)]).uses == [(Use.INDEPENDENT, "멀다")]


@pytest.mark.parametrize(
    ("told", "uses"),
    [
        (Used("멀다", "independent", "멀어요"), [(Use.INDEPENDENT, "멀어요")]),
        (Used("멀다", "lapse", "집이"), [(Use.LAPSE, "집이")]),
        (Used("멀다", "independent", "가까워요"), []),
        (Used("가깝다", "independent", "멀어요"), []),
    ],
    ids=["in another form", "a lapse", "a quote that nobody said", "a word that nobody gave"],
)
def test_what_the_tutor_says_of_a_use_is_looked_up_in_what_was_said(told: Used, uses: list[tuple[Use, str]]) -> None:
    async def body(room: Room) -> None:
        await room.tell(ev.LearnerStartedSpeaking("L"), ev.LearnerStoppedSpeaking("L"), ev.LearnerTurnKept("L", None))
        room.session.memory.told(told, "L")  # the call comes before the transcript, as it may
        await room.tell(ev.LearnerTextDone("L", "집이 멀어요."), ev.ReplyStarted("R"), ev.ReplyEnded("R"))

    assert kept(body, known=[known(FAR)]).uses == uses


def test_a_correction_is_used_in_a_later_turn_and_its_repetition_is_a_lapse() -> None:
    async def body(room: Room) -> None:
        await say(room, "학교 가요.", "L0")
        room.session.take(ev.Noted(Note(SLIP, "L0")))
        await asyncio.sleep(100)
        await say(room, "오늘 학교에 가요.", "L1")
        await say(room, "저는 학교 가요, 학교에 가요.", "L2")
        await say(room, "내일 학교 가요.", "L3")
        room.session.take(ev.Noted(Note(SLIP, "L3")))

    async def at_once(room: Room) -> None:
        room.session.take(ev.Noted(Note(SLIP, "L0")))
        await room.tell(ev.LearnerStartedSpeaking("L3"), ev.LearnerTurnKept("L3", None))
        room.session.take(ev.Noted(Note(SLIP, "L3")))
        await room.tell(ev.LearnerTextDone("L3", "학교 가요"), ev.ReplyStarted("R"), ev.ReplyEnded("R"))

    journal = kept(body)
    assert [each.kind for each in journal.items] == [ItemKind.CORRECTION]
    assert journal.uses == [*[(Use.INDEPENDENT, "학교에 가요")] * 2, (Use.LAPSE, "학교 가요")]
    repaired = [each.repaired for each in journal.changes if isinstance(each, Evidence)]
    assert repaired == [False, True, False]
    assert kept(at_once).uses == [(Use.LAPSE, "학교 가요")]


def test_a_fact_about_the_learner_is_kept() -> None:
    async def body(room: Room) -> None:
        room.session.memory.told_fact(Fact("is called Mina"), "L")

    assert [(each.kind, each.term) for each in kept(body).items] == [(ItemKind.FACT, "is called Mina")]


def test_a_tool_s_effects_reach_it() -> None:
    async def body(room: Room) -> None:
        toolbox = FakeToolbox(effects={"note": Fact("likes tea")})
        room.session._tools._toolbox = toolbox
        await room.tell(ev.ReplyStarted("R"), ev.ToolCalled(ToolCall("c", "note", "{}")), ev.ReplyEnded("R"))
        await asyncio.sleep(0.5)

    assert [each.term for each in kept(body).items] == ["likes tea"]


def test_what_a_tool_says_behind_the_reply_counts_for_the_turn_that_was_answered() -> None:
    """Calls are answered once their reply has ended: all that the offline tutor said of what was due was lost."""

    async def body(room: Room) -> None:
        room.session._tools._toolbox = FakeToolbox(effects={"used": Used("멀다.", "lapse", "가까워요")})
        await room.tell(ev.LearnerStartedSpeaking("L"), ev.LearnerStoppedSpeaking("L"), ev.LearnerTurnKept("L", None))
        await room.tell(ev.LearnerTextDone("L", "가까워요"), ev.ReplyStarted("R"))
        await room.tell(ev.ToolCalled(ToolCall("c", "used", "{}")), ev.ReplyEnded("R"))
        await asyncio.sleep(0.5)

    assert kept(body, known=[known(FAR)]).uses == [(Use.LAPSE, "가까워요")]


@pytest.mark.parametrize("drill", ["", "recall"])
def test_what_is_shown_as_noted_is_kept_at_once(drill: Literal["", "recall"]) -> None:
    """It waited for the end of the next reply, half a minute in a drill: a process that was killed had lost it."""

    async def body(room: Room) -> None:
        room.session._tools._toolbox = FakeToolbox(effects={"used": Used("멀다", "independent", "멀다")})
        await room.tell(ev.LearnerStartedSpeaking("L"), ev.LearnerStoppedSpeaking("L"), ev.LearnerTurnKept("L", None))
        await room.tell(
            ev.LearnerTextDone("L", "멀다"), ev.ReplyStarted("R"), ev.ToolCalled(ToolCall("c", "used", "{}"))
        )
        await room.tell(ev.TutorTextDelta("A", "Good."))
        (line,) = room.session.lesson.tool_lines
        assert line.summary == "멀다 (on your own)" and journal_of(room).uses == [(Use.INDEPENDENT, "멀다")]
        await room.tell(ev.TutorTextDone("A", "Good."), ev.ReplyEnded("R"))

    plan = replace(KOREAN, drill=drill)
    assert kept(body, known=[known(FAR)], plan=plan).uses == [(Use.INDEPENDENT, "멀다")], "and once"


def test_what_a_tutor_notes_of_a_turn_when_the_learner_says_the_next_one_is_kept() -> None:
    async def body(room: Room) -> None:
        await say(room, "멀어요")
        await room.tell(ev.LearnerStartedSpeaking("M"))
        room.session.memory.told(Used("멀다", "independent", "멀어요"), "L")

    assert kept(body, known=[known(FAR)]).uses == [(Use.INDEPENDENT, "멀어요")]


def test_another_language_has_its_own_items() -> None:
    async def body(room: Room) -> None:
        room.session.configure(replace(KOREAN, target_language="es"))
        await asyncio.sleep(0.5)
        await say(room, "멀다, lejos")

    assert kept(body, known=[known(FAR), replace(known(FAR), language="es", term="lejos", id="")]).uses == [
        (Use.INDEPENDENT, "lejos")
    ]


HUNGRY = Item("es", ItemKind.WORD, "tengo hambre", "I am hungry", turn_id="earlier")
HUNGRY_SLIP = Item("es", ItemKind.CORRECTION, "Tengo hambre.", said="Soy hambre", turn_id="earlier")
SPANISH = replace(PLAN, target_language="es")


def uses_of(item: Item, journal: Kept) -> list[Use]:
    return [each.use for each in journal.changes if isinstance(each, Evidence) and each.item_id == item.id]


@pytest.mark.parametrize("known", [[HUNGRY_SLIP, HUNGRY], [HUNGRY, HUNGRY_SLIP]], ids=["the mistake first", "last"])
@pytest.mark.parametrize("drill", ["", "recall"], ids=["in a lesson", "in a drill"])
def test_what_was_asked_for_gets_the_credit_and_so_does_all_that_is_the_same_words(
    known: list[Item], drill: DrillKind | Literal[""]
) -> None:
    """“tengo hambre” was asked for, and its evidence went to the correction “Tengo hambre.”: it stayed due."""

    async def body(room: Room) -> None:
        room.session.memory.told(Used("tengo hambre", "independent", "tengo hambre"), "L")
        await say(room, "tengo hambre")

    journal = kept(body, known=known, plan=replace(SPANISH, drill=drill), scripted=bool(drill))
    assert uses_of(HUNGRY, journal) == uses_of(HUNGRY_SLIP, journal) == [Use.INDEPENDENT]


def test_what_they_failed_at_is_only_what_was_asked_for() -> None:
    async def body(room: Room) -> None:
        room.session.memory.told(Used("tengo hambre", "lapse", "no sé"), "L")
        await say(room, "no sé")

    journal = kept(body, known=[HUNGRY_SLIP, HUNGRY], plan=SPANISH)
    assert uses_of(HUNGRY, journal) == [Use.LAPSE] and uses_of(HUNGRY_SLIP, journal) == []


def test_one_mistake_makes_one_item() -> None:
    async def body(room: Room) -> None:
        await say(room, "Soy hambre.", "L0")
        await say(room, "Sí, tengo hambre.", "L1")
        room.session.take(ev.Noted(Note(Correction("Soy hambre", "Sí, tengo hambre."), "L1")))
        room.session.take(ev.Noted(Note(Word("tengo hambre", "I am hungry"), "L1")))
        await asyncio.sleep(100)
        await say(room, "Soy hambre.", "L2")
        room.session.take(ev.Noted(Note(Correction("Soy hambre.", "Tengo hambre."), "L2")))
        await say(room, "Vale.", "L3")

    journal = kept(body, plan=SPANISH)
    assert [(each.kind, each.said, each.term) for each in journal.items] == [
        (ItemKind.CORRECTION, "Soy hambre", "Tengo hambre.")
    ]
    assert journal.uses == [(Use.LAPSE, "Soy hambre")]


@pytest.mark.parametrize(
    ("told", "kept_as"),
    [
        (Used("tengo hambre", "independent", "tengo hambre"), Use.INDEPENDENT),
        (Used("tengo hambre", "independent", "yo tengo mucha hambre"), Unkept.NOT_SAID),
        (Used("tengo hambre", "independent", "Quiero agua"), Unkept.NOT_SAID),
        (Used("tengo hambre", "assisted", "Quiero agua"), Unkept.NOT_SAID),
        (Used("tengo hambre", "lapse", "Quiero agua"), Use.LAPSE),
        (Used("tengo sed", "independent", "Quiero agua"), Unkept.NO_ITEM),
    ],
    ids=["said", "a quote that nobody said", "nothing of it", "nor with help", "missed", "no such item"],
)
def test_what_is_told_of_a_use_is_what_was_kept(told: Used, kept_as: Use | Unkept) -> None:
    """“noted: tengo sed (on your own)” was shown of a quote that was made up."""
    found: list[Use | Unkept] = []

    async def body(room: Room) -> None:
        await room.tell(ev.LearnerStartedSpeaking("L"), ev.LearnerStoppedSpeaking("L"), ev.LearnerTurnKept("L", None))
        await room.tell(ev.LearnerTextDone("L", "Quiero agua, tengo hambre."))
        found.append(room.session.memory.told(told, "L"))

    journal = kept(body, known=[HUNGRY], plan=SPANISH)
    assert found == [kept_as]
    assert (told.quote in {quote for _, quote in journal.uses}) == isinstance(kept_as, Use)


@pytest.mark.parametrize(
    ("typed", "told", "line"),
    [
        (False, "tengo hambre", "noted: tengo hambre (on your own)"),
        (True, "tengo hambre", "noted: tengo hambre (on your own, in writing)"),
        (False, "tengo sed", "noted: did not work (“tengo sed” is none of your words)"),
    ],
)
def test_the_line_on_the_screen_and_what_the_model_is_told_are_what_was_kept(typed: bool, told: str, line: str) -> None:
    async def body(room: Room) -> None:
        effect = Used(told, "independent", "tengo hambre")
        room.session._tools._toolbox = FakeToolbox(effects={"used": effect})
        if typed:
            room.session.say("tengo hambre")
        else:
            started, kept_turn = ev.LearnerStartedSpeaking("L"), ev.LearnerTurnKept("L", None)
            await room.tell(started, ev.LearnerStoppedSpeaking("L"), kept_turn, ev.LearnerTextDone("L", "tengo hambre"))
        await room.tell(ev.ReplyStarted("R"), ev.ToolCalled(ToolCall("c", "used", "{}")), ev.ReplyEnded("R"))
        await asyncio.sleep(0.5)
        assert [tool_words(each) for each in room.session.lesson.tool_lines] == [line]
        (sent,) = [each for each in room.tutor.link.commands if isinstance(each, AnswerTools)]
        assert sent.answers[0].ok == ("did not work" not in line)
        assert sent.answers[0].output.startswith("Not noted") != sent.answers[0].ok

    kept(body, known=[HUNGRY], plan=replace(SPANISH, drill="recall", tools=TOOLS), scripted=True)


# ---- what a unit teaches --------------------------------------------------------------------------------------------

UNIT = replace(KOREAN, profile="At the café", can_do=("order a drink", "pay"))
TOLD = Used("At the café", "independent", "커피 주세요.", "At the café")


@pytest.mark.parametrize(("typed", "how"), [(False, Use.INDEPENDENT), (True, Use.WRITTEN)])
def test_the_task_of_a_unit_keeps_what_it_teaches_and_how_it_went(typed: bool, how: Use) -> None:
    async def body(room: Room) -> None:
        if typed:
            room.session.say("커피 주세요. 감사합니다.")
            room.session.memory.told(TOLD, "")
            await room.reply(ms=100)
        else:
            room.session.memory.told(TOLD, "L")
            await say(room, "커피 주세요. 감사합니다.")

    journal = kept(body, plan=UNIT)
    (item,) = journal.items
    assert (item.kind, item.term, item.meaning) == (ItemKind.CAN_DO, "order a drink; pay", "At the café")
    assert journal.uses == [(how, "커피 주세요")]
    assert journal.changes[0] is item


def test_what_was_not_said_shows_nothing_of_a_unit() -> None:
    async def body(room: Room) -> None:
        room.session.memory.told(replace(TOLD, quote="계산해 주세요."), "L")
        await say(room, "커피 주세요.")

    assert kept(body, plan=UNIT).changes == []
