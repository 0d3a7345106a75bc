"""Whisper's network and its tokens, through CTranslate2: a sound in, words out, and how sure they are.

The prompt and its marks are those of Whisper's authors (`whisper/decoding.py`): what was said before, then language and
task. A sound of up to ten seconds is looked at in a window of ten, a third of the work of the thirty that Whisper was
trained on, and on human speech as good (5 s are not).
"""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor_tui.offline_server.stt.mel import COLUMNS_PER_S, RATE_HZ, log_mel

MARKS = ("endoftext", "startoftranscript", "startofprev", "transcribe", "notimestamps")
"""Tokens that stand for no text; each language has one besides."""
LONGEST_S = 30
_WINDOWS_S = (10, LONGEST_S)
_TOKENS_PER_S = 16
"""Twice as many as a quick speaker needs: a model that goes round in circles is stopped there."""
_TOKENS_TO_BEGIN = 24
_MOST_TOKENS = 224
"""Whisper's own limit, half of its context."""
_MOST_OF_THE_PROMPT = 200
"""Tokens, the last ones: with the marks they fit into the other half."""
_MOST_THREADS = 4
_BEAM = 5
"""Sentences followed at once, as its authors do: a fifth more work than one, and half the mistakes."""
_PROBABLY, _CLEARLY = 0.6, 0.95
"""How probable another language than the expected one has to be, and how much more so than that, to be tried. Its words
have to be the likelier ones, too: an accent alone does not change the language.
"""
_WITHOUT_SPACES = frozenset({"zh", "ja", "th", "lo", "my", "yue"})
_LEAST_LIKELY = 1e-9
"""Of a token: it has no logarithm where it is rounded to nothing."""
_STEP_MS = 20
"""What one place of the alignment stands for."""


@dataclass(frozen=True, slots=True, repr=False)  # holds what is said
class TimedWord:
    """A word, where it lies in the sound, and how likely Whisper holds it for."""

    text: str
    begin_ms: int
    end_ms: int
    probability: float


@dataclass(frozen=True, slots=True, repr=False)  # holds what is said
class Transcript:
    """What Whisper makes of a sound."""

    text: str
    language: str
    """ISO 639-1; empty where the model knows one only."""
    log_probability: float
    """Of a token, on average, in nats."""
    no_speech: float
    """How probable it is that nobody spoke."""
    words: tuple[TimedWord, ...] = ()
    tokens: tuple[int, ...] = field(default=())
    fit: float = 0.0
    """The same as `log_probability` where the words are given, as in `WhisperModel.fit`."""
    encoded: Any = field(default=None, compare=False)
    """The sound as the network sees it."""
    samples: int = 0
    """Of the sound."""


class WhisperModel:
    """A loaded model."""

    def __init__(self, network: Any, tokenizer: Any) -> None:
        """`network` is a `ctranslate2.models.Whisper`, `tokenizer` a `tokenizers.Tokenizer`."""
        self._network = network
        self._tokenizer = tokenizer
        self.knows_languages: bool = network.is_multilingual
        """False for one that understands English only."""

    def transcribe(self, sound: NDArray[np.float32], languages: Sequence[str], prompt: str = "") -> Transcript:
        """The words in at most `LONGEST_S` of `sound` (16 kHz mono, −1 to 1).

        The first of `languages` is expected, another is heard where it fits clearly better; without any that the model
        knows it finds out by itself. `prompt` is what was said before, or how words are written.
        """
        import ctranslate2

        columns = next(s for s in _WINDOWS_S if len(sound) <= s * RATE_HZ or s == LONGEST_S) * COLUMNS_PER_S
        features = log_mel(sound, columns, self._network.n_mels)[np.newaxis]
        encoded = self._network.encode(ctranslate2.StorageView.from_array(features))
        spoken = self._decoded(encoded, self._candidates(encoded, languages), prompt, len(sound) / RATE_HZ)
        spoken = replace(spoken, encoded=encoded, samples=len(sound))
        if not spoken.tokens:
            return spoken
        alignment = self._alignment(spoken, spoken.tokens)
        return replace(spoken, words=self._words(spoken, alignment), fit=_fit(alignment))

    def fit(self, said: Transcript, text: str) -> float:
        """How well other words fit the sound of `said`: of a token, on average, in nats."""
        space = "" if said.language in _WITHOUT_SPACES else " "
        ids: list[int] = self._tokenizer.encode(space + text.strip(), add_special_tokens=False).ids
        return _fit(self._alignment(said, ids[:_MOST_TOKENS])) if ids else -math.inf

    def _candidates(self, encoded: Any, languages: Sequence[str]) -> list[str]:
        """The language to listen in, or two to choose from, the expected one first."""
        if not self.knows_languages:
            return [""]
        known = [each for each in dict.fromkeys(languages) if self._tokenizer.token_to_id(f"<|{each}|>") is not None]
        if len(known) == 1:
            return known
        found = {mark.strip("<|>"): likely for mark, likely in self._network.detect_language(encoded)[0]}
        if not known:
            return [max(found, key=lambda each: found[each])]
        first = known[0]
        other = max(known[1:], key=lambda each: found.get(each, 0.0))
        both = found.get(first, 0.0) + found.get(other, 0.0)
        return [first, other] if found.get(other, 0.0) > max(_PROBABLY, _CLEARLY * both) else [first]

    def _decoded(self, encoded: Any, languages: Sequence[str], prompt: str, seconds: float) -> Transcript:
        most = min(_MOST_TOKENS, _TOKENS_TO_BEGIN + int(_TOKENS_PER_S * seconds))
        best: Transcript | None = None
        for language in languages:
            begin = [*self._before(prompt), *self._marks(language), self._id("notimestamps")]
            (result,) = self._network.generate(
                encoded,
                [begin],
                beam_size=_BEAM,
                max_length=len(begin) + most,
                return_scores=True,
                return_no_speech_prob=True,
            )
            tokens = tuple(each for each in result.sequences_ids[0] if each < self._id("endoftext"))
            text = " ".join(self._tokenizer.decode(list(tokens)).split())
            told = Transcript(text, language, result.scores[0], result.no_speech_prob, tokens=tokens)
            if best is None or told.log_probability > best.log_probability:
                best = told
        assert best is not None  # there is a language
        return best

    def _before(self, prompt: str) -> list[int]:
        if not prompt.strip():
            return []
        ids: list[int] = self._tokenizer.encode(f" {prompt.strip()}", add_special_tokens=False).ids
        return [self._id("startofprev"), *ids[-_MOST_OF_THE_PROMPT:]]

    def _marks(self, language: str) -> list[int]:
        marks = ["startoftranscript", *([language, "transcribe"] if language else [])]
        return [self._id(mark) for mark in marks]

    def _id(self, mark: str) -> int:
        known = self._tokenizer.token_to_id(f"<|{mark}|>")
        assert isinstance(known, int)  # `whisper_model` looked
        return known

    # ---- words ------------------------------------------------------------------------------------------------------

    def _alignment(self, spoken: Transcript, tokens: Sequence[int]) -> Any:
        """Where the decoder looks while it writes `tokens`, and how likely it holds each for."""
        columns = -(-spoken.samples * COLUMNS_PER_S // RATE_HZ)
        marks = self._marks(spoken.language)
        return self._network.align(spoken.encoded, marks, [list(tokens)], columns, median_filter_width=7)[0]

    def _words(self, spoken: Transcript, found: Any) -> tuple[TimedWord, ...]:
        """The transcript's words in time, by where the decoder looked while it wrote them."""
        begins: dict[int, int] = {}
        for token, place in found.alignments:
            begins.setdefault(token, place * _STEP_MS)
        end_ms = spoken.samples * 1_000 // RATE_HZ
        words: list[TimedWord] = []
        for text, first, behind in self._pieces(spoken):
            begin = min(begins.get(first, end_ms), end_ms)
            end = max(begin, min(begins.get(behind, end_ms), end_ms))
            likely = float(np.mean(found.text_token_probs[first:behind]))
            words.append(TimedWord(text, begin, end, likely))
        return tuple(words)

    def _pieces(self, spoken: Transcript) -> list[tuple[str, int, int]]:
        """Each word with its first token and that behind its last. Tokens that are no whole letter alone are joined."""
        pieces: list[tuple[str, int, int]] = []
        first = 0
        for behind in range(1, len(spoken.tokens) + 1):
            text: str = self._tokenizer.decode(list(spoken.tokens[first:behind]))
            if "\N{REPLACEMENT CHARACTER}" in text and behind < len(spoken.tokens):
                continue
            begins_word = text.startswith(" ") or (spoken.language in _WITHOUT_SPACES and text.strip().isalnum())
            if pieces and not (begins_word and any(map(str.isalnum, text))):
                before, at, _ = pieces[-1]
                pieces[-1] = (before + text, at, behind)
            else:
                pieces.append((text, first, behind))
            first = behind
        return [(text.strip(), at, behind) for text, at, behind in pieces if text.strip()]


def _fit(alignment: Any) -> float:
    return float(np.mean(np.log(np.maximum(_LEAST_LIKELY, alignment.text_token_probs))))


def threads() -> int:
    """How many CTranslate2 may use: the processors that are ours, four at most."""
    ours = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(_MOST_THREADS, ours)
