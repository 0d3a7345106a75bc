"""What a lesson sounds like in lines: events are folded into lessons, as in life, and told one after another."""

from __future__ import annotations

from dataclasses import replace

from tests.plain.narrated import ANYONE, READY, SOUND, told
from tests.tutors.helpers import PLAN
from tutor_tui.core import events as ev
from tutor_tui.core.actions import COMMANDS
from tutor_tui.core.capabilities import without
from tutor_tui.core.conversation import Divider
from tutor_tui.core.events import LessonEvent
from tutor_tui.core.lesson import Lesson, Notice
from tutor_tui.core.lesson_plan import HistoryLine, Recap
from tutor_tui.core.line_help import LineHelp
from tutor_tui.core.reducer import advance
from tutor_tui.core.tools import Correction, LevelSuggestion, Note, ToolCall, Word
from tutor_tui.core.turn_detection import PushToTalk
from tutor_tui.plain.command_keys import key_names_for
from tutor_tui.plain.narrator import UNENCRYPTED, Narrator


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


def test_the_end_of_an_earlier_lesson_is_told_once_where_it_goes_on() -> None:
    recap = Recap("Korean", (HistoryLine("learner", "Coffee, please."), HistoryLine("tutor", "One\x1b coffee.")))
    earlier = ["Earlier, You: Coffee, please.", "Earlier, Tutor: One␛ coffee."]
    plan = replace(PLAN, recap=recap)
    narrator = Narrator(ANYONE)
    lesson = Lesson(plan, dividers=Divider.before(plan))
    assert [line for line in narrator.tell(lesson) if line.startswith("Earlier")] == earlier
    assert not [line for line in narrator.tell(advance(lesson, ev.LinkReady("m"))) if line.startswith("Earlier")]
    assert told(ev.PlanWanted(plan), ev.PlanWanted(replace(plan, speed=0.8)), ev.LinkReady("m"))[:2] == earlier


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


def test_a_suggested_level_is_one_line_with_its_two_ways_and_what_came_of_it_another() -> None:
    suggested = ev.LevelSuggested(LevelSuggestion("B1", "long answers"))
    lines = told(*READY, suggested, ev.SuggestionSettled(False))
    assert lines[-2:] == [
        "Notice: The tutor suggests level B1: long answers. y takes it, n leaves it.",
        "Notice: The lesson stays as it is.",
    ]
