"""Tutors by name, each imported only when it is asked for: `--version` and `--help` must not load sockets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tutor_tui.core import models
from tutor_tui.core.ports import Tutor
from tutor_tui.core.problems import ExitCode, Problem

_NO_KEY = "Set OPENAI_API_KEY (in the environment or in .env), or use --tutor offline, which needs none."


@dataclass(frozen=True, slots=True)
class TutorOptions:
    """What any tutor may need to know; each takes its part."""

    model: str = models.DEFAULT_MODEL
    base_url: str = ""
    """OPENAI_BASE_URL; empty for OpenAI itself."""
    api_key: str = field(default="", repr=False)
    insecure: bool = False
    """Allow an unencrypted line beyond this machine."""
    transcriber: str = models.DEFAULT_TRANSCRIBER
    prompts_folders: tuple[Path, ...] = ()
    """Folders with `lessons/`, the first wins; the shipped lessons are always there."""
    language: str = "ko"
    """What the demo speaks."""


def _openai(options: TutorOptions) -> Tutor:
    from tutor_tui.tutors.realtime.endpoints import OPENAI_BASE_URL, Endpoint
    from tutor_tui.tutors.realtime.websocket import RealtimeTutor

    endpoint = Endpoint(options.base_url or OPENAI_BASE_URL, options.api_key.strip(), options.insecure)
    if not endpoint.key and not endpoint.is_local:
        raise Problem("There is no API key.", _NO_KEY, ExitCode.USAGE)
    return RealtimeTutor(endpoint, options.model, transcriber=options.transcriber)


def _offline(options: TutorOptions) -> Tutor:
    from tutor_tui.tutors.offline import OfflineTutor

    return OfflineTutor(options.prompts_folders)


def _demo(options: TutorOptions) -> Tutor:
    from tutor_tui.tutors.scripted import demo

    return demo(options.language)


TUTORS: dict[str, Callable[[TutorOptions], Tutor]] = {"openai": _openai, "offline": _offline, "demo": _demo}
"""Name on the command line → how to make it."""


def make_tutor(name: str, options: TutorOptions) -> Tutor:
    """The tutor called `name`. Raises `Problem` (usage) for an unknown name, a missing key or a bad URL."""
    factory = TUTORS.get(name)
    if factory is None:
        raise Problem(f"There is no tutor called {name!r}.", f"There are: {', '.join(TUTORS)}.", ExitCode.USAGE)
    return factory(options)
