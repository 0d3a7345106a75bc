"""Dictation: the learner hears a sentence of the tutor's, writes it down, and sees which words were right.

Nobody is asked and nothing is sent: a typed line is for the dictation as long as it is on, the microphone rests, and
what the tutor says meanwhile waits. It is no evidence of anything that is kept, either: the sentence was chosen by the
learner, who may hear it as often as they like.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tutor_tui.core import events as ev
from tutor_tui.core.actions import key
from tutor_tui.core.captions import length_of
from tutor_tui.core.dictated import Dictated
from tutor_tui.core.events import LessonEvent
from tutor_tui.core.lesson import Phase
from tutor_tui.session.kept_sentences import Sentence
from tutor_tui.session.replay_player import ReplayPlayer
from tutor_tui.session.shadowing import YOUR_TURN_FIRST

if TYPE_CHECKING:
    from tutor_tui.session.session import Session
    from tutor_tui.speech.words_right import WordsRight

ONLY_TUTOR = "That sentence is your own: a dictation takes one of the tutor's."
NO_WORDS = "The words of that sentence are not known, so nothing could be compared."


class Dictation:
    """Of one session."""

    def __init__(self, session: Session, player: ReplayPlayer) -> None:
        self._session = session
        self._player = player
        self._words: WordsRight | None = None
        """Which words of the sentence were right so far."""

    @property
    def now(self) -> Dictated | None:
        """How far it is; None while nothing is dictated."""
        training = self._session.lesson.training
        return training if isinstance(training, Dictated) else None

    @property
    def is_on(self) -> bool:
        """Whether the learner is to write something down."""
        now = self.now
        return now is not None and now.keeps_microphone

    def take(self, event: LessonEvent) -> None:
        """Whoever has the line shown has given up."""
        now = self.now
        if isinstance(event, ev.LineRevealed) and now is not None and self.is_on and event.item_id == now.turn_id:
            self._compare(now)

    # ---- what the learner asks --------------------------------------------------------------------------------------

    def begin(self, sentence: Sentence, speed: float) -> None:
        """Have that sentence heard, to be written down; or heard once more, where that is what is being written."""
        now = self.now
        if sentence.turn.role != "tutor":
            self._tell(ONLY_TUTOR, f"{key('replay-back')} and {key('replay-on')} go to another.")
            return
        if not any(map(str.isalnum, sentence.text)):
            self._tell(NO_WORDS)
            return
        if self._session.lesson.phase is Phase.HEARING:
            self._tell(YOUR_TURN_FIRST)
            return
        if now is not None and self.is_on and (now.turn_id, now.text) == (sentence.turn.turn_id, sentence.text):
            self._show(replace(now, speed=speed))
        else:
            from tutor_tui.speech.latin_typing import LEVEL  # many lessons compare nothing
            from tutor_tui.speech.words_right import WordsRight

            plan = self._session.lesson.plan
            self._words = WordsRight(sentence.text, plan.target_language, takes_latin=plan.level == LEVEL)
            self._session.sound.speaker.hold(True)
            self._show(Dictated("write", sentence.turn.turn_id, sentence.text, speed))
        self._sound = sentence.sound
        self._play(speed)

    def takes_line(self, text: str) -> bool:
        """Whether a typed line is for the dictation. The first that is not all right gets another try, and so does each
        that has no word of the sentence: “are you there?” is no try.
        """
        now = self.now
        if now is None or not self.is_on or self._words is None:
            return False
        is_try = self._words.take_text(text)
        if self._words.is_whole or (is_try and now.stage == "again"):
            self._compare(replace(now, written=text))
        else:
            again = replace(now, stage="again", written=text, is_beside=not is_try, shown=self._words.with_blanks())
            self._show(again)
            self._play(now.speed)
        return True

    def give_up(self) -> None:
        """See the sentence without writing any more."""
        if self.now is not None and self.is_on:
            self._compare(self.now)

    # ---- its parts --------------------------------------------------------------------------------------------------

    def _play(self, speed: float) -> None:
        self._player.play(self._sound, speed, lambda: None)

    def _compare(self, now: Dictated) -> None:
        """Show what was right, and the tutor's line; the tutor goes on."""
        if self._words is None:
            return
        self._player.stop()
        right, of = self._words.counted
        unit = length_of(now.text)[1]
        self._show(replace(now, stage="over", shown=self._words.shown(), right=right, of=of, unit=unit))
        self._session.sound.speaker.hold(False)
        self._session.take(ev.LineRevealed(now.turn_id))

    def stop(self) -> bool:
        """Fall silent, and forget what was written; whether there was anything to stop."""
        if self.now is None:
            return False
        if self.is_on:
            self._player.stop()
            self._session.sound.speaker.hold(False)
        self._show(None)
        return True

    def _show(self, what: Dictated | None) -> None:
        if what != self._session.lesson.training:
            self._session.take(ev.EarTrained(what))

    def _tell(self, title: str, hint: str = "") -> None:
        self._session.take(ev.Trouble(title, hint, quiet=True))
