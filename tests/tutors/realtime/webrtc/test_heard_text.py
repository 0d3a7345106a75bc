"""How much of an answer's text was heard in a call, in one item and in several."""

from __future__ import annotations

from tests.tutors.realtime.webrtc.playout_ear import QUIET, TEXT, Ear, begun, loud
from tutor_tui.core import events as ev
from tutor_tui.speech.words_heard import usual_ms


def test_how_long_an_item_will_sound_is_told_before_it_does() -> None:
    ear = Ear()
    ear.created("r1")
    ear.named("r1", "i1")
    for word in ("I was ", "only asking."):
        ear.text("r1", "i1", word)
    told = [each.ms for each in ear.told if isinstance(each, ev.TutorSoundExpected)]
    assert told == [round(usual_ms("I was ")), round(usual_ms("I was only asking."))]


def test_an_item_that_was_heard_to_its_end_is_all_here() -> None:
    ear = Ear()
    begun(ear)
    ear.hear(*[loud()] * 20)
    assert ear.expected_ms("i1") > 2_000
    ear.buffer("stopped", "r1")
    assert ear.expected_ms("i1") == 0
    ear.hear(*[QUIET] * 20)
    assert ear.expected_ms("i1") == 0


def test_the_pace_is_learnt_from_what_was_heard_to_its_end() -> None:
    ear = Ear()
    begun(ear)
    ear.hear(*[loud()] * 100)
    ear.buffer("stopped", "r1")
    ear.hear(*[QUIET] * 20)
    begun(ear, "r2", "i2")
    assert ear.expected_ms("i2") == 2_000
    ear.playing.pace.speed = 0.5
    ear.text("r2", "i2", "")
    assert ear.expected_ms("i2") == 4_000


def test_nothing_is_learnt_from_what_was_cut() -> None:
    ear = Ear()
    begun(ear)
    ear.hear(*[loud()] * 50)
    ear.buffer("cleared", "r1")
    begun(ear, "r2", "i2")
    assert ear.expected_ms("i2") == round(usual_ms(TEXT))


def test_what_the_server_remembers_of_a_cut_item_is_told() -> None:
    ear = Ear()
    begun(ear)
    ear.hear(*[loud()] * 50)
    ear.event("conversation.item.truncated", item_id="i1", content_index=0, audio_end_ms=960)
    assert ear.rest()[-1] == ev.TutorCut("i1", 960)


def test_text_that_comes_after_the_end_expects_no_sound() -> None:
    ear = Ear()
    begun(ear)
    ear.hear(*[loud()] * 20)
    ear.buffer("stopped", "r1")
    ear.hear(*[QUIET] * 20)
    ear.text("r1", "i1", " And more.")
    assert ear.expected_ms("i1") == 0


def two_items(ear: Ear) -> None:
    ear.created("r1")
    for item in ("i1", "i2"):
        ear.named("r1", item)
        ear.text("r1", item, TEXT)
    ear.done("r1")
    ear.buffer("started", "r1")


def test_a_second_item_begins_after_a_pause_when_the_text_of_the_first_was_heard() -> None:
    ear = Ear()
    two_items(ear)
    first = [*[loud(3_000)] * 40, *[QUIET] * 12, *[loud(3_000)] * 80]  # with a breath in the middle
    ear.hear(*first, *[QUIET] * 12)
    assert ev.TutorAudioDone("i1") not in ear.told
    ear.hear(*[loud(6_000)] * 100)
    assert ear.rest()[-1] == ev.TutorAudioDone("i1")
    assert ear.sound("i1") == b"".join(first) + QUIET * 12
    ear.buffer("stopped", "r1")
    ear.hear(*[QUIET] * 20)
    assert ear.sound("i2") == loud(6_000) * 100
    assert ear.rest()[-2:] == [ev.TutorAudioDone("i2"), ev.ReplyEnded("r1")]


def test_a_second_item_begins_when_the_server_says_that_its_voice_has() -> None:
    ear = Ear()
    two_items(ear)
    ear.hear(*[loud(3_000)] * 10)
    ear.buffer("started", "r1")
    ear.hear(*[loud(6_000)] * 10)
    assert (ear.sound("i1"), ear.sound("i2")) == (loud(3_000) * 10, loud(6_000) * 10)


def test_cut_in_the_first_item_nothing_of_the_second_was_heard() -> None:
    ear = Ear()
    two_items(ear)
    ear.hear(*[loud()] * 50)
    ear.buffer("cleared", "r1")
    cuts = [each for each in ear.rest() if isinstance(each, ev.TutorCut)]
    assert cuts == [ev.TutorCut("i1", 1_000), ev.TutorCut("i2", 0)]
    assert ear.rest()[-1] == ev.ReplyEnded("r1")


def test_a_second_item_whose_beginning_went_unnoticed_counts_as_heard() -> None:
    ear = Ear()
    two_items(ear)
    ear.hear(*[loud()] * 200)
    ear.buffer("stopped", "r1")
    ear.hear(*[QUIET] * 20)
    assert ear.sound("i1") == loud() * 200
    assert ear.expected_ms("i1") == ear.expected_ms("i2") == 0
    assert ear.rest()[-3:] == [ev.TutorAudioDone("i1"), ev.TutorAudioDone("i2"), ev.ReplyEnded("r1")]
