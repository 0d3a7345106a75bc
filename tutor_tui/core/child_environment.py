"""The environment for another process of ours."""

from __future__ import annotations

import os
import sys

from tutor_tui.core.own_keys import without_keys

TOKEN_VARIABLE = "TUTOR_TUI_OFFLINE_TOKEN"
"""The environment variable with the API key that the offline server asks for: arguments can be read by every user."""
CHAT_KEY_VARIABLE = "TUTOR_TUI_OFFLINE_MIND_KEY"
"""The same for the key of the chat server that thinks for it."""


def child_environment(*left_out: str) -> dict[str, str]:
    """Ours, without the keys and without the variables `left_out`.

    The child finds what we find. Start it with `-P`, so that it finds no module in the folder that we were started in.
    """
    environment = without_keys(os.environ, *left_out)
    environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    return environment
