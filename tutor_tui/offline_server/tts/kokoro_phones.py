"""A text as the phones that Kokoro was taught: IPA with signs of its own for diphthongs, affricates and tones.

Latin languages come from espeak-ng, Mandarin from pinyin and Japanese from kana. Marks stay: they are its pauses and
its melody.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

from tutor_tui.offline_server.espeak_engine import engine
from tutor_tui.offline_server.tts.kana import by_table
from tutor_tui.speech.japanese import hiragana, words_in
from tutor_tui.speech.mandarin import HAN, said_syllables

_RUNS = {
    1: ";:,.!?", 9: '—…"()“” \u0303ʣʥʦʨᵝꭧAI', 31: "O", 33: "Q", 35: "ST", 39: "W", 41: "Yᵊabcdef",
    50: "hijklmnopqrstuvwxyzɑɐɒæ", 75: "βɔɕç", 80: "ɖðʤə", 85: "ɚɛɜ", 90: "ɟ", 92: "ɡ", 99: "ɥ", 101: "ɨɪʝ",
    110: "ɯɰŋɳɲɴø", 118: "ɸθœ", 123: "ɹ", 125: "ɾɻ", 128: "ʁɽʂʃʈʧ", 135: "ʊʋ", 138: "ʌɣɤ", 142: "χʎ", 147: "ʒʔ",
    156: "ˈˌː", 162: "ʰ", 164: "ʲ", 169: "↓", 171: "→↗↘", 177: "ᵻ",
}  # fmt: skip
TOKENS: Mapping[str, int] = {phone: first + at for first, phones in _RUNS.items() for at, phone in enumerate(phones)}
"""What each sign is to the model; 0 stands before the first and behind the last."""


def phones_of(text: str, language: str) -> str:
    """The phones of `text`, words apart; empty where nothing in it can be said.

    `language` is as espeak-ng calls it (en-us, en-gb-x-rp, es, fr, it, pt-br), or zh or ja.
    """
    text = text.encode("utf-8", "replace").decode()  # half a character is none
    reading = {"zh": _mandarin, "ja": _japanese}.get(language)
    spoken = reading(text) if reading else _by_espeak(text, language)
    known = "".join(sign for sign in spoken if sign in TOKENS)
    known = re.sub(r"\s*([,.;:!?…)”]+)\s*", r"\1 ", " ".join(known.split())).strip()
    return known if any(sign.isalpha() for sign in known) else ""


# ---- marks ----------------------------------------------------------------------------------------------------------

_MARKS = str.maketrans(
    {
        **dict(zip("、，。．！？：；（）", ",,..!?:;()", strict=True)),
        **dict.fromkeys("「『《【«„", "“"),
        **dict.fromkeys("」』》】»", "”"),
        **dict.fromkeys("–―〜～", "—"),
        **dict.fromkeys("¡¿・", " "),
    }
)
_MARK = re.compile(r"\s*[;:,.!?—…\"()“”]+\s*")


# ---- espeak-ng ------------------------------------------------------------------------------------------------------

_JOINED = {
    "tʃ": "ʧ", "dʒ": "ʤ", "ts": "ʦ", "dz": "ʣ", "aɪ": "I", "aʊ": "W", "eɪ": "A", "ɔɪ": "Y", "oʊ": "O", "əʊ": "Q",
}  # fmt: skip
_ENGLISH = {
    "ʔn\u0329": "tᵊn", "ʔn": "tᵊn", "ʔ": "t", "əl": "ᵊl", "ɚ": "əɹ", "r": "ɹ", "e": "A", "x": "k", "ç": "k", "ɐ": "ə",
    "ɬ": "l", "ʲ": "", "\u0303": "",
}  # fmt: skip
_AMERICAN = {"ɜːɹ": "ɜɹ", "ɜː": "ɜɹ", "ɪə": "iə", "ː": "", "o": "ɔ"}
_BRITISH = {"eə": "ɛː", "iə": "ɪə", "o": "ɔ"}
_SUBSTITUTES = {"en-us": _ENGLISH | _AMERICAN, "en-gb-x-rp": _BRITISH | _ENGLISH}
_SWITCH = re.compile(r"\([a-z-]+\)")
"""espeak-ng's note that it says a word in another language."""
_SYLLABIC = re.compile("(\\S)\u0329")


def _by_espeak(text: str, language: str) -> str:
    pieces, at = [], 0
    text = text.translate(_MARKS)
    for mark in _MARK.finditer(text):
        if _is_inside_a_word(text, mark):
            continue
        pieces += [_said(text[at : mark.start()], language), mark[0]]
        at = mark.end()
    return "".join([*pieces, _said(text[at:], language)])


def _is_inside_a_word(text: str, mark: re.Match[str]) -> bool:
    """As in 3.50 and 7:30, which are read as a whole."""
    return (
        text[mark.start() - 1 : mark.start()].isalnum()
        and text[mark.end() : mark.end() + 1].isalnum()
        and (mark[0] in (".", ",", ":"))
    )


def _said(words: str, language: str) -> str:
    if not words.strip():
        return ""
    ipa = _SWITCH.sub("", " ".join(engine().ipa(words, language).split()))
    for one, other in {**_JOINED, **_SUBSTITUTES.get(language, {})}.items():
        ipa = ipa.replace(one, other)
    ipa = _SYLLABIC.sub(r"ᵊ\1", ipa)
    return "".join(sign if sign in TOKENS else unicodedata.normalize("NFD", sign) for sign in ipa)


# ---- Mandarin -------------------------------------------------------------------------------------------------------


def _pairs(table: str) -> dict[str, str]:
    return dict(entry.split() for entry in table.split(","))


_INITIALS = _pairs(
    "b p, c ʦʰ, ch ꭧʰ, d t, f f, g k, h x, j ʨ, k kʰ, l l, m m, n n, p pʰ, q ʨʰ, r ɻ, s s, sh ʂ, t tʰ, x ɕ, z ʦ, zh ꭧ"
)
_FINALS = _pairs(
    "a a0, ai ai0, an a0n, ang a0ŋ, ao au0, e ɤ0, ei ei0, en ə0n, eng ə0ŋ, er ɚ0, i i0, ia ja0, ian jɛ0n, iang ja0ŋ,"
    "iao jau0, ie je0, in i0n, ing i0ŋ, io jɔ0, iong jʊ0ŋ, iou jou0, o wo0, ong ʊ0ŋ, ou ou0, u u0, ua wa0, uai wai0,"
    "uan wa0n, uang wa0ŋ, uei wei0, uen wə0n, ueng wə0ŋ, uo wo0, ü y0, üan ɥɛ0n, üe ɥe0, ün y0n, ê ɛ0"
)
"""0 is where the tone stands."""
_TONES = {"1": "→", "2": "↗", "3": "↓", "4": "↘"}
_HUMMED = frozenset({"zh", "ch", "sh", "r", "z", "c", "s"})
"""After these, i is no i."""
_DIGITS = str.maketrans("0123456789", "零一二三四五六七八九")


def _mandarin(text: str) -> str:
    return HAN.sub(lambda found: f"{_syllables(found[0])} ", text.translate(_MARKS).translate(_DIGITS))


def _syllables(hanzi: str) -> str:
    from pypinyin.seg.mmseg import seg

    spoken = said_syllables(hanzi, changes_thirds=True)
    if len(spoken) != len(hanzi):
        return "".join(map(_syllable, spoken))
    ahead = iter(spoken)
    said = " ".join("".join(_syllable(next(ahead)) for _ in word) for word in seg.cut(hanzi))
    return re.sub(r" (ɚ(?![→↗↓↘]))", r"\1", said)  # 儿 colours the word before it


@cache
def _syllable(pinyin: str) -> str:
    """The phones of a syllable such as nǐ; empty for what is none."""
    from pypinyin.contrib.tone_convert import to_finals, to_initials, to_normal, to_tone3

    plain, tone = to_normal(pinyin), _TONES.get(to_tone3(pinyin)[-1:], "")
    if plain in ("er", "ê"):
        initial, final = "", plain
    else:
        initial, final = to_initials(plain, strict=True), to_finals(plain, strict=True, v_to_u=True)
    vowel = "ɨ0" if final == "i" and initial in _HUMMED else _FINALS.get(final, "")
    return (_INITIALS.get(initial, "") + vowel).replace("0", tone)


# ---- Japanese -------------------------------------------------------------------------------------------------------

_KANA = _pairs(
    "あ a, い i, う ɯ, え e, お o, ぁ a, ぃ i, ぅ ɯ, ぇ e, ぉ o, か ka, き kʲi, く kɯ, け ke, こ ko, が ɡa, ぎ ɡʲi,"
    "ぐ ɡɯ, げ ɡe, ご ɡo, さ sa, し ɕi, す sɨ, せ se, そ so, ざ ʣa, じ ʥi, ず zɨ, ぜ ʣe, ぞ ʣo, た ta, ち ʨi, つ ʦɨ,"
    "て te, と to, だ da, ぢ ʥi, づ zɨ, で de, ど do, な na, に ɲi, ぬ nɯ, ね ne, の no, は ha, ひ çi, ふ ɸɯ, へ he,"
    "ほ ho, ば ba, び bʲi, ぶ bɯ, べ be, ぼ bo, ぱ pa, ぴ pʲi, ぷ pɯ, ぺ pe, ぽ po, ま ma, み mʲi, む mɯ, め me, も mo,"
    "や ja, ゆ jɯ, よ jo, ゃ ja, ゅ jɯ, ょ jo, ら ɾa, り ɾʲi, る ɾɯ, れ ɾe, ろ ɾo, わ βa, ゎ βa, ゐ i, ゑ e, を o,"
    "ゔ vɯ, ゕ ka, ゖ ke, っ ʔ, ー ː"
)
_SMALL = {"ゃ": "a", "ゅ": "ɨ", "ょ": "o", "ぁ": "a", "ぃ": "i", "ぅ": "ɯ", "ぇ": "e", "ぉ": "o", "ゎ": "a"}
"""The vowel that a small sign puts in the place of the one before it."""
_BEFORE_A_FRONT_GLIDE = {"て": "tʲ", "で": "dʲ", "と": "t", "ど": "d", "う": "β", "い": "j", "く": "kᵝ", "ぐ": "ɡᵝ"}
"""What is left of a sign before a small one, where that is not all but its vowel."""
_NASALS = {"m": "mpb", "ŋ": "kɡ", "ɲ": "ɲʨʥ", "n": "ntdɾz"}
"""ん by what follows."""


def _japanese(text: str) -> str:
    words = words_in(text)
    if words is None:
        return _kana_said(by_table(text))
    return "".join(f"{'' if word.joins else ' '}{_kana_said(word.said)}" for word in words)


def _kana_said(kana: str) -> str:
    said = ""
    kana = hiragana(unicodedata.normalize("NFKC", kana)).translate(_MARKS)
    for sign in reversed(kana):  # from behind: a small sign changes the one before it, and ん hears the next
        if sign == "ん":
            said = next((nasal for nasal, before in _NASALS.items() if said[:1] and said[0] in before), "ɴ") + said
        elif said[:1] == "\0":
            left = _BEFORE_A_FRONT_GLIDE.get(sign) or _KANA.get(sign, "")[:-1]
            said = left + said[1:]
        elif sign in _SMALL:
            said = f"\0{_SMALL[sign]}{said}"
        else:
            said = _KANA.get(sign, sign) + said
    return said.removeprefix("\0")
