"""What looks like a key is not shown, wherever it was put; what is a name stays readable."""

from __future__ import annotations

import time

import pytest

from tutor_tui.core.key_masking import masked, secrets_in
from tutor_tui.core.settings import Settings, setting_fields, value_of

KEYS = [
    "sk-proj-abc123def",
    "sk-0123456789",
    "gsk_abcdef0123456",
    "AIzaSyA0123456789abcdefghij",
    "hf_abcdefghij",
    "xai-0123456789abcdef",
    "0123456789abcdef0123456789abcdef",
    "AKIAIOSFODNN7EXAMPLE",
    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-def",
    "1b4e28ba-2fa1-11d2-883f-0016d3cca427",
]
NAMES = [
    "gpt-4o-mini-transcribe-2025-12-15",
    "gpt-realtime-2.1-mini",
    "claude-3-5-sonnet-20241022",
    "accounts/fireworks/models/llama-v3p1-405b-instruct",
    "Meta-Llama-3.1-8B-Instruct-GGUF",
    "hf.co/bartowski/Llama-3.2-3B-Instruct-GGUF:Q4_K_M",
    "alsa_output.usb-Blue_Microphones_Yeti_Stereo_Microphone_REV8-00.analog-stereo",
    "HDA Intel PCH: ALC256 Analog (hw:0,0)",
    "bluez_input.00_1B_66_AA_BB_CC.0",
    "https://resource.openai.azure.com/openai/v1",
    "/home/anna/models/faster-whisper-large-v3",
    "AZURE_OPENAI_API_KEY",
    "XAI_API_KEY",
]


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("text", ["{}", "'{}'", "Bearer {}", "https://h/v1?api-key={}", "https://:{}@h/v1", "key: {}."])
def test_keys_are_not_shown(key: str, text: str) -> None:
    key = key.replace("/", "%2F") if "@" in text else key
    shown = masked(text.format(key))
    assert key not in shown
    assert "••••" in shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Authorization: Bearer short", "Authorization: ••••"),
        ("authorization=Basic Zm9v, x", "authorization=••••, x"),
        ('{"Authorization": "Bearer tok"}', '{"Authorization": "••••"}'),
        ('{\\"api-key\\": \\"abc\\"}', '{\\"api-key\\": \\"••••\\"}'),
        ("X-Api-Key: 12345\nHost: h", "X-Api-Key: ••••\nHost: h"),
        ("https://h/v1?a=1&API_KEY=abc&b=2#x", "https://h/v1?a=1&API_KEY=••••&b=2#x"),
        ("https://h/v1?key=abc#access_token=def", "https://h/v1?key=••••#access_token=••••"),
        ("to=https%3A%2F%2Fh%3Fkey%3Dabc123%26b", "to=https%3A%2F%2Fh%3Fkey%3D••••%26b"),
        ("https://user:word@h/v1", "https://••••@h/v1"),
        ("x%20sk-abcdef12", "x%20••••"),
        ("provided:\\nsk-abcdef12", "provided:\\n••••"),
        ("SK-PROJ-ABCDEF12", "••••"),
        ("the key: a word; no token=", "the key: a word; no token="),
        ("monkey=banana&x", "monkey=banana&x"),
    ],
)
def test_what_is_sent_as_a_secret_is_not_shown_whatever_it_looks_like(text: str, shown: str) -> None:
    assert masked(text) == shown == masked(shown)


def test_the_secrets_of_an_address_are_found_as_written_and_as_meant() -> None:
    assert {"a%2Fb", "a/b"} <= set(secrets_in("https://h/v1?model=m&key=a%2Fb"))
    assert "word" in set(secrets_in("https://user:word@h/v1"))
    assert list(secrets_in("https://h/v1?model=m")) == []


@pytest.mark.parametrize("name", [*NAMES, *(str(value_of(Settings(), each.full_name)) for each in setting_fields())])
def test_names_are_shown(name: str) -> None:
    assert masked(name) == name


def test_a_long_text_takes_no_time() -> None:
    began_s = time.process_time()
    for piece in ("a", "a1", "sk-", "eyJ", "a.", "A/", "1", "://", "?key=", "Bearer "):
        masked(piece * (60_000 // len(piece)))
    assert time.process_time() - began_s < 3.0
