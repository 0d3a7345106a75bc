"""What stands in files that a learner, an author or somebody else has written, and what comes from the terminal."""

from __future__ import annotations

import itertools
from functools import cache

from hypothesis import strategies as st

from tests.config.test_any_file import as_bytes, hard_text
from tests.fuzz.damage import damaged
from tests.fuzz.target import Target, folder_for
from tests.support.paths import PROMPTS, folders_below
from tutor_tui.config.load import load, settings_table
from tutor_tui.config.profile_file import BrokenProfile, read_profile
from tutor_tui.config.save import SettingsFile
from tutor_tui.core.keyboard_layouts import latin_keys
from tutor_tui.core.problems import Problem
from tutor_tui.core.profile import PromptProfile
from tutor_tui.core.safe_text import one_line, printable, printable_line
from tutor_tui.core.settings import setting_fields
from tutor_tui.core.terminal_sequences import Pasted, SequenceReader, key_press
from tutor_tui.offline_server.lesson.pattern_sentences import sentences
from tutor_tui.offline_server.lesson.script_file import read_script
from tutor_tui.plain.key_input import _plain_key, _without_sequences
from tutor_tui.ui.textual_patches.terminal_parser import TerminalParser

_numbers = itertools.count()

# ---- settings -------------------------------------------------------------------------------------------------------


def _toml(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else repr(value)


@cache
def _all_settings() -> bytes:
    """A file with every setting as it is by default."""
    lines = list[str]()
    for section, fields in itertools.groupby(setting_fields(), key=lambda each: each.section):
        lines += [f"[{section}]", *(f"{each.name} = {_toml(each.default)}" for each in fields)]
    return "\n".join([*lines, "[keys]", 'mute = "f2"', ""]).encode()


_VARIABLES = b"""# mine
OPENAI_API_KEY="sk-0123456789"
export TUTOR_TUI_LESSON_PACE=1.1
TUTOR_TUI_PIPELINE_CHAT_URL='http://127.0.0.1:8080/v1'
A=${B:-x}
B=${A}${OPENAI_API_KEY}
"""
_TOML = damaged(st.deferred(lambda: st.just(_all_settings()))) | hard_text.map(as_bytes)
_ENV = damaged(st.just(_VARIABLES)) | hard_text.map(as_bytes)


def _load(toml: bytes, own: bytes, strange: bytes, environ: dict[str, str]) -> None:
    home = folder_for("settings")
    ours = folders_below(home)
    ours.config.mkdir(parents=True, exist_ok=True)
    ours.config_file.write_bytes(toml)
    ours.env_file.write_bytes(own)
    (home / ".env").write_bytes(strange)
    try:
        for row in settings_table(load({}, environ, home, ours)):
            assert row.name
    except Problem as problem:
        assert "sk-0123456789" not in str(problem), "a key is told"
        raise


def read_settings(given: bytes) -> None:
    _load(given, b"", b"", {})


def read_variables(given: tuple[bytes, bytes]) -> None:
    """Our own file of variables, and that of a strange folder."""
    _load(b"", *given, {"A": "secret", "OPENAI_API_KEY": "sk-0123456789"})


def save_setting(given: bytes) -> None:
    """One value is saved into whatever file is there; then it is in it."""
    file = folder_for("saved") / "config.toml"
    file.write_bytes(given)
    SettingsFile(file).save("tutor.model", "m")
    assert b'model = "m"' in file.read_bytes()


# ---- profiles and lessons -------------------------------------------------------------------------------------------

_PROFILES = [each.read_bytes() for each in sorted(PROMPTS.glob("*.md"))[:3]]
_PROFILE = damaged(st.sampled_from(_PROFILES)) | st.builds(
    lambda front, body: as_bytes(f"---\n{front}\n---\n{body}"), hard_text, hard_text
)
_SCRIPT = """title = "First words"
language = "en"
native_language = "ko"
level = "A1"
greeting = "Hello!"
closing = "Bye!"

[slots]
food = ["tea", "a (small | large) coffee"]

[[step]]
say = "Your name?"
expect = ["i am (anna | tom)", { heard = "my name is <any>", praise = "Nice!" }, "i [really] like <food> please"]
answer = "I am Anna."
mistakes = [{ heard = "i anna", prompt = "A word is missing.", better = "i am anna" }]
hint = "I am"
retries = 3

[[step]]
say = "And you?"
least = 3
expect = ["<any>"]
answer = "I am fine today."

[prompts.ko]
"A word is missing." = "빠졌어요."
"""
_PATTERN_SIGNS = [
    "(",
    ")",
    "[",
    "]",
    "<",
    ">",
    "|",
    "<any>",
    "<food>",
    "<x>",
    "...",
    "{",
    "}",
    "=",
    '"',
    " a ",
    "-",
    "?",
    "*",
]
_SCRIPTS = st.one_of(
    damaged(st.just(_SCRIPT.encode())),
    st.lists(st.sampled_from(_PATTERN_SIGNS), max_size=12).map(
        lambda signs: _SCRIPT.replace("i am (anna | tom)", "".join(signs)).encode()
    ),
)


def read_a_profile(given: bytes) -> None:
    file = folder_for("profiles") / "any.md"
    file.write_bytes(given)
    found = read_profile(file)
    assert isinstance(found, PromptProfile) or (isinstance(found, BrokenProfile) and found.reason)


def read_a_script(given: bytes) -> None:
    """Of a lesson that is one, the sentences can be told that it expects."""
    file = folder_for("lessons") / f"{next(_numbers)}.toml"  # of the same name it would be the one read before
    file.write_bytes(given)
    try:
        script = read_script(file)
        for step in script.steps:
            for expected in step.expect:
                list(sentences(expected.heard, script.lists, 9))
    finally:
        file.unlink()


# ---- the terminal ---------------------------------------------------------------------------------------------------

_KEYS = [
    "m",
    "ㅡ",
    "\x1b",
    "\x1b[",
    "A",
    "\x1b[A",
    "\x1bOP",
    "\x1b[200~",
    "\x1b[201~",
    "\x1b[M",
    "\x1b]11;rgb:",
    "ffff/0/f",
    "\x07",
]
_KEYS += [
    "\x1b\\",
    "\x1bP",
    ";",
    ":",
    "9" * 9,
    "\x1b[12618:12618:99;5:1u",
    "\x1b[97;5u",
    "\x00",
    "\ud800",
    "\x1b[<35;12;7M",
    "~",
    "u",
]
_TYPED = st.lists(
    st.tuples(
        st.lists(st.sampled_from(_KEYS) | st.text(max_size=4), max_size=5).map("".join),
        st.sampled_from([0.0, 0.02, 0.2, 3.0]),
    ),
    max_size=8,
)


def press(given: list[tuple[str, float]]) -> None:
    """Nothing but a paste is longer than a sequence can be, and what waits is given out in time."""
    reader, now_s = SequenceReader(0.005), 0.0
    for text, pause_s in given:
        found = reader.feed(text, now_s)
        now_s += pause_s
        found += reader.tick(now_s)
        for each in found:
            pressed = key_press(each)
            assert isinstance(each, Pasted) or len(each) <= 4_096
            assert pressed is None or 0 <= pressed.code < 10**7
            latin_keys(_plain_key(each))
    reader.tick(now_s + 10)
    assert reader.due_s is None
    _without_sequences("".join(text for text, _ in given))


def press_in_the_screen(given: list[tuple[str, float]]) -> None:
    """The same keys, as Textual gets them."""
    parser = TerminalParser(0.0)
    for text, _ in given:
        list(parser.feed(text)) if text else None
        list(parser.tick())


_WORDS = st.lists(
    st.sampled_from(
        ["\x1b[31m", "\x9b2J", "\u202e", "[bold]", "\ud83d", "\x00", "e\u0301" * 40, "\r\n", "한", "\ufeff"]
    )
    | st.text(max_size=10),
    max_size=10,
).map("".join)


def show(given: str) -> None:
    """What is shown is no command to a terminal, and can be written out."""
    for shown in (printable(given), printable_line(given), one_line(given)):
        shown.encode()
        assert all(each.isprintable() or each in "\n\u200c" or ord(each) > 0x9F for each in shown), shown
    assert "\n" not in printable_line(given) + one_line(given)


TARGETS = (
    Target("a settings file", _TOML, read_settings, (Problem,), raw=bytes, good=lambda: [_all_settings()]),
    Target("a settings file that is written to", _TOML, save_setting, (Problem,), share=0.5),
    Target(
        "files of variables",
        st.tuples(_ENV, _ENV),
        read_variables,
        (Problem,),
        raw=lambda data: (data, b""),
        good=lambda: [_VARIABLES],
    ),
    Target("a profile", _PROFILE, read_a_profile, raw=bytes, good=lambda: _PROFILES),
    Target("a lesson's script", _SCRIPTS, read_a_script, (Problem,), raw=bytes, good=lambda: [_SCRIPT.encode()]),
    Target(
        "keys",
        _TYPED,
        press,
        raw=lambda data: [(data.decode("utf-8", "replace"), 0.02)],
        good=lambda: ["".join(_KEYS).encode("utf-8", "replace")],
    ),
    Target("keys in the full screen", _TYPED, press_in_the_screen),
    Target("words to be shown", _WORDS, show, raw=lambda data: data.decode("utf-8", "surrogateescape")),
)
