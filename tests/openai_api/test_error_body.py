"""What HTTP errors say of themselves, as OpenAI, Azure, LiteLLM, vLLM, FastAPI and Google write them."""

from __future__ import annotations

import pytest

from tutor_tui.openai_api.error_body import ErrorBody, read_error


@pytest.mark.parametrize(
    ("body", "codes", "message"),
    [
        ('{"error":{"code":"insufficient_quota","type":"x","message":"No."}}', ("insufficient_quota", "x"), "No."),
        ('{"error":{"code":401,"message":"Access denied."}}', (), "Access denied."),
        ('{"error":"Nope","code":"x"}', ("x",), "Nope"),
        ('{"object":"error","message":"Nope","code":400,"type":"Bad"}', ("Bad",), "Nope"),
        ('{"detail":"Not Found"}', (), "Not Found"),
        ('{"detail":{"message":"Voice?","code":"v"}}', ("v",), "Voice?"),
        ('[{"error":{"code":429,"message":"Slow.","status":"RESOURCE_EXHAUSTED"}}]', (), "Slow."),
        *((text, (), "") for text in ("", "[]", "null", "{", '"x"', "[" * 5_000, "<html>", '{"error":null}')),
    ],
)
def test_every_spelling_is_read(body: str, codes: tuple[str, ...], message: str) -> None:
    assert read_error(body.encode()) == ErrorBody(codes, message)


def test_a_refused_key_is_known_by_code_or_by_words_and_a_bare_status_is_not() -> None:
    assert ErrorBody(("invalid_api_key",)).refuses_key(400)
    assert ErrorBody(message="Access denied due to invalid subscription key.").refuses_key(401)
    assert ErrorBody(message="Invalid proxy server token passed.").refuses_key(401)
    assert not ErrorBody(message="Keyboard not found.").refuses_key(401)
    assert not ErrorBody(message="There is no such key.").refuses_key(404)
    assert not ErrorBody().refuses_key(401)
