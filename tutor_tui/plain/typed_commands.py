"""What the actions do in a plain lesson: by a key on a terminal, by a `/command` anywhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Protocol

from tutor_tui.core.actions import ACTIONS, Action
from tutor_tui.core.availability import greyed, shortcomings
from tutor_tui.core.captions import RUNGS, Rung
from tutor_tui.core.lesson import Lesson
from tutor_tui.core.lesson_plan import DRILLS, DrillKind, LessonPlan
from tutor_tui.core.pace import PACE_ENDS, PACE_STEP, other_pace
from tutor_tui.core.problems import Problem
from tutor_tui.core.tools import PaceRequest
from tutor_tui.core.turn_detection import PATIENCE_ENDS, with_patience
from tutor_tui.session.session import Session


class CommandHost(Protocol):
    """What a command can reach."""

    @property
    def session(self) -> Session:
        """The lesson under way."""
        ...

    @property
    def key_names(self) -> Mapping[str, str]:
        """Action → its key as it is now; where no keys are read, what asks for the same."""
        ...

    @property
    def profiles(self) -> Sequence[str]:
        """The names that `plan_named` knows."""
        ...

    def go_offline(self) -> None:
        """Go on with the offline tutor. Raises `Problem`."""
        ...

    def plan_named(self, profile: str) -> LessonPlan:
        """What that profile asks of a tutor. Raises `Problem`."""
        ...

    def drill(self, kind: DrillKind) -> LessonPlan:
        """A drill of that kind on what is due. Raises `Problem` where nothing is."""
        ...

    def spoken_profile(self) -> str:
        """The name of one whose lesson can be spoken with this tutor. Raises `Problem` where there is none."""
        ...

    def tell(self, line: str) -> None:
        """One line for the learner."""
        ...

    def ask_again(self) -> None:
        """Ask whether the task is to be done once more. Raises `Problem` where it cannot be."""
        ...

    def answer_again(self, *, yes: bool) -> bool:
        """Take the answer to that; whether it was asked."""
        ...

    def ask(self, prompt: str, begin: str = "") -> None:
        """Have the next line typed by the terminal's own means; it is taken as if `begin` stood before it."""
        ...

    def leave(self) -> None:
        """End the lesson."""
        ...


@dataclass(frozen=True, slots=True)
class Command:
    """An action, and what it does in plain lines."""

    action: Action
    do: Callable[[CommandHost, str], None]
    answered: bool = False
    """The tutor has something to say to it."""

    @property
    def word(self) -> str:
        """What stands right behind the slash; empty where there is no command."""
        return self.action.command.partition(" ")[0]


_GO_BACK = " (that leads back to the keys, as does enter alone)"


def _type(host: CommandHost, _rest: str) -> None:
    """Have a line typed: for the tutor, or of what was heard in a dictation."""
    what = "write what you hear" if host.session.lesson.voice_waits else "type what you want to say"
    host.ask(f"{what}, then enter{_GO_BACK}; exit ends the lesson:")


def _profile(host: CommandHost, name: str) -> None:
    """Go on with another profile; what was said stays said."""
    if not name:
        host.tell(f"profiles: {', '.join(host.profiles)}")
        host.ask(f"type the name of one, then enter{_GO_BACK}:", begin="/profile ")
        return
    new, old = host.plan_named(name), host.session.lesson.plan
    host.session.change(new.continuing(old))


def _spoken(host: CommandHost, _rest: str) -> None:
    """To a lesson that can be spoken."""
    _profile(host, host.spoken_profile())


def _drill(host: CommandHost, word: str) -> None:
    """Two minutes with what is due, in the way that `word` names."""
    kind = next((each for each in DRILLS if each == (word or "recall")), None)
    if kind is None:
        *others, last = DRILLS
        raise Problem(f"/drill takes {', '.join(others)}, {last}, or nothing behind it.")
    host.session.change(host.drill(kind))


def _captions(host: CommandHost, rung: str) -> None:
    ladder = host.session.study.captions
    if not rung:
        ladder.climb()
        return
    if rung not in list(Rung):
        raise Problem(f"/captions takes {', '.join(RUNGS)}, or nothing behind it.")
    if rung == host.session.lesson.captions.rung:
        raise Problem("That is so already.")
    ladder.choose(Rung(rung))


def _reveal(host: CommandHost) -> None:
    if why := host.session.study.captions.reveal():
        raise Problem(why)


def _patience(host: CommandHost, steps: int) -> None:
    old = host.session.lesson.plan.turn_detection
    new = with_patience(old, steps)
    if new == old:
        raise Problem(PATIENCE_ENDS)
    host.session.set_turn_detection(new)


def _pace(host: CommandHost, steps: int) -> None:
    old = host.session.lesson.plan.speed
    if (new := other_pace(old, steps * PACE_STEP)) == old:
        raise Problem(PACE_ENDS)
    host.session.grant(PaceRequest(new))


def _echo(host: CommandHost) -> None:
    host.session.speaker_kind.change_echo()


def _answer(host: CommandHost, *, yes: bool) -> None:
    """What is said to what was asked last."""
    if host.answer_again(yes=yes):
        return
    if not host.session.lesson.takes_yes_or_no:
        raise Problem("Nothing is asked now that takes a yes or a no.")
    host.session.level_question.answer(yes=yes)


@dataclass(frozen=True, slots=True)
class _Switch:
    """Something that a key turns to and fro, and a word behind the command to one side."""

    is_on: Callable[[Lesson], bool]
    turn: Callable[[CommandHost], None]
    on: str = "on"
    off: str = "off"

    def __call__(self, host: CommandHost, word: str) -> None:
        """Raises `Problem` where it is as `word` says already."""
        if word and self.is_on(host.session.lesson) is (word == self.on):
            raise Problem("That is so already.")
        self.turn(host)


_SWITCHES: Mapping[str, _Switch] = {
    "mute": _Switch(lambda lesson: lesson.muted, lambda host: host.session.mute()),
    "talk": _Switch(lambda lesson: lesson.talking, lambda host: host.session.talk()),
    "think": _Switch(lambda lesson: lesson.held, lambda host: host.session.think()),
    "echo": _Switch(lambda lesson: lesson.echo_mode != "headphones", _echo, "speakers", "headphones"),
    "record": _Switch(lambda lesson: lesson.recording, lambda host: host.session.recorder.sound.toggle()),
}


def _help(host: CommandHost, _rest: str) -> None:
    abilities, lesson = host.session.tutor.capabilities, host.session.lesson
    off = greyed(abilities, lesson)
    for action in (each.action for each in COMMANDS):
        command = f"/{action.command}" if action.command else ""
        ways = " or ".join(dict.fromkeys(filter(None, (host.key_names.get(action.id), command))))
        if not ways:  # a key alone, and no keys are read here
            continue
        why = f" (not now: {off[action.id]})" if action.id in off else ""
        host.tell(f"{ways}: {action.help[0].lower()}{action.help[1:]}{why}")
    for words in shortcomings(abilities, lesson):
        host.tell(words)


def _retry(host: CommandHost) -> None:
    if host.session.lesson.can_retry:
        host.session.retry()


_DOES: Mapping[str, Callable[[CommandHost, str], None]] = {
    **_SWITCHES,
    "interrupt": lambda host, _: host.session.interrupt(),
    "type": _type,
    "command": lambda host, _: host.ask(f"type a command, then enter{_GO_BACK}:", begin="/"),
    "repeat": lambda host, _: host.session.repeat(),
    "replay": lambda host, _: host.session.voice.ear.replay.again(),
    "replay-back": lambda host, _: host.session.voice.ear.replay.back(),
    "replay-on": lambda host, _: host.session.voice.ear.replay.on(),
    "replay-slower": lambda host, _: host.session.voice.ear.replay.slower(),
    "shadow": lambda host, _: host.session.voice.ear.shadow(),
    "dictation": lambda host, _: host.session.voice.ear.dictate(),
    "meaning": lambda host, _: host.session.study.meaning(),
    "hint": lambda host, _: host.session.study.hint(),
    "captions": _captions,
    "reveal": lambda host, _: _reveal(host),
    "profile": _profile,
    "spoken": _spoken,
    "drill": _drill,
    "less-patience": lambda host, _: _patience(host, -1),
    "more-patience": lambda host, _: _patience(host, 1),
    "slower": lambda host, _: _pace(host, -1),
    "faster": lambda host, _: _pace(host, 1),
    "yes": lambda host, _: _answer(host, yes=True),
    "no": lambda host, _: _answer(host, yes=False),
    "again": lambda host, _: host.ask_again(),
    "retry": lambda host, _: _retry(host),
    "offline": lambda host, _: host.go_offline(),
    "help": _help,
    "quit": lambda host, _: host.leave(),
}
_ANSWERED = frozenset({"repeat", "profile", "spoken", "drill"})

COMMANDS: tuple[Command, ...] = tuple(
    Command(each, _DOES[each.id], each.id in _ANSWERED) for each in ACTIONS if each.plain_key
)
"""In the order of the help."""

_EARLIER_WORDS = {"think": "hold"}
"""What a command was called before: whoever has learnt it need not learn it again."""
_EARLIER_REST = {"replay": {"back": "previous", "on": "next", "slow": "slower"}}
"""The same of what stands behind a command."""


_TAKES = {
    "patience": "/patience takes + (answer later) or - (answer sooner).",
    "pace": "/pace takes + (faster) or - (slower).",
    "replay": "/replay takes previous, next, slower, or nothing behind it.",
}
"""What commands that do several things take."""


def command_in(line: str) -> tuple[Command, str]:
    """The command that `/line` names, and what follows. Raises `Problem` naming the nearest."""
    name, _, rest = line.removeprefix("/").strip().partition(" ")
    name = _EARLIER_WORDS.get(name, name)
    rest = _EARLIER_REST.get(name, {}).get(rest.strip(), rest.strip())
    found = [command for command in COMMANDS if command.word == name and name]
    if not found:
        known = list(dict.fromkeys(command.word for command in COMMANDS if command.word))
        near = get_close_matches(name, known, n=1, cutoff=0.5)
        hint = f"Did you mean /{near[0]}?" if near else "/help lists them."
        raise Problem(f"There is no command /{name}.", hint)
    if len(found) > 1:  # what stands behind it says which
        meant = [command for command in found if command.action.command == f"{name} {rest}".rstrip()]
        if not meant:
            raise Problem(_TAKES[name])
        return meant[0], rest
    _check_words(found[0], rest)
    return found[0], rest


def _check_words(command: Command, rest: str) -> None:
    """Raises `Problem` where a command does not take what stands behind it."""
    if not rest or command.action.command != command.word:
        return
    switch = _SWITCHES.get(command.action.id)
    if switch is None:
        raise Problem(f"/{command.word} takes nothing behind it.")
    if rest not in (switch.on, switch.off):
        raise Problem(f"/{command.word} takes {switch.on}, {switch.off}, or nothing behind it.")
