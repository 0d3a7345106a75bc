"""A wire written down and played back: what the file holds, what it never holds, and what a broken one says."""

from __future__ import annotations

import asyncio
import json
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.fakes import FakeSoundCard
from tests.tutors.helpers import ANY_MACHINE, PLAN, call
from tutor_tui.core import commands as cmd
from tutor_tui.core import events as ev
from tutor_tui.core import pcm
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.lesson import TurnState
from tutor_tui.core.plan import Applied
from tutor_tui.core.problems import ExitCode, LinkLost, Problem
from tutor_tui.core.tools import Correction, PatienceWish, ToolAnswer, ToolCall
from tutor_tui.core.turn_detection import PushToTalk, SemanticVad, ServerVad
from tutor_tui.session.session import Session
from tutor_tui.tutors.recorded import Recorded
from tutor_tui.tutors.replayed import Replayed, read_recording
from tutor_tui.tutors.scripted import Break, Pause, ScriptedTutor, Step, Until, learner_says, tutor_says
from tutor_tui.tutors.wire_file import Asked, Ended, HeardSound, Told, as_json, header, line, of_json

SCRIPT: list[Step] = [
    Until(cmd.Greet),
    *tutor_says("Hello there!", "t1"),
    *learner_says("good morning", "l1", "t1"),
    *tutor_says("Well said.", "t2", "l1"),
]
HEADER = header("scripted", Capabilities())


async def record(file: Path, steps: list[Step] = SCRIPT, **options: Any) -> None:
    """A whole conversation on `file`, opened with a greeting, with half a second of sound."""
    tutor = Recorded(ScriptedTutor(steps, pace=0.02, **options), file)
    replies = sum(isinstance(step, ev.ReplyEnded) for step in steps)
    async with call(tutor) as ear:
        await ear.link.send(cmd.Greet("Greet."))
        ear.link.hear(pcm.silence(500))
        await ear.wait(ev.ReplyEnded, replies)
    await tutor.close()


def file_of(folder: Path, *lines: bytes) -> Path:
    """A recording with these lines."""
    path = folder / "made.jsonl"
    path.write_bytes(b"".join(lines))
    return path


# ---- writing --------------------------------------------------------------------------------------------------------


async def test_everything_that_passes_is_written_and_no_sound(tmp_path: Path) -> None:
    file = tmp_path / "wire.jsonl"
    await record(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    entries = [json.loads(each) for each in file.read_text().splitlines()]
    assert entries[0]["tutor-tui wire"] == 1
    assert entries[0]["tutor"] == "scripted"
    assert entries[1]["call"] == {
        "number": 1,
        "profile": "English",
        "target_language": "en",
        "native_language": "en",
        "level": "",
    }
    times = [each["t"] for each in entries[1:]]
    assert times == sorted(times)
    told = [each["event"]["type"] for each in entries if "event" in each]
    expected = [type(step).__name__ for step in SCRIPT if not isinstance(step, Pause | Until)]
    assert told == ["PlanApplied", "LinkReady", *expected]
    assert [each["command"]["type"] for each in entries if "command" in each] == ["Greet"]
    assert sum(each.get("heard", 0) for each in entries) == pcm.bytes_of(500)
    sounds = [each["event"]["pcm"] for each in entries if "event" in each and "pcm" in each["event"]]
    assert sounds
    assert all(isinstance(size, int) for size in sounds)


async def test_what_is_read_is_what_was_told(tmp_path: Path) -> None:
    file = tmp_path / "wire.jsonl"
    await record(file)
    (played,) = read_recording(file).calls
    told = [each.event for each in played.happenings if isinstance(each, Told)]
    script = [step for step in SCRIPT if not isinstance(step, Pause | Until)]
    assert told[2:] == script  # the script's sound is silence, as a recording's is
    assert any(isinstance(each, Asked) and each.command == "Greet" for each in played.happenings)
    assert any(isinstance(each, HeardSound) for each in played.happenings)


async def test_a_lost_line_is_written_and_lost_again(tmp_path: Path) -> None:
    file = tmp_path / "wire.jsonl"
    tutor = Recorded(ScriptedTutor([Break(LinkLost("Gone.", "Back soon.", retry=True))]), file)
    async with call(tutor) as ear:
        assert isinstance(await ear.end(), LinkLost)
    with pytest.raises(LinkLost):
        async with tutor.connect(PLAN):
            raise LinkLost("Refused.", retry=False)
    await tutor.close()
    endings = [each for made in read_recording(file).calls for each in made.happenings if isinstance(each, Ended)]
    assert [(e.lost.title, e.lost.hint, e.lost.retry) for e in endings if e.lost] == [("Refused.", "", False)]


async def test_a_line_lost_while_reading_is_written(tmp_path: Path) -> None:
    file = tmp_path / "wire.jsonl"
    tutor = Recorded(ScriptedTutor([Break(LinkLost("Gone.", "Back soon.", retry=True))]), file)
    with pytest.raises(LinkLost):
        async with tutor.connect(PLAN) as link:
            async for _ in link.events():
                pass
    await tutor.close()
    replayed = Replayed(file)
    with pytest.raises(LinkLost) as lost:
        async with replayed.connect(PLAN) as link:
            async for _ in link.events():
                pass
    assert (lost.value.title, lost.value.hint, lost.value.retry) == ("Gone.", "Back soon.", True)


def test_no_file_is_written_over(tmp_path: Path) -> None:
    file = tmp_path / "diary.txt"
    file.write_text("Dear diary")
    with pytest.raises(Problem, match="exists already") as caught:
        Recorded(ScriptedTutor(), file)
    assert caught.value.exit_code == ExitCode.USAGE
    assert file.read_text() == "Dear diary"
    for impossible in (tmp_path / "none" / "wire", tmp_path / "a\0b"):
        with pytest.raises(Problem, match="cannot be written"):
            Recorded(ScriptedTutor(), impossible)


async def test_a_full_disk_is_told_once_and_the_lesson_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tutor = Recorded(ScriptedTutor(SCRIPT, pace=0.02), tmp_path / "wire.jsonl")

    def full(_fd: int, _data: bytes) -> int:
        raise OSError(28, "No space left on device")

    async with call(tutor) as ear:
        monkeypatch.setattr("tutor_tui.tutors.recorded.os.write", full)
        await ear.link.send(cmd.Greet(""))
        await ear.wait(ev.ReplyEnded, 2)
        assert [each.hint for each in ear.all(ev.Trouble)] == ["No space left on device."]
    await tutor.close()


async def test_a_crash_leaves_a_readable_beginning(tmp_path: Path) -> None:
    file = tmp_path / "wire.jsonl"
    await record(file)
    whole = file.read_bytes()
    size = len(read_recording(file).calls[0].happenings)
    for cut in (1, 7, 200):
        short = file_of(tmp_path, whole[:-cut])
        assert size - 5 <= len(read_recording(short).calls[0].happenings) < size


# ---- values ---------------------------------------------------------------------------------------------------------

text = st.text(max_size=20)
detections = st.one_of(
    st.builds(ServerVad, silence_duration_ms=st.integers(200, 8000)), st.builds(SemanticVad), st.builds(PushToTalk)
)
EVENTS: dict[type, st.SearchStrategy[Any]] = {
    ev.PlanApplied: st.builds(
        ev.PlanApplied,
        st.builds(
            Applied, st.none() | detections, st.none() | text, st.none() | st.floats(0.25, 1.5), st.none() | text
        ),
    ),
    ev.ToolCalled: st.builds(ev.ToolCalled, st.builds(ToolCall, text, text, text)),
    ev.Usage: st.builds(ev.Usage, st.floats(0, 1e6)),
    ev.LinkReady: st.builds(ev.LinkReady, text, st.none() | st.floats(0, 1e12)),
    ev.TutorAudio: st.builds(ev.TutorAudio, text, st.integers(0, 100).map(bytes)),
}


@ANY_MACHINE
@given(st.one_of(*(EVENTS.get(kind, st.builds(kind)) for kind in get_args(ev.TutorEvent))))
def test_every_event_survives_the_file(event: Any) -> None:
    surrogates = any("\ud800" <= letter <= "\udfff" for letter in repr(event))
    raw = json.loads(json.dumps(as_json(event)))
    assert of_json(ev.TutorEvent, raw) == event
    assert surrogates or line({"event": event}).decode()


@pytest.mark.parametrize("number", [float("inf"), float("nan")])
def test_a_figure_that_is_none_does_not_spoil_the_file(number: float) -> None:
    assert of_json(ev.TutorEvent, json.loads(line(as_json(ev.Usage(number))))) == ev.Usage(0.0)


# ---- what a file can be instead -------------------------------------------------------------------------------------

CALL = b'{"t":0,"call":{"profile":"English"}}\n'


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([], "is no recording of a lesson: it is empty."),
        ([b"hello\n"], "is no recording of a lesson."),
        ([b"[1,2]\n"], "is no recording of a lesson."),
        ([b"\x00\xff" * 100], "is no recording of a lesson."),
        ([b'{"tutor-tui wire":2}\n'], "was recorded by a newer tutor-tui (format 2; this one reads 1)."),
        ([b'{"tutor-tui wire":true}\n'], "is no recording of a lesson."),
        ([b'{"tutor-tui wire":1}\n'], "is no recording of a lesson."),
        ([HEADER, b"{\n"], "line 2: this is no JSON."),
        ([HEADER, b"[" * 100_000 + b"\n"], "line 2: this is no JSON."),
        ([HEADER, b'{"t":0,"heard":2}\n'], "line 2: something happens before the first call."),
        ([HEADER, b'{"t":0,"call":1}\n'], "line 2: nothing is said of the call."),
        ([HEADER, b'{"t":0,"call":{"level":1}}\n'], "line 2: 1 is no str."),
        ([HEADER, CALL, b'{"t":-1,"heard":2}\n'], "line 3: time runs backwards."),
        ([HEADER, CALL, b'{"t":NaN,"heard":2}\n'], "line 3: nan is no float."),
        ([HEADER, CALL, b'{"t":"1","heard":2}\n'], "line 3: '1' is no float."),
        ([HEADER, CALL, b'{"t":1,"heard":-2}\n'], "line 3: nothing that is known here happens."),
        ([HEADER, CALL, b'{"t":1,"event":{"type":"Explode"}}\n'], "line 3: 'Explode' is not known here."),
        ([HEADER, CALL, b'{"t":1,"event":{"type":"Usage"}}\n'], "line 3: Usage is incomplete."),
        ([HEADER, CALL, b'{"t":1,"event":{"type":"Usage","usd":1,"eur":1}}\n'], "line 3: Usage has no 'eur'."),
        (
            [HEADER, CALL, b'{"t":1,"event":{"type":"TutorAudio","item_id":"a","pcm":1e12}}\n'],
            "line 3: 1000000000000.0 is no bytes.",
        ),
        (
            [HEADER, CALL, b'{"t":1,"event":{"type":"TutorAudio","item_id":"a","pcm":99999999999}}\n'],
            "line 3: 99999999999 is no bytes.",
        ),
        ([HEADER, CALL, b'{"t":1,"command":{"type":"Say"}}\n'], "line 3: None is no str."),
        ([HEADER, CALL, b'{"t":1,"command":{"type":"Interrupt","unheard":[1]}}\n'], "line 3: Interrupt has no list"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(lines: list[bytes], said: str, tmp_path: Path) -> None:
    with pytest.raises(Problem) as caught:
        Replayed(file_of(tmp_path, *lines))
    assert said in caught.value.title
    assert caught.value.exit_code == ExitCode.USAGE
    assert "\n" not in str(caught.value)


def test_what_is_no_file_is_said(tmp_path: Path) -> None:
    for path, said in (
        (tmp_path, "is no file"),
        (tmp_path / "none", "No such file"),
        (Path("/dev/zero"), "is no file"),
        (Path("a\0b"), "cannot be read"),
    ):
        with pytest.raises(Problem, match=said):
            read_recording(path)


@ANY_MACHINE
@given(st.lists(st.binary(max_size=60), max_size=4))
def test_noise_is_refused_with_a_sentence(tmp_path_factory: pytest.TempPathFactory, noise: list[bytes]) -> None:
    path = file_of(tmp_path_factory.mktemp("noise"), HEADER, CALL, *(each + b"\n" for each in noise))
    try:
        read_recording(path)
    except Problem as problem:
        assert "line " in problem.title
    else:
        assert noise == []


# ---- playing back ---------------------------------------------------------------------------------------------------


async def test_it_goes_by_the_clock_as_fast_as_asked(tmp_path: Path) -> None:
    happenings = [b'{"t":%d,"event":{"type":"TutorTextDelta","item_id":"a","text":"x"}}\n' % t for t in (1, 3)]
    file = file_of(
        tmp_path,
        HEADER,
        CALL,
        b'{"t":0,"event":{"type":"LinkReady","model":"m","expires_at":1.0}}\n',
        b'{"t":0,"event":{"type":"TutorAudio","item_id":"a","pcm":9600}}\n',
        *happenings,
    )
    replayed = Replayed(file, speed=10)
    loop = asyncio.get_running_loop()
    began_s = loop.time()
    async with call(replayed) as ear:
        assert ear.all(ev.LinkReady)[0].expires_at is None
        await ear.wait(ev.TutorTextDelta, 2)
        assert 0.3 <= loop.time() - began_s < 1.0
        assert ear.all(ev.TutorAudio)[0].pcm == bytes(960)
        assert (await ear.wait(ev.Trouble)).title == "The recording is over."
        assert replayed.over.is_set()


def lesson_file(folder: Path) -> Path:
    """A typed line, its answer, and an answer that the learner stopped after 100 ms."""
    events: list[tuple[float, str, object]] = [
        (0, "event", ev.PlanApplied(Applied())),
        (0, "event", ev.LinkReady("m")),
        (0.1, "command", cmd.Say("Good day.", "typed")),
        (0.2, "event", ev.ItemPlaced("typed", None, "learner")),
        (0.3, "event", ev.ReplyStarted("r")),
        (0.3, "event", ev.TutorTextDelta("t", "Good day to you.")),
        (0.3, "event", ev.TutorAudio("t", bytes(pcm.bytes_of(5_000)))),
        (0.4, "command", cmd.Interrupt("key", (cmd.Unheard("t", 100),))),
        (0.5, "event", ev.ReplyEnded("r", "cancelled")),
    ]
    lines = [line({"t": t, kind: what}) for t, kind, what in events]
    return file_of(folder, HEADER, CALL, *lines)


async def test_a_session_shows_it_as_it_was(tmp_path: Path) -> None:
    sound = FakeSoundCard()
    session = Session(tutor=Replayed(lesson_file(tmp_path)), sound=sound, plan=PLAN)
    task = asyncio.create_task(session.run())
    async with asyncio.timeout(5):
        async for lesson in session.watch:
            if lesson.notice and lesson.notice.title == "The recording is over.":
                break
    turns = session.lesson.turns
    assert [(turn.role, turn.text, turn.state) for turn in turns] == [
        ("learner", "Good day.", TurnState.DONE),
        ("tutor", "Good day to you.", TurnState.DONE),
    ]
    assert sum(len(sound) for _, sound in sound.speaker.played) == pcm.bytes_of(100)
    session.say("And you?")
    async with asyncio.timeout(5):
        async for lesson in session.watch:
            if lesson.notice and "cannot answer" in lesson.notice.title and lesson.phase == "listening":
                break
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_tools_are_not_used_again_but_answered_as_they_were(tmp_path: Path) -> None:
    note = Correction("I goed", "I went")
    answer = ToolAnswer("c", "noted", False, True, "I goed", (note, PatienceWish(SemanticVad())))
    entries: list[tuple[str, object]] = [
        ("event", ev.LinkReady("m")),
        ("event", ev.ReplyStarted("r")),
        ("event", ev.ToolCalled(ToolCall("c", "note_correction", "{}"))),
        ("event", ev.ToolCalled(ToolCall("d", "note_word", "{}"))),
        ("event", ev.ReplyEnded("r")),
        ("command", cmd.AnswerTools((answer,), speak=False)),
    ]
    replayed = Replayed(file_of(tmp_path, HEADER, CALL, *(line({"t": 0.1, kind: what}) for kind, what in entries)))
    session = Session(tutor=replayed, sound=FakeSoundCard(), plan=PLAN, toolbox=replayed)
    task = asyncio.create_task(session.run())
    async with asyncio.timeout(5):
        async for lesson in session.watch:
            if len(lesson.tool_lines) == 2 and not any(each.state == "running" for each in lesson.tool_lines):
                break
    assert [(each.state, each.summary) for each in session.lesson.tool_lines] == [
        ("done", "I goed"),
        ("failed", "what became of it was not recorded"),
    ]
    assert [each.what for each in session.lesson.corrections] == [note]
    assert replayed.specs(["note_word"]) == ()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_changes_are_confirmed_while_it_plays(tmp_path: Path) -> None:
    async with call(Replayed(lesson_file(tmp_path))) as ear:
        await ear.link.send(cmd.Configure(PLAN))
        applied = (await ear.wait(ev.PlanApplied, 2)).applied
        assert applied.turn_detection == PLAN.turn_detection


async def test_on_cue_it_waits_to_be_asked(tmp_path: Path) -> None:
    file = tmp_path / "wire.jsonl"
    await record(file)
    async with call(Replayed(file, on_cue=True)) as ear:
        await asyncio.sleep(0.1)
        assert ear.all(ev.ReplyStarted) == []
        await ear.link.send(cmd.Greet("Hello?"))
        await asyncio.sleep(0.1)
        heard_late = len(ear.events)
        ear.link.hear(pcm.silence(500))
        await ear.wait(ev.ReplyEnded, 2)
        assert len(ear.events) > heard_late
        assert ear.all(ev.Trouble) == []


async def test_a_call_that_ended_in_good_order_makes_room_for_the_next(tmp_path: Path) -> None:
    ended = b'{"t":0.1,"ended":null}\n'
    ready = b'{"t":%s,"event":{"type":"LinkReady","model":"m"}}\n'
    lines = (HEADER, CALL, ready % b"0", ended, b'{"t":5,"call":{}}\n', ready % b"5")
    replayed = Replayed(file_of(tmp_path, *lines))
    async with call(replayed) as ear:
        assert await ear.end() is None
        assert not replayed.over.is_set()
    async with call(replayed) as ear:
        assert (await ear.wait(ev.Trouble)).title == "The recording is over."


async def test_after_the_last_call_it_stays_on_the_line(tmp_path: Path) -> None:
    replayed = Replayed(lesson_file(tmp_path), speed=50)
    for _ in range(2):
        async with call(replayed) as ear:
            assert (await ear.wait(ev.Trouble)).title == "The recording is over."
            assert not ear.ended
    assert replayed.name == "recording of scripted"
    assert replayed.capabilities.live_lesson
    plan = replayed.plan_like(replace(PLAN, profile="Another", level="B2", voice="cedar"))
    assert (plan.profile, plan.level, plan.voice, plan.opening) == ("English", "B2", "cedar", "")
