"""What a tutor may report, one event or a few in a row: `SAYINGS`, by name, for the state machine of a lesson."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from tutor_tui.core import events as ev
from tutor_tui.core import pcm
from tutor_tui.core.lesson_plan import Applied
from tutor_tui.core.tools import ToolCall
from tutor_tui.core.turn_detection import PRESETS


class Names:
    """The ids of one answer and of the turn before it: new ones, or those of up to three before."""

    def __init__(self) -> None:
        self._number = 0
        self.learner = self.tutor = self.reply = self.before = ""

    def chosen(self, which: int) -> Names:
        """3 is new, 0 the newest that there is, 1 and 2 those before it."""
        self._number += which == 3
        found = Names()
        number = max(0, self._number - (0 if which == 3 else which))
        found.learner, found.tutor, found.reply = f"u{number}", f"a{number}", f"r{number}"
        found.before = f"a{number - 1}"
        return found


Saying: TypeAlias = Callable[[Names, str, int], list[ev.TutorEvent]]


def _turn(names: Names, text: str) -> list[ev.TutorEvent]:
    return [
        ev.LearnerStartedSpeaking(names.learner),
        ev.LearnerStoppedSpeaking(names.learner),
        ev.LearnerTurnKept(names.learner, names.before),
        ev.ItemPlaced(names.learner, names.before, "learner"),
        ev.LearnerTextDone(names.learner, text),
    ]


def _answer(names: Names, text: str, ms: int) -> list[ev.TutorEvent]:
    half = pcm.silence(ms / 2)
    return [
        ev.ReplyStarted(names.reply),
        ev.ItemPlaced(names.tutor, names.learner, "tutor"),
        ev.TutorTextDelta(names.tutor, text[:4]),
        ev.TutorAudio(names.tutor, half),
        ev.TutorTextDelta(names.tutor, text[4:]),
        ev.TutorAudio(names.tutor, half),
        ev.TutorAudioDone(names.tutor),
        ev.TutorTextDone(names.tutor, text),
        ev.Usage(0.01, 100, 50),
        ev.ReplyEnded(names.reply),
    ]


def _calls(*tools: str) -> Saying:
    def say(names: Names, text: str, ms: int) -> list[ev.TutorEvent]:
        calls: list[ev.TutorEvent] = [ev.ToolCalled(ToolCall(f"{tool}-{names.reply}", tool, "{}")) for tool in tools]
        return [ev.ReplyStarted(names.reply), *calls, ev.ReplyEnded(names.reply)]

    return say


def _one(make: Callable[[Names, str, int], ev.TutorEvent]) -> Saying:
    return lambda names, text, ms: [make(names, text, ms)]


def _ended(status: ev.ReplyStatus) -> Saying:
    return _one(lambda names, text, ms: ev.ReplyEnded(names.reply, status))


SAYINGS: Mapping[str, Saying] = {
    # Whole turns and answers, and such as break off.
    "a turn": lambda names, text, ms: _turn(names, text),
    "a turn and its answer": lambda names, text, ms: [*_turn(names, text), *_answer(names, text, ms)],
    "a turn whose words come late": lambda names, text, ms: [
        *_turn(names, text)[:-1],
        *_answer(names, text, ms),
        _turn(names, text)[-1],
    ],
    "a whole answer": _answer,
    "an answer without its end": lambda names, text, ms: _answer(names, text, ms)[:-1],
    "an answer whose sound has no end": lambda names, text, ms: [
        each for each in _answer(names, text, ms) if not isinstance(each, ev.TutorAudioDone | ev.ReplyEnded)
    ],
    "the beginning of an answer": lambda names, text, ms: _answer(names, text, ms)[:4],
    "an answer in writing only": lambda names, text, ms: [
        each for each in _answer(names, text, ms) if not isinstance(each, ev.TutorAudio | ev.TutorAudioDone)
    ],
    "a tool": _calls("look"),
    "a note": _calls("note"),
    "another level": _calls("level"),
    "wishes": _calls("slower", "wait"),
    "a tool that never ends": _calls("never", "note"),
    "a tool that breaks": _calls("breaks"),
    # One event, which may fit or not.
    "speech begins": _one(lambda names, text, ms: ev.LearnerStartedSpeaking(names.learner)),
    "speech ends": _one(lambda names, text, ms: ev.LearnerStoppedSpeaking(names.learner)),
    "kept": _one(lambda names, text, ms: ev.LearnerTurnKept(names.learner, names.before)),
    "kept by itself": _one(lambda names, text, ms: ev.LearnerTurnKept(names.learner, names.before, by_itself=True)),
    "running out": _one(lambda names, text, ms: ev.TurnRunsOut(ms // 100, 30.0)),
    "too short": _one(lambda names, text, ms: ev.TurnTooShort()),
    "a word of the learner's": _one(lambda names, text, ms: ev.LearnerTextDelta(names.learner, text)),
    "other words": _one(lambda names, text, ms: ev.LearnerTextDelta(names.learner, text, replaces=True)),
    "the learner's words": _one(lambda names, text, ms: ev.LearnerTextDone(names.learner, text)),
    "what may have been said": _one(
        lambda names, text, ms: ev.LearnerTextDone(names.learner, text, unsure=True, unclear=((0, ms),))
    ),
    "not listened for": _one(lambda names, text, ms: ev.LearnerTextFailed(names.learner, not_listened_for=True)),
    "not understood": _one(lambda names, text, ms: ev.LearnerTextFailed(names.learner)),
    "a reply begins": _one(lambda names, text, ms: ev.ReplyStarted(names.reply)),
    "a word": _one(lambda names, text, ms: ev.TutorTextDelta(names.tutor, text)),
    "the words": _one(lambda names, text, ms: ev.TutorTextDone(names.tutor, text)),
    "a sound": _one(lambda names, text, ms: ev.TutorAudio(names.tutor, pcm.silence(ms))),
    "the sound of an aside": _one(lambda names, text, ms: ev.TutorAudio(f"aside_{names.tutor}", pcm.silence(ms))),
    "the end of the sound": _one(lambda names, text, ms: ev.TutorAudioDone(names.tutor)),
    "how long it will be": _one(lambda names, text, ms: ev.TutorSoundExpected(names.tutor, ms)),
    "nothing more of it": _one(lambda names, text, ms: ev.TutorSoundExpected(names.tutor, 0)),
    "cut": _one(lambda names, text, ms: ev.TutorCut(names.tutor, ms)),
    "a reply ends": _ended("completed"),
    "a reply fails": _ended("failed"),
    "a reply is cancelled": _ended("cancelled"),
    "a reply is incomplete": _ended("incomplete"),
    "a reply without a name ends": _one(lambda names, text, ms: ev.ReplyEnded("")),
    "the learner's place": _one(lambda names, text, ms: ev.ItemPlaced(names.learner, names.before, "learner")),
    "the tutor's place": _one(lambda names, text, ms: ev.ItemPlaced(names.tutor, names.learner, "tutor")),
    "the first place": _one(lambda names, text, ms: ev.ItemPlaced(names.tutor, None, "tutor")),
    "a tool call": _one(lambda names, text, ms: ev.ToolCalled(ToolCall(f"c{names.reply}", "look", "{}"))),
    "an aside": _one(lambda names, text, ms: ev.AsideAnswered(f"aside_{names.tutor}", text)),
    "a plan in force": _one(lambda names, text, ms: ev.PlanApplied(Applied(PRESETS["quick"], "marin", 1.0))),
    "a plan refused": _one(lambda names, text, ms: ev.PlanRefused("No.", "voice")),
    "a fault in the answer": _one(lambda names, text, ms: ev.Trouble("Oops.", in_answer=True)),
    "trouble": _one(lambda names, text, ms: ev.Trouble("Oops.", quiet=True)),
    "nonsense": _one(lambda names, text, ms: ev.Unknown("x")),
    "a mismatch": _one(lambda names, text, ms: ev.TranscriptMismatch()),
}
