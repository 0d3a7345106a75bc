"""Whose sound it is: events and sound in every order in which a call brings them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tutors.helpers import ANY_MACHINE
from tests.tutors.realtime.webrtc.playout_ear import QUIET, STEP_S, Ear, a_whole_reply, begun, loud
from tutor_tui.core import events as ev
from tutor_tui.core import pcm
from tutor_tui.tutors.realtime.webrtc.playout import DEAD_S, GONE_S, UNNAMED_S
from tutor_tui.tutors.realtime.webrtc.preroll import LARGEST_BYTES, SMALLEST_BYTES


def test_a_reply_ends_when_it_was_heard_and_not_when_it_was_made() -> None:
    ear = Ear()
    a_whole_reply(ear)
    assert ear.rest() == [ev.ReplyStarted("r1"), ev.TutorAudioDone("i1"), ev.ReplyEnded("r1")]
    last_sound = max(at for at, each in enumerate(ear.told) if isinstance(each, ev.TutorAudio))
    assert last_sound < ear.told.index(ev.TutorAudioDone("i1"))
    assert ear.sound("i1") == loud() * 10


def test_two_replies_keep_their_sounds_apart() -> None:
    ear = Ear()
    a_whole_reply(ear, "r1", "i1", 10, 3_000)
    a_whole_reply(ear, "r2", "i2", 10, 6_000)
    assert ear.sound("i1") == loud(3_000) * 10
    assert ear.sound("i2") == loud(6_000) * 10


def test_silence_before_and_behind_the_voice_is_left_out_and_within_it_is_kept() -> None:
    ear = Ear()
    ear.starts()
    ear.hear(QUIET, QUIET, QUIET, *[loud()] * 5, QUIET, QUIET, *[loud()] * 5)
    ear.buffer("stopped", "r1")
    ear.hear(loud(), QUIET, loud(), *[QUIET] * 20)
    assert ear.sound("i1") == loud() * 5 + QUIET * 2 + loud() * 6 + QUIET + loud()


def test_the_first_piece_is_a_cushion_and_the_others_are_as_they_come() -> None:
    ear = Ear()
    ear.starts()
    ear.hear(*[loud()] * 8)
    sizes = [len(each.pcm) for each in ear.told if isinstance(each, ev.TutorAudio)]
    assert sizes == [SMALLEST_BYTES, *[pcm.FRAME_BYTES] * (8 - SMALLEST_BYTES // pcm.FRAME_BYTES)]


def gathered(ear: Ear, item: str) -> int:
    """How much of an item was gathered before it was passed on."""
    return next(len(each.pcm) for each in ear.told if isinstance(each, ev.TutorAudio) and each.item_id == item)


def reply_in_bursts(ear: Ear, number: int) -> int:
    """A reply whose sound comes 100 ms at a time; how much was gathered for it."""
    reply, item = f"r{number}", f"i{number}"
    ear.created(reply)
    ear.named(reply, item)
    ear.done(reply)
    ear.buffer("started", reply)
    for _ in range(10):
        ear.now_s += 5 * STEP_S
        for _ in range(5):
            ear.now_s -= STEP_S
            ear.hear(loud())
    ear.buffer("stopped", reply)
    ear.hear(*[QUIET] * 20)
    return gathered(ear, item)


def test_where_the_speaker_runs_dry_more_is_gathered_for_the_next_item() -> None:
    ear = Ear()
    sizes = [reply_in_bursts(ear, number) for number in range(8)]
    assert sizes[0] == SMALLEST_BYTES
    assert SMALLEST_BYTES < sizes[-1] <= LARGEST_BYTES
    assert sizes[-2] == sizes[-1], "enough is enough"


def test_on_a_calm_line_the_cushion_stays_small() -> None:
    ear = Ear()
    for number in range(8):
        a_whole_reply(ear, f"r{number}", f"i{number}", 50)
    assert {gathered(ear, f"i{number}") for number in range(8)} == {SMALLEST_BYTES}


def test_a_word_shorter_than_the_cushion_is_heard() -> None:
    ear = Ear()
    a_whole_reply(ear, pieces=2)
    assert ear.sound("i1").rstrip(b"\0") == loud() * 2
    assert len(ear.sound("i1")) <= SMALLEST_BYTES
    assert ear.rest()[-2:] == [ev.TutorAudioDone("i1"), ev.ReplyEnded("r1")]


def test_sound_that_comes_before_its_name_waits_for_it() -> None:
    ear = Ear()
    ear.hear(*[loud()] * 50)  # a lost packet holds the events up for a second
    assert ear.told == []
    ear.starts()
    assert ear.sound("i1") == loud() * 50


def test_a_start_that_comes_before_its_item_waits_for_it() -> None:
    ear = Ear()
    ear.created("r1")
    ear.buffer("started", "r1")
    ear.hear(*[loud()] * 5)
    ear.named("r1", "i1")
    ear.hear(loud())
    assert ear.sound("i1") == loud() * 6


def test_what_was_cut_off_is_not_heard_again_under_the_next_name() -> None:
    ear = Ear()
    ear.starts()
    ear.done("r1")
    ear.hear(*[loud(3_000)] * 10)
    ear.buffer("cleared", "r1")
    assert ear.rest()[-3:] == [ev.TutorCut("i1", 200), ev.TutorAudioDone("i1"), ev.ReplyEnded("r1")]
    ear.hear(*[loud(3_000)] * 4, QUIET)  # on its way when it was cut
    ear.starts("r2", "i2")
    ear.hear(*[loud(6_000)] * 10)
    assert ear.sound("i2") == loud(6_000) * 10
    assert ear.sound("i1") == loud(3_000) * 10


def test_a_reply_without_sound_ends_at_once() -> None:
    ear = Ear()
    ear.created("r1")
    ear.done("r1")
    assert ear.rest() == [ev.ReplyStarted("r1"), ev.ReplyEnded("r1")]


def test_a_reply_cut_before_its_first_sound_ends() -> None:
    ear = Ear()
    ear.created("r1")
    ear.named("r1", "i1")
    ear.done("r1")
    ear.buffer("cleared", "r1")
    assert ear.rest()[-2:] == [ev.TutorAudioDone("i1"), ev.ReplyEnded("r1")]


def test_a_reply_cancelled_before_its_first_sound_ends_at_once() -> None:
    ear = Ear()
    ear.created("r1")
    ear.named("r1", "i1")
    ear.event("response.done", ev.ReplyEnded("r1", "cancelled"))
    assert ear.rest()[1:] == [ev.TutorCut("i1", 0), ev.TutorAudioDone("i1"), ev.ReplyEnded("r1", "cancelled")]
    ear.buffer("cleared", "r1")
    ear.hear(*[loud()] * 10)
    assert ear.sound("i1") == b""


def test_the_next_reply_does_not_begin_before_the_last_has_ended() -> None:
    ear = Ear()
    ear.starts()
    ear.done("r1")
    ear.hear(*[loud()] * 5)
    ear.created("r2")
    assert ear.rest() == [ev.ReplyStarted("r1"), ev.ReplyEnded("r1"), ev.ReplyStarted("r2")]
    ear.hear(*[loud()] * 5)
    assert ear.sound("i1") == loud() * 10  # still being heard


def test_a_server_that_tells_nothing_of_its_buffer() -> None:
    ear = Ear()
    ear.created("r1")
    ear.named("r1", "i1")
    ear.done("r1")
    ear.hear(*[loud()] * int(UNNAMED_S / STEP_S + 20))
    assert ear.sound("i1") == loud() * int(UNNAMED_S / STEP_S + 20)
    ear.hear(*[QUIET] * 160)
    assert ear.rest()[-2:] == [ev.TutorAudioDone("i1"), ev.ReplyEnded("r1")]


def test_a_server_that_sends_nothing_while_it_is_silent_and_never_says_that_it_stopped() -> None:
    ear = Ear()
    ear.starts()
    ear.done("r1")
    ear.hear(*[loud()] * 10)
    ear.pass_time(DEAD_S / 2)
    assert ev.ReplyEnded("r1") not in ear.told
    ear.pass_time(DEAD_S)
    assert ear.rest()[-2:] == [ev.TutorAudioDone("i1"), ev.ReplyEnded("r1")]


def test_a_machine_that_sleeps_for_five_seconds_loses_no_sound() -> None:
    ear = Ear()
    ear.starts()
    ear.done("r1")
    ear.hear(*[loud()] * 10)
    ear.pass_time(5.0)
    ear.hear(*[loud()] * 10)
    assert ear.sound("i1") == loud() * 20


def test_noise_that_nobody_claims_is_forgotten() -> None:
    ear = Ear()
    ear.hear(*[loud(3_000)] * 10, *[QUIET] * 200)
    a_whole_reply(ear)
    assert ear.sound("i1") == loud() * 10


def test_sound_on_the_channel_is_not_played_twice() -> None:
    ear = Ear()
    ear.event("response.output_audio.delta", ev.TutorAudio("i1", loud()), response_id="r1", item_id="i1")
    assert ear.told == []


@pytest.mark.parametrize("what", ["started", "stopped", "cleared"])
def test_events_about_nobody_do_no_harm(what: str) -> None:
    ear = Ear()
    ear.buffer(what, "stranger")
    ear.event(f"output_audio_buffer.{what}", response_id=None)
    a_whole_reply(ear)
    assert ear.sound("i1") == loud() * 10
    assert ear.rest()[-1] == ev.ReplyEnded("r1")


def test_a_busy_machine_that_hears_the_end_late_hears_all_of_it() -> None:
    ear = Ear()
    begun(ear)
    ear.hear(*[loud()] * 50)
    ear.buffer("stopped", "r1")
    ear.pass_time(GONE_S * 0.9)
    ear.hear(*[loud()] * 8, *[QUIET] * 20)
    assert ear.sound("i1") == loud() * 58


@ANY_MACHINE
@given(
    st.lists(
        st.sampled_from(
            [
                *[(kind, reply) for kind in ("created", "named", "more", "done", "cancelled") for reply in "ab"],
                *[(kind, reply) for kind in ("started", "stopped", "cleared") for reply in "ab"],
                *[("loud", ""), ("quiet", ""), ("wait", "")] * 3,
            ]
        ),
        max_size=60,
    )
)
def test_in_any_order_each_end_is_told_once_and_none_is_kept_for_ever(steps: list[tuple[str, str]]) -> None:
    ear = Ear()
    ended: list[str] = []
    for kind, reply in steps:
        match kind:
            case "created":
                ear.created(reply)
            case "named":
                ear.named(reply, f"item {reply}")
                ear.text(reply, f"item {reply}", "So. ")
            case "more":
                ear.named(reply, f"second item {reply}")
                ear.text(reply, f"second item {reply}", "Well. ")
            case "done":
                ear.done(reply)
                ended.append(reply)
            case "cancelled":
                ear.event("response.done", ev.ReplyEnded(reply, "cancelled"))
                ended.append(reply)
            case "loud":
                ear.hear(loud())
            case "quiet":
                ear.hear(QUIET)
            case "wait":
                ear.pass_time(GONE_S)
            case _:
                ear.buffer(kind, reply)
    ear.hear(*[QUIET] * 160)
    ear.pass_time(DEAD_S + 1)
    told = [each.reply_id for each in ear.told if isinstance(each, ev.ReplyEnded)]
    assert set(told) == set(ended)
    done = [each.item_id for each in ear.told if isinstance(each, ev.TutorAudioDone)]
    assert len(done) == len(set(done))
    waited_for = {each.item_id for each in ear.told if isinstance(each, ev.TutorSoundExpected) and each.ms}
    cut = {each.item_id for each in ear.told if isinstance(each, ev.TutorCut)}
    if set("ab") <= set(ended):
        assert all(ear.expected_ms(item) == 0 for item in waited_for - cut)
    for at, event in enumerate(ear.told):
        if isinstance(event, ev.TutorAudioDone):
            later = ear.told[at + 1 :]
            assert not any(isinstance(each, ev.TutorAudio) and each.item_id == event.item_id for each in later)
