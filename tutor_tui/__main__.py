"""`python -m tutor_tui` is `tutor-tui`."""

from __future__ import annotations

import sys

from tutor_tui.cli import main

if __name__ == "__main__":
    sys.exit(main())
