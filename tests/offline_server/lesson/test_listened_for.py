from tests.support.paths import LESSONS
from tutor_tui.offline_server.lesson.listened_for import sentences_to_hear
from tutor_tui.offline_server.lesson.script_file import load_script


def test_a_misspelling_is_not_listened_for_since_nobody_says_it() -> None:
    script = load_script("ja-a1-first-words", [LESSONS])
    heard = sentences_to_hear(script.steps[0], script.lists)
    assert "もしもし" in heard  # a wrong word is
    assert not {"こんにちば", "こんにちわ"}.intersection(heard)
