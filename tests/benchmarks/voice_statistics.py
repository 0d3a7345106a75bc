"""Write the statistics of Kokoro's voices anew, which its normalisations take in place of those of each phrase.

    python -m tests.benchmarks.voice_statistics [VOICE …]

Wanted where a voice is added, or where the model's weights are others. A minute a voice.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnxruntime

from tests.benchmarks.voices import SENTENCES
from tutor_tui.offline_server.tts import kokoro, onnx_parts, weights
from tutor_tui.offline_server.tts.kokoro_blocks import sounding
from tutor_tui.offline_server.tts.kokoro_generator import Values, norms_of
from tutor_tui.offline_server.tts.kokoro_phones import phones_of
from tutor_tui.offline_server.tts.onnx_nodes import Model
from tutor_tui.offline_server.tts.voices import VOICES, VoiceEntry

_CLAUSE_END = re.compile(r"(?<=[,.;!?])\s+|(?<=[、。，！？])")


def sentences_of(language: str) -> Iterator[str]:
    """What a voice says to be measured: sentences, long and short, and their clauses."""
    for sentence in SENTENCES[language]:
        yield from dict.fromkeys([sentence, *filter(None, _CLAUSE_END.split(sentence))])


class Measuring:
    """The model as it was made, with what its normalisations are given beside its sound."""

    def __init__(self) -> None:
        model = weights.read()
        self._norms = norms_of(Model(model))
        self._names = list(dict.fromkeys(norm.values for norm in self._norms))
        cuts = dict.fromkeys((kokoro.TEXT, kokoro.PITCH, kokoro.ENERGY), onnx_parts.FLOAT)
        self._plan = onnxruntime.InferenceSession(onnx_parts.part(model, {}, cuts))
        self._sound = onnxruntime.InferenceSession(onnx_parts.part(model, cuts, self._names))

    def of_voice(self, voice: VoiceEntry) -> Values:
        """The mean of all its sentences, each of which counts the same."""
        phrases = (phrase for each in sentences_of(voice.language) for phrase in self._phrases(each, voice))
        mean: Values = np.mean([self._of_phrase(phrase, voice) for phrase in phrases], axis=0)
        return mean.astype(np.float32)

    def _phrases(self, text: str, voice: VoiceEntry) -> Iterator[str]:
        yield from kokoro.phrases(phones_of(text, voice.spoken_as))

    def _of_phrase(self, phones: str, voice: VoiceEntry) -> Values:
        fed = kokoro.fed_with(phones, voice, kokoro.PACE)
        said, pitch, energy = self._plan.run([kokoro.TEXT, kokoro.PITCH, kokoro.ENERGY], fed)
        first, last = sounding(energy.reshape(-1), said.shape[2])
        whole = {
            kokoro.TEXT: said[:, :, first:last],
            kokoro.PITCH: pitch[:, 2 * first : 2 * last],
            kokoro.ENERGY: energy[:, 2 * first : 2 * last],
            "style": fed["style"],
        }
        given = dict(zip(self._names, self._sound.run(self._names, whole), strict=True))
        pieces = [statistic(given[norm.values][0], 1) for norm in self._norms for statistic in (np.mean, np.std)]
        return np.concatenate(pieces)


def main() -> None:
    """Measure, and write the files."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("voices", nargs="*", metavar="VOICE", help="all of the table otherwise")
    options = parser.parse_args()
    measuring = Measuring()
    for voice in VOICES:
        if voice.engine == "kokoro" and (not options.voices or voice.name in options.voices):
            file = Path(kokoro.__file__).parent / "voice_tables" / f"{voice.table}.statistics.f16"
            file.write_bytes(measuring.of_voice(voice).astype("<f2").tobytes())
            print(file)


if __name__ == "__main__":
    main()
