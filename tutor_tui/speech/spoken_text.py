"""What of a text a voice should say: not its marks, pictures, addresses and stage directions."""

from __future__ import annotations

import re
import unicodedata

_MARKUP = re.compile(r"(?:[*_`|<>]|#(?![0-9])|~(?![0-9])|(?<![0-9])~)+|\[([^\]]*)\]\([^)]*\)")
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s)\]}>」』】]+[^\s)\]}>」』】.,;:!?。、]", re.IGNORECASE)
_DIRECTIONS = (
    "smiles smiling laughs laughing chuckles giggles sighs nods winks pauses pause whispers whispering gestures waves "
    "beat softly warmly cheerfully gently encouragingly slowly claps grins "
    "lächelt lacht seufzt nickt zwinkert pause sonríe ríe suspira asiente guiña sourit rit soupire hoche "
    "웃음 웃으며 미소 미소를 끄덕 끄덕이며 한숨 笑 笑い 笑う 微笑む 微笑 笑着 微笑着 点头 大笑"
)
_DIRECTION = re.compile(
    rf"(?:[(（]|(?<!\w)\*{{1,2}})\s*(?:{'|'.join(sorted(set(_DIRECTIONS.split()), key=len, reverse=True))})"
    r"(?:[ ,][^()（）*\n]{0,40})?\s*(?:[)）]|\*{1,2})",
    re.IGNORECASE,
)
"""What models write of their faces and hands: (laughs), *smiles warmly*."""
_KEPT_SYMBOLS = frozenset("°©®№℃℉™")
"""Pictures by their category that are said all the same."""
_JOINERS = re.compile(r"[\u200d\ufe0e\ufe0f\u20e3\U000e0020-\U000e007f\U0001f3fb-\U0001f3ff]")
"""What makes several pictures one, or gives one its colour."""


def spoken_text(text: str) -> str:
    """`text` as a voice should read it; empty when it holds no word at all. Letters stay as they are."""
    text = _MARKUP.sub(lambda mark: mark[1] or " ", _ADDRESS.sub(" ", _DIRECTION.sub(" ", text)))
    text = " ".join(without_pictures(text).split())
    return re.sub(r"\s+([.,;!?])", r"\1", text) if any(char.isalnum() for char in text) else ""


def without_pictures(text: str) -> str:
    """`text` without emoji and dingbats, which voices read by their names."""
    if text.isascii():
        return text
    return "".join(" " if _is_picture(char) else char for char in _JOINERS.sub("", text))


def _is_picture(char: str) -> bool:
    return unicodedata.category(char) == "So" and char not in _KEPT_SYMBOLS
