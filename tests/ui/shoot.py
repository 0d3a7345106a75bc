"""Pictures of the screen for the eye: `python -m tests.ui.shoot FOLDER` (needs rsvg-convert)."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from tests.ui.stage import KOREAN_TALK, FakeSession, make_app
from tutor_tui.core.settings import Settings


def picture(svg: str, path: Path) -> None:
    """Write `svg` as PNG; librsvg would swallow the blanks that hold columns apart."""
    path.with_suffix(".svg").write_text(svg.replace("<text ", '<text xml:space="preserve" '))
    subprocess.run(["rsvg-convert", "-o", str(path.with_suffix(".png")), str(path.with_suffix(".svg"))], check=True)


async def main(out: Path) -> None:
    for theme in ("tutor-night", "tutor-day"):
        for size in ((80, 24), (120, 40), (40, 10)):
            session = FakeSession()
            session.happen(*KOREAN_TALK)
            settings = Settings()
            settings = replace(settings, screen=replace(settings.screen, theme=theme))
            app = make_app(session, settings=settings)
            async with app.run_test(size=size) as pilot:
                await pilot.pause(0.2)
                picture(app.export_screenshot(), out / f"lesson-{theme}-{size[0]}x{size[1]}")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
