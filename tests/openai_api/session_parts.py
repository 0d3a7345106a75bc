"""What tests put into a session: a tool, and the flat shape of the beta."""

from __future__ import annotations

from tests.support.tool_spec import Spec

LOOK = Spec()
FLAT = {"object": "realtime.session", "model": "m", "modalities": ["text", "audio"], "input_audio_format": "pcm16"}
