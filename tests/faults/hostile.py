"""What a server may put into its messages that no server should."""

from __future__ import annotations

import copy
import json
from typing import Any

from tests.faults import ladder
from tests.faults.evidence import Frame

_PLACE = "\x00here\x00"


def _deep(depth: int) -> str:
    return "[" * depth + "]" * depth


VALUES: dict[str, str] = {
    "left out": "",
    "null": "null",
    "true": "true",
    "a number": "7",
    "a negative number": "-12345",
    "a fraction": "0.5",
    "not a number": "NaN",
    "infinite": "-Infinity",
    "beyond all numbers": "1e999",
    "a huge integer": "9" * 400,
    "an integer that Python does not read": "9" * 5_000,
    "an empty text": '""',
    "unknown": '"nobody_knows"',
    "half a surrogate pair": '"\\ud800 half"',
    "terminal escapes and markup": '"\\u001b]52;c;eA==\\u0007[bold]\\u202e\\u0000"',
    "100,000 characters": f'"{"x" * 100_000}"',
    "a list": "[]",
    "an object": '{"id": {"id": []}}',
    "nested 900 deep": _deep(900),
    "nested 10,000 deep": _deep(10_000),
}
"""What stands in place of a field's value, as JSON."""


def fields_of(frame: Frame) -> list[str]:
    """The fields of an event, those of the objects in it as `item.id`; not its type, which makes it the event."""
    fields = []
    for name, value in frame.items():
        if name == "type":
            continue
        fields.append(name)
        if isinstance(value, dict):
            fields += [f"{name}.{inner}" for inner in value]
    return fields


def with_field(frame: Frame, field: str, raw: str) -> str:
    """The event with `raw` in place of that field's value; without the field, where it is empty."""
    changed: dict[str, Any] = copy.deepcopy(frame)
    *above, name = field.split(".")
    parent = changed[above[0]] if above else changed
    if raw:
        parent[name] = _PLACE
    else:
        parent.pop(name)
    return json.dumps(changed).replace(json.dumps(_PLACE), raw)


_DELTA = {"type": "response.output_audio.delta", "response_id": "resp_y", "item_id": "item_y"}


def _sound(delta: str, **fields: Any) -> str:
    return json.dumps({**_DELTA, "delta": delta, **fields})


MESSAGES: dict[str, str | bytes] = {
    "nothing": "",
    "a blank": " ",
    "no JSON": '{"type":',
    "a list": "[1, 2]",
    "a number": "7",
    "null": "null",
    "NaN": "NaN",
    "an object without a type": "{}",
    **{f"a type that is {what}": f'{{"type": {raw}}}' for what, raw in VALUES.items() if raw},
    **{f"a list {depth} deep": _deep(depth) for depth in (990, 10_000, 100_000)},
    **{f"an object {depth} deep": '{"type":' * depth + "7" + "}" * depth for depth in (990, 10_000)},
    "two types": '{"type": "response.done", "type": "rate_limits.updated"}',
    "two responses": '{"type": "response.done", "response": {"id": "resp_1"}, "response": 7}',
    "an event in bytes": b'{"type": "ping"}',
    "bytes": bytes(range(256)),
    "bytes that are no UTF-8": b'{"type": "\xff\xfe"}',
    "UTF-16": '{"type": "ping"}'.encode("utf-16"),
    "a mark before the JSON": "\ufeff" + '{"type": "ping"}',
    "10 MB of blanks": " " * 10_000_000,
    "10 MB of words": json.dumps({**_DELTA, "type": "response.output_text.delta", "delta": "word " * 2_000_000}),
    "10 MB of sound": _sound("AAAA" * 2_500_000),
    "sound of one byte": _sound("AA=="),
    "sound of no bytes": _sound(""),
    "sound of three bytes": _sound("AAAA"),
    "sound that is no base64": _sound("a!b"),
    "sound whose padding is missing": _sound("AA"),
    "sound that is no text": json.dumps({**_DELTA, "delta": [1, 2]}),
    **{f"sound at a rate of {rate}": _sound("AAAA", sample_rate_hz=rate) for rate in (-1, 0, 7_999, 44_100, 10**400)},
    "sound without an item": json.dumps({"type": _DELTA["type"], "delta": "AAAA"}),
    "an event that nobody has heard of": '{"type": "response.brand_new.delta", "item_id": "item_a1", "delta": "x"}',
    "settings that nobody asked for": json.dumps({"type": "session.updated", "session": {"audio": 7, "tools": "x"}}),
    "another beginning": json.dumps(ladder.created()[0]),
}
"""Messages as they come over the line."""

ERRORS: dict[str, str] = {
    "a fault of the server's": json.dumps(ladder.error("server_error", "Oops.")),
    "a pause that is asked for": json.dumps(ladder.error("rate_limit_exceeded", "Slow down.")),
    "a race": json.dumps(ladder.error("response_cancel_not_active")),
    "another answer is under way": json.dumps(ladder.error("conversation_already_has_active_response")),
    "a turn that is too short": json.dumps(ladder.error("input_audio_buffer_commit_empty")),
    "without a code": json.dumps(ladder.error(None, "")),
    "flat": json.dumps({"type": "error", "error": "the GPU is on fire"}),
    "of another type": json.dumps({"type": "error", "error": [7]}),
}
"""Errors that end nothing."""

REASONS: dict[str, str] = {
    "no reason": "",
    "a reason": "internal error",
    "terminal escapes": "\x1b]52;c;eA==\x07\x1b[2J\x9b31m",
    "markup and direction marks": "[bold red]{0}%s\u202e\u2066",
    "the longest that there is": "x" * 123,
}
