"""The one exception family, and the exit codes that go with it."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What the process says of itself when it ends; documented in the README."""

    OK = 0
    """All is well."""
    UNEXPECTED = 1
    """A fault of ours."""
    USAGE = 2
    """An option, a name, a file or a key that has to be corrected."""
    SOUND = 3
    """The sound card, the microphone or the speaker."""
    TUTOR = 4
    """The tutor cannot be reached or refuses us."""
    INTERRUPTED = 130
    """Ctrl-C."""


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

    def __init__(self, title: str, hint: str = "", *, retry: bool) -> None:
        super().__init__(title, hint, ExitCode.TUTOR)
        self.retry = retry
        """True for drops, restarts and time-outs; false for a refused key, an unknown model, an empty account."""
