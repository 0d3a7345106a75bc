"""A Whisper model in the real format, with random weights: it loads and runs like a real one, and babbles.

It babbles as a real one speaks: sure of itself, in words of some length, and without repeating itself.
"""

from __future__ import annotations

from pathlib import Path
from string import ascii_lowercase

import numpy as np
from ctranslate2.specs import WhisperSpec
from faster_whisper.tokenizer import _LANGUAGE_CODES
from numpy.typing import NDArray
from tokenizers import Tokenizer, decoders, models, pre_tokenizers

WIDTH = 16
MELS = 80
LANGUAGES = 99
VOCABULARY = 51_865
"""As in the multilingual models of the second generation."""
SURE = 8.0
"""How far apart it holds its words."""
TOKENS_A_WORD = 12


def build(folder: Path, *, multilingual: bool = True) -> Path:
    """Write a model of 1 + 1 layers into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    languages = [f"<|{code}|>" for code in _LANGUAGE_CODES[:LANGUAGES]]
    marks = [
        "<|translate|>",
        "<|transcribe|>",
        "<|startoflm|>",
        "<|startofprev|>",
        "<|nocaptions|>",
        "<|notimestamps|>",
    ]
    times = [f"<|{step * 0.02:.2f}|>" for step in range(1_501)]
    special = ["<|endoftext|>", "<|startoftranscript|>", *languages, *marks, *times]
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    words = [*letters, *map(_babble, range(VOCABULARY - len(special) - len(letters)))]

    tokenizer = Tokenizer(models.BPE(vocab={word: at for at, word in enumerate(words)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(special)
    tokenizer.save(str(folder / "tokenizer.json"))

    spec = WhisperSpec(1, 2, 1, 2)
    _fill(spec)
    # CTranslate2 takes a model for multilingual when its vocabulary has an empty word.
    spec.register_vocabulary([*words[:-1], "" if multilingual else words[-1], *special])
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = []
    spec.config.lang_ids = [len(words) + 2 + at for at in range(LANGUAGES)]
    spec.config.alignment_heads = [[0, 0]]
    spec.validate()
    spec.optimize()
    spec.save(str(folder))
    return folder


def _babble(number: int) -> str:
    """Four letters; now and then a word begins with them."""
    text = "".join(ascii_lowercase[number // 26**place * 7 % 26] for place in range(4))
    return f"Ġ{text}" if number % TOKENS_A_WORD == 0 else text


def _fill(spec: WhisperSpec) -> None:
    random = np.random.default_rng(1)

    def some(*shape: int) -> NDArray[np.float32]:
        return (random.standard_normal(shape) * 0.2).astype(np.float32)

    def linear(layer: object, out: int, into: int) -> None:
        layer.weight, layer.bias = some(out, into), some(out)  # type: ignore[attr-defined] # the library has no types

    def norm(layer: object) -> None:
        layer.gamma, layer.beta = np.ones(WIDTH, np.float32), np.zeros(WIDTH, np.float32)  # type: ignore[attr-defined] # the same

    def attention(layer: object, *shapes: tuple[int, int]) -> None:
        norm(layer.layer_norm)  # type: ignore[attr-defined] # the same
        for part, shape in zip(layer.linear, shapes, strict=True):  # type: ignore[attr-defined] # the same
            linear(part, *shape)

    def forward(layer: object) -> None:
        norm(layer.layer_norm)  # type: ignore[attr-defined] # the same
        linear(layer.linear_0, 4 * WIDTH, WIDTH)  # type: ignore[attr-defined] # the same
        linear(layer.linear_1, WIDTH, 4 * WIDTH)  # type: ignore[attr-defined] # the same

    own = ((3 * WIDTH, WIDTH), (WIDTH, WIDTH))
    encoder, decoder = spec.encoder, spec.decoder
    encoder.conv1.weight, encoder.conv1.bias = some(WIDTH, MELS, 3), some(WIDTH)
    encoder.conv2.weight, encoder.conv2.bias = some(WIDTH, WIDTH, 3), some(WIDTH)
    encoder.position_encodings.encodings = some(1_500, WIDTH)
    decoder.embeddings.weight = some(VOCABULARY, WIDTH)
    decoder.projection.weight = SURE * decoder.embeddings.weight
    decoder.position_encodings.encodings = SURE * some(448, WIDTH)
    for half in (encoder, decoder):
        norm(half.layer_norm)
    for layer in encoder.layer:
        attention(layer.self_attention, *own)
        forward(layer.ffn)
    for layer in decoder.layer:
        attention(layer.self_attention, *own)
        attention(layer.attention, (WIDTH, WIDTH), (2 * WIDTH, WIDTH), (WIDTH, WIDTH))
        forward(layer.ffn)
