"""What the `.env` of the folder that we are started in may not do.

That folder may be anybody's: a project just cloned, an archive just unpacked, /tmp. So there is one rule: **what comes
from outside the folder goes only where something outside the folder says.** A key of the learner's is sent to no
address that the folder names, no variable is sent as a key because the folder names it, and the folder opens nothing
that is closed (unencrypted connections, files of a model). A key of its own the folder may send where it likes, and its
taste in lessons is welcome.

What is refused is left out, the next weaker source counts, and a sentence says so. `tutor.trusted_folders`, set
anywhere but in such a file, lifts the rule for the folders in it and those below.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from tutor_tui.config.environment import OURS, Variables
from tutor_tui.config.origin import RawValue
from tutor_tui.core.key_masking import masked
from tutor_tui.core.settings import KEY_VARIABLE, KEY_VARIABLES, OPENAI_BASE_URL, setting_fields
from tutor_tui.core.sound_settings import file_instead
from tutor_tui.openai_api.endpoint import hostname_of, is_loopback

TRUSTED_FOLDERS = "tutor.trusted_folders"
_ADDRESS, _DIALECT = "tutor.base_url", "tutor.dialect"
_OURS = "offline"
"""In place of an address: our offline server, on this machine."""


class _Destination(NamedTuple):
    """A server, by the settings for it."""

    url: str
    key_name: str
    """Holds the name of the variable with its key."""
    usual: str = ""
    """The setting that has the address where `url` is empty."""


_DESTINATIONS = (
    *(
        _Destination(f"pipeline.{part}_url", f"pipeline.{part}_key", _ADDRESS)
        for part in ("transcribe", "chat", "speak")
    ),
    _Destination("offline.chat_url", "offline.chat_key"),
)
_NEVER = {
    "tutor.insecure": "it would allow unencrypted connections.",
    TRUSTED_FOLDERS: "no folder can make itself trusted.",
}
"""What no such file sets, whatever the value, and why."""


class Refusal(NamedTuple):
    """A variable of the start folder's file that is not taken."""

    variable: str
    because: str


def refusals(given: Mapping[str, RawValue], variables: Variables, key_names: Iterable[str] = ()) -> Iterator[Refusal]:
    """What of the start folder's file is against the rule.

    `given` has each setting's strongest value by full name; `key_names` are variables that the command line names for a
    key to the tutor's server. Leaving out what is refused may uncover more: ask again until there is none.
    """
    env = {each.full_name: each.env for each in setting_fields()}
    for full_name, because in _forbidden(given):
        yield Refusal(env[full_name], because)
    for each in _DESTINATIONS:
        if (named := _stranger(given, each.key_name)) and (key := variables.first(_text(named))) and not _is_of_it(key):
            yield Refusal(env[each.key_name], f"it names {masked(_text(named))}, which is not set in that file.")
    tutor_key = _tutor_key(given, variables)
    if _stranger(given, _DIALECT) and tutor_key and not _is_of_it(tutor_key):
        yield Refusal(env[_DIALECT], "it would choose how and which key is sent.")
    for address, key in _ways(given, variables, tutor_key, key_names):
        url = _stranger(given, address)
        if url and (because := _redirected(_text(url), key)):
            yield Refusal(env[address], because)


def _forbidden(given: Mapping[str, RawValue]) -> Iterator[tuple[str, str]]:
    yield from ((full_name, because) for full_name, because in _NEVER.items() if _stranger(given, full_name))
    if weather := _stranger(given, "lesson.weather_url"):
        yield "lesson.weather_url", f"it would send what the tutor asks to {_host(_text(weather))}."
    if file_instead(_text(_stranger(given, "sound.input_device"))) is not None:
        yield "sound.input_device", "it would let a file speak in your place."
    model = _stranger(given, "offline.whisper_model")
    if model and (set("/\\") & set(_text(model)) or _text(model)[:1] in "~." or Path(_text(model)).is_dir()):
        yield "offline.whisper_model", "it would load the files of a folder."


def _ways(
    given: Mapping[str, RawValue], variables: Variables, tutor_key: RawValue | None, key_names: Iterable[str]
) -> Iterator[tuple[str, RawValue | None]]:
    """Every setting with an address that something may be sent to, and the key that would be."""
    yield _ADDRESS, tutor_key
    yield from ((_ADDRESS, key) for name in key_names if (key := variables.first(name)))
    for each in _DESTINATIONS:
        key = variables.first(_text(given.get(each.key_name)))
        url = _text(given.get(each.url)).rstrip("/")
        if url and not (key is None and each.usual and url == _usual_address(given)):
            yield each.url, key
        elif not url and each.usual and key:
            yield each.usual, key


def _redirected(url: str, key: RawValue | None) -> str:
    """Why nothing is sent to `url`, which the start folder names; empty where it may be."""
    if url.lower() == _OURS or (key and _is_of_it(key)) or (key is None and is_loopback(hostname_of(url))):
        return ""
    if key is None:
        return f"it would send the lesson to {_host(url)}, and that file has no key for it."
    return f"it would send your key ({key.origin.place}) to {_host(url)}."


def strange_hosts(given: Mapping[str, RawValue]) -> Iterator[Refusal]:
    """What is taken from the start folder's file and sends the lesson to another machine: to be told, not refused."""
    env = {each.full_name: each.env for each in setting_fields()}
    usual = _usual_address(given)
    for full_name in (_ADDRESS, *(each.url for each in _DESTINATIONS)):
        url = _stranger(given, full_name)
        is_news = full_name == _ADDRESS or _text(url).rstrip("/") not in (usual, _OURS)
        if url and is_news and not is_loopback(hostname_of(_text(url))):
            yield Refusal(env[full_name], _host(_text(url)))


def borrowed(given: Mapping[str, RawValue], variables: Variables) -> Iterator[Refusal]:
    """What is ours in the start folder's file and was left out, since its value asks for variables from outside."""
    ours = OURS | {_text(given.get(each.key_name)) for each in _DESTINATIONS}
    for name in sorted(variables.start.borrowed & ours):
        yield Refusal(name, "its value asks for a variable from outside that file.")


def _usual_address(given: Mapping[str, RawValue]) -> str:
    """Where the tutor's key goes."""
    return (_text(given.get(_ADDRESS)) or OPENAI_BASE_URL).rstrip("/")


def _tutor_key(given: Mapping[str, RawValue], variables: Variables) -> RawValue | None:
    names = next(
        (names for name, names in KEY_VARIABLES.items() if name == _text(given.get(_DIALECT))), (KEY_VARIABLE,)
    )
    return next((key for name in names if (key := variables.first(name))), None)


def _stranger(given: Mapping[str, RawValue], full_name: str) -> RawValue | None:
    """The value of a setting, if it is from the start folder's file."""
    found = given.get(full_name)
    return found if found and _is_of_it(found) else None


def _is_of_it(found: RawValue) -> bool:
    return found.origin.in_start_folder


def _text(found: RawValue | None) -> str:
    return "" if found is None else str(found.value).strip()


def _host(url: str) -> str:
    """For sentences: the host without what some write before it."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2] or "an address"
    except ValueError:
        return "an address"
