"""What `doctor --probe` finds out, from servers that do all of it, and from servers that lack one thing each."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.support.strict_server import Reply, StrictServer
from tests.support.strict_session import Refused, StrictSession
from tests.tutors.realtime.probed import ALL, GOOD, Act, dropping, examined, good, only
from tutor_tui.core.capabilities import ABILITIES
from tutor_tui.openai_api.realtime.server_dialects import GA
from tutor_tui.openai_api.realtime.vendor_dialects import DIALECTS
from tutor_tui.tutors.realtime.probe import questions
from tutor_tui.tutors.realtime.probe.questions import QUESTIONS


@pytest.mark.parametrize(("spoken", "asked"), [("ga", "ga"), ("beta", "ga"), ("beta", "beta"), ("azure", "azure")])
async def test_a_whole_server_does_everything_in_its_own_dialect(spoken: Any, asked: str) -> None:
    async with StrictServer(good(dialect=spoken)) as server:
        asking, seen = await examined(server, dialect=asked)
        assert list(seen) == ALL
        assert {what: each.detail for what, each in seen.items() if each.outcome != "yes"} == {}
        assert asking.dialect is DIALECTS[spoken]
        assert server.complaints == (["missing_beta_header: missing_beta_header"] if spoken != asked else [])
        assert {each.ability for each in seen.values() if each.ability} == set(ABILITIES)
        assert seen["words"].detail == "It understood “hello there”."


@pytest.mark.parametrize(
    ("dialect", "lacks"),
    [
        ("xai", {"semantic"}),
        ("huggingface", {"updated", "truncate", "clear"}),
        ("inworld", set()),
        ("qwen", {"truncate"}),
        ("elevenlabs", set()),
        ("voicelive", set()),
        ("vllm", {"semantic", "words"}),
    ],
)
async def test_another_vendors_server_is_known_for_what_it_is(dialect: Any, lacks: set[str]) -> None:
    """What it lacks by its documentation is found to be lacking, and nothing else; it is not called broken."""
    quick = [replace(each, within_s=1.0) if each.what == "words" else each for each in QUESTIONS]
    async with StrictServer(good(dialect=dialect)) as server:
        asking, seen = await examined(server, dialect=dialect, questions=quick)
        assert {what for what, each in seen.items() if each.outcome == "no"} == lacks
        assert not any(each.vital and each.outcome != "yes" for each in seen.values())
        assert asking.dialect is DIALECTS[dialect]
        assert seen["dialect"].detail == DIALECTS[dialect].tells
        assert set(server.complaints) <= {
            each for each in server.complaints if "semantic" in each or "turn_detec" in each
        }
        seconds = float(seen["sound"].detail.partition(" s of speech")[0])
        assert seconds == pytest.approx(60 * len("Hello there.") / 1000, abs=0.11)  # whatever the rate on the line


async def test_only_what_is_vital_to_a_lesson_is_called_so() -> None:
    async with StrictServer(good()) as server:
        _, seen = await examined(server, questions=only("sound", "clear"))
    assert [what for what, each in seen.items() if each.vital] == ["sound"]


async def test_without_a_voice_what_needs_one_is_not_tried() -> None:
    async with StrictServer(good()) as server:
        _, seen = await examined(server, speech=b"")
    untried = {what: each.detail for what, each in seen.items() if each.outcome == "untried"}
    assert untried == {
        "VAD": "Not tried: server_vad is taken, but there is no voice to try it with.",
        "words": "Not tried: there is no voice to try it with.",
        "deltas": "Not tried: no words came.",
    }


async def test_a_setting_that_is_refused_is_named_and_the_rest_is_asked_all_the_same() -> None:
    refuses = {"session.truncation": "what truncation?", "session.audio.input.noise_reduction": "no"}
    async with StrictServer(good(refuses=refuses)) as server:
        asking, seen = await examined(server, questions=only("sound", "clear"))
    assert asking.dialect is GA
    assert seen["updated"].outcome == "no"
    assert seen["updated"].detail.endswith(", without truncation, audio.input.noise_reduction.")
    assert (seen["sound"].outcome, seen["clear"].outcome) == ("yes", "yes")


def refusing(method: str) -> dict[str, Act]:
    async def act(self: StrictSession, *arguments: Any) -> None:
        raise Refused("unknown", "no such\x1b[31m thing")

    return {method: act}


def turning(detection: dict[str, Any] | None) -> dict[str, Act]:
    """A server that turns semantic VAD into something else, or refuses it."""
    update = StrictSession._update

    async def act(self: StrictSession, change: dict[str, Any]) -> None:
        wanted = change.get("audio", {}).get("input", {}).get("turn_detection") or {}
        if wanted.get("type") == "semantic_vad":
            if detection is None:
                raise Refused("invalid_value", "semantic_vad is not served here")
            change["audio"]["input"]["turn_detection"] = detection
        await update(self, change)

    return {"_update": act}


def deaf() -> dict[str, Act]:
    async def act(self: StrictSession, *arguments: Any) -> None:
        """Notice nothing."""

    return {"_listen": act}


SERVER_VAD = {"type": "server_vad", "threshold": 0.5, "prefix_padding_ms": 300, "silence_duration_ms": 500}
DELTA = "conversation.item.input_audio_transcription.delta"


@pytest.mark.parametrize(
    ("changed", "what", "said"),
    [
        (dropping("conversation.item.truncated"), "truncate", "No answer within 1 s."),
        (refusing("_truncate"), "truncate", "It refuses: no such [31m thing."),
        (dropping("input_audio_buffer.cleared"), "clear", "No answer within 1 s."),
        (turning(None), "semantic", "It refuses: semantic_vad is not served here."),
        (turning(SERVER_VAD), "semantic", "It says yes and does something else."),
        (dropping(DELTA), "deltas", "Words come all at once, when the turn is over."),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_what_a_server_lacks_is_said_and_the_rest_is_asked_all_the_same(
    changed: dict[str, Act], what: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, act in changed.items():
        monkeypatch.setattr(StrictSession, name, act)
    before = ["sound"] if what == "truncate" else ["words"] if what == "deltas" else []
    silent = said.startswith("No answer")
    asked = [*only(*before), *only(what, within_s=1.0 if silent else None), *only("tools")]
    async with StrictServer(good(replies=[GOOD[2]])) as server:
        _, seen = await examined(server, questions=asked)
    assert (seen[what].outcome, seen[what].detail) == ("no", said)
    assert {name for name, each in seen.items() if each.outcome != "yes"} == {what}


async def test_a_server_that_goes_on_after_cancel_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    async def act(self: StrictSession, *arguments: Any) -> None:
        """Go on."""

    monkeypatch.setattr(StrictSession, "_cancel", act)
    monkeypatch.setattr(questions, "_SHORT_S", 1.0)
    async with StrictServer(good(replies=GOOD[1:2], delta_gap_s=0.1)) as server:
        _, seen = await examined(server, questions=only("cancel"))
    assert (seen["cancel"].outcome, seen["cancel"].detail) == ("no", "It goes on after response.cancel.")


async def test_an_answer_that_is_over_too_soon_says_nothing_of_cancel(monkeypatch: pytest.MonkeyPatch) -> None:
    cancel = StrictSession._cancel

    async def act(self: StrictSession, response_id: str | None) -> None:
        """As if the answer had been quicker."""
        assert self.active is not None
        assert self.active.task is not None
        await self.active.task
        await cancel(self, response_id)

    monkeypatch.setattr(StrictSession, "_cancel", act)
    async with StrictServer(good(replies=GOOD[:1])) as server:
        _, seen = await examined(server, questions=only("cancel", "clear"))
        assert server.complaints == ["response_cancel_not_active: Cancellation failed: no active response found"]
    assert seen["cancel"].outcome == "untried"
    assert seen["cancel"].detail == "Not tried: its answer was complete before it could be stopped."
    assert seen["clear"].outcome == "yes", "the late error is not taken for an answer to the next question"


@pytest.mark.slow
async def test_a_server_that_does_not_notice_speech_is_found_out_and_its_ears_are_asked_by_hand(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(StrictSession, "_listen", deaf()["_listen"])
    monkeypatch.setattr(questions, "_SHORT_S", 1.0)
    async with StrictServer(good()) as server:
        _, seen = await examined(server, questions=only("VAD", "words", "deltas"))
    assert (seen["VAD"].outcome, seen["VAD"].detail) == (
        "no",
        "It takes server_vad, but does not notice speech and its end.",
    )
    assert (seen["words"].outcome, seen["deltas"].outcome) == ("yes", "yes")


async def test_words_that_are_not_understood_are_no_words() -> None:
    async with StrictServer(good(transcripts=[None])) as server:
        _, seen = await examined(server, questions=only("words", "deltas"))
    assert (seen["words"].outcome, seen["words"].detail) == ("no", "It did not understand a plain English sentence.")
    assert seen["deltas"].outcome == "untried"


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(silent=True), "It answers without sound."),
        (Reply(error={"type": "server_error", "code": "x", "message": "no\x07 voice"}), "It fails to answer: no voice"),
    ],
)
async def test_a_server_without_sound_is_no_tutor(reply: Reply, said: str) -> None:
    async with StrictServer(good(replies=[reply])) as server:
        _, seen = await examined(server, questions=only("sound", "truncate"))
    assert (seen["sound"].outcome, seen["sound"].detail, seen["sound"].vital) == ("no", said, True)
    assert seen["truncate"].detail == "Not tried: there was no sound to cut."


async def test_words_instead_of_a_call_are_no_tools_where_the_server_does_not_even_know_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    update = StrictSession._update

    async def act(self: StrictSession, change: dict[str, Any]) -> None:
        await update(self, {name: value for name, value in change.items() if name != "tools"})

    async with StrictServer(good(replies=GOOD[:1])) as server:
        _, seen = await examined(server, questions=only("tools"))
    said = "Not tried: it takes tools, but called none where a call was required."
    assert (seen["tools"].outcome, seen["tools"].detail) == ("untried", said)
    monkeypatch.setattr(StrictSession, "_update", act)
    async with StrictServer(good(replies=GOOD[:1])) as server:
        _, seen = await examined(server, questions=only("tools"))
    assert (seen["tools"].outcome, seen["tools"].detail) == ("no", "It answers in words where a call was required.")


async def test_a_server_that_hangs_up_over_a_question_is_called_again_for_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def act(self: StrictSession, *arguments: Any) -> None:
        await self.connection.close(1011)

    monkeypatch.setattr(StrictSession, "_truncate", act)
    async with StrictServer(good()) as server:
        _, seen = await examined(server, questions=only("sound", "truncate", "clear"))
        assert len(server.sessions) == 2
    assert seen["truncate"].outcome == "no"
    assert seen["truncate"].detail.startswith("It hangs up over that: ")
    assert seen["clear"].outcome == "yes"


async def test_a_server_that_does_not_come_back_leaves_the_rest_untried(monkeypatch: pytest.MonkeyPatch) -> None:
    async def act(self: StrictSession, *arguments: Any) -> None:
        self.behaviour.http_status = 503
        await self.connection.close(1011)

    monkeypatch.setattr(StrictSession, "_truncate", act)
    async with StrictServer(good()) as server:
        _, seen = await examined(server, questions=only("sound", "truncate", "clear"))
    assert seen["clear"].detail == "Not tried: the server no longer answers."
