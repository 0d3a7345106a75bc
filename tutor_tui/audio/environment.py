"""The environment as it has to be before the sound's threads run: nothing of ours may change it from then on.

C's `getenv` takes no lock. PortAudio, ALSA and PulseAudio read the environment whenever a device is looked for, in a
thread of their own; a library that sets a variable at that moment, in another thread, kills the process.
"""

from __future__ import annotations

import os

_VARIABLES = (
    "JACK_NO_START_SERVER",  # JACK is not to start a sound server of its own
    # NumPy sets these while it is imported, and takes them away again, unless somebody has set them. They keep its
    # arithmetic from tying our main thread to one processor.
    "OPENBLAS_MAIN_FREE",
    "GOTOBLAS_MAIN_FREE",
)


def complete_environment() -> None:
    """Set what a library would set later. Call it before the first thread that uses the sound library."""
    for name in _VARIABLES:
        os.environ.setdefault(name, "1")
