"""What the guide says, and what that means in a language that the learner reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from itertools import chain
from typing import Literal

from tutor_tui.core.tools import Correction, Used, Word
from tutor_tui.offline_server.lesson.as_written import ended, filled
from tutor_tui.offline_server.lesson.lesson_path import LessonPath, Outcome
from tutor_tui.offline_server.lesson.normalise import UNSPACED, key
from tutor_tui.offline_server.lesson.phrases import LANGUAGES, Phrases, phrases_in
from tutor_tui.offline_server.lesson.script import LessonScript, Step
from tutor_tui.openai_api.private_extensions import FREE_TALK, Begins
from tutor_tui.speech.sentences import sentences

PRACTISE_AT_MOST = 2
"""Model answers named at the end: more would sound like a list of failures."""


@dataclass(frozen=True, slots=True)
class Line:
    """Something to say, and what it means in a language that the learner reads."""

    text: str
    meaning: str = ""
    """Empty where it needs none."""
    language: str = ""
    """Whose voice says all of it, where that is known for certain; empty for one that may hold words of another."""
    spoken: str = ""
    """What is said where `text` does not show it; empty where that is `text`."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the tutor says next."""

    text: str
    """What stands in brackets at its end is to be read and not said: the meaning, and what may be asked for."""
    language: str
    """What is taught (ISO 639-1); single sentences may be in the learner's own language."""
    done: bool = False
    """Whether the lesson has reached its end. The conversation may go on."""
    pace: Literal["", "slower", "faster"] = ""
    """How the learner wants the voice to change."""
    before_call: str = ""
    """What to say instead of `text` where a tool does what is asked, after which the tutor is asked to go on."""
    level: str = ""
    """The CEFR level that was found, to be suggested to the learner; empty where none was."""
    because: str = ""
    """Why that level, in a few words of English."""
    notes: tuple[Correction | Word, ...] = ()
    """What is worth writing down for the learner: slips that have been settled, and new forms that were met."""
    accepted: str = ""
    """What the learner has said, in the language's script, where it was accepted as right; else empty."""
    begins: Begins = ""
    """What begins with it in a conversation that goes on: a drill once more, or the lesson behind it."""
    uses: tuple[Used, ...] = ()
    """What the answer showed of something that was due."""
    lines: tuple[Line, ...] = ()
    """What it is made of; `text` may hold more."""

    @property
    def languages(self) -> dict[str, str]:
        """Sentence → its language (ISO 639-1), of those that are known to be in one."""
        known = (line for line in self.lines if line.language)
        return {sentence.strip(): line.language for line in known for sentence in sentences(line.text)}

    @property
    def spoken(self) -> dict[str, str]:
        """Sentence → what is said in its place, of those that do not show it."""
        return {line.text.strip(): line.spoken for line in self.lines if line.spoken}


class GuideWords:
    """The lines of one script and the guide's own, for one reader."""

    def __init__(self, script: LessonScript, home: str = "") -> None:
        """`home` is the language that the learner speaks at home (ISO 639-1), where it is known."""
        self._script = script
        self.reader = home if home in LANGUAGES else script.native_language
        """The language that meanings are given in, as far as they are there."""

    @property
    def own(self) -> Phrases:
        """The phrases in the language of the script's hints."""
        return phrases_in(self._script.native_language)

    def question(self, step: Step, say: str) -> Line:
        """`say` of this step."""
        return Line(say, step.translations.get(self.reader) or self.translated("", step.translation).meaning)

    def hint(self, step: Step) -> Line:
        """Helps without giving the form."""
        hint = step.hint or step.translation
        return Line(hint, step.hints.get(self.reader, "") if self.reader != self._script.native_language else "")

    def prompt(self, text: str, prompts: Mapping[str, str]) -> Line:
        """What lets the learner find a slip."""
        return Line(text, prompts.get(self.reader, "") if self.reader != self._script.native_language else "")

    def presented(self, step: Step) -> Line:
        """The new form, to be said after the tutor."""
        intro = self.mine(lambda words: words.present)
        shown = self.translated(step.present, step.present_translation)
        return Line(f"{intro.text} {shown.text}", " ".join(filter(None, (intro.meaning, shown.meaning))))

    def meaning_of(self, sentence: str) -> str:
        """What a sentence of the lesson means, where the script shows it with its meaning; else ""."""
        script = self._script
        wanted = key(sentence, script.language)
        shown = (step for step in script.steps if step.present and key(step.present, script.language) == wanted)
        return next((self.translated("", step.present_translation).meaning for step in shown), "")

    def model(self, step: Step) -> Line:
        """Gives the form."""
        return self.mine(lambda own: own.model.format(answer=ended(step.answer, self._script.language)))

    def greeting(self) -> Line:
        """The script's first words."""
        script = self._script
        if meaning := script.greeting_translations.get(self.reader):
            return Line(script.greeting, meaning)
        if script.language == "en" and self.reader != "en":
            return Line(script.greeting, phrases_in(self.reader).welcome_to_english)
        return self.translated(script.greeting, script.greeting_translation)

    def stands_in(self, instead_of: str) -> Line:
        """That the lesson is not what was asked for: at another level, or a lesson where a talk was wanted."""
        if not instead_of:
            return Line("")
        if instead_of == FREE_TALK:
            return self.mine(lambda own: own.no_free_talk)
        told = self.mine(lambda own: own.other_level.format(level=self._script.level, wanted=instead_of))
        return replace(told, language=_written_in(self._script.native_language))

    def closing(self) -> Line:
        """The script's last words."""
        return self.translated(self._script.closing, self._script.closing_translation)

    def review(self, path: LessonPath) -> list[Line]:
        """What went well, and at most two things to practise."""
        said = []
        if first := path.count(Outcome.FIRST_TRY):
            said.append(self.mine(lambda own: own.first_try.format(count=first, total=path.total)))
        if corrected := path.count(Outcome.CORRECTED):
            said.append(self.mine(lambda own: own.corrected.format(count=corrected)))
        if missed := " ".join(path.to_practise[:PRACTISE_AT_MOST]):
            said.append(self.mine(lambda own: own.to_practise.format(answers=missed)))
        return said

    def what_to_ask(self) -> str:
        """What may be asked for, in words that this tutor understands by ear where it hears the lesson at all."""
        words = phrases_in(self.reader)
        return words.stuck_in_english if self._script.language == "en" else words.stuck

    def mine(self, pick: Callable[[Phrases], str]) -> Line:
        """A phrase in the language of the script's hints."""
        return self._phrase(pick, self._script.native_language)

    def theirs(self, pick: Callable[[Phrases], str]) -> Line:
        """A phrase in the language that is taught."""
        return self._phrase(pick, self._script.language)

    def _phrase(self, pick: Callable[[Phrases], str], language: str) -> Line:
        meaning = pick(phrases_in(self.reader)) if self.reader != language else ""
        text = pick(phrases_in(language))
        return Line(text, meaning, _written_in(language) if text in _whole_phrases(language) else "")

    def translated(self, text: str, translation: str) -> Line:
        """A line of the script; its translation is a meaning only where it is in another language."""
        script = self._script
        return Line(text, translation if script.native_language != script.language else "")

    def branch(self, text: str, translation: str, slots: Mapping[str, str]) -> Line:
        """A line of the script with slots; nothing where a slot was not said."""
        spoken = filled(text, slots)
        return self.translated(spoken, filled(translation, slots) if spoken else "")

    def meaning(self, step: Step) -> str:
        """What this step's question means; "" where the script does not say."""
        return step.translations.get(self.reader) or step.translation


def _written_in(language: str) -> str:
    """The language of the phrases for `language`."""
    return language if language in LANGUAGES else "en"


@cache
def _whole_phrases(language: str) -> frozenset[str]:
    """The guide's own phrases in which nothing is filled in: what is may be in another language."""
    phrases = (getattr(phrases_in(language), each.name) for each in fields(Phrases))
    told = chain.from_iterable(each if isinstance(each, tuple) else (each,) for each in phrases)
    return frozenset(text for text in told if "{" not in text)


def joined(lines: tuple[Line, ...]) -> str:
    """The lines as one text: what is said, and then in brackets what it means."""
    text = " ".join(line.text.strip() for line in lines if line.text.strip())
    meaning = meaning_of(lines)
    return f"{text} ({meaning})" if meaning else text


def meaning_of(lines: tuple[Line, ...]) -> str:
    """What the lines mean, as one text."""
    return " ".join(line.meaning.strip() for line in lines if line.meaning.strip())


def beginning(answer: str, language: str) -> str:
    """The first half of an answer, at most three words: enough to go on from."""
    if language in UNSPACED and language != "ko":
        return answer[: max(1, min(4, len(answer) // 2))]
    words = answer.split()
    return " ".join(words[: max(1, min(3, len(words) // 2))]).rstrip(",.!?")


def begins(whole: str, heard: str) -> bool:
    """Whether `heard` is `whole`, or where it was stopped, or `whole` and then, as the learner asked, that again."""
    whole, heard = " ".join(whole.split()), " ".join(heard.split())
    again = heard.removeprefix(whole).strip() if heard.startswith(whole) else heard
    return bool(heard) and whole.startswith(again)
