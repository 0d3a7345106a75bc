"""A learner who speaks: walks a lesson of the offline server by voice alone, as the tutor's own words lead."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.offline_server.client import TOKEN, Client, dialled
from tutor_tui.core import pcm
from tutor_tui.offline_server.lesson.script import Step
from tutor_tui.offline_server.lesson.script_file import read_script

Say = Callable[[str], bytes]
"""A sentence of the lesson as somebody says it: 24 kHz mono s16."""
MOST_TURNS_A_STEP = 6
_UNDERSTOOD = "conversation.item.input_audio_transcription.completed"
_NOT_UNDERSTOOD = "conversation.item.input_audio_transcription.failed"
_SAID = "response.output_audio_transcript.done"


@dataclass(frozen=True, slots=True)
class Turn:
    """What the learner meant to say, what was understood, and what the tutor said then."""

    meant: str
    """Empty for something that nobody expected."""
    understood: str
    reply: str
    thought_ms: float
    """From the end of what was said to the transcript."""


async def hold(port: int, lesson: Path, say: Say, not_expected: bytes = b"", token: str = TOKEN) -> list[Turn]:
    """From greeting to closing. `not_expected` is said once, behind the first answer."""
    script = read_script(lesson)
    turns: list[Turn] = []
    async with dialled(port, f"model=guide&lesson={script.name}", token) as client:
        await client.update(audio={"input": {"turn_detection": None, "transcription": {"model": "gpt-transcribe"}}})
        reply = await _reply(client, metadata={"kind": "greet"})
        meant = ""
        while script.closing not in reply and len(turns) < MOST_TURNS_A_STEP * len(script.steps):
            meant = asked_for(reply, script.steps) or meant  # the tutor was not sure, or has helped: once more
            if not_expected and len(turns) == 1:
                turns.append(await _turn(client, "", not_expected))
            else:
                turns.append(await _turn(client, meant, say(meant)))
            reply = turns[-1].reply
    return turns


def asked_for(reply: str, steps: tuple[Step, ...]) -> str:
    """What the learner is to say now; empty where the tutor asks for nothing new."""
    asking = [(_constant(each), step.answer) for step in steps for each in step.says]
    shown = [(step.present, step.present) for step in steps if step.present]
    found = [(line, meant) for line, meant in (*shown, *asking) if line in reply]
    return max(found, key=lambda each: (reply.rindex(each[0]) + len(each[0]), len(each[0])), default=("", ""))[1]


def _constant(text: str) -> str:
    """The longest piece of a line that no slot changes."""
    return max(re.split(r"<[^>]*>", text), key=len).strip()


async def _turn(client: Client, meant: str, sound: bytes) -> Turn:
    await client.hear(sound + pcm.silence(300))
    began = time.perf_counter()
    await client.send("input_audio_buffer.commit")
    told = await client.until(_UNDERSTOOD, _NOT_UNDERSTOOD)
    thought_ms = (time.perf_counter() - began) * 1000
    return Turn(meant, told.get("transcript", ""), await _reply(client), thought_ms)


async def _reply(client: Client, **response: object) -> str:
    seen = len(client.seen)
    await client.ask("response.create", "response.done", response=response)
    return " ".join(event["transcript"] for event in client.seen[seen:] if event["type"] == _SAID)
