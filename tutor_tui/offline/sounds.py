"""How alike do two sentences sound? Compared sound by sound, as the pronunciation dictionary (ARPAbet) has them."""

from __future__ import annotations

from collections.abc import Sequence

_KINDS = (
    ("AA", "AO", "OW", "OY"),
    ("AH", "AE", "EH", "EY", "AY"),
    ("IH", "IY", "Y"),
    ("UH", "UW", "W"),
    ("P", "B"),
    ("T", "D"),
    ("K", "G"),
    ("F", "V"),
    ("S", "Z"),
    ("SH", "ZH", "CH", "JH"),
    ("TH", "DH"),
    ("M", "N", "NG"),
    ("L", "R", "ER"),
)
"""Sounds that learners and decoders take for each other."""
_KIND = {sound: kind for kind, sounds in enumerate(_KINDS) for sound in sounds}
_SIMILAR = 0.5


def sound_distance(one: Sequence[str], other: Sequence[str]) -> float:
    """From 0 (the same sounds) to 1 (nothing in common): edits, divided by the longer one's length."""
    row = [float(column) for column in range(len(other) + 1)]
    for line, sound in enumerate(one, start=1):
        above, row = row, [float(line)]
        for column, heard in enumerate(other, start=1):
            row.append(min(above[column] + 1, row[-1] + 1, above[column - 1] + _difference(sound, heard)))
    return row[-1] / max(1, len(one), len(other))


def _difference(sound: str, heard: str) -> float:
    if sound == heard:
        return 0
    return _SIMILAR if _KIND.get(sound, sound) == _KIND.get(heard, heard) else 1
