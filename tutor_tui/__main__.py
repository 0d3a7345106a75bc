"""Where the program starts: `tutor-tui`, and `python -m tutor_tui`. Imports nothing before Ctrl-C is answered."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line and return the exit code."""
    try:
        from tutor_tui.cli.main import main as run_command_line

        return run_command_line()
    except KeyboardInterrupt:
        return 130  # `ExitCode.INTERRUPTED`, which may not have been imported yet


if __name__ == "__main__":
    sys.exit(main())
