"""`python -m tutor_tui.offline`, as it was called: says the new name, and does as before."""

from __future__ import annotations

import runpy
import sys

if __name__ == "__main__":
    print(
        "tutor_tui.offline is now called tutor_tui.offline_server; the old name ends with the next release.",
        file=sys.stderr,
    )
    runpy.run_module("tutor_tui.offline_server", run_name="__main__", alter_sys=True)
