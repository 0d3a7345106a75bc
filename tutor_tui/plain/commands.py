"""What a learner can ask for in a plain lesson, as one table: by a key on a terminal, by a `/command` anywhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Protocol

from tutor_tui.core.availability import greyed, shortcomings
from tutor_tui.core.plan import LessonPlan
from tutor_tui.core.problems import Problem
from tutor_tui.core.turn_detection import PATIENCE_ENDS, with_patience
from tutor_tui.session.session import Session


class CommandHost(Protocol):
    """What a wish can reach."""

    @property
    def session(self) -> Session:
        """The lesson."""
        ...

    @property
    def profiles(self) -> Sequence[str]:
        """The names that `plan_named` knows."""
        ...

    def plan_named(self, profile: str) -> LessonPlan:
        """What that profile asks of a tutor. Raises `Problem`."""
        ...

    def tell(self, line: str) -> None:
        """One line for the learner."""
        ...

    def ask(self, prompt: str, begin: str = "") -> None:
        """Have the next line typed by the terminal's own means; it is taken as if `begin` stood before it."""
        ...

    def leave(self) -> None:
        """End the lesson."""
        ...


@dataclass(frozen=True, slots=True)
class Command:
    """One thing to ask for."""

    id: str
    """As the keys are called in the settings."""
    key: str
    """One character, or an escape; empty where there is no key."""
    key_name: str
    command: str
    """Without the slash, with what it takes; empty where there is none."""
    help_text: str
    do: Callable[[CommandHost, str], None]
    answered: bool = False
    """The tutor has something to say to it."""


def _profile(host: CommandHost, name: str) -> None:
    """Go on with another profile; what was said stays said."""
    if not name:
        host.tell(f"profiles: {', '.join(host.profiles)}")
        host.ask("type the name of one, then enter:", begin="/profile ")
        return
    new, old = host.plan_named(name), host.session.lesson.plan
    host.session.change(replace(new, history=old.history, noise_reduction=old.noise_reduction, answers=old.answers))


def _patience(host: CommandHost, steps: int) -> None:
    old = host.session.lesson.plan.turn_detection
    new = with_patience(old, steps)
    if new == old:
        raise Problem(PATIENCE_ENDS)
    host.session.set_turn_detection(new)


def _echo(host: CommandHost, _rest: str) -> None:
    host.session.set_echo("speakers" if host.session.lesson.echo_mode == "headphones" else "headphones")


def _help(host: CommandHost, _rest: str) -> None:
    abilities, lesson = host.session.tutor.capabilities, host.session.lesson
    off = greyed(abilities, lesson)
    for wish in COMMANDS:
        ways = " or ".join(filter(None, (wish.key_name, f"/{wish.command}" if wish.command else "")))
        host.tell(f"{ways}: {wish.help_text}" + (f" (not now: {off[wish.id]})" if wish.id in off else ""))
    for words in shortcomings(abilities, lesson):
        host.tell(words)


COMMANDS: tuple[Command, ...] = (
    Command("mute", "m", "m", "mute", "close the microphone, or open it again", lambda host, _: host.session.mute()),
    Command("interrupt", "\x1b", "escape", "stop", "stop the tutor", lambda host, _: host.session.interrupt()),
    Command(
        "talk",
        " ",
        "space",
        "talk",
        "push-to-talk: begin your turn, and again to end it",
        lambda host, _: host.session.talk(),
    ),
    Command(
        "think",
        "h",
        "h",
        "think",
        "hold your turn open to think, and again to let go (60 seconds at most)",
        lambda host, _: host.session.think(),
    ),
    Command(
        "type",
        "t",
        "t",
        "",
        "type a line instead of speaking",
        lambda host, _: host.ask("type what you want to say, then enter:"),
    ),
    Command(
        "command",
        "/",
        "/",
        "",
        "type one of these commands",
        lambda host, _: host.ask("type a command, then enter:", begin="/"),
    ),
    Command(
        "repeat",
        "r",
        "r",
        "repeat",
        "ask the tutor to say it again",
        lambda host, _: host.session.repeat(),
        answered=True,
    ),
    Command("profile", "p", "p", "profile NAME", "go on with another tutor profile", _profile, answered=True),
    Command("less-patience", "[", "[", "patience -", "answer sooner", lambda host, _: _patience(host, -1)),
    Command(
        "more-patience", "]", "]", "patience +", "wait longer before answering", lambda host, _: _patience(host, 1)
    ),
    Command("echo", "e", "e", "echo", "headphones (talk over the tutor) or speakers (take turns)", _echo),
    Command("retry", "\n", "enter", "retry", "try to reach the tutor again", lambda host, _: _retry(host)),
    Command("help", "?", "?", "help", "this list", _help),
    Command("quit", "\x11", "ctrl+q", "quit", "end the lesson", lambda host, _: host.leave()),
)
"""In the order of the help. What needs a full screen is not here: panels, pages, pickers."""


def _retry(host: CommandHost) -> None:
    if host.session.lesson.can_retry:
        host.session.retry()


_NAMED_KEYS = {
    "escape": "\x1b",
    "space": " ",
    "enter": "\n",
    "tab": "\t",
    "slash": "/",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "question_mark": "?",
}


def keys_for(wanted: Mapping[str, str]) -> dict[str, Command]:
    """Key → wish, with the learner's own keys (id → key) where a plain terminal has such a key and it is free."""
    keys: dict[str, Command] = {}
    usual = {wish.key for wish in COMMANDS if wish.id not in wanted}
    for wish in COMMANDS:
        own = [_character(name.strip()) for name in wanted.get(wish.id, "").split(",")]
        free = [key for key in own if key and key not in usual and key not in keys]
        keys |= dict.fromkeys(free or [wish.key], wish)
    return keys


def _character(name: str) -> str:
    if len(name) == 1:
        return name
    if name.startswith("ctrl+") and len(name) == 6 and name[5].isascii() and name[5].isalpha():
        return chr(ord(name[5].upper()) - ord("@"))
    return _NAMED_KEYS.get(name, "")


def command_in(line: str) -> tuple[Command, str]:
    """The wish that `/line` names, and what follows. Raises `Problem` naming the nearest."""
    name, _, rest = line.removeprefix("/").strip().partition(" ")
    rest = rest.strip()
    found = [wish for wish in COMMANDS if wish.command.split(" ")[0] == name and name]
    if not found:
        known = list(dict.fromkeys(wish.command.split(" ")[0] for wish in COMMANDS if wish.command))
        near = get_close_matches(name, known, n=1, cutoff=0.5)
        hint = f"Did you mean /{near[0]}?" if near else "/help lists them."
        raise Problem(f"There is no command /{name}.", hint)
    if name == "patience":
        found = [wish for wish in found if wish.command == f"patience {rest}"]
        if not found:
            raise Problem("/patience takes + (wait longer) or - (answer sooner).")
    return found[0], rest
