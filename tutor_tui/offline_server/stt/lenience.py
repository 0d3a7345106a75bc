"""What else counts as a phone: what accents make of it, and the network of sounds that English lacks."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np
from numpy.typing import NDArray

from tutor_tui.offline_server.phones import PHONES
from tutor_tui.offline_server.stt.phone_posteriors import BLANK

_SHARE = 0.05
"""How much of a phone's likelihood its neighbours have, in every language."""
NEIGHBOURS = """
B P, D T, G K, JH CH, Z S, ZH SH, V F, DH TH, DH D, TH T, TH S, L R, R D, R T, D L, B V, HH K, S SH, JH Y, Z JH, W V,
IY IH, UW UH, EH EY, EH AE, AE AA, AA AH, AO AA, AO OW, UH AH, AH IH, AH EH, OW UH, UW OW, EY IY, AY AA, AW AA, AH OW,
AH AO, N NG, N M, ER R, ER EH, ER UH
"""
"""Pairs that accents take for each other."""
_UNHEARD = "-"
_TAKEN_FOR: Mapping[str, str] = {
    "en": "UW OW .1, V F .1, AH AE .06, AH AO .06, AH IY .06, AY IY .1",
    "es": "Y - .1, Y IY .1, Y JH .06, W - .06, D DH .15, TH S .2, "
    "EH IH .06, EH IY .06, EH - .03, G - .06, AA AH .06, OW AH .06",
    "fr": "R - .12, R L .06, Y - .15, W - .12, N - .1, EY IH .06, "
    "EH IH .06, UW IY .06, ZH SH .06, ZH JH .06, AA AH .06, AA EH .06",
    "de": "HH SH .1, HH S .06, HH F .06, HH - .1, AH IH .06, AH ER .06, "
    "AH - .06, AA AE .06, UH OW .06, UH AH .06, R - .1, R D .06",
    "it": "Y - .12, W - .1, AA AH .06, AA AE .06, AA - .03, EH - .03, EH IH .06, OW AH .06",
    "pt": "Y - .12, W - .1, N - .1, UW - .1, AH AE .06, AH - .06, EH IH .06, AW OW .1, UW IY .03",
    "ko": "Y - .3, W - .12, G K .12, CH T .06, CH JH .1, AA AE .06, "
    "AA AH .06, AH OW .06, AH - .03, SH S .1, EH IH .06, UW OW .06",
    "ja": "Y - .12, W - .06, R D .1, CH T .06, SH S .1, EH IH .06, "
    "AA AH .06, IY IH .06, UW UH .06, UW OW .06, UW - .03, OW AO .06",
    "zh": "NG N .5, N NG .1, CH T .5, JH T .5, JH D .3, SH S .5, D T .1, R D .2, R T .1, L D .1, G K .4, Z S .1, "
    "AA AH .5, AA AE .4, AA EH .2, AA AO .1, AO AA .5, AW AA .3, AY AA .1, AH EH .1, AH OW .1, AH IH .1, EH IH .5, "
    "EH AH .4, EY IY .2, IH IY .4, IH AH .2, UW OW .2, UW UH .1",
}
"""What a phone is taken for, by the network or in the accent of the language, or that it is not heard (`_UNHEARD`);
and how much of that likelihood counts. Rounded from what calibration speech showed. In Mandarin nothing is let pass as
not heard: of a syllable of three sounds, as most are, hardly anything would be left to tell it by.
"""


def leniently(posteriors: NDArray[np.float32], language: str = "") -> NDArray[np.float32]:
    """`posteriors` with, for each phone, a share of those that count as it too: everywhere, and in `language`.

    To judge the words of a sentence, give the language. To choose among sentences, give none: they become too
    much alike (of the calibration speech of the ears 85 % were then chosen rightly, instead of 90 %).
    """
    return np.asarray(np.log(np.exp(posteriors) @ _mixture(language)), dtype=np.float32)


def is_usual(phone: int, heard: int, language: str) -> bool:
    """Whether `heard` stands for `phone` in the language itself, or with the network; both as columns."""
    return bool(_mixture(language)[heard, phone] > _SHARE)


@cache
def _mixture(language: str) -> NDArray[np.float32]:
    """Of each phone (column) what it takes of each other (row)."""
    mixture = np.eye(BLANK + 1, dtype=np.float32)
    for pair in NEIGHBOURS.split(","):
        one, other = map(_column, pair.split())
        mixture[one, other] = mixture[other, one] = _SHARE
    for entry in _TAKEN_FOR[language].split(",") if language in _TAKEN_FOR else ():
        phone, taken_for, share = entry.split()
        mixture[_column(taken_for), _column(phone)] = float(share)
    return mixture


def _column(phone: str) -> int:
    return BLANK if phone == _UNHEARD else PHONES.index(phone)
