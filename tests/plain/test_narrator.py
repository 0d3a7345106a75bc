"""What a lesson sounds like in lines: events are folded into lessons, as in life, and told one after another."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tutors.helpers import ANY_MACHINE, PLAN
from tutor_tui.core import events as ev
from tutor_tui.core.actions import COMMANDS
from tutor_tui.core.capabilities import Capabilities, without
from tutor_tui.core.captions import Rung
from tutor_tui.core.conversation import Divider, TurnState
from tutor_tui.core.dictated import Dictated
from tutor_tui.core.events import LessonEvent
from tutor_tui.core.heard_words import DifferentWord
from tutor_tui.core.lesson import Lesson, Notice
from tutor_tui.core.lesson_plan import HistoryLine, Recap
from tutor_tui.core.line_help import LineHelp
from tutor_tui.core.reducer import advance
from tutor_tui.core.tools import Correction, LevelSuggestion, Note, ToolCall, Word
from tutor_tui.core.turn_detection import PushToTalk
from tutor_tui.plain.narrator import UNENCRYPTED, Narrator
from tutor_tui.plain.typed_commands import key_names_for

ANYONE = Capabilities()
READY = (ev.Dialling(1), ev.LinkReady("m"))
SOUND = bytes(480)


def told(*events: LessonEvent, lesson: Lesson | None = None, abilities: Capabilities = ANYONE) -> list[str]:
    """The lines of a lesson that goes through these events, told after each, without those of the very beginning."""
    narrator = Narrator(abilities)
    lesson = lesson or Lesson(PLAN)
    narrator.tell(lesson)
    lines = []
    for event in events:
        lesson = advance(lesson, event)
        lines += narrator.tell(lesson)
    return lines


def test_what_stands_is_told_as_on_the_full_screen() -> None:
    """A lesson that is typed needs no microphone; and how turns end where the tutor cannot hear it is worth knowing."""
    deaf = replace(ANYONE, hears=frozenset({"en"}))
    typed = Lesson(replace(PLAN, target_language="ko"))
    assert told(ev.DigitalSilence(True), lesson=typed, abilities=deaf) == []
    without_ears = without(ANYONE, {"server_vad": "This server does not hear when you have finished."})
    notice = "Notice: This server does not hear when you have finished."
    assert notice in [line.rstrip() for line in Narrator(without_ears).tell(Lesson(PLAN))]


def test_an_unencrypted_line_is_told_once_for_each_tutor() -> None:
    narrator = Narrator(replace(ANYONE, unencrypted=True))
    notice = f"Notice: {UNENCRYPTED}"
    assert narrator.tell(Lesson(PLAN)).count(notice) == 1
    assert notice not in narrator.tell(Lesson(PLAN))
    narrator.abilities = ANYONE
    assert notice not in narrator.tell(Lesson(PLAN))
    narrator.abilities = replace(ANYONE, unencrypted=True)
    assert notice in narrator.tell(Lesson(PLAN))


def test_the_beginning_says_where_one_is() -> None:
    lesson = Lesson(PLAN, notice=Notice(1, "No key.", "Add one.", "information"))
    assert Narrator(ANYONE).tell(lesson) == [
        "profile: English",
        "the tutor answers after 0.3 s of silence",
        "Notice: No key. Add one.",
        "not connected",
    ]


def test_a_wait_that_is_counted_down_is_told_once() -> None:
    waits = [ev.Dialling(2, float(left_s)) for left_s in range(30, 0, -1)]
    assert told(ev.Dialling(1), *waits, ev.Dialling(2), ev.Dialling(3, 2.0), ev.Dialling(3, 1.0)) == [
        "connecting",
        "connecting, attempt 2 in 30 seconds",
        "connecting, attempt 2",
        "connecting, attempt 3 in 2 seconds",
    ]


def test_a_spoken_exchange() -> None:
    assert told(
        *READY,
        ev.LearnerStartedSpeaking("l"),
        ev.LearnerStoppedSpeaking("l"),
        ev.LearnerTurnKept("l", None),
        ev.ReplyStarted("r"),
        ev.LearnerTextDelta("l", "Good"),
        ev.LearnerTextDone("l", "Good day."),
        ev.TutorTextDelta("t", "Hel"),
        ev.TutorAudio("t", SOUND),
        ev.TutorTextDone("t", "Hello!"),
        ev.ReplyEnded("r"),
        ev.SpeechFinished("t"),
    ) == [
        "connecting",
        "listening",
        "hearing you",
        "the tutor thinks",
        "You: Good day.",
        "the tutor speaks",
        "Tutor: Hello!",
        "listening",
    ]


def test_words_that_are_written_down_late_come_before_the_answer() -> None:
    spoken = (ev.LearnerStartedSpeaking("l"), ev.LearnerStoppedSpeaking("l"), ev.LearnerTurnKept("l", None))
    answer = (ev.ReplyStarted("r"), ev.TutorAudio("t", SOUND), ev.TutorTextDone("t", "Hello!"))
    lines = told(*READY, *spoken, *answer, ev.LearnerTextDone("l", "Good day."))
    assert [line for line in lines if ": " in line] == ["You: Good day.", "Tutor: Hello!"]


def test_words_that_never_come_hold_nothing_up_for_ever() -> None:
    spoken = (ev.LearnerStartedSpeaking("l"), ev.LearnerStoppedSpeaking("l"), ev.LearnerTurnKept("l", None))
    answer = (ev.ReplyStarted("r"), ev.TutorTextDone("t", "Hello!"), ev.ReplyEnded("r"))
    lines = told(*READY, *spoken, *answer)
    assert lines[-2:] == ["Tutor: Hello!", "listening"]


def test_words_not_understood_are_said_to_be() -> None:
    assert "You: (heard, but not understood)" in told(*READY, ev.LearnerTextFailed("l"))


SPOKEN = (ev.ReplyStarted("r"), ev.TutorAudio("t", SOUND), ev.TutorTextDelta("t", "one two three four"))


def test_the_end_of_an_earlier_lesson_is_told_once_where_it_goes_on() -> None:
    recap = Recap("Korean", (HistoryLine("learner", "Coffee, please."), HistoryLine("tutor", "One\x1b coffee.")))
    earlier = ["Earlier, You: Coffee, please.", "Earlier, Tutor: One␛ coffee."]
    plan = replace(PLAN, recap=recap)
    narrator = Narrator(ANYONE)
    lesson = Lesson(plan, dividers=Divider.before(plan))
    assert [line for line in narrator.tell(lesson) if line.startswith("Earlier")] == earlier
    assert not [line for line in narrator.tell(advance(lesson, ev.LinkReady("m"))) if line.startswith("Earlier")]
    assert told(ev.PlanWanted(plan), ev.PlanWanted(replace(plan, speed=0.8)), ev.LinkReady("m"))[:2] == earlier


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        (
            [ev.SpeechCut("t", 50, 100), ev.ReplyEnded("r", "cancelled")],
            ["Tutor: one two (stopped here: “three four” was not heard)"],
        ),
        (
            [ev.SpeechCut("t", 0, 100), ev.ReplyEnded("r", "cancelled")],
            ["Tutor: (stopped before a word was heard)"],
        ),
        (
            [ev.SpeechCut("t", 100, 100), ev.ReplyEnded("r", "cancelled")],
            ["Tutor: one two three four (stopped here)"],
        ),
        (
            [ev.TutorTextDone("t", "one two three four"), ev.SpeechCut("t", 50, 100), ev.ReplyEnded("r")],
            ["Tutor: one two three four", "Tutor: (stopped here: “three four” was not heard)"],
        ),
        (
            [ev.SpeechCut("t", 50, 100), ev.TutorTextDone("t", "one two three four five six"), ev.ReplyEnded("r")],
            ["Tutor: one two three (stopped here: “four five six” was not heard)"],
        ),
    ],
)
def test_a_stopped_answer_is_told_once_with_what_was_not_heard(events: list[LessonEvent], expected: list[str]) -> None:
    lines = told(*READY, *SPOKEN, *events)
    assert [line for line in lines if line.startswith("Tutor:")] == expected


def test_what_changes_is_told_and_what_stays_is_not() -> None:
    detection = ev.PlanWanted(replace(PLAN, turn_detection=PushToTalk(), speed=0.8))
    assert told(*READY, ev.Muted(True), ev.Muted(True), ev.Muted(False))[2:] == [
        "muted",
        "the microphone is open",
        "listening",
    ]
    assert told(*READY, ev.Held(True), ev.Held(False))[2:] == [
        "your turn is held open",
        "your turn is no longer held open",
        "listening",
    ]
    assert told(*READY, detection)[2:] == [
        "the tutor answers after the talk key",
        "pace 0.80×",
        "waiting for the talk key",
    ]
    assert told(ev.LengthChosen(15), ev.TimeTold("half"), ev.TimeTold("close"), ev.LengthChosen(30, "")) == [
        "the lesson is to last 15 minutes",
        "half of the lesson is over",
        "the lesson is nearly over: the tutor begins to close",
        "the lesson is to last 30 minutes",
    ]
    assert told(ev.EchoModeChosen("speakers"), ev.EchoCancelled(True)) == [
        "speakers: the microphone rests while the tutor is heard, until its voice can be taken out",
        "speakers: talk over the tutor any time, its voice is taken out of what the microphone hears",
    ]
    said = told(ev.EchoModeChosen("speakers"), ev.EchoCancelled(False, "It is missing.", "Install it."))
    assert "Notice: It is missing. Install it." in said
    assert told(ev.SoundRecorded(True), ev.SoundRecorded(False)) == [
        "recording: your voice and the tutor's, on this machine only",
        "no longer recording",
    ]
    gone = (ev.DeviceLost("microphone", "None was found."), ev.DeviceLost("speaker", "None was found."))
    recorded = told(ev.SoundRecorded(True), *gone, ev.DeviceOpened("microphone", "USB", 48_000))
    assert [line for line in recorded if line.startswith("recording")] == [
        "recording: your voice and the tutor's, on this machine only",
        "recording: the tutor's voice, on this machine only; there is no microphone for yours",
        "recording goes on when there is a microphone or a speaker again",
        "recording: your voice, on this machine only; there is no speaker for the tutor's",
    ]
    assert told(ev.Dialling(3, 4.0)) == ["connecting, attempt 3 in 4 seconds"]
    assert told(ev.DeviceOpened("microphone", "USB", 48_000)) == ["microphone: USB"]
    assert told(ev.DeviceOpened("microphone", "default", 24_000, "USB")) == [
        "microphone: default",
        "Notice: There is no microphone called “USB”, so default is used. "
        "d chooses another; plugged in, it is used again.",
    ]
    (zeros,) = told(ev.DigitalSilence(True), ev.DigitalSilence(True), ev.DigitalSilence(False))
    assert zeros.startswith("Notice: The microphone is completely silent")


def test_notices_are_told_with_their_way_out_and_devices_once() -> None:
    lost = ev.DeviceLost("microphone", "No microphone was found.", "Plug one in.")
    assert told(lost, lost) == ["Notice: No microphone was found. Plug one in."]
    assert told(ev.Trouble("Oh.", "Try."), ev.Trouble("Oh.", "Try.")) == ["Notice: Oh. Try."] * 2
    assert told(*READY, ev.LinkEnded("Refused.", fatal=True, hint="Pay."))[2:] == [
        "Notice: Refused. Pay.",
        "Notice: o goes on with the offline tutor.",
        "the lesson has stopped",
    ]


def test_all_notices_between_two_looks_are_told() -> None:
    troubles = [ev.Trouble(f"{number}.") for number in range(1, 5)]
    events: list[LessonEvent] = [*troubles[:3], ev.DeviceLost("speaker", "No speaker was found."), troubles[3]]
    narrator, lesson = Narrator(ANYONE), Lesson(PLAN)
    narrator.tell(lesson)
    for event in events:
        lesson = advance(lesson, event)
    news = [f"Notice: {trouble.title}" for trouble in troubles]
    assert [line for line in narrator.tell(lesson) if line[-2].isdecimal()] == news
    assert narrator.tell(lesson) == []


def test_who_is_not_understood_by_ear_is_told() -> None:
    deaf = replace(ANYONE, hears=frozenset({"en"}))
    lines = Narrator(deaf, key_names_for({})).tell(Lesson(replace(PLAN, target_language="ko")))
    said = "This tutor hears only English, so type your answers. ctrl+l takes you to a lesson that you can speak in."
    assert f"Notice: {said}" in lines
    assert not any("hears only" in line for line in Narrator(deaf).tell(Lesson(PLAN)))
    lines = Narrator(deaf, COMMANDS).tell(Lesson(replace(PLAN, target_language="ko")))
    assert any("/spoken takes you to a lesson that you can speak in." in line for line in lines)


def test_tools_and_notes_are_a_line_each() -> None:
    lines = told(
        *READY,
        ev.ReplyStarted("r"),
        ev.ToolCalled(ToolCall("c", "get_weather", "{}")),
        ev.ToolAnswered("c", True, "Lima: sun"),
        ev.Noted(Note(Correction("I goed", "I went", "irregular"), "")),
        ev.Noted(Note(Word("sol", "sun"), "")),
    )
    assert lines[-3:] == [
        "Tool: weather: Lima: sun",
        "Mistake: “I goed” is better as “I went” (irregular)",
        "Word: sol: sun",
    ]


NASTY = "\x1b[2J\x07red\x1b[31m \u202eoverride\r\nTutor: forged\x9b1m\u2028You: forged"


def test_help_with_a_line_is_told_once_and_its_end_is_not() -> None:
    meaning = LineHelp("a", meaning="Hello!\nDrink?")
    hints = LineHelp("a", meaning="Hello!\nDrink?", hints=("(Order.)", "커피 주세요."))
    assert told(ev.HelpShown(LineHelp("a", asked="meaning")), ev.HelpShown(meaning), ev.HelpShown(meaning)) == [
        "looking up what that means …",
        "Meaning: Hello! Drink?",
    ]
    shown = told(ev.HelpShown(meaning), ev.HelpShown(hints), ev.HelpShown(None))
    assert shown[1:] == ["You could say:", "(Order.)", "· 커피 주세요.", "i says the first one aloud."]


def test_words_from_outside_stay_on_their_line_and_command_nothing() -> None:
    lines = told(
        *READY,
        ev.LearnerTextDone("l", NASTY),
        ev.TutorTextDone("t", NASTY),
        ev.Trouble(NASTY, NASTY),
        ev.DeviceOpened("speaker", NASTY, 1),
        ev.Noted(Note(Word(NASTY, NASTY), "")),
        ev.PlanWanted(replace(PLAN, profile=NASTY)),
    )
    assert len(lines) == 8
    assert all(line.isprintable() for line in lines)
    assert "\u202e" not in "".join(lines)


EVENTS = st.sampled_from(
    [
        *READY,
        ev.LearnerStartedSpeaking("l"),
        ev.LearnerStoppedSpeaking("l"),
        ev.LearnerTurnKept("l", "t"),
        ev.LearnerTextDone("l", "you"),
        ev.LearnerTyped("k", "typed"),
        ev.ReplyStarted("r"),
        ev.TutorTextDelta("t", "a b"),
        ev.TutorTextDone("t", "a b c"),
        ev.TutorAudio("t", SOUND),
        ev.SpeechCut("t", 5, 10),
        ev.SpeechFinished("t"),
        ev.ReplyEnded("r"),
        ev.LinkEnded("Gone."),
        ev.Muted(True),
        ev.Muted(False),
    ]
)


def test_words_that_come_after_they_were_told_as_lost_are_told() -> None:
    narrator, lesson, lines = Narrator(ANYONE), Lesson(PLAN), list[str]()
    for event in (ev.LearnerStartedSpeaking("l"), ev.LinkEnded("Gone."), ev.LearnerTextDone("l", "you")):
        lesson = advance(lesson, event)
        lines += [line for line in narrator.tell(lesson) if line.startswith("You:")]
    assert lines == ["You: (lost with the connection)", "You: you"]


@ANY_MACHINE
@given(st.lists(EVENTS, max_size=30), st.integers(1, 4))
def test_in_any_order_nothing_complete_is_lost_or_told_twice(events: list[LessonEvent], every: int) -> None:
    """Looks are skipped, as a busy loop skips them; at rest every finished turn has been told once."""
    narrator, lesson = Narrator(ANYONE), Lesson(PLAN)
    lines = narrator.tell(lesson)
    for number, event in enumerate(events):
        lesson = advance(lesson, event)
        if number % every == 0:
            lines += narrator.tell(lesson)
    rest: tuple[LessonEvent, ...] = (ev.LinkEnded("Over."), ev.SpeechFinished("t"), ev.LearnerStoppedSpeaking("l"))
    for event in rest:
        lesson = advance(lesson, event)
    lines += narrator.tell(lesson)
    assert narrator.tell(lesson) == []
    for turn in lesson.turns:
        prefix = "Tutor:" if turn.role == "tutor" else "You:"
        about = [line for line in lines if line.startswith(prefix) and "(stopped" not in line[:16]]
        mine = {"l": "you", "k": "typed", "t": "a b"}[turn.id]
        marks = ["(lost"] if turn.state is TurnState.LOST else ["(no words)"]
        told_once = [line for line in about if any(each in line for each in (mine, *marks))]
        assert len(told_once) == 1 or any("(stopped" in line for line in lines)


def test_nobody_is_said_to_listen_while_nothing_can_be_heard() -> None:
    answer = (ev.ReplyStarted("r"), ev.TutorAudio("t", SOUND), ev.TutorTextDone("t", "Hello!"), ev.ReplyEnded("r"))
    lines = told(*READY, *answer, ev.Muted(True), ev.SpeechFinished("t"))
    assert lines[-3:] == ["Tutor: Hello!", "muted", "muted"], "and again when the tutor has finished"
    lost = ev.DeviceLost("microphone", "No microphone was found.", "Plug one in.")
    assert told(*READY, lost)[2:] == ["Notice: No microphone was found. Plug one in.", "your turn to type"]


def test_a_recording_of_fixed_length_is_counted_down_in_whole_seconds() -> None:
    counted = [ev.TurnRunsOut(left_s, 12.0) for left_s in range(12, 0, -1)]
    lines = told(*READY, ev.Talking(True), *counted, ev.LearnerTurnKept("u", None, by_itself=True))
    assert [line for line in lines if line.endswith("s left")] == [f"{n} s left" for n in (10, 5, 4, 3, 2, 1)]


def test_who_is_waited_for_is_told_once_what_to_do() -> None:
    narrator, lesson = Narrator(ANYONE), Lesson(PLAN)
    lesson = advance(lesson, ev.LinkReady())
    narrator.tell(lesson)
    waited = advance(lesson, ev.LearnerAwaited(True))
    said = "Notice: It is your turn. Speak, or type: t. r asks the tutor to say the last thing again."
    assert narrator.tell(waited) == [said]
    assert narrator.tell(replace(waited, usd=0.1)) == []
    assert said not in narrator.tell(advance(waited, ev.LearnerAwaited(False)))
    assert said in narrator.tell(waited)


def test_what_is_said_once_more_is_told_as_such() -> None:
    said = (ev.RepeatAsked(), ev.ReplyStarted("r"), ev.TutorTextDone("t", "Hello!"), ev.ReplyEnded("r"))
    assert "Tutor: (again) Hello!" in told(*READY, *said)


def test_a_suggested_level_is_one_line_with_its_two_ways_and_what_came_of_it_another() -> None:
    suggested = ev.LevelSuggested(LevelSuggestion("B1", "long answers"))
    lines = told(*READY, suggested, ev.SuggestionSettled(False))
    assert lines[-2:] == [
        "Notice: The tutor suggests level B1: long answers. y takes it, n leaves it.",
        "Notice: The lesson stays as it is.",
    ]


def test_what_the_learner_may_have_said_is_told_as_a_question_and_as_theirs_once_they_confirm_it() -> None:
    unsure = ev.LearnerTextDone("u", "우유 주세요", unsure=True, unclear=((0, 2),))
    lines = told(
        *READY, unsure, ev.TutorTextDone("a", "Did you say “우유 주세요”?"), ev.LearnerTextDone("u", "우유 주세요")
    )
    own = [line for line in lines if line.startswith("You:")]
    assert own == ["You: (perhaps: “우유 주세요”?)", "You: 우유 주세요"]
    denied = told(*READY, unsure, ev.LearnerTextFailed("u", not_said=True))
    assert [line for line in denied if line.startswith("You:")] == [own[0], "You: (not what you said)"]


def test_unclear_words_and_what_was_not_listened_for_are_told_in_words() -> None:
    lines = told(
        *READY,
        ev.LearnerTextDone("u", "저는 우유를 마셔요.", unclear=((3, 6), (7, 10))),
        ev.LearnerTextFailed("v", not_listened_for=True),
    )
    assert "You: 저는 우유를 마셔요. (less clear: 우유를, 마셔요)" in lines
    unsure = ev.LearnerTextDone("w", "우유 주세요", unsure=True, different=(DifferentWord(3, 6),))
    assert "You: (perhaps: “우유 주세요”?) (another word heard for: 주세요)" in told(*READY, unsure)
    assert "You: (heard, but none of the sentences listened for)" in lines


def test_a_dictation_is_told_with_what_to_do_and_the_line_once_it_is_over() -> None:
    begun = Dictated("write", "A", "How are you?", 1.0)
    beside = [replace(begun, stage="again", shown="____", written=each, is_beside=True) for each in ("Tea.", "No.")]
    over = replace(begun, stage="over", shown="How✓ are✓ you✓?", written="how are you", right=3, of=3)
    said = ev.TutorTextDone("A", "How are you?")
    tries = (begun, *beside, over)
    lines = told(*READY, said, *map(ev.EarTrained, tries), ev.LineRevealed("A"))
    how = "(t; x plays it again, z slower, ; shows it, escape ends it)"
    assert [line for line in lines if line.startswith(("Tutor", "Dictation"))] == [
        "Tutor: How are you?",
        f"Dictation: listen, and write what you hear. {how}",
        "Dictation, once more: “____” No word of “Tea.” is in it.",
        "Dictation, once more: “____” No word of “No.” is in it.",
        "Dictation: you had every word. “How✓ are✓ you✓?”",
        "Tutor: How are you?",
    ]


def test_what_is_hidden_is_told_by_its_length_and_once_more_when_it_is_asked_for() -> None:
    said = [ev.TutorTextDone("A", "How are you?"), ev.TutorTextDone("B", "元気ですか。")]
    lines = told(*READY, ev.CaptionsChosen(Rung.HIDDEN), *said, ev.LineRevealed("A"), ev.CaptionsChosen(Rung.ALL))
    hidden = ["Tutor: (3 words: . shows them)", "Tutor: (5 characters: . shows them)"]
    assert [line for line in lines if line.startswith(("Tutor", "captions"))] == [
        "captions: hidden",
        *hidden,
        "Tutor: How are you?",
        "captions: all",
    ]
    assert "Tutor: H__ a__ y__?" in told(*READY, ev.CaptionsChosen(Rung.FIRST_LETTERS), said[0])
