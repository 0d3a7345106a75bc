import pytest

from tests.support.paths import LESSONS
from tutor_tui.offline_server.lesson.listened_for import sentences_to_hear
from tutor_tui.offline_server.lesson.script_file import load_script
from tutor_tui.speech.normalise import key


def test_a_misspelling_is_not_listened_for_since_nobody_says_it() -> None:
    script = load_script("ja-a1-first-words", [LESSONS])
    heard = sentences_to_hear(script.steps[0], script.lists)
    assert "もしもし" in heard  # a wrong word is
    assert not {"こんにちば", "こんにちわ"}.intersection(heard)


@pytest.mark.parametrize(
    ("lesson", "said"),
    [
        ("fr-a1-first-words", ["bonjour madame", "bonsoir madame", "salut Camille"]),
        ("de-a1-first-words", ["guten Morgen", "guten Abend", "hallo Jonas"]),
        ("es-a1-first-words", ["buenos días señora", "hola"]),
    ],
)
def test_what_is_said_most_is_listened_for_and_not_only_what_sounds_like_it(lesson: str, said: list[str]) -> None:
    """A greeting that has a reply of its own would be heard in place of one that is not listened for."""
    script = load_script(lesson, [LESSONS])
    heard = {key(each, script.language) for each in sentences_to_hear(script.steps[0], script.lists)}
    assert [each for each in said if key(each, script.language) not in heard] == []
