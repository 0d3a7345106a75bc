"""`tutor-tui voices`: the offline tutor's voices, and how each of them sounds."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from tutor_tui.app.configured import configure
from tutor_tui.app.tutor_choice import voices_wanted
from tutor_tui.cli.output import say, table
from tutor_tui.config.command_line import Options
from tutor_tui.core import pcm
from tutor_tui.core.events import DeviceLost, DeviceOpened, LocalEvent, SpeechFinished
from tutor_tui.core.extras import install_command
from tutor_tui.core.languages import language_name
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.safe_text import one_line
from tutor_tui.core.sound_settings import SoundSettings
from tutor_tui.offline_server.tts.voices import VOICES, VoiceEntry, voices_of

if TYPE_CHECKING:
    from tutor_tui.offline_server.tts.voice import Voices

OPEN_WAIT_S = 10.0
"""PortAudio needs 0.3 s to open a device; a sound server that is starting up, a few seconds."""
STEADY_S = 0.24
"""Twelve blocks of the usual length."""
STEADY_WAIT_S = 3.0
"""A null sink where nothing played makes one wait for 2 s."""
_ITEM = "voice"
_SAMPLES = {
    "de": "Guten Tag! Schön, dass Sie da sind. Womit fangen wir heute an?",
    "en": "Hello! It is good to see you. What shall we talk about today?",
    "es": "¡Hola! Me alegro de verte. ¿De qué hablamos hoy?",
    "fr": "Bonjour ! Je suis contente de te voir. De quoi parlons-nous aujourd'hui ?",
    "it": "Ciao! Che bello vederti. Di che cosa parliamo oggi?",
    "ja": "こんにちは。おあいできて、うれしいです。きょうは、なにをはなしましょうか。",
    "ko": "안녕하세요! 만나서 반가워요. 오늘은 무슨 이야기를 할까요?",
    "pt": "Olá! Que bom ver você. Sobre o que vamos falar hoje?",
    "zh": "你好！很高兴见到你。今天我们聊什么？",
}


def voices(options: Options) -> int:
    """List them, or play one. Raises `Problem`."""
    settings = configure(options).settings
    if options.voice:
        asyncio.run(_play(_named(options.voice), settings.sound))
        return int(ExitCode.OK)
    wanted = voices_wanted(settings.offline).split(",")
    if options.as_json:
        for each in VOICES:
            print(json.dumps(_as_json(each, wanted), ensure_ascii=False))
        return int(ExitCode.OK)
    rows = [
        (each.name, language_name(each.language), each.engine, each.licence, _use(each, wanted), each.what)
        for each in VOICES
    ]
    for line in table(("VOICE", "LANGUAGE", "ENGINE", "LICENCE", "USE", "WHO"), rows):
        print(line)
    if not all(map(_is_here, VOICES)):
        say(f"To install what is not here, 170 MB on the disk: {install_command('voices')}")
    return int(ExitCode.OK)


def _named(name: str) -> VoiceEntry:
    for each in VOICES:
        if each.name == name:
            return each
    raise Problem(f"There is no voice called {one_line(name, 40)}.", "Their names: tutor-tui voices", ExitCode.USAGE)


def _is_here(voice: VoiceEntry) -> bool:
    from tutor_tui.offline_server.tts import weights  # numpy: 0.2 s that --help does without
    from tutor_tui.offline_server.tts.voice import Voices

    return Voices().is_here(voice) and (voice.engine != "kokoro" or weights.are_here())


def _speaks(voice: VoiceEntry, wanted: Sequence[str]) -> bool:
    """Whether it is the one that says its language in a lesson."""
    return next((each.name for each in voices_of(voice.language, wanted) if _is_here(each)), "") == voice.name


def _use(voice: VoiceEntry, wanted: Sequence[str]) -> str:
    if not _is_here(voice):
        return "not installed"
    return "speaks" if _speaks(voice, wanted) else "installed"


def _as_json(voice: VoiceEntry, wanted: Sequence[str]) -> dict[str, object]:
    return {
        "name": voice.name,
        "language": voice.language,
        "engine": voice.engine,
        "licence": voice.licence,
        "installed": _is_here(voice),
        "speaks": _speaks(voice, wanted),
        "who": voice.what,
    }


# ---- how one sounds -------------------------------------------------------------------------------------------------


async def _play(voice: VoiceEntry, sound: SoundSettings) -> None:
    """Let it say a few words through the learner's speaker. Raises `Problem`."""
    from tutor_tui.audio.hotplug import PyAudioSoundCard  # loads PortAudio

    spoken = in_time(await asyncio.to_thread(spoken_by, voice), asyncio.get_running_loop().time)
    beginning = await anext(spoken, b"")
    async with PyAudioSoundCard(sound.input_device, sound.output_device, int(sound.block_ms)) as card:
        events = card.events()
        await _speaker_open(events)
        await steady(lambda: card.speaker.blocks, int(sound.block_ms))
        card.speaker.play(_ITEM, beginning)
        async for more in spoken:
            card.speaker.play(_ITEM, more)
        card.speaker.finish(_ITEM)
        await heard(events)


async def steady(blocks: Callable[[], int], block_ms: int) -> None:
    """Wait until the speaker takes blocks as fast as they are heard, for `STEADY_WAIT_S` at most.

    A server whose sink slept, or a busy one, takes the first second at once, or nothing for as long: what it is given
    then, it may drop.
    """
    clock = asyncio.get_running_loop().time
    usual = STEADY_S * 1000 / block_ms
    until_s = clock() + STEADY_WAIT_S
    taken = 0
    while clock() < until_s and not usual / 2 < taken < usual * 2:
        before, began_s = blocks(), clock()
        await asyncio.sleep(STEADY_S)
        taken = round((blocks() - before) * STEADY_S / (clock() - began_s))


async def heard(events: AsyncIterator[LocalEvent]) -> None:
    """Wait until it was heard to its end; a speaker that stands still has a while to go on. Raises `Problem`."""
    lost: Problem | None = None
    with suppress(TimeoutError):
        async with asyncio.timeout(None) as patience:
            async for event in events:
                match event:
                    case SpeechFinished():  # without a speaker: nobody heard it
                        break
                    case DeviceLost("speaker", reason, hint):
                        lost = Problem(reason, hint, ExitCode.SOUND)
                        patience.reschedule(asyncio.get_running_loop().time() + OPEN_WAIT_S)
                    case DeviceOpened("speaker"):
                        lost = None
                        patience.reschedule(None)
    if lost is not None:
        raise lost


async def _speaker_open(events: AsyncIterator[LocalEvent]) -> None:
    try:
        async with asyncio.timeout(OPEN_WAIT_S):
            async for event in events:
                match event:
                    case DeviceOpened("speaker"):
                        return
                    case DeviceLost("speaker", reason, hint):
                        raise Problem(reason, hint, ExitCode.SOUND)
    except TimeoutError:
        pass
    said = f"The speaker does not answer within {OPEN_WAIT_S:.0f} s."
    raise Problem(said, "tutor-tui doctor says what to do.", ExitCode.SOUND)


async def in_time(pieces: Iterator[bytes], clock: Callable[[], float]) -> AsyncIterator[bytes]:
    """Sound as it is made, in a thread; none until more of it is there than it took s to make: it would have holes."""
    began_s, made_s = clock(), 0.0
    begins, ready = False, b""
    while (piece := await asyncio.to_thread(next, pieces, None)) is not None:
        made_s += pcm.ms_of(len(piece)) / 1000
        ready += piece
        begins = begins or made_s > clock() - began_s
        if begins:
            yield ready
            ready = b""
    if ready:
        yield ready


def spoken_by(voice: VoiceEntry) -> Iterator[bytes]:
    """Load it; what it says, 24 kHz mono s16, piece by piece. Raises `Problem` where another would have to say it."""
    from tutor_tui.offline_server.tts.voice import Voices, slots_of_extra

    voices = Voices(slots_of_extra(hurried=False))
    voices.load([voice.language], [voice.name])
    return _said_by(voice, voices)


def _said_by(voice: VoiceEntry, voices: Voices) -> Iterator[bytes]:
    from tutor_tui.offline_server.tts.voice import Voice

    troubles: list[Problem] = []
    for piece in Voice(voices, [voice.name], troubles.append).speak(_SAMPLES[voice.language], voice.language):
        if troubles:
            raise troubles[0]
        yield piece
