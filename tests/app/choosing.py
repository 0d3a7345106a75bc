"""Settings and keys to choose a tutor by, for tests."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.support.paths import folders_below
from tutor_tui.app.tutor_choice import (
    TutorPool,
)
from tutor_tui.config.load import Configuration, load
from tutor_tui.core.settings import Settings, TutorKind
from tutor_tui.openai_api.services import Service


def configured(tmp_path: Path, **environ: str) -> Configuration:
    return load({}, environ, tmp_path, folders_below(tmp_path))


def kind(settings: Settings, wanted: TutorKind) -> Settings:
    return replace(settings, tutor=replace(settings.tutor, kind=wanted))


def speech_service(tmp_path: Path, **environ: str) -> Service:
    configuration = configured(tmp_path, TUTOR_TUI_TUTOR_KIND="pipeline", **environ)
    made = TutorPool(configuration).services.of("speak", configuration.settings)
    assert made is not None
    return made
