"""Whatever is written: nothing breaks, no figure is swallowed, and words alone stay as they are."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.offline_server.tts.normalise import test_asian, test_european
from tutor_tui.offline_server.tts.normalise import spoken_form

LANGUAGES = ("de", "en", "es", "fr", "it", "ja", "ko", "pt", "zh")
SIGNS = "0123456789.,:;/-–~+×=%°€$£¥₩&@#()½²º '’apmhkgUhrIVXM시개원월日本円人年个点"
languages = st.sampled_from(LANGUAGES)
FORMATS = (
    "{}",
    "{:,}",
    "{}%",
    "{} km",
    "{} €",
    "${}",
    "{}시",
    "{}개",
    "{}원",
    "{}月",
    "{}本",
    "{}日",
    "{}个",
    "{}年",
    "-{}",
    "x{}",
    "{}.5",
)


@given(st.one_of(st.text(), st.text(SIGNS)), languages)
def test_no_text_breaks_it(text: str, language: str) -> None:
    spoken_form(text, language)


@given(st.text(SIGNS), st.text("0123456789", min_size=2, max_size=2), st.text(SIGNS), languages)
def test_no_figure_is_swallowed(before: str, figures: str, after: str, language: str) -> None:
    """Another one in its place sounds otherwise."""
    one, other = figures[0], figures[1]
    if one != other:
        assert spoken_form(before + one + after, language) != spoken_form(before + other + after, language)


def test_another_figure_sounds_otherwise_wherever_it_stands() -> None:
    for language, written, said in (*test_asian.CASES, *test_european.CASES):
        for figure in re.finditer("[0-9]", written):
            other = f"{written[: figure.start()]}{(int(figure[0]) + 1) % 10}{written[figure.end() :]}"
            assert spoken_form(other, language) != said


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.sampled_from(FORMATS), languages)
def test_two_numbers_never_sound_the_same(one: int, other: int, written: str, language: str) -> None:
    """In no language and nothing that is counted: so no digit of them is lost."""
    if one != other:
        assert spoken_form(written.format(one), language) != spoken_form(written.format(other), language)


@given(st.integers(0, 10**17), languages)
def test_a_number_becomes_words_to_its_last_digit(number: int, language: str) -> None:
    assert not re.search("[0-9]", spoken_form(f"{number}", language))


@given(st.text(st.characters(categories=["L", "Zs"])), languages)
def test_words_alone_stay_as_they_are(text: str, language: str) -> None:
    letters = re.sub(r"\b(?:[IVX]+|[A-Z]\w{1,3}|etc|vs)\w*", "", unicodedata.normalize("NFKC", text))
    assert spoken_form(letters, language) == letters


@given(st.text(SIGNS), languages)
def test_what_was_said_in_words_is_not_said_otherwise(text: str, language: str) -> None:
    said = spoken_form(text, language)
    if said.replace(" ", "").isalpha():
        assert spoken_form(said, language) == said


@pytest.mark.parametrize("language", ["ru", "xx", "", "한국"])
def test_a_language_without_tables_is_left_to_its_voice(language: str) -> None:
    assert spoken_form("3 Katzen, 5 €", language) == "3 Katzen, 5 €"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_lesson_line_without_figures_is_said_as_it_is_written(language: str) -> None:
    for line in (
        "Guten Tag! Wie heißen Sie?",
        "저는 미나예요. 이름이 뭐예요?",
        "你好！你叫什么名字？",
        "¿Cómo te llamas?",
        "I'm fine, thanks.",
    ):
        assert spoken_form(line, language) == line
