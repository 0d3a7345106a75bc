"""Breaking text into lines of so many cells, as readers of each script expect it.

Latin and Korean break at spaces; Chinese and Japanese between any two signs, but never before a closing mark or after
an opening one. A word longer than a line is cut between letters, never inside a wide one or before its accents.
"""

from __future__ import annotations

from rich.cells import cell_len, get_character_cell_size

_NEVER_FIRST = frozenset(
    "、。，．：；？！）］｝〉》」』】〕〗〙〟’”·・ーゝゞ々ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ…‥～〜,.!?:;)]}%"
)
_NEVER_LAST = frozenset("（［｛〈《「『【〔〖〘〝‘“([{")


def _breaks_anywhere(char: str) -> bool:
    """Whether lines may break beside this sign: Han, kana and their punctuation."""
    return (
        "\u2e80" <= char <= "\u30ff"
        or "\u31f0" <= char <= "\u9fff"
        or "\uf900" <= char <= "\ufaff"
        or ("\uff00" <= char <= "\uffef" or "\U00020000" <= char <= "\U0003ffff")
    )


def wrap(text: str, width: int) -> list[str]:
    """The lines of `text`, each of at most `width` cells (a sign wider than that gets a line of its own).

    `text` must be safe already (`plain`). Blanks at a break are left out; a newline always breaks.
    """
    return [text[start:end] for start, end in wrapped_spans(text, width)]


def wrapped_spans(text: str, width: int) -> list[tuple[int, int]]:
    """Where each line of `wrap` begins and ends in `text`."""
    spans: list[tuple[int, int]] = []
    start = 0
    for paragraph in text.split("\n"):
        end = start + len(paragraph)
        if cell_len(paragraph) <= width:
            spans.append((start, end))
        else:
            _wrap_into(spans, text, start, end, max(1, width))
        start = end + 1
    return spans


def _wrap_into(spans: list[tuple[int, int]], text: str, start: int, stop: int, width: int) -> None:
    while start < stop:
        end = _fitting(text, start, stop, width)
        if end < stop:
            end = _break_before(text, start, end)
        last = end
        while last > start and text[last - 1] == " ":
            last -= 1
        spans.append((start, last))
        start = end
        while start < stop and text[start] == " ":
            start += 1


def _fitting(text: str, start: int, stop: int, width: int) -> int:
    """How far a line from `start` reaches at most: at least one sign, with the marks that belong to it."""
    cells, end = 0, start
    while end < stop:
        cells += get_character_cell_size(text[end])
        if cells > width and end > start:
            break
        end += 1
    return end


def _break_before(text: str, start: int, end: int) -> int:
    """The best break at or before `end`, or `end` itself where a long word has to be cut."""
    if text[end] == " ":
        return end
    for at in range(end, start, -1):
        before, after = text[at - 1], text[at]
        if before == " ":
            return at
        if before in _NEVER_LAST or after in _NEVER_FIRST or get_character_cell_size(after) == 0:
            continue
        if _breaks_anywhere(before) or _breaks_anywhere(after):
            return at
    return end
