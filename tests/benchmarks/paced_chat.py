"""A chat service at the pace of a real one, in a process of its own: `python -m tests.benchmarks.paced_chat`.

The model's name is the number of sentences to answer with. Prints `ready PORT`.
"""

from __future__ import annotations

import asyncio
from collections import deque

from tests.support.speech_services import Request, SpeechServices, _Line

SENTENCE = "Here is a sentence of some seven words."
FIRST_WORD_S, WORD_S = 0.10, 0.02
"""A quick model: 50 words a second."""


class PacedChat(SpeechServices):
    """Answers as long as it is told to."""

    async def _chat(self, request: Request, line: _Line) -> None:
        self.answers = deque([" ".join([SENTENCE] * int(request.json["model"]))])
        await super()._chat(request, line)


async def main() -> None:
    """Serve until killed."""
    async with PacedChat(first_word_s=FIRST_WORD_S, word_s=WORD_S) as server:
        print(f"ready {server.port}", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
