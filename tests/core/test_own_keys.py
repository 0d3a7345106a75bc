"""Keys of ours are shown nowhere, and no other program gets them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

import tutor_tui
from tutor_tui.audio import devices
from tutor_tui.core.child_environment import child_environment
from tutor_tui.core.own_keys import keep_secret, redacted, without_keys
from tutor_tui.core.safe_text import one_line, printable, printable_line
from tutor_tui.offline_server.stt.pocketsphinx import PocketSphinx

KEY = "sk-proj-Ab3dEf9hIjKlMnOpQrStUvWxYz/+=42wxyz"


@pytest.fixture(autouse=True)
def _known() -> None:
    keep_secret(KEY)
    keep_secret('odd"key\\9876')


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (f"Incorrect API key provided: {KEY}.", "Incorrect API key provided: ••••."),
        (f'"{KEY}"', '"••••"'),
        (f"{KEY}{KEY}", "••••••••"),
        ("…?key=sk-proj-Ab3dEf9hIjKlMnOpQrStUvWxYz%2F%2B%3D42wxyz&a", "…?key=••••&a"),
        ('{"key": "odd\\"key\\\\9876"}', '{"key": "••••"}'),
        ("provided: sk-proj-**********************wxyz. Go on.", "provided: ••••. Go on."),
        ("provided: sk-proj-A…xyz.", "provided: ••••."),
        ("provided: sk-pr...42wxyz", "provided: ••••"),
        ("provided: ******wxyz, key=sk-proj-••••, XXXXXXXXwxyz", "provided: ••••, key=••••, ••••"),
        ("well... what? a ** b, wait…done", "well... what? a ** b, wait…done"),
        ("sk-another-key-1234567 and sk-****", "sk-another-key-1234567 and sk-****"),
        (KEY.upper(), "••••"),
        (f"{quote(KEY, safe='').lower()} {quote(quote(KEY, safe=''))}", "•••• ••••"),
        ("".join(f"%{ord(char):02X}" for char in KEY), "••••"),
        ("".join(f"\\u{ord(char):04x}" for char in KEY), "••••"),
        (json.dumps(json.dumps({"key": 'odd"key\\9876'})), r'"{\"key\": \"••••\"}"'),
        (f"{KEY!r} {KEY.encode()!r}", "'••••' b'••••'"),
        (f'{{"delta":"{KEY[:20]}"}} {{"delta":"{KEY[20:]}"}}', '{"delta":"••••"} {"delta":"••••"}'),
        (f"{KEY[5:30]} SK-PROJ-****WXYZ", "•••• ••••"),
        ("", ""),
    ],
)
def test_a_key_of_ours_becomes_dots_whole_or_half_hidden(said: str, shown: str) -> None:
    assert redacted(said) == shown
    assert printable(said) == printable_line(said) == one_line(said) == shown


def test_long_words_of_a_server_take_no_long_time() -> None:
    began_s = time.process_time()
    for hostile in ("sk-proj-" * 125_000, "…" * 1_000_000, "a..." * 250_000, "x" * 1_000_000, "sk-**wx" * 150_000):
        redacted(hostile)
    for encoded in ("%" * 1_000_000, "\\" * 1_000_000, "%73" * 300_000, "\\u0073" * 150_000):
        redacted(encoded)
    assert time.process_time() - began_s < 5


def test_a_word_that_serves_as_a_key_stays_a_word() -> None:
    keep_secret("ollama")
    keep_secret("")
    assert redacted("ollama serve") == "ollama serve"


def test_another_program_gets_no_key_by_whatever_name() -> None:
    keep_secret("short")
    environment = {
        "PATH": "/bin",
        "HF_TOKEN": "hf",
        "OPENAI_API_KEY": "a",
        "AWS_SECRET_ACCESS_KEY": "b",
        "groq_api_key": "c",
        "OPENAI_APIKEY": "d",
        "MY_SPEECH_SERVICE": f" {KEY}\n",
        "OTHER": "short",
        "OURS": "token",
    }
    assert without_keys(environment, "OURS") == {"PATH": "/bin", "HF_TOKEN": "hf"}


def test_a_child_of_ours_finds_what_we_find_and_gets_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    keep_secret(KEY)
    for name in ("OPENAI_API_KEY", "NAMED_BY_A_SETTING", "LEFT_OUT"):
        monkeypatch.setenv(name, KEY if name != "LEFT_OUT" else "token")
    given = child_environment("LEFT_OUT")
    assert given["PATH"] == os.environ["PATH"]
    assert given["PYTHONPATH"].split(os.pathsep) == [path for path in sys.path if path]
    assert {"OPENAI_API_KEY", "NAMED_BY_A_SETTING", "LEFT_OUT"}.isdisjoint(given)


def test_the_look_at_the_devices_gets_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, str] = {}

    def run(*_: Any, env: dict[str, str], **__: Any) -> None:
        given.update(env)
        raise OSError

    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("NAMED_BY_A_SETTING", KEY)
    monkeypatch.setattr(subprocess, "run", run)
    assert devices.look_afresh() == ()
    assert given["PATH"] == os.environ["PATH"]
    assert not any(KEY in value for value in given.values())


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_a_recogniser_gets_neither_key_nor_token(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "NAMED_BY_A_SETTING", "TUTOR_TUI_OFFLINE_TOKEN", "TUTOR_TUI_OFFLINE_MIND_KEY"):
        monkeypatch.setenv(name, KEY)
    ears = PocketSphinx("en")
    ears.wake()
    child = ears._child
    assert child is not None
    try:
        while not (given := Path(f"/proc/{child.pid}/environ").read_bytes()):  # it is not there yet
            assert child.poll() is None
        assert b"PYTHONPATH" in given
        assert KEY.encode() not in given
    finally:
        ears.close()


def test_every_program_that_we_start_is_started_without_our_keys() -> None:
    package = Path(tutor_tui.__file__).parent
    starts = ("subprocess.run(", "subprocess.Popen(", "create_subprocess_exec(", "create_subprocess_shell(")
    starting = [file for file in package.rglob("*.py") if any(each in file.read_text() for each in starts)]
    assert len(starting) >= 4
    careful = ("child_environment(", "_NEEDED if name in os.environ")
    assert [file.name for file in starting if not any(each in file.read_text() for each in careful)] == []
