"""What stands in for a guide where there is no lesson in the language: it says so, and teaches no other language."""

from __future__ import annotations

from collections.abc import Sequence

from tutor_tui.core.languages import language_name
from tutor_tui.offline_server.hearing import Hearing
from tutor_tui.offline_server.lesson.guide_words import Line, Reply, joined
from tutor_tui.offline_server.lesson.phrases.by_language import phrases_in


class NoLesson:
    """One sentence, whatever is said to it: `ports.guide`, without a lesson."""

    expected: Sequence[str] = ()
    targets: Sequence[str] = ()
    hints: Sequence[str] = ()
    doubt = ""
    confirmed = False
    was_denied = False

    def __init__(self, language: str, there_are: Sequence[str], home: str = "") -> None:
        """`there_are` are the English names of the languages that can be taught; `home` as in `Guide`."""
        names = ", ".join(there_are)
        said = phrases_in("en").no_lesson.format(language=language_name(language))
        lessons = f"There are lessons in: {names}." if names else ""
        meaning = "" if phrases_in(home) is phrases_in("en") else phrases_in(home).no_lesson
        self.meaning = meaning
        self._reply = Reply(joined((Line(said, meaning), Line(lessons))), "en", done=True)

    def greet(self, *, takes_over: bool = False) -> Reply:
        """That there is no lesson."""
        del takes_over  # it is the same for both
        return self._reply

    def consider(self, text: str) -> None:
        """Nothing takes a while here."""

    def answer(self, text: str) -> Reply:
        """That there is no lesson."""
        del text  # nothing is judged
        return self._reply

    def weighed(self, hearing: Hearing) -> Hearing:
        """Nothing is called wrong."""
        return hearing

    def hear(self, hearing: Hearing | None) -> Reply:
        """That there is no lesson."""
        del hearing  # nothing is judged
        return self._reply

    def repeat(self) -> Reply:
        """That there is no lesson."""
        return self._reply

    def help(self) -> Reply:
        """That there is no lesson."""
        return self._reply

    def check_in(self) -> Reply:
        """That there is no lesson."""
        return self._reply

    def close(self) -> None:
        """Nothing has begun."""
