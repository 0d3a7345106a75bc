"""Which English phones stand for the signs of espeak-ng's IPA: everywhere, and where a language is heard otherwise.

An entry is a sign and its phones. The longest sign counts, so diphthongs and nasal vowels come before their parts.
"""

from __future__ import annotations

from collections.abc import Mapping

EVERYWHERE = """
i IY, ɪ IH, e EH, ɛ EH, æ AE, a AA, ɑ AA, ɒ AA, ɐ AH, ɔ AO, o OW, ʊ UH, u UW, ʌ AH, ə AH, ɜ ER, ɚ ER, ɝ ER, ɨ IH, ɯ UH,
y UW, ʏ UH, ø ER, œ ER, ɵ UH, ɤ AH, ɘ AH, ᵻ IH, ɞ ER,
aɪ AY, ai AY, aj AY, aʊ AW, au AW, aw AW, ɔɪ OY, ɔø OY, ɔʏ OY, ɔi OY, oi OY, oɪ OY, oj OY, eɪ EY, ei EY, ej EY, ɛi EY,
ɛɪ EY, oʊ OW, ou OW, əʊ OW, ow OW, ʊi UW IY, eʊ EH UW, eu EH UW, ɛu EH UW, ew EH UW, iə IY AH,
p P, b B, t T, d D, k K, ɡ G, g G, q K, ʔ, m M, ɱ M, n N, ɲ N Y, ŋ NG, ɳ N,
f F, v V, θ TH, ð DH, s S, z Z, ʃ SH, ʒ ZH, ɕ SH, ʑ ZH, ʂ SH, ʐ ZH, ç HH, x HH, χ HH, ɣ G, ɸ F, β B, h HH, ɦ HH,
ts T S, dz D Z, tʃ CH, dʒ JH, tɕ CH, dʑ JH, pf P F, r R, ɾ R, ɹ R, ɻ R, ʁ R, ʀ R, ɽ R, l L, ɫ L, ʎ L Y, ɭ L, j Y, ʝ Y,
w W, ʋ V, ɥ W, ɬ L, ɑ̃ AA N, ɛ̃ AE N, ɔ̃ AO N, œ̃ AH N, ɐ̃ AH N, ã AA N, ẽ EH N, ĩ IY N, õ OW N, ũ UW N, ̃ N
"""
OF_LANGUAGE: Mapping[str, str] = {
    "en": "ə AH, ɜː ER, ɐ AH, ɾ T, ɹ R, əl AH L, ʊɹ UH R, a AE, ɔːɹ AO R, ɑːɹ AA R, ɪɹ IH R, ɛɹ EH R",
    "es": "ɣ G, β B, ð D, x HH, ʎ Y, ɲ N Y, e EH",
    "fr": "e EY, ɔ AO, o OW, ø UH, œ ER, ə AH, y UW, ɥ W, ʁ R, wa W AA, ɲ N Y, ɑ AA",
    "de": "e EY, eː EY, ɜ AH, ɐ ER, ɛɐ EH R, ɔø OY, ç HH, x HH, ts T S, yː UW, øː ER",
    "it": "ɪ IY, ʊo W AO, uɔ W AO, e EH, ɲ N Y, ʎ L Y",
    "pt": "y IY, ʊ UW, æ AH, ŋ N, ũŋ UW N, ɐ AH, ʎ L Y, ɲ N Y, ɨ IH, "
    "x HH, ʁ HH, ɐ̃ʊ̃ AW N, ɐ̃y AY N, õy OY N, eɪ EY, ũ UW N, õj OW N, ɹ R",
}
"""By language, as ISO 639-1."""
