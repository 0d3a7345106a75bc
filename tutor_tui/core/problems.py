"""The one exception family, and the exit codes that go with it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum


class ExitCode(IntEnum):
    """What the process says of itself when it ends."""

    OK = 0
    UNEXPECTED = 1
    USAGE = 2
    SOUND = 3
    TUTOR = 4
    LIBRARY = 5
    INTERRUPTED = 130


EXIT_MEANINGS: Mapping[ExitCode, str] = {
    ExitCode.OK: "all is well",
    ExitCode.UNEXPECTED: "a fault of ours; the message names the file with the details",
    ExitCode.USAGE: "an option, a name, a file or a key that has to be corrected",
    ExitCode.SOUND: "the sound card, the microphone or the speaker (`doctor`, `devices`)",
    ExitCode.TUTOR: "the tutor cannot be reached, or refuses us",
    ExitCode.LIBRARY: "the lessons that were kept cannot be read or written",
    ExitCode.INTERRUPTED: "ended by Ctrl-C or another signal",
}
"""For the README and the manual page."""


class Problem(Exception):
    """Something a learner can do something about: what is wrong, and the way out.

    Both texts are shown as they are, so they never carry keys, transcripts or audio.
    """

    def __init__(self, title: str, hint: str = "", exit_code: ExitCode = ExitCode.UNEXPECTED) -> None:
        super().__init__(title)
        self.title = title
        """One clear sentence: what is wrong."""
        self.hint = hint
        """The way out: a command, a setting, a place to look. May be empty."""
        self.exit_code = exit_code

    def __str__(self) -> str:
        return f"{self.title} {self.hint}".strip()


class LinkLost(Problem):
    """The tutor's link ended: is another attempt worth it?"""

    def __init__(
        self,
        title: str,
        hint: str = "",
        *,
        retry: bool,
        final: bool = False,
        asked_wait_s: float = 0.0,
        usual: bool = False,
    ) -> None:
        super().__init__(title, hint, ExitCode.TUTOR)
        self.retry = retry and not final
        """True for drops, restarts and time-outs; false for what is plainly wrong with the address or the settings."""
        self.final = final
        """No attempt cures it, not even where a conversation has been held before: the service itself refused the key,
        the model or the account."""
        self.asked_wait_s = asked_wait_s
        """How long the server asks us to stay away; 0 where it does not."""
        self.usual = usual
        """Nothing is wrong: the service ends every conversation after its longest time, or restarts."""
