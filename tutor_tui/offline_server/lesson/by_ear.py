"""A guide that is told how sure the ears are: it asks where they are not, and calls nothing wrong that may be right.

It asks at most twice in a row about one step, and then helps, or asks for another way of saying it, or for typing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from tutor_tui.core.safe_text import one_line
from tutor_tui.offline_server.hearing import Hearing, Match
from tutor_tui.offline_server.lesson import listened_for
from tutor_tui.offline_server.lesson.doubt_phrases import (
    DoubtPhrases,
    answer_in,
    answers_to_doubt,
    doubt_phrases_in,
)
from tutor_tui.offline_server.lesson.guide import Guide
from tutor_tui.offline_server.lesson.guide_words import Line, Reply
from tutor_tui.offline_server.lesson.judging import Verdict
from tutor_tui.offline_server.lesson.likely_replies import answers_of_each_kind, likely_replies
from tutor_tui.offline_server.lesson.requests import Request, beginners_request_in, request_in
from tutor_tui.offline_server.lesson.sounds_alike import are_alike
from tutor_tui.offline_server.lesson.weighing import is_certain, is_mistake, judgement_of, plain, verdict_of, weighed
from tutor_tui.offline_server.ports import guide as port

MOST_QUESTIONS = 2
"""Who was not understood twice is not asked a third time whether they said something else."""
_MOST_QUOTED = 80
"""Characters of what was heard that are said back."""


class ByEar:
    """Leads one learner as `guide` does, by what was heard (`ports.guide`). Holds plain values, so it may be copied."""

    def __init__(self, guide: Guide, doubt: str = "") -> None:
        """`doubt` is the sentence that the learner was asked about last, in a lesson that is taken up again."""
        self.guide = guide
        """Who leads."""
        self.doubt = doubt
        """The sentence that the learner is asked about; "" while nothing is asked."""
        self.confirmed = False
        """Whether the last answer was a yes to that question: the sentence counts as said."""
        self.was_denied = False
        """Whether it was a no: the sentence was never said."""
        self._place: tuple[str, int, bool] = ("", 0, False)
        """The lesson and the question that the counts are of, and whether something is said after the tutor there."""
        self._denied: frozenset[str] = frozenset()
        """What the learner said that they had not said, at that place."""
        self._questions = 0
        """How often in a row it was asked whether the learner said something."""
        self._in_vain = 0
        """How often in a row the learner said something that was not listened for."""

    # ---- as the guide does ------------------------------------------------------------------------------------------

    @property
    def expected(self) -> Sequence[str]:
        """Sentences to listen for now: those of the guide, yes and no where that is asked."""
        expected = self.guide.expected
        if not self.doubt:
            return expected
        languages = (self._language, "en", self.guide.words.reader)
        return [*dict.fromkeys((*answers_to_doubt(languages), *expected))]

    @property
    def targets(self) -> Sequence[str]:
        """What the learner is to say after the tutor."""
        return self.guide.targets

    @property
    def meaning(self) -> str:
        """What was said last, in the learner's language; "" where that is not known."""
        return self.guide.meaning

    @property
    def hints(self) -> Sequence[str]:
        """What the learner could say now."""
        words = doubt_phrases_in(self._language)
        return [*([words.yes[0], words.no[0]] if self.doubt else []), *self.guide.hints]

    def greet(self, *, takes_over: bool = False) -> Reply:
        """The first words of the lesson, or of its continuation."""
        return self.guide.greet(takes_over=takes_over)

    def prepare(self) -> None:
        """Look at all steps before they come."""
        listened_for.prepare(self.guide.script)

    def consider(self, text: str) -> None:
        """Do what takes a while of answering this."""
        self.guide.consider(self.doubt if self.doubt and answer_in(text) == "yes" else text)

    def repeat(self) -> Reply:
        """The last thing again."""
        return self._question(self.doubt) if self.doubt else self.guide.repeat()

    def check_in(self) -> Reply:
        """See after a learner who says nothing. Changes nothing."""
        return self._question(self.doubt) if self.doubt else self.guide.check_in()

    def help(self) -> Reply:
        """Help with what was asked last."""
        self.doubt = ""
        return self.guide.help()

    def likely_replies(self) -> Iterator[port.Reply]:
        """What it is going to say next, most likely first; see `likely_replies.likely_replies`."""
        step = self.guide.path.step
        answers = self.targets or (answers_of_each_kind(step, self.guide.script.lists) if step else ())
        return likely_replies(self, answers)

    def close(self) -> None:
        """The lesson's time is nearly over."""
        self.guide.close()

    def answer(self, text: str) -> Reply:
        """Judge what was typed."""
        return self.hear(Hearing(text, Match.EXPECTED) if text.strip() else None)

    # ---- by ear -----------------------------------------------------------------------------------------------------

    def weighed(self, hearing: Hearing) -> Hearing:
        """`hearing`, or what may have been said instead: see `weighing`."""
        if self.doubt and answer_in(hearing.text):
            return hearing
        return weighed(self.guide, hearing, self._denied if self._place == self._place_now else frozenset())

    @property
    def _place_now(self) -> tuple[str, int, bool]:
        return self.guide.script.name, self.guide.path.place, self.guide.learner_repeats

    def hear(self, hearing: Hearing | None) -> Reply:
        """Judge what was understood; None where nothing was heard that could have been."""
        doubt, self.doubt, self.confirmed, self.was_denied = self.doubt, "", False, False
        self._begin_count()
        if not self.guide.is_greeted:
            return self.guide.answer(hearing.text if hearing else "")
        if hearing is None:
            return self._ask(doubt) if doubt else self.guide.answer("")
        if not hearing.text.strip():  # where yes or no was asked for, it was a short one, as like as not
            return self._ask(doubt) if doubt else self._not_listened_for()
        if doubt and (reply := self._answered(doubt, hearing)):
            return reply
        if hearing.match is Match.OTHER:
            hearing = self.weighed(hearing)
        match hearing.match:
            case Match.UNSURE:
                return self._unsure(hearing.text)
            case Match.NOT_EXPECTED:
                return self._not_expected(hearing.text)
            case _:
                self._questions = self._in_vain = 0
                is_awaited = hearing.match is Match.EXPECTED
                is_known = is_awaited or is_certain(hearing)
                reply = self.guide.answer(hearing.text, corrects=is_awaited or is_mistake(self.guide, hearing))
                return reply if is_known else replace(reply, accepted="")

    def _begin_count(self) -> None:
        if self._place != self._place_now:
            self._place, self._questions, self._in_vain, self._denied = self._place_now, 0, 0, frozenset()

    def _answered(self, doubt: str, hearing: Hearing) -> Reply | None:
        """Go on after yes or no; None for what is neither, which is another try."""
        match answer_in(hearing.text), hearing.match:
            case "yes", Match.UNSURE:
                return self._go_on_from(doubt) or self._ask(doubt)
            case "yes", _:
                self.confirmed = True
                self._questions = self._in_vain = 0
                return self.guide.answer(doubt)
            case "no", _:
                self._denied |= {plain(doubt)}
                self.was_denied = True
                return self._say_again()
            case _ if self._asks_again(hearing.text):
                self.doubt = doubt
                return self._question(doubt)
            case _, match if match is not Match.EXPECTED and self._is_another_try_at(doubt, hearing):
                return self._settled(doubt)
            case _:
                return None

    def _go_on_from(self, sentence: str) -> Reply | None:
        """It does no harm to go on from a sentence if it is right; as said it does not count."""
        if self.guide.learner_repeats:
            return self.guide.answer("")  # without praise for what may not have been said
        is_right = verdict_of(self.guide, sentence) is Verdict.RIGHT
        return replace(self.guide.answer(sentence, corrects=False), accepted="") if is_right else None

    def _is_another_try_at(self, doubt: str, hearing: Hearing) -> bool:
        """Whether this is nearest to the sentence that was asked about, once more: the same one, one that sounds like
        it or fits as well, or the same answer in more words or fewer.
        """
        text, asked = plain(hearing.text), plain(doubt)
        if asked in (text, *map(plain, hearing.rivals)):
            return True
        first, second = judgement_of(self.guide, doubt), judgement_of(self.guide, hearing.text)
        if first is None or second is None or second.verdict is Verdict.SLIP:
            return False
        is_same = False
        if first.expected and second.expected:
            if first.expected.reply != second.expected.reply:
                return False  # as of yes and no
            is_same = first.expected is second.expected and first.slots == second.slots
            is_same = is_same or text in asked or asked in text
        return is_same or are_alike(hearing.text, doubt, self._language)

    def _settled(self, sentence: str) -> Reply:
        """Two tries that are heard alike: it was said, as like as not. It leads on, and nobody is asked once more."""
        self._questions = self._in_vain = 0
        if self.guide.learner_repeats:
            return self.guide.answer("")  # without praise for what may not have been said
        return replace(self.guide.answer(sentence, corrects=False, is_certain=False), accepted="")

    def _unsure(self, text: str) -> Reply:
        if self.guide.learner_repeats:
            is_awaited = beginners_request_in(text) or any(plain(text) == plain(each) for each in self.guide.targets)
            return self._ask(text) if is_awaited and not self._questions else self.guide.answer("")  # asked once
        if self._asks_again(text):
            return self.guide.repeat()  # which is what is done about being unsure
        if verdict_of(self.guide, text) is not Verdict.SLIP:
            return self._ask(text)
        if self._questions >= MOST_QUESTIONS:  # a mistake is nothing to say yes to
            return self._helped(lambda own: own.still_unsure)
        self._questions += 1
        return self._say_again()

    def _say_again(self) -> Reply:
        """What is said after the tutor is said by them once more; a question is asked again."""
        line = self._line(lambda own: own.say_again)
        if not self.guide.learner_repeats:
            return self.guide.say(line, self.guide.question())
        said, again = self.guide.say(line), self.guide.repeat()
        return again.behind(said)

    def _not_expected(self, text: str) -> Reply:
        """Other words than any that are listened for: said back, as they were understood. The next time they are an
        answer that nobody knows: the lesson does not stand still, and nothing is corrected.
        """
        step = self.guide.path.step
        self._in_vain += 1
        if step is None or self._in_vain > 1:
            return self.guide.answer(text, corrects=False)
        heard = one_line(text, _MOST_QUOTED).rstrip(" .…!?。！？")
        return self.guide.say(self._line(lambda own: own.heard_other, sentence=heard), self.guide.words.hint(step))

    def _asks_again(self, text: str) -> bool:
        """Whether the last thing is to be said again; at a step that practises to ask so, this is its answer."""
        return request_in(text) is Request.REPEAT and verdict_of(self.guide, text) is not Verdict.RIGHT

    def _ask(self, sentence: str) -> Reply:
        """Ask whether this was said, unless that was asked often enough."""
        if self._questions >= MOST_QUESTIONS:
            return self._helped(lambda own: own.still_unsure)
        self._questions += 1
        self.doubt = sentence
        return self._question(sentence)

    def _question(self, sentence: str) -> Reply:
        words, quoted = doubt_phrases_in(self._language), sentence.rstrip(" .。")
        own = doubt_phrases_in(self.guide.words.reader)
        pairs = ((words.yes[0], own.yes[0]), (words.no[0], own.no[0]))
        yes, no = (said if said == meant else f"{said} = {meant}" for said, meant in pairs)
        reply = self.guide.say(self._line(lambda own: own.did_you_say, sentence=quoted))
        meaning = self.guide.words.meaning_of(sentence)
        means = f"{quoted} = {meaning.rstrip(' .')}; " if meaning else ""
        return reply.with_aside(f"{means}{yes} / {no}")

    def _not_listened_for(self) -> Reply:
        """It may well be right: no mistake. What is listened for is said in kind, and the next time with more help."""
        if self.guide.learner_repeats:
            return self.guide.answer("")
        self._in_vain += 1
        step = self.guide.path.step
        if step is not None and self._in_vain == 1:
            return self.guide.say(self._line(lambda own: own.not_listened_for), self.guide.words.hint(step))
        return self._helped(lambda own: own.not_listened_for)

    def _helped(self, pick: Callable[[DoubtPhrases], str]) -> Reply:
        line = self._line(pick)
        if self.guide.path.step is None:
            return self.guide.say(line, self.guide.question())
        return self.guide.help(line)

    # ---- its words --------------------------------------------------------------------------------------------------

    @property
    def _language(self) -> str:
        return self.guide.script.language

    def _line(self, pick: Callable[[DoubtPhrases], str], **words: object) -> Line:
        """A phrase in the language of the script's hints, and what it means where the learner reads another."""
        said = self.guide.script.native_language
        return self.guide.words.filled(lambda language: pick(doubt_phrases_in(language)), said, **words)
