"""A backup: one zip file with the library, the settings and the learner's own profiles, for this machine or another.

A manifest in it names each member with its size and SHA-256. It is written whole, read back before it takes its place,
and checked whole before anything of it replaces what is there.
"""

from __future__ import annotations

from tutor_tui.library.archive.members import Backup, Places
from tutor_tui.library.archive.reading import open_backup
from tutor_tui.library.archive.restoring import restore
from tutor_tui.library.archive.writing import write_backup

__all__ = ["Backup", "Places", "open_backup", "restore", "write_backup"]
