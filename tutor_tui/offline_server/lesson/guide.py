"""A tutor without a model: walks a lesson script, judges answers, prompts, corrects.

Its way with slips is the one that teachers' handbooks agree on: first let the learner find it (a prompt), and only when
that has failed give the form, let them say it once, and go on kindly. What nobody listed may be right, and is no slip.
It never gets stuck.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from tutor_tui.core.pedagogy import CorrectionStyle
from tutor_tui.core.tools import Correction
from tutor_tui.offline_server.lesson.as_written import ended
from tutor_tui.offline_server.lesson.first_slip import slip_noted
from tutor_tui.offline_server.lesson.guide_words import Line, Reply, beginning
from tutor_tui.offline_server.lesson.judging import Judgement, Verdict
from tutor_tui.offline_server.lesson.lesson_flow import LessonFlow
from tutor_tui.offline_server.lesson.lesson_path import Outcome
from tutor_tui.offline_server.lesson.listened_for import said_after, sentences_to_hear
from tutor_tui.offline_server.lesson.requests import Request, agrees, beginners_request_in, request_in
from tutor_tui.offline_server.lesson.romanised_typing import judged, sounds_like, with_script
from tutor_tui.offline_server.lesson.sayable import hints
from tutor_tui.offline_server.lesson.script import LessonScript, Step
from tutor_tui.offline_server.lesson.unit_task import shown_by
from tutor_tui.offline_server.lesson.walked_history import walk

ASKED_IN_VAIN = 3
"""The same request so often in a row leads on: whatever it was meant to bring about, it did not."""


class Guide(LessonFlow):
    """Leads one learner through one lesson. Holds plain values only, so it may be copied."""

    def __init__(
        self,
        script: LessonScript,
        history: Sequence[tuple[str, str]] = (),
        home: str = "",
        *,
        correction: CorrectionStyle = "prompt",
        following: LessonScript | None = None,
        instead_of: str = "",
    ) -> None:
        """`history` is (role, text), roles "user" and "assistant", and "system" where the lesson was told to close: the
        lesson is taken up where it was left. `home` is the language that the learner speaks at home (ISO 639-1), where
        it is known; `following` the lesson that is offered at the end; `instead_of` the level that there is no lesson
        at, or `FREE_TALK`.
        """
        self._correction = correction
        super().__init__(script, home, following=following, instead_of=instead_of)
        if not walk(self, history):
            self._begin(script)
            self._resume(history)
            self._follows_another = not self.is_resumed and any(role == "assistant" for role, _ in history)

    # ---- what the server asks for -----------------------------------------------------------------------------------

    @property
    def expected(self) -> list[str]:
        """Sentences to listen for now: answers, known mistakes, requests. Empty if any words would do."""
        return sentences_to_hear(self.path.step, self.script.lists, presenting=self._presenting, home=self._home)

    @property
    def hints(self) -> list[str]:
        """What could be said now; what stands in brackets is to be read. Finding it may take 100 ms, in any thread."""
        return hints(self.path.step, self.words, self.script.lists, presenting=self._presenting)

    def help(self, *before: Line) -> Reply:
        """A step further each time, behind what is said `before`: a hint, the answer's beginning, and then the answer.
        None of it is a failure; without anything before it, the learner has asked for it.
        """
        step = self.path.step
        if step is None or self.learner_repeats:
            return self.repeat()
        self._asked_for_help = self._asked_for_help or not before
        self._helped += 1
        if self._helped == 1:
            return self.say(*before, self.words.hint(step), self.question())
        if self._helped == 2:
            start = beginning(step.answer, self.script.language)
            return self.say(*before, self.words.mine(lambda own: own.begins, start=start), self.question())
        self._answer_given = True
        return self.say(*before, self.words.model(step))

    def check_in(self) -> Reply:
        """The learner says nothing: there is no hurry, and a hint may help. Changes nothing."""
        if self._asked[0] in (Request.STOP, Request.GOODBYE):
            return self.say(self.words.mine(lambda own: own.stopped))
        if (step := self.path.step) is None or self._answer_given:
            return self.repeat()
        hint = self.words.hint(step) if step.hint and not self._presenting else Line("")
        return self.say(self.words.theirs(lambda own: own.no_hurry), hint, self.question())

    def consider(self, text: str) -> None:
        """Look at an answer before it is answered, which may take 100 ms. Changes nothing; for any thread."""
        step = self.path.step
        if step and not self._presenting:
            judged(text, step, self.script.lists, self.script.level)

    def answer(self, text: str, *, corrects: bool = True, is_certain: bool = True) -> Reply:
        """Judge what was heard or typed, and lead on. Without `corrects` a slip is taken for what nobody knows. Who
        is not `is_certain` that it was said is not praised for it, and has shown nothing by it alone.
        """
        if not self.is_greeted:
            return self.greet(takes_over=True)
        if (step := self.path.step) is None:
            return self._after_the_end(text)
        if self._presenting:
            return self._said_after(step, text)
        judgement, in_script = judged(text, step, self.script.lists, self.script.level)
        if judgement.verdict is Verdict.SLIP and not corrects:
            judgement = Judgement(Verdict.UNSURE)
        if judgement.verdict is not Verdict.REQUEST:
            self._asked = (None, 0)
        left, self._is_certain, self._first_slip.is_sure = self.path.place, is_certain, corrects
        reply = self._judged(step, judgement, in_script or text)
        if self.path.place > left:
            reply = replace(reply, uses=shown_by(step, self.path, self.script, self._outcome, text))
        accepted = (in_script or text) if judgement.verdict is Verdict.RIGHT else ""
        reply = with_script(reply, text, in_script)
        return replace(reply, accepted=accepted, notes=reply.notes + self._new.said(step, accepted))

    # ---- how it answers ---------------------------------------------------------------------------------------------

    def _said_after(self, step: Step, text: str) -> Reply:
        """A new form was shown and is said, well enough for praise or not: the question that needs it comes next."""
        same = any(sounds_like(text, shown, self.script.language) for shown in said_after(step))
        if not same and (request := beginners_request_in(text)):
            return self._serve(request, step)
        self._presenting = False
        words = self.words
        said = words.theirs(lambda own: self._one_of(own.praise)) if same else words.mine(lambda own: own.move_on[0])
        reply = self.say(said if text.strip() else Line(""), self.question())
        return replace(reply, accepted=text if same else "", notes=self._new.shown(step) if text.strip() else ())

    def _judged(self, step: Step, judgement: Judgement, text: str) -> Reply:
        match judgement.verdict:
            case Verdict.REQUEST if judgement.request:
                return self._serve(judgement.request, step)
            case Verdict.RIGHT:
                reply = self._accept(step, judgement, text)
                # Who answers a question about slow speech asks for it, too: the script promises it.
                asked, practised = request_in(text), request_in(step.answer)
                promised = Request.SLOWER in (asked, practised) and asked in (None, Request.SLOWER)
                return replace(reply, pace="slower") if promised else reply
            case _ if self._answer_given:
                return self._leave(Outcome.ANSWER_GIVEN, self._thanks())
            case Verdict.SLIP:
                return self._slip(step, judgement, text)
            case Verdict.UNSURE:
                return self._not_known(step, judgement)
            case _:
                return self._not_heard(step)

    def _accept(self, step: Step, judgement: Judgement, text: str) -> Reply:
        words = self.words
        self._slots.update(judgement.slots)
        praises = self._is_certain and not judgement.is_open
        praising = words.theirs(lambda own: self._one_of(own.praise if praises else own.acknowledged))
        if self._answer_given:
            return self._leave(Outcome.ANSWER_GIVEN, praising)
        expected = judgement.expected
        praise = Line("") if judgement.is_open else words.translated(step.praise, step.praise_translation)
        if expected and expected.reply:
            praise = words.branch(expected.reply, expected.reply_translation, self._slots)
        if self._slips:
            said = words.theirs(lambda own: self._one_of(own.repaired)) if praises else praising
            return self._leave(Outcome.CORRECTED, said, praise, notes=self._first_slip.settled(text))
        said = Line("") if praise.text else praising
        is_first_try = self._is_certain and not (self._unsure or self._helped)
        outcome = Outcome.FIRST_TRY if is_first_try else Outcome.HELPED
        return self._leave(outcome, said, praise)

    def _slip(self, step: Step, judgement: Judgement, text: str) -> Reply:
        words, better = self.words, judgement.better
        why = words.why(judgement.prompt, judgement.prompts)
        noted = slip_noted(text, better, why, judgement.kind, self.script.language)
        if self._correction == "flow" and better:
            return self._passed_over(step, judgement, noted)
        if better and (not judgement.prompt or self._correction == "recast"):
            self._slots.update(judgement.slots)
            said = words.mine(lambda own: own.recast, form=ended(better, self.script.language))
            notes = self._first_slip.settled(text) or noted
            is_lapse = bool(self._slips or step.due_term)  # the same mistake once more, where that is what is asked for
            return self._leave(Outcome.CORRECTED if is_lapse else Outcome.HELPED, said, notes=notes)
        self._first_slip.notice(noted, better_is_own=judgement.better_is_own)
        self._slips += 1
        self._unheard = 0
        if self._slips < step.retries:
            prompt = words.prompt(judgement.prompt, judgement.prompts) if judgement.prompt else words.hint(step)
            return self.say(prompt)
        self._answer_given = True
        return self.say(self.words.model(step), notes=self._first_slip.settled())

    def _passed_over(self, step: Step, judgement: Judgement, noted: tuple[Correction, ...]) -> Reply:
        """Nothing is corrected while the learner speaks: it is written down, and told at the end."""
        self._slots.update(judgement.slots)
        praise = self.words.translated(step.praise, step.praise_translation) if judgement.expected else Line("")
        thanks = self.words.theirs(lambda own: self._one_of(own.acknowledged))
        outcome = Outcome.CORRECTED if step.due_term else Outcome.HELPED  # the mistake that was to be put right
        return self._leave(outcome, praise if praise.text else thanks, notes=noted)

    def _not_known(self, step: Step, judgement: Judgement) -> Reply:
        """It may be right. The first time something like it is named, the second time it goes on with thanks."""
        if self._unsure:
            thanks = self._thanks()
            return self._leave(Outcome.NOT_KNOWN, thanks, notes=self._first_slip.settled())
        self._unsure = True
        if judgement.partly:
            return self.say(self.words.mine(lambda own: own.tell_more))
        return self.say(self.words.mine(lambda own: own.unsure, answer=step.answer))

    def _not_heard(self, step: Step) -> Reply:
        """Silence or noise is no failure: ask again, the second time with the hint, then on."""
        self._unheard += 1
        not_heard = self.words.mine(lambda own: own.not_heard)
        if self._unheard > step.retries:
            self._unheard = 0
            self._answer_given = True
            return self.say(not_heard, self.words.model(step))
        return self.say(not_heard, self.words.hint(step) if self._unheard > 1 else Line(""), self.question())

    def _serve(self, request: Request, step: Step) -> Reply:
        times = self._asked[1] + 1 if self._asked[0] is request else 1
        self._asked = (request, times)
        goes_further = request is Request.HELP and not self._answer_given
        if times >= ASKED_IN_VAIN and request not in (Request.CARE, Request.GOODBYE) and not goes_further:
            return self._leave(Outcome.SKIPPED, self._thanks())
        words = self.words
        match request:
            case Request.REPEAT:
                return self.repeat()
            case Request.SLOWER:
                return self._at_pace("slower", words.mine(lambda own: own.slower))
            case Request.FASTER:
                return self._at_pace("faster", words.mine(lambda own: own.faster))
            case Request.HELP | Request.DO_NOT_KNOW:
                return self.help()
            case Request.STOP | Request.CARE:
                return self.say(words.mine(lambda own: own.stopped if request is Request.STOP else own.care))
            case Request.GOODBYE:
                return self._goodbye(*(self._summary() if times == 1 else ()))
            case Request.TRANSLATE:
                if self._presenting:
                    return self.repeat()  # what it means stands behind it
                meaning = words.meaning(step)
                question = replace(words.question(step, self.path.say(self._slots)), meaning="")
                return self.say(Line(meaning) if meaning else words.hint(step), question)
            case Request.SKIP | Request.NEXT_LESSON:
                return self._leave(Outcome.SKIPPED, words.mine(lambda own: own.skipped))
            case Request.RESTART:
                return self._start(self.script)

    def _goodbye(self, *lines: Line) -> Reply:
        """The lesson is closed for now; whatever is said next takes it up where it was."""
        return replace(self.say(self.words.theirs(lambda own: own.goodbye), *lines), done=True)

    def _at_pace(self, pace: Literal["slower", "faster"], words: Line) -> Reply:
        said, again = self.say(words), self.repeat()
        return replace(again.behind(said), pace=pace, before_call=said.text)

    def _after_the_end(self, text: str) -> Reply:
        """Once more, or the lesson that follows."""
        following = self._following
        wanted = request_in(text)
        if wanted is Request.GOODBYE:
            self._asked = (wanted, 1)
            return self._goodbye()
        self._asked = (None, 0)
        if following and (wanted in (Request.SKIP, Request.NEXT_LESSON) or (agrees(text) and wanted is None)):
            return self._start(following)
        return self._start(self.script) if agrees(text) else self.say(self.question())
