"""What Kokoro is given to say: the signs that it was taught, and nothing else."""

from __future__ import annotations

import pytest

from tutor_tui.offline_server.tts.kokoro_phones import TOKENS, phones_of


@pytest.mark.parametrize(
    ("text", "language", "phones"),
    [
        ("¿Cómo te llamas?", "es", "kˈomo te ʎˈamas?"),
        ("Buenas noches.", "es", "bwˈenas nˈoʧes."),
        ("Bonjour, ça va ?", "fr", "bɔ̃ʒˈuʁ, sa vˈa?"),
        ("Buongiorno.", "it", "bʊonʤˈɔrno."),
        ("Bom dia!", "pt-br", "bˈoŋ ʤˈiæ!"),
        ("Say it: great!", "en-us", "sˈA ɪt: ɡɹˈAt!"),
        ("No coat.", "en-gb-x-rp", "nˈQ kˈQt."),
        ("一点儿茶。", "zh", "i↘tjɛ↓nɚ ꭧʰa↗."),
        ("你好，我叫小明。", "zh", "ni↗xau↓, wo↓ ʨjau↘ ɕjau↓ mi↗ŋ."),
        ("谢谢，是四十。", "zh", "ɕje↘ ɕje, ʂɨ↘ sɨ↘ ʂɨ↗."),
        ("女儿去学校。", "zh", "ny↓ɚ↗ ʨʰy↘ ɕɥe↗ɕjau↘."),
        ("こんにちは、きょうはしゅっちょうです。", "ja", "koɲɲiʨiβa, kʲoɯ βa ɕɨʔʨoɯ desɨ."),
        ("コーヒー、パーティー、ファン", "ja", "koːçiː, paːtʲiː, ɸaɴ"),
    ],
)
def test_each_language_in_the_signs_of_the_model(text: str, language: str, phones: str) -> None:
    assert phones_of(text, language) == phones


@pytest.mark.parametrize("language", ["es", "fr", "it", "pt-br", "en-us", "en-gb-x-rp", "zh", "ja"])
@pytest.mark.parametrize("text", ["", " ", "...", "?!", "\u200b", "\ud800", "《》"])
def test_where_there_is_nothing_to_say_there_is_nothing(text: str, language: str) -> None:
    assert phones_of(text, language) == ""


def test_numbers_with_marks_in_them_stay_whole() -> None:
    assert "," not in phones_of("3,50 euros", "es").replace(", ", "")
    assert phones_of("Sí, 3,50.", "es").count(",") == 1


def test_every_sign_has_a_number_of_its_own() -> None:
    assert len(set(TOKENS.values())) == len(TOKENS) == 114
    assert (TOKENS[";"], TOKENS[" "], TOKENS["a"], TOKENS["z"], TOKENS["ə"], TOKENS["ˈ"], TOKENS["ᵻ"]) == (
        *(1, 16, 43, 68, 83, 156),
        177,
    )
