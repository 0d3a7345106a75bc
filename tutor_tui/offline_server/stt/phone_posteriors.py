"""How likely each phone is at each moment, by hama: a small network that hears the sounds of English.

It writes many alphabets' signs; what stands for a phone of English is added up here. It has no library for Windows, and
whoever lacks it does without.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor_tui.offline_server.phones import PHONES

FRAME_MS = 20
BLANK = len(PHONES)
"""The column of "no new phone": behind those of `PHONES`."""
_WEIGHTS = "asr_waveform.hama"
_SHA256 = "a9fcfe73e179ca48e399cd76a90a6b3e1887bf5037ecc52b778d13a149563328"
"""Of the weights in hama 1.7.0. Broken ones would end the process."""
_SHORTEST_SAMPLES = 1600
"""0.1 s: in less there is no phone."""
_LEAST = 2.5e-4
"""Left to every phone: an accent and a noise make nothing impossible."""
_SIGNS = """
AA ɑ a ɒ, AE æ, AH ʌ ə ɐ, AO ɔ, AW aʊ, AY aɪ, B b, CH t͡ʃ t͡ɕ t͡ɕʰ, D d ɖ ɾ, DH ð, EH ɛ e, ER ɝ ɚ ɜ, EY eɪ, F f ɸ, G g ɡ,
HH h ħ ɦ, IH ɪ ɨ, IY i, JH d͡ʒ, K k kʰ k͈, L l ɫ, M m, N n ɲ, NG ŋ, OW oʊ o, OY ɔɪ, P p pʰ p͈, R ɹ r ɻ, S s s͈, SH ʃ ɕ,
T t tʰ t͈ ʈ, TH θ, UH ʊ, UW u ʉ, V v, W w, Y j, Z z, ZH ʒ ʑ
"""
"""The phones, each with hama's signs for it."""


class PhonePosteriors:
    """To be had from `load`. Used from one thread at a time."""

    def __init__(self, model: Any) -> None:
        self._session = model.session
        self._sums = _sums(list(model.decoder_tokens))

    def of(self, sound: NDArray[np.int16]) -> NDArray[np.float32]:
        """Natural logarithms, a row for each `FRAME_MS` and a column for each phone and `BLANK`; mono, 16 kHz.

        Takes about 7 % of the sound's length.
        """
        if sound.size < _SHORTEST_SAMPLES:
            return np.zeros((0, BLANK + 1), dtype=np.float32)
        waveform = sound.astype(np.float32) / 32768
        feeds = {"waveform": waveform[None], "waveform_lengths": np.array([waveform.size])}
        logarithms, lengths = self._session.run(["log_probs", "out_lengths"], feeds)
        shares = np.exp(logarithms[0, : int(lengths[0])]) @ self._sums
        return np.asarray(np.log(shares + _LEAST), dtype=np.float32)


@cache
def load() -> PhonePosteriors | None:
    """The network, loaded at the first call (0.15 s, 50 MB); None where it is missing or damaged."""
    try:
        weights = resources.files("hama.assets").joinpath(_WEIGHTS).read_bytes()
        if hashlib.sha256(weights).hexdigest() != _SHA256:
            return None
        from hama.asr import ASRModel

        return PhonePosteriors(ASRModel())
    except (ImportError, OSError, RuntimeError, ValueError, KeyError):
        return None


def _sums(signs: list[str]) -> NDArray[np.float32]:
    """The matrix that adds up hama's signs: what stands for no phone counts as the blank."""
    columns = _columns()
    sums = np.zeros((len(signs), BLANK + 1), dtype=np.float32)
    for row, sign in enumerate(signs):
        sums[row, columns.get(sign, BLANK)] = 1
    return sums


def _columns() -> Mapping[str, int]:
    entries = (entry.split() for entry in _SIGNS.split(","))
    return {sign: PHONES.index(phone) for phone, *signs in entries for sign in signs}
