"""Keys and commands of a plain lesson, as a table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.session.room import PLAN
from tests.session.test_sound_recording import Recorded, lesson
from tutor_tui.core import events as ev
from tutor_tui.core.actions import ACTIONS
from tutor_tui.core.availability import why_no_drill
from tutor_tui.core.capabilities import Capabilities
from tutor_tui.core.captions import Rung
from tutor_tui.core.dictated import Dictated
from tutor_tui.core.lesson import Lesson
from tutor_tui.core.lesson_plan import DrillKind, DueItem, LessonPlan
from tutor_tui.core.lesson_summary import lost_line
from tutor_tui.core.problems import Problem
from tutor_tui.core.standing_news import KEEP_CONSEQUENCE
from tutor_tui.core.tools import Note, Word
from tutor_tui.plain.command_keys import key_faults, key_names_for, keys_for
from tutor_tui.plain.frontend import PlainFrontend, Streams
from tutor_tui.plain.typed_commands import COMMANDS, command_in


def test_a_key_is_the_same_as_on_the_full_screen() -> None:
    shared = [each for each in ACTIONS if each.key and each.plain_key]
    assert len(shared) >= 11
    assert all(each.plain_key in each.key.split(",") for each in shared)


def test_a_moved_key_is_named_where_it_is() -> None:
    names = key_names_for({"mute": "ctrl+x", "repeat": "f2"})
    assert (names["mute"], names["repeat"], names["interrupt"]) == ("ctrl+x", "r", "escape")


def test_every_key_is_given_once() -> None:
    assert len(keys_for({})) == len(COMMANDS)


@pytest.mark.parametrize(("name", "key"), [("q", "q"), ("ctrl+x", "\x18"), ("tab", "\t"), ("q,k", "k"), ("M", "M")])
def test_a_key_moved_in_the_settings_is_moved_here(name: str, key: str) -> None:
    keys = keys_for({"mute": name})
    assert keys[key].action.id == "mute"
    assert "m" not in keys


@pytest.mark.parametrize("name", ["f2", "space", "question_mark", "", "ctrl+", "nonsense"])
def test_a_key_that_is_taken_or_that_plain_terminals_lack_leaves_the_usual_one(name: str) -> None:
    assert keys_for({"mute": name})["m"].action.id == "mute"
    assert keys_for({"mute": name})[" "].action.id == "talk"


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"mte": "f2"}, "keys.mte: there is no such key; the names are again, break, captions, command, commands, "),
        ({"think": "banana"}, "keys.think: 'banana' is not a key; write one such as x, f5 or ctrl+x. h stays."),
        ({"turns": "banana"}, "keys.turns: 'banana' is not a key; write one such as x, f5 or ctrl+x. v stays."),
        ({"mute": "ctrl+"}, "keys.mute: 'ctrl+' is not a key; write one such as x, f5 or ctrl+x. m stays."),
        ({"mute": "r"}, "keys.mute: 'r' is given to repeat already. m stays."),
        ({"mute": "q", "repeat": "q"}, "keys.repeat: 'q' is given to mute already. r stays."),
    ],
)
def test_a_wrong_key_is_told(keys: dict[str, str], said: str) -> None:
    (fault,) = key_faults(keys)
    assert fault.startswith(said)


@pytest.mark.parametrize("key", ["f2", "q", "ctrl+x", "question_mark,q", "한", "slash,k", "pageup", "ctrl+shift+a"])
def test_what_only_the_full_screen_can_tell_is_no_fault(key: str) -> None:
    assert key_faults({"mute": key}) == []


def test_keys_can_change_places() -> None:
    keys = keys_for({"mute": "r", "repeat": "m"})
    assert (keys["r"].action.id, keys["m"].action.id) == ("mute", "repeat")


@pytest.mark.parametrize(
    ("line", "action", "rest"),
    [
        ("/mute", "mute", ""),
        ("/profile  Korean tutor ", "profile", "Korean tutor"),
        ("/patience +", "more-patience", "+"),
        ("/pace -", "slower", "-"),
        ("/patience -", "less-patience", "-"),
        ("/quit", "quit", ""),
        ("/record off", "record", "off"),
        ("/hold  on", "think", "on"),
        ("/echo headphones", "echo", "headphones"),
        ("/replay", "replay", ""),
        ("/replay previous", "replay-back", "previous"),
        ("/replay back", "replay-back", "previous"),
        ("/replay on", "replay-on", "next"),
        ("/replay slow", "replay-slower", "slower"),
    ],
)
def test_a_command_is_found(line: str, action: str, rest: str) -> None:
    found, given = command_in(line)
    assert (found.action.id, given) == (action, rest)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/mut", "There is no command /mut. Did you mean /mute?"),
        ("/", "There is no command /. /help lists them."),
        ("/xyzzy", "There is no command /xyzzy. /help lists them."),
        ("/patience", "/patience takes + (answer later) or - (answer sooner)."),
        ("/patience 3", "/patience takes + (answer later) or - (answer sooner)."),
        ("/quit now", "/quit takes nothing behind it."),
        ("/help mute", "/help takes nothing behind it."),
        ("/mute please", "/mute takes on, off, or nothing behind it."),
        ("/echo on", "/echo takes speakers, headphones, or nothing behind it."),
    ],
)
def test_a_command_that_is_none_is_said(line: str, said: str) -> None:
    with pytest.raises(Problem) as caught:
        command_in(line)
    assert str(caught.value) == said


def test_the_word_of_the_key_is_the_word_of_the_command_and_the_earlier_one_still_works() -> None:
    hold, _ = command_in("/hold")
    assert hold.action.id == "think" and hold.action.label == "hold"
    assert command_in("/think")[0] is hold


@pytest.mark.parametrize(
    ("name", "on", "off", "is_on"),
    [
        ("mute", "on", "off", lambda lesson: lesson.muted),
        ("hold", "on", "off", lambda lesson: lesson.held),
        ("record", "on", "off", lambda lesson: lesson.recording),
        ("echo", "speakers", "headphones", lambda lesson: lesson.echo_mode == "speakers"),
    ],
)
def test_the_word_behind_a_switch_is_obeyed(name: str, on: str, off: str, is_on: Callable[[Lesson], bool]) -> None:
    async def body(room: Recorded) -> None:
        frontend = PlainFrontend(
            room.session,
            plan_named=lambda _: room.session.lesson.plan,
            make_offline_tutor=lambda: room.tutor,
            streams=Streams(input=None),
        )

        def typed(line: str) -> bool:
            command, rest = command_in(line)
            command.do(frontend, rest)
            return is_on(room.session.lesson)

        with pytest.raises(Problem, match="That is so already"):
            typed(f"/{name} {off}")
        assert not is_on(room.session.lesson)
        assert typed(f"/{name} {on}")
        with pytest.raises(Problem, match="That is so already"):
            typed(f"/{name} {on}")
        assert is_on(room.session.lesson)
        assert not typed(f"/{name} {off}")
        assert typed(f"/{name}") and not typed(f"/{name}"), "without a word it goes to and fro"

    lesson(body)


def test_a_drill_takes_the_lessons_place_and_where_nothing_is_due_it_says_so() -> None:
    async def body(room: Recorded) -> None:
        frontend = PlainFrontend(
            room.session,
            plan_named=lambda _: room.session.lesson.plan,
            make_offline_tutor=lambda: room.tutor,
            make_drill=drill_of,
            streams=Streams(input=None),
        )
        command, _ = command_in("/drill")
        with pytest.raises(Problem, match="Nothing is due"):
            command.do(frontend, "")
        due.append(DueItem("멀다", "far"))
        command.do(frontend, "")
        plan = room.session.lesson.plan
        assert (plan.drill, plan.due) == ("recall", (DueItem("멀다", "far"),))
        with pytest.raises(Problem, match="This is a drill already"):
            command.do(frontend, "")
        with pytest.raises(Problem, match="/drill takes recall, repeat, dictation, or nothing"):
            command.do(frontend, "spelling")
        command.do(frontend, "dictation")
        assert room.session.lesson.plan.drill == "dictation"

    due: list[DueItem] = []

    def drill_of(plan: LessonPlan, kind: DrillKind) -> LessonPlan:
        if not due:
            raise Problem("Nothing is due.")
        return replace(plan, drill=kind, due=tuple(due))

    lesson(body, lambda: Recorded(capabilities=Capabilities(scripted=True)))


def test_who_leaves_at_a_terminal_before_the_notes_are_decided_on_is_asked_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def body(room: Recorded) -> None:
        memory = room.session.memory
        memory.consent.journal, memory.consent.keep = Journal(), "ask"
        frontend = PlainFrontend(
            room.session,
            plan_named=lambda _: room.session.lesson.plan,
            make_offline_tutor=lambda: room.tutor,
            streams=Streams(input=None),
        )
        room.session.take(ev.Noted(Note(Word("멀다", "far"), "")))
        told: list[str] = []
        monkeypatch.setattr(frontend, "tell", told.append)
        monkeypatch.setattr(frontend, "_key_input", object())
        frontend.leave()
        assert KEEP_CONSEQUENCE in told[-1] and not frontend._left.is_set()
        assert lost_line(memory.consent.undecided).startswith("(1 note not kept")
        frontend.leave()
        assert frontend._left.is_set(), "asked once"

    class Journal:
        def put(self, change: object) -> None: ...

    lesson(body)


def test_a_tutor_without_scripts_holds_no_drill_and_says_who_does() -> None:
    assert "tutor-tui --drill" in why_no_drill(Capabilities(), Lesson(PLAN))
    assert why_no_drill(Capabilities(scripted=True), Lesson(PLAN)) == ""


def test_captions_are_chosen_by_name_or_one_after_another() -> None:
    async def body(room: Recorded) -> None:
        frontend = PlainFrontend(
            room.session, plan_named=lambda _: PLAN, make_offline_tutor=lambda: room.tutor, streams=Streams(input=None)
        )

        def ask(line: str) -> Rung:
            command, rest = command_in(line)
            command.do(frontend, rest)
            return room.session.lesson.captions.rung

        assert ask("/captions first letters") is Rung.FIRST_LETTERS
        assert ask("/captions") is Rung.RARE_WORDS
        with pytest.raises(Problem, match="That is so already"):
            ask("/captions rare words")
        with pytest.raises(Problem, match="takes hidden, first letters, rare words, all, meaning, or nothing"):
            ask("/captions some")
        with pytest.raises(Problem, match="No line of the tutor's is hidden now"):
            ask("/reveal")

    lesson(body)


def test_a_line_in_a_dictation_is_asked_for_as_what_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    async def body(room: Recorded) -> None:
        frontend = PlainFrontend(
            room.session, plan_named=lambda _: PLAN, make_offline_tutor=lambda: room.tutor, streams=Streams(input=None)
        )
        asked: list[str] = []
        monkeypatch.setattr(frontend, "ask", asked.append)
        type_line = keys_for({})["t"]
        type_line.do(frontend, "")
        room.session.take(ev.EarTrained(Dictated("write", "A", "How are you?", 1.0)))
        type_line.do(frontend, "")
        assert asked[0].startswith("type what you want to say") and asked[1].startswith("write what you hear")

    lesson(body)
