"""The lesson's table: each event, and every order in which events were seen to come."""

from __future__ import annotations

import typing
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor_tui.core import events as ev
from tutor_tui.core.conversation import MOST_TEXT_CHARACTERS, Divider, TurnState
from tutor_tui.core.countdown import Countdown, turn_left
from tutor_tui.core.lesson import Lesson, Phase
from tutor_tui.core.lesson_plan import Applied, HistoryLine, LessonPlan
from tutor_tui.core.reducer import advance, captions, connection, ear, notices, replies, tools, turns
from tutor_tui.core.turn_detection import PRESETS, PushToTalk, ServerVad

PLAN = LessonPlan(profile="Test", instructions="Teach.", voice="marin")
START = Lesson(PLAN)


def after(*events: ev.LessonEvent, start: Lesson = START) -> Lesson:
    lesson = start
    for event in events:
        lesson = advance(lesson, event)
    return lesson


READY = after(ev.Dialling(1), ev.LinkReady("m"))
SPEAKING = after(ev.ReplyStarted("R"), ev.TutorAudio("A", b"\0\0"), start=READY)


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


def test_the_learners_words_may_come_after_the_answer_began() -> None:
    lesson = after(
        ev.LearnerStartedSpeaking("U"),
        ev.LearnerStoppedSpeaking("U"),
        ev.LearnerTurnKept("U", None),
        ev.ReplyStarted("R"),
        ev.TutorTextDelta("A", "Hello!"),
        ev.LearnerTextDone("U", "Hi."),
        start=READY,
    )
    assert [(turn.role, turn.text) for turn in lesson.turns] == [("learner", "Hi."), ("tutor", "Hello!")]


def test_a_turn_is_moved_behind_the_one_it_follows() -> None:
    lesson = after(
        ev.TutorTextDelta("A", "Hello!"),
        ev.ItemPlaced("U", None, "learner"),
        ev.ItemPlaced("A", "U", "tutor"),
        start=READY,
    )
    assert [turn.id for turn in lesson.turns] == ["U", "A"]


def test_an_item_is_inserted_where_it_belongs() -> None:
    lesson = after(
        ev.LearnerTyped("U", "a"), ev.TutorTextDelta("B", "c"), ev.ItemPlaced("A", "U", "tutor"), start=READY
    )
    assert [turn.id for turn in lesson.turns] == ["U", "A", "B"]


def test_items_after_unknown_items_go_to_the_end() -> None:
    lesson = after(ev.LearnerTyped("U", "a"), ev.ItemPlaced("A", "a system item", "tutor"), start=READY)
    assert [turn.id for turn in lesson.turns] == ["U", "A"]


def test_one_reply_may_span_items() -> None:
    lesson = after(ev.TutorTextDelta("A", "Well,"), ev.TutorTextDelta("B", "yes."), ev.ReplyEnded("R"), start=SPEAKING)
    assert [turn.state for turn in lesson.turns] == [TurnState.DONE, TurnState.DONE]


def test_done_replaces_the_deltas() -> None:
    lesson = after(
        ev.TutorTextDelta("A", "Helo"), ev.TutorTextDone("A", "Hello."), ev.LearnerTextDelta("U", "hi"), start=READY
    )
    assert lesson.turns[0].text == "Hello."
    assert after(ev.LearnerTextDone("U", " Hi! "), start=lesson).turns[1].text == "Hi!"


def test_a_delta_that_adds_words_is_told_from_all_that_shows_elsewhere_too() -> None:
    begun = after(ev.TutorTextDelta("A", "Good "), start=SPEAKING)
    assert after(ev.TutorTextDelta("A", "morning"), start=begun).only_adds_words_to(begun)
    assert not begun.only_adds_words_to(begun), "drawn for the first time, it is all new"
    assert not begun.only_adds_words_to(SPEAKING), "from its first word on, a line can be explained"
    more: list[ev.LessonEvent] = [
        ev.TutorTextDone("A", "Good morning"),
        ev.TutorTextDelta("B", "Hello"),
        ev.Muted(on=True),
        ev.ReplyEnded("R"),
    ]
    for event in more:
        assert not after(ev.TutorTextDelta("A", "morning"), event, start=begun).only_adds_words_to(begun)


def test_words_told_anew_replace_the_words_so_far() -> None:
    first = (ev.LearnerTextDelta("U", "I hat a"), ev.LearnerTextDelta("U", "I had a", replaces=True))
    assert after(*first, ev.LearnerTextDelta("U", " cat"), start=READY).turns[0].text == "I had a cat"


def test_a_delta_after_the_end_changes_nothing() -> None:
    lesson = after(ev.LearnerTextDone("U", "Hi."), start=READY)
    assert after(ev.LearnerTextDelta("U", "again"), start=lesson) is lesson
    assert after(ev.LearnerTextDelta("U", "again", replaces=True), start=lesson) is lesson


def test_a_cut_turn_stays_cut_when_its_text_is_completed() -> None:
    lesson = after(
        ev.TutorTextDelta("A", "one two"),
        ev.SpeechCut("A", 500, 1_000),
        ev.TutorTextDone("A", "one two three four"),
        ev.ReplyEnded("R", "cancelled"),
        start=SPEAKING,
    )
    turn = lesson.turns[0]
    assert turn.state is TurnState.CUT
    assert turn.heard_text + turn.unheard_text == "one two three four"
    assert turn.heard_text == "one two "


def test_late_sound_of_a_stopped_item_is_not_speech() -> None:
    lesson = after(ev.SpeechCut("A", 0, 1_000), ev.ReplyEnded("R"), ev.TutorAudio("A", b"\0\0"), start=SPEAKING)
    assert lesson.phase is Phase.LISTENING


def test_nothing_heard_leaves_nothing_in_the_history() -> None:
    lesson = after(ev.TutorTextDelta("A", "Never heard"), ev.SpeechCut("A", 0, 1_000), start=SPEAKING)
    assert lesson.history == ()


def test_of_a_voice_that_comes_as_it_is_heard_the_text_ahead_of_it_was_not_heard() -> None:
    lesson = after(
        ev.TutorTextDelta("A", "one two three four"),
        ev.TutorSoundExpected("A", 4_000),
        ev.SpeechCut("A", 2_000, 2_100),
        start=SPEAKING,
    )
    assert (lesson.turns[0].heard_text, lesson.turns[0].unheard_text) == ("one two ", "three four")
    lesson = after(
        ev.TutorTextDone("A", "one two three four five six"), ev.TutorSoundExpected("A", 6_000), start=lesson
    )
    assert lesson.turns[0].heard_text == "one two "
    assert lesson.unspoken == ()


def test_what_our_own_speaker_knows_of_a_cut_counts_more_than_what_was_sent() -> None:
    begun = after(ev.TutorTextDelta("A", "one two three four"), ev.TutorSoundExpected("A", 4_000), start=SPEAKING)
    ours, theirs = ev.SpeechCut("A", 2_000, 2_100), ev.TutorCut("A", 3_500)
    for lesson in (after(ours, theirs, start=begun), after(theirs, ours, start=begun)):
        assert lesson.turns[0].heard_text == "one two "
        assert lesson.phase is not Phase.SPEAKING
    assert after(theirs, start=begun).turns[0].heard_text == "one two three "


def test_an_item_whose_sound_is_all_here_is_judged_by_it() -> None:
    lesson = after(
        ev.TutorTextDelta("A", "one two three four"),
        ev.TutorSoundExpected("A", 8_000),
        ev.TutorSoundExpected("A", 0),
        ev.SpeechCut("A", 2_000, 4_000),
        start=SPEAKING,
    )
    assert lesson.turns[0].heard_text == "one two "


def test_a_cut_of_what_nobody_knows_is_no_line() -> None:
    assert after(ev.TutorCut("?", 5), ev.TutorSoundExpected("?", 5), start=READY).turns == ()


def test_empty_transcript_is_unclear_not_an_empty_line() -> None:
    lesson = after(ev.LearnerStartedSpeaking("U"), ev.LearnerTextDone("U", "  "), start=READY)
    assert lesson.turns[0].state is TurnState.UNCLEAR
    assert after(ev.LearnerTextFailed("V"), start=READY).turns[0].state is TurnState.UNCLEAR


def test_what_the_learner_may_have_said_is_not_remembered_until_they_confirm_it() -> None:
    asked = after(
        ev.LearnerStartedSpeaking("U"),
        ev.LearnerTextDone("U", " 우유 주세요 ", unsure=True, unclear=((0, 2),)),
        ev.TutorTextDone("A", "Did you say “우유 주세요”?"),
        start=READY,
    )
    turn = asked.turns[0]
    assert (turn.state, turn.text, turn.unclear) == (TurnState.UNSURE, "우유 주세요", ((0, 2),))
    assert [line.role for line in asked.history] == ["tutor"]
    assert asked.learner_item == ""
    confirmed = after(ev.LearnerTextDone("V", "네"), ev.LearnerTextDone("U", "우유 주세요"), start=asked)
    assert [line.text for line in confirmed.history] == ["우유 주세요", "Did you say “우유 주세요”?", "네"]
    denied = after(ev.LearnerTextFailed("U", not_said=True), ev.LearnerTextDone("V", "아니요"), start=asked)
    turn = denied.turns[0]
    assert (turn.state, turn.text, turn.unclear, denied.asked_about) == (TurnState.NOT_SAID, "", (), None)
    assert [line.text for line in denied.history] == ["Did you say “우유 주세요”?", "아니요"]
    lost = after(ev.LinkEnded("dropped"), ev.LinkReady(), start=asked)
    assert [line.role for line in lost.history] == ["tutor"]
    assert (lost.turns[0].text, lost.asked_about) == ("", None), "a question that nobody asks any more"


@pytest.mark.parametrize(
    ("line", "is_asked"),
    [
        ("Did you say “우유 주세요”? (네, 맞아요 / 아니요)", True),
        ("¿Has dicho «우유 주세요»?", True),
        ("Tu as dit « 우유 주세요 » ?", True),
        ("「우유 주세요」と言いましたか。", True),
        ("좋아요! 우유 주세요!", False),
        ("Did you say “우유”?", False),
        ("I heard something like: 우유 주세요. That is not what I listen for.", False),
    ],
)
def test_whether_the_learner_is_asked_about_what_they_said(line: str, is_asked: bool) -> None:
    said = ev.LearnerTextDone("U", "우유 주세요.", unsure=True)
    lesson = after(ev.LearnerStartedSpeaking("U"), said, ev.TutorTextDone("A", line), start=READY)
    assert (lesson.asked_about is not None) is lesson.takes_yes_or_no is is_asked
    assert not after(ev.LearnerTyped("V", "yes"), start=lesson).takes_yes_or_no


def test_what_was_not_listened_for_is_heard_and_stops_nothing_in_vain() -> None:
    cut = after(ev.TutorTextDone("A", "What is your name?"), ev.SpeechCut("A", 300, 1_000), start=SPEAKING)
    lesson = after(ev.LearnerStartedSpeaking("U"), ev.LearnerTextFailed("U", not_listened_for=True), start=cut)
    assert lesson.turns[-1].state is TurnState.NOT_LISTENED_FOR
    assert lesson.learner_item == ""
    assert lesson.notice is None, "it is answered, and no cough"
    assert [line.role for line in lesson.history] == ["tutor"]


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


@given(st.permutations(range(6)))
def test_any_order_of_late_news_gives_the_same_conversation(order: list[int]) -> None:
    """After a turn: its words, the answer's words, its end, and where both stand, in any order."""
    late: list[ev.LessonEvent] = [
        ev.LearnerTextDone("U", "Hi."),
        ev.TutorTextDone("A", "Hello."),
        ev.ItemPlaced("A", "U", "tutor"),
        ev.LearnerTurnKept("U", None),
        ev.SpeechFinished("A"),
        ev.ReplyEnded("R"),
    ]
    begun = after(
        ev.LearnerStartedSpeaking("U"),
        ev.LearnerStoppedSpeaking("U"),
        ev.ReplyStarted("R"),
        ev.TutorAudio("A", b"\0\0"),
        start=READY,
    )
    lesson = after(*(late[i] for i in order), start=begun)
    assert [(turn.id, turn.text, turn.state) for turn in lesson.turns] == [
        ("U", "Hi.", TurnState.DONE),
        ("A", "Hello.", TurnState.DONE),
    ]
    assert lesson.phase is Phase.LISTENING


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


def test_a_divider_stays_where_words_were_when_an_empty_turn_goes() -> None:
    """Another profile is chosen while an answer begins; the connection goes before any of its words have come."""
    lesson = after(ev.Divided("nobody has spoken"), start=READY)
    assert lesson.dividers == ()
    lesson = after(ev.TutorTextDone("A", "Hello."), ev.ItemPlaced("B", "A", "tutor"), ev.Divided("one"), start=lesson)
    lesson = after(ev.Divided("two"), ev.LinkEnded("dropped"), start=lesson)
    assert lesson.dividers == (Divider("A", "two"),)
    assert [turn.id for turn in lesson.turns] == ["A"]


@pytest.mark.parametrize(
    "events",
    [
        [ev.TutorTextDone("a", "x" * 15_000_000)],
        [ev.TutorTextDelta("a", "word " * 100)] * 100,
        [ev.TutorTextDelta("a", "x" * 1_000_000)],
        [ev.LearnerTextDone("a", "x" * 1_000_000)],
        [ev.LearnerTextDelta("a", "y" * 15_000)] * 2,
    ],
)
def test_a_text_beyond_all_measure_is_cut_and_counted(events: list[ev.LessonEvent]) -> None:
    lesson = after(*events)
    assert len(lesson.turns[0].text) == MOST_TEXT_CHARACTERS
    assert lesson.unknown_events > 0


def test_a_turn_that_ends_by_itself_is_counted_down_while_it_lasts() -> None:
    talking = after(ev.Talking(True), ev.TurnRunsOut(5, 5.0), ev.TurnRunsOut(4, 5.0), start=READY)
    assert turn_left(talking) == Countdown(4, 5.0)
    for end in (ev.Talking(False), ev.LearnerTurnKept("u", None, by_itself=True), ev.LinkEnded("x")):
        assert turn_left(after(end, start=talking)) is None
    assert turn_left(after(ev.TurnRunsOut(3, 5.0), start=READY)) is None, "the key was let go meanwhile"
    assert turn_left(after(ev.Talking(True), start=after(ev.Talking(False), start=talking))) is None


def test_what_the_tutor_says_on_being_asked_again_is_marked_once() -> None:
    lesson = after(ev.TutorTextDone("A", "Hello."), ev.RepeatAsked(), start=READY)
    lesson = after(ev.ItemPlaced("B", "A", "tutor"), ev.TutorTextDelta("B", "Hello."), start=lesson)
    assert [turn.again for turn in lesson.turns] == [False, True]
    lesson = after(ev.TutorTextDone("C", "Go on."), start=lesson)
    assert [turn.again for turn in lesson.turns] == [False, True, False]


def test_an_answer_to_the_learners_words_is_nothing_said_again() -> None:
    lesson = after(ev.TutorTextDone("A", "Hello."), ev.RepeatAsked(), ev.LearnerTyped("L", "Hi!"), start=READY)
    lesson = after(ev.TutorTextDone("B", "Nice."), start=lesson)
    assert not any(turn.again for turn in lesson.turns)
    assert not after(ev.RepeatAsked()).repeat_asked, "nobody is there to be asked"
