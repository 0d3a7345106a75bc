"""The offline tutor in person: its guide, recognisers and voice, as the server asks for them."""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from tutor_tui.core.courses import has_level, languages_of, lesson_for
from tutor_tui.core.pedagogy import CORRECTIONS, CorrectionStyle
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.offline_server.lesson.by_ear import ByEar
from tutor_tui.offline_server.lesson.drill import Drill, DrillByEar, drill_script
from tutor_tui.offline_server.lesson.drill_by_words import DrillByWords, DrillByWordsAndEar
from tutor_tui.offline_server.lesson.due_items import with_due
from tutor_tui.offline_server.lesson.guide import Guide
from tutor_tui.offline_server.lesson.level_test import LessonsOfLevels, LevelTest
from tutor_tui.offline_server.lesson.no_lesson import NoLesson
from tutor_tui.offline_server.lesson.requests import beginners_request_in
from tutor_tui.offline_server.lesson.script import LessonScript
from tutor_tui.offline_server.lesson.script_file import load_script
from tutor_tui.offline_server.lesson.script_folders import list_heads
from tutor_tui.offline_server.lesson.walked_history import without_doubts
from tutor_tui.offline_server.ports import guide as port
from tutor_tui.offline_server.ports.language_model import LanguageModel
from tutor_tui.offline_server.ports.recogniser import SpeechToText
from tutor_tui.offline_server.ports.unavailable import Tell, Unavailable
from tutor_tui.offline_server.stt.joined import JoinedSpeechToText
from tutor_tui.offline_server.stt.pocketsphinx import PocketSphinx
from tutor_tui.offline_server.stt.whisper import Whisper, WhisperSpeechToText
from tutor_tui.offline_server.tts.voice import Voice, Voices
from tutor_tui.openai_api.private_extensions import FREE_TALK, WantedLesson
from tutor_tui.speech.normalise import words
from tutor_tui.speech.sentences import sentences

DEFAULT_LANGUAGE = "en"
_NAME = re.compile(r"[\w -]{1,64}")
"""What a client may ask for: a name, never a path."""
_Made = TypeVar("_Made", PocketSphinx, WhisperSpeechToText)


class LocalBackend:
    """Everything from this machine."""

    def __init__(
        self,
        folders: Iterable[Path],
        language_model: LanguageModel | None = None,
        whisper: Whisper | None = None,
        voices: Sequence[str] | None = None,
    ) -> None:
        """`folders` hold lesson scripts; an earlier one wins. A `language_model` answers instead of a guide;
        `whisper` hears beside pocketsphinx, free speech in every language. `voices` are the names of those that are
        liked best, none for the best that are installed; null leaves all speaking to espeak-ng.
        """
        self._folders = list(folders)
        self._language_model = language_model
        self._whisper = whisper
        self._voices = Voices({}) if voices is None else Voices()
        self._liked_voices = tuple(voices or ())
        self._made: list[PocketSphinx | WhisperSpeechToText] = []
        self._idle: dict[str, list[PocketSphinx]] = {}
        """By language, the recognisers of learners who have gone: their models are loaded."""
        self._idle_whisper: WhisperSpeechToText | None = None
        self._lock = threading.Lock()
        self._closed = False

    def warm_up(self) -> None:
        """Load espeak-ng and the words of requests and numbers.

        Other voices and recognisers are loaded while the first learner is greeted, for the language of their lesson.
        """
        self.voice()
        beginners_request_in("")  # makes the sentences that it knows
        words("1", DEFAULT_LANGUAGE)  # loads the words for numbers, which would hold the loop up at the first answer

    def close(self) -> None:
        """End all recognisers."""
        with self._lock:
            self._closed = True
            for recogniser in self._made:
                recogniser.close()
            self._idle.clear()
            self._idle_whisper = None

    def language_model(self) -> LanguageModel | None:
        """Who answers instead of a guide."""
        return self._language_model

    def guide(self, lesson: WantedLesson, language: str, history: Sequence[tuple[str, str]]) -> port.Guide:
        """A guide through `lesson` (without a script: the one in `language` that fits its level) that takes up
        `history`; where there is no lesson in the language, somebody who says so.
        """
        script = self._script(lesson, language)
        if lesson.drill:
            return self._drill(lesson, script, language, history)
        if script is None:
            return NoLesson(language, languages_of(list_heads(self._folders)), lesson.native_language)
        following = self._following(script)
        history, doubt = without_doubts(history, script.native_language)
        if script.is_level_test:
            lessons = LessonsOfLevels(self._folders, script.language)
            return ByEar(LevelTest(script, history, lesson.native_language, lessons=lessons), doubt)
        correction: CorrectionStyle = next((style for style in CORRECTIONS if style == lesson.correction), "prompt")
        guide = Guide(
            with_due(script, lesson.due),
            history,
            lesson.native_language,
            correction=correction,
            following=following,
            instead_of=self._instead_of(lesson.level, script),
        )
        return ByEar(guide, doubt)

    def _drill(
        self, lesson: WantedLesson, behind: LessonScript | None, language: str, history: Sequence[tuple[str, str]]
    ) -> port.Guide:
        """A guide through a drill on what is due; the lesson `behind` it is offered at the end, or goes on there."""
        home = lesson.native_language
        kind, within = lesson.drill or "recall", lesson.within_lesson
        script = drill_script(behind.language if behind else language, home, lesson.due, like=behind, kind=kind)
        history, doubt = without_doubts(history, script.native_language)
        if kind == "recall":
            return DrillByEar(Drill(script, history, home, following=behind, within=within), doubt)
        words = DrillByWords(script, history, home, kind=kind, following=behind, within=within)
        return DrillByWordsAndEar(words, doubt)

    def language(self, lesson: str, language: str) -> str:
        """The language that this lesson is heard in."""
        if self._language_model is not None or not lesson:  # no script is walked, or the first in that language
            return language or DEFAULT_LANGUAGE
        return self._named(lesson).language

    def recogniser(self, language: str, tell: Tell | None = None, other: str = "") -> SpeechToText:
        """A recogniser for one learner: that of one who has gone, or a new one.

        Without Whisper it hears what a lesson expects, in English any words.
        """
        self._load_voices(language)
        with self._lock:
            idle = self._idle.get(language)
            first = idle.pop() if idle else self._add(PocketSphinx(language))
            if self._whisper is None:
                return first
            idle_whisper, self._idle_whisper = self._idle_whisper, None
            if idle_whisper is not None and not idle_whisper.is_well:
                self._end(idle_whisper)
                idle_whisper = None
            whisper = idle_whisper or self._add(WhisperSpeechToText(self._whisper))
        whisper.listen_for((language, other), tell or _nobody)
        return JoinedSpeechToText(first, whisper)

    def _add(self, recogniser: _Made) -> _Made:
        """With the lock held."""
        self._made.append(recogniser)
        if self._closed:
            recogniser.close()
        return recogniser

    def give_back(self, recogniser: SpeechToText, language: str) -> None:
        """That learner is gone: the next one may have the recogniser. One per language is kept, the others end."""
        with self._lock:
            match recogniser:
                case JoinedSpeechToText(first=first, whisper=whisper):
                    whisper.listen_for(())
                    self._keep(first, language)
                    if self._idle_whisper is None and whisper.is_well:
                        self._idle_whisper = whisper
                    else:
                        self._end(whisper)
                case PocketSphinx():
                    self._keep(recogniser, language)

    def _keep(self, recogniser: PocketSphinx, language: str) -> None:
        idle = self._idle.setdefault(language, [])
        if idle:
            self._end(recogniser)
        else:
            idle.append(recogniser)

    def discard(self, recogniser: SpeechToText) -> None:
        """End a recogniser that has failed, whatever it is doing, and forget it."""
        with self._lock:
            match recogniser:
                case JoinedSpeechToText(first=first, whisper=whisper):
                    self._end(first)
                    self._end(whisper)
                case PocketSphinx():
                    self._end(recogniser)

    def _end(self, recogniser: PocketSphinx | WhisperSpeechToText) -> None:
        """With the lock held."""
        recogniser.close()
        if recogniser in self._made:
            self._made.remove(recogniser)

    def _load_voices(self, language: str) -> None:
        """Those of the lesson and of its help, while the learner is being greeted: it takes a second or two."""
        languages = {language, DEFAULT_LANGUAGE}
        threading.Thread(target=self._voices.load, args=(languages, self._liked_voices), daemon=True).start()

    def voice(self, name: str = "", tell: Tell | None = None) -> Voice:
        """The voice; `name` is that of a voice in the table, where the lesson names one."""
        return Voice(self._voices, (name, *self._liked_voices), tell)

    def sentences(self, text: str) -> list[str]:
        """`text` cut into what is spoken in one breath."""
        return sentences(text)

    def _named(self, name: str) -> LessonScript:
        if not _NAME.fullmatch(name):
            raise Problem("A lesson is asked for by its name.", "Not by a path or a file name.", ExitCode.USAGE)
        return load_script(name, self._folders)

    def _script(self, lesson: WantedLesson, language: str) -> LessonScript | None:
        """None where there is no lesson in the language."""
        if lesson.script:
            return self._named(lesson.script)
        level = "" if lesson.level == FREE_TALK else lesson.level
        head = lesson_for(list_heads(self._folders), language or DEFAULT_LANGUAGE, level)
        return load_script(head.name, self._folders) if head else None

    def _instead_of(self, level: str, script: LessonScript) -> str:
        """`level` where there is no lesson at it, and this one is at another."""
        if level == FREE_TALK:
            return level
        met = not level or script.level in ("", level) or has_level(list_heads(self._folders), script.language, level)
        return "" if met else level

    def _following(self, script: LessonScript) -> LessonScript | None:
        """The next unit of its course; None after the last, or where it cannot be read."""
        for head in list_heads(self._folders) if script.course else ():
            if (head.course, head.unit) == (script.course, script.unit + 1):
                with contextlib.suppress(Problem):
                    return load_script(head.name, self._folders)
        return None


def _nobody(news: Unavailable) -> None:
    """Nobody wants to know."""
