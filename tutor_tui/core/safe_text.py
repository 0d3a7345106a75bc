"""Making words from outside safe to show: what a tutor, a device or a file says is data, never a command.

Everything that was not written by us passes here on its way to the screen. Terminal escapes, control characters and
broken code points become visible; keys of ours become dots; what is invisible and could reorder, hide or misalign text
is dropped. What comes out has a width that is the sum of its characters', so that cells can be counted. Every front end
uses it.
"""

from __future__ import annotations

import json
import re
import unicodedata

from tutor_tui.core.own_keys import redacted

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_INVISIBLE = (
    (0xAD, 0xAD),  # soft hyphen
    (0x034F, 0x034F),  # grapheme joiner
    (0x061C, 0x061C),  # Arabic letter mark
    (0x115F, 0x1160),  # Hangul fillers, also below
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),  # Mongolian selectors
    (0x200B, 0x200B),  # zero-width space
    (0x200D, 0x200F),  # joiner (it fuses emoji, and terminals disagree on the width), direction marks
    (0x202A, 0x202E),  # direction embeddings and overrides
    (0x2060, 0x206F),  # word joiner, invisible operators, direction isolates
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),  # variation selectors: they change the width of the sign before them
    (0xFEFF, 0xFEFF),  # byte order mark
    (0xFFA0, 0xFFA0),
    (0xFFF9, 0xFFFB),  # interlinear annotation
    (0x1D173, 0x1D17A),  # musical format controls
    (0xE0000, 0xE01EF),  # tags and more variation selectors
)
"""Ranges of code points that show nothing themselves. U+200C stays: it is spelling in Persian."""
_LINE_ENDS = (0x0A, 0x0B, 0x0C, 0x85, 0x2028, 0x2029)

_TABLE: dict[int, str] = (
    {code: chr(0x2400 + code) for code in range(32)}  # ␀ … ␛: the picture of each control character
    | {0x7F: "␡"}
    | dict.fromkeys(range(0x80, 0xA0), _REPLACEMENT)
    | {code: "" for first, last in _INVISIBLE for code in range(first, last + 1)}
    | dict.fromkeys(range(0xD800, 0xE000), _REPLACEMENT)  # half a pair cannot even be written out
    | dict.fromkeys((0xFFFE, 0xFFFF), _REPLACEMENT)
    | dict.fromkeys(_LINE_ENDS, "\n")
    | {0x09: "    "}
)
_MARKS_KEPT = 3
"""Scripts put at most three marks on one letter; more is noise that smears over the lines around it."""


def printable(text: str) -> str:
    """`text` as it may be shown, line ends kept as newlines; a control character shows as its picture (␛)."""
    text = redacted(text)
    if text.isascii() and text.isprintable():
        return text
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").translate(_TABLE))
    return text if text.isascii() else _few_marks(text)


def printable_line(text: str) -> str:
    """`text` as it may be shown on one line: runs of blanks and line ends become one space."""
    return " ".join(printable(text).split())


def printable_json(value: object) -> str:
    """`value` as JSON on one line: what would not print stands there as \\uXXXX, and nothing is lost."""
    text = redacted(json.dumps(value, ensure_ascii=False))
    return text if text.isprintable() else "".join(char if char.isprintable() else _escaped(char) for char in text)


def _escaped(char: str) -> str:
    return json.dumps(char)[1:-1]


def one_line(text: object, limit: int = 200) -> str:
    """A machine's words (an error, a name, a note) as one line of at most `limit` characters, an ellipsis at the cut.

    Whatever does not print is a blank. Empty for anything but text, since a server may send numbers or objects.
    """
    if not isinstance(text, str):
        return ""
    line = redacted(" ".join("".join(char if char.isprintable() else " " for char in text).split()))
    return line if len(line) <= limit else line[: limit - 1] + "…"


def letters_missing(encoding: str) -> str:
    """What to tell a learner whose terminal takes only some letters, going by the encoding it is set to."""
    try:
        "é漢한ж─".encode(encoding)
    except LookupError:
        return ""
    except UnicodeError:
        return f"The terminal is set to {encoding}: other letters are lost. LC_ALL=C.UTF-8 tutor-tui shows them all."
    return ""


def well_formed(text: str) -> str:
    """`text` without lone surrogates, which JSON can hold and no socket, file or terminal can (as `toWellFormed`)."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


_MARK_RUN = re.compile(r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")


def _few_marks(text: str) -> str:
    return _MARK_RUN.sub(lambda run: run[0][:_MARKS_KEPT], text)
