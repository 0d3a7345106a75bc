"""Pictures of the screen for the eye: `python -m tests.ui.shoot FOLDER [scene …]` (needs rsvg-convert)."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

from tests.ui.scenes import SCENES, SIZES, THEMES, staged
from tests.ui.stage import read_from_disk


def picture(svg: str, path: Path) -> None:
    """Write `svg` as PNG; librsvg would swallow the blanks that hold columns apart."""
    path.with_suffix(".svg").write_text(svg.replace("<text ", '<text xml:space="preserve" '))
    subprocess.run(["rsvg-convert", "-o", str(path.with_suffix(".png")), str(path.with_suffix(".svg"))], check=True)


async def main(out: Path, wanted: list[str]) -> None:
    for name in wanted or SCENES:
        for theme in THEMES:
            for size in SIZES:
                app, keys = staged(name, theme)
                async with app.run_test(size=size) as pilot:
                    await pilot.pause(0.1)
                    for key in keys:
                        await pilot.press(key)
                        await read_from_disk(pilot)
                    await pilot.pause(0.5)
                    picture(app.export_screenshot(), out / f"{name}-{theme}-{size[0]}x{size[1]}")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2:]))
