"""The first lesson: in a language that is not spoken at home, and one that can be spoken as far as the tutor hears."""

from __future__ import annotations

import pytest

from tutor_tui.core.languages import home_language
from tutor_tui.core.profile import PromptProfile
from tutor_tui.core.profile_choice import first_profile, spoken_profile

ENGLISH_ONLY = frozenset({"en"})


def profile(key: str, language: str, lesson: str = "") -> PromptProfile:
    return PromptProfile(key, key, language, "Teach.", offline_lesson=lesson)


ALL = (
    profile("korean-tutor", "ko", "ko-a1"),
    profile("german-office", "de"),
    profile("english-cafe", "en", "en-a2"),
    profile("english-first-words", "en", "en-a1"),
    profile("spanish-cafe", "es", "es-a1"),
)


@pytest.mark.parametrize(
    ("environ", "home"),
    [
        ({"LANG": "ko_KR.UTF-8"}, "ko"),
        ({"LANG": "de_AT.UTF-8@euro"}, "de"),
        ({"LANG": "de"}, "de"),
        ({"LANG": "zh_TW.Big5"}, "zh"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "fr_FR.UTF-8"}, "fr"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "ja_JP.UTF-8"}, "ja"),
        ({"LANG": "en_US.UTF-8", "LANGUAGE": "pt_BR:pt:en"}, "pt"),
        ({"LANG": "es_ES.UTF-8", "LANGUAGE": "", "LC_ALL": ""}, "es"),
        ({"LANG": "ko_KR.UTF-8", "LC_ALL": "C"}, ""),
        ({"LANG": "C.UTF-8"}, ""),
        ({"LANG": "POSIX"}, ""),
        ({"LANG": "tlh_XX.UTF-8"}, ""),
        ({"LANG": "\udcff=;\x1b"}, ""),
        ({}, ""),
    ],
)
def test_the_locale_says_what_is_spoken_at_home(environ: dict[str, str], home: str) -> None:
    assert home_language(environ) == home


@pytest.mark.parametrize(
    ("hears", "home", "first"),
    [
        (ENGLISH_ONLY, "ko", "english-first-words"),
        (ENGLISH_ONLY, "de", "english-first-words"),
        (ENGLISH_ONLY, "", "english-first-words"),
        (ENGLISH_ONLY, "en", "korean-tutor"),
        (frozenset({"en", "es"}), "en", "spanish-cafe"),
        (frozenset[str](), "de", "korean-tutor"),
        (frozenset({"en", "es", "ko", "de"}), "de", "korean-tutor"),
        (frozenset({"en", "es", "ko", "de"}), "ko", "english-first-words"),
        (None, "", "korean-tutor"),
        (None, "en", "korean-tutor"),
        (None, "ko", "english-first-words"),
    ],
)
def test_the_first_lesson_is_foreign_and_then_one_that_can_be_spoken(
    hears: frozenset[str] | None, home: str, first: str
) -> None:
    found = first_profile(ALL, hears=hears, home=home, scripted=hears is not None)
    assert found is not None and found.key == first


def test_a_tutor_that_walks_scripts_begins_with_a_profile_that_has_one() -> None:
    shelf = (profile("french-debate", "fr"), profile("mine", "fr", "fr-a1"))
    for scripted, first in ((True, "mine"), (False, "french-debate")):
        found = first_profile(shelf, hears=None, home="en", scripted=scripted)
        assert found is not None and found.key == first


def test_the_lesson_that_can_be_spoken() -> None:
    found = spoken_profile(ALL, hears=ENGLISH_ONLY, scripted=True)
    assert found is not None and found.key == "english-first-words"
    assert spoken_profile(ALL[:2], hears=ENGLISH_ONLY, scripted=True) is None
    assert first_profile((), hears=None, home="", scripted=True) is None
