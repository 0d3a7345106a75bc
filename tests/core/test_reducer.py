"""What events make of a lesson: its phases, a lost link, settings, costs, devices and notices."""

from __future__ import annotations

import typing
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.lessons_made import PLAN, READY, SPEAKING, after
from tutor_tui.core import events as ev
from tutor_tui.core.conversation import TurnState
from tutor_tui.core.countdown import Countdown, turn_left
from tutor_tui.core.lesson import Lesson, Phase
from tutor_tui.core.lesson_plan import Applied, HistoryLine
from tutor_tui.core.reducer import advance, captions, connection, ear, notices, replies, tools, turns
from tutor_tui.core.turn_detection import PRESETS, PushToTalk, ServerVad


def test_each_event_belongs_to_one_group() -> None:
    groups = (
        turns.TurnEvent,
        replies.ReplyEvent,
        tools.ToolEvent,
        connection.ConnectionEvent,
        notices.NoticeEvent,
        ear.EarEvent,
        captions.CaptionEvent,
    )
    handled = [kind for group in groups for kind in typing.get_args(group)]
    assert len(handled) == len(set(handled))
    assert set(handled) == {*typing.get_args(ev.TutorEvent), *typing.get_args(ev.LocalEvent)}


@pytest.mark.parametrize(
    ("events", "phase"),
    [
        ([], Phase.DISCONNECTED),
        ([ev.Dialling(1)], Phase.CONNECTING),
        ([ev.Dialling(3, 2.0)], Phase.CONNECTING),
        ([ev.Dialling(1), ev.LinkReady()], Phase.LISTENING),
        ([ev.LinkReady(), ev.LearnerStartedSpeaking("U")], Phase.HEARING),
        ([ev.LinkReady(), ev.LearnerStartedSpeaking("U"), ev.LearnerStoppedSpeaking("U")], Phase.THINKING),
        ([ev.LinkReady(), ev.Talking(True)], Phase.HEARING),
        ([ev.LinkReady(), ev.Talking(True), ev.Talking(False)], Phase.THINKING),
        ([ev.LinkReady(), ev.Talking(True), ev.LearnerTurnKept("U", None, by_itself=True)], Phase.THINKING),
        (
            [ev.LinkReady(), ev.Talking(True), ev.Talking(False), ev.Talking(True), ev.LearnerTurnKept("U", None)],
            Phase.HEARING,  # the turn before this one was kept late
        ),
        ([ev.LinkReady(), ev.LearnerTyped("U", "hi")], Phase.THINKING),
        ([ev.LinkReady(), ev.ReplyStarted("R")], Phase.THINKING),
        ([ev.LinkReady(), ev.ReplyStarted("R"), ev.ReplyEnded("R")], Phase.LISTENING),
        ([ev.LinkReady(), ev.ReplyStarted("R"), ev.TutorAudio("A", b"")], Phase.THINKING),
        ([ev.LinkReady(), ev.ReplyStarted("R"), ev.TutorAudio("A", b"\0\0")], Phase.SPEAKING),
        (
            [ev.LinkReady(), ev.ReplyStarted("R"), ev.TutorAudio("A", b"\0\0"), ev.ReplyEnded("R")],
            Phase.SPEAKING,  # sent is not heard
        ),
        ([ev.LinkReady(), ev.LinkEnded("gone")], Phase.DISCONNECTED),
        ([ev.LinkReady(), ev.LinkEnded("gone"), ev.Dialling(1)], Phase.CONNECTING),
        ([ev.Dialling(1), ev.LinkEnded("no key", fatal=True)], Phase.FAILED),
        ([ev.Dialling(1), ev.LinkEnded("no key", fatal=True), ev.Dialling(1)], Phase.CONNECTING),
        ([ev.LinkReady(), ev.Trouble("no money", fatal=True)], Phase.FAILED),
        ([ev.LinkReady(), ev.Trouble("a hiccup")], Phase.LISTENING),
        (
            [ev.LinkReady(), ev.Held(True), ev.LearnerStartedSpeaking("U"), ev.LearnerStoppedSpeaking("U")],
            Phase.LISTENING,
        ),
    ],
)
def test_phases(events: list[ev.LessonEvent], phase: Phase) -> None:
    assert after(*events).phase is phase


def test_speaking_is_left_when_the_last_item_was_heard() -> None:
    lesson = after(ev.TutorAudio("B", b"\0\0"), ev.ReplyEnded("R"), start=SPEAKING)
    lesson = after(ev.SpeechFinished("A"), start=lesson)
    assert lesson.phase is Phase.SPEAKING
    assert after(ev.SpeechFinished("B"), start=lesson).phase is Phase.LISTENING


def test_a_lost_link_closes_what_it_left_open() -> None:
    lesson = after(
        ev.TutorTextDelta("A", "Half a sen"), ev.LearnerStartedSpeaking("U"), ev.LinkEnded("dropped"), start=SPEAKING
    )
    assert [(turn.id, turn.state) for turn in lesson.turns] == [("A", TurnState.DONE), ("U", TurnState.LOST)]
    assert lesson.notice is not None and lesson.notice.title == "dropped"


@pytest.mark.parametrize(
    "said",
    [
        [ev.LearnerStartedSpeaking("U")],
        [ev.LearnerStartedSpeaking("U"), ev.LearnerStoppedSpeaking("U")],
        [ev.LearnerStartedSpeaking("U"), ev.LearnerStoppedSpeaking("U"), ev.LearnerTurnKept("U", None)],
        [ev.ItemPlaced("U", None, "learner")],
    ],
)
def test_what_the_learner_was_saying_when_the_link_was_lost_is_marked_and_told(said: list[ev.LessonEvent]) -> None:
    lesson = after(*said, ev.LinkEnded("The connection broke.", hint="Dialling again."), start=READY)
    assert [(turn.id, turn.state) for turn in lesson.turns] == [("U", TurnState.LOST)]
    assert lesson.notice is not None
    assert lesson.notice.hint == "Dialling again. What you were saying was lost with it: say it again."
    assert lesson.history == ()


def test_words_in_a_pressed_turn_are_told_as_lost_and_answered_ones_are_not() -> None:
    lesson = after(ev.Talking(True), ev.LinkEnded("Gone."), start=READY)
    assert lesson.notice is not None and "say it again" in lesson.notice.hint
    answered = after(ev.LearnerStartedSpeaking("U"), ev.LearnerTurnKept("U", None), start=READY)
    lesson = after(ev.TutorTextDone("A", "Yes."), ev.LinkEnded("Gone."), start=answered)
    assert lesson.notice is not None and not lesson.notice.hint
    assert lesson.turns[0].state is TurnState.LOST, "its words are"


def test_the_same_drop_is_told_once_in_a_row() -> None:
    once = after(ev.LinkEnded("no network"), start=READY)
    twice = after(ev.Dialling(2, 1.0), ev.LinkEnded("no network"), start=once)
    assert once.notice == twice.notice


def test_history_has_what_came_before_this_lesson_too() -> None:
    plan = replace(PLAN, history=(HistoryLine("tutor", "Last week…"),))
    lesson = after(ev.LearnerTyped("U", "Yes."), start=Lesson(plan))
    assert lesson.history == (HistoryLine("tutor", "Last week…"), HistoryLine("learner", "Yes."))


def test_wanted_and_applied_are_told_apart() -> None:
    wanted = replace(PLAN, turn_detection=PRESETS["patient"])
    lesson = after(
        ev.PlanApplied(Applied(turn_detection=PRESETS["normal"], voice="marin", speed=1.0)),
        ev.PlanWanted(wanted),
        start=READY,
    )
    assert lesson.plan_pending and lesson.applied.turn_detection == PRESETS["normal"]
    confirmed = after(ev.PlanApplied(Applied(turn_detection=PRESETS["patient"])), start=lesson)
    assert not confirmed.plan_pending and confirmed.applied.turn_detection == PRESETS["patient"]
    assert confirmed.applied.voice == "marin"
    first_of_two = after(ev.PlanApplied(Applied(turn_detection=PRESETS["normal"]), more=True), start=lesson)
    assert first_of_two.plan_pending, "what was asked for last is not confirmed yet"
    refused = after(ev.PlanRefused("no", "turn_detection"), start=lesson)
    assert refused.plan.turn_detection == PRESETS["normal"] and refused.notice is not None


def test_only_what_was_refused_springs_back() -> None:
    """The pace is held until the answer ends, and still goes out."""
    wanted = replace(PLAN, turn_detection=PRESETS["patient"], speed=0.8)
    lesson = after(
        ev.PlanApplied(Applied(turn_detection=PRESETS["normal"], voice="coral", speed=1.0)),
        ev.PlanWanted(wanted),
        ev.PlanRefused("no", "turn_detection", more=True),
        start=READY,
    )
    assert (lesson.plan.turn_detection, lesson.plan.speed, lesson.plan.voice) == (PRESETS["normal"], 0.8, "marin")
    assert lesson.plan_pending, "the pace is not confirmed yet"
    lesson = after(ev.PlanApplied(Applied(speed=0.8)), start=lesson)
    assert not lesson.plan_pending and lesson.applied.speed == 0.8
    lesson = after(ev.PlanRefused("no", "speed"), start=replace(lesson, plan=replace(lesson.plan, speed=3.0)))
    assert lesson.plan.speed == 0.8
    for refused in (ev.PlanRefused("no", "voice", voice="marin"), ev.PlanRefused("no")):
        assert after(refused, start=lesson).plan.voice == "marin"


def test_a_change_is_pending_until_all_of_it_is_confirmed() -> None:
    wanted = replace(PLAN, turn_detection=PRESETS["patient"], speed=0.8)
    lesson = after(ev.PlanWanted(wanted), ev.PlanApplied(Applied(speed=0.8), more=True), start=READY)
    assert lesson.plan_pending
    assert not after(ev.PlanApplied(Applied(turn_detection=PRESETS["patient"])), start=lesson).plan_pending


def test_only_what_the_tutor_confirms_is_pending() -> None:
    assert not after(ev.PlanWanted(replace(PLAN, profile="Renamed")), start=READY).plan_pending
    assert not after(ev.PlanWanted(replace(PLAN, turn_detection=PushToTalk()))).plan_pending, "nobody to confirm it"


def test_costs_add_up_and_unknown_events_are_counted() -> None:
    lesson = after(ev.Usage(0.01), ev.Usage(0.02), ev.Unknown("new.event"), ev.TranscriptMismatch())
    assert lesson.transcript_mismatches == 1
    assert (round(lesson.usd, 6), lesson.unknown_events) == (0.03, 1)


def test_devices_come_and_go() -> None:
    lesson = after(
        ev.DeviceLost("microphone", "No microphone.", "Plug one in."), ev.DeviceOpened("speaker", "pulse", 24_000)
    )
    assert (lesson.microphone.missing, lesson.speaker.name) == ("No microphone.", "pulse")
    assert after(ev.DeviceOpened("microphone", "USB", 48_000), start=lesson).microphone.missing == ""
    assert after(ev.DigitalSilence(True)).microphone.silent
    assert not after(ev.DigitalSilence(True), ev.DigitalSilence(False)).microphone.silent
    assert not after(ev.DigitalSilence(True), ev.DeviceOpened("microphone", "USB", 48_000)).microphone.silent


def test_a_missing_device_stands_and_pushes_no_notice_aside() -> None:
    lesson = after(ev.Trouble("Something else."), ev.DeviceLost("microphone", "No microphone."))
    assert lesson.notice is not None and lesson.notice.title == "Something else."


def test_the_last_few_notices_are_kept() -> None:
    lesson = after(*(ev.Trouble(str(number)) for number in range(8)))
    assert lesson.notice is not None
    assert [notice.title for notice in (*lesson.earlier, lesson.notice)] == ["3", "4", "5", "6", "7"]
    assert [notice.number for notice in lesson.earlier] == [4, 5, 6, 7]


def test_an_end_of_another_reply_is_ignored() -> None:
    assert after(ev.ReplyEnded("an older one"), start=SPEAKING) is SPEAKING


_ITEMS = st.sampled_from(["A", "B", "U", "V"])
_ANY = st.one_of(
    st.builds(ev.LearnerStartedSpeaking, _ITEMS),
    st.builds(ev.LearnerStoppedSpeaking, _ITEMS),
    st.builds(ev.LearnerTurnKept, _ITEMS, st.none() | _ITEMS, st.booleans()),
    st.builds(ev.LearnerTextDelta, _ITEMS, st.text(max_size=3)),
    st.builds(ev.LearnerTextDone, _ITEMS, st.text(max_size=3)),
    st.builds(ev.ItemPlaced, _ITEMS, st.none() | _ITEMS, st.sampled_from(["learner", "tutor"])),
    st.builds(ev.TutorTextDelta, _ITEMS, st.text(max_size=3)),
    st.builds(ev.TutorTextDone, _ITEMS, st.text(max_size=3)),
    st.builds(ev.TutorAudio, _ITEMS, st.sampled_from([b"", b"\0", b"\0\0"])),
    st.builds(ev.SpeechFinished, _ITEMS),
    st.builds(ev.SpeechCut, _ITEMS, st.integers(0, 100), st.integers(0, 100)),
    st.builds(ev.TutorSoundExpected, _ITEMS, st.integers(0, 100)),
    st.builds(ev.TutorCut, _ITEMS, st.integers(0, 100)),
    st.builds(ev.ReplyStarted, st.sampled_from(["R", "S"])),
    st.builds(ev.ReplyEnded, st.sampled_from(["R", "S", ""])),
    st.builds(ev.LinkEnded, st.just("x")),
    st.builds(ev.LinkReady),
    st.builds(ev.Held, st.booleans()),
    st.builds(ev.Talking, st.booleans()),
)


@pytest.mark.slow
@settings(max_examples=300)
@given(st.lists(_ANY, max_size=40))
def test_no_order_of_events_breaks_the_lesson(events: list[ev.LessonEvent]) -> None:
    lesson = READY
    for event in events:
        before = lesson
        lesson = advance(lesson, event)
        ids = [turn.id for turn in lesson.turns]
        assert len(ids) == len(set(ids)), "a turn stands in the conversation once"
        if not isinstance(event, ev.LinkEnded):
            assert {turn.id for turn in before.turns} <= set(ids), "no turn is forgotten"
        assert all(turn.heard_text + turn.unheard_text == turn.text for turn in lesson.turns)
    settled = after(ev.LinkEnded("x"), ev.LinkReady(), start=lesson)
    settled = after(*(ev.SpeechFinished(item) for item in settled.sounding), start=settled)
    assert settled.phase is Phase.LISTENING, "a new connection always gets the lesson going again"


def test_quick_preset_is_less_patient_than_patient() -> None:
    assert isinstance(PRESETS["quick"], ServerVad)
    waits = [PRESETS[name].silence_duration_ms for name in ("quick", "normal", "patient")]
    assert waits == sorted(waits) and len(set(waits)) == 3


def test_a_turn_that_ends_by_itself_is_counted_down_while_it_lasts() -> None:
    talking = after(ev.Talking(True), ev.TurnRunsOut(5, 5.0), ev.TurnRunsOut(4, 5.0), start=READY)
    assert turn_left(talking) == Countdown(4, 5.0)
    for end in (ev.Talking(False), ev.LearnerTurnKept("u", None, by_itself=True), ev.LinkEnded("x")):
        assert turn_left(after(end, start=talking)) is None
    assert turn_left(after(ev.TurnRunsOut(3, 5.0), start=READY)) is None, "the key was let go meanwhile"
    assert turn_left(after(ev.Talking(True), start=after(ev.Talking(False), start=talking))) is None
