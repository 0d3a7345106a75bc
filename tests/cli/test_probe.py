"""`tutor-tui doctor --probe`: a process of its own before real servers, the key it sends, and the lessons after it."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.cli.test_main import Runner, clean_environment, one_sentence
from tests.cli.test_main import run as run
from tests.support.paths import folders_below
from tests.support.strict_server import Behaviour, Reply, StrictServer
from tests.support.terminal import Terminal
from tutor_tui.app.tutor_choice import TutorPool
from tutor_tui.cli.doctor.probe import dialect_at
from tutor_tui.cli.parser import parse
from tutor_tui.config.load import Configuration, load
from tutor_tui.config.probe_results import ProbeRecord, remember
from tutor_tui.core.availability import greyed
from tutor_tui.core.lesson import Lesson
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.settings import DialectName
from tutor_tui.openai_api.realtime.vendor_dialects import DIALECTS

KEY = "sk-own-secret"
OTHER = "sk-other-secret"


async def probed(
    run: Runner, server: StrictServer, *options: str, **environ: str
) -> tuple[subprocess.CompletedProcess[str], dict[str, tuple[str, str]]]:
    """The run, and of each line its verdict and what was said; no key anywhere."""
    result = await asyncio.to_thread(run, "doctor", "--probe", *options, **environ)
    assert KEY not in result.stdout + result.stderr
    assert OTHER not in result.stdout + result.stderr
    found = [re.fullmatch(r"(ok|note|no|BAD) +(\w+) +(.+)", line) for line in result.stdout.splitlines()]
    return result, {match[2]: (match[1], match[3]) for match in found if match}


@pytest.mark.parametrize(
    ("url", "wanted", "dialect"),
    [
        ("https://api.x.ai/v1", "ga", "xai"),
        ("https://api.inworld.ai/api/v1", "ga", "inworld"),
        ("https://dashscope.aliyuncs.com/api-ws/v1", "ga", "qwen"),
        ("https://w1.ap-southeast-1.maas.aliyuncs.com/api-ws/v1", "ga", "qwen"),
        ("https://api.elevenlabs.io/v1/convai", "ga", "elevenlabs"),
        ("https://mine.openai.azure.com/openai/v1", "ga", "azure"),
        ("https://mine.services.ai.azure.com/voice-live/", "ga", "voicelive"),
        ("https://api.x.ai.example.org/v1", "ga", "ga"),
        ("https://notinworld.ai/v1", "ga", "ga"),
        ("https://[/v1", "ga", "ga"),
        ("https://api.x.ai/v1", "beta", "beta"),
    ],
)
def test_a_vendors_address_tells_its_dialect_unless_another_was_chosen(
    url: str, wanted: DialectName, dialect: DialectName
) -> None:
    assert dialect_at(url, DIALECTS[wanted]) is DIALECTS[dialect]


@pytest.mark.slow
async def test_another_vendors_server_is_asked_with_its_own_key(run: Runner) -> None:
    replies = (Reply("Hello."), Reply("One, two, three. " * 20))
    async with StrictServer(Behaviour(dialect="xai", replies=replies, delta_gap_s=0.02, token=KEY)) as server:
        environ = {"OPENAI_BASE_URL": server.base_url, "XAI_API_KEY": KEY, "OPENAI_API_KEY": OTHER}
        result, lines = await probed(run, server, "--dialect", "xai", **environ)
    assert result.returncode == ExitCode.OK, result.stdout
    assert lines["dialect"] == ("ok", "xAI's Grok Voice.")
    assert [what for what, (verdict, _) in lines.items() if verdict == "BAD"] == []


@pytest.mark.slow
async def test_a_server_is_told_of_line_by_line_and_the_lessons_there_go_by_it(run: Runner, tmp_path: Path) -> None:
    replies = (Reply("Hello."), Reply("One, two, three. " * 20))
    refuses = {"session.tools": "no tools here"}
    async with StrictServer(Behaviour(replies=replies, delta_gap_s=0.02, token=OTHER, refuses=refuses)) as server:
        url = server.base_url
        result, lines = await probed(run, server, url, "--key-env", "THEIR_KEY", THEIR_KEY=OTHER, OPENAI_API_KEY=KEY)
        sent = [headers.get("authorization") for _, headers in server.handshakes]
    assert (result.returncode, result.stderr) == (ExitCode.OK, "")
    assert list(lines) == [
        *("reachable", "dialect", "created", "updated", "sound", "truncate", "cancel", "clear"),
        *("semantic", "VAD", "words", "deltas", "tools", "kept"),
    ]
    assert lines["dialect"] == ("ok", "GA: today's Realtime.")
    assert lines["tools"] == ("no", "It refuses: no tools here.")
    assert lines["kept"][1] == "Lessons at this address go by this: what it cannot do is greyed there."
    assert sent == [f"Bearer {OTHER}"]
    kept = (tmp_path / ".local/state/tutor-tui/probes.json").read_text()
    assert KEY not in kept and OTHER not in kept
    assert json.loads(kept)["servers"][url.replace("ws:", "http:")]["lacks"][-1:] == ["tools"]

    tutor = TutorPool(configured(tmp_path, OPENAI_BASE_URL=url, OPENAI_API_KEY=OTHER)).first()[0]
    assert not tutor.capabilities.tools
    day = datetime.now(UTC).date()
    why = f"This tutor writes nothing down and looks nothing up (so doctor --probe found on {day})."
    assert greyed(tutor.capabilities, LESSON)["notes"] == why


@pytest.mark.slow
async def test_a_server_of_the_beta_is_told_of_with_the_setting_that_it_needs(run: Runner, tmp_path: Path) -> None:
    async with StrictServer(Behaviour(dialect="beta", replies=(Reply("Hi."),))) as server:
        result, lines = await probed(run, server, server.base_url, "--key-env", "THEIR_KEY", THEIR_KEY=OTHER)
        url = server.base_url
    assert result.returncode == ExitCode.OK
    said = 'Beta: the Realtime of 2024. Set tutor.dialect = "beta" (or --dialect beta).'
    assert lines["dialect"] == ("note", said)
    given = {"OPENAI_BASE_URL": url, "OPENAI_API_KEY": OTHER}
    notice = TutorPool(configured(tmp_path, **given)).first()[1]
    assert notice is not None
    assert notice.title == 'This server speaks another dialect: set tutor.dialect = "beta".'
    assert TutorPool(configured(tmp_path, **given, TUTOR_TUI_TUTOR_DIALECT="beta")).first()[1] is None


async def test_the_learners_key_goes_to_the_address_of_the_settings_only(run: Runner) -> None:
    async with StrictServer(Behaviour(token=OTHER)) as server, StrictServer(Behaviour(http_status=404)) as stranger:
        own = {"OPENAI_BASE_URL": server.base_url, "OPENAI_API_KEY": KEY}
        result, lines = await probed(run, stranger, stranger.base_url, **own)
        assert [headers.get("authorization") for _, headers in stranger.handshakes] == [None, None]
        assert result.returncode == ExitCode.TUTOR
        assert lines["reachable"][1].endswith(
            "No key was sent. If the server needs one, put it into a variable, and name that with --key-env."
        )
        # Without an address it is the one of the settings, and there the key belongs.
        result, lines = await probed(run, server, **own)
        assert {headers.get("authorization") for _, headers in server.handshakes} == {f"Bearer {KEY}"}
    assert result.returncode == ExitCode.TUTOR
    assert lines["reachable"] == (
        "BAD",
        "The tutor's server refuses the API key (HTTP 401). Check the address, the key and --model.",
    )


def test_what_cannot_be_asked_is_one_line_with_its_exit_code(run: Runner) -> None:
    result = run("doctor", "--probe", "http://tutor.example/v1")
    assert result.returncode == ExitCode.USAGE
    assert result.stdout.startswith("BAD   probe       tutor.example would hear the lesson unencrypted.")
    result = run("doctor", "--probe", "https://tutor.example/v1", "--key-env", "NOT_THERE")
    assert result.returncode == ExitCode.USAGE
    assert "There is no variable NOT_THERE, which --key-env names." in result.stdout
    result = run("doctor", "--probe", "https://tutor.example/v1", "--key-env", "BLANK", BLANK="sk-a sk-b")
    assert result.returncode == ExitCode.USAGE
    assert "BLANK cannot be a key: it contains a space." in result.stdout


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("--probe u", "--probe goes with doctor. Try: tutor-tui doctor --probe URL"),
        ("doctor --probe u --config", "--probe and --config cannot be combined. Try: one after the other"),
        ("doctor --key-env K", "--key-env goes with --probe. Try: tutor-tui doctor --probe URL --key-env NAME"),
        ("--key-env K", "--key-env goes with --probe. Try: tutor-tui doctor --probe URL --key-env NAME"),
    ],
)
def test_options_that_mean_nothing_together_are_refused(line: str, sentence: str) -> None:
    with pytest.raises(Problem) as caught:
        parse(line.split())
    assert str(caught.value) == sentence
    assert caught.value.exit_code is ExitCode.USAGE


def test_both_options_arrive() -> None:
    options = parse(["doctor", "--probe", "https://x/v1", "--key-env", "K"])
    assert (options.probe, options.key_variable) == ("https://x/v1", "K")
    assert parse(["doctor", "--probe"]).probe == ""
    assert parse(["doctor"]).probe is None


@pytest.mark.slow
async def test_what_cannot_be_kept_is_said_and_is_no_failure(run: Runner, tmp_path: Path) -> None:
    (tmp_path / ".local").write_text("no folder")
    async with StrictServer(Behaviour(greets=True)) as server:
        result, lines = await probed(run, server, server.base_url, "--key-env", "THEIR_KEY", THEIR_KEY=OTHER)
    assert result.returncode == ExitCode.OK
    assert lines["kept"][0] == "note"
    assert "could not be kept in ~/.local/state/tutor-tui" in lines["kept"][1]


def test_an_unknown_option_near_it_is_suggested(run: Runner) -> None:
    assert "Did you mean --probe?" in one_sentence(run("doctor", "--prob", "x"), ExitCode.USAGE)


# ---- the lessons after it -------------------------------------------------------------------------------------------

LESSON = Lesson(LessonPlan("p", "i", "marin"), linked=True)
DAY = date(2026, 11, 21)


def configured(home: Path, **environ: str) -> Configuration:
    return load({}, environ, home, folders_below(home))


@pytest.mark.parametrize("kind", ["openai", "webrtc"])
def test_what_a_server_was_found_to_lack_is_lacking_in_every_way_to_it(kind: str, tmp_path: Path) -> None:
    url = "http://127.0.0.1:8000/v1"
    given = configured(tmp_path, OPENAI_BASE_URL=url, TUTOR_TUI_TUTOR_KIND=kind)
    remember(given.folders.probes_file, url, ProbeRecord(DAY, "ga", ("server_vad", "takes_eagerness", "cancels")))
    tutor = TutorPool(given).first()[0]
    able = tutor.capabilities
    assert (able.server_vad, able.takes_eagerness, able.cancels, able.truncates) == (False, False, False, True)
    assert tutor.name == "gpt-realtime-2.1-mini"
    elsewhere = configured(tmp_path, OPENAI_BASE_URL="http://127.0.0.1:8001/v1", TUTOR_TUI_TUTOR_KIND=kind)
    assert TutorPool(elsewhere).first()[0].capabilities.server_vad


@pytest.mark.parametrize("kind", ["offline", "pipeline"])
def test_other_ways_do_not_go_by_it(kind: str, tmp_path: Path) -> None:
    url = "http://127.0.0.1:8000/v1"
    given = configured(tmp_path, OPENAI_BASE_URL=url, TUTOR_TUI_TUTOR_KIND=kind, OPENAI_API_KEY=KEY)
    remember(given.folders.probes_file, url, ProbeRecord(DAY, "beta", ("server_vad", "tools")))
    tutor, notice = TutorPool(given).first()
    assert tutor.capabilities.server_vad
    assert tutor.capabilities.tools
    assert notice is None or "dialect" not in notice.title


@pytest.mark.parametrize("broken", [b"{", b"\xff\xfe", b"[]", b'{"format": 1, "servers": 7}'])
def test_a_broken_file_stops_no_lesson(broken: bytes, tmp_path: Path) -> None:
    given = configured(tmp_path, OPENAI_BASE_URL="http://127.0.0.1:8000/v1", TUTOR_TUI_TUTOR_KIND="openai")
    given.folders.state.mkdir(parents=True)
    given.folders.probes_file.write_bytes(broken)
    tutor, notice = TutorPool(given).first()
    assert tutor.capabilities.server_vad
    assert notice is None


@pytest.mark.slow
async def test_a_lesson_on_the_screen_goes_by_it(tmp_path: Path) -> None:
    async with StrictServer(Behaviour(token=KEY)) as server:
        given = configured(tmp_path, OPENAI_BASE_URL=server.base_url)
        remember(given.folders.probes_file, server.base_url, ProbeRecord(DAY, "ga", ("tools",)))
        command = [
            sys.executable,
            "-m",
            "tutor_tui",
            "--base-url",
            server.base_url,
            "--profile",
            "english-conversation",
        ]
        environ = clean_environment(tmp_path) | {"OPENAI_API_KEY": KEY}

        def hold() -> None:
            with Terminal(command, width=80, height=24, env=environ, cwd=tmp_path) as terminal:
                terminal.wait_for("› your turn to type")
                terminal.send("n")
                terminal.wait_for("found on 2026-11-21")
                terminal.send("C-q")
                assert terminal.wait_for_exit() == ExitCode.OK

        await asyncio.to_thread(hold)
