"""Why something from outside cannot be used."""

from __future__ import annotations


class Unreadable(Exception):
    """Why a file cannot be used, as the end of a sentence ("it is damaged"), and what to do about it.

    Neither quotes what is in the file.
    """

    def __init__(self, why: str, hint: str = "") -> None:
        super().__init__(why)
        self.hint = hint
        """The way out, as a sentence; may be empty."""
