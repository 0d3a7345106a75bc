"""The sound server's own microphones and speakers, by the names that the desktop's sound settings show.

PortAudio sees nothing of a PulseAudio or PipeWire server but ALSA's one door to it ("pulse"), behind which the server
puts every stream on its default device. So we ask the server itself, and give ALSA's configuration, as this process has
it in memory, a door to each device that it names. PortAudio then lists and opens them like any other.
"""

from __future__ import annotations

import ctypes
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from tutor_tui.audio import sound_server
from tutor_tui.core.events import Which

_PIPEWIRE = "PipeWire"
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
                return tuple(_endpoints(self._client))
            except pulsectl.PulseError:
                self.close()
        return None

    def close(self) -> None:
        """Let go of the server."""
        client, self._client = self._client, None
        if client is not None:
            client.close()


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
"""By the name of its door: what ALSA's configuration was given. Both are one for the whole process."""


def define() -> None:
    """Give each endpoint a door of its own. Call it before PortAudio starts, which forgets the doors when it ends."""
    server = Endpoints()
    try:
        found = server.all()
    finally:
        server.close()
    _defined.clear()
    doors = {f"tutor_tui_{number}": each for number, each in enumerate(found or ()) if each.key.isprintable()}
    if doors and _configure("".join(_definition(door, each) for door, each in doors.items())):
        _defined.update(doors)


def behind(door: str) -> Endpoint | None:
    """The endpoint of that door; None for any other device of PortAudio's."""
    return _defined.get(door)


def _definition(door: str, endpoint: Endpoint) -> str:
    # A key comes from the server: within quotes nothing of it is ALSA's language but these two characters.
    key = endpoint.key.replace("\\", "\\\\").replace('"', '\\"')
    direction = "capture" if endpoint.which == "microphone" else "playback"
    return f'pcm.{door} {{ type asym {direction}.pcm {{ type pulse device "{key}" }} }}\n'


def _configure(text: str) -> bool:
    """Add to ALSA's configuration, in the memory of this process only."""
    encoded = text.encode()
    source = ctypes.c_void_p()
    try:
        alsa = ctypes.CDLL("libasound.so.2")
        if alsa.snd_config_update() < 0:
            return False
        if alsa.snd_input_buffer_open(ctypes.byref(source), encoded, ctypes.c_ssize_t(len(encoded))) < 0:
            return False
        loaded = alsa.snd_config_load(ctypes.c_void_p.in_dll(alsa, "snd_config"), source)
        alsa.snd_input_close(source)
    except (OSError, AttributeError, ValueError):
        return False  # no ALSA here, or one without these functions
    return int(loaded) >= 0
