"""The key to the Realtime server that the settings mean, and whether that server asks for one."""

from __future__ import annotations

from tutor_tui.config.api_keys import ApiKey, key_missing, parse_key
from tutor_tui.config.load import Configuration
from tutor_tui.core.settings import KEY_VARIABLES, TutorKind, TutorSettings
from tutor_tui.openai_api.realtime.realtime_endpoint import RealtimeEndpoint
from tutor_tui.openai_api.realtime.vendor_dialects import DIALECTS
from tutor_tui.tutors.registry import TutorOptions

NEEDS_KEY: frozenset[TutorKind] = frozenset({"openai", "webrtc"})
"""What talks to one Realtime server. The pipeline's services may each have a key of their own: they say themselves
which is missing."""


def find_key(configuration: Configuration, kind: TutorKind | None = None) -> ApiKey | None:
    """The key for the cloud tutor, or None when there is none and none is needed.

    Raises `Problem` when the cloud was asked for by name and has no key, or when the key cannot be one; `KeyUnreadable`
    when the keyring does not give it.
    """
    kind, given = kind or configuration.settings.tutor.kind, configuration.key
    if kind == "offline":
        return None
    raw = None if given is None else given.text()
    key = None if given is None else parse_key(raw, given.origin.place)
    wanted = configuration.settings.tutor
    if key is None and kind in NEEDS_KEY and not realtime_endpoint(wanted).is_local:
        without_key = TutorOptions(base_url=wanted.base_url, dialect=wanted.dialect)
        if kind != "webrtc" or not without_key.calls_ours:
            raise key_missing(raw, KEY_VARIABLES[wanted.dialect][0])
    return key


def is_ones_own(wanted: TutorSettings) -> bool:
    """Whether the learner runs the Realtime server themselves, on this machine: it is chosen without a key."""
    return realtime_endpoint(wanted).is_ones_own


def realtime_endpoint(wanted: TutorSettings) -> RealtimeEndpoint:
    """The Realtime server that the settings mean, without the key to it. Raises `Problem`."""
    return RealtimeEndpoint(wanted.base_url, insecure=wanted.insecure, dialect=DIALECTS[wanted.dialect])
