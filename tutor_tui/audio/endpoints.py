"""The sound server's own microphones and speakers, by the names that the desktop's sound settings show.

PortAudio sees nothing of a PulseAudio or PipeWire server but ALSA's one PCM for it ("pulse"), whose streams the server
puts on its default device. So we ask the server itself, and add a PCM for each of its devices to ALSA's configuration,
as this process has it in memory. PortAudio then lists and opens them like any other.
"""

from __future__ import annotations

import ctypes
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from ctypes import byref
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from tutor_tui.audio import sound_server
from tutor_tui.core.echo_mode import SpeakerKind
from tutor_tui.core.events import Which

Answer = TypeVar("Answer")
_PIPEWIRE = "PipeWire"
_PLUGINS = ("pulse", "pipewire")
"""ALSA's plugins that lead to the server, the better first; some systems with PipeWire have only its own."""
_KINDS: Mapping[str, SpeakerKind] = {
    **dict.fromkeys(("headphone", "headset", "handset", "hands-free"), "headphones"),
    **dict.fromkeys(("speaker", "lineout", "internal", "tv", "hifi", "hdmi", "portable"), "speakers"),
}
"""Words in the name of a port ("analog-output-headphones") or a form, and what they say."""
_NO_MONITOR = 0xFFFF_FFFF
"""PulseAudio's `PA_INVALID_INDEX`: a source that is no sink's monitor."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A source or a sink of the sound server."""

    which: Which
    key: str
    """What the server calls it: "alsa_input.usb-…"."""
    name: str
    """What people call it: "USB Headset"."""
    server: str
    """PulseAudio or PipeWire."""
    monitor: bool = False
    """Whether it hears what a speaker plays, and is no microphone."""


class Endpoints:
    """Asks the sound server, over a connection that is kept until `close()`. Every method blocks: for the worker."""

    def __init__(self) -> None:
        self._client: Any = None

    def all(self) -> tuple[Endpoint, ...] | None:
        """All sources and sinks; None where there is no server, or it does not tell."""
        return self._ask(lambda client: tuple(_endpoints(client)))

    def hears_the_speaker(self) -> bool:
        """Whether the default microphone is what the default speaker plays: PulseAudio's stand-in for none."""
        return self._ask(_hears_the_speaker) is True

    def speaker_kind(self, key: str) -> SpeakerKind | None:
        """What the sound server's speaker of that name is, or the default one ("")."""
        return self._ask(lambda client: _speaker_kind(client, key))

    def _ask(self, question: Callable[[Any], Answer]) -> Answer | None:
        if not sys.platform.startswith("linux") or sound_server.answers() is False:
            return None
        try:
            import pulsectl  # loaded here, because it needs libpulse.so.0, which not every machine has
        except (ImportError, OSError):
            return None
        for kept in (self._client, None):
            # A connection that was kept may be to a server that has been replaced since; then a new one is made.
            try:
                if kept is None:
                    self.close()
                    self._client = pulsectl.Pulse("tutor-tui", connect=False)
                    self._client.connect()
                return question(self._client)
            except pulsectl.PulseError:
                self.close()
        return None

    def close(self) -> None:
        """Let go of the server."""
        client, self._client = self._client, None
        if client is not None:
            client.close()


def _hears_the_speaker(client: Any) -> bool:
    server = client.server_info()
    return bool(server.default_source_name == f"{server.default_sink_name}.monitor")


def _speaker_kind(client: Any, key: str) -> SpeakerKind | None:
    """By the plug in use where a sound card tells, else by the device's form (PulseAudio's `device.form_factor`)."""
    wanted = key or client.server_info().default_sink_name
    for sink in client.sink_list():
        if sink.name == wanted:
            port = sink.port_active.name.casefold() if sink.port_active else ""
            form = sink.proplist.get("device.form_factor", "").casefold()
            return next((_KINDS[word] for said in (port, form) for word in _KINDS if word in said), None)
    return None


def _endpoints(client: Any) -> Iterator[Endpoint]:
    server = _PIPEWIRE if _PIPEWIRE in client.server_info().server_name else "PulseAudio"
    sources = [
        Endpoint("microphone", each.name, each.description, server, each.monitor_of_sink != _NO_MONITOR)
        for each in client.source_list()
    ]
    sinks = [Endpoint("speaker", each.name, each.description, server) for each in client.sink_list()]
    for found in (sources, sinks):
        same = Counter(each.name for each in found)
        for each in found:
            yield each if same[each.name] == 1 else replace(each, name=f"{each.name} ({each.key})")


_defined: dict[str, Endpoint] = {}
"""By the name of its PCM: what ALSA's configuration was given. Both are one for the whole process."""


def define() -> None:
    """Give each endpoint a PCM of its own. Call it before PortAudio starts, which forgets them when it ends."""
    server = Endpoints()
    try:
        found = server.all()
    finally:
        server.close()
    _defined.clear()
    named = {f"tutor_tui_{number}": each for number, each in enumerate(found or ()) if each.key.isprintable()}
    # No ALSA here, or one without these functions: then PortAudio's own devices are all there is.
    with suppress(OSError, AttributeError, ValueError):
        _defined.update(_configure(named))


def of_pcm(name: str) -> Endpoint | None:
    """The endpoint that ALSA has under that name; None for any other device."""
    return _defined.get(name)


def _configure(named: Mapping[str, Endpoint]) -> Mapping[str, Endpoint]:
    """Add PCMs to ALSA's configuration, in the memory of this process only, and return them. Raises `OSError`."""
    if not named:
        return named
    alsa = ctypes.CDLL("libasound.so.2")
    _check(alsa.snd_config_update())
    configuration = ctypes.c_void_p.in_dll(alsa, "snd_config")
    found = ctypes.c_void_p()
    plugin = next(
        (
            each
            for each in _PLUGINS
            if alsa.snd_config_search(configuration, b"pcm." + each.encode(), byref(found)) == 0
        ),
        _PLUGINS[0],
    )
    if plugin == "pipewire":  # knows no monitors: it would open the default microphone in place of one
        named = {name: each for name, each in named.items() if not each.monitor}
    text = "".join(_definition(name, each, plugin) for name, each in named.items()).encode()
    source = ctypes.c_void_p()
    _check(alsa.snd_input_buffer_open(byref(source), text, ctypes.c_ssize_t(len(text))))
    try:
        _check(alsa.snd_config_load(configuration, source))
    finally:
        alsa.snd_input_close(source)
    return named


def _check(result: int) -> None:
    if result < 0:
        raise OSError(-result, "ALSA's configuration")


def _definition(name: str, endpoint: Endpoint, plugin: str) -> str:
    # A key comes from the server: within quotes nothing of it is ALSA's language but these two characters.
    key = endpoint.key.replace("\\", "\\\\").replace('"', '\\"')
    direction = "capture" if endpoint.which == "microphone" else "playback"
    option = "device" if plugin == "pulse" else f"{direction}_node"
    return f'pcm.{name} {{ type asym {direction}.pcm {{ type {plugin} {option} "{key}" }} }}\n'
