"""Syllables by script, against counts by hand."""

from __future__ import annotations

import pytest

from tutor_tui.learning.syllables import count

SENTENCES = {
    # The counts are by the ear of a careful speaker; none of these sentences was used to find the rules.
    ("en", "Yesterday afternoon my sister and I walked along the river for almost two hours"): 21,
    ("en", "She asked whether the museum would be open during the holidays, and they said yes"): 21,
    ("en", "I am really interested in science, especially in animals and their behaviour"): 23,
    ("de", "Gestern habe ich mit meinen Freunden im Restaurant gegessen und danach einen Film gesehen"): 25,
    ("es", "El fin de semana pasado fuimos a la playa y comimos una paella muy buena"): 27,
    ("fr", "Hier soir nous avons mangé au restaurant et après nous sommes allés au cinéma"): 21,
    ("it", "Ieri sera siamo andati al ristorante e abbiamo mangiato una pizza molto buona"): 28,
    ("pt", "Ontem eu comi arroz com feijão e depois fui dormir"): 16,
    ("nl", "Gisteren heb ik met mijn vrienden in de stad gegeten"): 15,
    ("ru", "Вчера мы ходили в театр"): 8,
    ("el", "Χθες πήγα στην παραλία"): 8,
    ("ko", "어제 친구하고 영화를 봤어요"): 12,
    ("zh", "昨天我和朋友去看电影了"): 11,
    ("ja", "きのう ともだちと えいがを みました"): 16,
}


@pytest.mark.parametrize(("language", "sentence"), SENTENCES)
def test_a_sentence_has_about_as_many_syllables_as_a_person_counts(language: str, sentence: str) -> None:
    counted = SENTENCES[language, sentence]
    found = sum(count(word.strip(",."), language) or 0 for word in sentence.split())
    assert found == pytest.approx(counted, rel=0.1)


@pytest.mark.parametrize(
    ("language", "word", "syllables"),
    [
        *(("en", word, 1) for word in ("the", "make", "asked", "goes", "eye", "there", "queen", "changed")),
        *(("en", word, 2) for word in ("table", "wanted", "nation", "quiet", "going", "places", "people", "movies")),
        *(("en", word, 3) for word in ("idea", "piano", "banana", "museum", "usual")),
        *(("fr", word, 1) for word in ("je", "femme", "parles", "eau", "langue")),
        *(("fr", word, 2) for word in ("école", "Noël", "voyage", "théâtre")),
        *(("es", word, 2) for word in ("país", "agua", "queso", "guerra", "estáis")),
        *(("es", word, 3) for word in ("teatro", "pingüino", "bebía")),
        *(("it", word, 2) for word in ("mio", "acqua", "giorno", "perché")),
        *(("ja", word, 4) for word in ("がっこう", "コーヒー", "とうきょう")),
        ("zh", "你好", 2),
        ("ko", "안녕하세요", 5),
        ("xx", "9", 1),
        ("en", "...", 0),
        ("en", "BRB", 1),
    ],
)
def test_a_word_has_its_syllables(language: str, word: str, syllables: int) -> None:
    assert count(word, language) == syllables


@pytest.mark.parametrize(("language", "word"), [("hi", "नमस्ते"), ("ar", "مرحبا"), ("th", "สวัสดี"), ("en", "नमस्ते")])
def test_a_script_that_does_not_show_its_vowels_is_not_guessed_at(language: str, word: str) -> None:
    assert count(word, language) is None
