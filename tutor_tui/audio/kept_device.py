"""What is known of a device that is kept open, the microphone or the speaker: what is wanted, and what was told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tutor_tui.audio.portaudio import StreamCallback
from tutor_tui.audio.sound_server import MachineState
from tutor_tui.core.echo_mode import SpeakerKind
from tutor_tui.core.events import DeviceOpened, Which


class KeptDevice:
    """Of the microphone or of the speaker."""

    def __init__(self, which: Which, wanted: str, callback: StreamCallback, blocks: Callable[[], int]) -> None:
        self.which = which
        self.wanted = wanted
        self.fallback: str | None = None
        """What worked before the learner chose another."""
        self.callback = callback
        self.blocks = blocks
        self.changed = asyncio.Event()
        """The learner chose another device."""
        self.hint: str | None = None
        """The way out that was reported last; None while all is well."""
        self.failures = 0
        self.was_lost = False
        self.opened_under: MachineState = ()
        """How the machine was when it was opened last, or first looked for."""
        self.opened: DeviceOpened | None = None
        """What is open, as it was told."""
        self.key = ""
        """What the sound server calls it, where it is one of the server's own devices."""
        self.is_default_microphone = False
        self.kind: SpeakerKind | None = None
        """What the speaker was when that was last known."""
        self.kind_asked = False
        self.stall_told_s: float | None = None
        """When a stall was told last."""
        self.still = 0
        """For so many looks no block has come."""
        self.zeros_told = False
