"""Which profile to take where the learner has named none: one whose lesson they can take part in."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from tutor_tui.core.profile import PromptProfile

FIRST_CHOICES = ("korean-tutor", "english-first-words")
"""Profiles for somebody who has only just come, the likeliest first."""


def first_profile(
    profiles: Iterable[PromptProfile], *, hears: frozenset[str] | None, home: str, scripted: bool
) -> PromptProfile | None:
    """The profile to begin with: in a language that is not spoken at `home`, and that the tutor `hears`, if it can be.

    `home` is a two-letter code, empty where nothing is known; `hears` as in `Capabilities`. `scripted`: the tutor walks
    lesson scripts, so a profile without one is taken last. None where there is no profile.
    """
    return min(
        profiles,
        key=lambda each: (each.language == home, not _is_heard(each, hears), *_as_a_beginning(scripted)(each)),
        default=None,
    )


def spoken_profile(
    profiles: Iterable[PromptProfile], *, hears: frozenset[str] | None, scripted: bool
) -> PromptProfile | None:
    """The profile to go to for a lesson that can be spoken; None where the tutor understands none of them by ear."""
    heard = (each for each in profiles if _is_heard(each, hears))
    return min(heard, key=_as_a_beginning(scripted), default=None)


def _is_heard(profile: PromptProfile, hears: frozenset[str] | None) -> bool:
    return hears is None or profile.language in hears


def _as_a_beginning(scripted: bool) -> Callable[[PromptProfile], tuple[bool, int]]:
    """How well a profile suits a beginning, the best first."""
    places = {key: place for place, key in enumerate(FIRST_CHOICES)}
    return lambda each: (scripted and not each.offline_lesson, places.get(each.key, len(places)))
