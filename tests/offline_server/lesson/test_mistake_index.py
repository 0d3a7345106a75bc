"""Of the mistakes of a language, those that a sentence may hold are found, and few others."""

from __future__ import annotations

import pytest

from tests.support.paths import PROMPTS
from tutor_tui.offline_server.lesson.mistake_index import mistakes_for
from tutor_tui.offline_server.lesson.pattern_sentences import sentences
from tutor_tui.offline_server.lesson.word_lists import word_lists
from tutor_tui.speech.normalise import tokens

LANGUAGES = sorted(path.stem for path in (PROMPTS / "words").glob("*.toml"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_with_a_mistake_leads_to_that_mistake_and_not_to_all(language: str) -> None:
    lists = word_lists(language, [PROMPTS / "words"])
    assert len(lists.mistakes) > 50
    tried = looked_at = 0
    for mistake in lists.mistakes:
        for sentence in list(sentences(mistake.wrong, lists, 2)):
            found = mistakes_for(tokens(sentence, language), lists)
            assert mistake in found, sentence
            tried, looked_at = tried + 1, looked_at + len(found)
    assert tried > 50 and looked_at < tried * len(lists.mistakes) / 2


def test_they_come_in_the_order_of_the_list() -> None:
    lists = word_lists("en", [PROMPTS / "words"])
    found = mistakes_for(tokens("yesterday i am agree with the informations", "en"), lists)
    assert found == [each for each in lists.mistakes if each in found] and found
