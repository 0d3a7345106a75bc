"""What the guide says, and what that means in a language that the learner reads."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from string import Formatter
from typing import Literal, TypeAlias

from tutor_tui.core.safe_text import one_line
from tutor_tui.core.tools import NOTE_CHARACTERS, Correction, Used, Word
from tutor_tui.offline_server.lesson.as_written import ended, filled
from tutor_tui.offline_server.lesson.lesson_path import LessonPath, Outcome
from tutor_tui.offline_server.lesson.phrases.by_language import LANGUAGES, phrases_in
from tutor_tui.offline_server.lesson.phrases.wording import Phrases
from tutor_tui.offline_server.lesson.script import LessonScript, Step
from tutor_tui.openai_api.private_extensions import FREE_TALK, Begins
from tutor_tui.speech.normalise import UNSPACED, key
from tutor_tui.speech.sentences import sentences

PRACTISE_AT_MOST = 2
"""Model answers named at the end: more would sound like a list of failures."""


Piece: TypeAlias = tuple[str, str]
"""Words, and whose voice says them (ISO 639-1)."""
_TAUGHT = frozenset({"answer", "answers", "form", "start", "said", "sentence"})
"""What is filled in in the language that is taught, whatever the language around it."""
_WIDE_STOPS = ("。", "！", "？")


@dataclass(frozen=True, slots=True)
class Line:
    """Something to say, and what it means in a language that the learner reads."""

    text: str
    meaning: str = ""
    """Empty where it needs none."""
    pieces: tuple[Piece, ...] = ()
    """What it is made of, where it is known for certain whose voice says each of them."""
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
    def pieces(self) -> dict[str, list[Piece]]:
        """Sentence → its pieces, of those of which all languages are known."""
        return {sentence: told for line in self.lines for sentence, told in _by_sentence(line.pieces)}

    def behind(self, other: Reply) -> Reply:
        """The same, said after another."""
        return replace(self, text=one_text((other.text, self.text)), lines=(*other.lines, *self.lines))

    def with_aside(self, aside: str) -> Reply:
        """The same with something more to be read, in the brackets at its end if it has any."""
        has_brackets = bool(meaning_of(self.lines)) and self.text.endswith(")")
        return replace(self, text=f"{one_text((self.text[:-1], aside))})" if has_brackets else f"{self.text} ({aside})")

    @property
    def spoken(self) -> dict[str, str]:
        """Sentence → what is said in its place, of those that do not show it."""
        return {line.text.strip(): line.spoken for line in self.lines if line.spoken}


_OF_THE_TALK = re.compile(
    r"\bI (?:understand|see|know)\b|\bunderst(?:ands|ood)\b|질문|문장|보세요|質問|ください|问题|句子|请|"
    r"\b(?:question|sentence|Frage|Satz|pregunta|frase|phrase)\b|"
    r"^(?:Nearly|Almost|Delicious|The right words?|It sounds right)\b|"
    r"^(?:Look|Begin|Check|Say|Take|Choose|Try|Listen|Put|Schau|Achte|Nimm|Mira|Fíjate|Empieza|Regarde|Commence)\b",
    re.IGNORECASE,
)
"""What a prompt says of the talk, and not of the language: a note is read long after it."""


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
        meaning = step.translations.get(self.reader) or self.translated("", step.translation).meaning
        return self._with_task(Line(say, meaning), step.task)

    def _with_task(self, line: Line, task: str) -> Line:
        """`line`, and behind it what to do, which is said, too: brackets tell nothing to who only listens."""
        if not task:
            return line
        text, script = one_text((line.text, task)), self._script
        pieces = ((line.text, script.language), (text[len(line.text) :], _written_in(script.native_language)))
        return replace(line, text=text, pieces=pieces)

    def hint(self, step: Step) -> Line:
        """Helps without giving the form."""
        return self._helping(step.hint or step.translation, step.hints)

    def prompt(self, text: str, prompts: Mapping[str, str]) -> Line:
        """What lets the learner find a slip."""
        return self._helping(text, prompts)

    def why(self, text: str, prompts: Mapping[str, str]) -> str:
        """The rule behind a slip in the reader's language, as far as its prompt states one: without what it asks, and
        without what is about the conversation. Empty where there is none.
        """
        said = text if self.reader == self._script.native_language else prompts.get(self.reader, "")
        told = (each for each in sentences(said) if not each.rstrip().endswith(("?", "？")))
        return one_line(" ".join(each for each in told if not _OF_THE_TALK.search(each)), NOTE_CHARACTERS)

    def _helping(self, text: str, in_others: Mapping[str, str]) -> Line:
        """A line in the language of the script's hints, and the same in the reader's."""
        script = self._script
        # It may quote what is taught; where that has letters of its own, they say best whose voice says what.
        pieces = () if script.language in UNSPACED else ((text, _written_in(script.native_language)),)
        return Line(text, in_others.get(self.reader, "") if self.reader != script.native_language else "", pieces)

    def presented(self, step: Step) -> Line:
        """The new form, to be said after the tutor."""
        intro = self.mine(lambda words: words.present)
        shown = self.translated(step.present, step.present_translation)
        meaning = one_text((intro.meaning, shown.meaning)) if shown.meaning else intro.meaning.rstrip(" :：")
        return Line(f"{intro.text} {shown.text}", meaning, (*intro.pieces, (f" {shown.text}", self._script.language)))

    def meaning_of(self, sentence: str) -> str:
        """What a sentence of the lesson means, where the script shows it with its meaning; else ""."""
        script = self._script
        wanted = key(sentence, script.language)
        shown = (step for step in script.steps if step.present and key(step.present, script.language) == wanted)
        return next((self.translated("", step.present_translation).meaning for step in shown), "")

    def model(self, step: Step) -> Line:
        """Gives the form."""
        return self.mine(lambda own: own.model, answer=ended(step.answer, self._script.language))

    def greeting(self) -> Line:
        """The script's first words."""
        script = self._script
        if meaning := script.greeting_translations.get(self.reader):
            return Line(script.greeting, meaning)
        if script.language == "en" and self.reader != "en":
            return Line(script.greeting, phrases_in(self.reader).welcome_to_english)
        return self._with_task(self.translated(script.greeting, script.greeting_translation), script.greeting_task)

    def stands_in(self, instead_of: str) -> Line:
        """That the lesson is not what was asked for: at another level, or a lesson where a talk was wanted."""
        if not instead_of:
            return Line("")
        if instead_of == FREE_TALK:
            return self.mine(lambda own: own.no_free_talk)
        return self.mine(lambda own: own.other_level, level=self._script.level, wanted=instead_of)

    def closing(self) -> Line:
        """The script's last words."""
        return self.translated(self._script.closing, self._script.closing_translation)

    def review(self, path: LessonPath) -> list[Line]:
        """What went well, and at most two things to practise."""
        said = []
        if first := path.count(Outcome.FIRST_TRY):
            said.append(self.mine(lambda own: own.first_try, count=first, total=path.total))
        if corrected := path.count(Outcome.CORRECTED):
            said.append(self.mine(lambda own: own.corrected, count=corrected))
        if missed := one_text(path.to_practise[:PRACTISE_AT_MOST]):
            said.append(self.mine(lambda own: own.to_practise, answers=missed))
        return said

    def what_to_ask(self) -> str:
        """What may be asked for, in words that this tutor understands by ear where it hears the lesson at all."""
        words = phrases_in(self.reader)
        return words.stuck_in_english if self._script.language == "en" else words.stuck

    def mine(self, pick: Callable[[Phrases], str], **words: object) -> Line:
        """A phrase in the language of the script's hints, with `words` filled in."""
        return self.filled(lambda language: pick(phrases_in(language)), self._script.native_language, **words)

    def theirs(self, pick: Callable[[Phrases], str]) -> Line:
        """A phrase in the language that is taught."""
        return self.filled(lambda language: pick(phrases_in(language)), self._script.language)

    def filled(self, phrase: Callable[[str], str], language: str, **words: object) -> Line:
        """What `phrase` says in `language`, with `words` filled in, and what that means to the reader."""
        template = phrase(language)
        meaning = phrase(self.reader).format(**words) if self.reader != language else ""
        own = _written_in(language)
        pieces: list[Piece] = []
        for before, name, _, _ in Formatter().parse(template):
            pieces.append((before, own))
            if name:
                pieces.append((str(words[name]), self._script.language if name in _TAUGHT else own))
        return Line(template.format(**words), meaning, tuple(pieces))

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


def _by_sentence(pieces: Sequence[Piece]) -> Iterator[tuple[str, list[Piece]]]:
    """Each sentence of these pieces, and its own; what only marks something is said with what stands before it."""
    text, at = "".join(words for words, _ in pieces), 0
    for sentence in sentences(text):
        begin = text.index(sentence, at)
        at = begin + len(sentence)
        told: list[Piece] = []
        behind = 0
        for words, language in pieces:
            first, behind = behind, behind + len(words)
            part = text[max(first, begin) : min(behind, at)]
            if told and (told[-1][1] == language or not _has_letters(part) or not _has_letters(told[-1][0])):
                told[-1] = (told[-1][0] + part, told[-1][1] if _has_letters(told[-1][0]) else language)
            elif part:
                told.append((part, language))
        yield sentence, told


def _has_letters(text: str) -> bool:
    return any(map(str.isalnum, text))


def joined(lines: tuple[Line, ...]) -> str:
    """The lines as one text: what is said, and then in brackets what it means."""
    text, meaning = one_text(line.text for line in lines), meaning_of(lines)
    return f"{text} ({meaning})" if meaning else text


def meaning_of(lines: tuple[Line, ...]) -> str:
    """What the lines mean, as one text."""
    return one_text(line.meaning for line in lines)


def one_text(parts: Iterable[str]) -> str:
    """These sentences, one after the other; behind 。 there is no blank, as it holds one."""
    text = ""
    for part in filter(None, map(str.strip, parts)):
        text += part if not text or text.endswith(_WIDE_STOPS) else f" {part}"
    return text


def beginning(answer: str, language: str) -> str:
    """The first half of an answer, at most three words: enough to go on from."""
    if language in UNSPACED and language != "ko":
        return answer[: max(1, min(4, len(answer) // 2))]
    words = answer.split()
    return " ".join(words[: max(1, min(3, len(words) // 2))]).rstrip(",.!?")


def begins(whole: str, heard: str) -> bool:
    """Whether `heard` is `whole`, or where it was stopped, or `whole` and then, as the learner asked, that again."""
    whole, heard = "".join(whole.split()), "".join(heard.split())
    again = heard.removeprefix(whole)
    return bool(heard) and whole.startswith(again)
