"""What is asked for on the command line, what is refused there, and what its help says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tutor_tui import __version__
from tutor_tui.cli.commands import COMMANDS
from tutor_tui.cli.options import OPTIONS
from tutor_tui.cli.parser import parse
from tutor_tui.config.command_line import Options
from tutor_tui.core.lesson_plan import DRILLS
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.settings import KEY_VARIABLES


def test_the_help_names_every_dialect() -> None:
    assert [name for name in KEY_VARIABLES if name not in OPTIONS["--dialect"].help] == []
    assert tuple(OPTIONS["--drill"].choices) == DRILLS


def test_nothing_means_a_lesson() -> None:
    assert parse([]) == Options()


def test_every_option_arrives() -> None:
    arguments = (
        "--profile p --tutor offline --model m --base-url u --input-device 3 --output-device o --insecure "
        "--prompts d --log-file l doctor --probe w --key-env K"
    )
    options = parse(arguments.split())
    assert options == Options(
        command="doctor",
        settings={
            "lesson.profile": ("--profile", "p"),
            "tutor.kind": ("--tutor", "offline"),
            "tutor.model": ("--model", "m"),
            "tutor.base_url": ("--base-url", "u"),
            "sound.input_device": ("--input-device", "3"),
            "sound.output_device": ("--output-device", "o"),
            "tutor.insecure": ("--insecure", True),
        },
        prompts=Path("d"),
        log_file=Path("l"),
        probe="w",
        key_variable="K",
    )


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        ("plain", Options(plain=True)),
        ("plain --record-wire w", Options(plain=True, record_wire=Path("w"))),
        ("--record-wire w", Options(record_wire=Path("w"))),
        ("--lesson l", Options(lesson="l", settings={"tutor.kind": ("--lesson", "offline")})),
        ("--drill", Options(drill="recall", settings={"tutor.kind": ("--drill", "offline")})),
        ("--drill repeat", Options(drill="repeat", settings={"tutor.kind": ("--drill", "offline")})),
        (
            "plain --drill --language ko",
            Options(drill="recall", language="ko", plain=True, settings={"tutor.kind": ("--drill", "offline")}),
        ),
        ("plain --lesson l", Options(lesson="l", plain=True, settings={"tutor.kind": ("--lesson", "offline")})),
        ("--lesson l --tutor webrtc", Options(lesson="l", settings={"tutor.kind": ("--tutor", "webrtc")})),
        ("replay w", Options(recording=Path("w"))),
        ("replay w --speed 4 --plain", Options(recording=Path("w"), speed=4.0, plain=True)),
        ("replay --speed 4 w", Options(recording=Path("w"), speed=4.0)),
        ("--speed 4 --plain replay w", Options(recording=Path("w"), speed=4.0, plain=True)),
        ("replay -- -w", Options(recording=Path("-w"))),
        ("lessons try l --step 2", Options("lessons", lessons_part="try", lesson_names=("l",), step=2)),
        ("lessons try --step 2 l", Options("lessons", lessons_part="try", lesson_names=("l",), step=2)),
        ("history", Options("history")),
        ("history list --json", Options("history", as_json=True)),
        ("history show last", Options("history", history_part="show", kept=("last",))),
        ("history --json show last", Options("history", history_part="show", kept=("last",), as_json=True)),
        ("history search show me", Options("history", history_part="search", kept=("show", "me"))),
        ("history search a --json b", Options("history", history_part="search", kept=("a", "b"), as_json=True)),
        ("history search -- -a", Options("history", history_part="search", kept=("-a",))),
        ("history delete i --yes", Options("history", history_part="delete", kept=("i",), confirmed=True)),
        ("export last", Options("export", kept=("last",))),
        ("export i --format vtt -o -", Options("export", kept=("i",), export_format="vtt", output=Path("-"))),
        ("export -o f --force i", Options("export", kept=("i",), output=Path("f"), overwrite=True)),
        ("export i --output=f", Options("export", kept=("i",), output=Path("f"))),
        ("backup f", Options("backup", archive=Path("f"))),
        ("backup --force f", Options("backup", archive=Path("f"), overwrite=True)),
        ("restore f --yes", Options("restore", archive=Path("f"), confirmed=True)),
        ("--yes restore -- -f", Options("restore", archive=Path("-f"), confirmed=True)),
        ("key", Options("key")),
        ("key set", Options("key", key_part="set")),
        ("key forget XAI_API_KEY", Options("key", key_part="forget", key_names=("XAI_API_KEY",))),
        ("forget", Options("forget")),
        ("forget --yes", Options("forget", confirmed=True)),
        (
            "lessons check k --prompts p l",
            Options("lessons", lessons_part="check", lesson_names=("k", "l"), prompts=Path("p")),
        ),
    ],
)
def test_there_are_several_ways_to_a_lesson(arguments: str, options: Options) -> None:
    assert parse(arguments.split()) == options


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("--modle x", "There is no option '--modle'. Did you mean --model?"),
        ("--modle=x", "There is no option '--modle=x'. Did you mean --model?"),
        ("--pro x", "There is no option '--pro'. Did you mean --profile or --prompts or --probe?"),
        ("-x", "There is no option '-x'. See tutor-tui --help."),
        ("devics", "There is no command 'devics'. Did you mean devices?"),
        ("talk-to-me", "There is no command 'talk-to-me'. See tutor-tui --help."),
        ("doctor now", "doctor takes no further word: 'now' is too much. See tutor-tui doctor --help."),
        ("doctor doctor", "doctor is given twice. Give it once."),
        ("--config", "--config goes with doctor. Try: tutor-tui doctor --config"),
        ("plain now", "plain takes no further word: 'now' is too much. See tutor-tui plain --help."),
        ("doctor profiles", "doctor and profiles are two commands. Give one of them."),
        ("replay", "replay needs a file. Try: tutor-tui replay lesson.wire"),
        ("replay a b", "replay takes no further word: 'b' is too much. See tutor-tui replay --help."),
        ("--speed 2", "--speed goes with replay. Try: tutor-tui replay FILE --speed 4"),
        ("plain --plain", "--plain goes with replay. Try: tutor-tui plain"),
        ("replay a --record-wire b", "--record-wire goes with a lesson. Try: tutor-tui --record-wire lesson.wire"),
        ("doctor --record-wire b", "--record-wire goes with a lesson. Try: tutor-tui --record-wire lesson.wire"),
        *(
            (
                f"replay a --speed {bad}",
                f"--speed takes a number from 0.1 to 100, not '{bad}'. See tutor-tui replay --help.",
            )
            for bad in ("0", "-1", "nan", "inf", "101", "fast")
        ),
        ("config shcema", "config takes path or schema, not 'shcema'. See tutor-tui config --help."),
        ("config path now", "config takes no further word: 'now' is too much. See tutor-tui config --help."),
        ("config --key-env", "--key-env needs a value. See tutor-tui config --help."),
        ("config --plain", "--plain goes with replay. Try: tutor-tui plain"),
        ("devices --speed=2", "--speed goes with replay. Try: tutor-tui replay FILE --speed 4"),
        ("doctor --lesson l", "--lesson goes with a lesson. Try: tutor-tui --lesson en-a1-numbers-and-time"),
        ("--model", "--model needs a value. See tutor-tui --help."),
        ("lessons chekc", "lessons takes check or try, not 'chekc'. See tutor-tui lessons --help."),
        ("--language ko", "--language goes with words or --drill. Try: tutor-tui words import list.csv --language ko"),
        ("--drill spelling", "--drill takes recall, repeat or dictation, not 'spelling'. See tutor-tui --help."),
        ("--drill --lesson l", "--drill and --lesson cannot be combined. Give one of them."),
        ("--drill --resume", "--resume and --drill cannot be combined. Give one of them."),
        ("lessons --step 2", "--step goes with lessons try. Try: tutor-tui lessons try en-a1-first-words --step 3"),
        ("lessons try l --step x", "--step takes a whole number from 1, not 'x'. See tutor-tui lessons --help."),
        ("lessons try l --step 0", "--step takes a whole number from 1, not '0'. See tutor-tui lessons --help."),
        ("history shwo", "history takes list, show, search or delete, not 'shwo'. See tutor-tui history --help."),
        ("key sk-abcdef12345", "key takes list, set or forget. See tutor-tui key --help."),
        ("sk-abcdef12345", "There is no command '••••'. See tutor-tui --help."),
        ("doctor sk-abcdef12345", "doctor takes no further word: '••••' is too much. See tutor-tui doctor --help."),
        (
            "history --yes",
            "--yes goes with history delete, restore, forget, words import or learner forget. "
            "Try: tutor-tui history delete ID --yes",
        ),
        (
            "history show i --yes",
            "--yes goes with history delete, restore, forget, words import or learner forget. "
            "Try: tutor-tui history delete ID --yes",
        ),
        (
            "backup f --yes",
            "--yes goes with history delete, restore, forget, words import or learner forget. "
            "Try: tutor-tui history delete ID --yes",
        ),
        (
            "restore f --force",
            "--force goes with export, backup or words export. Try: tutor-tui export last --output lesson.md --force",
        ),
        ("backup", "backup needs a file. Try: tutor-tui backup lessons.zip"),
        ("restore", "restore needs a file. Try: tutor-tui restore lessons.zip"),
        ("restore a b", "restore takes no further word: 'b' is too much. See tutor-tui restore --help."),
        ("forget me", "forget takes no further word: 'me' is too much. See tutor-tui forget --help."),
        ("export i --json", "--json goes with history, status, voices or words list. Try: tutor-tui history --json"),
        ("history -o f", "--output goes with export or words export. Try: tutor-tui export last --output lesson.md"),
        ("export", "export needs the id of a lesson, or last. Try: tutor-tui export last"),
        ("export a b", "export takes no further word: 'b' is too much. See tutor-tui export --help."),
        (
            "export a --format pdf",
            "--format takes md, jsonl, vtt, txt, apkg or tsv, not 'pdf'. See tutor-tui export --help.",
        ),
        ("--insecure=1", "--insecure takes no value. See tutor-tui --help."),
    ],
)
def test_what_is_unknown_or_incomplete_is_said(arguments: str, said: str) -> None:
    with pytest.raises(Problem) as caught:
        parse(arguments.split())
    assert str(caught.value) == said
    assert caught.value.exit_code == ExitCode.USAGE


@pytest.mark.parametrize(
    ("arguments", "options"),
    [("--", Options()), ("plain --", Options(plain=True)), ("-- devices", Options(command="devices"))],
)
def test_dashes_that_separate_nothing_mean_nothing(arguments: str, options: Options) -> None:
    assert parse(arguments.split()) == options


def test_an_option_may_stand_before_or_behind_its_command() -> None:
    options = Options(command="devices", settings={"tutor.model": ("--model", "m")}, prompts=Path("d"))
    assert parse(["--model", "m", "devices", "--prompts", "d"]) == options
    assert parse(["--prompts", "d", "devices", "--model", "m"]) == options
    behind = Options(command="devices", settings={"tutor.model": ("--model", "n")})
    assert parse(["--model", "m", "devices", "--model", "n"]) == behind


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        ("config", Options(command="config")),
        ("config path", Options(command="config", config_part="path")),
        ("config schema", Options(command="config", config_part="schema")),
        ("doctor --config", Options(command="config")),
        ("--config doctor", Options(command="config")),
        ("config --model m", Options(command="config", settings={"tutor.model": ("--model", "m")})),
    ],
)
def test_the_configuration_can_be_asked_for(arguments: str, options: Options) -> None:
    assert parse(arguments.split()) == options


# ---- help -----------------------------------------------------------------------------------------------------------


def help_of(command: str, capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as caught:
        parse([*command.split(), "--help"])
    assert caught.value.code == 0
    return capsys.readouterr().out


def test_each_command_s_help_tells_of_that_command_only(capsys: pytest.CaptureFixture[str]) -> None:
    whole = help_of("", capsys)
    assert all(f"\n    {command} " in whole for command in COMMANDS)
    assert "--probe" not in whole
    assert "--speed" not in whole
    doctor, replay = help_of("doctor", capsys), help_of("replay", capsys)
    assert doctor.startswith("usage: tutor-tui doctor [OPTIONS]\n")
    assert "--probe [URL]" in doctor
    assert "--speed" not in doctor
    assert replay.startswith("usage: tutor-tui replay FILE [OPTIONS]\n")
    assert "--speed X" in replay
    assert "--probe" not in replay


def test_every_option_is_in_some_help(capsys: pytest.CaptureFixture[str]) -> None:
    screens = "".join(help_of(command, capsys) for command in ("", *COMMANDS))
    assert [option for option in OPTIONS if f"  {option}" not in screens] == []


@pytest.mark.parametrize("columns", [40, 80, 120])
@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_fits_the_terminal(
    command: str, columns: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    assert max(map(len, help_of(command, capsys).splitlines())) <= columns


@pytest.mark.parametrize("arguments", ["--version", "doctor --version", "--model m --version"])
def test_the_version_is_said_wherever_it_is_asked_for(arguments: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        parse(arguments.split())
    assert caught.value.code == 0
    assert capsys.readouterr().out == f"tutor-tui {__version__}\n"
