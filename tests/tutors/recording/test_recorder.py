"""A wire written down: what the file holds, what it never holds, and what a broken one says."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.fakes import FakeTutor
from tests.tutors.helpers import ANY_MACHINE, PLAN, call
from tests.tutors.recording.helpers import CALL, HEADER, SCRIPT, file_of, record
from tutor_tui.core import events as ev
from tutor_tui.core import pcm
from tutor_tui.core import tutor_commands as cmd
from tutor_tui.core.lesson_plan import Applied
from tutor_tui.core.problems import ExitCode, LinkLost, Problem
from tutor_tui.core.tools import Correction, ToolAnswer, ToolCall, Word
from tutor_tui.core.turn_detection import PushToTalk, SemanticVad, ServerVad
from tutor_tui.testing.scripted_tutor import Break, Pause, ScriptedTutor, Until
from tutor_tui.tutors.recording.format import RecordedCommand, RecordedEnd, RecordedEvent, RecordedSound, line
from tutor_tui.tutors.recording.json_values import from_json, to_json
from tutor_tui.tutors.recording.player import ReplayedTutor, read_recording
from tutor_tui.tutors.recording.recorder import RecordedTutor, RecordingFile

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
    (played,) = read_recording(file).connections
    told = [each.event for each in played.entries if isinstance(each, RecordedEvent)]
    script = [step for step in SCRIPT if not isinstance(step, Pause | Until)]
    assert told[2:] == script  # the script's sound is silence, as a recording's is
    assert any(isinstance(each, RecordedCommand) and each.command == "Greet" for each in played.entries)
    assert any(isinstance(each, RecordedSound) for each in played.entries)


async def test_a_lost_line_is_written_and_lost_again(tmp_path: Path) -> None:
    file = tmp_path / "wire.jsonl"
    tutor = RecordedTutor(ScriptedTutor([Break(LinkLost("Gone.", "Back soon.", retry=True))]), RecordingFile(file))
    async with call(tutor) as ear:
        assert isinstance(await ear.end(), LinkLost)
    with pytest.raises(LinkLost):
        async with tutor.connect(PLAN):
            raise LinkLost("Refused.", retry=False)
    await tutor.close()
    endings = [
        each for made in read_recording(file).connections for each in made.entries if isinstance(each, RecordedEnd)
    ]
    assert [(e.lost.title, e.lost.hint, e.lost.retry) for e in endings if e.lost] == [("Refused.", "", False)]


async def test_a_line_lost_while_reading_is_written(tmp_path: Path) -> None:
    file = tmp_path / "wire.jsonl"
    tutor = RecordedTutor(ScriptedTutor([Break(LinkLost("Gone.", "Back soon.", retry=True))]), RecordingFile(file))
    with pytest.raises(LinkLost):
        async with tutor.connect(PLAN) as link:
            async for _ in link.events():
                pass
    await tutor.close()
    replayed = ReplayedTutor(file)
    with pytest.raises(LinkLost) as lost:
        async with replayed.connect(PLAN) as link:
            async for _ in link.events():
                pass
    assert (lost.value.title, lost.value.hint, lost.value.retry) == ("Gone.", "Back soon.", True)


async def test_an_attempt_that_is_refused_beside_a_conversation_does_not_end_that(tmp_path: Path) -> None:
    """As where the next one is to take over."""
    file, own = tmp_path / "wire.jsonl", FakeTutor()
    tutor = RecordedTutor(own, RecordingFile(file))
    async with tutor.connect(PLAN) as link:
        own.refusals = [LinkLost("Too often.", retry=True)]
        with pytest.raises(LinkLost):
            async with tutor.connect(PLAN):
                pass
        own.link.tell(ev.TutorTextDone("a", "It goes on."))
        events = link.events()
        assert [await anext(events), await anext(events)][1] == ev.TutorTextDone("a", "It goes on.")
    await tutor.close()
    entries = [each for made in read_recording(file).connections for each in made.entries]
    assert not any(isinstance(each, RecordedEnd) for each in entries)


def test_no_file_is_written_over(tmp_path: Path) -> None:
    file = tmp_path / "diary.txt"
    file.write_text("Dear diary")
    with pytest.raises(Problem, match="exists already") as caught:
        RecordedTutor(ScriptedTutor(), RecordingFile(file))
    assert caught.value.exit_code == ExitCode.USAGE
    assert file.read_text() == "Dear diary"
    for impossible in (tmp_path / "none" / "wire", tmp_path / "a\0b"):
        with pytest.raises(Problem, match="cannot be written"):
            RecordedTutor(ScriptedTutor(), RecordingFile(impossible))


async def test_a_full_disk_is_told_once_and_the_lesson_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tutor = RecordedTutor(ScriptedTutor(SCRIPT, pace=0.02), RecordingFile(tmp_path / "wire.jsonl"))

    def full(_fd: int, _data: bytes) -> int:
        raise OSError(28, "No space left on device")

    async with call(tutor) as ear:
        monkeypatch.setattr("tutor_tui.tutors.recording.recorder.os.write", full)
        await ear.link.send(cmd.Greet(""))
        await ear.wait(ev.ReplyEnded, 2)
        assert [each.hint for each in ear.all(ev.Trouble)] == ["No space left on device."]
    await tutor.close()


async def test_a_crash_leaves_a_readable_beginning(tmp_path: Path) -> None:
    file = tmp_path / "wire.jsonl"
    await record(file)
    whole = file.read_bytes()
    size = len(read_recording(file).connections[0].entries)
    for cut in (1, 7, 200):
        short = file_of(tmp_path, whole[:-cut])
        assert size - 5 <= len(read_recording(short).connections[0].entries) < size


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
    ev.TurnRunsOut: st.builds(ev.TurnRunsOut, st.integers(0, 120), st.floats(0, 120)),
    ev.Usage: st.builds(ev.Usage, st.floats(0, 1e6)),
    ev.LinkReady: st.builds(ev.LinkReady, text, st.none() | st.floats(0, 1e12)),
    ev.TutorAudio: st.builds(ev.TutorAudio, text, st.integers(0, 100).map(bytes)),
}


@ANY_MACHINE
@given(st.one_of(*(EVENTS.get(kind, st.builds(kind)) for kind in get_args(ev.TutorEvent))))
def test_every_event_survives_the_file(event: Any) -> None:
    surrogates = any("\ud800" <= letter <= "\udfff" for letter in repr(event))
    assert from_json(json.dumps(to_json(event))) == event
    assert surrogates or line({"event": event}).decode()


@pytest.mark.parametrize("number", [float("inf"), float("nan")])
def test_a_figure_that_is_none_does_not_spoil_the_file(number: float) -> None:
    assert from_json(line(to_json(ev.Usage(number)))) == ev.Usage(0.0)


# ---- what a file can be instead -------------------------------------------------------------------------------------


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
        ([HEADER, b'{"t":0,"call":{"level":1}}\n'], "line 2: 1 is no level."),
        ([HEADER, CALL, b'{"t":-1,"heard":2}\n'], "line 3: time runs backwards."),
        ([HEADER, CALL, b'{"t":1e400,"heard":2}\n'], "line 3: inf s is longer than any lesson."),
        ([HEADER, CALL, b'{"t":NaN,"heard":2}\n'], "line 3: NaN is no number."),
        ([HEADER, CALL, b'{"t":"1","heard":2}\n'], "line 3: '1' is no time."),
        ([HEADER, CALL, b'{"t":1,"heard":-2}\n'], "line 3: nothing that is known here happens."),
        ([HEADER, CALL, b'{"t":1,"event":{"type":"Explode"}}\n'], "line 3: 'Explode' is not known here."),
        ([HEADER, CALL, b'{"t":1,"event":{"type":"Usage"}}\n'], "line 3: Usage is incomplete."),
        ([HEADER, CALL, b'{"t":1,"event":{"type":"Usage","usd":1,"eur":1}}\n'], "line 3: Usage has no 'eur'."),
        (
            [HEADER, CALL, b'{"t":1,"event":{"type":"TutorAudio","item_id":"a","pcm":1e12}}\n'],
            "line 3: 1000000000000.0 is no number of bytes.",
        ),
        (
            [HEADER, CALL, b'{"t":1,"event":{"type":"TutorAudio","item_id":"a","pcm":99999999999}}\n'],
            "line 3: 99999999999 is no number of bytes.",
        ),
        ([HEADER, CALL, b'{"t":1,"command":{"type":"Say"}}\n'], "line 3: Say is incomplete."),
        (
            [HEADER, CALL, b'{"t":1,"command":{"type":"Interrupt","by":"key","unheard":[1]}}\n'],
            "line 3: 1 cannot be Interrupt.",
        ),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(lines: list[bytes], said: str, tmp_path: Path) -> None:
    with pytest.raises(Problem) as caught:
        ReplayedTutor(file_of(tmp_path, *lines))
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


def test_a_recording_of_format_1_is_still_read() -> None:
    """The file was written by the first version that recorded lessons; it stays as it is."""
    (played,) = read_recording(Path(__file__).with_name("format_1.jsonl")).connections
    assert played.lesson == {"profile": "K", "target_language": "ko", "native_language": "en", "level": "A1"}
    events = [entry.event for entry in played.entries if isinstance(entry, RecordedEvent)]
    assert events[1:5] == [
        ev.PlanApplied(Applied(ServerVad(), "marin", 1.0)),
        ev.PlanApplied(Applied(PushToTalk())),
        ev.PlanApplied(Applied(SemanticVad("low"))),
        ev.TutorAudio("a", bytes(960)),
    ]
    commands = {entry.command: entry for entry in played.entries if isinstance(entry, RecordedCommand)}
    assert list(commands) == ["Configure", "Greet", "Say", "Interrupt", "AnswerTools", "EndTurn"]
    assert (commands["Say"].text, commands["Interrupt"].heard_ms) == ("t", (("a", 3),))
    (answer,) = commands["AnswerTools"].answers
    assert answer == ToolAnswer("c", "o", effects=(Correction("a", "b"), Word("a", "b")))


def test_pydantic_is_loaded_only_where_a_recording_is_played() -> None:
    asked = "import sys, tutor_tui.tutors.recording.recorder, tutor_tui.tutors.recording.player; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert "pydantic" not in done.stdout.split()
