"""An "mm-hm" into the tutor's words takes no turn where the server leaves it to us to interrupt; in virtual time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from tests.session.room import PLAN, Room, lesson_test
from tutor_tui.core import events as ev
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.conversation import TurnState
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.tutor_commands import Configure, EndTurn, Interrupt, LeaveUnanswered
from tutor_tui.session.interjection import A_TURN_MS, WORDS_WITHIN_S

QUIET = 2
"""A level that does not stand out from the room."""
SOME, ENOUGH = 400, A_TURN_MS + 100
"""How long somebody speaks, in ms: less than a turn has to be, and more."""


def room(leaves_interrupting: bool = True, takes_sounds_for_words: bool = False) -> Room:
    abilities = Capabilities(leaves_interrupting=leaves_interrupting, takes_sounds_for_words=takes_sounds_for_words)
    here = Room(replace(PLAN, target_language="de"), abilities)
    here.session.recorder.voice.probability = lambda window: float(window[1] == 8_000 >> 8)
    return here


def interjection_test(body: Callable[[Room], Awaitable[None]]) -> None:
    lesson_test(body, room)


async def speaks(here: Room, ms: int, *, told_ms: int = 200) -> None:
    """The learner speaks for so long, into 5 s of the tutor's; the server notices."""
    await here.reply(ms=5_000)
    await here.sound.microphone.speak(300, level=QUIET)
    await here.sound.microphone.speak(told_ms)
    await here.tell(ev.LearnerStartedSpeaking("U", stops=False))
    await here.sound.microphone.speak(ms - told_ms)


async def ends(here: Room, text: str | None, *, unsure: bool = False, expected: bool = False) -> None:
    """The server has heard the end, and then which words it was."""
    await here.sound.microphone.speak(500, level=QUIET)
    await here.tell(ev.LearnerStoppedSpeaking("U"), ev.LearnerTurnKept("U", "A"))
    await here.sound.microphone.speak(300, level=QUIET)
    if text is not None:
        await here.tell(ev.LearnerTextDelta("U", text), ev.LearnerTextDone("U", text, unsure=unsure, expected=expected))


def sent(here: Room, kind: type) -> list[object]:
    return [each for each in here.tutor.link.commands if isinstance(each, kind)]


@pytest.mark.parametrize("text", ["Mm-hm.", "Ja, genau.", "…", "Achso, okay!"])
def test_at_an_mm_hm_the_tutor_goes_on_and_nobody_remembers_it(text: str) -> None:
    async def body(here: Room) -> None:
        await speaks(here, SOME)
        await ends(here, text)
        assert (sent(here, Interrupt), sent(here, EndTurn)) == ([], [])
        assert sent(here, LeaveUnanswered) == [LeaveUnanswered("U"), LeaveUnanswered("U", forget=True)]
        assert here.sound.speaker.pauses == 1 and here.sound.speaker.paused_s is None
        await here.tell(ev.ItemPlaced("U", "A", "learner"))
        while here.session.lesson.sounding:
            await here.sound.microphone.speak(100, level=QUIET)
        assert [(turn.role, turn.state) for turn in here.session.lesson.turns] == [("tutor", TurnState.DONE)]

    interjection_test(body)


def test_who_speaks_on_has_the_turn_before_the_server_knows_where_it_ends() -> None:
    async def body(here: Room) -> None:
        await speaks(here, SOME)
        assert not sent(here, Interrupt)
        await here.sound.microphone.speak(ENOUGH - SOME)
        (interrupt,) = sent(here, Interrupt)
        assert isinstance(interrupt, Interrupt)
        assert 300 < interrupt.unheard[0].heard_ms < 400, "until the pause"
        assert here.session.lesson.learner_item == "U"
        await ends(here, "Warte, das habe ich nicht verstanden.")
        assert (sent(here, LeaveUnanswered), sent(here, EndTurn)) == ([], []), "the server answers by itself"

    interjection_test(body)


def test_a_voice_that_is_long_known_is_a_turn_at_once() -> None:
    async def body(here: Room) -> None:
        await speaks(here, ENOUGH + 20, told_ms=ENOUGH)
        assert sent(here, Interrupt)

    interjection_test(body)


def test_what_only_the_server_takes_for_a_voice_is_given_way_to_as_well() -> None:
    async def body(here: Room) -> None:
        here.session.recorder.voice.probability = lambda _window: 0.0
        await speaks(here, SOME)
        assert here.sound.speaker.paused_s is not None and not sent(here, Interrupt)
        await here.sound.microphone.speak(ENOUGH - SOME + 200)
        assert sent(here, Interrupt)

    interjection_test(body)


@pytest.mark.parametrize("text", ["Stopp!", None], ids=["words", "no words"])
def test_short_words_that_are_no_mm_hm_are_a_turn(text: str | None) -> None:
    async def body(here: Room) -> None:
        await speaks(here, SOME)
        await ends(here, text)
        if text is None:
            await here.sound.microphone.speak(round(WORDS_WITHIN_S * 1_000), level=QUIET)
        assert len(sent(here, Interrupt)) == 1
        assert sent(here, EndTurn) == [EndTurn(commit=False)]
        assert [(turn.role, turn.text) for turn in here.session.lesson.turns][1:] == [("learner", text or "")]

    interjection_test(body)


@pytest.mark.parametrize(("ms", "is_turn"), [(1_600, True), (2_200, False)], ids=["into the end", "before it"])
@pytest.mark.parametrize("text", ["Ja.", ""], ids=["a word", "not understood"])
def test_what_was_said_into_the_end_of_the_tutors_words_answers_them(ms: int, is_turn: bool, text: str) -> None:
    """And not what was said before it went on: however late that is understood."""

    async def body(here: Room) -> None:
        await here.reply(ms=ms)
        await here.sound.microphone.speak(1_100, level=QUIET)
        await here.sound.microphone.speak(300)
        await here.tell(ev.LearnerStartedSpeaking("U", stops=False))
        await here.sound.microphone.speak(2_000, level=QUIET)
        assert not here.session.lesson.sounding
        await here.tell(ev.LearnerStoppedSpeaking("U"), ev.LearnerTurnKept("U", "A"))
        await here.tell(ev.LearnerTextDone("U", text) if text else ev.LearnerTextFailed("U"))
        assert bool(sent(here, EndTurn)) is is_turn
        assert (sent(here, LeaveUnanswered)[-1] == LeaveUnanswered("U", forget=True)) is not is_turn

    interjection_test(body)


def test_a_yes_that_is_understood_when_the_tutor_has_finished_is_an_answer() -> None:
    async def body(here: Room) -> None:
        await here.reply(ms=1_000)
        await here.sound.microphone.speak(500, level=QUIET)
        await here.sound.microphone.speak(200)
        await here.tell(ev.LearnerStartedSpeaking("U", stops=False))
        await ends(here, None)
        await here.sound.microphone.speak(600, level=QUIET)
        assert not here.session.lesson.sounding
        await here.tell(ev.LearnerTextDone("U", "Ja."))
        assert [turn.text for turn in here.session.lesson.turns][1:] == ["Ja."]

    interjection_test(body)


def test_an_mm_hm_that_ended_in_the_tutors_words_answers_nothing_when_it_is_understood_after_them() -> None:
    async def body(here: Room) -> None:
        await here.reply(ms=1_000)
        await here.sound.microphone.speak(300, level=QUIET)
        await here.sound.microphone.speak(200)
        await here.tell(ev.LearnerStartedSpeaking("U", stops=False))
        await here.sound.microphone.speak(1_500, level=QUIET)
        assert not here.session.lesson.sounding and here.session.lesson.learner_item == ""
        await ends(here, "Mm-hm.")
        assert [turn.role for turn in here.session.lesson.turns] == ["tutor"]

    interjection_test(body)


def test_who_speaks_on_when_the_tutor_has_finished_has_the_turn_at_once() -> None:
    async def body(here: Room) -> None:
        await here.reply(ms=400)
        await here.sound.microphone.speak(300, level=QUIET)
        await here.tell(ev.LearnerStartedSpeaking("U", stops=False))
        here.session.recorder.voice.probability = lambda _window: 0.0
        await here.sound.microphone.speak(1_500, level=QUIET)
        assert not here.session.lesson.sounding and here.session.lesson.learner_item == ""
        here.session.recorder.voice.probability = lambda _window: 1.0
        await here.sound.microphone.speak(100)
        assert here.session.lesson.learner_item == "U"

    interjection_test(body)


def test_the_answer_that_was_not_wanted_makes_no_turn_of_it_when_it_ends() -> None:
    async def body(here: Room) -> None:
        await speaks(here, SOME)
        await ends(here, None)
        await here.tell(ev.ReplyStarted("R2"), ev.ReplyEnded("R2", "cancelled"))
        assert not sent(here, Interrupt) and here.session.lesson.sounding
        await here.tell(ev.LearnerTextDone("U", "Mm-hm."))
        assert sent(here, LeaveUnanswered)[-1] == LeaveUnanswered("U", forget=True)

    interjection_test(body)


@pytest.mark.parametrize(
    ("guesses", "text", "unsure", "expected", "is_turn"),
    [
        (False, "Stopp!", False, False, True),
        (False, "Stopp!", True, False, True),
        (True, "Stopp!", False, False, False),
        (True, "Pierre", False, True, False),
        (True, "Noch einmal", True, False, False),
        (True, "Noch einmal", False, True, True),
    ],
    ids=["a word", "unsure", "guessed by other ears", "like a name", "unsure by those", "listened for by those"],
)
def test_a_short_word_is_a_turn_where_it_is_sure_that_it_was_said(
    guesses: bool, text: str, unsure: bool, expected: bool, is_turn: bool
) -> None:
    async def body(here: Room) -> None:
        await speaks(here, SOME)
        await ends(here, text, unsure=unsure, expected=expected)
        assert bool(sent(here, Interrupt)) is is_turn

    lesson_test(body, lambda: room(takes_sounds_for_words=guesses))


def test_while_the_tutor_is_silent_a_turn_is_a_turn() -> None:
    async def body(here: Room) -> None:
        await here.tell(ev.LearnerStartedSpeaking("U", stops=False))
        assert here.session.lesson.learner_item == "U"

    interjection_test(body)


def test_a_server_that_stops_itself_all_the_same_is_followed() -> None:
    async def body(here: Room) -> None:
        await here.reply(ms=5_000, done=False)
        await here.sound.microphone.speak(300, level=QUIET)
        await here.tell(ev.LearnerStartedSpeaking("U", stops=False), ev.ReplyEnded("R", "cancelled"))
        assert here.session.lesson.learner_item == "U" and not here.session.lesson.sounding

    interjection_test(body)


@pytest.mark.parametrize("case", ["off", "cannot", "deaf", "all well"])
def test_the_server_interrupts_unless_we_can_tell(case: str) -> None:
    def here() -> Room:
        made = room(leaves_interrupting=case != "cannot")
        made.session.barge_in.wanted = case != "off"
        if case == "deaf":
            made.session.recorder.voice.probability = None
        return made

    async def body(made: Room) -> None:
        assert made.session.lesson.plan.interrupts is (case != "all well")
        assert made.tutor.link.plan.interrupts is (case != "all well")
        made.session.change(LessonPlan(profile="Another", instructions="Teach.", voice="marin"))
        assert made.session.lesson.plan.interrupts is (case != "all well")
        if case == "all well":
            made.session.barge_in.wanted = False
            await made.tell()
            (*_, configured) = sent(made, Configure)
            assert isinstance(configured, Configure) and configured.plan.interrupts

    lesson_test(body, here)
