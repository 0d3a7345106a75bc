"""What a terminal sends, cut into keys, escape sequences and pasted text; for both front ends. Pure: time is handed in.

The escape key sends the byte with which arrows, function keys and the terminal's own answers begin, so it can be told
from them only by waiting, and a slow line may take longer than anybody wants to wait. Therefore what looks like the
rest of a sequence, behind an escape that has been given out already, is put together with it and never is a key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

ESCAPE = "\x1b"
_HERE_MS, _REMOTE_MS = 5, 100
"""How long the rest of a sequence may be behind an escape. A terminal on this machine writes a key's bytes at once; a
line from afar breaks them in two."""
_REMOTE = ("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY", "ET_VERSION")
"""What sshd, mosh (which is started through it) and Eternal Terminal leave in the environment."""
_REST_S = 0.5
"""How long a sequence that has surely begun may take to end."""
_LATE_S = 1.0
"""For how long the rest of one that was given up is still known as such."""
_LONE_BRACKET_S = 0.1
"""How long a bracket right behind the escape key is held back: it may be the rest of an arrow."""
_PASTE_S = 2.0
"""How long a paste may pause before it counts as over: its end may be lost."""
_LONGEST = 4_096

_COMPLETE = re.compile(
    r"\x1b?\x1b\[M[\s\S]{3}"  # a mouse report of old
    r"|\x1b?\x1b\[\[[A-E]"  # F1 to F5 on the Linux console
    r"|\x1b?\x1b\[(?![M\[])[0-?]*[ -/]*[@-~]"
    r"|\x1b?\x1bO[0-9;]*[ -~]"
    r"|\x1b[\]P_][^\x07\x1b]*(?:\x07|\x1b\\)"  # an answer of the terminal, as on its colours
    r"|\x1b[^\x1b\[O\]P_]"  # a key with alt
    r"|[^\x1b]"
)
_BEGUN = re.compile(r"\x1b?\x1b(?:\[M[\s\S]{0,2}|\[\[?|\[[0-?]*[ -/]*|O[0-9;]*|[\]P_][^\x07\x1b]*\x1b?)?")
_PASTE_BEGINS, _PASTE_ENDS = "\x1b[200~", "\x1b[201~"


class Pasted(str):
    """What was pasted, line ends and all."""

    __slots__ = ()


def escape_wait_s(environ: Mapping[str, str]) -> float:
    """How long to wait behind an escape before it is the key of that name. The learner's own `ESCDELAY` (ms) counts."""
    wanted = environ.get("ESCDELAY", "")
    if wanted.isascii() and wanted.isdigit():
        return max(1, min(int(wanted[:6]), 10_000)) / 1000
    return (_REMOTE_MS if any(environ.get(name) for name in _REMOTE) else _HERE_MS) / 1000


class SequenceReader:
    """Takes characters as they come, and gives out one string a key press or sequence; pasted text as `Pasted`.

    At `due_s`, `tick` has to be called: what has been waited for will not come any more.
    """

    def __init__(self, wait_s: float) -> None:
        self._wait_s = wait_s
        self._waiting = ""
        self._late = ""
        """The beginning of a sequence that was given out or given up; its rest may come until `_late_until_s`."""
        self._late_until_s = 0.0
        self._given_out = 0
        """How much of `_waiting` has been given out before."""
        self._paste: list[str] | None = None
        self.due_s: float | None = None

    def feed(self, text: str, now_s: float) -> list[str]:
        """Take what has come."""
        found: list[str] = []
        if self._paste is not None:
            text = self._take_paste(text, now_s, found)
        late, self._late = self._late, ""
        if late and text and now_s < self._late_until_s and _continues(late, text):
            self._waiting, self._given_out = late, len(late)
        self._waiting += text
        while self._waiting and self._paste is None:
            token = self._next()
            if not token:
                break
            self._waiting, self._given_out = self._waiting[len(token) :], 0
            if token == _PASTE_BEGINS:
                self._paste = []
                rest, self._waiting = self._waiting, ""
                self._waiting = self._take_paste(rest, now_s, found)
            else:
                found.append(token)
        if self._paste is None:
            self.due_s = now_s + self._patience_s() if self._waiting else None
        return found

    def tick(self, now_s: float) -> list[str]:
        """What is given out because nothing more came."""
        if self.due_s is None or now_s < self.due_s:
            return []
        self.due_s = None
        if self._paste is not None:
            pasted, self._paste = "".join(self._paste), None
            return [Pasted(pasted)]
        waiting, given_out = self._waiting, self._given_out
        self._waiting, self._given_out = "", 0
        if given_out:
            return list(waiting[given_out:])
        is_escape_key = not waiting.strip(ESCAPE)
        self._late, self._late_until_s = ESCAPE if is_escape_key else waiting, now_s + _LATE_S
        if is_escape_key:
            return list(waiting)
        return [waiting] if len(waiting) == len(ESCAPE) + 1 else []

    def _next(self) -> str:
        """The first key or sequence of what waits; empty while it may go on."""
        if whole := _COMPLETE.match(self._waiting):
            return whole[0]
        if _BEGUN.fullmatch(self._waiting) and len(self._waiting) < _LONGEST:
            return ""
        return self._waiting[0]

    def _patience_s(self) -> float:
        if not self._waiting.strip(ESCAPE):
            return self._wait_s
        return max(self._wait_s, _LONE_BRACKET_S) if self._given_out else _REST_S

    def _take_paste(self, text: str, now_s: float, found: list[str]) -> str:
        """Add to the paste; what stands behind its end."""
        assert self._paste is not None
        tail = self._paste.pop() if self._paste else ""
        pasted, end, rest = (tail + text).partition(_PASTE_ENDS)
        if end:
            found.append(Pasted("".join([*self._paste, pasted])))
            self._paste = None
            return rest
        cut = max(0, len(pasted) - len(_PASTE_ENDS))  # the end may come in two pieces
        self._paste += [pasted[:cut], pasted[cut:]]
        self.due_s = now_s + _PASTE_S
        return ""


def _continues(late: str, text: str) -> bool:
    """Whether `text` goes on with the sequence that began with `late`: behind the escape key, if no key sends it."""
    if late == ESCAPE and text[0] not in "[O]P_":
        return False
    whole = _COMPLETE.match(late + text)
    return whole is not None or _BEGUN.fullmatch(late + text) is not None


class KeyPress(NamedTuple):
    """A key in kitty's keyboard protocol, as far as it matters here."""

    code: int
    """The character of the key, without shift; its Latin one on layouts of another script, where the terminal says."""
    modifiers: int
    """1 + shift 1, alt 2, ctrl 4, super 8, hyper 16, meta 32."""
    text: str
    """What it writes; empty with ctrl, or where the terminal does not say."""
    end: str
    """The last letter of the sequence: "u", or one that names another key."""
    released: bool
    """The key was let go."""
    repeated: bool = False
    """The key is held down, and was told before."""

    @property
    def ctrl(self) -> bool:
        """Whether ctrl was held."""
        return bool((self.modifiers - 1) & 4)


_EXTENDED_KEY = re.compile(r"\x1b\[(\d+(?::\d*)*)(?:;([\d:]*)(?:;([\d:]*))?)?([u~A-HPQRS])")
_REPEATED, _RELEASED = "2", "3"


def key_press(sequence: str) -> KeyPress | None:
    """A sequence of kitty's keyboard protocol (sw.kovidgoyal.net/kitty/keyboard-protocol), if it is one and complete.

    Of the fields for another layout, "base layout key" names the key itself.
    """
    whole = _EXTENDED_KEY.fullmatch(sequence)
    if whole is None or len(sequence) > _LONGEST:
        return None
    codes, modifiers, text, end = whole.groups(default="")
    code, _, base = [*map(_number, codes.split(":")), 0, 0][:3]
    held, _, kind = modifiers.partition(":")
    written = "".join(_characters(map(_number, text.split(":")))) if text else ""
    code = base if base and code > 0x7F else code
    return KeyPress(code, _number(held) or 1, written, end, kind == _RELEASED, kind == _REPEATED)


def _number(digits: str) -> int:
    return int(digits[:7]) if digits else 0


def _characters(codes: Iterator[int]) -> Iterator[str]:
    return (chr(code) for code in codes if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000)
