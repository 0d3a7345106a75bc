"""The doctor asks the endpoint, and looks at the key."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.cli.doctors_setup import KEY, Endpoint, MakeSetup, findings
from tests.cli.doctors_setup import make_setup as make_setup
from tests.support.fake_keyring import FakeKeyring, Install, KeyringLocked
from tests.support.fake_keyring import install as install
from tests.support.paths import folders_below
from tutor_tui.cli.doctor import checks
from tutor_tui.cli.doctor.library import library
from tutor_tui.config.command_line import Options
from tutor_tui.config.stored_keys import save_key
from tutor_tui.core.model_catalog import DEFAULT_MODEL
from tutor_tui.core.problems import ExitCode


@pytest.mark.parametrize(
    ("endpoint", "verdict", "said", "code"),
    [
        (Endpoint(), "ok", f"takes the key and has {DEFAULT_MODEL}", ExitCode.OK),
        (Endpoint(body=b"{}"), "note", f"takes the key but does not list {DEFAULT_MODEL}", ExitCode.OK),
        (Endpoint(body=b"\x00" * 3_000_000), "note", "does not list", ExitCode.OK),
        (Endpoint(401, b"sk-doctor-secret is wrong"), "BAD", "refuses the key (HTTP 401)", ExitCode.TUTOR),
        (Endpoint(403), "BAD", "refuses the key (HTTP 403)", ExitCode.TUTOR),
        (Endpoint(404), "note", "lists no models (HTTP 404)", ExitCode.OK),
        (Endpoint(500), "BAD", "answers with HTTP 500", ExitCode.TUTOR),
    ],
)
async def test_what_an_endpoint_answers(
    endpoint: Endpoint, verdict: str, said: str, code: ExitCode, make_setup: MakeSetup
) -> None:
    with endpoint.serving():
        (found,) = await findings(checks.endpoint, make_setup(base_url=endpoint.url))
    assert (found.verdict, found.exit_code) == (verdict, code)
    assert said in found.said
    assert KEY not in str(found)
    assert endpoint.asked == [("/v1/models", f"Bearer {KEY}")]


async def test_azure_is_asked_with_its_own_header(make_setup: MakeSetup) -> None:
    with Endpoint().serving() as endpoint:
        url = endpoint.url.replace("/v1", "/openai/v1")
        (found,) = await findings(checks.endpoint, make_setup(base_url=url, dialect="azure"))
    assert found.verdict == "ok"
    assert endpoint.asked == [("/openai/v1/models", KEY)]


async def test_a_key_that_azure_lacks_is_called_by_its_name(make_setup: MakeSetup) -> None:
    where = {"base_url": "https://mine.openai.azure.com/openai/v1", "dialect": "azure"}
    (found,) = await findings(checks.key, make_setup(key=None, **where))
    assert "AZURE_OPENAI_API_KEY is not set" in found.said
    assert "AZURE_OPENAI_API_KEY=your-key" in found.fix


async def test_a_server_on_this_machine_needs_no_key(make_setup: MakeSetup) -> None:
    (found,) = await findings(checks.key, make_setup(key=None, dialect="huggingface"))
    assert (found.verdict, found.said) == ("ok", "None needed: the tutor's server is on this machine.")


async def test_another_vendor_is_asked_for_its_own_model(
    make_setup: MakeSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XAI_API_KEY", "xai-key")
    with Endpoint().serving() as endpoint:
        (found,) = await findings(checks.endpoint, make_setup(base_url=endpoint.url, dialect="xai"))
    assert "grok-voice-latest" in found.said
    assert [key for _, key in endpoint.asked] == ["Bearer xai-key"]


async def test_a_websocket_address_is_asked_over_http(make_setup: MakeSetup) -> None:
    with Endpoint().serving() as endpoint:
        (found,) = await findings(checks.endpoint, make_setup(base_url=endpoint.url.replace("http", "ws", 1) + "/"))
    assert found.verdict == "ok"


async def test_the_key_does_not_follow_a_redirection(make_setup: MakeSetup) -> None:
    with Endpoint().serving() as thief, Endpoint(302, location=f"{thief.url}/models").serving() as endpoint:
        (found,) = await findings(checks.endpoint, make_setup(base_url=endpoint.url))
    assert (found.verdict, thief.asked) == ("BAD", [])
    assert "HTTP 302" in found.said


async def test_a_proxy_is_not_asked_for_this_machine(make_setup: MakeSetup, monkeypatch: pytest.MonkeyPatch) -> None:
    with Endpoint().serving() as proxy, Endpoint().serving() as endpoint:
        monkeypatch.setenv("http_proxy", proxy.url)
        (found,) = await findings(checks.endpoint, make_setup(base_url=endpoint.url))
    assert (found.verdict, proxy.asked) == ("ok", [])


async def test_an_endpoint_that_is_not_there_is_said(make_setup: MakeSetup) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    (found,) = await findings(checks.endpoint, make_setup(base_url=f"http://127.0.0.1:{port}/v1"))
    assert found.said == f"127.0.0.1:{port} cannot be reached (ConnectError)."
    assert found.exit_code == ExitCode.TUTOR


async def test_an_endpoint_that_never_answers_is_left(make_setup: MakeSetup, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "ANSWER_WAIT_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as server:
        (found,) = await findings(
            checks.endpoint, make_setup(base_url=f"http://127.0.0.1:{server.getsockname()[1]}/v1")
        )
    assert "cannot be reached (TimeoutError)" in found.said


async def test_a_bad_address_is_said(make_setup: MakeSetup) -> None:
    (found,) = await findings(checks.endpoint, make_setup(base_url="http://tutor.example/v1"))
    assert (found.verdict, found.what, found.exit_code) == ("BAD", "endpoint", ExitCode.USAGE)
    assert "--insecure" in found.fix


async def test_a_model_on_its_way_out_is_warned_of(make_setup: MakeSetup) -> None:
    with Endpoint().serving() as endpoint:
        warning, answer = await findings(checks.endpoint, make_setup(base_url=endpoint.url, model="gpt-realtime"))
    assert warning.verdict == "note"
    assert "gpt-realtime will be switched off on 2027-01-20; use gpt-realtime-2.1 instead." in warning.said
    assert answer.verdict == "ok"


async def test_without_a_key_nobody_is_asked(make_setup: MakeSetup) -> None:
    with Endpoint().serving() as endpoint:
        assert await findings(checks.endpoint, make_setup(base_url=endpoint.url, key=None)) == []
        assert await findings(checks.endpoint, make_setup(base_url=endpoint.url, kind="offline")) == []
    assert endpoint.asked == []


@pytest.mark.parametrize(
    ("key", "kind", "verdict", "said"),
    [
        (KEY, "auto", "ok", "OPENAI_API_KEY is set."),
        (KEY, "offline", "ok", "None needed"),
        (None, "offline", "ok", "None needed"),
        (None, "auto", "note", "OPENAI_API_KEY is not set: the offline tutor teaches."),
        (None, "openai", "BAD", "OPENAI_API_KEY is not set."),
        ("sk-a sk-b", "auto", "BAD", "OPENAI_API_KEY cannot be a key: it contains a space."),
    ],
)
async def test_the_key_is_looked_at_and_not_shown(
    key: str | None, kind: str, verdict: str, said: str, make_setup: MakeSetup
) -> None:
    (found,) = await findings(checks.key, make_setup(key=key, kind=kind))
    assert found.verdict == verdict
    assert said in found.said
    assert "sk-" not in str(found)
    assert (found.exit_code == ExitCode.OK) == (verdict != "BAD")


async def test_where_the_key_is_and_who_can_read_it_is_said(
    make_setup: MakeSetup, tmp_path: Path, install: Install
) -> None:
    file = folders_below(tmp_path).keys_file
    desktop = install(FakeKeyring())
    save_key(file, "OPENAI_API_KEY", KEY)
    (found,) = await findings(checks.key, make_setup(key=None))
    assert (found.verdict, found.said) == ("ok", "OPENAI_API_KEY in the system's keyring is set.")
    desktop.fault = KeyringLocked()
    (locked,) = await findings(checks.key, make_setup(key=None))
    assert (locked.verdict, locked.said) == (
        "BAD",
        "OPENAI_API_KEY cannot be read from the system's keyring: it is locked.",
    )
    save_key(file, "OPENAI_API_KEY", KEY)
    file.chmod(0o644)
    warning, found = await findings(checks.key, make_setup(key=None))
    assert (warning.verdict, "chmod 600" in warning.said) == ("note", True)
    assert found.said.startswith("OPENAI_API_KEY in ") and found.said.endswith("keys.json is set.")
    assert KEY not in str((found, locked, warning))


def test_damaged_keys_are_a_line_of_the_list_and_do_not_end_it(
    make_setup: MakeSetup, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    make_setup(key=None)
    file = folders_below(tmp_path).keys_file
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("{")
    monkeypatch.setattr(checks, "CHECKS", {checks.key: "key", library: "library"})
    assert checks.doctor(Options(settings={"tutor.kind": ("--tutor", "offline")})) == ExitCode.USAGE
    first, *_, last = capsys.readouterr().out.splitlines()
    assert first.startswith("BAD   key         ~/.config/tutor-tui/keys.json is damaged.")
    assert last == "ok    library     No lesson is kept yet."
