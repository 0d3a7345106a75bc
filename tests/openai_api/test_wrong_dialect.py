"""A server that speaks another dialect than it was dialled in."""

from __future__ import annotations

import pytest

from tests.openai_api.session_parts import FLAT
from tests.support.strict_server import Behaviour, StrictServer
from tests.tutors.helpers import call
from tests.tutors.realtime.conversation.talk import Talk
from tutor_tui.core import events as ev
from tutor_tui.core.problems import LinkLost
from tutor_tui.core.settings import DialectName
from tutor_tui.openai_api.realtime.realtime_endpoint import RealtimeEndpoint
from tutor_tui.openai_api.realtime.server_dialects import AZURE, BETA, GA, ServerDialect
from tutor_tui.openai_api.realtime.vendor_dialects import DIALECTS
from tutor_tui.tutors.realtime.websocket.link import WebSocketTutor


@pytest.mark.parametrize(
    ("ours", "code", "word"),
    [
        (GA, "unknown_parameter", "beta"),
        (AZURE, "unknown_parameter", "beta"),
        (BETA, "missing_required_parameter", "ga"),
    ],
)
@pytest.mark.parametrize("param", ["session.type", None])
def test_the_wrong_dialect_ends_in_one_sentence_with_the_right_one(
    ours: ServerDialect, code: str, word: str, param: str | None
) -> None:
    talk = Talk(ready=False, dialect=ours)
    with pytest.raises(LinkLost) as lost:
        talk.error(code, "Unknown or missing parameter: 'session.type'.", param=param)
    assert f"tutor.dialect to {word}" in lost.value.hint
    assert not lost.value.retry


def test_a_server_that_answers_like_one_of_the_beta_is_named_and_the_lesson_goes_on() -> None:
    talk = Talk(ready=False)
    (trouble,) = talk.hear("session.created", session=FLAT)
    assert isinstance(trouble, ev.Trouble)
    assert "tutor.dialect to beta" in trouble.hint
    assert talk.hear("session.created", session={**FLAT, "audio": {}}) == []
    assert Talk(ready=False, dialect=BETA).hear("session.created", session=FLAT) == []


@pytest.mark.parametrize(
    ("ours", "theirs", "said"),
    [
        ("beta", "ga", "tutor.dialect to ga"),
        ("beta", "azure", "key"),
        ("ga", "beta", "tutor.dialect"),
        ("ga", "azure", "key"),
        ("azure", "ga", "key"),
    ],
)
async def test_a_server_of_another_make_is_named_and_not_dialled_again(
    ours: DialectName, theirs: DialectName, said: str
) -> None:
    async with StrictServer(Behaviour(dialect=theirs)) as server:
        url = f"ws://127.0.0.1:{server.port}/openai/v1" if ours == "azure" else server.base_url
        tutor = WebSocketTutor(RealtimeEndpoint(url, "sk-secret", dialect=DIALECTS[ours]), "m")
        with pytest.raises(LinkLost) as lost:
            async with call(tutor):
                pass
        assert said in f"{lost.value.title} {lost.value.hint}"
        assert "sk-secret" not in str(lost.value)
        assert not lost.value.retry
