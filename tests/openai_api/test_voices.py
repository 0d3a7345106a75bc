"""Which voices a service has, where its refusal lists them."""

from __future__ import annotations

import pytest

from tutor_tui.core import events as ev
from tutor_tui.openai_api.error_body import read_error
from tutor_tui.openai_api.voices import VoiceChoice, listed_voices, voice_like

LISTED = {
    b'{"detail":{"message":"Voice \'marin\' not found. Available voices: af_heart, af_bella, am_adam"}}': (
        "af_heart",
        "af_bella",
        "am_adam",
    ),
    b'{"error":{"message":"Invalid voice: marin. Supported voices are: alloy, echo and fable."}}': (
        "alloy",
        "echo",
        "fable",
    ),
    b'{"detail":[{"loc":["body","voice"],"msg":"Input should be \'nova\', \'shimmer\' or \'coral\'"}]}': (
        "nova",
        "shimmer",
        "coral",
    ),
    b"{\"error\":\"voice must be one of ['M1', 'F1']\"}": ("M1", "F1"),
    b'{"message":"Unknown voice \\"marin\\" (valid: en_US-amy-medium, en_GB-alan-low)"}': (
        "en_US-amy-medium",
        "en_GB-alan-low",
    ),
    b"Voice marin is not supported. Choose from: zf_001/zf_002, zm_010": ("zf_001/zf_002", "zm_010"),
    b'{"detail":"Model not found. Available models: kokoro, piper"}': (),
    b'{"detail":"The voice is tired."}': (),
    b"": (),
}


@pytest.mark.parametrize("body", LISTED)
def test_voices_are_found_in_every_wording(body: bytes) -> None:
    assert listed_voices(read_error(body).said) == LISTED[body]


@pytest.mark.parametrize(
    ("wanted", "listed", "chosen"),
    [
        ("marin", ("alloy", "Marin"), "Marin"),
        ("marin", ("alloy", "coral"), "coral"),
        ("cedar", ("alloy", "ash"), "ash"),
        ("marin", ("af_heart", "am_adam"), "af_heart"),
    ],
)
def test_the_voice_most_like_the_wanted_one_reads(wanted: str, listed: tuple[str, ...], chosen: str) -> None:
    assert voice_like(wanted, listed) == chosen


def test_a_voice_is_replaced_once_and_told_with_the_others() -> None:
    told: list[ev.Trouble] = []
    choice = VoiceChoice(told.append)
    many = tuple(f"v{number}" for number in range(20))
    assert choice.replace("marin", many) and choice.of("marin") == "v0"
    assert not choice.replace("marin", many), "one attempt"
    assert not choice.replace("v0", many), "it is listed, and refused all the same"
    assert [trouble.title for trouble in told] == ["The speech service does not have the voice marin: v0 reads."]
    assert told[0].hint == "Choose another in pipeline.speak_voice: v0, v1, v2, v3, v4, v5, v6, v7, …"
