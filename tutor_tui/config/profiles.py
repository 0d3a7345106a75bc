"""Finding prompt profiles: the learner's own before the shipped ones, and each by its key, its title or nearly so."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

import tutor_tui
from tutor_tui.config.profile_file import BrokenProfile, read_profile
from tutor_tui.core.languages import language_name
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.profile import PromptProfile

DEFAULT_PROFILE = "korean-tutor"
"""Listed first, and used when none is asked for."""


@dataclass(frozen=True, slots=True)
class Profiles:
    """All profiles there are, by language and level; the default and others of its language come first."""

    profiles: tuple[PromptProfile, ...] = ()
    broken: tuple[BrokenProfile, ...] = ()

    @property
    def default(self) -> PromptProfile:
        """The one to begin with when none is asked for. Raises `Problem` when there is none at all."""
        if self.profiles:
            return self.profiles[0]
        raise Problem("No profile was found.", self._first_broken() or "Reinstall tutor-tui.", ExitCode.USAGE)

    def find(self, name: str) -> PromptProfile:
        """The profile of that key or title, capitals aside. Raises `Problem` naming the nearest ones."""
        wanted = _folded(name)
        for title in ("key", "name"):
            for profile in self.profiles:
                if _folded(getattr(profile, title)) == wanted:
                    return profile
        for broken in self.broken:
            if _folded(broken.path.stem) == wanted:
                raise Problem(f"The profile {broken.path.stem} is broken.", f"{broken}.", ExitCode.USAGE)
        raise Problem(f"There is no profile called {name!r}.", self._nearest(wanted), ExitCode.USAGE)

    def _nearest(self, wanted: str) -> str:
        titles = {_folded(title): profile.key for profile in self.profiles for title in (profile.name, profile.key)}
        titles |= {_folded(profile.language): profile.key for profile in reversed(self.profiles)}
        near = dict.fromkeys(titles[match] for match in get_close_matches(wanted, titles, n=3, cutoff=0.45))
        if near:
            return f"Did you mean {' or '.join(near)}?"
        known = ", ".join(profile.key for profile in self.profiles)
        return f"There are: {known}." if known else self._first_broken()

    def _first_broken(self) -> str:
        return f"{self.broken[0]}." if self.broken else ""


def prompts_folders(config_folder: Path, prompts: Path | None = None) -> tuple[Path, ...]:
    """Where profiles are looked for, first wins: `--prompts`, the learner's own folder, the shipped ones.

    `config_folder` is tutor-tui's own (`~/.config/tutor-tui` on Linux). Raises `Problem` when `prompts` is no folder.
    """
    if prompts is not None and not prompts.expanduser().is_dir():
        raise Problem(f"There is no folder {str(prompts)!r}.", "Give --prompts a folder of .md files.", ExitCode.USAGE)
    chosen = [prompts.expanduser()] if prompts is not None else []
    folders = [*chosen, config_folder / "prompts", *_shipped()]
    return tuple(folder for folder in folders if folder.is_dir())


def load_profiles(folders: Sequence[Path]) -> Profiles:
    """Read all profiles. Of two with the same key the earlier folder's is taken; a broken file hides none."""
    found: dict[str, PromptProfile] = {}
    broken: list[BrokenProfile] = []
    shipped = set(_shipped())
    for folder in folders:
        for path in _candidates(folder, broken):
            match read_profile(path):
                case BrokenProfile() as fault:
                    broken.append(fault)
                case profile:
                    found.setdefault(_folded(profile.key), replace(profile, own=folder not in shipped))
    return Profiles(_in_order(found), tuple(broken))


def _shipped() -> Iterator[Path]:
    package = Path(tutor_tui.__file__).parent
    yield package / "prompts"
    # In a checkout they lie beside the package; beside an installed package lies other people's code.
    if (package.parent / "pyproject.toml").is_file():
        yield package.parent / "prompts"


def _candidates(folder: Path, broken: list[BrokenProfile]) -> list[Path]:
    try:
        paths = sorted(folder.iterdir())
    except OSError as error:
        broken.append(BrokenProfile(folder, 0, error.strerror or "cannot be read"))
        return []
    return [path for path in paths if _looks_like_profile(path.name)]


def _looks_like_profile(file_name: str) -> bool:
    """Markdown, but neither an editor's hidden file nor a note about the folder."""
    return file_name.lower().endswith(".md") and not file_name.startswith(".") and file_name.lower() != "readme.md"


def _in_order(found: Mapping[str, PromptProfile]) -> tuple[PromptProfile, ...]:
    """The default first, then others of its language; then by language, level (none last) and title."""
    default = found.get(DEFAULT_PROFILE)

    def rank(profile: PromptProfile) -> tuple[bool, bool, str, str, str]:
        return (
            profile is not default,
            default is None or profile.language != default.language,
            language_name(profile.language),
            profile.level or "none",
            _folded(profile.name),
        )

    return tuple(sorted(found.values(), key=rank))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()
