"""Other vendors' servers: each row of the table against a server that its vendor's documentation was made into."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.openai_api.session_parts import LOOK
from tests.openai_api.vendors import HISTORY, HZ, OTHERS, WHOLE, loudest_hz
from tests.support.strict_calls import Call
from tests.support.strict_server import Behaviour, Reply, StrictServer, tone
from tests.support.strict_vendors import VENDORS, VLLM_24
from tests.tutors.helpers import PLAN, Listener, call, realtime, speak
from tests.tutors.realtime.lesson_room import room
from tutor_tui.core import events as ev
from tutor_tui.core import pcm
from tutor_tui.core import tutor_commands as cmd
from tutor_tui.core.availability import greyed, shortcomings
from tutor_tui.core.lesson import Lesson, Phase
from tutor_tui.core.problems import LinkLost
from tutor_tui.core.settings import DialectName
from tutor_tui.core.tools import ToolAnswer
from tutor_tui.core.turn_detection import PushToTalk, SemanticVad, ServerVad, TurnDetection
from tutor_tui.openai_api.realtime.realtime_endpoint import RealtimeEndpoint
from tutor_tui.openai_api.realtime.vendor_dialects import DIALECTS
from tutor_tui.tutors.realtime.websocket.link import WebSocketTutor

OLD_RATE = json.dumps({"type": "session.created", "session": {"audio": {"input": {"format": {"rate": 16_000}}}}})


def sound_of(ear: Listener) -> bytes:
    return b"".join(event.pcm for event in ear.all(ev.TutorAudio))


@pytest.mark.parametrize("dialect", OTHERS)
async def test_a_lesson_is_set_up_with_all_that_it_has_and_nothing_is_refused(dialect: DialectName) -> None:
    """History, tools, another pace and voice, every way of ending turns that it has, holding where it can be held."""
    ways: list[TurnDetection] = [ServerVad(0.0, 0, 8_000), ServerVad(1.0, 2_000, 200), PushToTalk()]
    able = WebSocketTutor(RealtimeEndpoint("ws://127.0.0.1:9" + VENDORS[dialect].base, "k", dialect=DIALECTS[dialect]))
    if able.capabilities.takes_eagerness:
        ways.append(SemanticVad("medium"))
    async with StrictServer(Behaviour(dialect=dialect)) as server:
        async with call(realtime(server), WHOLE) as ear:
            for number, way in enumerate(ways):
                plan = replace(
                    WHOLE, turn_detection=way, answers=not able.capabilities.holds, speed=min(0.25 + number / 2, 1.5)
                )
                await ear.link.send(cmd.Configure(plan))
            await ear.link.send(cmd.Configure(replace(WHOLE, instructions="Teach well.", noise_reduction=None)))
            await ear.link.send(cmd.Greet("Greet."))
            assert (await ear.wait(ev.ReplyEnded)).status == "completed"
            assert ear.all(ev.PlanRefused) == []
        assert server.complaints == []
        in_force = server.sessions[0].session
        assert in_force["instructions"] == "Teach well."
        assert [tool["name"] for tool in in_force["tools"]] == ["look"]
        texts = [item["item"]["content"][0]["text"] for item in server.of_type("conversation.item.create")]
        assert texts[:2] == [line.text for line in HISTORY]


@pytest.mark.parametrize("dialect", DIALECTS)
async def test_both_voices_keep_their_pitch_and_their_length(dialect: DialectName) -> None:
    """A tone of 440 Hz is one at the server and at the speaker, whatever the rates on the line."""
    vendor = VENDORS[dialect]
    reply = Reply("La.", tone(1_000, HZ))
    behaviour = Behaviour(dialect=dialect, replies=[reply], delta_bytes=(4_801, 999, 0, 7))
    async with StrictServer(behaviour) as server, call(realtime(server)) as ear:
        await speak(ear.link, tone(1_000, HZ) + pcm.silence(600))
        await ear.wait(ev.ReplyEnded)
        assert loudest_hz(bytes(server.heard), vendor.hears_hz) == pytest.approx(HZ, abs=3)
        assert len(server.heard) / 2 / vendor.hears_hz == pytest.approx(1.6, abs=0.13)
        assert loudest_hz(sound_of(ear), pcm.RATE_HZ) == pytest.approx(HZ, abs=3)
        assert pcm.ms_of(len(sound_of(ear))) == pytest.approx(1_000, abs=3)


async def test_a_server_that_names_its_rate_is_believed() -> None:
    """vLLM-Omni wants 16 kHz in one version, and 24 kHz in another, which says so."""
    behaviour = Behaviour(dialect="vllm", vendor=VLLM_24, replies=[Reply("La.", tone(1_000, HZ))])
    async with StrictServer(behaviour) as server, call(realtime(server)) as ear:
        await speak(ear.link, tone(1_000, HZ) + pcm.silence(600))
        await ear.wait(ev.ReplyEnded)
        assert loudest_hz(bytes(server.heard), 24_000) == pytest.approx(HZ, abs=3)
        assert loudest_hz(sound_of(ear), pcm.RATE_HZ) == pytest.approx(HZ, abs=3)


async def test_a_rate_that_our_settings_are_about_to_change_is_not_believed() -> None:
    """Before our settings a server may have another rate than after them, and some never say that it has changed."""
    async with StrictServer(Behaviour(confirms_updates=False, opening_frames=[OLD_RATE])) as server:
        async with call(realtime(server, ready_wait_s=0.3)) as ear:
            await speak(ear.link, tone(500, HZ) + pcm.silence(600))
            await ear.wait(ev.ReplyEnded)
        assert loudest_hz(bytes(server.heard), pcm.RATE_HZ) == pytest.approx(HZ, abs=3)


async def test_a_lesson_goes_on_where_nobody_writes_down_what_the_learner_says() -> None:
    async with room(Behaviour(dialect="vllm", replies=[Reply("Yes.")])) as there:
        for number in (1, 2, 3):  # the greeting, and two answers
            await there.until(lambda lesson, number=number: lesson.replies == number)  # type: ignore[misc]
            await there.until(lambda lesson: lesson.phase is Phase.LISTENING)
            for at in range(0, pcm.bytes_of(500), pcm.FRAME_BYTES):
                there.card.microphone.queue.put_nowait(tone(500)[at : at + pcm.FRAME_BYTES])
            await there.quiet(700)
        assert [turn.role for turn in there.lesson.turns][:4] == ["tutor", "learner", "tutor", "learner"]


@pytest.mark.parametrize("dialect", OTHERS)
async def test_what_is_said_is_shown_where_the_server_writes_it_down(dialect: DialectName) -> None:
    async with StrictServer(Behaviour(dialect=dialect, transcripts=["hello there"])) as server:
        tutor = realtime(server)
        async with call(tutor) as ear:
            await speak(ear.link, tone(500) + pcm.silence(600))
            await ear.wait(ev.ReplyEnded)
            written = [event.text for event in ear.all(ev.LearnerTextDone)]
            assert written == (["hello there"] if tutor.capabilities.learner_text else [])
            said = "".join(event.text for event in ear.all(ev.TutorTextDelta))
            assert said == ear.all(ev.TutorTextDone)[0].text == Reply().text


async def test_words_that_are_told_anew_replace_those_before() -> None:
    """xAI tells all words so far, and takes a guess back."""
    async with StrictServer(Behaviour(dialect="xai", transcripts=["hello there"])) as server:
        async with call(realtime(server)) as ear:
            await speak(ear.link, tone(500) + pcm.silence(600))
            await ear.wait(ev.LearnerTextDone)
        shown = [(event.text, event.replaces) for event in ear.all(ev.LearnerTextDelta)]
        assert shown == [("hel?", True), ("hello there", True)]
        assert ear.all(ev.Unknown) == []


@pytest.mark.parametrize("dialect", ["beta", "azure", *OTHERS])
async def test_talking_over_it_stops_it_and_cuts_off_what_was_not_heard(dialect: DialectName) -> None:
    behaviour = Behaviour(dialect=dialect, replies=[Reply("one two three", tone(3_000))], delta_gap_s=0.02)
    async with StrictServer(behaviour) as server:
        tutor = realtime(server)
        async with call(tutor) as ear:
            await ear.link.send(cmd.Greet(""))
            sound = await ear.wait(ev.TutorAudio, 5)
            await speak(ear.link, tone(200))
            await ear.wait(ev.LearnerStartedSpeaking)
            await ear.link.send(cmd.Interrupt("voice", (cmd.Unheard(sound.item_id, 120),)))
            assert (await ear.wait(ev.ReplyEnded)).status == "cancelled"
            assert tutor.capabilities.truncates or dialect in OTHERS
            if tutor.capabilities.truncates:
                assert (await server.wait_told("conversation.item.truncated"))["audio_end_ms"] == 120
            await ear.link.send(cmd.Greet(""))
            later = await ear.wait(ev.TutorAudio, len(ear.all(ev.TutorAudio)) + 1)
            await ear.link.send(cmd.Interrupt("key", (cmd.Unheard(later.item_id, 0),)))
            assert (await ear.wait(ev.ReplyEnded, 2)).status == "cancelled"
            assert ear.all(ev.Trouble)[1:] == []
        assert server.complaints == []


@pytest.mark.parametrize("dialect", OTHERS)
async def test_a_press_too_short_is_told_and_the_next_one_answered(dialect: DialectName) -> None:
    """Twice in a row as well: nothing of it waits for the server, which may never say that it has cleared."""
    async with StrictServer(Behaviour(dialect=dialect)) as server:
        async with call(realtime(server), replace(PLAN, turn_detection=PushToTalk())) as ear:
            for ms in (60, 60, 300):
                await ear.link.send(cmd.BeginTurn())
                await speak(ear.link, tone(ms))
                await ear.link.send(cmd.EndTurn())
            await ear.wait(ev.TurnTooShort, 2)
            assert (await ear.wait(ev.ReplyEnded)).status == "completed"
        assert server.complaints == []


@pytest.mark.parametrize("dialect", OTHERS)
async def test_a_race_for_an_answer_is_no_news_whatever_the_code(dialect: DialectName) -> None:
    """Some say in words only that there is an answer already, or none to stop."""
    async with StrictServer(
        Behaviour(dialect=dialect, delta_gap_s=0.02, replies=[Reply("one", tone(1_000))])
    ) as server:
        async with call(realtime(server), replace(PLAN, voice="ash")) as ear:
            before = ear.all(ev.Trouble)
            await ear.link.send(cmd.Greet(""))
            await ear.wait(ev.TutorAudio)
            session = server.sessions[0]
            await session.take(json.dumps({"type": "response.create"}))
            await ear.wait(ev.ReplyEnded)
            await session.take(json.dumps({"type": "response.cancel"}))
            await ear.link.send(cmd.Say("Hello.", "t1"))
            await ear.wait(ev.ReplyEnded, 2)
            assert ear.all(ev.Trouble) == before
        assert len(server.complaints) == 2


@pytest.mark.parametrize("dialect", OTHERS)
async def test_tools_are_called_and_answered(dialect: DialectName) -> None:
    behaviour = Behaviour(dialect=dialect, replies=[Reply(calls=[Call("look", '{"at": 1}')]), Reply("It is a cat.")])
    async with StrictServer(behaviour) as server, call(realtime(server), replace(PLAN, tools=(LOOK,))) as ear:
        await ear.link.send(cmd.Greet(""))
        await ear.wait(ev.ReplyEnded)
        (called,) = (event.call for event in ear.all(ev.ToolCalled))
        assert (called.name, json.loads(called.arguments)) == ("look", {"at": 1})
        await ear.link.send(cmd.AnswerTools((ToolAnswer(called.call_id, '{"seen": "a cat"}'),), speak=True))
        await ear.wait(ev.ReplyEnded, 2)
        assert ear.all(ev.TutorTextDone)[-1].text == "It is a cat."
        assert server.complaints == []


@pytest.mark.parametrize("dialect", OTHERS)
async def test_a_lost_line_is_taken_up_again_with_what_was_said(dialect: DialectName) -> None:
    async with StrictServer(Behaviour(dialect=dialect)) as server:
        tutor = realtime(server)
        async with call(tutor) as ear:
            server.drop()
            assert isinstance(await ear.end(), LinkLost)
        async with call(tutor, replace(PLAN, history=HISTORY)) as ear:
            await server.wait_for("conversation.item.create", 2)
            assert ear.all(ev.ItemPlaced) == []
        assert server.complaints == []
        assert len({path for path, _ in server.handshakes}) == (2 if dialect == "inworld" else 1)  # a session id each


@pytest.mark.parametrize(
    ("dialect", "keys", "words"),
    [
        ("xai", {"think"}, "Grok answers each pause"),
        ("huggingface", set(), "believes it has said"),
        ("qwen", set(), "believes it has said"),
        ("vllm", set(), "does not write down what you say"),
        ("voicelive", set(), "own pace"),
    ],
)
def test_what_the_vendor_lacks_is_struck_through_and_said(dialect: DialectName, keys: set[str], words: str) -> None:
    url = f"https://example.org{VENDORS[dialect].base}"
    able = WebSocketTutor(RealtimeEndpoint(url, "k", dialect=DIALECTS[dialect])).capabilities
    lesson = replace(Lesson(PLAN), linked=True)
    assert keys <= {control for control in greyed(able, lesson) if isinstance(control, str)}
    assert any(words in said for said in shortcomings(able, lesson))


@pytest.mark.parametrize("dialect", OTHERS)
def test_a_price_that_nobody_told_us_is_unknown_and_not_nothing(dialect: DialectName) -> None:
    endpoint = RealtimeEndpoint(f"https://example.org{VENDORS[dialect].base}", "k", dialect=DIALECTS[dialect])
    able = WebSocketTutor(endpoint).capabilities
    assert (able.costs_money, able.price_known) == (True, False)


@pytest.mark.parametrize("dialect", OTHERS)
def test_only_what_runs_on_the_learners_own_machine_is_free(dialect: DialectName) -> None:
    """A vendor's server behind a proxy on this machine still sends a bill."""
    here = RealtimeEndpoint(f"ws://127.0.0.1:9{VENDORS[dialect].base}", "k", dialect=DIALECTS[dialect])
    assert WebSocketTutor(here).capabilities.costs_money is (dialect not in ("huggingface", "vllm"))


async def test_instructions_that_are_too_long_lose_their_end_and_the_learner_is_told() -> None:
    long = replace(PLAN, voice="af_heart", instructions="x" * 20_000)
    async with StrictServer(Behaviour(dialect="xai", refuses={"session.audio.output.voice": "no"})) as server:
        async with call(realtime(server), long) as ear:
            told = await ear.wait(ev.Trouble)
            assert (
                told.title
                == "This server takes 16,384 characters of instructions: the end of this profile's is left out."
            )
        assert server.sessions[0].session["instructions"] == "x" * 16_384
