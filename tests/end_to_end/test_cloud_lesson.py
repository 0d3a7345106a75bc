"""A lesson in the cloud as a learner has it: heard, read, interrupted; the cloud is a strict server on this machine."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from tests.benchmarks.sound import stretch_of
from tests.end_to_end.conftest import LISTEN_EVERY_S, Classroom, LiveServer, type_words, wait_until
from tests.end_to_end.likeness import likeness, place_of_all, voice_of
from tests.support.paths import SAMPLES
from tests.support.pulse import RATE_HZ, Recording
from tests.support.strict_server import Reply, tone
from tests.support.terminal import Terminal

pytestmark = [pytest.mark.device, pytest.mark.slow]

GREETING = Reply("He was not an ill disposed young man.", voice_of(SAMPLES / "austen-0880.wav"))
ANSWER = Reply("Unless to be selfish is to be ill disposed.", voice_of(SAMPLES / "austen-0890.wav"))
LATER = Reply("He might have been made respectable.", tone(200))
BRIEF_GREETING = Reply("Good morning to you.", tone(200))
BRIEF_ANSWER = Reply("That is what I heard.", tone(200))
"""Where nobody listens to the sound."""
LONG_MS = 9_000
SPEECH = " ".join(f"word{i}" for i in range(30))
LONG = Reply(SPEECH, tone(LONG_MS))
LATEST_SILENCE_S = 0.25
"""From the order to stop to silence, on a busy machine; the benchmark measures what it is on a free one."""
ANSWERED_S = 0.6
"""No answer comes sooner: the server waits for 700 ms of silence."""


def start(classroom: Classroom, server: LiveServer, turn_taking: str = "quick") -> Terminal:
    """A lesson after its greeting, the learner's turn."""
    screen = classroom.open(server=server, turn_taking=turn_taking)
    server.wait_told("response.done")
    screen.wait_for(server.strict.behaviour.replies[0].text)  # before it, the screen says that it listens too
    screen.wait_for("waiting for the talk key" if turn_taking == "push-to-talk" else "listening")
    return screen


def say(classroom: Classroom, sample: str = "cards-001") -> float:
    """Human speech into the microphone; returns when it began."""
    began_s = time.monotonic()
    classroom.pulse.feed(SAMPLES / f"{sample}.wav")
    return began_s


def test_the_learner_hears_the_very_sound_and_reads_both_sides(classroom: Classroom) -> None:
    odd_pieces = [1, 4_801, 0, 333, 9_999]
    server = classroom.server(replies=[GREETING, ANSWER], transcripts=["ten of clubs"], delta_bytes=odd_pieces)
    heard = classroom.hear()
    screen = classroom.open(server=server, size=(120, 40))
    screen.wait_for(GREETING.text)
    at = wait_for_sound(heard, GREETING)
    screen.wait_for("listening")
    say(classroom)
    screen.wait_for("ten of clubs")
    screen.wait_for(ANSWER.text)
    assert wait_for_sound(heard, ANSWER) > at
    assert likeness(voice_of(SAMPLES / "cards-001.wav"), bytes(server.strict.heard)).score > 0.9


def wait_for_sound(heard: Recording, reply: Reply) -> int:
    """Where the recording holds the reply's very waveform."""

    return wait_until(
        lambda: place_of_all(reply.sound(), heard.pcm), f"the sound of {reply.text!r}", every_s=LISTEN_EVERY_S
    )


def by_voice(classroom: Classroom, screen: Terminal) -> None:
    classroom.pulse.feed(SAMPLES / "cards-001.wav", wait=False)


def by_key(classroom: Classroom, screen: Terminal) -> None:
    screen.send("Escape")


@pytest.mark.parametrize("still_sending", [False, True], ids=["all sent", "still sending"])
@pytest.mark.parametrize("interrupt", [by_voice, by_key])
def test_an_interruption_is_silence_and_the_tutor_learns_how_much_was_heard(
    classroom: Classroom, interrupt: Callable[[Classroom, Terminal], None], still_sending: bool
) -> None:
    # Pieces of 100 ms: sent as fast as they go, or twice as fast as they are heard.
    gap_s = 0.05 if still_sending else 0.0
    server = classroom.server(replies=[LONG, GREETING], delta_gap_s=gap_s)
    heard = classroom.hear()
    screen = classroom.open(server=server)
    assert heard.wait_for_sound(20.0)
    first = heard.first_sound()
    assert first is not None
    screen.wait_for("▶ speaking")
    wait_until(lambda: heard.position - first > RATE_HZ, "a second of the reply")
    interrupt(classroom, screen)
    cut = server.wait_for("conversation.item.truncate")
    assert heard.wait_for_silence(2.0)
    # What comes later is the answer to the learner's voice.
    sounded = stretch_of(heard, heard.time_of(0), cut.at + ANSWERED_S)
    assert sounded is not None
    assert sounded.end_s - cut.at < LATEST_SILENCE_S
    assert cut.frame["audio_end_ms"] == pytest.approx(sounded.ms, abs=40)
    cancels = server.frames("response.cancel")
    assert len(cancels) == still_sending  # by voice, too: the server leaves it to us to interrupt
    screen.wait_for("stopped here")


def test_what_is_shadowed_is_heard_by_the_learner_alone_and_the_muted_microphone_sends_nothing(
    classroom: Classroom,
) -> None:
    server = classroom.server(replies=[GREETING])
    screen = start(classroom, server)
    heard, sent = classroom.hear(), len(server.strict.heard)
    shadowed_s = time.monotonic()
    screen.send("f")
    screen.wait_for("now you: say it")
    now_you = len(heard.pcm)
    say(classroom)
    screen.wait_for("hear both, first the tutor")
    screen.wait_for("both were heard")
    assert heard.wait_for_silence(3.0)
    tutors = GREETING.sound()[RATE_HZ : -RATE_HZ // 2]
    assert place_of_all(tutors, heard.pcm[:now_you]) is not None
    second = place_of_all(tutors, heard.pcm[now_you:])
    assert second is not None, "the tutor's very sound, before and after the learner's turn"
    own = likeness(voice_of(SAMPLES / "cards-001.wav"), heard.pcm[now_you:])
    assert own.score > 0.8 and own.at > second, "and then the learner's own"
    assert not [each for each in server.strict.sent if "speech_started" in each.type and each.at > shadowed_s]
    assert not any(server.strict.heard[sent:])
    screen.send("Escape")
    screen.wait_until_gone("Shadowing")
    screen.send("m")
    screen.wait_for("muted")
    muted_at = len(server.strict.heard)
    muted_s = say(classroom)
    assert not any(server.strict.heard[muted_at:])
    assert not [each for each in server.strict.sent if "speech_started" in each.type and each.at > muted_s]
    screen.send("m")
    screen.wait_until_gone("muted")
    say(classroom)
    server.wait_told("input_audio_buffer.speech_started", muted_s)


def test_push_to_talk_sends_what_is_said_between_two_presses(classroom: Classroom) -> None:
    replies = [BRIEF_GREETING, BRIEF_ANSWER, LATER]
    server = classroom.server(replies=replies, transcripts=["seven of clubs", "and the eight"])
    screen = start(classroom, server, "push-to-talk")
    screen.wait_for("press space to talk")
    say(classroom)
    assert not any(server.strict.heard)
    screen.send("Space")
    screen.wait_for("space ends your turn")
    pressed_s = say(classroom, "cards-003")
    screen.send("Space")
    server.wait_for("input_audio_buffer.commit", pressed_s)
    screen.wait_for("seven of clubs")
    screen.wait_for(BRIEF_ANSWER.text)
    assert likeness(voice_of(SAMPLES / "cards-003.wav"), bytes(server.strict.heard)).score > 0.9

    screen.send_bytes("\x1b[?31u")  # from here on it is a terminal that tells when a key is let go
    screen.wait_for("hold space to talk")
    screen.send_bytes("\x1b[32;1:1;32u")
    screen.wait_for("let go to end your turn")
    held_s = time.monotonic()
    for _ in range(10):
        screen.send_bytes("\x1b[32;1:2;32u")
        time.sleep(0.1)
    assert not server.frames("input_audio_buffer.commit", held_s)
    screen.send_bytes("\x1b[32;1:3u")
    server.wait_for("input_audio_buffer.commit", held_s)
    screen.wait_for(LATER.text)


def test_what_is_typed_chosen_and_held_reaches_the_tutor_at_once(classroom: Classroom) -> None:
    replies = [BRIEF_GREETING, BRIEF_ANSWER, LATER]
    server = classroom.server(replies=replies, transcripts=["ten of clubs"])
    screen = start(classroom, server)
    began_s = time.monotonic()
    type_words(screen, "where is the library?")
    typed = server.wait_for("conversation.item.create", began_s)
    assert typed.frame["item"]["content"] == [{"type": "input_text", "text": "where is the library?"}]
    screen.wait_for("where is the library?")
    screen.wait_for(BRIEF_ANSWER.text)
    screen.wait_until_gone("▶ speaking")
    screen.send("Escape")
    screen.wait_until_gone("enter send")  # at once, both would be the beginning of a command to the terminal

    screen.send("]")
    server.wait_for("session.update", where=lambda frame: detection_of(frame).get("silence_duration_ms") == 1_000)
    screen.wait_for("answers after 1.0 s of silence")
    assert len(server.strict.sessions) == 1

    before = server.frames("session.update")
    said = [each.frame["session"]["instructions"] for each in before if "instructions" in each.frame["session"]]
    chosen_s = time.monotonic()
    screen.send("p")
    screen.wait_for("Choose a profile")
    screen.send("Down", "Enter")
    screen.wait_until_gone("Choose a profile")
    update = server.wait_for("session.update", chosen_s, lambda frame: "instructions" in frame["session"])
    assert update.frame["session"]["instructions"] not in said
    for words in (BRIEF_GREETING.text, "where is the library?", BRIEF_ANSWER.text):
        screen.wait_for(words)

    screen.wait_for("listening")
    held_s = time.monotonic()
    screen.send("h")
    screen.wait_for("take your time")
    server.wait_for("session.update", held_s, lambda frame: detection_of(frame).get("create_response") is False)
    say(classroom)
    screen.wait_for("ten of clubs")
    assert not server.frames("response.create", held_s)
    assert not [each for each in server.strict.sent if each.type == "response.created" and each.at > held_s]
    screen.send("h")
    server.wait_for("response.create", held_s)
    screen.wait_for(LATER.text)


def detection_of(frame: dict[str, object]) -> dict[str, object]:
    """The turn detection in a `session.update`."""
    found: object = frame
    for key in ("session", "audio", "input", "turn_detection"):
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def test_a_dropped_line_comes_back_with_all_that_was_said(classroom: Classroom) -> None:
    server = classroom.server(replies=[BRIEF_GREETING, BRIEF_ANSWER], transcripts=["ten of clubs"])
    screen = start(classroom, server)
    say(classroom)
    screen.wait_for(BRIEF_ANSWER.text)
    screen.wait_for("listening")
    dropped_s = time.monotonic()
    server.drop()
    wait_until(lambda: len(server.strict.sessions) == 2, "a second connection")
    wait_until(lambda: len(server.frames("conversation.item.create", dropped_s)) >= 3, "the history")
    items = [each.frame["item"] for each in server.frames("conversation.item.create", dropped_s)]
    assert [(item["role"], item["content"][0]["text"]) for item in items] == [
        ("assistant", BRIEF_GREETING.text),
        ("user", "ten of clubs"),
        ("assistant", BRIEF_ANSWER.text),
    ]
    screen.wait_for("listening")
    say(classroom)
    server.wait_told("input_audio_buffer.speech_started", dropped_s)
    for words in (BRIEF_GREETING.text, BRIEF_ANSWER.text):
        screen.wait_for(words)
