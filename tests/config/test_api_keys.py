from __future__ import annotations

import logging
import pickle
import traceback

import pytest

from tutor_tui.config.api_keys import ApiKey, key_missing, parse_key
from tutor_tui.core.problems import ExitCode, Problem

SECRET = "sk-proj-0123456789abcdef"


def test_only_reveal_shows_the_secret(caplog: pytest.LogCaptureFixture) -> None:
    key = ApiKey(SECRET, "environment")
    logging.getLogger("test").warning("%s %r", key, key)
    shown = (
        f"{key} {key!r} {key!s:>40} {vars(ApiKey)} {[getattr(key, name) for name in ApiKey.__slots__]} {caplog.text}"
    )
    assert SECRET not in shown
    assert key.reveal() == SECRET


def test_the_secret_is_not_in_a_traceback_that_shows_locals() -> None:
    key = ApiKey(SECRET)
    try:
        raise ValueError(f"refused with {key}")
    except ValueError as error:
        report = traceback.TracebackException.from_exception(error, capture_locals=True)
    text = "".join(report.format())
    assert "key = ApiKey" in text
    assert SECRET not in text


def test_a_key_cannot_be_pickled() -> None:
    with pytest.raises(TypeError, match="not to be written"):
        pickle.dumps(ApiKey(SECRET))


@pytest.mark.parametrize("raw", [None, "", "  ", "\n", "\t\r\n"])
def test_unset_empty_and_blank_are_no_key(raw: str | None) -> None:
    assert parse_key(raw, "environment") is None


@pytest.mark.parametrize("raw", [SECRET, f"{SECRET}\n", f"  {SECRET} \r\n"])
def test_blanks_at_the_ends_are_forgiven(raw: str) -> None:
    key = parse_key(raw, "environment")
    assert key is not None
    assert key.reveal() == SECRET


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        ("sk-one\nsk-two", "a line break"),
        ("sk-one\r\nX-Evil: yes", "a line break"),
        ("sk one", "a space"),
        ("sk-ключ", "characters that no key has"),
        ("sk-\x1b[31m", "characters that no key has"),
        ("your-key", "an example's words in place of a key"),
        ("Your-Key", "an example's words in place of a key"),
    ],
)
def test_what_cannot_be_a_key_is_refused_without_showing_it(raw: str, fault: str) -> None:
    with pytest.raises(Problem) as caught:
        parse_key(raw, "OPENAI_API_KEY in ~/project/.env")
    assert caught.value.title == f"OPENAI_API_KEY in ~/project/.env cannot be a key: it contains {fault}."
    assert caught.value.exit_code == ExitCode.USAGE
    assert raw not in str(caught.value)
    assert "sk" not in str(caught.value)


@pytest.mark.parametrize(("raw", "state"), [(None, "not set"), ("", "empty"), (" \n", "empty")])
def test_a_missing_key_says_how_to_add_one(raw: str | None, state: str) -> None:
    problem = key_missing(raw)
    assert f"OPENAI_API_KEY is {state}." in problem.title
    assert ".env" in problem.hint
    assert problem.exit_code == ExitCode.USAGE
