"""The main screens as pictures. After a change that is meant: look (tests/ui/shoot.py), then --snapshot-update."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.ui.scenes import staged
from tests.ui.stage import drawn, read_from_disk
from tutor_tui.core.screen_settings import Theme
from tutor_tui.ui.widgets.header import LessonHeader

SMALL, LARGE = (80, 24), (120, 40)
PICTURES: tuple[tuple[str, Theme, tuple[int, int]], ...] = (
    ("korean", "tutor-night", SMALL),
    ("korean", "tutor-day", SMALL),
    ("korean", "tutor-night", LARGE),
    ("korean", "tutor-day", LARGE),
    ("japanese-cut", "tutor-night", SMALL),
    ("japanese-cut", "tutor-day", LARGE),
    ("thinking", "tutor-day", SMALL),
    ("offline", "tutor-night", SMALL),
    ("offline", "tutor-day", LARGE),
    ("heard", "tutor-night", SMALL),
    ("heard-japanese", "tutor-day", LARGE),
    ("failed", "tutor-night", SMALL),
    ("push-to-talk", "tutor-day", SMALL),
    ("turns", "tutor-night", SMALL),
    ("turns-semantic", "tutor-day", LARGE),
    ("profiles", "tutor-night", SMALL),
    ("devices", "tutor-day", SMALL),
    ("settings", "tutor-night", LARGE),
    ("help", "tutor-day", SMALL),
    ("typing", "tutor-night", SMALL),
    ("recording", "tutor-night", SMALL),
    ("recorded", "tutor-day", SMALL),
    ("own-server", "tutor-day", LARGE),
    ("limits", "tutor-night", SMALL),
    ("notes", "tutor-day", SMALL),
    ("history", "tutor-night", SMALL),
    ("history", "tutor-day", LARGE),
    ("history-reading", "tutor-day", SMALL),
    ("history-search", "tutor-night", LARGE),
    ("history-delete", "tutor-night", SMALL),
    ("korean", "tutor-night", (40, 10)),
)


@pytest.mark.parametrize(("scene", "theme", "size"), PICTURES, ids=lambda part: str(part))
def test_picture(
    scene: str,
    theme: Theme,
    size: tuple[int, int],
    snap_compare: Callable[..., bool],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(LessonHeader, "animated", False)
    app, keys = staged(scene, theme)

    async def into_the_scene(pilot: Pilot[Any]) -> None:
        await drawn(pilot)
        for key in keys:
            await pilot.press(key)
            await read_from_disk(pilot)
        await drawn(pilot)
        before, now = "", app.export_screenshot()
        for _ in range(20):  # what scrolls or unfolds has come to rest
            if before == now:
                break
            await pilot.pause(0.1)
            before, now = now, app.export_screenshot()

    assert snap_compare(app, terminal_size=size, run_before=into_the_scene)
